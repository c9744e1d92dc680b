//! What deviation records of all categories together: who moved, in which order they rank, whether the market did.
//!
//! A partner reads the first few, so that the order is a figure as much as any other. It must not know how the
//! ranking will be drawn.

use super::Judged;
use super::OfMetric;
use super::Told;
use crate::analysis::Recorder;
use crate::analysis::Run;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;

/// A market moves when more than this share of its series deviate beyond chance in one direction.
const MARKET_SHARE: f64 = 0.5;

/// A category in the ranking.
pub(super) struct Ranked {
    /// True where its deviation survives the false-discovery control.
    named: bool,
    /// |CII| of the metric that it is ranked by.
    cii: f64,
    pub(super) category: usize,
    /// Index of the metric that it is ranked by.
    pub(super) metric: usize,
}

/// Records which categories moved beyond chance, in which order all of them rank, and whether the market moved.
pub(super) fn record_movers(told: &Told, run: &Run, record: &mut Recorder, by_metric: &[OfMetric], ranking: &[Ranked]) {
    record.about("", "", vec![run.plan.periods.target_name()]);
    for it in ranking {
        let id = format!("deviation/{}/led_by", run.slugs[it.category]);
        record.text(
            id,
            &run.plan.metrics[it.metric].name,
            "the metric that the category is ranked by",
        );
    }
    let slug = |it: &Ranked| run.slugs[it.category].clone();
    let movers: Vec<String> = ranking.iter().filter(|it| it.named).map(slug).collect();
    let one = |n: usize| Some(n as f64);
    record.number(
        "deviation/n_movers".into(),
        one(movers.len()),
        Unit::default(),
        "categories with any metric at or under the false-discovery rate",
    );
    record.number(
        "deviation/n_projected".into(),
        one(ranking.len()),
        Unit::default(),
        "categories with a projection",
    );
    record.number(
        "deviation/fdr".into(),
        Some(told.fdr),
        Unit::total(Quantity::Share),
        "declared false-discovery rate",
    );
    record.list("deviation/movers".into(), movers, "named categories, by |CII|");
    record.list(
        "deviation/ranking".into(),
        ranking.iter().map(slug).collect(),
        "all categories, movers first, by |CII|",
    );
    if let Some(first) = by_metric.first() {
        record_market(told, record, &first.judged);
    }
}

/// Ranks the categories: movers first, by |CII|.
///
/// Each is led by one metric: of those that name it, else of all, the one furthest from zero.
pub(super) fn ranking(told: &Told, run: &Run, by_metric: &[OfMetric]) -> Vec<Ranked> {
    let mut ranking: Vec<Ranked> = Vec::new();
    for category in 0..run.slugs.len() {
        let of_category: Vec<(usize, &Judged)> = by_metric
            .iter()
            .filter_map(|it| Some((it.metric, it.judged.iter().find(|it| it.category == category)?)))
            .collect();
        let furthest = |is_wanted: &dyn Fn(&Judged) -> bool| {
            let wanted = of_category.iter().filter(|(_, it)| is_wanted(it));
            // Of equals the first.
            wanted
                .rev()
                .max_by(|a, b| a.1.verdict.cii.abs().total_cmp(&b.1.verdict.cii.abs()))
        };
        if let Some((metric, it)) = furthest(&|it| it.q <= told.fdr).or_else(|| furthest(&|_| true)) {
            let (named, cii) = (it.q <= told.fdr, it.verdict.cii.abs());
            ranking.push(Ranked {
                named,
                cii,
                category,
                metric: *metric,
            });
        }
    }
    ranking.sort_by(|a, b| {
        b.named
            .cmp(&a.named)
            .then(b.cii.total_cmp(&a.cii))
            .then(a.category.cmp(&b.category))
    });
    ranking
}

/// Records where over half of the first metric's series moved together.
fn record_market(told: &Told, record: &mut Recorder, judged: &[Judged]) {
    let named = |sign: f64| {
        judged
            .iter()
            .filter(|it| it.q <= told.fdr && it.verdict.cii * sign > 0.0)
            .count()
    };
    for (sign, direction) in [(1.0, "rose"), (-1.0, "fell")] {
        let n = named(sign);
        if n as f64 > MARKET_SHARE * judged.len() as f64 {
            record.text(
                "deviation/market".into(),
                direction,
                "over half of the series deviate beyond chance in one direction",
            );
            record.number(
                "deviation/n_together".into(),
                Some(n as f64),
                Unit::default(),
                "series beyond chance in that direction",
            );
        }
    }
}
