//! What became of earlier figures, in words and one table.
//!
//! It must not know how they were found.

use super::RANKED;
use crate::analysis::Tell;
use crate::model::facts::Fact;
use crate::model::memo::Align;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Column;
use crate::model::memo::Memo;
use crate::model::memo::Page;
use crate::model::memo::Row;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::TableStyle;
use crate::model::memo::Tone;
use crate::say;
use crate::words::text;

/// More figures than these no page shows; facts hold all.
const SHOWN: usize = 30;

/// A restated figure as facts have it.
struct Restated<'a> {
    base: &'a str,
    /// Metric, category and unit.
    fact: &'a Fact,
    was: Option<f64>,
    is: Option<f64>,
    memo: &'a str,
}

/// Tells what reads otherwise than earlier memos said: a sentence on the first page, and a page. Nothing where nothing does.
pub fn tell(tell: &Tell, memo: &mut Memo) {
    let all: Vec<Restated<'_>> = tell
        .facts
        .list(RANKED)
        .iter()
        .filter_map(|base| read(tell, base))
        .collect();
    let Some(largest) = all.first() else { return };
    let words = tell.words;
    let n = all.len();
    let strong = say!(words, "restatement-headline", n = n, count = words.count(n));
    let facts = vec![
        RANKED.to_owned(),
        format!("{}/was", largest.base),
        format!("{}/is", largest.base),
    ];
    memo.headline.push(Sentence {
        runs: vec![
            Run::toned(strong, Tone::Strong),
            Run::plain(format!(" {}", said(tell, largest))),
        ],
        facts: facts.clone(),
    });
    let held = tell.facts.number("restatement/held").unwrap_or_default();
    let mut lead = vec![Sentence {
        runs: vec![Run::plain(said(tell, largest))],
        facts,
    }];
    lead.extend(why(tell, &all));
    memo.pages.push(Page {
        id: "restatement".into(),
        title: say!(words, "restatement-title", n = n, count = words.count(n)),
        lead,
        blocks: vec![table(tell, &all, held)],
    });
}

fn read<'a>(tell: &'a Tell, base: &'a str) -> Option<Restated<'a>> {
    Some(Restated {
        base,
        fact: tell.facts.get(&format!("{base}/is"))?,
        was: tell.facts.number(&format!("{base}/was")),
        is: tell.facts.number(&format!("{base}/is")),
        memo: tell.facts.text(&format!("{base}/memo"))?,
    })
}

/// "Spend of Coffee in September 2026 read $1,204 in the memo of September 2026, and reads $1,310 now, 8.8 % more."
fn said(tell: &Tell, it: &Restated<'_>) -> String {
    let words = tell.words;
    let (was, is) = (level(tell, it, it.was), level(tell, it, it.is));
    let by = match (it.was, it.is) {
        (Some(was), Some(is)) if was != 0.0 => words.change((is - was) / was.abs()),
        _ => String::new(),
    };
    say!(
        words,
        "restatement-said",
        what = what(tell, it),
        period = period(tell, &it.fact.from.periods[0]),
        memo = memo_name(tell, it.memo),
        was = was,
        is = is,
        known = !by.is_empty(),
        by = by
    )
}

/// "Spend, Coffee"; the metric alone for a total.
fn what(tell: &Tell, it: &Restated<'_>) -> String {
    let metric = metric(tell, it);
    match it.fact.from.category.as_str() {
        "" => metric,
        category => format!("{category}, {}", text::lowered(&metric)),
    }
}

fn metric(tell: &Tell, it: &Restated<'_>) -> String {
    let name = &it.fact.from.metric;
    let metric = tell.plan.metrics.iter().find(|metric| metric.name == *name);
    metric.map_or_else(|| name.clone(), |it| it.label.clone())
}

fn level(tell: &Tell, it: &Restated<'_>, value: Option<f64>) -> String {
    value.map_or_else(
        || say!(tell.words, "restatement-none"),
        |x| tell.words.level(x, &it.fact.unit),
    )
}

/// Names a period in the memo's words; as the calendar calls it where it is another calendar's.
fn period(tell: &Tell, name: &str) -> String {
    let parsed = tell.plan.periods.calendar.parse(name);
    parsed.map_or_else(|| name.to_owned(), |it| tell.words.period(&it))
}

/// Names an earlier memo by its period; one that this memo takes the place of by what it is.
fn memo_name(tell: &Tell, name: &str) -> String {
    match name.split_once("/earlier/") {
        Some((_, file)) => {
            let day: Option<jiff::civil::Date> = file.get(..10).and_then(|it| it.parse().ok());
            let day = day.and_then(|it| it.yesterday().ok());
            let day = day.map_or_else(|| file.to_owned(), |it| tell.words.day(it));
            let versions = tell
                .facts
                .list("restatement/memos")
                .iter()
                .filter(|it| it.contains("/earlier/"));
            let several = versions.count() > 1;
            say!(tell.words, "restatement-version", several = several, day = day)
        }
        None => say!(tell.words, "restatement-memo", period = period(tell, name)),
    }
}

/// One sentence a memo that told a restated figure: what has changed since.
fn why(tell: &Tell, all: &[Restated<'_>]) -> Vec<Sentence> {
    let words = tell.words;
    let mut names: Vec<&str> = all.iter().map(|it| it.memo).collect();
    names.sort_unstable();
    names.dedup();
    let one = |name: &&str| {
        let id = |part: &str| format!("restatement/memo/{}/{part}", text::slug(name));
        let causes: Vec<String> = tell
            .facts
            .list(&id("causes"))
            .iter()
            .map(|it| cause(tell, it))
            .collect();
        let files = tell.facts.list(&id("files"));
        let mut runs = vec![Run::plain(say!(
            words,
            "restatement-why",
            n = causes.len(),
            memo = memo_name(tell, name),
            causes = words.list(&causes)
        ))];
        let has_data = tell.facts.list(&id("causes")).iter().any(|it| it == "data");
        if has_data && !files.is_empty() {
            runs.push(Run::plain(format!(
                " {}",
                say!(words, "restatement-files", files = words.list(files))
            )));
        }
        runs.extend(
            rows(tell, &id("rows"))
                .into_iter()
                .map(|it| Run::plain(format!(" {it}"))),
        );
        Sentence {
            runs,
            facts: vec![id("causes"), id("files")],
        }
    };
    names.iter().map(one).collect()
}

fn cause(tell: &Tell, word: &str) -> String {
    match word {
        "spec" => say!(tell.words, "restatement-spec"),
        "data" => say!(tell.words, "restatement-data"),
        "engine" => say!(tell.words, "restatement-engine"),
        other => other.to_owned(),
    }
}

/// "Rows of transactions in September 2026: 16,655 then, 16,701 now."
fn rows(tell: &Tell, under: &str) -> Vec<String> {
    let of = |(id, fact): (&String, &Fact)| {
        let rest = id.strip_prefix(&format!("{under}/"))?.strip_suffix("/was")?.to_owned();
        let (source, _) = rest.split_once('/')?;
        let was = tell.facts.number(id)?;
        let is = tell.facts.number(&format!("{under}/{rest}/is"))?;
        Some(say!(
            tell.words,
            "restatement-rows",
            source = source,
            period = period(tell, &fact.from.periods[0]),
            was = tell.words.fixed(was, 0),
            is = tell.words.fixed(is, 0)
        ))
    };
    tell.facts.iter().filter_map(of).collect()
}

fn table(tell: &Tell, all: &[Restated<'_>], held: f64) -> Block {
    let words = tell.words;
    let figure = |it: &Restated<'_>, value: Option<f64>, side: &str| {
        Cell::figure(level(tell, it, value), value, format!("{}/{side}", it.base))
    };
    let row = |it: &Restated<'_>| {
        let by = match (it.was, it.is) {
            (Some(was), Some(is)) if was != 0.0 => Some((is - was) / was.abs()),
            _ => None,
        };
        let category = match it.fact.from.category.as_str() {
            "" => text::capitalised(&say!(words, "restatement-all", nouns = tell.plan.categories.nouns)),
            category => category.to_owned(),
        };
        Row {
            cells: vec![
                Cell::toned(category, Tone::Strong),
                Cell::text(metric(tell, it)),
                Cell::text(text::capitalised(&period(tell, &it.fact.from.periods[0]))),
                figure(it, it.was, "was"),
                figure(it, it.is, "is"),
                Cell {
                    sort: by,
                    ..Cell::text(by.map(|x| words.change(x)).unwrap_or_default())
                },
                Cell::text(text::capitalised(&memo_name(tell, it.memo))),
            ],
            ..Row::default()
        }
    };
    let column = |head: String, width: f64, align: Align| Column {
        head: vec![Run::toned(head, Tone::Quiet)],
        width: Some(width),
        align,
        ..Column::default()
    };
    let shown: Vec<Row> = all.iter().take(SHOWN).map(row).collect();
    let n_more = all.len() - shown.len();
    let note = say!(
        words,
        "restatement-note",
        held = words.fixed(held, 0),
        more = n_more,
        n_more = words.fixed(n_more as f64, 0)
    );
    Block::Table(Table {
        id: "restatement".to_owned(),
        title: say!(words, "restatement-table"),
        subtitle: say!(words, "restatement-subtitle"),
        columns: vec![
            column(text::capitalised(&tell.plan.categories.noun), 92.0, Align::Left),
            column(say!(words, "restatement-metric"), 112.0, Align::Left),
            column(say!(words, "restatement-period"), 72.0, Align::Left),
            column(say!(words, "restatement-was"), 58.0, Align::Right),
            column(say!(words, "restatement-is"), 58.0, Align::Right),
            column(say!(words, "restatement-change"), 48.0, Align::Right),
            column(say!(words, "restatement-told"), 96.0, Align::Left),
        ],
        rows: shown,
        note: Some(Sentence {
            runs: vec![Run::toned(note, Tone::Quiet)],
            facts: vec!["restatement/held".to_owned()],
        }),
        style: TableStyle::Normal,
        ..Table::default()
    })
}
