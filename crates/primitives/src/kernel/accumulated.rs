use super::requests::{
    CountedPublicCallRequest, PrivateCallRequest, PublicCallRequest,
    ScopedKeyValidationRequestAndSeparator,
};
use super::side_effects::{
    ScopedCountedL2ToL1Message, ScopedCountedLogHash, ScopedL2ToL1Message, ScopedLogHash,
    ScopedNoteHash, ScopedNullifier, ScopedPrivateLogData, ScopedReadRequest,
};
use crate::codec::{ClaimedLengthArray, PaddedArray};
use crate::constants::{
    MAX_CONTRACT_CLASS_LOGS_PER_TX, MAX_ENQUEUED_CALLS_PER_TX, MAX_KEY_VALIDATION_REQUESTS_PER_TX,
    MAX_L2_TO_L1_MSGS_PER_TX, MAX_NOTE_HASH_READ_REQUESTS_PER_TX, MAX_NOTE_HASHES_PER_TX,
    MAX_NULLIFIER_READ_REQUESTS_PER_TX, MAX_NULLIFIERS_PER_TX,
    MAX_PRIVATE_CALL_STACK_LENGTH_PER_TX, MAX_PRIVATE_LOGS_PER_TX,
};
use crate::field::Fr;
use crate::json::json_as_base64;
use crate::logs::PrivateLog;
use crate::{bytes_in_order, fields_in_order};

/// Claims that the kernel has still to verify.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrivateValidationRequests {
    /// Note hashes read.
    pub note_hash_read_requests:
        ClaimedLengthArray<ScopedReadRequest, MAX_NOTE_HASH_READ_REQUESTS_PER_TX>,
    /// Nullifiers read.
    pub nullifier_read_requests:
        ClaimedLengthArray<ScopedReadRequest, MAX_NULLIFIER_READ_REQUESTS_PER_TX>,
    /// App-siloed keys used.
    pub scoped_key_validation_requests_and_separators: ClaimedLengthArray<
        ScopedKeyValidationRequestAndSeparator,
        MAX_KEY_VALIDATION_REQUESTS_PER_TX,
    >,
}
bytes_in_order!(PrivateValidationRequests {
    note_hash_read_requests,
    nullifier_read_requests,
    scoped_key_validation_requests_and_separators
});
fields_in_order!(PrivateValidationRequests {
    note_hash_read_requests,
    nullifier_read_requests,
    scoped_key_validation_requests_and_separators
});

/// The side effects that the kernel has gathered so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrivateAccumulatedData {
    /// New note hashes.
    pub note_hashes: ClaimedLengthArray<ScopedNoteHash, MAX_NOTE_HASHES_PER_TX>,
    /// New nullifiers.
    pub nullifiers: ClaimedLengthArray<ScopedNullifier, MAX_NULLIFIERS_PER_TX>,
    /// Messages to layer 1.
    pub l2_to_l1_msgs: ClaimedLengthArray<ScopedCountedL2ToL1Message, MAX_L2_TO_L1_MSGS_PER_TX>,
    /// Private logs.
    pub private_logs: ClaimedLengthArray<ScopedPrivateLogData, MAX_PRIVATE_LOGS_PER_TX>,
    /// Hashes of contract class logs.
    pub contract_class_logs_hashes:
        ClaimedLengthArray<ScopedCountedLogHash, MAX_CONTRACT_CLASS_LOGS_PER_TX>,
    /// Enqueued public calls.
    pub public_call_requests:
        ClaimedLengthArray<CountedPublicCallRequest, MAX_ENQUEUED_CALLS_PER_TX>,
    /// Private calls that the kernel has still to process; the last one comes next.
    pub private_call_stack:
        ClaimedLengthArray<PrivateCallRequest, MAX_PRIVATE_CALL_STACK_LENGTH_PER_TX>,
}
bytes_in_order!(PrivateAccumulatedData {
    note_hashes,
    nullifiers,
    l2_to_l1_msgs,
    private_logs,
    contract_class_logs_hashes,
    public_call_requests,
    private_call_stack
});
fields_in_order!(PrivateAccumulatedData {
    note_hashes,
    nullifiers,
    l2_to_l1_msgs,
    private_logs,
    contract_class_logs_hashes,
    public_call_requests,
    private_call_stack
});

/// The side effects of a transaction without public calls, siloed and ordered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrivateToRollupAccumulatedData {
    /// New note hashes, unique.
    pub note_hashes: PaddedArray<Fr, MAX_NOTE_HASHES_PER_TX>,
    /// New nullifiers, siloed.
    pub nullifiers: PaddedArray<Fr, MAX_NULLIFIERS_PER_TX>,
    /// Messages to layer 1.
    pub l2_to_l1_msgs: PaddedArray<ScopedL2ToL1Message, MAX_L2_TO_L1_MSGS_PER_TX>,
    /// Private logs, with siloed tags.
    pub private_logs: PaddedArray<PrivateLog, MAX_PRIVATE_LOGS_PER_TX>,
    /// Hashes of contract class logs.
    pub contract_class_logs_hashes: PaddedArray<ScopedLogHash, MAX_CONTRACT_CLASS_LOGS_PER_TX>,
}
bytes_in_order!(PrivateToRollupAccumulatedData {
    note_hashes,
    nullifiers,
    l2_to_l1_msgs,
    private_logs,
    contract_class_logs_hashes
});
fields_in_order!(PrivateToRollupAccumulatedData {
    note_hashes,
    nullifiers,
    l2_to_l1_msgs,
    private_logs,
    contract_class_logs_hashes
});
json_as_base64!(PrivateToRollupAccumulatedData);

/// The side effects of one phase of a transaction with public calls, siloed and ordered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrivateToPublicAccumulatedData {
    /// New note hashes: unique where they cannot be reverted, else siloed.
    pub note_hashes: PaddedArray<Fr, MAX_NOTE_HASHES_PER_TX>,
    /// New nullifiers, siloed.
    pub nullifiers: PaddedArray<Fr, MAX_NULLIFIERS_PER_TX>,
    /// Messages to layer 1.
    pub l2_to_l1_msgs: PaddedArray<ScopedL2ToL1Message, MAX_L2_TO_L1_MSGS_PER_TX>,
    /// Private logs, with siloed tags.
    pub private_logs: PaddedArray<PrivateLog, MAX_PRIVATE_LOGS_PER_TX>,
    /// Hashes of contract class logs.
    pub contract_class_logs_hashes: PaddedArray<ScopedLogHash, MAX_CONTRACT_CLASS_LOGS_PER_TX>,
    /// Public calls in the order of their execution.
    pub public_call_requests: PaddedArray<PublicCallRequest, MAX_ENQUEUED_CALLS_PER_TX>,
}
bytes_in_order!(PrivateToPublicAccumulatedData {
    note_hashes,
    nullifiers,
    l2_to_l1_msgs,
    private_logs,
    contract_class_logs_hashes,
    public_call_requests
});
fields_in_order!(PrivateToPublicAccumulatedData {
    note_hashes,
    nullifiers,
    l2_to_l1_msgs,
    private_logs,
    contract_class_logs_hashes,
    public_call_requests
});
