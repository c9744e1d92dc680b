//! Golden cases of `check`: what a spec and its data are told.
//!
//! A page of `golden/messages/` is Markdown: prose, and cases. A case begins with a `##` heading and has a
//! ```` ```yaml ```` spec (flags may follow the word: ```` ```yaml --period 2017-W40 ````), any number of
//! ```` ```csv name=path ```` data files, and a ```` ```text ```` block with what is printed. Data files before the
//! first heading belong to every case of the page. A ```` ```copy name=path ```` block names a file of this repository that
//! the case finds under that path. The program's own door reads them.

use crate::run::Workshop;
use crate::run::root;
use bellwether::diagnostics::render;
use bellwether::model::diagnostic::Diagnostics;
use bellwether::model::diagnostic::Warned;
use bellwether::model::period::Period;
use bellwether::model::plan::Plan;
use bellwether::resolve::Overrides;
use bellwether::road;
use bellwether::road::Checked;
use bellwether::source::Files;

/// One case of a page.
#[derive(Debug, Clone, Default)]
pub struct Case {
    /// Its heading.
    pub title: String,
    /// The spec.
    pub spec: String,
    /// The flags behind the word `yaml`.
    pub flags: Vec<String>,
    /// Data files: name and CSV text.
    pub files: Vec<(String, String)>,
    /// Files of the repository: the name here, and the path there.
    pub copies: Vec<(String, String)>,
    /// What is printed.
    pub expected: String,
    /// Bytes of the page that hold `expected`.
    pub place: (usize, usize),
}

/// Reads the cases of a page.
///
/// # Panics
/// Where a case lacks a spec or an expectation, or a block does not end: the page is wrong.
pub fn cases(page: &str) -> Vec<Case> {
    let mut shared: Vec<(String, String)> = Vec::new();
    let mut cases: Vec<Case> = Vec::new();
    let mut block: Option<(String, usize)> = None;
    let mut at = 0;
    for line in page.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let text = line.trim_end();
        if let Some((info, from)) = block.take() {
            if text == "```" {
                keep(&mut shared, &mut cases, &info, &page[from..start], from);
            } else {
                block = Some((info, from));
            }
        } else if let Some(info) = text.strip_prefix("```") {
            block = Some((info.to_owned(), at));
        } else if let Some(title) = text.strip_prefix("## ") {
            cases.push(Case {
                title: title.to_owned(),
                files: shared.clone(),
                ..Case::default()
            });
        }
    }
    assert!(block.is_none(), "a block of the page does not end");
    for case in &cases {
        assert!(
            case.place != (0, 0),
            "the case `{}` expects nothing: add an empty text block",
            case.title
        );
    }
    cases
}

/// Puts a finished block where it belongs.
fn keep(shared: &mut Vec<(String, String)>, cases: &mut [Case], info: &str, text: &str, from: usize) {
    let mut words = info.split_whitespace();
    let kind = words.next().unwrap_or("");
    match (kind, cases.last_mut()) {
        ("csv", case) => {
            let name = words
                .next()
                .and_then(|it| it.strip_prefix("name="))
                .expect("a csv block has a name");
            case.map_or(shared, |it| &mut it.files)
                .push((name.to_owned(), text.to_owned()));
        }
        ("copy", Some(case)) => {
            let name = words
                .next()
                .and_then(|it| it.strip_prefix("name="))
                .expect("a copy has a name");
            case.copies.push((name.to_owned(), text.trim().to_owned()));
        }
        ("yaml", Some(case)) => {
            case.spec = text.to_owned();
            case.flags = words.map(str::to_owned).collect();
        }
        ("text", Some(case)) => {
            case.expected = text.to_owned();
            case.place = (from, from + text.len());
        }
        _ => {}
    }
}

/// Runs `check` on a case over its files, and returns what is printed.
pub fn check(case: &Case) -> String {
    let printed = |wrong: &Diagnostics| render(wrong, "spec.yaml", &case.spec, false);
    match checked(case) {
        Ok(checked) => printed(&Diagnostics(checked.warnings)) + &summary(&checked.value),
        Err(wrong) => printed(&wrong),
    }
}

/// Runs `check` on a case over its files, and returns what it found.
pub fn found(case: &Case) -> Diagnostics {
    checked(case).map_or_else(|wrong| wrong, |it| Diagnostics(it.warnings))
}

fn checked(case: &Case) -> Result<Warned<Vec<Checked>>, Diagnostics> {
    let flag = |name: &str| {
        let at = case.flags.iter().position(|it| it == name)?;
        case.flags.get(at + 1).cloned()
    };
    let overrides = Overrides {
        period: flag("--period"),
        typst: flag("--typst"),
        as_of: flag("--as-of"),
        params: flag("-P")
            .and_then(|it| {
                it.split_once('=')
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
            })
            .into_iter()
            .collect(),
    };
    let workshop = Workshop::new();
    for (name, text) in &case.files {
        workshop.write(name, text);
    }
    for (name, path) in &case.copies {
        workshop.write(
            name,
            std::fs::read(root().join(path)).expect("the repository has the file"),
        );
    }
    let files = Files::new(&workshop.path(""), &[]);
    road::check(&case.spec, "spec", &files, &overrides)
}

/// Returns the page with the expectations replaced, one a case, in order.
pub fn blessed(page: &str, printed: &[String]) -> String {
    let cases = cases(page);
    assert_eq!(cases.len(), printed.len(), "one expectation a case");
    let mut whole = String::new();
    let mut at = 0;
    for (case, text) in cases.iter().zip(printed) {
        whole.push_str(&page[at..case.place.0]);
        whole.push_str(text);
        at = case.place.1;
    }
    whole + &page[at..]
}

/// What the memos of a good spec come to, in a few lines each.
fn summary(memos: &[Checked]) -> String {
    let of = |it: &Checked| {
        let each = it.plan.each.as_ref().map(|it| format!("memo {}\n", it.slug));
        each.unwrap_or_default() + &of_plan(&it.plan)
    };
    memos.iter().map(of).collect()
}

fn of_plan(plan: &Plan) -> String {
    let periods = &plan.periods;
    let name = |it: &Period| periods.calendar.name(it);
    let (first, last) = (periods.history.first().map(name), periods.history.last().map(name));
    let mut lines = vec![
        format!("ok: {}", plan.title),
        format!("target {}, as of {}", periods.target_name(), periods.as_of),
        format!("history {} to {}", first.unwrap_or_default(), last.unwrap_or_default()),
    ];
    for it in &periods.comparisons {
        let names: Vec<String> = it.periods.iter().map(name).collect();
        lines.push(format!("against {}: {} ({})", it.name, it.label, names.join(", ")));
    }
    if !periods.incomplete.is_empty() {
        let names: Vec<String> = periods.incomplete.iter().map(name).collect();
        lines.push(format!("incomplete {}", names.join(", ")));
    }
    for it in &plan.metrics {
        let of: Vec<String> = it.formula.leaves().into_iter().map(usize::to_string).collect();
        let across = if it.across { ", across categories" } else { "" };
        lines.push(format!(
            "metric {} \"{}\" in {} of measures {}{across}",
            it.name,
            it.label,
            it.unit,
            of.join(", ")
        ));
    }
    for it in &plan.segments {
        lines.push(format!("segment {} \"{}\" of {}", it.name, it.label, it.column));
    }
    lines.into_iter().map(|it| it + "\n").collect()
}
