//! Oracles that ask the node: witnesses, headers, public storage, logs.

use futures_util::future::{try_join, try_join_all};
use pixie_node::types::MerkleTreeId;
use pixie_primitives::block::{BlockHash, BlockNumber, BlockParameter};
use pixie_primitives::hash::{L1ToL2MessageHash, StorageSlot, compute_l1_to_l2_message_nullifier};
use pixie_primitives::note::{Nullifier, SiloedNullifier, silo_nullifier};
use pixie_primitives::trees::{MembershipWitness, NullifierMembershipWitness};
use pixie_primitives::{Fr, ToFields as _};

use super::OracleError;
use super::arguments::{Answer, Arguments};
use super::context::{OracleContext, OracleResult};
use crate::sync::{self, witnesses};

/// How many slots of public storage a contract may read at once.
const MAX_STORAGE_READ: u32 = 1 << 10;

impl OracleContext<'_> {
    pub(super) async fn note_hash_witness(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let at = BlockHash::from_field(ask.field()?);
        let value = ask.field()?;
        let witness = witnesses::note_hash(self.work, at, value).await?;
        let witness = witness.ok_or_else(|| missing("note hash", value, at))?;
        Ok(membership(&witness))
    }

    pub(super) async fn block_hash_witness(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let at = BlockHash::from_field(ask.field()?);
        let value = ask.field()?;
        let hash = BlockHash::from_field(value);
        let witness = witnesses::block_hash(self.work, at, hash).await?;
        let witness = witness.ok_or_else(|| missing("block hash", value, at))?;
        Ok(membership(&witness))
    }

    pub(super) async fn nullifier_witness(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let at = BlockHash::from_field(ask.field()?);
        let value = ask.field()?;
        let witness = witnesses::nullifier(self.work, at, value).await?;
        let witness = witness.ok_or_else(|| missing("nullifier", value, at))?;
        Ok(nullifier_leaf(&witness))
    }

    pub(super) async fn low_nullifier_witness(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let at = BlockHash::from_field(ask.field()?);
        let value = ask.field()?;
        let witness = witnesses::low_nullifier(self.work, at, value).await?;
        let witness = witness.ok_or_else(|| missing("nullifier below", value, at))?;
        Ok(nullifier_leaf(&witness))
    }

    pub(super) async fn public_data_witness(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let at = BlockHash::from_field(ask.field()?);
        let slot = ask.field()?;
        let witness = witnesses::public_data(self.work, at, slot).await?;
        let witness = witness.ok_or_else(|| missing("public data slot", slot, at))?;
        let answer = Answer::nothing().single(Fr::from(witness.index));
        let answer = answer.members(&witness.leaf_preimage.to_fields());
        Ok(answer.array(&witness.sibling_path.0))
    }

    pub(super) async fn block_header(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let number = ask.u32()?;
        let anchor = self.work.anchor().number().0;
        if number > anchor {
            return Err(OracleError::BlockAhead { number, anchor }.into());
        }
        if number == anchor {
            return Ok(Answer::nothing().members(&self.work.anchor().header.to_fields()));
        }
        let at = BlockParameter::Number(BlockNumber(number));
        let block = self.work.node().block(at).await?;
        let block = block.ok_or(OracleError::UnknownBlock { number })?;
        if block.header.block_number().0 != number {
            return Err(OracleError::WrongBlock { number }.into());
        }
        Ok(Answer::nothing().members(&block.header.to_fields()))
    }

    pub(super) async fn nullifier_exists(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let inner = Nullifier::from_field(ask.field()?);
        let nullifier = silo_nullifier(self.contract, inner);
        if let Some(call) = &self.private {
            let notes = call.transaction.notes.borrow();
            if notes.has_nullifier(self.contract, nullifier) {
                return Ok(Answer::nothing().single(Fr::ONE));
            }
        }
        let at = self.work.anchor().hash;
        let found = self.find_nullifier(at, nullifier).await?;
        Ok(Answer::nothing().single(Fr::from(found)))
    }

    async fn find_nullifier(
        &self,
        at: BlockHash,
        nullifier: SiloedNullifier,
    ) -> OracleResult<bool> {
        let leaves = [nullifier.to_field()];
        let found = self
            .work
            .node()
            .find_leaves_indexes(at.into(), MerkleTreeId::Nullifier, &leaves)
            .await?;
        Ok(found.first().is_some_and(Option::is_some))
    }

    /// The reference looks at the latest block; the anchor is what the contract proves against, so a
    /// message that is not there yet cannot be consumed.
    pub(super) async fn l1_message_witness(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let (contract, message_hash, secret) = (ask.address()?, ask.field()?, ask.field()?);
        let at = self.work.anchor().hash;
        let message = L1ToL2MessageHash::from_field(message_hash);
        let nullifier = compute_l1_to_l2_message_nullifier(contract, message, secret);
        let witness = async {
            let witness = witnesses::l1_to_l2_message(self.work, at, message_hash).await?;
            OracleResult::Ok(witness)
        };
        let (witness, consumed) = try_join(witness, self.find_nullifier(at, nullifier)).await?;
        let witness = witness.ok_or(OracleError::UnknownL1Message { message_hash })?;
        if consumed {
            return Err(OracleError::ConsumedL1Message { message_hash }.into());
        }
        Ok(membership(&witness))
    }

    pub(super) async fn storage_read(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let at = BlockHash::from_field(ask.field()?);
        let (contract, first, count) = (ask.address()?, ask.field()?, ask.u32()?);
        if count > MAX_STORAGE_READ {
            let (asked, limit) = (count.into(), MAX_STORAGE_READ.into());
            let what = "slots of public storage";
            return Err(OracleError::TooMany { what, asked, limit }.into());
        }
        let read = |offset: u32| {
            let slot = first + Fr::from(offset);
            self.work
                .node()
                .public_storage_at(at.into(), contract, slot)
        };
        let values = try_join_all((0..count).map(read)).await?;
        Ok(Answer::nothing().array(&values))
    }

    pub(super) async fn fetch_tagged_logs(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let slot = StorageSlot::from_field(ask.field()?);
        sync::logs::fetch_tagged_logs(self.work, self.contract, slot, self.scopes).await?;
        Ok(Answer::nothing())
    }

    pub(super) async fn validate_and_store(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let contract = ask.address()?;
        let [notes, events] = [ask.field()?, ask.field()?].map(StorageSlot::from_field);
        self.own(contract)?;
        sync::messages::validate_and_store(self.work, contract, notes, events).await?;
        Ok(Answer::nothing())
    }

    pub(super) async fn bulk_retrieve_logs(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let contract = ask.address()?;
        let [requests, responses] = [ask.field()?, ask.field()?].map(StorageSlot::from_field);
        self.own(contract)?;
        sync::logs::bulk_retrieve(self.work, contract, requests, responses).await?;
        Ok(Answer::nothing())
    }
}

fn missing(what: &'static str, value: Fr, at: BlockHash) -> OracleError {
    let at = at.to_field();
    OracleError::NotInTree { what, value, at }
}

fn membership<const N: usize>(witness: &MembershipWitness<N>) -> Answer {
    let answer = Answer::nothing().single(Fr::from(witness.leaf_index));
    answer.array(&witness.sibling_path)
}

fn nullifier_leaf(witness: &NullifierMembershipWitness) -> Answer {
    let answer = Answer::nothing().single(Fr::from(witness.index));
    let answer = answer.members(&witness.leaf_preimage.to_fields());
    answer.array(&witness.sibling_path.0)
}
