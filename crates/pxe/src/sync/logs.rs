//! Finds the logs meant for own accounts (Aztec 4.1.2, pxe `LogService`).

use futures_util::future::{try_join, try_join_all};
use pixie_node::types::TxScopedLog;
use pixie_node::{all_private_logs_by_tags, all_public_logs_by_tags};
use pixie_primitives::codec::ClaimedLengthArray;
use pixie_primitives::constants::{MAX_NOTE_HASHES_PER_TX, PRIVATE_LOG_CIPHERTEXT_LEN};
use pixie_primitives::hash::StorageSlot;
use pixie_primitives::logs::{MessageContext, PendingTaggedLog};
use pixie_primitives::tagging::{ExtendedDirectionalAppTaggingSecret, Tag};
use pixie_primitives::{AztecAddress, DecodeError, FieldReader, Fr, ToFields as _};

use super::notes::MAX_NOTE_PACKED_LENGTH;
use super::tagging::{ChainClock, incoming_logs};
use super::{SyncError, verify};
use crate::scopes::AccessScopes;
use crate::work::Work;

/// How many fields of a log are handed to a contract that retrieves it (Aztec 4.1.2, pxe
/// `MAX_LOG_CONTENT_LEN`).
pub const MAX_LOG_CONTENT_LENGTH: usize = if MAX_NOTE_PACKED_LENGTH > PRIVATE_LOG_CIPHERTEXT_LEN {
    MAX_NOTE_PACKED_LENGTH
} else {
    PRIVATE_LOG_CIPHERTEXT_LEN
};

/// Looks for the private logs of a contract that are meant for accounts in scope, from every
/// expected sender, and appends what it finds to an array of capsules of the contract: all of it, or
/// the next portion while the contract is brought up to date.
///
/// # Errors
/// [`SyncError::Node`], [`SyncError::ForgedLog`], [`SyncError::MalformedLog`],
/// [`SyncError::MissingBlock`], [`SyncError::State`], [`SyncError::Cancelled`].
pub async fn fetch_tagged_logs(
    work: &Work,
    contract: AztecAddress,
    array: StorageSlot,
    scopes: &AccessScopes,
) -> Result<(), SyncError> {
    let messages = match work.next_portion(&contract) {
        Some(messages) => messages,
        None => work.deliver(contract, pending_logs(work, contract, scopes).await?),
    };
    if !messages.is_empty() {
        work.state_mut()
            .append_to_capsule_array(contract, array, messages)?;
    }
    Ok(())
}

async fn pending_logs(
    work: &Work,
    contract: AztecAddress,
    scopes: &AccessScopes,
) -> Result<Vec<Vec<Fr>>, SyncError> {
    let recipients: Vec<AztecAddress> = match scopes {
        AccessScopes::All => work.state().account_addresses().collect(),
        AccessScopes::Only(accounts) => accounts.clone(),
    };
    let secrets: Vec<_> = recipients
        .into_iter()
        .flat_map(|recipient| {
            let secrets = secrets_of(work, contract, recipient);
            secrets.into_iter().map(move |secret| (recipient, secret))
        })
        .collect();
    if secrets.is_empty() {
        return Ok(Vec::new());
    }
    let clock = ChainClock::of(work);
    let reads = secrets.iter().map(async |(recipient, secret)| {
        let logs = incoming_logs(work, secret, clock).await?;
        logs.into_iter()
            .map(|log| pending_log(log, *recipient))
            .collect::<Result<Vec<_>, _>>()
    });
    Ok(try_join_all(reads).await?.into_iter().flatten().collect())
}

/// What a recipient shares with each expected sender. Addresses that are no points, with which
/// nothing can be shared, are passed over; so are recipients that are no accounts.
fn secrets_of(
    work: &Work,
    contract: AztecAddress,
    recipient: AztecAddress,
) -> Vec<ExtendedDirectionalAppTaggingSecret> {
    let state = work.state();
    let Ok(account) = state.account(&recipient) else {
        return Vec::new();
    };
    let key = &account.keys().incoming_viewing_secret_key;
    let complete = account.complete_address();
    let secret_with = |sender| {
        ExtendedDirectionalAppTaggingSecret::compute(complete, key, sender, contract, recipient)
    };
    let senders = state.expected_senders().into_iter();
    senders
        .filter_map(|sender| secret_with(sender).ok())
        .collect()
}

/// A log as contracts read it.
fn pending_log(log: TxScopedLog, recipient: AztecAddress) -> Result<Vec<Fr>, SyncError> {
    let tx = log.tx_hash;
    let build = || -> Result<PendingTaggedLog, DecodeError> {
        Ok(PendingTaggedLog {
            log: ClaimedLengthArray::new(log.log_data)?,
            context: MessageContext {
                tx_hash: tx,
                unique_note_hashes_in_tx: ClaimedLengthArray::new(log.note_hashes)?,
                first_nullifier_in_tx: log.first_nullifier,
                recipient,
            },
        })
    };
    let pending = build().map_err(|source| SyncError::MalformedLog { tx, source })?;
    Ok(pending.to_fields())
}

/// A log that a contract wants by its tag (Aztec 4.1.2, pxe `LogRetrievalRequest`).
struct LogRequest {
    contract: AztecAddress,
    tag: Tag,
}

impl LogRequest {
    /// Fields that follow are ignored, as the reference does.
    fn from_fields(fields: &[Fr]) -> Result<Self, DecodeError> {
        let mut reader = FieldReader::new(fields);
        Ok(Self {
            contract: reader.read()?,
            tag: reader.read()?,
        })
    }

    /// The log, public or private, if there is one. It must be the only one.
    async fn retrieve(&self, work: &Work) -> Result<Option<TxScopedLog>, SyncError> {
        let anchor = work.anchor();
        let (tags, siloed) = ([self.tag], [self.tag.siloed(self.contract)]);
        let (public, private) = try_join(
            all_public_logs_by_tags(work.node(), self.contract, &tags, anchor.hash),
            all_private_logs_by_tags(work.node(), &siloed, anchor.hash),
        )
        .await?;
        let public: Vec<_> = public.into_iter().flatten().collect();
        let private: Vec<_> = private.into_iter().flatten().collect();
        for log in &public {
            verify::log(log, self.tag.to_field())?;
        }
        for log in &private {
            verify::log(log, siloed[0].to_field())?;
        }
        let mut all = public.into_iter().chain(private);
        let first = all.next();
        match all.count() {
            0 => Ok(first),
            more => Err(SyncError::AmbiguousTag {
                contract: self.contract,
                tag: self.tag.to_field(),
                count: more + 1,
            }),
        }
    }
}

/// Retrieves the logs that a contract has asked for in an array of capsules, empties it, and puts the
/// answers into another one in the same order.
///
/// # Errors
/// [`SyncError::Node`], [`SyncError::MalformedRequest`], [`SyncError::AmbiguousTag`],
/// [`SyncError::ForgedLog`], [`SyncError::MalformedLog`], [`SyncError::State`].
pub async fn bulk_retrieve(
    work: &Work,
    contract: AztecAddress,
    requests: StorageSlot,
    responses: StorageSlot,
) -> Result<(), SyncError> {
    let wanted = {
        let state = work.state();
        let elements = state.read_capsule_array(contract, requests)?;
        let parsed = elements.into_iter().map(LogRequest::from_fields);
        parsed
            .collect::<Result<Vec<_>, _>>()
            .map_err(|source| SyncError::MalformedRequest { contract, source })?
    };
    let logs = try_join_all(wanted.iter().map(|request| request.retrieve(work))).await?;
    let answers = logs
        .into_iter()
        .map(response)
        .collect::<Result<Vec<_>, _>>()?;
    let mut state = work.state_mut();
    state.set_capsule_array(contract, requests, Vec::new())?;
    state.set_capsule_array(contract, responses, answers)?;
    Ok(())
}

/// An answer as contracts read it: whether there is a log, its content without the tag, its
/// transaction, the transaction's note hashes and first nullifier (Aztec 4.1.2, pxe
/// `LogRetrievalResponse`).
fn response(log: Option<TxScopedLog>) -> Result<Vec<Fr>, SyncError> {
    const LENGTH: usize = 1 + MAX_LOG_CONTENT_LENGTH + 1 + 1 + MAX_NOTE_HASHES_PER_TX + 1 + 1;
    let Some(log) = log else {
        return Ok(vec![Fr::ZERO; LENGTH]);
    };
    let tx = log.tx_hash;
    let content = log.log_data.into_iter().skip(1);
    let build = || -> Result<Vec<Fr>, DecodeError> {
        // Public logs may be longer than what is handed over.
        let content: ClaimedLengthArray<Fr, MAX_LOG_CONTENT_LENGTH> =
            ClaimedLengthArray::new(content.take(MAX_LOG_CONTENT_LENGTH).collect())?;
        let note_hashes: ClaimedLengthArray<Fr, MAX_NOTE_HASHES_PER_TX> =
            ClaimedLengthArray::new(log.note_hashes)?;
        let mut fields = Vec::with_capacity(LENGTH);
        fields.push(Fr::ONE);
        content.write_fields(&mut fields);
        tx.write_fields(&mut fields);
        note_hashes.write_fields(&mut fields);
        fields.push(log.first_nullifier);
        Ok(fields)
    };
    build().map_err(|source| SyncError::MalformedLog { tx, source })
}
