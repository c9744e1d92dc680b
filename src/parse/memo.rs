//! The memo of a spec: analyses in order, each with its options, which are the analysis' own to read.
//!
//! It must not know what an analysis does with them.

use super::claims;
use super::decode::Reading;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::diagnostic::Spanned;
use crate::model::diagnostic::nearest;
use crate::model::elsewhere;
use crate::model::node::Kind;
use crate::model::node::Node;
use crate::model::spec::AnalysisSpec;

/// Reads `memo:`.
pub(super) fn memo(node: &Node, registry: &[&str], reading: &mut Reading<'_>) -> Vec<AnalysisSpec> {
    let Kind::List(items) = &node.kind else {
        let hint = "each analysis begins a line of its own: `- headline: {}`";
        reading.found.push(node.unexpected("`memo`", "a list").hint(hint));
        return Vec::new();
    };
    let all: Vec<AnalysisSpec> = items
        .iter()
        .filter_map(|item| analysis(item, registry, reading))
        .collect();
    // A name that was mended, and is there already, is told once: as the name that it is not.
    let is_written =
        |it: &AnalysisSpec| reading.text.get(it.name.span.from..it.name.span.until) == Some(&it.name.value);
    let is_mended = |it: &AnalysisSpec| registry.contains(&it.name.value.as_str()) && !is_written(it);
    let written: Vec<String> = all
        .iter()
        .filter(|it| is_written(it))
        .map(|it| it.name.value.clone())
        .collect();
    all.into_iter()
        .filter(|it| !(is_mended(it) && written.contains(&it.name.value)))
        .collect()
}

fn analysis(node: &Node, registry: &[&str], reading: &mut Reading<'_>) -> Option<AnalysisSpec> {
    let (name, options) = match &node.kind {
        Kind::Text(name) => (
            Spanned::new(name.clone(), node.span),
            Node {
                kind: Kind::Map(Vec::new()),
                span: node.span,
            },
        ),
        Kind::Map(entries) => match entries.as_slice() {
            [(name, options)] => (name.clone(), options.clone()),
            [(name, options), rest @ ..] if !rest.is_empty() => {
                let second = &rest[0].0;
                let message = format!(
                    "one item of `memo` is one analysis, and `{}` is a second key",
                    second.value
                );
                let is_option = options.kind == Kind::Null && !registry.contains(&second.value.as_str());
                let hint = if is_option {
                    format!("indent it further than `{}`, whose option it is", name.value)
                } else {
                    format!("begin a new item: `- {}: {{ … }}`", second.value)
                };
                reading
                    .found
                    .push(Diagnostic::spec("several-analyses", message).at(second.span).hint(hint));
                // Options that slipped to the level of their analysis are read as its options.
                let meant = Node {
                    kind: Kind::Map(if is_option { rest.to_vec() } else { Vec::new() }),
                    span: name.span,
                };
                (name.clone(), if is_option { meant } else { options.clone() })
            }
            _ => {
                reading
                    .found
                    .push(node.unexpected("an item of `memo`", "the name of an analysis"));
                return None;
            }
        },
        _ => {
            reading
                .found
                .push(node.unexpected("an item of `memo`", "the name of an analysis"));
            return None;
        }
    };
    let name = meant_analysis(name, registry, reading.found)?;
    if name.value == claims::HYPOTHESES {
        let claims = claims::claims(&options, reading);
        return Some(AnalysisSpec { name, options, claims });
    }
    if name.value == AUTHORS_TEXT {
        note_words(&options, reading);
        return Some(AnalysisSpec {
            name,
            options,
            claims: Vec::new(),
        });
    }
    if !matches!(options.kind, Kind::Map(_) | Kind::Null) {
        reading
            .found
            .push(options.unexpected(&format!("what stands under `{}`", name.value), "a map"));
        return None;
    }
    Some(AnalysisSpec {
        name,
        options,
        claims: Vec::new(),
    })
}

/// Returns the name of an analysis as it was meant; reports one that is none.
fn meant_analysis(name: Spanned<String>, registry: &[&str], found: &mut Diagnostics) -> Option<Spanned<String>> {
    if registry.contains(&name.value.as_str()) {
        return Some(name);
    }
    let message = format!("there is no analysis `{}`", name.value);
    let diagnostic = Diagnostic::spec("unknown-analysis", message).at(name.span);
    let elsewhere = elsewhere::analysis(&name.value).filter(|it| registry.contains(it));
    let meant = elsewhere.or_else(|| nearest(&name.value, registry));
    found.push(match (elsewhere, meant) {
        (Some(meant), _) => diagnostic.hint(format!("here it is called `{meant}`")),
        (None, Some(meant)) => diagnostic.hint(format!("did you mean `{meant}`?")),
        (None, None) => diagnostic.hint(format!("there are `{}`", registry.join("`, `"))),
    });
    meant.map(|it| Spanned::new(it.to_owned(), name.span))
}

/// The analysis whose options may be text, and name facts in it.
const AUTHORS_TEXT: &str = "text";

/// Notes the places of what a text is made of: once it is read, lines and columns are gone. Facts are noted by their
/// names, figures with the word that they stand in.
fn note_words(node: &Node, reading: &mut Reading<'_>) {
    if let Kind::Map(entries) = &node.kind {
        entries.iter().for_each(|it| note_words(&it.1, reading));
        return;
    }
    let Some(written) = reading.text.get(node.span.from..node.span.until) else {
        return;
    };
    let between = |it: char| it.is_whitespace() || matches!(it, '\'' | '"');
    let mut at = 0;
    for word in written.split(between) {
        if word.contains('/') || word.contains(|it: char| it.is_ascii_digit()) {
            let from = node.span.from + at;
            let until = from + word.len();
            reading.names.push(Spanned::new(word.to_owned(), Span { from, until }));
        }
        // White space may take more than a byte.
        at += word.len();
        at += written[at..].chars().next().map_or(0, char::len_utf8);
    }
}
