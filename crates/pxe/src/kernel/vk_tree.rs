use pixie_primitives::Fr;
use pixie_primitives::constants::VK_TREE_HEIGHT;
use pixie_primitives::hash::poseidon2_hash;
use pixie_primitives::kernel::{VerificationKey, VkData};

/// The tree of the verification keys of all protocol circuits, of which each kernel's must be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VkTree {
    /// The nodes, level by level, leaves first.
    levels: Vec<Vec<Fr>>,
}

impl VkTree {
    /// The tree of these key hashes, in order; zeros follow them. Hashes beyond the tree's size are
    /// left out.
    #[must_use]
    pub fn new(leaves: &[Fr]) -> Self {
        let mut level = leaves.to_vec();
        level.resize(1 << VK_TREE_HEIGHT, Fr::ZERO);
        let mut levels = vec![level];
        for _ in 0..VK_TREE_HEIGHT {
            let parents = levels.last().map(|level| {
                let (pairs, _) = level.as_chunks::<2>();
                pairs.iter().map(|pair| poseidon2_hash(pair)).collect()
            });
            levels.extend(parents);
        }
        Self { levels }
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> Fr {
        let root = self.levels.last().and_then(|level| level.first());
        root.copied().unwrap_or_default()
    }

    /// The key with its place; none if it is not in the tree.
    #[must_use]
    pub fn locate(&self, vk: VerificationKey) -> Option<VkData> {
        let leaves = self.levels.first()?;
        let index = leaves.iter().position(|leaf| *leaf == vk.hash)?;
        let mut sibling_path = [Fr::ZERO; VK_TREE_HEIGHT];
        for (height, (place, level)) in sibling_path.iter_mut().zip(&self.levels).enumerate() {
            *place = *level.get((index >> height) ^ 1)?;
        }
        Some(VkData {
            vk,
            leaf_index: index as u32,
            sibling_path,
        })
    }
}

#[cfg(test)]
mod tests {
    use pixie_primitives::trees::MembershipWitness;

    use super::*;

    #[test]
    fn every_key_leads_to_the_root() {
        let leaves: Vec<Fr> = (1u64..=65).map(Fr::from).collect();
        let tree = VkTree::new(&leaves);
        for (index, leaf) in leaves.iter().enumerate() {
            let vk = VerificationKey {
                hash: *leaf,
                ..VerificationKey::default()
            };
            let data = tree.locate(vk).unwrap();
            assert_eq!(data.leaf_index as usize, index);
            let witness = MembershipWitness {
                leaf_index: index as u64,
                sibling_path: data.sibling_path,
            };
            assert!(witness.proves(*leaf, tree.root()));
        }
        let unknown = VerificationKey {
            hash: Fr::from(66u64),
            ..VerificationKey::default()
        };
        assert_eq!(tree.locate(unknown), None);
    }
}
