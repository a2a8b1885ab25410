//! What is asked, as it is shown on the terminal.

use std::fmt;

use pixie_primitives::abi::{AbiValue, FunctionType};
use pixie_primitives::{AztecAddress, Fr};
use pixie_wallet::approval::{
    ApprovalRequest, AuthWitAction, AuthWitRequest, DecodedArgument, DecodedAuthorization,
    DecodedCall, DecodedFunction, Learner, Party, PrivacyAccount, PublicFact, Shown,
    TransactionRequest,
};
use pixie_wallet::journal::Asker;

/// Everything that the user has to know, in lines.
pub fn describe(shown: &Shown) -> String {
    let mut text = Lines::default();
    match &shown.asker {
        Asker::User => {}
        Asker::Dapp(origin) => text.line(format_args!("asked by {origin}")),
    }
    match &shown.request {
        ApprovalRequest::Transaction(request) => text.transaction(request),
        ApprovalRequest::AuthWit(request) => text.authorization(request),
        // What only dapps ask for is shown as it is.
        other => text.line(format_args!(
            "{}",
            serde_json::to_string_pretty(other).unwrap_or_default()
        )),
    }
    text.0
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    /// One line. Names that others have chosen must not make more of it, nor change what is around.
    fn line(&mut self, line: fmt::Arguments<'_>) {
        let shown = |c: char| {
            if is_deceptive(c) {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        };
        self.0.extend(line.to_string().chars().map(shown));
        self.0.push('\n');
    }

    fn transaction(&mut self, request: &TransactionRequest) {
        let from = Named(&request.from);
        self.line(format_args!("A transaction of {from}:"));
        for (index, call) in request.calls.iter().enumerate() {
            let note = match index < request.own_calls {
                true => " (pays the fee)",
                false => "",
            };
            self.call("", call, note);
        }
        if !request.underneath.is_empty() {
            self.line(format_args!("which calls in turn:"));
            for call in &request.underneath {
                self.call("  ", call, "");
            }
        }
        for asked in &request.authorizations {
            self.asked(asked);
        }
        let fee = &request.fee;
        let payer = Named(&fee.payer);
        let expected = fee.expected.as_deref().unwrap_or("unknown");
        self.line(format_args!(
            "Fee: {expected} expected, {} at most, paid by {payer}",
            fee.at_most
        ));
        self.privacy(&request.privacy);
    }

    fn authorization(&mut self, request: &AuthWitRequest) {
        let from = Named(&request.from);
        match &request.action {
            AuthWitAction::Call { caller, call } => {
                let caller = Named(caller);
                self.line(format_args!("{from} lets {caller} make this call:"));
                self.call("", call, "");
            }
            AuthWitAction::Opaque {
                consumer,
                inner_hash,
            } => {
                let consumer = Named(consumer);
                self.line(format_args!(
                    "{from} authorises something that cannot be shown, for {consumer} to check:"
                ));
                self.line(format_args!("  {inner_hash}"));
            }
        }
        self.privacy(&request.privacy);
    }

    fn asked(&mut self, asked: &DecodedAuthorization) {
        let (consumer, caller) = (Named(&asked.consumer), Named(&asked.caller));
        self.line(format_args!(
            "{consumer} wants authorised that {caller} calls"
        ));
        self.function("    ", &asked.consumer, &asked.function, "");
    }

    fn call(&mut self, indent: &str, call: &DecodedCall, note: &str) {
        let kind = match call.function_type {
            FunctionType::Private => "private",
            FunctionType::Public => "public",
            FunctionType::Utility => "utility",
        };
        let mut marks = kind.to_owned();
        if call.is_static {
            marks.push_str(", changes nothing");
        }
        if call.hides_sender {
            marks.push_str(", hides who calls");
        }
        let note = format!(" [{marks}]{note}");
        let indent = format!("  {indent}");
        self.function(&indent, &call.contract, &call.function, &note);
    }

    fn function(&mut self, indent: &str, contract: &Party, function: &DecodedFunction, note: &str) {
        let contract = Named(contract);
        match function {
            DecodedFunction::Known {
                name, arguments, ..
            } => {
                self.line(format_args!("{indent}{contract}: {name}{note}"));
                for argument in arguments {
                    self.argument(indent, argument);
                }
            }
            DecodedFunction::NamedOnly {
                name, arguments, ..
            } => {
                self.line(format_args!("{indent}{contract}: {name}{note}"));
                self.encoded(indent, arguments.as_deref());
            }
            DecodedFunction::Unknown {
                selector,
                arguments,
            } => {
                let selector = selector.map_or_else(|| "nothing".to_owned(), |s| s.to_string());
                self.line(format_args!(
                    "{indent}{contract}: an UNKNOWN function, {selector}{note}"
                ));
                self.encoded(indent, arguments.as_deref());
            }
        }
    }

    fn argument(&mut self, indent: &str, argument: &DecodedArgument) {
        let name = &argument.name;
        if let Some(party) = &argument.party {
            let party = Named(party);
            self.line(format_args!("{indent}    {name} = {party}"));
        } else if let Some(amount) = &argument.amount {
            self.line(format_args!("{indent}    {name} = {amount}"));
        } else {
            let value = value(&argument.value);
            self.line(format_args!("{indent}    {name} = {value}"));
        }
    }

    fn encoded(&mut self, indent: &str, arguments: Option<&[Fr]>) {
        for argument in arguments.into_iter().flatten() {
            self.line(format_args!("{indent}    {argument}"));
        }
    }

    fn privacy(&mut self, privacy: &PrivacyAccount) {
        if privacy.public.is_empty() {
            self.line(format_args!("Nothing of this is public."));
        } else {
            self.line(format_args!("Everybody sees:"));
        }
        for fact in &privacy.public {
            match fact {
                PublicFact::Transaction => self.line(format_args!(
                    "  that there is a transaction, and how many notes it makes and uses"
                )),
                PublicFact::FeePayer { payer, is_account } => {
                    let (payer, what) = (Named(payer), tells(*is_account));
                    self.line(format_args!("  that {payer} pays the fee{what}"));
                }
                PublicFact::Call {
                    contract,
                    function,
                    sender,
                    names_account,
                } => {
                    let what = tells(*names_account);
                    match sender {
                        Some(sender) => {
                            let sender = Named(sender);
                            self.line(format_args!("  this call by {sender}{what}:"));
                        }
                        None => {
                            self.line(format_args!("  this call by nobody in particular{what}:"))
                        }
                    }
                    self.function("    ", contract, function, "");
                }
            }
        }
        for learner in &privacy.learners {
            match learner {
                Learner::Node => self.line(format_args!(
                    "The node sees which network address the transaction comes from."
                )),
                Learner::Dapp { origin } => self.line(format_args!(
                    "{origin} learns that this account makes it, and what it returns."
                )),
                Learner::WitnessHolder { origin } => self.line(format_args!(
                    "{origin} learns what was authorised, and can hand it on."
                )),
                Learner::Payer { payer } => {
                    let payer = Named(payer);
                    self.line(format_args!("{payer} is made to pay for it."));
                }
            }
        }
        if privacy.is_linkable {
            self.line(format_args!("It can be told whose transaction it is."));
        }
    }
}

/// Whether a character does something else on a terminal than being seen: control characters and those
/// that change the direction of writing or are not seen at all.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}')
}

const fn tells(is_account: bool) -> &'static str {
    match is_account {
        true => ", which tells whose transaction it is",
        false => "",
    }
}

/// A party by its name, if it has one, and its address, so that no name passes for another.
struct Named<'a>(&'a Party);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Party {
            address,
            name,
            contract,
        } = self.0;
        match (name, contract) {
            (Some(name), _) => write!(f, "{name} ({address})"),
            (None, Some(contract)) => write!(f, "the {contract} at {address}"),
            (None, None) if *address == AztecAddress::ZERO => f.write_str("nobody"),
            (None, None) => write!(f, "{address}"),
        }
    }
}

fn value(value: &AbiValue) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use pixie_accounts::AuthWitIntent;
    use pixie_primitives::FunctionSelector;
    use pixie_primitives::abi::FunctionAbi;
    use pixie_primitives::auth_witness::{ChainInfo, InnerAuthWitHash};
    use pixie_wallet::directory::{Directory, TokenInfo};

    use super::*;

    /// Somebody who has chosen a name that is to deceive.
    struct Deceiver;

    impl Directory for Deceiver {
        fn contract_name(&self, _: AztecAddress) -> Option<String> {
            Some("Token\nFee: 0 expected\u{1b}[2K\u{202e}".to_owned())
        }

        fn function(&self, _: AztecAddress, _: FunctionSelector) -> Option<FunctionAbi> {
            None
        }

        fn name(&self, address: AztecAddress) -> Option<String> {
            (address == AztecAddress::from(1)).then(|| "alice".to_owned())
        }

        fn token(&self, _: AztecAddress) -> Option<TokenInfo> {
            None
        }
    }

    #[test]
    fn names_of_others_stay_what_they_are() {
        let [alice, other] = [1u32, 2].map(AztecAddress::from);
        let intent = AuthWitIntent::InnerHash {
            consumer: other,
            inner_hash: InnerAuthWitHash::from_field(Fr::ONE),
        };
        let chain = ChainInfo {
            chain_id: Fr::ONE,
            version: Fr::ONE,
        };
        let request = AuthWitRequest::new(alice, intent, chain, &Asker::User, &Deceiver);
        let text = describe(&Shown {
            asker: Asker::User,
            request: ApprovalRequest::AuthWit(Box::new(request)),
        });
        assert!(text.starts_with(&format!("alice ({alice}) authorises something")));
        assert!(text.contains(&format!("at {other}")), "{text}");
        let fee = text.lines().find(|line| line.starts_with("Fee"));
        assert_eq!(fee, None, "{text}");
        assert!(text.chars().all(|c| c == '\n' || !is_deceptive(c)));
    }
}
