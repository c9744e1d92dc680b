//! What is printed of a split: rounded figures that add up to the last digit, as its note says they do.
//!
//! It must not know how they were rounded.

use crate::lint::Stated;
use crate::lint::families::agree;
use crate::lint::families::written;
use crate::lint::of_program;
use crate::lint::reading;
use crate::lint::walk;
use crate::model::diagnostic::Diagnostic;
use crate::model::facts::rounded;
use crate::model::memo::Cell;
use crate::model::memo::Row;
use crate::model::memo::RowRole;
use crate::model::memo::Table;

/// Finds columns of printed parts that miss their printed total.
pub(super) fn broken(stated: &Stated) -> Vec<Diagnostic> {
    let decimal = reading::decimal(stated.words);
    walk::tables(stated.memo)
        .into_iter()
        .flat_map(|it| of_table(it, decimal))
        .collect()
}

fn of_table(table: &Table, decimal: char) -> Vec<Diagnostic> {
    let Some(total) = table.rows.iter().find(|it| it.role == RowRole::Total) else {
        return Vec::new();
    };
    let rows: Vec<&Row> = table.rows.iter().filter(|it| it.role == RowRole::Body).collect();
    let column = |(at, total): (usize, &Cell)| {
        let whole = total.fact.as_deref().filter(|it| closes(it))?;
        let parts: Option<Vec<f64>> = rows.iter().map(|it| part(it.cells.get(at)?, decimal)).collect();
        let (sum, is) = (parts?.iter().sum::<f64>(), printed(total, decimal)?);
        // What is printed has few digits: sums of them differ by their last one, or not at all.
        (!agree(sum, is, sum.abs().max(1.0))).then(|| {
            let (sum, is) = (written(rounded(sum).unwrap_or(sum)), written(is));
            let message = format!(
                "the table `{}` prints parts of `{whole}` that add up to {sum}, and {is} below them",
                table.id
            );
            of_program(Diagnostic::check("parts-miss-whole", message))
        })
    };
    total.cells.iter().enumerate().filter_map(column).collect()
}

/// Tells whether a total is one of those that the memo says its parts add up to as printed.
fn closes(id: &str) -> bool {
    let names = ["structural", "behavioural", "change"];
    id.starts_with("contribution/") && names.iter().any(|it| id.rsplit('/').next() == Some(it))
}

/// Reads a part of a split; `None` for any other cell.
fn part(cell: &Cell, decimal: char) -> Option<f64> {
    cell.fact.as_deref().filter(|it| it.contains("/segment/"))?;
    printed(cell, decimal)
}

fn printed(cell: &Cell, decimal: char) -> Option<f64> {
    let text: String = cell.lines.first()?.iter().map(|it| it.text.as_str()).collect();
    match reading::tokens(&text, decimal).as_slice() {
        [reading::Token::Figure(it)] => Some(if it.is_negative { -it.x } else { it.x } * it.magnitude),
        // An interval has two.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(total: &str) -> Table {
        let row = |fact: &str, text: &str, role| Row {
            cells: vec![Cell::text("2 people"), Cell::figure(text, None, fact)],
            role,
            ..Row::default()
        };
        Table {
            id: "segments-milk".into(),
            rows: vec![
                row("contribution/milk/segment/1/structural", "+1,200.4", RowRole::Body),
                row("contribution/milk/segment/2/structural", "−0.7", RowRole::Body),
                row("contribution/milk/structural", total, RowRole::Total),
            ],
            ..Table::default()
        }
    }

    #[test]
    fn a_column_closes_to_the_printed_digit() {
        assert_eq!(of_table(&table("+1,199.7"), '.'), []);
        let said = "the table `segments-milk` prints parts of `contribution/milk/structural` that add up to 1199.7, and 1199.8 \
                    below them";
        assert_eq!(of_table(&table("+1,199.8"), '.')[0].message, said);
        // The interval of the change stands under its fact, and closes nothing.
        assert_eq!(of_table(&table("+1.0 to +2.0"), '.'), []);
    }
}
