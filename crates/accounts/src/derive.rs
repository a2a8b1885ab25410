use pixie_primitives::abi::FunctionType;
use pixie_primitives::contract::{ContractInstance, ContractInstanceWithAddress, ContractVersion};
use pixie_primitives::keys::{
    CompleteAddress, InitializationHash, PublicKeys, SecretKey,
    compute_initialization_hash_from_encoded_args, compute_partial_address,
};
use pixie_primitives::tx::FunctionCall;
use pixie_primitives::{AztecAddress, Fr};

use crate::{AccountContract, AccountType, SigningKey, SigningPublicKey};

/// An account as it follows from its secrets, whether or not it is on chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedAccount {
    /// The type.
    pub account_type: AccountType,
    /// The key that its signatures are checked with.
    pub signing_public_key: SigningPublicKey,
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
        Self::derive_with_public_key(secret_key, salt, signing_key.public_key())
    }

    /// Derives an account whose signing key is somewhere else.
    #[must_use]
    pub fn derive_with_public_key(
        secret_key: &SecretKey,
        salt: Fr,
        signing_public_key: SigningPublicKey,
    ) -> Self {
        let account_type = signing_public_key.account_type();
        let contract = account_type.contract();
        let initialization_hash = compute_initialization_hash_from_encoded_args(
            contract.constructor_selector(),
            &signing_public_key.constructor_arguments(),
        );
        let salted = initialization_hash.salted(salt, AztecAddress::ZERO);
        let partial_address = compute_partial_address(contract.class_id, salted);
        Self {
            account_type,
            signing_public_key,
            initialization_hash,
            salt,
            complete_address: CompleteAddress::from_secret_key(secret_key, partial_address),
        }
    }

    /// The instance of the account contract.
    #[must_use]
    pub fn instance(&self) -> ContractInstanceWithAddress {
        ContractInstanceWithAddress {
            instance: ContractInstance {
                version: ContractVersion,
                salt: self.salt,
                deployer: AztecAddress::ZERO,
                current_contract_class_id: self.contract().class_id,
                original_contract_class_id: self.contract().class_id,
                initialization_hash: self.initialization_hash,
                public_keys: *self.public_keys(),
            },
            address: self.address(),
        }
    }

    /// The call that stores the signing key in the account contract; until then it cannot sign.
    #[must_use]
    pub fn constructor_call(&self) -> FunctionCall {
        FunctionCall {
            name: "constructor".to_owned(),
            to: self.address(),
            selector: self.contract().constructor_selector(),
            function_type: FunctionType::Private,
            hide_msg_sender: false,
            is_static: false,
            args: self.signing_public_key.constructor_arguments(),
            return_types: Vec::new(),
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
            assert!(derived.instance().has_valid_address());
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
