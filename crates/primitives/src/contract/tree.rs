use crate::field::Fr;

/// Hashes two nodes.
pub(super) type NodeHash = fn(Fr, Fr) -> Fr;

/// A Merkle tree of fixed height with few leaves: empty subtrees are not stored.
pub(super) struct Tree {
    /// The nodes that depend on a leaf, level by level, leaves first.
    levels: Vec<Vec<Fr>>,
    /// The root of an empty subtree per level.
    empty: Vec<Fr>,
}

impl Tree {
    /// A tree of `2^height` leaves, the missing ones being `empty`. There must not be more leaves
    /// than that: the caller chooses the height.
    pub(super) fn new(height: usize, leaves: Vec<Fr>, empty: Fr, hash: NodeHash) -> Self {
        let mut tree = Self {
            levels: vec![leaves],
            empty: vec![empty],
        };
        for level in 0..height {
            let empty = tree.empty[level];
            let parents = tree.levels[level].chunks(2).map(|pair| match pair {
                [left, right] => hash(*left, *right),
                [left] => hash(*left, empty),
                _ => empty,
            });
            tree.levels.push(parents.collect());
            tree.empty.push(hash(empty, empty));
        }
        tree
    }

    /// The smallest height whose tree holds `leaves` leaves.
    pub(super) fn height_for(leaves: usize) -> usize {
        leaves.next_power_of_two().trailing_zeros() as usize
    }

    pub(super) fn root(&self) -> Fr {
        self.node(self.levels.len() - 1, 0)
    }

    /// The siblings on the way from a leaf to the root.
    pub(super) fn sibling_path(&self, leaf: usize) -> Vec<Fr> {
        (0..self.levels.len() - 1)
            .map(|level| self.node(level, (leaf >> level) ^ 1))
            .collect()
    }

    fn node(&self, level: usize, index: usize) -> Fr {
        let stored = self.levels.get(level).and_then(|nodes| nodes.get(index));
        let empty = || self.empty.get(level).copied().unwrap_or_default();
        stored.copied().unwrap_or_else(empty)
    }
}

/// The root that a leaf and its siblings lead to.
pub(super) fn root_from_path(leaf: Fr, siblings: &[Fr], index: u64, hash: NodeHash) -> Fr {
    let step = |(node, index), sibling: &Fr| {
        let parent = match index & 1 {
            0 => hash(node, *sibling),
            _ => hash(*sibling, node),
        };
        (parent, index >> 1)
    };
    siblings.iter().fold((leaf, index), step).0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::poseidon2_hash;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_leaf_leads_to_the_root(count in 1usize..20, extra in 0usize..3) {
            let hash: NodeHash = |left, right| poseidon2_hash(&[left, right]);
            let leaves: Vec<Fr> = (0..count as u64).map(|leaf| Fr::from(leaf + 1)).collect();
            let tree = Tree::new(Tree::height_for(count) + extra, leaves.clone(), Fr::ZERO, hash);
            for (index, leaf) in leaves.iter().enumerate() {
                let path = tree.sibling_path(index);
                let root = root_from_path(*leaf, &path, index as u64, hash);
                prop_assert_eq!(root, tree.root());
            }
        }
    }
}
