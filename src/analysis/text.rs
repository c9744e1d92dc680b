//! Text: what the author has to say, in Markdown, with figures that are facts.
//!
//! # Why a reader cares
//! A memo that only computes leaves out what its author knows. A figure in a sentence of one's own goes stale in a month,
//! unless it is the fact itself.
//!
//! # Method
//! `{{ fact('headline/spend/value') }}` prints a fact by its own unit, and nothing else prints a number: one that is typed
//! is refused, unless the author says that it is meant: `{{ said('12 %') }}`. Each paragraph's note names its facts.
//!
//! # In a spec
//! ```yaml
//! - text:
//!     title: What we make of it
//!     body: |
//!       Spend came to **{{ fact('headline/spend/value') }}**.
//!       {% if fact('deviation/n_movers').value == 0 %}We would not act on it.{% endif %}
//! ```

use super::Analysis;
use super::Run;
use super::Scope;
use super::Task;
use super::Tell;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::diagnostic::Spanned;
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::memo::Block;
use crate::model::memo::Memo;
use crate::model::memo::Page;
use crate::model::node::Kind;
use crate::model::node::Node;
use crate::words::Words;

mod figures;
mod markdown;

/// The registered analysis.
pub struct Text;

/// Its name: the one analysis that may stand in a memo several times.
pub const NAME: &str = "text";

/// What `text` may say.
const KEYS: &[Field] = &[
    Field::may("title", Form::Text, "A head above it."),
    Field::may(
        "place",
        Form::OneOf(&["page", "front", "appendix"]),
        "Where it stands: on a page of its own, on the first page below the table, or with the method.",
    )
    .or("page"),
    Field::must(
        "body",
        Form::Text,
        "Markdown. `{{ fact('headline/spend/value') }}` prints a fact; `bellwether explain SPEC --stage facts` lists them.",
    ),
];

/// The analyses whose facts it may name: all others, in the order of the registry.
pub const SEEN: &[&str] = &[
    "headline",
    "deviation",
    "drivers",
    "contribution",
    "rhythm",
    "rfm",
    "funnel",
    "cohorts",
    "roster",
    "clusters",
    "profile",
    "relations",
    "stability",
    "migration",
    "hypotheses",
    "quality",
];

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Page,
    Front,
    Appendix,
}

impl Place {
    const ALL: [(&'static str, Place); 3] = [
        ("page", Place::Page),
        ("front", Place::Front),
        ("appendix", Place::Appendix),
    ];
}

/// A text with its options decoded.
struct Told {
    title: String,
    place: Place,
    body: Spanned<String>,
    /// Facts that it names, each with its place in the spec.
    names: Vec<Spanned<String>>,
    /// Which of the memo's texts it is, from one.
    number: usize,
}

impl Analysis for Text {
    fn name(&self) -> &'static str {
        NAME
    }

    fn summary(&self) -> &'static str {
        "What the author has to say, in Markdown, with figures that are facts."
    }

    fn form(&self) -> Form {
        Form::Either(&[Form::Text, Form::Map("text", KEYS)])
    }

    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>> {
        let (title, place, body) = if let Kind::Text(_) = options.kind {
            (None, Some(Place::Page), options.text("`text`", found))
        } else if let Kind::List(_) = options.kind {
            found.push(options.unexpected("`text`", "text or a map with `body:`"));
            return None;
        } else {
            let fields = options.fields("`text`", KEYS, found)?;
            let title = fields
                .optional("title")
                .and_then(|it| it.text("`title` of `text`", found));
            let body = fields
                .required("body", found)
                .and_then(|it| it.text("`body` of `text`", found));
            let place = match fields.optional("place") {
                Some(node) => node.text("`place`", found).and_then(|it| place(&it, found)),
                None => Some(Place::Page),
            };
            (title, place, body)
        };
        let body = body?;
        let names = names_within(scope, body.span);
        let n_wrong = found.0.len();
        figures::check(&body, &names, scope.spec.for_each.is_some(), found);
        if let Some(title) = &title {
            figures::check_title(title, found);
        }
        markdown::check(&body, found);
        let number = scope.spec.memo.iter().filter(|it| it.name.value == NAME);
        let number = number.take_while(|it| it.options.span != options.span).count() + 1;
        (found.0.len() == n_wrong).then_some(())?;
        Some(Box::new(Told {
            title: title.map_or_else(String::new, |it| it.value),
            place: place?,
            body,
            names,
            number,
        }))
    }
}

fn place(written: &Spanned<String>, found: &mut Diagnostics) -> Option<Place> {
    let place = Place::ALL.iter().find(|it| it.0 == written.value).map(|it| it.1);
    if place.is_none() {
        let diagnostic = Diagnostic::spec("unknown-value", format!("`place` cannot be `{}`", written.value));
        let known = Place::ALL.iter().map(|it| it.0);
        found.push(diagnostic.at(written.span).nearest(&written.value, known));
    }
    place
}

/// The words of a text with their places.
fn names_within(scope: &Scope, within: Span) -> Vec<Spanned<String>> {
    let inside = |it: &&Spanned<String>| within.from <= it.span.from && it.span.until <= within.until;
    scope.spec.names.iter().filter(inside).cloned().collect()
}

impl Task for Told {
    fn name(&self) -> &'static str {
        NAME
    }

    fn uses(&self) -> &'static [&'static str] {
        SEEN
    }

    fn options(&self) -> serde_json::Value {
        let place = Place::ALL.iter().find(|it| it.1 == self.place).map(|it| it.0);
        serde_json::json!({ NAME: { "title": self.title, "place": place, "body": self.body.value } })
    }

    /// Finds no facts: it tells whether all that it names are there.
    fn run(&self, run: &Run) -> Result<(Facts, Vec<Diagnostic>), Diagnostics> {
        let words = Words::new(&run.plan.locale)
            .expect("a resolved plan names a locale that CLDR knows")
            .with_calendar(&run.plan.periods.calendar);
        match figures::filled(&self.body.value, figures::names(run.plan, &words), run.facts, &words) {
            Ok(_) => Ok((Facts::new(), Vec::new())),
            Err(wrong) => Err(wrong.told(&self.body, &self.names, run.facts).into()),
        }
    }

    fn tell(&self, tell: &Tell, memo: &mut Memo) {
        // What cannot be filled was refused when it ran.
        let Ok(filled) = figures::filled(
            &self.body.value,
            figures::names(tell.plan, tell.words),
            tell.facts,
            tell.words,
        ) else {
            return;
        };
        let mut blocks = markdown::blocks(&filled, &format!("text-{}", self.number));
        if self.place == Place::Page {
            memo.pages.push(Page {
                id: format!("text-{}", self.number),
                title: self.title.clone(),
                lead: Vec::new(),
                blocks,
            });
            return;
        }
        if let Some(Block::Prose { title, .. } | Block::List { title, .. }) = blocks.first_mut()
            && title.is_empty()
        {
            title.clone_from(&self.title);
        }
        match self.place {
            Place::Front => memo.front.extend(blocks),
            _ => memo.appendix.blocks.extend(blocks),
        }
    }
}
