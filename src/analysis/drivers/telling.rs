//! How drivers are told: importances beside their nulls, then shares and rates of the leading attributes.

use super::Question;
use super::explaining;
use super::looked_at;
use crate::analysis::Tell;
use crate::analysis::reading;
use crate::analysis::subjects;
use crate::model::memo::Align;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Chart;
use crate::model::memo::Column;
use crate::model::memo::Drawing;
use crate::model::memo::DriverRow;
use crate::model::memo::DumbbellGroup;
use crate::model::memo::DumbbellRow;
use crate::model::memo::Memo;
use crate::model::memo::Row;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::TableStyle;
use crate::model::memo::Tick;
use crate::model::memo::Tone;
use crate::model::plan::Metric;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::say;
use crate::words;
use crate::words::Words;
use crate::words::text;

/// Height of one row of either chart, in points; the same, so that the two stand level.
const ROW: f64 = 11.5;
/// A share or rate moved when it is beyond this many standard errors.
const MOVED: f64 = 1.96;

/// Adds the driver panel to each page, and the method.
pub fn tell(tell: &Tell, memo: &mut Memo) {
    let subjects = tell.facts.list("drivers/subjects").to_vec();
    for slug in subjects.iter().filter(|slug| looked_at(tell.facts, slug)) {
        let id = format!("movers/{slug}");
        if let Some(page) = memo.pages.iter_mut().find(|page| page.id == id) {
            page.blocks.push(panel(tell, slug));
        }
    }
    memo.appendix.blocks.push(method(tell, &subjects));
    memo.appendix.blocks.extend(rules(tell, &subjects));
}

fn metric<'a>(tell: &'a Tell) -> Option<(usize, &'a Metric)> {
    let name = tell.facts.text("drivers/metric")?;
    tell.plan.metrics.iter().enumerate().find(|(_, it)| it.name == name)
}

fn attribute_label(tell: &Tell, name: &str) -> String {
    tell.plan
        .segments
        .iter()
        .find(|it| it.name == name)
        .map_or_else(|| name.to_owned(), |it| it.label.clone())
}

/// Labels of the attributes that answer a question, leading first.
fn answering(tell: &Tell, slug: &str, question: &str) -> Vec<String> {
    tell.facts
        .list(&format!("drivers/{slug}/{question}/explaining"))
        .iter()
        .map(|name| attribute_label(tell, name))
        .collect()
}

/// "Urbanicity tells whose spending changed", "Children tells who the buyers are", "None of ten attributes explains it".
fn answer(tell: &Tell, slug: &str) -> String {
    let all = tell.facts.list(&format!("drivers/{slug}/ranking")).len();
    let [behaviour, population] = ["behaviour", "population"].map(|question| answering(tell, slug, question));
    match (behaviour.as_slice(), population.as_slice()) {
        ([], []) => say!(tell.words, "drivers-nothing", n = all),
        ([], who) => told_by(tell, who, "population"),
        (whose, _) => told_by(tell, whose, "behaviour"),
    }
}

/// "Urbanicity and children tell whose spending changed"; "No attribute tells who the buyers are".
fn told_by(tell: &Tell, labels: &[String], question: &str) -> String {
    let attributes = tell.words.list(labels);
    say!(
        tell.words,
        "drivers-answer",
        n = labels.len(),
        attributes = attributes,
        question = question,
        money = is_money(tell)
    )
}

/// Tells whether what changed is what customers spend; else it is another habit of theirs.
fn is_money(tell: &Tell) -> bool {
    metric(tell).is_some_and(|it| matches!(it.1.unit.of, Quantity::Money(_)))
}

fn panel(tell: &Tell, slug: &str) -> Block {
    Block::Columns {
        widths: vec![178.0, 298.0],
        columns: vec![vec![importances(tell, slug)], vec![levels(tell, slug)]],
    }
}

/// The question whose answer is drawn.
fn shown_question(tell: &Tell, slug: &str) -> Question {
    match tell.facts.text(&format!("drivers/{slug}/shown")) {
        Some("population") => Question::Population,
        _ => Question::Behaviour,
    }
}

fn importances(tell: &Tell, slug: &str) -> Block {
    let shown = shown_question(tell, slug);
    let base = format!("drivers/{slug}/{}", shown.name());
    let ranking = tell.facts.list(&format!("{base}/ranking"));
    let explains = tell.facts.list(&format!("{base}/explaining"));
    let value = |name: &str, what: &str| {
        tell.facts
            .number(&format!("{base}/attributes/{}/{what}", text::slug(name)))
            .unwrap_or(0.0)
            * 100.0
    };
    let mut rows: Vec<DriverRow> = ranking
        .iter()
        .map(|name| {
            let importance = value(name, "importance");
            // Below zero the attribute did harm on customers not seen: how much harm is no news.
            let text = if importance < 0.0 {
                format!("< {}", tell.words.fixed(0.0, 0))
            } else {
                tell.words.fixed(importance, 2)
            };
            DriverRow {
                label: attribute_label(tell, name),
                value: importance,
                null: value(name, "null"),
                text,
                explains: explains.contains(name),
            }
        })
        .collect();
    rows.sort_by(|a, b| b.value.total_cmp(&a.value));
    let furthest = rows.iter().map(|row| row.value.max(row.null)).fold(0.0, f64::max);
    let words = tell.words;
    let against = tell.against("drivers/against");
    let subtitle = say!(
        words,
        "drivers-subtitle",
        question = shown.name(),
        against = against,
        money = is_money(tell)
    );
    let label = subjects::label(tell.facts, slug);
    let named: Vec<String> = rows
        .iter()
        .filter(|row| row.explains)
        .map(|row| row.label.clone())
        .collect();
    let chart = Chart {
        id: format!("drivers-{slug}"),
        title: say!(words, "drivers-title", label = label),
        description: say!(
            words,
            "drivers-alt",
            n = rows.len(),
            n_above = named.len(),
            above = words.list(&named)
        ),
        width: 178.0,
        height: 18.0 + ROW * rows.len() as f64,
        drawing: Drawing::DriverBars {
            limit: if furthest > 0.0 { furthest } else { 1.0 },
            rows,
            null_label: say!(words, "drivers-null-label"),
        },
    };
    let ids = ranking.iter().take(2).flat_map(|name| {
        let id = format!("{base}/attributes/{}", text::slug(name));
        [format!("{id}/importance"), format!("{id}/null")]
    });
    let n = tell.facts.number(&format!("{base}/n_customers")).unwrap_or(0.0);
    let note = say!(
        words,
        "drivers-note",
        n = words.fixed(n, 0),
        question = shown.name(),
        other = other_question(tell, slug, shown)
    );
    Block::Figure {
        title: answer(tell, slug),
        subtitle,
        chart,
        note: Some(Sentence {
            runs: vec![Run::toned(note, Tone::Quiet)],
            facts: ids.collect(),
        }),
    }
}

/// What the question that is not drawn found.
fn other_question(tell: &Tell, slug: &str, shown: Question) -> String {
    let other = match shown {
        Question::Population => "behaviour",
        Question::Behaviour => "population",
    };
    if tell.facts.list(&format!("drivers/{slug}/{other}/ranking")).is_empty() {
        return String::new();
    }
    told_by(tell, &answering(tell, slug, other), other) + "."
}

/// Marks the axis of rates as its head says: a share is drawn as it is, and written in per cent.
fn rate_ticks(words: &Words, unit: &Unit, range: [f64; 2]) -> Vec<Tick> {
    let factor = unit.printed_factor();
    let [low, high] = range.map(|x| x * factor);
    let printed = reading::ticks(words, low, high).into_iter();
    printed
        .map(|it| Tick {
            at: it.at / factor,
            ..it
        })
        .collect()
}

fn levels(tell: &Tell, slug: &str) -> Block {
    let (idx, metric) = metric(tell).expect("drivers looked at a category with a metric of the plan");
    let explains = explaining(tell.facts, slug);
    let ranking = tell.facts.list(&format!("drivers/{slug}/ranking"));
    // An attribute that does harm on customers not seen leads nothing: its levels would be read as a finding.
    let question = shown_question(tell, slug).name();
    let leads = |name: &String| {
        let id = format!("drivers/{slug}/{question}/attributes/{}/importance", text::slug(name));
        explains.contains(name) || tell.facts.number(&id).is_some_and(|x| x > 0.0)
    };
    let groups: Vec<DumbbellGroup> = ranking
        .iter()
        .filter(|name| leads(name))
        .map(|name| group(tell, slug, name, metric))
        .filter(|group| !group.rows.is_empty())
        .collect();
    if groups.is_empty() {
        return no_levels(tell);
    }
    let rows: Vec<&DumbbellRow> = groups.iter().flat_map(|it| &it.rows).collect();
    let share_high = rows.iter().flat_map(|row| row.share).fold(0.0, f64::max);
    let rate_high = rows.iter().flat_map(|row| row.rate).flatten().fold(0.0, f64::max);
    let rate_low = rows.iter().flat_map(|row| row.rate).flatten().fold(0.0, f64::min);
    let population = tell.population(idx);
    let (title, subtitle) = levels_title(tell, &rows, explains.len(), groups.len());
    let label = subjects::label(tell.facts, slug);
    let n_rows = rows.len() as f64;
    let words = tell.words;
    let (before, after) = (tell.against("drivers/against"), words.period(&tell.plan.periods.target));
    let titles: Vec<String> = groups.iter().map(|it| text::lowered(&it.title)).collect();
    let chart = Chart {
        id: format!("levels-{slug}"),
        title: say!(words, "drivers-levels-title", label = label),
        description: say!(
            words,
            "drivers-levels-alt",
            buyers = population,
            metric = text::lowered(&metric.label),
            attributes = words.list(&titles),
            before = before,
            after = after
        ),
        width: 298.0,
        height: 30.0 + ROW * (n_rows + groups.len() as f64) + 14.0,
        drawing: Drawing::Dumbbell {
            share_head: say!(words, "drivers-share-head", buyers = population),
            rate_head: tell.words.head_with_unit(&metric.label, &metric.unit),
            share_ticks: reading::ticks(tell.words, 0.0, share_high),
            rate_ticks: rate_ticks(words, &metric.unit, [rate_low, rate_high]),
            before: text::capitalised(&before),
            after: text::capitalised(&after),
            groups,
        },
    };
    Block::Figure {
        title,
        subtitle,
        chart,
        note: None,
    }
}

/// Stands where no attribute leads.
fn no_levels(tell: &Tell) -> Block {
    let text = say!(tell.words, "drivers-no-levels");
    Block::Prose {
        title: say!(tell.words, "drivers-no-levels-title"),
        paragraphs: vec![Sentence {
            runs: vec![Run::toned(text, Tone::Quiet)],
            facts: Vec::new(),
        }],
    }
}

/// Says what the levels did.
fn levels_title(tell: &Tell, rows: &[&DumbbellRow], n_explaining: usize, n_groups: usize) -> (String, String) {
    let any = |of: &dyn Fn(&DumbbellRow) -> bool| rows.iter().any(|row| of(row));
    let fell = |row: &DumbbellRow| matches!(row.rate, [Some(before), Some(after)] if after < before);
    let rose = |row: &DumbbellRow| matches!(row.rate, [Some(before), Some(after)] if after > before);
    let title = match (any(&|row| row.share_moved), any(&|row| row.rate_moved)) {
        (true, true) => "both",
        (true, false) => "shares",
        (false, true) => "rates",
        (false, false) if rows.iter().all(|row| fell(row)) => "all-fell",
        (false, false) if rows.iter().all(|row| rose(row)) => "all-rose",
        (false, false) => "neither",
    };
    let title = say!(tell.words, "drivers-moved", moved = title);
    let subtitle = say!(
        tell.words,
        "drivers-coloured",
        explaining = n_explaining,
        groups = n_groups
    );
    (title, subtitle)
}

fn group(tell: &Tell, slug: &str, name: &str, metric: &Metric) -> DumbbellGroup {
    let base = format!("drivers/{slug}/attributes/{}", text::slug(name));
    let levels = tell.facts.list(&format!("{base}/levels"));
    let get = |level: &str, what: &str| tell.facts.number(&format!("{base}/{}/{what}", text::slug(level)));
    let rates: Vec<f64> = levels
        .iter()
        .flat_map(|level| [get(level, "rate_before"), get(level, "rate_after")])
        .flatten()
        .collect();
    let places = words::column_places(&rates, &metric.unit);
    let rows = levels.iter().map(|level| {
        let share = ["share_before", "share_after"].map(|what| get(level, what).unwrap_or(0.0) * 100.0);
        let rate = ["rate_before", "rate_after"].map(|what| get(level, what));
        let moved = |what: &str| get(level, what).is_some_and(|z| z.abs() > MOVED);
        DumbbellRow {
            label: tell.level(level),
            share_labels: share.map(|x| tell.words.fixed(x, 1)),
            share,
            share_moved: moved("share_z"),
            rate_labels: rate.map(|x| x.map_or_else(String::new, |x| tell.words.bare(x, &metric.unit, places))),
            rate,
            rate_moved: moved("rate_z"),
        }
    });
    DumbbellGroup {
        title: attribute_label(tell, name),
        rows: rows.collect(),
    }
}

fn method(tell: &Tell, subjects: &[String]) -> Block {
    let told = subjects.iter().filter(|slug| looked_at(tell.facts, slug)).count();
    let silent = subjects
        .iter()
        .filter(|slug| looked_at(tell.facts, slug) && explaining(tell.facts, slug).is_empty())
        .count();
    let text = say!(
        tell.words,
        "drivers-method",
        told = told,
        explained = told - silent,
        noun = tell.plan.categories.noun
    );
    Block::Prose {
        title: say!(tell.words, "drivers-method-title"),
        paragraphs: vec![Sentence {
            runs: vec![Run::plain(text)],
            facts: Vec::new(),
        }],
    }
}

/// What a shallow tree says of whose spending went the way of their category, where an attribute tells it.
fn rules(tell: &Tell, subjects: &[String]) -> Option<Block> {
    let mut rows = Vec::new();
    for slug in subjects {
        for (place, rule) in tell.facts.list(&format!("drivers/{slug}/rules")).iter().enumerate() {
            let id = format!("drivers/{slug}/rule/{}", place + 1);
            let figure = |name: &str, show: &dyn Fn(f64) -> String| {
                let id = format!("{id}/{name}");
                let x = tell.facts.number(&id);
                Cell::figure(x.map_or_else(|| words::MISSING.to_owned(), show), x, id)
            };
            let label = if place == 0 {
                subjects::label(tell.facts, slug).to_owned()
            } else {
                String::new()
            };
            let cells = vec![
                Cell::text(label),
                Cell::text(text::capitalised(rule)),
                figure("n", &|x| tell.words.fixed(x, 0)),
                Cell::text(say!(
                    tell.words,
                    "drivers-spent",
                    direction = tell
                        .facts
                        .text(&format!("drivers/{slug}/rule_direction"))
                        .unwrap_or("more")
                )),
                figure("share", &|x| tell.words.fixed(x * 100.0, 1)),
            ];
            rows.push(Row {
                cells,
                ..Row::default()
            });
        }
    }
    let column = |head: &str, align, width| Column {
        head: vec![Run::toned(head, Tone::Quiet)],
        align,
        width: Some(width),
        ..Column::default()
    };
    let against = tell.against("drivers/against");
    let words = tell.words;
    (!rows.is_empty()).then(|| {
        Block::Table(Table {
            id: "rules-of-change".into(),
            title: say!(
                words,
                "drivers-rules-title",
                noun = tell.plan.categories.noun,
                against = against
            ),
            columns: vec![
                column(&text::capitalised(&tell.plan.categories.noun), Align::Left, 120.0),
                column(&say!(words, "drivers-head-customers"), Align::Left, 200.0),
                column(&say!(words, "drivers-head-number"), Align::Right, 60.0),
                column(&say!(words, "drivers-head-which"), Align::Left, 70.0),
                column(&say!(words, "drivers-head-share"), Align::Right, 50.0),
            ],
            rows,
            style: TableStyle::Dense,
            ..Table::default()
        })
    })
}
