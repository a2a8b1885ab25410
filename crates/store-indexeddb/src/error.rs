//! What the browser's engine says, as errors of the store.

use indexed_db_futures::error::{DomException, Error, JSError, OpenDbError};
use indexed_db_futures::internals::SystemRepr;
use pixie_store::{BackendError, StorageAction};

/// An error of the browser's engine, by the name and message of its exception.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {message}")]
pub struct EngineError {
    /// The name of the `DOMException`, such as `InvalidStateError`.
    pub name: String,
    /// The engine's own words.
    pub message: String,
}

impl EngineError {
    pub(crate) fn new(name: &str, message: &str) -> Self {
        Self {
            name: name.to_owned(),
            message: message.to_owned(),
        }
    }

    /// There is no room.
    pub(crate) fn is_quota(&self) -> bool {
        self.name == "QuotaExceededError"
    }

    /// The connection is closed, or the transaction cannot be used any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.name == "InvalidStateError"
    }

    /// The stored version is a later one than was asked for.
    pub(crate) fn is_version(&self) -> bool {
        self.name == "VersionError"
    }

    /// The store's error for this, while it did `action`.
    pub(crate) fn during(self, action: StorageAction) -> BackendError {
        match self.is_quota() {
            true => BackendError::Quota,
            false => BackendError::Storage {
                action,
                source: Box::new(self),
            },
        }
    }
}

impl From<&web_sys::DomException> for EngineError {
    fn from(exception: &web_sys::DomException) -> Self {
        Self {
            name: exception.name(),
            message: exception.message(),
        }
    }
}

impl From<&DomException> for EngineError {
    fn from(exception: &DomException) -> Self {
        Self::from(exception.as_sys())
    }
}

impl From<&Error> for EngineError {
    fn from(error: &Error) -> Self {
        match error {
            Error::DomException(exception) => exception.into(),
            Error::Unknown(JSError::Error(error)) => Self {
                name: error.name().into(),
                message: error.message().into(),
            },
            other => Self::new("Error", &other.to_string()),
        }
    }
}

impl From<&OpenDbError> for EngineError {
    fn from(error: &OpenDbError) -> Self {
        match error {
            OpenDbError::Base(error) => error.into(),
            other => Self::new("NotSupportedError", &other.to_string()),
        }
    }
}

/// Turns an error of the engine into the store's, naming what was being done.
pub(crate) fn failed<E>(action: StorageAction) -> impl FnOnce(E) -> BackendError
where
    EngineError: for<'a> From<&'a E>,
{
    move |error| EngineError::from(&error).during(action)
}
