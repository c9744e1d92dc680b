//! How the roster is told: who is worth what, and what the features look like.
//!
//! It must not compute what the facts do not say.

use super::declared;
use super::recording::QUANTILES;
use super::segment_ids;
use super::segment_labels;
use crate::analysis::Tell;
use crate::analysis::disclosure;
use crate::analysis::groups::ALL;
use crate::analysis::groups::Shown;
use crate::analysis::groups::customers;
use crate::analysis::groups::figure;
use crate::analysis::groups::share;
use crate::analysis::headline::sentence;
use crate::analysis::shares::Change;
use crate::analysis::shares::headed;
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
use crate::say;
use crate::words;
use crate::words::Words;
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
        page.title = say!(tell.words, "roster-nobody", window = window(tell));
        memo.pages.push(page);
        return;
    }
    let is_somebody = |id: &String| {
        let n = |base: &str| tell.facts.number(&format!("{base}/{id}/customers")).unwrap_or(0.0);
        let is_kept = disclosure::is_withheld(tell.facts, &format!("roster/{id}/customers"));
        !id.ends_with(REST) || is_kept || n("roster") + n("roster/before") > 0.0
    };
    // What no rule leaves to the rest is no segment.
    let (ids, names): (Vec<String>, Vec<String>) = ids.into_iter().zip(names).filter(|it| is_somebody(&it.0)).unzip();
    let noun = say!(tell.words, "roster-segment");
    let shown = Shown {
        base: "roster",
        ids: &ids,
        names: &names,
        noun: &noun,
    };
    page.title = title(tell, &ids, &names);
    page.lead.push(partition(tell, n, ids.len()));
    page.lead.extend(shift(tell, &ids, &names));
    if 1 < ids.len() {
        let mut table = shown.sizes(tell, roster, "segments", say!(tell.words, "roster-worth-title"));
        table.subtitle = say!(tell.words, "roster-worth-subtitle", window = window(tell));
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
            say!(tell.words, "roster-typical-title"),
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
    tell.words
        .window(declared(tell.plan).over, tell.plan.periods.target.until)
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
        Some(worth) => say!(
            tell.words,
            "roster-title",
            segment = names[at],
            share = share(tell, &format!("{base}/share")),
            worth_share = share(tell, &format!("{base}/worth_share")),
            what = text::lowered(&roster.features[worth].label)
        ),
        None => {
            let n = tell.facts.number(&format!("roster/{ALL}/customers")).unwrap_or(0.0);
            say!(
                tell.words,
                "roster-title-all",
                customers = customers(tell, n),
                window = window(tell)
            )
        }
    }
}

/// "Each of 2,469 customers is in exactly one of four segments."
fn partition(tell: &Tell, n: f64, n_segments: usize) -> Sentence {
    let roster = declared(tell.plan);
    let active = matches!(roster.population, Population::Active);
    let of = say!(tell.words, "roster-population", active = active, window = window(tell));
    let strong = say!(
        tell.words,
        "roster-partition",
        many = 1 < n_segments,
        customers = customers(tell, n),
        segments = n_segments
    );
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
        let facts: Vec<String> = ids.iter().map(|it| format!("roster/{it}/change")).collect();
        // Of a segment that is kept back nobody says that it stood still.
        let kept = facts.iter().any(|it| disclosure::is_withheld(tell.facts, it));
        let against = tell.words.comparison(against);
        let strong = say!(tell.words, "roster-no-shift", against = against, kept = kept);
        return Some(sentence(&strong, "", facts));
    };
    let (now, before) = (share_of("roster", &ids[at])?, share_of("roster/before", &ids[at])?);
    let printed = |x: f64| tell.words.change_size(x);
    let strong = say!(
        tell.words,
        "roster-shift",
        against = tell.words.comparison(against),
        segment = names[at],
        up = by >= 0.0,
        before = printed(before),
        now = printed(now)
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
    let words = tell.words;
    let quarter = |share: &str| say!(words, "roster-head-quantile", share = share);
    let heads = [
        say!(words, "roster-head-lowest"),
        quarter("25"),
        say!(words, "roster-head-median"),
        quarter("75"),
        quarter("95"),
        say!(words, "roster-head-missing"),
    ];
    let first = [say!(words, "groups-head-feature"), say!(words, "roster-head-made-of")];
    Table {
        id: "features".into(),
        title: say!(words, "roster-features-title"),
        subtitle: say!(words, "roster-features-subtitle", window = window(tell)),
        columns: (first.iter().map(|it| headed(it, Align::Left)))
            .chain(heads.iter().map(|it| headed(it, Align::Right)))
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
    let (mut rows, mut shown) = (Vec::new(), Vec::new());
    for feature in roster.features.iter().filter(|it| !it.bands.is_empty()) {
        let mut first = true;
        for band in 0..=feature.bands.len() {
            let id = format!("roster/features/{}/band/{band}", feature.name);
            let x = tell.facts.number(&id);
            if x == Some(0.0) || tell.facts.get(&id).is_none() {
                continue;
            }
            shown.push(id.clone());
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
                    Cell::text(band_label(tell.words, &feature.bands, band)),
                    figure(tell, id.clone(), &Unit::default(), 0),
                    Cell::figure(
                        x.map_or_else(|| words::MISSING.to_owned(), |x| tell.words.bare(x / n, &share, 1)),
                        x.map(|x| x / n),
                        id,
                    ),
                ],
                ..Row::default()
            });
        }
    }
    let words = tell.words;
    let heads = [say!(words, "groups-head-feature"), say!(words, "roster-head-band")];
    let figures = [
        say!(words, "groups-head-customers"),
        say!(words, "roster-head-of-customers"),
    ];
    let heads = heads.map(|it| headed(&it, Align::Left));
    let figures = figures.map(|it| headed(&it, Align::Right));
    (!rows.is_empty()).then(|| Table {
        id: "bands".into(),
        title: say!(words, "roster-bands-title"),
        columns: heads.into_iter().chain(figures).collect(),
        rows,
        style: TableStyle::Dense,
        note: Some(disclosure::with(
            note(say!(words, "roster-bands-note"), Vec::new()),
            disclosure::below(tell, &shown),
        )),
        ..Table::default()
    })
}

/// Names a band of a feature: "2–3", "4 and more".
fn band_label(words: &Words, bands: &[f64], band: usize) -> String {
    let whole = bands.iter().all(|x| x.fract() == 0.0);
    let shown = |x: f64| x.to_string();
    match (band.checked_sub(1).map(|it| bands[it]), bands.get(band)) {
        (None, Some(high)) => say!(words, "roster-band-below", high = shown(*high)),
        (Some(low), Some(high)) if whole && high - low == 1.0 => low.to_string(),
        (Some(low), Some(high)) if whole => format!("{low}–{}", high - 1.0),
        (Some(low), Some(high)) => say!(words, "roster-band-between", low = shown(low), high = shown(*high)),
        (Some(low), None) => say!(words, "roster-band-above", low = shown(low)),
        (None, None) => unreachable!("a band has an end"),
    }
}

fn method(tell: &Tell) -> Block {
    let roster = declared(tell.plan);
    let rules: Vec<String> = roster
        .leaves()
        .iter()
        .filter(|it| !it.written.is_empty())
        .map(|it| say!(tell.words, "roster-rule", segment = it.label, condition = it.written))
        .collect();
    let text = say!(
        tell.words,
        "roster-method",
        window = window(tell),
        n = rules.len(),
        rules = rules.join("; "),
        rest = roster.rest
    );
    Block::Prose {
        title: say!(tell.words, "roster-method-title"),
        paragraphs: vec![Sentence {
            runs: vec![Run::plain(text)],
            facts: Vec::new(),
        }],
    }
}
