use pixie_primitives::artifact::ArtifactError;
use pixie_primitives::block::BlockNumber;
use pixie_primitives::contract::ContractError;
use pixie_primitives::hash::StorageSlot;
use pixie_primitives::note::SiloedNullifier;
use pixie_primitives::tx::TxHash;
use pixie_primitives::{AztecAddress, ContractClassId, Fr, FunctionSelector};

/// Why the state does not answer, or does not take a change.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// No block has been followed yet.
    #[error("no block has been synchronised yet")]
    NotSynchronized,
    /// The address is no account of the wallet.
    #[error("{0} is no account of this wallet")]
    UnknownAccount(AztecAddress),
    /// No account within reach has the key.
    #[error("no account in scope has a key with the hash {0}")]
    KeyDenied(Fr),
    /// The contract is not registered.
    #[error("contract {0} is not registered")]
    UnknownContract(AztecAddress),
    /// The class is not registered.
    #[error("contract class {0} is not registered")]
    UnknownClass(ContractClassId),
    /// The contract has no function with code under the selector.
    #[error("contract {contract} has no function {selector}")]
    UnknownFunction {
        /// The contract.
        contract: AztecAddress,
        /// The selector.
        selector: FunctionSelector,
    },
    /// An artifact is not that of the class in question.
    #[error("the artifact is that of class {computed}, not of {expected}")]
    WrongArtifact {
        /// The class that the artifact makes.
        computed: ContractClassId,
        /// The class in question.
        expected: ContractClassId,
    },
    /// An instance makes another address than it claims.
    #[error("the contract instance makes the address {derived}, not {given}")]
    WrongAddress {
        /// The claimed address.
        given: AztecAddress,
        /// The address that the instance makes.
        derived: AztecAddress,
    },
    /// Two private functions of an artifact have one selector.
    #[error("two private functions of the artifact have the selector {0}")]
    RepeatedSelector(FunctionSelector),
    /// An artifact cannot be made a class of.
    #[error(transparent)]
    Contract(Box<ContractError>),
    /// A stored artifact cannot be read, or one cannot be stored.
    #[error("the artifact of class {class} cannot be stored or read")]
    Artifact {
        /// The class.
        class: ContractClassId,
        /// The reason.
        #[source]
        source: Box<ArtifactError>,
    },
    /// A slot that was to be copied is empty.
    #[error("contract {contract} copies its capsule {slot}, which is empty")]
    EmptyCapsule {
        /// The contract.
        contract: AztecAddress,
        /// The slot.
        slot: StorageSlot,
    },
    /// A capsule array has no sensible length, or lacks an element.
    #[error("contract {contract} has a broken array of capsules at {slot}")]
    BrokenCapsuleArray {
        /// The contract.
        contract: AztecAddress,
        /// The base slot.
        slot: StorageSlot,
    },
    /// A note was to be marked as nullified that is not there.
    #[error("there is no note with the nullifier {0}")]
    UnknownNote(SiloedNullifier),
    /// A nullifier is said to be in the genesis block, which has none.
    #[error("the nullifier {0} is said to be in block 0")]
    NullifiedAtGenesis(SiloedNullifier),
    /// Events were asked for without naming an account.
    #[error("events are asked for without naming an account")]
    NoScopes,
    /// Events were asked for in an empty range of blocks.
    #[error("there is no block from {from} to before {to}")]
    BlockRange {
        /// The first block.
        from: BlockNumber,
        /// The block after the last one.
        to: BlockNumber,
    },
    /// A transaction uses one tagging secret twice among its highest indexes.
    #[error("transaction {0} has two highest indexes for one tagging secret")]
    RepeatedTaggingSecret(TxHash),
    /// A tagging index is too far ahead of the last finalised one for its recipient to find it.
    #[error(
        "tagging index {index} is more than {window} ahead of the last finalised one ({finalized:?})"
    )]
    TaggingWindow {
        /// The index.
        index: u32,
        /// The last finalised index.
        finalized: Option<u32>,
        /// The greatest distance.
        window: u32,
    },
    /// A tagging index was to become pending that is not above the last finalised one.
    #[error("tagging index {index} is not above the last finalised one, {finalized}")]
    TagFinalized {
        /// The index.
        index: u32,
        /// The last finalised index.
        finalized: u32,
    },
    /// A transaction has two different highest indexes for one secret.
    #[error("transaction {tx} was known with tagging index {known}, not {index}")]
    TagContradiction {
        /// The transaction.
        tx: TxHash,
        /// The index that was known.
        known: u32,
        /// The other one.
        index: u32,
    },
    /// An index that may only grow was to be lowered.
    #[error("tagging index {index} is below {known}, up to which messages were found")]
    TagLowered {
        /// The new index.
        index: u32,
        /// The known one.
        known: u32,
    },
}

impl From<ContractError> for StateError {
    fn from(error: ContractError) -> Self {
        Self::Contract(Box::new(error))
    }
}
