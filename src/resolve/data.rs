//! What the data say to the spec: days, rules that remove nothing or everything, labels that nobody has.
//!
//! A mistyped level or a rule that never holds is no error of the language, and no figure looks wrong
//! for it: only the data can tell. It must not know how rows are read.

use super::each;
use super::sources::Table;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Spanned;
use crate::model::panel::Intake;
use crate::model::plan::Role;
use crate::model::spec::SegmentSpec;
use crate::model::spec::SourceSpec;
use crate::model::spec::Spec;
use crate::model::world::Skim;
use crate::model::world::World;

/// Reads what the plan needs to know of each source; `None` where a source cannot be read, which is told.
pub(super) fn skims(spec: &Spec, tables: &[Table], world: &dyn World, found: &mut Diagnostics) -> Option<Vec<Skim>> {
    let skims: Vec<Option<Skim>> = spec
        .sources
        .iter()
        .zip(tables)
        .map(|((_, source), table)| skim(spec, source, table, world, found))
        .collect();
    skims.into_iter().collect()
}

/// Lists the values of the tracked dimension that a memo shows, over all sources.
pub(super) fn categories(spec: &Spec, tables: &[Table], skims: &[Skim], found: &mut Diagnostics) -> Vec<String> {
    let of_events = tables.iter().zip(skims).filter(|(table, _)| is_events(table));
    let mut labels: Vec<String> = of_events.flat_map(|(_, skim)| skim.labels.concat()).collect();
    labels.sort_unstable();
    labels.dedup();
    let by = &spec.categories.by;
    if labels.is_empty()
        && tables
            .iter()
            .any(|it| is_events(it) && it.columns.iter().any(|column| column.name == by.value))
    {
        let message = format!("no row has a value in `{}`", by.value);
        let hint = "name the column that says what was bought";
        found.push(Diagnostic::data("no-category", message).at(by.span).hint(hint));
    }
    for skipped in &spec.categories.skip {
        if !labels.contains(&skipped.value) {
            let message = format!(
                "no row has the {} `{}`: there is nothing to skip",
                spec.noun(),
                skipped.value
            );
            found.push(unused("unknown-category", message, skipped, &labels));
        }
    }
    labels.retain(|it| spec.categories.skip.iter().all(|skipped| skipped.value != *it));
    labels
}

fn is_events(table: &Table) -> bool {
    matches!(table.source.role, Role::Events { .. })
}

fn skim(spec: &Spec, source: &SourceSpec, table: &Table, world: &dyn World, found: &mut Diagnostics) -> Option<Skim> {
    // Segments are columns of the customers, not of products and the like.
    let is_of_customers = matches!(table.source.role, Role::Customers { .. });
    let ordered: Vec<&SegmentSpec> = spec
        .segments
        .iter()
        .filter(|it| is_of_customers && !(it.order.is_empty() && it.bands.is_empty()))
        .collect();
    let columns: Vec<String> = if is_events(table) {
        let by = &spec.categories.by.value;
        let has_it = table.columns.iter().any(|it| it.name == *by);
        has_it.then(|| by.clone()).into_iter().collect()
    } else {
        ordered.iter().map(|it| it.column().value.clone()).collect()
    };
    // A table of customers without rules, order and bands has nothing to say yet.
    if !is_events(table) && columns.is_empty() && source.rules.is_empty() {
        return Some(Skim::default());
    }
    let each = each::column(spec, table);
    let skim = match world.skim(&table.source, &columns, each) {
        Ok(skim) => skim,
        Err(wrong) => {
            for mut diagnostic in wrong.0 {
                diagnostic.span = diagnostic.span.or(Some(table.span));
                found.push(diagnostic);
            }
            return None;
        }
    };
    let is_empty = if is_events(table) {
        skim.days.is_empty()
    } else {
        skim.intake.rows_used == 0
    };
    if is_empty {
        found.push(nothing_left(source, table, &skim.intake));
        return None;
    }
    check_rules(source, table, &skim.intake, found);
    for (segment, labels) in ordered.iter().zip(&skim.labels) {
        check_order(segment, labels, found);
        check_bands(segment, labels, found);
    }
    Some(skim)
}

/// Says why nothing is left of a source: its rules, or values that cannot be read.
fn nothing_left(source: &SourceSpec, table: &Table, intake: &Intake) -> Diagnostic {
    let name = &table.source.name;
    let removed: u64 = intake.removed.iter().sum();
    let worst = (0..source.rules.len()).max_by_key(|&at| (intake.removed.get(at).copied(), usize::MAX - at));
    if let Some(at) = worst.filter(|_| removed > 0) {
        let (rule, written) = (&source.rules[at], &table.source.rules[at].written);
        let by_it = intake.removed[at];
        let message = if by_it == intake.rows_read {
            format!("the rule `{written}` removes all {by_it} rows of source `{name}`")
        } else {
            format!(
                "nothing is left of the {} rows of source `{name}`: its rules remove {removed}, `{written}` alone {by_it}",
                intake.rows_read
            )
        };
        let hint = "`drop:` removes the rows for which its condition holds, `keep:` all others";
        return Diagnostic::data("no-rows", message).at(rule.condition.span).hint(hint);
    }
    let message = format!("none of the {} rows of source `{name}` can be used", intake.rows_read);
    let diagnostic = Diagnostic::data("no-rows", message).at(table.span);
    match intake
        .rejects
        .iter()
        .find_map(|it| Some((&it.reason, it.kept.first()?)))
    {
        Some((reason, row)) => diagnostic.hint(format!("{reason} in the first of them: {row}")),
        None => diagnostic,
    }
}

/// Warns of rules that change nothing.
fn check_rules(source: &SourceSpec, table: &Table, intake: &Intake, found: &mut Diagnostics) {
    let mut left = intake.rows_read - intake.rejects.iter().map(|it| it.rows).sum::<u64>();
    for ((rule, resolved), removed) in source.rules.iter().zip(&table.source.rules).zip(&intake.removed) {
        if *removed == 0 {
            let message = format!(
                "the rule `{}` removes none of the {left} rows of source `{}`",
                resolved.written, table.source.name
            );
            found.push(Diagnostic::warning("idle-rule", message).at(rule.condition.span));
        }
        left -= removed;
    }
}

/// Warns of levels that no customer has.
fn check_order(segment: &SegmentSpec, labels: &[String], found: &mut Diagnostics) {
    for level in &segment.order {
        if !labels.contains(&level.value) {
            let message = format!("no customer has the {} `{}`", segment.name.value, level.value);
            found.push(unused("unknown-level", message, level, labels));
        }
    }
}

/// Warns of bands that nobody is in, and of customers below the lowest.
fn check_bands(segment: &SegmentSpec, labels: &[String], found: &mut Diagnostics) {
    let numbers: Vec<f64> = labels.iter().filter_map(|it| it.parse().ok()).collect();
    for (at, low) in segment.bands.iter().enumerate() {
        let high = segment.bands.get(at + 1).map_or(f64::INFINITY, |it| it.value);
        if !numbers.iter().any(|it| (low.value..high).contains(it)) {
            let until = if high.is_finite() {
                format!("to below {high}")
            } else {
                "up".to_owned()
            };
            let message = format!(
                "no customer is in the band of `{}` from {} {until}",
                segment.name.value, low.value
            );
            let mut diagnostic = Diagnostic::warning("empty-band", message).at(low.span);
            let least = numbers.iter().copied().min_by(f64::total_cmp);
            let most = numbers.iter().copied().max_by(f64::total_cmp);
            if let Some((least, most)) = least.zip(most) {
                diagnostic = diagnostic.hint(format!("the values lie between {least} and {most}"));
            }
            found.push(diagnostic);
        }
    }
}

/// A warning of a label that the data do not have.
fn unused(code: &'static str, message: String, written: &Spanned<String>, known: &[String]) -> Diagnostic {
    let known = known.iter().map(String::as_str);
    Diagnostic::warning(code, message)
        .at(written.span)
        .nearest(&written.value, known)
}
