//! The gas that the private part of a transaction uses (Aztec 4.1.2, pxe `meterGasUsed`).

use pixie_primitives::codec::PaddedArray;
use pixie_primitives::constants::{
    AVM_EMITNOTEHASH_BASE_L2_GAS, AVM_EMITNULLIFIER_BASE_L2_GAS, AVM_SENDL2TOL1MSG_BASE_L2_GAS,
    DA_GAS_PER_FIELD, FIXED_AVM_STARTUP_L2_GAS, L2_GAS_PER_CONTRACT_CLASS_LOG,
    L2_GAS_PER_L2_TO_L1_MSG, L2_GAS_PER_NOTE_HASH, L2_GAS_PER_NULLIFIER, L2_GAS_PER_PRIVATE_LOG,
    PRIVATE_TX_L2_GAS_OVERHEAD, PUBLIC_TX_L2_GAS_OVERHEAD, TX_DA_GAS_OVERHEAD,
};
use pixie_primitives::gas::Gas;
use pixie_primitives::kernel::{
    PrivateToPublicAccumulatedData, PrivateToRollupAccumulatedData, ScopedLogHash,
};
use pixie_primitives::logs::PrivateLog;

/// What a transaction without public calls uses.
pub const PRIVATE_OVERHEAD: Gas = Gas {
    da_gas: TX_DA_GAS_OVERHEAD,
    l2_gas: PRIVATE_TX_L2_GAS_OVERHEAD,
};

/// What a transaction with public calls uses before these.
pub const PUBLIC_OVERHEAD: Gas = Gas {
    da_gas: TX_DA_GAS_OVERHEAD,
    l2_gas: PUBLIC_TX_L2_GAS_OVERHEAD,
};

/// What each side effect costs.
struct Prices {
    note_hash: u32,
    nullifier: u32,
    l2_to_l1_message: u32,
}

const PRIVATE: Prices = Prices {
    note_hash: L2_GAS_PER_NOTE_HASH,
    nullifier: L2_GAS_PER_NULLIFIER,
    l2_to_l1_message: L2_GAS_PER_L2_TO_L1_MSG,
};

/// With public calls the AVM inserts the side effects.
const PUBLIC: Prices = Prices {
    note_hash: AVM_EMITNOTEHASH_BASE_L2_GAS,
    nullifier: AVM_EMITNULLIFIER_BASE_L2_GAS,
    l2_to_l1_message: AVM_SENDL2TOL1MSG_BASE_L2_GAS,
};

/// Numbers of side effects. None exceeds 64, so that sums stay far from the end of the range.
struct Amounts {
    note_hashes: u32,
    nullifiers: u32,
    l2_to_l1_messages: u32,
    private_logs: u32,
    private_log_fields: u32,
    class_logs: u32,
    class_log_fields: u32,
}

impl Amounts {
    const fn gas(&self, prices: &Prices) -> Gas {
        let fields = self.note_hashes
            + self.nullifiers
            + self.l2_to_l1_messages
            + self.private_log_fields
            + self.class_log_fields;
        Gas {
            da_gas: fields * DA_GAS_PER_FIELD,
            l2_gas: self.note_hashes * prices.note_hash
                + self.nullifiers * prices.nullifier
                + self.l2_to_l1_messages * prices.l2_to_l1_message
                + self.private_logs * L2_GAS_PER_PRIVATE_LOG
                + self.class_logs * L2_GAS_PER_CONTRACT_CLASS_LOG,
        }
    }
}

fn count<T: Default + PartialEq, const N: usize>(items: &PaddedArray<T, N>) -> u32 {
    items.occupied().count() as u32
}

/// A log takes a field more for its length.
fn log_fields<const N: usize>(logs: &PaddedArray<PrivateLog, N>) -> u32 {
    logs.occupied().map(|log| log.emitted_length() + 1).sum()
}

/// A class log takes two fields more, for its length and the contract; the kernels count one only, so
/// that this is an upper bound, as in the reference. The length is a contract's claim: beyond all
/// bounds it counts as one that no transaction can pay.
fn class_log_fields<const N: usize>(logs: &PaddedArray<ScopedLogHash, N>) -> u32 {
    let fields = logs
        .occupied()
        .map(|log| log.inner.length.saturating_add(2));
    fields.fold(0, u32::saturating_add).min(1 << 16)
}

macro_rules! amounts {
    ($data:expr) => {
        Amounts {
            note_hashes: count(&$data.note_hashes),
            nullifiers: count(&$data.nullifiers),
            l2_to_l1_messages: count(&$data.l2_to_l1_msgs),
            private_logs: count(&$data.private_logs),
            private_log_fields: log_fields(&$data.private_logs),
            class_logs: count(&$data.contract_class_logs_hashes),
            class_log_fields: class_log_fields(&$data.contract_class_logs_hashes),
        }
    };
}

/// What the side effects of a transaction without public calls use.
pub fn private_gas(data: &PrivateToRollupAccumulatedData) -> Gas {
    amounts!(data).gas(&PRIVATE)
}

/// What the side effects of one phase of a transaction with public calls use.
pub fn public_gas(data: &PrivateToPublicAccumulatedData) -> Gas {
    let mut gas = amounts!(data).gas(&PUBLIC);
    gas.l2_gas += count(&data.public_call_requests) * FIXED_AVM_STARTUP_L2_GAS;
    gas
}
