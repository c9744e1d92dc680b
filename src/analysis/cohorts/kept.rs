//! Which cohorts, and who of them, are kept back: figures of a few customers, and what would give them away.
//!
//! Rows of the triangle are known beside sums along it: who was active in a period, and how many came back after so many
//! periods. It must not know how a triangle is told.

use super::MOST_SHOWN;
use crate::stats::disclosure;
use crate::stats::disclosure::Printed;
use crate::stats::disclosure::Sum;

/// What of a triangle of customers is kept back.
pub(super) struct Kept {
    /// One entry a cohort and period from its first on.
    pub(super) cells: Vec<Vec<bool>>,
    /// Customers of all cohorts after so many periods, with the first cohort and without it: one entry a number of periods.
    pub(super) ages: [Vec<bool>; 2],
    /// Customers active in each period.
    pub(super) periods: Vec<bool>,
}

impl Kept {
    /// Decides for a triangle: `triangle[cohort][age]` customers.
    pub(super) fn new(triangle: &[Vec<f64>], min_cell: u64) -> Self {
        // Counts are far below 2^53: the casts are exact.
        let count = |x: f64| x as u64;
        let n = triangle.len();
        let is_few = |cells: &[(usize, usize)]| {
            let sum: f64 = cells.iter().map(|it| triangle[it.0][it.1]).sum();
            disclosure::is_few(&[count(sum)], min_cell)
        };
        let all: Vec<(usize, usize)> = (0..n)
            .flat_map(|cohort| (0..triangle[cohort].len()).map(move |age| (cohort, age)))
            .collect();
        let of_age = |from: usize, age: usize| -> Vec<(usize, usize)> {
            all.iter().copied().filter(|it| from <= it.0 && it.1 == age).collect()
        };
        let of_period =
            |period: usize| -> Vec<(usize, usize)> { all.iter().copied().filter(|it| it.0 + it.1 == period).collect() };
        let mut told: Vec<Vec<(usize, usize)>> = all.iter().map(|it| vec![*it]).collect();
        told.extend(
            [0, 1]
                .into_iter()
                .flat_map(|from| (0..n).map(move |age| (from, age)))
                .map(|it| of_age(it.0, it.1)),
        );
        told.extend((0..n).map(of_period));
        // Of more cohorts than a page shows the older are not printed: every sum holds some of them, and gives nothing away.
        let mut kept: Vec<bool> = told.iter().map(|it| is_few(it)).collect();
        if n <= MOST_SHOWN && kept.iter().any(|it| *it) {
            let place = |it: &(usize, usize)| all.iter().position(|own| own == it).expect("a cell of the triangle");
            let sums: Vec<Sum> = told
                .iter()
                .map(|it| Sum {
                    cells: it.iter().map(place).collect(),
                    printed: Printed::WhereSafe,
                })
                .collect();
            let people: Vec<Vec<u64>> = all.iter().map(|it| vec![count(triangle[it.0][it.1])]).collect();
            kept = disclosure::left_out(&people, &sums, min_cell);
        }
        let mut kept = kept.into_iter();
        let mut take = |n: usize| kept.by_ref().take(n).collect::<Vec<bool>>();
        Self {
            cells: triangle.iter().map(|row| take(row.len())).collect(),
            ages: [take(n), take(n)],
            periods: take(n),
        }
    }
}
