//! What `deviation` finds of the calendar in data where it was planted: days with a profile by weekday, and an Easter that moves.
//!
//! The truth of a month follows from its days, counted one by one. Nothing of the memo's own counting is used.

use crate::run::Workshop;
use crate::run::bellwether;
use crate::run::facts;
use bellwether::stats::rng::Seeded;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::civil::date;
use serde_json::Value;
use std::fmt::Write;

/// Easter Sundays from 2016 to 2027.
///
/// Source: Astronomical Applications Department, US Naval Observatory, dates of Easter.
const EASTERS: [(i8, i8); 12] = [
    (3, 27),
    (4, 16),
    (4, 1),
    (4, 21),
    (4, 12),
    (4, 4),
    (4, 17),
    (4, 9),
    (3, 31),
    (4, 20),
    (4, 5),
    (3, 28),
];
const FIRST_YEAR: i16 = 2016;

fn easter(year: i16) -> Date {
    let (month, day) = EASTERS[usize::try_from(year - FIRST_YEAR).expect("a year of the list")];
    date(year, month, day)
}

/// What is planted in a category.
#[derive(Clone, Copy)]
struct Planted {
    name: &'static str,
    /// What a day sells by its weekday, Monday first, where a mean day sells one.
    profile: [f64; 7],
    /// What Easter Sunday sells beyond that, in mean days.
    easter: f64,
    /// What the last month sells of what it would have: a change of behaviour.
    last: f64,
}

const FLAT: [f64; 7] = [1.0; 7];
const WEEKEND: [f64; 7] = [0.7, 0.7, 0.8, 0.9, 1.2, 1.7, 1.0];
const OFFICE: [f64; 7] = [1.3, 1.3, 1.3, 1.3, 1.2, 0.4, 0.2];

fn category(name: &'static str, profile: [f64; 7], easter: f64, last: f64) -> Planted {
    Planted {
        name,
        profile,
        easter,
        last,
    }
}

/// The panel: some with a profile, some with Easter, one that changes on top of it, and as many with neither.
fn panel() -> Vec<Planted> {
    let mut all = vec![
        category("Bars", WEEKEND, 0.0, 1.0),
        category("Canteens", OFFICE, 0.0, 1.0),
        category("Chocolate", FLAT, 5.0, 1.0),
        category("Eggs", FLAT, 4.0, 1.0),
        category("Lamb", WEEKEND, 5.0, 1.0),
        category("Sweets", FLAT, 5.0, 0.88),
    ];
    let plain = ["Books", "Fuel", "Rent", "Shoes", "Tools", "Wine"];
    all.extend(plain.map(|name| category(name, FLAT, 0.0, 1.0)));
    all
}

/// One row a day and category: date, customer, category, amount in cents. A wandering level, a season, noise by month and by day.
fn rows(panel: &[Planted], from: Date, until: Date) -> String {
    let mut text = "date,customer,category,amount\n".to_owned();
    for (task, it) in panel.iter().enumerate() {
        let mut rng = Seeded::new(2027, task as u64);
        let mut draw = move || (0..4).map(|_| rng.unit() - 0.5).sum::<f64>() * 1.732;
        let (mut level, mut month) = (0.0, 1.0);
        let mut day = from;
        while day < until {
            if day.day() == 1 {
                level += 0.006 * draw();
                month = libm::exp(level + 0.015 * draw() + 0.15 * libm::sin(f64::from(day.month()) + task as f64));
            }
            let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).expect("from none");
            let of_easter = if day == easter(day.year()) { it.easter } else { 0.0 };
            let is_last =
                day.saturating_add(1.month()) >= until && day.month() == until.yesterday().expect("a day").month();
            let size = if is_last { it.last } else { 1.0 };
            // What nobody's calendar moves is sold by the month: a leap day brings it nothing.
            let is_plain = it.profile == FLAT && it.easter == 0.0;
            let size = if is_plain {
                size * 30.4 / f64::from(day.days_in_month())
            } else {
                size
            };
            let sold = 20_000.0 * month * size * (it.profile[weekday] + of_easter) * (1.0 + 0.03 * draw());
            writeln!(text, "{day},{},{},{}", task % 5, it.name, sold.round()).expect("text grows");
            day = day.saturating_add(1.days());
        }
    }
    text
}

fn spec(calendar: &str, more: &str) -> String {
    let easters: Vec<String> = (2016..2028).map(|year| easter(year).to_string()).collect();
    format!(
        "bellwether: 1\nmin_cell: 1\ntitle: \"Easter: {{{{ period.label }}}}\"\nsources:\n  buys: {{ files: buys.csv, time: date, customer: customer }}\n\
         metrics:\n  spend: {{ of: sum(amount) / 100, unit: USD, label: Spend }}\ncategories: {{ by: category }}\n\
         periods: {{ grain: month, compare: [year_ago, previous] }}\nholidays:\n  own:\n    - {{ name: Easter, dates: [{}] }}\n{more}\
         memo:\n  - headline: {{ metrics: [spend] }}\n  - deviation: {{ metrics: [spend]{calendar} }}\n  - quality: {{}}\n",
        easters.join(", ")
    )
}

fn workshop(calendar: &str) -> (Workshop, String) {
    let shop = Workshop::new();
    shop.write("buys.csv", rows(&panel(), date(2016, 1, 1), date(2027, 4, 1)));
    let path = shop.write("easter.yaml", spec(calendar, ""));
    (shop, path)
}

/// What a run prints on standard error.
fn told(path: &str, out: &str) -> String {
    let output = bellwether()
        .args(["run", path, "--out", out, "--format", "html,pdf,json"])
        .output()
        .expect("the program starts");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    told
}

fn found(calendar: &str) -> Value {
    let (_shop, path) = workshop(calendar);
    serde_json::from_str(&facts(&path, &[])).expect("facts are JSON")
}

fn slug(name: &str) -> String {
    name.to_lowercase()
}

fn number(facts: &Value, id: &str) -> f64 {
    facts[id]["value"].as_f64().unwrap_or_else(|| panic!("no number {id}"))
}

fn movers(facts: &Value) -> Vec<String> {
    let list = facts["deviation/movers"]["value"].as_array().expect("a list");
    list.iter().map(|it| it.as_str().expect("text").to_owned()).collect()
}

/// What the days of a month sell, in mean days.
fn sold(it: &Planted, year: i16, month: i8) -> f64 {
    let mut day = date(year, month, 1);
    let mut all = 0.0;
    while day.month() == month {
        let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).expect("from none");
        all += it.profile[weekday] + if day == easter(year) { it.easter } else { 0.0 };
        day = day.saturating_add(1.days());
    }
    all
}

#[test]
fn easter_in_march_is_no_behaviour_and_a_change_on_top_of_it_is() {
    let (without, with) = (found(""), found(", calendar: [trading_days, holidays]"));
    let before = movers(&without);
    for name in ["chocolate", "eggs", "lamb"] {
        assert!(
            before.iter().any(|it| it == name),
            "without the calendar {name} is a false mover: {before:?}"
        );
    }
    // Sweets fell by 12 %; with Easter on top it looks as if nothing had happened.
    assert!(!before.iter().any(|it| it == "sweets"), "{before:?}");
    assert_eq!(movers(&with), ["sweets"]);
    let deviation = number(&with, "deviation/sweets/spend/deviation_pct");
    assert!((deviation + 0.12).abs() < 0.04, "{deviation}");
}

#[test]
fn effects_hold_the_truth_and_nothing_is_adjusted_where_nothing_is() {
    let facts = found(", calendar: [trading_days, holidays]");
    let (mut n_wrong, mut n_all) = (0, 0);
    for it in panel() {
        let base = format!("deviation/{}/spend/calendar", slug(it.name));
        let is_planted = it.profile != FLAT || it.easter > 0.0;
        let state = facts[format!("{base}/state")]["value"].as_str().expect("text");
        if !is_planted {
            n_wrong += usize::from(
                state == "in the projection"
                    && !facts[format!("{base}/effects")]["value"]
                        .as_array()
                        .expect("a list")
                        .is_empty(),
            );
            n_all += 1;
            continue;
        }
        assert_eq!(state, "in the projection", "{}", it.name);
        for (group, is_there) in [("trading_days", it.profile != FLAT), ("holidays", it.easter > 0.0)] {
            let q = number(&facts, &format!("{base}/{group}/q"));
            assert!(!is_there || q <= 0.05, "{} {group} {q}", it.name);
        }
        // Against March 2026 and February 2027: the memo tells what the calendar alone makes of it.
        let id = format!("{base}/year_ago/effect");
        let truth = sold(&it, 2027, 3) / sold(&it, 2026, 3) - 1.0;
        let (low, high) = (
            facts[&id]["interval"]["low"].as_f64().expect("low"),
            facts[&id]["interval"]["high"].as_f64().expect("high"),
        );
        let error = (high - low) / 4.0;
        let told = number(&facts, &id);
        assert!(
            (told - truth).abs() < 3.0 * error,
            "{}: {told} for {truth}, {low} to {high}",
            it.name
        );
        assert_eq!(
            facts[&id]["value"],
            facts[format!("{base}/against/year-ago/effect")]["value"]
        );
    }
    assert!(n_all == 6 && n_wrong <= 1, "{n_wrong} of {n_all}");
}

#[test]
fn a_memo_tells_what_the_calendar_explains_in_both_languages() {
    let (shop, path) = workshop(", calendar: [trading_days, holidays]");
    let out = shop.path("out").to_string_lossy().into_owned();
    assert!(!told(&path, &out).contains("warning"), "a moving Easter is known");
    let html = std::fs::read_to_string(shop.path("out/easter/2027-03/memo.html")).expect("a memo");
    for said in [
        "the calendar alone makes",
        "one day of Easter more",
        "Projections hold trading days and moving holidays where history shows them",
        "What the calendar makes of the target",
    ] {
        assert!(html.contains(said), "{said}");
    }
    let english = std::fs::read_to_string(&path).expect("the spec");
    let portuguese = english.replace("sources:", "locale: pt-BR\nsources:");
    let path = shop.write("pascoa.yaml", portuguese);
    told(&path, &out);
    let html = std::fs::read_to_string(shop.path("out/pascoa/2027-03/memo.html")).expect("a memo");
    for said in ["o calendário sozinho faz", "um dia a mais de Easter"] {
        assert!(html.contains(said), "{said}");
    }
}

#[test]
fn a_sale_that_moves_for_the_first_time_is_warned_of_and_a_short_history_too() {
    let shop = Workshop::new();
    let panel = [category("Chocolate", FLAT, 5.0, 1.0), category("Rent", FLAT, 0.0, 1.0)];
    shop.write("buys.csv", rows(&panel, date(2020, 1, 1), date(2026, 11, 1)));
    let sale: Vec<String> = (2020..2026).map(|year| format!("{year}-07-12")).collect();
    let own = format!("    - {{ name: Sale, dates: [{}, 2026-10-06] }}\n", sale.join(", "));
    let out = shop.path("out").to_string_lossy().into_owned();
    let path = shop.write("sale.yaml", spec(", calendar: holidays", &own));
    let said = told(&path, &out);
    let expected = "warning[calendar-unseen]: October 2026 differs from the year before in Sale, and history cannot tell what that does to Spend";
    assert!(said.contains(expected), "{said}");
    let path = shop.write(
        "short.yaml",
        spec(", calendar: [trading_days, holidays], history: 30 months", ""),
    );
    let said = told(&path, &out);
    let expected = "warning[calendar-short]: the history of Spend of Chocolate and Rent is too short to tell what the calendar does to it";
    assert!(said.contains(expected), "{said}");
    let facts: Value = serde_json::from_str(&facts(&path, &[])).expect("facts are JSON");
    assert_eq!(
        facts["deviation/rent/spend/calendar/state"]["value"],
        "history too short"
    );
    assert_eq!(facts["deviation/metrics/spend/calendar/n_used"]["value"], 0.0);
}

#[test]
fn a_change_that_weekdays_hide_is_found_once_they_are_known() {
    const SATURDAYS: [f64; 7] = [0.1, 0.1, 0.1, 0.1, 0.6, 5.0, 1.0];
    let shop = Workshop::new();
    let names = ["Fairs", "Games", "Markets", "Matches", "Parties", "Shows"];
    let panel: Vec<Planted> = names
        .iter()
        .map(|name| category(name, SATURDAYS, 0.0, if *name == "Fairs" { 0.88 } else { 1.0 }))
        .collect();
    shop.write("buys.csv", rows(&panel, date(2016, 1, 1), date(2026, 11, 1)));
    let found = |name: &str, calendar: &str| -> Value {
        let path = shop.write(name, spec(calendar, ""));
        serde_json::from_str(&facts(&path, &[])).expect("facts are JSON")
    };
    let (without, with) = (found("a.yaml", ""), found("b.yaml", ", calendar: trading_days"));
    // October 2026 has five Saturdays, and October 2025 had four: the fall by an eighth looks like a rise.
    let change = number(&with, "deviation/fairs/spend/calendar/year_ago/change");
    assert!(change > 0.0, "{change}");
    let cii = |facts: &Value| number(facts, "deviation/fairs/spend/cii");
    assert!(
        cii(&with) < 1.5 * cii(&without) && cii(&with) < -3.0,
        "{} {}",
        cii(&with),
        cii(&without)
    );
    assert_eq!(movers(&with), ["fairs"]);
    // Bands that weekdays do not widen are narrower.
    let width = |facts: &Value| {
        let ends = &facts["deviation/fairs/spend/projected"]["interval"];
        ends["high"].as_f64().expect("high") / ends["low"].as_f64().expect("low")
    };
    assert!(width(&with) < width(&without), "{} {}", width(&with), width(&without));
}

#[test]
fn a_series_with_a_month_of_nothing_is_adjusted_on_its_level() {
    let shop = Workshop::new();
    let panel = [category("Eggs", FLAT, 8.0, 1.0), category("Rent", FLAT, 0.0, 1.0)];
    let all = rows(&panel, date(2016, 1, 1), date(2027, 4, 1));
    let kept: Vec<&str> = all
        .lines()
        .filter(|it| !(it.starts_with("2019-08") && it.contains("Eggs")))
        .collect();
    shop.write("buys.csv", kept.join("\n") + "\n");
    let path = shop.write("eggs.yaml", spec(", calendar: holidays", ""));
    let text = facts(&path, &[]);
    let facts: Value = serde_json::from_str(&text).expect("facts are JSON");
    let base = "deviation/eggs/spend/calendar";
    assert_eq!(facts[format!("{base}/state")]["value"], "in the projection");
    // In dollars: eight mean days, of 200 dollars each before season and noise.
    let easter = &facts[format!("{base}/effects/easter")];
    assert_eq!(easter["unit"], facts["deviation/eggs/spend/actual"]["unit"]);
    let (low, high) = (easter["interval"]["low"].as_f64(), easter["interval"]["high"].as_f64());
    assert!(low < Some(1600.0) && Some(1600.0) < high && Some(0.0) < low, "{easter}");
    let effect = number(&facts, &format!("{base}/year_ago/effect"));
    assert!((effect - 8.0 / 31.0).abs() < 0.1, "{effect}");
    // One thread and many find the same.
    for threads in ["1", "5"] {
        let output = bellwether()
            .env("RAYON_NUM_THREADS", threads)
            .args(["explain", &path, "--stage", "facts"])
            .output()
            .expect("the program starts");
        assert_eq!(String::from_utf8_lossy(&output.stdout), text);
    }
}
