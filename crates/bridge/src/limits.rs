//! What one dapp, and all of them together, may ask of the wallet.

use std::collections::HashMap;
use std::time::Duration;

use crate::origin::Origin;
use crate::time::Timestamp;

/// How many origins are counted at once; of more, those that were quiet longest are forgotten.
const MAX_ORIGINS: usize = 1024;
/// Credits are counted in thousandths.
const MILLI: i64 = 1000;

/// Bounds of everything that a dapp can make grow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The largest message that is looked at, in bytes of its plain text.
    pub max_message_bytes: usize,
    /// The largest message that is decrypted at all, in bytes of the relayed text; a session that
    /// sends more is closed, since its request cannot be told and so not be answered by itself.
    pub max_relayed_bytes: usize,
    /// The largest answer, in bytes of its plain text.
    pub max_answer_bytes: usize,
    /// How many messages an origin may send at once.
    pub burst_messages: u32,
    /// How many messages a second an origin may send in the long run.
    pub messages_per_second: u32,
    /// How many bytes an origin may send at once.
    pub burst_bytes: u32,
    /// How many bytes a second an origin may send in the long run.
    pub bytes_per_second: u32,
    /// An origin that exceeds its burst by this factor has its sessions closed.
    pub flood_factor: u32,
    /// How many sessions an origin may have, asked for ones included.
    pub max_sessions_per_origin: usize,
    /// How many sessions there may be.
    pub max_sessions: usize,
    /// How many of an origin's discoveries may wait for the user.
    pub max_discoveries_per_origin: usize,
    /// How long a discovery waits for the user, and an approved one for the dapp.
    pub discovery_lifetime: Duration,
    /// How many requests of a session may be without an answer.
    pub max_pending_per_session: usize,
    /// How many requests one wallet-sdk session may make: all their ids are remembered.
    pub max_requests_per_session: usize,
    /// How many calls a batch may have.
    pub max_batch: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // The largest artifact of Aztec 4.1.2's own contracts is 7 MB.
            max_message_bytes: 32 << 20,
            max_relayed_bytes: 96 << 20,
            max_answer_bytes: 32 << 20,
            burst_messages: 200,
            messages_per_second: 50,
            burst_bytes: 256 << 20,
            bytes_per_second: 8 << 20,
            flood_factor: 4,
            max_sessions_per_origin: 16,
            max_sessions: 256,
            max_discoveries_per_origin: 4,
            discovery_lifetime: Duration::from_secs(300),
            max_pending_per_session: 64,
            max_requests_per_session: 65_536,
            max_batch: 64,
        }
    }
}

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is looked at.
    Pass,
    /// It is answered with an error.
    Slow {
        /// How long until a message would pass.
        retry_after: Duration,
    },
    /// It is not looked at, and its session closed.
    Flood,
}

#[derive(Debug)]
struct Bucket {
    /// Thousandths of messages left; negative when overdrawn.
    messages: i64,
    /// Thousandths of bytes left.
    bytes: i64,
    at: Timestamp,
}

/// Counts what each origin sends.
#[derive(Debug, Default)]
pub(crate) struct RateLimiter {
    buckets: HashMap<Origin, Bucket>,
}

impl RateLimiter {
    /// Counts one message of `size` bytes.
    pub(crate) fn charge(
        &mut self,
        origin: &Origin,
        size: usize,
        now: Timestamp,
        limits: &Limits,
    ) -> Verdict {
        let full_messages = i64::from(limits.burst_messages) * MILLI;
        let full_bytes = i64::from(limits.burst_bytes) * MILLI;
        self.make_room(origin);
        let bucket = self.buckets.entry(origin.clone()).or_insert(Bucket {
            messages: full_messages,
            bytes: full_bytes,
            at: now,
        });
        // Thousandths of a unit per millisecond are units per second.
        let elapsed = i64::try_from(now.since(bucket.at).as_millis()).unwrap_or(i64::MAX);
        let refill = |left: i64, rate: u32, full: i64| {
            left.saturating_add(elapsed.saturating_mul(i64::from(rate)))
                .min(full)
        };
        bucket.messages = refill(bucket.messages, limits.messages_per_second, full_messages);
        bucket.bytes = refill(bucket.bytes, limits.bytes_per_second, full_bytes);
        bucket.at = now;

        let size = i64::try_from(size)
            .unwrap_or(i64::MAX)
            .saturating_mul(MILLI);
        let messages = bucket.messages.saturating_sub(MILLI);
        let bytes = bucket.bytes.saturating_sub(size);
        if messages >= 0 && bytes >= 0 {
            (bucket.messages, bucket.bytes) = (messages, bytes);
            return Verdict::Pass;
        }
        let factor = i64::from(limits.flood_factor);
        let floor = |full: i64| full.saturating_mul(factor).saturating_neg();
        if messages < floor(full_messages) || bytes < floor(full_bytes) {
            return Verdict::Flood;
        }
        (bucket.messages, bucket.bytes) = (messages, bytes);
        let wait = |left: i64, rate: u32| match u64::try_from(left.saturating_neg()) {
            Ok(missing) => missing.div_ceil(u64::from(rate.max(1))),
            Err(_) => 0,
        };
        let milliseconds = wait(messages - MILLI, limits.messages_per_second)
            .max(wait(bytes, limits.bytes_per_second));
        Verdict::Slow {
            retry_after: Duration::from_millis(milliseconds),
        }
    }

    fn make_room(&mut self, origin: &Origin) {
        if self.buckets.len() < MAX_ORIGINS || self.buckets.contains_key(origin) {
            return;
        }
        let quietest = self.buckets.iter().min_by_key(|(_, bucket)| bucket.at);
        if let Some(origin) = quietest.map(|(origin, _)| origin.clone()) {
            self.buckets.remove(&origin);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits {
            burst_messages: 10,
            messages_per_second: 2,
            burst_bytes: 1000,
            bytes_per_second: 100,
            flood_factor: 2,
            ..Limits::default()
        }
    }

    fn origin(number: u32) -> Origin {
        format!("https://dapp{number}.example").parse().unwrap()
    }

    #[test]
    fn a_burst_passes_then_slows_then_floods_and_time_heals() {
        let (mut rates, limits, dapp) = (RateLimiter::default(), limits(), origin(1));
        let mut charge = |now| rates.charge(&dapp, 1, Timestamp(now), &limits);
        for _ in 0..10 {
            assert_eq!(charge(0), Verdict::Pass);
        }
        let retry_after = Duration::from_millis(1000);
        assert_eq!(charge(0), Verdict::Slow { retry_after });
        for _ in 1..20 {
            assert!(matches!(charge(0), Verdict::Slow { .. }));
        }
        assert_eq!(charge(0), Verdict::Flood);
        assert_eq!(charge(0), Verdict::Flood);
        assert!(matches!(charge(600), Verdict::Slow { .. }));
        assert_eq!(charge(60_000), Verdict::Pass);
    }

    #[test]
    fn waiting_as_told_suffices() {
        let (mut rates, limits, dapp) = (RateLimiter::default(), limits(), origin(1));
        let mut now = 0;
        for _ in 0..200 {
            match rates.charge(&dapp, 37, Timestamp(now), &limits) {
                Verdict::Pass => {}
                Verdict::Slow { retry_after } => {
                    now += retry_after.as_millis() as u64;
                    assert_eq!(
                        rates.charge(&dapp, 0, Timestamp(now), &limits),
                        Verdict::Pass
                    );
                }
                Verdict::Flood => panic!("waited, and still too fast"),
            }
        }
    }

    #[test]
    fn bytes_count_as_well_and_origins_apart() {
        let (mut rates, limits) = (RateLimiter::default(), limits());
        let mut charge = |dapp, size| rates.charge(&origin(dapp), size, Timestamp(0), &limits);
        assert_eq!(charge(1, 1000), Verdict::Pass);
        assert!(matches!(charge(1, 1), Verdict::Slow { .. }));
        assert_eq!(charge(1, usize::MAX), Verdict::Flood);
        assert_eq!(charge(2, 1000), Verdict::Pass);
    }

    #[test]
    fn many_origins_take_bounded_memory() {
        let (mut rates, limits) = (RateLimiter::default(), limits());
        for number in 0..3000 {
            rates.charge(&origin(number), 1, Timestamp(u64::from(number)), &limits);
        }
        assert_eq!(rates.buckets.len(), MAX_ORIGINS);
    }

    #[test]
    fn a_clock_that_goes_backwards_gives_no_credit() {
        let (mut rates, limits, dapp) = (RateLimiter::default(), limits(), origin(1));
        for _ in 0..10 {
            rates.charge(&dapp, 1, Timestamp(1_000_000), &limits);
        }
        let verdict = rates.charge(&dapp, 1, Timestamp(0), &limits);
        assert!(matches!(verdict, Verdict::Slow { .. }));
    }
}
