use super::call_data::PrivateCallData;
use super::circuit::PrivateCircuitPublicInputs;
use super::public_inputs::{
    PrivateKernelCircuitPublicInputs, PrivateToPublicKernelCircuitPublicInputs,
    PrivateToRollupKernelCircuitPublicInputs,
};
use super::verification_key::VkData;
use crate::codec::{DecodeError, FieldReader, ToFields};
use crate::field::Fr;
use crate::fields_in_order;
use crate::tx::{ProtocolContracts, TxRequest};

/// What the init kernel takes: it processes the first call of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateKernelInitPrivateInputs {
    /// The request from which the transaction came.
    pub tx_request: TxRequest,
    /// The root of the tree of the kernels' verification keys.
    pub vk_tree_root: Fr,
    /// The addresses of the protocol's own contracts.
    pub protocol_contracts: ProtocolContracts,
    /// What proves that the call ran a function of the contract called.
    pub private_call: PrivateCallData,
    /// Whether the transaction has no public calls.
    pub is_private_only: bool,
    /// The transaction's first nullifier, if it has one apart from the protocol's.
    pub first_nullifier_hint: Fr,
    /// The transaction's final first revertible counter.
    pub revertible_counter_hint: u32,
    /// What the circuit of the first call put out.
    pub app_public_inputs: PrivateCircuitPublicInputs,
}
fields_in_order!(PrivateKernelInitPrivateInputs {
    tx_request,
    vk_tree_root,
    protocol_contracts,
    private_call,
    is_private_only,
    first_nullifier_hint,
    revertible_counter_hint,
    app_public_inputs
});

impl PrivateKernelInitPrivateInputs {
    /// Appends the elements as the simulated form of the init kernel takes them: in another order
    /// than the real one, whose databus inputs come last.
    pub fn write_simulated_fields(&self, out: &mut Vec<Fr>) {
        self.tx_request.write_fields(out);
        self.vk_tree_root.write_fields(out);
        self.protocol_contracts.write_fields(out);
        self.private_call.write_fields(out);
        self.app_public_inputs.write_fields(out);
        self.is_private_only.write_fields(out);
        self.first_nullifier_hint.write_fields(out);
        self.revertible_counter_hint.write_fields(out);
    }

    /// Reads what [`Self::write_simulated_fields`] writes.
    pub fn read_simulated_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        let tx_request = reader.read()?;
        let vk_tree_root = reader.read()?;
        let protocol_contracts = reader.read()?;
        let private_call = reader.read()?;
        let app_public_inputs = reader.read()?;
        Ok(Self {
            tx_request,
            vk_tree_root,
            protocol_contracts,
            private_call,
            is_private_only: reader.read()?,
            first_nullifier_hint: reader.read()?,
            revertible_counter_hint: reader.read()?,
            app_public_inputs,
        })
    }
}

/// What the inner kernel takes: it processes the next call of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateKernelInnerPrivateInputs {
    /// The verification key of the previous kernel.
    pub previous_kernel: VkData,
    /// What the previous kernel put out.
    pub previous_kernel_public_inputs: PrivateKernelCircuitPublicInputs,
    /// What proves that the call ran a function of the contract called.
    pub private_call: PrivateCallData,
    /// What the circuit of the call put out.
    pub app_public_inputs: PrivateCircuitPublicInputs,
}
fields_in_order!(PrivateKernelInnerPrivateInputs {
    previous_kernel,
    previous_kernel_public_inputs,
    private_call,
    app_public_inputs
});

/// What the tail kernel takes for a transaction without public calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateKernelTailPrivateInputs {
    /// The verification key of the previous kernel.
    pub previous_kernel: VkData,
    /// What the previous kernel put out.
    pub previous_kernel_public_inputs: PrivateKernelCircuitPublicInputs,
    /// The expiration that is put out at the latest, in seconds since 1970: a rounded one tells less.
    pub expiration_timestamp_upper_bound: u64,
}
fields_in_order!(PrivateKernelTailPrivateInputs {
    previous_kernel,
    previous_kernel_public_inputs,
    expiration_timestamp_upper_bound
});

/// To how many the tail fills up the side effects of a transaction with public calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PaddedSideEffectAmounts {
    /// Note hashes that cannot be reverted.
    pub non_revertible_note_hashes: u32,
    /// Note hashes that can be reverted.
    pub revertible_note_hashes: u32,
    /// Nullifiers that cannot be reverted.
    pub non_revertible_nullifiers: u32,
    /// Nullifiers that can be reverted.
    pub revertible_nullifiers: u32,
    /// Private logs that cannot be reverted.
    pub non_revertible_private_logs: u32,
    /// Private logs that can be reverted.
    pub revertible_private_logs: u32,
}
fields_in_order!(PaddedSideEffectAmounts {
    non_revertible_note_hashes,
    revertible_note_hashes,
    non_revertible_nullifiers,
    revertible_nullifiers,
    non_revertible_private_logs,
    revertible_private_logs
});

/// What the tail kernel takes for a transaction with public calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateKernelTailToPublicPrivateInputs {
    /// The verification key of the previous kernel.
    pub previous_kernel: VkData,
    /// What the previous kernel put out.
    pub previous_kernel_public_inputs: PrivateKernelCircuitPublicInputs,
    /// To how many the side effects are filled up.
    pub padded_side_effect_amounts: PaddedSideEffectAmounts,
    /// The expiration that is put out at the latest, in seconds since 1970: a rounded one tells less.
    pub expiration_timestamp_upper_bound: u64,
}
fields_in_order!(PrivateKernelTailToPublicPrivateInputs {
    previous_kernel,
    previous_kernel_public_inputs,
    padded_side_effect_amounts,
    expiration_timestamp_upper_bound
});

/// What the hiding kernel takes for a transaction without public calls. It puts out the public
/// inputs unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HidingKernelToRollupPrivateInputs {
    /// What the tail put out.
    pub previous_kernel_public_inputs: PrivateToRollupKernelCircuitPublicInputs,
    /// The verification key of the tail.
    pub previous_kernel_vk_data: VkData,
}
fields_in_order!(HidingKernelToRollupPrivateInputs {
    previous_kernel_public_inputs,
    previous_kernel_vk_data
});

/// What the hiding kernel takes for a transaction with public calls. It puts out the public inputs
/// unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HidingKernelToPublicPrivateInputs {
    /// What the tail put out.
    pub previous_kernel_public_inputs: PrivateToPublicKernelCircuitPublicInputs,
    /// The verification key of the tail.
    pub previous_kernel_vk_data: VkData,
}
fields_in_order!(HidingKernelToPublicPrivateInputs {
    previous_kernel_public_inputs,
    previous_kernel_vk_data
});
