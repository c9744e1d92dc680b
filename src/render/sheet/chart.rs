//! Charts that are tables drawn: heat maps, flows, funnels, rankings of drivers, shares and rates before and after.
//!
//! Lines and maps are none: their points are series and customers. It must not know how a chart is drawn.

use super::Heads;
use super::figure::Figure;
use super::figure::numerals;
use super::figure::usual;
use crate::model::memo::Chart;
use crate::model::memo::Drawing;
use crate::model::memo::DriverRow;
use crate::model::memo::DumbbellGroup;
use crate::model::memo::DumbbellRow;
use crate::model::memo::FlowLink;
use crate::model::memo::FlowNode;
use crate::model::memo::FunnelStage;
use crate::model::memo::HeatCell;
use crate::model::memo::HeatRow;
use crate::model::sheet::Entry;
use crate::model::sheet::SheetColumn;
use crate::model::unit::Unit;

/// Returns the columns of a chart that is a table; `None` for any other.
pub(super) fn columns(chart: &Chart, heads: Heads<'_>) -> Option<Vec<SheetColumn>> {
    match &chart.drawing {
        Drawing::HeatMap {
            columns, rows, unit, ..
        } => Some(heat(columns, rows, unit, heads)),
        Drawing::Flow {
            heads: sides,
            from,
            to,
            links,
        } => Some(flow(sides, [from, to], links, heads)),
        Drawing::Funnel { stages, before, now } => Some(funnel(stages, [before, now], heads)),
        Drawing::DriverBars { rows, null_label, .. } => Some(drivers(rows, null_label, heads)),
        Drawing::Dumbbell {
            groups,
            share_head,
            rate_head,
            before,
            after,
            ..
        } => Some(dumbbell(groups, [share_head, rate_head], [before, after], heads)),
        _ => None,
    }
}

fn named(head: String, entries: impl Iterator<Item = Entry>) -> SheetColumn {
    SheetColumn {
        head,
        entries: entries.collect(),
    }
}

fn text(text: &str) -> Entry {
    match text.trim() {
        "" => Entry::Empty,
        text => Entry::Text(text.to_owned()),
    }
}

/// Numbers of one unit with the texts that print them; where a text is missing, the others tell the form.
fn numbers<'a>(all: impl Iterator<Item = Option<(f64, &'a str)>>, unit: &Unit) -> Vec<Entry> {
    let figure = |(x, text): (f64, &str)| Figure::new(x, Some(unit.clone()), &numerals(text));
    let figures: Vec<Option<Figure>> = all.map(|it| it.filter(|it| it.0.is_finite()).map(figure)).collect();
    let usual = usual(figures.iter().flatten());
    // "< 0" has no decimals to tell: all numbers of a scale have the same.
    let entry = |it: Option<Figure>| {
        let figure = it.map(|it| Figure { shown: usual, ..it });
        figure.map_or(Entry::Empty, |it| Entry::Number(it.number(None)))
    };
    figures.into_iter().map(entry).collect()
}

fn heat(columns: &[String], rows: &[HeatRow], unit: &Unit, heads: Heads<'_>) -> Vec<SheetColumn> {
    let cell = |row: &'_ HeatRow, idx: usize| row.cells.get(idx).cloned().flatten();
    let cells: Vec<Option<HeatCell>> = (0..columns.len())
        .flat_map(|idx| rows.iter().map(move |row| cell(row, idx)))
        .collect();
    // One scale for all cells: what one of them prints too shortly, the others tell.
    let mut entries = numbers(
        cells
            .iter()
            .map(|it| it.as_ref().map(|it| (it.value, it.text.as_str()))),
        unit,
    )
    .into_iter();
    let mut all = vec![named(heads.get("name"), rows.iter().map(|it| text(&it.label)))];
    all.extend(
        columns
            .iter()
            .map(|head| named(head.clone(), entries.by_ref().take(rows.len()))),
    );
    all
}

fn flow(sides: &[String; 2], nodes: [&[FlowNode]; 2], links: &[FlowLink], heads: Heads<'_>) -> Vec<SheetColumn> {
    let label = |side: usize, at: usize| nodes[side].get(at).map_or(Entry::Empty, |it| text(&it.label));
    let counts = links.iter().map(|it| Some((it.value, it.text.as_str())));
    vec![
        named(sides[0].clone(), links.iter().map(|it| label(0, it.from))),
        named(sides[1].clone(), links.iter().map(|it| label(1, it.to))),
        named(
            heads.get("customers"),
            numbers(counts, &Unit::count("customer")).into_iter(),
        ),
    ]
}

fn funnel(stages: &[FunnelStage], sides: [&String; 2], heads: Heads<'_>) -> Vec<SheetColumn> {
    let mut columns = vec![named(heads.get("name"), stages.iter().map(|it| text(&it.label)))];
    for (side, head) in sides.into_iter().enumerate() {
        let count = |it: &'_ FunnelStage| (it.counts[side], it.count_labels[side].clone());
        let counts: Vec<(f64, String)> = stages.iter().map(count).collect();
        // Nothing is held against: nothing was printed.
        let printed = counts
            .iter()
            .map(|it| (!it.1.is_empty()).then_some((it.0, it.1.as_str())));
        columns.push(named(
            head.clone(),
            numbers(printed, &Unit::count("customer")).into_iter(),
        ));
    }
    columns
}

fn drivers(rows: &[DriverRow], null_label: &str, heads: Heads<'_>) -> Vec<SheetColumn> {
    let values = rows.iter().map(|it| Some((it.value, it.text.as_str())));
    // Drawn as a tick, and printed nowhere: its decimals are those of the values.
    let nulls = rows.iter().map(|it| Some((it.null, "")));
    let mut both = numbers(values.chain(nulls), &Unit::default()).into_iter();
    vec![
        named(heads.get("name"), rows.iter().map(|it| text(&it.label))),
        named(heads.get("figure"), both.by_ref().take(rows.len())),
        named(null_label.to_owned(), both),
    ]
}

fn dumbbell(groups: &[DumbbellGroup], of: [&String; 2], sides: [&String; 2], heads: Heads<'_>) -> Vec<SheetColumn> {
    let titled = |group: &DumbbellGroup| vec![text(&group.title); group.rows.len()];
    let rows: Vec<&DumbbellRow> = groups.iter().flat_map(|it| &it.rows).collect();
    let mut columns = vec![
        named(heads.get("attribute"), groups.iter().flat_map(titled)),
        named(heads.get("name"), rows.iter().map(|it| text(&it.label))),
    ];
    for (side, name) in sides.into_iter().enumerate() {
        let shares = rows
            .iter()
            .map(|it| Some((it.share[side], it.share_labels[side].as_str())));
        let head = format!("{}: {name}", of[0]);
        columns.push(named(head, numbers(shares, &Unit::default()).into_iter()));
    }
    for (side, name) in sides.into_iter().enumerate() {
        let rates = rows
            .iter()
            .map(|it| Some((it.rate[side]?, it.rate_labels[side].as_str())));
        let head = format!("{}: {name}", of[1]);
        columns.push(named(head, numbers(rates, &Unit::default()).into_iter()));
    }
    columns
}
