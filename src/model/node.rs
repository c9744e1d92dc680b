//! YAML as written: a tree whose every value knows its place, and a reader of its maps.
//!
//! Serde stops at the first mistake; a spec's author wants all of them. So a spec is
//! parsed into this tree and decoded by [`Fields`], which gathers: missing keys,
//! unknown keys with the nearest name, wrong types, each at its place.

use super::diagnostic::Diagnostic;
use super::diagnostic::Diagnostics;
use super::diagnostic::Span;
use super::diagnostic::Spanned;
use serde::Serialize;

/// A YAML value and its place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Node {
    /// The value.
    pub kind: Kind,
    /// Where it stands; an empty range where the parser gives none.
    pub span: Span,
}

/// A YAML value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Kind {
    /// Nothing, `~` or `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text, quoted or plain.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of writing; keys are distinct.
    Map(Vec<(Spanned<String>, Node)>),
}

impl Kind {
    /// Names the kind as an author would.
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Null => "nothing",
            Kind::Bool(_) => "true or false",
            Kind::Int(_) => "a whole number",
            Kind::Float(_) => "a number",
            Kind::Text(_) => "text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        }
    }
}

impl Node {
    /// Reads text; a number or a truth value is taken as it would be written.
    pub fn text(&self, what: &str, found: &mut Diagnostics) -> Option<Spanned<String>> {
        let text = match &self.kind {
            Kind::Text(text) => text.clone(),
            Kind::Int(x) => x.to_string(),
            Kind::Float(x) => x.to_string(),
            Kind::Bool(x) => x.to_string(),
            Kind::Null | Kind::List(_) | Kind::Map(_) => {
                found.push(self.unexpected(what, "text"));
                return None;
            }
        };
        Some(Spanned::new(text, self.span))
    }

    /// Reads a whole number that is not negative.
    pub fn count(&self, what: &str, found: &mut Diagnostics) -> Option<Spanned<u64>> {
        match self.kind {
            Kind::Int(x) if x >= 0 => Some(Spanned::new(x.unsigned_abs(), self.span)),
            _ => {
                found.push(self.unexpected(what, "a whole number that is not negative"));
                None
            }
        }
    }

    /// Reads any finite number.
    pub fn number(&self, what: &str, found: &mut Diagnostics) -> Option<Spanned<f64>> {
        match self.kind {
            // A spec's whole numbers are far below 2^53: the cast is exact where it matters.
            Kind::Int(x) => Some(Spanned::new(x as f64, self.span)),
            Kind::Float(x) if x.is_finite() => Some(Spanned::new(x, self.span)),
            _ => {
                found.push(self.unexpected(what, "a number"));
                None
            }
        }
    }

    /// Reads `true` or `false`.
    pub fn flag(&self, what: &str, found: &mut Diagnostics) -> Option<Spanned<bool>> {
        match self.kind {
            Kind::Bool(x) => Some(Spanned::new(x, self.span)),
            _ => {
                found.push(self.unexpected(what, "`true` or `false`"));
                None
            }
        }
    }

    /// Reads a list; a single value stands for a list of one.
    pub fn items(&self) -> Vec<&Node> {
        match &self.kind {
            Kind::List(items) => items.iter().collect(),
            Kind::Null => Vec::new(),
            _ => vec![self],
        }
    }

    /// Reads a list of texts; a single text stands for a list of one.
    pub fn texts(&self, what: &str, found: &mut Diagnostics) -> Vec<Spanned<String>> {
        self.items()
            .into_iter()
            .filter_map(|item| item.text(what, found))
            .collect()
    }

    /// Starts reading a map; anything else is a diagnostic.
    pub fn fields<'a>(&'a self, what: &str, found: &mut Diagnostics) -> Option<Fields<'a>> {
        match &self.kind {
            Kind::Map(entries) => Some(Fields {
                what: what.to_owned(),
                span: self.span,
                entries,
                asked: Vec::new(),
            }),
            // `- quality:` says as much as `- quality: {}`.
            Kind::Null => Some(Fields {
                what: what.to_owned(),
                span: self.span,
                entries: &[],
                asked: Vec::new(),
            }),
            _ => {
                found.push(self.unexpected(what, "a map"));
                None
            }
        }
    }

    /// Reads a map whose keys the author chooses (`metrics:`); anything else is a diagnostic.
    pub fn entries(&self, what: &str, found: &mut Diagnostics) -> &[(Spanned<String>, Node)] {
        match &self.kind {
            Kind::Map(entries) => entries,
            Kind::Null => &[],
            _ => {
                found.push(self.unexpected(what, "a map"));
                &[]
            }
        }
    }

    /// Makes the diagnostic of a value of the wrong type: "`title` is a list, but text is expected".
    pub fn unexpected(&self, what: &str, expected: &str) -> Diagnostic {
        Diagnostic::spec(
            "wrong-type",
            format!("{what} is {}, but {expected} is expected", self.kind.name()),
        )
        .at(self.span)
    }
}

/// A reader of one map: remembers which keys were asked for, and reports the others.
#[derive(Debug)]
pub struct Fields<'a> {
    what: String,
    span: Span,
    entries: &'a [(Spanned<String>, Node)],
    asked: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// Returns the value of a key that may be left out; `null` is as good as left out.
    pub fn optional(&mut self, key: &'static str) -> Option<&'a Node> {
        self.asked.push(key);
        let (_, node) = self.entries.iter().find(|(name, _)| name.value == key)?;
        (node.kind != Kind::Null).then_some(node)
    }

    /// Returns the value of a key even where it is `null` (`quality:`).
    pub fn present(&mut self, key: &'static str) -> Option<&'a Node> {
        self.asked.push(key);
        self.entries
            .iter()
            .find(|(name, _)| name.value == key)
            .map(|(_, node)| node)
    }

    /// Returns the value of a key that must be there; reports where it is not.
    pub fn required(&mut self, key: &'static str, found: &mut Diagnostics) -> Option<&'a Node> {
        let node = self.optional(key);
        if node.is_none() {
            let message = format!("{} lacks the key `{key}`", self.what);
            found.push(Diagnostic::spec("missing-key", message).at(self.span));
        }
        node
    }

    /// Returns the map's place.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Reports every key that nobody asked for.
    pub fn finish(self, found: &mut Diagnostics) {
        for (name, _) in self.entries {
            if !self.asked.contains(&name.value.as_str()) {
                let message = format!("{} has no key `{}`", self.what, name.value);
                let diagnostic = Diagnostic::spec("unknown-key", message).at(name.span);
                found.push(diagnostic.nearest(&name.value, self.asked.iter().copied()));
            }
        }
    }
}
