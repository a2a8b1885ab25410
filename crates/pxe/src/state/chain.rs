//! The block that is followed, and which contracts are up to date with it.

use pixie_node::types::BlockId;
use pixie_primitives::block::{BlockHash, BlockNumber};
use pixie_primitives::{AztecAddress, ByteReader, DecodeError, FromBytes, ToBytes, bytes_in_order};
use pixie_store::{Shard, table};

use super::codec::{read_option, stored_as_bytes, write_option};
use super::{PxeTables, StateError, shards};
use crate::scopes::AccessScopes;
use crate::work::AnchorBlock;

table! {
    /// How far the chain was followed. One row.
    pub Chain("chain"): () => FollowedChain,
    shard = |()| Shard::COMMON,
}

table! {
    /// The block as of which the private state of a contract was brought up to date.
    pub Synced("synced"): SyncKey => SyncedAt,
    shard = |key| shards::contract(&key.contract),
}

/// How far the chain was followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowedChain {
    /// The last block that was followed. Its hash is not kept but made when the row is read.
    pub anchor: AnchorBlock,
    /// The last block known to be final: nothing up to it can be taken back.
    pub finalized: BlockId,
}

impl ToBytes for FollowedChain {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        self.anchor.header.write_bytes(out);
        self.finalized.number.write_bytes(out);
        self.finalized.hash.write_bytes(out);
    }
}

impl FromBytes for FollowedChain {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            anchor: AnchorBlock::new(reader.read()?),
            finalized: BlockId {
                number: reader.read()?,
                hash: reader.read()?,
            },
        })
    }
}

/// A contract, for one account or for all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SyncKey {
    /// The contract.
    pub contract: AztecAddress,
    /// The account; nothing for all of them.
    pub scope: Option<AztecAddress>,
}

impl ToBytes for SyncKey {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        self.contract.write_bytes(out);
        write_option(self.scope.as_ref(), out);
    }
}

impl FromBytes for SyncKey {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            contract: reader.read()?,
            scope: read_option(reader)?,
        })
    }
}

/// A block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncedAt {
    /// The block's hash.
    pub block: BlockHash,
}
bytes_in_order!(SyncedAt { block });
stored_as_bytes!(FollowedChain, SyncKey, SyncedAt);

impl PxeTables {
    /// The last block that was followed.
    ///
    /// # Errors
    /// [`StateError::NotSynchronized`] before the first synchronisation.
    pub fn anchor(&self) -> Result<AnchorBlock, StateError> {
        let chain = self.chain.get(&()).ok_or(StateError::NotSynchronized)?;
        Ok(chain.anchor.clone())
    }

    /// The number of the last block known to be final; 0 if none is.
    #[must_use]
    pub fn finalized_block_number(&self) -> BlockNumber {
        let chain = self.chain.get(&());
        chain.map_or(BlockNumber::ZERO, |chain| chain.finalized.number)
    }

    /// The part of `scopes` for which the contract must be brought up to date with `block`; nothing
    /// if it is. Without scopes there is nothing to do.
    #[must_use]
    pub fn unsynced(
        &self,
        contract: AztecAddress,
        scopes: &AccessScopes,
        block: BlockHash,
    ) -> Option<AccessScopes> {
        let is_synced = |scope| {
            let row = self.synced.get(&SyncKey { contract, scope });
            row.is_some_and(|at| at.block == block)
        };
        if is_synced(None) {
            return None;
        }
        let AccessScopes::Only(accounts) = scopes else {
            return Some(AccessScopes::All);
        };
        let mut left = accounts.clone();
        left.retain(|account| !is_synced(Some(*account)));
        (!left.is_empty()).then_some(AccessScopes::Only(left))
    }

    /// Notes that the contract is up to date with `block` for these scopes.
    pub fn mark_synced(&mut self, contract: AztecAddress, scopes: &AccessScopes, block: BlockHash) {
        let scopes = match scopes {
            AccessScopes::All => vec![None],
            AccessScopes::Only(accounts) => accounts.iter().copied().map(Some).collect(),
        };
        for scope in scopes {
            let key = SyncKey { contract, scope };
            if self.synced.get(&key).is_none_or(|at| at.block != block) {
                self.synced.put(key, SyncedAt { block });
            }
        }
    }

    /// Forgets which contracts are up to date: there is something new to look for.
    pub(super) fn forget_synced(&mut self) {
        self.synced.retain(|_, _| false);
    }
}
