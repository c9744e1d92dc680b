//! The HTML memo: one file that needs nothing else, neither network nor storage.
//!
//! Fonts, charts and facts are inside. What comes from data is escaped by the template engine or
//! here; a content security policy allows the two elements that this module has marked, and nothing
//! else. It must not know how a figure was computed.

use super::Templates;
use super::view;
use super::view::Medium;
use crate::chart::fonts;
use crate::model::diagnostic::Diagnostics;
use crate::model::memo::Memo;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use minijinja::Value;
use minijinja::context;
use minijinja::value::Serde;
use std::fmt::Write;

/// Returns the memo as one HTML file.
///
/// `facts_json` is an object of facts by id, as `facts.json` has it: each figure shows its fact when it is
/// clicked or focused. The same memo, facts and templates give the same bytes.
///
/// # Errors
/// Where a template is broken, or an id is unfit.
pub fn html(memo: &Memo, facts_json: &str, templates: &Templates) -> Result<String, Diagnostics> {
    let view = view::view(memo, Medium::Screen)?;
    let facts = script_safe(facts_json);
    let labels = script_safe(&view.memo["labels"].to_string());
    // A nonce that the data's author cannot know beforehand: it depends on all of the data.
    let nonce = blake3::hash(format!("{}{facts}", view.memo).as_bytes()).to_hex()[..32].to_owned();
    let widths: String = view.widths.iter().map(|it| grid_rule(it)).collect();
    let cards: String = view.card_charts.iter().map(card_rule).collect();
    templates.html(context! {
        memo => Value::from(Serde(view.memo)),
        facts => Value::from_safe_string(facts),
        labels => Value::from_safe_string(labels),
        fonts => Value::from_safe_string(font_faces()),
        widths => Value::from_safe_string(widths),
        cards => Value::from_safe_string(cards),
        nonce => nonce,
    })
}

/// JSON that cannot end the script element it stands in, nor open a comment there.
fn script_safe(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            // These stand inside strings only, where JSON allows the escape.
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            _ => out.push(c),
        }
    }
    out
}

/// The shipped web fonts as style rules.
fn font_faces() -> String {
    let mut css = String::new();
    for file in fonts::WEB_FILES {
        let family = if file.name.contains("Serif") {
            "Bellwether Serif"
        } else {
            "Bellwether Sans"
        };
        let weight = if file.name.contains("Semibold") { 600 } else { 400 };
        // Writing to a string cannot fail.
        let _ = writeln!(
            css,
            "@font-face{{font-family:\"{family}\";font-weight:{weight};src:url(data:font/woff2;base64,{}) format(\"woff2\")}}",
            BASE64_STANDARD.encode(file.bytes)
        );
    }
    css
}

/// The style rule of columns whose relative widths are written `178-298`.
fn grid_rule(class: &str) -> String {
    let tracks: Vec<String> = class.split('-').map(|it| format!("minmax(0,{it}fr)")).collect();
    format!(".w-{class}{{grid-template-columns:{}}}", tracks.join(" "))
}

/// The style rule of a card's chart: as wide, among the others, as it was drawn.
fn card_rule((table, column_idx, width): &(String, usize, u32)) -> String {
    format!("#t-{table} .p-chart:nth-child({}){{flex-grow:{width}}}", column_idx + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_cannot_leave_their_script() {
        let safe = script_safe("{\"a\":\"</script><!--\u{2028}\"}");
        assert!(!safe.contains('<') && !safe.contains('\u{2028}'));
        let back: serde_json::Value = serde_json::from_str(&safe).expect("it is still JSON");
        assert_eq!(back["a"], "</script><!--\u{2028}");
    }

    #[test]
    fn columns_keep_their_ratio() {
        assert_eq!(
            grid_rule("178-298"),
            ".w-178-298{grid-template-columns:minmax(0,178fr) minmax(0,298fr)}"
        );
    }
}
