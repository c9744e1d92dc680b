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
use crate::analysis::groups::MIN_CELL;
use crate::analysis::roster::declared;
use crate::analysis::shares::record_difference;
use crate::analysis::shares::record_share;
use crate::model::facts::Facts;
use crate::model::facts::Interval;
use crate::model::facts::Value;
use crate::model::roster::CustomerTable;
use crate::model::unit::Unit;
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
    let groups = Groups {
        roster,
        table,
        ids: &grouping.ids,
        of_row: &of_row,
    };
    groups.record(&mut record, "profile");
    let features = columns(run, table);
    let n_large = (0..grouping.ids.len())
        .filter(|group| MIN_CELL <= of_row.iter().filter(|it| **it as usize == *group).count())
        .count();
    for (group, id) in grouping.ids.iter().enumerate() {
        let own: Vec<usize> = (0..of_row.len()).filter(|row| of_row[*row] as usize == group).collect();
        if own.len() < MIN_CELL {
            continue;
        }
        record_features(run, &mut record, id, &features, &own);
        record_attributes(run, &mut record, table, id, &own, n_large);
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
fn record_features(run: &Run, record: &mut Recorder, id: &str, columns: &[Vec<Option<f64>>], own: &[usize]) {
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
        let known = MIN_CELL <= group.len() && width > 0.0;
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
    id: &str,
    own: &[usize],
    n_groups: usize,
) {
    let dimensions = &run.panel.attributes.dimensions;
    let n_rest = table.n_rows() - own.len();
    let n_at_once = dimensions.iter().map(|it| it.levels.len()).sum::<usize>() * n_groups;
    for dimension in dimensions {
        let level = |row: &usize| usize::from(dimension.codes[table.customer[*row] as usize]);
        let mut counts = vec![[0_u64; 2]; dimension.levels.len()];
        for row in 0..table.n_rows() {
            counts[level(&row)][1] += 1;
        }
        for row in own {
            counts[level(row)][0] += 1;
            counts[level(row)][1] -= 1;
        }
        for (level, [inside, outside]) in counts.into_iter().enumerate() {
            let id = format!("profile/{id}/attribute/{}/{level}", dimension.name);
            record.text(
                format!("{id}/level"),
                &*dimension.levels[level],
                "level of an attribute",
            );
            let whole = own.len() as u64;
            record_share(
                record,
                format!("{id}/share"),
                [inside, whole],
                "share of the group’s customers",
            );
            let rest = [outside, n_rest as u64];
            record_share(record, format!("{id}/elsewhere"), rest, "share of all other customers");
            if MIN_CELL <= n_rest {
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
