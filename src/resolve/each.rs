//! Several memos of one spec: a plan for each value of a column, or the plan of one set of parameters.
//!
//! The memo of a value is that of the spec with a rule that keeps the rows of the value: what it says follows from the
//! same definitions, and the periods are those of all. It must not know how rows are read.

use super::periods;
use super::periods::Wanted;
use super::sources::Table;
use super::title;
use super::types::unknown_column;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Spanned;
use crate::model::diagnostic::Warned;
use crate::model::diagnostic::nearest;
use crate::model::expr::Expr;
use crate::model::expr::Literal;
use crate::model::expr::Op;
use crate::model::plan::Each;
use crate::model::plan::Plan;
use crate::model::plan::Role;
use crate::model::plan::Rule;
use crate::model::spec::ForEachSpec;
use crate::model::spec::SetSpec;
use crate::model::spec::Spec;
use crate::model::world::ColumnType;
use crate::model::world::OfValue;
use crate::model::world::Skim;
use crate::words::Words;
use crate::words::text;

/// More memos are a column of customers or receipts, or days of waiting.
const MOST_MEMOS: usize = 200;

/// A table that is read, what was seen of it, and whether a metric reads it.
pub(super) type Seen<'a> = (&'a Table, &'a Skim, bool);

/// Returns the column each of whose values gets a memo, where a table of events has it.
pub(super) fn column<'a>(spec: &'a Spec, table: &Table) -> Option<&'a str> {
    let by = &by(spec)?.value;
    let has_it = table.columns.iter().any(|it| it.name == *by);
    (has_it && is_events(table)).then_some(by.as_str())
}

/// Returns the column each of whose values gets a memo.
pub(super) fn by(spec: &Spec) -> Option<&Spanned<String>> {
    match &spec.for_each {
        Some(ForEachSpec::Values { by, .. }) => Some(by),
        _ => None,
    }
}

fn is_events(table: &Table) -> bool {
    matches!(table.source.role, Role::Events { .. })
}

/// Checks that every row of the memo can be told to be of a value.
pub(super) fn check(spec: &Spec, tables: &[Option<Table>], found: &mut Diagnostics) {
    let Some(by) = by(spec) else { return };
    for table in tables.iter().flatten().filter(|it| is_events(it)) {
        let Some(column) = table.columns.iter().find(|it| it.name == by.value) else {
            let known = tables.iter().flatten().flat_map(|it| &it.columns);
            let diagnostic = unknown_column(&table.source.name, &by.value).at(by.span);
            // Where another source has it, its name is not the mistake.
            let known: Vec<&str> = known.map(|it| it.name.as_str()).collect();
            let is_elsewhere = known.contains(&by.value.as_str());
            found.push(match nearest(&by.value, &known).filter(|_| !is_elsewhere) {
                Some(name) => diagnostic.hint(format!("did you mean `{name}`?")),
                None => diagnostic.hint(
                    "every source of events says to which memo a row belongs: `columns:` computes it, `lookup:` brings it",
                ),
            });
            continue;
        };
        if let Some(holds) = &column.holds
            && !matches!(holds, ColumnType::Text | ColumnType::Mixed { .. } | ColumnType::Int)
        {
            let message = format!(
                "`{}` is {}, and there are memos for each value of a text or a whole number",
                by.value,
                holds.name()
            );
            let hint = "`columns:` can compute a text of it, with `case when … then 'small' else 'large' end`";
            found.push(Diagnostic::spec("wrong-column-type", message).at(by.span).hint(hint));
        }
    }
}

/// Makes the plans of all memos of a spec from that of all rows; one where the spec makes one.
pub(super) fn plans(
    spec: &Spec,
    plan: &Plan,
    wanted: &Wanted,
    seen: &[Seen<'_>],
    words: &Words,
    found: &mut Diagnostics,
) -> Vec<Warned<Plan>> {
    let without = |value: Plan| Warned {
        value,
        warnings: Vec::new(),
    };
    match &spec.for_each {
        None => vec![without(plan.clone())],
        Some(ForEachSpec::Sets { sets, chosen }) => {
            let plan = chosen.map(|it| of_set(spec, plan, sets, it, words));
            plan.into_iter().map(without).collect()
        }
        Some(ForEachSpec::Values { by, only, skip }) => {
            let values = values(by, only, skip, seen, found);
            let slugs = slugs(values.iter().map(|it| it.value.as_str()));
            let of_value = |(value, slug): (&OfValue, String)| {
                let each = Each {
                    label: value.value.clone(),
                    slug,
                    values: [(by.value.clone(), value.value.clone())].into(),
                };
                of_value(spec, plan, wanted, (by, each), seen, words, found)
            };
            let memos: Vec<Warned<Plan>> = values.iter().zip(slugs).filter_map(of_value).collect();
            if memos.is_empty() && !values.is_empty() {
                let message = format!(
                    "no value of `{}` has rows in {}: there is no memo to make",
                    by.value,
                    plan.periods.target_name()
                );
                found.push(Diagnostic::data("no-memos", message).at(by.span));
            }
            memos
        }
    }
}

/// Names the folders of memos, each apart. Of names that would be the same none goes without its mark: which of them came
/// first is no reason to be the one without.
pub fn slugs<'a>(labels: impl Iterator<Item = &'a str> + Clone) -> Vec<String> {
    let plain: Vec<String> = labels.clone().map(text::slug).collect();
    let is_alone = |slug: &String| plain.iter().filter(|it| *it == slug).count() == 1;
    let marked = |(slug, label): (&String, &str)| match is_alone(slug) {
        true => slug.clone(),
        false => format!("{slug}-{}", text::mark(label)),
    };
    plain.iter().zip(labels).map(marked).collect()
}

fn of_set(spec: &Spec, plan: &Plan, sets: &[SetSpec], chosen: usize, words: &Words) -> Plan {
    let mut slugs = slugs(sets.iter().map(|it| it.label.value.as_str()));
    let set = &sets[chosen];
    let each = Each {
        label: set.label.value.clone(),
        slug: slugs.swap_remove(chosen),
        values: set.values.iter().map(|it| (it.0.value.clone(), it.1.clone())).collect(),
    };
    Plan {
        title: title::filled(&spec.title.value, &plan.periods, Some(&each.label), words),
        each: Some(each),
        ..plan.clone()
    }
}

/// Lists the values that get a memo, with what the rows of each hold in all sources together.
fn values(
    by: &Spanned<String>,
    only: &[Spanned<String>],
    skip: &[Spanned<String>],
    seen: &[Seen<'_>],
    found: &mut Diagnostics,
) -> Vec<OfValue> {
    let mut values: Vec<OfValue> = Vec::new();
    // An empty text says as little as a null.
    for it in seen.iter().flat_map(|it| &it.1.each).filter(|it| !it.value.is_empty()) {
        match values.iter_mut().find(|known| known.value == it.value) {
            Some(known) => known.rows += it.rows,
            None => values.push(it.clone()),
        }
    }
    let known: Vec<String> = values.iter().map(|it| it.value.clone()).collect();
    for written in only.iter().chain(skip) {
        if !known.contains(&written.value) {
            let message = format!("no row has `{}` in `{}`", written.value, by.value);
            let diagnostic = Diagnostic::data("unknown-value-of-column", message).at(written.span);
            found.push(diagnostic.nearest(&written.value, known.iter().map(String::as_str)));
        }
    }
    for (table, skim, _) in seen.iter().filter(|it| column_is_there(it, by)) {
        let said = skim.each.iter().filter(|it| !it.value.is_empty());
        let of_values: u64 = said.map(|it| it.rows).sum();
        let n = skim.intake.rows_used.saturating_sub(of_values);
        if n > 0 {
            let message = format!(
                "{n} of {} rows of `{}` have no `{}`: they are in no memo",
                skim.intake.rows_used, table.source.name, by.value
            );
            found.push(Diagnostic::warning("rows-in-no-memo", message).at(by.span));
        }
    }
    let named = |list: &[Spanned<String>], it: &OfValue| list.iter().any(|named| named.value == it.value);
    values.retain(|it| (only.is_empty() || named(only, it)) && !named(skip, it));
    if MOST_MEMOS < values.len() {
        let message = format!(
            "`{}` has {} values, and a spec makes {MOST_MEMOS} memos at most",
            by.value,
            values.len()
        );
        let hint = "name those that are wanted: `for_each: { by: …, only: [A, B] }`";
        found.push(Diagnostic::data("too-many-memos", message).at(by.span).hint(hint));
        return Vec::new();
    }
    if values.is_empty() && !found.has_errors() {
        let message = format!("no value of `{}` is left to make a memo of", by.value);
        found.push(Diagnostic::data("no-memos", message).at(by.span));
    }
    values
}

fn column_is_there((table, ..): &Seen<'_>, by: &Spanned<String>) -> bool {
    is_events(table) && table.columns.iter().any(|it| it.name == by.value)
}

/// Makes the plan of one value; `None` where nothing happened in the target, which is told.
fn of_value(
    spec: &Spec,
    plan: &Plan,
    wanted: &Wanted,
    (by, each): (&Spanned<String>, Each),
    seen: &[Seen<'_>],
    words: &Words,
    found: &mut Diagnostics,
) -> Option<Warned<Plan>> {
    let mut plan = plan.clone();
    let mut warnings = Vec::new();
    let of_used = seen.iter().filter(|it| it.2);
    let held: Vec<&OfValue> = of_used
        .flat_map(|it| it.1.each.iter().filter(|of| of.value == each.label))
        .collect();
    let target = plan.periods.target;
    let is_in_target = |it: &&OfValue| it.days.iter().any(|day| target.from <= *day && *day < target.until);
    if !held.iter().any(is_in_target) {
        let message = format!(
            "no row of `{}` is in {}: it gets no memo",
            each.label,
            plan.periods.target_name()
        );
        found.push(Diagnostic::warning("value-without-rows", message).at(by.span));
        return None;
    }
    // As in a memo of these rows alone: history begins with the first complete period of the source that begins last.
    let firsts = held
        .iter()
        .filter_map(|it| periods::first_complete(*it.days.first()?, wanted));
    if let Some(first) = firsts.max() {
        plan.periods.history.retain(|it| first.from <= it.from);
        let against = plan.periods.comparisons.iter();
        let early = against.flat_map(|it| &it.periods).find(|it| it.from < first.from);
        if let Some(early) = early {
            let message = format!(
                "the first complete {} of `{}` is {}: {}, which it is held against, is not whole or has no rows",
                first.grain.noun(),
                each.label,
                plan.periods.calendar.name(&first),
                plan.periods.calendar.name(early)
            );
            warnings.push(Diagnostic::warning("value-begins-late", message).at(by.span));
        }
    }
    for (source, (table, ..)) in plan.sources.iter_mut().zip(seen) {
        let column = table.columns.iter().find(|it| it.name == by.value);
        let is_about = !matches!(source.role, Role::Things { .. });
        if let Some(column) = column.filter(|_| is_about) {
            source.rules.push(rule(&by.value, &each.label, column.holds.as_ref()));
        }
    }
    plan.title = title::filled(&spec.title.value, &plan.periods, Some(&each.label), words);
    plan.each = Some(each);
    Some(Warned { value: plan, warnings })
}

/// A rule that keeps the rows of one value.
fn rule(column: &str, value: &str, holds: Option<&ColumnType>) -> Rule {
    let number = value.parse().ok().filter(|_| holds == Some(&ColumnType::Int));
    let literal = number.map_or_else(|| Literal::Text(value.to_owned()), Literal::Int);
    let written = match &literal {
        Literal::Int(number) => number.to_string(),
        _ => format!("'{}'", value.replace('\'', "''")),
    };
    let is_it = Expr::Binary(
        Op::Eq,
        Box::new(Expr::Column(column.to_owned())),
        Box::new(Expr::Literal(literal)),
    );
    Rule {
        keeps: Expr::Coalesce(vec![is_it, Expr::Literal(Literal::Bool(false))]),
        written: format!("keep {column} = {written}"),
        because: String::new(),
        is_of_memo: true,
    }
}
