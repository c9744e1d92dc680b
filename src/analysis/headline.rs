//! Headline: what a partner needs in thirty seconds.
//!
//! # Why a reader cares
//! Three to five sentences say whether anything moved beyond chance, what, by how much, against what, and
//! whether people changed what they do. Key figures stand below, each with its history.
//!
//! # Method
//! Totals are their own grouping set: a ratio's total is recomputed from its parts, never summed or averaged.
//! The sentences are made of facts of the other analyses, and of nothing else.
//!
//! # In a spec
//! ```yaml
//! - headline: { metrics: [spend, actives, spend_per_active] }
//! ```

use super::Analysis;
use super::Recorder;
use super::Run;
use super::Scope;
use super::Task;
use super::Tell;
use super::deviation;
use super::notes;
use super::subjects;
use super::verdict;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::facts::FactId;
use crate::model::facts::Facts;
use crate::model::facts::Value;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::memo::Chart;
use crate::model::memo::Drawing;
use crate::model::memo::Kpi;
use crate::model::memo::Memo;
use crate::model::memo::Run as Words;
use crate::model::memo::Sentence;
use crate::model::memo::Tone;
use crate::model::node::Node;
use crate::model::plan::Metric;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::say;
use crate::words::text;

/// The registered analysis.
pub struct Headline;

/// What `headline` may say.
const KEYS: &[Field] = &[Field::must(
    "metrics",
    Form::List(&Form::Text),
    "Key figures of the first page, at most four.",
)];

/// Key figures on the first page: more do not fit its width.
const MOST_METRICS: usize = 4;
/// Periods in a key figure's sparkline.
const SPARK_PERIODS: usize = 24;
/// Movers that get a sentence of their own.
const MOVER_SENTENCES: usize = 3;

struct Told {
    metrics: Vec<usize>,
}

impl Analysis for Headline {
    fn name(&self) -> &'static str {
        "headline"
    }

    fn summary(&self) -> &'static str {
        "What a partner needs in thirty seconds: what moved beyond chance, and the key figures."
    }

    fn form(&self) -> Form {
        Form::Map("headline", KEYS)
    }

    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>> {
        let fields = options.fields("`headline`", KEYS, found)?;
        let node = fields.required("metrics", found);
        let names = node.map(|it| it.texts("`metrics`", found)).unwrap_or_default();
        let metrics: Vec<usize> = names.iter().filter_map(|name| scope.metric(name, found)).collect();
        if metrics.len() > MOST_METRICS {
            let message = format!("`headline` shows at most {MOST_METRICS} metrics, not {}", metrics.len());
            found.push(Diagnostic::spec("too-many-metrics", message).at(fields.span()));
        }
        Some(Box::new(Told { metrics }))
    }
}

impl Task for Told {
    fn name(&self) -> &'static str {
        Headline.name()
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!({ "headline": { "metrics": self.metrics } })
    }

    fn run(&self, run: &Run) -> Result<(Facts, Vec<Diagnostic>), Diagnostics> {
        let mut record = Recorder::new("headline");
        let target = run.plan.periods.target_name();
        let without: u64 = run.panel.intake.iter().map(|it| it.rows_without_category).sum();
        if without > 0 {
            record.number(
                "headline/rows_without_category".into(),
                Some(without as f64),
                Unit::default(),
                "rows that count in totals and in no category",
            );
        }
        for &metric_idx in &self.metrics {
            let metric = &run.plan.metrics[metric_idx];
            let id = format!("headline/{}", text::slug(&metric.name));
            let series = run.totals(metric_idx);
            let actual = *series.last().expect("a panel ends with the target");
            record.about(&metric.name, "", vec![target.clone()]);
            record.number(format!("{id}/value"), actual, metric.unit.clone(), &metric.written);
            for comparison in &run.plan.periods.comparisons {
                let name = text::slug(&comparison.name);
                let before = run.before(metric_idx, None, comparison);
                let periods = comparison
                    .periods
                    .iter()
                    .map(|it| run.plan.periods.calendar.name(it))
                    .collect();
                record.about(&metric.name, "", periods);
                record.number(
                    format!("{id}/{name}/before"),
                    before,
                    metric.unit.clone(),
                    &metric.written,
                );
                let unit = metric.unit.of_change();
                let (change, method) = match (before.zip(actual), &unit.of) {
                    (Some((b, a)), Quantity::SharePoints) => (Some(a - b), "the total less that before"),
                    (sides, _) => (
                        sides.and_then(|(b, a)| (b != 0.0).then(|| (a - b) / b.abs())),
                        "relative change of the total",
                    ),
                };
                record.number(format!("{id}/{name}/change"), change, unit, method);
            }
            let from = series.len().saturating_sub(SPARK_PERIODS);
            let periods = run.names(from);
            let values = Value::Series {
                periods,
                values: series[from..].to_vec(),
            };
            record.about(&metric.name, "", Vec::new());
            record.fact(
                format!("{id}/series"),
                values,
                metric.unit.clone(),
                None,
                None,
                &metric.written,
            );
        }
        Ok((record.facts, Vec::new()))
    }

    fn tell(&self, tell: &Tell, memo: &mut Memo) {
        memo.headline.extend(market(tell));
        memo.headline.extend(count(tell));
        let movers = tell.facts.list("deviation/movers");
        for (rank, slug) in movers.iter().take(MOVER_SENTENCES).enumerate() {
            memo.headline.push(mover(tell, slug, rank));
        }
        if movers.is_empty() {
            memo.headline.extend(furthest(tell));
        }
        memo.headline.extend(self.metrics.first().map(|&idx| total(tell, idx)));
        memo.kpis = self.metrics.iter().map(|&idx| kpi(tell, idx)).collect();
    }
}

/// "Eight of 33 sectors moved beyond chance in October 2026; five rose and three fell."
fn count(tell: &Tell) -> Option<Sentence> {
    let facts = tell.facts;
    let target = tell.plan.periods.target;
    let when = tell.words.when(&target);
    // A memo without `deviation` has nothing to count.
    let n_all = facts.number("deviation/n_projected")? as usize;
    let movers = facts.list("deviation/movers");
    let nouns = text::noun_of(n_all, &tell.plan.categories.noun, &tell.plan.categories.nouns);
    if n_all == 0 {
        let (noun, period) = (&tell.plan.categories.noun, tell.words.period(&target));
        let strong = say!(tell.words, "headline-no-history", noun = noun, period = period);
        return Some(sentence(&strong, "", vec!["deviation/n_projected".into()]));
    }
    if movers.is_empty() {
        let strong = say!(tell.words, "headline-nothing", when = when);
        let rest = say!(tell.words, "headline-all-stayed", n = n_all, nouns = nouns);
        return Some(sentence(
            &strong,
            &rest,
            vec!["deviation/n_movers".into(), "deviation/n_projected".into()],
        ));
    }
    let rose = movers
        .iter()
        .filter(|slug| deviation::led_cii(tell, slug).is_some_and(|x| x > 0.0))
        .count();
    let fell = movers.len() - rose;
    let strong = say!(
        tell.words,
        "headline-count",
        n = movers.len(),
        all = n_all,
        nouns = nouns,
        when = when,
        rose = rose,
        fell = fell
    );
    let rest = match n_all - movers.len() {
        0 => String::new(),
        n => say!(tell.words, "headline-others", n = n),
    };
    Some(sentence(
        &strong,
        &rest,
        vec!["deviation/n_movers".into(), "deviation/n_projected".into()],
    ))
}

/// One mover: what, how much, against what, how sure; then what is behind the change.
fn mover(tell: &Tell, slug: &str, rank: usize) -> Sentence {
    let label = subjects::label(tell.facts, slug);
    let led = deviation::led_by(tell, slug);
    let metric = &tell.plan.metrics[led];
    let id = format!("deviation/{slug}/{}", text::slug(&metric.name));
    let number = |name: &str| tell.facts.number(&format!("{id}/{name}"));
    let cii = number("cii").unwrap_or(0.0);
    let (far, unit) = deviation::told_by(metric);
    let size = number(far).map_or_else(
        || {
            let of = metric.unit.of_difference();
            tell.words.magnitude(number("deviation").unwrap_or(0.0), &of)
        },
        |x| tell.words.magnitude(x, &unit),
    );
    let sigma = tell.words.sigma(cii);
    let what = text::lowered(&metric.label);
    let strong = say!(
        tell.words,
        "headline-mover",
        label = label,
        what = what,
        up = cii > 0.0,
        first = rank == 0,
        size = size,
        sigma = sigma
    );
    let mut ids = vec![format!("{id}/cii"), format!("{id}/{far}")];
    let (rest, more) = known_and_behind(tell, slug, metric);
    ids.extend(more);
    sentence(&strong, &rest, ids)
}

/// What an analyst knows of a category's figure, and what contribution found behind its change.
fn known_and_behind(tell: &Tell, slug: &str, metric: &Metric) -> (String, Vec<FactId>) {
    let (behind, mut ids) = verdict::in_brief(tell, slug);
    let Some((known, more)) = notes::known_cause(tell, slug, metric) else {
        return (behind, ids);
    };
    ids.extend(more);
    let both = if behind.is_empty() {
        known
    } else {
        format!("{known} {behind}")
    };
    (both, ids)
}

/// The furthest of those that stayed within chance.
fn furthest(tell: &Tell) -> Option<Sentence> {
    let slug = tell.facts.list("deviation/ranking").first()?;
    let metric = &tell.plan.metrics[deviation::led_by(tell, slug)];
    let id = format!("deviation/{slug}/{}", text::slug(&metric.name));
    let number = |name: &str| tell.facts.number(&format!("{id}/{name}"));
    let cii = number("cii")?;
    let (far, unit) = deviation::told_by(metric);
    let strong = say!(
        tell.words,
        "headline-furthest",
        label = subjects::label(tell.facts, slug),
        what = text::lowered(&metric.label),
        size = tell.words.magnitude(number(far)?, &unit),
        up = cii > 0.0,
        sigma = tell.words.sigma(cii),
        q = tell.words.probability(number("q")?)
    );
    let (rest, more) = known_and_behind(tell, slug, metric);
    let own = [far, "cii", "q"].map(|name| format!("{id}/{name}"));
    let ids = [own.to_vec(), more].concat();
    Some(sentence(&strong, &rest, ids))
}

/// Where most series moved together, the market moved, and no single mover is news.
fn market(tell: &Tell) -> Option<Sentence> {
    let direction = tell.facts.text("deviation/market")?;
    let n = tell.facts.number("deviation/n_together")? as usize;
    let all = tell.facts.number("deviation/n_projected")? as usize;
    let nouns = &tell.plan.categories.nouns;
    let strong = say!(
        tell.words,
        "headline-market",
        n = n,
        all = all,
        nouns = nouns,
        up = direction == "rose"
    );
    let rest = say!(tell.words, "headline-market-rest");
    Some(sentence(&strong, &rest, vec!["deviation/n_together".into()]))
}

/// The first key figure in a sentence, against every comparison.
fn total(tell: &Tell, metric_idx: usize) -> Sentence {
    let metric = &tell.plan.metrics[metric_idx];
    let id = format!("headline/{}", text::slug(&metric.name));
    let Some(value) = tell.facts.number(&format!("{id}/value")) else {
        let when = tell.words.when(&tell.plan.periods.target);
        let strong = say!(tell.words, "headline-no-value", metric = metric.label, when = when);
        return sentence(&strong, "", vec![format!("{id}/value")]);
    };
    let mut ids = vec![format!("{id}/value")];
    let mut against = Vec::new();
    for comparison in &tell.plan.periods.comparisons {
        let change = format!("{id}/{}/change", text::slug(&comparison.name));
        if let Some(x) = tell.facts.number(&change) {
            against.push(say!(
                tell.words,
                "headline-against",
                size = tell.words.magnitude(x, &metric.unit.of_change()),
                up = x >= 0.0,
                period = tell.words.comparison(comparison)
            ));
            ids.push(change);
        }
    }
    let noun = text::lowered(&metric.label);
    let figure = tell.words.level(value, &metric.unit);
    let nouns = &tell.plan.categories.nouns;
    let strong = say!(
        tell.words,
        "headline-total",
        nouns = nouns,
        metric = noun,
        figure = figure
    );
    let mut rest = Vec::new();
    if !against.is_empty() {
        rest.push(say!(
            tell.words,
            "headline-total-against",
            against = tell.words.list(&against)
        ));
    }
    if let Some(n) = tell.facts.number("headline/rows_without_category") {
        let noun = &tell.plan.categories.noun;
        let rows = tell.words.fixed(n, 0);
        rest.push(say!(tell.words, "headline-rows-without", rows = rows, noun = noun));
        ids.push("headline/rows_without_category".into());
    }
    sentence(&strong, &rest.join(" "), ids)
}

fn kpi(tell: &Tell, metric_idx: usize) -> Kpi {
    let metric = &tell.plan.metrics[metric_idx];
    let name = text::slug(&metric.name);
    let id = format!("headline/{name}");
    let value = tell.facts.number(&format!("{id}/value"));
    let notes: Vec<String> = tell
        .plan
        .periods
        .comparisons
        .iter()
        .filter_map(|comparison| {
            let x = tell
                .facts
                .number(&format!("{id}/{}/change", text::slug(&comparison.name)))?;
            let period = tell.words.comparison(comparison);
            Some(say!(
                tell.words,
                "headline-kpi-note",
                change = tell.words.difference(x, &metric.unit.of_change()),
                period = period
            ))
        })
        .collect();
    let series = tell.facts.series(&format!("{id}/series")).to_vec();
    let shown = value.map_or_else(
        || crate::words::MISSING.to_owned(),
        |x| tell.words.level(x, &metric.unit),
    );
    let chart = Chart {
        id: format!("kpi-{name}"),
        title: metric.label.clone(),
        description: say!(
            tell.words,
            "headline-kpi-alt",
            metric = metric.label,
            n = series.len(),
            grain = tell.plan.periods.grain.noun(),
            figure = shown
        ),
        width: 74.0,
        height: 26.0,
        drawing: Drawing::Spark {
            actual: series,
            projected: Vec::new(),
        },
    };
    Kpi {
        label: metric.label.clone(),
        value: shown,
        note: notes.join(" · "),
        chart: Some(chart),
        fact: format!("{id}/value"),
    }
}

/// A strong clause that stands alone, and the rest.
pub fn sentence(strong: &str, rest: &str, facts: Vec<String>) -> Sentence {
    let mut runs = vec![Words::toned(strong, Tone::Strong)];
    if !rest.is_empty() {
        runs.push(Words::plain(format!(" {rest}")));
    }
    Sentence { runs, facts }
}
