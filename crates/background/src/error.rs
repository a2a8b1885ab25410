//! Errors as JavaScript gets them: an `Error` with a `code`, and `details` where there are any.

use js_sys::{JSON, Reflect};
use pixie_acir::pack::PackError;
use pixie_store::BackendError;
use pixie_vault::VaultError;
use pixie_wallet::ui::{ErrorDetails, UiError, UiErrorCode};
use wasm_bindgen::JsValue;

use crate::files::PackagedFileError;

/// Why the engine does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The wallet's storage could not be opened.
    #[error("the wallet's storage could not be opened: {0}")]
    Storage(#[from] BackendError),
    /// The resources that come with the extension could not be read.
    #[error("a part of the extension is missing: {0}")]
    Resources(#[from] PackagedFileError),
    /// The resources that come with the extension are damaged.
    #[error("a part of the extension is damaged: {0}")]
    Damaged(#[from] PackError),
    /// The vault's records could not be read.
    #[error("the vault could not be opened: {0}")]
    Vault(#[from] VaultError),
}

impl From<StartError> for UiError {
    fn from(error: StartError) -> Self {
        let code = match &error {
            StartError::Storage(BackendError::Layout { .. }) => UiErrorCode::NewerStorage,
            StartError::Storage(BackendError::Busy) => UiErrorCode::BusyStorage,
            StartError::Storage(BackendError::Quota) => UiErrorCode::FullStorage,
            StartError::Storage(_) => UiErrorCode::Storage,
            StartError::Resources(_) | StartError::Damaged(_) => UiErrorCode::Resources,
            StartError::Vault(_) => UiErrorCode::Vault,
        };
        let mut told = Self::new(code, error.to_string());
        if let StartError::Storage(BackendError::Layout { found, supported }) = error {
            told.details = Some(ErrorDetails::Layout { found, supported });
        }
        told
    }
}

impl From<StartError> for JsValue {
    fn from(error: StartError) -> Self {
        told(&error.into())
    }
}

/// What a page is told: an `Error` with the members of the error's JSON form.
pub fn told(error: &UiError) -> JsValue {
    let thrown = js_sys::Error::new(&error.message);
    thrown.set_name("EngineError");
    let members = serde_json::to_string(error).unwrap_or_default();
    if let Ok(members) = JSON::parse(&members) {
        for name in ["code", "details"].map(JsValue::from_str) {
            if let Ok(value) = Reflect::get(&members, &name)
                && !value.is_undefined()
            {
                // A new object takes every member.
                let _ = Reflect::set(&thrown, &name, &value);
            }
        }
    }
    thrown.into()
}
