use super::bytes_in_order_wide;
use super::requests::{
    CountedPublicCallRequest, KeyValidationRequestAndSeparator, PrivateCallRequest,
    PublicCallRequest,
};
use super::side_effects::{
    CountedL2ToL1Message, CountedLogHash, CountedNoteHash, CountedNullifier, PrivateLogData,
    ScopedReadRequest,
};
use crate::block::BlockHeader;
use crate::codec::ClaimedLengthArray;
use crate::constants::{
    MAX_CONTRACT_CLASS_LOGS_PER_CALL, MAX_ENQUEUED_CALLS_PER_CALL,
    MAX_KEY_VALIDATION_REQUESTS_PER_CALL, MAX_L2_TO_L1_MSGS_PER_CALL,
    MAX_NOTE_HASH_READ_REQUESTS_PER_CALL, MAX_NOTE_HASHES_PER_CALL,
    MAX_NULLIFIER_READ_REQUESTS_PER_CALL, MAX_NULLIFIERS_PER_CALL,
    MAX_PRIVATE_CALL_STACK_LENGTH_PER_CALL, MAX_PRIVATE_LOGS_PER_CALL,
};
use crate::field::Fr;
use crate::fields_in_order;
use crate::json::json_as_base64;
use crate::tx::{CallContext, TxContext};

/// What the circuit of a private function says about one call of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrivateCircuitPublicInputs {
    /// Who calls what.
    pub call_context: CallContext,
    /// The hash of the arguments.
    pub args_hash: Fr,
    /// The hash of the return values.
    pub returns_hash: Fr,
    /// The header of the block whose state the call sees.
    pub anchor_block_header: BlockHeader,
    /// The chain, and the gas that the transaction accepts.
    pub tx_context: TxContext,
    /// Side effects from this counter on can be reverted; zero if the call does not say.
    pub min_revertible_side_effect_counter: u32,
    /// Whether the contract called pays the fee.
    pub is_fee_payer: bool,
    /// The last time of a block that may include the transaction, in seconds since 1970.
    pub expiration_timestamp: u64,
    /// The side-effect counter with which the call starts.
    pub start_side_effect_counter: u32,
    /// The side-effect counter with which the call ends.
    pub end_side_effect_counter: u32,
    /// What the call expects the transaction's first revertible counter to be above of.
    pub expected_non_revertible_side_effect_counter: u32,
    /// What the call expects the transaction's first revertible counter not to be above of.
    pub expected_revertible_side_effect_counter: u32,
    /// Note hashes read.
    pub note_hash_read_requests:
        ClaimedLengthArray<ScopedReadRequest, MAX_NOTE_HASH_READ_REQUESTS_PER_CALL>,
    /// Nullifiers read.
    pub nullifier_read_requests:
        ClaimedLengthArray<ScopedReadRequest, MAX_NULLIFIER_READ_REQUESTS_PER_CALL>,
    /// App-siloed keys used.
    pub key_validation_requests_and_separators:
        ClaimedLengthArray<KeyValidationRequestAndSeparator, MAX_KEY_VALIDATION_REQUESTS_PER_CALL>,
    /// Private calls made.
    pub private_call_requests:
        ClaimedLengthArray<PrivateCallRequest, MAX_PRIVATE_CALL_STACK_LENGTH_PER_CALL>,
    /// Public calls enqueued.
    pub public_call_requests:
        ClaimedLengthArray<CountedPublicCallRequest, MAX_ENQUEUED_CALLS_PER_CALL>,
    /// The public call for the teardown phase; empty if none was set.
    pub public_teardown_call_request: PublicCallRequest,
    /// New note hashes.
    pub note_hashes: ClaimedLengthArray<CountedNoteHash, MAX_NOTE_HASHES_PER_CALL>,
    /// New nullifiers.
    pub nullifiers: ClaimedLengthArray<CountedNullifier, MAX_NULLIFIERS_PER_CALL>,
    /// Messages to layer 1.
    pub l2_to_l1_msgs: ClaimedLengthArray<CountedL2ToL1Message, MAX_L2_TO_L1_MSGS_PER_CALL>,
    /// Private logs.
    pub private_logs: ClaimedLengthArray<PrivateLogData, MAX_PRIVATE_LOGS_PER_CALL>,
    /// Hashes of contract class logs.
    pub contract_class_logs_hashes:
        ClaimedLengthArray<CountedLogHash, MAX_CONTRACT_CLASS_LOGS_PER_CALL>,
}
bytes_in_order_wide!(PrivateCircuitPublicInputs {
    call_context,
    args_hash,
    returns_hash,
    anchor_block_header,
    tx_context,
    min_revertible_side_effect_counter as field,
    is_fee_payer,
    expiration_timestamp,
    start_side_effect_counter as field,
    end_side_effect_counter as field,
    expected_non_revertible_side_effect_counter as field,
    expected_revertible_side_effect_counter as field,
    note_hash_read_requests,
    nullifier_read_requests,
    key_validation_requests_and_separators,
    private_call_requests,
    public_call_requests,
    public_teardown_call_request,
    note_hashes,
    nullifiers,
    l2_to_l1_msgs,
    private_logs,
    contract_class_logs_hashes
});
fields_in_order!(PrivateCircuitPublicInputs {
    call_context,
    args_hash,
    returns_hash,
    anchor_block_header,
    tx_context,
    min_revertible_side_effect_counter,
    is_fee_payer,
    expiration_timestamp,
    start_side_effect_counter,
    end_side_effect_counter,
    expected_non_revertible_side_effect_counter,
    expected_revertible_side_effect_counter,
    note_hash_read_requests,
    nullifier_read_requests,
    key_validation_requests_and_separators,
    private_call_requests,
    public_call_requests,
    public_teardown_call_request,
    note_hashes,
    nullifiers,
    l2_to_l1_msgs,
    private_logs,
    contract_class_logs_hashes
});
json_as_base64!(PrivateCircuitPublicInputs);

/// What the runtime tells a private function about its call before the arguments
/// (Aztec 4.1.2, stdlib `PrivateContextInputs`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrivateContextInputs {
    /// Who calls what.
    pub call_context: CallContext,
    /// The header of the block whose state the call sees.
    pub anchor_block_header: BlockHeader,
    /// The chain, and the gas that the transaction accepts.
    pub tx_context: TxContext,
    /// The side-effect counter with which the call starts.
    pub start_side_effect_counter: u32,
}
fields_in_order!(PrivateContextInputs {
    call_context,
    anchor_block_header,
    tx_context,
    start_side_effect_counter
});
