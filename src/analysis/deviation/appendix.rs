//! What deviation leaves for the appendix: method, backtest, and every category with every metric.
//!
//! An auditor asks how the projection did on the past, and for the figures that the first page has no room for. It
//! must not know what the pages before it say.

use super::Told;
use super::model_label;
use super::telling::id;
use super::telling::model_name;
use super::telling::named_with_unit;
use super::telling::number;
use super::told_by;
use crate::analysis::Tell;
use crate::analysis::subjects;
use crate::model::memo::Align;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Column;
use crate::model::memo::Row;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::TableStyle;
use crate::model::memo::Tone;
use crate::model::plan::Metric;
use crate::say;
use crate::words;
use crate::words::Words;
use crate::words::text;

/// How series are projected and judged.
pub(super) fn method(told: &Told, tell: &Tell, metric: &Metric) -> Block {
    let name = text::slug(&metric.name);
    let season = match tell.facts.text(&format!("deviation/metrics/{name}/season")) {
        Some("none") | None => "none",
        Some(n) => n,
    };
    let text = say!(
        tell.words,
        "deviation-method",
        grain = tell.plan.periods.grain.noun(),
        model = model_name(tell, model_label(told.model)),
        cycle = season,
        nouns = tell.plan.categories.nouns,
        n_metrics = told.metrics.len()
    );
    Block::Prose {
        title: say!(tell.words, "deviation-method-title"),
        paragraphs: vec![Sentence {
            runs: vec![Run::plain(text)],
            facts: Vec::new(),
        }],
    }
}

/// How each model did on the past, metric by metric; the one that projects first.
pub(super) fn backtest(told: &Told, tell: &Tell) -> Option<Block> {
    let mut rows = Vec::new();
    let mut n_forecasts = 0.0;
    for metric in told.metrics.iter().map(|&idx| &tell.plan.metrics[idx]) {
        let base = format!("deviation/metrics/{}/backtest", text::slug(&metric.name));
        let models = tell.facts.list(&base);
        for (place, model) in models.iter().rev().enumerate() {
            let id = format!("{base}/{}", text::slug(model));
            let figure = |column: &str, show: &dyn Fn(f64) -> String| {
                let id = format!("{id}/{column}");
                let x = tell.facts.number(&id);
                Cell::figure(x.map_or_else(|| words::MISSING.to_owned(), show), x, id)
            };
            n_forecasts += tell
                .facts
                .number(&format!("{id}/n"))
                .filter(|_| place == 0)
                .unwrap_or(0.0);
            let cells = vec![
                Cell::text(if place == 0 {
                    metric.label.clone()
                } else {
                    String::new()
                }),
                Cell::text(if place == 0 {
                    say!(tell.words, "deviation-model-used", model = model_name(tell, model))
                } else {
                    model_name(tell, model)
                }),
                figure("mase", &|x| tell.words.fixed(x, 2)),
                figure("smape", &|x| tell.words.fixed(x * 100.0, 1)),
                figure("bias", &|x| tell.words.signed(x * 100.0, 1)),
                figure("coverage80", &|x| tell.words.fixed(x * 100.0, 1)),
                figure("coverage95", &|x| tell.words.fixed(x * 100.0, 1)),
            ];
            rows.push(Row {
                cells,
                ..Row::default()
            });
        }
    }
    if rows.is_empty() {
        return None;
    }
    let column = |head: &str, align, width| Column {
        head: vec![Run::toned(head, Tone::Quiet)],
        align,
        width: Some(width),
        ..Column::default()
    };
    let words = tell.words;
    let in_band = |level: &str| say!(words, "deviation-head-in-band", level = level);
    let heads = [
        "MASE".to_owned(),
        "sMAPE, %".to_owned(),
        say!(words, "deviation-head-bias"),
        in_band("80"),
        in_band("95"),
    ];
    let mut columns = vec![
        column(&say!(words, "deviation-head-metric"), Align::Left, 130.0),
        column(&say!(words, "deviation-head-model"), Align::Left, 110.0),
    ];
    columns.extend(heads.iter().map(|head| column(head, Align::Right, 50.0)));
    let note = say!(words, "deviation-backtest-note");
    Some(Block::Table(Table {
        id: "backtest".into(),
        title: say!(
            words,
            "deviation-backtest-title",
            grain = tell.plan.periods.grain.noun(),
            n = words.fixed(n_forecasts, 0)
        ),
        columns,
        rows,
        note: Some(Sentence {
            runs: vec![Run::toned(note, Tone::Quiet)],
            facts: Vec::new(),
        }),
        style: TableStyle::Dense,
        ..Table::default()
    }))
}

/// A metric's name and unit in short lines, for a narrow column.
fn head_lines(words: &Words, metric: &Metric) -> Vec<String> {
    // Characters of a line: about what the column's figures take.
    const LINE: usize = 12;
    let named = named_with_unit(words, metric);
    let mut lines: Vec<String> = Vec::new();
    for word in named.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < LINE => *line = format!("{line} {word}"),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Every category with every metric.
pub(super) fn all(told: &Told, tell: &Tell) -> Table {
    let mut slugs = tell.facts.list("deviation/ranking").to_vec();
    slugs.sort_by(|a, b| subjects::label(tell.facts, a).cmp(subjects::label(tell.facts, b)));
    let metrics: Vec<&Metric> = told.metrics.iter().map(|&idx| &tell.plan.metrics[idx]).collect();
    let head = |lines: &[String]| {
        lines
            .iter()
            .map(|line| Run::toned(line.clone(), Tone::Quiet))
            .collect::<Vec<_>>()
    };
    let first = head(&[text::capitalised(&tell.plan.categories.noun)]);
    let mut columns = vec![Column {
        head: first,
        width: Some(112.0),
        ..Column::default()
    }];
    let mut places = Vec::new();
    for metric in &metrics {
        let (_, unit) = told_by(metric);
        for lines in [
            head_lines(tell.words, metric),
            vec![say!(tell.words, "deviation-head-dev", unit = tell.words.head(&unit))],
            vec!["σ".to_owned()],
            vec!["q".to_owned()],
        ] {
            columns.push(Column {
                head: head(&lines),
                align: Align::Right,
                ..Column::default()
            });
        }
        let values: Vec<f64> = slugs
            .iter()
            .filter_map(|slug| number(tell, slug, metric, "actual"))
            .collect();
        places.push(words::column_places(&values, &metric.unit));
    }
    let rows = slugs.iter().map(|slug| {
        let tone = if subjects::is_mover(tell.facts, slug) {
            Tone::Strong
        } else {
            Tone::Plain
        };
        let mut cells = vec![Cell::toned(subjects::label(tell.facts, slug), tone)];
        for (metric, &places) in metrics.iter().zip(&places) {
            let (told, unit) = told_by(metric);
            let figure = |name: &str, show: &dyn Fn(f64) -> String| {
                let x = number(tell, slug, metric, name);
                Cell::figure(
                    x.map_or_else(|| words::MISSING.to_owned(), show),
                    x,
                    id(slug, metric, name),
                )
            };
            cells.push(figure("actual", &|x| tell.words.bare(x, &metric.unit, places)));
            cells.push(figure(told, &|x| tell.words.bare_signed(x, &unit, 1)));
            cells.push(figure("cii", &|x| tell.words.signed(x, 1)));
            cells.push(figure("q", &|x| {
                tell.words.probability(x).trim_start_matches("= ").to_owned()
            }));
        }
        Row {
            cells,
            ..Row::default()
        }
    });
    Table {
        id: "all".into(),
        title: say!(
            tell.words,
            "deviation-all-title",
            n = slugs.len(),
            nouns = tell.plan.categories.nouns
        ),
        columns,
        rows: rows.collect(),
        style: TableStyle::Dense,
        ..Table::default()
    }
}
