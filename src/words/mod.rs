//! The one place that turns numbers into printed text.
//!
//! Rounding, units, minus sign, per cent and percentage points, grouping by locale, number words:
//! all of it is decided here, once, from a fact. It must not know which analysis asks.

pub mod text;

use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use fixed_decimal::Decimal;
use icu_decimal::DecimalFormatter;
use icu_locale_core::Locale;
use std::str::FromStr;

/// U+202F, between a figure and `%` or a magnitude: never broken over lines.
pub const THIN: &str = "\u{202f}";
/// U+2212, the minus sign: as wide as the plus sign.
pub const MINUS: &str = "\u{2212}";
/// Stands in a table where a figure is missing.
pub const MISSING: &str = "\u{2013}";

/// Formats numbers for one locale.
pub struct Words {
    formatter: DecimalFormatter,
    symbol_last: bool,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words")
            .field("symbol_last", &self.symbol_last)
            .finish_non_exhaustive()
    }
}

impl Words {
    /// Opens a locale by its BCP 47 tag; `None` where the tag is not one, or CLDR does not know it.
    pub fn new(tag: &str) -> Option<Self> {
        let locale = Locale::try_from_str(tag).ok()?;
        // English and most of East Asia write the symbol first, the rest of Europe last.
        let symbol_last = !matches!(locale.id.language.as_str(), "en" | "ja" | "zh" | "ko" | "he" | "hi");
        let formatter =
            DecimalFormatter::try_new(locale.into(), icu_decimal::options::DecimalFormatterOptions::default()).ok()?;
        Some(Self { formatter, symbol_last })
    }

    /// Prints `x ≥ 0` or below with exactly `places` decimal places, grouped, with U+2212 for minus; a rounded zero has no sign.
    pub fn fixed(&self, x: f64, places: usize) -> String {
        let (digits, negative) = digits(x, places);
        let text = self.grouped(&digits);
        if negative { format!("{MINUS}{text}") } else { text }
    }

    /// As [`Words::fixed`], with a plus sign where it is above zero.
    pub fn signed(&self, x: f64, places: usize) -> String {
        let text = self.fixed(x, places);
        let (digits, negative) = digits(x, places);
        let is_zero = digits.bytes().all(|b| matches!(b, b'0' | b'.'));
        if negative || is_zero { text } else { format!("+{text}") }
    }

    /// Prints a level with its unit, as in a sentence: `$147.04`, `$41.8 m`, `70,555`, `12.3 %`.
    pub fn level(&self, x: f64, unit: &Unit) -> String {
        let (digits, negative) = self.level_parts(x, unit);
        if negative { format!("{MINUS}{digits}") } else { digits }
    }

    /// Prints a difference with its unit and its sign: `−$35.46`, `+1.2 pp`.
    pub fn difference(&self, x: f64, unit: &Unit) -> String {
        let (text, negative) = self.level_parts(x, unit);
        let is_zero = !text.bytes().any(|b| matches!(b, b'1'..=b'9'));
        match (is_zero, negative) {
            (true, _) => text,
            (false, true) => format!("{MINUS}{text}"),
            (false, false) => format!("+{text}"),
        }
    }

    /// Prints a figure as a sentence has it: changes and differences of shares with their sign, levels as they are.
    pub fn fact(&self, x: f64, unit: &Unit) -> String {
        match &unit.of {
            Quantity::Change | Quantity::SharePoints | Quantity::Sigma => self.difference(x, unit),
            _ => self.level(x, unit),
        }
    }

    /// Prints how large a difference is, without its sign: "fell $27.11".
    pub fn magnitude(&self, x: f64, unit: &Unit) -> String {
        self.level_parts(x.abs(), unit).0
    }

    /// Prints a share that an author set, with the places that it needs and no more: `5 %`, `2.5 %`.
    pub fn set_share(&self, x: f64) -> String {
        let percent = x * 100.0;
        format!("{}{THIN}%", self.fixed(percent, exact_places(percent)))
    }

    /// Prints a relative change with its sign: `+12.3 %`.
    pub fn change(&self, x: f64) -> String {
        format!("{}{THIN}%", self.signed(x * 100.0, 1))
    }

    /// Prints how large a relative change is, without its sign: `12.3 %`.
    pub fn change_size(&self, x: f64) -> String {
        format!("{}{THIN}%", self.fixed(x.abs() * 100.0, 1))
    }

    /// Prints standard deviations with their sign: `+9.3σ`.
    pub fn sigma(&self, x: f64) -> String {
        format!("{}σ", self.signed(x, 1))
    }

    /// Prints a probability or q-value after its letter: `= 0.016`, `< 0.001`.
    pub fn probability(&self, p: f64) -> String {
        // Three places are printed; what would round to nothing is said to be below the last.
        const SMALLEST: f64 = 0.0005;
        if p < SMALLEST {
            format!("< {}", self.fixed(0.001, 3))
        } else {
            format!("= {}", self.fixed(p, 3))
        }
    }

    /// Prints a figure for a column whose head states the unit.
    pub fn bare(&self, x: f64, unit: &Unit, places: usize) -> String {
        self.fixed(x * unit.printed_factor(), places)
    }

    /// As [`Words::bare`], with a plus sign where it is above zero.
    pub fn bare_signed(&self, x: f64, unit: &Unit, places: usize) -> String {
        self.signed(x * unit.printed_factor(), places)
    }

    fn level_parts(&self, x: f64, unit: &Unit) -> (String, bool) {
        let negative = |places| digits(x, places).1;
        match &unit.of {
            Quantity::Money(code) => {
                let (figure, negative) = self.compact(x);
                (self.with_symbol(&figure, code), negative)
            }
            Quantity::Share | Quantity::Change => (format!("{}{THIN}%", self.fixed(x.abs() * 100.0, 1)), negative(3)),
            Quantity::SharePoints => (format!("{}{THIN}pp", self.fixed(x.abs() * 100.0, 1)), negative(3)),
            Quantity::Sigma => (format!("{}σ", self.fixed(x.abs(), 1)), negative(1)),
            Quantity::Probability => (self.fixed(x.abs(), 3), negative(3)),
            Quantity::Count(_) if unit.per.is_none() => (self.fixed(x.abs(), 0), negative(0)),
            Quantity::Count(_) | Quantity::One => (self.fixed(x.abs(), places_of(x)), negative(places_of(x))),
        }
    }

    /// Money: two places below a thousand, none to a million, then `41.8 m`, `1.2 bn`.
    fn compact(&self, x: f64) -> (String, bool) {
        let size = x.abs();
        let (scaled, places, suffix) = match size {
            // 999.995 rounds to 1,000.00: the step is taken where the rounding takes it.
            s if s < 999.995 => (x, 2, ""),
            s if s < 999_999.5 => (x, 0, ""),
            s if s < 999_950_000.0 => (x / 1e6, 1, "m"),
            _ => (x / 1e9, 1, "bn"),
        };
        let (text, negative) = digits(scaled, places);
        let text = self.grouped(&text);
        (
            if suffix.is_empty() {
                text
            } else {
                format!("{text}{THIN}{suffix}")
            },
            negative,
        )
    }

    /// Puts a currency's symbol where the locale wants it.
    pub fn with_symbol(&self, figure: &str, code: &str) -> String {
        let symbol = symbol(code);
        if self.symbol_last {
            format!("{figure}{THIN}{symbol}")
        } else if symbol.chars().next_back().is_some_and(char::is_alphabetic) {
            format!("{symbol}{THIN}{figure}")
        } else {
            format!("{symbol}{figure}")
        }
    }

    /// Names a unit in a column's head: `US$`, `€`, `shoppers`; empty for a pure number.
    pub fn head(unit: &Unit) -> String {
        match &unit.of {
            Quantity::Money(code) if code == "USD" => "US$".to_owned(),
            Quantity::Money(code) => symbol(code).to_owned(),
            Quantity::Count(noun) => text::plural(noun),
            Quantity::Share | Quantity::Change => "%".to_owned(),
            Quantity::SharePoints => "pp".to_owned(),
            Quantity::Sigma => "σ".to_owned(),
            Quantity::One | Quantity::Probability => String::new(),
        }
    }

    fn grouped(&self, digits: &str) -> String {
        let decimal = Decimal::from_str(digits).expect("digits are a decimal number");
        self.formatter.format(&decimal).to_string()
    }
}

/// Names a column with its unit: "Rate, US$"; the name alone for a pure number.
pub fn head_with_unit(name: &str, unit: &Unit) -> String {
    match Words::head(unit).as_str() {
        "" => name.to_owned(),
        // "Visits" are in visits.
        unit if text::lowered(name) == text::lowered(unit) => name.to_owned(),
        unit => format!("{name}, {unit}"),
    }
}

/// Returns the decimal places that write a round number as it is: 1 for 2.5, 2 for 0.25, none for 25; at most six.
pub fn exact_places(x: f64) -> usize {
    // More places than these are the rounding of a binary fraction, and no longer a round number.
    const MOST_PLACES: i32 = 6;
    // Far above that rounding, far below the last digit of a number that someone wrote.
    const NEAR: f64 = 1e-9;
    let is_whole = |places: &i32| {
        let scaled = x * libm::pow(10.0, f64::from(*places));
        (scaled - libm::round(scaled)).abs() <= NEAR * scaled.abs()
    };
    let places = (0..MOST_PLACES).find(is_whole).unwrap_or(MOST_PLACES);
    usize::try_from(places).expect("places count from none")
}

/// Returns the decimal places at which the largest of `values` shows three significant digits or cents, for a whole column.
pub fn column_places(values: &[f64], unit: &Unit) -> usize {
    let largest = values.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    match unit.of {
        Quantity::Money(_) if largest < 1000.0 => 2,
        Quantity::Money(_) => 0,
        Quantity::Share | Quantity::SharePoints | Quantity::Change | Quantity::Sigma => 1,
        Quantity::Probability => 3,
        Quantity::Count(_) if unit.per.is_none() => 0,
        Quantity::Count(_) | Quantity::One => places_of(largest),
    }
}

/// Returns the places at which a pure number shows about three significant digits.
fn places_of(x: f64) -> usize {
    match x.abs() {
        s if s >= 100.0 => 0,
        s if s >= 10.0 => 1,
        s if s >= 1.0 || s == 0.0 => 2,
        _ => 3,
    }
}

/// Writes `|x|` with `places` decimal places, and whether the rounded figure is below zero.
fn digits(x: f64, places: usize) -> (String, bool) {
    let text = format!("{:.places$}", x.abs());
    let negative = x < 0.0 && text.bytes().any(|b| matches!(b, b'1'..=b'9'));
    (text, negative)
}

/// Returns a currency's symbol, else its code.
fn symbol(code: &str) -> &str {
    match code {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" | "CNY" => "¥",
        "INR" => "₹",
        "KRW" => "₩",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english() -> Words {
        Words::new("en-US").expect("CLDR knows English")
    }

    #[test]
    fn money_is_rounded_once_and_grouped() {
        let (words, usd) = (english(), Unit::money("USD"));
        assert_eq!(words.level(147.04, &usd), "$147.04");
        assert_eq!(words.level(999.996, &usd), "$1,000");
        assert_eq!(words.level(41_812_345.0, &usd), "$41.8\u{202f}m");
        assert_eq!(words.difference(-35.46, &usd), "\u{2212}$35.46");
        assert_eq!(words.difference(0.004, &usd), "$0.00");
        assert_eq!(words.difference(-0.004, &usd), "$0.00");
    }

    #[test]
    fn other_locales_group_and_place_their_own_way() {
        let german = Words::new("de-DE").expect("CLDR knows German");
        assert_eq!(german.level(1_234.5, &Unit::money("EUR")), "1.234\u{202f}€");
        assert_eq!(german.change(0.1234), "+12,3\u{202f}%");
        assert!(Words::new("not a tag").is_none());
    }

    #[test]
    fn a_round_number_is_written_with_the_places_it_needs() {
        let numbers = [25.0, 2.5, 0.25, 0.1 + 0.2, 1e6, 0.0, 1.0 / 3.0];
        assert_eq!(numbers.map(exact_places), [0, 1, 2, 1, 0, 0, 6]);
        let words = english();
        let shares = [0.05, 0.025, 0.07, 0.001].map(|share| words.set_share(share));
        assert_eq!(shares, ["5\u{202f}%", "2.5\u{202f}%", "7\u{202f}%", "0.1\u{202f}%"]);
    }

    #[test]
    fn signs_follow_the_rounded_figure() {
        let words = english();
        assert_eq!(words.sigma(-8.46), "\u{2212}8.5σ");
        assert_eq!(words.signed(0.04, 1), "0.0");
        assert_eq!(words.change(-0.0004), "0.0\u{202f}%");
        assert_eq!(words.probability(0.0004), "< 0.001");
        assert_eq!(words.probability(0.016), "= 0.016");
    }
}
