//! Customers with the periods in which each was active, in plain columns.
//!
//! It brings an answer into the form that kernels take; it must not know what is made of it.

use super::Told;
use crate::analysis::Run;
use crate::model::labels::Labels;
use crate::model::period::Period;
use crate::stats::cohorts;
use jiff::ToSpan;
use jiff::civil::Date;
use std::sync::Arc;

/// Who was active when.
pub struct Following {
    /// Periods from the first with activity, ascending; all of them are complete at their end.
    pub periods: Vec<Period>,
    /// What the calendar calls them; same length.
    pub names: Vec<String>,
    /// True where the data begin inside the first period.
    pub is_cut: bool,
    /// All customers met.
    pub customers: Arc<Labels>,
    /// The first period of each customer; none for one who was never active.
    pub first: Vec<Option<u32>>,
    /// The period of each row: a customer active in a period.
    pub period: Vec<u32>,
    /// The customer of each row.
    pub customer: Vec<u32>,
    /// The value of each row in its smallest unit; empty where no value was asked for.
    pub value: Vec<i64>,
    /// How many customers were active on a mean day of each period; none where it was not asked or not seen whole.
    pub daily: Vec<Option<f64>>,
}

impl Following {
    /// Reads both answers.
    pub fn new(told: &Told, run: &Run) -> Self {
        let request = told.activity(run.plan);
        let answer = run.panel.answer(&request).expect("cohorts asked for activity");
        let is_active = |row: &usize| told.active.is_none() || answer.values[0].get(*row).is_some_and(|n| 0 < n);
        let rows: Vec<usize> = (0..answer.customer.len()).filter(is_active).collect();
        let before = rows.iter().map(|&row| answer.period[row]).min().unwrap_or(0);
        let period: Vec<u32> = rows.iter().map(|&row| answer.period[row] - before).collect();
        let customer: Vec<u32> = rows.iter().map(|&row| answer.customer[row]).collect();
        let column = usize::from(told.active.is_some());
        let value = match told.value {
            Some(_) => rows
                .iter()
                .map(|&row| answer.values[column].get(row).unwrap_or(0))
                .collect(),
            None => Vec::new(),
        };
        let periods = request.periods[before as usize..].to_vec();
        let (is_cut, daily) = days(told, run, &periods);
        Self {
            is_cut,
            first: cohorts::first_periods(&period, &customer, answer.customers.len()),
            customers: Arc::clone(&answer.customers),
            names: periods.iter().map(|it| run.plan.periods.calendar.name(it)).collect(),
            periods,
            period,
            customer,
            value,
            daily,
        }
    }

    /// The two columns of activity.
    pub fn columns(&self) -> [&[u32]; 2] {
        [&self.period, &self.customer]
    }
}

/// Whether the data begin inside the first period, and the mean day of each.
fn days(told: &Told, run: &Run, periods: &[Period]) -> (bool, Vec<Option<f64>>) {
    let request = told.days(run.plan);
    let answer = run.panel.answer(&request).expect("cohorts asked for days");
    let day = |days: &i32| Date::constant(1970, 1, 1).saturating_add(i64::from(*days).days());
    let is_cut = answer
        .day
        .first()
        .zip(periods.first())
        .is_some_and(|(first, period)| period.from < day(first));
    let Some(actives) = answer.values.get(1) else {
        return (is_cut, vec![None; periods.len()]);
    };
    let mut sums = vec![0_i64; periods.len()];
    for (days, n) in answer.day.iter().zip(actives.iter()) {
        let day = day(days);
        if let Some(place) = periods.iter().position(|it| it.contains(day)) {
            sums[place] += n.unwrap_or(0);
        }
    }
    let mean = |(place, sum): (usize, &i64)| {
        let is_whole = !(is_cut && place == 0);
        is_whole.then(|| *sum as f64 / periods[place].n_days() as f64)
    };
    (is_cut, sums.iter().enumerate().map(mean).collect())
}
