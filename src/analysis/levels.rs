//! Which level of a segment dimension a customer of an answer has, small levels merged.
//!
//! Customers of an answer and those of the attributes are numbered apart; columns are joined by one walk over both.
//! It must not know what is counted by level.

use super::Run;
use crate::model::labels::Labels;
use crate::model::panel::Dimension;
use crate::stats::merge;
use crate::stats::merge::Group;

/// Levels that are joined by name; more of them are "other".
const NAMED_TOGETHER: usize = 2;

/// The levels that a dimension is shown by.
pub struct Levels {
    /// What they are called; merged ones are "north or south", or "other".
    pub labels: Vec<String>,
    /// The place of each level of the dimension among them.
    place_of: Vec<u32>,
}

/// Returns the level of each customer of an answer in one dimension; `None` for one without attributes.
pub fn codes(run: &Run, dimension: usize, customers: &Labels) -> Vec<Option<u32>> {
    let attributes = &run.panel.attributes;
    let union = attributes.customers.union(customers);
    let mut code_of: Vec<Option<u32>> = vec![None; union.labels.len()];
    for (place, code) in union.left.iter().zip(&attributes.dimensions[dimension].codes) {
        code_of[*place as usize] = Some(u32::from(*code));
    }
    union.right.iter().map(|place| code_of[*place as usize]).collect()
}

impl Levels {
    /// Merges the levels of a dimension that have 1 to `min_cell` − 1 customers in one of their counts.
    ///
    /// `counts` holds the customers of each level: before and after, or whatever else is told of them. `None` where all
    /// together are too few to be shown.
    pub fn new<const N: usize>(dimension: &Dimension, counts: &[[u64; N]], min_cell: u64) -> Option<Self> {
        let keys: Vec<Vec<u16>> = (0_u16..).zip(counts).map(|(code, _)| vec![code]).collect();
        let merged = merge::merge_small(&keys, counts, min_cell);
        let is_small = |group: &Group<N>| merge::is_small(group.n_customers, min_cell);
        if merged.groups.iter().any(is_small) {
            return None;
        }
        // A level that nobody has on either side is nothing to show.
        let shown: Vec<usize> = (0..merged.groups.len())
            .filter(|&idx| merged.groups[idx].n_customers != [0; N])
            .collect();
        let place = |group: &usize| shown.iter().position(|it| it == group).unwrap_or(shown.len());
        Some(Self {
            labels: shown.iter().map(|&idx| name(&merged.groups[idx], dimension)).collect(),
            place_of: (merged.group_of.iter())
                .map(|group| u32::try_from(place(group)).expect("a dimension has few levels"))
                .collect(),
        })
    }

    /// Adds up what was counted by level of the dimension.
    pub fn sums<const N: usize>(&self, by_level: &[[u64; N]]) -> Vec<[u64; N]> {
        // One more place for levels that nobody has.
        let mut sums = vec![[0; N]; self.labels.len() + 1];
        for (place, counts) in self.place_of.iter().zip(by_level) {
            for (sum, count) in sums[*place as usize].iter_mut().zip(counts) {
                *sum += count;
            }
        }
        sums.truncate(self.labels.len());
        sums
    }
}

fn name<const N: usize>(group: &Group<N>, dimension: &Dimension) -> String {
    if NAMED_TOGETHER < group.segments.len() {
        return "other".to_owned();
    }
    let levels: Vec<&str> = group
        .segments
        .iter()
        .map(|&code| dimension.levels[code].as_str())
        .collect();
    levels.join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_levels_are_one_and_empty_ones_are_none() {
        let dimension = Dimension {
            levels: ["east", "north", "south", "west"].map(str::to_owned).to_vec(),
            ..Dimension::default()
        };
        let counts = [[4, 40], [50, 60], [0, 0], [7, 9]];
        let levels = Levels::new(&dimension, &counts, 10).expect("enough customers");
        assert_eq!(levels.labels, ["east or west", "north"]);
        assert_eq!(levels.sums(&counts), [[11, 49], [50, 60]]);
        assert!(Levels::new(&dimension, &[[4, 4], [0, 0], [0, 0], [0, 0]], 10).is_none());
    }
}
