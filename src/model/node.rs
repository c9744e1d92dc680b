//! YAML as written: a tree whose every value knows its place, and a reader of its maps.
//!
//! Serde stops at the first mistake; a spec's author wants all of them. So a spec is
//! parsed into this tree and decoded by [`Fields`], which gathers: missing keys,
//! unknown keys with the nearest name, wrong types, each at its place.

use super::diagnostic::Diagnostic;
use super::diagnostic::Diagnostics;
use super::diagnostic::Span;
use super::diagnostic::Spanned;
use super::diagnostic::nearest;
use super::field::Field;
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
            Kind::Int(x) => {
                let message = format!("{what} cannot be negative, and {x} is");
                found.push(Diagnostic::spec("wrong-type", message).at(self.span));
                None
            }
            _ => {
                found.push(self.unexpected(what, "a whole number"));
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

    /// Starts reading a map with these keys; anything else is a diagnostic, and so is every other key.
    pub fn fields<'a>(&'a self, what: &str, keys: &[Field], found: &mut Diagnostics) -> Option<Fields<'a>> {
        let entries: &[(Spanned<String>, Node)] = match &self.kind {
            Kind::Map(entries) => entries,
            // `- quality:` says as much as `- quality: {}`.
            Kind::Null => &[],
            _ => {
                found.push(self.unexpected(what, "a map"));
                return None;
            }
        };
        let mut meant: Vec<(&'static str, &'a Node)> = Vec::new();
        for (name, node) in entries {
            if let Some(key) = keys.iter().find(|key| key.name == name.value) {
                meant.push((key.name, node));
            }
        }
        let names = || keys.iter().map(|it| it.name);
        for (name, node) in entries {
            if names().any(|it| it == name.value) {
                continue;
            }
            // A slip of the hand is told once: what stands behind it is read as what was meant.
            let free: Vec<&'static str> = names().filter(|key| meant.iter().all(|(it, _)| it != key)).collect();
            let message = format!("{what} has no key `{}`", name.value);
            let diagnostic = Diagnostic::spec("unknown-key", message).at(name.span);
            match nearest(&name.value, &free) {
                Some(key) => {
                    found.push(diagnostic.hint(format!("did you mean `{key}`?")));
                    meant.push((key, node));
                }
                None => found.push(diagnostic.nearest(&name.value, names())),
            }
        }
        Some(Fields {
            what: what.to_owned(),
            span: self.span,
            meant,
        })
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

/// A reader of one map whose keys are known.
#[derive(Debug)]
pub struct Fields<'a> {
    what: String,
    span: Span,
    /// Keys as they are meant, however they are written.
    meant: Vec<(&'static str, &'a Node)>,
}

impl<'a> Fields<'a> {
    /// Returns the value of a key that may be left out; `null` is as good as left out.
    pub fn optional(&self, key: &str) -> Option<&'a Node> {
        let (_, node) = self.meant.iter().find(|(it, _)| *it == key)?;
        (node.kind != Kind::Null).then_some(*node)
    }

    /// Returns the value of a key that must be there; reports where it is not.
    pub fn required(&self, key: &str, found: &mut Diagnostics) -> Option<&'a Node> {
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
}
