//! The sizes in which reset kernels exist, and the choice among them (Aztec 4.1.2, stdlib
//! `findPrivateKernelResetDimensions` with the configuration of `noir-protocol-circuits-types`).

use pixie_primitives::kernel::PrivateKernelResetDimensions;

/// In which sizes a dimension exists, in the order of [`PrivateKernelResetDimensions`].
struct Sizes {
    /// Together with such sizes of all other dimensions.
    combined: &'static [u32],
    /// With all other dimensions zero.
    alone: &'static [u32],
    /// What one unit of the dimension costs.
    cost: u64,
}

const SIZES: [Sizes; 9] = [
    // Reads of pending and settled note hashes.
    sizes(&[32], &[64], 100),
    sizes(&[4, 16], &[64], 3000),
    // Reads of pending and settled nullifiers.
    sizes(&[32], &[64], 100),
    sizes(&[4, 16], &[64], 3000),
    // Key validation.
    sizes(&[4], &[64], 2500),
    // Squashing.
    sizes(&[4], &[64], 100),
    // Siloing of note hashes, nullifiers and private logs.
    sizes(&[4, 64], &[], 250),
    sizes(&[4, 64], &[], 150),
    sizes(&[4, 64], &[], 150),
];

/// Sizes that exist for all dimensions at once.
const UNIFORM: [u32; 4] = [4, 16, 32, 64];

/// The dimensions that silo, which happens once, in the last reset.
const SILOING: std::ops::Range<usize> = 6..9;

const fn sizes(combined: &'static [u32], alone: &'static [u32], cost: u64) -> Sizes {
    Sizes {
        combined,
        alone,
        cost,
    }
}

/// When a reset runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResetTime {
    /// Between two calls, to make room: it may leave something for later, and must not silo.
    Inner,
    /// After the last call: it must do all at once.
    Final,
}

/// The least size that is enough, or else the greatest.
fn pick(need: u32, sizes: &[u32]) -> Option<u32> {
    let enough = sizes.iter().copied().filter(|size| *size >= need).min();
    enough.or_else(|| sizes.iter().copied().max())
}

fn combined(requested: [u32; 9]) -> Option<[u32; 9]> {
    let mut dimensions = [0; 9];
    for ((place, need), sizes) in dimensions.iter_mut().zip(requested).zip(&SIZES) {
        *place = pick(need, sizes.combined)?;
    }
    Some(dimensions)
}

/// A kernel for a single dimension, if one dimension only is needed.
fn alone(requested: [u32; 9]) -> Option<[u32; 9]> {
    let mut needed = requested.iter().enumerate().filter(|(_, need)| **need > 0);
    let ((index, need), None) = (needed.next()?, needed.next()) else {
        return None;
    };
    let mut dimensions = [0; 9];
    *dimensions.get_mut(index)? = pick(*need, SIZES.get(index)?.alone)?;
    Some(dimensions)
}

fn cost(dimensions: [u32; 9]) -> u64 {
    let units = dimensions.iter().zip(&SIZES);
    units
        .map(|(units, size)| u64::from(*units) * size.cost)
        .sum()
}

/// How much a kernel of these dimensions leaves undone.
fn remainder(requested: [u32; 9], dimensions: [u32; 9]) -> u32 {
    let pairs = requested.into_iter().zip(dimensions);
    pairs.map(|(need, have)| need.saturating_sub(have)).sum()
}

/// The kernel for what is requested: the cheapest that does all of it, or else, between calls, the
/// one that leaves least. None if no kernel will do.
#[must_use]
pub fn find_dimensions(
    requested: PrivateKernelResetDimensions,
    time: ResetTime,
) -> Option<PrivateKernelResetDimensions> {
    let requested = requested.to_array();
    let candidates = [combined(requested), alone(requested)]
        .into_iter()
        .flatten()
        .chain(UNIFORM.map(|size| [size; 9]));
    let allowed = candidates.filter(|dimensions| match time {
        ResetTime::Inner => dimensions.iter().skip(SILOING.start).all(|size| *size == 0),
        ResetTime::Final => remainder(requested, *dimensions) == 0,
    });
    // Of equals the first counts.
    allowed
        .min_by_key(|dimensions| match remainder(requested, *dimensions) {
            0 => (0, cost(*dimensions)),
            left => (left, 0),
        })
        .map(PrivateKernelResetDimensions::from_array)
}

/// All dimensions in which reset kernels exist.
pub fn all_dimensions() -> impl Iterator<Item = PrivateKernelResetDimensions> {
    let mut combinations = vec![[0; 9]];
    for (index, sizes) in SIZES.iter().enumerate() {
        combinations = combinations
            .into_iter()
            .flat_map(|dimensions| {
                sizes.combined.iter().map(move |size| {
                    let mut dimensions = dimensions;
                    if let Some(place) = dimensions.get_mut(index) {
                        *place = *size;
                    }
                    dimensions
                })
            })
            .collect();
    }
    let alone = SIZES.iter().enumerate().flat_map(|(index, sizes)| {
        sizes.alone.iter().map(move |size| {
            let mut dimensions = [0; 9];
            if let Some(place) = dimensions.get_mut(index) {
                *place = *size;
            }
            dimensions
        })
    });
    combinations
        .into_iter()
        .chain(alone)
        .chain(UNIFORM.map(|size| [size; 9]))
        .map(PrivateKernelResetDimensions::from_array)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn find(requested: [u32; 9], time: ResetTime) -> Option<String> {
        let requested = PrivateKernelResetDimensions::from_array(requested);
        find_dimensions(requested, time).map(|dimensions| dimensions.to_string())
    }

    #[test]
    fn there_are_42_reset_kernels() {
        let all: Vec<_> = all_dimensions().collect();
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!((all.len(), distinct.len()), (42, 42));
    }

    #[test]
    fn the_cheapest_sufficient_kernel_is_taken() {
        let last = ResetTime::Final;
        let small = find([0, 2, 0, 0, 1, 0, 3, 4, 2], last);
        assert_eq!(small.as_deref(), Some("4_4_4_4_4_4_4_4_4"));
        let logs = find([5, 4, 0, 1, 1, 0, 3, 9, 5], last);
        assert_eq!(logs.as_deref(), Some("32_4_32_4_4_4_4_64_64"));
        let keys = find([0, 0, 0, 0, 5, 0, 0, 1, 0], last);
        assert_eq!(keys.as_deref(), Some("16_16_16_16_16_16_16_16_16"));
        let largest = find([64; 9], last);
        assert_eq!(largest.as_deref(), Some("64_64_64_64_64_64_64_64_64"));
        assert_eq!(find([65, 0, 0, 0, 0, 0, 0, 0, 0], last), None);
    }

    #[test]
    fn between_calls_only_kernels_that_do_not_silo_are_taken() {
        let inner = ResetTime::Inner;
        let pending = find([3, 0, 0, 0, 0, 0, 0, 0, 0], inner);
        assert_eq!(pending.as_deref(), Some("64_0_0_0_0_0_0_0_0"));
        let squash = find([0, 0, 0, 0, 0, 64, 0, 0, 0], inner);
        assert_eq!(squash.as_deref(), Some("0_0_0_0_0_64_0_0_0"));
        assert_eq!(find([1, 1, 0, 0, 0, 0, 0, 0, 0], inner), None);
    }

    proptest! {
        #[test]
        fn a_final_choice_suffices_and_exists(requested in prop::array::uniform9(0u32..=64)) {
            let requested = PrivateKernelResetDimensions::from_array(requested);
            let found = find_dimensions(requested, ResetTime::Final);
            let found = found.ok_or_else(|| TestCaseError::fail("nothing found"))?;
            prop_assert!(found.covers(requested));
            prop_assert!(all_dimensions().any(|dimensions| dimensions == found));
            let cheaper = all_dimensions().filter(|other| other.covers(requested));
            let least = cheaper.map(|other| cost(other.to_array())).min();
            prop_assert!(least.is_some_and(|least| least <= cost(found.to_array())));
        }
    }
}
