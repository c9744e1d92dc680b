//! What is wrong with a spec, its data or a rendering, and what to do next.
//!
//! A user's mistake is a [`Diagnostic`], made where it is found; independent
//! mistakes are gathered into [`Diagnostics`] and shown together. It must not know
//! how a diagnostic is printed.

use serde::Deserialize;
use serde::Serialize;
use std::borrow::Cow;

/// A half-open range of bytes in the spec's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub from: usize,
    /// One past the last byte.
    pub until: usize,
}

/// A value and the place in the spec where it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spanned<T> {
    /// The value as written.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Joins a value and its place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The stage cannot go on.
    Error,
    /// The memo is made, and says so in its quality appendix.
    Warning,
}

/// Which part of the road failed; it decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// A check, golden case or verification failed: exit code 1.
    Check,
    /// The spec or the command line is wrong: exit code 2.
    Spec,
    /// Data are missing, stale or unreadable: exit code 3.
    Data,
    /// Rendering or delivery failed: exit code 4.
    Render,
}

impl Class {
    /// Returns the process exit code of a failure of this class.
    pub fn exit_code(self) -> u8 {
        match self {
            Class::Check => 1,
            Class::Spec => 2,
            Class::Data => 3,
            Class::Render => 4,
        }
    }
}

/// One mistake: what, where, what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Kebab-case code, stable over versions.
    pub code: Cow<'static, str>,
    /// How bad it is.
    pub severity: Severity,
    /// Which part of the road failed.
    pub class: Class,
    /// Lower-case sentence without a full stop, names in backticks.
    pub message: String,
    /// The place in the spec, where there is one.
    pub span: Option<Span>,
    /// What to do next; empty rather than vague.
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// Starts an error of class [`Class::Spec`].
    pub fn spec(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code: Cow::Borrowed(code),
            severity: Severity::Error,
            class: Class::Spec,
            message: message.into(),
            span: None,
            hints: Vec::new(),
        }
    }

    /// Starts an error of class [`Class::Check`].
    pub fn check(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            class: Class::Check,
            ..Self::spec(code, message)
        }
    }

    /// Starts an error of class [`Class::Data`].
    pub fn data(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            class: Class::Data,
            ..Self::spec(code, message)
        }
    }

    /// Starts an error of class [`Class::Render`].
    pub fn render(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            class: Class::Render,
            ..Self::spec(code, message)
        }
    }

    /// Starts a warning about the data.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            class: Class::Data,
            ..Self::spec(code, message)
        }
    }

    /// Adds the place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds the hint "did you mean `x`?" where a name of `known` is near `written`, else the list of what is known.
    #[must_use]
    pub fn nearest<'a>(self, written: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        if let Some(name) = nearest(written, &known) {
            return self.hint(format!("did you mean `{name}`?"));
        }
        // A list longer than this is not read.
        const LISTED: usize = 12;
        if known.is_empty() || known.len() > LISTED {
            return self;
        }
        let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        self.hint(format!("known here: {}", names.join(", ")))
    }
}

/// Returns the known name nearest to `written`, where one is near enough to be a slip of the hand.
///
/// A beginning is one too, `hist` for `history`, where it is half of the name and of no other.
pub(crate) fn nearest<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    let lower = written.to_lowercase();
    slip(&lower, known).or_else(|| {
        let begins = |a: &str, b: &str| a.starts_with(b) && b.len() >= 4 && a.len() <= 2 * b.len();
        let mut alike = known.iter().filter(|name| {
            let name = name.to_lowercase();
            begins(&name, &lower) || begins(&lower, &name)
        });
        alike.next().filter(|_| alike.next().is_none()).copied()
    })
}

/// Returns the known name that differs from `lower` by the fewest letters, where they are few.
fn slip<'a>(lower: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(lower, &name.to_lowercase()), *name))
        // A third of the letters may be wrong, and always two; but of `by` nothing is left after two.
        .filter(|(distance, name)| match name.chars().count() {
            0..=3 => *distance <= 1,
            n => *distance <= 2.max(n / 3),
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// All mistakes of one stage, in the order of their places.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Starts an empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all of another list.
    pub fn extend(&mut self, other: Diagnostics) {
        self.0.extend(other.0);
    }

    /// True where at least one is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|it| it.severity == Severity::Error)
    }

    /// Returns the exit code: that of the first class on the road that failed, 0 where nothing did.
    pub fn exit_code(&self) -> u8 {
        self.0
            .iter()
            .filter(|it| it.severity == Severity::Error)
            .map(|it| it.class)
            .min()
            .map_or(0, Class::exit_code)
    }

    /// Sorts by place and drops repeats, so that the order does not depend on who found what first.
    pub fn sort(&mut self) {
        self.0
            .sort_by(|a, b| (a.span, &a.code, &a.message).cmp(&(b.span, &b.code, &b.message)));
        self.0.dedup();
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

/// A value with the warnings met on the way to it.
#[derive(Debug, Clone)]
pub struct Warned<T> {
    /// The value.
    pub value: T,
    /// Warnings only; they reach the memo's quality appendix.
    pub warnings: Vec<Diagnostic>,
}
