//! The tables of a memo as sheets: those that are set as tables, and the charts that are tables drawn.
//!
//! A cell of the memo says what it prints and which fact it is made of; here the two are brought together, so that the
//! sheet holds the fact, unrounded, in the form that the memo prints. It must not know what a sheet is written as.

mod cell;
mod chart;
mod figure;
mod table;

use crate::model::facts::Facts;
use crate::model::memo::Block;
use crate::model::memo::Memo;
use crate::model::sheet::Entry;
use crate::model::sheet::Sheet;
use crate::model::sheet::SheetColumn;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Files in `tables/` that are no table of the memo.
const TAKEN: [&str; 2] = ["customers", "rejects"];

/// Returns every table of a memo, in the order of the memo; a page's tables are named after the page.
pub fn sheets(memo: &Memo, facts: &Facts) -> Vec<Sheet> {
    let mut tables = BTreeSet::new();
    each_part(memo, &mut |prefix, block| {
        if let Block::Table(it) = block {
            tables.insert(format!("{prefix}{}", it.id));
        }
    });
    let mut found = Found {
        facts,
        tables,
        heads: Heads(&memo.heads),
        sheets: Vec::new(),
        names: TAKEN.iter().map(|it| (*it).to_owned()).collect(),
    };
    each_part(memo, &mut |prefix, block| found.block(prefix, block));
    found.sheets
}

/// Goes through the parts of a memo in its order, with what their files are named after.
fn each_part(memo: &Memo, visit: &mut dyn FnMut(&str, &Block)) {
    each_block(&memo.front, "", visit);
    for page in &memo.pages {
        each_block(&page.blocks, &format!("{}-", page.id.replace('/', "-")), visit);
    }
    each_block(&memo.appendix.blocks, "", visit);
}

fn each_block(blocks: &[Block], prefix: &str, visit: &mut dyn FnMut(&str, &Block)) {
    for block in blocks {
        match block {
            Block::Columns { columns, .. } => columns.iter().for_each(|it| each_block(it, prefix, visit)),
            _ => visit(prefix, block),
        }
    }
}

/// Heads of columns that no table of the memo has, in its language.
#[derive(Clone, Copy)]
struct Heads<'a>(&'a BTreeMap<String, String>);

impl Heads<'_> {
    /// Returns a head by its name; the name where the memo has none.
    fn get(&self, name: &str) -> String {
        self.0.get(name).map_or_else(|| name.to_owned(), Clone::clone)
    }

    /// Returns the head of a part of a column: "95 % interval, low".
    fn of(&self, head: &str, name: &str) -> String {
        format!("{head}, {}", self.get(name))
    }
}

struct Found<'a> {
    facts: &'a Facts,
    heads: Heads<'a>,
    sheets: Vec<Sheet>,
    /// Names of the tables, wherever they stand.
    tables: BTreeSet<String>,
    names: BTreeSet<String>,
}

impl Found<'_> {
    fn block(&mut self, prefix: &str, block: &Block) {
        match block {
            Block::Table(it) => {
                let name = self.name(format!("{prefix}{}", it.id));
                let columns = table::columns(it, self.facts, self.heads);
                self.enter(name, [&it.id, &it.title, &it.subtitle], columns);
            }
            Block::Figure {
                title, subtitle, chart, ..
            } => {
                if let Some(columns) = chart::columns(chart, self.heads) {
                    // A table keeps its name, whatever is drawn before it.
                    let is_table = self.tables.contains(&format!("{prefix}{}", chart.id));
                    let end = if is_table { "-chart" } else { "" };
                    let id = format!("{}{end}", chart.id);
                    let name = self.name(format!("{prefix}{id}"));
                    let title = if title.is_empty() { &chart.title } else { title };
                    self.enter(name, [&id, title, subtitle], columns);
                }
            }
            Block::Columns { .. } | Block::Prose { .. } | Block::List { .. } => {}
        }
    }

    /// Takes a name that no other sheet has.
    fn name(&mut self, asked: String) -> String {
        let numbered = (2..).map(|n| format!("{asked}-{n}"));
        let mut names = std::iter::once(asked.clone()).chain(numbered);
        let name = names.find(|it| !self.names.contains(it)).unwrap_or(asked);
        self.names.insert(name.clone());
        name
    }

    fn enter(&mut self, name: String, [id, title, about]: [&str; 3], columns: Vec<SheetColumn>) {
        let mut columns: Vec<SheetColumn> = columns.into_iter().filter(is_filled).collect();
        if columns.is_empty() {
            return;
        }
        tell_apart(&mut columns, &self.heads.get("name"));
        self.sheets.push(Sheet {
            name,
            id: id.to_owned(),
            title: title.to_owned(),
            about: about.to_owned(),
            columns,
        });
    }
}

/// A column of charts, or of nothing, is none.
fn is_filled(column: &SheetColumn) -> bool {
    column.entries.iter().any(|it| *it != Entry::Empty)
}

/// Gives every column a head, and no two the same: a head that returns is that of the column that it follows.
fn tell_apart(columns: &mut [SheetColumn], nameless: &str) {
    for it in columns.iter_mut().filter(|it| it.head.is_empty()) {
        nameless.clone_into(&mut it.head);
    }
    let written: Vec<String> = columns.iter().map(|it| it.head.clone()).collect();
    // Databases do not tell capitals apart in the names of columns.
    let lowered: Vec<String> = written.iter().map(|it| it.to_lowercase()).collect();
    let is_alone = |at: usize| lowered.iter().filter(|it| **it == lowered[at]).count() == 1;
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for (at, column) in columns.iter_mut().enumerate() {
        // The first column names rows: what follows it is no part of it.
        let lead = (1..at).rev().find(|it| is_alone(*it)).filter(|_| !is_alone(at));
        let asked = lead.map_or_else(|| written[at].clone(), |it| format!("{}: {}", written[it], written[at]));
        let numbered = (2..).map(|n| format!("{asked} {n}"));
        let mut heads = std::iter::once(asked.clone()).chain(numbered);
        column.head = heads.find(|it| !taken.contains(&it.to_lowercase())).unwrap_or(asked);
        taken.insert(column.head.to_lowercase());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_that_return_are_told_by_the_column_that_they_follow() {
        let mut columns = ["Category", "Spend", "σ", "q", "Visits", "σ", "q", "", "spend"].map(|head| SheetColumn {
            head: head.into(),
            entries: Vec::new(),
        });
        tell_apart(&mut columns, "Name");
        assert_eq!(
            columns.map(|it| it.head),
            [
                "Category",
                "Spend",
                "σ",
                "q",
                "Visits",
                "Visits: σ",
                "Visits: q",
                "Name",
                "Name: spend"
            ]
        );
    }
}
