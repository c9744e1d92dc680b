//! The tracked dimension and the customers' attributes.

use super::label_of;
use super::sources::Table;
use super::sources::has_unknown_lookup;
use super::sources::is_of_things;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Spanned;
use crate::model::joined::Joined;
use crate::model::plan::Categories;
use crate::model::plan::Measure;
use crate::model::plan::Segment;
use crate::model::spec::SegmentSpec;
use crate::model::spec::Spec;
use crate::model::world::ColumnType;
use crate::model::world::odd_value;
use crate::say;
use crate::words::Words;

/// Resolves `categories:`; checks that every source that is counted by category has the column.
pub(super) fn categories(
    spec: &Spec,
    tables: &[Option<Table>],
    measures: &[Measure],
    words: &Words,
    found: &mut Diagnostics,
) -> Categories {
    let written = &spec.categories;
    for (at, table) in tables.iter().enumerate() {
        let by_category = measures.iter().any(|it| it.source == at && !it.across);
        let (true, Some(table)) = (by_category, table) else {
            continue;
        };
        match table
            .columns
            .iter()
            .find(|it| it.name == written.by.value)
            .map(|it| &it.holds)
        {
            // It may be a column of the table that is not found.
            None if has_unknown_lookup(spec) => {}
            None => {
                let name = &table.source.name;
                let message = format!(
                    "source `{name}` has no column `{}`, and is counted by category",
                    written.by.value
                );
                let known = table.columns.iter().map(|it| it.name.as_str());
                let diagnostic = Diagnostic::spec("unknown-column", message).at(written.by.span);
                found.push(diagnostic.nearest(&written.by.value, known).hint(format!(
                    "a metric over `{name}` that is the same for all categories says `across: category`"
                )));
            }
            Some(Some(
                holds @ (ColumnType::Float | ColumnType::Date | ColumnType::Timestamp | ColumnType::Other(_)),
            )) => {
                let message = format!(
                    "a category is text or a whole number, and `{}` is {}",
                    written.by.value,
                    holds.name()
                );
                found.push(Diagnostic::spec("wrong-column-type", message).at(written.by.span));
            }
            Some(_) => {}
        }
    }
    let noun = written.noun.as_ref();
    let noun = noun.map_or_else(|| say!(words, "default-category"), |it| it.value.clone());
    let nouns = written.nouns.as_ref();
    let nouns = nouns.map_or_else(|| words.plural(&noun), |it| it.value.clone());
    Categories {
        column: written.by.value.clone(),
        others: say!(words, "other-categories", nouns = nouns),
        nouns,
        noun,
        skip: written.skip.iter().map(|it| it.value.clone()).collect(),
        joined: Joined::default(),
    }
}

/// Resolves `segments:` against the one source of customers.
pub(super) fn segments(spec: &Spec, tables: &[Option<Table>], found: &mut Diagnostics) -> Vec<Segment> {
    let Some(first) = spec.segments.first() else {
        return Vec::new();
    };
    let customers = customers_sources(spec);
    let at = match customers.as_slice() {
        [only] => *only,
        // Which of them a mistyped lookup meant cannot be told; that it is mistyped is.
        [_, _, ..] if has_unknown_lookup(spec) => return Vec::new(),
        [] => {
            let message = "segments are attributes of customers, and no source has them";
            let hint = "add a source with `key:`: one row a customer";
            found.push(
                Diagnostic::spec("no-customers-source", message)
                    .at(first.name.span)
                    .hint(hint),
            );
            return Vec::new();
        }
        [_, second, ..] => {
            let message = "segments are read from one source of customers, and this is a second one";
            let hint = "join the attributes into one table";
            let span = spec.sources[*second].0.span;
            found.push(
                Diagnostic::spec("several-customers-sources", message)
                    .at(span)
                    .hint(hint),
            );
            return Vec::new();
        }
    };
    spec.segments
        .iter()
        .map(|it| segment(it, at, tables[at].as_ref(), found))
        .collect()
}

/// Lists the sources that hold one row a customer.
pub(super) fn customers_sources(spec: &Spec) -> Vec<usize> {
    let is_of_customers = |at: &usize| {
        let (name, source) = &spec.sources[*at];
        source.key.is_some() && !is_of_things(&name.value, spec)
    };
    (0..spec.sources.len()).filter(is_of_customers).collect()
}

fn segment(written: &SegmentSpec, source: usize, table: Option<&Table>, found: &mut Diagnostics) -> Segment {
    let column = written.column();
    // A name that cannot be one is told, and is no column either.
    let is_told = found.0.iter().any(|it| it.span == Some(column.span));
    let holds = table.filter(|_| !is_told).and_then(|it| it.holds(column, found));
    check_bands(written, found);
    if let (Some(ColumnType::Mixed { most: "numbers", odd }), Some(_)) = (&holds, written.bands.first()) {
        found.push(odd_value(&column.value, "numbers", odd).at(column.span));
    }
    let wrong = match (&holds, written.bands.first()) {
        (Some(ColumnType::Int | ColumnType::Float | ColumnType::Mixed { most: "numbers", .. }) | None, _) => None,
        (Some(_), Some(_)) => Some("bands are made of a number"),
        (Some(ColumnType::Date | ColumnType::Timestamp | ColumnType::Other(_)), None) => {
            Some("a segment is text, a number, or true or false")
        }
        (Some(ColumnType::Text | ColumnType::Mixed { .. } | ColumnType::Bool), None) => None,
    };
    if let (Some(wrong), Some(holds)) = (wrong, &holds) {
        let message = format!("{wrong}, and `{}` is {}", column.value, holds.name());
        let diagnostic = Diagnostic::spec("wrong-column-type", message).at(column.span);
        found.push(match written.bands.first() {
            Some(_) => diagnostic.hint("leave `bands` out: its values are the levels; `order:` says in which order"),
            None => diagnostic,
        });
    }
    Segment {
        name: written.name.value.clone(),
        label: written
            .label
            .as_ref()
            .map_or_else(|| label_of(&written.name.value), |it| it.value.clone()),
        source,
        column: column.value.clone(),
        order: written.order.iter().map(|it| it.value.clone()).collect(),
        bands: written.bands.iter().map(|it| it.value).collect(),
    }
}

fn check_bands(written: &SegmentSpec, found: &mut Diagnostics) {
    let Some(first) = written.bands.first() else { return };
    check_ascending(&written.bands, found);
    if written.bands.len() == 1 {
        let message = "one lower end makes one band, which tells nobody apart";
        found.push(
            Diagnostic::spec("bad-bands", message)
                .at(first.span)
                .hint("for example `bands: [0, 25, 50]`"),
        );
    }
    if !written.order.is_empty() {
        let message = format!(
            "segment `{}` has both `bands` and `order`: bands are in order already",
            written.name.value
        );
        found.push(Diagnostic::spec("bad-bands", message).at(first.span));
    }
}

/// Reports lower ends of bands that do not ascend.
pub(super) fn check_ascending(bands: &[Spanned<f64>], found: &mut Diagnostics) {
    let Some(pair) = bands.windows(2).find(|pair| pair[1].value <= pair[0].value) else {
        return;
    };
    let message = format!(
        "the lower ends of `bands` ascend, and {} follows {}",
        pair[1].value, pair[0].value
    );
    let mut ends: Vec<f64> = bands.iter().map(|it| it.value).collect();
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    let ends: Vec<String> = ends.iter().map(f64::to_string).collect();
    let hint = format!("write `bands: [{}]`", ends.join(", "));
    found.push(Diagnostic::spec("bad-bands", message).at(pair[1].span).hint(hint));
}
