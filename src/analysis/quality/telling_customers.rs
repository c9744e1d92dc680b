//! How the quality of the table of customers is told: copies, features, attributes, and rows of nobody.
//!
//! It must not compute what the facts do not say.

use super::customers::HELD_OUT;
use super::customers::measure;
use crate::analysis::Tell;
use crate::analysis::groups::figure;
use crate::analysis::shares::column;
use crate::analysis::shares::lines;
use crate::analysis::shares::note;
use crate::model::memo::Align;
use crate::model::memo::Cell;
use crate::model::memo::Column;
use crate::model::memo::Row;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::TableStyle;
use crate::model::plan::Role;
use crate::model::plan::Segment;
use crate::model::roster::Roster;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::say;
use crate::stats::imbalance::RARE_SHARE;
use crate::stats::inflation::STRONG_CONDITION;
use crate::words;
use crate::words::Words;
use crate::words::text;

/// From this on a feature is told almost wholly by the others (Marquardt 1970).
const STRONG_INFLATION: f64 = 10.0;
/// Levels that are named one by one; of more, the last are counted.
const MOST_NAMED: usize = 4;

/// The tables of customers; none where the spec has no roster.
pub(super) fn tables(tell: &Tell) -> Vec<Table> {
    let Some(roster) = &tell.plan.roster else {
        return Vec::new();
    };
    if tell.facts.number("quality/roster/all").unwrap_or(0.0) == 0.0 {
        return Vec::new();
    }
    let attributes = attributes(tell, roster);
    std::iter::once(customers(tell, roster)).chain(attributes).collect()
}

/// What becomes of rows without a customer, in a sentence; none where the spec has no roster, or no such row is known.
pub(super) fn nobody(tell: &Tell) -> Option<Sentence> {
    let source = &tell.plan.sources[tell.plan.roster.as_ref()?.source];
    let Role::Events { customer, .. } = &source.role else {
        unreachable!("a roster adds up rows of events");
    };
    let name = text::slug(&source.name);
    let count = |id: &str| {
        let n = tell.facts.number(id).unwrap_or(0.0);
        // A count of rows: the cast is exact.
        say!(
            tell.words,
            "quality-some-rows",
            n = n as usize,
            rows = tell.words.fixed(n, 0)
        )
    };
    let share = |id: &str| tell.words.change_size(tell.facts.number(id).unwrap_or(0.0));
    match tell.facts.text("quality/roster/nobody")? {
        "kept" => {
            let id = format!("quality/{name}/rows_without_customer");
            let said = say!(
                tell.words,
                "quality-nobody-kept",
                source = source.name,
                rows = count(&id),
                share = share("quality/roster/nobody/share")
            );
            Some(note(said, vec![id, "quality/roster/nobody/share".into()]))
        }
        "dropped" => {
            let rule = tell.facts.text("quality/roster/nobody/rule")?;
            let id = format!("quality/{name}/rule/{rule}");
            let written = &source.rules.get(rule.parse::<usize>().ok()?.checked_sub(1)?)?.written;
            let said = say!(
                tell.words,
                "quality-nobody-dropped",
                source = source.name,
                rule = written,
                rows = count(&id),
                share = share(&format!("{id}/share"))
            );
            Some(note(said, vec![format!("{id}/share"), id]))
        }
        "named" => Some(note(
            say!(
                tell.words,
                "quality-nobody-named",
                source = source.name,
                column = customer
            ),
            Vec::new(),
        )),
        _ => None,
    }
}

fn customers(tell: &Tell, roster: &Roster) -> Table {
    let share = Unit::total(Quantity::Share);
    let label = |name: &String| {
        let feature = roster.features.iter().find(|it| it.name == *name);
        feature.map_or_else(|| name.clone(), |it| text::lowered(&it.label))
    };
    let named = |names: &[String]| {
        let labels: Vec<String> = names.iter().map(label).collect();
        text::capitalised(&listed(tell.words, &labels))
    };
    let row = |what: String, result: Cell, part: Cell, says: String| Row {
        cells: vec![Cell::text(what), result, part, Cell::text(says)],
        ..Row::default()
    };
    let empty = || Cell::text("");
    // Only those with rows in the window can be copies of each other.
    let n = tell.facts.number("quality/roster/with_rows").unwrap_or(0.0);
    let all = tell.facts.number("quality/roster/all").unwrap_or(0.0);
    let leakage = tell.facts.number("quality/roster/leakage").unwrap_or(0.0);
    let words = tell.words;
    let copies = |what: String, name: &str| {
        let id = |part: &str| format!("quality/roster/{name}/{part}");
        let distinct = tell.facts.number(&id("distinct")).unwrap_or(0.0);
        row(
            what,
            figure(tell, id("repeating"), &Unit::default(), 0),
            figure(tell, id("share"), &share, 1),
            say!(
                words,
                "quality-different",
                n = words.fixed(distinct, 0),
                all = words.fixed(n, 0)
            ),
        )
    };
    let constant = tell.facts.list("quality/roster/constant");
    let told: Vec<String> = roster
        .features
        .iter()
        .map(|it| it.name.clone())
        .filter(|name| !constant.contains(name))
        .filter(|name| {
            let id = format!("quality/roster/inflation/{name}");
            tell.facts.get(&id).is_some() && tell.facts.number(&id).is_none_or(|x| STRONG_INFLATION <= x)
        })
        .collect();
    let counted = |names: &[String], id: &str| {
        let n = names.len() as f64;
        Cell::figure(tell.words.fixed(n, 0), Some(n), id)
    };
    let mut rows = vec![
        copies(say!(words, "quality-duplicates"), "duplicates"),
        copies(say!(words, "quality-near-duplicates"), "near_duplicates"),
        row(
            say!(words, "quality-twins", share = words.set_share(HELD_OUT)),
            empty(),
            figure(tell, "quality/roster/leakage".into(), &share, 1),
            if leakage > 0.0 {
                say!(words, "quality-leakage")
            } else {
                String::new()
            },
        ),
        row(
            say!(words, "quality-constant"),
            counted(constant, "quality/roster/constant"),
            empty(),
            named(constant),
        ),
    ];
    if tell.facts.get("quality/roster/condition").is_some() {
        let first = told.first().unwrap_or(&roster.features[0].name);
        rows.push(row(
            say!(words, "quality-inflated", from = words.fixed(STRONG_INFLATION, 0)),
            counted(&told, &format!("quality/roster/inflation/{first}")),
            empty(),
            named(&told),
        ));
        rows.push(row(
            say!(words, "quality-condition"),
            figure(tell, "quality/roster/condition".into(), &Unit::default(), 1),
            empty(),
            condition(tell),
        ));
    }
    let of_customers = say!(words, "quality-head-of-customers");
    Table {
        id: "customer-quality".into(),
        title: say!(words, "quality-customers-title"),
        subtitle: say!(
            words,
            "quality-customers-subtitle",
            some = n < all,
            all = words.fixed(all, 0),
            without = words.fixed(all - n, 0)
        ),
        columns: vec![
            column(&[&say!(words, "quality-head-check")], Align::Left),
            column(&[&say!(words, "quality-head-result")], Align::Right),
            column(&lines(&of_customers), Align::Right),
            Column {
                width: Some(180.0),
                ..column(&[&say!(words, "quality-head-says")], Align::Left)
            },
        ],
        rows,
        style: TableStyle::Dense,
        ..Table::default()
    }
}

fn condition(tell: &Tell) -> String {
    let pairs = tell.facts.list("quality/roster/condition/pairs");
    match tell.facts.number("quality/roster/condition") {
        Some(x) if x < STRONG_CONDITION => {
            let below = tell.words.fixed(STRONG_CONDITION, 0);
            say!(tell.words, "quality-condition-weak", below = below)
        }
        _ if pairs.is_empty() => say!(tell.words, "quality-condition-one"),
        _ => say!(tell.words, "quality-condition-pairs", pairs = listed(tell.words, pairs)),
    }
}

/// Names some, and counts the rest.
fn listed(words: &Words, names: &[String]) -> String {
    if names.len() <= MOST_NAMED {
        return words.list(names);
    }
    let mut shown: Vec<String> = names[..MOST_NAMED - 1].to_vec();
    shown.push(say!(words, "quality-more", n = names.len() + 1 - MOST_NAMED));
    words.list(&shown)
}

fn attributes(tell: &Tell, roster: &Roster) -> Option<Table> {
    let share = Unit::total(Quantity::Share);
    let row = |segment: &Segment| {
        let id = format!("quality/roster/attributes/{}", text::slug(&segment.name));
        Row {
            cells: vec![
                Cell::text(segment.label.as_str()),
                figure(tell, format!("{id}/missing"), &Unit::default(), 0),
                figure(tell, format!("{id}/missing_share"), &share, 1),
                silent(tell, roster, &id),
                rare(tell, &id),
            ],
            ..Row::default()
        }
    };
    let sized = |lines: &[&str], width: f64| Column {
        width: Some(width),
        ..column(lines, Align::Left)
    };
    let words = tell.words;
    let rare_head = say!(words, "quality-head-rare", share = words.set_share(RARE_SHARE));
    let of_customers = say!(words, "quality-head-of-customers");
    let not_stated = say!(words, "quality-head-not-stated");
    (!tell.plan.segments.is_empty()).then(|| Table {
        id: "attribute-quality".into(),
        title: say!(words, "quality-attributes-title"),
        subtitle: say!(words, "quality-attributes-subtitle"),
        columns: vec![
            column(&[&say!(words, "quality-head-attribute")], Align::Left),
            column(&lines(&not_stated), Align::Right),
            column(&lines(&of_customers), Align::Right),
            sized(&[&say!(words, "quality-head-silent")], 160.0),
            sized(&[rare_head.as_str()], 150.0),
        ],
        rows: tell.plan.segments.iter().map(row).collect(),
        style: TableStyle::Dense,
        ..Table::default()
    })
}

/// "Median spend 12.3 % less ($310 against $352)".
fn silent(tell: &Tell, roster: &Roster, id: &str) -> Cell {
    let n = tell.facts.number(&format!("{id}/missing")).unwrap_or(0.0);
    let Some(feature) = measure(roster).map(|it| &roster.features[it]).filter(|_| n > 0.0) else {
        return if n > 0.0 {
            Cell::text("")
        } else {
            Cell::text(say!(tell.words, "quality-all-stated"))
        };
    };
    let label = text::lowered(&feature.label);
    let number = |name: &str| tell.facts.number(&format!("{id}/{name}"));
    let ends = |name: &str| tell.facts.interval(&format!("{id}/{name}"));
    let (Some(stated), Some(silent)) = (number("stated"), number("silent")) else {
        return Cell::text(say!(tell.words, "quality-too-few"));
    };
    let level = |x: f64| tell.words.level(x, &feature.unit);
    let is_apart = match (ends("stated"), ends("silent")) {
        (Some(a), Some(b)) => a.high < b.low || b.high < a.low,
        _ => false,
    };
    let said = match number("silent_change") {
        Some(x) if is_apart => (if x < 0.0 { "less" } else { "more" }, Some(x)),
        Some(_) => ("alike", None),
        None => match number("silent_worth") {
            Some(x) => ("part", Some(x)),
            None => ("medians", None),
        },
    };
    let said = say!(
        tell.words,
        "quality-silent",
        kind = said.0,
        size = said.1.map_or_else(String::new, |x| tell.words.change_size(x)),
        feature = label,
        silent = level(silent),
        stated = level(stated)
    );
    Cell::figure(said, number("silent_change"), format!("{id}/silent_change"))
}

/// "175-199K, 150-174K and two more: 7.2 % together".
fn rare(tell: &Tell, id: &str) -> Cell {
    let merged = tell.facts.list(&format!("{id}/merged"));
    let Some(x) = tell
        .facts
        .number(&format!("{id}/merged_share"))
        .filter(|_| !merged.is_empty())
    else {
        return Cell::text(words::MISSING);
    };
    let said = say!(
        tell.words,
        "quality-rare",
        n = merged.len(),
        levels = listed(tell.words, merged),
        share = tell.words.change_size(x)
    );
    Cell::figure(said, Some(x), format!("{id}/merged_share"))
}
