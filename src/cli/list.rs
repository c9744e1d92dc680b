//! `bellwether list`: what a spec can name, what an analysis can be told, and which analyses there are.

use super::Changes;
use super::counted;
use super::printer::Printer;
use crate::analysis;
use crate::model::diagnostic::Diagnostic;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::plan::Role;
use crate::parse;
use crate::road;
use crate::road::Names;
use clap::Args;
use serde_json::json;
use std::path::Path;

/// Arguments of `list`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether list                      the analyses
  bellwether list deviation            what may stand under `- deviation:`
  bellwether list periods              what may stand under `periods:`
  bellwether list specs/shift.yaml     the metrics, categories, periods and columns that the spec can name")]
pub(super) struct ListArguments {
    /// A spec's file, an analysis, or a part of a spec (`source`, `metric`, `periods`, `roster`).
    what: Option<String>,
    #[command(flatten)]
    changes: Changes,
}

/// Lists, and returns the exit code.
pub(super) fn list(arguments: &ListArguments, printer: &Printer) -> u8 {
    let Some(what) = &arguments.what else {
        printer.say(&analyses());
        return 0;
    };
    if let Some(keys) = part(what) {
        printer.say(&options(what, keys));
        return 0;
    }
    let spec = Path::new(what);
    if !spec.exists() {
        let message = format!("there is no spec, no analysis and no part of a spec `{what}`");
        let diagnostic = Diagnostic::spec("unknown-part", message);
        let of_analyses = analysis::REGISTRY.iter().map(|it| it.name());
        let known: Vec<&str> = parts().into_iter().map(|it| it.0).chain(of_analyses).collect();
        let hint = "`bellwether list` tells the analyses, `bellwether list spec` the parts of a spec";
        let found = diagnostic.nearest(what, known).hint(hint);
        return printer.fail(&found.into(), spec);
    }
    match road::names(&arguments.changes.request(spec)) {
        Ok(names) if printer.is_text() => {
            printer.say(&names_as_text(&names));
            0
        }
        Ok(names) => {
            printer.say(&names_as_json(&names));
            0
        }
        Err(found) => printer.fail(&found, spec),
    }
}

fn analyses() -> String {
    let widest = analysis::REGISTRY.iter().map(|it| it.name().len()).max().unwrap_or(0);
    let line = |it: &&dyn analysis::Analysis| format!("{:widest$}  {}\n", it.name(), it.summary());
    analysis::REGISTRY.iter().map(line).collect()
}

/// The list of analyses as the README prints it.
pub(super) fn analyses_as_markdown() -> String {
    let mut lines = String::from("| analysis | what it answers |\n|---|---|\n");
    for it in analysis::REGISTRY {
        lines.push_str(&format!("| `{}` | {} |\n", it.name(), it.summary()));
    }
    lines
}

/// Finds the keys of an analysis, or of a part of a spec, by its name.
fn part(name: &str) -> Option<&'static [Field]> {
    if name == "spec" {
        return Some(parse::KEYS);
    }
    // The analysis comes first where a part of the spec has the same name, unless there is nothing to say of it.
    let of_analysis = analysis::REGISTRY.iter().find(|it| it.name() == name);
    let options = of_analysis.map(|it| maps(it.form()).into_iter().next().map_or(&[][..], |it| it.1));
    if let Some(keys) = options.filter(|it| !it.is_empty()) {
        return Some(keys);
    }
    let part = parts().into_iter().find(|it| it.0 == name).map(|it| it.1);
    part.or(options)
}

/// The parts of a spec, each under the key that holds it (`notes`) and under its own name (`note`).
fn parts() -> Vec<(&'static str, &'static [Field])> {
    let mut parts: Vec<(&str, &[Field])> = Vec::new();
    let mut waiting: Vec<&Field> = parse::KEYS.iter().collect();
    while let Some(key) = waiting.pop() {
        let inside = maps(key.form);
        let Some((_, keys)) = inside.first() else {
            // A key that holds one value says all of itself.
            parts.push((key.name, std::slice::from_ref(key)));
            continue;
        };
        if inside.iter().all(|it| it.0 != key.name) {
            parts.push((key.name, keys));
        }
        for (name, keys) in inside {
            // A map may hold itself.
            if !parts.iter().any(|it| it.0 == name && std::ptr::eq(it.1, keys)) {
                parts.push((name, keys));
                waiting.extend(keys);
            }
        }
    }
    parts
}

/// The maps that a form is made of, without those inside of them.
fn maps(form: Form) -> Vec<(&'static str, &'static [Field])> {
    match form {
        Form::Map(name, keys) => vec![(name, keys)],
        Form::List(of) | Form::Items(of) | Form::Named(of) => maps(*of),
        Form::Either(forms) => forms.iter().flat_map(|it| maps(*it)).collect(),
        _ => Vec::new(),
    }
}

/// Tells keys one by one: name, form, default, meaning.
fn options(name: &str, keys: &[Field]) -> String {
    if keys.is_empty() {
        return format!("`{name}` takes no options: write `- {name}`\n");
    }
    let mut text = String::new();
    for key in keys {
        let need = match (key.is_required, key.default) {
            (true, _) => "; must be there".to_owned(),
            (false, Some(default)) => format!("; {default} where it is left out"),
            (false, None) => String::new(),
        };
        text.push_str(&format!("{}: {}{need}\n    {}\n", key.name, form(key.form), key.doc));
    }
    text
}

/// Names a form as an author would.
fn form(it: Form) -> String {
    match it {
        Form::Text => "text".to_owned(),
        Form::OneOf(values) => values.join(" | "),
        Form::Like(_) => "text".to_owned(),
        Form::Expression => "an SQL expression".to_owned(),
        Form::Count => "a whole number".to_owned(),
        Form::Number => "a number".to_owned(),
        Form::Flag => "true | false".to_owned(),
        Form::List(of) => format!("{}, or a list of such", form(*of)),
        Form::Items(of) => format!("a list, each with {}", form(*of)),
        Form::Named(of) => format!("a map of names, each with {}", form(*of)),
        Form::Map(name, _) => format!("a map (`bellwether list {name}`)"),
        Form::Either(forms) => forms.iter().map(|it| form(*it)).collect::<Vec<String>>().join(", or "),
        Form::Memo => "a list of analyses (`bellwether list`)".to_owned(),
    }
}

fn names_as_text(names: &Names) -> String {
    let plan = &names.plan;
    let mut lines = vec!["metrics".to_owned()];
    for it in &plan.metrics {
        let unit = match it.unit.to_string().as_str() {
            "" => String::new(),
            unit => format!(" in {unit}"),
        };
        lines.push(format!("  {:24} {}{unit}: {}", it.name, it.label, it.written));
    }
    if !names.categories.is_empty() {
        let noun = &plan.categories.nouns;
        lines.push(format!(
            "{noun} ({}, by `{}`)",
            names.categories.len(),
            plan.categories.column
        ));
        lines.push(format!("  {}", names.categories.join(", ")));
    }
    if !names.memos.is_empty() {
        lines.push(format!("memos ({})", names.memos.len()));
        for (slug, label) in &names.memos {
            lines.push(format!("  {slug:24} {label}"));
        }
    }
    if !plan.segments.is_empty() {
        lines.push("segments".to_owned());
    }
    for it in &plan.segments {
        lines.push(format!("  {:24} {}: column `{}`", it.name, it.label, it.column));
    }
    if let Some(roster) = &plan.roster {
        lines.push("features of the roster".to_owned());
        for it in &roster.features {
            lines.push(format!("  {:24} {}: {}", it.name, it.label, it.written));
        }
        let segments: Vec<String> = roster.leaves().into_iter().map(|it| it.id).collect();
        if !roster.segments.is_empty() {
            lines.push("segments of the roster".to_owned());
            lines.push(format!("  {}", segments.join(", ")));
        }
    }
    lines.extend(periods_as_text(names));
    for (source, columns) in plan.sources.iter().zip(&names.columns) {
        let role = match &source.role {
            Role::Events { .. } => "what happened",
            Role::Customers { .. } => "customers",
            Role::Things { .. } => "looked up",
        };
        lines.push(format!(
            "columns of `{}` ({role}; {})",
            source.name,
            counted(source.files.len(), "file", "files")
        ));
        for (name, holds) in columns {
            lines.push(format!("  {name:24} {}", holds.name()));
        }
        for (name, _) in &source.columns {
            lines.push(format!("  {name:24} computed by the spec"));
        }
        for lookup in &source.lookups {
            for name in &lookup.brings {
                lines.push(format!(
                    "  {name:24} of `{}`, by `{}`",
                    lookup.table.name, lookup.column
                ));
            }
        }
    }
    let analyses: Vec<&str> = analysis::REGISTRY.iter().map(|it| it.name()).collect();
    lines.push("analyses (`bellwether list NAME` tells their options)".to_owned());
    lines.push(format!("  {}", analyses.join(", ")));
    if names.found.has_errors() {
        lines.push("The spec has mistakes, and more could be named without them: `bellwether check` tells.".to_owned());
    }
    lines.into_iter().flat_map(|it| [it, "\n".to_owned()]).collect()
}

/// Periods are known where the spec is right.
fn periods_as_text(names: &Names) -> Vec<String> {
    let periods = &names.plan.periods;
    let (Some(first), Some(last), false) = (
        periods.history.first(),
        periods.history.last(),
        names.found.has_errors(),
    ) else {
        return Vec::new();
    };
    let mut lines = vec![
        format!("periods ({})", periods.grain.nouns()),
        format!("  {:24} the memo is about", periods.target_name()),
        format!(
            "  {:24} history: {}",
            format!("{} to {}", periods.calendar.name(first), periods.calendar.name(last)),
            periods.history.len()
        ),
    ];
    for it in &periods.comparisons {
        let of: Vec<String> = it.periods.iter().map(|it| periods.calendar.name(it)).collect();
        lines.push(format!("  {:24} {}", it.name, of.join(", ")));
    }
    lines
}

fn names_as_json(names: &Names) -> String {
    let plan = &names.plan;
    let periods = (!names.found.has_errors()).then_some(&plan.periods);
    let columns: Vec<serde_json::Value> = plan
        .sources
        .iter()
        .zip(&names.columns)
        .map(|(source, columns)| {
            let columns: Vec<serde_json::Value> = columns
                .iter()
                .map(|(name, holds)| json!({ "name": name, "holds": holds }))
                .collect();
            json!({ "source": source.name, "columns": columns })
        })
        .collect();
    let json = json!({
        "metrics": plan.metrics, "categories": names.categories, "memos": names.memos, "segments": plan.segments,
        "features": plan.roster.as_ref().map(|it| &it.features), "periods": periods, "sources": columns,
        "analyses": analysis::REGISTRY.iter().map(|it| it.name()).collect::<Vec<&str>>(),
    });
    serde_json::to_string_pretty(&json).expect("names are text") + "\n"
}
