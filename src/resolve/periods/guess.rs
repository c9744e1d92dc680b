//! What was meant by a period or a day that is not written as ISO 8601 has it.
//!
//! `10/2026`, `Oct 2026`, `31.10.2026`: an author sees at once whether the guess is right. Where two readings are possible
//! there is no guess. It must not know which periods there are data for.

use crate::model::calendar::Calendar;
use crate::model::diagnostic::nearest;

/// Words for comparisons and targets, and what is written here.
const WORDS: &[(&str, &str)] = &[
    ("yoy", "year_ago"),
    ("year over year", "year_ago"),
    ("year on year", "year_ago"),
    ("last year", "year_ago"),
    ("previous year", "year_ago"),
    ("year ago", "year_ago"),
    ("prior year", "year_ago"),
    ("mom", "previous"),
    ("wow", "previous"),
    ("qoq", "previous"),
    ("prior", "previous"),
    ("prev", "previous"),
    ("previous period", "previous"),
    ("previous month", "previous"),
    ("last", "last_complete"),
    ("latest", "last_complete"),
    ("last month", "last_complete"),
    ("last week", "last_complete"),
    ("last quarter", "last_complete"),
    ("current", "last_complete"),
];

/// The first three letters of the months, in English and in German where they differ.
const MONTHS: [&[&str]; 12] = [
    &["jan"],
    &["feb"],
    &["mar", "mär"],
    &["apr"],
    &["may", "mai"],
    &["jun"],
    &["jul"],
    &["aug"],
    &["sep"],
    &["oct", "okt"],
    &["nov"],
    &["dec", "dez"],
];

/// Returns one of the words `known` that another word, or a slip, stands for.
pub(super) fn word(text: &str, known: &[&str]) -> Option<String> {
    let plain = text.to_lowercase().replace(['-', '_'], " ");
    let of_words = WORDS.iter().find(|it| it.0 == plain).map(|it| it.1);
    let of_words = of_words.filter(|it| known.contains(it));
    of_words.or_else(|| nearest(text, known)).map(str::to_owned)
}

/// Returns the ISO name of a month, a week or a quarter that is written in another way.
pub(super) fn period(text: &str) -> Option<String> {
    let parts = parts(text);
    let [a, b] = parts.as_slice() else {
        return day(text);
    };
    let (year, rest) = match (year(a), year(b)) {
        (Some(year), None) => (year, b),
        (None, Some(year)) => (year, a),
        _ => return None,
    };
    let numbered = |letter: char| rest.strip_prefix(letter)?.trim_start().parse::<u8>().ok();
    let name = if let Some(quarter) = numbered('q') {
        format!("{year}-Q{quarter}")
    } else if let Some(week) = numbered('w') {
        format!("{year}-W{week:02}")
    } else {
        format!("{year}-{:02}", month(rest)?)
    };
    Calendar::Civil.parse(&name).map(|_| name)
}

/// Returns the ISO name of a day: `31.10.2026`, `10/31/2026`, `2026-11-1`. With slashes the month may come first.
pub(super) fn day(text: &str) -> Option<String> {
    let parts = parts(text);
    let [a, b, c] = parts.as_slice() else { return None };
    let number = |it: &str| it.parse::<u8>().ok();
    let (year, month, day) = if let Some(year) = year(a) {
        (year, month(b)?, number(c)?)
    } else {
        let year = year(c)?;
        match (number(a), month(a), number(b), month(b)) {
            (Some(day), _, _, Some(month)) if text.contains('.') || day > 12 => (year, month, day),
            (_, Some(month), Some(day), _) if !text.contains('.') && day > 12 => (year, month, day),
            (None, Some(month), Some(day), _) => (year, month, day),
            (Some(day), _, None, Some(month)) => (year, month, day),
            _ => return None,
        }
    };
    let name = format!("{year}-{month:02}-{day:02}");
    Calendar::Civil.parse(&name).map(|_| name)
}

fn parts(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let parts = lower.split(|it: char| matches!(it, '/' | '.' | '-' | ',') || it.is_whitespace());
    parts.filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

fn year(text: &str) -> Option<u16> {
    text.parse().ok().filter(|it| (1900..=2200).contains(it))
}

fn month(text: &str) -> Option<u8> {
    let named = || {
        let first: String = text.chars().take(3).collect();
        let at = MONTHS.iter().position(|names| names.contains(&first.as_str()))?;
        u8::try_from(at + 1).ok()
    };
    let number = text.parse().ok().filter(|it| (1..=12).contains(it));
    number.or_else(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_ways_to_write_a_period_are_guessed() {
        for (written, meant) in [
            ("10/2026", "2026-10"),
            ("10.2026", "2026-10"),
            ("2026/10", "2026-10"),
            ("Oct 2026", "2026-10"),
            ("Oktober 2026", "2026-10"),
            ("2026-9", "2026-09"),
            ("Q3 2026", "2026-Q3"),
            ("W7 2026", "2026-W07"),
            ("31.10.2026", "2026-10-31"),
            ("10/31/2026", "2026-10-31"),
            ("31 Oct 2026", "2026-10-31"),
        ] {
            assert_eq!(period(written).as_deref(), Some(meant), "{written}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_not_guessed() {
        for written in [
            "10/11/2026",
            "13/2026",
            "2026-W54",
            "2026-13",
            "12 13",
            "2026 2025",
            "soon",
        ] {
            assert_eq!(period(written), None, "{written}");
        }
    }
}
