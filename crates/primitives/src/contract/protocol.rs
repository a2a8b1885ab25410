//! The contracts that are part of the protocol.

use super::{ContractInstance, ContractInstanceWithAddress, ContractVersion};
use crate::address::{AztecAddress, ContractClassId};
use crate::field::Fr;
use crate::keys::{InitializationHash, PublicKeys};
use crate::tx::ProtocolContracts;

/// A contract of the protocol (Aztec 4.1.2, protocol-contracts `ProtocolContractName`).
///
/// They live at small fixed addresses; the addresses derived from their classes are in
/// [`ProtocolContracts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum ProtocolContract {
    /// Which public calls an account has authorised.
    AuthRegistry = 1,
    /// Publishes contract instances.
    ContractInstanceRegistry = 2,
    /// Publishes contract classes.
    ContractClassRegistry = 3,
    /// Makes several calls without an account.
    MultiCallEntrypoint = 4,
    /// The token that pays fees.
    FeeJuice = 5,
    /// Checks of the public state for private functions.
    PublicChecks = 6,
}

impl ProtocolContract {
    /// All of them, by number.
    pub const ALL: [Self; 6] = [
        Self::AuthRegistry,
        Self::ContractInstanceRegistry,
        Self::ContractClassRegistry,
        Self::MultiCallEntrypoint,
        Self::FeeJuice,
        Self::PublicChecks,
    ];

    /// The name of the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AuthRegistry => "AuthRegistry",
            Self::ContractInstanceRegistry => "ContractInstanceRegistry",
            Self::ContractClassRegistry => "ContractClassRegistry",
            Self::MultiCallEntrypoint => "MultiCallEntrypoint",
            Self::FeeJuice => "FeeJuice",
            Self::PublicChecks => "PublicChecks",
        }
    }

    /// The contract with this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|contract| contract.name() == name)
    }

    /// The contract at this address.
    #[must_use]
    pub fn by_address(address: AztecAddress) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|contract| contract.address() == address)
    }

    /// The address at which it is called.
    #[must_use]
    pub fn address(self) -> AztecAddress {
        AztecAddress::from(self as u32)
    }

    /// The contract with the class that its artifact has.
    ///
    /// Its address is not that of the instance's preimage.
    #[must_use]
    pub fn instance(self, class: ContractClassId) -> ContractInstanceWithAddress {
        ContractInstanceWithAddress {
            address: self.address(),
            instance: ContractInstance {
                version: ContractVersion,
                salt: Fr::from(1_u64),
                deployer: self.address(),
                current_contract_class_id: class,
                original_contract_class_id: class,
                initialization_hash: InitializationHash::default(),
                public_keys: PublicKeys::default(),
            },
        }
    }

    /// The list that transactions of this protocol version carry, from the contracts' classes by
    /// number.
    #[must_use]
    pub fn list(classes: [ContractClassId; 6]) -> ProtocolContracts {
        let mut list = ProtocolContracts::default();
        for (contract, class) in Self::ALL.into_iter().zip(classes) {
            let instance = contract.instance(class).instance;
            if let Some(place) = list.derived_addresses.get_mut(contract as usize - 1) {
                *place = instance.address();
            }
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_that_of_the_reference() {
        let classes = [
            "0x17ad10e1b5dba2877b9a973449c03d5227f2c719c0eb1989427c10c1d83867a5",
            "0x187c710b0d69b2da7a6f0663c15093a5d595c04e77762c249aa9b654bc12158c",
            "0x013466b8a65dea98ad80c119cf236a0acf53acfede687769410cfd57876b8242",
            "0x1acd7ab8bf186c16eafc9c4fe9049f35df27e172bb2d8319a2a22ddd0006966d",
            "0x16b2d5ef5044c11126a16ccdb3778082eb423375977da9458d493fdf84505e81",
            "0x03f2ebaef8d692422185e35d8fe35d0bb7289702cf023b525c022d77fc6b5ed5",
        ]
        .map(|class| class.parse::<ContractClassId>().unwrap());
        let list = ProtocolContract::list(classes);
        let first = "0x139f8eb6d6e7e7a7c0322c3b7558687a7e24201f11bf2c4cb2fe56c18d363695";
        assert_eq!(list.derived_addresses[0].to_string(), first);
        assert_eq!(
            list.hash().to_string(),
            "0x2672340d9a0107a7b81e6d10d25b854debe613f3272e8738e8df0ca2ff297141"
        );
    }

    #[test]
    fn contracts_are_found_by_name_and_address() {
        for contract in ProtocolContract::ALL {
            assert_eq!(ProtocolContract::by_name(contract.name()), Some(contract));
            assert_eq!(
                ProtocolContract::by_address(contract.address()),
                Some(contract)
            );
        }
        assert_eq!(ProtocolContract::by_name("Token"), None);
        assert_eq!(ProtocolContract::by_address(AztecAddress::default()), None);
    }
}
