//! Kernels that follow customers from the period in which they were first seen.
//!
//! Activity comes as two columns, one row a customer and period with something in it. It must not know
//! how long a period is, nor which of them are complete: the caller leaves out those that are not.

use super::sum::exact_sum;
use std::ops::Range;

/// Returns the first period of each customer; `None` for one without a row.
///
/// `period` and `customer` are columns of equal length, in any order; customers are below `n_customers`.
///
/// # Panics
/// Where the columns differ in length, or a customer is not below `n_customers`.
///
/// Source: definition.
pub fn first_periods(period: &[u32], customer: &[u32], n_customers: usize) -> Vec<Option<u32>> {
    assert_eq!(period.len(), customer.len(), "one period a row");
    let mut first: Vec<Option<u32>> = vec![None; n_customers];
    for (&period, &customer) in period.iter().zip(customer) {
        let first = &mut first[customer as usize];
        *first = Some(first.map_or(period, |it| it.min(period)));
    }
    first
}

/// Adds up amounts by cohort and age: `[cohort][k]`, `k` periods after the first; row `c` has `n_periods − c` places.
///
/// `amounts` holds one whole number a row: 1 to count customers, minor units for money. What a customer did before the
/// first period, or one without a first period, is not counted.
///
/// # Panics
/// Where the columns differ in length, or a period is not below `n_periods`.
///
/// Source: definition.
pub fn triangle(
    first: &[Option<u32>],
    period: &[u32],
    customer: &[u32],
    amounts: &[i64],
    n_periods: usize,
) -> Vec<Vec<i128>> {
    assert!(
        period.len() == customer.len() && period.len() == amounts.len(),
        "one period and one amount a row"
    );
    let mut cohorts: Vec<Vec<i128>> = (0..n_periods).map(|cohort| vec![0; n_periods - cohort]).collect();
    for ((&period, &customer), &amount) in period.iter().zip(customer).zip(amounts) {
        if let Some(cohort) = first[customer as usize].filter(|&it| it <= period) {
            cohorts[cohort as usize][(period - cohort) as usize] += i128::from(amount);
        }
    }
    cohorts
}

/// Returns what share of its first period is left after `k` periods, over several cohorts: each weighs as much as it began with.
///
/// `triangle` is `[cohort][k]`, each row as long as it was observed. The curve ends where the longest row ends; a place
/// is `None` where the cohorts seen so long began with nothing.
///
/// Source: definition (ratio of sums, so that a cohort of ten counts for ten).
pub fn mean_curve(triangle: &[Vec<f64>]) -> Vec<Option<f64>> {
    let longest = triangle.iter().map(Vec::len).max().unwrap_or(0);
    let at = |k: usize| {
        let seen: Vec<&Vec<f64>> = triangle.iter().filter(|row| k < row.len()).collect();
        let sum = |k: usize| exact_sum(&seen.iter().map(|row| row[k]).collect::<Vec<_>>());
        let began = sum(0);
        (0.0 < began).then(|| sum(k) / began)
    };
    (0..longest).map(at).collect()
}

/// Counts, by group, customers of some cohorts that came back at least once within `within` periods: `[came back, all]`.
///
/// `group_of` holds one group a customer; a customer in no group is left out. `cohorts` are the first periods that
/// count; the caller takes those that were observed for `within` periods.
///
/// # Panics
/// Where the columns differ in length, or a group is not below `n_groups`.
///
/// Source: definition.
pub fn returned(
    first: &[Option<u32>],
    [period, customer]: [&[u32]; 2],
    within: u32,
    cohorts: &Range<u32>,
    group_of: &[Option<u32>],
    n_groups: usize,
) -> Vec<[u64; 2]> {
    assert_eq!(period.len(), customer.len(), "one period a row");
    assert_eq!(first.len(), group_of.len(), "one group a customer");
    let mut back = vec![false; first.len()];
    for (&period, &customer) in period.iter().zip(customer) {
        if let Some(cohort) = first[customer as usize] {
            back[customer as usize] |= cohort < period && period - cohort <= within;
        }
    }
    let mut counts = vec![[0_u64; 2]; n_groups];
    for ((first, group), back) in first.iter().zip(group_of).zip(back) {
        if let (Some(first), Some(group)) = (first, group)
            && cohorts.contains(first)
        {
            let count = &mut counts[*group as usize];
            count[0] += u64::from(back);
            count[1] += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Customer 0 comes in periods 0 and 2, customer 1 in 1 and 2, customer 2 in 1 alone; customer 3 never.
    const PERIOD: [u32; 5] = [2, 0, 1, 2, 1];
    const CUSTOMER: [u32; 5] = [0, 0, 1, 1, 2];

    #[test]
    fn customers_are_followed_from_their_first_period() {
        let first = first_periods(&PERIOD, &CUSTOMER, 4);
        assert_eq!(first, [Some(0), Some(1), Some(1), None]);
        let counts = triangle(&first, &PERIOD, &CUSTOMER, &[1; 5], 3);
        assert_eq!(counts, [vec![1, 0, 1], vec![2, 1], vec![0]]);
        let amounts = triangle(&first, &PERIOD, &CUSTOMER, &[7, 5, 3, -1, 4], 3);
        assert_eq!(amounts, [vec![5, 0, 7], vec![7, -1], vec![0]]);
    }

    #[test]
    fn a_large_cohort_weighs_more_than_a_small_one() {
        let curve = mean_curve(&[vec![100.0, 10.0, 5.0], vec![300.0, 90.0], vec![7.0]]);
        assert_eq!(curve, [Some(1.0), Some(0.25), Some(0.05)]);
        assert_eq!(mean_curve(&[vec![0.0, 0.0]]), [None, None]);
        assert!(mean_curve(&[]).is_empty());
    }

    #[test]
    fn coming_back_later_than_asked_is_not_coming_back() {
        let first = first_periods(&PERIOD, &CUSTOMER, 4);
        let columns = [&PERIOD[..], &CUSTOMER[..]];
        let all = [Some(0); 4];
        assert_eq!(returned(&first, columns, 1, &(0..2), &all, 1), [[1, 3]]);
        assert_eq!(returned(&first, columns, 2, &(0..1), &all, 1), [[1, 1]]);
        let groups = [None, Some(0), Some(1), Some(1)];
        assert_eq!(returned(&first, columns, 2, &(0..2), &groups, 2), [[1, 1], [0, 1]]);
    }
}
