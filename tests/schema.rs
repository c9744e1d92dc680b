//! The schema for editors: current, valid, and of one mind with the program.

use crate::bad_messages;
use crate::golden::pages;
use crate::golden_cases;
use crate::golden_cases::cases;
use crate::run::root;
use bellwether::analysis::REGISTRY;
use bellwether::diagnostics::render;
use bellwether::model::diagnostic::Diagnostics;
use bellwether::model::field::Field;
use bellwether::model::field::Form;
use bellwether::parse;
use bellwether::resolve::Overrides;
use bellwether::road;
use bellwether::schema::schema;
use bellwether::source::Files;
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
    let mut taken = Vec::new();
    for (title, text, codes) in bad_messages::specs() {
        let Some(instance) = instance(&text) else { continue };
        if codes.iter().any(|it| OF_FORM.contains(&it.as_str())) {
            n_wrong += 1;
            // To a schema 1.0 is a whole number, as its draft says.
            let is_told = !validator.is_valid(&instance) || title == "A version with a point";
            taken.extend((!is_told).then_some(title));
        }
    }
    assert!(
        taken.is_empty(),
        "the schema takes what the program refuses: {taken:#?}"
    );
    assert!(n_wrong >= 100 && n_right >= 10, "{n_wrong} wrong, {n_right} right");
}

fn has_wrong_form(found: &Diagnostics) -> bool {
    found.0.iter().any(|it| OF_FORM.contains(&it.code.as_ref()))
}

/// A spec that names every analysis, each with what it must have.
const EVERYTHING: &str = r#"bellwether: 1
title: Everything
sources:
  transactions: { files: data/grocery/transactions.parquet, time: date, customer: household_id, decimals: { sales_value: 2 } }
  households: { files: data/grocery/households.parquet, key: household_id }
metrics:
  spend: { of: sum(sales_value), unit: USD }
  visits: { of: count(distinct basket_id), unit: visit }
  shoppers: { of: count(distinct household_id), unit: household }
  actives: { of: count(distinct household_id), unit: household, across: category }
  spend_per_active: { of: spend / actives }
categories: { by: category }
segments: [age, income]
roster: { features: { recency: days_since_last, visits: { of: visits }, spend: spend }, segments: [{ name: rare, where: visits < 3 }] }
periods: { grain: week }
memo:
"#;

/// What each analysis must be told.
const OPTIONS: [(&str, &str); 17] = [
    ("headline", "metrics: [spend]"),
    ("deviation", "metrics: [spend]"),
    ("drivers", "metric: spend_per_active"),
    ("contribution", "metric: spend_per_active"),
    ("rhythm", "metrics: [spend]"),
    ("rfm", "frequency: visits, monetary: spend"),
    ("funnel", "stages: [actives, shoppers]"),
    ("cohorts", ""),
    ("roster", ""),
    ("clusters", ""),
    ("profile", ""),
    ("relations", ""),
    ("stability", ""),
    ("migration", ""),
    ("hypotheses", ""),
    ("text", "body: Nothing to say."),
    ("quality", ""),
];

/// Where an option of each part of the spec can be put in.
const PARTS: [(&str, &str); 6] = [
    ("spec", "title: Everything\n"),
    ("metric", "unit: USD"),
    ("categories", "by: category"),
    ("periods", "grain: week"),
    ("roster", "roster: { features:"),
    ("feature", "of: visits }"),
];

fn everything() -> String {
    let options = OPTIONS.iter().map(|(name, options)| match *name {
        "hypotheses" => "  - hypotheses: [mean(visits) > 2]\n".to_owned(),
        _ => format!("  - {name}: {{ {options} }}\n"),
    });
    format!("{EVERYTHING}{}", options.collect::<String>())
}

/// What a spec comes to: its plan, and every option of its analyses.
fn comes_to(spec: &str) -> Value {
    let files = Files::new(&root().join("specs"), &[]);
    let checked = road::check(spec, "everything", &files, &Overrides::default());
    let checked = checked.unwrap_or_else(|wrong| panic!("{}\n{spec}", render(&wrong, "spec.yaml", spec, false)));
    let memo = &checked.value[0];
    let options: Vec<Value> = memo.tasks.iter().map(|it| it.options()).collect();
    serde_json::json!({ "plan": memo.plan, "memo": options })
}

#[test]
fn a_default_that_is_told_is_the_one_that_holds() {
    let base = everything();
    let expected = comes_to(&base);
    let mut n = 0;
    let mut hold = |key: &Field, with: String| {
        assert_ne!(with, base, "{} was put in", key.name);
        assert!(comes_to(&with) == expected, "the default of `{}` is another", key.name);
        n += 1;
    };
    for (name, options) in OPTIONS {
        let analysis = REGISTRY
            .iter()
            .find(|it| it.name() == name)
            .expect("a registered analysis");
        for key in keys_of(analysis.form()) {
            let Some(default) = key.default else { continue };
            let comma = if options.is_empty() { "" } else { ", " };
            let line = format!("  - {name}: {{ {options} }}\n");
            let with = format!("  - {name}: {{ {options}{comma}{}: {default} }}\n", key.name);
            hold(key, base.replace(&line, &with));
        }
    }
    for (part, anchor) in PARTS {
        for key in keys_in(part) {
            let Some(default) = key.default else { continue };
            let with = match part {
                "spec" => format!("{anchor}{}: {default}\n", key.name),
                "roster" => anchor.replace("features:", &format!("{}: {default}, features:", key.name)),
                "feature" => anchor.replace(" }", &format!(", {}: {default} }}", key.name)),
                _ => format!("{anchor}, {}: {default}", key.name),
            };
            hold(key, base.replacen(anchor, &with, 1));
        }
    }
    assert!(n >= 35, "{n} defaults were tried");
}

fn keys_of(form: Form) -> Vec<&'static Field> {
    match form {
        Form::Map(_, keys) => keys.iter().collect(),
        Form::Either(forms) => forms.iter().flat_map(|it| keys_of(*it)).collect(),
        _ => Vec::new(),
    }
}

/// The keys of a part of a spec, by the name of its map.
fn keys_in(part: &str) -> &'static [Field] {
    fn find(form: Form, part: &str, depth: usize) -> Option<&'static [Field]> {
        match form {
            Form::Map(name, keys) if name == part => Some(keys),
            // Rules hold rules.
            Form::Map(_, keys) if depth < 6 => keys.iter().find_map(|it| find(it.form, part, depth + 1)),
            Form::List(of) | Form::Items(of) | Form::Named(of) => find(*of, part, depth + 1),
            Form::Either(forms) => forms.iter().find_map(|it| find(*it, part, depth + 1)),
            _ => None,
        }
    }
    if part == "spec" {
        return parse::KEYS;
    }
    parse::KEYS
        .iter()
        .find_map(|it| find(it.form, part, 0))
        .expect("a part of the spec")
}
