use super::accumulated::PrivateToPublicAccumulatedData;
use super::public_inputs::{
    PrivateToPublicKernelCircuitPublicInputs, PrivateToRollupKernelCircuitPublicInputs,
};
use super::requests::PublicCallRequest;
use super::side_effects::{ScopedL2ToL1Message, ScopedLogHash};
use crate::address::AztecAddress;
use crate::codec::{ByteReader, DecodeError, FromBytes, ToBytes};
use crate::field::Fr;
use crate::gas::Gas;
use crate::json::json_as_base64;
use crate::logs::PrivateLog;
use crate::tx::{TxConstantData, TxHash};

/// The public inputs of a transaction: what the private part says to the network.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "both are large, and there is one for each transaction"
)]
pub enum PrivateKernelTailCircuitPublicInputs {
    /// Of a transaction without public calls.
    ForRollup(PrivateToRollupKernelCircuitPublicInputs),
    /// Of a transaction with public calls.
    ForPublic(PrivateToPublicKernelCircuitPublicInputs),
}
json_as_base64!(PrivateKernelTailCircuitPublicInputs);

impl Default for PrivateKernelTailCircuitPublicInputs {
    fn default() -> Self {
        Self::ForRollup(PrivateToRollupKernelCircuitPublicInputs::default())
    }
}

/// The items of a member that both forms have, in order and without the empty places.
macro_rules! items {
    ($inputs:expr, $member:ident) => {{
        let (first, second) = match $inputs {
            PrivateKernelTailCircuitPublicInputs::ForRollup(inputs) => {
                (inputs.end.$member.occupied(), None)
            }
            PrivateKernelTailCircuitPublicInputs::ForPublic(inputs) => (
                inputs.non_revertible_accumulated_data.$member.occupied(),
                Some(inputs.revertible_accumulated_data.$member.occupied()),
            ),
        };
        first.chain(second.into_iter().flatten())
    }};
}

impl PrivateKernelTailCircuitPublicInputs {
    /// The hash of the transaction (Aztec 4.1.2, stdlib `Tx.computeTxHash`).
    #[must_use]
    pub fn tx_hash(&self) -> TxHash {
        match self {
            Self::ForRollup(inputs) => inputs.hash(),
            Self::ForPublic(inputs) => inputs.hash(),
        }
    }

    /// What stays the same over the transaction.
    #[must_use]
    pub const fn constants(&self) -> &TxConstantData {
        match self {
            Self::ForRollup(inputs) => &inputs.constants,
            Self::ForPublic(inputs) => &inputs.constants,
        }
    }

    /// The gas that the private part used.
    #[must_use]
    pub const fn gas_used(&self) -> Gas {
        match self {
            Self::ForRollup(inputs) => inputs.gas_used,
            Self::ForPublic(inputs) => inputs.gas_used,
        }
    }

    /// Who pays the fee.
    #[must_use]
    pub const fn fee_payer(&self) -> AztecAddress {
        match self {
            Self::ForRollup(inputs) => inputs.fee_payer,
            Self::ForPublic(inputs) => inputs.fee_payer,
        }
    }

    /// The last time of a block that may include the transaction, in seconds since 1970.
    #[must_use]
    pub const fn expiration_timestamp(&self) -> u64 {
        match self {
            Self::ForRollup(inputs) => inputs.expiration_timestamp,
            Self::ForPublic(inputs) => inputs.expiration_timestamp,
        }
    }

    /// The note hashes, those that cannot be reverted first.
    pub fn note_hashes(&self) -> impl Iterator<Item = &Fr> {
        items!(self, note_hashes)
    }

    /// The nullifiers, those that cannot be reverted first.
    pub fn nullifiers(&self) -> impl Iterator<Item = &Fr> {
        items!(self, nullifiers)
    }

    /// The messages to layer 1, those that cannot be reverted first.
    pub fn l2_to_l1_msgs(&self) -> impl Iterator<Item = &ScopedL2ToL1Message> {
        items!(self, l2_to_l1_msgs)
    }

    /// The private logs, those that cannot be reverted first.
    pub fn private_logs(&self) -> impl Iterator<Item = &PrivateLog> {
        items!(self, private_logs)
    }

    /// The hashes of the contract class logs, those that cannot be reverted first.
    pub fn contract_class_logs_hashes(&self) -> impl Iterator<Item = &ScopedLogHash> {
        items!(self, contract_class_logs_hashes)
    }

    /// The public calls of the setup phase.
    pub fn setup_calls(&self) -> impl Iterator<Item = &PublicCallRequest> {
        self.calls(|inputs| &inputs.non_revertible_accumulated_data)
    }

    /// The public calls of the application phase.
    pub fn app_logic_calls(&self) -> impl Iterator<Item = &PublicCallRequest> {
        self.calls(|inputs| &inputs.revertible_accumulated_data)
    }

    /// The public call of the teardown phase.
    #[must_use]
    pub fn teardown_call(&self) -> Option<&PublicCallRequest> {
        match self {
            Self::ForRollup(_) => None,
            Self::ForPublic(inputs) => {
                Some(&inputs.public_teardown_call_request).filter(|request| !request.is_empty())
            }
        }
    }

    /// All public calls in the order of the phases.
    pub fn public_calls(&self) -> impl Iterator<Item = &PublicCallRequest> {
        self.setup_calls()
            .chain(self.app_logic_calls())
            .chain(self.teardown_call())
    }

    fn calls(
        &self,
        phase: impl Fn(&PrivateToPublicKernelCircuitPublicInputs) -> &PrivateToPublicAccumulatedData,
    ) -> impl Iterator<Item = &PublicCallRequest> {
        let inputs = match self {
            Self::ForRollup(_) => None,
            Self::ForPublic(inputs) => Some(phase(inputs)),
        };
        inputs
            .into_iter()
            .flat_map(|data| data.public_call_requests.occupied())
    }
}

impl ToBytes for PrivateKernelTailCircuitPublicInputs {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        matches!(self, Self::ForPublic(_)).write_bytes(out);
        self.constants().write_bytes(out);
        self.gas_used().write_bytes(out);
        self.fee_payer().write_bytes(out);
        self.expiration_timestamp().write_bytes(out);
        match self {
            Self::ForRollup(inputs) => inputs.end.write_bytes(out),
            Self::ForPublic(inputs) => {
                inputs.non_revertible_accumulated_data.write_bytes(out);
                inputs.revertible_accumulated_data.write_bytes(out);
                inputs.public_teardown_call_request.write_bytes(out);
            }
        }
    }
}

impl FromBytes for PrivateKernelTailCircuitPublicInputs {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        let is_for_public: bool = reader.read()?;
        let constants = reader.read()?;
        let gas_used = reader.read()?;
        let fee_payer = reader.read()?;
        let expiration_timestamp = reader.read()?;
        Ok(if is_for_public {
            Self::ForPublic(PrivateToPublicKernelCircuitPublicInputs {
                constants,
                non_revertible_accumulated_data: reader.read()?,
                revertible_accumulated_data: reader.read()?,
                public_teardown_call_request: reader.read()?,
                gas_used,
                fee_payer,
                expiration_timestamp,
            })
        } else {
            Self::ForRollup(PrivateToRollupKernelCircuitPublicInputs {
                constants,
                end: reader.read()?,
                gas_used,
                fee_payer,
                expiration_timestamp,
            })
        })
    }
}
