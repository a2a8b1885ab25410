//! The time of day.

use pixie_vault::{Clock, UnixMillis};

/// `Date.now`.
#[derive(Debug, Clone, Copy, Default)]
pub struct BrowserClock;

impl Clock for BrowserClock {
    fn now(&self) -> UnixMillis {
        // Whole milliseconds since 1970, which a number of JavaScript holds.
        UnixMillis(js_sys::Date::now() as u64)
    }
}
