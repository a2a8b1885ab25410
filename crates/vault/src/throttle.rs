//! Back-off after wrong passwords.
//!
//! It slows down whoever sits at the keyboard. Whoever can copy the stored envelope tries passwords
//! elsewhere; there the key derivation's cost is what protects.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::UnixMillis;
use crate::codec::{Format, FormatError};

const FORMAT: Format = Format {
    namespace: "pixie/vault/throttle",
    version: 1,
    limit: 4096,
};

/// Seconds to wait after the first failure, the second, and so on; the last one holds from then on.
const DELAYS: [u64; 9] = [0, 0, 0, 5, 15, 60, 300, 900, 3600];
/// What is assumed where the record is damaged: enough for a noticeable delay, not for the longest.
const ASSUMED_FAILURES: u32 = 6;

/// Failed attempts in a row, and when the next one may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Throttle {
    failures: u32,
    blocked_until: UnixMillis,
}

impl Throttle {
    /// Counts an attempt as failed before it is made, so that one that is broken off counts too.
    /// `Err` is the time until which none may be made.
    pub(crate) fn attempt(self, now: UnixMillis) -> Result<Self, UnixMillis> {
        let waiting = self.waiting_since(now);
        if waiting.blocked_until > now {
            return Err(waiting.blocked_until);
        }
        let failures = self.failures.saturating_add(1);
        Ok(Self {
            failures,
            blocked_until: now.after(delay(failures)),
        })
    }

    /// When the next attempt may be made; `None` if at once.
    pub(crate) fn retry_at(self, now: UnixMillis) -> Option<UnixMillis> {
        let until = self.waiting_since(now).blocked_until;
        (until > now).then_some(until)
    }

    /// Failures in a row.
    pub(crate) const fn failures(self) -> u32 {
        self.failures
    }

    /// Nobody waits longer than the delay itself, also if the clock was set back.
    fn waiting_since(self, now: UnixMillis) -> Self {
        Self {
            failures: self.failures,
            blocked_until: self.blocked_until.min(now.after(delay(self.failures))),
        }
    }

    /// What a damaged record is taken for.
    pub(crate) fn after_damage(now: UnixMillis) -> Self {
        Self {
            failures: ASSUMED_FAILURES,
            blocked_until: now.after(delay(ASSUMED_FAILURES)),
        }
    }

    /// The stored form.
    pub(crate) fn to_bytes(self) -> Result<Vec<u8>, FormatError> {
        FORMAT.encode(&self)
    }

    /// Reads the stored form.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, FormatError> {
        FORMAT.decode(bytes)
    }
}

fn delay(failures: u32) -> Duration {
    let Some(index) = usize::try_from(failures)
        .unwrap_or(usize::MAX)
        .checked_sub(1)
    else {
        return Duration::ZERO;
    };
    let [.., longest] = DELAYS;
    Duration::from_secs(DELAYS.get(index).copied().unwrap_or(longest))
}

/// The longest delay, in milliseconds.
#[cfg(test)]
fn longest() -> u64 {
    crate::clock::millis(delay(u32::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: UnixMillis = UnixMillis(1_700_000_000_000);

    #[test]
    fn delays_grow_and_end_with_success() {
        let mut throttle = Throttle::default();
        let mut now = START;
        let mut waits = Vec::new();
        for _ in 0..11 {
            throttle = throttle.attempt(now).unwrap();
            let until = throttle.retry_at(now);
            waits.push(until.map_or(0, |until| until.since(now).as_secs()));
            if let Some(until) = until {
                let early = UnixMillis(until.0 - 1);
                assert_eq!(throttle.attempt(early), Err(until));
                now = until;
            }
        }
        assert_eq!(waits, [0, 0, 0, 5, 15, 60, 300, 900, 3600, 3600, 3600]);
        assert_eq!(throttle.failures(), 11);
        assert_eq!(Throttle::default().retry_at(now), None);
    }

    #[test]
    fn a_clock_set_back_does_not_lock_out() {
        let mut throttle = Throttle::default();
        for _ in 0..4 {
            throttle = throttle.attempt(START).unwrap();
        }
        let years_ago = UnixMillis(1000);
        assert_eq!(throttle.retry_at(years_ago), Some(UnixMillis(6000)));
    }

    proptest! {
        #[test]
        fn records_round_trip(failures: u32, until: u64) {
            let throttle = Throttle { failures, blocked_until: UnixMillis(until) };
            prop_assert_eq!(Throttle::from_bytes(&throttle.to_bytes().unwrap()), Ok(throttle));
        }

        #[test]
        fn random_records_are_refused(bytes: Vec<u8>) {
            prop_assert!(Throttle::from_bytes(&bytes).is_err());
        }

        #[test]
        fn no_wait_is_longer_than_the_longest(failures: u32, until: u64, now in 0u64..u64::MAX / 2) {
            let throttle = Throttle { failures, blocked_until: UnixMillis(until) };
            if let Some(until) = throttle.retry_at(UnixMillis(now)) {
                prop_assert!(until.0 - now <= longest());
            }
        }
    }
}
