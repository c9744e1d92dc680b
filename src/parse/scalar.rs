//! Where a part of a scalar's value stands in the spec.
//!
//! An expression is read from a value, and its mistake is shown in the file. Between the two lie
//! quotes, folding and indentation. It must not know what the value means.

use crate::model::diagnostic::Span;
use crate::model::diagnostic::Spanned;

/// A scalar: its value, and its text as written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scalar<'a> {
    /// The value.
    pub value: &'a str,
    written: &'a str,
    at: Span,
}

impl<'a> Scalar<'a> {
    /// Joins a value with its text in the spec.
    pub fn new(value: &'a Spanned<String>, spec: &'a str) -> Self {
        let written = spec.get(value.span.from..value.span.until).unwrap_or("");
        Scalar {
            value: &value.value,
            written,
            at: value.span,
        }
    }

    /// Returns the whole scalar's place.
    pub fn whole(&self) -> Span {
        self.at
    }

    /// Returns the place of the bytes `from..until` of the value; the whole scalar's where it cannot be told.
    pub fn span(&self, from: usize, until: usize) -> Span {
        self.exact(from, until).unwrap_or(self.at)
    }

    /// Folding and indentation change white space only, so that the n-th character that is none stands for the n-th.
    fn exact(&self, from: usize, until: usize) -> Option<Span> {
        let single = self.written.starts_with('\'');
        let double = self.written.starts_with('"');
        if double && self.written.contains('\\') {
            return None;
        }
        let (inner, start) = match self.written {
            it if single || double => (it.get(1..it.len().checked_sub(1)?)?, 1),
            it => (it, 0),
        };
        let inner = if single {
            inner.replace("''", "'\u{0}")
        } else {
            inner.to_owned()
        };
        let solid = |text: &str| text.chars().filter(|it| is_solid(*it)).count();
        if solid(&inner) != solid(self.value) {
            return None;
        }
        let before = solid(self.value.get(..from)?);
        let n = solid(self.value.get(from..until)?);
        let mut places = inner
            .char_indices()
            .filter(|(_, it)| is_solid(*it))
            .map(|(at, it)| (at, at + it.len_utf8()));
        if n == 0 {
            // An empty place, as the end of the text: one past the last character before it.
            let at = if before == 0 { 0 } else { places.nth(before - 1)?.1 };
            return Some(Span {
                from: self.at.from + start + at,
                until: self.at.from + start + at,
            });
        }
        let (first, first_end) = places.nth(before)?;
        let last_end = if n == 1 { first_end } else { places.nth(n - 2)?.1 };
        Some(Span {
            from: self.at.from + start + first,
            until: self.at.from + start + last_end,
        })
    }
}

/// The null stands for the second of two quotes in a row, which no value has.
fn is_solid(it: char) -> bool {
    !it.is_whitespace() && it != '\u{0}'
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what stands in the spec at the place of `part` of the value.
    fn shown<'a>(spec: &'a str, written: &str, value: &str, part: &str) -> &'a str {
        let from = spec.find(written).expect("a test's scalar stands in its spec");
        let spanned = Spanned::new(
            value.to_owned(),
            Span {
                from,
                until: from + written.len(),
            },
        );
        let at = value.find(part).expect("a test's part stands in its value");
        let span = Scalar::new(&spanned, spec).span(at, at + part.len());
        &spec[span.from..span.until]
    }

    #[test]
    fn parts_are_found_in_plain_quoted_and_folded_scalars() {
        assert_eq!(shown("a: sum(é) / foo", "sum(é) / foo", "sum(é) / foo", "foo"), "foo");
        assert_eq!(
            shown("a: 'x = ''é'' or foo'", "'x = ''é'' or foo'", "x = 'é' or foo", "foo"),
            "foo"
        );
        assert_eq!(
            shown("a: \"x = 'b' or foo\"", "\"x = 'b' or foo\"", "x = 'b' or foo", "foo"),
            "foo"
        );
        assert_eq!(
            shown("a: >-\n  sum(x)\n  / foo", "sum(x)\n  / foo", "sum(x) / foo", "foo"),
            "foo"
        );
    }

    #[test]
    fn a_part_behind_an_escape_gets_the_whole_place() {
        let written = r#""x = \"b\" or foo""#;
        assert_eq!(
            shown(&format!("a: {written}"), written, "x = \"b\" or foo", "foo"),
            written
        );
    }
}
