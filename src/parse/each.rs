//! What makes several memos of one spec: values of a column, or sets of parameters.
//!
//! It must not know which values the data hold.

use super::decode::Reading;
use super::decode::refuse_repeats;
use super::decode::required_text;
use super::decode::texts;
use super::params;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Spanned;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::node::Kind;
use crate::model::node::Node;
use crate::model::spec::ForEachSpec;
use crate::model::spec::SetSpec;

/// The key of a spec.
pub(super) const KEY: &str = "for_each";

/// What stands behind it.
pub(super) const FOR_EACH: Form = Form::Either(&[
    Form::Text,
    Form::Map(KEY, KEYS),
    Form::Items(&Form::Named(&Form::Either(&[Form::Number, Form::Flag, Form::Text]))),
]);

/// What `for_each:` may say of a column.
const KEYS: &[Field] = &[
    Field::must("by", Form::Text, "The column each of whose values gets a memo."),
    Field::may(
        "only",
        Form::List(&Form::Text),
        "The values that get one. Where it is left out: all.",
    ),
    Field::may("skip", Form::List(&Form::Text), "Values that get none."),
];

/// The key of a set that is no parameter, unless one is declared: what the memo is called.
const NAME: &str = "name";

/// Reads `for_each:`; `chosen` is the set whose parameters were filled in.
pub(super) fn for_each(
    root: &Node,
    node: &Node,
    chosen: Option<usize>,
    reading: &mut Reading<'_>,
) -> Option<ForEachSpec> {
    let several = read(root, node, chosen, reading);
    // That there are several memos is no mistake, whatever is wrong with what they are.
    let unread = ForEachSpec::Sets {
        sets: Vec::new(),
        chosen: None,
    };
    Some(several.unwrap_or(unread))
}

fn read(root: &Node, node: &Node, chosen: Option<usize>, reading: &mut Reading<'_>) -> Option<ForEachSpec> {
    match &node.kind {
        Kind::List(items) => {
            let declared = params::names(root);
            let sets: Vec<SetSpec> = items.iter().filter_map(|it| set(it, &declared, reading)).collect();
            if items.is_empty() {
                let message = "`for_each` lists no set of parameters";
                let hint = "one memo a set: `- { region: North }`; or name a column: `for_each: region`";
                reading
                    .found
                    .push(Diagnostic::spec("empty-part", message).at(node.span).hint(hint));
            }
            refuse_repeats(sets.iter().map(|it| &it.label), "memo", reading.found);
            Some(ForEachSpec::Sets { sets, chosen })
        }
        Kind::Map(_) => {
            let fields = node.fields("`for_each`", KEYS, reading.found)?;
            let by = required_text(&fields, "by", "`by` of `for_each`", reading);
            let only = texts(&fields, "only", "a value of `only`", reading);
            let skip = texts(&fields, "skip", "a value of `skip`", reading);
            if fields.optional("only").is_some() && only.is_empty() {
                let message = "`only` of `for_each` names no value";
                let hint = "leave it out for all values";
                reading
                    .found
                    .push(Diagnostic::spec("empty-part", message).at(node.span).hint(hint));
            }
            refuse_repeats(only.iter(), "value", reading.found);
            Some(ForEachSpec::Values { by: by?, only, skip })
        }
        _ => {
            let by = node.text("`for_each`", reading.found)?;
            Some(ForEachSpec::Values {
                by,
                only: Vec::new(),
                skip: Vec::new(),
            })
        }
    }
}

fn set(node: &Node, declared: &[String], reading: &mut Reading<'_>) -> Option<SetSpec> {
    let Kind::Map(entries) = &node.kind else {
        let hint = "a set says parameters: `- { region: North }`; values of a column are listed as \
                    `for_each: { by: region, only: [North, South] }`";
        let diagnostic = node.unexpected("an item of `for_each`", "a set of parameters");
        reading.found.push(diagnostic.hint(hint));
        return None;
    };
    let mut values = Vec::new();
    let mut label = None;
    let n_found = reading.found.0.len();
    for (name, node) in entries {
        let Some(value) = params::single(node) else {
            let what = format!("`{}` of a set of `for_each`", name.value);
            reading.found.push(node.unexpected(&what, "one value"));
            continue;
        };
        let is_declared = declared.contains(&name.value);
        if name.value == NAME {
            label = Some(Spanned::new(value.clone(), node.span));
        }
        if is_declared {
            values.push((name.clone(), value));
        } else if name.value != NAME {
            let message = format!("the spec has no parameter `{}`", name.value);
            let diagnostic = Diagnostic::spec("unknown-param", message).at(name.span);
            reading.found.push(if declared.is_empty() {
                let line = format!("params: {{ {}: … }}", name.value);
                diagnostic.hint(format!(
                    "declare it with what holds where no set says otherwise: `{line}`"
                ))
            } else {
                diagnostic.nearest(&name.value, declared.iter().map(String::as_str))
            });
        }
    }
    if n_found < reading.found.0.len() {
        return None;
    }
    let joined = || values.iter().map(|it| it.1.as_str()).collect::<Vec<&str>>().join(", ");
    let label = label.unwrap_or_else(|| Spanned::new(joined(), node.span));
    if label.value.trim().is_empty() {
        let message = "a memo of `for_each` has no name";
        let hint = "give it one: `- { name: North, … }`";
        reading
            .found
            .push(Diagnostic::spec("empty-part", message).at(label.span).hint(hint));
        return None;
    }
    Some(SetSpec { label, values })
}
