//! From the recovery phrase to accounts' keys.
//!
//! The root is HKDF-Extract (SHA-256, salt `pixie/accounts/v1`) of the phrase's BIP-39 seed. Each value
//! is the first valid one of the candidates HKDF-Expand(root, info, 32) with
//!
//! ```text
//! info = pixie/accounts/v1/<type>/<index>/<value>/<attempt>
//! ```
//!
//! where *type* is `schnorr`, `ecdsa-k` or `ecdsa-r`, *value* is `secret-key`, `signing-key` or `salt`,
//! and *index* and *attempt* are decimal numbers from 0. A candidate is a big-endian number; where the
//! value is an element of a 254-bit field (secret keys, salts, Schnorr keys) its two highest bits are
//! cleared. It is valid if it is below the modulus or the group's order, and not zero. So values are
//! uniform, and everything follows from the phrase, the type and the index, on every network.

use hkdf::Hkdf;
use pixie_accounts::{AccountType, DerivedAccount, SigningKey};
use pixie_primitives::Fr;
use sha2::Sha256;

use crate::account::{AccountKeys, KeyBytes, SigningHalf};
use crate::wipe::{SecretBytes, on_clean_stack};

/// The keys of one account of a phrase.
pub(crate) fn account_keys(
    root: &SecretBytes<32>,
    account_type: AccountType,
    index: u32,
) -> AccountKeys {
    let is_element = |bytes: &[u8; 32]| Fr::from_be_bytes(bytes).is_ok_and(|f| !f.is_zero());
    let is_signing_key = |bytes: &[u8; 32]| SigningKey::from_be_bytes(account_type, bytes).is_ok();
    let narrow = account_type == AccountType::Schnorr;
    let value = |name: &str, narrow: bool, is_valid: &dyn Fn(&[u8; 32]) -> bool| {
        on_clean_stack(|| {
            let mut attempt = 0u64;
            loop {
                let mut candidate = candidate(root, account_type, index, name, attempt);
                if narrow {
                    candidate.as_mut()[0] &= 0x3f;
                }
                if is_valid(candidate.as_array()) {
                    return KeyBytes(candidate);
                }
                attempt += 1;
            }
        })
    };
    AccountKeys {
        secret_key: value("secret-key", true, &is_element),
        salt: value("salt", true, &is_element).to_field(),
        signing: SigningHalf::Key(account_type, value("signing-key", narrow, &is_signing_key)),
    }
}

fn candidate(
    root: &SecretBytes<32>,
    account_type: AccountType,
    index: u32,
    name: &str,
    attempt: u64,
) -> SecretBytes<32> {
    let info = format!("pixie/accounts/v1/{account_type}/{index}/{name}/{attempt}");
    let mut out = SecretBytes::zeroed();
    // The root is as long as HKDF's hash, and one block is always within HKDF's limit.
    let expanded = Hkdf::<Sha256>::from_prk(root.as_array())
        .map(|hkdf| hkdf.expand(info.as_bytes(), out.as_mut().as_mut_slice()));
    debug_assert!(matches!(expanded, Ok(Ok(()))));
    out
}

/// The account that keys make; `None` if they are out of range.
pub(crate) fn derived_account(keys: &AccountKeys) -> Option<DerivedAccount> {
    on_clean_stack(|| {
        let secret_key = keys.secret_key.to_secret_key()?;
        let public_key = match &keys.signing {
            SigningHalf::Key(account_type, key) => key.to_signing_key(*account_type)?.public_key(),
            SigningHalf::PublicOnly(key) => *key,
        };
        Some(DerivedAccount::derive_with_public_key(
            &secret_key,
            keys.salt,
            public_key,
        ))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::RecoveryPhrase;

    #[test]
    fn recorded_accounts_of_phrases_are_reproduced() {
        let vectors: Value =
            serde_json::from_str(include_str!("../../../tests/vectors/vault.json")).unwrap();
        let mut compared = 0;
        for vector in vectors["phrases"].as_array().unwrap() {
            let phrase = RecoveryPhrase::parse(vector["phrase"].as_str().unwrap()).unwrap();
            let root = phrase.root();
            for account in vector["accounts"].as_array().unwrap() {
                let account_type = account["type"].as_str().unwrap().parse().unwrap();
                let index = u32::try_from(account["index"].as_u64().unwrap()).unwrap();
                let keys = account_keys(&root, account_type, index);
                let SigningHalf::Key(_, signing_key) = &keys.signing else {
                    panic!("a derived account has a signing key");
                };
                let hex = |bytes: &[u8; 32]| {
                    let digits: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
                    format!("0x{digits}")
                };
                let derived = derived_account(&keys).unwrap();
                let computed = [
                    ("secretKey", hex(keys.secret_key.as_bytes())),
                    ("signingKey", hex(signing_key.as_bytes())),
                    ("salt", keys.salt.to_string()),
                    ("address", derived.address().to_string()),
                ];
                for (name, value) in computed {
                    assert_eq!(account[name], value, "{account_type} {index} {name}");
                    compared += 1;
                }
            }
        }
        assert_eq!(compared, 2 * 9 * 4);
    }

    #[test]
    fn no_two_values_are_the_same() {
        let root = SecretBytes::copy_of(&[9; 32]).unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for account_type in AccountType::ALL {
            for index in 0..5 {
                let keys = account_keys(&root, account_type, index);
                let SigningHalf::Key(_, signing_key) = &keys.signing else {
                    panic!("a derived account has a signing key");
                };
                assert!(seen.insert(*keys.secret_key.as_bytes()));
                assert!(seen.insert(*signing_key.as_bytes()));
                assert!(seen.insert(keys.salt.to_be_bytes()));
            }
        }
    }
}
