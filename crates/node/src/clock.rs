//! Waiting, as something that is handed in.

use std::time::Duration;

use futures_util::future::LocalBoxFuture;

/// Waits. Deadlines and back-off go through this, so that tests need not wait.
pub trait Clock {
    /// Resolves after `duration`.
    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()>;
}

/// The platform's timers: Tokio's natively, `setTimeout` in a browser.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[cfg(not(target_family = "wasm"))]
impl Clock for SystemClock {
    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
mod browser {
    use super::{Clock, Duration, LocalBoxFuture, SystemClock};
    use js_sys::{Function, Promise, Reflect};
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;

    /// Clears the timer when the wait is given up.
    struct Timer {
        id: JsValue,
    }

    impl Drop for Timer {
        fn drop(&mut self) {
            if let Some(clear) = global_function("clearTimeout") {
                // Clearing a timer that has fired does nothing.
                let _ = clear.call1(&js_sys::global(), &self.id);
            }
        }
    }

    impl Clock for SystemClock {
        fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
            Box::pin(async move {
                let Some(set_timeout) = global_function("setTimeout") else {
                    // A scope without timers cannot wait; without deadlines it still works.
                    return std::future::pending().await;
                };
                let milliseconds = i32::try_from(duration.as_millis()).unwrap_or(i32::MAX);
                let mut id = JsValue::UNDEFINED;
                let promise = Promise::new(&mut |resolve, _| {
                    id = set_timeout
                        .call2(&js_sys::global(), &resolve, &JsValue::from(milliseconds))
                        .unwrap_or(JsValue::UNDEFINED);
                });
                let _timer = Timer { id };
                let _ = JsFuture::from(promise).await;
            })
        }
    }

    fn global_function(name: &str) -> Option<Function> {
        Reflect::get(&js_sys::global(), &JsValue::from_str(name))
            .ok()?
            .dyn_into()
            .ok()
    }
}
