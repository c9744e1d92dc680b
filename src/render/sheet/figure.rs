//! Which number a printed text shows: its decimals, and whether it stands in per cent.
//!
//! Read from the digits, which are the same in every language. It must not guess: a text that shows another number shows none.

use crate::model::facts::rounded;
use crate::model::sheet::Form;
use crate::model::sheet::Number;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;

/// A fact keeps twelve digits; what a cell is sorted by may have more.
const NEAR: f64 = 1e-9;
/// Nothing is printed with more decimals.
const MOST_PLACES: usize = 8;
/// Digits between two signs that part thousands.
const GROUP: usize = 3;
/// Decimals of money where the currency has any.
const MONEY_PLACES: usize = 2;
/// A share is printed as so many times itself.
const PER_CENT: f64 = 100.0;
/// Decimals of a per cent at least: a picture's cell has room for none, a sheet's has.
const PER_CENT_PLACES: usize = 1;
/// Currencies whose smallest coin is the unit itself (ISO 4217, exponent 0).
const WITHOUT_CENTS: [&str; 16] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
];

/// A number that a cell shows, before it is known how the others of its column are shown.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    /// Itself.
    pub(super) x: f64,
    /// Its unit; `None` where no fact says.
    pub(super) unit: Option<Unit>,
    /// How it is printed; `None` where the text does not tell ("< 0.001").
    pub(super) shown: Option<Shown>,
}

/// How a number is printed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shown {
    /// How many times itself.
    pub(super) factor: f64,
    /// Decimals.
    pub(super) places: usize,
}

impl Figure {
    /// A number, and how the first numeral of a text that is its prints it.
    pub(super) fn new(x: f64, unit: Option<Unit>, numerals: &[Numeral]) -> Self {
        let shown = numerals.iter().find_map(|it| shown(x, unit.as_ref(), it));
        Self { x, unit, shown }
    }

    /// Returns the number in its form; what its own text does not tell, the column does.
    pub(super) fn number(&self, column: Option<Shown>) -> Number {
        let shown = self.shown.or(column);
        let factor = shown.map_or_else(|| self.unit.as_ref().map_or(1.0, Unit::printed_factor), |it| it.factor);
        let places = shown.map(|it| it.places);
        let of = self.unit.as_ref().map(|it| &it.of);
        let is_share = matches!(of, None | Some(Quantity::Share | Quantity::Change));
        if is_share && factor > 1.0 {
            let places = places.unwrap_or(PER_CENT_PLACES).max(PER_CENT_PLACES);
            return Number {
                x: rounded(self.x).unwrap_or(self.x),
                form: Form::PerCent { places },
            };
        }
        // What is drawn in per cent has the noise of binary fractions.
        let x = rounded(self.x * factor).unwrap_or(self.x);
        let form = match (of, places) {
            (Some(Quantity::Money(code)), _) if WITHOUT_CENTS.contains(&code.as_str()) => Form::Fixed { places: 0 },
            (Some(Quantity::Money(_)), places) => Form::Fixed {
                places: places.unwrap_or(0).max(MONEY_PLACES),
            },
            (Some(Quantity::Count(_)), Some(0)) if x.fract() == 0.0 && self.is_total() => Form::Count,
            (_, Some(places)) => Form::Fixed { places },
            (_, None) => Form::General,
        };
        Number { x, form }
    }

    fn is_total(&self) -> bool {
        self.unit.as_ref().is_some_and(|it| it.per.is_none())
    }
}

/// How most figures of a column are printed, by the factor; of those, the most decimals.
pub(super) fn usual<'a>(figures: impl Iterator<Item = &'a Figure>) -> Option<Shown> {
    let shown: Vec<Shown> = figures.filter_map(|it| it.shown).collect();
    let n_large = shown.iter().filter(|it| it.factor > 1.0).count();
    let of_most = |it: &&Shown| (it.factor > 1.0) == (2 * n_large > shown.len());
    shown.iter().filter(of_most).copied().max_by_key(|it| it.places)
}

/// True where two numbers are the same but for the digits that facts do not keep.
pub(super) fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() <= NEAR * a.abs().max(b.abs())
}

/// A number in a text, as its digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Numeral {
    digits: String,
    /// Digits after the last sign; `None` where there is no sign.
    after: Option<usize>,
}

/// Returns the numbers of a text: digits, and what parts thousands and decimals between them.
pub(super) fn numerals(text: &str) -> Vec<Numeral> {
    let letters: Vec<char> = text.chars().collect();
    let is_digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    let mut found: Vec<Numeral> = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        if !is_digit(at) {
            at += 1;
            continue;
        }
        let mut numeral = Numeral {
            digits: String::new(),
            after: None,
        };
        while at < letters.len() {
            if is_digit(at) {
                numeral.digits.push(letters[at]);
                numeral.after = numeral.after.map(|it| it + 1);
            } else if parts(letters[at]) && is_digit(at + 1) {
                numeral.after = Some(0);
            } else {
                break;
            }
            at += 1;
        }
        found.push(numeral);
    }
    found
}

/// Signs that part decimals or thousands in some language; a plain space parts words.
fn parts(letter: char) -> bool {
    matches!(
        letter,
        '.' | ',' | '\'' | '’' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '٫' | '٬'
    )
}

/// Returns how a numeral prints a number; `None` where it prints another.
///
/// Parts are rounded so that they add up: the last digit may be one off, but only in the usual way of the unit.
pub(super) fn shown(x: f64, unit: Option<&Unit>, numeral: &Numeral) -> Option<Shown> {
    let usual = unit.map_or(1.0, Unit::printed_factor);
    let ways = [(usual, 0), (PER_CENT, 0), (1.0, 0), (usual, 1)];
    ways.into_iter().find_map(|(factor, off)| {
        let places = places(x * factor, numeral, off)?;
        Some(Shown { factor, places })
    })
}

/// Returns the decimals with which a number is printed as a numeral whose last digit is up to so many off.
fn places(x: f64, numeral: &Numeral, off: u128) -> Option<usize> {
    let may_be: Vec<usize> = match numeral.after {
        None => vec![0],
        Some(GROUP) => vec![GROUP, 0],
        Some(n) if n <= MOST_PLACES => vec![n],
        Some(_) => Vec::new(),
    };
    let printed: u128 = numeral.digits.parse().ok()?;
    may_be.into_iter().find(|places| {
        let own = format!("{:.*}", *places, x.abs()).replace('.', "");
        let own_number: Option<u128> = own.parse().ok();
        own.len() == numeral.digits.len() && own_number.is_some_and(|it| it.abs_diff(printed) <= off)
    })
}

/// Returns the count that a text is, whole as it is; `None` where it has words, a sign or decimals.
pub(super) fn count(text: &str) -> Option<f64> {
    let is_bare = text.chars().all(|it| it.is_ascii_digit() || parts(it));
    let [numeral] = numerals(text).try_into().ok().filter(|_: &[Numeral; 1]| is_bare)?;
    let is_whole = matches!(numeral.after, None | Some(GROUP));
    numeral.digits.parse().ok().filter(|_| is_whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(x: f64, unit: &Unit, text: &str) -> Option<Shown> {
        numerals(text).iter().find_map(|it| shown(x, Some(unit), it))
    }

    #[test]
    fn a_printed_number_tells_its_decimals_in_every_language() {
        let money = Unit::money("USD");
        let at = |factor, places| Some(Shown { factor, places });
        assert_eq!(of(1234.567, &money, "US$\u{a0}1,234.57"), at(1.0, 2));
        assert_eq!(of(1234.567, &money, "1.234,57"), at(1.0, 2));
        assert_eq!(of(1234.567, &money, "1\u{202f}235"), at(1.0, 0));
        assert_eq!(of(0.1239, &Unit::total(Quantity::Share), "12.4\u{a0}%"), at(100.0, 1));
        assert_eq!(of(-0.0449, &Unit::default(), "−0.045"), at(1.0, 3));
        assert_eq!(of(1.0, &Unit::default(), "100.0"), at(100.0, 1));
        assert_eq!(of(1.03, &Unit::default(), "103"), at(100.0, 0));
        assert_eq!(of(0.00125, &Unit::default(), "0.1"), at(100.0, 1));
        assert_eq!(of(-2.4249, &money, "−2.43"), at(1.0, 2));
    }

    #[test]
    fn a_text_that_shows_another_number_shows_none() {
        assert_eq!(of(0.8077, &Unit::default(), "797"), None);
        assert_eq!(of(0.031, &Unit::default(), "0.013"), None);
        assert_eq!(of(1_234_567.0, &Unit::money("USD"), "US$1.2M"), None);
    }

    #[test]
    fn a_count_is_read_whole() {
        assert_eq!(count("38"), Some(38.0));
        assert_eq!(count("1,234"), Some(1234.0));
        for it in ["1.5", "38 customers", "−3", "", "3 4", "2–3"] {
            assert_eq!(count(it), None, "{it}");
        }
    }

    #[test]
    fn units_decide_the_form() {
        let form = |x: f64, unit: Unit, text: &str| Figure::new(x, Some(unit), &numerals(text)).number(None).form;
        assert_eq!(form(7.0, Unit::money("USD"), "7"), Form::Fixed { places: 2 });
        assert_eq!(form(7.0, Unit::money("JPY"), "7"), Form::Fixed { places: 0 });
        assert_eq!(form(7.0, Unit::count("visit"), "7"), Form::Count);
        assert_eq!(form(34.5, Unit::count("visit"), "34.5"), Form::Fixed { places: 1 });
        assert_eq!(
            form(0.5, Unit::total(Quantity::Share), "50"),
            Form::PerCent { places: 1 }
        );
        let points = Figure::new(0.1176, Some(Unit::total(Quantity::SharePoints)), &numerals("+11.8"));
        assert_eq!(
            points.number(None),
            Number {
                x: 11.76,
                form: Form::Fixed { places: 1 }
            }
        );
    }
}
