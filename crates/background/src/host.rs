//! What the service worker gives the engine: `Host` of `extension/src/background/engine.ts`.

use js_sys::{Object, Reflect};
use pixie_bridge::Place;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The object that the service worker hands over.
    #[wasm_bindgen(typescript_type = "Host")]
    #[derive(Clone)]
    pub type Host;

    #[wasm_bindgen(method, catch, js_name = deliver)]
    async fn deliver_js(this: &Host, place: &JsValue, text: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, js_name = emit)]
    fn emit_js(this: &Host, event: &str);

    #[wasm_bindgen(method, catch, js_name = read)]
    async fn read_js(this: &Host, area: &str, key: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = readAll)]
    async fn read_all_js(this: &Host, area: &str, prefix: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = write)]
    async fn write_js(this: &Host, area: &str, changes: &JsValue) -> Result<JsValue, JsValue>;
}

/// A place where the browser keeps texts for the extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// In memory, for as long as the browser runs; pages of the web do not get at it.
    Session,
    /// On the disk.
    Local,
}

impl Area {
    const fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Local => "local",
        }
    }
}

/// The browser refused, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct HostError(String);

impl HostError {
    /// The room that the browser grants is used up.
    #[must_use]
    pub fn is_quota(&self) -> bool {
        self.0.to_ascii_lowercase().contains("quota")
    }
}

impl From<JsValue> for HostError {
    fn from(thrown: JsValue) -> Self {
        let message = Reflect::get(&thrown, &JsValue::from_str("message"));
        let message = message.ok().and_then(|message| message.as_string());
        Self(message.unwrap_or_else(|| "unknown".to_owned()))
    }
}

impl Host {
    /// Sends a message to the content script in exactly this document; says whether it is there.
    pub async fn deliver(&self, place: &Place, text: &str) -> bool {
        let target = Object::new();
        let members = [
            ("tabId", JsValue::from(place.tab)),
            ("frameId", JsValue::from(place.frame)),
            ("documentId", JsValue::from_str(&place.document)),
        ];
        for (name, value) in members {
            // A new object takes every member.
            let _ = Reflect::set(&target, &JsValue::from_str(name), &value);
        }
        let outcome = self.deliver_js(&target, text).await;
        outcome.is_ok_and(|is_there| is_there.is_truthy())
    }

    /// Tells all pages an event, as JSON.
    pub fn emit(&self, event: &str) {
        self.emit_js(event);
    }

    /// Reads what is kept under a key.
    ///
    /// # Errors
    /// [`HostError`].
    pub async fn read(&self, area: Area, key: &str) -> Result<Option<String>, HostError> {
        Ok(self.read_js(area.name(), key).await?.as_string())
    }

    /// Reads everything that is kept under keys that begin so.
    ///
    /// # Errors
    /// [`HostError`].
    pub async fn read_all(
        &self,
        area: Area,
        prefix: &str,
    ) -> Result<Vec<(String, String)>, HostError> {
        let found = self.read_all_js(area.name(), prefix).await?;
        let entries = Object::entries(found.unchecked_ref());
        let pairs = entries.iter().filter_map(|entry| {
            let pair: js_sys::Array = entry.dyn_into().ok()?;
            Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
        });
        Ok(pairs.collect())
    }

    /// Changes what is kept, all of it or nothing; `None` removes.
    ///
    /// # Errors
    /// [`HostError`].
    pub async fn write<'a>(
        &self,
        area: Area,
        changes: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
    ) -> Result<(), HostError> {
        let object = Object::new();
        for (key, value) in changes {
            let value = value.map_or(JsValue::NULL, JsValue::from_str);
            let _ = Reflect::set(&object, &JsValue::from_str(key), &value);
        }
        self.write_js(area.name(), &object).await?;
        Ok(())
    }
}
