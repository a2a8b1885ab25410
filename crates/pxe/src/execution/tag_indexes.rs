//! Which tags a transaction under execution has used.

use pixie_primitives::tagging::{ExtendedDirectionalAppTaggingSecret, PreTag};

/// The last index used for every secret, in the order of first use
/// (Aztec 4.1.2, pxe `ExecutionTaggingIndexCache`).
#[derive(Debug, Default)]
pub struct TagIndexes {
    // A transaction has few secrets: some recipients times some contracts.
    used: Vec<PreTag>,
}

impl TagIndexes {
    /// The last index used for a secret.
    #[must_use]
    pub fn last_used(&self, secret: &ExtendedDirectionalAppTaggingSecret) -> Option<u32> {
        let used = self.used.iter().find(|tag| tag.extended_secret == *secret);
        used.map(|tag| tag.index)
    }

    /// Notes that an index is used.
    pub fn set(&mut self, secret: ExtendedDirectionalAppTaggingSecret, index: u32) {
        let mut used = self.used.iter_mut();
        match used.find(|tag| tag.extended_secret == secret) {
            Some(tag) => tag.index = index,
            None => self.used.push(PreTag {
                extended_secret: secret,
                index,
            }),
        }
    }

    /// All secrets with the last index used.
    #[must_use]
    pub fn used(&self) -> &[PreTag] {
        &self.used
    }
}

#[cfg(test)]
mod tests {
    use pixie_primitives::{AztecAddress, Fr};

    use super::*;

    #[test]
    fn the_last_index_of_each_secret_is_kept_in_order_of_first_use() {
        let [one, other] = [1u8, 2].map(|n| {
            ExtendedDirectionalAppTaggingSecret::from_parts(Fr::from(n), AztecAddress::from(3))
        });
        let mut indexes = TagIndexes::default();
        assert_eq!(indexes.last_used(&one), None);
        indexes.set(one.clone(), 4);
        indexes.set(other.clone(), 0);
        indexes.set(one.clone(), 5);
        assert_eq!(indexes.last_used(&one), Some(5));
        let order: Vec<_> = indexes.used().iter().map(|tag| tag.index).collect();
        assert_eq!(order, [5, 0]);
        assert!(indexes.used()[1].extended_secret == other);
    }
}
