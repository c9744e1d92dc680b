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
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::memo::Memo;
use crate::model::node::Node;
use crate::model::plan::Metric;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::stats::forecast;
use crate::stats::forecast::Model;
use crate::stats::forecast::Projection;
use crate::stats::forecast::Unprojectable;
use crate::stats::forecast::Verdict;
use crate::words::text;
use beaten::Lost;
use calendar::Learned;
use calendar::asked::Asked;

mod appendix;
mod axes;
mod beaten;
mod calendar;
mod cells;
mod movers;
mod page;
mod ranking;
mod record;
mod telling;

/// What `deviation` may say.
const KEYS: &[Field] = &[
    Field::must(
        "metrics",
        Form::List(&Form::Text),
        "Metrics whose series are projected and judged, category by category.",
    ),
    Field::may(
        "history",
        Form::Like("[1-9][0-9]*( +(day|week|month|quarter|year)s?)?"),
        "Periods before the target that the projection sees: `60 months`. Where it is left out: all complete ones.",
    ),
    Field::may(
        "fdr",
        Node::SHARE,
        "Share of false alarms to expect among the movers of one metric.",
    )
    .or("0.05"),
    Field::may(
        "show",
        Form::Count,
        "Rows of the first page's table when nothing moved.",
    )
    .or("5"),
    Field::may(
        "model",
        Form::OneOf(&["auto", "ets", "stl_ets", "theta", "seasonal_naive", "prophet"]),
        "The projection: `auto` is the median of three models.",
    )
    .or("auto"),
    calendar::asked::KEY,
];

/// The registered analysis.
pub struct Deviation;

/// Share of false movers among those named.
const FALSE_DISCOVERY_RATE: f64 = 0.05;
/// Rows of the first page's table when nothing moved.
const SHOWN: u64 = 5;

struct Told {
    metrics: Vec<usize>,
    n_history: Option<usize>,
    fdr: f64,
    shown: usize,
    model: Model,
    /// `None` where the calendar is not asked for.
    calendar: Option<Asked>,
}

/// What became of the series of one metric.
struct OfMetric {
    metric: usize,
    judged: Vec<Judged>,
    /// One entry a category; `None` where the calendar is not asked for.
    calendar: Option<Vec<Learned>>,
}

/// One projected and judged series.
struct Judged {
    category: usize,
    actual: f64,
    projection: Projection,
    verdict: Verdict,
    q: f64,
}

impl Analysis for Deviation {
    fn name(&self) -> &'static str {
        "deviation"
    }

    fn summary(&self) -> &'static str {
        "Which categories moved more than their own history led us to expect, and how sure that is."
    }

    fn form(&self) -> Form {
        Form::Map("deviation", KEYS)
    }

    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>> {
        let fields = options.fields("`deviation`", KEYS, found)?;
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
        let fdr = fields.optional("fdr").and_then(|it| it.share("`fdr`", found));
        if let Some(fdr) = fdr.as_ref().filter(|it| !(it.value > 0.0 && it.value < 1.0)) {
            let message = "`fdr` is more than nothing and less than all";
            let hint = "`5 %` lets one named mover in twenty be false";
            found.push(Diagnostic::spec("bad-share", message).at(fdr.span).hint(hint));
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
        let calendar = fields
            .optional("calendar")
            .and_then(|node| calendar::asked::read(node, scope, found));
        Some(Box::new(Told {
            metrics,
            n_history,
            fdr,
            shown: usize::try_from(shown).unwrap_or(usize::MAX),
            model,
            calendar,
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
    fn name(&self) -> &'static str {
        Deviation.name()
    }

    fn options(&self) -> serde_json::Value {
        let model = MODELS
            .iter()
            .find(|(_, model)| *model == self.model)
            .map(|(name, _)| *name);
        let mut options = serde_json::json!({
            "metrics": self.metrics, "history": self.n_history, "fdr": self.fdr, "show": self.shown, "model": model,
        });
        if let Some(calendar) = &self.calendar {
            options["calendar"] = calendar.options();
        }
        serde_json::json!({ "deviation": options })
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
            by_metric.push(self.judged(run, metric, &mut warnings));
        }
        let ranking = movers::ranking(self, run, &by_metric);
        for it in &by_metric {
            record::record_metric(self, run, &mut record, it.metric, &it.judged, &ranking);
            if let Some((asked, learned)) = self.calendar.as_ref().zip(it.calendar.as_ref()) {
                calendar::recording::record(asked, run, &mut record, it.metric, learned);
            }
        }
        movers::record_movers(self, run, &mut record, &by_metric, &ranking);
        let lost = beaten::lost(self, run.plan, &record.facts, &|mase| format!("{mase:.2}"));
        if !lost.is_empty() {
            let of = |it: &Lost| format!("{} (MASE {} against {})", it.metric, it.own, it.naive);
            let said = format!(
                "the chosen model, {}, does worse than the seasonal naive in the backtest of {}",
                model_label(self.model),
                text::list(&lost.iter().map(of).collect::<Vec<_>>())
            );
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
    fn judged(&self, run: &Run, metric: usize, warnings: &mut Vec<Diagnostic>) -> OfMetric {
        let series: Vec<Vec<Option<f64>>> = (0..run.slugs.len())
            .map(|category| run.series(metric, category))
            .collect();
        let n_history = run.plan.periods.history.len();
        let from = self.from(run);
        let histories: Vec<Vec<f64>> = series
            .iter()
            .map(|it| it[from..n_history].iter().map(|x| x.unwrap_or(f64::NAN)).collect())
            .collect();
        let asked = self.calendar.as_ref();
        let learned = asked.map(|asked| calendar::learned(asked, run, from, &histories));
        warnings.extend(learned.iter().flat_map(|it| calendar::warnings(run, metric, it)));
        let known = |category: usize| Some(&learned.as_ref()?[category].used.as_ref()?.known);
        let histories = histories.into_iter().enumerate().map(|(category, history)| {
            let rest = known(category).and_then(|it| it.taken_from(&history));
            rest.unwrap_or(history)
        });
        let histories: Vec<Vec<f64>> = histories.collect();
        let slices: Vec<&[f64]> = histories.iter().map(Vec::as_slice).collect();
        let bounds: Vec<i64> = run.panel.periods[from..]
            .iter()
            .map(|it| it.from)
            .chain([run.plan.periods.target.until])
            .map(unix_seconds)
            .collect();
        let options = forecast::Options {
            season: run.plan.periods.calendar.season(run.plan.periods.grain),
            model: self.model,
            bounds: Some(&bounds),
            learns_weekdays: asked.is_none_or(|it| !it.trading_days),
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
                    let projection = match known(category) {
                        Some(known) => projection.with_known(known),
                        None => projection,
                    };
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
        OfMetric {
            metric,
            judged,
            calendar: learned,
        }
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

/// Returns the name of the fact that says how far a series is from its projection, and its unit: a share is told in points.
pub fn told_by(metric: &Metric) -> (&'static str, Unit) {
    let unit = metric.unit.of_change();
    match unit.of {
        Quantity::SharePoints => ("deviation", unit),
        _ => ("deviation_pct", unit),
    }
}

/// Returns the CII that a category is ranked by.
pub fn led_cii(tell: &Tell, slug: &str) -> Option<f64> {
    let name = text::slug(&tell.plan.metrics[led_by(tell, slug)].name);
    tell.facts.number(&format!("deviation/{slug}/{name}/cii"))
}
