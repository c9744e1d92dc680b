//! The memo's tables as CSV, unrounded: what a figure prints is in the memo, what it is stands here.

use crate::model::facts::Facts;
use crate::model::facts::Value;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Memo;
use crate::model::memo::Table;
use std::collections::BTreeMap;

/// Writes every table of a memo as `tables/<id>.csv`; a page's tables are named after the page.
pub fn tables(memo: &Memo, facts: &Facts) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    collect(&memo.front, "", facts, &mut files);
    for page in &memo.pages {
        collect(
            &page.blocks,
            &format!("{}-", page.id.replace('/', "-")),
            facts,
            &mut files,
        );
    }
    collect(&memo.appendix.blocks, "", facts, &mut files);
    files
}

fn collect(blocks: &[Block], prefix: &str, facts: &Facts, files: &mut BTreeMap<String, Vec<u8>>) {
    for block in blocks {
        match block {
            Block::Table(table) => {
                files.insert(
                    format!("tables/{prefix}{}.csv", table.id),
                    table_csv(table, facts).into_bytes(),
                );
            }
            Block::Columns { columns, .. } => columns.iter().for_each(|it| collect(it, prefix, facts, files)),
            Block::Figure { .. } | Block::Prose { .. } | Block::List { .. } => {}
        }
    }
}

fn table_csv(table: &Table, facts: &Facts) -> String {
    let is_words = |idx: usize| {
        table.rows.iter().any(|row| {
            row.cells
                .get(idx)
                .is_some_and(|it| it.chart.is_none() && !it.lines.is_empty())
        })
    };
    let shown: Vec<usize> = (0..table.columns.len()).filter(|&idx| is_words(idx)).collect();
    let head = shown.iter().map(|&idx| {
        let lines = table.columns[idx].head.iter().map(|it| it.text.as_str());
        // A word that was broken over two lines is one.
        lines.collect::<Vec<_>>().join(" ").replace("- ", "").trim().to_owned()
    });
    let mut rows: Vec<Vec<String>> = vec![head.collect()];
    for row in &table.rows {
        // A row whose cells span columns is a remark, not data.
        if row.cells.iter().all(|it| it.span <= 1) {
            rows.push(
                shown
                    .iter()
                    .map(|&idx| row.cells.get(idx).map_or_else(String::new, |it| value(it, facts)))
                    .collect(),
            );
        }
    }
    lines(rows.iter().map(Vec::as_slice))
}

fn value(cell: &Cell, facts: &Facts) -> String {
    let fact = cell.fact.as_ref().and_then(|id| facts.get(id));
    if let Some(fact) = fact
        && let Value::Number(Some(x)) = fact.value
        && cell.sort.is_some()
    {
        // As the column's head says: a share in per cent.
        let factor = fact.unit.printed_factor();
        return if factor > 1.0 {
            (x * factor).to_string()
        } else {
            x.to_string()
        };
    }
    let lines: Vec<String> = cell
        .lines
        .iter()
        .map(|line| line.iter().map(|it| it.text.as_str()).collect())
        .collect();
    lines.join("; ")
}

/// Writes rows as CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe before it.
pub fn lines<'a>(rows: impl Iterator<Item = &'a [String]>) -> String {
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row.iter().map(|it| field(it)).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

fn field(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_and_never_formulas() {
        let row = [
            "Pasta, Rice".to_owned(),
            "=1+1".to_owned(),
            "-1.5".to_owned(),
            "a \"b\"".to_owned(),
        ];
        assert_eq!(
            lines([row.as_slice()].into_iter()),
            "\"Pasta, Rice\",'=1+1,-1.5,\"a \"\"b\"\"\"\n"
        );
    }
}
