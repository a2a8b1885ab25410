//! Oracles that need neither the chain nor a transaction: version, randomness, log, keys, capsules.

use pixie_primitives::crypto::aes::Aes128Key;
use pixie_primitives::hash::StorageSlot;
use pixie_primitives::keys::derive_ecdh_shared_secret;
use pixie_primitives::receipt::LogLevel;
use pixie_primitives::{Fr, FromFields as _, Point, ToFields as _};

use super::arguments::{Answer, Arguments};
use super::context::{OracleContext, OracleResult};
use super::{ORACLE_VERSION, OracleError};
use crate::progress::Progress;

/// The largest value, in fields, that a contract may ask to have filled up with zeros.
pub(super) const MAX_ANSWER: usize = 1 << 20;

/// How many fields an encoded account takes: four public keys and the partial address.
const PUBLIC_KEYS_AND_PARTIAL_ADDRESS: usize = 13;

/// The log levels by their number (Aztec 4.1.2, foundation `LogLevels`).
const LOG_LEVELS: [LogLevel; 8] = [
    LogLevel::Silent,
    LogLevel::Fatal,
    LogLevel::Error,
    LogLevel::Warn,
    LogLevel::Info,
    LogLevel::Verbose,
    LogLevel::Debug,
    LogLevel::Trace,
];

impl OracleContext<'_> {
    pub(super) fn assert_version(ask: &mut Arguments) -> OracleResult<Answer> {
        let actual = ask.u32()?;
        if actual != ORACLE_VERSION {
            let expected = ORACLE_VERSION;
            return Err(OracleError::IncompatibleVersion { expected, actual }.into());
        }
        Ok(Answer::nothing())
    }

    pub(super) fn random_field(&self) -> Answer {
        // Twice the field's size, so that the reduced value is as good as even.
        let mut bytes = [0; 64];
        self.work.fill_random(&mut bytes);
        Answer::nothing().single(Fr::from_be_bytes_reduced(&bytes))
    }

    pub(super) fn log(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let level = ask.field()?;
        let known = level.to_u32().ok().map(|level| level as usize);
        let level = known
            .and_then(|level| LOG_LEVELS.get(level))
            .ok_or(OracleError::LogLevel(level))?;
        let characters = ask.integers()?;
        let characters = characters.into_iter().map(char::from_u32);
        let template = characters.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
        let template: String = template.collect();
        let _size = ask.field()?;
        let fields = ask.fields()?;
        self.work.report(Progress::ContractLog {
            contract: self.contract,
            contract_name: self.contract_name.to_owned(),
            level: *level,
            message: fill_in(&template, &fields),
        });
        Ok(Answer::nothing())
    }

    pub(super) fn utility_context(&self) -> Answer {
        let mut members = self.work.anchor().header.to_fields();
        members.push(self.contract.to_field());
        Answer::nothing().members(&members)
    }

    pub(super) fn key_validation_request(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let public_key_hash = ask.field()?;
        let state = self.work.state();
        let request = state.key_validation_request(public_key_hash, self.contract, self.scopes)?;
        Ok(Answer::nothing().members(&request.to_fields()))
    }

    pub(super) fn contract_instance(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let address = ask.address()?;
        let instance = self.work.contract_instance(&address)?.instance;
        let mut members = vec![
            instance.salt,
            instance.deployer.to_field(),
            instance.current_contract_class_id.to_field(),
            instance.initialization_hash.to_field(),
        ];
        instance.public_keys.write_fields(&mut members);
        Ok(Answer::nothing().members(&members))
    }

    pub(super) fn auth_witness(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let message_hash = ask.field()?;
        let mut witnesses = self.auth_witnesses.iter();
        let witness = witnesses
            .find(|witness| witness.request_hash.to_field() == message_hash)
            .ok_or(OracleError::UnknownAuthWitness { message_hash })?;
        Ok(Answer::nothing().array(&witness.witness))
    }

    pub(super) fn public_keys(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let account = ask.address()?;
        let state = self.work.state();
        let Some(complete) = state.complete_address(&account) else {
            let none = Answer::nothing().single(Fr::ZERO);
            return Ok(none.padded_array(&[], PUBLIC_KEYS_AND_PARTIAL_ADDRESS));
        };
        let mut value = complete.public_keys().to_fields();
        value.push(complete.partial_address().to_field());
        Ok(Answer::nothing().single(Fr::ONE).array(&value))
    }

    pub(super) fn aes128_decrypt(ask: &mut Arguments) -> OracleResult<Answer> {
        let mut ciphertext = ask.bytes()?;
        let capacity = ciphertext.len();
        let length = ask.u32()? as usize;
        if length > capacity {
            let (asked, limit) = (length as u64, capacity as u64);
            let what = "bytes of ciphertext";
            return Err(OracleError::TooMany { what, asked, limit }.into());
        }
        ciphertext.truncate(length);
        let (iv, key) = (ask.block()?, Aes128Key::from_array(ask.block()?));
        let plaintext = key
            .decrypt_unchecked(&iv, &ciphertext)
            .map_err(OracleError::from)?;
        let plaintext: Vec<Fr> = plaintext.into_iter().map(Fr::from).collect();
        let answer = Answer::nothing().padded_array(&plaintext, capacity);
        Ok(answer.single(Fr::from(plaintext.len() as u64)))
    }

    pub(super) fn shared_secret(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let account = ask.address()?;
        let ephemeral = [ask.field()?, ask.field()?, ask.field()?];
        self.in_scope(account)?;
        let ephemeral = Point::from_fields(&ephemeral).map_err(|_| OracleError::Argument {
            index: 1,
            expected: "a point of Grumpkin",
        })?;
        let secret = self.work.state().address_secret(&account)?;
        let shared = derive_ecdh_shared_secret(secret.expose(), ephemeral)
            .ok_or(OracleError::NoSharedSecret)?;
        Ok(Answer::nothing().members(&shared.to_fields()))
    }

    pub(super) fn store_capsule(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let (contract, slot, fields) = (ask.address()?, ask.field()?, ask.fields()?);
        self.own(contract)?;
        let slot = StorageSlot::from_field(slot);
        self.work.state_mut().store_capsule(contract, slot, fields);
        Ok(Answer::nothing())
    }

    pub(super) fn load_capsule(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let (contract, slot, size) = (ask.address()?, ask.field()?, ask.u32()? as usize);
        self.own(contract)?;
        if size > MAX_ANSWER {
            let (asked, limit) = (size as u64, MAX_ANSWER as u64);
            let what = "fields";
            return Err(OracleError::TooMany { what, asked, limit }.into());
        }
        let slot = StorageSlot::from_field(slot);
        let mut handed_in = self.capsules.iter();
        let handed_in = handed_in
            .find(|capsule| capsule.contract_address == contract && capsule.storage_slot == slot);
        let state = self.work.state();
        let found = match handed_in {
            Some(capsule) => Some(capsule.data.as_slice()),
            None => state.load_capsule(contract, slot),
        };
        Ok(match found {
            Some(fields) => Answer::nothing().single(Fr::ONE).array(fields),
            None => Answer::nothing().single(Fr::ZERO).padded_array(&[], size),
        })
    }

    pub(super) fn delete_capsule(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let (contract, slot) = (ask.address()?, ask.field()?);
        self.own(contract)?;
        let slot = StorageSlot::from_field(slot);
        self.work.state_mut().delete_capsule(contract, slot);
        Ok(Answer::nothing())
    }

    pub(super) fn copy_capsule(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let (contract, from, to) = (ask.address()?, ask.field()?, ask.field()?);
        let count = ask.u32()?;
        self.own(contract)?;
        let [from, to] = [from, to].map(StorageSlot::from_field);
        let mut state = self.work.state_mut();
        state.copy_capsule(contract, from, to, count)?;
        Ok(Answer::nothing())
    }
}

/// Puts fields into a message in place of `{0}`, `{1}` and so on; `{}` takes the next one
/// (Aztec 4.1.2, foundation `applyStringFormatting`).
fn fill_in(template: &str, fields: &[Fr]) -> String {
    let mut message = String::with_capacity(template.len());
    let mut rest = template;
    let mut next = 0;
    while let Some((before, after)) = rest.split_once('{') {
        message.push_str(before);
        let Some((name, after_name)) = after.split_once('}') else {
            message.push('{');
            rest = after;
            continue;
        };
        let index = match name {
            "" => {
                next += 1;
                Some(next - 1)
            }
            number => number.parse().ok(),
        };
        match index.and_then(|index: usize| fields.get(index)) {
            Some(field) => message.push_str(&field.to_string()),
            None => {
                message.push('{');
                rest = after;
                continue;
            }
        }
        rest = after_name;
    }
    message.push_str(rest);
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_filled_in() {
        let fields = [5u8, 6].map(Fr::from);
        let [five, six] = fields.map(|field| field.to_string());
        assert_eq!(fill_in("a {0} b {1}", &fields), format!("a {five} b {six}"));
        assert_eq!(
            fill_in("{}, {}, {}", &fields),
            format!("{five}, {six}, {{}}")
        );
        assert_eq!(fill_in("{9} {x} { }} {", &fields), "{9} {x} { }} {");
    }
}
