//! What deviation records of the calendar: which series it is shown in, what each regressor does, and what that makes of the target.
//!
//! An auditor asks for estimates with their errors, a reader for what of a change is the calendar's. It must not know what is told.

use super::Learned;
use super::Refused;
use super::Used;
use super::asked::Asked;
use super::regressors::What;
use super::regressors::weekdays;
use crate::analysis::Recorder;
use crate::analysis::Run;
use crate::model::facts::Interval;
use crate::model::facts::Value;
use crate::model::period::Period;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::stats::forecast::Scale;
use crate::stats::sum::mean;
use crate::words::text;

const EFFECT: &str = "regression under airline noise, from the whole history before the target";

/// Records what was learned of the series of one metric, by category.
pub(in crate::analysis::deviation) fn record(
    asked: &Asked,
    run: &Run,
    record: &mut Recorder,
    metric_idx: usize,
    learned: &[Learned],
) {
    let metric = &run.plan.metrics[metric_idx];
    let name = text::slug(&metric.name);
    for (category, it) in learned.iter().enumerate() {
        let base = format!("deviation/{}/{name}/calendar", run.slugs[category]);
        record.about(
            &metric.name,
            &run.panel.categories[category],
            vec![run.plan.periods.target_name()],
        );
        record_tests(record, &base, it);
        if let Some(used) = &it.used {
            let series = run.series(metric_idx, category);
            record_effects(run, record, &base, used, &metric.unit, &series);
            record_changes(run, record, &base, used, &series);
        }
    }
    record.about(&metric.name, "", vec![run.plan.periods.target_name()]);
    let base = format!("deviation/metrics/{name}/calendar");
    let groups: Vec<String> = asked.groups().map(|it| it.name().to_owned()).collect();
    record.list(format!("{base}/asked"), groups, "what `calendar:` asks for");
    let count = |is_counted: &dyn Fn(&Learned) -> bool| Some(learned.iter().filter(|it| is_counted(it)).count() as f64);
    record.number(
        format!("{base}/n_tested"),
        count(&|it| it.refused.is_none()),
        Unit::default(),
        "series with a test",
    );
    record.number(
        format!("{base}/n_used"),
        count(&|it| it.used.is_some()),
        Unit::default(),
        "series whose projection holds the calendar: q of a group at or under 5 %",
    );
    let mut left_out: Vec<String> = Vec::new();
    for it in learned.iter().flat_map(|it| &it.dropped) {
        let said = format!("{}: {}", it.name, it.why.text());
        if !left_out.contains(&said) {
            left_out.push(said);
        }
    }
    record.list(
        format!("{base}/left_out"),
        left_out,
        "weekdays and holidays that could not be told from something else in some series",
    );
}

/// Records what the history of a series says of each group.
fn record_tests(record: &mut Recorder, base: &str, it: &Learned) {
    let state = match (it.refused, &it.used) {
        (Some(Refused::Short), _) => "history too short",
        (Some(Refused::Still), _) => "nothing differs from year to year",
        (Some(Refused::Scale), _) => "not on its scale without its effects",
        (None, Some(_)) => "in the projection",
        (None, None) => "not shown",
    };
    record.text(format!("{base}/state"), state, "what became of the calendar's effects");
    for group in &it.groups {
        let id = format!("{base}/{}", group.group.name());
        let n = Some(group.n as u64).filter(|_| group.p.is_some());
        let unit = || Unit::total(Quantity::Probability);
        let method = format!("F test of {} regressors at once; {EFFECT}", group.n_regressors);
        record.fact(format!("{id}/p"), Value::Number(group.p), unit(), None, n, &method);
        let method = "Benjamini–Hochberg over the series of the metric";
        record.fact(format!("{id}/q"), Value::Number(group.q), unit(), None, n, method);
    }
}

/// Records each regressor's effect, and the noise that its error follows from.
fn record_effects(run: &Run, record: &mut Recorder, base: &str, used: &Used, unit: &Unit, series: &[Option<f64>]) {
    let fit = &used.fit;
    let method = |what: &What| {
        let one = match what {
            What::Weekday(_) => "one more of it for one Sunday less".to_owned(),
            What::Workdays => "one more working day, 2.5 fewer other days".to_owned(),
            What::Length => "one more day than its place in the year has".to_owned(),
            What::Holiday { .. } => "one more of its days".to_owned(),
        };
        format!("{one}; {EFFECT}")
    };
    let mut names = Vec::new();
    for (idx, regressor) in used.regressors.all.iter().enumerate() {
        let label = regressor.what.label();
        let id = format!("{base}/effects/{}", text::slug(&label));
        let mut row = vec![0.0; fit.effects.len()];
        row[idx] = 1.0;
        let (effect, error) = fit.effect(&row);
        let method = method(&regressor.what);
        match used.known.scale {
            Scale::Log => put_change(record, &id, [effect, error], used, None, &method),
            Scale::Level => {
                let reach = fit.reach95() * error;
                let ends = interval([effect - reach, effect + reach]);
                let value = Value::Number(Some(effect));
                record.fact(id.clone(), value, unit.clone(), Some(ends), Some(fit.n as u64), &method);
            }
        }
        let scale = match used.known.scale {
            Scale::Log => Unit::default(),
            Scale::Level => unit.clone(),
        };
        let said = "standard error of the effect on the modelled scale";
        record.number(format!("{id}/error"), Some(error), scale, said);
        names.push(label);
    }
    record.list(format!("{base}/effects"), names, "regressors in the projection");
    for (name, x) in [("level", fit.noise.level), ("season", fit.noise.season)] {
        let said = "of the airline model, by restricted maximum likelihood to a fortieth";
        record.number(format!("{base}/noise/{name}"), Some(x), Unit::default(), said);
    }
    let said = "the target against what its place in the year usually holds";
    let (effect, error) = (used.known.target, used.known.error);
    let before = year_before(run, used);
    let size = before.and_then(|it| size(run, series, &[it]));
    put_change(record, &format!("{base}/effect"), [effect, error], used, size, said);
    if let Some(before) = before {
        record_differences(record, base, used, &before, &run.plan.periods.target);
    }
}

/// Returns the period of the history that stands a season before the target.
fn year_before(run: &Run, used: &Used) -> Option<Period> {
    let periods = &run.plan.periods;
    let season = periods.calendar.season(periods.grain)?;
    let at = run.panel.periods.len().checked_sub(1 + season)?;
    (used.first <= at).then(|| run.panel.periods[at])
}

/// Records what the target holds more, and what fewer, than the period before: of groups that are in the projection.
fn record_differences(record: &mut Recorder, base: &str, used: &Used, before: &Period, now: &Period) {
    let mut put = |name: &str, id: String, more: f64| {
        if more != 0.0 {
            let method = format!("{name}: days in the target less those a year before");
            record.number(id, Some(more), Unit::count("day"), &method);
        }
    };
    let has_weekdays = used
        .regressors
        .all
        .iter()
        .any(|it| !matches!(it.what, What::Holiday { .. }));
    if has_weekdays {
        let (before, now) = (weekdays(before), weekdays(now));
        for weekday in 0..7 {
            let more = now[weekday] as f64 - before[weekday] as f64;
            put("Days of the week", format!("{base}/year_ago/weekdays/{weekday}"), more);
        }
    }
    let mut holidays = Vec::new();
    for regressor in &used.regressors.all {
        let What::Holiday { names, .. } = &regressor.what else {
            continue;
        };
        let more = regressor.what.count(now) - regressor.what.count(before);
        for name in names {
            put(name, format!("{base}/year_ago/holidays/{}", text::slug(name)), more);
        }
        holidays.extend(names.iter().filter(|_| more != 0.0).cloned());
    }
    let id = format!("{base}/year_ago/holidays");
    record.list(
        id,
        holidays,
        "holidays that the target has more of, or fewer, than the year before",
    );
}

/// Records what of the change since a year before, and since each comparison, the calendar explains.
fn record_changes(run: &Run, record: &mut Recorder, base: &str, used: &Used, series: &[Option<f64>]) {
    let periods = &run.plan.periods;
    let target = run.panel.periods.len() - 1;
    if let Some(before) = year_before(run, used) {
        record_change(run, record, &format!("{base}/year_ago"), used, series, &[before]);
        record.text(
            format!("{base}/year_ago/period"),
            periods.calendar.name(&before),
            "the period a season before the target",
        );
        let at = run.panel.periods.iter().position(|it| *it == before);
        let level = at.and_then(|at| series[at]).zip(series[target]);
        let change = level.filter(|it| it.0 > 0.0).map(|(before, now)| now / before - 1.0);
        record.number(
            format!("{base}/year_ago/change"),
            change,
            Unit::total(Quantity::Change),
            "the target against the period a season before",
        );
    }
    for comparison in &periods.comparisons {
        let id = format!("{base}/against/{}", text::slug(&comparison.name));
        record_change(run, record, &id, used, series, &comparison.periods);
    }
}

/// Records how much the calendar alone moves the target against the mean of some periods.
fn record_change(run: &Run, record: &mut Recorder, id: &str, used: &Used, series: &[Option<f64>], before: &[Period]) {
    let (all, regressors) = (&run.panel.periods, &used.regressors);
    let n = regressors.n_history();
    // A restated month is no period of history: it is held against the target's own place in the year.
    let place = |it: &Period| all.iter().position(|own| own == it);
    let rows: Vec<Vec<f64>> = before
        .iter()
        .map(|it| match place(it) {
            Some(at) if used.first <= at => regressors.row(at - used.first),
            Some(_) | None => regressors.row_of(it, n),
        })
        .collect();
    let target = regressors.row(n);
    let usual = |column: usize| mean(&rows.iter().map(|row| row[column]).collect::<Vec<_>>()).unwrap_or(0.0);
    let row: Vec<f64> = (0..target.len()).map(|column| target[column] - usual(column)).collect();
    let (effect, error) = used.fit.effect(&row);
    let method = "the calendar alone: the target against what it is held against, season apart";
    let size = size(run, series, before);
    put_change(record, &format!("{id}/effect"), [effect, error], used, size, method);
}

/// Returns the size of the mean of a series over some periods of the panel: what an effect on its level is a share of.
fn size(run: &Run, series: &[Option<f64>], periods: &[Period]) -> Option<f64> {
    let value = |it: &Period| series[run.panel.periods.iter().position(|own| own == it)?];
    let values: Option<Vec<f64>> = periods.iter().map(value).collect();
    mean(&values?).map(f64::abs).filter(|it| 0.0 < *it)
}

/// Records an effect with its standard error as a relative change: of logarithms, or of a level of some size.
fn put_change(
    record: &mut Recorder,
    id: &str,
    [effect, error]: [f64; 2],
    used: &Used,
    size: Option<f64>,
    method: &str,
) {
    let change = |x: f64| match used.known.scale {
        Scale::Log => Some(libm::expm1(x)),
        Scale::Level => size.map(|size| x / size),
    };
    let reach = used.fit.reach95() * error;
    let ends = change(effect - reach).zip(change(effect + reach));
    let ends = ends.map(|(low, high)| interval([low, high]));
    let value = Value::Number(change(effect));
    let unit = Unit::total(Quantity::Change);
    record.fact(id.to_owned(), value, unit, ends, Some(used.fit.n as u64), method);
}

fn interval([low, high]: [f64; 2]) -> Interval {
    Interval {
        level_pct: 95,
        low,
        high,
    }
}
