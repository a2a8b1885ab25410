use clap::Args;
use pixie_accounts::{AccountType, DerivedAccount, SigningKey};
use pixie_primitives::keys::{InitializationHash, PublicKeysHash, SecretKey};
use pixie_primitives::{AztecAddress, ContractClassId, Fr, Point};
use serde::Serialize;

use super::CliError;
use super::input::{SecretText, element};

/// Derives an account from its secrets and prints it as JSON.
#[derive(Debug, Args)]
pub struct Derive {
    /// How the account signs: schnorr, ecdsa-k or ecdsa-r.
    #[arg(long = "type", value_name = "TYPE")]
    account_type: AccountType,

    /// The secret that the protocol keys derive from (hexadecimal, below the field modulus).
    #[arg(long, value_name = "HEX")]
    secret: SecretText,

    /// The salt of the address (hexadecimal, below the field modulus).
    #[arg(long, value_name = "HEX")]
    salt: String,

    /// The signing key (hexadecimal, 32 bytes).
    #[arg(long, value_name = "HEX")]
    signing_key: SecretText,
}

/// What is printed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Derived {
    #[serde(rename = "type")]
    account_type: AccountType,
    salt: Fr,
    address: AztecAddress,
    class_id: ContractClassId,
    initialization_hash: InitializationHash,
    public_keys_hash: PublicKeysHash,
    ivpk_m: Point,
}

impl Derive {
    /// Derives the account.
    pub fn run(&self) -> Result<Derived, CliError> {
        let secret_key = SecretKey::from_field(self.secret.element("secret")?);
        let salt = element("salt", &self.salt)?;
        let signing_key_bytes = self.signing_key.bytes("signing-key")?;
        let signing_key = SigningKey::from_be_bytes(self.account_type, &signing_key_bytes)?;
        let account = DerivedAccount::derive(&secret_key, salt, &signing_key);
        Ok(Derived {
            account_type: account.account_type,
            salt,
            address: account.address(),
            class_id: account.contract().class_id,
            initialization_hash: account.initialization_hash,
            public_keys_hash: account.public_keys().hash(),
            ivpk_m: account.public_keys().master_incoming_viewing_public_key,
        })
    }
}
