//! The same change by other rules: facts, and the table that shows whether the split depends on the rule.

use super::telling::head;
use crate::analysis::Recorder;
use crate::analysis::Tell;
use crate::analysis::subjects;
use crate::model::memo::Align;
use crate::model::memo::Cell;
use crate::model::memo::Column;
use crate::model::memo::Row;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::Tone;
use crate::model::plan::Metric;
use crate::model::unit::Unit;
use crate::say;
use crate::stats::rounding;
use crate::stats::split;
use crate::stats::split_other;
use crate::stats::sum::exact_sum;
use crate::words;
use crate::words::text;

/// A segment whose total is below this share of the change is too small for its sign to be news.
const NOTEWORTHY_SHARE: f64 = 0.05;

/// A split by its key in sentences, and the facts of its structural, behavioural and joint parts; empty where it has none.
const SPLITS: [(&str, [&str; 3]); 3] = [
    ("two-part", ["structural", "behavioural", ""]),
    (
        "three-part",
        [
            "sensitivity/three_part_structural",
            "sensitivity/three_part_behavioural",
            "sensitivity/three_part_joint",
        ],
    ),
    (
        "shapley",
        ["sensitivity/shapley_structural", "sensitivity/shapley_behavioural", ""],
    ),
];

/// The same change by other rules, and the segments whose sign depends on the rule.
pub(super) fn record(record: &mut Recorder, id: &str, parts: &[split::Segment], labels: &[String], unit: &Unit) {
    let Ok(segments) = split_other::sensitivity(parts) else {
        return;
    };
    let mut figure = |name: &str, of: &dyn Fn(&split_other::Sensitivity) -> f64, method: &str| {
        let total = exact_sum(&segments.iter().map(of).collect::<Vec<_>>());
        record.number(format!("{id}/sensitivity/{name}"), Some(total), unit.clone(), method);
    };
    figure(
        "three_part_structural",
        &|it| it.three_part.structural,
        "change of shares at rates before",
    );
    figure(
        "three_part_behavioural",
        &|it| it.three_part.behavioural,
        "change of rates at shares before",
    );
    figure(
        "three_part_joint",
        &|it| it.three_part.interaction,
        "change of shares times change of rates",
    );
    figure(
        "shapley_structural",
        &|it| it.shapley[0],
        "mean over both orders of change",
    );
    figure(
        "shapley_behavioural",
        &|it| it.shapley[1],
        "mean over both orders of change",
    );
    let flagged = segments
        .iter()
        .zip(labels)
        .filter(|(it, _)| it.sign_depends)
        .map(|(_, label)| label.clone())
        .collect();
    record.list(
        format!("{id}/sensitivity/depends"),
        flagged,
        "segments whose total changes sign with the method",
    );
}
/// The table of the appendix: each category's change by each rule.
pub(super) fn table(tell: &Tell, metric: &Metric, slugs: &[String]) -> Table {
    let used = slugs
        .iter()
        .flat_map(|slug| ["structural", "behavioural"].map(|name| format!("contribution/{slug}/{name}")));
    let sizes: Vec<f64> = used.map(|id| tell.facts.number(&id).unwrap_or(0.0)).collect();
    let places = words::column_places(&sizes, &metric.unit);
    let rows = slugs.iter().flat_map(|slug| rows(tell, metric, slug, places)).collect();
    let quiet = |name: &str, align| head(&[name], align, Tone::Quiet);
    let with_unit = |name: &str| {
        quiet(
            &tell.words.head_with_unit(name, &metric.unit.of_difference()),
            Align::Right,
        )
    };
    Table {
        id: "sensitivity".into(),
        title: say!(tell.words, "contribution-sensitivity-title"),
        columns: vec![
            Column {
                width: Some(150.0),
                ..quiet(&text::capitalised(&tell.plan.categories.noun), Align::Left)
            },
            Column {
                width: Some(120.0),
                ..quiet(&say!(tell.words, "contribution-head-split"), Align::Left)
            },
            with_unit(&say!(tell.words, "contribution-structural")),
            with_unit(&say!(tell.words, "contribution-behavioural")),
            with_unit(&say!(tell.words, "contribution-joint")),
        ],
        rows,
        note: Some(Sentence {
            runs: vec![Run::toned(note(tell, slugs), Tone::Quiet)],
            facts: Vec::new(),
        }),
        ..Table::default()
    }
}

/// One row a split; the category's name stands in the first.
fn rows(tell: &Tell, metric: &Metric, slug: &str, places: usize) -> Vec<Row> {
    let number = |name: &str| tell.facts.number(&format!("contribution/{slug}/{name}"));
    // The split that the page prints closes to the last digit there, and reads the same here.
    let decimals = u32::try_from(places).expect("a column has a few places");
    let factor = metric.unit.printed_factor();
    let used = ["structural", "behavioural"];
    let parts = used.map(|name| number(name).unwrap_or(0.0) * factor);
    let closed = rounding::largest_remainder(&parts, rounding::units(parts[0] + parts[1], decimals), decimals);
    let figure = |name: &str| {
        if name.is_empty() {
            return Cell::text(words::MISSING);
        }
        let id = format!("contribution/{slug}/{name}");
        let x = number(name);
        let text = match used.iter().position(|it| *it == name) {
            Some(place) => x.map(|_| {
                tell.words
                    .signed(closed[place] as f64 / libm::pow(10.0, f64::from(decimals)), places)
            }),
            None => x.map(|x| tell.words.bare_signed(x, &metric.unit, places)),
        };
        Cell::figure(text.unwrap_or_else(|| words::MISSING.to_owned()), x, id)
    };
    let row = |(idx, (split, names)): (usize, &(&str, [&str; 3]))| {
        let label = if idx == 0 {
            subjects::label(tell.facts, slug)
        } else {
            ""
        };
        let mut cells = vec![
            Cell::text(label),
            Cell::text(say!(tell.words, "contribution-split", split = *split)),
        ];
        cells.extend(names.iter().map(|name| figure(name)));
        Row {
            cells,
            ..Row::default()
        }
    };
    SPLITS.iter().enumerate().map(row).collect()
}

/// Names the segments whose sign depends on the rule, where they are large enough to matter.
fn note(tell: &Tell, slugs: &[String]) -> String {
    let number = |id: String| tell.facts.number(&id).unwrap_or(0.0);
    let mut flagged = Vec::new();
    for slug in slugs {
        let mut of_one = Vec::new();
        let base = format!("contribution/{slug}");
        let change = number(format!("{base}/change"));
        let depends = tell.facts.list(&format!("{base}/sensitivity/depends"));
        for (idx, segment) in tell.facts.list(&format!("{base}/segments")).iter().enumerate() {
            let total = number(format!("{base}/segment/{}/total", idx + 1));
            if depends.contains(segment) && total.abs() >= NOTEWORTHY_SHARE * change.abs() {
                of_one.push(segment.clone());
            }
        }
        if !of_one.is_empty() {
            // Labels of segments hold commas of their own.
            flagged.push(format!("{} ({})", subjects::label(tell.facts, slug), of_one.join("; ")));
        }
    }
    let where_it_does = tell.words.list(&flagged);
    say!(
        tell.words,
        "contribution-depends",
        n = flagged.len(),
        flagged = where_it_does
    )
}
