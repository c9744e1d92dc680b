//! A metric's parts by day and hour, in columns.
//!
//! It must not know what is tested or told.

use super::Told;
use crate::analysis::Run;
use crate::analysis::reading;
use crate::model::expr::Formula;
use crate::model::expr::Reduce;
use crate::model::period::Period;
use crate::model::plan::Clock;
use crate::model::plan::Metric;
use crate::model::plan::Plan;
use crate::stats::cycles::Day;
use jiff::civil::Date;
use jiff::civil::date;

/// Hours of a day.
pub(super) const HOURS: usize = 24;
/// Days of a week.
pub(super) const WEEKDAYS: usize = 7;
/// Hours of a week.
pub(super) const CLOCKS: usize = WEEKDAYS * HOURS;

/// Every day of the extent, with or without rows.
pub(super) struct Days {
    /// The first day.
    pub from: Date,
    /// Both parts of each hour of each day; a total's lower part is 1. Without a clock all is in the first hour.
    pub hours: Vec<Day>,
    /// True where the hours are known.
    pub has_hours: bool,
    /// True where the metric is a total.
    pub is_total: bool,
    /// True where the metric is a share of counted things: Wilson's interval holds.
    pub is_share: bool,
}

impl Days {
    /// Returns the date of a day by its place.
    pub fn date(&self, place: usize) -> Date {
        // Places count days of a calendar: far below 2^63.
        self.from.saturating_add(jiff::Span::new().days(place as i64))
    }

    /// Returns the place of a day's weekday, Monday first.
    pub fn weekday(&self, place: usize) -> usize {
        usize::try_from(self.date(place).weekday().to_monday_zero_offset()).expect("weekdays count from none")
    }

    /// Lists the places of the days in some stretches.
    pub fn within(&self, stretches: &[Period]) -> Vec<usize> {
        let all = 0..self.hours.len();
        all.filter(|it| stretches.iter().any(|period| period.contains(self.date(*it))))
            .collect()
    }

    /// Returns both parts of a whole day.
    pub fn whole(&self, place: usize) -> [f64; 2] {
        let sum = |side: usize| {
            crate::stats::sum::exact_sum(&self.hours[place].iter().map(|it| it[side]).collect::<Vec<_>>())
        };
        [sum(0), if self.is_total { 1.0 } else { sum(1) }]
    }
}

/// Reads a metric.
pub(super) fn days(told: &Told, run: &Run, metric: &Metric) -> Days {
    let plan = run.plan;
    let extent = told.extent(plan);
    let n = usize::try_from(extent.n_days()).expect("an extent ends after it begins");
    let first = (extent.from - date(1970, 1, 1)).get_days();
    let leaves: Vec<usize> = metric.formula.leaves().into_iter().copied().collect();
    // amounts[leaf][day × 24 + hour]
    let mut amounts = vec![vec![0.0; n * HOURS]; leaves.len()];
    for (leaf, &measure) in leaves.iter().enumerate() {
        let source = plan.measures[measure].source;
        let request = told.request(plan, source).expect("a metric's source is asked");
        let answer = run.panel.answer(&request).expect("what an analysis asks is answered");
        let measures = told.measures(plan, source);
        let column = measures
            .iter()
            .position(|it| *it == measure)
            .expect("a metric's measures are asked");
        for (row_idx, &day) in answer.day.iter().enumerate() {
            let hour = answer.clock.get(row_idx).map_or(0, |it| usize::from(*it) % HOURS);
            let day = usize::try_from(day - first).expect("only days of the extent are asked");
            amounts[leaf][day * HOURS + hour] = answer.amount(column, row_idx).unwrap_or(0.0);
        }
    }
    let ratio = metric.ratio().filter(|_| !reading::adds_up(plan, &metric.formula));
    let value = |formula: &Formula<usize>, at: usize| {
        let amount = |measure: &usize| Some(amounts[leaves.iter().position(|it| it == measure)?][at]);
        formula.value(&amount).unwrap_or(0.0)
    };
    let both = |at: usize| match ratio {
        Some((above, below)) => [value(above, at), value(below, at)],
        None => [value(&metric.formula, at), 1.0],
    };
    let is_clocked = |it: &usize| plan.sources[plan.measures[*it].source].clock != Clock::None;
    Days {
        from: extent.from,
        hours: (0..n)
            .map(|day| (0..HOURS).map(|hour| both(day * HOURS + hour)).collect())
            .collect(),
        has_hours: leaves.iter().all(is_clocked),
        is_total: ratio.is_none(),
        is_share: ratio.is_some_and(|(above, below)| is_among(plan, above, below)),
    }
}

/// True where what the upper part counts is counted by the lower too: rows of the same source under the same or a
/// weaker filter.
fn is_among(plan: &Plan, above: &Formula<usize>, below: &Formula<usize>) -> bool {
    let (Formula::Leaf(above), Formula::Leaf(below)) = (above, below) else {
        return false;
    };
    let (above, below) = (&plan.measures[*above], &plan.measures[*below]);
    let counts = |it: &crate::model::plan::Measure| it.aggregate.reduce == Reduce::Count && it.aggregate.of.is_none();
    let is_weaker = below.aggregate.filter.is_none() || below.aggregate.filter == above.aggregate.filter;
    counts(above) && counts(below) && above.source == below.source && is_weaker
}
