//! The questions that contracts may ask while they run.

use std::fmt;

/// The version of the interface between contracts and the PXE (Aztec 4.1.2, pxe `ORACLE_VERSION`).
pub const ORACLE_VERSION: u32 = 12;

/// Where an oracle may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// In utility and private functions.
    Anywhere,
    /// In private functions only.
    PrivateOnly,
}

macro_rules! oracles {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $arity:literal, $availability:ident;)*) => {
        /// An oracle of version 12.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum OracleName {
            $($(#[$doc])* $variant,)*
        }

        impl OracleName {
            /// All oracles.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Finds an oracle by the name that a contract uses.
            #[must_use]
            pub fn find(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The name that contracts use.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The number of parameters, each of which is a field or a sequence of fields.
            #[must_use]
            pub const fn arity(self) -> usize {
                match self {
                    $(Self::$variant => $arity,)*
                }
            }

            /// Where it may be asked.
            #[must_use]
            pub const fn availability(self) -> Availability {
                match self {
                    $(Self::$variant => Availability::$availability,)*
                }
            }
        }
    };
}

oracles! {
    /// Refuses a contract that was made for another version of this interface.
    AssertCompatibleOracleVersion = "utilityAssertCompatibleOracleVersion", 1, Anywhere;
    /// A random field element.
    GetRandomField = "utilityGetRandomField", 0, Anywhere;
    /// A message for the log.
    Log = "utilityLog", 4, Anywhere;
    /// The anchor block and the contract's address.
    GetUtilityContext = "utilityGetUtilityContext", 0, Anywhere;
    /// A master public key and the app-siloed secret that belongs to it.
    GetKeyValidationRequest = "utilityGetKeyValidationRequest", 1, Anywhere;
    /// The preimage of a contract's address.
    GetContractInstance = "utilityGetContractInstance", 1, Anywhere;
    /// Proof that a note hash is in its tree.
    GetNoteHashMembershipWitness = "utilityGetNoteHashMembershipWitness", 2, Anywhere;
    /// Proof that a block is in the archive.
    GetBlockHashMembershipWitness = "utilityGetBlockHashMembershipWitness", 2, Anywhere;
    /// Proof that a nullifier is in its tree.
    GetNullifierMembershipWitness = "utilityGetNullifierMembershipWitness", 2, Anywhere;
    /// Proof that a nullifier is not in its tree.
    GetLowNullifierMembershipWitness = "utilityGetLowNullifierMembershipWitness", 2, Anywhere;
    /// Proof of a value of public storage.
    GetPublicDataWitness = "utilityGetPublicDataWitness", 2, Anywhere;
    /// The header of a block that is not above the anchor.
    GetBlockHeader = "utilityGetBlockHeader", 1, Anywhere;
    /// An authentication witness handed in with the request.
    GetAuthWitness = "utilityGetAuthWitness", 1, Anywhere;
    /// The public keys and the partial address of a registered account.
    TryGetPublicKeysAndPartialAddress = "utilityTryGetPublicKeysAndPartialAddress", 1, Anywhere;
    /// Notes by owner, slot and a query.
    GetNotes = "utilityGetNotes", 18, Anywhere;
    /// Whether a nullifier of this contract exists.
    CheckNullifierExists = "utilityCheckNullifierExists", 1, Anywhere;
    /// Proof that a message from L1 arrived and was not consumed.
    GetL1ToL2MembershipWitness = "utilityGetL1ToL2MembershipWitness", 3, Anywhere;
    /// Values of public storage.
    StorageRead = "utilityStorageRead", 4, Anywhere;
    /// Fetches the logs tagged for the accounts in scope into a capsule array.
    FetchTaggedLogs = "utilityFetchTaggedLogs", 1, Anywhere;
    /// Checks the notes and events that a contract found against the chain and keeps them.
    ValidateAndStoreEnqueuedNotesAndEvents =
        "utilityValidateAndStoreEnqueuedNotesAndEvents", 3, Anywhere;
    /// Looks up many logs by tag, requests and answers being capsule arrays.
    BulkRetrieveLogs = "utilityBulkRetrieveLogs", 3, Anywhere;
    /// Keeps a capsule.
    StoreCapsule = "utilityStoreCapsule", 3, Anywhere;
    /// Reads a capsule.
    LoadCapsule = "utilityLoadCapsule", 3, Anywhere;
    /// Deletes a capsule.
    DeleteCapsule = "utilityDeleteCapsule", 2, Anywhere;
    /// Copies a run of capsules; source and destination may overlap.
    CopyCapsule = "utilityCopyCapsule", 4, Anywhere;
    /// Decrypts with AES-128-CBC.
    Aes128Decrypt = "utilityAes128Decrypt", 4, Anywhere;
    /// The point shared between an account's address and an ephemeral key.
    GetSharedSecret = "utilityGetSharedSecret", 4, Anywhere;
    /// Data that the caller of the transaction must deliver off the chain.
    EmitOffchainEffect = "utilityEmitOffchainEffect", 1, PrivateOnly;
    /// Keeps values under their hash for later calls of the transaction.
    StoreInExecutionCache = "privateStoreInExecutionCache", 2, PrivateOnly;
    /// Reads values kept under their hash.
    LoadFromExecutionCache = "privateLoadFromExecutionCache", 1, PrivateOnly;
    /// A note was created.
    NotifyCreatedNote = "privateNotifyCreatedNote", 7, PrivateOnly;
    /// A note was nullified.
    NotifyNullifiedNote = "privateNotifyNullifiedNote", 3, PrivateOnly;
    /// A nullifier of no note was emitted.
    NotifyCreatedNullifier = "privateNotifyCreatedNullifier", 1, PrivateOnly;
    /// Whether a nullifier was emitted in this transaction.
    IsNullifierPending = "privateIsNullifierPending", 2, PrivateOnly;
    /// A contract class log was emitted.
    NotifyCreatedContractClassLog = "privateNotifyCreatedContractClassLog", 4, PrivateOnly;
    /// Calls a private function.
    CallPrivateFunction = "privateCallPrivateFunction", 5, PrivateOnly;
    /// A public call was enqueued.
    NotifyEnqueuedPublicFunctionCall = "privateNotifyEnqueuedPublicFunctionCall", 4, PrivateOnly;
    /// The public teardown call was set.
    NotifySetPublicTeardownFunctionCall =
        "privateNotifySetPublicTeardownFunctionCall", 4, PrivateOnly;
    /// The revertible phase begins.
    NotifySetMinRevertibleSideEffectCounter =
        "privateNotifySetMinRevertibleSideEffectCounter", 1, PrivateOnly;
    /// Whether a side effect is undone when a public call reverts.
    IsSideEffectCounterRevertible = "privateIsSideEffectCounterRevertible", 1, PrivateOnly;
    /// Whose tagging secret logs are tagged with.
    GetSenderForTags = "privateGetSenderForTags", 0, PrivateOnly;
    /// Sets whose tagging secret logs are tagged with.
    SetSenderForTags = "privateSetSenderForTags", 1, PrivateOnly;
    /// The next tag from a sender to a recipient.
    GetNextAppTagAsSender = "privateGetNextAppTagAsSender", 2, PrivateOnly;
}

impl OracleName {
    /// How many arguments contracts pass after those that matter: the index of the key, which its hash
    /// names already. The reference ignores it.
    #[must_use]
    pub const fn ignored_arguments(self) -> usize {
        match self {
            Self::GetKeyValidationRequest => 1,
            _ => 0,
        }
    }
}

impl fmt::Display for OracleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn names_are_found_again() {
        for oracle in OracleName::ALL {
            assert_eq!(OracleName::find(oracle.as_str()), Some(*oracle));
        }
        assert_eq!(OracleName::find("utilityNoSuchOracle"), None);
    }

    /// The reference's own list (`tests/reference/generate-oracles.mjs` writes it from the methods of
    /// `Oracle` in `@aztec/pxe` 4.1.2, each with the number of its parameters).
    #[test]
    fn no_oracle_of_the_reference_is_missing() {
        let reference: BTreeMap<String, usize> =
            serde_json::from_str(include_str!("../../../../tests/vectors/oracles.json")).unwrap();
        let ours: BTreeMap<String, usize> = OracleName::ALL
            .iter()
            .map(|oracle| (oracle.to_string(), oracle.arity()))
            .collect();
        assert_eq!(ours, reference);
        assert_eq!(ours.len(), 43);
    }
}
