//! Who went where between two periods: the counts as facts, and the picture of them.
//!
//! Segments and clusters are followed alike. It must not know what a group is.

use super::Recorder;
use super::Tell;
use super::disclosure;
use super::reading;
use crate::model::memo::Block;
use crate::model::memo::Chart;
use crate::model::memo::Drawing;
use crate::model::memo::FlowLink;
use crate::model::memo::FlowNode;
use crate::model::memo::HeatCell;
use crate::model::memo::HeatRow;
use crate::model::memo::Sentence;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::say;
use crate::stats::disclosure as kernel;
use crate::stats::disclosure::Printed;
use crate::stats::disclosure::Sum;
use crate::words::MISSING;

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

/// What of some moves is kept back.
pub struct Kept {
    /// One a count, as [`counted`] has them.
    pub cells: Vec<Vec<bool>>,
    /// One a further sum.
    pub sums: Vec<bool>,
}

/// Decides which counts are kept back: those of a few customers, and those that would give them away. `groups` says before
/// and now which sizes of groups are kept; `more` are further sums that are told, as places in `counts`.
pub fn kept(counts: &[Vec<u64>], groups: [&[bool]; 2], more: &[Vec<[usize; 2]>], min_cell: u64) -> Kept {
    let n = counts.len();
    let cell = |[from, to]: [usize; 2]| from * n + to;
    let people: Vec<Vec<u64>> = counts.iter().flatten().map(|n| vec![*n]).collect();
    let sum = |cells: Vec<usize>, printed| Sum { cells, printed };
    let of_cells = (0..n * n).map(|it| sum(vec![it], Printed::WhereSafe));
    let of_more = more
        .iter()
        .map(|it| sum(it.iter().map(|it| cell(*it)).collect(), Printed::WhereSafe));
    let mut sums: Vec<Sum> = of_cells.chain(of_more).collect();
    for (side, groups) in groups.iter().enumerate() {
        for (group, is_kept) in groups.iter().enumerate() {
            let along = |it: usize| {
                if side == 0 {
                    cell([group, it])
                } else {
                    cell([it, group])
                }
            };
            let printed = if *is_kept { Printed::Never } else { Printed::Always };
            sums.push(sum((0..n).map(along).collect(), printed));
        }
    }
    // How many customers there are before, and now, is known of all groups together.
    let all = || (0..n * n).map(|it| [it / n, it % n]);
    let before = all().filter(|it| it[0] + 1 < n).map(cell).collect();
    let now = all().filter(|it| it[1] + 1 < n).map(cell).collect();
    sums.extend([sum(before, Printed::Always), sum(now, Printed::Always)]);
    let kept = kernel::left_out(&people, &sums, min_cell);
    Kept {
        cells: kept[..n * n].chunks(n).map(<[bool]>::to_vec).collect(),
        sums: kept[n * n..n * n + more.len()].to_vec(),
    }
}

/// Records all counts as `BASE/from/to`, and the sizes of groups as `BASE/from` and `BASE/to`.
pub fn record(record: &mut Recorder, base: &str, ids: &[String], counts: &[Vec<u64>], kept: (&Kept, [&[bool]; 2])) {
    let name = |at: usize, none: &'static str| ids.get(at).map_or(none.to_owned(), Clone::clone);
    let (kept, groups) = kept;
    for (from, row) in counts.iter().enumerate() {
        for (to, n) in row.iter().enumerate() {
            let id = format!("{base}/{}/to/{}", name(from, JOINED), name(to, LEFT));
            let method = "customers by group before and now";
            record.count_unless(kept.cells[from][to], id, *n, method);
        }
    }
    for (at, id) in ids.iter().enumerate() {
        let before: u64 = counts[at].iter().sum();
        let now: u64 = counts.iter().map(|it| it[at]).sum();
        record.count_unless(
            groups[0][at],
            format!("{base}/size/before/{id}"),
            before,
            "customers of the group before",
        );
        record.count_unless(
            groups[1][at],
            format!("{base}/size/now/{id}"),
            now,
            "customers of the group now",
        );
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
    /// Returns how many went from one group to another; `None` for a group stands for those who were none. Nothing where it is
    /// kept back.
    pub fn count(&self, tell: &Tell, from: Option<usize>, to: Option<usize>) -> Option<f64> {
        tell.facts.number(&self.id(from, to))
    }

    fn id(&self, from: Option<usize>, to: Option<usize>) -> String {
        let from = from.map_or(JOINED, |it| self.ids[it].as_str());
        let to = to.map_or(LEFT, |it| self.ids[it].as_str());
        format!("{}/{from}/to/{to}", self.base)
    }

    /// All groups, and none.
    fn places(&self) -> impl Iterator<Item = Option<usize>> + Clone {
        (0..self.ids.len()).map(Some).chain([None])
    }

    /// The size of a group before; of those who joined, how many. Nothing where it is kept back.
    fn from(&self, tell: &Tell, from: Option<usize>) -> Option<f64> {
        let Some(at) = from else {
            return self.places().map(|to| self.count(tell, None, to)).sum();
        };
        tell.facts
            .number(&format!("{}/size/before/{}", self.base, self.ids[at]))
    }

    /// The size of a group now; of those who left, how many. Nothing where it is kept back.
    fn to(&self, tell: &Tell, to: Option<usize>) -> Option<f64> {
        let Some(at) = to else {
            return self.places().map(|from| self.count(tell, from, None)).sum();
        };
        tell.facts.number(&format!("{}/size/now/{}", self.base, self.ids[at]))
    }

    /// Customers whom the picture shows leaving a group, or coming to one.
    fn drawn(&self, tell: &Tell, from: &[Option<usize>], to: &[Option<usize>]) -> f64 {
        let pairs = from.iter().flat_map(|from| to.iter().map(move |to| (*from, *to)));
        pairs.filter_map(|it| self.count(tell, it.0, it.1)).sum()
    }

    /// Says what a dash stands for, where there is one.
    fn below(&self, tell: &Tell) -> Option<Sentence> {
        let all: Vec<Option<usize>> = self.places().collect();
        let ids = all.iter().flat_map(|from| all.iter().map(|to| self.id(*from, *to)));
        disclosure::below(tell, &ids.collect::<Vec<String>>())
    }

    /// Draws two columns of groups with ribbons between them.
    pub fn flow(&self, tell: &Tell, id: &str) -> Block {
        let number = |x: f64| tell.words.fixed(x, 0);
        let all: Vec<Option<usize>> = self.places().collect();
        let size = |x: Option<f64>, shown: f64| x.unwrap_or(shown).max(shown);
        let left_of = |it: Option<usize>| size(self.from(tell, it), self.drawn(tell, &[it], &all));
        let right_of = |it: Option<usize>| size(self.to(tell, it), self.drawn(tell, &all, &[it]));
        let text = |x: Option<f64>| x.map_or_else(|| MISSING.to_owned(), number);
        let node = |at: Option<usize>, outside: &str, value: f64, x: Option<f64>| FlowNode {
            label: at.map_or(outside.to_owned(), |it| self.names[it].clone()),
            value,
            text: text(x),
            is_outside: at.is_none(),
        };
        let from: Vec<Option<usize>> = self.places().filter(|it| left_of(*it) > 0.0).collect();
        let to: Vec<Option<usize>> = self.places().filter(|it| right_of(*it) > 0.0).collect();
        let total: f64 = from.iter().map(|it| left_of(*it)).sum();
        let mut links = Vec::new();
        for (left, source) in from.iter().enumerate() {
            for (right, target) in to.iter().enumerate() {
                let value = self.count(tell, *source, *target).unwrap_or(0.0);
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
                from: from
                    .iter()
                    .map(|it| node(*it, &joined, left_of(*it), self.from(tell, *it)))
                    .collect(),
                to: to
                    .iter()
                    .map(|it| node(*it, &left, right_of(*it), self.to(tell, *it)))
                    .collect(),
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
        let is_some = |x: Option<f64>| x.is_none_or(|x| x > 0.0);
        let to: Vec<Option<usize>> = self
            .places()
            .filter(|it| is_some(self.to(tell, *it)) || it.is_some() && is_some(self.from(tell, *it)))
            .collect();
        let kept = || {
            Some(HeatCell {
                value: f64::NAN,
                text: MISSING.to_owned(),
            })
        };
        let row = |from: Option<usize>| {
            let n = self.from(tell, from);
            let cell = |to: &Option<usize>| {
                let (Some(count), Some(n)) = (self.count(tell, from, *to), n) else {
                    return kept();
                };
                let share = (n > 0.0).then(|| count / n)?;
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
            let n = n.map_or_else(|| MISSING.to_owned(), |n| tell.words.fixed(n, 0));
            HeatRow {
                label: format!("{name} ({n})"),
                cells: to.iter().map(cell).collect(),
            }
        };
        let rows: Vec<HeatRow> = self
            .places()
            .filter(|it| is_some(self.from(tell, *it)))
            .map(row)
            .collect();
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
            note: self.below(tell),
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
