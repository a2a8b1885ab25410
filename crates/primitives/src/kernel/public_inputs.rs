use super::accumulated::{
    PrivateAccumulatedData, PrivateToPublicAccumulatedData, PrivateToRollupAccumulatedData,
    PrivateValidationRequests,
};
use super::bytes_in_order_wide;
use super::requests::PublicCallRequest;
use crate::address::AztecAddress;
use crate::codec::ToFields as _;
use crate::constants::DomainSeparator;
use crate::field::Fr;
use crate::gas::Gas;
use crate::hash::poseidon2_hash_with_separator;
use crate::json::json_as_base64;
use crate::tx::{PrivateTxConstantData, TxConstantData, TxHash};
use crate::{bytes_in_order, fields_in_order};

/// What the init, inner and reset kernels put out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrivateKernelCircuitPublicInputs {
    /// What stays the same over the transaction.
    pub constants: PrivateTxConstantData,
    /// Side effects from this counter on can be reverted.
    pub min_revertible_side_effect_counter: u32,
    /// Claims that are still to be verified.
    pub validation_requests: PrivateValidationRequests,
    /// The side effects so far.
    pub end: PrivateAccumulatedData,
    /// The public call for the teardown phase; empty if none was set.
    pub public_teardown_call_request: PublicCallRequest,
    /// Who pays the fee; zero as long as nobody said so.
    pub fee_payer: AztecAddress,
    /// The last time of a block that may include the transaction, in seconds since 1970.
    pub expiration_timestamp: u64,
    /// Whether the transaction claims to have no public calls.
    pub is_private_only: bool,
    /// The nullifier from which the nonces of the transaction's notes derive, as claimed.
    pub claimed_first_nullifier: Fr,
    /// The final first revertible counter, as claimed.
    pub claimed_revertible_counter: u32,
}
bytes_in_order_wide!(PrivateKernelCircuitPublicInputs {
    constants,
    min_revertible_side_effect_counter as field,
    validation_requests,
    end,
    public_teardown_call_request,
    fee_payer,
    expiration_timestamp,
    is_private_only,
    claimed_first_nullifier,
    claimed_revertible_counter
});
fields_in_order!(PrivateKernelCircuitPublicInputs {
    constants,
    min_revertible_side_effect_counter,
    validation_requests,
    end,
    public_teardown_call_request,
    fee_payer,
    expiration_timestamp,
    is_private_only,
    claimed_first_nullifier,
    claimed_revertible_counter
});
json_as_base64!(PrivateKernelCircuitPublicInputs);

impl PrivateKernelCircuitPublicInputs {
    /// Whether the tail must be the one for transactions with public calls.
    #[must_use]
    pub fn is_for_public(&self) -> bool {
        !self.end.public_call_requests.is_empty() || !self.public_teardown_call_request.is_empty()
    }
}

/// What the tail kernel puts out for a transaction without public calls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrivateToRollupKernelCircuitPublicInputs {
    /// What stays the same over the transaction.
    pub constants: TxConstantData,
    /// The side effects.
    pub end: PrivateToRollupAccumulatedData,
    /// The gas used.
    pub gas_used: Gas,
    /// Who pays the fee.
    pub fee_payer: AztecAddress,
    /// The last time of a block that may include the transaction, in seconds since 1970.
    pub expiration_timestamp: u64,
}
bytes_in_order!(PrivateToRollupKernelCircuitPublicInputs {
    constants,
    end,
    gas_used,
    fee_payer,
    expiration_timestamp
});
fields_in_order!(PrivateToRollupKernelCircuitPublicInputs {
    constants,
    end,
    gas_used,
    fee_payer,
    expiration_timestamp
});
json_as_base64!(PrivateToRollupKernelCircuitPublicInputs);

impl PrivateToRollupKernelCircuitPublicInputs {
    /// The hash of the transaction.
    #[must_use]
    pub fn hash(&self) -> TxHash {
        TxHash::from_field(poseidon2_hash_with_separator(
            &self.to_fields(),
            DomainSeparator::PrivateTxHash,
        ))
    }
}

/// What the tail kernel puts out for a transaction with public calls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrivateToPublicKernelCircuitPublicInputs {
    /// What stays the same over the transaction.
    pub constants: TxConstantData,
    /// Side effects that stay even if the transaction reverts.
    pub non_revertible_accumulated_data: PrivateToPublicAccumulatedData,
    /// Side effects that vanish if the transaction reverts.
    pub revertible_accumulated_data: PrivateToPublicAccumulatedData,
    /// The public call for the teardown phase; empty if none was set.
    pub public_teardown_call_request: PublicCallRequest,
    /// The gas used so far.
    pub gas_used: Gas,
    /// Who pays the fee.
    pub fee_payer: AztecAddress,
    /// The last time of a block that may include the transaction, in seconds since 1970.
    pub expiration_timestamp: u64,
}
bytes_in_order!(PrivateToPublicKernelCircuitPublicInputs {
    constants,
    non_revertible_accumulated_data,
    revertible_accumulated_data,
    public_teardown_call_request,
    gas_used,
    fee_payer,
    expiration_timestamp
});
fields_in_order!(PrivateToPublicKernelCircuitPublicInputs {
    constants,
    non_revertible_accumulated_data,
    revertible_accumulated_data,
    public_teardown_call_request,
    gas_used,
    fee_payer,
    expiration_timestamp
});
json_as_base64!(PrivateToPublicKernelCircuitPublicInputs);

impl PrivateToPublicKernelCircuitPublicInputs {
    /// The hash of the transaction.
    #[must_use]
    pub fn hash(&self) -> TxHash {
        TxHash::from_field(poseidon2_hash_with_separator(
            &self.to_fields(),
            DomainSeparator::PublicTxHash,
        ))
    }
}
