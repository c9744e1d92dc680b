//! Which groups of customers are kept back: those of a few, and those that would give them away.
//!
//! Segments and clusters are told by several analyses, and all of them must keep the same to themselves: it is decided here,
//! from the tables of customers. It must not know what is said of a group.

use super::Run;
use super::Scope;
use super::profile::Grouping;
use super::roster::segment_ids;
use crate::model::roster::CustomerTable;
use crate::stats::disclosure;
use crate::stats::disclosure::Printed;
use crate::stats::disclosure::Sum;
use std::collections::BTreeMap;

/// Whether the sizes of segments may be kept back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sizes {
    /// They may.
    MayGo,
    /// They are known: clusters within segments tell them in their evidence, customer by customer.
    Known,
}

impl Sizes {
    /// Reads off a memo whether anything tells them.
    pub fn of(scope: &Scope) -> Self {
        let has_clusters = scope.spec.memo.iter().any(|it| it.name.value == "clusters");
        if has_clusters { Self::Known } else { Self::MayGo }
    }
}

/// Adds to the options of an analysis what they would not say: that something else tells sizes.
pub fn with_sizes(mut options: serde_json::Value, sizes: Sizes) -> serde_json::Value {
    if sizes == Sizes::Known {
        options["sizes"] = "known".into();
    }
    options
}

/// Tells which segments of the roster's rules are kept back; one entry a segment.
pub fn segments(run: &Run, sizes: Sizes) -> Vec<bool> {
    let n = run.plan.roster.as_ref().map_or(0, |it| segment_ids(it).len());
    let tables: Vec<&CustomerTable> = run.panel.customers.iter().collect();
    let mut people = vec![vec![0; tables.len()]; n];
    for (side, table) in tables.iter().enumerate() {
        for segment in &table.segment {
            people[usize::from(*segment)][side] += 1;
        }
    }
    match sizes {
        Sizes::MayGo => disclosure::groups_left_out(&people, run.plan.min_cell),
        Sizes::Known => people
            .iter()
            .map(|it| disclosure::is_few(it, run.plan.min_cell))
            .collect(),
    }
}

/// Tells which groups of a table are kept back; one entry a group, and a last one for customers of none.
pub fn groups(run: &Run, grouping: &Grouping, sizes: Sizes, table: &CustomerTable) -> Vec<bool> {
    if grouping.definition.is_none() {
        return segments(run, sizes).into_iter().chain([false]).collect();
    }
    let n_groups = grouping.ids.len();
    // The segments that clusters lie within are known: what both part customers into is counted.
    let mut people: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    for (segment, group) in table.segment.iter().zip(grouping.of_rows(run.plan, table)) {
        let cell = (usize::from(*segment), (group as usize).min(n_groups));
        *people.entry(cell).or_default() += 1;
    }
    let cells = |of: &dyn Fn(&(usize, usize)) -> bool| -> Vec<usize> {
        let all = people.keys().enumerate();
        all.filter(|it| of(it.1)).map(|it| it.0).collect()
    };
    let of_group = |group: usize| Sum {
        cells: cells(&|it| it.1 == group),
        printed: Printed::WhereSafe,
    };
    let known = |cells: Vec<usize>| Sum {
        cells,
        printed: Printed::Always,
    };
    let n_segments = run.plan.roster.as_ref().map_or(0, |it| segment_ids(it).len());
    let of_segments = (0..n_segments).map(|segment| known(cells(&|it| it.0 == segment)));
    let total = known(cells(&|_| true));
    let sums: Vec<Sum> = (0..=n_groups).map(of_group).chain(of_segments).chain([total]).collect();
    let counts: Vec<Vec<u64>> = people.values().map(|n| vec![*n]).collect();
    let mut kept = disclosure::left_out(&counts, &sums, run.plan.min_cell);
    kept.truncate(n_groups + 1);
    kept
}
