//! Asks and answers: finds the oracle that a circuit asks for, reads the question and answers it.

use async_trait::async_trait;
use pixie_acir::{ForeignCall, ForeignValue};
use pixie_node::NodeError;
use pixie_primitives::auth_witness::AuthWitness;
use pixie_primitives::capsule::Capsule;
use pixie_primitives::{AztecAddress, ParseFieldError};

use super::arguments::{Answer, Arguments};
use super::{Availability, OracleError, OracleName};
use crate::error::PxeError;
use crate::execution::note_cache::NoteCacheError;
use crate::execution::pick_notes::NoteQueryError;
use crate::execution::{ExecutionFailure, OracleHandler, RunningCall};
use crate::scopes::AccessScopes;
use crate::state::StateError;
use crate::sync::SyncError;
use crate::work::Work;

/// What the oracles of one running function know.
pub(crate) struct OracleContext<'a> {
    pub(crate) work: &'a Work,
    /// The contract that runs.
    pub(crate) contract: AztecAddress,
    /// Its name.
    pub(crate) contract_name: &'a str,
    /// Whose notes and keys may be used.
    pub(crate) scopes: &'a AccessScopes,
    /// Authentication witnesses handed in.
    pub(crate) auth_witnesses: &'a [AuthWitness],
    /// Capsules handed in.
    pub(crate) capsules: &'a [Capsule],
    /// The private call that runs; nothing for a utility function.
    pub(crate) private: Option<RunningCall<'a>>,
}

/// Why there is no answer: the question is refused, or something else failed on the way.
pub(crate) enum Unanswered {
    /// The oracle cannot answer.
    Refused(OracleError),
    /// Something below it failed.
    Failed(PxeError),
}

pub(crate) type OracleResult<T> = Result<T, Unanswered>;

impl From<PxeError> for Unanswered {
    fn from(error: PxeError) -> Self {
        match error {
            PxeError::State(error) => Self::Refused(error.into()),
            PxeError::Sync(error) => Self::Refused(OracleError::Sync(error)),
            other => Self::Failed(other),
        }
    }
}

impl From<SyncError> for Unanswered {
    fn from(error: SyncError) -> Self {
        PxeError::from(error).into()
    }
}

impl From<NodeError> for Unanswered {
    fn from(error: NodeError) -> Self {
        Self::Failed(error.into())
    }
}

macro_rules! refused {
    ($($error:ty),*) => {$(
        impl From<$error> for Unanswered {
            fn from(error: $error) -> Self {
                Self::Refused(error.into())
            }
        }
    )*};
}
refused!(
    OracleError,
    StateError,
    NoteCacheError,
    NoteQueryError,
    ParseFieldError
);

#[async_trait(?Send)]
impl OracleHandler for OracleContext<'_> {
    async fn answer(&mut self, call: ForeignCall) -> Result<Vec<ForeignValue>, PxeError> {
        let Some(name) = OracleName::find(&call.name) else {
            return Err(ExecutionFailure::UnknownOracle(call.name).into());
        };
        match self.ask(name, call.inputs).await {
            Ok(answer) => Ok(answer.into_values()),
            Err(Unanswered::Refused(error)) => Err(ExecutionFailure::Oracle { name, error }.into()),
            Err(Unanswered::Failed(error)) => Err(error),
        }
    }
}

impl<'a> OracleContext<'a> {
    async fn ask(&mut self, name: OracleName, inputs: Vec<ForeignValue>) -> OracleResult<Answer> {
        use OracleName as Name;

        if name.availability() == Availability::PrivateOnly && self.private.is_none() {
            return Err(OracleError::PrivateOnly.into());
        }
        let mut arguments = Arguments::new(name, inputs)?;
        let ask = &mut arguments;
        match name {
            Name::AssertCompatibleOracleVersion => Self::assert_version(ask),
            Name::GetRandomField => Ok(self.random_field()),
            Name::Log => self.log(ask),
            Name::GetUtilityContext => Ok(self.utility_context()),
            Name::GetKeyValidationRequest => self.key_validation_request(ask),
            Name::GetContractInstance => self.contract_instance(ask),
            Name::GetNoteHashMembershipWitness => self.note_hash_witness(ask).await,
            Name::GetBlockHashMembershipWitness => self.block_hash_witness(ask).await,
            Name::GetNullifierMembershipWitness => self.nullifier_witness(ask).await,
            Name::GetLowNullifierMembershipWitness => self.low_nullifier_witness(ask).await,
            Name::GetPublicDataWitness => self.public_data_witness(ask).await,
            Name::GetBlockHeader => self.block_header(ask).await,
            Name::GetAuthWitness => self.auth_witness(ask),
            Name::TryGetPublicKeysAndPartialAddress => self.public_keys(ask),
            Name::GetNotes => self.notes(ask),
            Name::CheckNullifierExists => self.nullifier_exists(ask).await,
            Name::GetL1ToL2MembershipWitness => self.l1_message_witness(ask).await,
            Name::StorageRead => self.storage_read(ask).await,
            Name::FetchTaggedLogs => self.fetch_tagged_logs(ask).await,
            Name::ValidateAndStoreEnqueuedNotesAndEvents => self.validate_and_store(ask).await,
            Name::BulkRetrieveLogs => self.bulk_retrieve_logs(ask).await,
            Name::StoreCapsule => self.store_capsule(ask),
            Name::LoadCapsule => self.load_capsule(ask),
            Name::DeleteCapsule => self.delete_capsule(ask),
            Name::CopyCapsule => self.copy_capsule(ask),
            Name::Aes128Decrypt => Self::aes128_decrypt(ask),
            Name::GetSharedSecret => self.shared_secret(ask),
            Name::EmitOffchainEffect => self.call()?.emit_offchain_effect(ask),
            Name::StoreInExecutionCache => self.call()?.store_values(ask),
            Name::LoadFromExecutionCache => self.call()?.load_values(ask),
            Name::NotifyCreatedNote => self.call()?.created_note(ask),
            Name::NotifyNullifiedNote => self.call()?.nullified_note(ask),
            Name::NotifyCreatedNullifier => self.call()?.created_nullifier(ask),
            Name::IsNullifierPending => self.call()?.is_nullifier_pending(ask),
            Name::NotifyCreatedContractClassLog => self.call()?.created_class_log(ask),
            Name::CallPrivateFunction => self.call_private_function(ask).await,
            Name::NotifyEnqueuedPublicFunctionCall => self.call()?.enqueued_public_call(ask),
            Name::NotifySetPublicTeardownFunctionCall => self.call()?.enqueued_public_call(ask),
            Name::NotifySetMinRevertibleSideEffectCounter => {
                self.call()?.set_min_revertible_counter(ask)
            }
            Name::IsSideEffectCounterRevertible => self.call()?.is_counter_revertible(ask),
            Name::GetSenderForTags => Ok(self.call()?.sender_for_tags()),
            Name::SetSenderForTags => self.call()?.set_sender_for_tags(ask),
            Name::GetNextAppTagAsSender => self.next_tag(ask).await,
        }
    }

    /// The private call that runs.
    pub(super) fn call(&mut self) -> OracleResult<&mut RunningCall<'a>> {
        let call = self.private.as_mut();
        call.ok_or_else(|| OracleError::PrivateOnly.into())
    }

    /// Fails unless the contract asks for what is its own.
    pub(super) fn own(&self, asked: AztecAddress) -> Result<(), OracleError> {
        if asked == self.contract {
            return Ok(());
        }
        Err(OracleError::ForeignContract {
            contract: self.contract,
            asked,
        })
    }

    /// Fails unless the account's keys may be used.
    pub(super) fn in_scope(&self, account: AztecAddress) -> Result<(), OracleError> {
        if self.scopes.allows(&account) {
            Ok(())
        } else {
            Err(OracleError::AccountDenied { account })
        }
    }
}
