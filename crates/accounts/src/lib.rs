//! Account contracts of Aztec: which there are, how their constructors are called, and the addresses
//! that follow from an account's keys.

mod account_type;
mod contracts;
mod derive;
mod signing_key;

pub use account_type::{AccountType, UnknownAccountType};
pub use contracts::AccountContract;
pub use derive::DerivedAccount;
pub use signing_key::SigningKey;
