//! What RFM leaves for the appendix: its method, the map of segments, and what each score means.
//!
//! It must not know what the page says.

use super::Told;
use super::recording::SCORES;
use super::segments::Segment;
use super::telling::figure;
use super::telling::window;
use crate::analysis::Tell;
use crate::analysis::shares::column;
use crate::model::memo::Align;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Memo;
use crate::model::memo::Row;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::TableStyle;
use crate::model::unit::Unit;
use crate::stats::fifths::N_CLASSES;
use crate::stats::fifths::Ties;
use crate::words;
use crate::words::text;

/// Adds all of it.
pub(super) fn tell(told: &Told, tell: &Tell, memo: &mut Memo) {
    memo.appendix.blocks.push(method(told, tell));
    memo.appendix.blocks.push(Block::Columns {
        widths: vec![1.2, 1.0],
        columns: vec![vec![Block::Table(map())], vec![Block::Table(scores(told, tell))]],
    });
}

fn method(told: &Told, tell: &Tell) -> Block {
    let [frequency, monetary] = told.metrics(tell.plan);
    let ties = match told.ties {
        Ties::Together => "customers with equal values share the class of the share strictly below them",
        Ties::InOrder => "equal values are dealt out over classes in the order of ids",
    };
    let text = format!(
        "Customers who bought in {} are scored 1 to 5 by fifths of days since the last purchase (R), {} (F) and {} (M); {ties}. \
         Segments follow from R and F alone; M says what they are worth. At risk are “cannot lose them” and “at risk”. \
         Fifths are relative: someone must be in the lowest, however good the year.",
        window(told, tell),
        text::lowered(&frequency.label),
        text::lowered(&monetary.label),
    );
    Block::Prose {
        title: "Recency, frequency, money".into(),
        paragraphs: vec![Sentence {
            runs: vec![Run::plain(text)],
            facts: Vec::new(),
        }],
    }
}

/// The segment of each pair of scores.
fn map() -> Table {
    let row = |recency: u8| {
        let names = (1..=N_CLASSES).map(|frequency| Cell::text(Segment::of([recency, frequency, 1]).short()));
        Row {
            cells: std::iter::once(Cell::text(format!("R{recency}")))
                .chain(names)
                .collect(),
            ..Row::default()
        }
    };
    let heads: Vec<String> = (1..=N_CLASSES).map(|it| format!("F{it}")).collect();
    let heads = heads.iter().map(|it| column(&[it.as_str()], Align::Left));
    Table {
        id: "rfm-map".into(),
        title: "From scores to segments".into(),
        columns: std::iter::once(column(&["Recency"], Align::Left))
            .chain(heads)
            .collect(),
        rows: (1..=N_CLASSES).rev().map(row).collect(),
        style: TableStyle::Dense,
        ..Table::default()
    }
}

/// From where to where each score runs.
fn scores(told: &Told, tell: &Tell) -> Table {
    let [frequency, monetary] = told.metrics(tell.plan);
    let units = [Unit::default(), frequency.unit.clone(), monetary.unit.clone()];
    let labels = [
        "Days since purchase".to_owned(),
        tell.words.head_with_unit(&frequency.label, &frequency.unit),
        tell.words.head_with_unit(&monetary.label, &monetary.unit),
    ];
    let mut rows = Vec::new();
    for ((score, unit), label) in SCORES.iter().zip(&units).zip(&labels) {
        let ends: Vec<f64> = (1..=N_CLASSES)
            .filter_map(|class| tell.facts.number(&format!("rfm/scores/{score}/{class}/high")))
            .collect();
        let places = match *score {
            "recency" => 0,
            _ => words::column_places(&ends, unit),
        };
        for class in (1..=N_CLASSES).rev() {
            let of =
                |name: &str, unit: &Unit, places| figure(tell, &format!("scores/{score}/{class}/{name}"), unit, places);
            let first = if class == N_CLASSES { label.as_str() } else { "" };
            rows.push(Row {
                cells: vec![
                    Cell::text(first),
                    Cell::text(class.to_string()),
                    of("low", unit, places),
                    of("high", unit, places),
                    of("customers", &Unit::default(), 0),
                ],
                ..Row::default()
            });
        }
    }
    let heads = ["From", "To", "Customers"].map(|it| column(&[it], Align::Right));
    let first = [column(&["By"], Align::Left), column(&["Score"], Align::Left)];
    Table {
        id: "rfm-scores".into(),
        title: "What each score means".into(),
        columns: first.into_iter().chain(heads).collect(),
        rows,
        style: TableStyle::Dense,
        ..Table::default()
    }
}
