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
use super::elsewhere;
use super::field::Field;
use super::field::Form;
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
                found.push(self.not_a_number(what, "a whole number"));
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
                found.push(self.not_a_number(what, "a number"));
                None
            }
        }
    }

    /// How a spec writes a share.
    pub const SHARE: Form = Form::Either(&[Form::Number, Form::Like("[0-9]+([.][0-9]+)? *%")]);

    /// Reads a share of a whole, `5 %` or `0.05`: from nothing to all of it.
    pub fn share(&self, what: &str, found: &mut Diagnostics) -> Option<Spanned<f64>> {
        let share = match &self.kind {
            // One is all of it, as `100 %` is; a spec's whole numbers are far below 2^53.
            Kind::Int(x) => Some(*x as f64),
            Kind::Float(x) => Some(*x),
            Kind::Text(text) => {
                let number = text.trim().strip_suffix('%').map(|it| it.trim().parse::<f64>());
                number.and_then(Result::ok).map(|it| it / 100.0)
            }
            _ => None,
        };
        match share {
            Some(share) if (0.0..=1.0).contains(&share) => Some(Spanned::new(share, self.span)),
            _ => {
                let message = match share {
                    Some(_) => format!("{what} is a share, from 0 % to 100 %, and this is none"),
                    None => return self.refuse(what, "a share", "a share is written `5 %` or `0.05`", found),
                };
                let diagnostic = Diagnostic::spec("bad-share", message).at(self.span);
                found.push(diagnostic.hint("a share is written `5 %` or `0.05`"));
                None
            }
        }
    }

    /// Reports a value of the wrong type with a hint, and returns nothing.
    fn refuse<T>(&self, what: &str, expected: &str, hint: &str, found: &mut Diagnostics) -> Option<T> {
        found.push(self.unexpected(what, expected).hint(hint));
        None
    }

    /// Reads `true` or `false`.
    pub fn flag(&self, what: &str, found: &mut Diagnostics) -> Option<Spanned<bool>> {
        match self.kind {
            Kind::Bool(x) => Some(Spanned::new(x, self.span)),
            _ => {
                let diagnostic = self.unexpected(what, "`true` or `false`");
                let meant = match &self.kind {
                    Kind::Text(text) => match text.to_lowercase().as_str() {
                        "yes" | "on" | "y" | "true" | "ja" => Some("true"),
                        "no" | "off" | "n" | "false" | "nein" => Some("false"),
                        _ => None,
                    },
                    Kind::Int(1) => Some("true"),
                    Kind::Int(0) => Some("false"),
                    _ => None,
                };
                found.push(match meant {
                    Some(meant) => diagnostic.hint(format!("write `{meant}`")),
                    None => diagnostic,
                });
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
            kind => {
                let diagnostic = self.unexpected(what, "a map");
                // One key that must be there: what stands alone was meant for it.
                let mut musts = keys.iter().filter(|it| it.is_required);
                let hint = match (musts.next(), musts.next(), kind) {
                    (Some(key), None, Kind::Text(text)) => Some(format!("write `{{ {}: {text} }}`", key.name)),
                    (Some(key), None, _) => Some(format!("write `{{ {}: … }}`", key.name)),
                    _ => None,
                };
                found.push(match hint {
                    Some(hint) => diagnostic.hint(hint),
                    None => diagnostic,
                });
                return None;
            }
        };
        let mut meant: Vec<(&'static str, &'a Node)> = Vec::new();
        let mut told: Vec<&'static str> = Vec::new();
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
            if let Some((key, value)) = glued(&name.value, &free) {
                found.push(diagnostic.hint(format!("a space stands behind the colon: `{key}: {value}`")));
                told.push(key);
            } else if let Some(key) = elsewhere::meant(&name.value, &free) {
                found.push(diagnostic.hint(format!("here it is called `{key}`")));
                meant.push((key, node));
            } else if let Some(advice) = elsewhere::advice(&name.value, keys) {
                found.push(diagnostic.hint(advice));
            } else if let Some(key) = free.iter().copied().find(|key| is_plural(key, &name.value)) {
                found.push(diagnostic.hint(format!("did you mean `{key}`?")));
                meant.push((key, node));
            } else if let Some(home) = elsewhere::deeper(&name.value, keys) {
                found.push(diagnostic.hint(home.hint(&name.value)));
                told.push(home.key);
            } else if let Some(key) = nearest(&name.value, &free) {
                found.push(diagnostic.hint(format!("did you mean `{key}`?")));
                meant.push((key, node));
            } else {
                found.push(diagnostic.nearest(&name.value, names()));
            }
        }
        Some(Fields {
            what: what.to_owned(),
            span: self.span,
            meant,
            told,
            docs: keys.iter().map(|it| (it.name, it.doc)).collect(),
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

    /// Makes the diagnostic of what is no number, and says how the number is written that was meant.
    fn not_a_number(&self, what: &str, expected: &str) -> Diagnostic {
        let diagnostic = self.unexpected(what, expected);
        let hint = match &self.kind {
            Kind::Float(x) if x.fract() == 0.0 && x.abs() < 1e15 => Some(format!("write `{x}`")),
            Kind::Text(text) => {
                let text = text.trim();
                // `1,000` parts thousands, `2,5` means a point: only the author knows which.
                let plain: String = text
                    .chars()
                    .filter(|it| !matches!(it, ',' | '_' | ' ' | '’' | '\''))
                    .collect();
                match text.parse::<f64>() {
                    Ok(x) if x.is_finite() => Some(format!("a number stands without quotes: `{text}`")),
                    _ if plain != text && plain.parse::<f64>().is_ok() => {
                        Some("digits stand without marks between them, and the decimal point is `.`".to_owned())
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        match hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
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

/// Parts `of:spend`, a key without a space behind its colon.
fn glued<'w>(written: &'w str, free: &[&'static str]) -> Option<(&'static str, &'w str)> {
    let (name, value) = written.split_once(':')?;
    let key = free.iter().find(|it| **it == name)?;
    Some((key, value.trim()))
}

/// Turns the sentence that explains a key into a hint: without capital and full stop.
fn as_hint(doc: &str) -> String {
    let mut letters = doc.trim_end_matches('.').chars();
    let first = letters.next().map(|it| it.to_lowercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// True where one name is the plural of the other.
fn is_plural(a: &str, b: &str) -> bool {
    a.strip_suffix('s') == Some(b) || b.strip_suffix('s') == Some(a)
}

/// A reader of one map whose keys are known.
#[derive(Debug)]
pub struct Fields<'a> {
    what: String,
    span: Span,
    /// Keys as they are meant, however they are written.
    meant: Vec<(&'static str, &'a Node)>,
    /// Keys whose absence is told by what stands in their place.
    told: Vec<&'static str>,
    /// What each key means.
    docs: Vec<(&'static str, &'static str)>,
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
        if node.is_none() && !self.told.contains(&key) {
            let message = format!("{} lacks the key `{key}`", self.what);
            let diagnostic = Diagnostic::spec("missing-key", message).at(self.span);
            let doc = self.docs.iter().find(|it| it.0 == key).map_or("", |it| it.1);
            found.push(diagnostic.hint(format!("`{key}:` {}", as_hint(doc))));
        }
        node
    }

    /// Returns the map's place.
    pub fn span(&self) -> Span {
        self.span
    }
}
