//! The memo as a template sees it: final strings, footnote marks, column tracks, charts by name.
//!
//! Paper and screen share the words, and differ in how a chart is carried and what a font can draw.
//! Everything a template would have to work out is worked out here, because a template cannot compute.

mod notes;
mod table;

use crate::chart;
use crate::chart::fonts;
use crate::chart::fonts::Fonts;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::facts::FactId;
use crate::model::memo::Block;
use crate::model::memo::Chart;
use crate::model::memo::Memo;
use crate::model::memo::Page;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use notes::block_notes;
use notes::notes_of;

/// Width of the text block in points, on A4 and US Letter alike.
const TEXT_WIDTH: f64 = 493.2;
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
pub(super) fn view(memo: &Memo, medium: Medium, fonts: &Fonts) -> Result<View, Diagnostics> {
    let mut viewer = Viewer {
        medium,
        fonts: fonts.clone(),
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
        "labels": memo.labels.iter().map(|(name, it)| (name.clone(), viewer.words(it, TITLE_CHARS).into())).collect::<serde_json::Map<String, Value>>(),
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

/// Returns every character of the memo that no shipped font can draw.
pub(super) fn foreign(memo: &Memo) -> BTreeSet<char> {
    fn walk(value: &Value, found: &mut BTreeSet<char>) {
        match value {
            Value::String(text) => found.extend(text.chars().filter(|c| !c.is_control() && !fonts::ships(*c))),
            Value::Array(items) => items.iter().for_each(|it| walk(it, found)),
            Value::Object(fields) => fields.values().for_each(|it| walk(it, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    // A float that is not finite becomes null; strings are what counts here.
    let value = serde_json::to_value(memo).expect("a memo has string keys only");
    walk(&value, &mut found);
    found
}

struct Viewer {
    medium: Medium,
    fonts: Fonts,
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
            Block::List {
                title,
                is_ordered,
                items,
            } => {
                let items: Vec<Value> = items.iter().map(|it| self.sentence(it)).collect();
                json!({
                    "kind": "list",
                    "title": self.words(title, TITLE_CHARS),
                    "ordered": is_ordered,
                    "notes": notes_of(&items),
                    "items": items,
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
                self.charts.insert(chart.id.clone(), chart::svg(chart, &self.fonts));
            }
            Medium::Screen => {
                fields.insert("svg".into(), Value::String(chart::svg_at(chart, scale, &self.fonts)));
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
            out.push(if self.medium == Medium::Paper {
                self.drawable(c)
            } else {
                c
            });
            if in_word == WORD_CHARS && self.medium == Medium::Paper {
                // A place where a line may break; a browser finds one by itself.
                out.push('\u{200b}');
                in_word = 0;
            }
        }
        out
    }

    /// The character, or the sign for one that no font has.
    fn drawable(&self, c: char) -> char {
        if c.is_control() || self.fonts.covers(c) {
            c
        } else {
            fonts::MISSING
        }
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

/// A BCP 47 tag of letters, digits and hyphens; English where it is anything else.
fn language(tag: &str) -> String {
    let is_tag = !tag.is_empty() && tag.len() <= 35 && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if is_tag { tag.to_owned() } else { "en".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let wrong = view(&memo, Medium::Paper, &Fonts::default())
            .err()
            .expect("the id has dots");
        assert_eq!(wrong.0[0].code, "memo-id");
    }
}
