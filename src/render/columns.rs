//! How wide the columns of a table are, and how their heads stand.
//!
//! Widths are measured with the fonts that will be set, so that no figure is broken and none runs into
//! its neighbour, however long a currency or a name. It must not know what a table is about.

use crate::chart::fonts::Fonts;
use crate::chart::fonts::Weight;
use crate::model::memo::Align;
use crate::model::memo::Cell;
use crate::model::memo::Column;
use crate::model::memo::Run;
use crate::model::memo::Table;
use crate::model::memo::TableStyle;
use crate::model::memo::Tone;
use serde_json::Value;
use serde_json::json;

/// Size of heads, in points.
const HEAD_SIZE: f64 = 7.4;
/// An em of the monospaced font is so many ems wide, and it is set so much smaller.
const MONO_EM: f64 = 0.602 * 0.81;
/// Words may be broken into lines, but not into columns narrower than this.
const WORDS_LEAST: f64 = 56.0;
/// Words do not ask for more than this where others need the room.
const WORDS_MOST: f64 = 170.0;
/// The name of a row is not broken up to this width.
const NAME_MOST: f64 = 122.0;
/// A chart in a table may shrink to this share of the width it was drawn for.
const CHART_LEAST: f64 = 0.6;

/// Width of each column in points; with the gaps between them they fill `room`.
///
/// A stated width is a wish: a figure gets at least what its text needs, charts and words give way where there is too
/// little room, and the first column without a width (else the first) takes what is left over.
pub(super) fn tracks(table: &Table, room: f64, fonts: &Fonts) -> Vec<f64> {
    let columns = &table.columns;
    if columns.is_empty() {
        return Vec::new();
    }
    // Gaps never take all: even forty columns get some ink each.
    let free = (room - gaps(columns).iter().sum::<f64>()).max(0.3 * room);
    let needs: Vec<[f64; 2]> = (0..columns.len()).map(|idx| need(table, idx, fonts)).collect();
    let asked: f64 = needs.iter().map(|it| it[1]).sum();
    if asked <= free {
        let fill = columns.iter().position(|it| it.width.is_none()).unwrap_or(0);
        let rest = free - asked;
        return needs
            .iter()
            .enumerate()
            .map(|(idx, it)| if idx == fill { it[1] + rest } else { it[1] })
            .collect();
    }
    let least: f64 = needs.iter().map(|it| it[0]).sum();
    if least < free {
        let kept = (free - least) / (asked - least);
        return needs.iter().map(|it| it[0] + (it[1] - it[0]) * kept).collect();
    }
    // More columns than a page can take: all of them give.
    needs.iter().map(|it| it[0] * free / least).collect()
}

/// The least width of a column and the one it asks for.
fn need(table: &Table, idx: usize, fonts: &Fonts) -> [f64; 2] {
    let column = &table.columns[idx];
    let spills = spills(&table.columns, idx);
    let heads = column
        .head
        .iter()
        .zip(spills)
        .filter(|(_, spills)| !spills)
        .map(|(run, _)| run_width(run, HEAD_SIZE, fonts));
    let key: f64 = column.key.iter().map(|it| run_width(it, HEAD_SIZE, fonts)).sum();
    let head = heads.fold(key, f64::max);
    match column.align {
        Align::Right => {
            let least = cells(table, idx)
                .map(|it| cell_width(it, table.style, idx, fonts))
                .fold(head, f64::max);
            [least, column.width.unwrap_or(least).max(least)]
        }
        Align::Chart => {
            let drawn = chart_width(table, idx);
            let asked = column
                .width
                .unwrap_or(drawn)
                .max(drawn.min(column.width.unwrap_or(drawn)));
            [(asked * CHART_LEAST).max(head.min(asked)), asked]
        }
        Align::Left => {
            let natural = cells(table, idx)
                .map(|it| cell_width(it, table.style, idx, fonts))
                .fold(head, f64::max);
            // Half a point, so that the last bit of a sum does not break a line.
            let natural = natural + 0.5;
            let asked = column
                .width
                .unwrap_or(natural.min(WORDS_MOST))
                .max(code_width(table, idx, fonts));
            if 0 < idx {
                return [asked.min(WORDS_LEAST.max(code_width(table, idx, fonts))), asked];
            }
            // A row's name is what the eye looks for: it keeps its one line before charts keep their width.
            let name = natural.min(NAME_MOST);
            [name, asked.max(name)]
        }
    }
}

/// Width of the widest chart of a column, as drawn.
pub(super) fn chart_width(table: &Table, idx: usize) -> f64 {
    let charts = cells(table, idx)
        .filter_map(|it| it.chart.as_ref())
        .chain(&table.columns[idx].axis);
    charts.map(|it| it.width).fold(0.0, f64::max)
}

/// Cells that stand in one column alone.
fn cells(table: &Table, idx: usize) -> impl Iterator<Item = &Cell> {
    table.rows.iter().filter_map(move |row| {
        let mut from = 0;
        for cell in &row.cells {
            if from == idx {
                return (cell.span <= 1).then_some(cell);
            }
            from += cell.span.max(1);
        }
        None
    })
}

fn cell_width(cell: &Cell, style: TableStyle, column_idx: usize, fonts: &Fonts) -> f64 {
    let size = |line_idx: usize| match style {
        TableStyle::Movers if column_idx == 0 && line_idx == 0 => 9.0,
        TableStyle::Movers if 0 < line_idx => 7.5,
        TableStyle::Movers => 9.2,
        TableStyle::Normal => 8.3,
        TableStyle::Dense => 7.4,
    };
    let lines = cell.lines.iter().enumerate();
    lines
        .map(|(idx, line)| line.iter().map(|it| run_width(it, size(idx), fonts)).sum())
        .fold(0.0, f64::max)
}

/// Width of a column's widest hash or expression, which has no place to break.
fn code_width(table: &Table, idx: usize, fonts: &Fonts) -> f64 {
    let codes = cells(table, idx)
        .flat_map(|it| it.lines.iter().flatten())
        .filter(|it| it.tone == Tone::Code);
    codes
        .map(|it| run_width(it, 8.3, fonts))
        .fold(0.0, f64::max)
        .min(WORDS_MOST)
}

fn run_width(run: &Run, size: f64, fonts: &Fonts) -> f64 {
    match run.tone {
        Tone::Code => run.text.chars().count() as f64 * MONO_EM * size,
        Tone::Strong | Tone::Behavioural | Tone::Structural => fonts.width(&run.text, size, Weight::Semibold),
        Tone::Plain | Tone::Quiet | Tone::Emphasis => fonts.width(&run.text, size, Weight::Regular),
    }
}

/// Points between a column and the next.
pub(super) fn gaps(columns: &[Column]) -> Vec<f64> {
    let gap = |pair: &[Column]| match (pair[0].align, pair[1].align) {
        (_, Align::Left) => 14.0,
        // The figure of a bar stands close to it.
        (Align::Chart, Align::Right) => 4.0,
        (Align::Chart, Align::Chart) => 7.0,
        (_, Align::Chart) => 6.0,
        (_, Align::Right) => 7.0,
    };
    columns.windows(2).map(gap).collect()
}

/// True for each line of a column's head that may run out to the left, because nothing stands there.
///
/// Heads are aligned at their feet: a line faces the one as far from the foot in the column before. "Share, %" thus
/// stands over two months.
pub(super) fn spills(columns: &[Column], idx: usize) -> Vec<bool> {
    let head = &columns[idx].head;
    let before = idx.checked_sub(1).map_or(&[] as &[Run], |it| &columns[it].head);
    let facing = |line_idx: usize| {
        (before.len() + line_idx)
            .checked_sub(head.len())
            .and_then(|it| before.get(it))
    };
    let is_free = |line_idx: usize| facing(line_idx).is_none_or(|it| it.text.is_empty());
    (0..head.len())
        .map(|it| 0 < idx && columns[idx].align == Align::Right && is_free(it))
        .collect()
}

/// One entry a head cell: first column, how many columns it spans, and which column a click sorts by.
///
/// A chart column without a head shares the head of the figures at its right.
pub(super) fn heads(columns: &[Column]) -> Vec<Value> {
    let is_bare =
        |it: &Column| it.align == Align::Chart && it.head.is_empty() && it.key.is_empty() && it.axis.is_none();
    let mut heads = Vec::new();
    let mut idx = 0;
    while idx < columns.len() {
        let joins = is_bare(&columns[idx]) && columns.get(idx + 1).is_some_and(|it| it.align == Align::Right);
        let last = if joins { idx + 1 } else { idx };
        let sorts = columns[last].align != Align::Chart;
        heads.push(json!({ "column": last, "span": last - idx + 1, "sort": sorts.then_some(last) }));
        idx = last + 1;
    }
    heads
}

/// What a column is on a card, where a row has no columns: the last figure but one is the one that matters.
pub(super) fn places(columns: &[Column]) -> Vec<&'static str> {
    let n_figures = columns.iter().filter(|it| it.align == Align::Right).count();
    let mut nth = 0;
    let place = |column: &Column| match column.align {
        Align::Left => "words",
        Align::Chart => "chart",
        Align::Right => {
            nth += 1;
            match n_figures - nth {
                0 if 1 < n_figures => "side",
                0 | 1 => "main",
                _ => "minor",
            }
        }
    };
    columns.iter().map(place).collect()
}

/// Lines of a head as one label: a hyphen at a line's end was only there to break it.
pub(super) fn joined_head(head: &[Run]) -> String {
    let mut label = String::new();
    for run in head {
        if label.ends_with('-') {
            label.pop();
        } else if !label.is_empty() && !run.text.is_empty() {
            label.push(' ');
        }
        label.push_str(&run.text);
    }
    label
}

/// What stands behind the last comma of a label, or the whole of a one-letter label: "Deviation, %" and "σ".
pub(super) fn unit_of(label: &str) -> String {
    match label.rsplit_once(", ") {
        Some((_, unit)) if unit.chars().count() <= 3 => unit.to_owned(),
        _ if label.chars().count() == 1 => label.to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::memo::Row;

    fn column(head: &[&str], align: Align, width: Option<f64>) -> Column {
        Column {
            head: head.iter().map(|it| Run::plain(*it)).collect(),
            align,
            width,
            ..Column::default()
        }
    }

    fn table(columns: Vec<Column>, texts: &[&str]) -> Table {
        let cells = texts.iter().map(|it| Cell::text(*it)).collect();
        Table {
            columns,
            rows: vec![Row {
                cells,
                ..Row::default()
            }],
            ..Table::default()
        }
    }

    #[test]
    fn a_hyphen_that_breaks_a_head_is_taken_back() {
        let head = column(&["Devia-", "tion, %"], Align::Right, None).head;
        assert_eq!(joined_head(&head), "Deviation, %");
        assert_eq!(unit_of("Deviation, %"), "%");
        assert_eq!(unit_of("σ"), "σ");
        assert_eq!(unit_of("Actual"), "");
    }

    #[test]
    fn a_bar_shares_the_head_of_its_figure() {
        let columns = [
            column(&["Segment"], Align::Left, None),
            column(&[], Align::Chart, Some(56.0)),
            column(&["Total"], Align::Right, Some(29.0)),
        ];
        let heads = heads(&columns);
        assert_eq!(heads.len(), 2);
        assert_eq!(heads[1], json!({ "column": 2, "span": 2, "sort": 2 }));
    }

    #[test]
    fn columns_fill_their_room() {
        let columns = vec![
            column(&["a"], Align::Left, None),
            column(&["b"], Align::Right, Some(30.0)),
        ];
        for room in [120.0, 493.2] {
            let tracks = tracks(&table(columns.clone(), &["words", "1.0"]), room, &Fonts::default());
            assert!((tracks.iter().sum::<f64>() + 7.0 - room).abs() < 1e-9, "{tracks:?}");
        }
    }

    #[test]
    fn a_figure_is_given_what_it_needs() {
        let columns = vec![
            column(&["a"], Align::Left, Some(400.0)),
            column(&["b"], Align::Right, Some(20.0)),
        ];
        let tracks = tracks(&table(columns, &["words", "−9.82 to −5.10"]), 200.0, &Fonts::default());
        assert!(
            Fonts::default().width("−9.82 to −5.10", 8.3, Weight::Regular) <= tracks[1],
            "{tracks:?}"
        );
    }

    #[test]
    fn a_head_runs_out_where_nothing_stands() {
        let columns = [
            column(&["Segment"], Align::Left, None),
            column(&["", "Sep"], Align::Right, None),
            column(&["Share, %", "Oct"], Align::Right, None),
        ];
        assert_eq!(spills(&columns, 2), [true, false]);
    }
}
