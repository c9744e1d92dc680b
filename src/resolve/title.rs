//! The title, with the target period filled in.
//!
//! A few names and nothing else: a title is data, not a program.

use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::diagnostic::Spanned;
use crate::model::plan::Periods;
use crate::words::Words;

/// What may stand between `{{` and `}}`.
const NAMES: [&str; 5] = ["period.label", "period.dates", "period.iso", "period.short", EACH];

/// What one of several memos is about.
const EACH: &str = "each";

/// A piece of a title.
enum Piece<'a> {
    Text(&'a str),
    /// What stands between the braces, trimmed.
    Name(&'a str),
    /// Braces that are opened and not closed.
    Open,
}

/// Reports names that cannot be filled in.
pub(super) fn check(title: &Spanned<String>, is_of_several: bool, found: &mut Diagnostics) {
    for piece in pieces(&title.value) {
        match piece {
            Piece::Name(EACH) if !is_of_several => {
                let message = "`each` is what one of several memos is about, and this spec makes one";
                let hint = "say by which column there are several: `for_each: region`";
                let diagnostic = Diagnostic::spec("title-template", message).at(place(title));
                found.push(diagnostic.hint(hint));
            }
            Piece::Name(name) if !NAMES.contains(&name) => {
                let message = format!("nothing is called `{name}` in a title");
                found.push(
                    Diagnostic::spec("title-template", message)
                        .at(place(title))
                        .nearest(name, NAMES),
                );
            }
            Piece::Open => {
                let message = "`{{` is opened and not closed in the title";
                found.push(Diagnostic::spec("title-template", message).at(place(title)));
            }
            Piece::Text(text) if text.contains('{') && NAMES[..4].iter().any(|it| text.contains(it)) => {
                let message = "a name in a title stands in two braces, and here is one";
                let diagnostic = Diagnostic::spec("title-template", message).at(place(title));
                found.push(diagnostic.hint("write `{{ period.label }}`"));
            }
            Piece::Name(_) | Piece::Text(_) => {}
        }
    }
}

/// Fills the title in. One of several memos is named in its title, wherever its author left that out.
pub(super) fn filled(title: &str, periods: &Periods, each: Option<&str>, words: &Words) -> String {
    let (calendar, target) = (&periods.calendar, &periods.target);
    let filled: String = pieces(title)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Name("period.label") => words.period(target),
            Piece::Name("period.dates") => words.dates(target),
            Piece::Name("period.iso") => calendar.name(target),
            Piece::Name("period.short") => words.short(target),
            Piece::Name(EACH) => each.unwrap_or_default().to_owned(),
            Piece::Name(_) | Piece::Open => unreachable!("a title is checked before it is filled in"),
        })
        .collect();
    match each {
        Some(each) if !filled.contains(each) => format!("{filled} · {each}"),
        _ => filled,
    }
}

/// A title is short: its whole place says enough.
fn place(title: &Spanned<String>) -> Span {
    title.span
}

fn pieces(title: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = title;
    while let Some((before, after)) = rest.split_once("{{") {
        pieces.push(Piece::Text(before));
        match after.split_once("}}") {
            Some((name, tail)) => {
                pieces.push(Piece::Name(name.trim()));
                rest = tail;
            }
            None => {
                pieces.push(Piece::Open);
                return pieces;
            }
        }
    }
    pieces.push(Piece::Text(rest));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::calendar::Calendar;
    use jiff::civil::date;

    fn of(title: &str, each: Option<&str>, words: &Words) -> String {
        let week = Calendar::Civil.parse("2017-W51").expect("it is a week");
        let periods = Periods {
            grain: week.grain,
            calendar: Calendar::Civil,
            as_of: date(2018, 1, 1),
            target: week,
            to_date: None,
            history: Vec::new(),
            comparisons: Vec::new(),
            incomplete: Vec::new(),
        };
        filled(title, &periods, each, words)
    }

    #[test]
    fn the_period_is_filled_in_wherever_it_stands() {
        assert_eq!(
            of("Shift: {{ period.label }} ({{period.dates}})", None, &Words::english()),
            "Shift: week 51 of 2017 (18–24 December 2017)"
        );
        let words = Words::new("pt-BR").expect("Portuguese is known");
        assert_eq!(
            of("Consumo: {{ period.label }} ({{period.dates}})", None, &words),
            "Consumo: semana 51 de 2017 (18 a 24 de dezembro de 2017)"
        );
        assert_eq!(of("No braces } at {all", None, &words), "No braces } at {all");
    }

    #[test]
    fn one_of_several_memos_is_named_in_its_title() {
        let words = Words::english();
        let of = |title| of(title, Some("North"), &words);
        assert_eq!(of("{{ each }} in {{ period.iso }}"), "North in 2017-W51");
        assert_eq!(of("Shift in {{ period.iso }}"), "Shift in 2017-W51 · North");
        assert_eq!(of("Shift in the North"), "Shift in the North");
    }
}
