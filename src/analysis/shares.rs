//! Shares of customers: recorded with their intervals, and printed one way by all who tell them.
//!
//! A change whose interval holds zero is within chance, however large it looks: that is decided here, once.

use super::Recorder;
use super::Tell;
use crate::model::facts::Interval;
use crate::model::facts::Value;
use crate::model::memo::Align;
use crate::model::memo::Cell;
use crate::model::memo::Column;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Tone;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::say;
use crate::stats::wilson;
use crate::words::MISSING;

/// Records a share with Wilson's interval and the number of customers that it is a share of.
pub fn record_share(record: &mut Recorder, id: String, [part, whole]: [u64; 2], method: &str) {
    let value = (0 < whole).then(|| part as f64 / whole as f64);
    let ends = wilson::wilson(part, whole, wilson::Z_95).map(interval);
    let unit = Unit::total(Quantity::Share);
    record.fact(id, Value::Number(value), unit, ends, Some(whole), method);
}

/// Records a difference of shares with Newcombe's interval, one of `n_at_once` that are to hold together.
pub fn record_difference(
    record: &mut Recorder,
    id: String,
    [before, now]: [[u64; 2]; 2],
    n_at_once: usize,
    method: &str,
) {
    let rate = |[part, whole]: [u64; 2]| (0 < whole).then(|| part as f64 / whole as f64);
    let x = rate(now).zip(rate(before)).map(|(now, before)| now - before);
    let ends = wilson::newcombe(before, now, wilson::z_of_all(n_at_once)).map(interval);
    let method = format!("{method}; Newcombe’s method 10, {n_at_once} at once");
    let unit = Unit::total(Quantity::SharePoints);
    record.fact(id, Value::Number(x), unit, ends, Some(before[1] + now[1]), &method);
}

fn interval([low, high]: [f64; 2]) -> Interval {
    Interval {
        level_pct: 95,
        low,
        high,
    }
}

/// A difference of shares as facts have it.
pub struct Change {
    /// Now minus before.
    pub x: f64,
    /// Its interval.
    pub ends: [f64; 2],
}

impl Change {
    /// Reads a fact; `None` where either side has nobody.
    pub fn read(tell: &Tell, id: &str) -> Option<Self> {
        let ends = tell.facts.interval(id)?;
        Some(Self {
            x: tell.facts.number(id)?,
            ends: [ends.low, ends.high],
        })
    }

    /// True where the interval does not hold zero.
    pub fn is_beyond_chance(&self) -> bool {
        0.0 < self.ends[0] || self.ends[1] < 0.0
    }

    /// "+1.2 pp".
    pub fn points(&self, tell: &Tell) -> String {
        points(tell, self.x)
    }

    /// "+0.4 to +2.0 pp": the unit once.
    pub fn range(&self, tell: &Tell) -> String {
        say!(
            tell.words,
            "interval",
            low = tell.words.signed(self.ends[0] * 100.0, 1),
            high = points(tell, self.ends[1])
        )
    }
}

fn points(tell: &Tell, x: f64) -> String {
    tell.words.difference(x, &Unit::total(Quantity::SharePoints))
}

/// "15.4 %".
pub fn share(tell: &Tell, x: f64) -> String {
    tell.words.level(x, &Unit::total(Quantity::Share))
}

/// "15.0 to 15.8 %": the interval of a fact; empty where it has none.
pub fn range(tell: &Tell, id: &str) -> String {
    let ends = tell.facts.interval(id);
    ends.map_or_else(String::new, |it| {
        let low = tell.words.fixed(it.low * 100.0, 1);
        say!(tell.words, "interval", low = low, high = share(tell, it.high))
    })
}

/// A count of a fact.
pub fn count_cell(tell: &Tell, id: &str) -> Cell {
    let x = tell.facts.number(id);
    Cell::figure(x.map_or_else(|| MISSING.to_owned(), |x| tell.words.fixed(x, 0)), x, id)
}

/// A share of a fact in per cent, and its interval.
pub fn share_cells(tell: &Tell, id: &str) -> [Cell; 2] {
    let bare = |x: f64| tell.words.fixed(x * 100.0, 1);
    let x = tell.facts.number(id);
    let ends = tell.facts.interval(id);
    let ends = ends.map_or_else(
        || MISSING.to_owned(),
        |it| format!("{}–{}", bare(it.low), bare(it.high)),
    );
    let mut range = Cell::figure(ends, None, id);
    range.lines[0][0].tone = Tone::Quiet;
    [Cell::figure(x.map_or_else(|| MISSING.to_owned(), bare), x, id), range]
}

/// A difference of a fact in points, strong where it is beyond chance, and its interval.
pub fn change_cells(tell: &Tell, id: &str) -> [Cell; 2] {
    let signed = |x: f64| tell.words.signed(x * 100.0, 1);
    let Some(change) = Change::read(tell, id) else {
        return [Cell::figure(MISSING, None, id), Cell::figure(MISSING, None, id)];
    };
    let mut figure = Cell::figure(signed(change.x), Some(change.x), id);
    if change.is_beyond_chance() {
        figure.lines[0][0].tone = Tone::Strong;
    }
    let [low, high] = change.ends.map(signed);
    let ends = say!(tell.words, "interval", low = low, high = high);
    let mut range = Cell::figure(ends, None, id);
    range.lines[0][0].tone = Tone::Quiet;
    [figure, range]
}

/// The lines of a head that a sentence parts by `|`.
pub fn lines(head: &str) -> Vec<&str> {
    head.split('|').collect()
}

/// A column under a quiet head, whose lines are parted by `|`.
pub fn headed(head: &str, align: Align) -> Column {
    column(&lines(head), align)
}

/// A column under some quiet lines.
pub fn column(lines: &[&str], align: Align) -> Column {
    Column {
        head: lines.iter().map(|it| Run::toned(*it, Tone::Quiet)).collect(),
        align,
        ..Column::default()
    }
}

/// A quiet sentence below a table or a chart.
pub fn note(text: impl Into<String>, facts: Vec<String>) -> Sentence {
    Sentence {
        runs: vec![Run::toned(text, Tone::Quiet)],
        facts,
    }
}
