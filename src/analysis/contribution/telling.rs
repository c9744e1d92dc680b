//! How contribution is told: the segment table with its bars, closing to the printed digit; method and sensitivity.

use super::Told;
use super::chain;
use super::sensitivity;
use crate::analysis::Tell;
use crate::model::facts::FactId;
use crate::model::memo::Align;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Chart;
use crate::model::memo::Column;
use crate::model::memo::Drawing;
use crate::model::memo::Memo;
use crate::model::memo::Row;
use crate::model::memo::RowRole;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::Tone;
use crate::model::plan::Metric;
use crate::model::unit::Unit;
use crate::say;
use crate::stats::rounding;
use crate::words;
use crate::words::text;

/// Width of the bars of either part, in points.
const BAR_WIDTH: f64 = 42.0;
/// Widths of the table's columns, in points: together the width of a page.
const WIDTHS: [f64; 11] = [
    78.0, 30.0, 30.0, 38.0, 38.0, BAR_WIDTH, 44.0, BAR_WIDTH, 48.0, 38.0, 65.0,
];

/// Adds the segment table to each page, sensitivity and method to the appendix.
pub fn tell(told: &Told, tell: &Tell, memo: &mut Memo) {
    let metric = &tell.plan.metrics[told.metric];
    let slugs = tell.facts.list("contribution/subjects").to_vec();
    for slug in &slugs {
        let id = format!("movers/{slug}");
        if let Some(page) = memo.pages.iter_mut().find(|page| page.id == id) {
            let table = match told.chain {
                Some(chain) => chain::table(told, tell, chain, slug),
                None => segments(told, tell, metric, slug),
            };
            page.blocks.push(Block::Table(table));
        }
    }
    memo.appendix.blocks.push(method(told, tell));
    if told.sensitivity && told.chain.is_none() && !slugs.is_empty() {
        memo.appendix
            .blocks
            .push(Block::Table(sensitivity::table(tell, metric, &slugs)));
    }
}

fn number(tell: &Tell, id: &str) -> Option<f64> {
    tell.facts.number(id)
}

pub(super) fn head(lines: &[&str], align: Align, tone: Tone) -> Column {
    Column {
        head: lines.iter().map(|line| Run::toned(*line, tone)).collect(),
        align,
        ..Column::default()
    }
}

/// A row of the segment table before rounding.
struct Part {
    id: String,
    label: String,
    structural: f64,
    behavioural: f64,
}

fn segments(told: &Told, tell: &Tell, metric: &Metric, slug: &str) -> Table {
    let base = format!("contribution/{slug}");
    let labels = tell.facts.list(&format!("{base}/segments"));
    let parts: Vec<Part> = labels
        .iter()
        .enumerate()
        .filter_map(|(idx, label)| {
            let id = format!("{base}/segment/{}", idx + 1);
            let get = |name: &str| number(tell, &format!("{id}/{name}"));
            Some(Part {
                structural: get("structural")?,
                behavioural: get("behavioural")?,
                label: label.clone(),
                id,
            })
        })
        .collect();
    let totals = [
        number(tell, &format!("{base}/structural")).unwrap_or(0.0),
        number(tell, &format!("{base}/behavioural")).unwrap_or(0.0),
    ];
    let sizes: Vec<f64> = parts
        .iter()
        .flat_map(|it| [it.structural, it.behavioural])
        .chain(totals)
        .collect();
    let rates = parts
        .iter()
        .flat_map(|it| ["rate_before", "rate_after"].map(|name| number(tell, &format!("{}/{name}", it.id))));
    let rates: Vec<f64> = rates.flatten().collect();
    let places = [
        words::column_places(&sizes, &metric.unit),
        words::column_places(&rates, &metric.unit),
    ];
    let closed = closed(&parts, &metric.unit, places[0]);
    let low = sizes[..sizes.len() - 2].iter().copied().fold(0.0, f64::min);
    let high = sizes[..sizes.len() - 2].iter().copied().fold(0.0, f64::max);
    let mut rows: Vec<Row> = parts
        .iter()
        .zip(&closed.rows)
        .map(|(part, closed)| segment_row(tell, metric, slug, part, closed, places, [low, high]))
        .collect();
    rows.push(total_row(told, tell, metric, &base, &closed, places));
    let change = number(tell, &format!("{base}/change")).unwrap_or(0.0);
    let against = tell.against("contribution/against");
    Table {
        id: format!("segments-{slug}"),
        title: say!(
            tell.words,
            "contribution-title",
            up = change >= 0.0,
            size = tell.words.magnitude(change, &metric.unit.of_difference()),
            against = against
        ),
        columns: columns(told, tell, metric, &base),
        rows,
        note: Some(note(told, tell, &base, labels.len())),
        ..Table::default()
    }
}

/// Rounded cells as they are printed: they add up down each column and along each row.
struct Closed {
    rows: Vec<[f64; 3]>,
    totals: [f64; 3],
}

/// Rounds the parts so that every column and every row closes to the printed digit.
fn closed(parts: &[Part], unit: &Unit, places: usize) -> Closed {
    let factor = unit.printed_factor();
    let cells: Vec<[f64; 2]> = parts
        .iter()
        .map(|it| [it.structural * factor, it.behavioural * factor])
        .collect();
    let decimals = u32::try_from(places).expect("a column has a few places");
    let table = rounding::rounded_split(&cells, decimals);
    let printed = |row: [i64; 3]| row.map(|units| units as f64 / libm::pow(10.0, f64::from(decimals)));
    Closed {
        rows: table.rows.into_iter().map(printed).collect(),
        totals: printed(table.total),
    }
}

fn columns(told: &Told, tell: &Tell, metric: &Metric, base: &str) -> Vec<Column> {
    let words = tell.words;
    let with_unit = |name: &str| words.head_with_unit(name, &metric.unit);
    let of_parts = metric.unit.of_difference();
    let part = |name: &str| words.head_with_unit(name, &of_parts);
    let dimensions: Vec<String> = tell
        .facts
        .list(&format!("{base}/by"))
        .iter()
        .map(|name| {
            tell.plan
                .segments
                .iter()
                .find(|it| it.name == *name)
                .map_or_else(|| name.clone(), |it| it.label.clone())
        })
        .collect();
    let before = compact(tell, &told.against.name);
    let after = text::capitalised(&tell.words.short(&tell.plan.periods.target));
    let quiet = |lines: &[&str], align| head(lines, align, Tone::Quiet);
    let bar = |name: &str, tone| head(&[name], Align::Chart, tone);
    let columns = vec![
        quiet(&[&text::capitalised(&dimensions.join(", "))], Align::Left),
        quiet(&[&say!(words, "contribution-head-share"), &before], Align::Right),
        quiet(&["", &after], Align::Right),
        quiet(
            &[&with_unit(&say!(words, "contribution-head-rate")), &before],
            Align::Right,
        ),
        quiet(&["", &after], Align::Right),
        bar("", Tone::Structural),
        head(
            &[&part(&say!(words, "contribution-structural"))],
            Align::Right,
            Tone::Structural,
        ),
        bar("", Tone::Behavioural),
        head(
            &[&part(&say!(words, "contribution-behavioural"))],
            Align::Right,
            Tone::Behavioural,
        ),
        quiet(&[&part(&say!(words, "contribution-head-total"))], Align::Right),
        quiet(&[&say!(words, "contribution-head-interval")], Align::Right),
    ];
    columns
        .into_iter()
        .zip(WIDTHS)
        .map(|(column, width)| Column {
            width: Some(width),
            ..column
        })
        .collect()
}

/// A comparison in a narrow column head.
pub(super) fn compact(tell: &Tell, name: &str) -> String {
    let comparison = tell.plan.periods.comparisons.iter().find(|it| it.name == name);
    match comparison.map(|it| it.periods.as_slice()) {
        Some([one]) => text::capitalised(&tell.words.short(one)),
        Some(several) => say!(tell.words, "contribution-mean-of", n = several.len()),
        None => say!(tell.words, "contribution-before"),
    }
}

fn segment_row(
    tell: &Tell,
    metric: &Metric,
    slug: &str,
    part: &Part,
    closed: &[f64; 3],
    places: [usize; 2],
    range: [f64; 2],
) -> Row {
    let words = tell.words;
    let figure = |name: &str, show: &dyn Fn(f64) -> String| {
        let id = format!("{}/{name}", part.id);
        let x = number(tell, &id);
        Cell::figure(x.map_or_else(|| words::MISSING.to_owned(), show), x, id)
    };
    let share = |x: f64| words.fixed(x * 100.0, 1);
    let rate = |x: f64| words.bare(x, &metric.unit, places[1]);
    let signed = |x: f64| words.bare_signed(x, &metric.unit, places[0]);
    let printed = |x: f64| words.signed(x, places[0]);
    let place = part.id.rsplit('/').next().unwrap_or_default();
    let label = tell.level(&part.label);
    let bar = |value: f64, tone: Tone, name: &str| {
        Cell::chart(Chart {
            id: format!("bar-{slug}-{place}-{name}"),
            title: say!(words, "contribution-bar-title", label = label, part = name),
            description: say!(
                words,
                "contribution-bar-alt",
                label = label,
                part = name,
                change = signed(value)
            ),
            width: BAR_WIDTH,
            height: 11.0,
            drawing: Drawing::Bar { value, range, tone },
        })
    };
    let presence = tell.facts.text(&format!("{}/presence", part.id)).unwrap_or_default();
    let mut total = figure("total", &|_| printed(closed[2]));
    total.sort = Some(part.structural + part.behavioural);
    let interval = tell.facts.interval(&format!("{}/total", part.id));
    let interval = interval.map_or_else(
        || words::MISSING.to_owned(),
        |it| say!(words, "interval", low = signed(it.low), high = signed(it.high)),
    );
    let mut interval = Cell::figure(interval, None, format!("{}/total", part.id));
    interval.lines[0][0].tone = Tone::Quiet;
    Row {
        cells: vec![
            Cell::text(say!(words, "contribution-segment", label = label, presence = presence)),
            figure("share_before", &share),
            figure("share_after", &share),
            figure("rate_before", &rate),
            figure("rate_after", &rate),
            bar(part.structural, Tone::Structural, "structural"),
            figure("structural", &|_| printed(closed[0])),
            bar(part.behavioural, Tone::Behavioural, "behavioural"),
            figure("behavioural", &|_| printed(closed[1])),
            total,
            interval,
        ],
        ..Row::default()
    }
}

fn total_row(told: &Told, tell: &Tell, metric: &Metric, base: &str, closed: &Closed, places: [usize; 2]) -> Row {
    let words = tell.words;
    let level = |name: &str| {
        let id = format!("{base}/{name}");
        let x = number(tell, &id);
        Cell::figure(
            x.map_or_else(String::new, |x| words.bare(x, &metric.unit, places[1])),
            x,
            id,
        )
    };
    let signed = |x: f64, name: &str| Cell::figure(words.signed(x, places[0]), Some(x), format!("{base}/{name}"));
    let interval = tell.facts.interval(&format!("{base}/change"));
    let interval = interval.map_or_else(String::new, |it| {
        let signed = |x: f64| words.bare_signed(x, &metric.unit, places[0]);
        say!(words, "interval", low = signed(it.low), high = signed(it.high))
    });
    let all = say!(words, "contribution-all", buyers = tell.population(told.metric));
    let mut range = Cell::figure(interval, None, format!("{base}/change"));
    range.lines[0][0].tone = Tone::Quiet;
    let whole = || Cell {
        sort: Some(1.0),
        ..Cell::text(words.fixed(100.0, 1))
    };
    Row {
        cells: vec![
            Cell::toned(all, Tone::Strong),
            whole(),
            whole(),
            level("before"),
            level("after"),
            Cell::text(""),
            signed(closed.totals[0], "structural"),
            Cell::text(""),
            signed(closed.totals[1], "behavioural"),
            signed(closed.totals[2], "change"),
            range,
        ],
        role: RowRole::Total,
        page: String::new(),
    }
}

fn note(told: &Told, tell: &Tell, base: &str, n_segments: usize) -> Sentence {
    let fact = tell.facts.get(&format!("{base}/change"));
    let n = fact.and_then(|it| it.n).unwrap_or(0) as f64;
    let ids: Vec<FactId> = (1..=n_segments)
        .map(|place| format!("{base}/segment/{place}"))
        .collect();
    let smallest = ids
        .iter()
        .flat_map(|id| {
            ["share_before", "share_after"].map(|name| tell.facts.get(&format!("{id}/{name}")).and_then(|it| it.n))
        })
        .flatten()
        .filter(|n| *n > 0)
        .min();
    let count = |what: &str| {
        ids.iter()
            .filter(|id| tell.facts.text(&format!("{id}/presence")) == Some(what))
            .count()
    };
    let (came, went) = (count("entrant"), count("leaver"));
    let text = say!(
        tell.words,
        "contribution-note",
        n = tell.words.fixed(n, 0),
        buyers = tell.population(told.metric),
        smallest = smallest.map_or_else(|| words::MISSING.to_owned(), |n| tell.words.fixed(n as f64, 0)),
        moved = came + went,
        came = came,
        went = went,
        resamples = tell.words.fixed(told.n_resamples as f64, 0)
    );
    Sentence {
        runs: vec![Run::toned(text, Tone::Quiet)],
        facts: vec![
            format!("{base}/structural"),
            format!("{base}/behavioural"),
            format!("{base}/by"),
        ],
    }
}

fn method(told: &Told, tell: &Tell) -> Block {
    let text = if told.chain.is_some() {
        say!(tell.words, "contribution-method-chain")
    } else {
        say!(
            tell.words,
            "contribution-method",
            min_cell = told.min_cell.to_string(),
            resamples = told.n_resamples.to_string()
        )
    };
    Block::Prose {
        title: say!(tell.words, "contribution-method-title"),
        paragraphs: vec![Sentence {
            runs: vec![Run::plain(text)],
            facts: Vec::new(),
        }],
    }
}
