//! The appendix: method, small tables, a bar in parts, a table that runs abreast.
//!
//! Its tables are texts; only their shapes matter here.

use super::chart;
use super::figures::MOVERS;
use super::figures::SECTORS;
use super::plain;
use super::slug;
use bellwether::model::memo::Align;
use bellwether::model::memo::Block;
use bellwether::model::memo::Cell;
use bellwether::model::memo::Column;
use bellwether::model::memo::Drawing;
use bellwether::model::memo::Page;
use bellwether::model::memo::Part;
use bellwether::model::memo::Row;
use bellwether::model::memo::Run;
use bellwether::model::memo::Sentence;
use bellwether::model::memo::Table;
use bellwether::model::memo::TableStyle;
use bellwether::model::memo::Tone;

pub(super) fn appendix() -> Page {
    let prose = |title: &str, text: &str| {
        vec![Block::Prose {
            title: title.into(),
            paragraphs: vec![plain(text, &[])],
        }]
    };
    let parts = [
        (15.4, "15.4 m before October 2021", 0),
        (43.3, "43.3 m in the 60 months of history", 1),
        (0.8, "0.8 m in October 2026", 2),
    ];
    let parts = Drawing::Parts {
        parts: parts
            .map(|(value, label, shade)| Part {
                value,
                label: label.into(),
                shade,
            })
            .into(),
    };
    let words = "59,522,383 rows read, 44,108,934 in the 61-month window, 807,936 in October 2026";
    Page {
        id: "appendix".into(),
        title: "Method, data quality and audit".into(),
        lead: Vec::new(),
        blocks: vec![
            Block::Columns {
                widths: vec![1.0, 1.0, 1.0],
                columns: vec![
                    prose(
                        "Deviation",
                        "Each sector’s spend per active shopper, in logs, is projected one month ahead by five candidates; the one with the \
                         smallest rolling-origin error across sectors is used. Its spread σ comes from those same errors (conformal), so that \
                         an 80\u{202f}% band should hold four months in five. CII is the deviation over σ; q is Benjamini–Hochberg over 33 sectors.",
                    ),
                    prose(
                        "Drivers",
                        "A tree separates September’s dollars from October’s by ten shopper attributes (100,337 buyer-months). Importance is the \
                         node-weighted Gini decrease, scaled to 100. The null is the 95th percentile over 60 shuffles of the month label. An \
                         attribute at or below it explains nothing.",
                    ),
                    prose(
                        "Contribution",
                        "With share w and rate r in each segment: behavioural = mean(w) · Δr; structural = Δw · (mean(r) − mean(M)). They sum to \
                         ΔM. Intervals: 400 bootstrap draws of shoppers, seed 20261101.",
                    ),
                ],
            },
            Block::Columns {
                widths: vec![285.0, 188.0],
                columns: vec![vec![Block::Table(backtest())], vec![Block::Table(sensitivity())]],
            },
            Block::Figure {
                title: "Rows read, removed and used".into(),
                subtitle: String::new(),
                chart: chart("rows", "Transactions read and used", words, [493.0, 0.0], parts),
                note: None,
            },
            Block::Columns {
                widths: vec![1.0, 1.0],
                columns: vec![vec![Block::Table(quality())], vec![Block::Table(audit())]],
            },
            Block::Table(sectors()),
        ],
    }
}

/// A small table of texts: the first column is words, the others are figures.
fn small(id: &str, title: &str, heads: &[&str], rows: &[&[&str]], note: &str) -> Table {
    let column = |(idx, head): (usize, &&str)| Column {
        head: vec![Run::plain(*head)],
        align: if idx == 0 { Align::Left } else { Align::Right },
        ..Column::default()
    };
    let row = |texts: &&[&str]| Row {
        cells: texts.iter().map(|it| Cell::text(*it)).collect(),
        ..Row::default()
    };
    Table {
        id: id.into(),
        title: title.into(),
        columns: heads.iter().enumerate().map(column).collect(),
        rows: rows.iter().map(row).collect(),
        note: (!note.is_empty()).then(|| plain(note, &[])),
        ..Table::default()
    }
}

fn backtest() -> Table {
    small(
        "backtest",
        "Backtest: one month ahead, 792 forecasts (33 sectors × 24 origins)",
        &[
            "Model",
            "MASE",
            "sMAPE, %",
            "Bias, %",
            "In 80\u{202f}% band",
            "In 95\u{202f}% band",
        ],
        &[
            &["MSTL + ETS (used)", "0.45", "3.5", "+0.7", "78.2", "92.4"],
            &["Mean of three", "0.53", "4.2", "+2.0", "77.7", "93.7"],
            &["Theta", "0.67", "5.2", "+1.5", "77.7", "92.4"],
            &["ETS, damped", "0.67", "5.4", "+4.1", "77.8", "96.2"],
            &["Seasonal naive", "1.30", "11.1", "+11.3", "78.3", "98.6"],
        ],
        "MASE below 1 beats repeating last year’s month in sample. Bands are scored with the month itself left out.",
    )
}

fn sensitivity() -> Table {
    small(
        "sensitivity",
        "Sensitivity: Office Products, $",
        &["Split", "Struct.", "Behav.", "Joint"],
        &[
            &["Two-part (used)", "−10.46", "−16.65", "–"],
            &["September base", "−10.99", "−17.19", "+1.07"],
            &["95\u{202f}% interval, lower", "−10.99", "−18.29", "–"],
            &["95\u{202f}% interval, upper", "−9.98", "−15.11", "–"],
        ],
        "No total changes sign with the method.",
    )
}

fn quality() -> Table {
    let mut table = small(
        "quality",
        "Data quality",
        &["Check", "Result"],
        &[
            &["Duplicate transaction ids, October", "0"],
            &["Transactions without a known shopper, October", "0"],
            &["Missing attribute values", "0 of 1,000,000"],
            &["Months without rows", "0 of 94"],
            &["Smallest sector: Magazine Subscriptions", "391 shoppers"],
            &["Active one-person homes, month on month", "−51.0\u{202f}%"],
        ],
        "One check needs a person: one-person homes halved in a month. A change in the panel would look the same.",
    );
    if let Some(row) = table.rows.last_mut() {
        row.cells
            .iter_mut()
            .flat_map(|it| &mut it.lines)
            .flatten()
            .for_each(|it| it.tone = Tone::Strong);
    }
    table
}

fn audit() -> Table {
    let mut table = small(
        "audit",
        "Reproduce this memo",
        &["Input", "BLAKE3, first 16"],
        &[
            &["Transactions, 94 files", "6feafb98b86046e4"],
            &["Activity, 94 files", "4b1eecbe8b0f19bd"],
            &["Consumers, 100,000 rows", "f75746e73b66491f"],
            &["facts.json", "1eaabe1c89570310"],
            &["Seed", "20261101"],
        ],
        "",
    );
    table.columns[1].align = Align::Left;
    for row in &mut table.rows {
        row.cells[1].lines[0][0].tone = Tone::Code;
    }
    table.note = Some(Sentence {
        runs: vec![
            Run::plain("Full hashes: manifest.json, attached to this PDF. To check: "),
            Run::toned("bellwether verify memo.pdf", Tone::Code),
        ],
        facts: Vec::new(),
    });
    table
}

fn sectors() -> Table {
    let row = |(name, figures): &(&str, [&str; 3])| {
        let moved = MOVERS.iter().any(|it| it.0 == *name);
        let number = |text: &str| text.replace('−', "-").replace('+', "").parse::<f64>().ok();
        let fact = |idx: usize| {
            format!(
                "deviation/{}/spend_per_shopper/{}",
                slug(name),
                ["actual", "percent", "cii"][idx]
            )
        };
        let mut cells = vec![Cell::toned(*name, if moved { Tone::Strong } else { Tone::Quiet })];
        cells.extend(
            figures
                .iter()
                .enumerate()
                .map(|(idx, it)| Cell::figure(*it, number(it), fact(idx))),
        );
        Row {
            cells,
            ..Row::default()
        }
    };
    let column = |head: &str, align: Align, width: Option<f64>| Column {
        head: vec![Run::plain(head)],
        align,
        width,
        ..Column::default()
    };
    Table {
        id: "sectors".into(),
        title: "All 33 sectors: spend per active shopper in US$, deviation in % and σ (movers in semibold)".into(),
        columns: vec![
            column("Sector", Align::Left, None),
            column("Actual", Align::Right, Some(30.0)),
            column("%", Align::Right, Some(28.0)),
            column("σ", Align::Right, Some(24.0)),
        ],
        rows: SECTORS.iter().map(row).collect(),
        style: TableStyle::Dense,
        abreast: 3,
        ..Table::default()
    }
}
