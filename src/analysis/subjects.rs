//! Which categories an analysis looks at: `of: movers`, `of: top 3`, or names.

use super::Run;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::facts::Facts;
use crate::model::node::Node;
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
    Named(Vec<String>),
}

impl Subjects {
    /// Reads `of:`; movers where it is left out.
    pub fn read(node: Option<&Node>, found: &mut Diagnostics) -> Option<Self> {
        let Some(node) = node else { return Some(Self::Movers) };
        let texts = node.texts("`of`", found);
        let [one] = texts.as_slice() else {
            return Some(Self::Named(texts.into_iter().map(|it| it.value).collect()));
        };
        let words: Vec<&str> = one.value.split_whitespace().collect();
        match words.as_slice() {
            ["movers"] => Some(Self::Movers),
            ["top", n] => match n.parse::<usize>() {
                Ok(n) if n > 0 => Some(Self::Top(n)),
                _ => {
                    let message = format!("`of: {}` does not say how many", one.value);
                    found.push(
                        Diagnostic::spec("bad-subjects", message)
                            .at(node.span)
                            .hint("write `of: top 3`"),
                    );
                    None
                }
            },
            _ => Some(Self::Named(vec![one.value.clone()])),
        }
    }

    /// Returns the safe names of the categories, in rank order; names that the data lack are diagnostics.
    pub fn slugs(&self, run: &Run, found: &mut Diagnostics) -> Vec<String> {
        match self {
            Self::Movers => run.facts.list("deviation/movers").to_vec(),
            Self::Top(n) => run.facts.list("deviation/ranking").iter().take(*n).cloned().collect(),
            Self::Named(names) => names
                .iter()
                .filter_map(|name| {
                    let category = run.panel.categories.iter().position(|it| it == name);
                    if category.is_none() {
                        let message = format!("the data have no {} `{name}`", run.plan.categories.noun);
                        let known = run.panel.categories.iter().map(String::as_str);
                        found.push(Diagnostic::data("unknown-category", message).nearest(name, known));
                    }
                    category.map(|idx| run.slugs[idx].clone())
                })
                .collect(),
        }
    }
}

/// True where a category's deviation survives the false-discovery control.
pub fn is_mover(facts: &Facts, slug: &str) -> bool {
    facts.list("deviation/movers").iter().any(|it| it == slug)
}

/// Returns the label of a category by its safe name.
pub fn label<'a>(facts: &'a Facts, slug: &'a str) -> &'a str {
    let place = facts.list("categories/ids").iter().position(|it| it == slug);
    place
        .and_then(|idx| facts.list("categories/labels").get(idx))
        .map_or(slug, String::as_str)
}
