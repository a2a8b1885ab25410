//! Executes utility functions.

use pixie_acir::Fe;
use pixie_primitives::abi::FunctionType;
use pixie_primitives::auth_witness::AuthWitness;
use pixie_primitives::tx::FunctionCall;
use pixie_primitives::{AztecAddress, Fr, FunctionSelector};

use super::runner::{check_inputs, in_frame, run};
use super::{circuit_of, frame_of};
use crate::error::PxeError;
use crate::oracle::OracleContext;
use crate::progress::Progress;
use crate::scopes::AccessScopes;
use crate::work::Work;

/// Executes a utility function on the state as it is: [`super::ensure_synced`] comes first. Returns
/// the encoded return values.
///
/// # Errors
/// [`PxeError::Execution`] if the function fails, and whatever its oracles fail with.
pub async fn run_utility(
    work: &Work,
    call: &FunctionCall,
    auth_witnesses: &[AuthWitness],
    scopes: &AccessScopes,
) -> Result<Vec<Fr>, PxeError> {
    execute(
        work,
        call.to,
        call.selector,
        &call.args,
        auth_witnesses,
        scopes,
    )
    .await
}

pub(super) async fn execute(
    work: &Work,
    contract: AztecAddress,
    selector: FunctionSelector,
    arguments: &[Fr],
    auth_witnesses: &[AuthWitness],
    scopes: &AccessScopes,
) -> Result<Vec<Fr>, PxeError> {
    let circuit = circuit_of(work, contract, selector, FunctionType::Utility)?;
    work.report(Progress::Executing {
        contract,
        function: selector,
        name: Some(circuit.function_name().to_owned()),
    });
    let body = async {
        check_inputs(&circuit, 0, arguments.len())?;
        let inputs = arguments.iter().copied().map(Fe::from).collect();
        let mut oracles = OracleContext {
            work,
            contract,
            contract_name: circuit.contract_name(),
            scopes,
            auth_witnesses,
            capsules: &[],
            private: None,
        };
        let solved = run(work, &circuit, inputs, &mut oracles).await?;
        Ok(solved.return_values(&circuit.program))
    };
    match body.await {
        Ok(values) => Ok(values.into_iter().map(Fr::from).collect()),
        Err(error) => Err(in_frame(error, || frame_of(contract, &circuit))),
    }
}
