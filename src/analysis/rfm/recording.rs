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
use crate::analysis::moves;
use crate::model::diagnostic::Diagnostic;
use crate::model::facts::Facts;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::stats::disclosure;
use crate::stats::disclosure::Printed;
use crate::stats::disclosure::Sum;
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
    let before = windows.get(1).map(|it| crowd(told, run, *it));
    let kept = Kept::new(&now, before.as_ref(), run.plan.min_cell);
    record.about("", "", vec![spans[0].clone()]);
    record_crowd(told, run, &mut record, "rfm", (&now, &kept));
    record_ranges(told, run, &mut record, (&now, &kept));
    let mut warnings = Vec::new();
    if now.who.len() < FEW_CUSTOMERS {
        let message = format!(
            "{} customers bought in the window of `rfm`: a fifth of them is a handful",
            now.who.len()
        );
        warnings.push(Diagnostic::warning("too-few-customers", message));
    }
    if let (Some(before), Some(span)) = (before, spans.get(1)) {
        record.about("", "", vec![span.clone()]);
        record_crowd(told, run, &mut record, "rfm/before", (&before, &kept));
        record.about("", "", spans.clone());
        record_migration(&mut record, &migration(&before, &now), &kept, run.plan.min_cell);
    }
    (record.facts, warnings)
}

/// Records customers, spend and medians by segment.
fn record_crowd(told: &Told, run: &Run, record: &mut Recorder, base: &str, (crowd, kept): (&Crowd, &Kept)) {
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
        if kept.segments[segment as usize] {
            let counts = ["customers"].map(|it| (it.to_owned(), Unit::default()));
            let shares = ["share", "spend_share"].map(|it| (it.to_owned(), share.clone()));
            let medians = SCORES.map(|it| (format!("median_{it}"), Unit::default()));
            let spend = [("spend".to_owned(), money.clone())];
            for (name, unit) in counts.into_iter().chain(shares).chain(spend).chain(medians) {
                record.withheld(format!("{id}/{name}"), unit);
            }
            continue;
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
    if kept.at_risk {
        record.withheld(format!("{base}/at_risk/customers"), Unit::default());
        record.withheld(format!("{base}/at_risk/spend"), money.clone());
        record.withheld(format!("{base}/at_risk/spend_share"), share);
        return;
    }
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
fn record_ranges(told: &Told, run: &Run, record: &mut Recorder, (crowd, kept): (&Crowd, &Kept)) {
    let [frequency, monetary] = told.metrics(run.plan);
    let units = [Unit::default(), frequency.unit.clone(), monetary.unit.clone()];
    let columns = [&crowd.recency, &crowd.frequency, &crowd.monetary];
    for (place, (name, unit)) in SCORES.iter().zip(units).enumerate() {
        for score in 1..=N_CLASSES {
            let id = format!("rfm/scores/{name}/{score}");
            let scored = columns[place].iter().zip(&crowd.codes);
            let values: Vec<f64> = scored.filter(|it| it.1[place] == score).map(|it| *it.0).collect();
            if kept.scores[place][usize::from(score) - 1] {
                record.withheld(format!("{id}/customers"), Unit::default());
                record.withheld(format!("{id}/low"), unit.clone());
                record.withheld(format!("{id}/high"), unit.clone());
                continue;
            }
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
fn record_migration(record: &mut Recorder, counts: &[Vec<u64>], of_segments: &Kept, min_cell: u64) {
    let slug = |place: usize, none: &'static str| Segment::ALL.get(place).map_or(none, |it| it.slug());
    let nobody = Segment::ALL.len();
    let is_at_risk = |place: usize| Segment::ALL.get(place).is_some_and(|it| Segment::AT_RISK.contains(it));
    let all = || (0..=nobody).flat_map(|from| (0..=nobody).map(move |to| [from, to]));
    let slipped = all().filter(|[from, to]| *from < nobody && !is_at_risk(*from) && is_at_risk(*to));
    let sums = [
        (
            "slipped",
            slipped.collect(),
            "customers at risk now, and in another segment before",
        ),
        (
            JOINED,
            all().filter(|it| it[0] == nobody).collect::<Vec<[usize; 2]>>(),
            "customers who bought in this window, and not in the comparison’s",
        ),
        (
            LEFT,
            all().filter(|it| it[1] == nobody).collect(),
            "customers who bought in the comparison’s window, and not in this",
        ),
    ];
    let places: Vec<Vec<[usize; 2]>> = sums.iter().map(|it| it.1.clone()).collect();
    let kept = moves::kept(counts, [&of_segments.segments; 2], &places, min_cell);
    for [from, to] in all() {
        let id = format!("rfm/migration/{}/{}", slug(from, JOINED), slug(to, LEFT));
        let method = "customers by segment before and now";
        record.count_unless(kept.cells[from][to], id, counts[from][to], method);
    }
    for ((name, places, method), is_kept) in sums.iter().zip(kept.sums) {
        let n = places.iter().map(|[from, to]| counts[*from][*to]).sum();
        record.count_unless(is_kept, format!("rfm/{name}"), n, method);
    }
}

/// What is kept back of segments and scores: those of a few customers, and those that would give them away.
struct Kept {
    /// One a segment.
    segments: Vec<bool>,
    /// Those at risk, together.
    at_risk: bool,
    /// Recency, frequency and money: one a class, from the lowest.
    scores: [Vec<bool>; 3],
}

impl Kept {
    /// Decides for both windows at once. Recency and frequency make the segments: their classes are counted across.
    fn new(now: &Crowd, before: Option<&Crowd>, min_cell: u64) -> Self {
        let n = usize::from(N_CLASSES);
        let place = |code: &[u8; 3]| (usize::from(code[0]) - 1) * n + usize::from(code[1]) - 1;
        let crowds: Vec<&Crowd> = std::iter::once(now).chain(before).collect();
        let mut people = vec![vec![0; crowds.len()]; n * n];
        for (side, crowd) in crowds.iter().enumerate() {
            crowd.codes.iter().for_each(|code| people[place(code)][side] += 1);
        }
        let cells = |of: &dyn Fn([u8; 3]) -> bool, printed| {
            let codes = (1..=N_CLASSES).flat_map(|r| (1..=N_CLASSES).map(move |f| [r, f, 1]));
            Sum {
                cells: codes.filter(|it| of(*it)).map(|it| place(&it)).collect(),
                printed,
            }
        };
        let safe = Printed::WhereSafe;
        let of_segments = Segment::ALL
            .iter()
            .map(|own| cells(&|it| Segment::of(it) == *own, safe));
        let at_risk = cells(&|it| Segment::AT_RISK.contains(&Segment::of(it)), safe);
        let of_scores = [0, 1]
            .into_iter()
            .flat_map(|at| (1..=N_CLASSES).map(move |class| (at, class)));
        let of_scores: Vec<Sum> = of_scores
            .map(|(at, class)| cells(&|it| it[at] == class, safe))
            .collect();
        let total = cells(&|_| true, Printed::Always);
        let sums: Vec<Sum> = of_segments.chain([at_risk]).chain(of_scores).chain([total]).collect();
        let mut kept = disclosure::left_out(&people, &sums, min_cell).into_iter();
        let mut take = |n: usize| kept.by_ref().take(n).collect::<Vec<bool>>();
        let mut money = vec![vec![0]; n];
        now.codes
            .iter()
            .for_each(|code| money[usize::from(code[2]) - 1][0] += 1);
        Self {
            segments: take(Segment::ALL.len()),
            at_risk: take(1)[0],
            scores: [take(n), take(n), disclosure::groups_left_out(&money, min_cell)],
        }
    }
}
