//! Runs one kernel: inputs to witnesses to public inputs.

use std::sync::Arc;

use pixie_acir::ir::Witness;
use pixie_acir::{Execution, ExecutionLimits, Fe, Step, WitnessTable};
use pixie_primitives::kernel::{
    HidingKernelToPublicPrivateInputs, HidingKernelToRollupPrivateInputs,
    PrivateKernelCircuitPublicInputs, PrivateKernelInitPrivateInputs,
    PrivateKernelInnerPrivateInputs, PrivateKernelResetPrivateInputs,
    PrivateKernelTailPrivateInputs, PrivateKernelTailToPublicPrivateInputs,
    PrivateToPublicKernelCircuitPublicInputs, PrivateToRollupKernelCircuitPublicInputs,
};
use pixie_primitives::{Fr, FromFields, ToFields};
use zeroize::Zeroizing;

use super::circuits::{KernelCircuit, KernelForm, LoadedCircuit};
use super::error::KernelError;

/// What a kernel takes.
pub trait KernelInputs {
    /// What it puts out.
    type Output: FromFields + ToFields + Default;

    /// The kernel.
    fn circuit(&self) -> KernelCircuit;

    /// Appends the elements in the order of the circuit.
    fn write(&self, form: KernelForm, out: &mut Vec<Fr>);
}

macro_rules! inputs {
    ($($inputs:ident => $circuit:ident, $output:ident;)*) => {
        $(impl KernelInputs for $inputs {
            type Output = $output;

            fn circuit(&self) -> KernelCircuit {
                KernelCircuit::$circuit
            }

            fn write(&self, _: KernelForm, out: &mut Vec<Fr>) {
                self.write_fields(out);
            }
        })*
    };
}

inputs! {
    PrivateKernelInnerPrivateInputs => Inner, PrivateKernelCircuitPublicInputs;
    PrivateKernelTailPrivateInputs => Tail, PrivateToRollupKernelCircuitPublicInputs;
    PrivateKernelTailToPublicPrivateInputs =>
        TailToPublic, PrivateToPublicKernelCircuitPublicInputs;
    HidingKernelToRollupPrivateInputs =>
        HidingToRollup, PrivateToRollupKernelCircuitPublicInputs;
    HidingKernelToPublicPrivateInputs =>
        HidingToPublic, PrivateToPublicKernelCircuitPublicInputs;
}

impl KernelInputs for PrivateKernelInitPrivateInputs {
    type Output = PrivateKernelCircuitPublicInputs;

    fn circuit(&self) -> KernelCircuit {
        KernelCircuit::Init
    }

    fn write(&self, form: KernelForm, out: &mut Vec<Fr>) {
        match form {
            KernelForm::Full => self.write_fields(out),
            KernelForm::Simulated => self.write_simulated_fields(out),
        }
    }
}

impl KernelInputs for PrivateKernelResetPrivateInputs {
    type Output = PrivateKernelCircuitPublicInputs;

    fn circuit(&self) -> KernelCircuit {
        KernelCircuit::Reset(self.dimensions())
    }

    fn write(&self, _: KernelForm, out: &mut Vec<Fr>) {
        self.write_fields(out);
    }
}

/// Runs a kernel. Gives what it puts out, and the whole witness.
///
/// # Errors
/// [`KernelError::InputCount`], [`KernelError::Execution`], [`KernelError::UnknownOracle`],
/// [`KernelError::Output`].
pub fn run<I: KernelInputs>(
    inputs: &I,
    form: KernelForm,
    loaded: &LoadedCircuit,
) -> Result<(I::Output, WitnessTable), KernelError> {
    let circuit = inputs.circuit();
    // The inputs of a reset hold secret keys.
    let mut elements = Zeroizing::new(Vec::new());
    inputs.write(form, &mut elements);
    let (count, expected) = (elements.len(), loaded.program.parameters().len());
    if count != expected {
        return Err(KernelError::InputCount {
            circuit,
            expected,
            actual: count,
        });
    }
    let witness = solve(circuit, loaded, &elements)?;
    // Every parameter has an index of its own, from zero on; the return values follow.
    let length = I::Output::default().to_fields().len();
    let values: Vec<Fr> = (count..count + length)
        .map_while(|index| witness.get(Witness(index as u32)))
        .map(Fr::from)
        .collect();
    let output = I::Output::from_fields(&values)
        .map_err(|source| KernelError::Output { circuit, source })?;
    Ok((output, witness))
}

fn solve(
    circuit: KernelCircuit,
    loaded: &LoadedCircuit,
    elements: &[Fr],
) -> Result<WitnessTable, KernelError> {
    let failed = |source| KernelError::Execution {
        circuit,
        source: Box::new(source),
    };
    let inputs = (0..)
        .map(Witness)
        .zip(elements.iter().map(|element| Fe::from(*element)));
    let program = Arc::clone(&loaded.program);
    let mut execution =
        Execution::new(program, inputs, ExecutionLimits::default()).map_err(failed)?;
    loop {
        match execution.step().map_err(failed)? {
            Step::Done(solved) => return Ok(solved.witness),
            Step::Paused => {}
            Step::ForeignCall(call) => match call.name.as_str() {
                // Kernels log, and keep the compiler from leaving out what seems unused.
                "utilityLog" | "noOp" | "print" => execution.resume(&[]).map_err(failed)?,
                _ => {
                    return Err(KernelError::UnknownOracle {
                        circuit,
                        oracle: call.name,
                    });
                }
            },
        }
    }
}
