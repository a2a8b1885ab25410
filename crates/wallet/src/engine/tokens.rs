//! The list of tokens: what their contracts say of themselves, balances, transfers.

use std::time::Duration;

use futures_util::future::select;
use pixie_accounts::encode_call;
use pixie_primitives::abi::{AbiValue, FunctionAbi, FunctionType};
use pixie_primitives::contract::ConstructorArguments;
use pixie_primitives::gas::PartialGasSettings;
use pixie_primitives::tx::{ExecutionPayload, FunctionCall};
use pixie_primitives::{AztecAddress, Fr};
use pixie_store::Backend;
use serde::{Deserialize, Serialize};

use super::order::scopes;
use super::{Engine, EngineError, SimulatedLimits, TokenRecord};
use crate::directory::TokenInfo;

/// The contract of Aztec 4.1.2 that tokens are made with.
const TOKEN: &str = "Token";
/// How long adding a token may take longer, so that its notes are found.
const PATIENCE: Duration = Duration::from_secs(1);
/// The longest symbol that is shown, in bytes.
const MAX_SYMBOL: usize = 31;

/// Where an amount is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Place {
    /// In notes.
    Private,
    /// In the contract's public state.
    Public,
}

/// What an account has of a token, in the smallest unit.
#[derive(Debug)]
pub struct TokenBalance {
    /// In notes.
    pub private: Result<u128, EngineError>,
    /// In the contract's public state.
    pub public: Result<u128, EngineError>,
}

impl<B: Backend> Engine<B> {
    /// Puts a token on the list, with what its contract says of itself. The contract is registered if
    /// it is of the class that comes with the wallet. `viewer` is the account that asks.
    ///
    /// # Errors
    /// [`EngineError::NotPublished`], [`EngineError::NoArtifact`], [`EngineError::NotAToken`], and what
    /// asking the contract fails with.
    pub async fn add_token(
        &self,
        token: AztecAddress,
        viewer: AztecAddress,
    ) -> Result<TokenRecord, EngineError> {
        self.register_known(token, &[TOKEN]).await?;
        let names = [
            "public_get_name",
            "public_get_symbol",
            "public_get_decimals",
        ];
        let not = |what| EngineError::NotAToken(token, what);
        let functions = names.map(|name| self.view(token, name, Vec::new()));
        let [Ok(name), Ok(symbol), Ok(decimals)] = functions else {
            return Err(not("its contract has no name, symbol or decimals"));
        };
        let values = self.look_up(viewer, &[name, symbol, decimals]).await?;
        let [name, symbol, decimals] = values.as_slice() else {
            return Err(not("it does not answer"));
        };
        let name = text(name).ok_or_else(|| not("its name is no text"))?;
        let symbol = text(symbol).filter(|symbol| symbol.len() <= MAX_SYMBOL);
        let decimals = match decimals {
            Some(AbiValue::Unsigned(decimals)) => u8::try_from(*decimals).ok(),
            _ => None,
        };
        let record = TokenRecord {
            name,
            info: TokenInfo {
                symbol: symbol.ok_or_else(|| not("its symbol is no text"))?,
                decimals: decimals
                    .filter(|decimals| *decimals <= 38)
                    .ok_or_else(|| not("its decimals are no number of places"))?,
            },
        };
        self.records()
            .change(|tables| {
                tables.tokens.put(token, record.clone());
            })
            .await?;
        self.find_notes(token, viewer).await;
        Ok(record)
    }

    /// Finds the notes that an account has in a contract, unless that takes long: whoever asks next does
    /// not wait for it.
    async fn find_notes(&self, contract: AztecAddress, account: AztecAddress) {
        let (contracts, scopes, watch) = ([contract], scopes(account, &[]), self.watch(None));
        let finding = self.pxe().sync_contracts(&contracts, &scopes, &watch);
        let patience = self.0.timer.sleep(PATIENCE);
        // What goes wrong here is told where it matters.
        let _ = select(Box::pin(finding), patience).await;
    }

    /// Takes a token off the list. Says whether it was there.
    ///
    /// # Errors
    /// [`EngineError::Commit`].
    pub async fn remove_token(&self, token: AztecAddress) -> Result<bool, EngineError> {
        Ok(self
            .records()
            .change(|tables| tables.tokens.remove(&token).is_some())
            .await?)
    }

    /// What an account has of a token.
    ///
    /// # Errors
    /// [`EngineError::UnknownToken`] for one that is not on the list. What looking fails with is told
    /// for both places by itself.
    pub async fn balance(
        &self,
        token: AztecAddress,
        account: AztecAddress,
    ) -> Result<TokenBalance, EngineError> {
        if !self.records().snapshot().tokens.contains(&token) {
            return Err(EngineError::UnknownToken(token));
        }
        Ok(TokenBalance {
            private: self.private_balance(token, account).await,
            public: self.public_balance(token, account).await,
        })
    }

    /// What an account has of a token in notes.
    ///
    /// # Errors
    /// What looking fails with.
    pub async fn private_balance(
        &self,
        token: AztecAddress,
        account: AztecAddress,
    ) -> Result<u128, EngineError> {
        let owner = vec![AbiValue::Address(account)];
        let (abi, call) = self.view(token, "balance_of_private", owner)?;
        let values = self.execute_utility(&call, account, &[]).await?;
        amount(token, Self::decode_returned(&abi, &values)?.as_ref())
    }

    /// What an account has of a token in public.
    ///
    /// # Errors
    /// What looking fails with.
    pub async fn public_balance(
        &self,
        token: AztecAddress,
        account: AztecAddress,
    ) -> Result<u128, EngineError> {
        let owner = vec![AbiValue::Address(account)];
        let view = self.view(token, "balance_of_public", owner)?;
        let values = self.look_up(account, &[view]).await?;
        amount(token, values.first().and_then(Option::as_ref))
    }

    /// The call that moves an amount of a token from an account to somebody.
    ///
    /// # Errors
    /// [`EngineError::Artifact`] for a contract that lacks the function, [`EngineError::Call`].
    pub fn transfer_call(
        &self,
        token: AztecAddress,
        (from, source): (AztecAddress, Place),
        (to, target): (AztecAddress, Place),
        amount: u128,
    ) -> Result<FunctionCall, EngineError> {
        let address = AbiValue::Address;
        let amount = AbiValue::Unsigned(amount);
        // The account itself calls, so that it needs no authorisation and the nonce is zero.
        let nonce = || AbiValue::Field(Fr::ZERO);
        let (function, arguments) = match (source, target) {
            (Place::Private, Place::Private) => ("transfer", vec![address(to), amount]),
            (Place::Private, Place::Public) => (
                "transfer_to_public",
                vec![address(from), address(to), amount, nonce()],
            ),
            (Place::Public, Place::Private) => ("transfer_to_private", vec![address(to), amount]),
            (Place::Public, Place::Public) => (
                "transfer_in_public",
                vec![address(from), address(to), amount, nonce()],
            ),
        };
        let (_, call) = self.view(token, function, arguments)?;
        Ok(call)
    }

    /// A function and a call of it.
    fn view(
        &self,
        contract: AztecAddress,
        function: &str,
        arguments: Vec<AbiValue>,
    ) -> Result<(FunctionAbi, FunctionCall), EngineError> {
        let abi = self.function(contract, function)?;
        let arguments = ConstructorArguments::Values(arguments);
        let call = encode_call(&abi, contract, &arguments)?;
        Ok((abi, call))
    }

    /// Simulates public functions that only look, all in one transaction.
    async fn look_up(
        &self,
        viewer: AztecAddress,
        views: &[(FunctionAbi, FunctionCall)],
    ) -> Result<Vec<Option<AbiValue>>, EngineError> {
        let payload = ExecutionPayload {
            calls: views.iter().map(|(_, call)| call.clone()).collect(),
            ..ExecutionPayload::default()
        };
        let (gas, limits) = (PartialGasSettings::default(), SimulatedLimits::Unbounded);
        let simulation = self.simulate(viewer, payload, &[], gas, limits).await?;
        let output = simulation.simulated.public_output.as_ref();
        let returned = output.map_or(&[][..], |output| &output.public_return_values);
        let public = views
            .iter()
            .filter(|(abi, _)| abi.function_type == FunctionType::Public);
        public
            .zip(returned)
            .map(|((abi, _), returned)| {
                let values = returned.values.as_deref().unwrap_or_default();
                Self::decode_returned(abi, values)
            })
            .collect()
    }
}

fn amount(token: AztecAddress, value: Option<&AbiValue>) -> Result<u128, EngineError> {
    match value {
        Some(AbiValue::Unsigned(amount)) => Ok(*amount),
        _ => Err(EngineError::NotAToken(token, "its balance is no amount")),
    }
}

/// The text in a field that contracts keep short texts in (Aztec 4.1.2, `FieldCompressedString`): its
/// 31 lower bytes, filled up with zeros.
fn text(value: &Option<AbiValue>) -> Option<String> {
    let field = match value.as_ref()? {
        AbiValue::Field(field) => *field,
        structure => match structure.member("value")? {
            AbiValue::Field(field) => *field,
            _ => return None,
        },
    };
    let bytes = field.to_be_bytes();
    let text = std::str::from_utf8(bytes.get(1..)?).ok()?;
    let text = text.trim_matches('\0');
    let is_shown = !text.is_empty() && !text.chars().any(char::is_control);
    is_shown.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(text: &[u8]) -> Option<AbiValue> {
        let mut bytes = [0; 32];
        bytes[1..=text.len()].copy_from_slice(text);
        let value = AbiValue::Field(Fr::from_be_bytes(&bytes).unwrap());
        Some(AbiValue::structure([("value", value)]))
    }

    #[test]
    fn short_texts_are_read() {
        assert_eq!(text(&packed(b"TokenName")).as_deref(), Some("TokenName"));
        assert_eq!(text(&packed("€".as_bytes())).as_deref(), Some("€"));
        assert_eq!(text(&packed(b"")), None);
        assert_eq!(text(&packed(b"a\nb")), None);
        assert_eq!(text(&packed(&[0xff, 0xfe])), None);
        assert_eq!(text(&None), None);
        assert_eq!(text(&Some(AbiValue::Boolean(true))), None);
    }
}
