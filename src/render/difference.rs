//! Differences between memos as one HTML page: it needs nothing else, neither network nor script.
//!
//! What it prints arrives as final strings, and is escaped by the template engine. It must not know what was compared.

use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use minijinja::AutoEscape;
use minijinja::Environment;
use minijinja::UndefinedBehavior;
use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

/// The page.
const TEMPLATE: &str = include_str!("../../templates/diff.html");

/// A pair of memos and what differs.
#[derive(Debug, Clone, Serialize)]
pub struct Pair {
    /// What is told of both at once: the place that they share.
    pub title: String,
    /// The first.
    pub was: String,
    /// The second.
    pub is: String,
    /// One sentence: how many facts moved, and by what.
    pub summary: String,
    /// Cause, what, before, after.
    pub changes: Vec<[String; 4]>,
    /// Fact, before, after, by how much, cause.
    pub moved: Vec<[String; 5]>,
}

/// Lays out pairs of memos as one page.
///
/// # Errors
/// Where the template is broken, which is our mistake.
pub fn html(pairs: &[Pair]) -> Result<String, Diagnostics> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let rendered = environment.render_named_str(
        "diff.html",
        TEMPLATE,
        minijinja::context! { pairs => Value::from(Serde(pairs)) },
    );
    rendered.map_err(|error| Diagnostic::render("template", format!("diff.html: {error}")).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_data_say_is_never_markup() {
        let pair = Pair {
            title: "<b>a</b>".to_owned(),
            was: "\"x\"".to_owned(),
            is: "&".to_owned(),
            summary: "<script>".to_owned(),
            changes: vec![["<i>", "1", "2", "3"].map(str::to_owned)],
            moved: vec![["<u>", "1", "2", "3", "4"].map(str::to_owned)],
        };
        let page = html(&[pair]).expect("it renders");
        for text in ["<b>a", "<i>", "<u>", "<script"] {
            assert!(!page.contains(text), "{text}");
        }
        assert!(page.contains("&lt;b&gt;a"));
    }
}
