//! Contract classes and instances: what the network knows of a contract's code, and how code becomes
//! an address.
//!
//! artifact → [`ContractClass`] → [`ContractClassId`](crate::ContractClassId); class id, constructor
//! call, salt, deployer and public keys → [`ContractInstance`] → address.

mod artifact_hash;
mod class;
mod instance;
mod membership;
mod protocol;
#[cfg(test)]
mod tests;
mod tree;
mod version;

pub use artifact_hash::{ArtifactHash, ArtifactHashPreimage, function_metadata_hash};
pub use class::{
    ContractClass, ContractClassIdPreimage, ContractClassPublic, ContractClassWithId,
    PrivateFunction, PrivateFunctionsRoot, PublicBytecodeCommitment, VerificationKeyHash,
    compute_public_bytecode_commitment, private_function_witness,
};
pub use instance::{
    ConstructorArguments, ContractInstance, ContractInstanceWithAddress, Instantiation,
};
pub use membership::{
    ExecutablePrivateFunction, PrivateFunctionMembershipProof, UtilityFunction,
    UtilityFunctionMembershipProof,
};
pub use protocol::ProtocolContract;
pub use version::ContractVersion;

use crate::artifact::ArtifactError;
use crate::field::ParseFieldError;
use crate::selector::FunctionSelector;

/// Why a class or instance could not be computed or is not what it claims to be.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    /// The artifact is not usable.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// A private function comes without its verification key.
    #[error("private function `{function}` has no verification key")]
    MissingVerificationKey {
        /// The function.
        function: String,
    },
    /// A verification key has the wrong size.
    #[error(
        "private function `{function}`: its verification key has {actual} bytes instead of {expected}"
    )]
    VerificationKeyLength {
        /// The function.
        function: String,
        /// Bytes needed.
        expected: usize,
        /// Bytes given.
        actual: usize,
    },
    /// A verification key is not made of field elements.
    #[error("private function `{function}`: its verification key is malformed")]
    VerificationKey {
        /// The function.
        function: String,
        /// What is wrong with it.
        source: ParseFieldError,
    },
    /// More than one function claims to be the public dispatcher.
    #[error("{actual} functions have public bytecode; a contract has one at most")]
    PublicFunctions {
        /// Functions found.
        actual: usize,
    },
    /// More private functions than the tree has leaves.
    #[error("{actual} private functions; a contract has at most {maximum}")]
    PrivateFunctions {
        /// The limit.
        maximum: usize,
        /// Functions found.
        actual: usize,
    },
    /// More public bytecode than a class may have.
    #[error("{actual} bytes of public bytecode; a class may have {maximum}")]
    BytecodeTooLarge {
        /// The limit in bytes.
        maximum: usize,
        /// Bytes given.
        actual: usize,
    },
    /// No private or utility function has this selector.
    #[error("no {kind} function has the selector {selector}")]
    UnknownFunction {
        /// "private" or "utility".
        kind: &'static str,
        /// The selector asked for.
        selector: FunctionSelector,
    },
    /// Arguments were given but the contract has no constructor.
    #[error("contract `{contract}` has no constructor that takes arguments")]
    NoConstructor {
        /// The contract.
        contract: String,
    },
    /// The part of the artifact that is hashed cannot be written as JSON.
    #[error("the artifact's metadata cannot be written as JSON")]
    Metadata(#[from] serde_json::Error),
}
