//! Tables as a template sees them: tracks, heads, cells, the chart of a cell drawn for its column's width.
//!
//! It must not know what a table is about.

use super::CELL_CHARS;
use super::RUN_CHARS;
use super::SCREEN_SCALE;
use super::TITLE_CHARS;
use super::Viewer;
use super::notes::notes_of;
use crate::model::memo::Align;
use crate::model::memo::Cell;
use crate::model::memo::Chart;
use crate::model::memo::Column;
use crate::model::memo::Row;
use crate::model::memo::Table;
use crate::model::memo::TableStyle;
use crate::render::columns;
use serde_json::Value;
use serde_json::json;

/// Height of an axis in a table's head.
const AXIS_HEIGHT: f64 = 10.0;
/// Between two stretches of a table that runs abreast.
const STRETCH_GUTTER: f64 = 14.0;

impl Viewer {
    pub(super) fn table(&mut self, table: &Table, room: f64) -> Value {
        self.claim(&table.id, "table");
        let note = table.note.as_ref().map(|it| self.sentence(it));
        let abreast = table.abreast.max(1);
        let room = (room - STRETCH_GUTTER * (abreast - 1) as f64) / abreast as f64;
        let tracks = columns::tracks(table, room, &self.fonts);
        let gaps = columns::gaps(&table.columns);
        let places = columns::places(&table.columns);
        let views: Vec<Value> = (0..places.len())
            .map(|idx| self.column(&table.columns, idx, places[idx], tracks[idx]))
            .collect();
        let rows: Vec<Value> = table.rows.iter().map(|it| self.row(it, table, &tracks)).collect();
        if table.style == TableStyle::Movers {
            let drawn = table
                .columns
                .iter()
                .enumerate()
                .filter(|(_, it)| it.align == Align::Chart);
            // A cast of a float saturates; a chart of no width gets no room.
            let widths = drawn.map(|(idx, _)| (table.id.clone(), idx, columns::chart_width(table, idx) as u32));
            self.card_charts.extend(widths);
        }
        let percent = |idx: usize| (tracks[idx] + idx.checked_sub(1).map_or(0.0, |it| gaps[it])) / room * 100.0;
        // Two decimals: a hundredth of a per cent is a tenth of a pixel.
        let shares: Vec<f64> = (0..tracks.len())
            .map(|it| (percent(it) * 100.0).round() / 100.0)
            .collect();
        json!({
            "kind": "table",
            "id": table.id,
            "title": self.words(&table.title, TITLE_CHARS),
            "subtitle": self.words(&table.subtitle, RUN_CHARS),
            "style": table.style,
            "abreast": abreast,
            "columns": views,
            "heads": columns::heads(&table.columns),
            "gaps": gaps,
            "shares": shares,
            "tracks": tracks,
            "rows": rows,
            "has_charts": table.rows.iter().flat_map(|it| &it.cells).any(|it| it.chart.is_some()),
            "notes": notes_of(note.as_slice()),
            "note": note,
        })
    }

    fn column(&mut self, columns: &[Column], idx: usize, place: &'static str, track: f64) -> Value {
        let column = &columns[idx];
        let spills = columns::spills(columns, idx);
        let mut lines = Vec::new();
        for (run, spills) in column.head.iter().zip(spills) {
            lines.push(json!({ "runs": self.runs(std::slice::from_ref(run), CELL_CHARS), "spills": spills }));
        }
        if !column.key.is_empty() {
            lines.push(json!({ "runs": self.runs(&column.key, CELL_CHARS), "spills": false }));
        }
        let label = self.words(&columns::joined_head(&column.head), CELL_CHARS);
        // An axis in a head is a line of letters: what is above them would be air in the head.
        let axis = column.axis.as_ref().map(|it| Chart {
            height: it.height.min(AXIS_HEIGHT),
            ..fitted(it, track)
        });
        json!({
            "lines": lines,
            "align": column.align,
            "place": place,
            "axis": axis.map(|it| self.chart(&it, SCREEN_SCALE)),
            "unit": columns::unit_of(&label),
            // A head without words is no head to a reader who hears it.
            "is_blank": column.axis.is_none() && column.head.iter().chain(&column.key).all(|it| it.text.trim().is_empty()),
            "label": label,
        })
    }

    fn row(&mut self, row: &Row, table: &Table, tracks: &[f64]) -> Value {
        let mut column_idx = 0;
        let mut cells = Vec::new();
        for cell in &row.cells {
            let span = cell
                .span
                .max(1)
                .min(table.columns.len().saturating_sub(column_idx).max(1));
            cells.push(self.cell(cell, column_idx, span, table, tracks));
            column_idx += span;
        }
        // A short row is filled up, so that rules and widths hold.
        while column_idx < table.columns.len() {
            cells.push(self.cell(&Cell::default(), column_idx, 1, table, tracks));
            column_idx += 1;
        }
        let page = row.page.replace('/', "-");
        json!({ "role": row.role, "page": (!page.is_empty()).then_some(page), "cells": cells })
    }

    fn cell(&mut self, cell: &Cell, column_idx: usize, span: usize, table: &Table, tracks: &[f64]) -> Value {
        let align = table.columns.get(column_idx).map_or(Align::Left, |it| it.align);
        let track = tracks
            .get(column_idx)
            .copied()
            .filter(|_| span == 1 && align == Align::Chart);
        let chart = cell.chart.as_ref().map(|it| fitted(it, track.unwrap_or(it.width)));
        let lines: Vec<Vec<Value>> = cell.lines.iter().map(|it| self.runs(it, CELL_CHARS)).collect();
        json!({
            "lines": lines,
            "is_blank": cell.lines.iter().flatten().all(|it| it.text.trim().is_empty()),
            "chart": chart.map(|it| self.chart(&it, SCREEN_SCALE)),
            "sort": cell.sort.filter(|it| it.is_finite()),
            "fact": cell.fact.as_ref().and_then(|it| self.fact(it)),
            "span": span,
            "column": column_idx,
            // A cell over several columns holds words, whatever its first column holds.
            "align": if 1 < span { Align::Left } else { align },
        })
    }
}

/// The chart drawn for the width that its column has: scaled down, its letters would become too small.
fn fitted(chart: &Chart, track: f64) -> Chart {
    Chart {
        width: chart.width.min(track),
        ..chart.clone()
    }
}
