//! Footnotes: the facts behind each mark, neighbours told together.
//!
//! It must not know where on a page they stand.

use serde_json::Value;
use serde_json::json;

/// Footnotes of sentences: mark and facts of each that has a mark.
pub(super) fn notes_of(sentences: &[Value]) -> Vec<Value> {
    let noted = sentences.iter().filter(|it| !it["mark"].is_null());
    noted
        .map(|it| {
            let facts = it["facts"].as_array().into_iter().flatten();
            let facts: Vec<String> = facts.filter_map(|it| Some(it.as_str()?.to_owned())).collect();
            let gathered = gathered(&facts);
            let entries: Vec<Value> = gathered
                .iter()
                .map(|it| json!({ "label": it.0, "facts": it.1 }))
                .collect();
            json!({ "mark": it["mark"], "entries": entries })
        })
        .collect()
}

/// Neighbours of one parent as one entry, `a/b/{c, d}` for `a/b/c` and `a/b/d`, with the facts it stands for.
fn gathered(facts: &[String]) -> Vec<(String, Vec<&String>)> {
    let parts = |id: &str| {
        id.rsplit_once('/')
            .map(|(parent, name)| (parent.to_owned(), name.to_owned()))
    };
    let mut groups: Vec<Vec<&String>> = Vec::new();
    for id in facts {
        let parent = parts(id).map(|it| it.0);
        match groups.last_mut() {
            Some(group) if parent.is_some() && parts(group[0]).map(|it| it.0) == parent => group.push(id),
            _ => groups.push(vec![id]),
        }
    }
    let label = |group: &[&String]| match (group, parts(group[0])) {
        ([_, _, ..], Some((parent, _))) => {
            let names: Vec<String> = group.iter().filter_map(|it| Some(parts(it)?.1)).collect();
            format!("{parent}/{{{}}}", names.join(", "))
        }
        _ => group[0].clone(),
    };
    groups.into_iter().map(|group| (label(&group), group)).collect()
}

pub(super) fn block_notes(block: &Value) -> Vec<Value> {
    block["notes"].as_array().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_of_one_parent_are_told_together() {
        let facts = ["a/b/c", "a/b/d", "x", "a/b/e"].map(String::from);
        let labels: Vec<String> = gathered(&facts).into_iter().map(|it| it.0).collect();
        assert_eq!(labels, ["a/b/{c, d}", "x", "a/b/e"]);
    }
}
