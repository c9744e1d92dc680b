//! The ranking on the first page: who moved furthest, who did not, and what is behind it.
//!
//! It is the table that a partner acts on, so that it fits the page and says where its line is. It must not know how
//! its small charts are drawn.

use super::Told;
use super::cells;
use super::cells::Axis;
use super::led_by;
use super::telling::id;
use super::telling::named_with_unit;
use super::telling::number;
use super::telling::pages;
use super::told_by;
use crate::analysis::Tell;
use crate::analysis::notes;
use crate::analysis::shares::lines;
use crate::analysis::subjects;
use crate::analysis::verdict;
use crate::analysis::verdict::Verdict;
use crate::model::memo::Align;
use crate::model::memo::Cell;
use crate::model::memo::Column;
use crate::model::memo::Row;
use crate::model::memo::RowRole;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::TableStyle;
use crate::model::memo::Tone;
use crate::model::plan::Metric;
use crate::say;
use crate::words;
use crate::words::text;

/// Rows of the first page's ranking: more would push it over the page.
const MOST_ROWS: usize = 10;
/// Points that the names take where the parts of a change stand beside them, and where they do not.
const NAME_BESIDE_SPLIT: f64 = 118.0;
const NAME_ALONE: f64 = 190.0;

/// The ranking on the first page.
pub(super) fn ranking(told: &Told, tell: &Tell, metric: &Metric) -> Table {
    let all = tell.facts.list("deviation/ranking");
    let movers = tell.facts.list("deviation/movers");
    let n_rows = movers.len().max(told.shown).min(MOST_ROWS).min(all.len());
    let (rows, rest) = all.split_at(n_rows);
    let axis = Axis::new(tell, metric);
    let figures: Vec<f64> = rows
        .iter()
        .flat_map(|slug| {
            [
                number(tell, slug, metric, "actual"),
                number(tell, slug, metric, "projected"),
            ]
        })
        .flatten()
        .collect();
    let places = words::column_places(&figures, &metric.unit);
    let range = split_range(tell, rows);
    let mut table = Table {
        id: "movers".into(),
        title: ranking_title(told, tell, movers.len(), n_rows),
        columns: columns(
            tell,
            metric,
            &axis,
            if range.is_some() { NAME_BESIDE_SPLIT } else { NAME_ALONE },
        ),
        rows: rows
            .iter()
            .map(|slug| mover_row(tell, metric, slug, &axis, places, range))
            .collect(),
        style: TableStyle::Movers,
        ..Table::default()
    };
    if !rest.is_empty() {
        table.rows.push(rest_row(tell, metric, rest, &axis));
    }
    if range.is_some() {
        add_split(tell, &mut table);
    }
    table
}

fn ranking_title(told: &Told, tell: &Tell, n_movers: usize, n_rows: usize) -> String {
    let kind = match n_movers {
        0 => "nothing",
        n if n > n_rows => "first",
        n if n == n_rows => "all",
        _ => "some",
    };
    say!(
        tell.words,
        "deviation-ranking-title",
        kind = kind,
        n = n_movers,
        rows = n_rows,
        others = n_rows.saturating_sub(n_movers),
        nouns = tell.plan.categories.nouns,
        // With several metrics a category stands where the furthest of them puts it.
        several = told.metrics.len() > 1
    )
}

/// The columns that every ranking has; the first is `name_width` points wide.
fn columns(tell: &Tell, metric: &Metric, axis: &Axis, name_width: f64) -> Vec<Column> {
    let head = |lines: &[&str]| {
        lines
            .iter()
            .map(|line| Run::toned(*line, Tone::Quiet))
            .collect::<Vec<_>>()
    };
    let right = |lines: &[&str], width| Column {
        head: head(lines),
        align: Align::Right,
        width: Some(width),
        axis: None,
        key: Vec::new(),
    };
    let words = tell.words;
    let named = named_with_unit(words, metric);
    let periods = say!(
        words,
        "deviation-head-spark",
        n = cells::n_spark(tell),
        grain = tell.plan.periods.grain.noun()
    );
    let projected = say!(words, "deviation-head-projected");
    let deviation = say!(words, "deviation-head-deviation", unit = words.head(&told_by(metric).1));
    vec![
        Column {
            head: head(&[&named]),
            align: Align::Left,
            width: Some(name_width),
            axis: None,
            key: Vec::new(),
        },
        right(&[&say!(words, "deviation-actual")], 38.0),
        right(&lines(&projected), 38.0),
        right(&lines(&deviation), 40.0),
        right(&["σ"], 32.0),
        Column {
            head: head(&[&say!(words, "deviation-head-chance")]),
            align: Align::Chart,
            width: Some(78.0),
            axis: Some(axis.scale(tell)),
            key: Vec::new(),
        },
        Column {
            head: head(&lines(&periods)),
            align: Align::Chart,
            width: Some(76.0),
            axis: None,
            key: Vec::new(),
        },
    ]
}

/// Adds the column of what each change is made of, and the note that explains it.
fn add_split(tell: &Tell, table: &mut Table) {
    let against = tell.against("contribution/against");
    table.columns.push(Column {
        head: vec![Run::toned(
            say!(tell.words, "deviation-head-change", against = against),
            Tone::Quiet,
        )],
        key: vec![
            Run::toned(say!(tell.words, "deviation-key-behavioural") + " ", Tone::Behavioural),
            Run::toned(say!(tell.words, "deviation-key-structural"), Tone::Structural),
        ],
        align: Align::Chart,
        width: Some(92.0),
        axis: None,
    });
    // The last row stands for many, whose parts are not one's.
    for row in table.rows.iter_mut().filter(|row| row.role == RowRole::Rest) {
        row.cells.push(Cell::text(""));
    }
    let text = say!(tell.words, "deviation-split-note", against = against);
    table.note = Some(Sentence {
        runs: vec![Run::toned(text, Tone::Quiet)],
        facts: Vec::new(),
    });
}

/// The common range of all split bars, in per cent; `None` where contribution looked at none of the rows.
fn split_range(tell: &Tell, rows: &[String]) -> Option<[f64; 2]> {
    let parts: Vec<f64> = rows
        .iter()
        .filter_map(|slug| split(tell, slug))
        .flat_map(|(b, s)| [b, s])
        .collect();
    if parts.is_empty() {
        return None;
    }
    let low = parts.iter().copied().fold(0.0, f64::min);
    let high = parts.iter().copied().fold(0.0, f64::max);
    Some([low, high])
}

/// Behavioural and structural change of a category, in per cent of the comparison's level.
fn split(tell: &Tell, slug: &str) -> Option<(f64, f64)> {
    let of = |name: &str| tell.facts.number(&format!("contribution/{slug}/{name}_share"));
    Some((of("behavioural")? * 100.0, of("structural")? * 100.0))
}

fn mover_row(tell: &Tell, metric: &Metric, slug: &str, axis: &Axis, places: usize, range: Option<[f64; 2]>) -> Row {
    let label = subjects::label(tell.facts, slug);
    let mut lines = vec![vec![Run::toned(label, Tone::Strong)]];
    lines.extend(reading(tell, metric, slug));
    mark_known_cause(tell, slug, &mut lines);
    let figure = |name: &str, tone: Tone, show: &dyn Fn(f64) -> String| {
        let x = number(tell, slug, metric, name);
        let shown = x.map_or_else(|| words::MISSING.to_owned(), show);
        let mut cell = Cell::figure(shown, x, id(slug, metric, name));
        cell.lines[0][0].tone = tone;
        cell
    };
    let cii = number(tell, slug, metric, "cii");
    let bare = |x: f64| tell.words.bare(x, &metric.unit, places);
    let (told, unit) = told_by(metric);
    let mut row = vec![
        Cell {
            lines,
            span: 1,
            ..Cell::default()
        },
        figure("actual", Tone::Plain, &bare),
        figure("projected", Tone::Quiet, &bare),
        figure(told, Tone::Plain, &|x| tell.words.bare_signed(x, &unit, 1)),
        figure("cii", Tone::Plain, &|x| tell.words.signed(x, 1)),
        cii.map_or_else(Cell::default, |at| Cell::chart(cells::dot(tell, slug, label, at, axis))),
        Cell::chart(cells::spark(tell, metric, slug, label)),
    ];
    if let Some(range) = range {
        row.push(split(tell, slug).map_or_else(
            || Cell::toned(words::MISSING, Tone::Quiet),
            |parts| Cell::chart(cells::split_bars(tell, slug, label, parts, range)),
        ));
    }
    let page = if pages(tell).iter().any(|it| it == slug) {
        format!("movers/{slug}")
    } else {
        String::new()
    };
    Row {
        cells: row,
        role: RowRole::Body,
        page,
    }
}

/// Says that an analyst knows the cause: what it is has no room here, and stands on the page. Nothing else of the row changes.
fn mark_known_cause(tell: &Tell, slug: &str, lines: &mut Vec<Vec<Run>>) {
    if notes::known_cause(tell, slug, &tell.plan.metrics[led_by(tell, slug)]).is_none() {
        return;
    }
    match lines.get_mut(1) {
        Some(second) => second.push(Run::toned("; cause known", Tone::Quiet)),
        None => lines.push(vec![Run::toned("Cause known", Tone::Quiet)]),
    }
}

/// The second line of a row: what is behind it, and the metric it was named for where that is another.
fn reading(tell: &Tell, metric: &Metric, slug: &str) -> Option<Vec<Run>> {
    let mut runs = Vec::new();
    if !subjects::is_mover(tell.facts, slug) {
        let led = &tell.plan.metrics[led_by(tell, slug)];
        let get = |name: &str| number(tell, slug, led, name);
        let q = tell.words.probability(get("q").unwrap_or(1.0));
        let said = match get("cii").filter(|_| led.name != metric.name) {
            Some(cii) => say!(
                tell.words,
                "deviation-within-by",
                metric = text::lowered(&led.label),
                sigma = tell.words.sigma(cii),
                q = q
            ),
            None => say!(tell.words, "deviation-within", q = q),
        };
        return Some(vec![Run::toned(said, Tone::Quiet)]);
    }
    let led = &tell.plan.metrics[led_by(tell, slug)];
    if led.name != metric.name {
        let cii = number(tell, slug, led, "cii").unwrap_or(0.0);
        runs.push(Run::toned(
            format!("{} {}", led.label, tell.words.sigma(cii)),
            Tone::Plain,
        ));
    }
    if let Some(change) = verdict::change(tell, slug) {
        if !runs.is_empty() {
            runs.push(Run::toned("; ", Tone::Quiet));
        }
        runs.push(Run::toned(
            say!(tell.words, "verdict-name", verdict = change.verdict.code()),
            Tone::Plain,
        ));
        let who = match (change.verdict, who_leads(tell, slug, change.verdict)) {
            (Verdict::Unclear, _) | (_, None) => None,
            (_, Some(leader)) => Some(leader),
        };
        runs.extend(who.map(|who| Run::toned(format!(": {who}"), Tone::Quiet)));
    }
    (!runs.is_empty()).then_some(runs)
}

/// The segment that leads the part which gives a change its name.
fn who_leads(tell: &Tell, slug: &str, verdict: Verdict) -> Option<String> {
    let part = if verdict == Verdict::Structural {
        "structural"
    } else {
        "behavioural"
    };
    verdict::leader(tell, slug, part)
}

/// Everything that is not a row of its own.
fn rest_row(tell: &Tell, metric: &Metric, rest: &[String], axis: &Axis) -> Row {
    let n = rest.len();
    let noun = text::noun_of(n, &tell.plan.categories.noun, &tell.plan.categories.nouns);
    let moved = rest.iter().filter(|slug| subjects::is_mover(tell.facts, slug)).count();
    let stayed = say!(tell.words, "deviation-rest-moved", moved = moved);
    let label = vec![
        vec![Run::plain(say!(tell.words, "deviation-rest", n = n, noun = noun))],
        vec![Run::toned(stayed, Tone::Quiet)],
    ];
    let cells = vec![
        Cell {
            lines: label,
            span: 1,
            ..Cell::default()
        },
        Cell {
            lines: nearest(tell, metric, rest).unwrap_or_default(),
            span: 4,
            ..Cell::default()
        },
        Cell::chart(cells::swarm(tell, metric, rest, &noun, axis)),
        Cell::text(""),
    ];
    Row {
        cells,
        role: RowRole::Rest,
        page: String::new(),
    }
}

/// Says which of the last row came nearest to being named, and how near; `None` where all of them were.
fn nearest(tell: &Tell, metric: &Metric, rest: &[String]) -> Option<Vec<Vec<Run>>> {
    let slug = rest.iter().find(|slug| !subjects::is_mover(tell.facts, slug))?;
    let led = &tell.plan.metrics[led_by(tell, slug)];
    let (told, unit) = told_by(led);
    let figures = (
        number(tell, slug, led, told)?,
        number(tell, slug, led, "cii")?,
        number(tell, slug, led, "q")?,
    );
    let (pct, cii, q) = figures;
    let words = tell.words;
    let label = if led.name == metric.name {
        subjects::label(tell.facts, slug).to_owned()
    } else {
        format!("{} {}", subjects::label(tell.facts, slug), text::lowered(&led.label))
    };
    Some(vec![
        vec![Run::toned(
            say!(tell.words, "deviation-nearest", label = label),
            Tone::Quiet,
        )],
        vec![Run::toned(
            format!(
                "{}, {}, q {}",
                words.difference(pct, &unit),
                words.sigma(cii),
                words.probability(q)
            ),
            Tone::Quiet,
        )],
    ])
}
