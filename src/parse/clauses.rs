//! Sources and metrics of a spec: the parts that hold expressions.

use super::decode::Reading;
use super::decode::check_name;
use super::decode::optional_text;
use super::decode::required_text;
use super::decode::texts;
use super::scalar::Scalar;
use super::sql::Reader;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Spanned;
use crate::model::expr::Expr;
use crate::model::expr::Formula;
use crate::model::expr::Literal;
use crate::model::expr::Term;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::node::Fields;
use crate::model::node::Kind;
use crate::model::node::Node;
use crate::model::spec::MetricSpec;
use crate::model::spec::RuleSpec;
use crate::model::spec::SourceSpec;
use crate::model::unit::Good;

/// A source.
pub(super) const SOURCE: Form = Form::Map("source", SOURCE_KEYS);

/// What a source may say.
const SOURCE_KEYS: &[Field] = &[
    Field::must(
        "files",
        Form::List(&Form::Text),
        "Paths or patterns, relative to the spec: Parquet, Arrow, CSV; `s3://`, `gs://` and `az://` too.",
    ),
    Field::may(
        "time",
        Form::Text,
        "The column that says when: a date or a timestamp. A source has either `time:` or `key:`.",
    ),
    Field::may("customer", Form::Text, "The column that says who."),
    Field::may(
        "key",
        Form::Text,
        "The column that names each row of a table that is looked up: customers, products.",
    ),
    Field::may(
        "decimals",
        Form::Named(&Form::Count),
        "Decimal places of columns that are summed exactly: `{ amount: 2 }` for cents.",
    ),
    Field::may(
        "columns",
        Form::Named(&Form::Expression),
        "Computed columns, in order; each may use those before it.",
    ),
    Field::may(
        "rules",
        Form::List(&Form::Map("rule", RULE_KEYS)),
        "Which rows count, in order; the memo tells what each rule removes.",
    ),
    Field::may(
        "unique",
        Form::List(&Form::Text),
        "Columns that together should be unique; repeated rows are counted by `quality`.",
    ),
    Field::may(
        "lookup",
        Form::Named(&Form::Text),
        "Other sources whose columns become columns of this one: `{ products: product_id }`.",
    ),
    Field::may(
        "time_zone",
        Form::Text,
        "The place whose clocks say which day a timestamp falls on: `Europe/Moscow`.",
    ),
];

/// What a rule may say.
const RULE_KEYS: &[Field] = &[
    Field::may(
        "drop",
        Form::Expression,
        "Rows for which this holds are left out: `quantity <= 0`.",
    ),
    Field::may("keep", Form::Expression, "Only rows for which this holds count."),
    Field::may(
        "because",
        Form::Text,
        "Why; printed beside the rows that the rule removed.",
    ),
];

/// A metric: an expression, or a map.
pub(super) const METRIC: Form = Form::Either(&[Form::Expression, Form::Map("metric", METRIC_KEYS)]);

/// What something is called.
pub(super) const LABEL: Field = Field::may(
    "label",
    Form::Text,
    "What it is called in the memo. Where it is left out: its name with spaces.",
);

/// Which direction of a figure is good.
pub(super) const GOOD: Form = Form::OneOf(&["up", "down", "neither"]);

/// What a period or a customer without rows has.
pub(super) const MISSING: Form = Form::OneOf(&["zero", "gap"]);

/// What a metric may say.
const METRIC_KEYS: &[Field] = &[
    Field::must(
        "of",
        Form::Expression,
        "What it is, in SQL: `sum(amount)`, `count(distinct customer_id)`, `spend / visits`.",
    ),
    Field::may(
        "source",
        Form::Text,
        "The source whose rows it adds up. Where it is left out: the only one with `time:`.",
    ),
    Field::may(
        "unit",
        Form::Text,
        "A currency's code (`USD`), `%`, or what it counts in the singular (`visit`). Where it is left out: that of its parts.",
    ),
    LABEL,
    Field::may("good", GOOD, "Which direction is good.").or("neither"),
    Field::may(
        "across",
        Form::Text,
        "`category` drops the category: the figure is then the same for all of them.",
    ),
    Field::may(
        "missing",
        MISSING,
        "What a period without rows has. Where it is left out: zero for sums and counts, else a gap.",
    ),
];

/// Reads `sources:`. `None` where one of them cannot be read: nobody could tell what else is wrong.
pub(super) fn sources(node: &Node, reading: &mut Reading<'_>) -> Option<Vec<(Spanned<String>, SourceSpec)>> {
    let mut sources = Some(Vec::new());
    for (name, node) in node.entries("`sources`", reading.found) {
        check_name(name, "source", reading.found);
        let source = source(name, node, reading);
        sources = sources.zip(source).map(|(mut all, source)| {
            all.push((name.clone(), source));
            all
        });
    }
    sources
}

fn source(name: &Spanned<String>, node: &Node, reading: &mut Reading<'_>) -> Option<SourceSpec> {
    let what = format!("source `{}`", name.value);
    let fields = node.fields(&what, SOURCE_KEYS, reading.found)?;
    let files = fields
        .required("files", reading.found)
        .map(|it| it.texts(&format!("`files` of {what}"), reading.found));
    // Whether they are there, however they are written: a wrong type is told once.
    let (says_when, says_key) = (fields.optional("time").is_some(), fields.optional("key").is_some());
    let time = optional_text(&fields, "time", &format!("`time` of {what}"), reading);
    let customer = optional_text(&fields, "customer", &format!("`customer` of {what}"), reading);
    let key = optional_text(&fields, "key", &format!("`key` of {what}"), reading);
    let decimals = fields
        .optional("decimals")
        .map(|node| decimals(node, &what, reading))
        .unwrap_or_default();
    let columns = fields
        .optional("columns")
        .map(|node| columns(node, &what, reading))
        .unwrap_or_default();
    let rules = fields
        .optional("rules")
        .map(|node| {
            node.items()
                .into_iter()
                .filter_map(|item| rule(item, &what, reading))
                .collect()
        })
        .unwrap_or_default();
    let unique = texts(&fields, "unique", &format!("a column of `unique` of {what}"), reading);
    let lookup = fields
        .optional("lookup")
        .map(|node| lookup(node, &what, reading))
        .unwrap_or_default();
    let time_zone = optional_text(&fields, "time_zone", &format!("`time_zone` of {what}"), reading);
    let wrong = match (says_when, says_key) {
        (false, false) => Some((name.span, "has neither `time` nor `key`")),
        (true, true) => key.as_ref().map(|it| (it.span, "has both `time` and `key`")),
        (false, true) => customer.as_ref().map(|it| (it.span, "has both `customer` and `key`")),
        (true, false) => None,
    };
    if let Some((span, wrong)) = wrong {
        let hint = "what happened has `time:` and `customer:`; a table of customers has `key:`";
        reading.found.push(
            Diagnostic::spec("source-role", format!("{what} {wrong}"))
                .at(span)
                .hint(hint),
        );
        return None;
    }
    if time.is_none() && key.is_none() {
        return None;
    }
    Some(SourceSpec {
        files: files?,
        time,
        customer,
        key,
        decimals,
        columns,
        rules,
        unique,
        lookup,
        time_zone,
    })
}

fn decimals(node: &Node, what: &str, reading: &mut Reading<'_>) -> Vec<(Spanned<String>, Spanned<u64>)> {
    // Nine places leave nine digits before the point in an i64.
    const MOST_PLACES: u64 = 9;
    let mut decimals = Vec::new();
    for (name, node) in node.entries(&format!("`decimals` of {what}"), reading.found) {
        let what = format!("the number of decimal places of `{}`", name.value);
        // One that cannot be read is told, and taken for cents: nothing that adds the column up is wrong for that.
        let places = node.count(&what, reading.found);
        let mut places = places.unwrap_or_else(|| Spanned::new(2, node.span));
        if places.value > MOST_PLACES {
            let message = format!(
                "`{}` has {} decimal places, and {MOST_PLACES} are the most",
                name.value, places.value
            );
            reading
                .found
                .push(Diagnostic::spec("too-many-decimals", message).at(places.span));
            places.value = 2;
        }
        decimals.push((name.clone(), places));
    }
    decimals
}

fn lookup(node: &Node, what: &str, reading: &mut Reading<'_>) -> Vec<(Spanned<String>, Spanned<String>)> {
    if matches!(node.kind, Kind::List(_) | Kind::Text(_)) {
        let hint = "say by which column: `lookup: { products: product_id }`";
        let diagnostic = node.unexpected(&format!("`lookup` of {what}"), "a map");
        reading.found.push(diagnostic.hint(hint));
        // A lookup without a name stands for those that cannot be read: the columns that they add are nobody's mistake.
        let nothing = Spanned::new(String::new(), node.span);
        return vec![(nothing.clone(), nothing)];
    }
    let entries = node.entries(&format!("`lookup` of {what}"), reading.found);
    let pair = |(name, node): &(Spanned<String>, Node), reading: &mut Reading<'_>| {
        let column = node.text(
            &format!("the column that holds the key of `{}`", name.value),
            reading.found,
        )?;
        Some((name.clone(), column))
    };
    entries.iter().filter_map(|it| pair(it, reading)).collect()
}

fn columns(node: &Node, what: &str, reading: &mut Reading<'_>) -> Vec<(Spanned<String>, Spanned<Expr>)> {
    let mut columns = Vec::new();
    // `- is_large: amount > 100` says what is meant, and is no map.
    let items: Vec<&(Spanned<String>, Node)> = match &node.kind {
        Kind::List(items) => {
            let hint = "a column is a key: `is_large: amount > 100`, without `- `";
            let diagnostic = node.unexpected(&format!("`columns` of {what}"), "a map");
            reading.found.push(diagnostic.hint(hint));
            let maps = items.iter().filter_map(|it| match &it.kind {
                Kind::Map(entries) => Some(entries),
                _ => None,
            });
            maps.flatten().collect()
        }
        _ => node
            .entries(&format!("`columns` of {what}"), reading.found)
            .iter()
            .collect(),
    };
    for (name, node) in items {
        check_name(name, "column", reading.found);
        let Some(text) = node.text(&format!("the column `{}`", name.value), reading.found) else {
            continue;
        };
        // What cannot be read is told, and stands for null: nothing that uses it is wrong for that.
        let expr = row(&text, reading).unwrap_or(Expr::Literal(Literal::Null));
        columns.push((name.clone(), Spanned::new(expr, text.span)));
    }
    columns
}

fn rule(node: &Node, what: &str, reading: &mut Reading<'_>) -> Option<RuleSpec> {
    if !matches!(node.kind, Kind::Map(_)) {
        let hint = "a rule is written `- drop: quantity <= 0`, and why on the next line: `because: …`";
        reading
            .found
            .push(node.unexpected(&format!("a rule of {what}"), "a map").hint(hint));
        return None;
    }
    let fields = node.fields(&format!("a rule of {what}"), RULE_KEYS, reading.found)?;
    let drop = fields.optional("drop");
    let keep = fields.optional("keep");
    let because = optional_text(&fields, "because", "`because` of a rule", reading);
    let span = fields.span();
    let (drops, node) = match (drop, keep) {
        (Some(node), None) => (true, node),
        (None, Some(node)) => (false, node),
        (both, _) => {
            let has = if both.is_some() {
                "both `drop` and `keep`"
            } else {
                "neither `drop` nor `keep`"
            };
            let diagnostic = Diagnostic::spec("rule-without-verb", format!("a rule of {what} has {has}")).at(span);
            reading
                .found
                .push(diagnostic.hint("a rule drops the rows for which a condition holds, or keeps only them"));
            return None;
        }
    };
    let text = node.text("the condition of a rule", reading.found)?;
    let condition = Spanned::new(row(&text, reading)?, text.span);
    Some(RuleSpec {
        drops,
        condition,
        written: on_one_line(&text.value),
        because: because.map(|it| it.value),
    })
}

/// Reads `metrics:`.
pub(super) fn metrics(node: &Node, reading: &mut Reading<'_>) -> Vec<(Spanned<String>, MetricSpec)> {
    let mut metrics = Vec::new();
    // dbt's `- name: spend` is told once, and its names with it.
    if let Kind::List(items) = &node.kind {
        let hint = "a metric's name is a key: `spend: sum(amount)`, without `- name:`";
        reading.found.push(node.unexpected("`metrics`", "a map").hint(hint));
        reading.unread.extend(items.iter().filter_map(name_of));
        return metrics;
    }
    for (name, node) in node.entries("`metrics`", reading.found) {
        check_name(name, "metric", reading.found);
        match metric(name, node, reading) {
            Some(metric) => metrics.push((name.clone(), metric)),
            None => reading.unread.push(name.value.clone()),
        }
    }
    metrics
}

/// Returns what a map of a list says under `name:`.
fn name_of(item: &Node) -> Option<String> {
    let Kind::Map(entries) = &item.kind else { return None };
    let (_, node) = entries.iter().find(|(key, _)| key.value == "name")?;
    Some(node.text("", &mut Diagnostics::new())?.value)
}

fn metric(name: &Spanned<String>, node: &Node, reading: &mut Reading<'_>) -> Option<MetricSpec> {
    let what = format!("metric `{}`", name.value);
    figure(&what, node, METRIC_KEYS, reading).map(|it| it.0)
}

/// Reads an expression with what is said of it, and returns the rest of its keys: those of a metric, or of a feature.
pub(super) fn figure<'a>(
    what: &str,
    node: &'a Node,
    keys: &[Field],
    reading: &mut Reading<'_>,
) -> Option<(MetricSpec, Option<Fields<'a>>)> {
    if !matches!(node.kind, Kind::Map(_)) {
        // `spend: sum(amount)` says as much as `spend: { of: sum(amount) }`.
        if matches!(node.kind, Kind::Null | Kind::List(_)) {
            reading
                .found
                .push(node.unexpected(what, "an expression or a map with `of:`"));
            return None;
        }
        let text = node.text(what, reading.found)?;
        let of = formula(&text, reading)?;
        let written = on_one_line(&text.value);
        let metric = MetricSpec {
            of: Spanned::new(of, text.span),
            written,
            source: None,
            unit: None,
            label: None,
            good: None,
            across: None,
            missing: None,
        };
        return Some((metric, None));
    }
    let fields = node.fields(what, keys, reading.found)?;
    let text = required_text(&fields, "of", &format!("`of` of {what}"), reading);
    let source = optional_text(&fields, "source", &format!("`source` of {what}"), reading);
    let unit = optional_text(&fields, "unit", &format!("`unit` of {what}"), reading);
    let label = optional_text(&fields, "label", &format!("`label` of {what}"), reading);
    let good = optional_text(&fields, "good", &format!("`good` of {what}"), reading);
    let across = optional_text(&fields, "across", &format!("`across` of {what}"), reading);
    let missing = optional_text(&fields, "missing", &format!("`missing` of {what}"), reading);
    let good = good.and_then(|it| direction(&it, reading));
    let text = text?;
    let of = Spanned::new(formula(&text, reading)?, text.span);
    let metric = MetricSpec {
        of,
        written: on_one_line(&text.value),
        source,
        unit,
        label,
        good,
        across,
        missing,
    };
    Some((metric, Some(fields)))
}

fn direction(text: &Spanned<String>, reading: &mut Reading<'_>) -> Option<Good> {
    match text.value.as_str() {
        "up" => Some(Good::Up),
        "down" => Some(Good::Down),
        "neither" => Some(Good::Neither),
        other => {
            let diagnostic = Diagnostic::spec("unknown-value", format!("`good` cannot be `{other}`")).at(text.span);
            reading.found.push(diagnostic.nearest(other, ["up", "down", "neither"]));
            None
        }
    }
}

/// Reads a text as a row expression.
pub(super) fn row(text: &Spanned<String>, reading: &mut Reading<'_>) -> Option<Expr> {
    let mut reader = Reader::new(Scalar::new(text, reading.text), reading.found, &mut reading.names);
    let expr = reader.syntax()?;
    reader.row(&expr)
}

/// Reads a text as a metric's expression.
fn formula(text: &Spanned<String>, reading: &mut Reading<'_>) -> Option<Formula<Term>> {
    let mut reader = Reader::new(Scalar::new(text, reading.text), reading.found, &mut reading.names);
    let expr = reader.syntax()?;
    reader.formula(&expr)
}

pub(super) fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}
