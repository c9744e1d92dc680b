//! Differences between memos, as text: what changed, which figures moved, and what made them.
//!
//! It must not know where the memos stand.

use super::counted;
use crate::model::difference::Cause;
use crate::model::difference::Change;
use crate::model::difference::Moved;
use crate::model::difference::restated;
use crate::model::facts::Fact;
use crate::model::facts::Value;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;

/// Letters of a hash that tell it from others on a screen.
const HASH_LETTERS: usize = 12;
/// Changed periods of a series that are written out.
const PERIODS: usize = 3;
/// Letters of a text that are written out.
const TEXT_LETTERS: usize = 48;

/// Writes what changed, one line each.
pub(super) fn changes(changes: &[Change]) -> String {
    let line = |it: &Change| {
        let what = match (&it.was, &it.is) {
            (Some(was), Some(is)) => format!("{} → {}", short(was), short(is)),
            (None, Some(is)) => format!("new: {}", short(is)),
            (Some(was), None) => format!("gone: {}", short(was)),
            (None, None) => String::new(),
        };
        format!("  {:<13} {}   {what}\n", it.cause.word(), it.name)
    };
    changes.iter().map(line).collect()
}

/// Writes which facts moved, at most `shown`, the causes they have in common first.
pub(super) fn moved(moved: &[Moved], shown: usize) -> String {
    let width = moved
        .iter()
        .take(shown)
        .map(|it| it.id.chars().count())
        .max()
        .unwrap_or(0);
    let mut text: String = moved
        .iter()
        .take(shown)
        .map(|it| format!("  {:<width$}  {}   {}\n", it.id, what(it), words(&it.causes)))
        .collect();
    if shown < moved.len() {
        text.push_str(&format!(
            "  and {} more: `--all` shows them\n",
            counted(moved.len() - shown, "fact", "facts")
        ));
    }
    text
}

/// Names causes: "spec", "spec or data".
pub(super) fn words(causes: &[Cause]) -> String {
    let words: Vec<&str> = causes.iter().map(|it| it.word()).collect();
    words.join(" or ")
}

/// Says how a fact moved: "1,204 → 1,310 USD, +8.8 %".
pub(super) fn what(it: &Moved) -> String {
    match (&it.was, &it.is) {
        (Some(was), Some(is)) => {
            let periods = restated(was, is);
            if !periods.is_empty() {
                return series(&periods, &is.unit);
            }
            let by = it
                .by_share()
                .map(|x| format!(", {:+.2} %", x * 100.0))
                .unwrap_or_default();
            format!("{} → {}{by}", value(was), value(is))
        }
        (None, Some(is)) => format!("new: {}", value(is)),
        (Some(was), None) => format!("gone: {}", value(was)),
        (None, None) => String::new(),
    }
}

/// Says by how much a number moved: money and counts in per cent of what they were, shares in percentage points, all else
/// in its own unit. `None` for what is no number on both sides.
pub(super) fn by(it: &Moved) -> Option<String> {
    let by = it.by()?;
    let unit = &it.is.as_ref()?.unit;
    let plus = if by > 0.0 { "+" } else { "" };
    Some(match &unit.of {
        // Of a deviation, which may be of either sign, no share makes sense.
        Quantity::Money(_) | Quantity::Count(_) if !it.id.ends_with("/deviation") && it.by_share().is_some() => {
            format!("{:+.2} %", it.by_share()? * 100.0)
        }
        Quantity::Money(_) | Quantity::Count(_) => format!("{plus}{}", number(Some(by), unit)),
        // A percentage of a percentage is nobody's friend.
        Quantity::Share | Quantity::Change | Quantity::SharePoints => {
            format!("{:+.2} pp", by * unit.printed_factor())
        }
        Quantity::One | Quantity::Sigma | Quantity::Probability => format!("{plus}{}", number(Some(by), unit)),
    })
}

fn series(periods: &[(String, Option<f64>, Option<f64>)], unit: &Unit) -> String {
    let one = |(period, was, is): &(String, Option<f64>, Option<f64>)| {
        format!("{period} {} → {}", number(*was, unit), number(*is, unit))
    };
    let mut text = periods.iter().take(PERIODS).map(one).collect::<Vec<_>>().join("; ");
    if PERIODS < periods.len() {
        text.push_str(&format!("; and {} more periods", periods.len() - PERIODS));
    }
    text
}

/// Writes a fact's value with its unit.
pub(super) fn value(fact: &Fact) -> String {
    match &fact.value {
        Value::Number(x) => number(*x, &fact.unit),
        Value::Text(text) => quoted(text),
        Value::List(labels) => quoted(&labels.join(", ")),
        Value::Series { periods, values } => {
            let last = periods.last().zip(values.last());
            last.map_or_else(
                || "no periods".to_owned(),
                |(period, x)| {
                    let n = counted(periods.len(), "period", "periods");
                    format!("{n} to {period}: {}", number(*x, &fact.unit))
                },
            )
        }
    }
}

/// Writes a number as a fact has it, with its unit: all twelve digits, so that no difference hides in a rounding.
pub(super) fn number(x: Option<f64>, unit: &Unit) -> String {
    let Some(x) = x else { return "none".to_owned() };
    let x = crate::model::facts::rounded(x * unit.printed_factor()).unwrap_or(x);
    let name = match &unit.of {
        Quantity::One | Quantity::Probability => String::new(),
        Quantity::Money(code) => format!(" {code}"),
        Quantity::Count(noun) => format!(" {noun}"),
        Quantity::Share | Quantity::Change => " %".to_owned(),
        Quantity::SharePoints => " pp".to_owned(),
        Quantity::Sigma => "σ".to_owned(),
    };
    let per = unit.per.as_ref().map(|it| format!("/{it}")).unwrap_or_default();
    format!("{x}{name}{per}")
}

fn quoted(text: &str) -> String {
    let cut: String = text.chars().take(TEXT_LETTERS).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("“{cut}{more}”")
}

/// Cuts a hash; leaves all else.
pub(super) fn short(text: &str) -> String {
    let is_hash = text.len() >= 40 && text.chars().all(|it| it.is_ascii_hexdigit());
    if is_hash {
        text.chars().take(HASH_LETTERS).collect()
    } else {
        text.to_owned()
    }
}
