//! Templates: the shipped ones, and an author's overrides by block.
//!
//! `templates/memo.html` beside a spec may extend `bellwether/memo.html` and override any block of
//! it. It must not know the file system: texts arrive by name.

use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use minijinja::Environment;
use minijinja::UndefinedBehavior;
use minijinja::Value;
use minijinja::syntax::SyntaxConfig;
use std::collections::BTreeMap;

/// Names under which the shipped templates can be extended, and their texts.
const SHIPPED: [(&str, &str); 2] = [
    (
        "bellwether/memo.html",
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/memo.html")),
    ),
    (
        "bellwether/memo.typ",
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/memo.typ")),
    ),
];

/// The templates of a memo.
#[derive(Debug, Clone, Default)]
pub struct Templates {
    overrides: BTreeMap<String, String>,
}

impl Templates {
    /// Takes the texts of an author's `templates/` by file name; empty for the shipped ones alone.
    pub fn new(overrides: BTreeMap<String, String>) -> Self {
        Self { overrides }
    }

    /// Iterates over all texts by name, in the order of names: what a manifest hashes.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = self.overrides.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let mut all: Vec<(&str, &str)> = SHIPPED.into_iter().chain(own).collect();
        all.sort_unstable();
        all.into_iter()
    }

    /// Renders `memo.html`: values are escaped.
    pub(super) fn html(&self, context: Value) -> Result<String, Diagnostics> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        self.render(environment, "memo.html", context)
    }

    /// Renders `memo.typ`: blocks are put together, and there is no value to put in.
    ///
    /// Its delimiters are `((% %))`, `(( ))` and `((# #))`: braces and hashes mean something in that language.
    pub(super) fn typst(&self) -> Result<String, Diagnostics> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let syntax = SyntaxConfig::builder()
            .block_delimiters("((%", "%))")
            .variable_delimiters("((=", "=))")
            .comment_delimiters("((#", "#))")
            .build()
            .expect("the delimiters differ from each other");
        environment.set_syntax(syntax);
        self.render(environment, "memo.typ", Value::UNDEFINED)
    }

    fn render<'a>(
        &'a self,
        mut environment: Environment<'a>,
        name: &str,
        context: Value,
    ) -> Result<String, Diagnostics> {
        // The two media differ in syntax: a template of the one cannot be read as the other.
        let is_typst = |name: &str| name.ends_with(".typ");
        for (own_name, text) in self.texts().filter(|it| is_typst(it.0) == is_typst(name)) {
            environment
                .add_template(own_name, text)
                .map_err(|err| diagnostic(own_name, &err))?;
        }
        let shipped = format!("bellwether/{name}");
        let name = if self.overrides.contains_key(name) {
            name
        } else {
            shipped.as_str()
        };
        let template = environment.get_template(name).map_err(|err| diagnostic(name, &err))?;
        template.render(context).map_err(|err| diagnostic(name, &err))
    }
}

/// What is wrong with a template, and in which line of which.
fn diagnostic(name: &str, err: &minijinja::Error) -> Diagnostics {
    let place = match (err.name(), err.line()) {
        (Some(name), Some(line)) => format!("`{name}`, line {line}"),
        _ => format!("`{name}`"),
    };
    let what = err
        .detail()
        .map_or_else(|| err.kind().to_string(), |detail| format!("{}: {detail}", err.kind()));
    Diagnostic::render("template", format!("the template {place} cannot be rendered: {what}"))
        .hint("compare with the shipped template: its blocks can be overridden one by one")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_block_is_overridden_and_the_others_stay() {
        let own = "((% extends \"bellwether/memo.typ\" %))((% block kpis %))#let kpis = none // mine\n((% endblock %))";
        let source = Templates::new(BTreeMap::from([("memo.typ".into(), own.into())]))
            .typst()
            .expect("it extends");
        assert!(source.contains("// mine"));
        assert!(source.contains("#let masthead"));
    }

    #[test]
    fn a_broken_template_is_named_with_its_line() {
        let own = "<p>\n{{ 1 | nofilter }}";
        let templates = Templates::new(BTreeMap::from([("memo.html".into(), own.into())]));
        let wrong = templates.html(Value::UNDEFINED).expect_err("there is no such filter");
        assert!(
            wrong.0[0].message.contains("`memo.html`, line 2"),
            "{}",
            wrong.0[0].message
        );
    }
}
