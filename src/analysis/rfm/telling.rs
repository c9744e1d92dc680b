//! How RFM is told: who is worth what, what is at risk, who moved.
//!
//! It must not compute what the facts do not say.

use super::Told;
use super::appendix;
use super::recording::JOINED;
use super::recording::LEFT;
use super::segments::Segment;
use crate::analysis::Tell;
use crate::analysis::disclosure;
use crate::analysis::groups;
use crate::analysis::groups::customers;
use crate::analysis::headline::sentence;
use crate::analysis::reading;
use crate::analysis::shares::headed;
use crate::model::memo::Align;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Chart;
use crate::model::memo::Drawing;
use crate::model::memo::HeatCell;
use crate::model::memo::HeatRow;
use crate::model::memo::Memo;
use crate::model::memo::Page;
use crate::model::memo::Row;
use crate::model::memo::RowRole;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::Tone;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::say;
use crate::words;
use crate::words::text;

/// Adds everything that RFM has to say.
pub(super) fn tell(told: &Told, tell: &Tell, memo: &mut Memo) {
    let n = number(tell, "customers").unwrap_or(0.0);
    let mut page = Page {
        id: "rfm".into(),
        ..Page::default()
    };
    if n > 0.0 {
        page.title = title(told, tell);
        page.lead.push(worth(told, tell));
        page.lead.extend(moved(told, tell));
        page.blocks.push(Block::Table(segments(told, tell)));
        page.blocks.extend(migration(told, tell));
        memo.headline.push(risk(told, tell));
    } else {
        page.title = say!(tell.words, "rfm-nobody", window = window(told, tell));
    }
    memo.pages.push(page);
    appendix::tell(told, tell, memo);
}

/// Returns a figure of `rfm/`.
pub(super) fn number(tell: &Tell, name: &str) -> Option<f64> {
    tell.facts.number(&format!("rfm/{name}"))
}

/// Names the window that ends with the target.
pub(super) fn window(told: &Told, tell: &Tell) -> String {
    tell.words.window(told.over, tell.plan.periods.target.until)
}

fn share(tell: &Tell, name: &str) -> String {
    groups::share(tell, &format!("rfm/{name}"))
}

/// Tells whether the memo keeps back how many are at risk.
fn is_risk_kept(tell: &Tell) -> bool {
    disclosure::is_withheld(tell.facts, "rfm/at_risk/customers")
}

fn title(told: &Told, tell: &Tell) -> String {
    if is_risk_kept(tell) {
        let min = tell.words.fixed(tell.plan.min_cell as f64, 0);
        return say!(tell.words, "rfm-risk-kept", min = min);
    }
    let n = number(tell, "at_risk/customers").unwrap_or(0.0);
    if n < 1.0 {
        return say!(tell.words, "rfm-no-risk");
    }
    let [_, monetary] = told.metrics(tell.plan);
    let spend = tell
        .words
        .level(number(tell, "at_risk/spend").unwrap_or(0.0), &monetary.unit);
    say!(tell.words, "rfm-title", customers = customers(tell, n), spend = spend)
}

/// "Of 4,312 customers … champions …".
fn worth(told: &Told, tell: &Tell) -> Sentence {
    let [_, monetary] = told.metrics(tell.plan);
    let n = number(tell, "customers").unwrap_or(0.0);
    let champions = number(tell, "champions/customers").unwrap_or(0.0);
    let what = text::lowered(&monetary.label);
    let (who, window) = (customers(tell, n), window(told, tell));
    let strong = if champions > 0.0 {
        say!(
            tell.words,
            "rfm-champions",
            customers = who,
            window = window,
            share = share(tell, "champions/share"),
            spend_share = share(tell, "champions/spend_share"),
            what = what
        )
    } else {
        say!(tell.words, "rfm-bought", customers = who, window = window)
    };
    let at_risk = || share(tell, "at_risk/spend_share");
    let rest = if is_risk_kept(tell) {
        String::new()
    } else {
        say!(tell.words, "rfm-at-risk", share = at_risk(), what = what)
    };
    let ids = [
        "customers",
        "champions/share",
        "champions/spend_share",
        "at_risk/spend_share",
    ];
    sentence(&strong, &rest, ids.map(|it| format!("rfm/{it}")).to_vec())
}

/// What the first page says.
fn risk(told: &Told, tell: &Tell) -> Sentence {
    let rest = match number(tell, "slipped").zip(told.against.as_ref()) {
        Some((n, against)) => say!(
            tell.words,
            "rfm-slipped-there",
            customers = customers(tell, n),
            against = tell.words.comparison(against)
        ),
        None => String::new(),
    };
    let some = number(tell, "at_risk/customers") > Some(0.0);
    let strong = say!(tell.words, "rfm-risk", title = title(told, tell), some = some);
    let mut ids = vec!["rfm/at_risk/customers".to_owned(), "rfm/at_risk/spend".to_owned()];
    ids.extend((!rest.is_empty()).then(|| "rfm/slipped".to_owned()));
    sentence(&strong, &rest, ids)
}

/// Who came, who left, who slipped.
fn moved(told: &Told, tell: &Tell) -> Option<Sentence> {
    let against = told.against.as_ref()?;
    let slipped = number(tell, "slipped")?;
    let (joined, left) = (number(tell, JOINED)?, number(tell, LEFT)?);
    let strong = say!(
        tell.words,
        "rfm-slipped",
        against = tell.words.comparison(against),
        customers = customers(tell, slipped)
    );
    let rest = say!(
        tell.words,
        "rfm-joined-and-left",
        joined = customers(tell, joined),
        some = left > 0.0,
        left = tell.words.fixed(left, 0)
    );
    let ids = ["slipped", JOINED, LEFT].map(|it| format!("rfm/{it}")).to_vec();
    Some(sentence(&strong, &rest, ids))
}

/// A figure cell by fact.
pub(super) fn figure(tell: &Tell, name: &str, unit: &Unit, places: usize) -> Cell {
    groups::figure(tell, format!("rfm/{name}"), unit, places)
}

/// One row a segment: how many, what they brought, how they buy.
fn segments(told: &Told, tell: &Tell) -> Table {
    let [frequency, monetary] = told.metrics(tell.plan);
    let share = Unit::total(crate::model::unit::Quantity::Share);
    let medians = |name: &str| -> Vec<f64> {
        let all = Segment::ALL.iter();
        all.filter_map(|it| number(tell, &format!("{}/median_{name}", it.slug())))
            .collect()
    };
    let places = words::column_places(&medians("monetary"), &monetary.unit);
    let row = |segment: Segment| {
        let of = |name: &str, unit: &Unit, places| figure(tell, &format!("{}/{name}", segment.slug()), unit, places);
        let tone = if Segment::AT_RISK.contains(&segment) {
            Tone::Strong
        } else {
            Tone::Plain
        };
        Row {
            cells: vec![
                Cell::toned(segment.label(tell.words), tone),
                of("customers", &Unit::default(), 0),
                of("share", &share, 1),
                of("spend", &monetary.unit, 0),
                of("spend_share", &share, 1),
                of("median_recency", &Unit::default(), 0),
                of("median_frequency", &frequency.unit, 0),
                of("median_monetary", &monetary.unit, places),
            ],
            ..Row::default()
        }
    };
    let mut rows: Vec<Row> = Segment::ALL.into_iter().map(row).collect();
    let none = || Cell::text("");
    rows.push(Row {
        cells: vec![
            Cell::text(say!(tell.words, "rfm-all")),
            figure(tell, "customers", &Unit::default(), 0),
            none(),
            figure(tell, "spend", &monetary.unit, 0),
            none(),
            none(),
            none(),
            none(),
        ],
        role: RowRole::Total,
        ..Row::default()
    });
    let money = tell.words.head_with_unit(&monetary.label, &monetary.unit);
    let median = match tell.words.head(&monetary.unit).as_str() {
        "" => text::lowered(&monetary.label),
        unit => format!("{}, {unit}", text::lowered(&monetary.label)),
    };
    let (often, what) = (text::lowered(&frequency.label), text::lowered(&monetary.label));
    let words = tell.words;
    Table {
        id: "rfm-segments".into(),
        title: say!(words, "rfm-worth-title"),
        subtitle: say!(words, "rfm-worth-subtitle", window = window(told, tell)),
        columns: vec![
            headed(&say!(words, "rfm-head-segment"), Align::Left),
            headed(&say!(words, "rfm-head-customers"), Align::Right),
            headed(&say!(words, "rfm-head-share"), Align::Right),
            headed(&money, Align::Right),
            headed(&say!(words, "rfm-head-share-of", what = what), Align::Right),
            headed(&say!(words, "rfm-head-days"), Align::Right),
            headed(&say!(words, "rfm-head-median", what = often), Align::Right),
            headed(&say!(words, "rfm-head-median", what = median), Align::Right),
        ],
        rows,
        note: disclosure::below(tell, &Segment::ALL.map(|it| format!("rfm/{}/customers", it.slug()))),
        ..Table::default()
    }
}

/// From which segment to which, in % of the segment before.
fn migration(told: &Told, tell: &Tell) -> Option<Block> {
    let against = told.against.as_ref()?;
    let id = |from: &str, to: &str| format!("rfm/migration/{from}/{to}");
    let count = |from: &str, to: &str| tell.facts.number(&id(from, to));
    tell.facts.get(&id(JOINED, Segment::Champions.slug()))?;
    let slugs = Segment::ALL.map(Segment::slug);
    let all_to: Vec<&str> = slugs.into_iter().chain([LEFT]).collect();
    let has_left = slugs.iter().any(|from| count(from, LEFT) != Some(0.0));
    let mut columns: Vec<String> = Segment::ALL.map(|it| it.short(tell.words)).to_vec();
    columns.push(say!(tell.words, "rfm-left"));
    let shown = if has_left { columns.len() } else { columns.len() - 1 };
    let row = |from: &str, label: &str| {
        let size = if from == JOINED {
            JOINED.to_owned()
        } else {
            format!("before/{from}/customers")
        };
        let n = number(tell, &size);
        let cell = |to: &&str| {
            let (Some(count), Some(n)) = (count(from, to), n) else {
                return Some(HeatCell {
                    value: f64::NAN,
                    text: words::MISSING.to_owned(),
                });
            };
            let share = (n > 0.0).then(|| count / n)?;
            (share > 0.0).then(|| HeatCell {
                value: share,
                text: if share < SMALL {
                    format!("<{}", tell.words.fixed(1.0, 0))
                } else {
                    tell.words.fixed(share * 100.0, 0)
                },
            })
        };
        let n = n.map_or_else(|| words::MISSING.to_owned(), |n| tell.words.fixed(n, 0));
        HeatRow {
            label: format!("{label} ({n})"),
            cells: all_to.iter().take(shown).map(cell).collect(),
        }
    };
    let all_from = slugs.iter().chain([&JOINED]);
    let ids: Vec<String> = all_from.flat_map(|from| all_to.iter().map(|to| id(from, to))).collect();
    let mut rows: Vec<HeatRow> = Segment::ALL
        .iter()
        .map(|it| row(it.slug(), &it.label(tell.words)))
        .collect();
    rows.push(row(JOINED, &say!(tell.words, "rfm-joined")));
    let words = tell.words;
    let (before, now) = (words.comparison(against), words.period(&tell.plan.periods.target));
    let chart = Chart {
        id: "rfm-migration".into(),
        title: say!(words, "rfm-migration-title"),
        description: say!(words, "rfm-migration-alt", before = before, now = now),
        width: 493.0,
        height: reading::heat_height(rows.len()),
        drawing: Drawing::HeatMap {
            head: say!(words, "rfm-migration-head", now = now),
            columns: columns.into_iter().take(shown).collect(),
            rows,
            unit: Unit::total(Quantity::Share),
            range: [0.0, 1.0],
            range_labels: ["0", "100"].map(|it| words.per_cent(it)),
        },
    };
    Some(Block::Figure {
        title: say!(words, "rfm-migration-figure"),
        subtitle: say!(words, "rfm-migration-subtitle", before = before),
        chart,
        note: disclosure::below(tell, &ids),
    })
}

/// A share that rounds to no per cent is said to be below one.
const SMALL: f64 = 0.005;
