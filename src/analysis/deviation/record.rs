//! What deviation records by metric: every category's figures, its series for the charts, the backtest.
//!
//! A fact carries its unit and how it came about, so that an auditor needs no code. It must not know what will be told.

use super::Judged;
use super::Told;
use super::model_label;
use super::movers::Ranked;
use super::told_by;
use crate::analysis::Recorder;
use crate::analysis::Run;
use crate::model::facts::Interval;
use crate::model::facts::Value;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::stats::forecast;
use crate::stats::sum::mean;
use crate::words::text;

/// Periods whose series are kept as facts: three years of months and the target, for the charts.
const KEPT_PERIODS: usize = 37;

/// Records what became of every category by one metric, and how the models did on its past.
pub(super) fn record_metric(
    told: &Told,
    run: &Run,
    record: &mut Recorder,
    metric_idx: usize,
    judged: &[Judged],
    ranking: &[Ranked],
) {
    let metric = &run.plan.metrics[metric_idx];
    let name = text::slug(&metric.name);
    let target = run.plan.periods.target_name();
    // The ranking draws the first metric, a page the one that its category is ranked by.
    let is_first = told.metrics.first() == Some(&metric_idx);
    let leads = |category: usize| {
        ranking
            .iter()
            .any(|it| it.category == category && it.metric == metric_idx)
    };
    for it in judged {
        record_judged(run, record, metric_idx, it);
        if is_first || leads(it.category) {
            record_series(run, record, metric_idx, it, told.from(run));
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
        chance(judged, told.fdr),
        Unit::total(Quantity::Sigma),
        "the CII at which one more would be named",
    );
    record_backtest(record, &name, judged);
}

/// Records one category by one metric: value, projection with its bands, deviation and how sure it is.
fn record_judged(run: &Run, record: &mut Recorder, metric_idx: usize, it: &Judged) {
    let metric = &run.plan.metrics[metric_idx];
    let slug = &run.slugs[it.category];
    let id = format!("deviation/{slug}/{}", text::slug(&metric.name));
    let projection = &it.projection;
    let method = format!("{} on {}", model_label(projection.model), scale_label(projection.scale));
    record.about(
        &metric.name,
        &run.panel.categories[it.category],
        vec![run.plan.periods.target_name()],
    );
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
        metric.unit.of_difference(),
        "actual minus projected",
    );
    // A per cent of a share would be read as points.
    let is_told = told_by(metric).0 == "deviation_pct";
    let relative = verdict.deviation_pct.filter(|_| is_told).map(|pct| pct / 100.0);
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
}

/// Keeps the last periods of a series with what was projected for each.
///
/// `from` is the panel's period with which the projected history begins.
fn record_series(run: &Run, record: &mut Recorder, metric_idx: usize, it: &Judged, from: usize) {
    let metric = &run.plan.metrics[metric_idx];
    let unit = &metric.unit;
    let id = format!("deviation/{}/{}", run.slugs[it.category], text::slug(&metric.name));
    let n_all = run.panel.periods.len();
    let n_kept = n_all.min(KEPT_PERIODS);
    let offset = n_all - n_kept;
    let periods: Vec<String> = run.names(offset);
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

/// Returns the |CII| at which one more of these series would be named: all that are stand beyond it, the others below.
///
/// Source: Benjamini & Hochberg (1995): with k of n named, the next needs p ≤ rate × (k + 1) ÷ n.
fn chance(judged: &[Judged], fdr: f64) -> Option<f64> {
    let size = |it: &Judged| it.verdict.cii.abs();
    let (named, others): (Vec<&Judged>, Vec<&Judged>) = judged.iter().partition(|it| it.q <= fdr);
    let furthest = judged.iter().max_by(|a, b| size(a).total_cmp(&size(b)))?;
    let p = fdr * (named.len() + 1).min(judged.len()) as f64 / judged.len() as f64;
    let edge = Some(cii_at(furthest, p)).filter(|x| x.is_finite());
    // Series differ a little in how far their chance reaches.
    let least = others.iter().map(|it| size(it)).max_by(f64::total_cmp);
    let most = named.iter().map(|it| size(it)).min_by(f64::total_cmp);
    let edge = edge.or(most)?;
    let edge = least.map_or(edge, |it| edge.max(it));
    Some(most.map_or(edge, |it| edge.min(it)))
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
