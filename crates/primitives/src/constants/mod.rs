//! The protocol's constants for Aztec 4.1.2, generated from the reference's package.
//!
//! Names are the protocol's own. Counts, lengths, heights and indices are `usize`; gas, numbers of
//! blocks and identifiers `u32`; times in seconds and leaf counts `u64`; everything that is hashed or
//! stored as an element is [`Fr`]; addresses are [`AztecAddress`](crate::AztecAddress).

#[rustfmt::skip]
#[allow(missing_docs, reason = "the names are the protocol's; the reference documents them")]
mod generated;

pub use generated::*;

use crate::Fr;

pub use pixie_field::fr;

impl DomainSeparator {
    /// The separator as the element that is absorbed.
    #[must_use]
    pub fn to_field(self) -> Fr {
        Fr::from(self as u32)
    }
}

impl From<DomainSeparator> for u32 {
    fn from(separator: DomainSeparator) -> Self {
        separator as Self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_element_is_below_the_modulus() {
        assert_eq!(MAX_FIELD_VALUE + Fr::ONE, Fr::ZERO);
        assert_eq!(NULL_MSG_SENDER_CONTRACT_ADDRESS.to_field(), -Fr::ONE);
    }

    #[test]
    fn lengths_follow_from_their_parts() {
        assert_eq!(
            TX_REQUEST_LENGTH,
            2 + TX_CONTEXT_LENGTH + FUNCTION_DATA_LENGTH + 1
        );
        assert_eq!(PRIVATE_LOG_LENGTH, PRIVATE_LOG_SIZE_IN_FIELDS + 1);
        assert_eq!(1u64 << NOTE_HASH_TREE_HEIGHT, NOTE_HASH_TREE_LEAF_COUNT);
    }

    #[test]
    fn separators_differ() {
        let mut values: Vec<u32> = DomainSeparator::ALL
            .iter()
            .map(|(s, _)| u32::from(*s))
            .collect();
        values.sort_unstable();
        values.dedup();
        assert_eq!(values.len(), DomainSeparator::ALL.len());
    }
}
