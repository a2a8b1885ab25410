#[rustfmt::skip]
mod generated;

use pixie_primitives::ContractClassId;
use pixie_primitives::selector::FunctionSelector;

use crate::AccountType;

/// What an address depends on in an account contract of `@aztec/accounts` 4.1.2.
///
/// All of them are initialised by a constructor that takes the two coordinates of the signing key's
/// public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountContract {
    /// The contract's name in its artifact.
    pub name: &'static str,
    /// The contract's class.
    pub class_id: ContractClassId,
    constructor_selector: u32,
}

impl AccountContract {
    /// The selector of the constructor.
    #[must_use]
    pub fn constructor_selector(&self) -> FunctionSelector {
        FunctionSelector::from(self.constructor_selector)
    }
}

impl AccountType {
    /// The contract of this type.
    #[must_use]
    pub const fn contract(self) -> &'static AccountContract {
        match self {
            Self::Schnorr => &generated::SCHNORR,
            Self::EcdsaSecp256k1 => &generated::ECDSA_SECP256K1,
            Self::EcdsaSecp256r1 => &generated::ECDSA_SECP256R1,
        }
    }
}
