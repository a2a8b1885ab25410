//! Preimages of hashes that circuits pass around: arguments, return values, calldata.

use std::collections::HashMap;

use pixie_primitives::Fr;

/// Values by their hash, within one transaction
/// (Aztec 4.1.2, pxe `HashedValuesCache`).
#[derive(Debug, Clone, Default)]
pub struct HashedValuesCache {
    values: HashMap<Fr, Vec<Fr>>,
}

impl HashedValuesCache {
    /// Keeps values under the hash that their producer gives. The hash is checked where a circuit
    /// uses the values, not here.
    pub fn store(&mut self, hash: Fr, values: Vec<Fr>) {
        self.values.insert(hash, values);
    }

    /// The values with this hash. Zero stands for no values.
    #[must_use]
    pub fn get(&self, hash: Fr) -> Option<&[Fr]> {
        if hash.is_zero() {
            Some(&[])
        } else {
            self.values.get(&hash).map(Vec::as_slice)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_stands_for_no_values() {
        let mut cache = HashedValuesCache::default();
        cache.store(Fr::ONE, vec![Fr::from(5u8)]);
        assert_eq!(cache.get(Fr::ZERO), Some([].as_slice()));
        assert_eq!(cache.get(Fr::ONE), Some([Fr::from(5u8)].as_slice()));
        assert_eq!(cache.get(Fr::from(2u8)), None);
    }
}
