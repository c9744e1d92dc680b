//! The title, with the target period filled in.
//!
//! Four names and nothing else: a title is data, not a program.

use crate::model::calendar::Calendar;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::diagnostic::Spanned;
use crate::model::period::Period;
use crate::words::Words;

/// What may stand between `{{` and `}}`.
const NAMES: [&str; 4] = ["period.label", "period.dates", "period.iso", "period.short"];

/// A piece of a title.
enum Piece<'a> {
    Text(&'a str),
    /// What stands between the braces, trimmed.
    Name(&'a str),
    /// Braces that are opened and not closed.
    Open,
}

/// Reports names that cannot be filled in.
pub(super) fn check(title: &Spanned<String>, found: &mut Diagnostics) {
    for piece in pieces(&title.value) {
        match piece {
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
            Piece::Text(text) if NAMES.iter().any(|it| text.contains(it)) && text.contains('{') => {
                let message = "a name in a title stands in two braces, and here is one";
                let diagnostic = Diagnostic::spec("title-template", message).at(place(title));
                found.push(diagnostic.hint("write `{{ period.label }}`"));
            }
            Piece::Name(_) | Piece::Text(_) => {}
        }
    }
}

/// Fills the title in.
pub(super) fn filled(title: &str, calendar: &Calendar, target: &Period, words: &Words) -> String {
    pieces(title)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Name("period.label") => words.period(target),
            Piece::Name("period.dates") => words.dates(target),
            Piece::Name("period.iso") => calendar.name(target),
            Piece::Name("period.short") => words.short(target),
            Piece::Name(_) | Piece::Open => unreachable!("a title is checked before it is filled in"),
        })
        .collect()
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

    #[test]
    fn the_period_is_filled_in_wherever_it_stands() {
        let week = Calendar::Civil.parse("2017-W51").expect("it is a week");
        assert_eq!(
            filled(
                "Shift: {{ period.label }} ({{period.dates}})",
                &Calendar::Civil,
                &week,
                &Words::english()
            ),
            "Shift: week 51 of 2017 (18–24 December 2017)"
        );
        let words = Words::new("pt-BR").expect("Portuguese is known");
        assert_eq!(
            filled(
                "Consumo: {{ period.label }} ({{period.dates}})",
                &Calendar::Civil,
                &week,
                &words
            ),
            "Consumo: semana 51 de 2017 (18 a 24 de dezembro de 2017)"
        );
        assert_eq!(
            filled("No braces } at {all", &Calendar::Civil, &week, &words),
            "No braces } at {all"
        );
    }
}
