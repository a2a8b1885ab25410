//! How far tags were used (Aztec 4.1.2, pxe `SenderTaggingStore`, `RecipientTaggingStore`).

use std::collections::BTreeSet;

use pixie_primitives::codec::write_vec;
use pixie_primitives::hash::poseidon2_hash;
use pixie_primitives::tagging::{ExtendedDirectionalAppTaggingSecret, PreTag};
use pixie_primitives::tx::TxHash;
use pixie_primitives::{
    AztecAddress, ByteReader, DecodeError, Fr, FromBytes, ToBytes, bytes_in_order,
};
use pixie_store::table;

use super::codec::{read_option, stored_as_bytes, write_option};
use super::{PxeTables, StateError, shards};

/// How far beyond the last finalised index a sender goes, and a recipient looks (Aztec 4.1.2, pxe
/// `UNFINALIZED_TAGGING_INDEXES_WINDOW_LEN`).
pub const TAGGING_WINDOW: u32 = 20;

table! {
    /// What own accounts have sent, by tagging secret; found by transaction.
    pub SenderTagTable("sender_tags"): TagKey => SenderTags,
    index TxHash = |_, tags| tags.pending.iter().map(|pending| pending.tx_hash).collect(),
    shard = |key| shards::contract(&key.app),
}

table! {
    /// What own accounts have received, by tagging secret.
    pub RecipientTagTable("recipient_tags"): TagKey => RecipientTags,
    shard = |key| shards::contract(&key.app),
}

/// What identifies a tagging secret, without revealing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TagKey {
    app: AztecAddress,
    id: Fr,
}
bytes_in_order!(TagKey { app, id });

impl From<&ExtendedDirectionalAppTaggingSecret> for TagKey {
    fn from(secret: &ExtendedDirectionalAppTaggingSecret) -> Self {
        let app = secret.app();
        // Three elements, so that it is no tag.
        let id = poseidon2_hash(&[secret.expose(), app.to_field(), Fr::ONE]);
        Self { app, id }
    }
}

/// The highest index that a transaction has used and that is not final.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PendingIndex {
    /// The index.
    pub index: u32,
    /// The transaction.
    pub tx_hash: TxHash,
}
bytes_in_order!(PendingIndex { index, tx_hash });

/// The indexes that were used to send with one secret.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SenderTags {
    /// The last index in a final block.
    pub finalized: Option<u32>,
    /// One entry for each transaction that is not final, in the order in which they became known.
    pub pending: Vec<PendingIndex>,
}

impl ToBytes for SenderTags {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        write_option(self.finalized.as_ref(), out);
        write_vec(&self.pending, out);
    }
}

impl FromBytes for SenderTags {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            finalized: read_option(reader)?,
            pending: reader.vec("pending tagging indexes")?,
        })
    }
}

/// Up to which indexes messages with one secret were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecipientTags {
    /// The highest index in a block that is so old that no message with a lower one can come.
    pub aged: Option<u32>,
    /// The highest index in a final block.
    pub finalized: Option<u32>,
}

impl ToBytes for RecipientTags {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        write_option(self.aged.as_ref(), out);
        write_option(self.finalized.as_ref(), out);
    }
}

impl FromBytes for RecipientTags {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            aged: read_option(reader)?,
            finalized: read_option(reader)?,
        })
    }
}
stored_as_bytes!(TagKey, SenderTags, RecipientTags);

impl SenderTags {
    /// The highest index that was used.
    #[must_use]
    pub fn last_used(&self) -> Option<u32> {
        let pending = self.pending.iter().map(|pending| pending.index).max();
        pending.or(self.finalized)
    }

    /// The transactions that have used indexes from `start` to before `end` and are not final.
    #[must_use]
    pub fn pending_txs(&self, start: u32, end: u32) -> Vec<TxHash> {
        let mut seen = BTreeSet::new();
        let within = self
            .pending
            .iter()
            .filter(|p| (start..end).contains(&p.index));
        within
            .map(|pending| pending.tx_hash)
            .filter(|tx| seen.insert(*tx))
            .collect()
    }

    /// Whether `index` may become pending for a transaction, and is not yet.
    fn admits(&self, index: u32, tx: TxHash) -> Result<bool, StateError> {
        let finalized = self.finalized;
        if index > finalized.unwrap_or(0).saturating_add(TAGGING_WINDOW) {
            return Err(StateError::TaggingWindow {
                index,
                finalized,
                window: TAGGING_WINDOW,
            });
        }
        if let Some(finalized) = finalized.filter(|finalized| index <= *finalized) {
            return Err(StateError::TagFinalized { index, finalized });
        }
        match self.pending.iter().find(|pending| pending.tx_hash == tx) {
            None => Ok(true),
            Some(known) if known.index == index => Ok(false),
            Some(known) => Err(StateError::TagContradiction {
                tx,
                known: known.index,
                index,
            }),
        }
    }
}

impl PxeTables {
    /// What was sent with a secret.
    #[must_use]
    pub fn sender_tags(&self, secret: &ExtendedDirectionalAppTaggingSecret) -> Option<&SenderTags> {
        self.sender_tags.get(&TagKey::from(secret))
    }

    /// Notes the highest indexes that a transaction uses: all of them, or none.
    ///
    /// # Errors
    /// [`StateError::RepeatedTaggingSecret`], [`StateError::TaggingWindow`],
    /// [`StateError::TagFinalized`], [`StateError::TagContradiction`].
    pub fn add_pending_tags(&mut self, tags: &[PreTag], tx: TxHash) -> Result<(), StateError> {
        let none = SenderTags::default();
        let mut keys = BTreeSet::new();
        let mut new = Vec::with_capacity(tags.len());
        for tag in tags {
            let key = TagKey::from(&tag.extended_secret);
            if !keys.insert(key) {
                return Err(StateError::RepeatedTaggingSecret(tx));
            }
            let known = self.sender_tags.get(&key).unwrap_or(&none);
            if known.admits(tag.index, tx)? {
                new.push((key, tag.index));
            }
        }
        for (key, index) in new {
            let mut row = self.sender_tags.get(&key).cloned().unwrap_or_default();
            row.pending.push(PendingIndex { index, tx_hash: tx });
            self.sender_tags.put(key, row);
        }
        Ok(())
    }

    /// Notes that a transaction on the chain has used an index. The highest one counts.
    pub fn observe_tag(
        &mut self,
        secret: &ExtendedDirectionalAppTaggingSecret,
        index: u32,
        tx: TxHash,
    ) {
        let key = TagKey::from(secret);
        let mut row = self.sender_tags.get(&key).cloned().unwrap_or_default();
        match row.pending.iter_mut().find(|known| known.tx_hash == tx) {
            // Logs that were squashed have used indexes that the chain does not show.
            Some(known) if known.index >= index => return,
            Some(known) => known.index = index,
            None => row.pending.push(PendingIndex { index, tx_hash: tx }),
        }
        self.sender_tags.put(key, row);
    }

    /// Forgets the indexes of transactions that were dropped or have failed, for all secrets.
    pub fn drop_pending_tags(&mut self, txs: &[TxHash]) {
        for tx in txs {
            for key in self.secrets_of(*tx) {
                let mut row = self.sender_tags.get(&key).cloned().unwrap_or_default();
                row.pending.retain(|pending| pending.tx_hash != *tx);
                self.put_sender_tags(key, row);
            }
        }
    }

    /// Makes the indexes of transactions final, for all secrets. Lower pending ones are forgotten.
    pub fn finalize_pending_tags(&mut self, txs: &[TxHash]) {
        for tx in txs {
            for key in self.secrets_of(*tx) {
                let mut row = self.sender_tags.get(&key).cloned().unwrap_or_default();
                let used = row.pending.iter().filter(|pending| pending.tx_hash == *tx);
                let finalized = used.map(|pending| pending.index).max().max(row.finalized);
                row.pending
                    .retain(|pending| Some(pending.index) > finalized);
                row.finalized = finalized;
                self.put_sender_tags(key, row);
            }
        }
    }

    fn secrets_of(&self, tx: TxHash) -> Vec<TagKey> {
        let rows = self.sender_tags.by_index(tx);
        rows.map(|(key, _)| *key).collect()
    }

    fn put_sender_tags(&mut self, key: TagKey, row: SenderTags) {
        if row == SenderTags::default() {
            self.sender_tags.remove(&key);
        } else {
            self.sender_tags.put(key, row);
        }
    }

    /// Up to which indexes messages with a secret were found.
    #[must_use]
    pub fn recipient_tags(&self, secret: &ExtendedDirectionalAppTaggingSecret) -> RecipientTags {
        let row = self.recipient_tags.get(&TagKey::from(secret));
        row.copied().unwrap_or_default()
    }

    /// Raises the indexes up to which messages with a secret were found. Nothing leaves an index as
    /// it is.
    ///
    /// # Errors
    /// [`StateError::TagLowered`].
    pub fn raise_recipient_tags(
        &mut self,
        secret: &ExtendedDirectionalAppTaggingSecret,
        to: RecipientTags,
    ) -> Result<(), StateError> {
        let key = TagKey::from(secret);
        let known = self.recipient_tags.get(&key).copied().unwrap_or_default();
        let raise = |known: Option<u32>, to: Option<u32>| match (known, to) {
            (Some(known), Some(index)) if index < known => {
                Err(StateError::TagLowered { index, known })
            }
            (known, to) => Ok(to.or(known)),
        };
        let raised = RecipientTags {
            aged: raise(known.aged, to.aged)?,
            finalized: raise(known.finalized, to.finalized)?,
        };
        if raised != known {
            self.recipient_tags.put(key, raised);
        }
        Ok(())
    }
}
