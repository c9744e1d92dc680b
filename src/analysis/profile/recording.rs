//! How profiles become facts: differences of features and attributes, and typical customers.
//!
//! It must not know how they are worded.

use super::Grouping;
use super::Told;
use crate::analysis::Recorder;
use crate::analysis::Run;
use crate::analysis::clusters::scaled;
use crate::analysis::definition::Crowd;
use crate::analysis::groups::Groups;
use crate::analysis::kept;
use crate::analysis::roster::declared;
use crate::analysis::shares::record_difference;
use crate::analysis::shares::record_share;
use crate::model::facts::Facts;
use crate::model::facts::Interval;
use crate::model::facts::Value;
use crate::model::roster::CustomerTable;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::stats::disclosure;
use crate::stats::disclosure::Printed;
use crate::stats::disclosure::Sum;
use crate::stats::sum::exact_sum;
use crate::stats::wilson;

/// Computes and records everything.
pub(super) fn record(told: &Told, run: &Run) -> Facts {
    let mut record = Recorder::new("profile");
    let roster = declared(run.plan);
    let (Some(grouping), Some(table)) = (Grouping::new(told.of, run.plan, run.facts), run.panel.customers.first())
    else {
        return record.facts;
    };
    let window = table.window.map(|it| format!("{}/{}", it.from, it.until));
    record.about("", "", window.into_iter().collect());
    record.list("profile/ids".into(), grouping.ids.clone(), "groups that are told");
    record.list("profile/names".into(), grouping.names.clone(), "what groups are called");
    let of_row = grouping.of_rows(run.plan, table);
    let kept = kept::groups(run, &grouping, table);
    let least = usize::try_from(run.least()).unwrap_or(usize::MAX);
    let groups = Groups {
        roster,
        table,
        ids: &grouping.ids,
        of_row: &of_row,
        kept: &kept,
        least: run.least(),
    };
    groups.record(&mut record, "profile");
    let features = columns(run, table);
    let n_large = (0..grouping.ids.len())
        .filter(|group| !kept[*group] && least <= of_row.iter().filter(|it| **it as usize == *group).count())
        .count();
    let crossed = Crossed::new(run, table, &of_row, &kept, &grouping.ids);
    for (group, id) in grouping.ids.iter().enumerate() {
        let own: Vec<usize> = (0..of_row.len()).filter(|row| of_row[*row] as usize == group).collect();
        if kept[group] || own.len() < least {
            continue;
        }
        record_features(run, &mut record, id, &features, &own, least);
        record_attributes(run, &mut record, table, &crossed, [group, n_large], &own);
        record_typical(told, run, &mut record, table, &grouping, group, &own, &features);
    }
    record.facts
}

/// All features after the steps of the roster; `None` where one is not defined.
fn columns(run: &Run, table: &CustomerTable) -> Vec<Vec<Option<f64>>> {
    let roster = declared(run.plan);
    let one = |at: usize| {
        let all: Vec<usize> = (0..table.n_rows()).collect();
        let steps = scaled(roster, &[at], table, &all);
        let step = |x: f64| steps[0].steps.iter().fold(x, |x, step| step.apply(x));
        table.features[at].iter().map(|x| x.map(step)).collect()
    };
    (0..roster.features.len()).map(one).collect()
}

/// Records each feature's mean of the group less that of all, in deviations of all.
fn record_features(
    run: &Run,
    record: &mut Recorder,
    id: &str,
    columns: &[Vec<Option<f64>>],
    own: &[usize],
    least: usize,
) {
    let roster = declared(run.plan);
    for (feature, column) in roster.features.iter().zip(columns) {
        let all: Vec<f64> = column.iter().filter_map(|it| *it).collect();
        let group: Vec<f64> = own.iter().filter_map(|row| column[*row]).collect();
        let mean = |values: &[f64]| exact_sum(values) / values.len().max(1) as f64;
        let deviation = |values: &[f64]| {
            let centre = mean(values);
            let squares: Vec<f64> = values.iter().map(|x| (x - centre) * (x - centre)).collect();
            libm::sqrt(exact_sum(&squares) / values.len().max(1) as f64)
        };
        let width = deviation(&all);
        let known = least <= group.len() && width > 0.0;
        let apart = known.then(|| (mean(&group) - mean(&all)) / width);
        let ends = apart.map(|x| {
            // The mean of a group of n has its own deviation over the root of n.
            let half = wilson::Z_95 * deviation(&group) / width / libm::sqrt(group.len() as f64);
            Interval {
                level_pct: 95,
                low: x - half,
                high: x + half,
            }
        });
        record.fact(
            format!("profile/{id}/apart/{}", feature.name),
            Value::Number(apart),
            Unit::default(),
            ends,
            Some(group.len() as u64),
            "mean of the group less that of all customers, in standard deviations, after the steps of the roster",
        );
    }
}

/// Records the share of each level of each attribute in the group, and how it differs from that among all others.
fn record_attributes(
    run: &Run,
    record: &mut Recorder,
    table: &CustomerTable,
    crossed: &Crossed,
    [group, n_groups]: [usize; 2],
    own: &[usize],
) {
    let dimensions = &run.panel.attributes.dimensions;
    let n_rest = table.n_rows() - own.len();
    let n_at_once = dimensions.iter().map(|it| it.levels.len()).sum::<usize>() * n_groups;
    for (dimension, (counts, kept)) in dimensions.iter().zip(crossed.counts.iter().zip(&crossed.kept)) {
        for level in 0..dimension.levels.len() {
            let id = format!("profile/{}/attribute/{}/{level}", crossed.ids[group], dimension.name);
            record.text(
                format!("{id}/level"),
                &*dimension.levels[level],
                "level of an attribute",
            );
            if kept[group][level] {
                record.withheld(format!("{id}/share"), Unit::total(Quantity::Share));
                record.withheld(format!("{id}/elsewhere"), Unit::total(Quantity::Share));
                continue;
            }
            let inside = counts[group][level];
            let outside = counts.iter().map(|it| it[level]).sum::<u64>() - inside;
            let whole = own.len() as u64;
            record_share(
                record,
                format!("{id}/share"),
                [inside, whole],
                "share of the group’s customers",
            );
            let rest = [outside, n_rest as u64];
            record_share(record, format!("{id}/elsewhere"), rest, "share of all other customers");
            if run.least() <= n_rest as u64 {
                let sides = [rest, [inside, whole]];
                record_difference(
                    record,
                    format!("{id}/difference"),
                    sides,
                    n_at_once,
                    "share inside less outside",
                );
            }
        }
    }
}

/// Groups crossed by the levels of each attribute, and which of the counts are kept back.
struct Crossed<'a> {
    ids: &'a [String],
    /// Customers by attribute, group and level; those of no group last.
    counts: Vec<Vec<Vec<u64>>>,
    /// Whether a count is kept back; same places.
    kept: Vec<Vec<Vec<bool>>>,
}

impl<'a> Crossed<'a> {
    fn new(run: &Run, table: &CustomerTable, of_row: &[u32], of_groups: &[bool], ids: &'a [String]) -> Self {
        let counts: Vec<Vec<Vec<u64>>> = run
            .panel
            .attributes
            .dimensions
            .iter()
            .map(|dimension| {
                let mut counts = vec![vec![0; dimension.levels.len()]; ids.len() + 1];
                for (customer, group) in table.customer.iter().zip(of_row) {
                    let level = usize::from(dimension.codes[*customer as usize]);
                    counts[(*group as usize).min(ids.len())][level] += 1;
                }
                counts
            })
            .collect();
        let kept = counts
            .iter()
            .map(|it| kept_of(it, of_groups, run.plan.min_cell))
            .collect();
        Self { ids, counts, kept }
    }
}

/// Tells which counts of a table of groups and levels are kept back. The sizes of groups are known unless they are kept, and
/// so are those of levels: beside a share stands that of all others.
fn kept_of(counts: &[Vec<u64>], of_groups: &[bool], min_cell: u64) -> Vec<Vec<bool>> {
    let (n_groups, n_levels) = (counts.len(), counts.first().map_or(0, Vec::len));
    let total = |level: usize| counts.iter().map(|it| it[level]).sum::<u64>();
    let of_levels: Vec<Vec<u64>> = (0..n_levels).map(|it| vec![total(it)]).collect();
    let levels_kept = disclosure::groups_left_out(&of_levels, min_cell);
    let cell = |group: usize, level: usize| group * n_levels + level;
    let known = |is_kept: bool| if is_kept { Printed::Never } else { Printed::Always };
    let mut sums = Vec::new();
    // Those of no group, the last, are not told.
    let of_all = of_groups.iter().take(n_groups - 1).copied().chain([true]);
    for (group, is_kept) in of_all.enumerate() {
        for (level, level_is_kept) in levels_kept.iter().enumerate() {
            let is_told = !is_kept && !level_is_kept;
            sums.push(Sum {
                cells: vec![cell(group, level)],
                printed: if is_told { Printed::WhereSafe } else { Printed::Never },
            });
        }
    }
    for (level, is_kept) in levels_kept.iter().enumerate() {
        sums.push(Sum {
            cells: (0..n_groups).map(|group| cell(group, level)).collect(),
            printed: known(*is_kept),
        });
    }
    for (group, is_kept) in of_groups.iter().enumerate() {
        sums.push(Sum {
            cells: (0..n_levels).map(|level| cell(group, level)).collect(),
            printed: known(*is_kept),
        });
    }
    let people: Vec<Vec<u64>> = counts.iter().flatten().map(|n| vec![*n]).collect();
    let kept = disclosure::left_out(&people, &sums, min_cell);
    (0..n_groups)
        .map(|group| (0..n_levels).map(|level| kept[cell(group, level)]).collect())
        .collect()
}

/// Records the customers nearest to the group's centre.
#[expect(clippy::too_many_arguments, reason = "all of it is read once, here")]
fn record_typical(
    told: &Told,
    run: &Run,
    record: &mut Recorder,
    table: &CustomerTable,
    grouping: &Grouping,
    group: usize,
    own: &[usize],
    columns: &[Vec<Option<f64>>],
) {
    let roster = declared(run.plan);
    let near = match grouping.crowd(group) {
        Some(crowd) => by_centre(run, table, crowd, own),
        None => by_mean(columns, own),
    };
    let id = &grouping.ids[group];
    for (place, row) in (1..).zip(near.into_iter().take(told.n_typical)) {
        let base = format!("profile/{id}/typical/{place}");
        let customer = run.panel.attributes.customers.text(table.customer[row] as usize);
        let masked = masked(run.plan.seed, &customer);
        record.text(
            format!("{base}/customer"),
            masked,
            "BLAKE3 of seed and id, cut to six letters",
        );
        for (feature, values) in roster.features.iter().zip(&table.features) {
            record.number(
                format!("{base}/{}", feature.name),
                values[row],
                feature.unit.clone(),
                "the customer’s own figure",
            );
        }
    }
}

/// Hides an id: the same for one memo, and not to be looked up.
pub(super) fn masked(seed: u64, id: &str) -> String {
    blake3::hash(format!("{seed}/{id}").as_bytes()).to_hex()[..6].to_owned()
}

/// Orders a cluster's rows by their distance from its centre.
fn by_centre(run: &Run, table: &CustomerTable, crowd: &Crowd, own: &[usize]) -> Vec<usize> {
    let (rows, values) = crowd.values(declared(run.plan), table);
    let mut near: Vec<(f64, usize)> = rows
        .iter()
        .zip(crowd.place(&values))
        .filter(|(row, _)| own.binary_search(row).is_ok())
        .map(|(row, (_, distance))| (distance, *row))
        .collect();
    near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    near.into_iter().map(|it| it.1).collect()
}

/// Orders a segment's rows by their distance from the mean of its features; rows without one of them last.
fn by_mean(columns: &[Vec<Option<f64>>], own: &[usize]) -> Vec<usize> {
    let centre: Vec<f64> = columns
        .iter()
        .map(|column| {
            let known: Vec<f64> = own.iter().filter_map(|row| column[*row]).collect();
            exact_sum(&known) / known.len().max(1) as f64
        })
        .collect();
    let distance = |row: &usize| {
        let squares: Vec<f64> = columns
            .iter()
            .zip(&centre)
            .map(|(column, centre)| column[*row].map_or(0.0, |x| (x - centre) * (x - centre)))
            .collect();
        let n_missing = columns.iter().filter(|it| it[*row].is_none()).count();
        (n_missing, exact_sum(&squares))
    };
    let mut near: Vec<(usize, f64, usize)> = own
        .iter()
        .map(|row| {
            let (n_missing, apart) = distance(row);
            (n_missing, apart, *row)
        })
        .collect();
    near.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
    near.into_iter().map(|it| it.2).collect()
}
