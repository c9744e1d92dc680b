//! Parameters: values with names, that a command line can say otherwise.
//!
//! `{{ params.region }}` in any text of a spec is the value of `region`. They are filled in before a key is read, so that
//! whatever reads a text need not know of them. It must not know what a parameter is used for.

use super::each;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Spanned;
use crate::model::node::Kind;
use crate::model::node::Node;
use std::collections::BTreeMap;

/// The key of a spec that declares them.
pub(super) const KEY: &str = "params";

/// What begins and ends a place that is filled in.
const OPEN: &str = "{{";
const CLOSE: &str = "}}";
const PREFIX: &str = "params.";

/// Fills parameters in, all through a spec. `given` are values of the command line, as they were typed; `set` is the set
/// of `for_each:` whose values hold.
pub(super) fn fill(root: &mut Node, given: &BTreeMap<String, String>, set: Option<usize>, found: &mut Diagnostics) {
    let mut values = declared(root, found);
    let sets = sets(root);
    for (name, typed) in given {
        if sets.iter().flatten().any(|it| it.0.value == *name) {
            let message = format!("`for_each` says `{name}` for each memo: no flag can say it for all");
            let hint = "choose among the memos with `--select`";
            found.push(Diagnostic::spec("param-of-for-each", message).hint(hint));
            continue;
        }
        match values.iter_mut().find(|it| it.0 == *name) {
            Some(value) => value.1 = kind_of(typed),
            None => {
                let message = format!("the spec has no parameter `{name}`");
                let known: Vec<&str> = values.iter().map(|it| it.0.as_str()).collect();
                let diagnostic = Diagnostic::spec("unknown-param", message);
                found.push(if known.is_empty() {
                    diagnostic.hint(format!(
                        "declare it with what holds where nobody says otherwise: `params: {{ {name}: … }}`"
                    ))
                } else {
                    diagnostic.nearest(name, known)
                });
            }
        }
    }
    for (name, node) in set.and_then(|it| sets.into_iter().nth(it)).into_iter().flatten() {
        if let Some(value) = values.iter_mut().find(|it| it.0 == name.value) {
            value.1 = node.kind;
        }
    }
    let Kind::Map(entries) = &mut root.kind else { return };
    for (name, node) in entries {
        // A set says what parameters are, and holds none.
        let is_sets = name.value == each::KEY && matches!(node.kind, Kind::List(_));
        if name.value != "title" {
            misplaced(node, &name.value, name.value == "memo", found);
        }
        if name.value != KEY && !is_sets {
            filled(node, &values, found);
        }
    }
}

/// Reports `{{ each }}` where nobody fills it in: in a text it is the body's.
fn misplaced(node: &Node, key: &str, is_in_memo: bool, found: &mut Diagnostics) {
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|it| misplaced(it, key, is_in_memo, found)),
        Kind::Map(entries) => entries
            .iter()
            .for_each(|it| misplaced(&it.1, &it.0.value, is_in_memo, found)),
        Kind::Text(text) if !(is_in_memo && ["body", "text"].contains(&key)) => {
            let mut pieces = text.split(OPEN).skip(1).filter_map(|it| it.split_once(CLOSE));
            if pieces.any(|it| it.0.trim() == "each") {
                let message = "`{{ each }}` is filled in in the title and in the body of a text, and not here";
                let diagnostic = Diagnostic::spec("title-template", message).at(node.span);
                found.push(diagnostic.hint("sets of parameters can say it: `{{ params.name }}`"));
            }
        }
        _ => {}
    }
}

/// Lists the sets of `for_each:`, as far as they are sets.
fn sets(root: &Node) -> Vec<Vec<(Spanned<String>, Node)>> {
    let items = match top(root, each::KEY).map(|it| &it.kind) {
        Some(Kind::List(items)) => items.as_slice(),
        _ => &[],
    };
    let entries = items.iter().map(|it| match &it.kind {
        Kind::Map(entries) => entries.clone(),
        _ => Vec::new(),
    });
    entries.collect()
}

/// Lists the names of the parameters that a spec declares.
pub(super) fn names(root: &Node) -> Vec<String> {
    match top(root, KEY).map(|it| &it.kind) {
        Some(Kind::Map(entries)) => entries.iter().map(|it| it.0.value.clone()).collect(),
        _ => Vec::new(),
    }
}

/// Returns a single value as text; `None` for a list, a map or nothing.
pub(super) fn single(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::List(_) | Kind::Map(_) | Kind::Null => None,
        kind => Some(printed(kind)),
    }
}

fn printed(kind: &Kind) -> String {
    match kind {
        Kind::Text(text) => text.clone(),
        Kind::Int(x) => x.to_string(),
        Kind::Float(x) => x.to_string(),
        Kind::Bool(x) => x.to_string(),
        Kind::Null | Kind::List(_) | Kind::Map(_) => String::new(),
    }
}

/// Returns what stands behind a key of the spec.
fn top<'a>(root: &'a Node, key: &str) -> Option<&'a Node> {
    let Kind::Map(entries) = &root.kind else { return None };
    entries.iter().find(|it| it.0.value == key).map(|it| &it.1)
}

/// Reads `params:`, a map of names to single values.
fn declared(root: &Node, found: &mut Diagnostics) -> Vec<(String, Kind)> {
    let Some(node) = top(root, KEY) else {
        return Vec::new();
    };
    let mut values = Vec::new();
    for (name, node) in node.entries("`params`", found) {
        super::decode::check_name(name, "parameter", found);
        match &node.kind {
            Kind::List(_) | Kind::Map(_) | Kind::Null => {
                found.push(node.unexpected(&format!("the parameter `{}`", name.value), "one value"));
                // Who names it has made no mistake.
                values.push((name.value.clone(), Kind::Text(String::new())));
            }
            kind => values.push((name.value.clone(), kind.clone())),
        }
    }
    values
}

/// Reads a value as a spec would.
fn kind_of(typed: &str) -> Kind {
    if let Ok(number) = typed.parse() {
        return Kind::Int(number);
    }
    match (typed.parse::<f64>(), typed) {
        (Ok(number), _) if number.is_finite() => Kind::Float(number),
        (_, "true") => Kind::Bool(true),
        (_, "false") => Kind::Bool(false),
        _ => Kind::Text(typed.to_owned()),
    }
}

fn filled(node: &mut Node, values: &[(String, Kind)], found: &mut Diagnostics) {
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(|it| filled(it, values, found)),
        Kind::Map(entries) => entries.iter_mut().for_each(|it| filled(&mut it.1, values, found)),
        Kind::Text(text) if text.contains(OPEN) => {
            let written = Spanned::new(text.clone(), node.span);
            if let Some(kind) = filled_text(&written, values, found) {
                node.kind = kind;
            }
        }
        _ => {}
    }
}

/// Returns a text with its parameters in; the parameter itself where the text is nothing else. `None` where it names none.
fn filled_text(written: &Spanned<String>, values: &[(String, Kind)], found: &mut Diagnostics) -> Option<Kind> {
    let mut text = String::new();
    let mut rest = written.value.as_str();
    let mut only = None;
    let mut has_any = false;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let Some((inside, tail)) = after.split_once(CLOSE) else {
            break;
        };
        text.push_str(before);
        rest = tail;
        let Some(name) = inside.trim().strip_prefix(PREFIX) else {
            // Somebody else's: a period in a title, a fact in a text.
            text.push_str(&format!("{OPEN}{inside}{CLOSE}"));
            continue;
        };
        has_any = true;
        let Some((_, value)) = values.iter().find(|it| it.0 == name) else {
            let diagnostic = Diagnostic::spec("unknown-param", format!("there is no parameter `{name}`"));
            let known = values.iter().map(|it| it.0.as_str());
            found.push(diagnostic.at(written.span).nearest(name, known));
            continue;
        };
        let printed = printed(value);
        // A text in quotes cannot end them.
        let is_quoted = text.matches('\'').count() % 2 == 1;
        let printed = if is_quoted {
            printed.replace('\'', "''")
        } else {
            printed
        };
        only = (before.is_empty() && tail.is_empty() && text.is_empty()).then(|| value.clone());
        text.push_str(&printed);
    }
    text.push_str(rest);
    has_any.then(|| only.unwrap_or(Kind::Text(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::yaml;

    fn of(text: &str, given: &[(&str, &str)]) -> (Node, Diagnostics) {
        let mut found = Diagnostics::new();
        let mut root = yaml::tree(text, &mut found).expect("it is YAML");
        let given = given
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        fill(&mut root, &given.collect(), None, &mut found);
        (root, found)
    }

    fn value(root: &Node, key: &str) -> Kind {
        let Kind::Map(entries) = &root.kind else {
            panic!("a map")
        };
        entries
            .iter()
            .find(|it| it.0.value == key)
            .expect("it is there")
            .1
            .kind
            .clone()
    }

    const SPEC: &str = "params: { region: North, n: 5 }\ntitle: \"{{ params.region }}: {{ period.label }}\"\n\
                        rule: region = '{{ params.region }}'\nshow: \"{{ params.n }}\"\n";

    #[test]
    fn a_parameter_is_filled_in_and_keeps_its_kind_where_it_stands_alone() {
        let (root, found) = of(SPEC, &[]);
        assert!(found.0.is_empty(), "{found:?}");
        assert_eq!(value(&root, "title"), Kind::Text("North: {{ period.label }}".into()));
        assert_eq!(value(&root, "show"), Kind::Int(5));
        let (root, _) = of(SPEC, &[("region", "O'Neill"), ("n", "0.5")]);
        assert_eq!(value(&root, "rule"), Kind::Text("region = 'O''Neill'".into()));
        assert_eq!(value(&root, "show"), Kind::Float(0.5));
    }

    #[test]
    fn a_parameter_that_there_is_not_is_told_wherever_it_stands() {
        let (_, found) = of(&SPEC.replace("{{ params.n }}", "{{ params.m }}"), &[("regin", "South")]);
        let codes: Vec<&str> = found.0.iter().map(|it| it.code.as_ref()).collect();
        assert_eq!(codes, ["unknown-param", "unknown-param"]);
        assert_eq!(found.0[0].hints, ["did you mean `region`?"]);
    }
}
