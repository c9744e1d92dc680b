//! Merges segments that have too few customers to be shown.
//!
//! A cell of three people is neither a finding nor anyone's business. What is merged is decided from counts and
//! the drivers' order alone, before any figure is formed, so that nothing small reaches facts, panels or tables.

use std::collections::BTreeMap;

/// What segments are shown as after merging.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged<const N: usize = 2> {
    /// The groups, in the order of their first segments.
    pub groups: Vec<Group<N>>,
    /// The place of each segment's group.
    pub group_of: Vec<usize>,
}

/// Segments that are shown as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<const N: usize = 2> {
    /// The segments' places, upwards.
    pub segments: Vec<usize>,
    /// One entry a driver: the level that all members share, `None` where they differ.
    pub levels: Vec<Option<u16>>,
    /// How many customers they have: before and after, or as many counts as are told of them.
    pub n_customers: [u64; N],
}

/// Merges segments that have 1…`min_cell`−1 customers in one of their counts.
///
/// `labels` holds each segment's level for every driver, the leading driver first; `n_customers` its customers
/// before and after, or more counts (a customer stands in one segment a count). Small segments that differ only in the last
/// driver become one; if that is still small, the smallest of their neighbours joins, until it is not; where
/// there is no neighbour, the next to last driver is dropped too, and so on. Nobody is not a few: 0 is not small.
///
/// Where all customers together are too few, one group remains and is itself small: see [`is_small`].
///
/// Source: definition; the reason for joining a neighbour is complementary suppression, as in Hundepool et al. (2012),
/// "Statistical Disclosure Control", §4.2: a lone small cell could be had by subtraction.
///
/// # Panics
/// Where the slices differ in length, or the segments in their number of labels.
pub fn merge_small<const N: usize>(labels: &[Vec<u16>], n_customers: &[[u64; N]], min_cell: u64) -> Merged<N> {
    assert_eq!(labels.len(), n_customers.len(), "all counts of each segment");
    let n_drivers = labels.first().map_or(0, Vec::len);
    assert!(labels.iter().all(|own| own.len() == n_drivers), "one level a driver");
    let mut groups: Vec<Group<N>> = labels
        .iter()
        .zip(n_customers)
        .enumerate()
        .map(|(idx, (own, n))| Group {
            segments: vec![idx],
            levels: own.iter().copied().map(Some).collect(),
            n_customers: *n,
        })
        .collect();
    for n_common in (0..n_drivers).rev() {
        // Ordered by the levels in common, and within them by first segment: the same groups on every run.
        let mut alike: BTreeMap<&[u16], Vec<Group<N>>> = BTreeMap::new();
        for group in groups {
            alike
                .entry(&labels[group.segments[0]][..n_common])
                .or_default()
                .push(group);
        }
        groups = alike
            .into_values()
            .flat_map(|groups| without_small(groups, min_cell))
            .collect();
    }
    groups.sort_by_key(|group| group.segments[0]);
    let mut group_of = vec![0; labels.len()];
    for (place, group) in groups.iter().enumerate() {
        for segment in &group.segments {
            group_of[*segment] = place;
        }
    }
    Merged { groups, group_of }
}

/// Makes one of two groups.
///
/// Source: definition.
///
/// # Panics
/// Where there are no two such groups.
pub fn join(merged: &Merged, a: usize, b: usize) -> Merged {
    assert!(a != b, "a group is one already");
    let of_both = joined(merged.groups[a].clone(), merged.groups[b].clone());
    let others = merged.groups.iter().enumerate().filter(|it| it.0 != a && it.0 != b);
    let mut groups: Vec<Group> = others.map(|it| it.1.clone()).chain([of_both]).collect();
    groups.sort_by_key(|group| group.segments[0]);
    let mut group_of = vec![0; merged.group_of.len()];
    for (place, group) in groups.iter().enumerate() {
        for segment in &group.segments {
            group_of[*segment] = place;
        }
    }
    Merged { groups, group_of }
}

/// Returns whether one of some counts is of 1…`min_cell`−1 customers.
///
/// Source: definition.
pub fn is_small<const N: usize>(n_customers: [u64; N], min_cell: u64) -> bool {
    n_customers.iter().any(|n| (1..min_cell).contains(n))
}

/// Makes one of the small groups, and lets the smallest of the others join it until it is not small.
fn without_small<const N: usize>(groups: Vec<Group<N>>, min_cell: u64) -> Vec<Group<N>> {
    let (small, mut kept): (Vec<Group<N>>, Vec<Group<N>>) = groups
        .into_iter()
        .partition(|group| is_small(group.n_customers, min_cell));
    let Some(mut rest) = small.into_iter().reduce(joined) else {
        return kept;
    };
    while is_small(rest.n_customers, min_cell) {
        // Nobody's group can help nobody; it would only carry its label away.
        let neighbours = kept.iter().enumerate().filter(|(_, group)| group.n_customers != [0; N]);
        let size = |group: &Group<N>| (group.n_customers.iter().sum::<u64>(), group.segments[0]);
        let Some((idx, _)) = neighbours.min_by_key(|(_, group)| size(group)) else {
            break;
        };
        rest = joined(rest, kept.remove(idx));
    }
    kept.push(rest);
    kept
}

fn joined<const N: usize>(mut a: Group<N>, b: Group<N>) -> Group<N> {
    a.segments.extend(b.segments);
    a.segments.sort_unstable();
    for (level, other) in a.levels.iter_mut().zip(b.levels) {
        *level = level.filter(|own| Some(*own) == other);
    }
    for (n, other) in a.n_customers.iter_mut().zip(b.n_customers) {
        *n += other;
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments(merged: &Merged) -> Vec<Vec<usize>> {
        merged.groups.iter().map(|group| group.segments.clone()).collect()
    }

    #[test]
    fn nothing_small_is_left_as_it_is() {
        let merged = merge_small(&[vec![0, 0], vec![0, 1]], &[[10, 12], [30, 0]], 10);
        assert_eq!(segments(&merged), [[0], [1]]);
        assert_eq!(merged.groups[1].levels, [Some(0), Some(1)]);
    }

    #[test]
    fn small_ones_that_differ_in_the_last_driver_become_one() {
        let labels = [vec![0, 0], vec![0, 1], vec![0, 2], vec![1, 0], vec![1, 1]];
        let merged = merge_small(&labels, &[[6, 20], [7, 9], [50, 50], [40, 40], [60, 60]], 10);
        assert_eq!(segments(&merged), [vec![0, 1], vec![2], vec![3], vec![4]]);
        assert_eq!(merged.group_of, [0, 0, 1, 2, 3]);
        assert_eq!(
            (merged.groups[0].n_customers, &merged.groups[0].levels),
            ([13, 29], &vec![Some(0), None])
        );
    }

    #[test]
    fn a_small_rest_takes_its_smallest_neighbour() {
        let labels = [vec![0, 0], vec![0, 1], vec![0, 2], vec![1, 0]];
        let merged = merge_small(&labels, &[[3, 20], [80, 80], [50, 50], [11, 11]], 10);
        assert_eq!(segments(&merged), [vec![0, 2], vec![1], vec![3]]);
    }

    #[test]
    fn without_a_neighbour_the_next_driver_is_dropped() {
        let labels = [vec![0, 0], vec![1, 0], vec![2, 0]];
        let merged = merge_small(&labels, &[[3, 20], [80, 80], [50, 50]], 10);
        assert_eq!(segments(&merged), [vec![0, 2], vec![1]]);
        assert_eq!(merged.groups[0].levels, [None, Some(0)]);
    }

    #[test]
    fn nobody_is_not_a_few() {
        let labels = [vec![0], vec![1], vec![2]];
        let merged = merge_small(&labels, &[[0, 0], [0, 10], [10, 0]], 10);
        assert_eq!(segments(&merged), [[0], [1], [2]]);
        assert!(!is_small([0, 10], 10) && is_small([1, 10], 10) && is_small([10, 9], 10));
    }

    #[test]
    fn too_few_in_all_remain_small() {
        let merged = merge_small(&[vec![0], vec![1]], &[[2, 2], [3, 3]], 10);
        assert_eq!(segments(&merged), [vec![0, 1]]);
        assert!(is_small(merged.groups[0].n_customers, 10));
    }

    #[test]
    fn every_segment_is_in_one_group() {
        let mut rng = crate::stats::rng::Seeded::new(3, 0);
        for _ in 0..500 {
            let labels: Vec<Vec<u16>> = (0..24_u16).map(|i| vec![i / 8, i / 2 % 4, i % 2]).collect();
            let counts: Vec<[u64; 2]> = labels.iter().map(|_| [rng.below(40), rng.below(40)]).collect();
            let merged = merge_small(&labels, &counts, 10);
            let mut all: Vec<usize> = merged.groups.iter().flat_map(|group| group.segments.clone()).collect();
            all.sort_unstable();
            assert_eq!(all, (0..24).collect::<Vec<_>>());
            assert!(
                merged.groups.iter().all(|group| !is_small(group.n_customers, 10)),
                "{merged:?}"
            );
            assert!((0..24).all(|segment| merged.groups[merged.group_of[segment]].segments.contains(&segment)));
        }
    }
}
