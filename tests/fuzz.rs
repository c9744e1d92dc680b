//! Broken input by the thousand: no spec and no expression may make the program panic.
//!
//! Good specs are cut, doubled, swapped and stuffed line by line and word by word; expressions are made by a grammar that
//! knows more than ours. Whatever comes out is parsed, resolved and checked against a world in memory, twice: every place
//! lies inside the text and on a character, every form of printing works, and the second time says what the first said.
//!
//! A second each by default; `BELLWETHER_FUZZ_SECONDS=600` takes longer. A failure prints the spec and a seed, and
//! `BELLWETHER_FUZZ_SEED=0x…` makes it again.

use crate::run::root;
use arbtest::arbitrary::Result;
use arbtest::arbitrary::Unstructured;
use arbtest::arbtest;
use bellwether::diagnostics::render;
use bellwether::diagnostics::render_json;
use bellwether::diagnostics::sarif::Found;
use bellwether::diagnostics::sarif::render_sarif;
use bellwether::model::diagnostic::Diagnostic;
use bellwether::model::diagnostic::Diagnostics;
use bellwether::model::diagnostic::Spanned;
use bellwether::model::font::NamedBytes;
use bellwether::model::plan::Source;
use bellwether::model::world::ColumnType;
use bellwether::model::world::OfValue;
use bellwether::model::world::Skim;
use bellwether::model::world::World;
use bellwether::resolve::Overrides;
use bellwether::road;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::civil::date;
use std::time::Duration;
use std::time::Instant;

/// Two tables in memory, with the columns of all the specs that are mutated.
struct Shelf;

/// Columns of what happened.
const EVENTS: &[(&str, ColumnType)] = &[
    ("consumer_id", ColumnType::Int),
    ("household_id", ColumnType::Int),
    ("date", ColumnType::Date),
    ("basket_id", ColumnType::Int),
    ("product_id", ColumnType::Int),
    ("category", ColumnType::Text),
    ("channel", ColumnType::Text),
    ("quantity", ColumnType::Int),
    ("amount", ColumnType::Float),
    ("sales_value", ColumnType::Float),
    ("amount_cents", ColumnType::Int),
    ("is_gift", ColumnType::Bool),
    ("at", ColumnType::Timestamp),
];

/// Columns of who the customers are, and what the products.
const PEOPLE: &[(&str, ColumnType)] = &[
    ("consumer_id", ColumnType::Int),
    ("household_id", ColumnType::Int),
    ("product_id", ColumnType::Int),
    ("sector", ColumnType::Text),
    ("region", ColumnType::Text),
    ("age", ColumnType::Int),
    ("income", ColumnType::Text),
    ("household_size", ColumnType::Text),
    ("home_ownership", ColumnType::Text),
];

impl World for Shelf {
    fn files(&self, patterns: &[Spanned<String>]) -> std::result::Result<Vec<String>, Diagnostics> {
        Ok(patterns.iter().map(|it| it.value.clone()).collect())
    }

    fn columns(&self, files: &[String]) -> std::result::Result<Vec<(String, ColumnType)>, Diagnostics> {
        let is_events = ["purchases", "transactions"]
            .iter()
            .any(|it| files.concat().contains(it));
        let columns = if is_events { EVENTS } else { PEOPLE };
        Ok(columns
            .iter()
            .map(|(name, holds)| ((*name).to_owned(), holds.clone()))
            .collect())
    }

    fn text(&self, file: &Spanned<String>) -> std::result::Result<String, Diagnostic> {
        Ok(file.value.clone())
    }

    fn fonts(&self, _: &Spanned<String>) -> std::result::Result<Vec<NamedBytes>, Diagnostic> {
        Ok(Vec::new())
    }

    fn skim(&self, source: &Source, columns: &[String], each: Option<&str>) -> std::result::Result<Skim, Diagnostics> {
        let first: Date = date(2024, 1, 1);
        let labels = ["low", "middle", "high", "Grocery", "Fuel", "1", "25", "50"].map(str::to_owned);
        let mut skim = Skim {
            days: (0..1035).map(|it| first + it.days()).collect(),
            labels: vec![labels.to_vec(); columns.len()],
            each: each
                .map(|_| labels.to_vec())
                .into_iter()
                .flatten()
                .map(of_value)
                .collect(),
            ..Skim::default()
        };
        skim.intake.rows_read = 1000;
        skim.intake.rows_used = 990;
        skim.intake.removed = vec![10; source.rules.len()];
        Ok(skim)
    }
}

/// A value that has rows on some days, and none later.
fn of_value(value: String) -> OfValue {
    let first: Date = date(2025, 1, 1);
    let days = (0..i64::try_from(value.len()).expect("a short text") * 150).map(|it| first + it.days());
    OfValue {
        days: days.collect(),
        value,
        rows: 100,
    }
}

/// Shows the spec that made a test fail.
struct Shown<'a>(&'a str);

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- the spec:\n{}\n---", self.0);
        }
    }
}

fn found(text: &str) -> Diagnostics {
    match road::check(text, "spec", &Shelf, &Overrides::default()) {
        Ok(checked) => Diagnostics(checked.warnings),
        Err(wrong) => wrong,
    }
}

/// Holds what must be true of whatever is said of any text.
fn hold(text: &str) {
    let _shown = Shown(text);
    // No spec takes a hundredth of this; a loop without end takes more.
    const LONGEST: Duration = Duration::from_secs(20);
    let start = Instant::now();
    let found = self::found(text);
    for it in &found.0 {
        if let Some(span) = it.span {
            assert!(span.from <= span.until && span.until <= text.len(), "{it:?}");
            assert!(
                text.is_char_boundary(span.from) && text.is_char_boundary(span.until),
                "{it:?}"
            );
        }
    }
    let printed = render(&found, "spec.yaml", text, true);
    assert_eq!(printed.is_empty(), found.0.is_empty());
    for line in render_json(&found, "spec.yaml", text).lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("a line is an object");
    }
    let sarif = render_sarif(&[Found {
        diagnostics: found.clone(),
        file_name: "spec.yaml".to_owned(),
        text: text.to_owned(),
    }]);
    serde_json::from_str::<serde_json::Value>(&sarif).expect("SARIF is JSON");
    assert_eq!(self::found(text), found, "the same spec is told the same");
    assert!(start.elapsed() < LONGEST, "took {:?}", start.elapsed());
}

/// Runs a property for as long as the environment says, and says how often.
fn fuzz(name: &str, property: impl Fn(&mut Unstructured<'_>) -> Result<()>) {
    let number = |name: &str| {
        let text = std::env::var(name).ok()?;
        u64::from_str_radix(
            text.trim_start_matches("0x"),
            if text.starts_with("0x") { 16 } else { 10 },
        )
        .ok()
    };
    let mut n_runs = 0_u64;
    let start = Instant::now();
    let mut test = arbtest(|u| {
        n_runs += 1;
        property(u)
    })
    .size_max(2048)
    .budget(Duration::from_secs(number("BELLWETHER_FUZZ_SECONDS").unwrap_or(1)));
    if let Some(seed) = number("BELLWETHER_FUZZ_SEED") {
        test = test.seed(seed);
    }
    test.run();
    eprintln!("{name}: {n_runs} in {:.0?}", start.elapsed());
}

/// What is put in place of a word: edges of numbers, words of the language, marks of several.
const PIECES: &[&str] = &[
    "0",
    "-1",
    "1",
    "00",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "1e308",
    "1e999",
    "0.1",
    ".5",
    "-0.0",
    ".nan",
    ".inf",
    "0x1F",
    "1_000",
    "10%",
    "-5 %",
    "200 %",
    "2-4",
    "9-1",
    "2-99999999999999999999",
    "null",
    "~",
    "true",
    "yes",
    "[]",
    "{}",
    "\"\"",
    "''",
    "'",
    "\"",
    "[",
    "]",
    "{",
    "}",
    ":",
    ": ",
    ",",
    "- ",
    "#",
    " #",
    "&a",
    "*a",
    "!t",
    "|",
    ">",
    "---",
    "...",
    "?",
    "%",
    "@",
    "`",
    "\\",
    "<<",
    "{{",
    "}}",
    "previous",
    "year_ago",
    "mean of last 3",
    "mean of last 99999999999",
    "last_complete",
    "2026-10",
    "2026-W53",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "99999 years",
    "65536 months",
    "all",
    "movers",
    "top 3",
    "top 3 drivers",
    "top 99999999999999999999",
    "segments",
    "clusters",
    "each",
    "category",
    "sum(amount)",
    "count(*)",
    "days_since_last",
    "winsorise 1%",
    "winsorise 0%",
    "highest visits",
    "1",
    "mean(visits) > 4",
    "share(spend, where segment = light) > 10 %",
    "definition.json",
    "for_each",
    "{{ each }}",
    "{{ params.level }}",
    "[{ level: low }, { level: high }]",
    "[trading_days, holidays]",
];

/// Characters that texts trip over.
const LETTERS: &[char] = &[
    ' ',
    '\t',
    '\n',
    '\r',
    '\u{0}',
    '\u{1b}',
    '\u{7f}',
    '\u{85}',
    '\u{a0}',
    '\u{ad}',
    'é',
    'ß',
    '€',
    '–',
    '“',
    '\u{200b}',
    '\u{2028}',
    '\u{feff}',
    '\u{202e}',
    '日',
    '👩',
    '\u{301}',
    '\u{10ffff}',
    ':',
    '-',
    '#',
    '\'',
    '"',
    '\\',
    '{',
    '[',
    '(',
    ')',
    ',',
    '%',
    '&',
    '*',
    '!',
    '|',
    '>',
    '@',
];

/// Cuts a text between words and marks.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let kind = |it: char| (it.is_alphanumeric() || it == '_', it == '\n', it == ' ');
    for letter in text.chars() {
        match words.last_mut() {
            Some(last) if last.chars().last().is_some_and(|it| kind(it) == kind(letter)) => last.push(letter),
            _ => words.push(letter.to_string()),
        }
    }
    words
}

/// Changes one thing about a list of lines, words or letters.
fn changed(
    parts: &mut Vec<String>,
    u: &mut Unstructured<'_>,
    new: &dyn Fn(&mut Unstructured<'_>) -> Result<String>,
) -> Result<()> {
    if parts.is_empty() {
        parts.push(new(u)?);
        return Ok(());
    }
    let at = u.choose_index(parts.len())?;
    let other = u.choose_index(parts.len())?;
    match u.int_in_range(0..=5)? {
        0 => drop(parts.remove(at)),
        1 => parts.insert(other, parts[at].clone()),
        2 => parts.swap(at, other),
        3 => parts.insert(at, new(u)?),
        4 => parts[at] = new(u)?,
        _ => drop(parts.drain(at.min(other)..at.max(other).min(at.min(other) + 3))),
    }
    Ok(())
}

/// Changes a spec in one way; `others` are where lines come from.
fn mutated(text: &str, others: &[String], u: &mut Unstructured<'_>) -> Result<String> {
    let lines = || text.split_inclusive('\n').map(str::to_owned).collect::<Vec<String>>();
    let mut parts = match u.int_in_range(0..=5)? {
        0 => {
            let mut lines = lines();
            let line_of = |u: &mut Unstructured<'_>| {
                let other: Vec<&str> = u.choose(others)?.split_inclusive('\n').collect();
                Ok((*u.choose(&other)?).to_owned())
            };
            changed(&mut lines, u, &line_of)?;
            lines
        }
        1 => {
            let mut lines = lines();
            if !lines.is_empty() {
                let at = u.choose_index(lines.len())?;
                let indent = u.int_in_range(0..=8)?;
                lines[at] = " ".repeat(indent) + lines[at].trim_start();
            }
            lines
        }
        2 => {
            let mut letters: Vec<String> = text.chars().map(String::from).collect();
            changed(&mut letters, u, &|u| Ok(u.choose(LETTERS)?.to_string()))?;
            letters
        }
        3 => {
            // Brackets within brackets, as deep as they come.
            let (open, close) = *u.choose(&[
                ("[", "]"),
                ("{a: ", "}"),
                ("(", ")"),
                ("- ", ""),
                ("not ", ""),
                ("-", ""),
            ])?;
            let depth = *u.choose(&[2, 31, 33, 60, 250, 2000])?;
            let mut words = words(text);
            let at = u.choose_index(words.len().max(1))?;
            if let Some(word) = words.get_mut(at) {
                *word = open.repeat(depth) + word + &close.repeat(depth);
            }
            words
        }
        _ => {
            let mut words = words(text);
            changed(&mut words, u, &|u| Ok((*u.choose(PIECES)?).to_owned()))?;
            words
        }
    };
    // A text as long as this is refused, and slow to make.
    const LONGEST: usize = 20_000;
    parts.retain({
        let mut len = 0;
        move |it| {
            len += it.len();
            len < LONGEST
        }
    });
    Ok(parts.concat())
}

#[test]
fn no_spec_makes_the_program_panic() {
    let specs = [
        "golden/bad-messages/good.yaml",
        "specs/customers.yaml",
        "specs/consumption.yaml",
        "specs/cdnow.yaml",
    ];
    let mut specs: Vec<String> = specs
        .iter()
        .map(|it| std::fs::read_to_string(root().join(it)).expect("a spec"))
        .collect();
    // What none of them says.
    let of_several = [
        "for_each: { by: region, only: [low, high], skip: [high] }",
        "for_each: household_size",
        "params: { level: low, rate: 0.1 }\nfor_each:\n  - { level: low }\n  - { name: High, level: high, rate: 0.2 }\nfooter: \"{{ params.level }}\"",
        "fonts: fonts\nholidays: { calendars: [uk, br], own: [{ name: Sale, dates: [2025-11-28, 2026-11-27] }] }",
    ];
    let with = |more: &&str| {
        let spec = specs[0].replace("locale: en-US", more);
        let is_of_several = more.contains("for_each");
        let spec = if is_of_several {
            spec.replace("\"Consumption", "\"{{ each }}")
        } else {
            spec
        };
        spec.replace("deviation: { ", "deviation: { calendar: [trading_days, holidays], ")
    };
    let more: Vec<String> = of_several.iter().map(with).collect();
    specs.extend(more);
    fuzz("specs", |u| {
        let mut text = u.choose(&specs)?.clone();
        for _ in 0..u.int_in_range(1..=6)? {
            text = mutated(&text, &specs, u)?;
        }
        hold(&text);
        Ok(())
    });
}

/// Makes an expression: what ours may be, and what other dialects have.
fn expression(depth: u32, u: &mut Unstructured<'_>) -> Result<String> {
    const LEAVES: &[&str] = &[
        "amount",
        "quantity",
        "channel",
        "date",
        "at",
        "is_gift",
        "spend",
        "visits",
        "consumer_id",
        "nobody",
        "1",
        "0.5",
        "1e400",
        "99999999999999999999",
        "'web'",
        "''",
        "\"web\"",
        "null",
        "true",
        "date '2026-10-01'",
        "date 'x'",
        "days_since_last",
        "segment",
        "cluster",
        "Core",
        "10 %",
        "x.y",
        ":p",
        "*",
        "interval '1 day'",
        "?",
        "$1",
    ];
    if depth == 0 {
        return Ok((*u.choose(LEAVES)?).to_owned());
    }
    let part = |u: &mut Unstructured<'_>| expression(depth - 1, u);
    Ok(match u.int_in_range(0..=14)? {
        0 => part(u)?,
        1..=3 => {
            const OPERATORS: &[&str] = &[
                "+", "-", "*", "/", "%", "=", "<>", "!=", "<", "<=", ">", ">=", "and", "or", "||", "&&", "^", "::",
                "==", "is",
            ];
            let (left, right) = (part(u)?, part(u)?);
            format!("{left} {} {right}", u.choose(OPERATORS)?)
        }
        4 => format!("({})", part(u)?),
        5 => format!("-{}", part(u)?),
        6 => format!("not {}", part(u)?),
        7 => format!("case when {} then {} else {} end", part(u)?, part(u)?, part(u)?),
        8 => format!("{} in ({}, {})", part(u)?, part(u)?, part(u)?),
        9 => format!("{} between {} and {}", part(u)?, part(u)?, part(u)?),
        10 => format!("{} like '{}%'", part(u)?, u.choose(&["a", "_", "%", "é", "\\"])?),
        11 => format!("{} is {}null", part(u)?, u.choose(&["", "not "])?),
        12 => {
            const AGGREGATES: &[&str] = &[
                "sum",
                "count",
                "avg",
                "min",
                "max",
                "median",
                "mean",
                "share",
                "total",
                "correlation",
            ];
            let filter = if u.ratio(1, 4)? {
                format!(" filter (where {})", part(u)?)
            } else {
                String::new()
            };
            let distinct = if u.ratio(1, 4)? { "distinct " } else { "" };
            format!("{}({distinct}{}){filter}", u.choose(AGGREGATES)?, part(u)?)
        }
        13 => {
            const FUNCTIONS: &[&str] = &[
                "abs",
                "coalesce",
                "lower",
                "length",
                "year",
                "weekday",
                "split_part",
                "round",
                "cast",
                "f",
            ];
            format!("{}({}, {})", u.choose(FUNCTIONS)?, part(u)?, part(u)?)
        }
        _ => {
            const REST: &[&str] = &[
                " over ()",
                " as x",
                "::int",
                "[1]",
                " collate c",
                " at time zone 'x'",
                ";",
                " -- x",
                " /*",
            ];
            part(u)? + u.choose(REST)?
        }
    })
}

/// Writes an expression as YAML has texts: plain, quoted, folded.
fn as_yaml(expression: &str, u: &mut Unstructured<'_>) -> Result<String> {
    Ok(match u.int_in_range(0..=3)? {
        0 => expression.to_owned(),
        1 => format!("'{}'", expression.replace('\'', "''")),
        2 => serde_json::to_string(expression).expect("a text"),
        _ => format!(">-\n        {}", expression.replace(' ', "\n        ")),
    })
}

#[test]
fn no_expression_makes_the_program_panic() {
    fuzz("expressions", |u| {
        let mut parts = Vec::new();
        for _ in 0..4 {
            let depth = u.int_in_range(0..=5)?;
            let mut text = expression(depth, u)?;
            for _ in 0..u.int_in_range(0..=2)? {
                text = mutated(&text, std::slice::from_ref(&text), u)?;
            }
            parts.push(as_yaml(&text, u)?);
        }
        let [metric, rule, feature, condition] = parts.as_slice() else {
            return Ok(());
        };
        hold(&format!(
            "bellwether: 1
title: Expressions
sources:
  purchases:
    files: purchases.csv
    time: date
    customer: consumer_id
    decimals: {{ amount: 2 }}
    columns:
      made: {rule}
    rules:
      - drop: {rule}
  consumers: {{ files: consumers.csv, key: consumer_id }}
metrics:
  spend: sum(amount)
  visits: {{ of: count(*), unit: visit }}
  made_metric:
    of: {metric}
categories: {{ by: channel }}
segments: [region]
roster:
  features:
    visits: visits
    made_feature:
      of: {feature}
  segments:
    - name: light
      where: {condition}
periods: {{ grain: month }}
memo:
  - deviation: {{ metrics: [made_metric] }}
  - hypotheses:
      - claim: {condition}
      - claim: {feature}
"
        ));
        Ok(())
    });
}
