//! What the calendar does to a series: trading days and moving holidays, learned where its history shows them.
//!
//! A month with five Saturdays sells more, and Easter takes what it brings along to March. Neither is anybody's behaviour: where a
//! history shows such an effect it is taken out before models see it, and put back into what is expected of the target. Where it
//! shows none, nothing is adjusted, and the memo says so. It must not know how that is told.
//!
//! Effects are learned once, from the whole history before the target. The backtest's errors are therefore a little too small:
//! bands are widened by the degrees of freedom that were spent, and by the standard error of the effect on the target.

pub(super) mod asked;
pub(super) mod recording;
pub(super) mod regressors;
pub(super) mod telling;

use crate::analysis::Run;
use crate::model::diagnostic::Diagnostic;
use crate::model::period::Period;
use crate::stats::airline;
use crate::stats::airline::Fit;
use crate::stats::forecast::Known;
use crate::stats::forecast::Scale;
use crate::stats::forecast::benjamini_hochberg;
use crate::words::text;
use asked::Asked;
use asked::Group;
use rayon::prelude::*;
use regressors::Regressors;
use std::collections::BTreeSet;

/// Share of the adjusted series of a metric that may show nothing: a group of regressors is used at or under this q.
const RATE: f64 = 0.05;

/// What the calendar does to one series.
pub(super) struct Learned {
    /// One entry a group that was asked for.
    pub groups: Vec<Tested>,
    /// Why nothing could be tested; `None` where something was.
    pub refused: Option<Refused>,
    /// What is in the projection; `None` where nothing is.
    pub used: Option<Used>,
    /// Holidays and weekdays that could not be told from something else.
    pub dropped: Vec<regressors::Dropped>,
}

/// A group of regressors and what the history says of it.
pub(super) struct Tested {
    pub group: Group,
    /// Regressors that were tested together.
    pub n_regressors: usize,
    /// Differenced values that they were tested on.
    pub n: usize,
    /// Of the F test that none of them does anything; `None` where none was there to test.
    pub p: Option<f64>,
    /// Benjamini–Hochberg over the series of the metric.
    pub q: Option<f64>,
}

impl Tested {
    /// True where the history shows an effect.
    pub(super) fn is_shown(&self) -> bool {
        self.q.is_some_and(|q| q <= RATE)
    }
}

/// Why a series was not tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// Its history has too few periods, or too many gaps.
    Short,
    /// Nothing that was asked for differs from year to year.
    Still,
    /// Without its effects it would no longer be on the scale that it is modelled on.
    Scale,
}

/// Effects that are in a projection.
pub(super) struct Used {
    /// Regressors of the groups that were shown.
    pub regressors: Regressors,
    pub fit: Fit,
    pub known: Known,
    /// The place in the panel of the first period that the regressors hold.
    pub first: usize,
}

/// What a series is tested with.
struct Candidate {
    regressors: Regressors,
    fit: Option<Fit>,
    first: usize,
    scale: Scale,
    values: Vec<f64>,
}

/// Returns what the calendar does to each of `histories`, the series of one metric from the panel's period `from` on.
///
/// `histories` are in the metric's unit, one value a period up to the one before the target; gaps are NaN.
pub(super) fn learned(asked: &Asked, run: &Run, from: usize, histories: &[Vec<f64>]) -> Vec<Learned> {
    let periods = &run.plan.periods;
    let Some(season) = periods.calendar.season(periods.grain) else {
        unreachable!("`calendar` is refused where there is no season");
    };
    let all: Vec<Period> = run.panel.periods[from..].to_vec();
    let candidates: Vec<Option<Candidate>> = histories
        .par_iter()
        .map(|history| candidate(asked, &all, from, history, season))
        .collect();
    let tests: Vec<GroupTests> = asked.groups().map(|it| GroupTests::new(it, &candidates)).collect();
    let series: Vec<(usize, Option<Candidate>)> = candidates.into_iter().enumerate().collect();
    series
        .into_par_iter()
        .map(|(idx, candidate)| {
            let groups = tests.iter().map(|it| it.of(idx, candidate.as_ref())).collect();
            concluded(groups, candidate, &histories[idx], season)
        })
        .collect()
}

/// The tests of one group of regressors, series by series.
struct GroupTests {
    group: Group,
    p: Vec<Option<f64>>,
    q: Vec<Option<f64>>,
}

impl GroupTests {
    fn new(group: Group, candidates: &[Option<Candidate>]) -> Self {
        let p = |it: &Option<Candidate>| {
            let it = it.as_ref()?;
            it.fit.as_ref()?.p(it.regressors.range(group))
        };
        let p: Vec<Option<f64>> = candidates.iter().map(p).collect();
        Self {
            group,
            q: benjamini_hochberg(&p),
            p,
        }
    }

    /// Returns what was found of the series at a place.
    fn of(&self, idx: usize, candidate: Option<&Candidate>) -> Tested {
        let fit = candidate.and_then(|it| it.fit.as_ref());
        Tested {
            group: self.group,
            n_regressors: candidate.map_or(0, |it| it.regressors.range(self.group).len()),
            n: fit.map_or(0, |it| it.n),
            p: self.p[idx],
            q: self.q[idx],
        }
    }
}

/// Makes the regressors of one series and fits them all; `None` where it has no value.
fn candidate(asked: &Asked, all: &[Period], from: usize, history: &[f64], season: usize) -> Option<Candidate> {
    let first = history.iter().position(|v| !v.is_nan())?;
    let known = || history[first..].iter().filter(|v| !v.is_nan());
    let scale = if known().all(|v| *v > 0.0) {
        Scale::Log
    } else {
        Scale::Level
    };
    let modelled = |v: &f64| match scale {
        Scale::Log => libm::log(*v),
        Scale::Level => *v,
    };
    let values: Vec<f64> = history[first..].iter().map(modelled).collect();
    let regressors = Regressors::new(asked, &all[first..], season);
    Some(Candidate {
        fit: airline::fit(&values, &regressors.columns(), season),
        regressors,
        first: from + first,
        scale,
        values,
    })
}

/// Keeps what was shown, and learns its effects without the rest.
fn concluded(groups: Vec<Tested>, candidate: Option<Candidate>, history: &[f64], season: usize) -> Learned {
    let Some(candidate) = candidate else {
        return Learned {
            groups,
            refused: Some(Refused::Short),
            used: None,
            dropped: Vec::new(),
        };
    };
    let dropped = candidate.regressors.dropped.clone();
    let refused = match &candidate.fit {
        _ if candidate.regressors.all.is_empty() => Some(Refused::Still),
        None => Some(Refused::Short),
        Some(_) => None,
    };
    let shown: Vec<Group> = groups.iter().filter(|it| it.is_shown()).map(|it| it.group).collect();
    let mut learned = Learned {
        groups,
        refused,
        used: None,
        dropped,
    };
    if shown.is_empty() {
        return learned;
    }
    let first = history.len() - candidate.values.len();
    let regressors = candidate.regressors.only(&shown);
    let noise = candidate.fit.as_ref().map(|it| it.noise);
    let columns = regressors.columns();
    // The noise is that of the fit that was tested: to learn it again costs as much, and tells the same.
    let fit = noise.and_then(|noise| airline::fit_under(&candidate.values, &columns, season, noise));
    let Some(fit) = fit else {
        unreachable!("fewer columns of the same series can be fitted");
    };
    let known = known(&fit, &regressors, candidate.scale, first);
    if known.taken_from(history).is_none() {
        learned.refused = Some(Refused::Scale);
        return learned;
    }
    learned.used = Some(Used {
        known,
        regressors,
        fit,
        first: candidate.first,
    });
    learned
}

/// What of the effects belongs to each period of a history that begins `first` periods before the regressors.
fn known(fit: &Fit, regressors: &Regressors, scale: Scale, first: usize) -> Known {
    let n = regressors.n_history();
    let past = std::iter::repeat_n(0.0, first).chain((0..n).map(|i| fit.effect(&regressors.row(i)).0));
    let (target, error) = fit.effect(&regressors.row(n));
    Known {
        scale,
        past: past.collect(),
        target,
        error,
        inflation: fit.n as f64 / fit.freedom(),
    }
}

/// Says what a reader must know: where histories are too short, and what comes for the first time.
pub(super) fn warnings(run: &Run, metric: usize, learned: &[Learned]) -> Vec<Diagnostic> {
    let label = &run.plan.metrics[metric].label;
    let mut found = Vec::new();
    let of = |refused: Refused| {
        let series = learned.iter().zip(&run.panel.categories);
        let names = series.filter(|it| it.0.refused == Some(refused)).map(|it| it.1.clone());
        names.collect::<Vec<String>>()
    };
    let short = of(Refused::Short);
    if !short.is_empty() {
        let message = format!(
            "the history of {label} of {} is too short to tell what the calendar does to it",
            text::list(&short)
        );
        found.push(Diagnostic::warning("calendar-short", message));
    }
    let unseen: BTreeSet<&str> = learned
        .iter()
        .flat_map(|it| &it.dropped)
        .filter(|it| it.why == regressors::Why::Unseen)
        .map(|it| it.name.as_str())
        .collect();
    // A series that begins late may not have seen what others have: it is one warning all the same.
    if !unseen.is_empty() {
        let names: Vec<String> = unseen.into_iter().map(str::to_owned).collect();
        let message = format!(
            "{} differs from the year before in {}, and history cannot tell what that does to {label}",
            run.plan.periods.calendar.label(&run.plan.periods.target),
            text::list(&names)
        );
        found.push(Diagnostic::warning("calendar-unseen", message));
    }
    found
}
