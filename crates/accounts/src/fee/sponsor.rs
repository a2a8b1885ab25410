use pixie_primitives::AztecAddress;
use pixie_primitives::contract::{ContractInstance, ContractInstanceWithAddress, ContractVersion};
use pixie_primitives::keys::{InitializationHash, PublicKeys};

use crate::known::{
    SPONSORED_FPC_ADDRESS, SPONSORED_FPC_CLASS_ID, SPONSORED_FPC_INITIALIZATION_HASH,
    SPONSORED_FPC_SALT,
};

/// The sponsored fee payer that test networks have (Aztec 4.1.2, `SponsoredFPC` with the salt
/// `SPONSORED_FPC_SALT`).
#[must_use]
pub fn sponsored_fpc_instance() -> ContractInstanceWithAddress {
    ContractInstanceWithAddress {
        instance: ContractInstance {
            version: ContractVersion,
            salt: SPONSORED_FPC_SALT,
            deployer: AztecAddress::ZERO,
            current_contract_class_id: SPONSORED_FPC_CLASS_ID,
            original_contract_class_id: SPONSORED_FPC_CLASS_ID,
            initialization_hash: InitializationHash::from_field(SPONSORED_FPC_INITIALIZATION_HASH),
            public_keys: PublicKeys::default(),
        },
        address: SPONSORED_FPC_ADDRESS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_follows_from_the_instance() {
        assert!(sponsored_fpc_instance().has_valid_address());
    }
}
