//! Rounds the parts of a total so that what is printed adds up to the last digit.
//!
//! Parts that are rounded one by one miss their total in two tables of three, and a reader who adds them up
//! stops trusting the rest. Results are whole numbers of the last digit's unit; printing them is others' work.

/// Returns `value` in whole units of the last of `decimals` digits, halves away from zero.
///
/// A value within `2⁻⁴⁰` of a half is one: what the decimal system calls a half has rarely a binary one.
///
/// Source: definition.
pub fn units(value: f64, decimals: u32) -> i64 {
    let scaled = value * scale(decimals);
    let nudged = scaled + libm::copysign(tolerance(scaled), scaled);
    libm::round(nudged) as i64
}

/// How far a scaled value may be off by having been computed: `2⁻⁴⁰` of its size.
fn tolerance(scaled: f64) -> f64 {
    libm::ldexp(scaled.abs().max(1.0), -40)
}

fn scale(decimals: u32) -> f64 {
    // A power of ten below 10²² is exact, and multiplication by ten keeps it so.
    (0..decimals).fold(1.0, |scale, _| scale * 10.0)
}

/// Whole units and what is left above them, in `[0, 1)`.
fn floor_and_rest(value: f64, decimals: u32) -> (i64, f64) {
    let scaled = value * scale(decimals);
    // A value that is whole but for its last bits is whole.
    let whole = libm::floor(scaled + tolerance(scaled));
    (whole as i64, (scaled - whole).max(0.0))
}

/// Rounds `parts` to `decimals` digits so that they add up to `total`, which is in units of the last digit already.
///
/// Every part goes down to whole units; the units that are missing go to the parts with the largest remainders, ties
/// to the earlier part. `total` is what the sum of the parts rounds to, either way: no part then moves a whole unit.
///
/// Parts .4, .4 and .2 of a total of 1 unit: the first gets it.
///
/// Source: Hamilton's method, in Balinski & Young (1982), "Fair Representation", ch. 3.
pub fn largest_remainder(parts: &[f64], total: i64, decimals: u32) -> Vec<i64> {
    if parts.is_empty() {
        return Vec::new();
    }
    let (mut rounded, rests): (Vec<i64>, Vec<f64>) = parts.iter().map(|x| floor_and_rest(*x, decimals)).unzip();
    let missing = total - rounded.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|a, b| rests[*b].total_cmp(&rests[*a]));
    // Beyond one unit a part, or below none, the total is not the parts' own: go round as often as it takes.
    let n_parts = i64::try_from(parts.len()).expect("parts are counted in 63 bits");
    let (rounds, rest) = (missing.div_euclid(n_parts), missing.rem_euclid(n_parts));
    for (place, idx) in (0_i64..).zip(order) {
        rounded[idx] += rounds + i64::from(place < rest);
    }
    rounded
}

/// A table of structural, behavioural and whole effects in units of its last digit: every row and every column adds up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundedSplit {
    /// Structural, behavioural and whole effect a segment.
    pub rows: Vec<[i64; 3]>,
    /// Structural, behavioural and whole effect of all.
    pub total: [i64; 3],
}

/// Rounds structural and behavioural parts (one pair a segment) to `decimals` digits so that rows and columns close.
///
/// The whole change is rounded as it is; every other number goes to one of its two neighbours. Among the ways
/// to do so, the segments' whole effects go first to their largest remainders.
///
/// Source: Cox (1987), "A Constructive Procedure for Unbiased Controlled Rounding", JASA 82(398): 520–524, for two columns.
pub fn rounded_split(parts: &[[f64; 2]], decimals: u32) -> RoundedSplit {
    let column = |idx: usize| crate::stats::sum::exact_sum(&parts.iter().map(|part| part[idx]).collect::<Vec<f64>>());
    let columns = [column(0), column(1)];
    let whole = units(columns[0] + columns[1], decimals);
    let halves = largest_remainder(&columns, whole, decimals);
    let cells: Vec<[(i64, f64); 2]> = parts
        .iter()
        .map(|part| part.map(|x| floor_and_rest(x, decimals)))
        .collect();
    // How many cells of each column must go up.
    let ups = [0, 1].map(|idx: usize| halves[idx] - cells.iter().map(|cell| cell[idx].0).sum::<i64>());
    let n_ups = row_ups(&cells, ups);
    let first_up = column_ups(&cells, &n_ups, ups[0]);
    let rows = cells.iter().zip(n_ups).zip(first_up).map(|((cell, n_up), first)| {
        let (structural, behavioural) = (cell[0].0 + first, cell[1].0 + n_up - first);
        [structural, behavioural, structural + behavioural]
    });
    RoundedSplit {
        rows: rows.collect(),
        total: [halves[0], halves[1], whole],
    }
}

/// Decides for each row how many of its two cells go up: 0 or 1 where the remainders make less than one unit, else 1 or 2.
fn row_ups(cells: &[[(i64, f64); 2]], ups: [i64; 2]) -> Vec<i64> {
    let sums: Vec<f64> = cells.iter().map(|cell| cell[0].1 + cell[1].1).collect();
    // A sum of remainders that misses 1 by rounding alone is 1.
    let floors: Vec<i64> = sums
        .iter()
        .map(|sum| i64::from(sum + libm::ldexp(1.0, -30) >= 1.0))
        .collect();
    let mut order: Vec<usize> = (0..cells.len()).collect();
    order.sort_by(|a, b| (sums[*b] - floors[*b] as f64).total_cmp(&(sums[*a] - floors[*a] as f64)));
    let missing = ups[0] + ups[1] - floors.iter().sum::<i64>();
    let mut n_ups = floors.clone();
    for idx in order.iter().take(usize::try_from(missing).unwrap_or(0)) {
        n_ups[*idx] += 1;
    }
    // A row with two cells up needs one in each column, a row with none leaves one in each. Where a column has not
    // room for that, take the second one of the least deserving row and give it to the most deserving that has none.
    let n_rows = i64::try_from(cells.len()).expect("rows are counted in 63 bits");
    loop {
        let count = |n: i64| i64::try_from(n_ups.iter().filter(|x| **x == n).count()).expect("as above");
        let fits = count(2) <= ups[0].min(ups[1]) && count(0) <= n_rows - ups[0].max(ups[1]);
        let taken = order.iter().rev().find(|idx| n_ups[**idx] == 2);
        let given = order.iter().find(|idx| n_ups[**idx] == 0);
        match (fits, taken, given) {
            (false, Some(&taken), Some(&given)) => {
                n_ups[taken] -= 1;
                n_ups[given] += 1;
            }
            _ => return n_ups,
        }
    }
}

/// Decides for each row whether its first cell goes up: forced where none or both do, else by the difference of remainders.
fn column_ups(cells: &[[(i64, f64); 2]], n_ups: &[i64], n_first: i64) -> Vec<i64> {
    let mut first: Vec<i64> = n_ups.iter().map(|n| i64::from(*n == 2)).collect();
    let mut free: Vec<usize> = (0..cells.len()).filter(|idx| n_ups[*idx] == 1).collect();
    let lead = |idx: &usize| cells[*idx][0].1 - cells[*idx][1].1;
    free.sort_by(|a, b| lead(b).total_cmp(&lead(a)));
    let missing = usize::try_from(n_first - first.iter().sum::<i64>()).unwrap_or(0);
    for idx in free.into_iter().take(missing) {
        first[idx] = 1;
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::rng::Seeded;

    #[test]
    fn parts_add_up_to_the_rounded_total() {
        assert_eq!(largest_remainder(&[33.333, 33.333, 33.334], 100, 0), [33, 33, 34]);
        assert_eq!(largest_remainder(&[0.4, 0.4, 0.2], 1, 0), [1, 0, 0]);
        assert_eq!(largest_remainder(&[-1.25, 0.75, 0.55], 1, 1), [-12, 8, 5]);
        assert!(largest_remainder(&[], 0, 2).is_empty());
    }

    #[test]
    fn what_is_whole_stays() {
        assert_eq!(largest_remainder(&[0.1 + 0.2, 0.7], 10, 1), [3, 7]);
        assert_eq!(largest_remainder(&[0.29 * 100.0, 71.0], 100, 0), [29, 71]);
    }

    #[test]
    fn halves_go_away_from_zero_as_in_the_decimal_system() {
        assert_eq!(
            [units(1.005, 2), units(-1.005, 2), units(2.5, 0), units(-0.04, 1)],
            [101, -101, 3, 0]
        );
    }

    #[test]
    fn rows_and_columns_close_for_any_table() {
        let mut rng = Seeded::new(5, 0);
        for case in 0..20_000_u32 {
            let n_rows = 1 + rng.below(12) as usize;
            // Some tables on a coarse grid, so that ties and whole numbers come up.
            let grid = if case % 2 == 0 { 4.0 } else { 1e6 };
            let parts: Vec<[f64; 2]> = (0..n_rows)
                .map(|_| [0, 1].map(|_: i32| ((rng.unit() * 6.0 - 3.0) * grid).round() / grid))
                .collect();
            let table = rounded_split(&parts, 0);
            for idx in 0..3 {
                assert_eq!(
                    table.rows.iter().map(|row| row[idx]).sum::<i64>(),
                    table.total[idx],
                    "{parts:?}"
                );
            }
            assert_eq!(table.total[0] + table.total[1], table.total[2]);
            for (row, part) in table.rows.iter().zip(&parts) {
                let exact = [part[0], part[1], part[0] + part[1]];
                for (rounded, exact) in row.iter().zip(exact) {
                    assert!((*rounded as f64 - exact).abs() <= 1.0 + 1e-9, "{parts:?} {table:?}");
                }
                assert_eq!(row[0] + row[1], row[2]);
            }
        }
    }
}
