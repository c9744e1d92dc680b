//! Sources with their files and columns found.

use super::each;
use super::types::Checker;
use super::types::Column;
use super::types::Inexact;
use super::types::Type;
use super::types::unknown_column;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::diagnostic::Spanned;
use crate::model::diagnostic::nearest;
use crate::model::expr::Expr;
use crate::model::expr::Literal;
use crate::model::plan::Clock;
use crate::model::plan::Lookup;
use crate::model::plan::Role;
use crate::model::plan::Rule;
use crate::model::plan::Source;
use crate::model::spec::SourceSpec;
use crate::model::spec::Spec;
use crate::model::world::ColumnType;
use crate::model::world::FOREIGN_DATES;
use crate::model::world::World;
use crate::model::world::odd_value;

/// A source and what can be read from it.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// The source.
    pub source: Source,
    /// Where its name stands in the spec.
    pub span: Span,
    /// Its columns, computed ones last.
    pub columns: Vec<Column>,
}

impl Table {
    /// Returns what a column holds; reports one that is not there. `None` in both cases of ignorance.
    pub fn holds(&self, name: &Spanned<String>, found: &mut Diagnostics) -> Option<ColumnType> {
        let Some(column) = self.columns.iter().find(|it| it.name == name.value) else {
            let known = self.columns.iter().map(|it| it.name.as_str());
            found.push(
                unknown_column(&self.source.name, &name.value)
                    .at(name.span)
                    .nearest(&name.value, known),
            );
            return None;
        };
        column.holds.clone()
    }
}

/// Finds the files and columns of all sources; one entry a source, `None` where they cannot be read.
pub(super) fn tables(spec: &Spec, world: &dyn World, found: &mut Diagnostics) -> Vec<Option<Table>> {
    let tables: Vec<Option<Table>> = spec
        .sources
        .iter()
        .map(|(name, source)| table(name, source, spec, world, found))
        .collect();
    check_keys(spec, &tables, found);
    tables
}

fn table(
    name: &Spanned<String>,
    source: &SourceSpec,
    spec: &Spec,
    world: &dyn World,
    found: &mut Diagnostics,
) -> Option<Table> {
    let placed = |wrong: Diagnostics, found: &mut Diagnostics| {
        for mut diagnostic in wrong.0 {
            let files = source.files.first().map_or(name.span, |it| it.span);
            diagnostic.span = diagnostic.span.or(Some(files));
            found.push(diagnostic);
        }
    };
    let files = world.files(&source.files).map_err(|wrong| placed(wrong, found)).ok()?;
    if files.is_empty() {
        found.push(Diagnostic::data("no-files", format!("source `{}` has no files", name.value)).at(name.span));
        return None;
    }
    let read = world.columns(&files).map_err(|wrong| placed(wrong, found)).ok()?;
    let mut table = Table {
        source: Source {
            name: name.value.clone(),
            files,
            role: role(&name.value, source, spec),
            decimals: Vec::new(),
            lookups: Vec::new(),
            columns: Vec::new(),
            rules: Vec::new(),
            unique: source.unique.iter().map(|it| it.value.clone()).collect(),
            clock: Clock::None,
        },
        span: name.span,
        columns: read.into_iter().map(|(name, holds)| file_column(name, holds)).collect(),
    };
    decimals(source, &mut table, found);
    lookups(source, spec, world, &mut table, found);
    look_up_each(source, spec, world, &mut table);
    computed(source, spec, &mut table, found);
    check_columns(source, &table, found);
    table.source.clock = clock(source, &table, found);
    table.source.rules = rules(source, spec, &table, found);
    Some(table)
}

/// Tells what the hour of a source is, and checks the zone that it is taken in.
fn clock(source: &SourceSpec, table: &Table, found: &mut Diagnostics) -> Clock {
    let of = |name: &Spanned<String>| table.columns.iter().find(|it| it.name == name.value)?.holds.clone();
    let holds = source.time.as_ref().and_then(of);
    let Some(zone) = &source.time_zone else {
        return match holds {
            Some(ColumnType::Timestamp) => Clock::AsWritten,
            _ => Clock::None,
        };
    };
    let known: Vec<String> = jiff::tz::db().available().map(|it| it.to_string()).collect();
    if !known.contains(&zone.value) {
        let message = format!("there is no time zone `{}`", zone.value);
        let diagnostic = Diagnostic::spec("unknown-time-zone", message).at(zone.span);
        // Six hundred names are no help; without a near one the form is.
        let names: Vec<&str> = known.iter().map(String::as_str).collect();
        found.push(match nearest(&zone.value, &names) {
            Some(name) => diagnostic.hint(format!("did you mean `{name}`?")),
            None => diagnostic.hint("write its IANA name, as `Europe/Moscow` or `America/New_York`"),
        });
        return Clock::None;
    }
    match (&source.time, holds) {
        (None, _) | (Some(_), Some(ColumnType::Date)) => {
            let message = format!(
                "source `{}` has no hour that a time zone could shift",
                table.source.name
            );
            let hint = "a time zone needs a `time` that is a timestamp, as Parquet has it (`bellwether pack` makes it of CSV); a date is taken as it stands";
            found.push(Diagnostic::spec("idle-time-zone", message).at(zone.span).hint(hint));
            Clock::None
        }
        _ => Clock::In(zone.value.clone()),
    }
}

/// Tells whether a table is of something else than customers: it is looked up by another column than who.
pub(super) fn is_of_things(name: &str, spec: &Spec) -> bool {
    let by_another = |(_, source): &(Spanned<String>, SourceSpec)| {
        let who = source.customer.as_ref().map(|it| &it.value);
        let mut lookups = source.lookup.iter();
        lookups.any(|(table, column)| table.value == name && Some(&column.value) != who)
    };
    spec.sources.iter().any(by_another)
}

/// Tells whether a `lookup:` names a source that is not there, which is told elsewhere.
pub(super) fn has_unknown_lookup(spec: &Spec) -> bool {
    let is_known = |name: &str| spec.sources.iter().any(|(of, it)| of.value == name && it.key.is_some());
    spec.sources
        .iter()
        .any(|(_, it)| it.lookup.iter().any(|(name, _)| !is_known(&name.value)))
}

fn role(name: &str, source: &SourceSpec, spec: &Spec) -> Role {
    match (&source.time, &source.key) {
        (Some(time), _) => Role::Events {
            time: time.value.clone(),
            customer: source.customer.as_ref().map(|it| it.value.clone()).unwrap_or_default(),
        },
        (None, Some(key)) if is_of_things(name, spec) => Role::Things { key: key.value.clone() },
        (None, Some(key)) => Role::Customers { key: key.value.clone() },
        (None, None) => unreachable!("a source without `time` and `key` is refused when it is parsed"),
    }
}

fn file_column(name: String, holds: ColumnType) -> Column {
    let places = match holds {
        ColumnType::Int => Ok(0),
        ColumnType::Float => Err(Inexact::Undeclared(name.clone())),
        _ => Err(Inexact::NoNumber),
    };
    Column {
        name,
        holds: Some(holds),
        places,
    }
}

/// Takes over `decimals:`.
fn decimals(source: &SourceSpec, table: &mut Table, found: &mut Diagnostics) {
    for (name, places) in &source.decimals {
        let Some(holds) = table.holds(name, found) else {
            // The column that the name slipped from has these places, and nothing that adds it up is wrong.
            let names: Vec<&str> = table.columns.iter().map(|it| it.name.as_str()).collect();
            let meant = nearest(&name.value, &names).map(str::to_owned);
            for column in table.columns.iter_mut().filter(|it| Some(&it.name) == meant.as_ref()) {
                column.places = Ok(u32::try_from(places.value).unwrap_or(u32::MAX));
            }
            continue;
        };
        if let ColumnType::Mixed {
            most: most @ "numbers",
            odd,
        } = &holds
        {
            found.push(odd_value(&name.value, most, odd).at(name.span));
            continue;
        }
        if !matches!(holds, ColumnType::Int | ColumnType::Float) {
            let message = format!("`{}` is {}, and only numbers have decimals", name.value, holds.name());
            found.push(Diagnostic::spec("wrong-column-type", message).at(name.span));
            continue;
        }
        // `parse` allows nine places at most.
        let places = u32::try_from(places.value).unwrap_or(u32::MAX);
        table.source.decimals.push((name.value.clone(), places));
        for column in &mut table.columns {
            if column.name == name.value {
                column.places = Ok(places);
            }
        }
    }
}

/// Takes over `lookup:`; the columns of each table stand beside the source's own, which keep their names.
fn lookups(source: &SourceSpec, spec: &Spec, world: &dyn World, table: &mut Table, found: &mut Diagnostics) {
    for (name, column) in source.lookup.iter().filter(|it| !it.0.value.is_empty()) {
        let other = spec.sources.iter().find(|it| it.0.value == name.value);
        let keyed: Vec<&str> = spec
            .sources
            .iter()
            .filter(|it| it.1.key.is_some())
            .map(|it| it.0.value.as_str())
            .collect();
        let Some((of, other, key)) = other.and_then(|(of, it)| Some((of, it, it.key.as_ref()?))) else {
            let message = format!(
                "`{}` is no source with a `key`, in which something could be looked up",
                name.value
            );
            let diagnostic = Diagnostic::spec("unknown-lookup", message).at(name.span);
            found.push(diagnostic.nearest(&name.value, keyed.iter().copied()));
            continue;
        };
        if !other.lookup.is_empty() {
            found.push(chained(name, "has a `lookup` of its own"));
            continue;
        }
        // What is wrong with the table itself is told where it stands.
        let Some(other) = self::table(of, other, spec, world, &mut Diagnostics::new()) else {
            continue;
        };
        if table.source.lookups.iter().any(|it| it.brings.contains(&column.value)) {
            found.push(chained(column, "is looked up itself"));
            continue;
        }
        let own_kind = table.holds(column, found);
        let key_kind = kind(&other, key);
        if let (Some(own), Some(theirs)) = (own_kind, &key_kind)
            && kind(table, column).as_ref() != Some(theirs)
        {
            let message = format!(
                "`{}` is {}, and the key `{}` of `{}` is {}: they never meet",
                column.value,
                own.name(),
                key.value,
                name.value,
                theirs.name()
            );
            found.push(Diagnostic::spec("wrong-column-type", message).at(column.span));
            continue;
        }
        let is_new = |it: &&Column| it.name != key.value && table.columns.iter().all(|own| own.name != it.name);
        for own in &table.columns {
            if own.name != key.value && own.name != column.value && other.columns.iter().any(|it| it.name == own.name) {
                let message = format!(
                    "`{}` stands in `{}` and in `{}`: the memo reads that of `{}`",
                    own.name, table.source.name, name.value, table.source.name
                );
                found.push(Diagnostic::warning("hidden-column", message).at(name.span));
            }
        }
        let brought: Vec<Column> = other.columns.iter().filter(is_new).cloned().collect();
        table.source.lookups.push(Lookup {
            table: other.source,
            key: key.value.clone(),
            column: column.value.clone(),
            brings: brought.iter().map(|it| it.name.clone()).collect(),
        });
        table.columns.extend(brought);
    }
}

/// Looks up the column each of whose values gets a memo with the customer, where the customers have it and the rows do
/// not.
fn look_up_each(source: &SourceSpec, spec: &Spec, world: &dyn World, table: &mut Table) {
    let (Some(by), Some(customer)) = (each::by(spec), &source.customer) else {
        return;
    };
    let is_computed = source.columns.iter().any(|it| it.0.value == by.value);
    if is_computed || table.columns.iter().any(|it| it.name == by.value) {
        return;
    }
    let customers = spec.sources.iter().find_map(|(name, it)| {
        let key = it.key.as_ref().filter(|_| !is_of_things(&name.value, spec))?;
        Some((name, it, key))
    });
    let Some((name, customers, key)) = customers else {
        return;
    };
    // What is wrong with the table itself is told where it stands.
    let Some(customers) = self::table(name, customers, spec, world, &mut Diagnostics::new()) else {
        return;
    };
    let Some(column) = customers.columns.iter().find(|it| it.name == by.value) else {
        return;
    };
    if kind(table, customer) == kind(&customers, key) {
        table.source.lookups.push(Lookup {
            key: key.value.clone(),
            column: customer.value.clone(),
            brings: vec![by.value.clone()],
            table: customers.source,
        });
        table.columns.push(column.clone());
    }
}

fn chained(name: &Spanned<String>, why: &str) -> Diagnostic {
    let message = format!("`{}` {why}, and one step is all that is looked up", name.value);
    Diagnostic::spec("chained-lookup", message)
        .at(name.span)
        .hint("join its columns into its file")
}

/// Takes over computed columns, each of which may use those before it.
fn computed(source: &SourceSpec, spec: &Spec, table: &mut Table, found: &mut Diagnostics) {
    for (name, expr) in &source.columns {
        if table.columns.iter().any(|it| it.name == name.value) {
            let message = format!("source `{}` has a column `{}` already", table.source.name, name.value);
            found.push(
                Diagnostic::spec("repeated-name", message)
                    .at(name.span)
                    .hint("give the computed column a name of its own"),
            );
            continue;
        }
        let source = table.source.name.clone();
        let mut checker = Checker {
            source: &source,
            columns: &table.columns,
            spec,
            within: expr.span,
            found,
        };
        let kind = checker.kind(&expr.value);
        let places = checker.places(&expr.value);
        let holds = match kind {
            Type::Number if places == Ok(0) => Some(ColumnType::Int),
            Type::Number => Some(ColumnType::Float),
            Type::Text => Some(ColumnType::Text),
            Type::Bool => Some(ColumnType::Bool),
            Type::When => Some(ColumnType::Date),
            Type::Any => None,
        };
        table.columns.push(Column {
            name: name.value.clone(),
            holds,
            places,
        });
        table.source.columns.push((name.value.clone(), expr.value.clone()));
    }
}

/// Checks the columns that a source is read by.
fn check_columns(source: &SourceSpec, table: &Table, found: &mut Diagnostics) {
    if let Some(time) = &source.time
        && let Some(holds) = table.holds(time, found)
        && !matches!(holds, ColumnType::Date | ColumnType::Timestamp)
    {
        if let ColumnType::Mixed { most: "dates", odd } = &holds {
            found.push(odd_value(&time.value, "dates", odd).at(time.span));
            return;
        }
        if let ColumnType::Mixed {
            most: FOREIGN_DATES,
            odd,
        } = &holds
        {
            let message = format!("`{}` holds {FOREIGN_DATES} than `2026-10-31`: {odd}", time.value);
            let hint = "write the dates as year, month, day; which of the other parts is the month cannot be told";
            found.push(Diagnostic::data("unreadable-value", message).at(time.span).hint(hint));
            return;
        }
        let message = format!(
            "`time` of source `{}` is a date or a timestamp, and `{}` is {}",
            table.source.name,
            time.value,
            holds.name()
        );
        let dates = table
            .columns
            .iter()
            .filter(|it| matches!(it.holds, Some(ColumnType::Date | ColumnType::Timestamp)));
        let names: Vec<String> = dates.map(|it| format!("`{}`", it.name)).collect();
        let hint = if names.is_empty() {
            "no column of it is one; in CSV a date is written `2026-10-31`".to_owned()
        } else {
            format!("columns that are: {}", names.join(", "))
        };
        found.push(Diagnostic::spec("wrong-column-type", message).at(time.span).hint(hint));
    }
    for name in [&source.customer, &source.key].into_iter().flatten() {
        if let Some(holds) = table.holds(name, found)
            && !matches!(holds, ColumnType::Int | ColumnType::Text | ColumnType::Mixed { .. })
        {
            let message = format!(
                "a customer is a whole number or text, and `{}` is {}",
                name.value,
                holds.name()
            );
            found.push(Diagnostic::spec("wrong-column-type", message).at(name.span));
        }
    }
    for name in &source.unique {
        table.holds(name, found);
    }
}

fn rules(source: &SourceSpec, spec: &Spec, table: &Table, found: &mut Diagnostics) -> Vec<Rule> {
    let mut rules = Vec::new();
    for rule in &source.rules {
        let within = rule.condition.span;
        let mut checker = Checker {
            source: &table.source.name,
            columns: &table.columns,
            spec,
            within,
            found,
        };
        checker.condition(&rule.condition.value);
        // A row that the condition cannot judge is not one for which it holds.
        let holds = Expr::Coalesce(vec![rule.condition.value.clone(), Expr::Literal(Literal::Bool(false))]);
        let (keeps, verb) = if rule.drops {
            (Expr::Not(Box::new(holds)), "drop")
        } else {
            (holds, "keep")
        };
        rules.push(Rule {
            keeps,
            written: format!("{verb} {}", rule.written),
            because: rule.because.clone().unwrap_or_default(),
            is_of_memo: false,
        });
    }
    rules
}

/// Checks that customers have ids of one kind wherever they stand.
fn check_keys(spec: &Spec, tables: &[Option<Table>], found: &mut Diagnostics) {
    let key = spec.sources.iter().zip(tables).find_map(|((name, source), table)| {
        let key = source.key.as_ref().filter(|_| !is_of_things(&name.value, spec))?;
        Some((name, key, kind(table.as_ref()?, key)?))
    });
    let Some((owner, key, key_kind)) = key else { return };
    for ((name, source), table) in spec.sources.iter().zip(tables) {
        let (Some(customer), Some(table)) = (&source.customer, table) else {
            continue;
        };
        if let Some(kind) = kind(table, customer)
            && kind != key_kind
        {
            let message = format!(
                "`{}` is {} in source `{}`, and `{}` is {} in source `{}`: they never meet",
                customer.value,
                kind.name(),
                name.value,
                key.value,
                key_kind.name(),
                owner.value
            );
            found.push(Diagnostic::spec("wrong-column-type", message).at(customer.span));
        }
    }
}

/// Returns the type of an id, where it is one that an id can have.
fn kind(table: &Table, name: &Spanned<String>) -> Option<ColumnType> {
    let column = table.columns.iter().find(|it| it.name == name.value)?;
    column
        .holds
        .clone()
        .map(|it| match it {
            ColumnType::Mixed { .. } => ColumnType::Text,
            other => other,
        })
        .filter(|it| matches!(it, ColumnType::Int | ColumnType::Text))
}
