//! Passwords, and the keys that are made of them.

use std::fmt;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, Zeroizing};

use crate::codec::{Bytes, FormatError};
use crate::wipe::{SecretBytes, on_clean_stack};

/// A password as the user has typed it, in Unicode's form NFKC, so that it is the same on every
/// keyboard. Wiped when dropped; its `Debug` tells nothing.
pub struct Password(Zeroizing<String>);

impl Password {
    /// Characters that a new password must have.
    pub const MINIMUM: usize = 8;

    /// Takes a password as typed, and wipes the text given.
    #[must_use]
    pub fn new(text: String) -> Self {
        let text = Zeroizing::new(text);
        on_clean_stack(|| {
            // The size beforehand, for a string that grows leaves its old places behind.
            let size = text.nfkc().map(char::len_utf8).sum();
            let mut normalized = Zeroizing::new(String::with_capacity(size));
            normalized.extend(text.nfkc());
            Self(normalized)
        })
    }

    /// Whether it may be used as a new password.
    pub(crate) fn is_long_enough(&self) -> bool {
        self.0.chars().count() >= Self::MINIMUM
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// What computing a key from a password costs: the parameters of Argon2id, version 0x13.
///
/// They are stored with what the key seals, and are bounded when read: a damaged or malicious file
/// must not exhaust memory or time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfParams {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// The parameters as stored, not checked yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Costs {
    pub(crate) memory_kib: u32,
    pub(crate) passes: u32,
    pub(crate) lanes: u32,
}

/// Costs of a password's key that are beyond the bounds of [`KdfParams`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Argon2id with {memory_kib} KiB, {passes} passes and {lanes} lanes is out of bounds")]
pub struct KdfOutOfBounds {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

/// There is not enough memory to compute a password's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is not enough memory to compute the password's key ({memory_kib} KiB)")]
pub struct KdfFailed {
    /// Memory asked for in KiB.
    pub memory_kib: u32,
}

impl KdfParams {
    /// What new passwords cost: 64 MiB, three passes, one lane.
    pub const DEFAULT: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 1,
    };
    /// The most memory that is accepted, in KiB.
    pub const MAX_MEMORY_KIB: u32 = 512 * 1024;
    /// The most passes that are accepted.
    pub const MAX_PASSES: u32 = 16;
    /// The most lanes that are accepted.
    pub const MAX_LANES: u32 = 4;
    /// The most work that is accepted: KiB times passes.
    pub const MAX_WORK_KIB: u64 = 2 * 1024 * 1024;

    /// Takes parameters that are within the bounds. Less than the default is for tests.
    pub const fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, KdfOutOfBounds> {
        let bounded = lanes >= 1
            && lanes <= Self::MAX_LANES
            && memory_kib >= 8 * lanes
            && memory_kib <= Self::MAX_MEMORY_KIB
            && passes >= 1
            && passes <= Self::MAX_PASSES
            && memory_kib as u64 * passes as u64 <= Self::MAX_WORK_KIB;
        if bounded {
            Ok(Self {
                memory_kib,
                passes,
                lanes,
            })
        } else {
            Err(KdfOutOfBounds {
                memory_kib,
                passes,
                lanes,
            })
        }
    }

    /// Memory in KiB.
    #[must_use]
    pub const fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    #[must_use]
    pub const fn passes(self) -> u32 {
        self.passes
    }

    /// Lanes.
    #[must_use]
    pub const fn lanes(self) -> u32 {
        self.lanes
    }

    /// Whether these cost less than `other` in memory or in work.
    pub(crate) const fn is_weaker_than(self, other: Self) -> bool {
        self.memory_kib < other.memory_kib
            || (self.memory_kib as u64) * (self.passes as u64)
                < (other.memory_kib as u64) * (other.passes as u64)
    }

    /// The key that a password and a salt make.
    pub(crate) fn stretch(
        self,
        password: &Password,
        salt: &Bytes<16>,
    ) -> Result<SecretBytes<32>, KdfFailed> {
        let failed = KdfFailed {
            memory_kib: self.memory_kib,
        };
        let params =
            Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).map_err(|_| failed)?;
        let mut memory: Vec<Block> = Vec::new();
        memory
            .try_reserve_exact(params.block_count())
            .map_err(|_| failed)?;
        memory.resize(params.block_count(), Block::default());
        let key = on_clean_stack(|| {
            let mut key = SecretBytes::zeroed();
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                .hash_password_into_with_memory(
                    password.0.as_bytes(),
                    &salt.0,
                    key.as_mut(),
                    &mut memory,
                )
                .map(|()| key)
        });
        memory.zeroize();
        key.map_err(|_| failed)
    }
}

impl Default for KdfParams {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Costs {
    /// The parameters, if they are within the bounds.
    pub(crate) fn params(self) -> Result<KdfParams, FormatError> {
        KdfParams::new(self.memory_kib, self.passes, self.lanes)
            .map_err(|_| FormatError::KdfParameters)
    }
}

impl From<KdfParams> for Costs {
    fn from(params: KdfParams) -> Self {
        Self {
            memory_kib: params.memory_kib,
            passes: params.passes,
            lanes: params.lanes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn password(text: &str) -> Password {
        Password::new(text.to_owned())
    }

    #[test]
    fn the_same_characters_make_the_same_password() {
        assert_eq!(*password("Cafe\u{301}").0, *password("Caf\u{e9}").0);
        assert_eq!(*password("\u{ff21}").0, *password("A").0);
        assert_eq!(format!("{:?}", password("secret")), "Password(…)");
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(!password("ééééééé").is_long_enough());
        assert!(password("éééééééé").is_long_enough());
    }

    #[test]
    fn the_default_is_within_the_bounds_and_as_designed() {
        let default = KdfParams::default();
        assert_eq!(KdfParams::new(65536, 3, 1), Ok(default));
        // Computed with another implementation (tests/vectors/vault.json).
        let key = default
            .stretch(&password("correct horse battery staple"), &Bytes([7; 16]))
            .unwrap();
        let hex: String = key.as_array().iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(
            hex,
            "6ad10af97f1744119bd7135c85121dc589794f9c5d646200b8ad4d6becf15084"
        );
    }

    proptest! {
        #[test]
        fn what_is_stored_is_bounded(memory_kib: u32, passes in 0u32..40, lanes in 0u32..10) {
            let costs = Costs { memory_kib, passes, lanes };
            let bytes = crate::codec::encode(&costs).unwrap();
            let read = crate::codec::decode::<Costs>(&bytes).unwrap();
            prop_assert_eq!(read, costs);
            match KdfParams::new(memory_kib, passes, lanes) {
                Ok(params) => {
                    prop_assert_eq!(read.params(), Ok(params));
                    prop_assert_eq!(Costs::from(params), costs);
                }
                Err(_) => prop_assert_eq!(read.params(), Err(FormatError::KdfParameters)),
            }
        }

        #[test]
        fn accepted_costs_are_bearable(memory_kib in 0u32..2_000_000, passes in 0u32..40, lanes in 0u32..10) {
            if let Ok(params) = KdfParams::new(memory_kib, passes, lanes) {
                prop_assert!(params.memory_kib() <= 512 * 1024);
                prop_assert!(u64::from(params.memory_kib()) * u64::from(params.passes()) <= 2 << 20);
                prop_assert!(Params::new(memory_kib, passes, lanes, Some(32)).is_ok());
            }
        }
    }
}
