//! Limits of `require:`, and what happens where one is broken.
//!
//! A gate says what is wrong, by how much, and what to do about it; it stops the memo. It must not compute what the
//! facts do not say.

use crate::analysis::Run;
use crate::analysis::Scope;
use crate::model::diagnostic::Class;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::node::Node;
use crate::model::panel::Intake;
use crate::words::text;

/// The limits that `require:` knows: shares of rows or customers, but for the last two, which are numbers.
pub(super) const KEYS: &[Field] = &[
    Field::may("rejects", Node::SHARE, "Share of rows that could not be used."),
    Field::may(
        "duplicates",
        Node::SHARE,
        "Share of rows, or customers, that repeat another.",
    ),
    Field::may(
        "missing_attributes",
        Node::SHARE,
        "Share of rows whose customer is not in the customers source.",
    ),
    Field::may("without_customer", Node::SHARE, "Share of rows that do not say who."),
    Field::may(
        "near_duplicates",
        Node::SHARE,
        "Share of customers whose features are nearly those of another.",
    ),
    Field::may(
        "leakage",
        Node::SHARE,
        "How much of the target one feature tells by itself.",
    ),
    Field::may(
        "missing",
        Node::SHARE,
        "Share of customers without a value, attribute by attribute.",
    ),
    Field::may("removed", Node::SHARE, "Share of rows that one rule removes."),
    Field::may(
        "condition",
        Form::Number,
        "Condition number of the features; from 30 on they tell the same thing twice.",
    ),
    Field::may(
        "vif",
        Form::Number,
        "Variance inflation of a feature; above 10 the others tell it almost wholly.",
    ),
];

/// Those that say nothing without a table of customers.
const OF_CUSTOMERS: [&str; 4] = ["near_duplicates", "leakage", "condition", "vif"];

/// A limit as the spec has it.
pub(super) struct Gate {
    /// One of those above.
    pub(super) name: &'static str,
    /// More than this stops the memo.
    pub(super) limit: f64,
    span: Span,
}

/// Reads `require:`.
pub(super) fn read(node: &Node, scope: &Scope, found: &mut Diagnostics) -> Vec<Gate> {
    let Some(limits) = node.fields("`require`", KEYS, found) else {
        return Vec::new();
    };
    let mut gates = Vec::new();
    for name in KEYS.iter().map(|it| it.name) {
        let Some(node) = limits.optional(name) else { continue };
        let what = format!("`{name}` of `require`");
        let limit = match name {
            "condition" | "vif" => node.number(&what, found),
            _ => node.share(&what, found),
        };
        let Some(limit) = limit else { continue };
        if OF_CUSTOMERS.contains(&name) {
            scope.roster(name, limit.span, found);
        }
        gates.push(Gate {
            name,
            limit: limit.value,
            span: limit.span,
        });
    }
    gates
}

/// What was found, held against a limit.
struct Held {
    /// How much; infinite where a feature is told wholly by the others.
    size: f64,
    /// "2 of 10 rows were rejected".
    said: String,
    hint: String,
}

/// What to do where nothing better is known.
const MEND: &str = "mend the data, or raise the limit and say why in `note:`";
const OR_RAISE: &str = "or raise the limit and say why in `note:`";

/// Holds all limits against what was found.
pub(super) fn broken(gates: &[Gate], facts: &Facts, run: &Run) -> Diagnostics {
    let mut found = Diagnostics::new();
    for gate in gates {
        for held in held(gate.name, facts, run) {
            if held.size <= gate.limit {
                continue;
            }
            let limit = match gate.name {
                "condition" | "vif" => format!("more than the {} that `require:` allows", gate.limit),
                _ => format!("more than the share of {} that `require:` allows", gate.limit),
            };
            let message = format!("{}, {limit}", held.said);
            let mut diagnostic = Diagnostic::data("quality-gate", message).at(gate.span);
            diagnostic.class = Class::Check;
            found.push(diagnostic.hint(held.hint));
        }
    }
    found
}

fn held(gate: &str, facts: &Facts, run: &Run) -> Vec<Held> {
    let sum = |what: &str| -> f64 {
        let id = |source: &str| format!("quality/{}/{what}", text::slug(source));
        run.plan
            .sources
            .iter()
            .filter_map(|it| facts.number(&id(&it.name)))
            .sum()
    };
    let rows = |part: f64, whole: &str, what: &str| vec![share(part, sum(whole), what, MEND)];
    match gate {
        "rejects" => rows(sum("rejected"), "rows_read", "rows were rejected"),
        "duplicates" => {
            let mut held = rows(sum("duplicates"), "rows_used", "rows repeat another");
            held.extend(repeated(facts, "duplicates", "repeat another’s features"));
            held
        }
        "near_duplicates" => {
            let what = "repeat another’s features to three digits";
            repeated(facts, "near_duplicates", what).into_iter().collect()
        }
        "without_customer" => rows(sum("rows_without_customer"), "rows_used", "rows have no customer"),
        "missing_attributes" => vec![without_an_attribute(run)],
        "missing" => missing(facts, run).into_iter().collect(),
        "leakage" => leakage(facts).into_iter().collect(),
        "removed" => run.panel.intake.iter().filter_map(|it| removed(it, run)).collect(),
        "condition" => condition(facts, run).into_iter().collect(),
        _ => inflated(facts, run),
    }
}

fn share(part: f64, whole: f64, what: &str, hint: &str) -> Held {
    Held {
        size: if whole > 0.0 { part / whole } else { 0.0 },
        said: format!("{part} of {whole} {what}"),
        hint: hint.to_owned(),
    }
}

fn repeated(facts: &Facts, name: &str, what: &str) -> Option<Held> {
    let part = facts.number(&format!("quality/roster/{name}/repeating"))?;
    let whole = facts.number("quality/roster/with_rows")?;
    let hint = format!("drop repeated customers by a rule, add a feature that tells them apart, {OR_RAISE}");
    Some(share(part, whole, &format!("customers {what}"), &hint))
}

fn without_an_attribute(run: &Run) -> Held {
    let attributes = &run.panel.attributes;
    let most = attributes.dimensions.iter().map(|it| it.n_missing).max().unwrap_or(0);
    let whole = attributes.customers.len() as f64;
    share(most as f64, whole, "customers lack an attribute", MEND)
}

/// The attribute that most customers lack: those of the roster, else all that are known.
fn missing(facts: &Facts, run: &Run) -> Option<Held> {
    let whole = facts.number("quality/roster/all");
    let of = |(name, n): (&String, u64)| {
        let id = format!("quality/roster/attributes/{}/missing", text::slug(name));
        (name.clone(), facts.number(&id).unwrap_or(n as f64))
    };
    let attributes = &run.panel.attributes;
    let all = attributes.dimensions.iter().map(|it| (&it.name, it.n_missing));
    let (name, n) = all.map(of).reduce(|a, b| if a.1 < b.1 { b } else { a })?;
    let whole = whole.unwrap_or(attributes.customers.len() as f64);
    let hint = format!("fill `{name}` in, leave it out of `segments:`, {OR_RAISE}");
    Some(share(n, whole, &format!("customers lack `{name}`"), &hint))
}

fn leakage(facts: &Facts) -> Option<Held> {
    let size = facts.number("quality/roster/leakage")?;
    Some(Held {
        size,
        said: format!(
            "{:.1} % of customers held out at random have an exact twin among the rest",
            size * 100.0
        ),
        hint: format!("hold out whole groups of equal customers, or drop repeated ones by a rule, {OR_RAISE}"),
    })
}

fn removed(intake: &Intake, run: &Run) -> Option<Held> {
    let source = run.plan.sources.iter().find(|it| it.name == intake.source)?;
    // The rows that a memo is not about were not removed by anybody's rule.
    let rules = || source.rules.iter().zip(&intake.removed).filter(|it| !it.0.is_of_memo);
    let all: u64 = rules().map(|it| *it.1).sum();
    let (rule, most) = rules().reduce(|a, b| if a.1 < b.1 { b } else { a })?;
    let what = format!("rows of `{}` are removed by rules", source.name);
    let hint = format!("`{}` alone removes {most}: narrow it, {OR_RAISE}", rule.written);
    Some(share(all as f64, intake.rows_read as f64, &what, &hint))
}

fn condition(facts: &Facts, run: &Run) -> Option<Held> {
    facts.get("quality/roster/condition")?;
    let number = facts.number("quality/roster/condition");
    let pairs = facts.list("quality/roster/condition/pairs");
    let said = number.map_or_else(
        || "the features’ condition number has no end (one is told wholly by others)".to_owned(),
        |x| format!("the features’ condition number is {x:.1}"),
    );
    let which = pairs.first().map_or_else(
        || "a feature that hardly varies".to_owned(),
        |it| format!("one of {it}"),
    );
    let in_roster = if run.plan.roster.is_some() { " of `roster:`" } else { "" };
    Some(Held {
        size: number.unwrap_or(f64::INFINITY),
        said,
        hint: format!("leave {which} out of the features{in_roster}, {OR_RAISE}"),
    })
}

fn inflated(facts: &Facts, run: &Run) -> Vec<Held> {
    let features = run.plan.roster.iter().flat_map(|it| &it.features);
    let one = |name: &String| {
        let id = format!("quality/roster/inflation/{name}");
        facts.get(&id)?;
        // What does not vary is told by nobody, and is listed as a constant.
        if facts.list("quality/roster/constant").contains(name) {
            return None;
        }
        let factor = facts.number(&id);
        Some(Held {
            size: factor.unwrap_or(f64::INFINITY),
            said: factor.map_or_else(
                || format!("`{name}` is told wholly by the other features: its variance inflation has no end"),
                |x| format!("`{name}` has a variance inflation of {x:.1}"),
            ),
            hint: format!("leave it or one that tells it out of the features, {OR_RAISE}"),
        })
    };
    features.filter_map(|it| one(&it.name)).collect()
}
