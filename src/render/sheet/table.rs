//! A table of the memo as columns of a sheet: one column of the memo becomes one a kind of thing that its cells hold.
//!
//! It must not know what a table is about.

use super::Heads;
use super::cell::Held;
use super::cell::count_all;
use super::cell::text_of;
use super::figure::Figure;
use super::figure::Shown;
use super::figure::count;
use super::figure::usual;
use crate::model::facts::Facts;
use crate::model::memo::Align;
use crate::model::memo::Chart;
use crate::model::memo::Column;
use crate::model::memo::Drawing;
use crate::model::memo::Row;
use crate::model::memo::RowRole;
use crate::model::memo::Run;
use crate::model::memo::Table;
use crate::model::memo::Tone;
use crate::model::sheet::Entry;
use crate::model::sheet::Form;
use crate::model::sheet::Number;
use crate::model::sheet::SheetColumn;
use crate::render::columns::joined_head;

/// Between two lines that become one text.
const BETWEEN: &str = "; ";
/// Decimals of a bar's label, which is in per cent.
const BAR_PLACES: usize = 1;

/// Returns the columns of a table; those without anything in them are still there.
pub(super) fn columns(table: &Table, facts: &Facts, heads: Heads<'_>) -> Vec<SheetColumn> {
    let mut columns = Vec::new();
    for idx in 0..table.columns.len() {
        let align = table.columns[idx].align;
        let head = head(&table.columns, idx);
        columns.extend(bars(table, idx));
        let mut held: Vec<Held> = table
            .rows
            .iter()
            .map(|row| cell(row, idx).map_or_else(Held::default, |it| Held::of(it, align, facts)))
            .collect();
        if align == Align::Right {
            count_all(&mut held);
        }
        columns.extend(parted(&head, align, &held, heads));
    }
    if let Some(names) = columns.first_mut() {
        fill_down(names, &table.rows);
    }
    columns.push(remarks(table, heads));
    columns
}

/// The cell of a column, where it stands in this column alone.
fn cell(row: &Row, idx: usize) -> Option<&crate::model::memo::Cell> {
    let mut from = 0;
    for cell in &row.cells {
        if from == idx {
            return (cell.span <= 1).then_some(cell);
        }
        from += cell.span.max(1);
    }
    None
}

/// Parts a column of the memo by what its cells hold.
fn parted(head: &str, align: Align, held: &[Held], heads: Heads<'_>) -> Vec<SheetColumn> {
    let has = |holds: fn(&Held) -> bool| held.iter().any(holds);
    let (has_value, has_ends) = (has(|it| it.value.is_some()), has(|it| it.ends.is_some()));
    // Words keep the head where they are what the column is about.
    let is_named = (align == Align::Left && has(|it| !it.words.is_empty())) || !(has_value || has_ends);
    let mut columns = Vec::new();
    let mut add = |head: String, entry: &dyn Fn(&Held) -> Entry| {
        let entries = held.iter().map(entry).collect();
        columns.push(SheetColumn { head, entries });
    };
    if is_named {
        add(head.to_owned(), &|it| text(it.words.iter().take(1)));
    }
    if has_value {
        let usual = usual(held.iter().filter_map(|it| it.value.as_ref()));
        let head = if is_named {
            heads.of(head, "value")
        } else {
            head.to_owned()
        };
        add(head, &|it| number(it.value.as_ref(), usual));
    }
    if has_ends {
        for (end, name) in ["low", "high"].into_iter().enumerate() {
            let usual = usual(held.iter().filter_map(|it| it.ends.as_ref().map(|it| &it[end])));
            add(heads.of(head, name), &|it| {
                number(it.ends.as_ref().map(|it| &it[end]), usual)
            });
        }
    }
    if has(|it| it.days.is_some()) {
        for (end, name) in ["first_day", "last_day"].into_iter().enumerate() {
            add(heads.of(head, name), &|it| {
                it.days.map_or(Entry::Empty, |it| Entry::Day(it[end]))
            });
        }
    }
    let told = usize::from(is_named);
    let note = |it: &Held| text(it.words.iter().skip(told));
    let counts = |it: &Held| match note(it) {
        Entry::Text(text) => count(&text).map(|x| Number { x, form: Form::Count }),
        _ => None,
    };
    // Below the figures there may stand how many they are of.
    let are_counts = held.iter().all(|it| counts(it).is_some() == (note(it) != Entry::Empty));
    add(heads.of(head, "note"), &|it| match counts(it) {
        Some(count) if are_counts => Entry::Number(count),
        _ => note(it),
    });
    columns
}

fn text<'a>(lines: impl Iterator<Item = &'a String>) -> Entry {
    let mut text = String::new();
    for line in lines {
        let goes_on = text.ends_with([',', ';', ':', '.']);
        text += if text.is_empty() {
            ""
        } else if goes_on {
            " "
        } else {
            BETWEEN
        };
        text += line;
    }
    if text.is_empty() {
        Entry::Empty
    } else {
        Entry::Text(text)
    }
}

fn number(figure: Option<&Figure>, usual: Option<Shown>) -> Entry {
    figure.map_or(Entry::Empty, |it| Entry::Number(it.number(usual)))
}

/// A blank name is that of the row above: in a sheet rows are sorted and filtered one by one.
fn fill_down(names: &mut SheetColumn, rows: &[Row]) {
    let mut above = Entry::Empty;
    for (entry, row) in names.entries.iter_mut().zip(rows) {
        let is_remark = row.cells.first().is_some_and(|it| 1 < it.span);
        if *entry != Entry::Empty {
            above.clone_from(entry);
        } else if row.role == RowRole::Body && !is_remark && matches!(above, Entry::Text(_)) {
            entry.clone_from(&above);
        }
    }
}

/// What stands over several columns is a remark on its row.
fn remarks(table: &Table, heads: Heads<'_>) -> SheetColumn {
    let remark = |row: &Row| {
        let lines = row.cells.iter().filter(|it| 1 < it.span).flat_map(|it| &it.lines);
        let lines: Vec<String> = lines.map(|it| text_of(it)).filter(|it| !it.is_empty()).collect();
        text(lines.iter())
    };
    SheetColumn {
        head: heads.get("remark"),
        entries: table.rows.iter().map(remark).collect(),
    }
}

/// The head of a column as one line; a line that stands over several columns is that of each.
fn head(columns: &[Column], idx: usize) -> String {
    let own = &columns[idx].head;
    // Heads are aligned at their feet.
    let facing = |other: usize, from_foot: usize| {
        let head = &columns.get(other).filter(|it| it.align == Align::Right)?.head;
        let at = head.len().checked_sub(from_foot)?;
        head.get(at).filter(|it| !it.text.is_empty())
    };
    let lines: Vec<Run> = own
        .iter()
        .enumerate()
        .map(|(at, run)| {
            let from_foot = own.len() - at;
            let is_spanned = run.text.is_empty() && at + 1 < own.len() && columns[idx].align == Align::Right;
            let left = idx.checked_sub(1).and_then(|it| facing(it, from_foot));
            let spanning = left.or_else(|| facing(idx + 1, from_foot)).filter(|_| is_spanned);
            spanning.unwrap_or(run).clone()
        })
        .collect();
    joined_head(&lines).trim().to_owned()
}

/// The two parts of a change, where a column draws them as bars and prints them nowhere else.
fn bars(table: &Table, idx: usize) -> Vec<SheetColumn> {
    let parts = |row: &Row| match cell(row, idx)?.chart.as_ref().map(|it: &Chart| &it.drawing) {
        Some(Drawing::SplitBars {
            behavioural,
            structural,
            ..
        }) => Some([*behavioural, *structural]),
        _ => None,
    };
    let all: Vec<Option<[f64; 2]>> = table.rows.iter().map(parts).collect();
    if all.iter().all(Option::is_none) {
        return Vec::new();
    }
    let column = &table.columns[idx];
    let words = joined_head(&column.head);
    let named = |tone: Tone| {
        let runs: Vec<Run> = column.key.iter().filter(|it| it.tone == tone).cloned().collect();
        let name = joined_head(&runs);
        format!("{words}: {}", name.trim().trim_end_matches(','))
    };
    let entry = |it: &Option<[f64; 2]>, part: usize| match it {
        Some(parts) if parts[part].is_finite() => Entry::Number(Number {
            x: parts[part] / 100.0,
            form: Form::PerCent { places: BAR_PLACES },
        }),
        _ => Entry::Empty,
    };
    [Tone::Behavioural, Tone::Structural]
        .into_iter()
        .enumerate()
        .map(|(part, tone)| SheetColumn {
            head: named(tone),
            entries: all.iter().map(|it| entry(it, part)).collect(),
        })
        .collect()
}
