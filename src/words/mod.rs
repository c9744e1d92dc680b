//! The one place that turns numbers, days and findings into printed text.
//!
//! Rounding, units, minus sign, per cent and percentage points, grouping by locale, number words, sentences:
//! all of it is decided here, once, from a fact. It must not know which analysis asks.

mod dates;
mod figures;
pub mod nouns;
pub mod sentences;
pub mod text;

use crate::model::calendar::Calendar;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::say;
use figures::Affixes;
use fixed_decimal::Decimal;
use fluent_bundle::FluentValue;
use icu_decimal::CompactDecimalFormatter;
use icu_decimal::DecimalFormatter;
use icu_list::ListFormatter;
use icu_locale_core::Locale;
use sentences::COMPLETE;
use sentences::Language;
use sentences::Sentences;
use std::str::FromStr;

/// U+202F, between a figure and `%` or a magnitude: never broken over lines.
pub const THIN: &str = "\u{202f}";
/// U+2212, the minus sign: as wide as the plus sign.
pub const MINUS: &str = "\u{2212}";
/// Stands in a table where a figure is missing.
pub const MISSING: &str = "\u{2013}";

/// Words of one locale: its numbers, dates and currencies, and the sentences of its language, else of English.
pub struct Words {
    locale: Locale,
    language: &'static Language,
    sentences: Sentences,
    decimals: DecimalFormatter,
    /// What periods are called.
    calendar: Calendar,
    percent: Affixes,
    /// `None` for English, whose magnitudes are those of the financial press: "m" and "bn".
    compact: Option<Compact>,
}

/// Figures in a magnitude: four digits before the point stand without a sign between them.
struct Compact {
    magnitudes: CompactDecimalFormatter,
    decimals: DecimalFormatter,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words")
            .field("locale", &self.locale)
            .field("language", &self.language.tag)
            .finish_non_exhaustive()
    }
}

/// The languages that CLDR covers, with the country where most of their readers are.
const KNOWN: [&str; 44] = [
    "en-US", "en-GB", "de-DE", "pt-BR", "fr-FR", "ja-JP", "ar-EG", "bg-BG", "bn-BD", "ca-ES", "cs-CZ", "da-DK",
    "el-GR", "es-ES", "et-EE", "fa-IR", "fi-FI", "he-IL", "hi-IN", "hr-HR", "hu-HU", "id-ID", "it-IT", "ko-KR",
    "lt-LT", "lv-LV", "ms-MY", "nb-NO", "nl-NL", "pl-PL", "pt-PT", "ro-RO", "ru-RU", "sk-SK", "sl-SI", "sr-RS",
    "sv-SE", "sw-KE", "ta-IN", "th-TH", "tr-TR", "uk-UA", "vi-VN", "zh-CN",
];

/// Lists the locales to choose from; another country of one of their languages is as good.
pub fn known() -> impl Iterator<Item = &'static str> {
    KNOWN.into_iter()
}

/// Lists the languages that have every sentence of a memo: their tags.
pub fn complete() -> impl Iterator<Item = &'static str> {
    COMPLETE.iter().map(|it| it.tag)
}

impl Words {
    /// Returns the words of a plan whose periods follow a calendar.
    #[must_use]
    pub fn with_calendar(self, calendar: &Calendar) -> Self {
        Self {
            calendar: calendar.clone(),
            ..self
        }
    }

    /// Opens a locale by its BCP 47 tag; `None` where the tag is not one, or its language is none that CLDR covers.
    pub fn new(tag: &str) -> Option<Self> {
        let locale = Locale::try_from_str(tag).ok()?;
        let language = locale.id.language.as_str();
        let of = |tag: &str| tag.split('-').next() == Some(language);
        if !KNOWN.iter().any(|it| of(it)) {
            return None;
        }
        let said = COMPLETE.iter().find(|it| of(it.tag)).unwrap_or(&COMPLETE[0]);
        let decimals = DecimalFormatter::try_new((&locale).into(), Default::default()).ok()?;
        let is_english = language == "en";
        Some(Self {
            language: said,
            calendar: Calendar::Civil,
            sentences: Sentences::of(said),
            decimals,
            percent: if is_english {
                (String::new(), format!("{THIN}%"))
            } else {
                figures::percent(&locale)
            },
            compact: (!is_english).then(|| figures::compact(&locale)),
            locale,
        })
    }

    /// Opens English, which facts and diagnostics are written in.
    pub fn english() -> Self {
        Self::new("en-US").expect("English is known")
    }

    /// Returns the BCP 47 tag of the language of the sentences: the locale's own where it has sentences.
    pub fn language(&self) -> String {
        let same = self
            .language
            .tag
            .split_once('-')
            .is_none_or(|_| self.locale.to_string() == self.language.tag);
        if self.has_sentences() && same {
            self.locale.to_string()
        } else {
            self.language.tag.to_owned()
        }
    }

    /// Tells whether there are sentences in the locale's own language.
    pub fn has_sentences(&self) -> bool {
        self.language.tag.split('-').next() == Some(self.locale.id.language.as_str())
    }

    /// Tells whether the sentences are English: those of a locale without its own are, too.
    fn says_english(&self) -> bool {
        self.language.tag == "en"
    }

    fn is_english(&self) -> bool {
        self.locale.id.language.as_str() == "en"
    }

    /// Says a message; see [`say!`].
    pub fn say(&self, id: &str, arguments: &[(&'static str, FluentValue<'_>)]) -> String {
        self.sentences.say(id, arguments)
    }

    /// Writes a count as prose does: words to twelve, figures above.
    pub fn count(&self, n: usize) -> String {
        say!(self, "count", n = n)
    }

    /// Joins as prose does: "a", "a and b", "a, b and c".
    pub fn list(&self, items: &[String]) -> String {
        match items {
            // Without the comma that American English puts before the last.
            [most @ .., last] if self.says_english() && !most.is_empty() => format!("{} and {last}", most.join(", ")),
            _ => {
                let list = ListFormatter::try_new_and((&self.locale).into(), Default::default());
                let list = list.expect("CLDR has lists for every locale");
                list.format(items.iter().map(String::as_str)).to_string()
            }
        }
    }

    /// Writes a share as a fraction where one is within two points, else as whole per cent: "three fifths", "61 %".
    pub fn fraction(&self, share: f64) -> String {
        const FRACTIONS: [(f64, &str); 11] = [
            (0.1, "tenth"),
            (0.2, "fifth"),
            (0.25, "quarter"),
            (1.0 / 3.0, "third"),
            (0.4, "two-fifths"),
            (0.5, "half"),
            (0.6, "three-fifths"),
            (2.0 / 3.0, "two-thirds"),
            (0.75, "three-quarters"),
            (0.8, "four-fifths"),
            (0.9, "nine-tenths"),
        ];
        // Two points either side: what a reader would still call by that name.
        const NEAR: f64 = 0.02;
        let near = FRACTIONS.iter().find(|(at, _)| (share - at).abs() <= NEAR);
        let name = if share >= 0.995 {
            "all"
        } else {
            near.map_or("other", |it| it.1)
        };
        let percent = self.per_cent(&self.fixed(share * 100.0, 0));
        say!(self, "fraction", fraction = name, percent = percent)
    }

    /// Names so many periods: "12 months", "1 week".
    pub fn grains(&self, n: usize, grain: &str) -> String {
        say!(self, "grains", n = n, grain = grain)
    }

    /// Returns the plural of a noun of the memo's author, by the rules of the language of the sentences.
    pub fn plural(&self, noun: &str) -> String {
        match self.language.tag {
            "en" => nouns::english_plural(noun),
            // Facts count customers where nobody said whom.
            _ if noun == "customer" => say!(self, "customers"),
            _ => nouns::portuguese_plural(noun),
        }
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
        self.per_cent(&self.fixed(percent, exact_places(percent)))
    }

    /// Prints a relative change with its sign: `+12.3 %`.
    pub fn change(&self, x: f64) -> String {
        let size = self.fixed(x.abs() * 100.0, 1);
        let sign = self.signed(x * 100.0, 1);
        let sign = sign.strip_suffix(size.as_str()).unwrap_or_default();
        format!("{sign}{}", self.per_cent(&size))
    }

    /// Prints how large a relative change is, without its sign: `12.3 %`.
    pub fn change_size(&self, x: f64) -> String {
        self.per_cent(&self.fixed(x.abs() * 100.0, 1))
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
            Quantity::Share | Quantity::Change => (self.per_cent(&self.fixed(x.abs() * 100.0, 1)), negative(3)),
            Quantity::SharePoints => {
                let figure = self.fixed(x.abs() * 100.0, 1);
                (say!(self, "points", figure = figure), negative(3))
            }
            Quantity::Sigma => (format!("{}σ", self.fixed(x.abs(), 1)), negative(1)),
            Quantity::Probability => (self.fixed(x.abs(), 3), negative(3)),
            Quantity::Count(_) if unit.per.is_none() => (self.fixed(x.abs(), 0), negative(0)),
            Quantity::Count(_) | Quantity::One => (self.fixed(x.abs(), places_of(x)), negative(places_of(x))),
        }
    }

    /// Money: two places below a thousand, none to a million, then `41.8 m`, `1.2 bn`.
    fn compact(&self, x: f64) -> (String, bool) {
        let magnitude = self.magnitude_of(x.abs());
        let places = match x.abs() {
            // 999.995 rounds to 1,000.00: the step is taken where the rounding takes it.
            s if s < 999.995 => 2,
            _ if magnitude.suffix.is_empty() => 0,
            _ => 1,
        };
        let (text, negative) = digits(x / magnitude.worth, places);
        let figure = match &self.compact {
            Some(compact) if !magnitude.suffix.is_empty() => compact.decimals.format(&decimal(&text)).to_string(),
            _ => self.grouped(&text),
        };
        (format!("{figure}{}", magnitude.suffix), negative)
    }

    /// Writes the values of ticks that stand `step` apart; the last, which is the highest, names magnitude and currency.
    pub fn ticks(&self, at: &[f64], step: f64, unit: &Unit) -> Vec<String> {
        // From a million on, figures without their zeros are read faster.
        let magnitude = self.magnitude_of(step);
        let per_unit = unit.printed_factor() / magnitude.worth;
        let places = exact_places(step * per_unit);
        let mut labels: Vec<String> = at.iter().map(|x| self.fixed(x * per_unit, places)).collect();
        if let Some(last) = labels.last_mut() {
            last.push_str(&magnitude.suffix);
            if let Quantity::Money(code) = &unit.of {
                *last = self.with_symbol(last, code);
            }
        }
        labels
    }

    /// Names a unit in a column's head: `US$`, `€`, `shoppers`; empty for a pure number.
    pub fn head(&self, unit: &Unit) -> String {
        match &unit.of {
            Quantity::Money(code) => self.currency(code),
            Quantity::Count(noun) => self.plural(noun),
            Quantity::Share | Quantity::Change => "%".to_owned(),
            Quantity::SharePoints => say!(self, "points-head"),
            Quantity::Sigma => "σ".to_owned(),
            Quantity::One | Quantity::Probability => String::new(),
        }
    }

    /// Names a column with its unit: "Rate, US$"; the name alone for a pure number.
    pub fn head_with_unit(&self, name: &str, unit: &Unit) -> String {
        match self.head(unit).as_str() {
            "" => name.to_owned(),
            // "Visits" are in visits.
            unit if text::lowered(name) == text::lowered(unit) => name.to_owned(),
            unit => format!("{name}, {unit}"),
        }
    }

    fn grouped(&self, digits: &str) -> String {
        self.decimals.format(&decimal(digits)).to_string()
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

fn decimal(digits: &str) -> Decimal {
    Decimal::from_str(digits).expect("digits are a decimal number")
}

/// Writes `|x|` with `places` decimal places, and whether the rounded figure is below zero.
fn digits(x: f64, places: usize) -> (String, bool) {
    let text = format!("{:.places$}", x.abs());
    let negative = x < 0.0 && text.bytes().any(|b| matches!(b, b'1'..=b'9'));
    (text, negative)
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
        assert_eq!(german.level(1_234.5, &Unit::money("EUR")), "1.234\u{a0}€");
        assert_eq!(german.change(0.1234), "+12,3\u{a0}%");
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
