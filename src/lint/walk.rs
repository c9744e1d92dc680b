//! Walks through all that a memo prints: its sentences and its tables, those inside of columns too.
//!
//! It must not know which claim asks.

use crate::model::memo::Block;
use crate::model::memo::Memo;
use crate::model::memo::Sentence;
use crate::model::memo::Table;

/// Lists all sentences.
pub(super) fn sentences(memo: &Memo) -> Vec<&Sentence> {
    let mut found: Vec<&Sentence> = memo.headline.iter().collect();
    found.extend(memo.pages.iter().chain([&memo.appendix]).flat_map(|it| &it.lead));
    for block in blocks(memo) {
        match block {
            Block::Figure { note, .. } => found.extend(note),
            Block::Table(it) => found.extend(&it.note),
            Block::Prose { paragraphs, .. } => found.extend(paragraphs),
            Block::List { items, .. } => found.extend(items),
            Block::Columns { .. } => {}
        }
    }
    found
}

/// Lists all tables.
pub(super) fn tables(memo: &Memo) -> Vec<&Table> {
    let mut found = Vec::new();
    for block in blocks(memo) {
        if let Block::Table(it) = block {
            found.push(it);
        }
    }
    found
}

/// Lists all blocks, and those within them.
fn blocks(memo: &Memo) -> Vec<&Block> {
    let pages = memo.pages.iter().chain([&memo.appendix]).flat_map(|it| &it.blocks);
    let mut open: Vec<&Block> = memo.front.iter().chain(pages).collect();
    let mut found = Vec::new();
    while let Some(block) = open.pop() {
        if let Block::Columns { columns, .. } = block {
            open.extend(columns.iter().flatten());
        }
        found.push(block);
    }
    found
}
