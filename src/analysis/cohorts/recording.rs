//! What cohorts leave behind: the triangle, its means, who came back, the latest cohort, days, and levels.
//!
//! Numbers come from the kernels; here they get ids, units, intervals and counts. It must not know how they are worded.

use super::MOST_SHOWN;
use super::Told;
use super::following::Following;
use super::kept::Kept;
use crate::analysis::Recorder;
use crate::analysis::Run;
use crate::analysis::levels;
use crate::analysis::levels::Levels;
use crate::analysis::shares;
use crate::model::facts::Value;
use crate::model::period::Grain;
use crate::model::plan::Metric;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::stats::cohorts;
use crate::stats::disclosure;
use crate::words::text;
use std::ops::Range;

/// Cohorts whose customers count: those after the first period of the data, or all.
pub(super) const SCOPES: [&str; 2] = ["new", "all"];

/// Periods within which a customer who stays has come back.
pub(super) fn within(grain: Grain) -> u32 {
    match grain {
        Grain::Day => 7,
        Grain::Week | Grain::Quarter => 4,
        Grain::Month => 3,
        Grain::Year => 2,
    }
}

impl Told {
    /// Records all that is told of cohorts.
    pub(super) fn record(&self, run: &Run, record: &mut Recorder) {
        let following = Following::new(self, run);
        let periods = &following.periods;
        record.about("", "", following.names.clone());
        record.text(
            "cohorts/grain".into(),
            self.grain.noun(),
            "the length of a cohort’s periods",
        );
        let start = if following.is_cut { "cut" } else { "whole" };
        record.text(
            "cohorts/start".into(),
            start,
            "whether the data begin inside the first period",
        );
        let shown = periods.len().saturating_sub(MOST_SHOWN)..periods.len();
        let names = following.names[shown.clone()].to_vec();
        record.list("cohorts/shown".into(), names, "the latest cohorts, by first period");
        let n_cohorts = periods.len() as f64;
        record.number(
            "cohorts/count".into(),
            Some(n_cohorts),
            Unit::default(),
            "periods with a cohort",
        );
        let ones = vec![1; following.period.len()];
        let counts = triangle(&following, &ones, None);
        let kept = Kept::new(&counts, run.plan.min_cell);
        record_triangle(record, &following.names, (&counts, &kept), &shown, "kept");
        record_curves(record, (&counts, &kept), "kept");
        for (place, cohort) in shown.clone().zip(&counts[shown.clone()]) {
            let id = format!("cohorts/cohort/{}/size", following.names[place]);
            if kept.cells[place].first() == Some(&true) {
                record.withheld(id, Unit::count("customer"));
                continue;
            }
            record.number(
                id,
                cohort.first().copied(),
                Unit::count("customer"),
                "customers first active in this period",
            );
        }
        if let Some(value) = self.value {
            let amounts = triangle(&following, &following.value, Some(&run.plan.metrics[value]));
            record_triangle(record, &following.names, (&amounts, &kept), &shown, "value");
            record_curves(record, (&amounts, &kept), "value");
        }
        let told = self.record_returns(record, &following, run.plan.min_cell);
        record_latest(record, &following, &kept);
        record_activity(record, &following, (&counts, &kept));
        for &dimension in &self.by {
            self.record_levels(run, record, &following, dimension, &told);
        }
    }

    /// Records who came back, of new customers and of all; returns the cohorts that the memo tells of.
    fn record_returns(&self, record: &mut Recorder, following: &Following, min_cell: u64) -> Range<u32> {
        let n = u32::try_from(following.periods.len()).expect("a calendar has fewer periods than that");
        let mut told = 0..n.saturating_sub(1);
        let mut scope_told = "all";
        for (from, scope) in [(0, "all"), (1, "new")] {
            for (k, name) in [(1, "returned_1"), (within(self.grain), "returned")] {
                let range = from..n.saturating_sub(k);
                let [part, whole] = counted(following, k, &range);
                if scope == "new" && k == 1 && 0 < whole {
                    (told, scope_told) = (range, scope);
                }
                let method =
                    "share active at least once in the periods after the first, of cohorts seen for all of them";
                if disclosure::is_few(&[part, whole - part, whole], min_cell) {
                    record.withheld(format!("cohorts/{scope}/{name}"), Unit::total(Quantity::Share));
                    if k == 1 {
                        record.withheld(format!("cohorts/{scope}/churn_1"), Unit::total(Quantity::Share));
                    }
                    continue;
                }
                shares::record_share(record, format!("cohorts/{scope}/{name}"), [part, whole], method);
                if k == 1 {
                    record_followed(record, &format!("cohorts/{scope}"), whole);
                    let method = "share not active in the period after the first, of cohorts that saw it whole";
                    shares::record_share(
                        record,
                        format!("cohorts/{scope}/churn_1"),
                        [whole - part, whole],
                        method,
                    );
                }
            }
        }
        let k = f64::from(within(self.grain));
        record.number(
            "cohorts/within".into(),
            Some(k),
            Unit::default(),
            "periods within which `returned` looks",
        );
        let method = "`new` leaves out the first period of the data, `all` does not";
        record.text("cohorts/told".into(), scope_told, method);
        told
    }

    /// Records which levels come back more often than all others.
    fn record_levels(&self, run: &Run, record: &mut Recorder, following: &Following, idx: usize, told: &Range<u32>) {
        let dimension = &run.panel.attributes.dimensions[idx];
        let id = format!("cohorts/by/{}", text::slug(&dimension.name));
        let codes = levels::codes(run, idx, &following.customers);
        let n_levels = dimension.levels.len();
        let counts = cohorts::returned(&following.first, following.columns(), 1, told, &codes, n_levels);
        // Those who came back are the share that is printed of all.
        let merged = Levels::new(dimension, &counts, self.min_cell);
        let labels = merged.as_ref().map(|it| it.labels.clone()).unwrap_or_default();
        let method = "levels, those with too few customers merged; none where all together are too few";
        record.list(format!("{id}/levels"), labels, method);
        let Some(merged) = merged else { return };
        let sums = merged.sums(&counts);
        let [part, whole] = [0, 1].map(|place| sums.iter().map(|it| it[place]).sum::<u64>());
        for (place, own) in sums.iter().enumerate() {
            let id = format!("{id}/{}", place + 1);
            let method = "share active in the period after the first, of cohorts that saw it whole";
            shares::record_share(record, format!("{id}/returned_1"), *own, method);
            record_followed(record, &id, own[1]);
            let others = [part - own[0], whole - own[1]];
            let parts = [others, *own];
            shares::record_difference(
                record,
                format!("{id}/difference"),
                parts,
                sums.len(),
                "the level minus all others",
            );
        }
    }
}

fn record_followed(record: &mut Recorder, scope: &str, n: u64) {
    let method = "customers of cohorts that saw the period after their first whole";
    // Fewer than 2⁵³: the cast is exact.
    record.number(
        format!("{scope}/followed"),
        Some(n as f64),
        Unit::count("customer"),
        method,
    );
}

/// Sums by cohort and age, in the metric's unit.
fn triangle(following: &Following, amounts: &[i64], metric: Option<&Metric>) -> Vec<Vec<f64>> {
    let [period, customer] = following.columns();
    let sums = cohorts::triangle(&following.first, period, customer, amounts, following.periods.len());
    // Sums stay below 2^53 minor units; scale does not matter to a share, but a formula's own arithmetic does.
    let in_unit = |sum: i128| match metric {
        Some(metric) => metric.formula.value(&|_| Some(sum as f64)).unwrap_or(0.0),
        None => sum as f64,
    };
    sums.into_iter()
        .map(|row| row.into_iter().map(in_unit).collect())
        .collect()
}

fn record_triangle(
    record: &mut Recorder,
    names: &[String],
    (triangle, kept): (&[Vec<f64>], &Kept),
    shown: &Range<usize>,
    what: &str,
) {
    for cohort in shown.clone() {
        let row = &triangle[cohort];
        let began = row.first().copied().unwrap_or(0.0);
        let kept = &kept.cells[cohort];
        let is_told = |age: usize| 0.0 < began && !kept[age] && !kept[0];
        let values = row.iter().enumerate();
        let values = values.map(|(age, x)| is_told(age).then(|| x / began)).collect();
        let id = format!("cohorts/cohort/{}/{what}", names[cohort]);
        let periods = names[cohort..].to_vec();
        let method = "share of what the cohort began with, by period from its first on";
        let series = Value::Series { periods, values };
        record.fact(id, series, Unit::total(Quantity::Share), None, None, method);
    }
}

/// Records the mean over cohorts, each weighing as much as it began with.
fn record_curves(record: &mut Recorder, (triangle, kept): (&[Vec<f64>], &Kept), what: &str) {
    for (scope, from) in SCOPES.into_iter().zip([1, 0]) {
        let mut values = cohorts::mean_curve(triangle.get(from..).unwrap_or_default());
        for (value, is_kept) in values.iter_mut().zip(&kept.ages[from]) {
            *value = value.filter(|_| !is_kept);
        }
        let series = Value::Series {
            periods: (0..values.len()).map(|it| it.to_string()).collect(),
            values,
        };
        let method = "sum over cohorts k periods after their first, over what those cohorts began with; by k";
        let id = format!("cohorts/{scope}/{what}");
        record.fact(id, series, Unit::total(Quantity::Share), None, None, method);
    }
}

/// The latest cohort whose next period is whole, against all new ones before it.
fn record_latest(record: &mut Recorder, following: &Following, kept: &Kept) {
    let n = kept.cells.len();
    // The first period, one cohort before, the latest, and the period after it.
    if n < 4 {
        return;
    }
    let latest = u32::try_from(n - 2).expect("a calendar has fewer periods than that");
    let own = counted(following, 1, &(latest..latest + 1));
    let before = counted(following, 1, &(1..latest));
    let name = following.names[n - 2].clone();
    record.text(
        "cohorts/latest".into(),
        name,
        "the latest cohort whose next period is complete",
    );
    // The cohorts before are all but this one.
    if kept.cells[n - 2].iter().take(2).any(|it| *it) || kept.ages[1][..2].iter().any(|it| *it) {
        for name in ["returned_1", "before", "change"] {
            record.withheld(format!("cohorts/latest/{name}"), Unit::total(Quantity::Share));
        }
        return;
    }
    let method = "share active in the period after the first";
    shares::record_share(record, "cohorts/latest/returned_1".into(), own, method);
    shares::record_share(
        record,
        "cohorts/latest/before".into(),
        before,
        "the same of all new cohorts before",
    );
    let method = "the latest cohort minus those before";
    shares::record_difference(record, "cohorts/latest/change".into(), [before, own], 1, method);
}

/// Records how many were active a period, and on a mean day of it.
fn record_activity(record: &mut Recorder, following: &Following, (counts, kept): (&[Vec<f64>], &Kept)) {
    let periods = &following.names;
    let actives: Vec<Option<f64>> = (0..periods.len())
        .map(|period| Some((0..=period).map(|cohort| counts[cohort][period - cohort]).sum()))
        .zip(&kept.periods)
        .map(|(n, is_kept): (Option<f64>, &bool)| n.filter(|_| !is_kept))
        .collect();
    let sticky = |(n, day): (&Option<f64>, &Option<f64>)| {
        let n = n.filter(|n| 0.0 < *n)?;
        day.map(|day| day / n)
    };
    let stickiness = actives.iter().zip(&following.daily).map(sticky).collect();
    let mut series = |id: &str, values: Vec<Option<f64>>, unit: Unit, method: &str| {
        let periods = periods.clone();
        record.fact(id.into(), Value::Series { periods, values }, unit, None, None, method);
    };
    let customers = || Unit::count("customer");
    series(
        "cohorts/actives",
        actives,
        customers(),
        "customers active in the period",
    );
    series(
        "cohorts/daily",
        following.daily.clone(),
        customers(),
        "customers active on a day, mean of the period’s days",
    );
    let method = "customers active on a mean day over those active in the period";
    series("cohorts/stickiness", stickiness, Unit::total(Quantity::Share), method);
}

fn counted(following: &Following, within: u32, cohorts: &Range<u32>) -> [u64; 2] {
    let everybody = vec![Some(0); following.first.len()];
    let counts = cohorts::returned(&following.first, following.columns(), within, cohorts, &everybody, 1);
    counts.first().copied().unwrap_or_default()
}
