//! What other languages write where a spec's expressions have another word, and slips in the words of the grammar.
//!
//! The grammar says what it expected; an author wants to hear what to write. It must not know the grammar.

use crate::model::diagnostic::nearest;

/// What to write for a typographic quote.
const STRAIGHT: &str = "a text stands in straight single quotes: `'web'`";

/// Marks that mean nothing in an expression, longer ones first, and what to write.
const MARKS: &[(&str, &str)] = &[
    ("!==", "unequal is written `<>` or `!=`"),
    ("===", "equal is written `=`"),
    ("&&", "both is written `and`"),
    ("||", "either is written `or`"),
    ("=<", "at most is written `<=`"),
    ("=>", "at least is written `>=`"),
    ("=!", "unequal is written `<>` or `!=`"),
    ("≤", "at most is written `<=`"),
    ("≥", "at least is written `>=`"),
    ("≠", "unequal is written `<>` or `!=`"),
    ("×", "times is written `*`"),
    ("·", "times is written `*`"),
    ("÷", "divided by is written `/`"),
    ("–", "minus is written `-`"),
    ("—", "minus is written `-`"),
    ("−", "minus is written `-`"),
    ("‘", STRAIGHT),
    ("’", STRAIGHT),
    ("‚", STRAIGHT),
    ("“", STRAIGHT),
    ("”", STRAIGHT),
    ("„", STRAIGHT),
    ("«", STRAIGHT),
    ("»", STRAIGHT),
    ("{{", "metrics and columns are named as they are: `spend / visits`"),
];

/// Words of the grammar that are long enough to be known by a slip.
const KEYWORDS: [&str; 4] = ["distinct", "between", "filter", "where"];

/// A mark of another language.
pub(super) struct Mark {
    /// Its first byte.
    pub from: usize,
    /// The mark.
    pub text: &'static str,
    /// What to write instead.
    pub hint: &'static str,
}

/// Returns the first mark of another language that stands outside of quotes.
pub(super) fn mark(text: &str) -> Option<Mark> {
    let mut quote = None;
    for (from, letter) in text.char_indices() {
        match quote {
            Some(open) if open == letter => quote = None,
            Some(_) => {}
            None if matches!(letter, '\'' | '"') => quote = Some(letter),
            None => {
                let known = MARKS.iter().find(|(mark, _)| text[from..].starts_with(mark));
                if let Some(&(text, hint)) = known {
                    return Some(Mark { from, text, hint });
                }
            }
        }
    }
    None
}

/// Returns the word that a text ends with; empty where it ends with something else.
pub(super) fn last_word(text: &str) -> &str {
    let start = text
        .char_indices()
        .rev()
        .take_while(|(_, it)| it.is_alphanumeric() || *it == '_')
        .last()
        .map_or(text.len(), |(at, _)| at);
    &text[start..]
}

/// Returns the word of the grammar that a word was meant to be; `None` where it is one, or near none.
pub(super) fn keyword(word: &str) -> Option<&'static str> {
    let lower = word.to_lowercase();
    nearest(&lower, &KEYWORDS).filter(|it| *it != lower)
}

/// Says what to do about a token that follows a whole expression; empty where nothing is known.
pub(super) fn after(token: &str, before: &str) -> &'static str {
    let ends_in_digit = before.ends_with(|it: char| it.is_ascii_digit());
    match token.to_lowercase().as_str() {
        "," if ends_in_digit => "a decimal point is `.`, and thousands stand without a mark: `0.5`, `10000`",
        "as" => "an expression is named by the key before it",
        "where" => "a condition stands in `filter (where …)` behind the aggregate",
        "filter" => "`filter` follows an aggregate: `sum(amount) filter (where …)`",
        "distinct" => "different values are counted by `count(distinct x)`",
        "from" | "group" | "order" => "rows, groups and order are the spec's to say: the aggregate alone stands here",
        _ if last_word(before).eq_ignore_ascii_case("select") => {
            "a query has no place here: the aggregate alone, as `count(*)`"
        }
        _ if last_word(before).eq_ignore_ascii_case("case") => "it is written `case when … then … else … end`",
        _ if before.to_lowercase().ends_with("filter (") => "it is written `filter (where …)`",
        _ => "",
    }
}

/// Says what to do about a token where something else is expected; empty where nothing is known.
pub(super) fn instead(token: &str, before: &str, is_at_end: bool) -> &'static str {
    match token {
        "!" => "not is written `not`",
        "[" => "a list stands in round brackets: `in ('a', 'b')`",
        _ if last_word(before).eq_ignore_ascii_case("in") => "a list stands in brackets: `in ('a', 'b')`",
        _ if is_at_end && before.ends_with('%') => "a share is written as a number: `0.05`",
        _ => after(token, before),
    }
}
