//! Which groups of customers are kept back: those of a few, and those that would give them away.
//!
//! Segments and clusters are told by several analyses, and all of them must keep the same to themselves: it is decided here,
//! from the tables of customers. It must not know what is said of a group.

use super::Run;
use super::profile::Grouping;
use super::roster::segment_ids;
use crate::model::roster::CustomerTable;
use crate::stats::disclosure;
use crate::stats::disclosure::Printed;
use crate::stats::disclosure::Sum;
use std::collections::BTreeMap;

/// Tells which segments of the roster's rules are kept back; one entry a segment.
pub fn segments(run: &Run) -> Vec<bool> {
    let n = run.plan.roster.as_ref().map_or(0, |it| segment_ids(it).len());
    let tables: Vec<&CustomerTable> = run.panel.customers.iter().collect();
    let mut people = vec![vec![0; tables.len()]; n];
    for (side, table) in tables.iter().enumerate() {
        for segment in &table.segment {
            people[usize::from(*segment)][side] += 1;
        }
    }
    disclosure::groups_left_out(&people, run.plan.min_cell)
}

/// Tells whether a crowd is a segment that is kept back: clusters, and the evidence for them, would tell its size.
pub fn is_crowd(run: &Run, id: &str) -> bool {
    let ids = run.plan.roster.as_ref().map_or_else(Vec::new, segment_ids);
    let place = ids.iter().position(|it| it == id);
    place.is_some_and(|it| segments(run)[it])
}

/// Tells which groups of a table are kept back; one entry a group, and a last one for customers of none.
///
/// How many are of none says what the data lack, and follows from the sizes of clusters: it is kept back where it would
/// give a cluster away, and not for its own sake.
pub fn groups(run: &Run, grouping: &Grouping, table: &CustomerTable) -> Vec<bool> {
    let of_segments = segments(run);
    if grouping.definition.is_none() {
        return of_segments.into_iter().chain([false]).collect();
    }
    let n_groups = grouping.ids.len();
    // Segments are told as well: what both part customers into is counted.
    let mut people: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    for (segment, group) in table.segment.iter().zip(grouping.of_rows(run.plan, table)) {
        let cell = (usize::from(*segment), (group as usize).min(n_groups));
        *people.entry(cell).or_default() += 1;
    }
    let cells = |of: &dyn Fn(&(usize, usize)) -> bool| -> Vec<usize> {
        let all = people.keys().enumerate();
        all.filter(|it| of(it.1)).map(|it| it.0).collect()
    };
    let counts: Vec<Vec<u64>> = people.values().map(|n| vec![*n]).collect();
    let of_group = |group: usize| {
        let cells = cells(&|it| it.1 == group);
        let n = cells.iter().map(|it| counts[*it][0]).sum();
        let is_only_said = group == n_groups && disclosure::is_few(&[n], run.plan.min_cell);
        let printed = if is_only_said {
            Printed::Always
        } else {
            Printed::WhereSafe
        };
        Sum { cells, printed }
    };
    let of_segment = |(segment, is_kept): (usize, &bool)| Sum {
        cells: cells(&|it| it.0 == segment),
        printed: if *is_kept { Printed::Never } else { Printed::Always },
    };
    let total = Sum {
        cells: cells(&|_| true),
        printed: Printed::Always,
    };
    let of_segments = of_segments.iter().enumerate().map(of_segment);
    let sums: Vec<Sum> = (0..=n_groups).map(of_group).chain(of_segments).chain([total]).collect();
    let mut kept = disclosure::left_out(&counts, &sums, run.plan.min_cell);
    kept.truncate(n_groups + 1);
    kept
}
