//! Reads what an author typed: words, figures and the stops between them, as the memo's locale writes numbers.
//!
//! What is glued to letters or joined by dashes is a name: `25–34`, `Q3`, `2026-10`, `12th`. It must not know what a figure is of.

use crate::words::Words;

/// What a typed figure is in.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// Per cent.
    PerCent,
    /// Percentage points.
    Points,
    /// Money; the currency as it is written.
    Money(String),
    /// Nothing is said.
    Bare,
}

/// A figure that was typed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Typed {
    /// As it stands in the text, with its unit.
    pub written: String,
    /// Its size, without magnitude: 4.2 of "4.2 million".
    pub x: f64,
    /// Decimal places that were written.
    pub places: i32,
    /// What it is multiplied by: a million for "4.2 million".
    pub magnitude: f64,
    /// Whether a minus stands before it.
    pub is_negative: bool,
    /// What it is in.
    pub kind: Kind,
}

impl Typed {
    /// Counts the noughts that a large whole number ends in: "$47,000" is one of thousands.
    fn zeros(&self) -> i32 {
        let is_large = self.places == 0 && 100.0 <= self.x && !matches!(self.kind, Kind::PerCent | Kind::Points);
        let mut rest = if is_large { self.x } else { 1.0 };
        let mut zeros = 0;
        while rest % 10.0 == 0.0 {
            rest /= 10.0;
            zeros += 1;
        }
        zeros
    }

    /// Tells whether a number, in the figure's own unit, is printed as it was typed.
    pub fn is(&self, x: f64) -> bool {
        let step = self.magnitude * libm::pow(10.0, f64::from(self.zeros() - self.places));
        // Half of the last place that was typed; a number just between two may be printed as either.
        (x.abs() - self.x * self.magnitude).abs() <= step * (0.5 + 1e-9)
    }
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A word in small letters, or a name with digits.
    Word(String),
    /// A figure.
    Figure(Typed),
    /// The end of a sentence, or a pause in it.
    Stop(char),
}

/// Words that make a figure per cent.
const PER_CENT: [&[&str]; 4] = [&["%"], &["per", "cent"], &["percent"], &["por", "cento"]];
/// Words that make it points.
const POINTS: [&[&str]; 7] = [
    &["pp"],
    // The last dot is the sentence's, or is taken for it.
    &["p.p"],
    &["percentage", "points"],
    &["percentage", "point"],
    &["points"],
    &["pontos", "percentuais"],
    &["pontos"],
];
/// Words that multiply it.
const MAGNITUDES: [(&str, f64); 17] = [
    ("k", 1e3),
    ("thousand", 1e3),
    ("mil", 1e3),
    ("m", 1e6),
    ("mn", 1e6),
    ("mi", 1e6),
    ("million", 1e6),
    ("milhão", 1e6),
    ("milhões", 1e6),
    ("bn", 1e9),
    ("b", 1e9),
    ("bi", 1e9),
    ("billion", 1e9),
    ("bilhão", 1e9),
    ("bilhões", 1e9),
    ("trillion", 1e12),
    ("trilhões", 1e12),
];
/// Signs of currencies.
const SIGNS: [char; 6] = ['$', '€', '£', '¥', '₹', '₩'];
/// What stands behind a word and ends a sentence, or makes a pause in it.
const STOPS: [char; 8] = ['.', ',', ';', ':', '!', '?', '(', ')'];
/// What stands around a word and says nothing.
const AROUND: [char; 9] = ['"', '“', '”', '‘', '’', '«', '»', '*', '`'];
/// Minus signs, as they are typed.
const MINUS: [char; 3] = ['-', '−', '–'];

/// A piece of text between spaces: the word, and the stops before and behind it.
struct Piece<'a> {
    before: &'a str,
    word: &'a str,
    behind: &'a str,
}

/// Returns the sign before decimals in a locale.
pub(super) fn decimal(words: &Words) -> char {
    let printed = words.fixed(0.5, 1);
    printed.chars().find(|it| !it.is_ascii_digit()).unwrap_or('.')
}

/// Cuts a text into tokens. `decimal` is the sign before decimals in the memo's locale.
pub(super) fn tokens(text: &str, decimal: char) -> Vec<Token> {
    let joined = without_group_spaces(text);
    let pieces: Vec<Piece<'_>> = joined.split_whitespace().map(piece).collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        at += 1;
        tokens.extend(piece.before.chars().filter(|it| STOPS.contains(it)).map(Token::Stop));
        let mut behind = piece.behind;
        if let Some(mut typed) = figure(piece.word, decimal) {
            while behind.is_empty()
                && let Some((n, next)) = pieces.get(at..).and_then(|rest| extended(&mut typed, rest))
            {
                at += n;
                behind = next;
            }
            prefixed(&mut typed, &mut tokens);
            tokens.push(Token::Figure(typed));
        } else if !piece.word.is_empty() {
            tokens.push(Token::Word(piece.word.to_lowercase()));
        }
        tokens.extend(behind.chars().filter(|it| STOPS.contains(it)).map(Token::Stop));
    }
    tokens
}

/// Drops the narrow and hard spaces that part the digits of a figure.
fn without_group_spaces(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let is_digit = |at: Option<usize>| at.and_then(|it| chars.get(it)).is_some_and(char::is_ascii_digit);
    let is_kept = |(at, it): &(usize, &char)| {
        !(matches!(it, '\u{202f}' | '\u{a0}' | '\u{2009}') && is_digit(at.checked_sub(1)) && is_digit(Some(at + 1)))
    };
    chars.iter().enumerate().filter(is_kept).map(|it| it.1).collect()
}

fn piece(text: &str) -> Piece<'_> {
    let is_around = |it: char| STOPS.contains(&it) || AROUND.contains(&it);
    let word = text.trim_matches(is_around);
    let from = text.find(word).unwrap_or(0);
    Piece {
        before: &text[..from],
        word,
        behind: &text[from + word.len()..],
    }
}

/// Reads a figure with all that is glued to it: "$4.2m", "-12%", "1,200". `None` for a name.
fn figure(word: &str, decimal: char) -> Option<Typed> {
    let unsigned = word.trim_start_matches(|it| it == '+' || it == '~' || MINUS.contains(&it));
    let at = unsigned.find(|it: char| it.is_ascii_digit())?;
    let (prefix, rest) = unsigned.split_at(at);
    let is_money = prefix.ends_with(SIGNS) && prefix.chars().all(|it| it.is_ascii_uppercase() || SIGNS.contains(&it));
    if !prefix.is_empty() && !is_money {
        return None;
    }
    let end = rest.find(|it: char| !(it.is_ascii_digit() || matches!(it, '.' | ',' | '’' | '\'')));
    let (digits, suffix) = rest.split_at(end.unwrap_or(rest.len()));
    let (x, places) = number(digits, decimal)?;
    let mut typed = Typed {
        written: word.to_owned(),
        x,
        places,
        magnitude: 1.0,
        is_negative: word.starts_with(MINUS),
        kind: if is_money {
            Kind::Money(prefix.to_owned())
        } else {
            Kind::Bare
        },
    };
    if !suffix.is_empty() {
        typed.takes(suffix).then_some(())?;
    }
    Some(typed)
}

/// Reads digits with their groups and decimals: the number, and how many decimals were written.
fn number(digits: &str, decimal: char) -> Option<(f64, i32)> {
    let last = digits.rfind(|it: char| !it.is_ascii_digit());
    let is_decimal = |at: usize| {
        let behind = digits.len() - at - 1;
        let sign = digits[at..].chars().next();
        // Three digits behind a sign are a group where the locale says so; any other number of them is none.
        behind != 3 || sign == Some(decimal)
    };
    let (whole, part) = match last {
        Some(at) if matches!(&digits[at..=at], "." | ",") && is_decimal(at) => (&digits[..at], &digits[at + 1..]),
        _ => (digits, ""),
    };
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let x = format!("{whole}.{part}0").parse().ok()?;
    Some((x, i32::try_from(part.len()).ok()?))
}

impl Typed {
    /// Takes a magnitude, a unit or both that are glued to the figure; false where it is neither.
    fn takes(&mut self, suffix: &str) -> bool {
        let lower = suffix.to_lowercase();
        if let Some((_, worth)) = MAGNITUDES.iter().find(|it| it.0 == lower) {
            self.magnitude *= worth;
            return true;
        }
        match lower.as_str() {
            "%" => self.kind = Kind::PerCent,
            "pp" => self.kind = Kind::Points,
            sign if sign.chars().all(|it| SIGNS.contains(&it)) => self.kind = Kind::Money(suffix.to_owned()),
            _ => return false,
        }
        true
    }
}

/// Reads the magnitude or the unit behind a figure: how many pieces it takes, and the stops behind the last.
fn extended<'a>(typed: &mut Typed, rest: &[Piece<'a>]) -> Option<(usize, &'a str)> {
    let next = rest.first().filter(|it| it.before.is_empty())?;
    let lower = next.word.to_lowercase();
    let is_open = typed.kind == Kind::Bare;
    let spoken = |of: &[&[&str]]| {
        let said = |words: &&&[&str]| {
            let all = words.iter().zip(rest);
            words.len() <= rest.len() && all.clone().all(|(word, piece)| piece.word.to_lowercase() == *word)
        };
        of.iter().find(said).map(|it| it.len())
    };
    let taken = if let Some((_, worth)) = MAGNITUDES.iter().find(|it| it.0 == lower && typed.magnitude == 1.0) {
        typed.magnitude = *worth;
        1
    } else if let Some(n) = spoken(&PER_CENT).filter(|_| is_open) {
        typed.kind = Kind::PerCent;
        n
    } else if let Some(n) = spoken(&POINTS).filter(|_| is_open) {
        typed.kind = Kind::Points;
        n
    } else if is_open && is_currency(next.word) {
        typed.kind = Kind::Money(next.word.to_owned());
        1
    } else {
        return None;
    };
    for piece in &rest[..taken] {
        typed.written.push(' ');
        typed.written.push_str(piece.word);
    }
    Some((taken, rest[taken - 1].behind))
}

/// A sign, or the code of a currency.
fn is_currency(word: &str) -> bool {
    let is_code = word.len() == 3 && word.bytes().all(|it| it.is_ascii_uppercase());
    is_code || (!word.is_empty() && word.chars().all(|it| SIGNS.contains(&it))) || matches!(word, "R$" | "US$")
}

/// Takes a currency that stands before a figure as a word of its own: "R$ 12", "EUR 12".
fn prefixed(typed: &mut Typed, tokens: &mut Vec<Token>) {
    let Some(Token::Word(word)) = tokens.last() else { return };
    let upper = word.to_uppercase();
    // Three letters are a currency's only where they cannot be a word: those that memos are in.
    const CODES: [&str; 8] = ["USD", "EUR", "GBP", "BRL", "JPY", "CHF", "CAD", "AUD"];
    let is_known = CODES.contains(&upper.as_str()) || upper.ends_with(SIGNS);
    if typed.kind == Kind::Bare && is_known {
        typed.written = format!("{upper} {}", typed.written);
        typed.kind = Kind::Money(upper);
        tokens.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures of a text as "size×10^-places kind".
    fn read(text: &str, decimal: char) -> Vec<String> {
        let figures = tokens(text, decimal).into_iter().filter_map(|it| match it {
            Token::Figure(it) => Some(format!(
                "{} {} {} {:?}",
                it.written,
                it.x * it.magnitude,
                it.places,
                it.kind
            )),
            _ => None,
        });
        figures.collect()
    }

    #[test]
    fn figures_are_read_as_the_locale_writes_them() {
        assert_eq!(read("rose 12,3 %.", ','), ["12,3 % 12.3 1 PerCent"]);
        assert_eq!(read("rose 12,3 %.", '.'), ["12,3 % 12.3 1 PerCent"]);
        assert_eq!(read("1.234 visits", ','), ["1.234 1234 0 Bare"]);
        assert_eq!(read("1,234 visits", '.'), ["1,234 1234 0 Bare"]);
        assert_eq!(read("1\u{202f}234,5\u{a0}%", ','), ["1234,5 % 1234.5 1 PerCent"]);
        assert_eq!(read("R$ 1.234,56", ','), ["R$ 1.234,56 1234.56 2 Money(\"R$\")"]);
        assert_eq!(
            read("$4.2m, US$4.2 million and 4.2 bn EUR", '.'),
            [
                "$4.2m 4200000 1 Money(\"$\")",
                "US$4.2 million 4200000 1 Money(\"US$\")",
                "4.2 bn EUR 4200000000 1 Money(\"EUR\")",
            ]
        );
        assert_eq!(
            read("2 percentage points; −3 p.p.; 7 per cent", '.'),
            [
                "2 percentage points 2 0 Points",
                "−3 p.p 3 0 Points",
                "7 per cent 7 0 PerCent",
            ]
        );
    }

    #[test]
    fn names_with_digits_are_no_figures() {
        let text = "25–34, 2026-10, Q3, 65+, 12th, 4-5-4, 25K-50K, ISO-8601, £x, v1.2.3a";
        assert_eq!(read(text, '.'), Vec::<String>::new());
        let bare = ["2026 2026 0 Bare", "12 12 0 Bare"];
        assert_eq!(read("In 2026, aisle 12", '.'), bare);
    }

    #[test]
    fn a_figure_is_what_it_rounds_to() {
        let typed = figure("4.2m", '.').expect("a figure");
        assert!(typed.is(4_249_000.0) && typed.is(-4_150_001.0) && !typed.is(4_260_000.0));
        let round = figure("$47,000", '.').expect("a figure");
        assert!(round.is(47_087.0) && !round.is(47_600.0));
        let few = figure("20%", '.').expect("a figure");
        assert!(few.is(20.4) && !few.is(21.0));
    }

    #[test]
    fn stops_part_sentences() {
        let said = tokens("Spend rose (by 3 %), then fell.", '.');
        let stops: String = said
            .iter()
            .filter_map(|it| matches!(it, Token::Stop(_)).then_some('.'))
            .collect();
        assert_eq!(stops.len(), 4);
        assert_eq!(said[0], Token::Word("spend".into()));
    }
}
