//! How the calendar is told: a sentence a page, one on the first, method and table in the appendix.
//!
//! A partner asks how much of a change is the calendar's, and must be told as plainly where it is nothing. It must not know how
//! effects are learned.

use super::asked::Group;
use crate::analysis::Tell;
use crate::analysis::deviation::Told;
use crate::analysis::subjects;
use crate::model::facts::Facts;
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
use crate::words::text;

/// The id that facts of a series begin with.
fn base(slug: &str, metric: &Metric) -> String {
    format!("deviation/{slug}/{}/calendar", text::slug(&metric.name))
}

/// Says on the first page how many projections hold the calendar; `None` where it was not asked for.
pub(in crate::analysis::deviation) fn in_short(told: &Told, tell: &Tell) -> Option<String> {
    told.calendar.as_ref()?;
    let count = |metric: &usize, name: &str| {
        let metric = text::slug(&tell.plan.metrics[*metric].name);
        let id = format!("deviation/metrics/{metric}/calendar/{name}");
        tell.facts.number(&id).unwrap_or(0.0) as usize
    };
    let all = |name: &str| told.metrics.iter().map(|it| count(it, name)).sum::<usize>();
    let (used, tested) = (all("n_used"), all("n_tested"));
    Some(say!(
        tell.words,
        "calendar-in-short",
        what = what(told),
        used = used,
        tested = tested
    ))
}

/// What was asked for, as a key to choose by.
fn what(told: &Told) -> &'static str {
    let asked = told.calendar.as_ref();
    match asked.map(|it| (it.trading_days, it.holidays.is_some())) {
        Some((true, false)) => "days",
        Some((false, true)) => "holidays",
        _ => "both",
    }
}

/// Says on a category's page what of its change is the calendar's; `None` where it was not asked for.
pub(in crate::analysis::deviation) fn on_page(
    told: &Told,
    tell: &Tell,
    slug: &str,
    metric: &Metric,
) -> Option<Sentence> {
    told.calendar.as_ref()?;
    let base = base(slug, metric);
    let state = format!("{base}/state");
    let words = tell.words;
    let (said, ids) = match tell.facts.text(&state)? {
        "in the projection" => explained(tell, &base)?,
        "not shown" => {
            let ids: Vec<String> = groups(told).map(|it| format!("{base}/{}/q", it.name())).collect();
            let least = ids.iter().filter_map(|id| tell.facts.number(id)).min_by(f64::total_cmp);
            let q = words.probability(least.unwrap_or(1.0));
            (say!(words, "calendar-not-shown", what = what(told), q = q), ids)
        }
        "history too short" => (say!(words, "calendar-too-short", what = what(told)), vec![state]),
        _ => (say!(words, "calendar-nothing"), vec![state]),
    };
    Some(Sentence {
        runs: vec![Run::plain(said)],
        facts: ids,
    })
}

fn groups(told: &Told) -> impl Iterator<Item = Group> {
    told.calendar.iter().flat_map(super::asked::Asked::groups)
}

/// "The calendar explains +1.8 % of the +7.1 % since October 2025 (95 % interval …): one Saturday more."
fn explained(tell: &Tell, base: &str) -> Option<(String, Vec<String>)> {
    let words = tell.words;
    let id = format!("{base}/year_ago/effect");
    let effect = tell.facts.number(&id)?;
    let (against, change) = (format!("{base}/year_ago/period"), format!("{base}/year_ago/change"));
    let (periods, name) = (&tell.plan.periods, tell.facts.text(&against)?);
    let period = periods.history.iter().find(|it| periods.calendar.name(it) == name)?;
    let (mut parts, mut ids) = differences(tell, base);
    let since = words.period(period);
    if parts.is_empty() {
        return Some((say!(words, "calendar-same", against = since), vec![id]));
    }
    ids.splice(0..0, [id.clone(), change.clone()]);
    // A list of all seven weekdays would tell nobody more than the figure.
    const MOST_PARTS: usize = 6;
    parts.truncate(MOST_PARTS);
    let change = tell.facts.number(&change);
    let said = say!(
        words,
        "calendar-explains",
        effect = words.change(effect),
        range = range(tell, &id),
        known = change.is_some(),
        change = change.map_or_else(String::new, |x| words.change(x)),
        against = since,
        parts = words.list(&parts)
    );
    Some((said, ids))
}

/// "+0.6 to +3.0 %".
fn range(tell: &Tell, id: &str) -> String {
    let ends = tell.facts.interval(id);
    ends.map_or_else(String::new, |it| {
        let low = tell.words.signed(it.low * 100.0, 1);
        say!(tell.words, "interval", low = low, high = tell.words.change(it.high))
    })
}

/// What the target has more of, and less, than the year before; with the facts.
fn differences(tell: &Tell, base: &str) -> (Vec<String>, Vec<String>) {
    let (mut parts, mut ids) = (Vec::new(), Vec::new());
    let words = tell.words;
    let days = |facts: &Facts, id: &str| facts.number(id).filter(|x| *x != 0.0);
    for weekday in 0..7 {
        let id = format!("{base}/year_ago/weekdays/{weekday}");
        let Some(more) = days(tell.facts, &id) else { continue };
        parts.push(say!(
            words,
            "calendar-weekday",
            name = words.weekday_name(weekday),
            is_weekend = weekday > 4,
            n = more.abs() as usize,
            more = more > 0.0
        ));
        ids.push(id);
    }
    for name in tell.facts.list(&format!("{base}/year_ago/holidays")) {
        let id = format!("{base}/year_ago/holidays/{}", text::slug(name));
        let Some(more) = days(tell.facts, &id) else { continue };
        let n = more.abs() as usize;
        parts.push(say!(words, "calendar-holiday", name = name, n = n, more = more > 0.0));
        ids.push(id);
    }
    // Whatever comes more often is said first: one Saturday more, one Wednesday fewer.
    let is_more = |id: &String| tell.facts.number(id).is_some_and(|x| x > 0.0);
    let (mut first, mut rest) = (Vec::new(), Vec::new());
    for (part, id) in parts.into_iter().zip(&ids) {
        if is_more(id) { first.push(part) } else { rest.push(part) }
    }
    first.append(&mut rest);
    (first, ids)
}

/// Adds what the appendix says of the calendar.
pub(in crate::analysis::deviation) fn appendix(told: &Told, tell: &Tell) -> Vec<Block> {
    if told.calendar.is_none() {
        return Vec::new();
    }
    let words = tell.words;
    let method = say!(
        words,
        "calendar-method",
        what = what(told),
        nouns = tell.plan.categories.nouns
    );
    let prose = Block::Prose {
        title: say!(words, "calendar-method-title"),
        paragraphs: vec![Sentence {
            runs: vec![Run::plain(method)],
            facts: Vec::new(),
        }],
    };
    vec![prose, Block::Table(table(told, tell))]
}

/// Every tested series: how sure its effects are, and what they make of the target.
fn table(told: &Told, tell: &Tell) -> Table {
    let words = tell.words;
    let column = |head: String, align, width| Column {
        head: crate::analysis::shares::lines(&head)
            .into_iter()
            .map(|line| Run::toned(line, Tone::Quiet))
            .collect(),
        align,
        width: Some(width),
        ..Column::default()
    };
    let mut columns = vec![
        column(text::capitalised(&tell.plan.categories.noun), Align::Left, 110.0),
        column(say!(words, "deviation-head-metric"), Align::Left, 90.0),
    ];
    for group in groups(told) {
        let head = say!(words, "calendar-head-q", group = group.name());
        columns.push(column(head, Align::Right, 50.0));
    }
    columns.extend([
        column(say!(words, "calendar-head-usual"), Align::Right, 56.0),
        column(say!(words, "calendar-head-year-ago"), Align::Right, 56.0),
        column(say!(words, "calendar-head-interval"), Align::Right, 80.0),
    ]);
    let mut slugs = tell.facts.list("deviation/ranking").to_vec();
    slugs.sort_by(|a, b| subjects::label(tell.facts, a).cmp(subjects::label(tell.facts, b)));
    let rows = slugs.iter().flat_map(|slug| {
        let metrics = told.metrics.iter().map(|&idx| &tell.plan.metrics[idx]);
        metrics.map(|metric| row(told, tell, slug, metric))
    });
    Table {
        id: "calendar".into(),
        title: say!(words, "calendar-title"),
        columns,
        rows: rows.collect(),
        note: Some(Sentence {
            runs: vec![Run::toned(say!(words, "calendar-note"), Tone::Quiet)],
            facts: Vec::new(),
        }),
        style: TableStyle::Dense,
        ..Table::default()
    }
}

fn row(told: &Told, tell: &Tell, slug: &str, metric: &Metric) -> Row {
    let words = tell.words;
    let base = base(slug, metric);
    let is_used = tell.facts.text(&format!("{base}/state")) == Some("in the projection");
    let tone = if is_used { Tone::Strong } else { Tone::Plain };
    let mut cells = vec![
        Cell::toned(subjects::label(tell.facts, slug), tone),
        Cell::text(metric.label.clone()),
    ];
    let figure = |id: String, show: &dyn Fn(f64) -> String| {
        let x = tell.facts.number(&id);
        Cell::figure(x.map_or_else(|| words::MISSING.to_owned(), show), x, id)
    };
    for group in groups(told) {
        let shown = |x: f64| words.probability(x).trim_start_matches("= ").to_owned();
        cells.push(figure(format!("{base}/{}/q", group.name()), &shown));
    }
    let per_cent = |x: f64| words.signed(x * 100.0, 1);
    cells.push(figure(format!("{base}/effect"), &per_cent));
    let id = format!("{base}/year_ago/effect");
    cells.push(figure(id.clone(), &per_cent));
    let ends = tell.facts.interval(&id);
    let shown = ends.map_or_else(
        || words::MISSING.to_owned(),
        |it| say!(words, "interval", low = per_cent(it.low), high = per_cent(it.high)),
    );
    cells.push(Cell::figure(shown, None, id));
    Row {
        cells,
        ..Row::default()
    }
}
