//! Which hours and weekdays are kept back: those of a few customers, and those that would give them away.
//!
//! Customers are counted by hour of the week; those of an hour of the day, or of a weekday, are at least as many as those of
//! its largest hour. It must not know what is said of an hour.

use super::Told;
use super::days::CLOCKS;
use super::days::HOURS;
use super::days::WEEKDAYS;
use crate::analysis::Run;
use crate::model::expr::Aggregate;
use crate::model::expr::Expr;
use crate::model::expr::Reduce;
use crate::model::period::Period;
use crate::model::plan::Metric;
use crate::model::plan::Plan;
use crate::model::plan::Role;
use crate::model::request::Key;
use crate::model::request::Request;
use crate::stats::disclosure;
use crate::stats::disclosure::Printed;
use crate::stats::disclosure::Sum;

/// What an hour with enough customers weighs; one with few weighs 1. So hours together have few exactly where each of them
/// has: customers of two hours may be the same, and their numbers do not add up.
const MANY: u64 = CLOCKS as u64 + 1;

/// What is kept back of one window.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    /// One an hour of the day.
    pub hours: Vec<bool>,
    /// One a weekday.
    pub weekdays: Vec<bool>,
    /// One an hour of the week.
    pub cells: Vec<bool>,
}

/// Asks how many customers each hour of the week has in each stretch of a window; `None` where any number will do, or the
/// source does not say who.
pub(super) fn request(told: &Told, plan: &Plan, source: usize) -> Option<Request> {
    let measures = told.measures(plan, source);
    let customer = match &plan.sources[source].role {
        Role::Events { customer, .. } => customer,
        Role::Customers { .. } | Role::Things { .. } => return None,
    };
    let is_asked = 1 < plan.min_cell && !customer.is_empty() && !measures.is_empty();
    let count = |measure: &usize| Aggregate {
        reduce: Reduce::CountDistinct,
        of: Some(Expr::Column(customer.clone())),
        filter: plan.measures[*measure].aggregate.filter.clone(),
    };
    let mut periods: Vec<Period> = told.windows(plan).into_iter().flatten().collect();
    periods.sort_unstable();
    is_asked.then(|| Request {
        source,
        keys: vec![Key::Period, Key::Clock],
        periods,
        categories: Vec::new(),
        aggregates: measures.iter().map(count).collect(),
    })
}

/// Decides what of a metric is kept back in each window; only where its hours are known are hours told.
pub(super) fn kept(told: &Told, run: &Run, metric: &Metric, has_hours: bool) -> Vec<Kept> {
    let windows = told.windows(run.plan);
    let one = |(at, window): (usize, &Vec<Period>)| {
        // The hours of the week are told of the target's window alone.
        decided(&weights(told, run, metric, window), has_hours, has_hours && at == 0)
    };
    windows.iter().enumerate().map(one).collect()
}

/// Weighs the hours of the week by their customers, one side a measure of the metric: 0 where nobody is, 1 where few are.
fn weights(told: &Told, run: &Run, metric: &Metric, window: &[Period]) -> Vec<Vec<u64>> {
    let plan = run.plan;
    let leaves = metric.formula.leaves();
    let mut weights = vec![vec![0; leaves.len()]; CLOCKS];
    for (side, &&measure) in leaves.iter().enumerate() {
        let source = plan.measures[measure].source;
        let Some(request) = request(told, plan, source) else {
            // Nobody is told apart.
            weights.iter_mut().for_each(|it| it[side] = MANY);
            continue;
        };
        let answer = run.panel.answer(&request).expect("what an analysis asks is answered");
        let measures = told.measures(plan, source);
        let column = measures.iter().position(|it| *it == measure);
        let column = column.expect("a metric's measures are asked");
        for row_idx in 0..answer.n_rows() {
            if !window.contains(&request.periods[answer.period[row_idx] as usize]) {
                continue;
            }
            let n = answer.values[column].get(row_idx).unwrap_or(0);
            let weight = match u64::try_from(n).expect("a count is not negative") {
                0 => 0,
                n if n < plan.min_cell => 1,
                _ => MANY,
            };
            let own = &mut weights[usize::from(answer.clock[row_idx])][side];
            *own = weight.max(*own);
        }
    }
    weights
}

/// Decides by what all told hours, weekdays and the total give away together.
fn decided(weights: &[Vec<u64>], has_hours: bool, has_cells: bool) -> Kept {
    let sum = |is_told: bool, is_in: &dyn Fn(usize) -> bool| Sum {
        cells: (0..CLOCKS).filter(|it| is_in(*it)).collect(),
        printed: if is_told { Printed::WhereSafe } else { Printed::Never },
    };
    let weekdays = (0..WEEKDAYS).map(|it| sum(true, &|clock| clock / HOURS == it));
    let mut sums: Vec<Sum> = weekdays.collect();
    if has_hours {
        sums.extend((0..HOURS).map(|it| sum(true, &|clock| clock % HOURS == it)));
    }
    if has_cells {
        sums.extend((0..CLOCKS).map(|it| sum(true, &|clock| clock == it)));
    }
    sums.push(Sum {
        cells: (0..CLOCKS).collect(),
        printed: Printed::Always,
    });
    let mut kept = disclosure::left_out(weights, &sums, MANY).into_iter();
    let mut take = |n: usize, is_told: bool| kept.by_ref().take(if is_told { n } else { 0 }).collect();
    Kept {
        weekdays: take(WEEKDAYS, true),
        hours: take(HOURS, has_hours),
        cells: take(CLOCKS, has_cells),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(few: &[usize]) -> Kept {
        let weight = |clock: usize| vec![if few.contains(&clock) { 1 } else { MANY }];
        let weights: Vec<Vec<u64>> = (0..CLOCKS).map(weight).collect();
        decided(&weights, true, true)
    }

    fn places(kept: &[bool]) -> Vec<usize> {
        (0..kept.len()).filter(|it| kept[*it]).collect()
    }

    #[test]
    fn one_hour_of_few_takes_a_second_along_wherever_a_sum_would_tell_it() {
        let kept = of(&[3]);
        // Monday's hours and the weekdays of the hour of three: a second in each, and a fourth where those two meet.
        let cells = places(&kept.cells);
        assert!(cells.contains(&3));
        let alone = |way: &dyn Fn(usize) -> usize| {
            cells
                .iter()
                .any(|it| cells.iter().filter(|other| way(**other) == way(*it)).count() < 2)
        };
        let is_closed = kept.hours.iter().chain(&kept.weekdays).all(|it| !it);
        assert!(
            !is_closed || !(alone(&|it| it / HOURS) || alone(&|it| it % HOURS)),
            "{kept:?}"
        );
        assert!(cells.len() <= 4, "{cells:?}");
    }

    #[test]
    fn nothing_is_kept_where_all_hours_have_many() {
        let kept = of(&[]);
        assert!(kept.hours.iter().chain(&kept.weekdays).chain(&kept.cells).all(|it| !it));
    }

    #[test]
    fn a_weekday_of_few_hides_behind_another() {
        let weight = |clock: usize| {
            vec![if !clock.is_multiple_of(HOURS) {
                0
            } else if clock < HOURS {
                1
            } else {
                MANY
            }]
        };
        let weights: Vec<Vec<u64>> = (0..CLOCKS).map(weight).collect();
        let kept = decided(&weights, false, false);
        assert_eq!(places(&kept.weekdays).len(), 2);
        assert!(kept.weekdays[0] && kept.hours.is_empty() && kept.cells.is_empty());
    }
}
