//! The JSON Schema of a spec, made from the keys that its reader knows.
//!
//! Editors complete and explain by it. What a schema cannot know (names of metrics, what the data hold) is left to
//! `check`. It must not say anything of a key that the key's own table does not say.

use crate::analysis;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::parse;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// Returns the schema (draft 2020-12) as JSON with a final line break: the same bytes in every build.
pub fn schema() -> String {
    let mut definitions = Map::new();
    let mut root = map_of(parse::KEYS, &mut definitions);
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["title"] = json!("Bellwether spec");
    root["description"] = json!("What an investment memo is made of: sources, metrics, categories, periods, analyses.");
    root["$defs"] = Value::Object(definitions);
    serde_json::to_string_pretty(&root).expect("JSON is text") + "\n"
}

/// `{{ params.region }}`, as the reader of specs fills it in.
const PARAMETER: &str = "\\{\\{ *params\\.";

/// A map with known keys.
fn map_of(keys: &[Field], definitions: &mut Map<String, Value>) -> Value {
    let properties: Map<String, Value> = keys
        .iter()
        .map(|key| (key.name.to_owned(), property(key, definitions)))
        .collect();
    let required: Vec<&str> = keys.iter().filter(|it| it.is_required).map(|it| it.name).collect();
    let mut map = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        map["required"] = json!(required);
    }
    map
}

fn property(key: &Field, definitions: &mut Map<String, Value>) -> Value {
    let mut property = form_of(key.form, definitions);
    property["description"] = json!(key.doc);
    if let Some(default) = key.default {
        property["default"] = serde_yaml::from_str(default).expect("a default is written as YAML writes it");
    }
    property
}

fn form_of(form: Form, definitions: &mut Map<String, Value>) -> Value {
    // A number or a truth value is read as it is written.
    let scalar = json!(["string", "number", "boolean"]);
    // A parameter may stand wherever a value does.
    let or_parameter = |value: Value| json!({ "anyOf": [value, { "type": "string", "pattern": PARAMETER }] });
    match form {
        Form::Text | Form::Expression => json!({ "type": scalar }),
        Form::OneOf(values) => {
            let values: Vec<Value> = values.iter().flat_map(|it| as_written(it)).collect();
            or_parameter(json!({ "enum": values }))
        }
        Form::Like(pattern) => or_parameter(json!({ "type": ["string", "number"], "pattern": format!("^{pattern}$") })),
        Form::Count => or_parameter(json!({ "type": "integer", "minimum": 0 })),
        Form::Number => or_parameter(json!({ "type": "number" })),
        Form::Flag => or_parameter(json!({ "type": "boolean" })),
        Form::Items(item) => json!({ "type": "array", "items": form_of(*item, definitions) }),
        Form::List(item) => {
            let item = form_of(*item, definitions);
            json!({ "anyOf": [{ "type": "array", "items": item }, item] })
        }
        Form::Named(value) => json!({ "type": "object", "additionalProperties": form_of(*value, definitions) }),
        Form::Map(name, keys) => {
            // A map may hold itself: its place is taken before it is filled.
            if !definitions.contains_key(name) {
                definitions.insert(name.to_owned(), Value::Null);
                let map = map_of(keys, definitions);
                definitions.insert(name.to_owned(), map);
            }
            json!({ "$ref": format!("#/$defs/{name}") })
        }
        Form::Either(forms) => {
            let forms: Vec<Value> = forms.iter().map(|it| form_of(*it, definitions)).collect();
            json!({ "anyOf": forms })
        }
        Form::Memo => memo(definitions),
    }
}

/// The list of analyses: each a name, or a map of one name with its options.
fn memo(definitions: &mut Map<String, Value>) -> Value {
    let mut names = Vec::new();
    let mut properties = Map::new();
    for analysis in analysis::REGISTRY {
        let form = analysis.form();
        let mut options = form_of(form, definitions);
        if !needs_options(form) {
            // `- quality:` says as much as `- quality: {}`, and as `- quality`.
            names.push(analysis.name());
            options = json!({ "anyOf": [options, { "type": "null" }] });
        }
        options["description"] = json!(analysis.summary());
        properties.insert(analysis.name().to_owned(), options);
    }
    let with_options = json!({
        "type": "object", "properties": properties, "additionalProperties": false, "minProperties": 1, "maxProperties": 1,
    });
    json!({ "type": "array", "minItems": 1, "items": { "anyOf": [with_options, { "enum": names }] } })
}

/// True where an analysis cannot stand without options.
fn needs_options(form: Form) -> bool {
    match form {
        Form::Map(_, keys) => keys.iter().any(|it| it.is_required),
        _ => true,
    }
}

/// A text as YAML may give it: `1` is a number, or a text where it stands in quotes.
fn as_written(text: &str) -> Vec<Value> {
    let number = text.parse::<i64>().ok().map(|it| json!(it));
    number.into_iter().chain([json!(text)]).collect()
}
