//! What dapps may call: every method of the `Wallet` of aztec.js 4.1.2, from the parsed request to the
//! answer as it goes over the wire.
//!
//! Every request goes through the [`Gate`](crate::permissions::Gate), is shown to the user where that
//! is called for, and is done by the [`Engine`]. The answers have the forms of the zod schemas of
//! `aztec.js/src/wallet`. Where the reference says more than a dapp needs, less is said:
//!
//! - Simulations come without code, verification keys and witnesses; with these a dapp would get
//!   all that the account's own contract saw.
//! - A simulation that fails in a contract that the dapp may not see is refused like one that calls it.
//! - `registerContract` checks that secret keys are those that the address commits to.

mod calls;
mod contracts;
mod error;
mod sending;

use std::future::Future;
use std::pin::Pin;

use pixie_bridge::capability::{Aliased, WalletIdentity};
use pixie_bridge::session::{Request, RequestId};
use pixie_bridge::wire::{AuthWitIntent, Method, WalletCall};
use pixie_bridge::{Origin, WireError};
use pixie_primitives::AztecAddress;
use pixie_primitives::auth_witness::ChainInfo;
use pixie_store::Backend;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::approval::{
    AddressBookRequest, ApprovalRequest, ApprovalToken, Asked, AuthWitRequest, ConnectRequest,
    SenderRequest, User,
};
use crate::engine::{Engine, IncidentKey, IncidentKind, Keys};
use crate::journal::Asker;
use crate::permissions::Decision;

pub use error::MethodError;
pub use sending::AwaitedRequest;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The origin, as the browser reports it.
    pub origin: Origin,
    /// The request, for whoever answers it after a restart.
    pub request: Option<RequestId>,
    /// The chain that the dapp means, if it says so.
    pub chain: Option<ChainInfo>,
}

impl From<&Request> for Caller {
    fn from(request: &Request) -> Self {
        Self {
            origin: request.sender.origin.clone(),
            request: Some(request.id.clone()),
            chain: request.chain,
        }
    }
}

/// Whom the engine turns to for a dapp.
#[derive(Clone, Copy)]
pub struct Services<'a> {
    /// The user.
    pub user: &'a dyn User,
    /// What signs.
    pub keys: &'a dyn Keys,
    /// What the wallet calls itself.
    pub identity: &'a WalletIdentity,
}

impl std::fmt::Debug for Services<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Services").finish_non_exhaustive()
    }
}

type Answer = Result<Box<RawValue>, MethodError>;

/// The answer in its JSON form.
fn answer<T: Serialize + ?Sized>(value: &T) -> Answer {
    to_raw_value(value).map_err(MethodError::NotSerializable)
}

/// One request under way.
struct Serving<'a, B: Backend> {
    engine: &'a Engine<B>,
    caller: &'a Caller,
    services: Services<'a>,
}

impl<B: Backend> Engine<B> {
    /// Answers a dapp's request.
    ///
    /// # Errors
    /// What the dapp is told instead of a result.
    pub async fn serve(
        &self,
        caller: &Caller,
        call: WalletCall,
        services: Services<'_>,
    ) -> Result<Box<RawValue>, WireError> {
        let serving = Serving {
            engine: self,
            caller,
            services,
        };
        // A future that holds everything that any method does is large.
        let outcome = Box::pin(serving.serve(call)).await;
        serving.told(outcome).await
    }
}

impl<B: Backend> Serving<'_, B> {
    /// What the dapp is told; what it was refused is noted for the user.
    async fn told(&self, outcome: Answer) -> Result<Box<RawValue>, WireError> {
        let error = match outcome {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let told = WireError::from(&error);
        let kind = match &error {
            MethodError::Refused(refusal) => Some(IncidentKind::of_refusal(refusal)),
            _ => IncidentKind::of_code(told.code),
        };
        if let Some(kind) = kind {
            let key = IncidentKey::new(Some(self.caller.origin.as_str()), kind);
            self.engine.note_incident(key, &told.message).await;
        }
        Err(told)
    }

    async fn serve(&self, call: WalletCall) -> Answer {
        self.engine.check_open()?;
        if self
            .caller
            .chain
            .is_some_and(|chain| chain != self.engine.chain_info())
        {
            return Err(MethodError::WrongChain);
        }
        let decision = self
            .engine
            .with_gate(&self.caller.origin, |gate| gate.decide(&call));
        let decision = match decision {
            Decision::Refused(refusal) => return Err(refusal.into()),
            decision => decision,
        };
        self.perform(call, &decision).await
    }

    async fn perform(&self, call: WalletCall, decision: &Decision) -> Answer {
        match call {
            WalletCall::GetChainInfo => answer(&self.engine.chain_info()),
            WalletCall::GetAccounts => self.accounts(),
            WalletCall::GetAddressBook => self.address_book().await,
            WalletCall::RegisterSender { address, alias } => {
                self.register_sender(address, alias).await
            }
            WalletCall::RegisterContract {
                instance,
                artifact,
                secret_key,
            } => {
                Box::pin(self.register_contract(
                    *instance,
                    artifact.map(|a| *a),
                    secret_key,
                    decision,
                ))
                .await
            }
            WalletCall::GetContractMetadata { address } => {
                Box::pin(self.contract_metadata(address)).await
            }
            WalletCall::GetContractClassMetadata { id } => self.class_metadata(id).await,
            WalletCall::SimulateTx { payload, options } => {
                Box::pin(self.simulate(payload, &options)).await
            }
            WalletCall::ExecuteUtility { call, options } => {
                Box::pin(self.execute_utility(*call, options)).await
            }
            WalletCall::ProfileTx { payload, options } => {
                Box::pin(self.profile(payload, &options)).await
            }
            WalletCall::SendTx { payload, options } => Box::pin(self.send(payload, *options)).await,
            WalletCall::CreateAuthWit { from, intent } => {
                Box::pin(self.create_auth_wit(from, intent)).await
            }
            WalletCall::GetPrivateEvents { event, filter } => {
                Box::pin(self.private_events(&event, &filter)).await
            }
            WalletCall::RequestCapabilities { manifest } => {
                Box::pin(self.capabilities(*manifest)).await
            }
            WalletCall::Batch { calls } => self.batch(calls).await,
        }
    }

    /// Shows the user something and waits for the answer.
    async fn ask(&self, request: ApprovalRequest) -> Result<ApprovalToken, MethodError> {
        let waiting = self.services.user.ask(Asked {
            asker: Asker::Dapp(self.caller.origin.clone()),
            request,
            entry: None,
            dapp_request: self.caller.request.clone(),
        })?;
        Ok(waiting.answer().await?)
    }

    /// Goes on if the user agrees to something that nothing is signed for.
    async fn agree(&self, request: ApprovalRequest) -> Result<(), MethodError> {
        self.ask(request).await.map(drop)
    }

    /// The accounts that were granted, by the names under which they were.
    fn accounts(&self) -> Answer {
        let grants = self.engine.records().grants(&self.caller.origin);
        answer(&grants.visible_accounts(self.engine.timestamp()))
    }

    async fn address_book(&self) -> Answer {
        let entries = self.engine.records().contacts();
        let request = AddressBookRequest {
            entries: entries.clone(),
        };
        self.agree(ApprovalRequest::AddressBook(request)).await?;
        answer(&entries)
    }

    async fn register_sender(&self, address: AztecAddress, alias: Option<String>) -> Answer {
        let sender = crate::approval::Party::new(address, &self.engine.directory());
        let alias = alias.filter(|alias| !alias.is_empty());
        if let Some(alias) = &alias {
            // Before anybody is shown it.
            crate::engine::check_name(alias)?;
        }
        let is_known = sender.name.is_some();
        let request = SenderRequest {
            sender,
            alias: alias.clone(),
        };
        self.agree(ApprovalRequest::RegisterSender(request)).await?;
        self.engine
            .pxe()
            .register_sender(address)
            .await
            .map_err(crate::engine::EngineError::from)?;
        // The user's own names stay as they are.
        if let Some(alias) = alias.filter(|_| !is_known) {
            self.engine.records().put_contact(address, &alias).await?;
        }
        answer(&address)
    }

    async fn create_auth_wit(&self, from: AztecAddress, intent: AuthWitIntent) -> Answer {
        use pixie_accounts::AccountInterface as _;
        let own = self.engine.account(from)?;
        if !own.can_sign {
            return Err(crate::engine::EngineError::ViewOnly(from).into());
        }
        let intent = match intent {
            AuthWitIntent::InnerHash {
                consumer,
                inner_hash,
            } => pixie_accounts::AuthWitIntent::InnerHash {
                consumer,
                inner_hash,
            },
            AuthWitIntent::Call { caller, call } => pixie_accounts::AuthWitIntent::Call {
                caller,
                call: *call,
            },
        };
        let chain = self.engine.chain_info();
        let asker = Asker::Dapp(self.caller.origin.clone());
        let directory = self.engine.directory();
        let request = AuthWitRequest::new(from, intent.clone(), chain, &asker, &directory);
        let token = self
            .ask(ApprovalRequest::AuthWit(Box::new(request)))
            .await?;
        let signer = self.services.keys.signer(token.into_signing()?).await;
        let signer = signer.map_err(crate::engine::EngineError::from)?;
        let account = pixie_accounts::Account::new(&own.derived, signer)
            .map_err(crate::engine::EngineError::from)?;
        let witness = account
            .create_auth_wit(intent, &chain, &mut self.engine.entropy())
            .await
            .map_err(crate::engine::EngineError::from)?;
        answer(&witness)
    }

    async fn capabilities(&self, manifest: pixie_bridge::capability::AppCapabilities) -> Answer {
        let accounts = self.engine.accounts().into_iter().map(|account| Aliased {
            alias: account.label,
            item: account.derived.address(),
        });
        let request = ConnectRequest {
            manifest: manifest.clone(),
            accounts: accounts.collect(),
        };
        let token = self
            .ask(ApprovalRequest::Connect(Box::new(request)))
            .await?;
        let (_, granted) = token.into_granted();
        let now = self.engine.timestamp();
        let (mode, expires_at) = (manifest.mode(), manifest.requested_expiry(now));
        let metadata = &manifest.metadata;
        let grants = self
            .engine
            .records()
            .change_grants(&self.caller.origin, now, |site| {
                site.name = Some(metadata.name.clone());
                site.icon.clone_from(&metadata.icon);
                site.grants.grant(granted.clone(), mode, now, expires_at);
            })
            .await?;
        let identity = self.services.identity.clone();
        answer(&grants.to_wallet_capabilities(identity, now))
    }

    /// One call after the other; the first that fails ends it. The gate has let all of them through
    /// before the first one began.
    async fn batch(&self, calls: Vec<WalletCall>) -> Answer {
        #[derive(Serialize)]
        struct Done {
            name: &'static str,
            result: Box<RawValue>,
        }
        let mut results = Vec::with_capacity(calls.len());
        for call in calls {
            let name = Method::name(call.method());
            // What was granted may have changed since.
            let one: Pin<Box<dyn Future<Output = Answer> + '_>> = Box::pin(self.serve(call));
            let result = one.await?;
            results.push(Done { name, result });
        }
        answer(&results)
    }
}
