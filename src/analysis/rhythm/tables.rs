//! The phases of a rhythm as tables: hours, weekdays, months of the year.
//!
//! It must not know what the sentences say.

use super::days::HOURS;
use super::days::WEEKDAYS;
use super::telling::Voice;
use crate::analysis::disclosure;
use crate::model::memo::Align;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Column;
use crate::model::memo::Row;
use crate::model::memo::Run;
use crate::model::memo::Table;
use crate::model::memo::TableStyle;
use crate::model::memo::Tone;
use crate::say;
use crate::words;
use crate::words::text;

/// Makes the tables that there are figures for.
pub(super) fn tables(voice: &Voice) -> Vec<Block> {
    let weekdays = Block::Table(phases(voice, "weekdays", WEEKDAYS));
    let mut right = vec![weekdays];
    right.extend(seasons(voice).map(Block::Table));
    if !voice.has_hours() {
        return right;
    }
    let left = vec![Block::Table(phases(voice, "hours", HOURS))];
    vec![Block::Columns {
        widths: vec![1.0, 1.0],
        columns: vec![left, right],
    }]
}

fn column(head: &str, align: Align) -> Column {
    Column {
        head: vec![Run::toned(head, Tone::Quiet)],
        align,
        ..Column::default()
    }
}

/// One row a phase; the comparison's index beside its own.
fn phases(voice: &Voice, pattern: &str, n: usize) -> Table {
    let has_before = voice
        .tell
        .facts
        .get(&voice.id(&format!("{pattern}/0/before_index")))
        .is_some();
    let mut told = match voice.is_total() {
        true => vec!["share", "index"],
        false => vec!["value", "index"],
    };
    let value = |phase: usize| voice.id(&format!("{pattern}/{phase}/value"));
    let has_interval = (0..n).any(|it| voice.tell.facts.interval(&value(it)).is_some());
    told.extend(has_before.then_some("before_index"));
    let interval = |phase: usize| {
        let id = value(phase);
        let ends = voice.tell.facts.interval(&id);
        let shown = ends.map_or_else(
            || words::MISSING.to_owned(),
            |it| {
                format!(
                    "{}–{}",
                    voice.tell.words.fixed(100.0 * it.low, 2),
                    voice.tell.words.fixed(100.0 * it.high, 2)
                )
            },
        );
        Cell::figure(shown, ends.map(|it| it.low), id)
    };
    let row = |phase: usize| {
        let mut cells = vec![Cell::text(voice.phase(pattern, phase))];
        cells.extend(
            told.iter()
                .map(|name| figure(voice, &format!("{pattern}/{phase}/{name}"), name)),
        );
        cells.extend(has_interval.then(|| interval(phase)));
        Row {
            cells,
            ..Row::default()
        }
    };
    let words = voice.tell.words;
    let is_percent = voice.metric.unit == crate::model::unit::Unit::default();
    let heads = told.iter().map(|name| {
        let head = say!(words, "rhythm-head", what = *name, percent = is_percent);
        column(&head, Align::Right)
    });
    let noun = say!(words, "rhythm-head-phase", pattern = pattern);
    let mut columns: Vec<Column> = std::iter::once(column(&noun, Align::Left)).chain(heads).collect();
    columns.extend(has_interval.then(|| column(&say!(words, "rhythm-head-interval"), Align::Right)));
    Table {
        id: format!("rhythm-{pattern}-{}", voice.slug),
        title: say!(words, "rhythm-by-phase", pattern = pattern),
        columns,
        rows: (0..n).map(row).collect(),
        style: TableStyle::Dense,
        note: disclosure::below(voice.tell, &voice.kept_ids(pattern)),
        ..Table::default()
    }
}

fn figure(voice: &Voice, name: &str, what: &str) -> Cell {
    let x = voice.number(name);
    let words = voice.tell.words;
    let shown = |x: f64| match what {
        "share" => words.fixed(100.0 * x, 1),
        "value" if voice.metric.unit == crate::model::unit::Unit::default() => words.fixed(100.0 * x, 2),
        "value" => words.bare(x, &voice.metric.unit, 2),
        _ => words.fixed(100.0 * x, 0),
    };
    Cell::figure(x.map_or_else(|| words::MISSING.to_owned(), shown), x, voice.id(name))
}

/// Months of the year, where the data hold one.
fn seasons(voice: &Voice) -> Option<Table> {
    let years = voice.number("season/years").filter(|it| *it >= 1.0)?;
    let words = voice.tell.words;
    let row = |month: i8| Row {
        cells: vec![
            Cell::text(text::capitalised(&words.month_name(month))),
            figure(voice, &format!("season/{month}/index"), "index"),
        ],
        ..Row::default()
    };
    // A count of years: the cast is exact.
    let over = say!(
        words,
        "rhythm-season-subtitle",
        n = years as usize,
        years = words.fixed(years, 0)
    );
    Some(Table {
        id: format!("rhythm-season-{}", voice.slug),
        title: say!(words, "rhythm-season-title"),
        subtitle: over,
        columns: vec![
            column(&say!(words, "rhythm-head-month"), Align::Left),
            column(
                &say!(words, "rhythm-head", what = "index", percent = false),
                Align::Right,
            ),
        ],
        rows: (1..=12).map(row).collect(),
        style: TableStyle::Dense,
        ..Table::default()
    })
}
