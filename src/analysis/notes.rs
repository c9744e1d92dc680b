//! Dated notes and known causes, beside the figures that they explain.
//!
//! What an author knows is said where a reader looks: on the chart, under it, with the mover, and in the appendix. Each is a
//! fact, so that an audit holds it. No figure, rank or probability follows from a note.

use super::Tell;
use super::subjects;
use crate::model::facts::Fact;
use crate::model::facts::FactId;
use crate::model::facts::Facts;
use crate::model::facts::Provenance;
use crate::model::facts::Value;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Column;
use crate::model::memo::Mark;
use crate::model::memo::Memo;
use crate::model::memo::Row;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::TableStyle;
use crate::model::memo::Tone;
use crate::model::notes::KnownCause;
use crate::model::notes::Note;
use crate::model::period::Grain;
use crate::model::period::Period;
use crate::model::plan::Metric;
use crate::model::plan::Plan;
use crate::model::unit::Unit;
use crate::say;
use crate::words::Words;
use crate::words::text;

/// Returns what the spec says of dates and causes as facts: `notes/<id>/…` and `verdicts/<category>/<metric>/<period>/…`.
///
/// `found` are the facts of the analyses: they hold the safe names of categories.
pub fn facts(plan: &Plan, found: &Facts) -> Facts {
    let mut facts = Facts::new();
    let mut put = |id: FactId, value: Value, metric: &str, category: &str, method: &str| {
        let from = Provenance {
            analysis: "notes".into(),
            metric: metric.to_owned(),
            category: category.to_owned(),
            method: method.to_owned(),
            ..Provenance::default()
        };
        let fact = Fact {
            value,
            unit: Unit::default(),
            interval: None,
            n: None,
            from,
        };
        facts.insert(id, fact);
    };
    for note in &plan.notes {
        let id = |name: &str| format!("notes/{}/{name}", note.id);
        let said = "as the spec says";
        put(id("label"), Value::Text(note.label.clone()), "", "", said);
        put(id("from"), Value::Text(note.from.to_string()), "", "", "first day");
        let until = note.until.to_string();
        put(id("until"), Value::Text(until), "", "", "the day after the last");
        if !note.text.is_empty() {
            put(id("text"), Value::Text(note.text.clone()), "", "", said);
        }
        for (name, values) in [("categories", &note.categories), ("metrics", &note.metrics)] {
            if !values.is_empty() {
                put(id(name), Value::List(values.clone()), "", "", "what the note concerns");
            }
        }
    }
    for it in &plan.known_causes {
        let id = |name: &str| format!("{}/{name}", cause_id(it, plan, found));
        let said = "as the spec says; no figure follows from it";
        let cause = Value::Text(it.cause.clone());
        put(id("cause"), cause, &it.metric, &it.category, said);
        put(
            id("by"),
            Value::Text(it.by.clone()),
            &it.metric,
            &it.category,
            "who says so",
        );
    }
    facts
}

/// Names the facts of a known cause.
fn cause_id(it: &KnownCause, plan: &Plan, facts: &Facts) -> String {
    let category = subjects::slug_of(facts, &it.category);
    let period = plan.periods.calendar.name(&it.period);
    format!("verdicts/{category}/{}/{period}", text::slug(&it.metric))
}

/// Lists the notes that concern a category's figures by a metric and touch one of the periods shown.
pub(super) fn shown<'a>(plan: &'a Plan, label: &str, metric: &Metric, periods: &[Period]) -> Vec<&'a Note> {
    let is_shown = |it: &&Note| it.concerns(label, &metric.name) && periods.iter().any(|period| it.meets(period));
    plan.notes.iter().filter(is_shown).collect()
}

/// Returns where notes stand on the axis of the periods shown, and what they are called there.
pub(super) fn marks(notes: &[&Note], periods: &[Period]) -> Vec<Mark> {
    let mark = |note: &&Note| {
        let from = periods.iter().position(|it| note.meets(it))?;
        let until = periods.iter().rposition(|it| note.meets(it))?;
        Some(Mark {
            from: from as f64,
            until: until as f64,
            label: note.label.clone(),
        })
    };
    let mut marks: Vec<Mark> = Vec::new();
    for mark in notes.iter().filter_map(mark) {
        match marks
            .iter_mut()
            .find(|it| (it.from, it.until) == (mark.from, mark.until))
        {
            // What fell in the same period shares a hairline.
            Some(same) if same.label.split(", ").all(|it| it != mark.label) => {
                same.label = format!("{}, {}", same.label, mark.label);
            }
            Some(_) => {}
            None => marks.push(mark),
        }
    }
    marks
}

/// Says the notes of a chart in a sentence below it; `None` where there are none.
pub(super) fn below(notes: &[&Note], words: &Words) -> Option<Sentence> {
    let (said, ids) = (
        said(notes, words)?,
        notes.iter().map(|it| format!("notes/{}/label", it.id)),
    );
    Some(Sentence {
        runs: vec![
            Run::toned(say!(words, "notes-noted"), Tone::Strong),
            Run::toned(format!(" {said}."), Tone::Quiet),
        ],
        facts: ids.collect(),
    })
}

/// Says the notes of a chart for those who cannot see it; empty where there are none.
pub(super) fn aloud(notes: &[&Note], words: &Words) -> String {
    said(notes, words).map_or_else(String::new, |said| {
        let marked = say!(words, "notes-aloud", notes = said);
        format!(" {marked}")
    })
}

/// "Prime Day, 14 July 2026: moved from October; Strike, 1–3 August 2026"
fn said(notes: &[&Note], words: &Words) -> Option<String> {
    let one = |note: &&Note| {
        let (text, dates) = (note.text.trim_end_matches('.'), dates(note, words));
        if text.is_empty() {
            say!(words, "notes-one", label = note.label, dates = dates)
        } else {
            say!(words, "notes-one-with", label = note.label, dates = dates, text = text)
        }
    };
    let all: Vec<String> = notes.iter().map(one).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// The days of a note: "14 July 2026", "14–15 July 2026".
fn dates(note: &Note, words: &Words) -> String {
    words.dates(&Period {
        from: note.from,
        until: note.until,
        grain: Grain::Day,
    })
}

/// Says what an analyst knows of a category's target figure by a metric, with its facts; `None` where nobody says
/// anything.
///
/// "Known cause, says A. Analyst: Prime Day moved."
pub(super) fn known_cause(tell: &Tell, slug: &str, metric: &Metric) -> Option<(String, Vec<FactId>)> {
    let label = subjects::label(tell.facts, slug);
    let target = tell.plan.periods.target;
    // What is known of a month is known of its first days too.
    let is_now = |it: &Period| (it.from, it.grain) == (target.from, target.grain);
    let is_this = |it: &&KnownCause| it.category == label && it.metric == metric.name && is_now(&it.period);
    let cause = tell.plan.known_causes.iter().find(is_this)?;
    let ids = ["cause", "by"].map(|name| format!("{}/{name}", cause_id(cause, tell.plan, tell.facts)));
    let said = say!(tell.words, "notes-known", by = cause.by, cause = cause.cause);
    Some((said, ids.to_vec()))
}

/// Says what an analyst knows of a category's target figures, metric by metric; the one that it is ranked by first.
pub(super) fn known_causes(tell: &Tell, slug: &str, led_by: usize) -> Option<Sentence> {
    let mut sentence = Sentence::default();
    let metrics = &tell.plan.metrics;
    let others = (0..metrics.len()).filter(|it| *it != led_by);
    for idx in std::iter::once(led_by).chain(others) {
        let Some((said, ids)) = known_cause(tell, slug, &metrics[idx]) else {
            continue;
        };
        let tone = if sentence.runs.is_empty() {
            Tone::Strong
        } else {
            Tone::Plain
        };
        let gap = if sentence.runs.is_empty() { "" } else { " " };
        let said = if idx == led_by {
            said
        } else {
            say!(tell.words, "notes-known-of", metric = metrics[idx].label, known = said)
        };
        sentence.runs.push(Run::toned(format!("{gap}{said}"), tone));
        sentence.facts.extend(ids);
    }
    (!sentence.runs.is_empty()).then_some(sentence)
}

/// Adds the rows of the appendix.
pub fn tell(tell: &Tell, memo: &mut Memo) {
    memo.appendix.blocks.extend(notes_table(tell));
    memo.appendix.blocks.extend(causes_table(tell));
}

fn notes_table(tell: &Tell) -> Option<Block> {
    let words = tell.words;
    let row = |note: &Note| Row {
        cells: vec![
            Cell {
                // Days since the year 0 sort as the dates do.
                sort: Some(f64::from(note.from.year()) * 366.0 + f64::from(note.from.day_of_year())),
                days: Some([note.from, note.until.yesterday().unwrap_or(note.from)]),
                ..Cell::text(dates(note, words))
            },
            Cell {
                fact: Some(format!("notes/{}/label", note.id)),
                ..Cell::toned(note.label.clone(), Tone::Strong)
            },
            Cell::text(note.text.clone()),
            Cell::text(concerned(tell, note)),
        ],
        ..Row::default()
    };
    let rows: Vec<Row> = tell.plan.notes.iter().map(row).collect();
    let heads = [
        (say!(words, "notes-when"), 96.0),
        (say!(words, "notes-what"), 110.0),
        (say!(words, "notes-note"), 160.0),
        (say!(words, "notes-concerns"), 120.0),
    ];
    (!rows.is_empty()).then(|| table("notes", say!(words, "notes-title"), &heads, rows, None))
}

/// "Electronics, Toys · spend", "all sectors".
fn concerned(tell: &Tell, note: &Note) -> String {
    let categories = match note.categories.as_slice() {
        [] => say!(tell.words, "notes-all", nouns = tell.plan.categories.nouns),
        some => tell.words.list(some),
    };
    let label = |name: &String| {
        let metric = tell.plan.metrics.iter().find(|it| it.name == *name);
        metric.map_or_else(|| name.clone(), |it| text::lowered(&it.label))
    };
    let metrics: Vec<String> = note.metrics.iter().map(label).collect();
    if metrics.is_empty() {
        categories
    } else {
        let metrics = tell.words.list(&metrics);
        say!(
            tell.words,
            "notes-concerned",
            categories = categories,
            metrics = metrics
        )
    }
}

fn causes_table(tell: &Tell) -> Option<Block> {
    let target = tell.plan.periods.target;
    let told = tell.plan.known_causes.iter().filter(|it| it.period.from <= target.from);
    let row = |it: &KnownCause| {
        let metric = tell.plan.metrics.iter().find(|metric| metric.name == it.metric);
        Row {
            cells: vec![
                Cell {
                    days: Some([it.period.from, it.period.last_day()]),
                    ..Cell::text(text::capitalised(&tell.words.period(&it.period)))
                },
                Cell::text(it.category.clone()),
                Cell::text(metric.map_or_else(|| it.metric.clone(), |it| it.label.clone())),
                Cell {
                    fact: Some(format!("{}/cause", cause_id(it, tell.plan, tell.facts))),
                    ..Cell::toned(it.cause.clone(), Tone::Strong)
                },
                Cell::text(text::capitalised(&it.by)),
            ],
            ..Row::default()
        }
    };
    let rows: Vec<Row> = told.map(row).collect();
    let noun = text::capitalised(&tell.plan.categories.noun);
    let words = tell.words;
    let heads = [
        (say!(words, "notes-when"), 80.0),
        (noun, 100.0),
        (say!(words, "notes-causes-metric"), 90.0),
        (say!(words, "notes-causes-known"), 146.0),
        (say!(words, "notes-causes-says"), 70.0),
    ];
    let note = say!(words, "notes-causes-note");
    (!rows.is_empty()).then(|| table("verdicts", say!(words, "notes-causes-title"), &heads, rows, Some(note)))
}

fn table(id: &str, title: String, heads: &[(String, f64)], rows: Vec<Row>, note: Option<String>) -> Block {
    let column = |(head, width): &(String, f64)| Column {
        head: vec![Run::toned(head.clone(), Tone::Quiet)],
        width: Some(*width),
        ..Column::default()
    };
    Block::Table(Table {
        id: id.to_owned(),
        title,
        columns: heads.iter().map(column).collect(),
        rows,
        note: note.map(|it| Sentence {
            runs: vec![Run::toned(it, Tone::Quiet)],
            facts: Vec::new(),
        }),
        style: TableStyle::Dense,
        ..Table::default()
    })
}
