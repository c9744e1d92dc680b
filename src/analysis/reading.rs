//! Metrics that add up, and the room that a heat map takes.
//!
//! Several analyses add up what a metric is made of. It must not know what they do with it.

use crate::model::expr::Formula;
use crate::model::expr::Op;
use crate::model::expr::Reduce;
use crate::model::memo::Tick;
use crate::model::plan::Plan;
use crate::words::Words;

/// True where a metric adds up: sums and counts, added, subtracted, and scaled by numbers.
pub fn adds_up(plan: &Plan, formula: &Formula<usize>) -> bool {
    let is_number = |it: &Formula<usize>| it.leaves().is_empty();
    match formula {
        Formula::Leaf(measure) => {
            let reduce = plan.measures[*measure].aggregate.reduce;
            matches!(reduce, Reduce::Sum | Reduce::Count)
        }
        Formula::Number(_) => false,
        Formula::Neg(of) => adds_up(plan, of),
        Formula::Binary(Op::Add | Op::Sub, a, b) => adds_up(plan, a) && adds_up(plan, b),
        Formula::Binary(Op::Mul, a, b) if is_number(a) => adds_up(plan, b),
        Formula::Binary(_, a, b) => is_number(b) && adds_up(plan, a),
        // `coalesce(sum(x), 0)`: what is missing is nothing, here as everywhere in a sum.
        Formula::Coalesce(parts) => {
            let (first, rest) = parts.split_first().expect("`coalesce` has arguments");
            adds_up(plan, first) && rest.iter().all(|it| *it == Formula::Number(0.0))
        }
    }
}

/// Returns the height in points of a heat map with so many rows, heads and scale included.
pub fn heat_height(n_rows: usize) -> f64 {
    // A row is as high as a line of a dense table; above stand two lines, below one.
    const ROW: f64 = 13.0;
    const FRAME: f64 = 36.0;
    ROW * n_rows as f64 + FRAME
}

/// Returns round ticks from `low` (zero or below) to beyond `high`, so that no mark stands outside of them.
pub fn ticks(words: &Words, low: f64, high: f64) -> Vec<Tick> {
    let rough = (high - low).max(1e-9) / 3.0;
    let power = libm::pow(10.0, libm::floor(libm::log10(rough)));
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|s| s * power)
        .find(|s| *s >= rough * 0.8)
        .unwrap_or(10.0 * power);
    let first = libm::floor(low / step) as i64;
    let last = libm::ceil(high / step) as i64;
    let places = if step >= 1.0 {
        0
    } else {
        (-libm::floor(libm::log10(step))).clamp(0.0, 6.0) as usize
    };
    (first..=last.max(first + 1))
        .map(|i| i as f64 * step)
        .map(|at| Tick {
            at,
            label: words.fixed(at, places),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_mark_stands_beyond_the_last_tick() {
        let words = Words::new("en-US").expect("CLDR knows English");
        for high in [0.31, 4.27, 72.3, 118.6] {
            let ticks = ticks(&words, 0.0, high);
            assert!(ticks.last().is_some_and(|it| high <= it.at), "{high}: {ticks:?}");
            assert!((3..=7).contains(&ticks.len()), "{high}: {ticks:?}");
        }
        assert!(ticks(&words, -3.0, 10.0)[0].at <= -3.0);
    }
}
