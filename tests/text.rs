//! An author's own text: the same words in print and on screen, and figures that are facts.

use crate::run::Workshop;
use crate::run::failed;
use crate::run::run;
use bellwether::analysis::REGISTRY;
use bellwether::analysis::text;
use bellwether::render::text::words_of;

/// Twelve months of two categories, and a memo with a text of every form.
const SPEC: &str = r#"bellwether: 1
title: Shift
sources: { buys: { files: buys.csv, time: date, customer: who, decimals: { amount: 2 } } }
metrics: { spend: { of: sum(amount), unit: USD } }
categories: { by: kind }
periods: { grain: month, compare: [previous] }
memo:
  - headline: { metrics: [spend] }
  - text: { title: First, place: front, body: "Spend was **{{ fact('headline/spend/value') }}**, not {{ said('99 %') }}." }
  - text:
      title: Second
      body: |
        It moved {{ fact('headline/spend/previous/change') }}, which is *{{ fact('headline/spend/previous/change', show='size') }}*.

        ## Why
        1. prices
        2. people

        | what | figure |
        |------|-------:|
        | spend | {{ fact('headline/spend/value') }} |
  - quality: {}
"#;

fn shop(spec: &str) -> (Workshop, String) {
    let workshop = Workshop::new();
    let mut rows = String::from("date,who,kind,amount\n");
    for month in 1..=12 {
        for who in 0..4 {
            rows.push_str(&format!(
                "2025-{month:02}-10,{who},{},{month}.50\n",
                ["tea", "bread"][who % 2]
            ));
        }
        rows.push_str(&format!("2025-{month:02}-28,9,tea,0.00\n"));
    }
    workshop.write("buys.csv", rows);
    let spec = workshop.write("shift.yaml", spec);
    (workshop, spec)
}

#[test]
fn facts_stand_in_words_lists_and_tables_alike_in_print_and_on_screen() {
    let (workshop, spec) = shop(SPEC);
    let out = workshop.path("reports");
    let out = out.to_string_lossy();
    let made = run(&[
        "run",
        &spec,
        "--out",
        &out,
        "--typst",
        "embedded",
        "--as-of",
        "2026-01-01",
    ]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let html = std::fs::read_to_string(workshop.path("reports/shift/2025-12/memo.html")).expect("the memo is there");
    let words = words_of(&html);
    // Four customers at 12.50, after four at 11.50.
    for line in [
        "Spend was $50.00, not 99 %.",
        "prices\npeople",
        "It moved +8.7 %, which is 8.7 %.",
    ] {
        assert!(words.contains(line), "{line}\n{words}");
    }
    assert!(html.contains("<ol><li>prices</li><li>people</li></ol>") && html.contains("<em>8.7\u{202f}%</em>"));
    assert!(
        html.contains("data-facts=\"headline&#x2f;spend&#x2f;value\">"),
        "the figure of the table opens its fact"
    );
    let table = std::fs::read_to_string(workshop.path("reports/shift/2025-12/tables/text-2-text-2-table-1.csv"));
    assert!(table.expect("the table is written too").contains("spend,50"));
    let golden = workshop.path("golden");
    let golden = golden.to_string_lossy();
    let kept = run(&["test", &spec, "--golden", &golden, "--bless", "--as-of", "2026-01-01"]);
    assert!(kept.status.success(), "{}", String::from_utf8_lossy(&kept.stderr));
    let paper = std::fs::read_to_string(workshop.path("golden/shift/2025-12/memo.pdf.txt")).expect("it was kept");
    for words in ["Spend was $50.00 , not 99 %.", "It moved +8.7", "prices", "people"] {
        assert!(
            paper.replace(" ,", ",").contains(&words.replace(" ,", ",")),
            "{words}\n{paper}"
        );
    }
}

#[test]
fn a_fact_that_is_not_there_is_told_at_its_name_with_the_nearest() {
    let (workshop, spec) = shop(&SPEC.replace(
        "{{ fact('headline/spend/value') }}**, not",
        "{{ fact('headline/spend/valu') }}**, not",
    ));
    let out = workshop.path("reports");
    let (code, printed) = failed(&["run", &spec, "--out", &out.to_string_lossy(), "--as-of", "2026-01-01"]);
    assert_eq!(code, 2, "{printed}");
    let line = SPEC.lines().position(|it| it.contains("First")).map_or(0, |it| it + 1);
    for words in [
        "error[unknown-fact]: there is no fact `headline/spend/valu`",
        &format!("shift.yaml:{line}:69"),
        "did you mean `headline/spend/value`?",
    ] {
        assert!(printed.contains(words), "{words}\n{printed}");
    }
}

#[test]
fn a_fact_is_told_at_its_name_in_a_text_of_several_lines_too() {
    let wrong = SPEC.replace(
        "It moved {{ fact('headline/spend/previous/change') }}",
        "It moved {{ fact('headline/spend/previus/change') }}",
    );
    let (_workshop, spec) = shop(&wrong);
    let (code, printed) = failed(&["run", &spec, "--as-of", "2026-01-01"]);
    let line = 1 + wrong
        .lines()
        .position(|it| it.contains("previus"))
        .expect("it stands there");
    assert_eq!(code, 2, "{printed}");
    assert!(printed.contains(&format!("shift.yaml:{line}:27")), "{printed}");
}

#[test]
fn a_text_sees_what_every_other_analysis_found() {
    let (_workshop, spec) = shop(SPEC);
    let plan = run(&["explain", &spec, "--as-of", "2026-01-01"]);
    assert!(plan.status.success());
    let others: Vec<&str> = REGISTRY
        .iter()
        .map(|it| it.name())
        .filter(|it| *it != text::NAME)
        .collect();
    assert_eq!(text::SEEN, others.as_slice(), "`text` lists all others");
}
