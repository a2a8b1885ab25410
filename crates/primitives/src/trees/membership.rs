use super::bytes_as_fields;
use crate::codec::{DecodeError, FieldReader, FromFields, ToFields};
use crate::field::Fr;
use crate::hash::poseidon2_hash;
use crate::json::json_as_base64;

/// Where a leaf is in a tree of height `N`, with what is needed to compute the root from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MembershipWitness<const N: usize> {
    /// The index of the leaf.
    pub leaf_index: u64,
    /// The siblings from the leaf up.
    pub sibling_path: [Fr; N],
}
bytes_as_fields!([const N: usize] MembershipWitness<N>, 1 + N);
json_as_base64!([const N: usize] MembershipWitness<N>);

impl<const N: usize> MembershipWitness<N> {
    /// The root of the tree in which this leaf is at this place, for trees that hash with Poseidon2.
    #[must_use]
    pub fn root(&self, leaf: Fr) -> Fr {
        let mut node = leaf;
        for (level, sibling) in self.sibling_path.iter().enumerate() {
            let is_right = self.leaf_index.checked_shr(level as u32).unwrap_or(0) & 1 == 1;
            node = if is_right {
                poseidon2_hash(&[*sibling, node])
            } else {
                poseidon2_hash(&[node, *sibling])
            };
        }
        node
    }

    /// Whether the leaf is at this place in the tree with this root. An index beyond the tree is
    /// refused.
    #[must_use]
    pub fn proves(&self, leaf: Fr, root: Fr) -> bool {
        self.leaf_index.checked_shr(N as u32).unwrap_or(0) == 0 && self.root(leaf) == root
    }
}

impl<const N: usize> Default for MembershipWitness<N> {
    fn default() -> Self {
        Self {
            leaf_index: 0,
            sibling_path: [Fr::ZERO; N],
        }
    }
}

impl<const N: usize> ToFields for MembershipWitness<N> {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        self.leaf_index.write_fields(out);
        out.extend_from_slice(&self.sibling_path);
    }
}

impl<const N: usize> FromFields for MembershipWitness<N> {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            leaf_index: reader.read()?,
            sibling_path: reader.read()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_witness_proves_its_leaf_only() {
        let [a, b, c, d] = [1u8, 2, 3, 4].map(Fr::from);
        let left = poseidon2_hash(&[a, b]);
        let right = poseidon2_hash(&[c, d]);
        let root = poseidon2_hash(&[left, right]);
        let witness = MembershipWitness::<2> {
            leaf_index: 2,
            sibling_path: [d, left],
        };
        assert!(witness.proves(c, root));
        assert!(!witness.proves(d, root));
        let beyond = MembershipWitness {
            leaf_index: 6,
            ..witness
        };
        assert_eq!(beyond.root(c), root);
        assert!(!beyond.proves(c, root));
    }
}
