//! How far a transaction has come, and where it may go from there.

use pixie_primitives::receipt::{TxExecutionResult, TxReceipt, TxStatus};
use serde::{Deserialize, Serialize};

use crate::approval::ShownHash;

/// How far a transaction has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Stage {
    /// It was asked for. Nobody has approved anything.
    Requested,
    /// It was approved and signed. From here on nobody is asked again.
    Approved {
        /// What the user saw.
        shown: ShownHash,
    },
    /// It was simulated and has its gas limits.
    Simulated,
    /// It is about to be sent. Whether it was is for the node to say, if the process ended then.
    Proved,
    /// The node has taken it.
    Sent,
    /// It is in a block.
    Mined {
        /// The block.
        block: u32,
        /// Whether anything of it was reverted.
        reverted: bool,
        /// The fee, in the smallest unit of fee juice, as decimal text.
        fee: Option<String>,
        /// Whether the block is final, so that this will not change.
        is_final: bool,
    },
    /// The node does not know it, or has refused it. A node that knows it after all, as after a
    /// reorganisation of the chain, brings it back.
    Dropped {
        /// Why, as the node says.
        reason: Option<String>,
    },
    /// It came to nothing before it was sent.
    Failed {
        /// Why.
        failure: Failure,
    },
    /// It was not approved.
    Rejected {
        /// Why not.
        rejection: Rejection,
    },
}

/// Why a transaction came to nothing before it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Failure {
    /// A contract refused in the simulation.
    #[error("the simulation failed: {message}")]
    Simulation {
        /// What the contract or the node says.
        message: String,
    },
    /// The fee rose above what was approved.
    #[error("the fee could be {needed}, more than the {approved} approved")]
    FeeAboveApproved {
        /// The highest fee approved, as decimal text.
        approved: String,
        /// The highest fee now, as decimal text.
        needed: String,
    },
    /// The transaction could not be proved.
    #[error("proving failed: {message}")]
    Proving {
        /// Why.
        message: String,
    },
    /// What was to be done next is not in the store any more.
    #[error("the store has lost what was to be done")]
    LostWork,
}

/// Why a transaction was not approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
pub enum Rejection {
    /// The user said no, or closed the window.
    #[error("the user said no")]
    ByUser,
    /// Who asked does not wait for an answer any more.
    #[error("who asked is gone")]
    Abandoned,
    /// The dapp may not ask for this.
    #[error("the dapp may not ask for this")]
    NotPermitted,
}

/// The stages without what they carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub enum StageKind {
    Requested,
    Approved,
    Simulated,
    Proved,
    Sent,
    Mined,
    Dropped,
    Failed,
    Rejected,
}

impl StageKind {
    /// All stages.
    pub const ALL: [Self; 9] = [
        Self::Requested,
        Self::Approved,
        Self::Simulated,
        Self::Proved,
        Self::Sent,
        Self::Mined,
        Self::Dropped,
        Self::Failed,
        Self::Rejected,
    ];

    /// Where a transaction can go from here. What was proved may have been sent, so that nothing but
    /// the node ends it.
    #[must_use]
    pub const fn successors(self) -> &'static [Self] {
        match self {
            Self::Requested => &[Self::Approved, Self::Failed, Self::Rejected],
            Self::Approved => &[Self::Simulated, Self::Failed],
            Self::Simulated => &[Self::Proved, Self::Failed],
            Self::Proved => &[Self::Sent, Self::Mined, Self::Dropped],
            Self::Sent => &[Self::Mined, Self::Dropped],
            Self::Mined => &[Self::Sent, Self::Mined, Self::Dropped],
            Self::Dropped => &[Self::Sent, Self::Mined],
            Self::Failed | Self::Rejected => &[],
        }
    }

    /// Whether a step of the wallet's own leads on from here, which takes what was kept for it.
    #[must_use]
    pub const fn has_work(self) -> bool {
        matches!(
            self,
            Self::Requested | Self::Approved | Self::Simulated | Self::Proved
        )
    }
}

impl Stage {
    /// The stage without what it carries.
    #[must_use]
    pub const fn kind(&self) -> StageKind {
        match self {
            Self::Requested => StageKind::Requested,
            Self::Approved { .. } => StageKind::Approved,
            Self::Simulated => StageKind::Simulated,
            Self::Proved => StageKind::Proved,
            Self::Sent => StageKind::Sent,
            Self::Mined { .. } => StageKind::Mined,
            Self::Dropped { .. } => StageKind::Dropped,
            Self::Failed { .. } => StageKind::Failed,
            Self::Rejected { .. } => StageKind::Rejected,
        }
    }

    /// Whether a transaction may go from here to `next`. Nothing leads out of a final block.
    #[must_use]
    pub fn may_become(&self, next: &Self) -> bool {
        !matches!(self, Self::Mined { is_final: true, .. })
            && self.kind().successors().contains(&next.kind())
    }

    /// What a receipt says. A node that does not know the transaction calls it dropped.
    #[must_use]
    pub fn of_receipt(receipt: &TxReceipt) -> Self {
        match (receipt.status, receipt.block_number) {
            (TxStatus::Dropped, _) => Self::Dropped {
                reason: receipt.error.clone(),
            },
            // A block without its number: the next receipt will have it.
            (TxStatus::Pending, _) | (_, None) => Self::Sent,
            (status, Some(block)) => Self::Mined {
                block: block.0,
                reverted: receipt.execution_result != Some(TxExecutionResult::Success),
                fee: receipt.transaction_fee.map(|fee| fee.to_string()),
                is_final: status == TxStatus::Finalized,
            },
        }
    }
}
