//! The HTML memo: one file that needs nothing else, neither network nor storage.
//!
//! Fonts, charts and facts are inside. What comes from data is escaped by the template engine or
//! here; a content security policy allows the two elements that this module has marked, and nothing
//! else. It must not know how a figure was computed.

use super::Templates;
use super::view;
use super::view::Medium;
use crate::chart::fonts;
use crate::chart::fonts::Fonts;
use crate::model::diagnostic::Diagnostics;
use crate::model::memo::Memo;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use minijinja::Value;
use minijinja::context;
use minijinja::value::Serde;
use std::fmt::Write;
use ttf_parser::Face;
use ttf_parser::name_id::FULL_NAME;

/// Returns the memo as one HTML file.
///
/// `facts_json` is an object of facts by id, as `facts.json` has it: each figure shows its fact when it is
/// clicked or focused. The same memo, facts, templates and fonts give the same bytes.
///
/// # Errors
/// Where a template is broken, or an id is unfit.
pub fn html(memo: &Memo, facts_json: &str, templates: &Templates, fonts: &Fonts) -> Result<String, Diagnostics> {
    let view = view::view(memo, Medium::Screen, fonts)?;
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
        fonts => Value::from_safe_string(font_faces() + &own_faces(memo, fonts)),
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

/// Style rules by which a browser takes a spec's font, where its reader has it, for the letters that it is there for.
///
/// A memo loads nothing, and a font of ten thousand letters is too large to carry: for a reader without it the browser
/// takes what it would have taken.
fn own_faces(memo: &Memo, fonts: &Fonts) -> String {
    let mut css = String::new();
    for (font, letters) in fonts.drawn_by_own(&view::foreign(memo)) {
        // A browser knows a font of its machine by one of these two.
        let face = Face::parse(font.data(), font.index()).ok();
        let full = face.and_then(|it| it.names().into_iter().find(|it| it.name_id == FULL_NAME)?.to_string());
        let mut names: Vec<String> = full.into_iter().collect();
        names.extend(font.post_script_name());
        names.dedup();
        if names.is_empty() {
            continue;
        }
        let sources: Vec<String> = names.iter().map(|it| format!("local(\"{}\")", css_text(it))).collect();
        let range: Vec<String> = letters.iter().map(|it| format!("U+{:X}", u32::from(*it))).collect();
        for family in ["Bellwether Sans", "Bellwether Serif"] {
            // Writing to a string cannot fail.
            let _ = writeln!(
                css,
                "@font-face{{font-family:\"{family}\";font-weight:400 600;src:{};unicode-range:{}}}",
                sources.join(","),
                range.join(",")
            );
        }
    }
    css
}

/// Text that can leave neither a string of a style sheet nor the element that it stands in.
fn css_text(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.') {
            out.push(c);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\{:x} ", u32::from(c));
        }
    }
    out
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
