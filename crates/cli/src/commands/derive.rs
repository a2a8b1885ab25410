use std::fmt;
use std::str::FromStr;

use clap::Args;
use pixie_accounts::{AccountType, DerivedAccount, SigningKey};
use pixie_primitives::codec::array_from_hex;
use pixie_primitives::crypto::InvalidSigningKey;
use pixie_primitives::keys::{InitializationHash, PublicKeysHash, SecretKey};
use pixie_primitives::{AztecAddress, ContractClassId, DecodeError, Fr, ParseFieldError, Point};
use serde::Serialize;
use zeroize::Zeroizing;

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

/// Why an account could not be derived.
#[derive(Debug, thiserror::Error)]
pub enum DeriveError {
    /// An argument is not hexadecimal of the right length.
    #[error("--{argument} is not 32 bytes of hexadecimal")]
    Hex {
        /// The argument's name.
        argument: &'static str,
        /// What is wrong.
        source: DecodeError,
    },
    /// An argument is no field element.
    #[error("--{argument} is not an element of the field")]
    Field {
        /// The argument's name.
        argument: &'static str,
        /// What is wrong.
        source: ParseFieldError,
    },
    /// The signing key is out of range.
    #[error("--signing-key cannot be used for signing")]
    SigningKey(#[from] InvalidSigningKey),
}

/// A secret given on the command line: wiped when dropped, not shown in `Debug`.
#[derive(Clone)]
struct SecretText(Zeroizing<String>);

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

impl FromStr for SecretText {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(Zeroizing::new(text.to_owned())))
    }
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
    pub fn run(&self) -> Result<Derived, DeriveError> {
        let secret_key = SecretKey::from_field(element("secret", &self.secret.0)?);
        let salt = element("salt", &self.salt)?;
        let signing_key_bytes = Zeroizing::new(bytes("signing-key", &self.signing_key.0)?);
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

fn element(argument: &'static str, text: &str) -> Result<Fr, DeriveError> {
    Fr::from_be_bytes(&bytes(argument, text)?)
        .map_err(|source| DeriveError::Field { argument, source })
}

/// Leading zeros may be left out.
fn bytes(argument: &'static str, text: &str) -> Result<[u8; 32], DeriveError> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    if digits.is_empty() {
        let source = DecodeError::Malformed {
            what: "hexadecimal",
        };
        return Err(DeriveError::Hex { argument, source });
    }
    let padded = Zeroizing::new(format!("{digits:0>64}"));
    array_from_hex(&padded, "hexadecimal").map_err(|source| DeriveError::Hex { argument, source })
}
