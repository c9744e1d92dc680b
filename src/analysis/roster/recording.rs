//! How the roster's figures become facts.
//!
//! It must not know how they are worded.

use super::declared;
use super::segment_ids;
use crate::analysis::Recorder;
use crate::analysis::Run;
use crate::analysis::groups::Groups;
use crate::analysis::kept;
use crate::analysis::shares::record_difference;
use crate::model::diagnostic::Diagnostic;
use crate::model::facts::Facts;
use crate::model::roster::CustomerTable;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::stats::disclosure;
use crate::stats::sum::sorted_quantile;

/// Computes and records everything.
pub(super) fn record(run: &Run) -> (Facts, Vec<Diagnostic>) {
    let roster = declared(run.plan);
    let ids = segment_ids(roster);
    let mut record = Recorder::new("roster");
    let mut warnings = Vec::new();
    // A change is of both tables: what one keeps back the other would give away.
    let kept = kept::segments(run);
    for (table, base) in run.panel.customers.iter().zip(["roster", "roster/before"]) {
        let window = table.window.map(|it| format!("{}/{}", it.from, it.until));
        record.about("", "", window.into_iter().collect());
        let of_row: Vec<u32> = table.segment.iter().map(|it| u32::from(*it)).collect();
        let groups = Groups {
            roster,
            table,
            ids: &ids,
            of_row: &of_row,
            kept: &kept,
            least: run.least(),
        };
        groups.record(&mut record, base);
        record_partition(run, &mut record, base, table);
    }
    if let [now, before] = run.panel.customers.as_slice() {
        record_changes(&mut record, &ids, &kept, [before, now]);
    }
    let Some(table) = run.panel.customers.first() else {
        return (record.facts, warnings);
    };
    let window = table.window.map(|it| format!("{}/{}", it.from, it.until));
    record.about("", "", window.into_iter().collect());
    record_features(run, &mut record, table);
    for (at, leaf) in roster.leaves().iter().enumerate() {
        let is_empty = table.segment.iter().all(|it| usize::from(*it) != at);
        if is_empty && !leaf.written.is_empty() && table.n_rows() > 0 {
            let message = format!("no customer is in the segment `{}` (`{}`)", leaf.label, leaf.written);
            let hint = "an earlier rule may take them: rules are tried in order";
            warnings.push(Diagnostic::warning("empty-segment", message).hint(hint));
        }
    }
    (record.facts, warnings)
}

/// Records the proof that every customer is in one segment.
fn record_partition(run: &Run, record: &mut Recorder, base: &str, table: &CustomerTable) {
    let roster = declared(run.plan);
    let mut sizes = vec![0_u64; roster.leaves().len()];
    for segment in &table.segment {
        sizes[usize::from(*segment)] += 1;
    }
    let placed: u64 = sizes.iter().sum();
    let mut customers = table.customer.clone();
    customers.dedup();
    let left = customers.len() as f64 - placed as f64;
    record.number(
        format!("{base}/not_placed"),
        Some(left),
        Unit::default(),
        "customers less the sum of all segments",
    );
}

/// Records how each segment's share of customers changed.
fn record_changes(record: &mut Recorder, ids: &[String], kept: &[bool], tables: [&CustomerTable; 2]) {
    let windows = tables.iter().filter_map(|it| it.window);
    record.about("", "", windows.map(|it| format!("{}/{}", it.from, it.until)).collect());
    for (at, id) in ids.iter().enumerate() {
        if kept[at] {
            record.withheld(format!("roster/{id}/change"), Unit::total(Quantity::SharePoints));
            continue;
        }
        let sides = tables.map(|table| {
            let n = table.segment.iter().filter(|it| usize::from(**it) == at).count();
            [n as u64, table.n_rows() as u64]
        });
        let method = "share of customers less that before, as of two samples: customers of both make it safer";
        record_difference(record, format!("roster/{id}/change"), sides, ids.len(), method);
    }
}

/// Records where features lie, for how many they are not defined, and how many customers are in each band.
fn record_features(run: &Run, record: &mut Recorder, table: &CustomerTable) {
    let roster = declared(run.plan);
    for (feature, values) in roster.features.iter().zip(&table.features) {
        let mut known: Vec<f64> = values.iter().filter_map(|it| *it).collect();
        known.sort_by(f64::total_cmp);
        let id = format!("roster/features/{}", feature.name);
        let missing = (values.len() - known.len()) as u64;
        let within = |band: usize| {
            let from = band.checked_sub(1).map_or(f64::NEG_INFINITY, |it| feature.bands[it]);
            let until = feature.bands.get(band).copied().unwrap_or(f64::INFINITY);
            known.iter().filter(|x| from <= **x && **x < until).count() as u64
        };
        // Bands part those for whom it is defined: one of few, and another with it, is kept back.
        let n_bands = if feature.bands.is_empty() {
            1
        } else {
            feature.bands.len() + 1
        };
        let bands: Vec<u64> = (0..n_bands).map(within).collect();
        let people: Vec<Vec<u64>> = bands.iter().chain([&missing]).map(|n| vec![*n]).collect();
        let kept = disclosure::groups_left_out(&people, run.plan.min_cell);
        record.count_unless(
            kept[n_bands],
            format!("{id}/missing"),
            missing,
            "customers for whom it is not defined",
        );
        for (name, share) in QUANTILES {
            let x = sorted_quantile(&known, share);
            record.number(
                format!("{id}/{name}"),
                x,
                feature.unit.clone(),
                "quantile over customers",
            );
        }
        for (band, n) in bands.iter().enumerate().filter(|_| !feature.bands.is_empty()) {
            let id = format!("{id}/band/{band}");
            record.count_unless(kept[band], id, *n, "customers in the band");
        }
    }
}

/// Quantiles that are recorded, by their names in ids.
pub(super) const QUANTILES: [(&str, f64); 5] =
    [("p5", 0.05), ("q1", 0.25), ("median", 0.5), ("q3", 0.75), ("p95", 0.95)];
