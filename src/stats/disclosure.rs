//! What printed sums give away: whether a figure of a few people can be worked out, and what to leave out so that it cannot.
//!
//! A small figure that is not printed is no secret where a total and all others are: it is their difference. So what is
//! printed is taken as equations, and a figure is solved where it is a combination of them. Everything is decided from
//! counts of people, before any other figure is formed. It must not know what is counted, nor for which page.

use std::collections::BTreeSet;

/// A prime of 61 bits. Equations of zeros and ones are solved modulo it: exactly, without fractions that grow. A
/// combination that holds in fractions holds here as well, unless the prime divides one of their denominators; one that
/// holds only here would leave out a figure too many, and never one too few.
const PRIME: u64 = (1 << 61) - 1;

/// Equations that a reader has: one a printed sum.
pub struct Equations {
    n_cells: usize,
    n_told: usize,
    rows: Vec<Row>,
}

/// An equation with its first cell alone, and the printed sums that it is made of.
struct Row {
    pivot: usize,
    cells: Vec<u64>,
    of: Vec<u64>,
}

impl Equations {
    /// Starts with nothing told of `n_cells` cells; at most `n_told` sums will be.
    pub fn new(n_cells: usize, n_told: usize) -> Self {
        Self {
            n_cells,
            n_told,
            rows: Vec::new(),
        }
    }

    /// Adds the sum of some cells, by its number below `n_told`.
    ///
    /// # Panics
    /// Where a cell or the number is beyond what was announced.
    pub fn tell(&mut self, number: usize, cells: &[usize]) {
        assert!(number < self.n_told, "as many sums as were announced");
        let mut of = vec![0; self.n_told];
        of[number] = 1;
        let (cells, of) = self.reduced(self.vector(cells), of);
        let Some(pivot) = cells.iter().position(|x| *x != 0) else {
            return;
        };
        let inverse = power(cells[pivot], PRIME - 2);
        let scaled = |all: Vec<u64>| all.into_iter().map(|x| times(x, inverse)).collect();
        self.rows.push(Row {
            pivot,
            cells: scaled(cells),
            of: scaled(of),
        });
    }

    /// Returns the printed sums that give the sum of some cells; `None` where none do.
    pub fn solution(&self, cells: &[usize]) -> Option<Vec<usize>> {
        let (left, of) = self.reduced(self.vector(cells), vec![0; self.n_told]);
        let used = || (0..self.n_told).filter(|it| of[*it] != 0).collect();
        left.iter().all(|x| *x == 0).then(used)
    }

    /// Tells whether the sum of some cells follows from what is printed.
    pub fn solve(&self, cells: &[usize]) -> bool {
        self.solution(cells).is_some()
    }

    fn vector(&self, cells: &[usize]) -> Vec<u64> {
        let mut vector = vec![0; self.n_cells];
        cells.iter().for_each(|it| vector[*it] = 1);
        vector
    }

    /// Takes away from a vector what the equations explain, and notes of which sums that is made.
    fn reduced(&self, mut cells: Vec<u64>, mut of: Vec<u64>) -> (Vec<u64>, Vec<u64>) {
        for row in &self.rows {
            let factor = cells[row.pivot];
            if factor == 0 {
                continue;
            }
            let less = |all: &mut [u64], row: &[u64]| {
                for (x, y) in all.iter_mut().zip(row).filter(|it| *it.1 != 0) {
                    *x = minus(*x, times(factor, *y));
                }
            };
            less(&mut cells, &row.cells);
            less(&mut of, &row.of);
        }
        (cells, of)
    }
}

fn times(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b) % u128::from(PRIME);
    u64::try_from(product).expect("a remainder is below the prime")
}

fn minus(a: u64, b: u64) -> u64 {
    if b <= a { a - b } else { a + (PRIME - b) }
}

fn power(mut base: u64, mut exponent: u64) -> u64 {
    let mut product = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            product = times(product, base);
        }
        base = times(base, base);
        exponent >>= 1;
    }
    product
}

/// Whether a sum is printed whatever it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Printed {
    /// It is.
    Always,
    /// It may be left out.
    WhereSafe,
    /// It is not, and must not follow from the others where it is small.
    Never,
}

/// A sum over cells, as a table would print it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// The cells that it adds up.
    pub cells: Vec<usize>,
    /// Whether it must be printed.
    pub printed: Printed,
}

/// Returns whether each of some sums is left out, so that no sum of 1…`min_cell`−1 people can be solved.
///
/// `people` holds how many there are in each cell, once a side of a comparison; each is in one cell a side. Small sums go
/// first; while one of them, or what went of a printed sum in all, still follows from the others, the smallest sum that it
/// follows from goes as well. Nobody is not a few: 0 is not small. What only sums that are always printed give away stays.
///
/// Source: definition; secondary suppression as in Hundepool et al. (2012), "Statistical Disclosure Control", §4.4, by a
/// greedy choice instead of the cheapest one.
///
/// # Panics
/// Where a sum names a cell that there is not.
pub fn left_out(people: &[Vec<u64>], sums: &[Sum], min_cell: u64) -> Vec<bool> {
    let is_small = |cells: &[usize]| is_few(&together(people, cells), min_cell);
    let mut gone: Vec<bool> = sums
        .iter()
        .map(|it| match it.printed {
            Printed::Always => false,
            Printed::WhereSafe => is_small(&it.cells),
            Printed::Never => true,
        })
        .collect();
    if gone.iter().all(|it| !it) {
        return gone;
    }
    let must_go = gone.clone();
    let size = |at: usize| together(people, &sums[at].cells).iter().sum::<u64>();
    while let Some(used) = given_away(people, sums, &gone, min_cell) {
        let may_go = used.into_iter().filter(|it| sums[*it].printed == Printed::WhereSafe);
        // Nobody hides nobody.
        match may_go.min_by_key(|it| (size(*it) == 0, size(*it), *it)) {
            Some(at) => gone[at] = true,
            None => return gone,
        }
    }
    // What went early may not be needed any more: the largest come back first.
    let mut more: Vec<usize> = (0..sums.len()).filter(|it| gone[*it] && !must_go[*it]).collect();
    more.sort_by_key(|it| (std::cmp::Reverse(size(*it)), *it));
    for at in more {
        gone[at] = false;
        gone[at] = given_away(people, sums, &gone, min_cell).is_some();
    }
    gone
}

/// Returns the printed sums that together give away one that must not be solved; `None` where nothing is given away.
fn given_away(people: &[Vec<u64>], sums: &[Sum], gone: &[bool], min_cell: u64) -> Option<Vec<usize>> {
    let mut equations = Equations::new(people.len(), sums.len());
    let printed = (0..sums.len()).filter(|it| !gone[*it]);
    printed.for_each(|it| equations.tell(it, &sums[it].cells));
    let may_go = |used: &Vec<usize>| used.iter().any(|it| sums[*it].printed == Printed::WhereSafe);
    let few = |it: &Vec<usize>| is_few(&together(people, it), min_cell);
    let secrets = secrets(sums, gone).into_iter().filter(few);
    // What only sums that are always printed give away cannot be helped.
    secrets.filter_map(|it| equations.solution(&it)).find(may_go)
}

/// Lists what must not be solved: sums that went, and all together that went of a larger one.
fn secrets(sums: &[Sum], gone: &[bool]) -> Vec<Vec<usize>> {
    let went: Vec<&Sum> = sums.iter().zip(gone).filter(|it| *it.1).map(|it| it.0).collect();
    let mut secrets: BTreeSet<Vec<usize>> = went.iter().map(|it| sorted(&it.cells)).collect();
    for whole in sums {
        let inside = went
            .iter()
            .filter(|it| it.cells.iter().all(|cell| whole.cells.contains(cell)));
        let cells: Vec<usize> = inside.flat_map(|it| it.cells.clone()).collect();
        secrets.insert(sorted(&cells));
    }
    secrets.into_iter().filter(|it| !it.is_empty()).collect()
}

fn sorted(cells: &[usize]) -> Vec<usize> {
    let all: BTreeSet<usize> = cells.iter().copied().collect();
    all.into_iter().collect()
}

/// Adds up people over cells, side by side.
fn together(people: &[Vec<u64>], cells: &[usize]) -> Vec<u64> {
    let n_sides = people.first().map_or(0, Vec::len);
    let side = |side: usize| cells.iter().map(|it| people[*it][side]).sum();
    (0..n_sides).map(side).collect()
}

/// Returns whether one of some counts is of 1…`min_cell`−1 people.
///
/// Source: definition.
pub fn is_few(counts: &[u64], min_cell: u64) -> bool {
    counts.iter().any(|n| (1..min_cell).contains(n))
}

/// Leaves out of a list of groups, whose total is known, those that would give a small one away; see [`left_out`].
///
/// `people` holds how many there are in each group, once a side. Source: definition.
pub fn groups_left_out(people: &[Vec<u64>], min_cell: u64) -> Vec<bool> {
    let group = |it: usize| Sum {
        cells: vec![it],
        printed: Printed::WhereSafe,
    };
    let total = Sum {
        cells: (0..people.len()).collect(),
        printed: Printed::Always,
    };
    let sums: Vec<Sum> = (0..people.len()).map(group).chain([total]).collect();
    let mut gone = left_out(people, &sums, min_cell);
    gone.truncate(people.len());
    gone
}

/// The people of one series, place by place (a period, or what is counted in it).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Crowd {
    /// How many there are in each place.
    pub n: Vec<u64>,
    /// Who they are, by number, ascending; needed of places with few, and empty in all others.
    pub who: Vec<Vec<u32>>,
}

impl Crowd {
    /// Returns whether some place has 1…`min_cell`−1 people.
    pub fn is_small(&self, min_cell: u64) -> bool {
        is_few(&self.n, min_cell)
    }
}

/// Returns the series that stand together, ascending, so that no place of any has 1…`min_cell`−1 people and none is the
/// difference of a total and the others; empty where all may stand alone.
///
/// All that are small somewhere stand together. Where that is one series alone, or where together they are still few, the
/// smallest of the others that helps joins, and the next. People are told apart: who is in two series counts once.
/// Where all together are few, all stand together, and are few: see [`few_together`].
///
/// Source: definition; the reason for joining one more is that of [`left_out`].
pub fn joined(series: &[Crowd], min_cell: u64) -> Vec<usize> {
    let mut members: Vec<usize> = (0..series.len()).filter(|it| series[*it].is_small(min_cell)).collect();
    if members.is_empty() {
        return members;
    }
    loop {
        let few = few_together(series, &members, min_cell);
        if few.is_empty() && members.len() > 1 {
            break;
        }
        let helps = |it: &usize| few.is_empty() || few.iter().any(|place| min_cell <= series[*it].n[*place]);
        let others = (0..series.len()).filter(|it| !members.contains(it)).filter(helps);
        match others.min_by_key(|it| (series[*it].n.iter().sum::<u64>(), *it)) {
            Some(next) => members.push(next),
            None => break,
        }
    }
    members.sort_unstable();
    members
}

/// Lists the places in which some series together have 1…`min_cell`−1 people.
///
/// Source: definition.
pub fn few_together(series: &[Crowd], members: &[usize], min_cell: u64) -> Vec<usize> {
    let n_places = members.first().map_or(0, |it| series[*it].n.len());
    let is_few = |place: &usize| {
        let most = members.iter().map(|it| series[*it].n[*place]).max().unwrap_or(0);
        if most == 0 || min_cell <= most {
            return false;
        }
        let who: BTreeSet<u32> = members
            .iter()
            .flat_map(|it| series[*it].who[*place].iter().copied())
            .collect();
        (who.len() as u64) < min_cell
    };
    (0..n_places).filter(is_few).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd(places: &[&[u32]]) -> Crowd {
        Crowd {
            n: places.iter().map(|it| it.len() as u64).collect(),
            who: places.iter().map(|it| it.to_vec()).collect(),
        }
    }

    fn people(counts: &[u64]) -> Vec<Vec<u64>> {
        counts.iter().map(|n| vec![*n]).collect()
    }

    #[test]
    fn a_total_and_all_others_give_the_last() {
        let mut equations = Equations::new(3, 3);
        equations.tell(0, &[0, 1, 2]);
        equations.tell(1, &[0]);
        assert!(!equations.solve(&[1]) && !equations.solve(&[2]));
        assert!(equations.solve(&[1, 2]));
        equations.tell(2, &[1]);
        assert_eq!(equations.solution(&[2]), Some(vec![0, 1, 2]));
    }

    #[test]
    fn two_margins_of_a_square_give_no_cell() {
        // Cells 0 1 over 2 3: rows, columns.
        let mut equations = Equations::new(4, 5);
        for (number, sum) in [[0, 1], [2, 3], [0, 2], [1, 3]].iter().enumerate() {
            equations.tell(number, sum);
        }
        assert!((0..4).all(|it| !equations.solve(&[it])));
        equations.tell(4, &[3]);
        assert!((0..4).all(|it| equations.solve(&[it])));
    }

    #[test]
    fn differences_of_overlapping_sums_are_found() {
        // Halves are never formed: a + b, b + c and a + c give each of the three.
        let mut equations = Equations::new(3, 3);
        equations.tell(0, &[0, 1]);
        equations.tell(1, &[1, 2]);
        assert!(!equations.solve(&[1]));
        equations.tell(2, &[0, 2]);
        assert!(equations.solve(&[1]));
    }

    #[test]
    fn a_lone_small_group_takes_the_smallest_other_with_it() {
        assert_eq!(
            groups_left_out(&people(&[40, 3, 12, 90]), 10),
            [false, true, true, false]
        );
        // Two small ones hide each other where they are enough together.
        assert_eq!(
            groups_left_out(&people(&[40, 6, 7, 90]), 10),
            [false, true, true, false]
        );
        assert_eq!(groups_left_out(&people(&[40, 2, 3, 90]), 10), [true, true, true, false]);
        // Nobody hides nobody.
        assert_eq!(groups_left_out(&people(&[40, 0, 3]), 10), [true, false, true]);
        assert_eq!(groups_left_out(&people(&[40, 0, 30]), 10), [false; 3]);
    }

    #[test]
    fn a_small_cell_of_a_table_takes_a_rectangle_with_it() {
        // Three rows and three columns, with all margins.
        let counts = [30, 20, 25, 15, 4, 18, 22, 16, 35];
        let margin = |cells: Vec<usize>| Sum {
            cells,
            printed: Printed::Always,
        };
        let cell = |it: usize| Sum {
            cells: vec![it],
            printed: Printed::WhereSafe,
        };
        let mut sums: Vec<Sum> = (0..9).map(cell).collect();
        sums.extend((0..3).map(|row| margin((0..3).map(|column| 3 * row + column).collect())));
        sums.extend((0..3).map(|column| margin((0..3).map(|row| 3 * row + column).collect())));
        let gone = left_out(&people(&counts), &sums, 10);
        let mut equations = Equations::new(9, sums.len());
        let told = sums.iter().enumerate().filter(|it| !gone[it.0]);
        told.for_each(|(number, sum)| equations.tell(number, &sum.cells));
        assert!(gone[4] && !equations.solve(&[4]));
        assert_eq!(gone.iter().filter(|it| **it).count(), 4, "{gone:?}");
    }

    #[test]
    fn what_is_not_printed_is_no_difference_of_what_is() {
        // 40 came, 37 went on: three did not, and one of the two figures goes.
        let sum = |cells: &[usize], printed| Sum {
            cells: cells.to_vec(),
            printed,
        };
        let sums = [
            sum(&[0, 1], Printed::WhereSafe),
            sum(&[1], Printed::WhereSafe),
            sum(&[0], Printed::Never),
        ];
        assert_eq!(left_out(&people(&[3, 37]), &sums, 10), [false, true, true]);
        assert_eq!(left_out(&people(&[13, 27]), &sums, 10), [false, false, true]);
    }

    #[test]
    fn small_series_stand_together_and_a_lone_one_takes_the_smallest() {
        let many: Vec<u32> = (0..30).collect();
        let some: Vec<u32> = (0..12).collect();
        let series = [
            crowd(&[&many, &many]),
            crowd(&[&some, &[1, 2, 3]]),
            crowd(&[&some, &some]),
        ];
        assert_eq!(joined(&series, 10), [1, 2]);
        assert_eq!(joined(&series[..1], 10), [0; 0]);
        assert_eq!(joined(&series, 1), [0; 0]);
    }

    #[test]
    fn people_of_two_series_count_once() {
        let many: Vec<u32> = (0..30).collect();
        let six = [1, 2, 3, 4, 5, 6];
        let others = [7, 8, 9, 10, 11, 12];
        let apart = [crowd(&[&many]), crowd(&[&six]), crowd(&[&others])];
        assert_eq!(joined(&apart, 10), [1, 2], "twelve people");
        let same = [crowd(&[&many]), crowd(&[&six]), crowd(&[&six])];
        assert_eq!(joined(&same, 10), [0, 1, 2], "six people, twice");
        assert_eq!(few_together(&same, &[1, 2], 10), [0]);
    }

    #[test]
    fn only_a_series_with_people_in_the_place_helps() {
        let many: Vec<u32> = (0..30).collect();
        let some: Vec<u32> = (0..12).collect();
        // The smallest is empty where help is needed.
        let series = [crowd(&[&some, &[]]), crowd(&[&many, &many]), crowd(&[&[], &[1, 2]])];
        assert_eq!(joined(&series, 10), [1, 2]);
    }
}
