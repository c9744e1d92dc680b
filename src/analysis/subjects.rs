//! Which categories an analysis looks at: `of: movers`, `of: top 3`, or names.

use super::Run;
use super::Scope;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Spanned;
use crate::model::facts::Facts;
use crate::model::field::Form;
use crate::model::node::Node;
use crate::words::text;
use serde::Serialize;

/// The categories that an analysis looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subjects {
    /// Those whose deviation survives the false-discovery control.
    Movers,
    /// The first so many by |CII|, marked where they are within chance.
    Top(usize),
    /// By name.
    Named(#[serde(serialize_with = "names")] Vec<Spanned<String>>),
}

/// Writes names without their places.
fn names<S: serde::Serializer>(names: &[Spanned<String>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(names.iter().map(|it| &it.value))
}

impl Subjects {
    /// How a spec writes it.
    pub const FORM: Form = Form::List(&Form::Text);

    /// What `of:` means.
    pub const DOC: &str = "Which categories: `movers`, `top 3` by their deviation, or names.";

    /// Reads `of:`; movers where it is left out.
    pub fn read(node: Option<&Node>, scope: &Scope, found: &mut Diagnostics) -> Option<Self> {
        let Some(node) = node else { return Some(Self::Movers) };
        let texts = node.texts("`of`", found);
        if let [one] = texts.as_slice() {
            let words: Vec<&str> = one.value.split_whitespace().collect();
            match words.as_slice() {
                ["movers"] => return Some(Self::Movers),
                ["top"] | ["top", _] => return top(one, words.get(1).copied(), found),
                _ => {}
            }
        }
        if texts.is_empty() {
            let message = "`of` names nobody";
            let hint = "`of: movers`, `of: top 3`, or names as `of: [Grocery, Books]`";
            found.push(Diagnostic::spec("bad-subjects", message).at(node.span).hint(hint));
            return None;
        }
        let n_before = found.0.len();
        if !scope.categories.is_empty() {
            let is_known = |it: &&Spanned<String>| {
                scope.categories.contains(&it.value) || it.value == scope.plan.categories.others
            };
            for name in texts.iter().filter(|it| !is_known(it)) {
                let of = format!("the data have no {} `{}`", scope.plan.categories.noun, name.value);
                let words = ["movers", "top 3"].into_iter().filter(|_| texts.len() == 1);
                let known = words.chain(scope.categories.iter().map(String::as_str));
                let diagnostic = Diagnostic::spec("unknown-category", of).at(name.span);
                found.push(diagnostic.nearest(&name.value, known));
            }
        }
        (found.0.len() == n_before).then_some(Self::Named(texts))
    }

    /// Returns the safe names of the categories, in rank order; names that the periods' rows lack are diagnostics.
    pub fn slugs(&self, run: &Run, found: &mut Diagnostics) -> Vec<String> {
        match self {
            Self::Movers => run.facts.list("deviation/movers").to_vec(),
            Self::Top(n) => run.facts.list("deviation/ranking").iter().take(*n).cloned().collect(),
            Self::Named(names) => names
                .iter()
                .filter_map(|name| {
                    let category = run.panel.categories.iter().position(|it| *it == name.value);
                    if category.is_none() && run.panel.joined.hides(&name.value) {
                        found.push(hidden(run, &name.value));
                    } else if category.is_none() && name.value != run.plan.categories.others {
                        let noun = &run.plan.categories.noun;
                        let message = format!("the {noun} `{}` has no row in any period of the memo", name.value);
                        let known = run.panel.categories.iter().map(String::as_str);
                        let diagnostic = Diagnostic::data("unknown-category", message).at(name.span);
                        found.push(diagnostic.nearest(&name.value, known));
                    }
                    category.map(|idx| run.slugs[idx].clone())
                })
                .collect(),
        }
    }
}

/// Warns of a category that has too few customers to be looked at: the rest of the memo goes on without it.
fn hidden(run: &Run, label: &str) -> Diagnostic {
    let joined = &run.panel.joined;
    let message = if joined.members.iter().any(|it| it == label) {
        format!(
            "`{label}` has too few customers to be looked at alone: it stands in `{}`",
            joined.label
        )
    } else {
        format!("`{label}` is left out, so that what `skip` names cannot be worked out")
    };
    Diagnostic::warning("hidden-category", message)
}

/// Reads how many `top` means.
fn top(written: &Spanned<String>, n: Option<&str>, found: &mut Diagnostics) -> Option<Subjects> {
    let n = n.and_then(|it| it.parse::<usize>().ok()).filter(|it| *it > 0);
    if n.is_none() {
        let message = format!("`of: {}` does not say how many", written.value);
        let diagnostic = Diagnostic::spec("bad-subjects", message).at(written.span);
        found.push(diagnostic.hint("write `of: top 3`"));
    }
    n.map(Subjects::Top)
}

/// True where a category's deviation survives the false-discovery control.
pub fn is_mover(facts: &Facts, slug: &str) -> bool {
    facts.list("deviation/movers").iter().any(|it| it == slug)
}

/// Returns the safe name of a category by its label; one made of the label where no analysis named it.
pub fn slug_of(facts: &Facts, label: &str) -> String {
    let place = facts.list("categories/labels").iter().position(|it| it == label);
    let known = place.and_then(|idx| facts.list("categories/ids").get(idx)).cloned();
    known.unwrap_or_else(|| text::slug(label))
}

/// Returns the label of a category by its safe name.
pub fn label<'a>(facts: &'a Facts, slug: &'a str) -> &'a str {
    let place = facts.list("categories/ids").iter().position(|it| it == slug);
    place
        .and_then(|idx| facts.list("categories/labels").get(idx))
        .map_or(slug, String::as_str)
}
