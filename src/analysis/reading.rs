//! Windows of time that options name, and metrics that add up.
//!
//! Several analyses look back over a window of their own, and add up what a metric is made of. It must not know
//! what they do with it.

use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::expr::Formula;
use crate::model::expr::Op;
use crate::model::expr::Reduce;
use crate::model::node::Node;
use crate::model::period::Grain;
use crate::model::period::Period;
use crate::model::period::day_label;
use crate::model::plan::Plan;
use jiff::Span;
use jiff::civil::Date;
use serde::Serialize;

/// How far an analysis looks back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// As far as there are rows.
    All,
    /// So many days, weeks, months, quarters or years.
    Last(u16, Grain),
}

impl Window {
    /// Reads `12 months`, `1 year` or `all`.
    pub fn read(node: &Node, found: &mut Diagnostics) -> Option<Self> {
        let written = node.text("`over`", found)?;
        let words: Vec<&str> = written.value.split_whitespace().collect();
        let window = match words.as_slice() {
            ["all"] => Some(Self::All),
            [n, grain] => {
                let n = n.parse().ok().filter(|n| *n > 0);
                let named = |it: &Grain| *grain == it.noun() || *grain == it.nouns();
                n.zip(Grain::ALL.into_iter().find(named))
                    .map(|(n, grain)| Self::Last(n, grain))
            }
            _ => None,
        };
        if window.is_none() {
            let message = format!("`over: {}` is not a window of time", written.value);
            let hint = "write `over: 12 months`, `over: 90 days` or `over: all`";
            found.push(Diagnostic::spec("bad-window", message).at(written.span).hint(hint));
        }
        window
    }

    /// Returns the window that ends before the day `until`.
    pub fn ending(self, until: Date) -> Period {
        let (from, grain) = match self {
            Self::All => (Date::constant(1, 1, 1), Grain::Day),
            Self::Last(n, grain) => {
                let n = i64::from(n);
                let back = match grain {
                    Grain::Day => Span::new().days(n),
                    Grain::Week => Span::new().weeks(n),
                    Grain::Month => Span::new().months(n),
                    Grain::Quarter => Span::new().months(3 * n),
                    // No step of more years than a calendar has stays inside it.
                    Grain::Year => Span::new().years(n.min(9998)),
                };
                (until.saturating_sub(back), grain)
            }
        };
        Period { from, until, grain }
    }

    /// Names the window that ends before the day `until`: "the 12 months to 31 October 2026".
    pub fn label(self, until: Date) -> String {
        let last = day_label(until.yesterday().unwrap_or(until));
        match self {
            Self::All => format!("the whole history to {last}"),
            Self::Last(1, grain) => format!("the {} to {last}", grain.noun()),
            Self::Last(n, grain) => format!("the {n} {} to {last}", grain.nouns()),
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_months_end_where_the_target_does() {
        let until = Date::constant(2026, 11, 1);
        let window = Window::Last(12, Grain::Month);
        assert_eq!(window.ending(until).from, Date::constant(2025, 11, 1));
        assert_eq!(window.label(until), "the 12 months to 31 October 2026");
        assert_eq!(Window::All.label(until), "the whole history to 31 October 2026");
    }
}
