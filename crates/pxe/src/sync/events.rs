//! Finds out which private events exist (Aztec 4.1.2, pxe `EventService`).

use std::collections::BTreeSet;

use pixie_primitives::effect::IndexedTxEffect;
use pixie_primitives::note::{Nullifier, silo_nullifier};
use pixie_primitives::tx::TxHash;
use pixie_primitives::{AztecAddress, DecodeError, EventSelector, FieldReader, Fr};

use super::SyncError;
use super::notes::bounded;
use crate::state::StoredEvent;
use crate::work::Work;

/// How many fields an event may have (Aztec 4.1.2, aztec-nr `MAX_EVENT_SERIALIZED_LEN`).
pub const MAX_EVENT_LENGTH: usize = 10;

/// An event that a contract has found in a message and wants kept (Aztec 4.1.2, pxe
/// `EventValidationRequest`).
#[derive(Clone, PartialEq, Eq)]
pub struct EventRequest {
    /// The contract that emitted it.
    pub contract: AztecAddress,
    /// Its type.
    pub selector: EventSelector,
    /// What hides its content in the commitment.
    pub randomness: Fr,
    /// Its members, encoded.
    pub content: Vec<Fr>,
    /// The commitment, not yet siloed.
    pub commitment: Nullifier,
    /// The transaction that emitted it.
    pub tx_hash: TxHash,
    /// The account that has found it.
    pub recipient: AztecAddress,
}

impl EventRequest {
    /// Reads a request as contracts write it. Fields that follow it are ignored, as the reference
    /// does.
    ///
    /// # Errors
    /// If there are too few fields, or more content than an event may have.
    pub fn from_fields(fields: &[Fr]) -> Result<Self, DecodeError> {
        let mut reader = FieldReader::new(fields);
        Ok(Self {
            contract: reader.read()?,
            selector: EventSelector::from_field(reader.field()?)?,
            randomness: reader.read()?,
            content: bounded::<MAX_EVENT_LENGTH>(&mut reader, "event")?,
            commitment: reader.read()?,
            tx_hash: reader.read()?,
            recipient: reader.read()?,
        })
    }

    /// Verifies that the event exists, and makes it a row.
    pub(super) fn validate(self, effect: &IndexedTxEffect) -> Result<ValidEvent, SyncError> {
        let commitment = silo_nullifier(self.contract, self.commitment);
        let mut nullifiers = effect.data.nullifiers.iter();
        let index = nullifiers
            .position(|nullifier| *nullifier == commitment.to_field())
            .ok_or(SyncError::EventNotInTx {
                tx: self.tx_hash,
                commitment,
            })?;
        let event = StoredEvent {
            contract: self.contract,
            selector: self.selector,
            randomness: self.randomness,
            content: self.content,
            commitment,
            tx_hash: self.tx_hash,
            block: effect.in_block(),
            tx_index: effect.tx_index_in_block,
            event_index: index as u32,
            scopes: BTreeSet::new(),
        };
        Ok(ValidEvent {
            event,
            recipient: self.recipient,
        })
    }
}

/// An event that exists.
pub(super) struct ValidEvent {
    event: StoredEvent,
    recipient: AztecAddress,
}

impl ValidEvent {
    /// Keeps the event.
    pub(super) fn store(self, work: &Work) -> Result<(), SyncError> {
        let mut state = work.state_mut();
        // Rows of contracts that are not registered would never be found again.
        state.contract_instance(&self.event.contract)?;
        state.add_event(self.event, self.recipient);
        Ok(())
    }
}
