//! When an unlocked vault locks itself.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::{UnixMillis, millis};

/// How long a vault stays unlocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, try_from = "StoredPolicy", into = "StoredPolicy")]
pub struct LockPolicy {
    idle: Duration,
    absolute: Duration,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredPolicy {
    idle_ms: u64,
    absolute_ms: u64,
}

/// Deadlines that are not sensible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a vault cannot lock after {idle:?} without activity and {absolute:?} in any case")]
pub struct InvalidLockPolicy {
    /// Time without activity.
    pub idle: Duration,
    /// Time since it was unlocked.
    pub absolute: Duration,
}

impl LockPolicy {
    /// The shortest time without activity.
    pub const MIN_IDLE: Duration = Duration::from_secs(60);
    /// The longest time that a vault can stay unlocked.
    pub const MAX_ABSOLUTE: Duration = Duration::from_secs(7 * 24 * 3600);
    /// Fifteen minutes without activity, eight hours in any case.
    pub const DEFAULT: Self = Self {
        idle: Duration::from_secs(15 * 60),
        absolute: Duration::from_secs(8 * 3600),
    };

    /// Locks after `idle` without activity, and `absolute` after unlocking in any case.
    pub const fn new(idle: Duration, absolute: Duration) -> Result<Self, InvalidLockPolicy> {
        let sensible = idle.as_millis() >= Self::MIN_IDLE.as_millis()
            && idle.as_millis() <= absolute.as_millis()
            && absolute.as_millis() <= Self::MAX_ABSOLUTE.as_millis();
        if sensible {
            Ok(Self { idle, absolute })
        } else {
            Err(InvalidLockPolicy { idle, absolute })
        }
    }

    /// Time without activity until the vault locks.
    #[must_use]
    pub const fn idle(self) -> Duration {
        self.idle
    }

    /// Time after unlocking until the vault locks in any case.
    #[must_use]
    pub const fn absolute(self) -> Duration {
        self.absolute
    }
}

impl Default for LockPolicy {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl TryFrom<StoredPolicy> for LockPolicy {
    type Error = InvalidLockPolicy;

    fn try_from(stored: StoredPolicy) -> Result<Self, Self::Error> {
        Self::new(
            Duration::from_millis(stored.idle_ms),
            Duration::from_millis(stored.absolute_ms),
        )
    }
}

impl From<LockPolicy> for StoredPolicy {
    fn from(policy: LockPolicy) -> Self {
        Self {
            idle_ms: millis(policy.idle),
            absolute_ms: millis(policy.absolute),
        }
    }
}

/// Why a vault is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockReason {
    /// It was not unlocked since the program was started.
    Started,
    /// The user wanted it.
    User,
    /// There was no activity for too long.
    Idle,
    /// It was unlocked for too long.
    Deadline,
    /// The system's or browser's screen was locked.
    ScreenLocked,
    /// The clock was set back by more than a minute, so that no deadline can be relied upon.
    ClockSetBack,
}

/// Until when a vault is unlocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadlines {
    /// When it was unlocked.
    pub unlocked_at: UnixMillis,
    /// When it locks unless there is activity.
    pub idle: UnixMillis,
    /// When it locks in any case.
    pub absolute: UnixMillis,
    /// The latest time that was seen.
    pub(crate) seen: UnixMillis,
}

/// How far a clock may be set back, as time services do.
const TOLERANCE: Duration = Duration::from_secs(60);

impl Deadlines {
    /// Those of a vault that is unlocked now.
    pub(crate) fn start(now: UnixMillis, policy: LockPolicy) -> Self {
        Self {
            unlocked_at: now,
            idle: now.after(policy.idle),
            absolute: now.after(policy.absolute),
            seen: now,
        }
    }

    /// Takes note of the time; says why the vault has to lock, if it has to.
    pub(crate) fn check(&mut self, now: UnixMillis) -> Option<LockReason> {
        if now.after(TOLERANCE) < self.seen {
            return Some(LockReason::ClockSetBack);
        }
        self.seen = self.seen.max(now);
        if self.seen >= self.absolute {
            Some(LockReason::Deadline)
        } else if self.seen >= self.idle {
            Some(LockReason::Idle)
        } else {
            None
        }
    }

    /// The user did something, before any deadline was reached.
    pub(crate) fn touch(&mut self, policy: LockPolicy) {
        self.idle = self.idle.max(self.seen.after(policy.idle));
    }

    /// The user wants other deadlines from now on.
    pub(crate) fn apply(&mut self, policy: LockPolicy) {
        self.idle = self.seen.after(policy.idle);
        self.absolute = self.unlocked_at.after(policy.absolute);
    }

    /// The earlier deadline.
    #[must_use]
    pub fn next(&self) -> UnixMillis {
        self.idle.min(self.absolute)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: UnixMillis = UnixMillis(1_700_000_000_000);

    fn policy(idle: u64, absolute: u64) -> LockPolicy {
        LockPolicy::new(Duration::from_secs(idle), Duration::from_secs(absolute)).unwrap()
    }

    fn at(seconds: u64) -> UnixMillis {
        START.after(Duration::from_secs(seconds))
    }

    #[test]
    fn idle_locks_to_the_millisecond() {
        let mut deadlines = Deadlines::start(START, policy(100, 1000));
        assert_eq!(deadlines.check(UnixMillis(at(100).0 - 1)), None);
        assert_eq!(deadlines.check(at(100)), Some(LockReason::Idle));
    }

    #[test]
    fn activity_defers_idle_but_not_the_absolute_deadline() {
        let mut deadlines = Deadlines::start(START, policy(100, 250));
        for second in [90, 180] {
            assert_eq!(deadlines.check(at(second)), None);
            deadlines.touch(policy(100, 250));
        }
        assert_eq!(deadlines.next(), at(250));
        assert_eq!(deadlines.check(at(249)), None);
        deadlines.touch(policy(100, 250));
        assert_eq!(deadlines.check(at(250)), Some(LockReason::Deadline));
    }

    #[test]
    fn a_clock_set_back_locks_or_stands_still() {
        let mut deadlines = Deadlines::start(START, policy(100, 1000));
        assert_eq!(deadlines.check(at(90)), None);
        // Half a minute back: time stands still until the clock has caught up.
        assert_eq!(deadlines.check(at(60)), None);
        assert_eq!(deadlines.check(at(100)), Some(LockReason::Idle));
        let mut deadlines = Deadlines::start(at(3600), policy(100, 1000));
        assert_eq!(deadlines.check(START), Some(LockReason::ClockSetBack));
    }

    #[test]
    fn senseless_policies_are_refused() {
        let of = |idle, absolute| {
            LockPolicy::new(Duration::from_secs(idle), Duration::from_secs(absolute))
        };
        assert!(of(59, 1000).is_err());
        assert!(of(100, 99).is_err());
        assert!(of(100, 7 * 24 * 3600 + 1).is_err());
        let default = LockPolicy::DEFAULT;
        assert_eq!(LockPolicy::new(default.idle, default.absolute), Ok(default));
    }

    proptest! {
        /// Whatever happens in whatever order, the vault is never unlocked at or after a deadline.
        #[test]
        fn no_sequence_of_events_outlives_a_deadline(
            events in prop::collection::vec((0u64..200, any::<bool>()), 0..60),
        ) {
            let policy = policy(100, 1000);
            let mut deadlines = Deadlines::start(START, policy);
            let (mut now, mut active) = (0, 0);
            for (wait, touched) in events {
                now += wait;
                let locked = deadlines.check(at(now));
                let expected = if now >= 1000 {
                    Some(LockReason::Deadline)
                } else if now - active >= 100 {
                    Some(LockReason::Idle)
                } else {
                    None
                };
                prop_assert_eq!(locked, expected);
                if locked.is_some() {
                    break;
                }
                if touched {
                    deadlines.touch(policy);
                    active = now;
                }
            }
        }

        #[test]
        fn policies_round_trip(idle: u32, absolute: u32) {
            let stored = StoredPolicy { idle_ms: idle.into(), absolute_ms: absolute.into() };
            let bytes = crate::codec::encode(&stored).unwrap();
            let read = crate::codec::decode::<LockPolicy>(&bytes);
            match LockPolicy::try_from(stored) {
                Ok(policy) => {
                    prop_assert_eq!(read, Ok(policy));
                    prop_assert_eq!(crate::codec::encode(&policy).unwrap(), bytes);
                }
                Err(_) => prop_assert!(read.is_err()),
            }
        }
    }
}
