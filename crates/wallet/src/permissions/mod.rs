//! What a dapp may ask for, what the user is asked about, and what is refused.
//!
//! A request is decided on twice: when it comes ([`Gate::decide`]), by what it says, and after it was
//! simulated ([`Gate::recheck`]), by what it does. The outcome of a simulation is a disclosure: it stays
//! [`Undisclosed`] until the second decision.
//!
//! - A function is what its selector is in the artifact that the *wallet* has; names and types that a
//!   dapp says are never believed.
//! - What a contract calls underneath needs a grant of its own, for it sees the account's notes there.
//!   Free are only a contract's calls of itself, calls of the protocol's own contracts by contracts, and
//!   the question to a granted account whether it authorised something.
//! - Accounts that a dapp was not granted are refused in the same words as accounts that are not there.

#[cfg(test)]
mod tests;
mod undisclosed;

use pixie_bridge::capability::{
    Action, BehaviorMode, CallTarget, Denial, Grants, ResolvedFunction, Subject,
};
use pixie_bridge::wire::{AuthWitIntent, WalletCall};
use pixie_bridge::{ErrorCode, Timestamp, WireError};
use pixie_primitives::abi::FunctionType;
use pixie_primitives::constants::{
    CANONICAL_AUTH_REGISTRY_ADDRESS, CONTRACT_CLASS_REGISTRY_CONTRACT_ADDRESS,
    CONTRACT_INSTANCE_REGISTRY_CONTRACT_ADDRESS, FEE_JUICE_ADDRESS, MULTI_CALL_ENTRYPOINT_ADDRESS,
    PUBLIC_CHECKS_ADDRESS,
};
use pixie_primitives::tx::FunctionCall;
use pixie_primitives::{AztecAddress, FunctionSelector};

use crate::directory::Directory;
use crate::observed::{Observed, ObservedCall};

pub use undisclosed::{Held, Undisclosed};

/// The contracts that are part of the protocol. They keep no notes.
const PROTOCOL: [AztecAddress; 6] = [
    CANONICAL_AUTH_REGISTRY_ADDRESS,
    CONTRACT_CLASS_REGISTRY_CONTRACT_ADDRESS,
    CONTRACT_INSTANCE_REGISTRY_CONTRACT_ADDRESS,
    FEE_JUICE_ADDRESS,
    MULTI_CALL_ENTRYPOINT_ADDRESS,
    PUBLIC_CHECKS_ADDRESS,
];

/// What happens with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is done, and nobody is asked.
    Allowed,
    /// The user is asked.
    Ask(Cause),
    /// It is not done.
    Refused(Refusal),
}

/// Why the user is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Requests of this kind always need an approval of their own.
    Always,
    /// No grant covers it, and the dapp is one that may ask even so.
    NotCovered(Denial),
}

/// Why a request is not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No grant covers it.
    #[error(transparent)]
    Denied(#[from] Denial),
    /// A contract called another one underneath, which no grant covers.
    #[error("{by} calls {contract} underneath: {denial}")]
    Nested {
        /// The contract that calls.
        by: AztecAddress,
        /// The contract called.
        contract: AztecAddress,
        /// Why that is not covered.
        denial: Denial,
    },
    /// The function is of another kind than the dapp says.
    #[error("the function {selector} of {contract} is {actual:?}, not {claimed:?}")]
    WrongFunctionType {
        /// The contract.
        contract: AztecAddress,
        /// The function.
        selector: FunctionSelector,
        /// What the dapp says.
        claimed: FunctionType,
        /// What the artifact says.
        actual: FunctionType,
    },
    /// A function of this kind cannot be used here.
    #[error("a {found:?} function cannot be used here")]
    Misplaced {
        /// The kind.
        found: FunctionType,
    },
    /// A contract asks to authorise something other than what it says.
    #[error("{consumer} asks to authorise something other than what it says")]
    InconsistentAuthorization {
        /// The contract.
        consumer: AztecAddress,
    },
}

impl From<&Refusal> for WireError {
    fn from(refusal: &Refusal) -> Self {
        let code = match refusal {
            Refusal::Denied(_) | Refusal::Nested { .. } => ErrorCode::Unauthorized,
            Refusal::WrongFunctionType { .. } | Refusal::Misplaced { .. } => {
                ErrorCode::InvalidParams
            }
            Refusal::InconsistentAuthorization { .. } => ErrorCode::Failed,
        };
        Self::new(code, refusal.to_string())
    }
}

impl Decision {
    /// The stricter of two.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (refused @ Self::Refused(_), _) | (_, refused @ Self::Refused(_)) => refused,
            (ask @ Self::Ask(Cause::NotCovered(_)), _)
            | (_, ask @ Self::Ask(Cause::NotCovered(_)))
            | (ask @ Self::Ask(_), _)
            | (_, ask @ Self::Ask(_)) => ask,
            (Self::Allowed, Self::Allowed) => Self::Allowed,
        }
    }
}

/// A transaction that is simulated or sent, as far as decisions go.
#[derive(Debug, Clone, Copy)]
pub struct Acting<'a> {
    /// What for.
    pub action: Action,
    /// The account; zero for none.
    pub from: AztecAddress,
    /// Whose notes and keys may be used beside.
    pub additional: &'a [AztecAddress],
    /// Calls that the wallet itself adds, as for the fee.
    pub own_calls: &'a [FunctionCall],
}

/// Decides on the requests of one dapp at one time.
#[derive(Clone, Copy)]
pub struct Gate<'a> {
    /// What the dapp was granted.
    pub grants: &'a Grants,
    /// What the wallet knows of contracts.
    pub directory: &'a dyn Directory,
    /// All accounts of the wallet.
    pub own_accounts: &'a [AztecAddress],
    /// The time.
    pub now: Timestamp,
}

impl std::fmt::Debug for Gate<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate")
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

impl Gate<'_> {
    /// Decides on a request by what it says.
    #[must_use]
    pub fn decide(&self, call: &WalletCall) -> Decision {
        let (grants, now) = (self.grants, self.now);
        let decision = match call {
            WalletCall::GetChainInfo | WalletCall::RequestCapabilities { .. } => Decision::Allowed,
            WalletCall::GetAccounts => self.granted(grants.allows_accounts(now)),
            WalletCall::GetAddressBook => self.granted(grants.allows_address_book(now)),
            // There is no capability for this; but who has none at all need not ask.
            WalletCall::RegisterSender { .. } => match grants.is_empty(now) {
                true => self.granted(Err(Denial::NotGranted)),
                false => Decision::Allowed,
            },
            WalletCall::RegisterContract { instance, .. } => {
                self.granted(grants.allows_register_contract(instance.address, now))
            }
            WalletCall::GetContractMetadata { address } => {
                self.granted(grants.allows_contract_metadata(*address, now))
            }
            WalletCall::GetContractClassMetadata { id } => {
                self.granted(grants.allows_class_metadata(*id, now))
            }
            WalletCall::SimulateTx { payload, options } => {
                let acting = simulating(options.from, options.additional_scopes.as_deref());
                self.calls(&acting, &payload.calls)
            }
            WalletCall::ProfileTx { payload, options } => {
                let options = &options.simulation;
                let acting = simulating(options.from, options.additional_scopes.as_deref());
                self.calls(&acting, &payload.calls)
            }
            WalletCall::ExecuteUtility { call, options } => {
                let acting = Acting {
                    action: Action::ExecuteUtility,
                    ..simulating(options.scope, None)
                };
                self.calls(&acting, std::slice::from_ref(call))
            }
            WalletCall::SendTx { payload, options } => {
                let additional = options.additional_scopes.as_deref();
                let acting = sending(options.from, additional.unwrap_or_default());
                self.calls(&acting, &payload.calls)
            }
            WalletCall::CreateAuthWit { from, intent } => self.auth_wit(*from, intent),
            WalletCall::GetPrivateEvents { filter, .. } => {
                let contract = filter.contract_address;
                self.granted(grants.allows_private_events(contract, &filter.scopes, now))
            }
            WalletCall::Batch { calls } => {
                let decisions = calls.iter().map(|call| self.decide(call));
                return decisions.fold(Decision::Allowed, Decision::and);
            }
        };
        match call.needs_own_approval() {
            true => decision.and(Decision::Ask(Cause::Always)),
            false => decision,
        }
    }

    /// Decides on a transaction by what its simulation showed.
    #[must_use]
    pub fn recheck(&self, acting: &Acting<'_>, observed: &Observed) -> Decision {
        let calls = observed.calls.iter();
        let calls = calls.map(|call| self.observed_call(acting, call));
        let authorizations = observed.authorizations.iter().map(|asked| {
            if asked.request.is_consistent() {
                self.granted(self.grants.allows_auth_wit(acting.from, self.now))
            } else {
                let consumer = asked.consumer;
                Decision::Refused(Refusal::InconsistentAuthorization { consumer })
            }
        });
        calls
            .chain(authorizations)
            .fold(Decision::Allowed, Decision::and)
    }

    fn observed_call(&self, acting: &Acting<'_>, call: &ObservedCall) -> Decision {
        // The wallet itself makes the first call, of an entrypoint, and by that those of the payload.
        let is_entrypoint = |contract: AztecAddress| {
            contract == MULTI_CALL_ENTRYPOINT_ADDRESS
                || (contract == acting.from && self.own_accounts.contains(&contract))
        };
        if call.by.is_none() && is_entrypoint(call.contract) {
            return Decision::Allowed;
        }
        let nested = call.by.filter(|by| call.depth > 1 || !is_entrypoint(*by));
        let is_own =
            |own: &FunctionCall| own.to == call.contract && Some(own.selector) == call.selector;
        if nested.is_none() && acting.own_calls.iter().any(is_own) {
            return Decision::Allowed;
        }
        if nested.is_some_and(|by| by == call.contract || PROTOCOL.contains(&call.contract)) {
            return Decision::Allowed;
        }
        let refused = |denial| {
            let contract = call.contract;
            Decision::Refused(match nested {
                Some(by) => Refusal::Nested {
                    by,
                    contract,
                    denial,
                },
                None => Refusal::Denied(denial),
            })
        };
        if self.own_accounts.contains(&call.contract) {
            // One that was not granted is refused as any other contract is.
            let is_granted = self.grants.has_account(call.contract, self.now);
            match is_granted {
                true if call.is_static => return Decision::Allowed,
                true => {}
                false => return refused(Denial::Target),
            }
        }
        let function = call
            .selector
            .and_then(|selector| self.resolve(call.contract, selector));
        let allowed = self.allows(acting, call.contract, function.as_ref());
        match self.granted(allowed) {
            Decision::Refused(Refusal::Denied(denial)) => refused(denial),
            decision => decision,
        }
    }

    fn calls(&self, acting: &Acting<'_>, calls: &[FunctionCall]) -> Decision {
        let account = match acting.from.is_zero() {
            true => Decision::Allowed,
            false => self.account(acting.from),
        };
        // Without calls there is still an account that acts.
        let calls = calls.iter().map(|call| self.call(acting, call));
        calls.fold(account, Decision::and)
    }

    fn call(&self, acting: &Acting<'_>, call: &FunctionCall) -> Decision {
        let function = match self.consistent(call) {
            Ok(function) => function,
            Err(refusal) => return Decision::Refused(refusal),
        };
        let is_utility = call.function_type == FunctionType::Utility;
        if is_utility != (acting.action == Action::ExecuteUtility) {
            let found = call.function_type;
            return Decision::Refused(Refusal::Misplaced { found });
        }
        let covered = self.granted(self.allows(acting, call.to, function.as_ref()));
        // A call of the registry by the account is an authorisation by another way.
        match call.to == CANONICAL_AUTH_REGISTRY_ADDRESS && acting.action == Action::Send {
            true => covered.and(self.granted(self.grants.allows_auth_wit(acting.from, self.now))),
            false => covered,
        }
    }

    fn allows(
        &self,
        acting: &Acting<'_>,
        contract: AztecAddress,
        function: Option<&ResolvedFunction>,
    ) -> Result<(), Denial> {
        let subject = Subject {
            from: acting.from,
            additional: acting.additional,
            own_accounts: self.own_accounts,
        };
        let target = CallTarget { contract, function };
        self.grants
            .allows_call(acting.action, target, subject, self.now)
    }

    fn auth_wit(&self, from: AztecAddress, intent: &AuthWitIntent) -> Decision {
        if let AuthWitIntent::Call { call, .. } = intent
            && let Err(refusal) = self.consistent(call)
        {
            return Decision::Refused(refusal);
        }
        let allowed = self.granted(self.grants.allows_auth_wit(from, self.now));
        self.account(from).and(allowed)
    }

    /// Whether an account is there and was granted. The answer is the same for one that is not there.
    fn account(&self, account: AztecAddress) -> Decision {
        let is_own = self.own_accounts.contains(&account);
        match is_own && self.grants.has_account(account, self.now) {
            true => Decision::Allowed,
            false => Decision::Refused(Refusal::Denied(Denial::Account(account))),
        }
    }

    fn resolve(
        &self,
        contract: AztecAddress,
        selector: FunctionSelector,
    ) -> Option<ResolvedFunction> {
        let function = self.directory.function(contract, selector)?;
        ResolvedFunction::find([&function], selector)
    }

    /// The function of a call, if it is known; fails if it is not what the call says.
    fn consistent(&self, call: &FunctionCall) -> Result<Option<ResolvedFunction>, Refusal> {
        let function = self.resolve(call.to, call.selector);
        let actual = function.as_ref().map(ResolvedFunction::function_type);
        match actual {
            Some(actual) if actual != call.function_type => Err(Refusal::WrongFunctionType {
                contract: call.to,
                selector: call.selector,
                claimed: call.function_type,
                actual,
            }),
            _ => Ok(function),
        }
    }

    /// What follows from what was granted. Whoever may ask beyond that is still not told of accounts
    /// that it was not granted.
    fn granted(&self, granted: Result<(), Denial>) -> Decision {
        match (granted, self.grants.mode()) {
            (Ok(()), _) => Decision::Allowed,
            (Err(denial @ (Denial::NotGranted | Denial::Target)), BehaviorMode::Permissive) => {
                Decision::Ask(Cause::NotCovered(denial))
            }
            (Err(denial), _) => Decision::Refused(Refusal::Denied(denial)),
        }
    }
}

/// A transaction that is sent.
pub(crate) const fn sending(from: AztecAddress, additional: &[AztecAddress]) -> Acting<'_> {
    Acting {
        action: Action::Send,
        from,
        additional,
        own_calls: &[],
    }
}

/// A transaction that is simulated.
pub(crate) fn simulating(from: AztecAddress, additional: Option<&[AztecAddress]>) -> Acting<'_> {
    Acting {
        action: Action::Simulate,
        from,
        additional: additional.unwrap_or_default(),
        own_calls: &[],
    }
}
