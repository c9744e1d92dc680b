//! The memo as a template sees it: final strings, footnote marks, column tracks, charts by name.
//!
//! Paper and screen share the words, and differ in how a chart is carried and what a font can draw.
//! Everything a template would have to work out is worked out here, because a template cannot compute.

use super::columns;
use crate::chart;
use crate::chart::fonts;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::facts::FactId;
use crate::model::memo::Align;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Chart;
use crate::model::memo::Column;
use crate::model::memo::Memo;
use crate::model::memo::Page;
use crate::model::memo::Row;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::TableStyle;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Width of the text block in points, on A4 and US Letter alike.
const TEXT_WIDTH: f64 = 493.2;
/// Height of an axis in a table's head.
const AXIS_HEIGHT: f64 = 10.0;
/// Between two stretches of a table that runs abreast.
const STRETCH_GUTTER: f64 = 14.0;
/// Between two columns of blocks.
const BLOCK_GUTTER: f64 = 17.0;
/// A cell is a few words: what is longer is a mistake in the data, and would push all else off the page.
const CELL_CHARS: usize = 160;
/// The same for a run of a sentence.
const RUN_CHARS: usize = 1200;
/// The same for a title.
const TITLE_CHARS: usize = 240;
/// Letters without a break that a line of print can take.
const WORD_CHARS: usize = 28;
/// How much larger than in print the charts in tables are on a screen: 9.2 pt there are 15 px here.
const SCREEN_SCALE: f64 = 1.6;

/// The same for charts of their own: the text block is 960 px wide there.
const FIGURE_SCALE: f64 = 1.75;
/// The same for charts drawn anew for a phone of 390 px.
const NARROW_SCALE: f64 = 1.45;

/// Where the memo goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Medium {
    /// Charts are files; what no font has is replaced.
    Paper,
    /// Charts are inline; the reader's fonts fill in.
    Screen,
}

/// A memo for a template, and what goes with it.
pub(super) struct View {
    /// The template's context.
    pub memo: Value,
    /// On paper: the SVG of each chart, by id.
    pub charts: BTreeMap<String, String>,
    /// On screen: relative widths of columns that occur, as `178-298`.
    pub widths: BTreeSet<String>,
    /// On screen: table, column and relative width of each chart of a card.
    pub card_charts: BTreeSet<(String, usize, u32)>,
}

/// Returns the memo for a template.
///
/// # Errors
/// Where an id is not fit to name a file or an anchor, or names two things: that is the composer's mistake.
pub(super) fn view(memo: &Memo, medium: Medium) -> Result<View, Diagnostics> {
    let mut viewer = Viewer {
        medium,
        n_marks: 0,
        ids: BTreeSet::new(),
        charts: BTreeMap::new(),
        widths: BTreeSet::new(),
        card_charts: BTreeSet::new(),
        wrong: Diagnostics::new(),
    };
    let headline: Vec<Value> = memo.headline.iter().map(|it| viewer.sentence(it)).collect();
    let mut notes = notes_of(&headline);
    let kpis: Vec<Value> = memo
        .kpis
        .iter()
        .map(|it| {
            json!({
                "label": viewer.words(&it.label, TITLE_CHARS),
                "value": viewer.words(&it.value, CELL_CHARS),
                "notes": it.note.split(" · ").map(|it| viewer.words(it, RUN_CHARS)).collect::<Vec<_>>(),
                "chart": it.chart.as_ref().map(|chart| viewer.chart(chart, SCREEN_SCALE)),
                "fact": viewer.fact(&it.fact),
            })
        })
        .collect();
    let front = viewer.blocks(&memo.front, TEXT_WIDTH);
    notes.extend(front.iter().flat_map(block_notes));
    let title = viewer.words(&memo.title, TITLE_CHARS);
    let value = json!({
        "lang": language(&memo.lang),
        // A PDF/UA document must have a title.
        "title": if title.trim().is_empty() { "Memo".to_owned() } else { title },
        "kicker": viewer.words(&memo.kicker, TITLE_CHARS),
        "dateline": viewer.words(&memo.dateline, TITLE_CHARS),
        "lead": viewer.runs(&memo.lead, RUN_CHARS),
        "headline": headline,
        "kpis": kpis,
        "front": front,
        "front_notes": notes,
        "pages": memo.pages.iter().map(|it| viewer.page(it)).collect::<Vec<_>>(),
        "appendix": (!memo.appendix.title.is_empty()).then(|| viewer.page(&memo.appendix)),
        "foot": viewer.words(&memo.foot, TITLE_CHARS),
        "disclaimer": viewer.words(&memo.disclaimer, TITLE_CHARS),
    });
    if viewer.wrong.has_errors() {
        return Err(viewer.wrong);
    }
    Ok(View {
        memo: value,
        charts: viewer.charts,
        widths: viewer.widths,
        card_charts: viewer.card_charts,
    })
}

/// Returns every character of the memo that no shipped font can draw, each once, ascending.
pub(super) fn uncovered(memo: &Memo) -> Vec<char> {
    fn walk(value: &Value, found: &mut BTreeSet<char>) {
        match value {
            Value::String(text) => found.extend(text.chars().filter(|c| !c.is_control() && !fonts::covers(*c))),
            Value::Array(items) => items.iter().for_each(|it| walk(it, found)),
            Value::Object(fields) => fields.values().for_each(|it| walk(it, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    // A float that is not finite becomes null; strings are what counts here.
    let value = serde_json::to_value(memo).expect("a memo has string keys only");
    walk(&value, &mut found);
    found.into_iter().collect()
}

struct Viewer {
    medium: Medium,
    n_marks: usize,
    ids: BTreeSet<String>,
    charts: BTreeMap<String, String>,
    widths: BTreeSet<String>,
    card_charts: BTreeSet<(String, usize, u32)>,
    wrong: Diagnostics,
}

impl Viewer {
    fn page(&mut self, page: &Page) -> Value {
        self.claim(&page.id, "page");
        let lead: Vec<Value> = page.lead.iter().map(|it| self.sentence(it)).collect();
        let blocks = self.blocks(&page.blocks, TEXT_WIDTH);
        let lead_notes = notes_of(&lead);
        let mut notes = lead_notes.clone();
        notes.extend(blocks.iter().flat_map(block_notes));
        json!({
            "id": page.id,
            "anchor": page.id.replace('/', "-"),
            "title": self.words(&page.title, TITLE_CHARS),
            "lead": lead,
            "lead_notes": lead_notes,
            "blocks": blocks,
            "notes": notes,
        })
    }

    fn blocks(&mut self, blocks: &[Block], room: f64) -> Vec<Value> {
        blocks.iter().map(|it| self.block(it, room)).collect()
    }

    fn block(&mut self, block: &Block, room: f64) -> Value {
        match block {
            Block::Figure {
                title,
                subtitle,
                chart,
                note,
            } => {
                let note = note.as_ref().map(|it| self.sentence(it));
                json!({
                    "kind": "figure",
                    "title": self.words(title, TITLE_CHARS),
                    "subtitle": self.words(subtitle, RUN_CHARS),
                    "chart": self.chart(chart, FIGURE_SCALE),
                    "narrow": chart::narrow(chart).filter(|_| self.medium == Medium::Screen).map(|it| self.chart(&it, NARROW_SCALE)),
                    "notes": notes_of(note.as_slice()),
                    "note": note,
                })
            }
            Block::Table(table) => self.table(table, room),
            Block::Prose { title, paragraphs } => {
                let paragraphs: Vec<Value> = paragraphs.iter().map(|it| self.sentence(it)).collect();
                json!({
                    "kind": "prose",
                    "title": self.words(title, TITLE_CHARS),
                    "notes": notes_of(&paragraphs),
                    "paragraphs": paragraphs,
                })
            }
            Block::Columns { widths, columns } => self.columns(widths, columns, room),
        }
    }

    fn columns(&mut self, widths: &[f64], columns: &[Vec<Block>], room: f64) -> Value {
        // A column without a width takes as much as the first.
        let width = |idx: usize| {
            widths
                .get(idx)
                .copied()
                .filter(|it| it.is_finite() && 0.0 < *it)
                .unwrap_or(1.0)
        };
        let total: f64 = (0..columns.len()).map(width).sum();
        let free = room - BLOCK_GUTTER * columns.len().saturating_sub(1) as f64;
        let mut views = Vec::new();
        let mut shares = Vec::new();
        for (idx, blocks) in columns.iter().enumerate() {
            let points = free * width(idx) / total;
            views.push(self.blocks(blocks, points));
            shares.push(format!("{points:.0}"));
        }
        let class = shares.join("-");
        self.widths.insert(class.clone());
        let notes: Vec<Value> = views.iter().flatten().flat_map(block_notes).collect();
        json!({ "kind": "columns", "class": class, "shares": (0..columns.len()).map(width).collect::<Vec<_>>(), "columns": views, "notes": notes })
    }

    fn table(&mut self, table: &Table, room: f64) -> Value {
        self.claim(&table.id, "table");
        let note = table.note.as_ref().map(|it| self.sentence(it));
        let abreast = table.abreast.max(1);
        let room = (room - STRETCH_GUTTER * (abreast - 1) as f64) / abreast as f64;
        let tracks = columns::tracks(table, room);
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
            "chart": chart.map(|it| self.chart(&it, SCREEN_SCALE)),
            "sort": cell.sort.filter(|it| it.is_finite()),
            "fact": cell.fact.as_ref().and_then(|it| self.fact(it)),
            "span": span,
            "column": column_idx,
            // A cell over several columns holds words, whatever its first column holds.
            "align": if 1 < span { Align::Left } else { align },
        })
    }

    fn chart(&mut self, chart: &Chart, scale: f64) -> Value {
        self.claim(&chart.id, "chart");
        let alt = if chart.description.is_empty() {
            self.words(&chart.title, RUN_CHARS)
        } else {
            self.words(&format!("{}. {}", chart.title, chart.description), RUN_CHARS)
        };
        let size = json!({ "id": chart.id, "width": chart.width, "height": chart.height, "alt": alt });
        let Value::Object(mut fields) = size else {
            unreachable!("an object was just written")
        };
        match self.medium {
            Medium::Paper => {
                let drawn = chart::svg(chart).chars().map(drawable).collect();
                self.charts.insert(chart.id.clone(), drawn);
            }
            Medium::Screen => {
                fields.insert("svg".into(), Value::String(chart::svg_at(chart, scale)));
            }
        }
        Value::Object(fields)
    }

    fn sentence(&mut self, sentence: &Sentence) -> Value {
        let facts: Vec<String> = sentence.facts.iter().filter_map(|it| self.fact(it)).collect();
        let mark = (!facts.is_empty()).then(|| {
            self.n_marks += 1;
            self.n_marks
        });
        json!({ "runs": self.runs(&sentence.runs, RUN_CHARS), "mark": mark, "facts": facts })
    }

    fn runs(&self, runs: &[Run], limit: usize) -> Vec<Value> {
        runs.iter()
            .map(|it| json!({ "text": self.words(&it.text, limit), "tone": it.tone }))
            .collect()
    }

    /// A fact's name; none where there is none.
    fn fact(&self, id: &FactId) -> Option<String> {
        (!id.is_empty()).then(|| self.words(id, TITLE_CHARS))
    }

    /// Text that a template may place: no control or direction-forcing characters, never endless.
    fn words(&self, text: &str, limit: usize) -> String {
        let mut out = String::with_capacity(text.len().min(4 * limit));
        let mut in_word = 0;
        for (idx, c) in text.chars().enumerate() {
            if idx == limit {
                out.push('…');
                break;
            }
            let c = if c.is_control() { ' ' } else { c };
            // These would turn round what stands beside the text.
            if matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
                continue;
            }
            in_word = if c.is_whitespace() || c == '-' || c == '/' {
                0
            } else {
                in_word + 1
            };
            out.push(if self.medium == Medium::Paper { drawable(c) } else { c });
            if in_word == WORD_CHARS && self.medium == Medium::Paper {
                // A place where a line may break; a browser finds one by itself.
                out.push('\u{200b}');
                in_word = 0;
            }
        }
        out
    }

    /// Takes an id, or says what is wrong with it.
    fn claim(&mut self, id: &str, kind: &'static str) {
        let is_fit = !id.is_empty()
            && !id.starts_with('/')
            && id
                .chars()
                .all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-') || (c == '/' && kind == "page"));
        if !is_fit {
            let message = format!(
                "the {kind} id `{}` is not made of `a-z0-9-` only",
                self.words(id, CELL_CHARS)
            );
            self.wrong.push(Diagnostic::render("memo-id", message));
        } else if !self.ids.insert(format!("{kind} {id}")) {
            self.wrong.push(Diagnostic::render(
                "memo-id",
                format!("the {kind} id `{id}` names two things"),
            ));
        }
    }
}

/// The chart drawn for the width that its column has: scaled down, its letters would become too small.
fn fitted(chart: &Chart, track: f64) -> Chart {
    Chart {
        width: chart.width.min(track),
        ..chart.clone()
    }
}

/// The character, or the sign for one that no shipped font has.
fn drawable(c: char) -> char {
    if c.is_control() || fonts::covers(c) {
        c
    } else {
        fonts::MISSING
    }
}

/// A BCP 47 tag of letters, digits and hyphens; English where it is anything else.
fn language(tag: &str) -> String {
    let is_tag = !tag.is_empty() && tag.len() <= 35 && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if is_tag { tag.to_owned() } else { "en".to_owned() }
}

/// Footnotes of sentences: mark and facts of each that has a mark.
fn notes_of(sentences: &[Value]) -> Vec<Value> {
    let noted = sentences.iter().filter(|it| !it["mark"].is_null());
    noted
        .map(|it| {
            let facts = it["facts"].as_array().into_iter().flatten();
            let facts: Vec<String> = facts.filter_map(|it| Some(it.as_str()?.to_owned())).collect();
            let gathered = gathered(&facts);
            let entries: Vec<Value> = gathered
                .iter()
                .map(|it| json!({ "label": it.0, "facts": it.1 }))
                .collect();
            json!({ "mark": it["mark"], "entries": entries })
        })
        .collect()
}

/// Neighbours of one parent as one entry, `a/b/{c, d}` for `a/b/c` and `a/b/d`, with the facts it stands for.
fn gathered(facts: &[String]) -> Vec<(String, Vec<&String>)> {
    let parts = |id: &str| {
        id.rsplit_once('/')
            .map(|(parent, name)| (parent.to_owned(), name.to_owned()))
    };
    let mut groups: Vec<Vec<&String>> = Vec::new();
    for id in facts {
        let parent = parts(id).map(|it| it.0);
        match groups.last_mut() {
            Some(group) if parent.is_some() && parts(group[0]).map(|it| it.0) == parent => group.push(id),
            _ => groups.push(vec![id]),
        }
    }
    let label = |group: &[&String]| match (group, parts(group[0])) {
        ([_, _, ..], Some((parent, _))) => {
            let names: Vec<String> = group.iter().filter_map(|it| Some(parts(it)?.1)).collect();
            format!("{parent}/{{{}}}", names.join(", "))
        }
        _ => group[0].clone(),
    };
    groups.into_iter().map(|group| (label(&group), group)).collect()
}

fn block_notes(block: &Value) -> Vec<Value> {
    block["notes"].as_array().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_of_one_parent_are_told_together() {
        let facts = ["a/b/c", "a/b/d", "x", "a/b/e"].map(String::from);
        let labels: Vec<String> = gathered(&facts).into_iter().map(|it| it.0).collect();
        assert_eq!(labels, ["a/b/{c, d}", "x", "a/b/e"]);
    }

    #[test]
    fn an_id_that_would_leave_its_folder_is_refused() {
        let page = Page {
            id: "../etc".into(),
            title: "Method".into(),
            ..Page::default()
        };
        let memo = Memo {
            appendix: page,
            ..Memo::default()
        };
        let wrong = view(&memo, Medium::Paper).err().expect("the id has dots");
        assert_eq!(wrong.0[0].code, "memo-id");
    }
}
