use serde::{Deserialize, Serialize};

use super::{FunctionData, HashedValues, TxContext, TxRequest};
use crate::address::AztecAddress;
use crate::auth_witness::AuthWitness;
use crate::capsule::Capsule;
use crate::codec::{ByteReader, DecodeError, FromBytes, ToBytes, write_vec};
use crate::field::Fr;
use crate::selector::FunctionSelector;

/// A request for a transaction with everything that is needed to execute it: what an account makes
/// of a payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TxExecutionRequest {
    /// The account whose entrypoint is called.
    pub origin: AztecAddress,
    /// The entrypoint.
    pub function_selector: FunctionSelector,
    /// The hash of the entrypoint's arguments.
    pub first_call_args_hash: Fr,
    /// The chain, and the gas that the transaction accepts.
    pub tx_context: TxContext,
    /// The arguments of the entrypoint and of the calls that it makes.
    pub args_of_calls: Vec<HashedValues>,
    /// Authorisations that the calls need.
    pub auth_witnesses: Vec<AuthWitness>,
    /// Data that the contracts called look for.
    pub capsules: Vec<Capsule>,
    /// Makes the hash of the request unpredictable.
    pub salt: Fr,
}

impl TxExecutionRequest {
    /// The request as the kernel sees it. Entrypoints are private.
    #[must_use]
    pub fn to_tx_request(&self) -> TxRequest {
        TxRequest {
            origin: self.origin,
            args_hash: self.first_call_args_hash,
            tx_context: self.tx_context.clone(),
            function_data: FunctionData {
                selector: self.function_selector,
                is_private: true,
            },
            salt: self.salt,
        }
    }
}

impl ToBytes for TxExecutionRequest {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        self.origin.write_bytes(out);
        self.function_selector.write_bytes(out);
        self.first_call_args_hash.write_bytes(out);
        self.tx_context.write_bytes(out);
        write_vec(&self.args_of_calls, out);
        write_vec(&self.auth_witnesses, out);
        write_vec(&self.capsules, out);
        self.salt.write_bytes(out);
    }
}

impl FromBytes for TxExecutionRequest {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            origin: reader.read()?,
            function_selector: reader.read()?,
            first_call_args_hash: reader.read()?,
            tx_context: reader.read()?,
            args_of_calls: reader.vec("arguments of calls")?,
            auth_witnesses: reader.vec("authentication witnesses")?,
            capsules: reader.vec("capsules")?,
            salt: reader.read()?,
        })
    }
}
