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
use crate::analysis::shares::headed;
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
use crate::say;
use crate::stats::fifths::N_CLASSES;
use crate::stats::fifths::Ties;
use crate::words;
use crate::words::text;

/// Adds all of it.
pub(super) fn tell(told: &Told, tell: &Tell, memo: &mut Memo) {
    memo.appendix.blocks.push(method(told, tell));
    memo.appendix.blocks.push(Block::Columns {
        widths: vec![1.2, 1.0],
        columns: vec![vec![Block::Table(map(tell))], vec![Block::Table(scores(told, tell))]],
    });
}

fn method(told: &Told, tell: &Tell) -> Block {
    let [frequency, monetary] = told.metrics(tell.plan);
    let text = say!(
        tell.words,
        "rfm-method",
        window = window(told, tell),
        frequency = text::lowered(&frequency.label),
        monetary = text::lowered(&monetary.label),
        together = matches!(told.ties, Ties::Together)
    );
    Block::Prose {
        title: say!(tell.words, "rfm-method-title"),
        paragraphs: vec![Sentence {
            runs: vec![Run::plain(text)],
            facts: Vec::new(),
        }],
    }
}

/// The segment of each pair of scores.
fn map(tell: &Tell) -> Table {
    let words = tell.words;
    let row = |recency: u8| {
        let names = (1..=N_CLASSES).map(|frequency| Cell::text(Segment::of([recency, frequency, 1]).short(words)));
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
        title: say!(words, "rfm-map-title"),
        columns: std::iter::once(headed(&say!(words, "rfm-head-recency"), Align::Left))
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
        say!(tell.words, "rfm-days-since"),
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
                    Cell {
                        sort: Some(f64::from(class)),
                        ..Cell::text(class.to_string())
                    },
                    of("low", unit, places),
                    of("high", unit, places),
                    of("customers", &Unit::default(), 0),
                ],
                ..Row::default()
            });
        }
    }
    let words = tell.words;
    let heads = [
        say!(words, "rfm-head-from"),
        say!(words, "rfm-head-to"),
        say!(words, "rfm-head-customers"),
    ];
    let heads = heads.map(|it| headed(&it, Align::Right));
    let first = [say!(words, "rfm-head-by"), say!(words, "rfm-head-score")].map(|it| headed(&it, Align::Left));
    Table {
        id: "rfm-scores".into(),
        title: say!(words, "rfm-scores-title"),
        columns: first.into_iter().chain(heads).collect(),
        rows,
        style: TableStyle::Dense,
        ..Table::default()
    }
}
