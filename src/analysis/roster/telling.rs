//! How the roster is told: who is worth what, and what the features look like.
//!
//! It must not compute what the facts do not say.

use super::declared;
use super::recording::QUANTILES;
use super::segment_ids;
use super::segment_labels;
use crate::analysis::Tell;
use crate::analysis::groups::ALL;
use crate::analysis::groups::Shown;
use crate::analysis::groups::customers;
use crate::analysis::groups::figure;
use crate::analysis::groups::share;
use crate::analysis::headline::sentence;
use crate::analysis::shares::Change;
use crate::analysis::shares::column;
use crate::analysis::shares::note;
use crate::model::memo::Align;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Memo;
use crate::model::memo::Page;
use crate::model::memo::Row;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::TableStyle;
use crate::model::roster::Feature;
use crate::model::roster::Population;
use crate::model::roster::REST;
use crate::model::unit::Unit;
use crate::words;
use crate::words::text;

/// Adds everything that the roster has to say.
pub(super) fn tell(tell: &Tell, memo: &mut Memo) {
    let roster = declared(tell.plan);
    let (ids, names) = (segment_ids(roster), segment_labels(roster));
    let n = tell.facts.number(&format!("roster/{ALL}/customers")).unwrap_or(0.0);
    let mut page = Page {
        id: "roster".into(),
        ..Page::default()
    };
    if n == 0.0 {
        page.title = format!("Nobody bought in {}", window(tell));
        memo.pages.push(page);
        return;
    }
    let is_somebody = |id: &String| {
        let n = |base: &str| tell.facts.number(&format!("{base}/{id}/customers")).unwrap_or(0.0);
        !id.ends_with(REST) || n("roster") + n("roster/before") > 0.0
    };
    // What no rule leaves to the rest is no segment.
    let (ids, names): (Vec<String>, Vec<String>) = ids.into_iter().zip(names).filter(|it| is_somebody(&it.0)).unzip();
    let shown = Shown {
        base: "roster",
        ids: &ids,
        names: &names,
        noun: "Segment",
    };
    page.title = title(tell, &ids, &names);
    page.lead.push(partition(tell, n, ids.len()));
    page.lead.extend(shift(tell, &ids, &names));
    if 1 < ids.len() {
        let mut table = shown.sizes(tell, roster, "segments", "What each segment is worth".into());
        table.subtitle = format!("Customers of {} by the first rule that holds.", window(tell));
        // The first page has room for it where no movers stand there.
        if memo.front.is_empty() {
            memo.front.push(Block::Table(table));
        } else {
            page.blocks.push(Block::Table(table));
        }
        page.blocks.push(Block::Table(shown.medians(
            tell,
            roster,
            "segment-medians",
            "What is typical of each".into(),
        )));
    }
    page.blocks.push(Block::Table(features(tell)));
    page.blocks.extend(bands(tell).map(Block::Table));
    memo.pages.push(page);
    memo.headline.push(headline(tell, &ids, &names));
    memo.appendix.blocks.push(method(tell));
}

/// Names the window of the features.
fn window(tell: &Tell) -> String {
    declared(tell.plan).over.label(tell.plan.periods.target.until)
}

/// Returns the segment that is worth most; the largest where nothing is said of worth.
fn leading(tell: &Tell, ids: &[String]) -> usize {
    let number = |id: &str, name: &str| tell.facts.number(&format!("roster/{id}/{name}")).unwrap_or(0.0);
    let name = if declared(tell.plan).worth.is_some() {
        "worth"
    } else {
        "customers"
    };
    let best = (0..ids.len()).reduce(|a, b| {
        if number(&ids[a], name) < number(&ids[b], name) {
            b
        } else {
            a
        }
    });
    best.unwrap_or(0)
}

fn title(tell: &Tell, ids: &[String], names: &[String]) -> String {
    let roster = declared(tell.plan);
    let at = leading(tell, ids);
    let base = format!("roster/{}", ids[at]);
    match roster.worth.filter(|_| 1 < ids.len()) {
        Some(worth) => format!(
            "“{}”: {} of customers, {} of {}",
            names[at],
            share(tell, &format!("{base}/share")),
            share(tell, &format!("{base}/worth_share")),
            text::lowered(&roster.features[worth].label)
        ),
        None => {
            let n = tell.facts.number(&format!("roster/{ALL}/customers")).unwrap_or(0.0);
            format!("{} in {}", text::capitalised(&customers(tell, n)), window(tell))
        }
    }
}

/// "Each of 2,469 customers is in exactly one of four segments."
fn partition(tell: &Tell, n: f64, n_segments: usize) -> Sentence {
    let roster = declared(tell.plan);
    let of = match roster.population {
        Population::Active => format!("Customers are those with rows in {}.", window(tell)),
        Population::Everyone => format!(
            "Customers are all that are known, with or without rows in {}.",
            window(tell)
        ),
    };
    let strong = if n_segments < 2 {
        format!("The roster holds {}.", customers(tell, n))
    } else {
        format!(
            "Each of {} is in exactly one of {} segments.",
            customers(tell, n),
            text::count(n_segments)
        )
    };
    let ids = vec![format!("roster/{ALL}/customers"), "roster/not_placed".to_owned()];
    sentence(&strong, &of, ids)
}

/// Which segment's share of customers moved most since the comparison.
fn shift(tell: &Tell, ids: &[String], names: &[String]) -> Option<Sentence> {
    let against = declared(tell.plan).against.as_ref()?;
    let share_of = |base: &str, id: &str| tell.facts.number(&format!("{base}/{id}/share"));
    let change = |id: &String| Change::read(tell, &format!("roster/{id}/change"));
    if ids.len() < 2 {
        return None;
    }
    let beyond = (0..ids.len()).filter_map(|it| Some((it, change(&ids[it]).filter(Change::is_beyond_chance)?.x)));
    let Some((at, by)) = beyond.reduce(|a, b| if a.1.abs() < b.1.abs() { b } else { a }) else {
        let facts = ids.iter().map(|it| format!("roster/{it}/change")).collect();
        let strong = format!(
            "Since {}, no segment’s share of customers has moved beyond chance.",
            against.label
        );
        return Some(sentence(&strong, "", facts));
    };
    let verb = if by < 0.0 { "fell" } else { "rose" };
    let (now, before) = (share_of("roster", &ids[at])?, share_of("roster/before", &ids[at])?);
    let printed = |x: f64| tell.words.change_size(x);
    let strong = format!(
        "Since {}, “{}” {verb} most, from {} to {} of customers.",
        against.label,
        names[at],
        printed(before),
        printed(now)
    );
    let facts = vec![
        format!("roster/{}/share", ids[at]),
        format!("roster/before/{}/share", ids[at]),
    ];
    Some(sentence(&strong, "", facts))
}

fn headline(tell: &Tell, ids: &[String], names: &[String]) -> Sentence {
    let id = &ids[leading(tell, ids)];
    let facts = ["customers", "share", "worth_share"].map(|it| format!("roster/{id}/{it}"));
    let known = facts.into_iter().filter(|it| tell.facts.get(it).is_some()).collect();
    sentence(&format!("{}.", title(tell, ids, names)), "", known)
}

/// Where each feature lies.
fn features(tell: &Tell) -> Table {
    let roster = declared(tell.plan);
    let row = |feature: &Feature| {
        let id = |name: &str| format!("roster/features/{}/{name}", feature.name);
        let all: Vec<f64> = QUANTILES.iter().filter_map(|it| tell.facts.number(&id(it.0))).collect();
        let places = words::column_places(&all, &feature.unit);
        let mut cells = vec![
            Cell::text(tell.words.head_with_unit(&feature.label, &feature.unit)),
            code(&feature.written),
        ];
        cells.extend(QUANTILES.iter().map(|it| figure(tell, id(it.0), &feature.unit, places)));
        cells.push(figure(tell, id("missing"), &Unit::default(), 0));
        Row {
            cells,
            ..Row::default()
        }
    };
    let heads = ["5 % below", "25 %", "Median", "75 %", "95 %", "Not defined"];
    let first = [column(&["Feature"], Align::Left), column(&["Made of"], Align::Left)];
    Table {
        id: "features".into(),
        title: "Where customers lie".into(),
        subtitle: format!(
            "Features over {}; so many customers are below each value.",
            window(tell)
        ),
        columns: first
            .into_iter()
            .chain(heads.iter().map(|it| column(&[it], Align::Right)))
            .collect(),
        rows: roster.features.iter().map(row).collect(),
        style: TableStyle::Dense,
        ..Table::default()
    }
}

fn code(written: &str) -> Cell {
    Cell::toned(written, crate::model::memo::Tone::Code)
}

/// Customers by bands of features; none where no feature has bands.
fn bands(tell: &Tell) -> Option<Table> {
    let roster = declared(tell.plan);
    let n = tell.facts.number(&format!("roster/{ALL}/customers"))?;
    let mut rows = Vec::new();
    for feature in roster.features.iter().filter(|it| !it.bands.is_empty()) {
        let mut first = true;
        for band in 0..=feature.bands.len() {
            let id = format!("roster/features/{}/band/{band}", feature.name);
            let Some(x) = tell.facts.number(&id).filter(|x| *x > 0.0) else {
                continue;
            };
            let label = if first {
                tell.words.head_with_unit(&feature.label, &feature.unit)
            } else {
                String::new()
            };
            first = false;
            let share = Unit::total(crate::model::unit::Quantity::Share);
            rows.push(Row {
                cells: vec![
                    Cell::text(label),
                    Cell::text(band_label(&feature.bands, band)),
                    figure(tell, id.clone(), &Unit::default(), 0),
                    Cell::figure(tell.words.bare(x / n, &share, 1), Some(x / n), id),
                ],
                ..Row::default()
            });
        }
    }
    let heads = ["Feature", "Band"].map(|it| column(&[it], Align::Left));
    let figures = ["Customers", "% of customers"].map(|it| column(&[it], Align::Right));
    (!rows.is_empty()).then(|| Table {
        id: "bands".into(),
        title: "Customers by band".into(),
        columns: heads.into_iter().chain(figures).collect(),
        rows,
        style: TableStyle::Dense,
        note: Some(note("Bands without customers are left out.", Vec::new())),
        ..Table::default()
    })
}

/// Names a band of a feature: "2–3", "4 and more".
fn band_label(bands: &[f64], band: usize) -> String {
    let whole = bands.iter().all(|x| x.fract() == 0.0);
    match (band.checked_sub(1).map(|it| bands[it]), bands.get(band)) {
        (None, Some(high)) => format!("below {high}"),
        (Some(low), Some(high)) if whole && high - low == 1.0 => low.to_string(),
        (Some(low), Some(high)) if whole => format!("{low}–{}", high - 1.0),
        (Some(low), Some(high)) => format!("{low} to below {high}"),
        (Some(low), None) => format!("{low} and more"),
        (None, None) => unreachable!("a band has an end"),
    }
}

fn method(tell: &Tell) -> Block {
    let roster = declared(tell.plan);
    let rules: Vec<String> = roster
        .leaves()
        .iter()
        .filter(|it| !it.written.is_empty())
        .map(|it| format!("“{}” if {}", it.label, it.written))
        .collect();
    let rules = if rules.is_empty() {
        "All customers stand together.".to_owned()
    } else {
        format!(
            "Rules, the first that holds: {}; else “{}”.",
            rules.join("; "),
            roster.rest
        )
    };
    let text = format!(
        "The roster holds one row a customer over {}. {rules} Sizes add up to all customers. Medians come with the \
         95 % interval of order statistics (Conover 1999), which assumes no shape.",
        window(tell)
    );
    Block::Prose {
        title: "Customers and segments".into(),
        paragraphs: vec![Sentence {
            runs: vec![Run::plain(text)],
            facts: Vec::new(),
        }],
    }
}
