//! Units carried from aggregates through arithmetic to a metric.
//!
//! A sum's unit is not known until the author says it; a count's is. What is known is carried,
//! and two known units that differ are neither added nor subtracted.

use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::diagnostic::Spanned;
use crate::model::expr::Aggregate;
use crate::model::expr::Expr;
use crate::model::expr::Op;
use crate::model::expr::Reduce;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;

/// A unit as far as it is known.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Carried {
    /// What is counted; `None` where nobody has said.
    pub of: Option<Quantity>,
    /// What it is counted per.
    pub per: Option<String>,
}

impl Carried {
    /// A unit that the author has said, or that a metric has.
    pub fn known(unit: &Unit) -> Self {
        Carried {
            of: Some(unit.of.clone()),
            per: unit.per.clone(),
        }
    }

    /// Returns the unit, a pure number where nobody has said.
    pub fn unit(self) -> Unit {
        Unit {
            of: self.of.unwrap_or_default(),
            per: self.per,
        }
    }

    /// Returns the unit of a sum or a difference; `None` where the two are known and differ.
    pub fn plus(self, other: Carried) -> Option<Carried> {
        match (&self.of, &other.of) {
            (None, _) => Some(other),
            (_, None) => Some(self),
            _ => (self == other).then_some(self),
        }
    }

    /// Returns the unit of a product: a rate times what it is counted per is a total.
    pub fn times(self, other: Carried) -> Carried {
        let is_number = |it: &Carried| matches!(it.of, None | Some(Quantity::One)) && it.per.is_none();
        match (&self, &other) {
            (it, _) if is_number(it) => other,
            (_, it) if is_number(it) => self,
            (
                Carried { of, per: Some(per) },
                Carried {
                    of: Some(Quantity::Count(noun)),
                    per: None,
                },
            )
            | (
                Carried {
                    of: Some(Quantity::Count(noun)),
                    per: None,
                },
                Carried { of, per: Some(per) },
            ) if per == noun => Carried {
                of: of.clone(),
                per: None,
            },
            _ => Carried::default(),
        }
    }

    /// Returns the unit of a quotient; what is not known counts as a pure number.
    pub fn over(self, other: Carried) -> Carried {
        let divisor = other.unit();
        match (&self.of, &divisor.of) {
            // Nobody has said what is counted, but what it is counted per is known.
            (None, Quantity::Count(noun)) if self.per.is_none() && divisor.per.is_none() => Carried {
                of: None,
                per: Some(noun.clone()),
            },
            (None, _) => self,
            _ => self
                .unit()
                .over(&divisor)
                .map_or_else(Carried::default, |it| Carried::known(&it)),
        }
    }
}

/// Returns the unit of an aggregate: counts count something, all else is for the author to say.
pub(super) fn of_aggregate(aggregate: &Aggregate, source: &str, customer: &str) -> Carried {
    let noun = match (aggregate.reduce, &aggregate.of) {
        (Reduce::CountDistinct, Some(Expr::Column(name))) if name == customer => "customer".to_owned(),
        (Reduce::CountDistinct, Some(Expr::Column(name))) => name
            .strip_suffix("_id")
            .filter(|it| !it.is_empty())
            .unwrap_or(name)
            .replace('_', " "),
        (Reduce::CountDistinct, _) => "value".to_owned(),
        // `transactions` holds transactions; a source of another name holds rows.
        (Reduce::Count, _) => match source.strip_suffix('s').filter(|it| it.len() > 2 && !it.ends_with('s')) {
            Some(singular) => singular.replace('_', " "),
            None => "row".to_owned(),
        },
        _ => return Carried::default(),
    };
    Carried {
        of: Some(Quantity::Count(noun)),
        per: None,
    }
}

/// Joins what the author says with what is carried: `unit:` says what is counted, and keeps what it is counted per.
pub(super) fn declared(written: &Spanned<String>, carried: Carried, metric: &str, found: &mut Diagnostics) -> Carried {
    let Some(of) = quantity(written, found) else {
        return carried;
    };
    let agrees = match (&carried.of, &of) {
        (None | Some(Quantity::One), Quantity::Share) => carried.per.is_none(),
        (None | Some(Quantity::One), _) => true,
        // A count may be given a better noun.
        (Some(Quantity::Count(_)), Quantity::Count(_)) => true,
        (Some(known), said) => known == said,
    };
    if !agrees {
        let message = format!(
            "metric `{metric}` is in {}, and `unit` says {}",
            carried.unit(),
            written.value
        );
        let hint = "leave `unit` out: it follows from what the metric is made of";
        found.push(Diagnostic::spec("unit-mismatch", message).at(written.span).hint(hint));
        return Carried {
            of: Some(of),
            per: None,
        };
    }
    Carried {
        of: Some(of),
        per: carried.per,
    }
}

/// Reads a unit: three capitals are money, `share` or `%` a share of a whole, anything else a singular noun.
fn quantity(written: &Spanned<String>, found: &mut Diagnostics) -> Option<Quantity> {
    /// Codes that are written in small letters by mistake; as nouns they mean nothing.
    const COMMON: [&str; 14] = [
        "aud", "brl", "cad", "chf", "cny", "eur", "gbp", "inr", "jpy", "krw", "mxn", "nzd", "sek", "usd",
    ];
    let text = written.value.as_str();
    if matches!(text, "share" | "%") {
        return Some(Quantity::Share);
    }
    if text.len() == 3 && text.bytes().all(|it| it.is_ascii_uppercase()) {
        return Some(Quantity::Money(text.to_owned()));
    }
    let lower = text.to_lowercase();
    if COMMON.contains(&lower.as_str()) {
        let message = format!("`{text}` is no unit");
        let hint = format!("money is written by its ISO 4217 code: `{}`", text.to_uppercase());
        found.push(Diagnostic::spec("bad-unit", message).at(written.span).hint(hint));
        return None;
    }
    // "US Dollars" would print as "US Dollarses".
    const SPOKEN: [(&str, &str); 12] = [
        ("us dollar", "USD"),
        ("dollar", "USD"),
        ("euro", "EUR"),
        ("pound", "GBP"),
        ("pound sterling", "GBP"),
        ("yen", "JPY"),
        ("yuan", "CNY"),
        ("rupee", "INR"),
        ("franc", "CHF"),
        ("swiss franc", "CHF"),
        ("real", "BRL"),
        ("won", "KRW"),
    ];
    let singular = lower.strip_suffix('s').unwrap_or(&lower);
    let spoken = SPOKEN
        .iter()
        .find(|(name, _)| [singular, lower.as_str()].contains(name));
    let sign = [("$", "USD"), ("€", "EUR"), ("£", "GBP"), ("¥", "JPY"), ("us$", "USD")];
    if let Some((_, code)) = spoken.or_else(|| sign.iter().find(|(sign, _)| *sign == lower)) {
        let hint = format!("money is written by its ISO 4217 code: `{code}`");
        found.push(
            Diagnostic::spec("bad-unit", format!("`{text}` is no unit"))
                .at(written.span)
                .hint(hint),
        );
        return None;
    }
    let is_noun = text.chars().next().is_some_and(char::is_alphabetic)
        && text.chars().all(|it| it.is_alphabetic() || it == ' ' || it == '-');
    if !is_noun {
        let hint = "a unit is an ISO 4217 code (`USD`), a singular noun (`shopper`), or `share` (printed as per cent)";
        found.push(
            Diagnostic::spec("bad-unit", format!("`{text}` is no unit"))
                .at(written.span)
                .hint(hint),
        );
        return None;
    }
    Some(Quantity::Count(text.to_owned()))
}

/// Reports a sum or a difference of two units.
pub(super) fn refuse_sum(op: Op, left: &Carried, right: &Carried, at: Span, found: &mut Diagnostics) {
    let verb = if op == Op::Sub { "subtracted" } else { "added" };
    let (left, right) = (left.clone().unit(), right.clone().unit());
    let message = format!("a figure in {left} and one in {right} cannot be {verb}");
    let hint = "only figures in one unit add up: check `unit:` of both, or divide one by the other";
    found.push(Diagnostic::spec("unit-mismatch", message).at(at).hint(hint));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(noun: &str) -> Carried {
        Carried::known(&Unit::count(noun))
    }

    #[test]
    fn units_pass_through_ratios_and_back() {
        let spend = Carried::known(&Unit::money("USD"));
        let rate = spend.clone().over(count("shopper"));
        assert_eq!(rate.clone().unit().to_string(), "USD/shopper");
        assert_eq!(rate.times(count("shopper")), spend);
        assert_eq!(count("visit").over(count("visit")).unit(), Unit::default());
    }

    #[test]
    fn what_nobody_has_said_adds_to_anything_and_money_not_to_visits() {
        let spend = Carried::known(&Unit::money("USD"));
        assert_eq!(spend.clone().plus(Carried::default()), Some(spend.clone()));
        assert_eq!(spend.plus(count("visit")), None);
    }
}
