//! Until when a transaction can be included (Aztec 4.1.2, pxe `computeTxExpirationTimestamp`).

use pixie_primitives::constants::MAX_TX_LIFETIME;

use super::error::KernelError;

/// To which durations, in seconds, an expiration is rounded down, the coarsest possible.
const ROUNDED_DURATIONS: [u64; 3] = [3600, 1800, 1];

/// A rounded expiration tells less about the functions that were called. `anchor` is the time of the
/// anchor block, `expiration` what the transaction asks for, both in seconds since 1970; `lifetime` is
/// in seconds.
///
/// The kernels are given the exact expiration today, as in the reference; this is for those who
/// prefer to say less.
///
/// # Errors
/// [`KernelError::Lifetime`], [`KernelError::Expired`].
pub fn round_expiration(anchor: u64, expiration: u64, lifetime: u64) -> Result<u64, KernelError> {
    if lifetime > MAX_TX_LIFETIME {
        return Err(KernelError::Lifetime {
            limit: MAX_TX_LIFETIME,
            lifetime,
        });
    }
    let latest = anchor.saturating_add(lifetime);
    if expiration >= latest {
        return Ok(latest);
    }
    let duration = expiration.saturating_sub(anchor);
    ROUNDED_DURATIONS
        .into_iter()
        .map(|unit| duration - duration % unit)
        .find(|rounded| *rounded > 0)
        .map(|rounded| anchor + rounded)
        .ok_or(KernelError::Expired { anchor, expiration })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANCHOR: u64 = 1_000_000;

    fn round(duration: u64, lifetime: u64) -> Option<u64> {
        let rounded = round_expiration(ANCHOR, ANCHOR + duration, lifetime).ok()?;
        Some(rounded - ANCHOR)
    }

    #[test]
    fn an_expiration_is_rounded_down_to_the_coarsest_unit() {
        let lifetime = MAX_TX_LIFETIME;
        assert_eq!(round(MAX_TX_LIFETIME + 9, lifetime), Some(MAX_TX_LIFETIME));
        assert_eq!(round(MAX_TX_LIFETIME - 1, lifetime), Some(82_800));
        assert_eq!(round(3600, lifetime), Some(3600));
        assert_eq!(round(3599, lifetime), Some(1800));
        assert_eq!(round(1799, lifetime), Some(1799));
        assert_eq!(round(1, lifetime), Some(1));
        assert_eq!(round(5000, 4000), Some(4000));
    }

    #[test]
    fn what_can_never_be_included_is_refused() {
        assert!(matches!(
            round_expiration(ANCHOR, ANCHOR, MAX_TX_LIFETIME),
            Err(KernelError::Expired { .. })
        ));
        assert!(matches!(
            round_expiration(ANCHOR, ANCHOR - 1, MAX_TX_LIFETIME),
            Err(KernelError::Expired { .. })
        ));
        assert!(matches!(
            round_expiration(ANCHOR, ANCHOR + 1, MAX_TX_LIFETIME + 1),
            Err(KernelError::Lifetime { .. })
        ));
    }
}
