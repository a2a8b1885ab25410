//! Keys of an account and the address made of them.
//!
//! One secret key yields four master keys (nullifier hiding, incoming viewing, outgoing viewing,
//! tagging). Their public keys and the contract's partial address yield the address, so that whoever
//! knows the address's preimage can encrypt to it before the account exists on chain.

mod address;
mod complete_address;
mod public_keys;
mod secret_keys;
#[cfg(test)]
mod tests;

pub use address::{
    AddressSecret, InitializationHash, PartialAddress, Preaddress, SaltedInitializationHash,
    compute_address, compute_address_secret, compute_initialization_hash_from_encoded_args,
    compute_partial_address, compute_preaddress, compute_salted_initialization_hash,
    derive_ecdh_shared_secret,
};
pub use complete_address::{AddressMismatch, CompleteAddress};
pub use public_keys::{PublicKeys, PublicKeysHash};
pub use secret_keys::{
    AppSecretKey, KeyKind, MasterSecretKey, MasterSecretKeys, SecretKey, derive_signing_key,
};
