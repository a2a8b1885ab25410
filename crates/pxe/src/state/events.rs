//! Private events (Aztec 4.1.2, pxe `PrivateEventStore`).

use std::collections::BTreeSet;
use std::fmt;

use pixie_primitives::block::{BlockHash, BlockNumber, InBlock};
use pixie_primitives::codec::write_vec;
use pixie_primitives::constants::INITIAL_L2_BLOCK_NUM;
use pixie_primitives::note::SiloedNullifier;
use pixie_primitives::tx::TxHash;
use pixie_primitives::{
    AztecAddress, ByteReader, DecodeError, EventSelector, Fr, FromBytes, ToBytes, bytes_in_order,
};
use pixie_store::table;

use super::codec::stored_as_bytes;
use super::notes::{read_in_block, read_scopes, write_in_block, write_scopes};
use super::{PxeTables, StateError, shards};

table! {
    /// Private events by contract and siloed commitment, which is unique to an event.
    pub Events("events"): EventKey => StoredEvent,
    index EventIndex = |_, event| event.indexes(),
    shard = |key| shards::contract(&key.contract),
}

/// What identifies an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventKey {
    /// The contract.
    pub contract: AztecAddress,
    /// The commitment, which the transaction has among its nullifiers.
    pub commitment: SiloedNullifier,
}
bytes_in_order!(EventKey {
    contract,
    commitment
});

/// An event's place in the chain: by it events are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventPlace {
    /// The block.
    pub block: BlockNumber,
    /// The index of the transaction in the block.
    pub tx_index: u32,
    /// The index of the commitment among the transaction's nullifiers.
    pub event_index: u32,
}

/// What events are found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventIndex {
    /// Events of one type of a contract.
    Type(AztecAddress, EventSelector, EventPlace),
    /// Events that came with a block.
    Created(BlockNumber),
}

/// A private event whose existence was verified.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// The contract that emitted it.
    pub contract: AztecAddress,
    /// Its type.
    pub selector: EventSelector,
    /// What hides its content in the commitment.
    pub randomness: Fr,
    /// Its members, encoded.
    pub content: Vec<Fr>,
    /// The commitment.
    pub commitment: SiloedNullifier,
    /// The transaction that emitted it.
    pub tx_hash: TxHash,
    /// The block of that transaction.
    pub block: InBlock,
    /// The index of that transaction in its block.
    pub tx_index: u32,
    /// The index of the commitment among the transaction's nullifiers.
    pub event_index: u32,
    /// The accounts that have found the event.
    pub scopes: BTreeSet<AztecAddress>,
}

impl fmt::Debug for StoredEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredEvent")
            .field("contract", &self.contract)
            .field("block", &self.block.l2_block_number)
            .finish_non_exhaustive()
    }
}

impl StoredEvent {
    /// Its place in the chain.
    #[must_use]
    pub const fn place(&self) -> EventPlace {
        EventPlace {
            block: self.block.l2_block_number,
            tx_index: self.tx_index,
            event_index: self.event_index,
        }
    }

    fn indexes(&self) -> Vec<EventIndex> {
        vec![
            EventIndex::Type(self.contract, self.selector, self.place()),
            EventIndex::Created(self.block.l2_block_number),
        ]
    }
}

impl ToBytes for StoredEvent {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        self.contract.write_bytes(out);
        self.selector.write_bytes(out);
        self.randomness.write_bytes(out);
        write_vec(&self.content, out);
        self.commitment.write_bytes(out);
        self.tx_hash.write_bytes(out);
        write_in_block(&self.block, out);
        self.tx_index.write_bytes(out);
        self.event_index.write_bytes(out);
        write_scopes(&self.scopes, out);
    }
}

impl FromBytes for StoredEvent {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            contract: reader.read()?,
            selector: reader.read()?,
            randomness: reader.read()?,
            content: reader.vec("event")?,
            commitment: reader.read()?,
            tx_hash: reader.read()?,
            block: read_in_block(reader)?,
            tx_index: reader.read()?,
            event_index: reader.read()?,
            scopes: read_scopes(reader)?,
        })
    }
}
stored_as_bytes!(EventKey, StoredEvent);

/// Which events are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventFilter {
    /// The contract.
    pub contract: AztecAddress,
    /// The type.
    pub selector: EventSelector,
    /// The first block.
    pub from_block: BlockNumber,
    /// The block after the last one.
    pub to_block: BlockNumber,
    /// The accounts one of which must have found the event.
    pub scopes: Vec<AztecAddress>,
    /// The transaction; nothing for any.
    pub tx_hash: Option<TxHash>,
}

/// Which events are asked for (Aztec 4.1.2, aztec.js `PrivateEventFilter`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventQuery {
    /// The contract.
    pub contract: AztecAddress,
    /// The type.
    pub selector: EventSelector,
    /// The first block; nothing for the first there is.
    pub from_block: Option<BlockNumber>,
    /// The block after the last one; nothing for all up to the anchor block.
    pub to_block: Option<BlockNumber>,
    /// The accounts one of which must have found the event; at least one.
    pub scopes: Vec<AztecAddress>,
    /// The transaction; nothing for any.
    pub tx_hash: Option<TxHash>,
}

impl EventQuery {
    /// The filter that is meant, if the query makes sense (Aztec 4.1.2, pxe
    /// `PrivateEventFilterValidator`).
    ///
    /// # Errors
    /// [`StateError::NoScopes`], [`StateError::BlockRange`].
    pub fn resolve(self, anchor: BlockNumber) -> Result<EventFilter, StateError> {
        // The reference takes 0 for "not given".
        let given = |block: Option<BlockNumber>| block.filter(|block| *block != BlockNumber::ZERO);
        let from_block = given(self.from_block).unwrap_or(BlockNumber(INITIAL_L2_BLOCK_NUM));
        let to_block = given(self.to_block).unwrap_or(anchor.next());
        if self.scopes.is_empty() {
            return Err(StateError::NoScopes);
        }
        if from_block >= to_block {
            return Err(StateError::BlockRange {
                from: from_block,
                to: to_block,
            });
        }
        Ok(EventFilter {
            contract: self.contract,
            selector: self.selector,
            from_block,
            to_block,
            scopes: self.scopes,
            tx_hash: self.tx_hash,
        })
    }
}

impl PxeTables {
    /// The events that pass a filter, in the order in which the chain got them.
    #[must_use]
    pub fn events(&self, filter: &EventFilter) -> Vec<&StoredEvent> {
        if filter.from_block >= filter.to_block {
            return Vec::new();
        }
        let at = |block, index| {
            let place = EventPlace {
                block,
                tx_index: index,
                event_index: index,
            };
            EventIndex::Type(filter.contract, filter.selector, place)
        };
        let range = at(filter.from_block, 0)..=at(filter.to_block.previous(), u32::MAX);
        self.events
            .by_index_range(range)
            .map(|(_, _, event)| event)
            .filter(|event| {
                filter
                    .scopes
                    .iter()
                    .any(|scope| event.scopes.contains(scope))
            })
            .filter(|event| filter.tx_hash.is_none_or(|tx| event.tx_hash == tx))
            .collect()
    }

    /// Adds an event that `scope` has found. If it is known, the scope is added to it.
    pub fn add_event(&mut self, event: StoredEvent, scope: AztecAddress) {
        let key = EventKey {
            contract: event.contract,
            commitment: event.commitment,
        };
        match self.events.get(&key) {
            Some(known) if known.scopes.contains(&scope) => {}
            Some(_) => {
                self.events.update(&key, |known| {
                    known.scopes.insert(scope);
                });
            }
            None => {
                let mut event = event;
                event.scopes.insert(scope);
                self.events.put(key, event);
            }
        }
    }

    /// The blocks above `settled` that events came with.
    pub(super) fn event_blocks(&self, settled: BlockNumber) -> BTreeSet<(BlockNumber, BlockHash)> {
        let range =
            EventIndex::Created(settled.next())..=EventIndex::Created(BlockNumber(u32::MAX));
        self.events
            .by_index_range(range)
            .map(|(_, _, event)| event.block)
            .filter(|block| block.l2_block_number > settled)
            .map(|block| (block.l2_block_number, block.l2_block_hash))
            .collect()
    }

    /// Deletes the events of these blocks.
    pub(super) fn discard_event_blocks(&mut self, blocks: &BTreeSet<(BlockNumber, BlockHash)>) {
        for (number, hash) in blocks {
            let created = self.events.by_index(EventIndex::Created(*number));
            let gone: Vec<EventKey> = created
                .filter(|(_, event)| event.block.l2_block_hash == *hash)
                .map(|(key, _)| *key)
                .collect();
            for key in gone {
                self.events.remove(&key);
            }
        }
    }

    /// The blocks above `settled` whose effects the state holds, by number.
    #[must_use]
    pub fn held_blocks(&self, settled: BlockNumber) -> BTreeSet<(BlockNumber, BlockHash)> {
        let mut blocks = self.note_blocks(settled);
        blocks.extend(self.event_blocks(settled));
        blocks
    }

    /// Takes back what these blocks did, because the chain has dropped them.
    pub fn discard_blocks(&mut self, blocks: &BTreeSet<(BlockNumber, BlockHash)>) {
        if blocks.is_empty() {
            return;
        }
        // Should the chain come back to them, they must be looked at again.
        self.forget_synced();
        self.discard_note_blocks(blocks);
        self.discard_event_blocks(blocks);
    }
}
