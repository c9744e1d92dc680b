//! The schema for editors: current, valid, and of one mind with the program.

use crate::golden::pages;
use crate::golden_cases;
use crate::golden_cases::cases;
use crate::run::root;
use bellwether::model::diagnostic::Diagnostics;
use bellwether::schema::schema;
use jsonschema::Validator;
use serde_json::Value;

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(&schema()).expect("it is JSON");
    jsonschema::draft202012::new(&schema).expect("it is a schema")
}

/// A spec as an editor's language server sees it.
fn instance(spec: &str) -> Option<Value> {
    serde_yaml::from_str(spec).ok()
}

#[test]
fn the_schema_is_a_schema_of_its_draft_and_the_committed_one_is_current() {
    let made = schema();
    let value: Value = serde_json::from_str(&made).expect("it is JSON");
    jsonschema::draft202012::meta::validate(&value).expect("the draft’s own schema takes it");
    let path = root().join("specs/schema.json");
    if std::env::var_os("BELLWETHER_BLESS").is_some() {
        std::fs::write(&path, &made).expect("the schema can be written");
    }
    let committed = std::fs::read_to_string(&path).expect("the schema is committed");
    assert!(
        committed == made,
        "write it anew: `bellwether schema > specs/schema.json`"
    );
}

#[test]
fn every_spec_that_ships_is_taken_by_an_independent_validator() {
    let validator = validator();
    let mut n = 0;
    for entry in std::fs::read_dir(root().join("specs")).expect("specs are there") {
        let path = entry.expect("specs are readable").path();
        if path.extension().is_none_or(|it| it != "yaml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a spec is text");
        assert!(
            text.starts_with("# yaml-language-server: $schema=schema.json\n"),
            "{} does not name its schema",
            path.display()
        );
        check(&validator, &text, &path.display().to_string());
        n += 1;
    }
    let readme = std::fs::read_to_string(root().join("README.md")).expect("the README is there");
    for block in readme.split("```yaml\n").skip(1) {
        let spec = block.split("```").next().expect("a block ends");
        if spec.starts_with("bellwether:") {
            check(&validator, spec, "README.md");
            n += 1;
        }
    }
    assert!(n >= 8, "{n} specs were looked at");
}

fn check(validator: &Validator, spec: &str, name: &str) {
    let instance = instance(spec).unwrap_or_else(|| panic!("{name} is no YAML"));
    let wrong: Vec<String> = validator
        .iter_errors(&instance)
        .map(|it| format!("{name}: {}: {it}", it.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a schema can know: keys, and whether a value is text, a number, a list or a map.
const OF_FORM: [&str; 3] = ["unknown-key", "missing-key", "wrong-type"];

#[test]
fn what_is_wrong_in_form_is_refused_by_both_and_what_is_right_by_neither() {
    let validator = validator();
    let (mut n_wrong, mut n_right) = (0, 0);
    for page in pages("messages") {
        let text = std::fs::read_to_string(&page).expect("a page is text");
        for case in cases(&text) {
            let Some(instance) = instance(&case.spec) else { continue };
            let found = golden_cases::found(&case);
            let taken = validator.is_valid(&instance);
            let place = format!("{}: {}", page.display(), case.title);
            if has_wrong_form(&found) {
                assert!(!taken, "{place}: the schema takes what the program refuses");
                n_wrong += 1;
            } else if !found.has_errors() {
                check(&validator, &case.spec, &place);
                n_right += 1;
            }
        }
    }
    assert!(n_wrong >= 10 && n_right >= 10, "{n_wrong} wrong, {n_right} right");
}

fn has_wrong_form(found: &Diagnostics) -> bool {
    found.0.iter().any(|it| OF_FORM.contains(&it.code.as_ref()))
}
