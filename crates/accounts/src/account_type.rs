use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The kinds of account contract, named by how they check signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AccountType {
    /// Schnorr signatures on Grumpkin.
    #[serde(rename = "schnorr")]
    Schnorr,
    /// ECDSA on secp256k1.
    #[serde(rename = "ecdsa-k")]
    EcdsaSecp256k1,
    /// ECDSA on secp256r1.
    #[serde(rename = "ecdsa-r")]
    EcdsaSecp256r1,
}

/// The name of an account type is none of those known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown account type {name:?}; known are schnorr, ecdsa-k and ecdsa-r")]
pub struct UnknownAccountType {
    /// The name given.
    pub name: String,
}

impl AccountType {
    /// All types.
    pub const ALL: [Self; 3] = [Self::Schnorr, Self::EcdsaSecp256k1, Self::EcdsaSecp256r1];

    /// The name in text and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Schnorr => "schnorr",
            Self::EcdsaSecp256k1 => "ecdsa-k",
            Self::EcdsaSecp256r1 => "ecdsa-r",
        }
    }
}

impl fmt::Display for AccountType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for AccountType {
    type Err = UnknownAccountType;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|known| known.name() == name)
            .ok_or_else(|| UnknownAccountType {
                name: name.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for account_type in AccountType::ALL {
            assert_eq!(account_type.to_string().parse(), Ok(account_type));
            let json = serde_json::to_string(&account_type).unwrap();
            assert_eq!(json, format!("\"{account_type}\""));
            assert_eq!(
                serde_json::from_str::<AccountType>(&json).unwrap(),
                account_type
            );
        }
        assert_eq!(
            "webauthn".parse::<AccountType>(),
            Err(UnknownAccountType {
                name: "webauthn".to_owned()
            })
        );
    }
}
