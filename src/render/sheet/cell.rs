//! What one cell of a memo's table holds: a figure, the ends of an interval, days, words.
//!
//! It must not know of the other cells of its column.

use super::figure::Figure;
use super::figure::Numeral;
use super::figure::count;
use super::figure::is_near;
use super::figure::numerals;
use super::figure::shown;
use crate::model::facts::Fact;
use crate::model::facts::Facts;
use crate::model::facts::Interval;
use crate::model::facts::Value;
use crate::model::memo::Align;
use crate::model::memo::Cell;
use crate::model::unit::Unit;
use jiff::civil::Date;

/// What stands where there is no figure.
const DASHES: [&str; 3] = ["–", "—", "-"];

/// A cell, taken apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Held {
    /// Its figure.
    pub(super) value: Option<Figure>,
    /// The ends of its interval.
    pub(super) ends: Option<[Figure; 2]>,
    /// First and last day of what it names.
    pub(super) days: Option<[Date; 2]>,
    /// Its lines, without those that the figures are printed in where figures stand by themselves.
    pub(super) words: Vec<String>,
}

impl Held {
    /// Takes a cell apart that stands in a column of figures or of words.
    pub(super) fn of(cell: &Cell, align: Align, facts: &Facts) -> Self {
        let lines: Vec<String> = cell.lines.iter().map(|line| text_of(line)).collect();
        let lines: Vec<String> = lines.into_iter().filter(|it| !it.is_empty()).collect();
        if lines.iter().all(|it| DASHES.contains(&it.as_str())) {
            return Self::default();
        }
        if cell.days.is_some() {
            return Self {
                days: cell.days,
                words: lines,
                ..Self::default()
            };
        }
        let by_line: Vec<Vec<Numeral>> = lines.iter().map(|it| numerals(it)).collect();
        let fact = cell.fact.as_ref().and_then(|id| facts.get(id));
        let ends = fact.and_then(|it| ends(it, &by_line));
        let value = value(cell.sort, fact, &by_line, ends.as_ref().map(|it| it.0));
        let is_words = |at: &usize| match align {
            Align::Left => !(lines.len() == 1 && value.is_some() && is_bare(&lines[0])),
            Align::Right | Align::Chart => {
                let is_value = *at == 0 && value.is_some();
                let is_ends = ends.as_ref().is_some_and(|it| it.0 == *at);
                !is_value && !is_ends
            }
        };
        let words = (0..lines.len()).filter(is_words).map(|at| lines[at].clone()).collect();
        Self {
            value,
            ends: ends.map(|it| it.1),
            days: None,
            words,
        }
    }
}

/// Takes words for figures where all of a column's are whole numbers: these are printed as they are, and may have no fact.
pub(super) fn count_all(column: &mut [Held]) {
    let counted = |it: &Held| match it.words.as_slice() {
        [line] if it.value.is_none() && it.ends.is_none() => count(line),
        _ => None,
    };
    if column.iter().all(|it| it.words.is_empty() || counted(it).is_some()) {
        for it in column {
            if let Some(x) = counted(it) {
                let words = std::mem::take(&mut it.words);
                it.value = Some(Figure::new(x, Some(Unit::count("row")), &numerals(&words[0])));
            }
        }
    }
}

/// True for a figure without words.
fn is_bare(line: &str) -> bool {
    !line.chars().any(char::is_alphabetic)
}

/// The words of a line, spaces as they are read.
pub(super) fn text_of(line: &[crate::model::memo::Run]) -> String {
    let text: String = line.iter().map(|it| it.text.as_str()).collect();
    text.trim().to_owned()
}

/// Finds the ends of a fact's interval beside each other in a line; returns the line's place with them.
fn ends(fact: &Fact, by_line: &[Vec<Numeral>]) -> Option<(usize, [Figure; 2])> {
    let Interval { low, high, .. } = fact.interval?;
    let unit = Some(fact.unit.clone());
    by_line.iter().enumerate().find_map(|(at, numerals)| {
        let pair = numerals.windows(2).find_map(|pair| {
            let [first, last] = [(low, &pair[0]), (high, &pair[1])].map(|(x, it)| shown(x, unit.as_ref(), it));
            let (first, last) = (first?, last?);
            // Nought is nought in per cent, too: the other end tells.
            let factor = if low == 0.0 { last.factor } else { first.factor };
            Some([(low, first), (high, last)].map(|(x, shown)| Figure {
                x,
                unit: unit.clone(),
                shown: Some(super::figure::Shown { factor, ..shown }),
            }))
        })?;
        Some((at, pair))
    })
}

/// Finds the number that a cell shows: that of its fact, how many stand behind the fact, or what the cell is sorted by.
fn value(sort: Option<f64>, fact: Option<&Fact>, by_line: &[Vec<Numeral>], ends_at: Option<usize>) -> Option<Figure> {
    let first = by_line.first().map_or(&[] as &[Numeral], Vec::as_slice);
    let of = |x: f64, unit: Option<Unit>| Some(Figure::new(x, unit, first));
    let own = fact.and_then(|it| match it.value {
        Value::Number(x) => x,
        _ => None,
    });
    let unit = fact.map(|it| it.unit.clone());
    match (sort, own) {
        // An interval is sorted by one of its ends.
        (_, _) if ends_at == Some(0) => None,
        (Some(sort), Some(own)) if is_near(sort, own) => of(own, unit),
        (Some(sort), Some(_)) => match fact.and_then(|it| it.n) {
            Some(n) if is_near(sort, n as f64) => of(sort, Some(Unit::count("row"))),
            _ => of(sort, None),
        },
        (Some(sort), None) => of(
            sort,
            unit.filter(|_| fact.is_some_and(|it| matches!(it.value, Value::Series { .. }))),
        ),
        // What is sorted by its text may still be one figure.
        (None, Some(own)) if first.len() == 1 && by_line.len() == 1 => of(own, unit).filter(|it| it.shown.is_some()),
        (None, _) => None,
    }
    .filter(|it| it.x.is_finite())
}
