//! Which claims are kept back: those whose crowds, held against what else is told, would give a few customers away.
//!
//! Two crowds that differ by a few customers are each large enough, and their figures are not. So crowds are parted into
//! cells of customers who are in the same of them, and what is told of each is an equation over cells. It must not know what
//! a claim is of.

use super::crowd::Crowds;
use crate::stats::disclosure;
use crate::stats::disclosure::Printed;
use crate::stats::disclosure::Sum;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// A crowd of customers: rows of their table, ascending.
pub(super) type Rows = Vec<u32>;

/// Tells which claims are kept back; `claims` holds the crowds of each.
pub(super) fn kept(crowds: &Crowds<'_>, claims: &[Vec<Rows>]) -> Vec<bool> {
    if crowds.min_cell() < 2 {
        return vec![false; claims.len()];
    }
    decided(crowds.n_rows(), claims, &crowds.told(), crowds.min_cell())
}

/// As [`kept`], of `n_rows` customers; `told` holds the groups that other analyses tell, and whether each is kept back.
fn decided(n_rows: usize, claims: &[Vec<Rows>], told: &[(Rows, bool)], min_cell: u64) -> Vec<bool> {
    // What stands anyway comes first: a claim that says no more than that gives nothing away.
    let whole: Rows = (0..).take(n_rows).collect();
    let mut all: Vec<&Rows> = told.iter().map(|it| &it.0).chain([&whole]).collect();
    let first = all.len();
    // A crowd of several claims is told where one of them is.
    all.extend(
        claims
            .iter()
            .flatten()
            .filter(|it| !it.is_empty())
            .collect::<BTreeSet<&Rows>>(),
    );
    let mut within: Vec<Vec<usize>> = vec![Vec::new(); n_rows];
    for (crowd, rows) in all.iter().enumerate() {
        rows.iter().for_each(|row| within[*row as usize].push(crowd));
    }
    let mut cells: BTreeMap<&[usize], u64> = BTreeMap::new();
    within.iter().for_each(|it| *cells.entry(it).or_default() += 1);
    let people: Vec<Vec<u64>> = cells.values().map(|n| vec![*n]).collect();
    // Whether a cell is of a crowd.
    let mut has = vec![vec![false; people.len()]; all.len()];
    for (cell, of) in cells.keys().enumerate() {
        of.iter().for_each(|crowd| has[*crowd][cell] = true);
    }
    let sum = |is_in: &dyn Fn(usize) -> bool, printed: Printed| Sum {
        cells: (0..people.len()).filter(|it| is_in(*it)).collect(),
        printed,
    };
    let printed = |crowd: usize| match told.get(crowd) {
        Some((_, true)) => Printed::Never,
        _ if first <= crowd => Printed::WhereSafe,
        _ => Printed::Always,
    };
    let mut sums: Vec<Sum> = (0..all.len())
        .map(|it| sum(&|cell| has[it][cell], printed(it)))
        .collect();
    // Who is in one and not in another, and who is in both.
    for a in first..all.len() {
        for b in 0..all.len() {
            let parts = [
                sum(&|cell| has[a][cell] && !has[b][cell], Printed::Never),
                sum(&|cell| has[b][cell] && !has[a][cell], Printed::Never),
                sum(&|cell| has[a][cell] && has[b][cell], Printed::Never),
            ];
            let n = |it: &Sum| it.cells.iter().map(|cell| people[*cell][0]).sum::<u64>();
            sums.extend(parts.into_iter().filter(|it| disclosure::is_few(&[n(it)], min_cell)));
        }
    }
    let gone = disclosure::left_out(&people, &sums, min_cell);
    let is_gone = |rows: &Rows| all[first..].binary_search(&rows).is_ok_and(|at| gone[first + at]);
    claims.iter().map(|it| it.iter().any(is_gone)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(of: std::ops::Range<u32>) -> Rows {
        of.collect()
    }

    #[test]
    fn two_crowds_that_differ_by_a_few_are_not_both_told() {
        let claims = [vec![rows(0..50)], vec![rows(0..48)], vec![rows(0..20)]];
        let kept = decided(100, &claims, &[], 10);
        assert_eq!(kept.iter().filter(|it| **it).count(), 1);
        assert!(!kept[2], "{kept:?}");
        assert_eq!(decided(100, &claims, &[], 1), [false; 3]);
        // The other side of one claim is as good as another claim.
        assert_eq!(decided(100, &[vec![rows(0..50), rows(0..48)]], &[], 10), [true]);
    }

    #[test]
    fn all_but_a_few_are_those_few() {
        assert_eq!(decided(100, &[vec![rows(0..97)]], &[], 10), [true]);
        assert_eq!(
            decided(100, &[vec![rows(0..90)], vec![rows(0..100)]], &[], 10),
            [false; 2]
        );
    }

    #[test]
    fn a_claim_tells_no_group_that_another_analysis_keeps() {
        // Two groups are kept, since one of them is of three; a claim about the other would tell both.
        let told = [(rows(0..3), true), (rows(3..30), true), (rows(30..100), false)];
        assert_eq!(decided(100, &[vec![rows(3..30)]], &told, 10), [true]);
        assert_eq!(decided(100, &[vec![rows(10..60)]], &told, 10), [false]);
        // One that is a group says nothing new, even where the groups that stand give a few away.
        let told = [(rows(0..3), true), (rows(3..30), false), (rows(30..100), false)];
        assert_eq!(decided(100, &[vec![rows(3..30)]], &told, 10), [false]);
        // And one that holds all of a group but a few.
        assert_eq!(decided(100, &[vec![rows(30..95)]], &told, 10), [true]);
    }
}
