//! YAML text as a tree of [`Node`]s, each with its place in bytes.
//!
//! serde-saphyr reads and expands; what it is lenient about (repeated keys) is found here, all at
//! once. Its budgets refuse texts that are made to explode. It must not know what a spec is.

use super::syntax;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::diagnostic::Spanned;
use crate::model::node::Kind;
use crate::model::node::Node;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error as _;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_saphyr::DuplicateKeyPolicy;
use serde_saphyr::Location;
use serde_saphyr::NonFiniteFloatPolicy;

/// Reads one document; `None` where it is no YAML, or empty. Mistakes go to `found`.
pub(super) fn tree(text: &str, found: &mut Diagnostics) -> Option<Node> {
    // No spec nests deeper than ten or has more than some thousand values.
    let budget = serde_saphyr::budget! {
        max_depth: 32,
        flow_nesting_limit: 32,
        max_nodes: 50_000,
        max_events: 200_000,
        max_documents: 2,
    };
    let options = serde_saphyr::options! {
        budget: budget,
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    };
    match serde_saphyr::from_str_with_options::<Placed<Raw>>(text, options) {
        Ok(root) if matches!(root.value, Raw::Null) => {
            found.push(Diagnostic::spec("empty-spec", "the spec is empty").hint("a spec starts with `bellwether: 1`"));
            None
        }
        Ok(root) => Some(Tree { text, found }.node(root, None)),
        Err(error) => {
            found.push(syntax_error(text, &error));
            None
        }
    }
}

type Placed<T> = serde_saphyr::Spanned<T>;

/// A value as serde-saphyr hands it over.
enum Raw {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Placed<Raw>>),
    Map(Vec<(Placed<String>, Placed<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Int(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Raw, E> {
        i64::try_from(value)
            .map(Raw::Int)
            .map_err(|_| E::custom(format!("the number {value} is too large")))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries: Vec<(Placed<String>, Placed<Raw>)> = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
            // A map this long is no spec, and looking for repeats takes time by the square.
            const MOST_ENTRIES: usize = 2_000;
            if entries.len() > MOST_ENTRIES {
                return Err(A::Error::custom(format!("a map has more than {MOST_ENTRIES} keys")));
            }
        }
        Ok(Raw::Map(entries))
    }
}

/// Makes nodes; keeps the text, where the parser's places end too early.
struct Tree<'a> {
    text: &'a str,
    found: &'a mut Diagnostics,
}

impl Tree<'_> {
    /// Makes a node. `key` is the place of the key that it is the value of, where it is one.
    fn node(&mut self, raw: Placed<Raw>, key: Option<Span>) -> Node {
        let span = self.span(&raw.referenced);
        match raw.value {
            Raw::Null => Node {
                kind: Kind::Null,
                span: if span.from == span.until {
                    key.unwrap_or(span)
                } else {
                    span
                },
            },
            Raw::Bool(value) => Node {
                kind: Kind::Bool(value),
                span,
            },
            Raw::Int(value) => Node {
                kind: Kind::Int(value),
                span,
            },
            Raw::Float(value) => Node {
                kind: Kind::Float(value),
                span,
            },
            Raw::Text(value) => {
                self.refuse_tag(span);
                Node {
                    kind: Kind::Text(value),
                    span,
                }
            }
            Raw::List(items) => {
                let items: Vec<Node> = items.into_iter().map(|item| self.node(item, None)).collect();
                let inner = items.iter().map(|it| it.span.until).max();
                let span = self.collection(span, key, items.first().map(|it| it.span), inner);
                Node {
                    kind: Kind::List(items),
                    span,
                }
            }
            Raw::Map(entries) => {
                let is_flow = self.text[span.from..].starts_with('{');
                let entries: Vec<(Spanned<String>, Node)> = entries
                    .into_iter()
                    .map(|(name, value)| {
                        let at = self.span(&name.referenced);
                        (Spanned::new(name.value, at), self.node(value, Some(at)))
                    })
                    .collect();
                let inner = entries
                    .iter()
                    .map(|(name, value)| name.span.until.max(value.span.until))
                    .max();
                let span = self.collection(span, key, entries.first().map(|(name, _)| name.span), inner);
                let entries = if is_flow { self.joined(entries) } else { entries };
                Node {
                    kind: Kind::Map(self.without_repeats(entries)),
                    span,
                }
            }
        }
    }

    /// Reports a `!word` before a text, which the parser takes for a tag and drops.
    fn refuse_tag(&mut self, span: Span) {
        let before = self.text[..span.from].trim_end_matches(' ');
        let start = before.rfind([' ', '\n', ',', '[', '{']).map_or(0, |at| at + 1);
        let tag = &before[start..];
        if tag.starts_with('!') && before.len() < span.from {
            let at = Span {
                from: start,
                until: before.len(),
            };
            let message = format!("`{tag}` is a tag of YAML, and would be dropped");
            let hint = "a value that begins with `!` stands in quotes";
            self.found
                .push(Diagnostic::spec("yaml-syntax", message).at(at).hint(hint));
        }
    }

    /// Returns the bytes of a place, without the line breaks that end a block of text.
    fn span(&self, location: &Location) -> Span {
        let span = location.span();
        let from = span
            .byte_offset()
            .map_or(0, |it| usize::try_from(it).unwrap_or(0))
            .min(self.text.len());
        let len = span.byte_len().map_or(0, |it| usize::try_from(it).unwrap_or(0));
        let until = (from + len).min(self.text.len());
        match self.text.get(from..until) {
            Some(written) => Span {
                from,
                until: from + written.trim_end().len(),
            },
            None => Span::default(),
        }
    }

    /// Returns the place of a list or a map: what stands in brackets on one line as a whole; else its key, which names
    /// it; else its first part. `inner` is where its last part ends.
    fn collection(&self, start: Span, key: Option<Span>, first: Option<Span>, inner: Option<usize>) -> Span {
        let close = match self.text[start.from..].chars().next() {
            Some('{') => '}',
            Some('[') => ']',
            // An alias stands for what it repeats.
            Some('*') => return start,
            _ => return key.or(first).unwrap_or(start),
        };
        let inner = inner.unwrap_or(start.from + 1).max(start.from + 1);
        let until = self.text[inner..].find(close).map_or(start.until, |at| inner + at + 1);
        if self.text[start.from..until].contains('\n') {
            key.unwrap_or(start)
        } else {
            Span {
                from: start.from,
                until,
            }
        }
    }

    /// Joins what a comma has cut: `{ of: max(a, b) }` is YAML for two keys, `of: max(a` and `b)`.
    fn joined(&mut self, entries: Vec<(Spanned<String>, Node)>) -> Vec<(Spanned<String>, Node)> {
        let mut whole: Vec<(Spanned<String>, Node)> = Vec::new();
        let mut rest = entries.into_iter().peekable();
        while let Some((name, mut value)) = rest.next() {
            let mut open = match &value.kind {
                Kind::Text(text) if !self.text[value.span.from..].starts_with(['"', '\'']) => depth(text),
                _ => 0,
            };
            let start = value.span;
            while open > 0
                && let Some((piece, _)) = rest.next_if(|(_, value)| value.kind == Kind::Null)
            {
                open += depth(&piece.value);
                value.span.until = piece.span.until;
            }
            if value.span != start
                && let Some(written) = self.text.get(value.span.from..value.span.until)
            {
                let message = format!("a comma cuts the value of `{}` in two", name.value);
                let hint = format!("inside `{{ }}` a text with a comma stands in quotes: \"{written}\"");
                self.found
                    .push(Diagnostic::spec("cut-by-comma", message).at(value.span).hint(hint));
                value.kind = Kind::Text(written.to_owned());
            }
            whole.push((name, value));
        }
        whole
    }

    /// Reports keys that stand twice in one map, and drops all but the first.
    fn without_repeats(&mut self, entries: Vec<(Spanned<String>, Node)>) -> Vec<(Spanned<String>, Node)> {
        let mut distinct: Vec<(Spanned<String>, Node)> = Vec::new();
        for (name, value) in entries {
            if let Some((first, _)) = distinct.iter().find(|(it, _)| it.value == name.value) {
                let line = 1 + self.text[..first.span.from].matches('\n').count();
                let message = format!("the key `{}` stands twice in one map", name.value);
                let diagnostic = Diagnostic::spec("repeated-key", message).at(name.span);
                self.found
                    .push(diagnostic.hint(format!("it stands on line {line} already")));
            } else {
                distinct.push((name, value));
            }
        }
        distinct
    }
}

/// Returns how many brackets of a text are still open at its end.
fn depth(text: &str) -> i64 {
    text.chars().fold(0, |depth, it| match it {
        '(' => depth + 1,
        ')' => depth - 1,
        _ => depth,
    })
}

/// Words the parser's error.
fn syntax_error(text: &str, error: &serde_saphyr::Error) -> Diagnostic {
    let error = error.without_snippet();
    let said = error.to_string();
    // The place is printed beside the text; words after it tell of aliases.
    let said = said.split(" at line ").next().unwrap_or(&said);
    if ["budget breached", "limit exceeded", "recursion"]
        .iter()
        .any(|it| said.contains(it))
    {
        let message = "the spec is nested too deeply, or repeats itself too often by aliases";
        let diagnostic = Diagnostic::spec("spec-too-large", message);
        return match error.location().filter(|it| *it != Location::UNKNOWN) {
            Some(location) => diagnostic.at(place(text, &location)),
            None => diagnostic,
        };
    }
    let location = error.location().filter(|it| *it != Location::UNKNOWN);
    syntax::told(text, said, location.map(|it| place(text, &it)))
}

/// Returns the bytes of an error's place, which the parser counts in characters.
fn place(text: &str, location: &Location) -> Span {
    let line = usize::try_from(location.line()).unwrap_or(1).max(1);
    let column = usize::try_from(location.column()).unwrap_or(1).max(1);
    let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let in_line = text[start..].split('\n').next().unwrap_or("");
    let from = start
        + in_line
            .char_indices()
            .nth(column - 1)
            .map_or(in_line.len(), |(at, _)| at);
    let len = text[from..]
        .chars()
        .next()
        .filter(|it| *it != '\n')
        .map_or(0, char::len_utf8);
    Span {
        from,
        until: from + len,
    }
}
