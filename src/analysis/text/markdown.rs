//! Markdown as blocks of a memo: paragraphs, heads, lists and tables, the same in print and on screen.
//!
//! What a memo has no form for (pictures, HTML) is refused before anything is computed. It must not know what a fact is.

use super::figures::Filled;
use super::figures::MARK;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Spanned;
use crate::model::memo::Align;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Column;
use crate::model::memo::Row;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::Tone;
use pulldown_cmark::Event;
use pulldown_cmark::Options;
use pulldown_cmark::Parser;
use pulldown_cmark::Tag;
use pulldown_cmark::TagEnd;

/// Reports what a memo has no form for.
pub(super) fn check(body: &Spanned<String>, found: &mut Diagnostics) {
    for event in parser(&body.value) {
        let what = match event {
            Event::Start(Tag::Image { .. }) => "a picture",
            Event::Html(_) | Event::InlineHtml(_) => "HTML",
            Event::Start(Tag::CodeBlock(_)) => "a block of code",
            Event::Rule => "a ruled line",
            _ => continue,
        };
        let message = format!("`body` of `text` holds {what}, for which a memo has no form");
        let hint = "paragraphs, `#` heads, lists, tables, `**bold**`, `*italic*`, `` `code` `` and links have one";
        found.push(Diagnostic::spec("text-form", message).at(body.span).hint(hint));
        return;
    }
}

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

/// Returns the blocks of a filled body; `id` names its tables.
pub(super) fn blocks(filled: &Filled, id: &str) -> Vec<Block> {
    let mut writer = Writer::new(&filled.facts, id);
    for event in parser(&filled.text) {
        writer.take(event);
    }
    writer.close_prose();
    writer.blocks
}

/// A list that is being read.
struct List {
    is_ordered: bool,
    items: Vec<Sentence>,
}

struct Writer<'a> {
    facts: &'a [(String, Option<f64>)],
    id: &'a str,
    blocks: Vec<Block>,
    head: String,
    paragraphs: Vec<Sentence>,
    lists: Vec<List>,
    runs: Vec<Run>,
    named: Vec<String>,
    /// What the last fact comes to.
    value: Option<f64>,
    tones: Vec<Tone>,
    links: Vec<String>,
    table: Option<Table>,
    cells: Vec<Cell>,
}

impl<'a> Writer<'a> {
    fn new(facts: &'a [(String, Option<f64>)], id: &'a str) -> Self {
        Self {
            facts,
            id,
            blocks: Vec::new(),
            head: String::new(),
            paragraphs: Vec::new(),
            lists: Vec::new(),
            runs: Vec::new(),
            named: Vec::new(),
            value: None,
            tones: Vec::new(),
            links: Vec::new(),
            table: None,
            cells: Vec::new(),
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.words(&text),
            Event::Code(code) => {
                self.tones.push(Tone::Code);
                self.words(&code);
                self.tones.pop();
            }
            Event::SoftBreak | Event::HardBreak => self.words(" "),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Strong => self.tones.push(Tone::Strong),
            Tag::Emphasis => self.tones.push(Tone::Emphasis),
            Tag::Link { dest_url, .. } => self.links.push(dest_url.to_string()),
            Tag::Heading { .. } => self.close_prose(),
            Tag::List(first) => {
                if self.lists.is_empty() {
                    self.close_paragraphs();
                }
                self.lists.push(List {
                    is_ordered: first.is_some(),
                    items: Vec::new(),
                });
            }
            Tag::Table(aligns) => {
                self.close_paragraphs();
                let column = |it: &pulldown_cmark::Alignment| Column {
                    align: if *it == pulldown_cmark::Alignment::Right {
                        Align::Right
                    } else {
                        Align::Left
                    },
                    ..Column::default()
                };
                let before = self.blocks.iter().filter(|it| matches!(it, Block::Table(_))).count();
                self.table = Some(Table {
                    id: format!("{}-table-{}", self.id, before + 1),
                    title: std::mem::take(&mut self.head),
                    columns: aligns.iter().map(column).collect(),
                    ..Table::default()
                });
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong | TagEnd::Emphasis => {
                self.tones.pop();
            }
            TagEnd::Link => {
                if let Some(address) = self.links.pop() {
                    let is_shown = self.runs.last().is_some_and(|it| it.text == address);
                    if !is_shown {
                        self.words(&format!(" ({address})"));
                    }
                }
            }
            TagEnd::Heading(_) => {
                let sentence = self.sentence();
                self.head = sentence.runs.iter().map(|it| it.text.as_str()).collect();
            }
            // A paragraph inside an item belongs to it.
            TagEnd::Paragraph if self.lists.is_empty() => {
                let sentence = self.sentence();
                self.paragraphs.push(sentence);
            }
            TagEnd::Item => {
                let sentence = self.sentence();
                if let Some(list) = self.lists.last_mut().filter(|_| !sentence.runs.is_empty()) {
                    list.items.push(sentence);
                }
            }
            TagEnd::List(_) => self.close_list(),
            TagEnd::TableCell => {
                let value = self.value.take();
                let sentence = self.sentence();
                // A cell of one fact is that fact; several are words.
                let only = match sentence.facts.as_slice() {
                    [only] => Some(only.clone()),
                    _ => None,
                };
                self.cells.push(Cell {
                    lines: vec![sentence.runs],
                    sort: value.filter(|_| only.is_some()),
                    fact: only,
                    span: 1,
                    ..Cell::default()
                });
            }
            TagEnd::TableHead => {
                let cells = std::mem::take(&mut self.cells);
                if let Some(table) = &mut self.table {
                    for (column, cell) in table.columns.iter_mut().zip(cells) {
                        column.head = cell.lines.into_iter().flatten().collect();
                    }
                }
            }
            TagEnd::TableRow => {
                let cells = std::mem::take(&mut self.cells);
                if let Some(table) = &mut self.table {
                    table.rows.push(Row {
                        cells,
                        ..Row::default()
                    });
                }
            }
            TagEnd::Table => self.blocks.extend(self.table.take().map(Block::Table)),
            _ => {}
        }
    }

    /// An outer list goes on after one inside of it: what is inside follows its item, one level deep.
    fn close_list(&mut self) {
        let Some(list) = self.lists.pop() else { return };
        match self.lists.last_mut() {
            Some(outer) => outer.items.extend(list.items),
            None => self.blocks.push(Block::List {
                title: std::mem::take(&mut self.head),
                is_ordered: list.is_ordered,
                items: list.items,
            }),
        }
    }

    /// Ends what came before a list or a table; a head without paragraphs is theirs.
    fn close_paragraphs(&mut self) {
        if !self.paragraphs.is_empty() {
            self.close_prose();
        }
    }

    fn close_prose(&mut self) {
        if self.paragraphs.is_empty() && self.head.is_empty() {
            return;
        }
        self.blocks.push(Block::Prose {
            title: std::mem::take(&mut self.head),
            paragraphs: std::mem::take(&mut self.paragraphs),
        });
    }

    /// Adds words in the tone that holds, and takes the marks of facts out.
    fn words(&mut self, text: &str) {
        let tone = self.tones.last().copied().unwrap_or_default();
        let mut plain = String::new();
        for (idx, part) in text.split(MARK).enumerate() {
            if idx % 2 == 0 {
                plain.push_str(part);
            } else if let Some((id, value)) = part.parse().ok().and_then(|it: usize| self.facts.get(it)) {
                self.value = *value;
                if !self.named.contains(id) {
                    self.named.push(id.clone());
                }
            }
        }
        match self.runs.last_mut() {
            Some(last) if last.tone == tone => last.text.push_str(&plain),
            _ if plain.is_empty() => {}
            _ => self.runs.push(Run::toned(plain, tone)),
        }
    }

    fn sentence(&mut self) -> Sentence {
        Sentence {
            runs: std::mem::take(&mut self.runs),
            facts: std::mem::take(&mut self.named),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<Block> {
        let filled = Filled {
            text: text.to_owned(),
            facts: vec![("a/b".into(), Some(0.03))],
        };
        blocks(&filled, "text-1")
    }

    #[test]
    fn paragraphs_heads_lists_and_tables_become_blocks() {
        let blocks =
            of("Rose **\u{e000}0\u{e000}3 %**.\n\n# Why\n\n- one\n- *two*\n\n| a | b |\n|---|--:|\n| x | 1 |\n");
        assert_eq!(blocks.len(), 3, "{blocks:?}");
        let Block::Prose { paragraphs, .. } = &blocks[0] else {
            panic!("{blocks:?}")
        };
        assert_eq!(paragraphs[0].facts, ["a/b"]);
        assert_eq!(
            (paragraphs[0].runs[1].text.as_str(), paragraphs[0].runs[1].tone),
            ("3 %", Tone::Strong)
        );
        let Block::List {
            title,
            items,
            is_ordered,
        } = &blocks[1]
        else {
            panic!("{blocks:?}")
        };
        assert_eq!((title.as_str(), items.len(), *is_ordered), ("Why", 2, false));
        let Block::Table(table) = &blocks[2] else {
            panic!("{blocks:?}")
        };
        assert_eq!((table.columns[1].align, table.rows.len()), (Align::Right, 1));
    }

    #[test]
    fn what_has_no_form_is_refused() {
        for text in ["![x](y.png)", "<b>x</b>", "```\nx\n```", "a\n\n---\n"] {
            let mut found = Diagnostics::new();
            check(
                &Spanned::new(text.to_owned(), crate::model::diagnostic::Span::default()),
                &mut found,
            );
            assert_eq!(found.0.len(), 1, "{text}");
        }
    }
}
