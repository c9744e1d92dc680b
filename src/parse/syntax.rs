//! What to say of a text that is no YAML.
//!
//! The parser tells where it could not go on; the slip stands before that: a quote or a bracket left open, a dash or a
//! space forgotten. What was meant is looked for in the text. It must not know what a spec is.

use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Span;

/// Words an error of the parser. `said` is what it said, `at` where, if it said so.
pub(super) fn told(text: &str, said: &str, at: Option<Span>) -> Diagnostic {
    let at = at.unwrap_or_default();
    let (message, at, hint) = slip(text, said, at).unwrap_or_else(|| by_words(text, said, at));
    let until = (at.until..text.len())
        .find(|it| text.is_char_boundary(*it))
        .unwrap_or(text.len());
    let at = Span {
        from: at.from.min(until),
        until,
    };
    let diagnostic = Diagnostic::spec("yaml-syntax", message).at(at);
    if hint.is_empty() {
        diagnostic
    } else {
        diagnostic.hint(hint)
    }
}

type Told = (String, Span, String);

/// Looks for a slip that explains an error.
fn slip(text: &str, said: &str, at: Span) -> Option<Told> {
    let line = Line::of(text, at.from);
    if said.contains("multiple YAML documents") {
        let from = text[..at.from].rfind("\n---").map_or(at.from, |it| it + 1);
        let message = "one file holds one spec, and a second document begins here";
        return Some(told_at(message, span(from, 3), "remove the line `---`"));
    }
    if said.contains("tabs disallowed") {
        // The parser stands behind the tabs.
        let from = line.from + line.text.find('\t').unwrap_or(0);
        return Some(told_at("a tab cannot indent", span(from, 1), "indent with spaces"));
    }
    let open = Open::before(text, at.from.max(1));
    if let Some(quote) = open.quote
        && !line.holds(quote)
    {
        let message = "a quote opens here, and does not close on its line";
        let hint = format!("close it with `{}`", &text[quote..=quote]);
        return Some(told_at(message, span(quote, 1), &hint));
    }
    if said.contains("trailing content after") {
        let message = "text stands behind a closing quote";
        let hint = "put the whole value in quotes; quotes inside double ones are single: `\"x = 'web'\"`";
        return Some(told_at(message, at, hint));
    }
    if let Some(bracket) = open.bracket {
        let (mark, close) = if text[bracket..].starts_with('{') {
            ('{', '}')
        } else {
            ('[', ']')
        };
        if said.contains("mismatched bracket") {
            let message = format!("`{mark}` opens here, and another bracket closes it");
            return Some(told_at(&message, span(bracket, 1), &format!("close it with `{close}`")));
        }
        if !line.holds(bracket) || said.contains("unclosed bracket") {
            let message = format!("`{mark}` opens here, and is not closed");
            return Some(told_at(&message, span(bracket, 1), &format!("close it with `{close}`")));
        }
        if said.contains("did not find expected") || said.contains("mapping values") {
            let message =
                format!("inside `{mark} {close}` commas part what stands there, and one is missing before this");
            return Some(told_at(&message, at, ""));
        }
    }
    block_slip(text, said, at, &line)
}

/// Looks for a slip of indentation, dashes and colons.
fn block_slip(text: &str, said: &str, at: Span, line: &Line<'_>) -> Option<Told> {
    let begins = line.text.trim_start();
    let indent = line.text.len() - begins.len();
    let above = text[..line.from].trim_end();
    let above = Line::of(text, above.len().saturating_sub(1));
    let above_indent = above.text.len() - above.text.trim_start().len();
    let start = span(line.from + indent, 1);
    if let Some(word) = begins
        .strip_prefix('-')
        .filter(|it| it.starts_with(char::is_alphanumeric))
    {
        let word = word.split_whitespace().next().unwrap_or("");
        return Some(told_at(
            "a `-` and a space begin an item",
            start,
            &format!("write `- {word}`"),
        ));
    }
    if said.contains("mapping values are not allowed") {
        let (key, value) = begins.split_once(": ")?;
        let is_word = |it: &str| it.chars().all(|it| it.is_alphanumeric() || it == '_');
        let value = value.trim_start();
        if value.starts_with(['“', '”', '„', '‘', '’']) {
            let quote: String = value.chars().take(1).collect();
            let from = at.from.min(line.from + line.text.find(&quote).unwrap_or(0));
            let message = format!("`{quote}` is no quote of YAML");
            return Some(told_at(
                &message,
                span(from, quote.len()),
                "quotes are straight: `\"` or `'`",
            ));
        }
        let has_more = value.contains(": ") || value.ends_with(':');
        if is_word(key.trim_start_matches("- ")) && above_indent < indent && !has_more {
            let message = "this line is indented further than the line above, which has a value already";
            return Some(told_at(message, start, "keys of one map begin in one column"));
        }
        let message = "a value with a colon and a space inside is no plain text";
        return Some(told_at(message, at, "put the value in quotes"));
    }
    if said.contains("simple key expected") {
        let message = "a key ends with `:` and a space, and this line has none";
        let hint = match begins.split_once([':', '=']) {
            Some((key, value)) if !value.is_empty() => format!("write `{}: {}`", key.trim(), value.trim()),
            _ => String::new(),
        };
        return Some(told_at(message, start, &hint));
    }
    let is_item = |it: &str| it.trim_start().starts_with("- ");
    if said.contains("did not find expected") && is_item(begins) != is_item(above.text) {
        let message = if is_item(begins) {
            "an item of a list begins here, and the line above is none"
        } else {
            "a key begins here, among the items of a list"
        };
        let hint = "each item begins with `- `, and what belongs to it is indented further";
        return Some(told_at(message, start, hint));
    }
    None
}

/// Words what no slip explains.
fn by_words(text: &str, said: &str, at: Span) -> Told {
    let first = text[at.from..].chars().next().map(String::from).unwrap_or_default();
    match said {
        it if it.contains("illegal placement of ':'") => told_at(
            "a key stands where none can",
            at,
            "is a `[`, a `{` or a quote before it still open?",
        ),
        it if it.contains("unexpected character") => {
            let message = format!("no plain value begins with `{first}`");
            told_at(&message, at, "a value that begins with this character stands in quotes")
        }
        it if it.contains("expected string scalar") => told_at(
            "a map stands where a name is expected",
            at,
            "a text that begins with `{` or `[` stands in quotes",
        ),
        it if it.contains("unknown anchor") => told_at(
            "`*` repeats what an anchor `&` marked, and there is none of this name",
            at,
            "a text that begins with `*` stands in quotes",
        ),
        it if it.contains("unclosed quote") => told_at(
            "a quote opens here, and does not close",
            at,
            "close it on the same line",
        ),
        it if it.contains("mismatched bracket") => {
            let message = format!("`{first}` opens here, and another bracket closes it");
            told_at(&message, at, "`{` is closed by `}`, and `[` by `]`")
        }
        it if it.contains("misplaced bracket") => {
            told_at(&format!("`{first}` closes a bracket that was not opened"), at, "")
        }
        it if it.contains("did not find expected") => told_at(
            "this line belongs to nothing above it",
            at,
            "is a key missing above (`metrics:`, `memo:`), or is the line indented too little or too far?",
        ),
        it => told_at(it.trim_end_matches('.'), at, ""),
    }
}

fn told_at(message: &str, at: Span, hint: &str) -> Told {
    (message.to_owned(), at, hint.to_owned())
}

fn span(from: usize, len: usize) -> Span {
    Span {
        from,
        until: from + len,
    }
}

/// A line of a text.
struct Line<'a> {
    /// Its first byte.
    from: usize,
    /// The line, without its end.
    text: &'a str,
}

impl<'a> Line<'a> {
    /// Returns the line that holds a byte.
    fn of(text: &'a str, byte: usize) -> Self {
        let until = text.len().min(byte);
        let from = text.as_bytes()[..until]
            .iter()
            .rposition(|it| *it == b'\n')
            .map_or(0, |at| at + 1);
        let line = text[from..].split('\n').next().unwrap_or("");
        Self { from, text: line }
    }

    fn holds(&self, byte: usize) -> bool {
        (self.from..self.from + self.text.len()).contains(&byte)
    }
}

/// What is open at a place: brackets and quotes that begin a value, which a comment or a plain text does not.
#[derive(Debug, Default)]
struct Open {
    /// The innermost bracket.
    bracket: Option<usize>,
    /// A quote that does not close on its own line.
    quote: Option<usize>,
}

impl Open {
    /// Reads a text up to a byte.
    fn before(text: &str, until: usize) -> Self {
        let mut brackets: Vec<usize> = Vec::new();
        let mut quote: Option<(usize, char)> = None;
        let mut last = '\n';
        let mut is_comment = false;
        for (at, letter) in text.char_indices().take_while(|(at, _)| *at < until) {
            if letter == '\n' {
                if let Some((from, _)) = quote {
                    return Self {
                        bracket: brackets.last().copied(),
                        quote: Some(from),
                    };
                }
                is_comment = false;
            }
            let is_space = text[..at].ends_with([' ', '\n', '\t']) || at == 0;
            is_comment |= quote.is_none() && letter == '#' && is_space;
            if is_comment {
                continue;
            }
            match quote {
                Some((_, mark)) if letter == mark => quote = None,
                Some(_) => {}
                // A value begins after one of these, and nowhere else.
                None if matches!(letter, '"' | '\'') && "\n:-,[{".contains(last) => quote = Some((at, letter)),
                None if matches!(letter, '{' | '[') && "\n:-,[{".contains(last) => brackets.push(at),
                None if matches!(letter, '}' | ']') => {
                    brackets.pop();
                }
                None => {}
            }
            if !letter.is_whitespace() || letter == '\n' && brackets.is_empty() {
                last = letter;
            }
        }
        Self {
            bracket: brackets.last().copied(),
            quote: None,
        }
    }
}
