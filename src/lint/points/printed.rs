//! What is printed of differences of shares.
//!
//! It must not know which analysis printed it.

use crate::lint::Stated;
use crate::lint::of_program;
use crate::lint::walk;
use crate::model::diagnostic::Diagnostic;
use crate::model::facts::Fact;
use crate::model::facts::Value;
use crate::model::memo::Column;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;

/// Finds figures in points that are printed as per cent.
pub(super) fn broken(stated: &Stated) -> Vec<Diagnostic> {
    let tables = walk::tables(stated.memo)
        .into_iter()
        .flat_map(|it| of_table(stated, it));
    let sentences = walk::sentences(stated.memo)
        .into_iter()
        .filter_map(|it| of_sentence(stated, it));
    tables.chain(sentences).collect()
}

/// Cells in points: neither they nor the head above them say per cent.
fn of_table(stated: &Stated, table: &Table) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for row in &table.rows {
        let mut at = 0;
        for cell in &row.cells {
            let column = table.columns.get(at);
            at += cell.span.max(1);
            let Some(id) = cell.fact.as_deref().filter(|id| is_points(stated.facts.get(id))) else {
                continue;
            };
            let text: String = cell.lines.iter().flatten().map(|it| it.text.as_str()).collect();
            let says_points = text.contains(points_word(stated).as_str());
            let is_per_cent = text.contains('%') || (!says_points && column.is_some_and(is_headed_per_cent));
            if is_per_cent {
                let message = format!(
                    "`{id}` is in points, and the table `{}` prints {text} as per cent",
                    table.id
                );
                found.push(of_program(Diagnostic::check("points-as-percent", message)));
            }
        }
    }
    found
}

fn is_points(fact: Option<&Fact>) -> bool {
    fact.is_some_and(|it| it.unit.of == Quantity::SharePoints)
}

/// What the head of a column in points says: "pp".
fn points_word(stated: &Stated) -> String {
    let unit = Unit::total(Quantity::SharePoints);
    stated.words.head(&unit)
}

/// "95 %" above an interval says how sure it is, and not what it is in.
fn is_headed_per_cent(column: &Column) -> bool {
    let is_unit = |text: &str, at: usize| !text[..at].trim_end().ends_with(|it: char| it.is_ascii_digit());
    let says = |text: &str| text.match_indices('%').any(|(at, _)| is_unit(text, at));
    column.head.iter().any(|it| says(&it.text))
}

/// A sentence made of a figure in points prints it as such; the same figure may be another fact's per cent.
fn of_sentence(stated: &Stated, sentence: &Sentence) -> Option<Diagnostic> {
    let facts = sentence.facts.iter().filter_map(|id| Some((id, stated.facts.get(id)?)));
    let facts: Vec<(&String, &Fact)> = facts.collect();
    let printed = |it: &Fact| match it.value {
        Value::Number(Some(x)) => Some(stated.words.fixed(x.abs() * 100.0, 1)),
        _ => None,
    };
    let text: String = sentence.runs.iter().map(|it: &Run| it.text.as_str()).collect();
    facts.iter().find_map(|(id, fact)| {
        let figure = printed(fact).filter(|_| is_points(Some(*fact)))?;
        let is_other = |it: &&(&String, &Fact)| !is_points(Some(it.1)) && printed(it.1).as_ref() == Some(&figure);
        let wrong = stated.words.per_cent(&figure);
        let is_said = text.match_indices(&wrong).any(|(at, _)| {
            // 2.5 % is no part of 12.5 %.
            !text[..at].ends_with(|it: char| it.is_ascii_digit() || matches!(it, '.' | ','))
        });
        (is_said && !facts.iter().any(|it| is_other(&it))).then(|| {
            let message = format!("`{id}` is in points, and a sentence prints it as {wrong}: {text}");
            of_program(Diagnostic::check("points-as-percent", message))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::planted::figure;
    use crate::lint::planted::stated;
    use crate::model::facts::Facts;
    use crate::model::memo::Block;
    use crate::model::memo::Cell;
    use crate::model::memo::Memo;
    use crate::model::memo::Row;

    fn facts() -> Facts {
        let mut facts = Facts::new();
        facts.insert("a/change", figure(0.025, Quantity::SharePoints, None, None));
        facts.insert("a/share", figure(0.125, Quantity::Share, None, None));
        facts
    }

    fn sentence(text: &str, ids: &[&str]) -> usize {
        let memo = Memo {
            headline: vec![Sentence {
                runs: vec![Run::plain(text)],
                facts: ids.iter().map(|it| (*it).to_owned()).collect(),
            }],
            ..Memo::default()
        };
        stated(&facts(), &memo, &|it| broken(it).len())
    }

    #[test]
    fn a_sentence_says_points() {
        assert_eq!(
            sentence("It rose 2.5\u{202f}pp to 12.5\u{202f}%.", &["a/change", "a/share"]),
            0
        );
        assert_eq!(sentence("It rose 2.5\u{202f}%.", &["a/change"]), 1);
        // Nobody says that the figure is this fact's.
        assert_eq!(sentence("It rose 2.5\u{202f}%.", &["a/share"]), 0);
    }

    #[test]
    fn a_cell_in_points_stands_under_no_per_cent() {
        let table = |head: &str, text: &str| {
            let column = Column {
                head: vec![Run::plain(head)],
                ..Column::default()
            };
            let row = Row {
                cells: vec![Cell::figure(text, None, "a/change")],
                ..Row::default()
            };
            let table = Table {
                columns: vec![column],
                rows: vec![row],
                ..Table::default()
            };
            let memo = Memo {
                front: vec![Block::Table(table)],
                ..Memo::default()
            };
            stated(&facts(), &memo, &|it| broken(it).len())
        };
        assert_eq!(table("Change, pp", "+2.5"), 0);
        assert_eq!(table("95\u{202f}% interval", "+2.5"), 0);
        assert_eq!(table("Change, %", "+2.5"), 1);
        assert_eq!(table("Change", "+2.5\u{202f}%"), 1);
    }
}
