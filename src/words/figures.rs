//! Per cent, currencies and magnitudes by locale.
//!
//! English memos print them as they always did: a thin space before `%`, `$41.8 m`, `1.2 bn`. Other locales print them as
//! CLDR has them, by ICU4X. It must not know what a figure is of.

use super::Compact;
use super::THIN;
use super::Words;
use fixed_decimal::Decimal;
use icu_decimal::CompactDecimalFormatter;
use icu_decimal::DecimalFormatter;
use icu_decimal::options::DecimalFormatterOptions;
use icu_decimal::options::GroupingStrategy;
use icu_experimental::dimension::currency::CurrencyType;
use icu_experimental::dimension::currency::formatter::CurrencyFormatter;
use icu_experimental::dimension::percent::formatter::PercentFormatter;

/// What stands before and after a figure.
pub(super) type Affixes = (String, String);

/// A power of ten that figures are printed in, and how it is written behind them.
pub(super) struct Magnitude {
    /// What one of it is worth.
    pub worth: f64,
    /// What stands behind the figure, with the space before it; empty where the worth is one.
    pub suffix: String,
}

/// From here on figures are printed in a magnitude: below, a reader counts the digits.
const LEAST: f64 = 999_999.5;

impl Words {
    /// Writes a figure, already formatted, as per cent.
    pub fn per_cent(&self, figure: &str) -> String {
        let (before, after) = &self.percent;
        format!("{before}{figure}{after}")
    }

    /// Returns the magnitude that a figure of this size is printed in with one decimal place.
    pub(super) fn magnitude_of(&self, size: f64) -> Magnitude {
        if size < LEAST {
            return Magnitude {
                worth: 1.0,
                suffix: String::new(),
            };
        }
        let Some(compact) = &self.compact else {
            // 999.95 rounds to 1,000.0: the step is taken where the rounding takes it.
            let (worth, sign) = if size < 999_950_000.0 { (1e6, "m") } else { (1e9, "bn") };
            return Magnitude {
                worth,
                suffix: format!("{THIN}{sign}"),
            };
        };
        let at = |ten: i16| {
            let exponent = compact.magnitudes.compact_exponent_for_magnitude(ten);
            (exponent, libm::pow(10.0, f64::from(exponent)))
        };
        let ten = libm::floor(libm::log10(size)) as i16;
        let (mut exponent, mut worth) = at(ten);
        // The step is taken where rounding to one place takes it.
        let (next, next_worth) = at(ten + 1);
        if next != exponent && size / worth >= next_worth / worth - 0.05 {
            (exponent, worth) = (next, next_worth);
        }
        let two = Decimal::from(2);
        let said = compact.magnitudes.format_with_exponent(&two, exponent);
        let suffix = said.map_or_else(|_| String::new(), |it| affixes(&it.to_string()).1);
        Magnitude { worth, suffix }
    }

    /// Puts a currency's symbol where the locale wants it.
    pub fn with_symbol(&self, figure: &str, code: &str) -> String {
        let (before, after) = self.symbol(code);
        format!("{before}{figure}{after}")
    }

    /// Returns what stands before and after an amount of a currency. Not CLDR's narrow symbols, but those that are
    /// unmistakable in the locale: a Brazilian reads `$` as anyone's dollar, and `US$` as one.
    fn symbol(&self, code: &str) -> Affixes {
        if self.is_english() {
            let symbol = english_symbol(code);
            let space = if symbol.ends_with(char::is_alphabetic) {
                THIN
            } else {
                ""
            };
            return (format!("{symbol}{space}"), String::new());
        }
        let currency = CurrencyType::try_from_str(&code.to_ascii_lowercase()).ok();
        let formatter = currency
            .and_then(|it| CurrencyFormatter::try_new_symbol((&self.locale).into(), it, Default::default()).ok());
        formatter.map_or_else(
            || (String::new(), format!("\u{a0}{code}")),
            |it| affixes(&it.format_fixed_decimal(&Decimal::from(2)).to_string()),
        )
    }

    /// Names a currency in a column's head: `US$`, `€`.
    pub(super) fn currency(&self, code: &str) -> String {
        match code {
            "USD" if self.is_english() => "US$".to_owned(),
            _ => {
                let (before, after) = self.symbol(code);
                format!("{before}{after}").trim().to_owned()
            }
        }
    }
}

/// Returns what stands before and after per cent.
pub(super) fn percent(locale: &icu_locale_core::Locale) -> Affixes {
    let formatter =
        PercentFormatter::try_new(locale.into(), Default::default()).expect("CLDR has per cent for every locale");
    affixes(&formatter.format(&Decimal::from(2)).to_string())
}

/// Opens a locale's short magnitudes.
pub(super) fn compact(locale: &icu_locale_core::Locale) -> Compact {
    let options = DecimalFormatterOptions::from(GroupingStrategy::Min2);
    Compact {
        magnitudes: CompactDecimalFormatter::try_new_short(locale.into(), Default::default())
            .expect("CLDR has magnitudes for every locale"),
        decimals: DecimalFormatter::try_new(locale.into(), options).expect("CLDR has figures for every locale"),
    }
}

/// Splits a printed number off: what stands before its first figure, and behind its last.
fn affixes(printed: &str) -> Affixes {
    let first = printed.find(char::is_numeric).unwrap_or(printed.len());
    let last = printed.rfind(char::is_numeric).map_or(printed.len(), |at| {
        at + printed[at..].chars().next().map_or(0, char::len_utf8)
    });
    (printed[..first].to_owned(), printed[last..].to_owned())
}

/// Returns a currency's symbol in an English memo, else its code.
fn english_symbol(code: &str) -> &str {
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
