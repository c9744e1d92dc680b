//! The tables of a memo, hostile labels and all, are the same in all three forms, and none is a formula.

use crate::fixture_memo;
use bellwether::model::facts::Facts;
use bellwether::model::memo::Align;
use bellwether::model::memo::Block;
use bellwether::model::memo::Cell;
use bellwether::model::memo::Column;
use bellwether::model::memo::Memo;
use bellwether::model::memo::Row;
use bellwether::model::memo::Run;
use bellwether::model::memo::Table;
use bellwether::model::sheet::Entry;
use bellwether::model::sheet::Kind;
use bellwether::model::sheet::Sheet;
use bellwether::pack;
use bellwether::render::csv;
use bellwether::render::sheet::sheets;
use bellwether::render::xlsx;
use jiff::civil::date;
use std::collections::BTreeSet;

const HOSTILE: [&str; 10] = [
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "\t=1",
    " +1+1",
    "'=1",
    "＝1",
    "line one\nline two",
    "😀👩‍👩‍👧",
    "فئة باللغة العربية",
    "\u{200f}=1",
];

/// A memo of one table whose labels, heads and titles are hostile.
fn hostile() -> Memo {
    let column = |head: &str, align| Column {
        head: vec![Run::plain(head)],
        align,
        ..Column::default()
    };
    let long = "x".repeat(300);
    let row = |label: &str| Row {
        cells: vec![Cell::text(label), Cell::figure("−1.5", Some(-1.5), "nothing")],
        ..Row::default()
    };
    let table = Table {
        id: "a".repeat(60),
        title: "=1+1".into(),
        columns: vec![column("=head", Align::Left), column("@x", Align::Right)],
        rows: HOSTILE.iter().copied().chain([long.as_str()]).map(row).collect(),
        ..Table::default()
    };
    Memo {
        title: "=1+1".into(),
        front: vec![Block::Table(table.clone()), Block::Table(table)],
        ..Memo::default()
    }
}

fn well_formed(sheet: &Sheet) {
    let heads: BTreeSet<String> = sheet.columns.iter().map(|it| it.head.to_lowercase()).collect();
    assert_eq!(heads.len(), sheet.columns.len(), "{}: heads are told apart", sheet.name);
    for column in &sheet.columns {
        assert_eq!(column.entries.len(), sheet.n_rows(), "{}: {}", sheet.name, column.head);
        assert!(!column.head.is_empty());
    }
}

#[test]
fn hostile_labels_are_texts_in_every_form() {
    let memo = hostile();
    let all = sheets(&memo, &Facts::new());
    assert_eq!(all.len(), 2, "two tables of one name are two sheets");
    assert_ne!(all[0].name, all[1].name);
    for sheet in &all {
        well_formed(sheet);
        assert_eq!(sheet.columns[1].kind(), Kind::Number);
        let text = csv::table(sheet);
        assert!(text.starts_with("'=head,'@x\n"), "{text}");
        for line in text.lines() {
            let first = line.trim_start_matches('"');
            assert!(!first.starts_with(['=', '+', '@', '\t', '＝']), "{line}");
        }
        assert!(text.contains(",-1.5\n"), "a negative number is no formula: {text}");
    }
    let made = || xlsx::workbook(&memo, &all, date(2026, 11, 1));
    assert_eq!(made(), made());
}

#[test]
fn every_table_of_a_memo_and_every_chart_that_is_one_is_a_sheet() {
    for memo in [fixture_memo::memo(), fixture_memo::hostile()] {
        let all = sheets(&memo, &Facts::new());
        all.iter().for_each(well_formed);
        let names: BTreeSet<&str> = all.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names.len(), all.len());
        for id in ["cohorts", "hours", "funnel"] {
            assert!(
                all.iter().any(|it| it.id == id),
                "no sheet of the chart `{id}`: {names:?}"
            );
        }
        for sheet in &all {
            let bytes = pack::sheets::bytes(sheet);
            assert_eq!(bytes, pack::sheets::bytes(sheet));
            assert!(!csv::table(sheet).is_empty());
        }
    }
    let all = sheets(&fixture_memo::memo(), &Facts::new());
    let cohorts = all.iter().find(|it| it.id == "cohorts").expect("a heat map");
    assert!(
        cohorts.columns[1..]
            .iter()
            .all(|it| matches!(it.kind(), Kind::Number | Kind::Whole))
    );
    assert!(cohorts.columns[7].entries.contains(&Entry::Empty), "a triangle");
}
