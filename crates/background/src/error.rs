//! Errors as JavaScript gets them: an `Error` with a `code`, and `details` where there are any.

use js_sys::{JSON, Reflect};
use pixie_acir::pack::PackError;
use pixie_store::BackendError;
use pixie_vault::VaultError;
use pixie_wallet::ui::UiError;
use serde::Serialize;
use serde_json::Value;
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

impl StartError {
    /// The error for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Storage(BackendError::Layout { .. }) => "newerStorage",
            Self::Storage(BackendError::Busy) => "busyStorage",
            Self::Storage(BackendError::Quota) => "fullStorage",
            Self::Storage(_) => "storage",
            Self::Resources(_) | Self::Damaged(_) => "resources",
            Self::Vault(_) => "vault",
        }
    }
}

impl From<StartError> for JsValue {
    fn from(error: StartError) -> Self {
        let details = match &error {
            StartError::Storage(BackendError::Layout { found, supported }) => {
                Some(serde_json::json!({ "found": found, "supported": supported }))
            }
            _ => None,
        };
        js_error(error.code(), &error.to_string(), details.as_ref())
    }
}

/// What a page is told.
pub fn told(error: &UiError) -> JsValue {
    js_error(
        &name_of(&error.code),
        &error.message,
        error.details.as_ref(),
    )
}

/// A value that serialises to a text, as that text.
fn name_of(code: &impl Serialize) -> String {
    match serde_json::to_value(code) {
        Ok(Value::String(name)) => name,
        _ => "internal".to_owned(),
    }
}

fn js_error(code: &str, message: &str, details: Option<&Value>) -> JsValue {
    let error = js_sys::Error::new(message);
    error.set_name("EngineError");
    let set = |member: &str, value: &JsValue| {
        // A new object takes every member.
        let _ = Reflect::set(&error, &JsValue::from_str(member), value);
    };
    set("code", &JsValue::from_str(code));
    if let Some(details) = details.and_then(|details| JSON::parse(&details.to_string()).ok()) {
        set("details", &details);
    }
    error.into()
}
