//! Values as they are given on the command line.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use pixie_accounts::SigningPublicKey;
use pixie_primitives::auth_witness::AuthWitness;
use pixie_primitives::codec::array_from_hex;
use pixie_primitives::{DecodeError, Fr, FromBytes as _, ParseFieldError};
use pixie_wallet::engine::Fee;
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use super::CliError;

/// Why an argument cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// It is not hexadecimal of the right length.
    #[error("--{argument} is not 32 bytes of hexadecimal")]
    Hex {
        /// The argument's name.
        argument: &'static str,
        /// What is wrong.
        source: DecodeError,
    },
    /// It is no public key.
    #[error("--{argument} is no public key")]
    PublicKey {
        /// The argument's name.
        argument: &'static str,
        /// What is wrong.
        source: DecodeError,
    },
    /// It is no field element.
    #[error("--{argument} is not an element of the field")]
    Field {
        /// The argument's name.
        argument: &'static str,
        /// What is wrong.
        source: ParseFieldError,
    },
    /// It is no JSON.
    #[error("--{argument} is not JSON")]
    Json {
        /// The argument's name.
        argument: &'static str,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A file holds no authentication witness.
    #[error("{path} holds no authentication witness")]
    AuthWit {
        /// The file.
        path: PathBuf,
    },
    /// A file holds no contract instance.
    #[error("{path} holds no contract instance")]
    Instance {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A file holds no claim of fee juice.
    #[error("{path} holds no claim of fee juice: claimAmount, claimSecret, messageLeafIndex")]
    Claim {
        /// The file.
        path: PathBuf,
    },
    /// Arguments that belong together.
    #[error("{0}")]
    Incomplete(&'static str),
}

/// A secret given on the command line, or the name of a file that holds it after `@`. Wiped when
/// dropped, not shown in `Debug`.
#[derive(Clone)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// The 32 bytes that it stands for. Leading zeros may be left out.
    pub fn bytes(&self, argument: &'static str) -> Result<Zeroizing<[u8; 32]>, CliError> {
        let text = match self.0.strip_prefix('@') {
            Some(path) => Zeroizing::new(read_text(Path::new(path))?),
            None => self.0.clone(),
        };
        Ok(bytes(argument, text.trim()).map(Zeroizing::new)?)
    }

    /// The element that it stands for.
    pub fn element(&self, argument: &'static str) -> Result<Fr, CliError> {
        let bytes = self.bytes(argument)?;
        let element = Fr::from_be_bytes(&bytes);
        Ok(element.map_err(|source| InputError::Field { argument, source })?)
    }
}

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

/// An element in hexadecimal.
pub fn element(argument: &'static str, text: &str) -> Result<Fr, InputError> {
    Fr::from_be_bytes(&bytes(argument, text)?)
        .map_err(|source| InputError::Field { argument, source })
}

/// The public half of a signing key: a byte for the type and the two coordinates.
pub fn public_key(argument: &'static str, text: &str) -> Result<SigningPublicKey, InputError> {
    let source = |source| InputError::PublicKey { argument, source };
    let bytes = array_from_hex::<65>(text.trim(), "public key").map_err(source)?;
    SigningPublicKey::from_bytes(&bytes).map_err(source)
}

/// Leading zeros may be left out.
fn bytes(argument: &'static str, text: &str) -> Result<[u8; 32], InputError> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    if digits.is_empty() {
        let source = DecodeError::Malformed {
            what: "hexadecimal",
        };
        return Err(InputError::Hex { argument, source });
    }
    let padded = Zeroizing::new(format!("{digits:0>64}"));
    array_from_hex(&padded, "hexadecimal").map_err(|source| InputError::Hex { argument, source })
}

/// JSON given on the command line; without it an empty list.
pub fn json(argument: &'static str, text: Option<&str>) -> Result<Value, InputError> {
    let Some(text) = text else {
        return Ok(Value::Array(Vec::new()));
    };
    serde_json::from_str(text).map_err(|source| InputError::Json { argument, source })
}

/// The witnesses in files, as `authwit create` prints them: bare hexadecimal, or JSON with a member
/// `authwit`.
pub fn auth_witnesses(paths: &[PathBuf]) -> Result<Vec<AuthWitness>, CliError> {
    let read = |path: &PathBuf| {
        let text = read_text(path)?;
        let json: Option<Value> = serde_json::from_str(&text).ok();
        let hex = match &json {
            Some(Value::String(hex)) => hex.as_str(),
            Some(Value::Object(members)) => members
                .get("authwit")
                .and_then(Value::as_str)
                .unwrap_or_default(),
            _ => text.trim(),
        };
        let path = path.clone();
        Ok(hex.parse().map_err(|_| InputError::AuthWit { path })?)
    };
    paths.iter().map(read).collect()
}

/// A claim of fee juice in a file: JSON as the reference has it (aztec.js `L2AmountClaim`), numbers as
/// decimal text or not.
pub fn claim(path: &Path) -> Result<Fee, CliError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Claim {
        claim_amount: Number,
        claim_secret: String,
        message_leaf_index: Number,
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Number {
        Plain(u64),
        Text(String),
    }
    impl Number {
        fn read(&self) -> Option<u128> {
            match self {
                Self::Plain(number) => Some(u128::from(*number)),
                Self::Text(text) => text.parse().ok(),
            }
        }
    }
    let text = Zeroizing::new(read_text(path)?);
    let read = || -> Option<Fee> {
        let claim: Claim = serde_json::from_str(&text).ok()?;
        let secret = Zeroizing::new(claim.claim_secret);
        Some(Fee::Claim {
            amount: claim.claim_amount.read()?,
            secret: element("claim", &secret).ok()?,
            message_leaf_index: claim.message_leaf_index.read()?.try_into().ok()?,
        })
    };
    let path = path.to_owned();
    Ok(read().ok_or(InputError::Claim { path })?)
}

/// Reads a text file.
pub fn read_text(path: &Path) -> Result<String, CliError> {
    std::fs::read_to_string(path).map_err(|source| CliError::ReadFile {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_may_lack_leading_zeros() {
        assert_eq!(element("salt", "0x0").unwrap(), Fr::ZERO);
        assert_eq!(element("salt", "ff").unwrap(), Fr::from(255u8));
        assert!(element("salt", "0x").is_err());
        assert!(element("salt", "xyz").is_err());
        assert!(matches!(
            element("salt", &"f".repeat(64)),
            Err(InputError::Field {
                argument: "salt",
                ..
            })
        ));
    }

    #[test]
    fn witnesses_are_read_in_all_forms() {
        let folder = tempfile::tempdir().unwrap();
        let hex = format!("0x{}{:08x}", "0".repeat(64), 0);
        let forms = [
            hex.clone(),
            format!("{hex}\n"),
            format!("\"{hex}\""),
            format!("{{\"authwit\": \"{hex}\"}}"),
        ];
        for form in forms {
            let path = folder.path().join("a");
            std::fs::write(&path, form).unwrap();
            assert_eq!(auth_witnesses(&[path]).unwrap().len(), 1);
        }
        let path = folder.path().join("a");
        std::fs::write(&path, "{}").unwrap();
        assert!(auth_witnesses(&[path]).is_err());
        assert!(auth_witnesses(&[folder.path().join("none")]).is_err());
    }

    #[test]
    fn claims_are_read_as_the_reference_writes_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("claim");
        let secret = format!("0x{:064x}", 5);
        let good = [
            format!(
                r#"{{"claimAmount": "1000000000000000000000", "claimSecret": "{secret}",
                "claimSecretHash": "0x1", "messageHash": "0x2", "messageLeafIndex": "7"}}"#
            ),
            r#"{"claimAmount": 12, "claimSecret": "0x5", "messageLeafIndex": 7}"#.to_owned(),
        ];
        for (text, expected) in good.iter().zip([10u128.pow(21), 12]) {
            std::fs::write(&path, text).unwrap();
            let expected = Fee::Claim {
                amount: expected,
                secret: Fr::from(5u8),
                message_leaf_index: 7,
            };
            assert_eq!(claim(&path).unwrap(), expected);
        }
        let bad = [
            "",
            "{}",
            r#"{"claimAmount": "-1", "claimSecret": "0x5", "messageLeafIndex": 7}"#,
            r#"{"claimAmount": "1", "claimSecret": "five", "messageLeafIndex": 7}"#,
            r#"{"claimAmount": "1", "claimSecret": "0x5", "messageLeafIndex": "99999999999999999999"}"#,
        ];
        for text in bad {
            std::fs::write(&path, text).unwrap();
            let error = claim(&path).unwrap_err().to_string();
            assert!(error.contains("no claim"), "{error}");
        }
    }

    #[test]
    fn secrets_are_read_from_files_and_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "0x07\n").unwrap();
        let secret: SecretText = format!("@{}", path.display()).parse().unwrap();
        assert_eq!(secret.element("secret").unwrap(), Fr::from(7u8));
        assert_eq!(format!("{secret:?}"), "SecretText(…)");
    }
}
