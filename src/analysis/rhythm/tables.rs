//! The phases of a rhythm as tables: hours, weekdays, months of the year.
//!
//! It must not know what the sentences say.

use super::days::HOURS;
use super::days::WEEKDAYS;
use super::telling::Voice;
use super::telling::phase_name;
use crate::model::memo::Align;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Column;
use crate::model::memo::Row;
use crate::model::memo::Run;
use crate::model::memo::Table;
use crate::model::memo::TableStyle;
use crate::model::memo::Tone;
use crate::model::period::MONTH_NAMES;
use crate::words;

/// A column's head and what of a phase stands in it.
type Told = (&'static str, &'static str);

/// Makes the tables that there are figures for.
pub(super) fn tables(voice: &Voice) -> Vec<Block> {
    let weekdays = Block::Table(phases(voice, "weekdays", "Weekday", WEEKDAYS));
    let mut right = vec![weekdays];
    right.extend(seasons(voice).map(Block::Table));
    if !voice.has_hours() {
        return right;
    }
    let left = vec![Block::Table(phases(voice, "hours", "Hour", HOURS))];
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
fn phases(voice: &Voice, pattern: &str, noun: &str, n: usize) -> Table {
    let has_before = voice
        .tell
        .facts
        .get(&voice.id(&format!("{pattern}/0/before_index")))
        .is_some();
    let mut told: Vec<Told> = match voice.is_total() {
        true => vec![("Share, %", "share"), ("Index", "index")],
        false => vec![("Rate", "value"), ("Index", "index")],
    };
    let first = format!("{pattern}/0/value");
    let has_interval = voice.tell.facts.interval(&voice.id(&first)).is_some();
    told.extend(has_before.then_some(("Before", "before_index")));
    let interval = |phase: usize| {
        let id = voice.id(&format!("{pattern}/{phase}/value"));
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
        let mut cells = vec![Cell::text(phase_name(pattern, phase))];
        cells.extend(
            told.iter()
                .map(|(_, name)| figure(voice, &format!("{pattern}/{phase}/{name}"), name)),
        );
        cells.extend(has_interval.then(|| interval(phase)));
        Row {
            cells,
            ..Row::default()
        }
    };
    let rate = if voice.metric.unit == crate::model::unit::Unit::default() {
        "Rate, %"
    } else {
        "Rate"
    };
    let heads = told
        .iter()
        .map(|(head, _)| column(if *head == "Rate" { rate } else { head }, Align::Right));
    let mut columns: Vec<Column> = std::iter::once(column(noun, Align::Left)).chain(heads).collect();
    columns.extend(has_interval.then(|| column("95 % interval", Align::Right)));
    Table {
        id: format!("rhythm-{pattern}-{}", voice.slug),
        title: format!("By {}", noun.to_lowercase()),
        columns,
        rows: (0..n).map(row).collect(),
        style: TableStyle::Dense,
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
    let row = |(idx, month): (usize, &&str)| Row {
        cells: vec![
            Cell::text(*month),
            figure(voice, &format!("season/{}/index", idx + 1), "index"),
        ],
        ..Row::default()
    };
    let over = if years > 1.0 {
        format!(
            "Each against its twelve months (100), mean of {} years.",
            voice.tell.words.fixed(years, 0)
        )
    } else {
        "Against the twelve months (100); one year does not tell a season from an event.".to_owned()
    };
    Some(Table {
        id: format!("rhythm-season-{}", voice.slug),
        title: "By month of the year".into(),
        subtitle: over,
        columns: vec![column("Month", Align::Left), column("Index", Align::Right)],
        rows: MONTH_NAMES.iter().enumerate().map(row).collect(),
        style: TableStyle::Dense,
        ..Table::default()
    })
}
