//! Names for addresses.

use pixie_primitives::AztecAddress;
use pixie_primitives::abi::{AbiParameter, AbiType};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::WalletError;
use super::tables::{Names, WalletTables};

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alias {
    /// The address.
    pub address: AztecAddress,
    /// What is at it.
    pub kind: AliasKind,
}

/// What is at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AliasKind {
    /// An own account.
    Account,
    /// A contract.
    Contract,
    /// Somebody whose messages are looked for.
    Sender,
}

/// Whether a text can be a name.
fn is_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !text.is_empty() && !text.starts_with("0x") && text.chars().all(allowed)
}

impl WalletTables {
    /// Gives an address a name. One address may have several.
    pub(super) fn name(
        &mut self,
        alias: &str,
        address: AztecAddress,
        kind: AliasKind,
    ) -> Result<(), WalletError> {
        if !is_name(alias) {
            return Err(WalletError::BadName(alias.to_owned()));
        }
        match self.aliases.get(&alias.to_owned()) {
            Some(known) if known.address != address => Err(WalletError::NameTaken {
                alias: alias.to_owned(),
                address: known.address,
            }),
            Some(_) => Ok(()),
            None => {
                self.aliases.put(alias.to_owned(), Alias { address, kind });
                Ok(())
            }
        }
    }

    /// The first name of an address.
    pub fn alias_of(&self, address: &AztecAddress) -> Option<&str> {
        let mut aliases = self.aliases.iter();
        aliases
            .find(|(_, alias)| alias.address == *address)
            .map(|(name, _)| name.as_str())
    }
}

impl Names {
    /// The address that a text names: a name, or `0x` and 64 digits.
    pub fn resolve(&self, text: &str) -> Result<AztecAddress, WalletError> {
        let unknown = || WalletError::UnknownName(text.to_owned());
        if text.starts_with("0x") {
            return text.parse().map_err(|_| unknown());
        }
        let snapshot = self.snapshot();
        let alias = snapshot.aliases.get(&text.to_owned());
        alias.map(|alias| alias.address).ok_or_else(unknown)
    }

    /// Checks that a text can be the name of something new.
    pub fn check_free(&self, alias: &str) -> Result<(), WalletError> {
        if !is_name(alias) {
            return Err(WalletError::BadName(alias.to_owned()));
        }
        match self.snapshot().aliases.get(&alias.to_owned()) {
            Some(known) => Err(WalletError::NameTaken {
                alias: alias.to_owned(),
                address: known.address,
            }),
            None => Ok(()),
        }
    }

    /// A name that is free: the one wanted, or with a number behind it.
    pub fn free_name(&self, wanted: &str) -> String {
        let numbered = (2..).map(|number: u32| format!("{wanted}.{number}"));
        std::iter::once(wanted.to_owned())
            .chain(numbered)
            .find(|name| self.check_free(name).is_ok())
            .unwrap_or_default()
    }

    /// Gives an address a name.
    pub async fn name(
        &self,
        alias: &str,
        address: AztecAddress,
        kind: AliasKind,
    ) -> Result<(), WalletError> {
        if let Some(known) = self.snapshot().aliases.get(&alias.to_owned())
            && known.address == address
        {
            return Ok(());
        }
        self.change(|tables| tables.name(alias, address, kind))
            .await
    }

    /// Puts addresses in the place of names, where parameters are addresses.
    pub fn resolve_arguments(
        &self,
        parameters: &[AbiParameter],
        arguments: Value,
    ) -> Result<Value, WalletError> {
        match arguments {
            Value::Array(items) => {
                let mut parameters = parameters.iter();
                let items = items.into_iter().map(|item| match parameters.next() {
                    Some(parameter) => self.resolve_value(&parameter.ty, item),
                    None => Ok(item),
                });
                Ok(Value::Array(items.collect::<Result<_, _>>()?))
            }
            Value::Object(members) => {
                let members = members.into_iter().map(|(name, value)| {
                    let parameter = parameters.iter().find(|parameter| parameter.name == name);
                    let value = match parameter {
                        Some(parameter) => self.resolve_value(&parameter.ty, value)?,
                        None => value,
                    };
                    Ok((name, value))
                });
                Ok(Value::Object(members.collect::<Result<_, WalletError>>()?))
            }
            other => Ok(other),
        }
    }

    fn resolve_value(&self, ty: &AbiType, value: Value) -> Result<Value, WalletError> {
        match (ty, value) {
            (AbiType::Struct(structure), Value::String(text))
                if structure.is_aztec_address() && is_name(&text) && !is_number(&text) =>
            {
                Ok(Value::String(self.resolve(&text)?.to_string()))
            }
            (AbiType::Array { item, .. }, Value::Array(items)) => {
                let items = items
                    .into_iter()
                    .map(|value| self.resolve_value(item, value));
                Ok(Value::Array(items.collect::<Result<_, _>>()?))
            }
            (_, value) => Ok(value),
        }
    }
}

/// An address may be written as a number too.
fn is_number(text: &str) -> bool {
    text.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_be_taken_for_addresses() {
        for good in ["alice", "token-2", "a.b_c", "7"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "0x", "0x12", "a b", "ä", "a/b"] {
            assert!(!is_name(bad), "{bad}");
        }
    }

    #[test]
    fn a_name_stays_with_its_address() {
        let mut tables = WalletTables::default();
        let [one, other] = [1u32, 2].map(AztecAddress::from);
        tables.name("a", one, AliasKind::Account).unwrap();
        tables.name("a", one, AliasKind::Account).unwrap();
        assert!(matches!(
            tables.name("a", other, AliasKind::Sender),
            Err(WalletError::NameTaken { address, .. }) if address == one
        ));
        assert_eq!(tables.alias_of(&one), Some("a"));
        assert_eq!(tables.alias_of(&other), None);
    }
}
