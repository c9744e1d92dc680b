//! Segments of a roster: customers crossed by dimensions, small ones merged.

use super::beside::Beside;
use crate::analysis::Run;
use crate::model::panel::Dimension;
use crate::model::panel::Roster;
use crate::stats::merge;
use crate::stats::merge::Group;
use crate::stats::split::Segment;
use crate::stats::sum::exact_sum;
use crate::words::text;

/// The segments that a category's change is split by.
pub struct Segments {
    /// Index of the segment, one a customer of the roster.
    pub of_customer: Vec<u32>,
    /// Labels, one a segment: "Rural, 2 people".
    pub labels: Vec<String>,
    /// The same for prose: "urbanicity Rural, household size 2".
    pub phrases: Vec<String>,
    /// True for what small segments were merged into.
    pub is_rest: Vec<bool>,
    /// Customers with a positive denominator, before and after.
    pub n_customers: Vec<[u64; 2]>,
}

/// Stands in a label for the levels of a dimension that were merged.
const MERGED: &str = "other";
/// Levels that are joined by name; more of them are "other".
const NAMED_TOGETHER: usize = 2;

impl Segments {
    /// Crosses the customers of a roster by dimensions, the leading one first, and merges small segments.
    ///
    /// `None` where all customers together are too few to be shown.
    pub fn new(run: &Run, roster: &Roster, crossed: &[usize], min_cell: u64) -> Option<Self> {
        let dimensions: Vec<&Dimension> = crossed.iter().map(|&it| &run.panel.attributes.dimensions[it]).collect();
        let key = |customer: &u32| {
            dimensions
                .iter()
                .map(|it| it.codes[*customer as usize])
                .collect::<Vec<u16>>()
        };
        let keys: Vec<Vec<u16>> = roster.customer.iter().map(key).collect();
        let mut distinct = keys.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let cell_of: Vec<usize> = keys
            .iter()
            .map(|key| {
                distinct
                    .binary_search(key)
                    .expect("every key is among the distinct ones")
            })
            .collect();
        let mut counts = vec![[0_u64; 2]; distinct.len()];
        for (i, &cell) in cell_of.iter().enumerate() {
            for (count, denominator) in counts[cell].iter_mut().zip(roster.denominator[i]) {
                *count += u64::from(denominator > 0.0);
            }
        }
        let merged = merge::merge_small(&distinct, &counts, min_cell);
        let merged = Beside::new(run, roster, crossed, &cell_of).safe(merged, min_cell);
        if merged
            .groups
            .iter()
            .any(|group| merge::is_small(group.n_customers, min_cell))
        {
            return None;
        }
        let place = |&cell: &usize| u32::try_from(merged.group_of[cell]).expect("fewer than four billion segments");
        Some(Self {
            of_customer: cell_of.iter().map(place).collect(),
            labels: merged
                .groups
                .iter()
                .map(|group| text::capitalised(&names(group, &distinct, &dimensions).join(", ")))
                .collect(),
            phrases: merged
                .groups
                .iter()
                .map(|group| phrase(&names(group, &distinct, &dimensions), &dimensions))
                .collect(),
            is_rest: merged
                .groups
                .iter()
                .map(|group| group.segments.len() > NAMED_TOGETHER)
                .collect(),
            n_customers: merged.groups.iter().map(|group| group.n_customers).collect(),
        })
    }

    /// Adds up both parts of the ratio by segment, before and after.
    pub fn parts(&self, roster: &Roster) -> Vec<Segment> {
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); self.labels.len()];
        for (i, &segment) in self.of_customer.iter().enumerate() {
            members[segment as usize].push(i);
        }
        let sum = |members: &[usize], of: &[[f64; 2]], side: usize| {
            exact_sum(&members.iter().map(|&i| of[i][side]).collect::<Vec<_>>())
        };
        let segment = |members: &Vec<usize>| Segment {
            numerator: [0, 1].map(|side| sum(members, &roster.numerator, side)),
            denominator: [0, 1].map(|side| sum(members, &roster.denominator, side)),
        };
        members.iter().map(segment).collect()
    }
}

/// Puts the dimension before each level.
fn phrase(names: &[String], dimensions: &[&Dimension]) -> String {
    let parts = names
        .iter()
        .zip(dimensions)
        .map(|(name, dimension)| format!("{} “{name}”", text::lowered(&dimension.label)));
    text::list(&parts.collect::<Vec<String>>())
}

/// Names a group by what its members have in common, then by what they differ in; one name a dimension.
fn names(group: &Group, distinct: &[Vec<u16>], dimensions: &[&Dimension]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (place, dimension) in dimensions.iter().enumerate() {
        if let Some(code) = group.levels[place] {
            names.push(dimension.levels[usize::from(code)].clone());
            continue;
        }
        let mut codes: Vec<u16> = group.segments.iter().map(|&cell| distinct[cell][place]).collect();
        codes.sort_unstable();
        codes.dedup();
        let is_last = place + 1 == dimensions.len();
        if is_last && codes.len() <= NAMED_TOGETHER {
            let levels: Vec<String> = codes
                .iter()
                .map(|&code| dimension.levels[usize::from(code)].clone())
                .collect();
            names.push(levels.join(" or "));
        } else {
            names.push(MERGED.to_owned());
            break;
        }
    }
    names
}
