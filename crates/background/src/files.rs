//! The resources that come with the extension.

use std::error::Error;

use async_trait::async_trait;
use js_sys::{Function, Promise, Reflect, Uint8Array};
use pixie_pxe::kernel::ResourceFiles;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use crate::host::HostError;

/// Files of a folder of the extension.
#[derive(Debug, Clone)]
pub struct PackagedFiles {
    /// The folder's path from the top of the extension, with slashes at both ends.
    folder: &'static str,
}

/// A file of the extension could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PackagedFileError {
    /// The browser could not fetch it.
    #[error("{path} could not be fetched")]
    Fetch {
        /// The file's path.
        path: String,
        /// The browser's words.
        #[source]
        source: HostError,
    },
    /// There is no such file.
    #[error("{path} is not there (status {status})")]
    Missing {
        /// The file's path.
        path: String,
        /// The HTTP status.
        status: u16,
    },
}

impl PackagedFiles {
    /// The resources.
    pub const RESOURCES: Self = Self {
        folder: "/resources/",
    };

    /// Reads a file.
    ///
    /// # Errors
    /// [`PackagedFileError`].
    pub async fn bytes(&self, path: &str) -> Result<Vec<u8>, PackagedFileError> {
        let path = format!("{}{path}", self.folder);
        match fetch(&path).await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(status)) => Err(PackagedFileError::Missing { path, status }),
            Err(thrown) => Err(PackagedFileError::Fetch {
                path,
                source: thrown.into(),
            }),
        }
    }
}

/// The bytes at a path of our own origin, or the status of the answer.
async fn fetch(path: &str) -> Result<Result<Vec<u8>, u16>, JsValue> {
    let global = js_sys::global();
    let fetch: Function = Reflect::get(&global, &JsValue::from_str("fetch"))?.dyn_into()?;
    let promise: Promise = fetch.call1(&global, &JsValue::from_str(path))?.dyn_into()?;
    let response: Response = JsFuture::from(promise).await?.dyn_into()?;
    if !response.ok() {
        return Ok(Err(response.status()));
    }
    let buffer = JsFuture::from(response.array_buffer()?).await?;
    Ok(Ok(Uint8Array::new(&buffer).to_vec()))
}

#[async_trait(?Send)]
impl ResourceFiles for PackagedFiles {
    async fn read(&self, path: &str) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        Ok(self.bytes(path).await?)
    }
}
