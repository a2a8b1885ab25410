//! The developer's console. Nothing that is secret gets there: errors name what failed, not with what.

use std::error::Error;
use std::panic;
use std::sync::Once;

use wasm_bindgen::JsValue;

/// Writes panics to the console, with their place in the sources. What was going on then is lost: the
/// service worker has to be started anew.
pub fn install_panic_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        panic::set_hook(Box::new(|info| {
            let place = info.location().map(ToString::to_string);
            let place = place.unwrap_or_else(|| "an unknown place".to_owned());
            // The message may hold a value.
            web_sys::console::error_1(&JsValue::from_str(&format!("panicked at {place}")));
        }));
    });
}

/// Notes a failure that nobody waits for.
pub fn failure<E: Error>(outcome: Result<(), E>) {
    if let Err(error) = outcome {
        web_sys::console::warn_1(&JsValue::from_str(&chain(&error)));
    }
}

/// An error with its causes.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text
}
