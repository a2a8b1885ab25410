use pixie_primitives::keys::{
    CompleteAddress, InitializationHash, PublicKeys, SecretKey,
    compute_initialization_hash_from_encoded_args, compute_partial_address,
};
use pixie_primitives::{AztecAddress, Fr};

use crate::{AccountContract, AccountType, SigningKey};

/// An account as it follows from its secrets, whether or not it is on chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedAccount {
    /// The type.
    pub account_type: AccountType,
    /// The hash of the constructor call.
    pub initialization_hash: InitializationHash,
    /// The salt.
    pub salt: Fr,
    /// The address and what it is made of.
    pub complete_address: CompleteAddress,
}

impl DerivedAccount {
    /// Derives an account from the secret of its protocol keys, a salt and its signing key
    /// (Aztec 4.1.2, aztec.js `getAccountContractAddress`). Anybody may deploy it.
    #[must_use]
    pub fn derive(secret_key: &SecretKey, salt: Fr, signing_key: &SigningKey) -> Self {
        let account_type = signing_key.account_type();
        let contract = account_type.contract();
        let initialization_hash = compute_initialization_hash_from_encoded_args(
            contract.constructor_selector(),
            &signing_key.constructor_arguments(),
        );
        let salted = initialization_hash.salted(salt, AztecAddress::ZERO);
        let partial_address = compute_partial_address(contract.class_id, salted);
        Self {
            account_type,
            initialization_hash,
            salt,
            complete_address: CompleteAddress::from_secret_key(secret_key, partial_address),
        }
    }

    /// The account contract.
    #[must_use]
    pub const fn contract(&self) -> &'static AccountContract {
        self.account_type.contract()
    }

    /// The address.
    #[must_use]
    pub const fn address(&self) -> AztecAddress {
        self.complete_address.address()
    }

    /// The protocol keys.
    #[must_use]
    pub const fn public_keys(&self) -> &PublicKeys {
        self.complete_address.public_keys()
    }
}

#[cfg(test)]
mod tests {
    use pixie_primitives::codec::array_from_hex;
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn text<'a>(account: &'a Value, name: &str) -> &'a str {
        account[name].as_str().unwrap()
    }

    #[test]
    fn recorded_accounts_are_reproduced() {
        let vectors: Value =
            serde_json::from_str(include_str!("../../../tests/vectors/derive.json")).unwrap();
        let accounts = vectors["accounts"].as_array().unwrap();
        assert_eq!(accounts.len(), 6);
        for account in accounts {
            let key = SigningKey::from_be_bytes(
                text(account, "type").parse().unwrap(),
                &array_from_hex(text(account, "signingKey"), "key").unwrap(),
            )
            .unwrap();
            let secret = SecretKey::from_field(text(account, "secret").parse().unwrap());
            let derived =
                DerivedAccount::derive(&secret, text(account, "salt").parse().unwrap(), &key);
            let computed = [
                ("address", derived.address().to_string()),
                ("classId", derived.contract().class_id.to_string()),
                (
                    "initializationHash",
                    derived.initialization_hash.to_string(),
                ),
                ("publicKeysHash", derived.public_keys().hash().to_string()),
            ];
            for (name, value) in computed {
                assert_eq!(value, text(account, name), "{name}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]

        #[test]
        fn addresses_differ_by_salt_and_can_be_encrypted_to(seed in 1u64.., salt: u64) {
            let secret = SecretKey::from_field(Fr::from(seed));
            let mut bytes = [0; 32];
            bytes[24..].copy_from_slice(&seed.to_be_bytes());
            for account_type in AccountType::ALL {
                let key = SigningKey::from_be_bytes(account_type, &bytes).unwrap();
                let salt = Fr::from(salt);
                let one = DerivedAccount::derive(&secret, salt, &key);
                let other = DerivedAccount::derive(&secret, salt + Fr::ONE, &key);
                prop_assert_ne!(one.address(), other.address());
                prop_assert!(one.address().is_valid());
            }
        }
    }

    #[test]
    fn keys_out_of_range_are_refused() {
        for account_type in AccountType::ALL {
            assert!(SigningKey::from_be_bytes(account_type, &[0; 32]).is_err());
            assert!(SigningKey::from_be_bytes(account_type, &[0xff; 32]).is_err());
        }
    }
}
