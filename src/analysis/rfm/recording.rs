//! How RFM's figures become facts.
//!
//! It must not know how they are worded.

use super::Told;
use super::crowd::Crowd;
use super::crowd::crowd;
use super::crowd::migration;
use super::segments::Segment;
use crate::analysis::Recorder;
use crate::analysis::Run;
use crate::model::diagnostic::Diagnostic;
use crate::model::facts::Facts;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::stats::fifths::N_CLASSES;
use crate::stats::sum::exact_sum;
use crate::stats::sum::quantile;

/// Below this a fifth is a handful of people.
const FEW_CUSTOMERS: usize = 50;

/// What a customer of no segment before, or of none now, is called in ids.
pub(super) const JOINED: &str = "joined";
/// As [`JOINED`].
pub(super) const LEFT: &str = "left";

/// The scores' names in ids, in the order of a code.
pub(super) const SCORES: [&str; 3] = ["recency", "frequency", "monetary"];

/// Computes and records everything.
pub(super) fn record(told: &Told, run: &Run) -> (Facts, Vec<Diagnostic>) {
    let mut record = Recorder::new("rfm");
    let windows = told.windows(run.plan);
    let now = crowd(told, run, windows[0]);
    let spans: Vec<String> = windows.iter().map(|it| format!("{}/{}", it.from, it.until)).collect();
    record.about("", "", vec![spans[0].clone()]);
    record_crowd(told, run, &mut record, "rfm", &now);
    record_ranges(told, run, &mut record, &now);
    let mut warnings = Vec::new();
    if now.who.len() < FEW_CUSTOMERS {
        let message = format!(
            "{} customers bought in the window of `rfm`: a fifth of them is a handful",
            now.who.len()
        );
        warnings.push(Diagnostic::warning("too-few-customers", message));
    }
    if let (Some(window), Some(span)) = (windows.get(1), spans.get(1)) {
        let before = crowd(told, run, *window);
        record.about("", "", vec![span.clone()]);
        record_crowd(told, run, &mut record, "rfm/before", &before);
        record.about("", "", spans.clone());
        record_migration(&mut record, &before, &now);
    }
    (record.facts, warnings)
}

/// Records customers, spend and medians by segment.
fn record_crowd(told: &Told, run: &Run, record: &mut Recorder, base: &str, crowd: &Crowd) {
    let [frequency, monetary] = told.metrics(run.plan);
    let money = &monetary.unit;
    let share = Unit::total(Quantity::Share);
    let total = exact_sum(&crowd.monetary);
    let n = crowd.who.len();
    let count = |n: usize| Some(n as f64);
    record.number(
        format!("{base}/customers"),
        count(n),
        Unit::default(),
        "customers who bought in the window",
    );
    record.number(format!("{base}/spend"), Some(total), money.clone(), &monetary.written);
    let mut at_risk = (0, Vec::new());
    for segment in Segment::ALL {
        let id = format!("{base}/{}", segment.slug());
        let of = |values: &[f64]| -> Vec<f64> {
            let all = values.iter().zip(&crowd.segments);
            all.filter(|it| *it.1 == segment).map(|it| *it.0).collect()
        };
        let spend = of(&crowd.monetary);
        let sum = exact_sum(&spend);
        if Segment::AT_RISK.contains(&segment) {
            at_risk.0 += spend.len();
            at_risk.1.push(sum);
        }
        let part = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
        record.number(
            format!("{id}/customers"),
            count(spend.len()),
            Unit::default(),
            "customers of the segment",
        );
        record.number(
            format!("{id}/share"),
            part(spend.len() as f64, n as f64),
            share.clone(),
            "share of customers",
        );
        record.number(
            format!("{id}/spend"),
            Some(sum),
            money.clone(),
            "sum over the segment’s customers",
        );
        record.number(
            format!("{id}/spend_share"),
            part(sum, total),
            share.clone(),
            "share of all customers’ sum",
        );
        let medians = [&crowd.recency, &crowd.frequency, &crowd.monetary].map(|it| quantile(&of(it), 0.5));
        let units = [Unit::default(), frequency.unit.clone(), money.clone()];
        for ((score, median), unit) in SCORES.iter().zip(medians).zip(units) {
            record.number(
                format!("{id}/median_{score}"),
                median,
                unit,
                "median over the segment’s customers",
            );
        }
    }
    let sum = exact_sum(&at_risk.1);
    record.number(
        format!("{base}/at_risk/customers"),
        count(at_risk.0),
        Unit::default(),
        "customers at risk",
    );
    record.number(
        format!("{base}/at_risk/spend"),
        Some(sum),
        money.clone(),
        "what customers at risk brought",
    );
    let part = (total > 0.0).then(|| sum / total);
    record.number(
        format!("{base}/at_risk/spend_share"),
        part,
        share,
        "share of all customers’ sum",
    );
}

/// Records from where to where each score runs, and how many have it.
fn record_ranges(told: &Told, run: &Run, record: &mut Recorder, crowd: &Crowd) {
    let [frequency, monetary] = told.metrics(run.plan);
    let units = [Unit::default(), frequency.unit.clone(), monetary.unit.clone()];
    let columns = [&crowd.recency, &crowd.frequency, &crowd.monetary];
    for (place, (name, unit)) in SCORES.iter().zip(units).enumerate() {
        for score in 1..=N_CLASSES {
            let id = format!("rfm/scores/{name}/{score}");
            let scored = columns[place].iter().zip(&crowd.codes);
            let values: Vec<f64> = scored.filter(|it| it.1[place] == score).map(|it| *it.0).collect();
            let n = Some(values.len() as f64);
            record.number(
                format!("{id}/customers"),
                n,
                Unit::default(),
                "customers with the score",
            );
            let low = values.iter().copied().reduce(f64::min);
            let high = values.iter().copied().reduce(f64::max);
            record.number(format!("{id}/low"), low, unit.clone(), "lowest value with the score");
            record.number(format!("{id}/high"), high, unit.clone(), "highest value with the score");
        }
    }
}

/// Records how many went from where to where.
fn record_migration(record: &mut Recorder, before: &Crowd, now: &Crowd) {
    let counts = migration(before, now);
    let slug = |place: usize, none: &'static str| Segment::ALL.get(place).map_or(none, |it| it.slug());
    let nobody = Segment::ALL.len();
    let (mut slipped, mut joined, mut left) = (0, 0, 0);
    for (from, row) in counts.iter().enumerate() {
        for (to, n) in row.iter().enumerate() {
            let id = format!("rfm/migration/{}/{}", slug(from, JOINED), slug(to, LEFT));
            let method = "customers by segment before and now";
            record.number(id, Some(*n as f64), Unit::default(), method);
            let is_at_risk = |place: usize| Segment::ALL.get(place).is_some_and(|it| Segment::AT_RISK.contains(it));
            joined += if from == nobody { *n } else { 0 };
            left += if to == nobody { *n } else { 0 };
            if from < nobody && !is_at_risk(from) && is_at_risk(to) {
                slipped += n;
            }
        }
    }
    let mut count = |name: &str, n: u64, method: &str| {
        record.number(format!("rfm/{name}"), Some(n as f64), Unit::default(), method);
    };
    count(
        "slipped",
        slipped,
        "customers at risk now, and in another segment before",
    );
    count(
        "joined",
        joined,
        "customers who bought in this window, and not in the comparison’s",
    );
    count(
        "left",
        left,
        "customers who bought in the comparison’s window, and not in this",
    );
}
