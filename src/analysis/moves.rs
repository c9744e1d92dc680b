//! Who went where between two periods: the counts as facts, and the picture of them.
//!
//! Segments and clusters are followed alike. It must not know what a group is.

use super::Recorder;
use super::Tell;
use super::reading;
use crate::model::memo::Block;
use crate::model::memo::Chart;
use crate::model::memo::Drawing;
use crate::model::memo::FlowLink;
use crate::model::memo::FlowNode;
use crate::model::memo::HeatCell;
use crate::model::memo::HeatRow;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::say;

/// What a customer of no group before is called in ids: one who was not a customer then.
pub const JOINED: &str = "joined";
/// A customer of no group now.
pub const LEFT: &str = "left";

/// Counts customers by group before and now: `counts[from][to]`, the last of each for those who were none.
pub fn counted(before: &[Option<usize>], now: &[Option<usize>], n_groups: usize) -> Vec<Vec<u64>> {
    let mut counts = vec![vec![0; n_groups + 1]; n_groups + 1];
    for (from, to) in before.iter().zip(now) {
        counts[from.unwrap_or(n_groups)][to.unwrap_or(n_groups)] += 1;
    }
    // Who was in no group, then and now, is nobody's customer here.
    counts[n_groups][n_groups] = 0;
    counts
}

/// Records all counts as `BASE/from/to`.
pub fn record(record: &mut Recorder, base: &str, ids: &[String], counts: &[Vec<u64>]) {
    let name = |at: usize, none: &'static str| ids.get(at).map_or(none.to_owned(), Clone::clone);
    for (from, row) in counts.iter().enumerate() {
        for (to, n) in row.iter().enumerate() {
            let id = format!("{base}/{}/to/{}", name(from, JOINED), name(to, LEFT));
            record.number(
                id,
                Some(*n as f64),
                Unit::default(),
                "customers by group before and now",
            );
        }
    }
}

/// Moves as they stand in the facts.
pub struct Moves<'a> {
    /// What the facts' ids begin with.
    pub base: &'a str,
    /// One id a group.
    pub ids: &'a [String],
    /// What each group is called.
    pub names: &'a [String],
    /// When it was before, and now: "Q3 2017", "Q4 2017".
    pub heads: [String; 2],
}

/// A share that rounds to no per cent is said to be below one.
const SMALL: f64 = 0.005;

/// Ribbons that carry at least this share of all customers are labelled.
const LABELLED: f64 = 0.03;

impl Moves<'_> {
    /// Returns how many went from one group to another; `None` for a group stands for those who were none.
    pub fn count(&self, tell: &Tell, from: Option<usize>, to: Option<usize>) -> f64 {
        let from = from.map_or(JOINED, |it| self.ids[it].as_str());
        let to = to.map_or(LEFT, |it| self.ids[it].as_str());
        tell.facts
            .number(&format!("{}/{from}/to/{to}", self.base))
            .unwrap_or(0.0)
    }

    /// All groups, and none.
    fn places(&self) -> impl Iterator<Item = Option<usize>> + Clone {
        (0..self.ids.len()).map(Some).chain([None])
    }

    fn from(&self, tell: &Tell, from: Option<usize>) -> f64 {
        self.places().map(|to| self.count(tell, from, to)).sum()
    }

    fn to(&self, tell: &Tell, to: Option<usize>) -> f64 {
        self.places().map(|from| self.count(tell, from, to)).sum()
    }

    /// Draws two columns of groups with ribbons between them.
    pub fn flow(&self, tell: &Tell, id: &str) -> Block {
        let number = |x: f64| tell.words.fixed(x, 0);
        let node = |at: Option<usize>, outside: &str, value: f64| FlowNode {
            label: at.map_or(outside.to_owned(), |it| self.names[it].clone()),
            value,
            text: number(value),
            is_outside: at.is_none(),
        };
        let from: Vec<Option<usize>> = self.places().filter(|it| self.from(tell, *it) > 0.0).collect();
        let to: Vec<Option<usize>> = self.places().filter(|it| self.to(tell, *it) > 0.0).collect();
        let total: f64 = from.iter().map(|it| self.from(tell, *it)).sum();
        let mut links = Vec::new();
        for (left, source) in from.iter().enumerate() {
            for (right, target) in to.iter().enumerate() {
                let value = self.count(tell, *source, *target);
                if value > 0.0 {
                    let is_large = source != target && LABELLED * total <= value;
                    links.push(FlowLink {
                        from: left,
                        to: right,
                        value,
                        text: number(value),
                        label: if is_large { number(value) } else { String::new() },
                    });
                }
            }
        }
        let n_rows = from.len().max(to.len());
        let (joined, left) = (say!(tell.words, "moves-joined"), say!(tell.words, "moves-left"));
        let chart = Chart {
            id: id.to_owned(),
            title: say!(tell.words, "moves-title"),
            description: say!(tell.words, "moves-alt", before = self.heads[0], now = self.heads[1]),
            width: WIDTH,
            height: NODE_HEIGHT * n_rows as f64 + FLOW_FRAME,
            drawing: Drawing::Flow {
                heads: self.heads.clone(),
                from: from.iter().map(|it| node(*it, &joined, self.from(tell, *it))).collect(),
                to: to.iter().map(|it| node(*it, &left, self.to(tell, *it))).collect(),
                links,
            },
        };
        Block::Figure {
            title: say!(tell.words, "moves-title"),
            subtitle: say!(tell.words, "moves-subtitle"),
            chart,
            note: None,
        }
    }

    /// Draws the matrix in per cent of each group before.
    pub fn heat(&self, tell: &Tell, id: &str) -> Block {
        let has_left = self.to(tell, None) > 0.0;
        let to: Vec<Option<usize>> = self
            .places()
            .filter(|it| match it {
                Some(_) => 0.0 < self.to(tell, *it) + self.from(tell, *it),
                None => has_left,
            })
            .collect();
        let row = |from: Option<usize>| {
            let n = self.from(tell, from);
            let cell = |to: &Option<usize>| {
                let share = (n > 0.0).then(|| self.count(tell, from, *to) / n)?;
                (share > 0.0).then(|| HeatCell {
                    value: share,
                    text: if share < SMALL {
                        format!("<{}", tell.words.fixed(1.0, 0))
                    } else {
                        tell.words.fixed(share * 100.0, 0)
                    },
                })
            };
            let name = from.map_or_else(|| say!(tell.words, "moves-joined"), |it| self.names[it].clone());
            HeatRow {
                label: format!("{name} ({})", tell.words.fixed(n, 0)),
                cells: to.iter().map(cell).collect(),
            }
        };
        let rows: Vec<HeatRow> = self.places().filter(|it| self.from(tell, *it) > 0.0).map(row).collect();
        let columns = to
            .iter()
            .map(|it| it.map_or_else(|| say!(tell.words, "moves-left"), |it| self.names[it].clone()))
            .collect();
        let chart = Chart {
            id: id.to_owned(),
            title: say!(tell.words, "moves-heat-title"),
            description: say!(
                tell.words,
                "moves-heat-alt",
                before = self.heads[0],
                now = self.heads[1]
            ),
            width: WIDTH,
            height: reading::heat_height(rows.len()),
            drawing: Drawing::HeatMap {
                head: say!(tell.words, "moves-heat-head", now = self.heads[1]),
                columns,
                rows,
                unit: Unit::total(Quantity::Share),
                range: [0.0, 1.0],
                range_labels: ["0", "100"].map(|it| tell.words.per_cent(it)),
            },
        };
        Block::Figure {
            title: say!(tell.words, "moves-heat-figure"),
            subtitle: say!(tell.words, "moves-heat-subtitle", before = self.heads[0]),
            chart,
            note: None,
        }
    }
}

/// Width in points of a page's text.
const WIDTH: f64 = 493.0;
/// Height of a group of a flow, and of its head and foot.
const NODE_HEIGHT: f64 = 30.0;
const FLOW_FRAME: f64 = 18.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_counted_once_and_nobody_twice() {
        let before = [Some(0), Some(0), None, Some(1), None];
        let now = [Some(0), Some(1), Some(1), None, None];
        let counts = counted(&before, &now, 2);
        assert_eq!(counts, [vec![1, 1, 0], vec![0, 0, 1], vec![0, 1, 0]]);
    }
}
