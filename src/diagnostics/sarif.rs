//! Diagnostics as SARIF 2.1.0: the form in which code hosts and editors take the findings of a checker.
//!
//! Source: OASIS (2020), "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".

use super::line_column;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Severity;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;

/// What was found in one file.
#[derive(Debug, Clone)]
pub struct Found {
    /// What was found.
    pub diagnostics: Diagnostics,
    /// The file, as it was named.
    pub file_name: String,
    /// Its text.
    pub text: String,
}

/// Returns one SARIF document about all files, with a final line break.
pub fn render_sarif(all: &[Found]) -> String {
    let codes: BTreeSet<&str> = all
        .iter()
        .flat_map(|it| it.diagnostics.0.iter().map(|it| it.code.as_ref()))
        .collect();
    let results: Vec<Value> = all
        .iter()
        .flat_map(|file| file.diagnostics.0.iter().map(|it| result(it, file)))
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "bellwether",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": codes.iter().map(|it| json!({ "id": it })).collect::<Vec<Value>>(),
            } },
            // Columns count characters, as they do on the terminal.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&document).expect("JSON is text") + "\n"
}

fn result(it: &Diagnostic, file: &Found) -> Value {
    let level = match it.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let sentences: Vec<&str> = std::iter::once(&it.message)
        .chain(&it.hints)
        .map(String::as_str)
        .collect();
    let mut place = json!({ "artifactLocation": { "uri": uri(&file.file_name) } });
    if let Some(span) = it.span {
        let (line, column) = line_column(&file.text, span.from);
        let (end_line, end_column) = line_column(&file.text, span.until.max(span.from));
        place["region"] =
            json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column });
    }
    json!({
        "ruleId": it.code,
        "level": level,
        "message": { "text": sentences.join("; ") },
        "locations": [{ "physicalLocation": place }],
    })
}

/// A path as a relative URI reference: what is not plain is written as its bytes.
fn uri(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::diagnostic::Span;

    #[test]
    fn a_finding_has_its_rule_its_place_and_what_to_do() {
        let text = "a: é\nmetrcs: 1\n";
        let from = text.find("metrcs").expect("it stands there");
        let diagnostic = Diagnostic::spec("unknown-key", "the spec has no key `metrcs`")
            .at(Span { from, until: from + 6 })
            .hint("did you mean `metrics`?");
        let found = Found {
            diagnostics: diagnostic.into(),
            file_name: "my specs/ü.yaml".into(),
            text: text.into(),
        };
        let document: Value = serde_json::from_str(&render_sarif(&[found])).expect("it is JSON");
        let result = &document["runs"][0]["results"][0];
        assert_eq!(
            document["runs"][0]["tool"]["driver"]["rules"][0]["id"],
            result["ruleId"]
        );
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "my%20specs/%C3%BC.yaml");
        assert_eq!(
            place["region"],
            json!({ "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 7 })
        );
        assert_eq!(
            result["message"]["text"],
            "the spec has no key `metrcs`; did you mean `metrics`?"
        );
    }
}
