//! What pages list: tokens and balances, history, approvals, sites, contacts.

use pixie_bridge::capability::{GrantedCapability, Scope};
use pixie_bridge::window::CloseReason;
use pixie_bridge::{Origin, capability};
use pixie_primitives::AztecAddress;
use pixie_pxe::AccessScopes;
use pixie_vault::UnixMillis;
use sha2::{Digest as _, Sha256};

use super::app::App;
use super::platform::Platform;
use super::request::{Answer, Emojis, Handled, Request, UiError, UiErrorCode};
use super::types::{
    Activity, Approval, Approved, Asker, Balance, Called, Contact, Grant, Incident, Passed, Site,
    Stage, Token,
};
use crate::approval::{ApprovalId, ShownHash, WindowId};
use crate::directory::Directory;
use crate::engine::{Engine, EngineError, TokenRecord};
use crate::journal::{Asker as JournalAsker, EntryId, JournalEntry, Stage as JournalStage};

/// The most entries of the history that are told at once.
const MAX_ENTRIES: usize = 200;

/// What becomes of the requests that `handlers` leaves over, in the same way.
pub(super) fn handle<P: Platform>(app: &App<P>, request: Request) -> Handled<'_> {
    match request {
        Request::Tokens {} => Box::pin(async move {
            let tokens = app.ready()?.records().tokens().into_iter();
            Ok(Answer::Tokens(tokens.map(shown_token).collect()))
        }),
        Request::AddToken { address } => Box::pin(app.add_token(address)),
        Request::RemoveToken { address } => Box::pin(async move {
            app.ready()?.remove_token(address).await?;
            Ok(Answer::Done(()))
        }),
        Request::Balances { account } => Box::pin(app.balances(account)),
        Request::Activity {
            account,
            before,
            limit,
        } => Box::pin(async move { app.activity(account, before, limit) }),
        Request::ActivityEntry { entry } => Box::pin(async move {
            let engine = app.ready()?;
            let id = EntryId(entry);
            let found = engine.journal().entry(id);
            let found = found.ok_or_else(|| unknown("there is no such entry"))?;
            let activity = shown_entry(&engine.directory(), id, found);
            Ok(Answer::Activity(Box::new(activity)))
        }),
        Request::Approvals {} => Box::pin(async move { Ok(app.approvals()) }),
        Request::Opened { id, window } => Box::pin(async move {
            app.0.desk.opened(ApprovalId(id), WindowId(window))?;
            Ok(Answer::Done(()))
        }),
        Request::Approve { id, hash, granted } => {
            Box::pin(async move { app.approve(ApprovalId(id), &hash, granted.as_deref()) })
        }
        Request::Deny { id } => Box::pin(async move {
            app.0.desk.deny(ApprovalId(id))?;
            Ok(Answer::Done(()))
        }),
        Request::Sites {} => Box::pin(async move {
            let engine = app.ready()?;
            let now = engine.timestamp();
            let sites = engine.records().sites().into_iter();
            let sites = sites.map(|(origin, site)| shown_site(&origin, &site, now));
            Ok(Answer::Sites(sites.collect()))
        }),
        Request::Revoke { origin, grant } => {
            Box::pin(async move { app.revoke(&origin, grant.as_deref()).await })
        }
        Request::Verification { origin } => {
            Box::pin(async move { Ok(Answer::Verification(app.verification(&origin))) })
        }
        Request::Contacts {} => Box::pin(async move { app.contacts() }),
        Request::PutContact(contact) => Box::pin(app.put_contact(contact)),
        Request::RemoveContact { address } => Box::pin(async move {
            let engine = app.ready()?;
            engine.records().remove_contact(address).await?;
            let removed = engine.pxe().remove_sender(&address).await;
            removed.map_err(EngineError::from)?;
            Ok(Answer::Done(()))
        }),
        Request::Incidents {} => Box::pin(async move {
            let incidents = app.ready()?.incidents().into_iter();
            Ok(Answer::Incidents(incidents.map(Incident::from).collect()))
        }),
        Request::ForgetIncidents {} => Box::pin(async move {
            app.ready()?.forget_incidents().await?;
            Ok(Answer::Done(()))
        }),
        Request::Sync {} => Box::pin(app.sync()),
        // Everything else is handled before this is asked.
        _ => Box::pin(async { Err(UiError::new(UiErrorCode::Internal, "nobody handles this")) }),
    }
}

fn unknown(message: &str) -> UiError {
    UiError::new(UiErrorCode::Unknown, message)
}

fn shown_token((address, token): (AztecAddress, TokenRecord)) -> Token {
    Token {
        address,
        name: token.name,
        symbol: token.info.symbol,
        decimals: token.info.decimals,
    }
}

fn shown_stage(stage: JournalStage) -> Stage {
    match stage {
        JournalStage::Requested => Stage::Requested,
        JournalStage::Approved { .. } => Stage::Approved,
        JournalStage::Simulated => Stage::Simulated,
        JournalStage::Proved => Stage::Proved,
        JournalStage::Sent => Stage::Sent,
        JournalStage::Mined {
            block,
            reverted,
            fee,
            is_final,
        } => Stage::Mined {
            block,
            is_final,
            reverted,
            fee,
        },
        JournalStage::Dropped { reason } => Stage::Dropped {
            reason: reason.unwrap_or_else(|| "the network does not have it".to_owned()),
        },
        JournalStage::Failed { failure } => Stage::Failed {
            reason: failure.to_string(),
        },
        JournalStage::Rejected { rejection } => Stage::Rejected {
            reason: rejection.to_string(),
        },
    }
}

fn shown_entry(directory: &dyn Directory, id: EntryId, entry: JournalEntry) -> Activity {
    let calls = entry.calls.iter().map(|call| Called {
        contract: call.contract,
        contract_name: directory.contract_name(call.contract),
        function: directory
            .function(call.contract, call.selector)
            .map(|function| function.name),
    });
    let calls: Vec<_> = calls.collect();
    let passed = entry.passed.iter().map(|passed| Passed {
        kind: passed.stage,
        at: passed.at,
    });
    Activity {
        entry: id.0,
        requested_at: entry.requested_at,
        asker: match entry.asker {
            JournalAsker::User => Asker::User,
            JournalAsker::Dapp(origin) => Asker::Dapp {
                origin: origin.to_string(),
            },
        },
        from: entry.from,
        title: title(&calls, directory),
        calls,
        tx_hash: entry.proved.map(|proved| proved.tx_hash),
        stages: passed.collect(),
        stage: shown_stage(entry.stage),
    }
}

/// A transaction in a few words. Only an account's own deployment calls nothing.
fn title(calls: &[Called], directory: &dyn Directory) -> String {
    let Some(first) = calls.first() else {
        return "Account deployment".to_owned();
    };
    let function = first.function.as_deref().unwrap_or("Unknown function");
    let token = directory.token(first.contract).map(|token| token.symbol);
    let contract = token.or_else(|| first.contract_name.clone());
    let what = match contract {
        Some(contract) => format!("{contract}: {function}"),
        None => function.to_owned(),
    };
    match calls.len() {
        1 => what,
        more => format!("{what} and {} more", more - 1),
    }
}

/// Names a grant by what it allows.
fn grant_id(capability: &GrantedCapability) -> String {
    let json = serde_json::to_vec(capability).unwrap_or_default();
    let hash: [u8; 32] = Sha256::digest(json).into();
    let short = hash.first_chunk::<8>().copied().unwrap_or_default();
    pixie_primitives::codec::to_hex(&short)
}

fn shown_site(origin: &Origin, site: &crate::engine::Site, now: pixie_bridge::Timestamp) -> Site {
    let grants = site.grants.active(now).map(|grant| {
        let (title, details) = described(&grant.capability);
        Grant {
            id: grant_id(&grant.capability),
            title: title.to_owned(),
            details,
            expires_at: grant.expires_at.map(|end| UnixMillis(end.0)),
        }
    });
    Site {
        origin: origin.to_string(),
        name: site.name.clone(),
        icon: site.icon.clone(),
        connected_at: UnixMillis(site.connected_at.0),
        grants: grants.collect(),
    }
}

fn addresses(scope: &Scope<AztecAddress>) -> Vec<String> {
    match scope {
        Scope::Any => vec!["any contract".to_owned()],
        Scope::Only(contracts) => contracts.iter().map(ToString::to_string).collect(),
    }
}

fn patterns(what: &str, scope: &Scope<capability::FunctionPattern>) -> Vec<String> {
    match scope {
        Scope::Any => vec![format!("{what}: any function of any contract")],
        Scope::Only(patterns) => patterns
            .iter()
            .map(|pattern| {
                let function = match &pattern.function {
                    capability::Wildcard::Any => "any function".to_owned(),
                    capability::Wildcard::One(name) => format!("`{name}`"),
                };
                let contract = match &pattern.contract {
                    capability::Wildcard::Any => "any contract".to_owned(),
                    capability::Wildcard::One(address) => address.to_string(),
                };
                format!("{what}: {function} of {contract}")
            })
            .collect(),
    }
}

/// What a capability allows, in words.
fn described(capability: &GrantedCapability) -> (&'static str, Vec<String>) {
    let mut details = Vec::new();
    let title = match capability {
        GrantedCapability::Accounts(granted) => {
            if granted.asked.can_get == Some(true) {
                details.push("is told their addresses".to_owned());
            }
            if granted.asked.can_create_auth_wit == Some(true) {
                details.push("may ask them for authorisations".to_owned());
            }
            let accounts = granted.accounts.iter();
            details.extend(accounts.map(|account| format!("{} ({})", account.alias, account.item)));
            "Accounts"
        }
        GrantedCapability::Contracts(granted) => {
            if granted.can_register == Some(true) {
                details.push("may register them".to_owned());
            }
            if granted.can_get_metadata == Some(true) {
                details.push("is told about them".to_owned());
            }
            details.extend(addresses(&granted.contracts));
            "Contracts"
        }
        GrantedCapability::ContractClasses(granted) => {
            match &granted.classes {
                Scope::Any => details.push("any class".to_owned()),
                Scope::Only(classes) => details.extend(classes.iter().map(ToString::to_string)),
            }
            "Contract classes"
        }
        GrantedCapability::Simulation(granted) => {
            if let Some(calls) = &granted.transactions {
                details.extend(patterns("transactions", &calls.scope));
            }
            if let Some(calls) = &granted.utilities {
                details.extend(patterns("look-ups", &calls.scope));
            }
            "See what calls return"
        }
        GrantedCapability::Transaction(granted) => {
            details.extend(patterns("may ask for", &granted.scope));
            "Ask for transactions"
        }
        GrantedCapability::Data(granted) => {
            if granted.address_book == Some(true) {
                details.push("may ask for the address book".to_owned());
            }
            if let Some(events) = &granted.private_events {
                let contracts = addresses(&events.contracts).into_iter();
                details.extend(contracts.map(|contract| format!("private events of {contract}")));
            }
            "Private data"
        }
    };
    (title, details)
}

impl<P: Platform> App<P> {
    async fn add_token(&self, address: AztecAddress) -> Result<Answer, UiError> {
        let engine = self.ready()?;
        let viewer = self.state().await.selected;
        let viewer = viewer.ok_or_else(|| unknown("there is no account yet"))?;
        let added = engine.add_token(address, viewer).await;
        self.finished(None);
        Ok(Answer::Token(shown_token((address, added?))))
    }

    fn approvals(&self) -> Answer {
        let pending = self.0.desk.pending().into_iter().map(|pending| Approval {
            id: pending.id.0,
            hash: pending.hash.to_string(),
            asked_at: pending.asked_at,
            origin: match &pending.shown.asker {
                JournalAsker::User => None,
                JournalAsker::Dapp(origin) => Some(origin.to_string()),
            },
            shown: pending.shown,
        });
        Answer::Approvals(pending.collect())
    }

    fn approve(
        &self,
        id: ApprovalId,
        hash: &str,
        granted: Option<&[GrantedCapability]>,
    ) -> Result<Answer, UiError> {
        let hash: ShownHash = hash.parse().map_err(|_| {
            UiError::new(UiErrorCode::InvalidRequest, "that is no hash of a request")
        })?;
        let entry = self.0.desk.approve(id, hash, granted)?;
        let entry = entry.map(|entry| entry.0);
        Ok(Answer::Approved(Approved { entry }))
    }

    async fn balances(&self, account: AztecAddress) -> Result<Answer, UiError> {
        let engine = self.ready()?;
        let mut balances = Vec::new();
        for (address, token) in engine.records().tokens() {
            let found = engine.balance(address, account).await?;
            let problems = [&found.private, &found.public];
            let problem = problems.into_iter().find_map(|found| found.as_ref().err());
            if problem.is_some_and(EngineError::is_passing) {
                self.look_for_node_soon();
            }
            balances.push(Balance {
                token: shown_token((address, token)),
                problem: problem.map(ToString::to_string),
                private: found.private.ok().map(|amount| amount.to_string()),
                public: found.public.ok().map(|amount| amount.to_string()),
            });
        }
        self.finished(None);
        Ok(Answer::Balances(balances))
    }

    fn activity(
        &self,
        account: Option<AztecAddress>,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Answer, UiError> {
        let engine = self.ready()?;
        let directory = engine.directory();
        let entries = engine.journal().entries().into_iter().rev();
        let wanted = entries.filter(|(id, entry)| {
            account.is_none_or(|account| entry.from == account)
                && before.is_none_or(|before| id.0 < before)
        });
        let shown = wanted
            .take(limit.min(MAX_ENTRIES))
            .map(|(id, entry)| shown_entry(&directory, id, entry));
        Ok(Answer::Activities(shown.collect()))
    }

    async fn revoke(&self, origin: &str, grant: Option<&str>) -> Result<Answer, UiError> {
        let origin: Origin = origin
            .parse()
            .map_err(|_| unknown("there is no such site"))?;
        let engine = self.ready()?;
        let now = engine.timestamp();
        let left = engine
            .records()
            .change_grants(&origin, now, |site| match grant {
                None => site.grants.revoke_all(),
                Some(grant) => {
                    let active = site.grants.active(now);
                    let named = active
                        .map(|granted| granted.capability.clone())
                        .find(|capability| grant_id(capability) == grant);
                    if let Some(capability) = named {
                        site.grants.revoke(&capability);
                    }
                }
            })
            .await?;
        if left.is_empty(now) {
            let effects = {
                let mut bridge = self.0.bridge.borrow_mut();
                bridge.close_origin(&origin, CloseReason::ByWallet)
            };
            self.carry_out(effects).await;
        }
        self.announce().await;
        Ok(Answer::Done(()))
    }

    fn verification(&self, origin: &str) -> Option<Emojis> {
        let bridge = self.0.bridge.borrow();
        let mut sessions = bridge.sessions();
        let session = sessions.find(|session| {
            session.sender.origin.as_str() == origin && session.verification.is_some()
        })?;
        let symbols = session.verification?.symbols();
        let mut emojis: Vec<String> = Vec::new();
        for symbol in symbols.chars() {
            match emojis.last_mut() {
                // It belongs to the one before.
                Some(last) if matches!(symbol, '\u{fe0f}' | '\u{200d}') => last.push(symbol),
                _ => emojis.push(symbol.to_string()),
            }
        }
        Some(Emojis { emojis })
    }

    fn contacts(&self) -> Result<Answer, UiError> {
        let engine = self.ready()?;
        let senders = engine.pxe().senders();
        let contacts = engine.records().contacts().into_iter();
        let mut contacts: Vec<Contact> = contacts
            .map(|contact| Contact {
                address: contact.item,
                alias: contact.alias,
                is_sender: senders.contains(&contact.item),
            })
            .collect();
        for sender in senders {
            if contacts.iter().all(|contact| contact.address != sender) {
                contacts.push(Contact {
                    address: sender,
                    alias: String::new(),
                    is_sender: true,
                });
            }
        }
        Ok(Answer::Contacts(contacts))
    }

    async fn put_contact(&self, contact: Contact) -> Result<Answer, UiError> {
        let engine = self.ready()?;
        keep_contact(&engine, &contact).await?;
        Ok(Answer::Done(()))
    }

    async fn sync(&self) -> Result<Answer, UiError> {
        let Ok(engine) = self.ready() else {
            // A network that was not reached is tried again.
            if self.0.unlocked.borrow().is_some() {
                self.begin_to_connect();
                return Ok(Answer::Done(()));
            }
            return Err(EngineError::Closed.into());
        };
        let tokens: Vec<_> = engine.records().tokens().into_keys().collect();
        let scopes = AccessScopes::Only(engine.own_addresses());
        let watch = engine.watch(None);
        let synced = engine.pxe().sync_contracts(&tokens, &scopes, &watch).await;
        self.finished(None);
        // Which also finds out what is wrong.
        self.tick().await;
        synced.map_err(EngineError::from)?;
        self.announce().await;
        Ok(Answer::Done(()))
    }
}

async fn keep_contact<B: pixie_store::Backend>(
    engine: &Engine<B>,
    contact: &Contact,
) -> Result<(), UiError> {
    let address = contact.address;
    engine
        .records()
        .put_contact(address, &contact.alias)
        .await?;
    let changed = match contact.is_sender {
        true => engine.pxe().register_sender(address).await,
        false => engine.pxe().remove_sender(&address).await,
    };
    changed.map_err(EngineError::from)?;
    Ok(())
}
