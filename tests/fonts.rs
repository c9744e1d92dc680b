//! Fonts of a spec: letters that the shipped fonts lack are drawn, in print and on charts, and every file is hashed.
//!
//! The font is `tests/fonts/BellwetherTestHan.otf`: some Chinese, Japanese and Korean letters, no Latin, no Thai.

use crate::fixture_memo;
use crate::run::Workshop;
use crate::run::failed;
use crate::run::root;
use crate::run::run;
use bellwether::chart::fonts::Fonts;
use bellwether::model::font::FontFile;
use bellwether::model::memo::Block;
use bellwether::model::memo::Cell;
use bellwether::model::memo::Chart;
use bellwether::model::memo::Column;
use bellwether::model::memo::Drawing;
use bellwether::model::memo::DriverRow;
use bellwether::model::memo::Memo;
use bellwether::model::memo::Page;
use bellwether::model::memo::Row;
use bellwether::model::memo::Table;
use bellwether::render;
use bellwether::render::Templates;
use bellwether::render::typst;
use std::path::Path;
use std::sync::Arc;

const SPEC: &str = "\
bellwether: 1
title: 消費轉變
sources:
  buys: { files: buys.csv, time: date, customer: customer }
metrics: { spend: { of: sum(amount), label: 消費 } }
categories: { by: category }
periods: { grain: month, as_of: 2026-01-01 }
memo:
  - headline: { metrics: [spend] }
  - quality: {}
";

/// The bytes of the font.
fn han() -> Vec<u8> {
    std::fs::read(root().join("tests/fonts/BellwetherTestHan.otf")).expect("the tests have a font")
}

/// A spec with Chinese names, of two years; `fonts` is a line of it, or nothing.
fn project(fonts: &str) -> (Workshop, String) {
    let workshop = Workshop::new();
    let mut rows = String::from("customer,date,category,amount\n");
    for month in 0..24 {
        for (customer, category) in [(1, "食品"), (2, "電子產品"), (3, "服裝 wear")] {
            let (year, month) = (2024 + month / 12, month % 12 + 1);
            rows.push_str(&format!("{customer},{year}-{month:02}-15,{category},{}\n", 100 + month));
        }
    }
    workshop.write("buys.csv", rows);
    let spec = workshop.write("shift.yaml", SPEC.replacen("title", &format!("{fonts}title"), 1));
    (workshop, spec)
}

/// Runs a spec, and returns what was said; the report is in `out/shift/2025-12`.
fn made(workshop: &Workshop, spec: &str) -> String {
    let out = workshop.path("out").to_string_lossy().into_owned();
    let output = run(&["run", spec, "--out", &out, "--typst", "embedded"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    said
}

/// Reads a file of the report.
fn report(workshop: &Workshop, file: &str) -> Vec<u8> {
    std::fs::read(workshop.path("out/shift/2025-12").join(file)).expect("the report has it")
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|it| it == words.as_bytes())
}

#[test]
fn without_a_font_there_are_boxes_and_a_warning() {
    let (workshop, spec) = project("");
    let said = made(&workshop, &spec);
    assert!(
        said.contains("uncovered-characters") && said.contains("(Chinese)"),
        "{said}"
    );
    assert!(said.contains("`fonts: fonts`"), "{said}");
    assert!(!holds(&report(&workshop, "memo.pdf"), "BellwetherTestHan"));
    let page = report(&workshop, "memo.html");
    // The reader's own fonts draw what the memo's lack.
    assert!(holds(&page, "消費轉變") && !holds(&page, "□") && !holds(&page, "local("));
    assert!(!holds(&report(&workshop, "manifest.json"), "fonts/own"));
}

#[test]
fn with_a_font_its_letters_are_printed_and_its_file_is_hashed() {
    let (workshop, spec) = project("fonts: letters\n");
    workshop.write("letters/Han.otf", han());
    let said = made(&workshop, &spec);
    assert!(!said.contains("uncovered-characters"), "{said}");
    assert!(holds(&report(&workshop, "memo.pdf"), "BellwetherTestHan"));
    let page = report(&workshop, "memo.html");
    assert!(holds(&page, "消費轉變"));
    assert!(holds(
        &page,
        "src:local(\"Bellwether Test Han\"),local(\"BellwetherTestHan-Regular\")"
    ));
    // 消.
    assert!(holds(&page, "U+6D88"));
    let manifest: serde_json::Value = serde_json::from_slice(&report(&workshop, "manifest.json")).expect("JSON");
    let hash = blake3::hash(&han()).to_hex().to_string();
    assert_eq!(manifest["inputs"]["templates"]["fonts/own/Han.otf"], hash);
}

#[test]
fn another_font_file_is_another_audit_and_the_same_figures() {
    let (workshop, spec) = project("fonts: letters\n");
    workshop.write("letters/Han.otf", han());
    let facts = |workshop: &Workshop| {
        made(workshop, &spec);
        let facts: serde_json::Value = serde_json::from_slice(&report(workshop, "facts.json")).expect("JSON");
        let audit = facts["audit/Templates and fonts"]["value"].clone();
        (audit, facts["headline/spend/value"]["value"].clone())
    };
    let before = facts(&workshop);
    // What follows the last table of a font is nobody's.
    workshop.write("letters/Han.otf", [han(), vec![0; 4]].concat());
    let after = facts(&workshop);
    assert_ne!(before.0, after.0);
    assert!(before.0.is_string() && before.1 == after.1 && !after.1.is_null());
}

#[test]
fn the_same_project_in_another_folder_gives_the_same_bytes() {
    let made = || {
        let (workshop, spec) = project("fonts: letters\n");
        workshop.write("letters/Han.otf", han());
        made(&workshop, &spec);
        ["memo.pdf", "memo.html", "facts.json", "manifest.json"].map(|it| report(&workshop, it))
    };
    assert_eq!(made(), made());
}

#[test]
fn a_doctor_says_which_letters_of_which_script_are_missing() {
    let told = |spec: &str| String::from_utf8(run(&["doctor", spec]).stdout).expect("text");
    let (_workshop, spec) = project("");
    let without = told(&spec);
    assert!(without.contains("Chinese: 品子服消產裝變費轉電食\n"), "{without}");
    assert!(without.contains("`fonts: fonts` in the spec"), "{without}");
    let (workshop, spec) = project("fonts: letters\n");
    workshop.write("letters/Han.otf", han());
    let with = told(&spec);
    assert!(with.contains("Han.otf: Bellwether Test Han\n"), "{with}");
    assert!(with.contains("all letters of the spec’s labels"), "{with}");
    let rows = std::fs::read_to_string(workshop.path("buys.csv")).expect("the data are text");
    workshop.write("buys.csv", rows.replace("wear", "ของ"));
    let lacking = told(&spec);
    assert!(
        lacking.contains("Thai: ขงอ\n") && !lacking.contains("Chinese: "),
        "{lacking}"
    );
    assert!(lacking.contains("into the folder that `fonts:` names"), "{lacking}");
}

#[test]
fn a_doctor_names_letters_of_segments_and_a_folder_that_is_not_there() {
    let (workshop, spec) = project("");
    workshop.write("people.csv", "customer,region\n1,西部\n2,東部\n3,南部\n");
    let text = SPEC
        .replace(
            "\nmetrics:",
            "\n  people: { files: people.csv, key: customer }\nsegments: [region]\nmetrics:",
        )
        .replace("消費轉變", "Shift");
    workshop.write("shift.yaml", &text);
    let told = String::from_utf8(run(&["doctor", &spec]).stdout).expect("text");
    assert!("東西南部".chars().all(|it| told.contains(it)), "{told}");
    workshop.write("shift.yaml", text.replace("title:", "fonts: nowhere\ntitle:"));
    let (code, said) = failed(&["doctor", &spec]);
    assert!(code == 3 && said.contains("no-fonts"), "{code} {said}");
}

#[test]
fn fonts_are_confined_as_data_are() {
    let (workshop, spec) = project("fonts: ../letters\n");
    let inner = workshop.path("inner");
    std::fs::create_dir_all(&inner).expect("a folder");
    for name in ["shift.yaml", "buys.csv"] {
        std::fs::copy(workshop.path(name), inner.join(name)).expect("copied");
    }
    workshop.write("letters/Han.otf", han());
    let spec = Path::new(&spec).with_file_name("inner").join("shift.yaml");
    let spec = spec.to_string_lossy();
    let (code, said) = failed(&["check", &spec]);
    assert!(code == 3 && said.contains("outside-roots"), "{code} {said}");
    let letters = workshop.path("letters");
    let allowed = run(&["check", &spec, "--data-root", &letters.to_string_lossy()]);
    assert!(allowed.status.success(), "{}", String::from_utf8_lossy(&allowed.stderr));
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_refused() {
    let (workshop, spec) = project("fonts: letters\n");
    std::fs::create_dir_all(workshop.path("letters")).expect("a folder");
    let font = root().join("tests/fonts/BellwetherTestHan.otf");
    std::os::unix::fs::symlink(font, workshop.path("letters/Han.otf")).expect("linked");
    let (code, said) = failed(&["check", &spec]);
    assert!(code == 3 && said.contains("outside-roots"), "{code} {said}");
}

#[test]
fn a_folder_of_fonts_that_is_too_large_is_not_read() {
    let (workshop, spec) = project("fonts: letters\n");
    let path = workshop.write("letters/Large.ttf", "");
    let file = std::fs::OpenOptions::new().write(true).open(path).expect("there");
    // Nothing is on the disk: a file with a hole.
    file.set_len(256_000_001).expect("made long");
    let (code, said) = failed(&["check", &spec]);
    assert!(code == 3 && said.contains("error[fonts-too-large]"), "{code} {said}");
    assert!(said.contains("256000001 bytes, and 256000000 are the most"), "{said}");
}

/// A memo whose title, table and chart have letters of the spec's font beside Latin, Cyrillic, Hebrew and Thai ones.
fn memo() -> Memo {
    let names = ["食品", "服裝 wear", "Жук 食品", "ירושלים", "ของ 食"];
    let row = |name: &str| DriverRow {
        label: name.to_owned(),
        value: 1.0,
        text: "1.0".to_owned(),
        null: 0.5,
        explains: true,
    };
    let chart = Chart {
        id: "drivers".into(),
        width: 200.0,
        height: 100.0,
        title: "電子產品".into(),
        description: String::new(),
        drawing: Drawing::DriverBars {
            rows: names.iter().map(|it| row(it)).collect(),
            null_label: "消費".into(),
            limit: 2.0,
        },
    };
    let table = Table {
        id: "names".into(),
        columns: vec![Column::default()],
        rows: names
            .iter()
            .map(|it| Row {
                cells: vec![Cell::text(*it)],
                ..Row::default()
            })
            .collect(),
        ..Table::default()
    };
    let figure = Block::Figure {
        title: "消費".into(),
        subtitle: String::new(),
        chart,
        note: None,
    };
    Memo {
        title: "消費轉變 Shift".into(),
        lang: "en".into(),
        labels: fixture_memo::memo().labels,
        pages: vec![Page {
            id: "first".into(),
            title: "電子產品".into(),
            blocks: vec![figure, Block::Table(table)],
            ..Page::default()
        }],
        ..Memo::default()
    }
}

#[test]
fn both_compilers_give_the_same_pdf_with_fonts_of_the_spec() {
    let bytes: Arc<[u8]> = Arc::from(han());
    let file = FontFile::read("Han.otf", &bytes).expect("it is a font");
    let fonts = Fonts::with(&[file]);
    let memo = memo();
    assert_eq!(render::uncovered(&memo, &fonts), ['ข', 'ง', 'อ']);
    let project = typst::project(&memo, &[], (2026, 11, 1), &Templates::default(), &fonts).expect("it is a project");
    let text = String::from_utf8_lossy(&project.files["memo.json"]).into_owned();
    assert!(
        text.contains("食品") && text.contains("□□□ 食") && !text.contains('ข'),
        "{text}"
    );
    let chart = String::from_utf8_lossy(&project.files["charts/drivers.svg"]).into_owned();
    for (label, families) in [
        ("食品", "'Bellwether Test Han', 'Source Sans Pro', 'DejaVu Sans'"),
        ("ירושלים", "'DejaVu Sans', 'Source Sans Pro'"),
    ] {
        let at = chart.find(&format!(">{label}</text>")).expect("the label is drawn");
        let tag = &chart[chart[..at].rfind("<text").expect("it has a tag")..at];
        assert!(tag.contains(&format!("font-family=\"{families}\"")), "{tag}");
    }
    let by_library = typst::embedded(&project).expect("the library compiles it");
    assert!(holds(&by_library, "BellwetherTestHan"));
    let Some((path, _)) = typst::typst_on_path().filter(|it| it.1 == typst::VERSION) else {
        eprintln!(
            "SKIPPED: no typst {} on the PATH, so the two compilers were not compared",
            typst::VERSION
        );
        return;
    };
    assert!(typst::cli(&project, &path).expect("the command compiles it") == by_library);
}

#[test]
fn an_authors_own_palette_keeps_its_fonts_and_gets_those_of_the_spec() {
    let own = "#let (ink, sec, rule, beh, mixt) = (black,) * 5\n#let (sans, serif, mono) = (\"DejaVu Sans\",) * 3\n";
    let templates = Templates::new([("palette.typ".to_owned(), own.to_owned())].into()).expect("it is a block");
    let fonts = Fonts::with(&[FontFile::read("Han.otf", &Arc::from(han())).expect("it is a font")]);
    let project = typst::project(&memo(), &[], (2026, 11, 1), &templates, &fonts).expect("it is a project");
    let pdf = typst::embedded(&project).expect("it compiles");
    assert!(holds(&pdf, "BellwetherTestHan") && !holds(&pdf, "SourceSerif"));
}
