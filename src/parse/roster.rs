//! The roster of a spec: features by the language of metrics, rules that make segments.

use super::clauses::GOOD;
use super::clauses::LABEL;
use super::clauses::MISSING;
use super::clauses::figure;
use super::clauses::on_one_line;
use super::clauses::row;
use super::decode::Reading;
use super::decode::check_name;
use super::decode::optional_text;
use super::decode::refuse_repeats;
use super::decode::required_text;
use super::decode::texts;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Spanned;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::node::Kind;
use crate::model::node::Node;
use crate::model::roster::FeatureSpec;
use crate::model::roster::REST;
use crate::model::roster::RecordSpec;
use crate::model::roster::RosterSpec;
use crate::model::roster::SegmentRuleSpec;
use crate::model::roster::SharesSpec;
use crate::model::window::Window;

/// What a roster may say.
pub(super) const KEYS: &[Field] = &[
    Field::may(
        "source",
        Form::Text,
        "The source whose rows are added up. Where it is left out: the only one that says who.",
    ),
    Field::may("over", Window::FORM, "How far features look back from a period's end.").or("all"),
    Field::may(
        "against",
        Form::Text,
        "What the customers are held against. Where it is left out: the first of `periods: compare:`.",
    ),
    Field::may(
        "customers",
        Form::OneOf(&["active", "everyone"]),
        "Who has a row: those with rows in the window, or everyone who is known.",
    )
    .or("active"),
    Field::must(
        "features",
        Form::Either(&[
            Form::List(&Form::Text),
            Form::Named(&Form::Either(&[Form::Expression, Form::Map("feature", FEATURE_KEYS)])),
        ]),
        "One number a customer each: `recency: days_since_last`, `visits: count(*)`; or names of metrics.",
    ),
    Field::may(
        "shares",
        Form::Map("shares", SHARES_KEYS),
        "Shares of a feature by category, a feature each.",
    ),
    Field::may(
        "worth",
        Form::Text,
        "The feature that says what a customer is worth. Where it is left out: the first that is a sum of money.",
    ),
    Field::may(
        "segments",
        Form::List(&RULE),
        "Rules, in order: the first that holds names the customer's segment.",
    ),
    Field::may("rest", Form::Text, "What customers are called for whom no rule holds.").or("Other customers"),
    Field::may(
        "record",
        Form::Map("record", RECORD_KEYS),
        "What `tables/customers.parquet` holds beside the features.",
    ),
    Field::may(
        "frozen",
        Form::Text,
        "The `definition.json` of an earlier report: its clusters are applied as they were.",
    ),
];

/// What a feature may say.
const FEATURE_KEYS: &[Field] = &[
    Field::must(
        "of",
        Form::Expression,
        "What it is, over one customer's rows: `sum(amount)`, `spend / visits`, `days_since_last`.",
    ),
    Field::may(
        "unit",
        Form::Text,
        "A currency's code, `%`, or what it counts. Where it is left out: that of its parts.",
    ),
    LABEL,
    Field::may("good", GOOD, "Which direction is good.").or("neither"),
    Field::may(
        "missing",
        MISSING,
        "What a customer without rows has. Where it is left out: zero for sums and counts, else a gap.",
    ),
    Field::may(
        "transform",
        Form::List(&Form::Like("(log|robust|quantile|winsorise( .*)?)")),
        "Steps before distances are taken: `log`, `winsorise 1%`, `robust`, `quantile`.",
    ),
    Field::may(
        "bands",
        Form::List(&Form::Number),
        "Lower ends of bands, for tables: `[1, 4, 13]`.",
    ),
];

/// What `shares:` may say.
const SHARES_KEYS: &[Field] = &[
    Field::must("of", Form::Text, "The feature that is shared out."),
    Field::must("categories", Form::List(&Form::Text), "The categories."),
];

/// A segment's rule: a `static`, because it holds itself.
static RULE: Form = Form::Map("segment_rule", &RULE_KEYS);

/// What it may say.
static RULE_KEYS: [Field; 5] = [
    Field::must("name", Form::Text, "Its name in ids: letters, digits, `_`."),
    LABEL,
    Field::must(
        "where",
        Form::Expression,
        "For whom it holds: `visits = 1`, `recency > 90 and spend < 100`.",
    ),
    Field::may("segments", Form::List(&RULE), "Rules that part the segment further."),
    Field::may(
        "rest",
        Form::Text,
        "What is left of it is called. Where it is left out: `Other` and its label.",
    ),
];

/// What `record:` may say.
const RECORD_KEYS: &[Field] = &[
    Field::may(
        "columns",
        Form::List(&Form::Text),
        "Columns of the customers source that are written beside the features.",
    ),
    Field::may(
        "hash",
        Form::List(&Form::Text),
        "Columns that are hashed: the customers' id, or one of `columns:`.",
    ),
    Field::may(
        "salt",
        Form::Text,
        "What is mixed into hashes, so that trying all ids does not undo them.",
    ),
];

/// Reads `roster:`; `None` where it is no map.
pub(super) fn roster(node: &Node, reading: &mut Reading<'_>) -> Option<RosterSpec> {
    let fields = node.fields("`roster`", KEYS, reading.found)?;
    let source = optional_text(&fields, "source", "`source` of `roster`", reading);
    let over = fields
        .optional("over")
        .and_then(|node| Window::read(node, reading.found));
    let against = optional_text(&fields, "against", "`against` of `roster`", reading);
    let customers = optional_text(&fields, "customers", "`customers` of `roster`", reading);
    let features = fields.required("features", reading.found);
    let features = features.map(|node| features_of(node, reading)).unwrap_or_default();
    let shares = fields.optional("shares").and_then(|node| shares(node, reading));
    let worth = optional_text(&fields, "worth", "`worth` of `roster`", reading);
    let segments = fields.optional("segments");
    let segments = segments.map(|node| segments_of(node, reading)).unwrap_or_default();
    let rest = optional_text(&fields, "rest", "`rest` of `roster`", reading);
    let record = fields.optional("record").and_then(|node| record(node, reading));
    let frozen = optional_text(&fields, "frozen", "`frozen` of `roster`", reading);
    Some(RosterSpec {
        frozen,
        source,
        over,
        against,
        customers,
        features,
        shares,
        worth,
        segments,
        rest,
        record: record.unwrap_or_default(),
    })
}

fn features_of(node: &Node, reading: &mut Reading<'_>) -> Vec<FeatureSpec> {
    // `features: [visits, spend]` takes metrics as they are.
    if let Kind::List(items) = &node.kind {
        let named: Vec<(Spanned<String>, Node)> = items
            .iter()
            .filter_map(|it| Some((it.text("a feature", reading.found)?, it.clone())))
            .collect();
        let features: Vec<FeatureSpec> = named
            .iter()
            .filter_map(|(name, node)| feature(name, node, reading))
            .collect();
        refuse_repeats(features.iter().map(|it| &it.name), "feature", reading.found);
        if items.is_empty() {
            refuse_nothing(node, reading);
        }
        return features;
    }
    let entries = node.entries("`features` of `roster`", reading.found);
    let mut features = Vec::new();
    for (name, node) in entries {
        features.extend(feature(name, node, reading));
    }
    if features.is_empty() && matches!(node.kind, Kind::Map(_)) && entries.is_empty() {
        refuse_nothing(node, reading);
    }
    features
}

/// Reports features that are there, and none.
fn refuse_nothing(node: &Node, reading: &mut Reading<'_>) {
    let message = "`features` of `roster` has nothing in it";
    let hint = "for example `features: { recency: days_since_last, visits: count(*) }`";
    reading
        .found
        .push(Diagnostic::spec("empty-part", message).at(node.span).hint(hint));
}

fn feature(name: &Spanned<String>, node: &Node, reading: &mut Reading<'_>) -> Option<FeatureSpec> {
    check_name(name, "feature", reading.found);
    let what = format!("feature `{}`", name.value);
    let Some((metric, fields)) = figure(&what, node, FEATURE_KEYS, reading) else {
        reading.unread.push(name.value.clone());
        return None;
    };
    let transform = fields
        .as_ref()
        .map(|it| texts(it, "transform", &format!("a step of `transform` of {what}"), reading))
        .unwrap_or_default();
    let bands = fields.as_ref().and_then(|it| it.optional("bands"));
    let bands: Vec<Spanned<f64>> = bands
        .map(Node::items)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|it| it.number("an end of `bands`", reading.found))
        .collect();
    Some(FeatureSpec {
        name: name.clone(),
        metric,
        transform,
        bands,
    })
}

fn shares(node: &Node, reading: &mut Reading<'_>) -> Option<SharesSpec> {
    let fields = node.fields("`shares` of `roster`", SHARES_KEYS, reading.found)?;
    let of = required_text(&fields, "of", "`of` of `shares`", reading);
    let categories = fields.required("categories", reading.found);
    let categories = categories.map(|node| node.texts("a category of `shares`", reading.found));
    Some(SharesSpec {
        of: of?,
        categories: categories?,
    })
}

fn segments_of(node: &Node, reading: &mut Reading<'_>) -> Vec<SegmentRuleSpec> {
    if let Kind::Map(entries) = &node.kind
        && !entries
            .iter()
            .any(|(name, _)| RULE_KEYS.iter().any(|it| it.name == name.value))
    {
        let hint = "each segment is an item: `- { name: once, where: visits = 1 }`";
        reading
            .found
            .push(node.unexpected("`segments` of `roster`", "a list").hint(hint));
        reading
            .unread
            .extend(entries.iter().map(|(name, _)| name.value.clone()));
        return Vec::new();
    }
    let rules: Vec<SegmentRuleSpec> = node.items().into_iter().filter_map(|it| rule(it, reading)).collect();
    refuse_repeats(rules.iter().map(|it| &it.name), "segment", reading.found);
    rules
}

fn rule(node: &Node, reading: &mut Reading<'_>) -> Option<SegmentRuleSpec> {
    if !matches!(node.kind, Kind::Map(_)) {
        let hint = "a segment is written `- { name: once, where: visits = 1 }`";
        let diagnostic = node.unexpected("a segment of `roster`", "a map");
        reading.found.push(diagnostic.hint(hint));
        return None;
    }
    let fields = node.fields("a segment of `roster`", &RULE_KEYS, reading.found)?;
    let name = required_text(&fields, "name", "`name` of a segment", reading);
    let label = optional_text(&fields, "label", "`label` of a segment", reading);
    let condition = required_text(&fields, "where", "`where` of a segment", reading);
    let segments = fields.optional("segments");
    let segments = segments.map(|node| segments_of(node, reading)).unwrap_or_default();
    let rest = optional_text(&fields, "rest", "`rest` of a segment", reading);
    let name = name?;
    let Some(condition) = condition else {
        reading.unread.push(name.value);
        return None;
    };
    check_name(&name, "segment", reading.found);
    if name.value == REST {
        let message = format!("`{REST}` names what no rule takes, and cannot name a segment");
        let hint = "leave the rule out, and say what the rest is called: `rest: Other customers`";
        reading
            .found
            .push(Diagnostic::spec("bad-name", message).at(name.span).hint(hint));
    }
    if let (Some(rest), true) = (&rest, segments.is_empty()) {
        let message = format!("segment `{}` is not parted, and has no rest", name.value);
        reading
            .found
            .push(Diagnostic::spec("rest-of-nothing", message).at(rest.span));
    }
    let written = on_one_line(&condition.value);
    let Some(expr) = row(&condition, reading) else {
        reading.unread.push(name.value);
        return None;
    };
    Some(SegmentRuleSpec {
        name,
        label,
        condition: Spanned::new(expr, condition.span),
        written,
        segments,
        rest,
    })
}

fn record(node: &Node, reading: &mut Reading<'_>) -> Option<RecordSpec> {
    let fields = node.fields("`record` of `roster`", RECORD_KEYS, reading.found)?;
    Some(RecordSpec {
        columns: texts(&fields, "columns", "a column of `record`", reading),
        hash: texts(&fields, "hash", "a column of `hash`", reading),
        salt: optional_text(&fields, "salt", "`salt` of `record`", reading),
    })
}
