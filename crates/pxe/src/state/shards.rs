//! Which rows are loaded together.

use pixie_primitives::{AztecAddress, ContractClassId};
use pixie_store::Shard;

use super::PxeTables;

/// The private rows of a contract.
#[must_use]
pub fn contract(address: &AztecAddress) -> Shard {
    Shard::new("contract", address.to_field().to_be_bytes())
}

/// The artifact of a class.
#[must_use]
pub fn class(id: &ContractClassId) -> Shard {
    Shard::new("class", id.to_field().to_be_bytes())
}

impl PxeTables {
    /// The shards of all registered contracts and classes.
    #[must_use]
    pub fn shards(&self) -> Vec<Shard> {
        let contracts = self.contracts.keys().map(contract);
        contracts.chain(self.classes.keys().map(class)).collect()
    }
}
