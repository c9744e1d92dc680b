//! Deviation: which categories moved more than their own history led us to expect.
//!
//! # Why a reader cares
//! A change against last month is mostly season and noise. Held against a projection with an honest
//! band, and against all other categories at once, what is left is news.
//!
//! # Method
//! Each metric × category series is projected one period ahead from history before the target. CII is the
//! deviation over the projection's own spread: a robust z. Tail probabilities come from a Student t fitted to
//! the standardised backtest errors of all series of the metric; q-values are Benjamini–Hochberg within each
//! metric. A mover is a category with any metric at or under the declared false-discovery rate.
//!
//! # In a spec
//! ```yaml
//! - deviation: { metrics: [spend_per_active, spend, visits], history: 60 months, fdr: 0.05, show: 5 }
//! ```

use super::Analysis;
use super::Recorder;
use super::Run;
use super::Scope;
use super::Task;
use super::Tell;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::facts::Facts;
use crate::model::facts::Interval;
use crate::model::facts::Value;
use crate::model::memo::Memo;
use crate::model::node::Node;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::stats::forecast;
use crate::stats::forecast::Model;
use crate::stats::forecast::Projection;
use crate::stats::forecast::Unprojectable;
use crate::stats::forecast::Verdict;
use crate::stats::sum::mean;
use crate::words::text;

mod axes;
mod beaten;
mod telling;

/// The registered analysis.
pub struct Deviation;

/// Share of false movers among those named.
const FALSE_DISCOVERY_RATE: f64 = 0.05;
/// Rows of the first page's table when nothing moved.
const SHOWN: u64 = 5;
/// Periods whose series are kept as facts: three years of months and the target, for the charts.
const KEPT_PERIODS: usize = 37;
/// A market moves when more than this share of its series deviate beyond chance in one direction.
const MARKET_SHARE: f64 = 0.5;

struct Told {
    metrics: Vec<usize>,
    n_history: Option<usize>,
    fdr: f64,
    shown: usize,
    model: Model,
}

/// One projected and judged series.
struct Judged {
    category: usize,
    actual: f64,
    projection: Projection,
    verdict: Verdict,
    q: f64,
}

/// A category in the ranking.
struct Ranked {
    /// True where its deviation survives the false-discovery control.
    named: bool,
    /// |CII| of the metric that it is ranked by.
    cii: f64,
    category: usize,
    /// Index of the metric that it is ranked by.
    metric: usize,
}

impl Analysis for Deviation {
    fn name(&self) -> &'static str {
        "deviation"
    }

    fn summary(&self) -> &'static str {
        "Which categories moved more than their own history led us to expect, and how sure that is."
    }

    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>> {
        let fields = options.fields("`deviation`", &["metrics", "history", "fdr", "show", "model"], found)?;
        let node = fields.required("metrics", found);
        let names = node.map(|it| it.texts("`metrics`", found)).unwrap_or_default();
        let mut metrics = Vec::new();
        for name in &names {
            let Some(idx) = scope.metric(name, found) else { continue };
            if scope.plan.metrics[idx].across {
                let message = format!("`{}` is the same for every {}", name.value, scope.plan.categories.noun);
                let hint = "name it under `headline`, and a metric by category here";
                found.push(Diagnostic::spec("across-metric", message).at(name.span).hint(hint));
            }
            metrics.push(idx);
        }
        let n_history = fields.optional("history").and_then(|node| history(node, scope, found));
        let fdr = fields.optional("fdr").and_then(|it| it.number("`fdr`", found));
        if let Some(fdr) = fdr.as_ref().filter(|it| !(it.value > 0.0 && it.value < 1.0)) {
            let message = format!("`fdr: {}` is not between 0 and 1", fdr.value);
            found.push(
                Diagnostic::spec("bad-rate", message)
                    .at(fdr.span)
                    .hint("0.05 lets one named mover in twenty be false"),
            );
        }
        let shown = fields
            .optional("show")
            .and_then(|it| it.count("`show`", found))
            .map_or(SHOWN, |it| it.value);
        let model = match fields.optional("model") {
            Some(node) => model(node, found)?,
            None => Model::default(),
        };
        let fdr = fdr.map_or(FALSE_DISCOVERY_RATE, |it| it.value);
        Some(Box::new(Told {
            metrics,
            n_history,
            fdr,
            shown: usize::try_from(shown).unwrap_or(usize::MAX),
            model,
        }))
    }
}

/// Reads `history: 60 months`; the unit must be the spec's grain.
fn history(node: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<usize> {
    let written = node.text("`history`", found)?;
    // Of a grain that there is not, which is told, nothing can be asked.
    let noun = scope.grain()?.noun();
    let words: Vec<&str> = written.value.split_whitespace().collect();
    let n = words.first().and_then(|n| n.parse::<usize>().ok()).filter(|n| *n > 0);
    match (n, words.as_slice()) {
        (Some(n), [_]) => Some(n),
        (Some(n), [_, unit]) if unit.trim_end_matches('s') == noun => Some(n),
        _ => {
            let message = format!("`history: {}` is not a number of {noun}s", written.value);
            found.push(
                Diagnostic::spec("bad-history", message)
                    .at(written.span)
                    .hint(format!("write `history: 60 {noun}s`")),
            );
            None
        }
    }
}

/// Models by the names that a spec uses.
const MODELS: [(&str, Model); 6] = [
    ("auto", Model::Combination),
    ("ets", Model::Ets),
    ("stl_ets", Model::StlEts),
    ("theta", Model::Theta),
    ("seasonal_naive", Model::SeasonalNaive),
    ("prophet", Model::Prophet),
];

fn model(node: &Node, found: &mut Diagnostics) -> Option<Model> {
    let written = node.text("`model`", found)?;
    let model = MODELS
        .iter()
        .find(|(name, _)| *name == written.value)
        .map(|(_, model)| *model);
    if model.is_none() {
        let diagnostic =
            Diagnostic::spec("unknown-model", format!("there is no model `{}`", written.value)).at(written.span);
        found.push(diagnostic.nearest(&written.value, MODELS.iter().map(|(name, _)| *name)));
    }
    if model == Some(Model::Prophet) && !cfg!(feature = "prophet") {
        let hint = "build it with `cargo run --release --features prophet`, or take `model: auto`";
        let message = "this program was built without Prophet";
        found.push(
            Diagnostic::spec("prophet-not-built", message)
                .at(written.span)
                .hint(hint),
        );
        return None;
    }
    model
}

/// Names a model as the memo prints it.
fn model_label(model: Model) -> &'static str {
    match model {
        Model::SeasonalNaive => "Seasonal naive",
        Model::Ets => "ETS, damped",
        Model::StlEts => "STL + ETS",
        Model::Theta => "STL + Theta",
        Model::Combination => "Median of three",
        Model::Prophet => "Prophet",
    }
}

impl Task for Told {
    fn wave(&self) -> usize {
        0
    }

    fn options(&self) -> serde_json::Value {
        let model = MODELS
            .iter()
            .find(|(_, model)| *model == self.model)
            .map(|(name, _)| *name);
        serde_json::json!({ "deviation": {
            "metrics": self.metrics, "history": self.n_history, "fdr": self.fdr, "show": self.shown, "model": model,
        } })
    }

    fn run(&self, run: &Run) -> Result<(Facts, Vec<Diagnostic>), Diagnostics> {
        let mut record = Recorder::new("deviation");
        let mut warnings = Vec::new();
        record.list(
            "categories/ids".into(),
            run.slugs.to_vec(),
            "safe names of the categories",
        );
        record.list(
            "categories/labels".into(),
            run.panel.categories.clone(),
            "the categories' labels",
        );
        let mut by_metric = Vec::new();
        for &metric in &self.metrics {
            let judged = self.judged(run, metric, &mut warnings);
            self.record_metric(run, &mut record, metric, &judged);
            by_metric.push((metric, judged));
        }
        self.record_movers(run, &mut record, &by_metric);
        if let Some(said) = beaten::said(self, run.plan, &record.facts, &|mase| format!("{mase:.2}")) {
            warnings.push(Diagnostic::warning("model-beaten", said));
        }
        Ok((record.facts, warnings))
    }

    fn tell(&self, tell: &Tell, memo: &mut Memo) {
        telling::tell(self, tell, memo);
    }
}

impl Told {
    /// Returns the panel's period with which the projected history begins.
    fn from(&self, run: &Run) -> usize {
        self.n_history
            .map_or(0, |n| run.plan.periods.history.len().saturating_sub(n))
    }

    /// Projects and judges every category of one metric.
    fn judged(&self, run: &Run, metric: usize, warnings: &mut Vec<Diagnostic>) -> Vec<Judged> {
        let series: Vec<Vec<Option<f64>>> = (0..run.slugs.len())
            .map(|category| run.series(metric, category))
            .collect();
        let n_history = run.plan.periods.history.len();
        let from = self.from(run);
        let histories: Vec<Vec<f64>> = series
            .iter()
            .map(|it| it[from..n_history].iter().map(|x| x.unwrap_or(f64::NAN)).collect())
            .collect();
        let slices: Vec<&[f64]> = histories.iter().map(Vec::as_slice).collect();
        let bounds: Vec<i64> = run.panel.periods[from..]
            .iter()
            .map(|it| it.from)
            .chain([run.plan.periods.target.until])
            .map(unix_seconds)
            .collect();
        let options = forecast::Options {
            season: run.plan.periods.grain.season(),
            model: self.model,
            bounds: Some(&bounds),
            ..forecast::Options::default()
        };
        let mut unprojectable: Vec<(String, Unprojectable)> = Vec::new();
        let mut judged = Vec::new();
        for (category, projection) in forecast::projections(&slices, &options).into_iter().enumerate() {
            let actual = series[category][n_history];
            match (projection, actual) {
                (Err(reason), _) => unprojectable.push((run.panel.categories[category].clone(), reason)),
                (Ok(_), None) => {}
                (Ok(projection), Some(actual)) => {
                    if let Some(verdict) = forecast::judge(&projection, actual) {
                        judged.push(Judged {
                            category,
                            actual,
                            projection,
                            verdict,
                            q: 1.0,
                        });
                    }
                }
            }
        }
        let p: Vec<Option<f64>> = judged.iter().map(|it| Some(it.verdict.p)).collect();
        for (it, q) in judged.iter_mut().zip(forecast::benjamini_hochberg(&p)) {
            it.q = q.unwrap_or(1.0);
        }
        for (label, reason) in unprojectable {
            let name = &run.plan.metrics[metric].label;
            warnings.push(Diagnostic::warning(
                "not-projected",
                format!("{name} of {label} has no projection: {reason}"),
            ));
        }
        judged
    }

    fn record_metric(&self, run: &Run, record: &mut Recorder, metric_idx: usize, judged: &[Judged]) {
        let metric = &run.plan.metrics[metric_idx];
        let name = text::slug(&metric.name);
        let target = run.plan.periods.target.iso();
        let first = self.metrics.first() == Some(&metric_idx);
        for it in judged {
            let slug = &run.slugs[it.category];
            let id = format!("deviation/{slug}/{name}");
            let projection = &it.projection;
            let method = format!("{} on {}", model_label(projection.model), scale_label(projection.scale));
            record.about(&metric.name, &run.panel.categories[it.category], vec![target.clone()]);
            record.number(
                format!("{id}/actual"),
                Some(it.actual),
                metric.unit.clone(),
                &metric.written,
            );
            for (end, low, high) in [
                ("projected", projection.low80, projection.high80),
                ("projected95", projection.low95, projection.high95),
            ] {
                let level_pct = if end == "projected" { 80 } else { 95 };
                let interval = Some(Interval { level_pct, low, high });
                let n = Some(projection.n_history as u64);
                let value = Value::Number(Some(projection.median));
                record.fact(format!("{id}/{end}"), value, metric.unit.clone(), interval, n, &method);
            }
            let verdict = it.verdict;
            let unit = |of| Unit::total(of);
            record.number(
                format!("{id}/deviation"),
                Some(verdict.deviation),
                metric.unit.clone(),
                "actual minus projected",
            );
            let relative = verdict.deviation_pct.map(|pct| pct / 100.0);
            record.number(
                format!("{id}/deviation_pct"),
                relative,
                unit(Quantity::Change),
                "deviation over projected",
            );
            record.number(
                format!("{id}/cii"),
                Some(verdict.cii),
                unit(Quantity::Sigma),
                "deviation over the spread of the 80 % band",
            );
            record.number(
                format!("{id}/p"),
                Some(verdict.p),
                unit(Quantity::Probability),
                "Student t of pooled standardised errors",
            );
            record.number(
                format!("{id}/q"),
                Some(it.q),
                unit(Quantity::Probability),
                "Benjamini–Hochberg within the metric",
            );
            record.text(
                format!("{id}/model"),
                model_label(projection.model),
                "the model that projects",
            );
            if first {
                record_series(run, record, metric_idx, it, self.from(run), &id);
            }
        }
        record.about(&metric.name, "", vec![target]);
        let one = |n: usize| Some(n as f64);
        record.number(
            format!("deviation/metrics/{name}/n_projected"),
            one(judged.len()),
            Unit::default(),
            "series with a projection",
        );
        let season = judged.iter().filter_map(|it| it.projection.season).max();
        let season_text = season.map_or_else(|| "none".to_owned(), |n| n.to_string());
        record.text(
            format!("deviation/metrics/{name}/season"),
            season_text,
            "periods in the cycle that was modelled",
        );
        record.number(
            format!("deviation/metrics/{name}/chance"),
            chance(judged, self.fdr),
            Unit::total(Quantity::Sigma),
            "smallest CII that would be named",
        );
        record_backtest(record, &name, judged);
    }

    fn record_movers(&self, run: &Run, record: &mut Recorder, by_metric: &[(usize, Vec<Judged>)]) {
        // For each category: the metric it is led by, which is the named one furthest from zero, else the first.
        let mut ranking: Vec<Ranked> = Vec::new();
        for category in 0..run.slugs.len() {
            let of_category: Vec<(usize, &Judged)> = by_metric
                .iter()
                .filter_map(|(metric, judged)| Some((*metric, judged.iter().find(|it| it.category == category)?)))
                .collect();
            let named = of_category.iter().filter(|(_, it)| it.q <= self.fdr);
            let led = named.max_by(|a, b| a.1.verdict.cii.abs().total_cmp(&b.1.verdict.cii.abs()));
            if let Some((metric, it)) = led.or(of_category.first()) {
                let (named, cii) = (it.q <= self.fdr, it.verdict.cii.abs());
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
        record.about("", "", vec![run.plan.periods.target.iso()]);
        for it in &ranking {
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
            Some(self.fdr),
            Unit::total(Quantity::Share),
            "declared false-discovery rate",
        );
        record.list("deviation/movers".into(), movers, "named categories, by |CII|");
        record.list(
            "deviation/ranking".into(),
            ranking.iter().map(slug).collect(),
            "all categories, movers first, by |CII|",
        );
        let Some((_, judged)) = by_metric.first() else { return };
        let named = |sign: f64| {
            judged
                .iter()
                .filter(|it| it.q <= self.fdr && it.verdict.cii * sign > 0.0)
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
                    one(n),
                    Unit::default(),
                    "series beyond chance in that direction",
                );
            }
        }
    }
}

/// Keeps the last periods of a series with what was projected for each.
///
/// `from` is the panel's period with which the projected history begins.
fn record_series(run: &Run, record: &mut Recorder, metric_idx: usize, it: &Judged, from: usize, id: &str) {
    let unit = &run.plan.metrics[metric_idx].unit;
    let n_all = run.panel.periods.len();
    let n_kept = n_all.min(KEPT_PERIODS);
    let offset = n_all - n_kept;
    let periods: Vec<String> = run.panel.periods[offset..].iter().map(|it| it.iso()).collect();
    let actual = run.series(metric_idx, it.category)[offset..].to_vec();
    let mut ends: [Vec<Option<f64>>; 3] = std::array::from_fn(|_| vec![None; n_kept]);
    let mut put = |period: usize, values: [f64; 3]| {
        if let Some(place) = period.checked_sub(offset) {
            for (end, x) in ends.iter_mut().zip(values) {
                end[place] = Some(x);
            }
        }
    };
    for step in &it.projection.past {
        put(from + step.index, [step.median, step.low80, step.high80]);
    }
    put(
        n_all - 1,
        [it.projection.median, it.projection.low80, it.projection.high80],
    );
    let [mid, low, high] = ends;
    for (name, values) in [("actual", actual), ("projected", mid), ("low80", low), ("high80", high)] {
        let value = Value::Series {
            periods: periods.clone(),
            values,
        };
        record.fact(
            format!("{id}/series/{name}"),
            value,
            unit.clone(),
            None,
            None,
            "one step ahead, from the history before each period",
        );
    }
}

fn record_backtest(record: &mut Recorder, name: &str, judged: &[Judged]) {
    let Some(first) = judged.first() else { return };
    let mut models = Vec::new();
    for (place, backtest) in first.projection.backtest.iter().enumerate() {
        let of_model: Vec<&forecast::Backtest> = judged
            .iter()
            .filter_map(|it| it.projection.backtest.get(place))
            .collect();
        let slug = text::slug(model_label(backtest.model));
        let id = format!("deviation/metrics/{name}/backtest/{slug}");
        let n_forecasts: usize = of_model.iter().map(|it| it.n_origins).sum();
        let weighted = |of: &dyn Fn(&forecast::Backtest) -> Option<f64>| {
            let known: Vec<f64> = of_model.iter().filter_map(|it| of(it)).collect();
            mean(&known)
        };
        let share = |x: f64| Some(x / 100.0);
        let method = "mean over series of one-step errors at rolling origins";
        record.number(format!("{id}/mase"), weighted(&|it| it.mase), Unit::default(), method);
        record.number(
            format!("{id}/smape"),
            weighted(&|it| share(it.smape_pct)),
            Unit::total(Quantity::Share),
            method,
        );
        record.number(
            format!("{id}/bias"),
            weighted(&|it| it.bias_pct.and_then(share)),
            Unit::total(Quantity::Change),
            method,
        );
        record.number(
            format!("{id}/coverage80"),
            weighted(&|it| Some(it.coverage80)),
            Unit::total(Quantity::Share),
            method,
        );
        record.number(
            format!("{id}/coverage95"),
            weighted(&|it| Some(it.coverage95)),
            Unit::total(Quantity::Share),
            method,
        );
        record.number(
            format!("{id}/n"),
            Some(n_forecasts as f64),
            Unit::default(),
            "one-step projections held against what came",
        );
        models.push(model_label(backtest.model).to_owned());
    }
    record.list(
        format!("deviation/metrics/{name}/backtest"),
        models,
        "models in the backtest, the one that projects last",
    );
}

/// Returns the smallest |CII| that would be named among these series.
fn chance(judged: &[Judged], fdr: f64) -> Option<f64> {
    let named = judged.iter().filter(|it| it.q <= fdr);
    let smallest = named.map(|it| it.verdict.cii.abs()).min_by(f64::total_cmp);
    // Where none is named, the first would have to pass alone: p ≤ rate ÷ number of series.
    let alone = || {
        let furthest = judged
            .iter()
            .max_by(|a, b| a.verdict.cii.abs().total_cmp(&b.verdict.cii.abs()))?;
        Some(cii_at(furthest, fdr / judged.len() as f64)).filter(|x| x.is_finite())
    };
    smallest.or_else(alone)
}

/// Returns the CII at which a series' tail probability would be `p`: both grow with the error, in proportion.
fn cii_at(it: &Judged, p: f64) -> f64 {
    let tail = it.projection.tail;
    it.verdict.cii.abs() * tail.half_width(1.0 - p) / tail.half_width(1.0 - it.verdict.p)
}

fn scale_label(scale: forecast::Scale) -> &'static str {
    match scale {
        forecast::Scale::Log => "logarithms",
        forecast::Scale::Level => "levels",
    }
}

fn unix_seconds(date: jiff::civil::Date) -> i64 {
    let days = (date - jiff::civil::date(1970, 1, 1)).get_days();
    i64::from(days) * 86_400
}

/// Returns the metric that a category is ranked by.
pub fn led_by(tell: &Tell, slug: &str) -> usize {
    let name = tell.facts.text(&format!("deviation/{slug}/led_by"));
    let place = name.and_then(|name| tell.plan.metrics.iter().position(|it| it.name == name));
    place.expect("a ranked category names a metric of the plan")
}

/// Returns the CII that a category is ranked by.
pub fn led_cii(tell: &Tell, slug: &str) -> Option<f64> {
    let name = text::slug(&tell.plan.metrics[led_by(tell, slug)].name);
    tell.facts.number(&format!("deviation/{slug}/{name}/cii"))
}
