//! What becomes public, who learns what, and who pays.

use pixie_bridge::Origin;
use pixie_primitives::AztecAddress;
use pixie_primitives::abi::FunctionType;
use pixie_primitives::tx::FunctionCall;
use serde::Serialize;

use super::{DecodedFunction, Party};
use crate::directory::Directory;
use crate::journal::Asker;
use crate::observed::Observed;

/// Something that everybody sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PublicFact {
    /// That there is a transaction, when, and how many notes and nullifiers it has; not whose.
    Transaction,
    /// Who pays the fee. That is the account itself, unless somebody else pays.
    FeePayer {
        /// The payer.
        payer: Party,
        /// Whether that says whose transaction it is.
        is_account: bool,
    },
    /// A public call with its arguments, and what it does in turn.
    Call {
        /// The contract.
        contract: Party,
        /// The function.
        function: DecodedFunction,
        /// Who calls; nothing if that is hidden.
        sender: Option<Party>,
        /// Whether that, or an argument, is the account.
        names_account: bool,
    },
}

/// Somebody who learns more than everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Learner {
    /// The node: that the transaction comes from this network address, and which public data was
    /// looked up for it.
    Node,
    /// The dapp: that this account made this transaction, what its calls return, and what contracts
    /// say off-chain.
    Dapp {
        /// Which.
        origin: Origin,
    },
    /// The dapp that gets the witness of an authorisation: that the account gave it, and for what. It can
    /// hand it to whoever is to make the call.
    WitnessHolder {
        /// Which.
        origin: Origin,
    },
    /// Another payer of the fee: that somebody has it pay for this transaction.
    Payer {
        /// Who.
        payer: Party,
    },
}

/// What is given away by approving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PrivacyAccount {
    /// What everybody sees.
    pub public: Vec<PublicFact>,
    /// Who learns more.
    pub learners: Vec<Learner>,
    /// Whether it can be told from what everybody sees whose transaction it is.
    pub is_linkable: bool,
}

impl PrivacyAccount {
    /// The account of an authorisation. Giving it is not seen by anybody but who gets the witness; what
    /// becomes public when it is used is for the transaction that uses it to say.
    #[must_use]
    pub fn of_authorization(asker: &Asker) -> Self {
        let learners = match asker {
            Asker::User => vec![],
            Asker::Dapp(origin) => {
                let origin = origin.clone();
                vec![Learner::WitnessHolder { origin }]
            }
        };
        Self {
            public: vec![],
            learners,
            is_linkable: false,
        }
    }

    /// The account of a transaction. Without a simulation only the public calls asked for are known.
    #[must_use]
    pub fn of_transaction(
        from: AztecAddress,
        calls: &[FunctionCall],
        payer: AztecAddress,
        asker: &Asker,
        observed: Option<&Observed>,
        directory: &dyn Directory,
    ) -> Self {
        let mut public = vec![
            PublicFact::Transaction,
            PublicFact::FeePayer {
                payer: Party::new(payer, directory),
                is_account: payer == from,
            },
        ];
        match observed {
            Some(observed) => public.extend(observed.calls.iter().filter_map(|call| {
                let facts = call.public.as_ref()?;
                let names = facts.args.contains(&from.to_field());
                Some(PublicFact::Call {
                    contract: Party::new(call.contract, directory),
                    function: DecodedFunction::new(
                        call.contract,
                        call.selector,
                        Some(&facts.args),
                        directory,
                    ),
                    sender: facts.sender.map(|sender| Party::new(sender, directory)),
                    names_account: names || facts.sender == Some(from),
                })
            })),
            None => public.extend(
                calls
                    .iter()
                    .filter(|call| call.function_type == FunctionType::Public)
                    .map(|call| {
                        let sender = (!call.hide_msg_sender).then_some(from);
                        let names = call.args.contains(&from.to_field());
                        PublicFact::Call {
                            contract: Party::new(call.to, directory),
                            function: DecodedFunction::new(
                                call.to,
                                Some(call.selector),
                                Some(&call.args),
                                directory,
                            ),
                            sender: sender.map(|sender| Party::new(sender, directory)),
                            names_account: names || sender.is_some(),
                        }
                    }),
            ),
        }
        let mut learners = vec![Learner::Node];
        if let Asker::Dapp(origin) = asker {
            let origin = origin.clone();
            learners.push(Learner::Dapp { origin });
        }
        if payer != from {
            let payer = Party::new(payer, directory);
            learners.push(Learner::Payer { payer });
        }
        let is_linkable = public.iter().any(|fact| match fact {
            PublicFact::Transaction => false,
            PublicFact::FeePayer { is_account, .. } => *is_account,
            PublicFact::Call { names_account, .. } => *names_account,
        });
        Self {
            public,
            learners,
            is_linkable,
        }
    }
}
