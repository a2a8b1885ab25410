//! Oracles of private functions.

use pixie_primitives::abi::FunctionType;
use pixie_primitives::constants::MAX_FR_CALLDATA_TO_ALL_ENQUEUED_CALLS;
use pixie_primitives::hash::StorageSlot;
use pixie_primitives::logs::{ContractClassLog, ContractClassLogFields};
use pixie_primitives::note::{Note, NoteHash, NoteNonce, Nullifier, silo_nullifier};
use pixie_primitives::tagging::ExtendedDirectionalAppTaggingSecret;
use pixie_primitives::tx::{CallContext, CountedContractClassLog, NoteAndSlot, OffchainEffectData};
use pixie_primitives::{Fr, NoteSelector};

use super::OracleError;
use super::arguments::{Answer, Arguments};
use super::context::{OracleContext, OracleResult};
use crate::execution::note_cache::NoteData;
use crate::execution::{
    CallRequest, PrivateCall, RunningCall, circuit_of, ensure_synced, frame_of, in_frame,
};
use crate::scopes::AccessScopes;
use crate::sync;

impl RunningCall<'_> {
    pub(super) fn emit_offchain_effect(&mut self, ask: &mut Arguments) -> OracleResult<Answer> {
        let data = ask.fields()?;
        self.effects
            .offchain_effects
            .push(OffchainEffectData { data });
        Ok(Answer::nothing())
    }

    pub(super) fn store_values(&mut self, ask: &mut Arguments) -> OracleResult<Answer> {
        let (values, hash) = (ask.fields()?, ask.field()?);
        self.transaction.values.borrow_mut().store(hash, values);
        Ok(Answer::nothing())
    }

    pub(super) fn load_values(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let hash = ask.field()?;
        let values = self.transaction.values.borrow();
        let values = values
            .get(hash)
            .ok_or(OracleError::UnknownPreimage { hash })?;
        Ok(Answer::nothing().array(values))
    }

    pub(super) fn created_note(&mut self, ask: &mut Arguments) -> OracleResult<Answer> {
        let owner = ask.address()?;
        let storage_slot = StorageSlot::from_field(ask.field()?);
        let randomness = ask.field()?;
        let note_type_id: NoteSelector = ask.read("a note type's number")?;
        let items = ask.fields()?;
        let note_hash = NoteHash::from_field(ask.field()?);
        let counter = ask.u32()?;
        let note = NoteData {
            items: items.clone(),
            contract: self.context.contract_address,
            owner,
            storage_slot,
            randomness,
            nonce: NoteNonce::ZERO,
            note_hash,
            is_pending: true,
            siloed_nullifier: None,
        };
        let mut notes = self.transaction.notes.borrow_mut();
        notes.add_note(note, counter)?;
        self.effects.new_notes.push(NoteAndSlot {
            note: Note(items),
            storage_slot,
            randomness,
            note_type_id,
        });
        Ok(Answer::nothing())
    }

    pub(super) fn nullified_note(&mut self, ask: &mut Arguments) -> OracleResult<Answer> {
        let nullifier = Nullifier::from_field(ask.field()?);
        let (note_hash, counter) = (ask.field()?, ask.u32()?);
        let mut notes = self.transaction.notes.borrow_mut();
        let contract = self.context.contract_address;
        if let Some(created) = notes.nullify_note(contract, nullifier, note_hash)? {
            let counters = &mut self.effects.note_hash_nullifier_counters;
            counters.insert(created, counter);
        }
        Ok(Answer::nothing())
    }

    pub(super) fn created_nullifier(&mut self, ask: &mut Arguments) -> OracleResult<Answer> {
        let nullifier = Nullifier::from_field(ask.field()?);
        let mut notes = self.transaction.notes.borrow_mut();
        notes.nullifier_created(self.context.contract_address, nullifier)?;
        Ok(Answer::nothing())
    }

    pub(super) fn is_nullifier_pending(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let nullifier = Nullifier::from_field(ask.field()?);
        let contract = ask.address()?;
        let siloed = silo_nullifier(contract, nullifier);
        let notes = self.transaction.notes.borrow();
        let is_pending = notes.has_nullifier(contract, siloed);
        Ok(Answer::nothing().single(Fr::from(is_pending)))
    }

    pub(super) fn created_class_log(&mut self, ask: &mut Arguments) -> OracleResult<Answer> {
        let contract_address = ask.address()?;
        let (message, emitted_length, counter) = (ask.fields()?, ask.u32()?, ask.u32()?);
        let fields = ContractClassLogFields::from_emitted(message).map_err(|_| {
            let (index, expected) = (1, "a contract class log");
            OracleError::Argument { index, expected }
        })?;
        self.effects
            .contract_class_logs
            .push(CountedContractClassLog {
                log: ContractClassLog {
                    contract_address,
                    fields,
                    emitted_length,
                },
                counter,
            });
        Ok(Answer::nothing())
    }

    /// Also for the teardown call. The call itself is in the circuit's public inputs; here only its
    /// calldata is counted.
    pub(super) fn enqueued_public_call(&mut self, ask: &mut Arguments) -> OracleResult<Answer> {
        let (_contract, hash) = (ask.address()?, ask.field()?);
        let (_counter, _is_static) = (ask.u32()?, ask.bool()?);
        let values = self.transaction.values.borrow();
        let calldata = values
            .get(hash)
            .ok_or(OracleError::UnknownPreimage { hash })?;
        let total = self.transaction.calldata.get() + calldata.len();
        self.transaction.calldata.set(total);
        let limit = MAX_FR_CALLDATA_TO_ALL_ENQUEUED_CALLS;
        if total > limit {
            return Err(OracleError::CalldataLimit { limit }.into());
        }
        Ok(Answer::nothing())
    }

    pub(super) fn set_min_revertible_counter(
        &mut self,
        ask: &mut Arguments,
    ) -> OracleResult<Answer> {
        let counter = ask.u32()?;
        let mut notes = self.transaction.notes.borrow_mut();
        notes.enter_revertible_phase(counter)?;
        Ok(Answer::nothing())
    }

    pub(super) fn is_counter_revertible(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let counter = ask.u32()?;
        let is_revertible = self.transaction.notes.borrow().is_revertible(counter);
        Ok(Answer::nothing().single(Fr::from(is_revertible)))
    }

    pub(super) fn sender_for_tags(&self) -> Answer {
        let sender = self.sender_for_tags;
        let answer = Answer::nothing().single(Fr::from(sender.is_some()));
        answer.single(sender.unwrap_or_default())
    }

    pub(super) fn set_sender_for_tags(&mut self, ask: &mut Arguments) -> OracleResult<Answer> {
        self.sender_for_tags = Some(ask.address()?);
        Ok(Answer::nothing())
    }
}

impl OracleContext<'_> {
    pub(super) async fn next_tag(&mut self, ask: &mut Arguments) -> OracleResult<Answer> {
        let (sender, recipient) = (ask.address()?, ask.address()?);
        self.in_scope(sender)?;
        let (work, app) = (self.work, self.contract);
        let transaction = self.call()?.transaction;
        let secret = {
            let state = work.state();
            let account = state.account(&sender)?;
            let viewing_key = &account.keys().incoming_viewing_secret_key;
            ExtendedDirectionalAppTaggingSecret::compute(
                account.complete_address(),
                viewing_key,
                recipient,
                app,
                recipient,
            )
            .map_err(OracleError::from)?
        };
        let last_used = transaction.tags.borrow().last_used(&secret);
        let last_used = match last_used {
            Some(index) => Some(index),
            None => {
                // Only the secrets that a transaction uses are followed, when it uses them.
                sync::tagging::sync_sender(work, &secret).await?;
                let state = work.state();
                let tags = state.sender_tags(&secret);
                tags.and_then(|tags| tags.last_used())
            }
        };
        let index = match last_used {
            Some(last) => last.checked_add(1).ok_or(OracleError::TagsExhausted)?,
            None => 0,
        };
        let tag = secret.tag(index);
        transaction.tags.borrow_mut().set(secret, index);
        Ok(Answer::nothing().single(tag.to_field()))
    }

    pub(super) async fn call_private_function(
        &mut self,
        ask: &mut Arguments,
    ) -> OracleResult<Answer> {
        let (contract, selector, args_hash) = (ask.address()?, ask.selector()?, ask.field()?);
        let (counter, asks_static) = (ask.u32()?, ask.bool()?);
        let (work, caller) = (self.work, self.contract);
        // A call to an account may use the account's own keys and notes. An account that is in scope
        // already is there twice then: as in the reference its logs are looked for twice, and what
        // the contract's `sync_state` sees depends on it.
        let scopes = match self.scopes {
            AccessScopes::Only(accounts) if work.state().has_account(&contract) => {
                let mut accounts = accounts.clone();
                accounts.push(contract);
                AccessScopes::Only(accounts)
            }
            scopes => scopes.clone(),
        };
        let call = self.call()?;
        let is_static_call = asks_static || call.context.is_static_call;
        let request = CallRequest {
            context: CallContext {
                msg_sender: caller,
                contract_address: contract,
                function_selector: selector,
                is_static_call,
            },
            args_hash,
            counter,
            sender_for_tags: call.sender_for_tags,
            depth: call.depth + 1,
        };
        ensure_synced(work, contract, Some(selector), &scopes).await?;
        let circuit = circuit_of(work, contract, selector, FunctionType::Private)?;
        let nested = call.transaction.execute(&circuit, request, &scopes);
        // Boxed, for a call may make calls in turn.
        let nested = Box::pin(nested).await;
        let nested = nested.map_err(|error| in_frame(error, || frame_of(contract, &circuit)))?;
        if is_static_call && changes_state(&nested) {
            return Err(OracleError::StaticCallChangesState.into());
        }
        let inputs = &nested.public_inputs;
        let end = Fr::from(inputs.end_side_effect_counter);
        let answer = Answer::nothing().array(&[end, inputs.returns_hash]);
        call.effects.nested.push(nested);
        Ok(answer)
    }
}

/// Whether a call did what a static one must not do.
fn changes_state(call: &PrivateCall) -> bool {
    let inputs = &call.public_inputs;
    !(inputs.note_hashes.is_empty()
        && inputs.nullifiers.is_empty()
        && inputs.l2_to_l1_msgs.is_empty()
        && inputs.private_logs.is_empty()
        && inputs.contract_class_logs_hashes.is_empty())
}
