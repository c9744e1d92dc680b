//! How rhythms become facts.
//!
//! Each pattern has its phases (hours, weekdays, parts of the month, months of the year) with share or rate, index
//! and the comparison's index, and a probability. It must not know how they are worded.

use super::Told;
use super::days::Days;
use super::days::HOURS;
use super::days::WEEKDAYS;
use super::days::days;
use super::kept;
use super::kept::Kept;
use crate::analysis::Recorder;
use crate::analysis::Run;
use crate::model::calendar::Calendar;
use crate::model::facts::Facts;
use crate::model::facts::Interval;
use crate::model::facts::Value;
use crate::model::period::Grain;
use crate::model::period::Period;
use crate::model::plan::Metric;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::stats::cycles;
use crate::stats::cycles::Day;
use crate::stats::sum::exact_sum;
use crate::stats::sum::mean;
use crate::words::text;

/// Draws behind a probability: the smallest that can be found is a thousandth.
const DRAWS: usize = 999;
/// Days of a window below which weekdays cannot be told apart: each must have come at least twice.
const FEWEST_DAYS: usize = 14;
/// Whole months below which the days of the month cannot be told apart from single events.
const FEWEST_MONTHS: usize = 3;
/// Months of a year.
const MONTHS: usize = 12;
/// Days at either end of a month that paydays fall into.
const END_DAYS: i8 = 5;

/// A metric on its way into facts.
struct Rhythm<'a> {
    metric: &'a Metric,
    id: String,
    days: Days,
    /// Places of the days of the target's window, and of the comparison's.
    windows: Vec<Vec<usize>>,
    /// What is kept back of each window.
    kept: Vec<Kept>,
    seed: u64,
}

/// Computes and records everything.
pub(super) fn record(told: &Told, run: &Run) -> Facts {
    let mut record = Recorder::new("rhythm");
    for metric in told.metrics.iter().map(|&it| &run.plan.metrics[it]) {
        let days = days(told, run, metric);
        let windows = told.windows(run.plan);
        let rhythm = Rhythm {
            metric,
            id: format!("rhythm/{}", text::slug(&metric.name)),
            windows: windows.iter().map(|it| days.within(it)).collect(),
            kept: kept::kept(told, run, metric, days.has_hours),
            days,
            seed: run.plan.seed,
        };
        let periods = windows[0]
            .iter()
            .map(|it| format!("{}/{}", it.from, it.until))
            .collect();
        record.about(&metric.name, "", periods);
        let n = Some(rhythm.windows[0].len() as f64);
        record.number(
            format!("{}/n_days", rhythm.id),
            n,
            Unit::default(),
            "days of the window",
        );
        if rhythm.days.has_hours {
            rhythm.hours(&mut record);
            rhythm.cells(&mut record);
        }
        rhythm.weekdays(&mut record);
        rhythm.months(&mut record, told.extent(run.plan));
        rhythm.seasons(&mut record, told.extent(run.plan));
    }
    record.facts
}

impl Rhythm<'_> {
    fn probability(&self, record: &mut Recorder, name: &str, p: Option<f64>, method: &str) {
        let unit = Unit::total(Quantity::Probability);
        record.number(format!("{}/{name}", self.id), p, unit, method);
    }

    /// Records the phases of a pattern: one entry a phase in all slices. `kept` holds for each window which are kept back.
    fn phases(
        &self,
        record: &mut Recorder,
        pattern: &str,
        now: &Day,
        n_days: &[usize],
        before: Option<&Day>,
        kept: &[&[bool]],
    ) {
        let sum = exact_sum(&now.iter().map(|it| it[0]).collect::<Vec<_>>());
        let indices = cycles::indices(now);
        let others = before.map(|it| cycles::indices(it));
        for (phase, [above, below]) in now.iter().enumerate() {
            let id = format!("{}/{pattern}/{phase}", self.id);
            let unit = self.metric.unit.clone();
            let count = |n: usize| Some(n as f64);
            record.number(
                format!("{id}/days"),
                count(n_days[phase]),
                Unit::default(),
                "days of the phase",
            );
            if let Some(others) = &others {
                let id = format!("{id}/before_index");
                if kept.get(1).is_some_and(|it| it[phase]) {
                    record.withheld(id, Unit::default());
                } else {
                    record.number(id, others[phase], Unit::default(), "the index in the comparison");
                }
            }
            if kept[0][phase] {
                self.withhold(record, &id);
                continue;
            }
            if self.days.is_total {
                record.number(format!("{id}/sum"), Some(*above), unit.clone(), "sum over the window");
                let share = (sum != 0.0).then(|| above / sum);
                record.number(
                    format!("{id}/share"),
                    share,
                    Unit::total(Quantity::Share),
                    "share of the window’s sum",
                );
                let rate = (*below > 0.0).then(|| above / below);
                record.number(format!("{id}/value"), rate, unit, "mean of a day");
            } else {
                let rate = (*below != 0.0).then(|| above / below);
                let ends = cycles::wilson(*above, *below).filter(|_| self.days.is_share);
                let interval = ends.map(|[low, high]| Interval {
                    level_pct: 95,
                    low,
                    high,
                });
                let method = "ratio of the parts’ sums";
                record.fact(format!("{id}/value"), Value::Number(rate), unit, interval, None, method);
                record.number(
                    format!("{id}/of"),
                    Some(*below),
                    Unit::default(),
                    "the lower part’s sum",
                );
            }
            let method = "rate over the rate of all phases";
            record.number(format!("{id}/index"), indices[phase], Unit::default(), method);
        }
    }

    /// Records that a phase is kept back.
    fn withhold(&self, record: &mut Recorder, id: &str) {
        let own = self.metric.unit.clone();
        let told = if self.days.is_total {
            vec![
                ("sum", own.clone()),
                ("share", Unit::total(Quantity::Share)),
                ("value", own),
            ]
        } else {
            vec![("value", own), ("of", Unit::default())]
        };
        for (name, unit) in told.into_iter().chain([("index", Unit::default())]) {
            record.withheld(format!("{id}/{name}"), unit);
        }
    }

    /// Returns what is kept back of a pattern, window by window.
    fn kept_of(&self, of: impl Fn(&Kept) -> &Vec<bool>) -> Vec<&[bool]> {
        self.kept.iter().map(|it| of(it).as_slice()).collect()
    }

    fn hours(&self, record: &mut Recorder) {
        let pooled = |places: &[usize]| {
            let days: Vec<&Day> = places.iter().map(|it| &self.days.hours[*it]).collect();
            cycles::pooled(&days, HOURS)
        };
        let before = self.windows.get(1).map(|it| pooled(it));
        let n_days = vec![self.windows[0].len(); HOURS];
        let kept = self.kept_of(|it| &it.hours);
        let now = pooled(&self.windows[0]);
        self.phases(record, "hours", &now, &n_days, before.as_ref(), &kept);
        let taken =
            |places: &Vec<usize>| -> Vec<Day> { places.iter().map(|it| self.days.hours[*it].clone()).collect() };
        let p = cycles::turned_p(&taken(&self.windows[0]), DRAWS, self.seed);
        self.probability(record, "hours/p", p, "hours turned within each day");
        if let Some(before) = self.windows.get(1) {
            let p = self.changed(before, &taken);
            self.probability(
                record,
                "hours/changed_p",
                p,
                "days exchanged with the comparison within weekdays",
            );
        }
    }

    /// Tests whether the target's days and the comparison's have one pattern.
    fn changed(&self, before: &Vec<usize>, taken: &dyn Fn(&Vec<usize>) -> Vec<Day>) -> Option<f64> {
        let strata =
            [&self.windows[0], before].map(|it| it.iter().map(|day| self.days.weekday(*day)).collect::<Vec<_>>());
        let sides = [taken(&self.windows[0]), taken(before)];
        cycles::changed_p([&sides[0], &sides[1]], [&strata[0], &strata[1]], DRAWS, self.seed)
    }

    /// One phase an hour of the week.
    fn cells(&self, record: &mut Recorder) {
        let mut cells = Vec::new();
        let mut n_days = Vec::new();
        for weekday in 0..WEEKDAYS {
            let of = self.windows[0].iter().filter(|it| self.days.weekday(**it) == weekday);
            let days: Vec<&Day> = of.map(|it| &self.days.hours[*it]).collect();
            n_days.extend([days.len()].repeat(HOURS));
            cells.extend(cycles::pooled(&days, HOURS));
        }
        let kept = self.kept_of(|it| &it.cells);
        self.phases(record, "cells", &cells, &n_days, None, &kept[..1]);
    }

    fn weekdays(&self, record: &mut Recorder) {
        let as_day = |place: usize| -> Day {
            let mut day = vec![[0.0; 2]; WEEKDAYS];
            day[self.days.weekday(place)] = self.days.whole(place);
            day
        };
        let taken = |places: &Vec<usize>| -> Vec<Day> { places.iter().map(|it| as_day(*it)).collect() };
        let pooled = |places: &Vec<usize>| cycles::pooled(&taken(places).iter().collect::<Vec<_>>(), WEEKDAYS);
        let now = &self.windows[0];
        let phase: Vec<usize> = now.iter().map(|it| self.days.weekday(*it)).collect();
        let n_days: Vec<usize> = (0..WEEKDAYS)
            .map(|it| phase.iter().filter(|at| **at == it).count())
            .collect();
        let before = self.windows.get(1).map(pooled);
        let kept = self.kept_of(|it| &it.weekdays);
        self.phases(record, "weekdays", &pooled(now), &n_days, before.as_ref(), &kept);
        let whole: Vec<[f64; 2]> = now.iter().map(|it| self.days.whole(*it)).collect();
        let p = (now.len() >= FEWEST_DAYS).then(|| cycles::shuffled_p(&whole, &phase, DRAWS, self.seed));
        self.probability(record, "weekdays/p", p.flatten(), "days shuffled over weekdays");
        if let Some(before) = self.windows.get(1) {
            let is_long = now.len() >= FEWEST_DAYS && before.len() >= FEWEST_DAYS;
            let p = if is_long { self.weekdays_changed(before) } else { None };
            self.probability(
                record,
                "weekdays/changed_p",
                p,
                "days exchanged with the comparison within weekdays",
            );
        }
    }

    /// As [`Rhythm::changed`], by weekday.
    fn weekdays_changed(&self, before: &Vec<usize>) -> Option<f64> {
        let taken = |places: &Vec<usize>| -> Vec<Day> {
            let phased = |it: &usize| {
                let mut day = vec![[0.0; 2]; WEEKDAYS];
                day[self.days.weekday(*it)] = self.days.whole(*it);
                day
            };
            places.iter().map(phased).collect()
        };
        self.changed(before, &taken)
    }

    /// First days, last days and those between, over all whole months, each held against its month and its weekday.
    fn months(&self, record: &mut Recorder, extent: Period) {
        let months = whole_months(extent);
        let n = Some(months.len() as f64);
        record.number(format!("{}/month/n", self.id), n, Unit::default(), "whole months");
        if months.len() < FEWEST_MONTHS {
            return;
        }
        let rate = |places: &[usize]| {
            let sum = |side: usize| exact_sum(&places.iter().map(|it| self.days.whole(*it)[side]).collect::<Vec<_>>());
            let (above, below) = (sum(0), sum(1));
            (below != 0.0 && above != 0.0).then(|| above / below)
        };
        let all = self.days.within(&months);
        let level = rate(&all);
        let weekday: Vec<Option<f64>> = (0..WEEKDAYS)
            .map(|it| Some(rate(&self.days.within_weekday(&all, it))? / level?))
            .collect();
        let (mut values, mut parts) = (Vec::new(), Vec::new());
        for month in &months {
            let places = self.days.within(&[*month]);
            let level = rate(&places);
            for place in places {
                let Some(expected) = level.zip(weekday[self.days.weekday(place)]).map(|(a, b)| a * b) else {
                    continue;
                };
                let [above, below] = self.days.whole(place);
                values.push([above / expected, below]);
                parts.push(part_of_month(self.days.date(place), *month));
            }
        }
        for part in 0..3 {
            let of: Vec<[f64; 2]> = values
                .iter()
                .zip(&parts)
                .filter(|it| *it.1 == part)
                .map(|it| *it.0)
                .collect();
            let sum = |side: usize| exact_sum(&of.iter().map(|it| it[side]).collect::<Vec<_>>());
            let index = (sum(1) != 0.0).then(|| sum(0) / sum(1));
            let method = "days held against their month’s level and their weekday’s index";
            record.number(
                format!("{}/month/{part}/index", self.id),
                index,
                Unit::default(),
                method,
            );
        }
        let p = cycles::shuffled_p(&values, &parts, DRAWS, self.seed);
        self.probability(record, "month/p", p, "days shuffled over parts of the month");
    }

    /// Months of the year against the twelve months that they stand in; only where the data hold over a year.
    fn seasons(&self, record: &mut Recorder, extent: Period) {
        let months = whole_months(extent);
        let n_years = months.len() / MONTHS;
        let n = Some(n_years as f64);
        record.number(
            format!("{}/season/years", self.id),
            n,
            Unit::default(),
            "blocks of twelve whole months",
        );
        let skipped = months.len() - n_years * MONTHS;
        let mut by_month = vec![Vec::new(); MONTHS];
        for year in months[skipped..].chunks(MONTHS) {
            let rates: Vec<[f64; 2]> = year
                .iter()
                .map(|month| {
                    let places = self.days.within(&[*month]);
                    let sum = |side: usize| {
                        exact_sum(&places.iter().map(|it| self.days.whole(*it)[side]).collect::<Vec<_>>())
                    };
                    [sum(0), sum(1)]
                })
                .collect();
            for (month, index) in year.iter().zip(cycles::indices(&rates)) {
                let place = usize::try_from(month.from.month() - 1).expect("months count from one");
                by_month[place].extend(index);
            }
        }
        for (month, all) in by_month.iter().enumerate().filter(|_| n_years > 0) {
            let id = format!("{}/season/{}/index", self.id, month + 1);
            record.number(
                id,
                mean(all),
                Unit::default(),
                "mean over years of the month’s rate over its year’s",
            );
        }
    }
}

impl Days {
    fn within_weekday(&self, places: &[usize], weekday: usize) -> Vec<usize> {
        places
            .iter()
            .copied()
            .filter(|it| self.weekday(*it) == weekday)
            .collect()
    }
}

/// Lists the calendar months that lie wholly in a stretch.
fn whole_months(extent: Period) -> Vec<Period> {
    let last = extent.until.yesterday().unwrap_or(extent.until);
    // Paydays and seasons follow everybody's calendar, whatever the periods of the memo are.
    let civil = Calendar::Civil;
    let ends = [extent.from, last].map(|day| civil.containing(day, Grain::Month));
    let [Some(first), Some(last)] = ends else {
        return Vec::new();
    };
    let is_whole = |it: &Period| extent.from <= it.from && it.until <= extent.until;
    civil.through(&first, &last).into_iter().filter(is_whole).collect()
}

/// The first five days, the last five, or between: 0, 2 or 1.
fn part_of_month(day: jiff::civil::Date, month: Period) -> usize {
    let last = month.last_day().day();
    match day.day() {
        it if it <= END_DAYS => 0,
        it if last - END_DAYS < it => 2,
        _ => 1,
    }
}
