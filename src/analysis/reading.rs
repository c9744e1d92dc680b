//! Metrics that add up, and the room that a heat map takes.
//!
//! Several analyses add up what a metric is made of. It must not know what they do with it.

use crate::model::expr::Formula;
use crate::model::expr::Op;
use crate::model::expr::Reduce;
use crate::model::plan::Plan;

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
