//! Figures of crowds, and how their differences vary when customers are drawn anew.
//!
//! Customers are the units that were sampled. Whole customers are drawn from all, so that two figures of one draw keep
//! what they share: crowds that overlap, parts of one whole. It must not know what the figures are of.

use rayon::prelude::*;

use crate::stats::correlation::pearson;
use crate::stats::rng::Seeded;
use crate::stats::sum::RunningSum;
use crate::stats::sum::sorted_quantile;

/// Rows of a crowd that have a value, and their values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Column {
    /// Rows among all customers, upwards.
    pub rows: Vec<u32>,
    /// One value a row, in any unit; all finite.
    pub values: Vec<f64>,
}

/// A figure of customers.
#[derive(Debug, Clone, PartialEq)]
pub enum Figure {
    /// How many a crowd are.
    Count(Vec<u32>),
    /// What share of all customers a crowd is.
    Share(Vec<u32>),
    /// A sum over a crowd.
    Total(Column),
    /// A sum over a crowd, over that of all.
    ShareOfTotal {
        /// The crowd's.
        part: Column,
        /// That of all.
        whole: Column,
    },
    /// A mean over a crowd.
    Mean(Column),
    /// A median over a crowd; made by [`Figure::median`].
    Median(Sorted),
    /// Pearson's correlation of two values over a crowd.
    Correlation {
        /// The first value.
        x: Column,
        /// The second, of the same rows.
        y: Vec<f64>,
    },
}

/// A column in the order of its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Sorted(Column);

/// What a figure is held against.
#[derive(Debug, Clone, PartialEq)]
pub enum Against {
    /// A number, in the figure's unit.
    Number(f64),
    /// Another figure of the same customers.
    Figure(Figure),
}

impl Column {
    fn sum(&self, times: &[u32]) -> f64 {
        let parts: RunningSum = self
            .rows
            .iter()
            .zip(&self.values)
            .map(|(row, x)| f64::from(times[*row as usize]) * x)
            .collect();
        parts.total()
    }
}

impl Figure {
    /// Starts a median: the column is sorted once, whatever is drawn from it.
    pub fn median(column: Column) -> Self {
        let mut order: Vec<usize> = (0..column.rows.len()).collect();
        order.sort_by(|a, b| column.values[*a].total_cmp(&column.values[*b]).then(a.cmp(b)));
        Figure::Median(Sorted(Column {
            rows: order.iter().map(|at| column.rows[*at]).collect(),
            values: order.iter().map(|at| column.values[*at]).collect(),
        }))
    }

    /// Returns the figure where each customer counts as often as `times` says.
    ///
    /// Sums run in the order of rows. Returns `None` where the figure is not defined: nobody is there, or what it is a
    /// share of is nothing.
    ///
    /// Source: definition; the median is that of Hyndman & Fan (1996), type 7.
    pub fn value(&self, times: &[u32]) -> Option<f64> {
        // Counts of customers are far below 2^53.
        let count = |rows: &[u32]| rows.iter().map(|row| u64::from(times[*row as usize])).sum::<u64>();
        let over = |part: f64, whole: f64| (0.0 < whole).then(|| part / whole);
        match self {
            Figure::Count(rows) => Some(count(rows) as f64),
            Figure::Share(rows) => over(
                count(rows) as f64,
                times.iter().map(|it| u64::from(*it)).sum::<u64>() as f64,
            ),
            Figure::Total(column) => Some(column.sum(times)),
            Figure::ShareOfTotal { part, whole } => over(part.sum(times), whole.sum(times)),
            Figure::Mean(column) => over(1.0, count(&column.rows) as f64).map(|share| column.sum(times) * share),
            Figure::Median(Sorted(column)) => {
                let last = count(&column.rows).checked_sub(1)?;
                let (low, high) = (last / 2, last.div_ceil(2));
                let mut ends = [None; 2];
                let mut seen = 0;
                for (row, x) in column.rows.iter().zip(&column.values) {
                    seen += u64::from(times[*row as usize]);
                    for (end, place) in ends.iter_mut().zip([low, high]) {
                        if end.is_none() && place < seen {
                            *end = Some(*x);
                        }
                    }
                    if ends[1].is_some() {
                        break;
                    }
                }
                ends[0].zip(ends[1]).map(|(a, b)| f64::midpoint(a, b))
            }
            Figure::Correlation { x, y } => pearson(&x.values, y, |at| f64::from(times[x.rows[at] as usize])),
        }
    }
}

/// Returns how far the left figure is above the right one in each draw of customers: `[pair][draw]`.
///
/// A draw takes as many of the `n_rows` customers as there are, with replacement; all pairs see the same draws. It has
/// its own random stream, and draws come back in their order: threads do not matter. `None` where a figure is not
/// defined for those who were drawn.
///
/// Source: Efron & Tibshirani (1993), "An Introduction to the Bootstrap", ch. 8 (whole units).
pub fn drawn_differences(
    pairs: &[(Figure, Against)],
    n_rows: usize,
    n_draws: usize,
    seed: u64,
) -> Vec<Vec<Option<f64>>> {
    let draw = |task: usize| -> Vec<Option<f64>> {
        let mut rng = Seeded::new(seed, task as u64);
        let mut times = vec![0_u32; n_rows];
        for _ in 0..n_rows {
            times[rng.below(n_rows as u64) as usize] += 1;
        }
        pairs.iter().map(|it| difference(it, &times)).collect()
    };
    let draws: Vec<Vec<Option<f64>>> = if pairs.is_empty() {
        Vec::new()
    } else {
        (0..n_draws).into_par_iter().map(draw).collect()
    };
    (0..pairs.len())
        .map(|pair| draws.iter().map(|it| it[pair]).collect())
        .collect()
}

/// Returns how far the left figure is above the right one; `None` where one is not defined.
fn difference((left, right): &(Figure, Against), times: &[u32]) -> Option<f64> {
    let right = match right {
        Against::Number(x) => Some(*x),
        Against::Figure(figure) => figure.value(times),
    };
    Some(left.value(times)? - right?)
}

/// Returns the 95 % percentile interval of drawn figures, lower end first; draws without a figure are left out.
///
/// Returns `None` where no draw has a figure.
///
/// Source: Efron & Tibshirani (1993), §13.3.
pub fn percentile_interval(drawn: &[Option<f64>]) -> Option<[f64; 2]> {
    const OUTSIDE: f64 = 0.025;
    let mut known: Vec<f64> = drawn.iter().filter_map(|it| *it).collect();
    known.sort_by(f64::total_cmp);
    Some([
        sorted_quantile(&known, OUTSIDE)?,
        sorted_quantile(&known, 1.0 - OUTSIDE)?,
    ])
}

/// Returns the one-sided p-value of a claim by draws: those for which it does not hold, and one, over all and one.
///
/// A draw without a figure does not speak for the claim.
///
/// Source: Davison & Hinkley (1997), "Bootstrap Methods and their Application", eq. 4.11, with the draws around the
/// figure instead of the null (the interval turned round: Efron & Tibshirani 1993, §15.4).
pub fn p_by_draws(drawn: &[Option<f64>], holds: impl Fn(f64) -> bool) -> f64 {
    let n_against = drawn.iter().filter(|it| !it.is_some_and(&holds)).count();
    (1 + n_against) as f64 / (1 + drawn.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: &[f64]) -> Column {
        Column {
            rows: (0..values.len() as u32).collect(),
            values: values.to_vec(),
        }
    }

    /// A draw from the standard normal distribution, by Box and Muller.
    fn normal(rng: &mut Seeded) -> f64 {
        let (a, b) = (1.0 - rng.unit(), rng.unit());
        libm::sqrt(-2.0 * libm::log(a)) * libm::cos(std::f64::consts::TAU * b)
    }

    #[test]
    fn figures_are_those_of_the_rows_that_were_drawn() {
        let values = [4.0, 1.0, 10.0, 2.0];
        let times = [2, 1, 0, 3];
        // 1, 2, 2, 2, 4, 4
        let of = |figure: Figure| figure.value(&times);
        assert_eq!(of(Figure::median(column(&values))), Some(2.0));
        assert_eq!(of(Figure::Mean(column(&values))), Some(15.0 / 6.0));
        assert_eq!(of(Figure::Total(column(&values))), Some(15.0));
        assert_eq!(of(Figure::Count(vec![0, 2])), Some(2.0));
        assert_eq!(of(Figure::Share(vec![0, 2])), Some(2.0 / 6.0));
        let part = Column {
            rows: vec![1, 3],
            values: vec![1.0, 2.0],
        };
        let whole = column(&values);
        assert_eq!(of(Figure::ShareOfTotal { part, whole }), Some(7.0 / 15.0));
        assert_eq!(Figure::median(column(&values)).value(&[1; 4]), Some(3.0));
    }

    #[test]
    fn nobody_has_no_mean_and_no_median() {
        let values = [4.0, 1.0];
        let nobody = [0, 0];
        assert_eq!(Figure::Mean(column(&values)).value(&nobody), None);
        assert_eq!(Figure::median(column(&values)).value(&nobody), None);
        assert_eq!(Figure::Share(vec![0]).value(&nobody), None);
    }

    /// 95 % percentile intervals of `scipy.stats.bootstrap`, 20,000 resamples, scipy 1.17.1.
    #[test]
    fn intervals_are_those_of_scipy() {
        let values: Vec<f64> = (0..60).map(|i| f64::from((i * i * 37) % 101)).collect();
        let rest = Against::Number(0.0);
        let pairs = [
            (Figure::Mean(column(&values)), rest.clone()),
            (Figure::median(column(&values)), rest),
        ];
        let drawn = drawn_differences(&pairs, values.len(), 3999, 3);
        for (drawn, expected) in drawn.iter().zip([[40.317, 55.667], [30.0, 61.5]]) {
            let ends = percentile_interval(drawn).expect("a figure a draw");
            // Ends of some thousand draws are uncertain by a tenth of the standard error, here 4; medians jump.
            let width = expected[1] - expected[0];
            for (a, b) in ends.iter().zip(expected) {
                assert!((a - b).abs() < 0.06 * width, "{ends:?} {expected:?}");
            }
        }
    }

    /// Of many samples whose truth is planted, nineteen in twenty intervals hold it, and one claim in twenty that is
    /// false by a hair is called true.
    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        const N_SAMPLES: u64 = 400;
        let (mut n_held, mut n_false) = (0, 0);
        for sample in 0..N_SAMPLES {
            let mut rng = Seeded::new(77, sample);
            // Two crowds of 60: means 5 and 3, so that the difference is 2.
            let left: Vec<f64> = (0..60).map(|_| 5.0 + normal(&mut rng)).collect();
            let right: Vec<f64> = (0..60).map(|_| 3.0 + 2.0 * normal(&mut rng)).collect();
            let right = Column {
                rows: (60..120).collect(),
                values: right,
            };
            let pair = [(Figure::Mean(column(&left)), Against::Figure(Figure::Mean(right)))];
            let drawn = drawn_differences(&pair, 120, 399, sample);
            let [low, high] = percentile_interval(&drawn[0]).expect("both have people");
            n_held += u64::from((low..=high).contains(&2.0));
            n_false += u64::from(p_by_draws(&drawn[0], |x| 2.0 < x) <= 0.05);
        }
        // Percentile intervals of 60 are a little short: 94 %. Binomial deviations of 400: 1.1 % each.
        let share = |n: u64| n as f64 / N_SAMPLES as f64;
        assert!((0.91..0.98).contains(&share(n_held)), "{}", share(n_held));
        assert!((0.02..0.09).contains(&share(n_false)), "{}", share(n_false));
    }

    #[test]
    fn one_thread_and_many_draw_the_same() {
        let values: Vec<f64> = (0..50).map(|i| f64::from(i % 7)).collect();
        let pair = [(Figure::median(column(&values)), Against::Number(2.0))];
        let on = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(n_threads)
                .build()
                .expect("threads can be had");
            pool.install(|| drawn_differences(&pair, 50, 99, 1))
        };
        assert_eq!(on(1), on(4));
    }

    #[test]
    fn the_smallest_p_value_is_one_in_all_draws_and_one() {
        let drawn = vec![Some(1.0); 999];
        assert_eq!(p_by_draws(&drawn, |x| 0.0 < x), 0.001);
        assert_eq!(p_by_draws(&drawn, |x| x < 0.0), 1.0);
        assert_eq!(p_by_draws(&[None, Some(1.0)], |x| 0.0 < x), 2.0 / 3.0);
    }
}
