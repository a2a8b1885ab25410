//! Granting no more than was asked.

use super::{
    AccountsCapability, AppCapabilities, CallScope, Capability, ContractClassesCapability,
    ContractsCapability, DataCapability, EventScope, GrantedAccountsCapability, GrantedCapability,
    SimulationCapability, TransactionCapability,
};

/// What is both asked for and offered, without what would allow nothing.
///
/// The accounts are those offered, since a dapp does not say which ones it wants.
#[must_use]
pub fn narrow(asked: &AppCapabilities, offered: &[GrantedCapability]) -> Vec<GrantedCapability> {
    let mut granted = Vec::new();
    for asked in &asked.capabilities {
        for met in offered.iter().filter_map(|offered| meet(asked, offered)) {
            if !met.is_empty() && !granted.contains(&met) {
                granted.push(met);
            }
        }
    }
    granted
}

impl Capability {
    /// The whole of what is asked for, as a user would grant it who narrows nothing; of accounts
    /// the given ones.
    #[must_use]
    pub fn in_full(&self, accounts: &GrantedAccountsCapability) -> GrantedCapability {
        match self.clone() {
            Self::Accounts(asked) => GrantedCapability::Accounts(GrantedAccountsCapability {
                asked,
                accounts: accounts.accounts.clone(),
            }),
            Self::Contracts(asked) => GrantedCapability::Contracts(asked),
            Self::ContractClasses(asked) => GrantedCapability::ContractClasses(asked),
            Self::Simulation(asked) => GrantedCapability::Simulation(asked),
            Self::Transaction(asked) => GrantedCapability::Transaction(asked),
            Self::Data(asked) => GrantedCapability::Data(asked),
        }
    }
}

/// What is both asked for and offered; nothing if they are of different kinds.
fn meet(asked: &Capability, offered: &GrantedCapability) -> Option<GrantedCapability> {
    Some(match (asked, offered) {
        (Capability::Accounts(asked), GrantedCapability::Accounts(offered)) => {
            GrantedCapability::Accounts(GrantedAccountsCapability {
                asked: AccountsCapability {
                    can_get: both(asked.can_get, offered.asked.can_get),
                    can_create_auth_wit: both(
                        asked.can_create_auth_wit,
                        offered.asked.can_create_auth_wit,
                    ),
                },
                accounts: offered.accounts.clone(),
            })
        }
        (Capability::Contracts(asked), GrantedCapability::Contracts(offered)) => {
            GrantedCapability::Contracts(ContractsCapability {
                contracts: asked.contracts.meet(&offered.contracts),
                can_register: both(asked.can_register, offered.can_register),
                can_get_metadata: both(asked.can_get_metadata, offered.can_get_metadata),
            })
        }
        (Capability::ContractClasses(asked), GrantedCapability::ContractClasses(offered)) => {
            GrantedCapability::ContractClasses(ContractClassesCapability {
                classes: asked.classes.meet(&offered.classes),
                can_get_metadata: asked.can_get_metadata && offered.can_get_metadata,
            })
        }
        (Capability::Simulation(asked), GrantedCapability::Simulation(offered)) => {
            GrantedCapability::Simulation(SimulationCapability {
                transactions: calls(asked.transactions.as_ref(), offered.transactions.as_ref()),
                utilities: calls(asked.utilities.as_ref(), offered.utilities.as_ref()),
            })
        }
        (Capability::Transaction(asked), GrantedCapability::Transaction(offered)) => {
            GrantedCapability::Transaction(TransactionCapability {
                scope: asked.scope.meet_patterns(&offered.scope),
            })
        }
        (Capability::Data(asked), GrantedCapability::Data(offered)) => {
            let events = asked.private_events.as_ref();
            GrantedCapability::Data(DataCapability {
                address_book: both(asked.address_book, offered.address_book),
                private_events: events.zip(offered.private_events.as_ref()).map(
                    |(asked, offered)| EventScope {
                        contracts: asked.contracts.meet(&offered.contracts),
                    },
                ),
            })
        }
        _ => return None,
    })
}

/// A permission that is absent was not asked for or not offered.
fn both(asked: Option<bool>, offered: Option<bool>) -> Option<bool> {
    asked.zip(offered).map(|(asked, offered)| asked && offered)
}

fn calls(asked: Option<&CallScope>, offered: Option<&CallScope>) -> Option<CallScope> {
    asked.zip(offered).map(|(asked, offered)| CallScope {
        scope: asked.scope.meet_patterns(&offered.scope),
    })
}
