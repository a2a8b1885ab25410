//! What one dapp was granted, and whether that covers something now.

use pixie_primitives::abi::{FunctionAbi, FunctionType};
use pixie_primitives::{AztecAddress, ContractClassId, FunctionSelector};
use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::{
    Aliased, BehaviorMode, CapabilityKind, CapabilityVersion, FunctionPattern, GrantedCapability,
    Scope, WalletCapabilities, WalletIdentity,
};
use crate::time::Timestamp;

/// What a call is for. A dapp's right to the one is none to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// To simulate or profile it as part of a transaction, and to be told the outcome.
    Simulate,
    /// To execute it as a utility function, and to be told the outcome.
    ExecuteUtility,
    /// To ask for it to be sent as part of a transaction.
    Send,
}

/// A function as its contract's artifact has it. There is no way to one by a name that a dapp says.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ResolvedFunction {
    name: String,
    selector: FunctionSelector,
    function_type: FunctionType,
}

impl ResolvedFunction {
    /// Finds the function of a selector among those of the contract's artifact; nothing if there is
    /// none.
    pub fn find<'a>(
        functions: impl IntoIterator<Item = &'a FunctionAbi>,
        selector: FunctionSelector,
    ) -> Option<Self> {
        let found = functions
            .into_iter()
            .find(|function| function.selector() == Ok(selector))?;
        Some(Self {
            name: found.name.clone(),
            selector,
            function_type: found.function_type,
        })
    }

    /// Its name in the artifact.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its selector.
    #[must_use]
    pub const fn selector(&self) -> FunctionSelector {
        self.selector
    }

    /// Where it runs.
    #[must_use]
    pub const fn function_type(&self) -> FunctionType {
        self.function_type
    }
}

/// What is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallTarget<'a> {
    /// The contract.
    pub contract: AztecAddress,
    /// The function, if the contract's artifact is known and has it. What is not known is covered
    /// by the wildcard alone.
    pub function: Option<&'a ResolvedFunction>,
}

/// Whose notes and keys a call uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject<'a> {
    /// The account that calls, or whose scope a utility function gets; zero for none.
    pub from: AztecAddress,
    /// Whose scopes the call gets beside.
    pub additional: &'a [AztecAddress],
    /// All accounts of the wallet, also those that the dapp knows nothing of.
    pub own_accounts: &'a [AztecAddress],
}

/// Why something is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, thiserror::Error)]
#[serde(rename_all = "camelCase", tag = "reason", content = "address")]
pub enum Denial {
    /// No capability of this kind was granted, or it has ended.
    #[error("the dapp was not granted this kind of capability, or no longer")]
    NotGranted,
    /// The capabilities granted are for other accounts.
    #[error("the account {0} was not granted to the dapp")]
    Account(AztecAddress),
    /// The capabilities granted are for other contracts, functions or classes.
    #[error("what was granted to the dapp does not cover this contract or function")]
    Target,
    /// The call may be made, but not with this one's notes and keys.
    #[error("the dapp may not use the scope of {0} in this call")]
    Scope(AztecAddress),
}

/// One granted capability and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    /// What was granted.
    pub capability: GrantedCapability,
    /// When.
    pub granted_at: Timestamp,
    /// From when on it does not hold any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

impl Grant {
    /// Whether it holds.
    #[must_use]
    pub fn holds(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

/// All that one origin was granted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Grants {
    grants: Vec<Grant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mode: Option<BehaviorMode>,
}

impl Grants {
    /// Adds capabilities that hold until `expires_at`, or until they are revoked. A capability that
    /// is there already gets the new end.
    pub fn grant(
        &mut self,
        capabilities: impl IntoIterator<Item = GrantedCapability>,
        mode: BehaviorMode,
        now: Timestamp,
        expires_at: Option<Timestamp>,
    ) {
        self.prune(now);
        self.mode = Some(mode);
        for capability in capabilities {
            if capability.is_empty() {
                continue;
            }
            self.grants.retain(|grant| grant.capability != capability);
            self.grants.push(Grant {
                capability,
                granted_at: now,
                expires_at,
            });
        }
    }

    /// Takes everything back.
    pub fn revoke_all(&mut self) {
        self.grants.clear();
        self.mode = None;
    }

    /// Takes back all capabilities of a kind; says how many there were.
    pub fn revoke_kind(&mut self, kind: CapabilityKind) -> usize {
        self.revoke_where(|grant| grant.capability.kind() == kind)
    }

    /// Takes back one capability; says whether it was there.
    pub fn revoke(&mut self, capability: &GrantedCapability) -> bool {
        self.revoke_where(|grant| grant.capability == *capability) > 0
    }

    /// Takes back an account, also where calls were granted its scope by name; says whether
    /// anything named it.
    pub fn revoke_account(&mut self, account: AztecAddress) -> bool {
        let before = self.grants.clone();
        for grant in &mut self.grants {
            match &mut grant.capability {
                GrantedCapability::Accounts(granted) => {
                    granted.accounts.retain(|granted| granted.item != account);
                }
                GrantedCapability::Simulation(granted) => {
                    let calls = [&mut granted.transactions, &mut granted.utilities];
                    for calls in calls.into_iter().flatten() {
                        drop_scope(&mut calls.scope, account);
                    }
                }
                GrantedCapability::Transaction(granted) => drop_scope(&mut granted.scope, account),
                _ => {}
            }
        }
        let changed = self.grants != before;
        self.grants.retain(|grant| !grant.capability.is_empty());
        changed
    }

    /// Forgets what has ended; says how many capabilities did.
    pub fn prune(&mut self, now: Timestamp) -> usize {
        self.revoke_where(|grant| !grant.holds(now))
    }

    fn revoke_where(&mut self, goes: impl Fn(&Grant) -> bool) -> usize {
        let before = self.grants.len();
        self.grants.retain(|grant| !goes(grant));
        before - self.grants.len()
    }

    /// What holds now.
    pub fn active(&self, now: Timestamp) -> impl Iterator<Item = &Grant> {
        self.grants.iter().filter(move |grant| grant.holds(now))
    }

    /// Whether nothing holds any more.
    #[must_use]
    pub fn is_empty(&self, now: Timestamp) -> bool {
        self.active(now).next().is_none()
    }

    /// What happens with requests that nothing here covers.
    #[must_use]
    pub fn mode(&self) -> BehaviorMode {
        self.mode.unwrap_or(BehaviorMode::Strict)
    }

    /// When the first of what holds now ends.
    #[must_use]
    pub fn expires_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.active(now).filter_map(|grant| grant.expires_at).min()
    }

    /// What the dapp is told that it has.
    #[must_use]
    pub fn to_wallet_capabilities(
        &self,
        wallet: WalletIdentity,
        now: Timestamp,
    ) -> WalletCapabilities {
        let granted = self.active(now).map(|grant| grant.capability.clone());
        WalletCapabilities {
            version: CapabilityVersion::V1,
            granted: granted.collect(),
            wallet,
            expires_at: self.expires_at(now).map(|end| Number::from(end.0)),
        }
    }

    /// The accounts that the dapp may be told, with the names that it was told them by.
    #[must_use]
    pub fn visible_accounts(&self, now: Timestamp) -> Vec<Aliased<AztecAddress>> {
        let mut visible: Vec<Aliased<AztecAddress>> = Vec::new();
        for grant in self.active(now) {
            if let GrantedCapability::Accounts(granted) = &grant.capability
                && granted.asked.can_get == Some(true)
            {
                for account in &granted.accounts {
                    if visible.iter().all(|other| other.item != account.item) {
                        visible.push(account.clone());
                    }
                }
            }
        }
        visible
    }

    /// Whether an account was granted for anything.
    #[must_use]
    pub fn has_account(&self, account: AztecAddress, now: Timestamp) -> bool {
        self.active(now).any(|grant| match &grant.capability {
            GrantedCapability::Accounts(granted) => {
                granted.accounts.iter().any(|other| other.item == account)
            }
            _ => false,
        })
    }

    /// Whether the dapp may be told accounts at all.
    pub fn allows_accounts(&self, now: Timestamp) -> Result<(), Denial> {
        let allows = |grant: &Grant| match &grant.capability {
            GrantedCapability::Accounts(granted) => granted.asked.can_get == Some(true),
            _ => false,
        };
        some(self.active(now).any(allows), Denial::NotGranted)
    }

    /// Whether the dapp may ask this account to authorise something.
    pub fn allows_auth_wit(&self, from: AztecAddress, now: Timestamp) -> Result<(), Denial> {
        let mut denial = Denial::NotGranted;
        for grant in self.active(now) {
            if let GrantedCapability::Accounts(granted) = &grant.capability
                && granted.asked.can_create_auth_wit == Some(true)
            {
                if granted.accounts.iter().any(|account| account.item == from) {
                    return Ok(());
                }
                denial = Denial::Account(from);
            }
        }
        Err(denial)
    }

    /// Whether the dapp may register this contract.
    pub fn allows_register_contract(
        &self,
        contract: AztecAddress,
        now: Timestamp,
    ) -> Result<(), Denial> {
        self.first(now, |capability| match capability {
            GrantedCapability::Contracts(granted) if granted.can_register == Some(true) => {
                Some(granted.contracts.contains(&contract))
            }
            _ => None,
        })
    }

    /// Whether the dapp may be told about this contract.
    pub fn allows_contract_metadata(
        &self,
        contract: AztecAddress,
        now: Timestamp,
    ) -> Result<(), Denial> {
        self.first(now, |capability| match capability {
            GrantedCapability::Contracts(granted) if granted.can_get_metadata == Some(true) => {
                Some(granted.contracts.contains(&contract))
            }
            _ => None,
        })
    }

    /// Whether the dapp may be told about this contract class.
    pub fn allows_class_metadata(
        &self,
        class: ContractClassId,
        now: Timestamp,
    ) -> Result<(), Denial> {
        self.first(now, |capability| match capability {
            GrantedCapability::ContractClasses(granted) if granted.can_get_metadata => {
                Some(granted.classes.contains(&class))
            }
            _ => None,
        })
    }

    /// Whether the dapp may be told the address book.
    pub fn allows_address_book(&self, now: Timestamp) -> Result<(), Denial> {
        self.first(now, |capability| match capability {
            GrantedCapability::Data(granted) => {
                (granted.address_book == Some(true)).then_some(true)
            }
            _ => None,
        })
    }

    /// Whether the dapp may be told the private events of a contract that these accounts got. No
    /// account at all is no account too few: nothing is told then.
    pub fn allows_private_events(
        &self,
        contract: AztecAddress,
        accounts: &[AztecAddress],
        now: Timestamp,
    ) -> Result<(), Denial> {
        self.first(now, |capability| match capability {
            GrantedCapability::Data(granted) => {
                let events = granted.private_events.as_ref();
                events.map(|events| events.contracts.contains(&contract))
            }
            _ => None,
        })?;
        match accounts
            .iter()
            .find(|account| !self.has_account(**account, now))
        {
            Some(account) => Err(Denial::Account(*account)),
            None => Ok(()),
        }
    }

    /// Whether the dapp may do this with one call. Every call of a payload, and every call that a
    /// simulation finds underneath, is to be asked about for itself.
    ///
    /// - The account must have been granted, whatever was granted of contracts.
    /// - A pattern must name contract and function; a name counts only as the artifact's.
    /// - The same pattern must allow every further scope. None reaches the wallet's own accounts that
    ///   were not granted as accounts, not even by name.
    pub fn allows_call(
        &self,
        action: Action,
        target: CallTarget<'_>,
        subject: Subject<'_>,
        now: Timestamp,
    ) -> Result<(), Denial> {
        let mut denial = Denial::NotGranted;
        for grant in self.active(now) {
            let Some(scope) = call_scope(&grant.capability, action) else {
                continue;
            };
            match self.covers(scope, target, subject, now) {
                Ok(()) => {
                    return match subject.from.is_zero() || self.has_account(subject.from, now) {
                        true => Ok(()),
                        false => Err(Denial::Account(subject.from)),
                    };
                }
                Err(found) => denial = closer(denial, found),
            }
        }
        Err(denial)
    }

    fn covers(
        &self,
        scope: &Scope<FunctionPattern>,
        target: CallTarget<'_>,
        subject: Subject<'_>,
        now: Timestamp,
    ) -> Result<(), Denial> {
        let reachable = |allowed: Option<&Scope<AztecAddress>>| {
            let further = subject
                .additional
                .iter()
                .filter(|address| **address != subject.from);
            let is_hidden = |address: &AztecAddress| {
                subject.own_accounts.contains(address) && !self.has_account(*address, now)
            };
            let mut refused = further.filter(|address| {
                let is_allowed = allowed.is_some_and(|allowed| allowed.contains(address));
                !is_allowed || is_hidden(address)
            });
            let refused = refused.next();
            match refused {
                Some(address) => Err(Denial::Scope(*address)),
                None => Ok(()),
            }
        };
        match scope {
            Scope::Any => reachable(Some(&Scope::Any)),
            Scope::Only(patterns) => {
                let mut denial = Denial::Target;
                for pattern in patterns.iter().filter(|pattern| names(pattern, target)) {
                    match reachable(pattern.additional_scopes.as_ref()) {
                        Ok(()) => return Ok(()),
                        Err(found) => denial = closer(denial, found),
                    }
                }
                Err(denial)
            }
        }
    }

    /// Looks for a capability that answers with yes; one that answers with no is of the right kind
    /// but for something else.
    fn first(
        &self,
        now: Timestamp,
        covers: impl Fn(&GrantedCapability) -> Option<bool>,
    ) -> Result<(), Denial> {
        let mut denial = Denial::NotGranted;
        for grant in self.active(now) {
            match covers(&grant.capability) {
                Some(true) => return Ok(()),
                Some(false) => denial = Denial::Target,
                None => {}
            }
        }
        Err(denial)
    }
}

fn some(is_so: bool, denial: Denial) -> Result<(), Denial> {
    if is_so { Ok(()) } else { Err(denial) }
}

/// Of two reasons the one that is closer to a yes.
fn closer(one: Denial, other: Denial) -> Denial {
    let rank = |denial: &Denial| match denial {
        Denial::NotGranted => 0,
        Denial::Target => 1,
        Denial::Account(_) => 2,
        Denial::Scope(_) => 3,
    };
    if rank(&other) > rank(&one) {
        other
    } else {
        one
    }
}

fn call_scope(capability: &GrantedCapability, action: Action) -> Option<&Scope<FunctionPattern>> {
    let calls = match (capability, action) {
        (GrantedCapability::Simulation(granted), Action::Simulate) => granted.transactions.as_ref(),
        (GrantedCapability::Simulation(granted), Action::ExecuteUtility) => {
            granted.utilities.as_ref()
        }
        (GrantedCapability::Transaction(granted), Action::Send) => return Some(&granted.scope),
        _ => None,
    };
    calls.map(|calls| &calls.scope)
}

fn names(pattern: &FunctionPattern, target: CallTarget<'_>) -> bool {
    let is_function = match (&pattern.function, target.function) {
        (super::Wildcard::Any, _) => true,
        (super::Wildcard::One(name), Some(function)) => *name == function.name,
        (super::Wildcard::One(_), None) => false,
    };
    is_function && pattern.contract.matches(&target.contract)
}

fn drop_scope(scope: &mut Scope<FunctionPattern>, account: AztecAddress) {
    let Scope::Only(patterns) = scope else {
        return;
    };
    for pattern in patterns {
        if let Some(Scope::Only(named)) = &mut pattern.additional_scopes {
            named.retain(|named| *named != account);
        }
    }
}
