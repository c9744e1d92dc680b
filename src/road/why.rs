//! Why a figure reads as it does: the chain from where it is printed to the rows and files that made it.
//!
//! What a report carries is taken from it; rows are counted anew, file by file, in the data as they are. It must not know
//! how a chain is shown.

use super::Lineage;
use super::Planned;
use super::compose;
use super::lineage;
use super::verify::Against;
use super::verify::planned;
use crate::audit::Recorded;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::expr::Aggregate;
use crate::model::expr::Reduce;
use crate::model::facts::Fact;
use crate::model::facts::Value;
use crate::model::joined::Joined;
use crate::model::memo::Block;
use crate::model::memo::Memo;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::period::Period;
use crate::model::plan::Plan;
use crate::model::request::Key;
use crate::model::request::Request;
use crate::model::unit::Unit;
use serde::Serialize;

/// The chain behind a fact.
#[derive(Debug, Clone, Serialize)]
pub struct Chain {
    /// The fact's id.
    pub id: String,
    /// The fact.
    pub fact: Fact,
    /// Where the memo prints it, and how: "first page, “Spend”: $72,742".
    pub printed: Vec<String>,
    /// The metric's name; empty where the fact is about none.
    pub metric: String,
    /// The categories of the data that its category stands for; empty for one that stands alone, or for all.
    pub members: Vec<String>,
    /// What its metric and sources are.
    pub lineage: Lineage,
    /// The periods that it is about: name, first day, the day after the last.
    pub periods: Vec<[String; 3]>,
    /// The cells that it is made of.
    pub cells: Vec<Cell>,
    /// The rows of those cells, file by file.
    pub files: Vec<FileRows>,
}

/// A cell: an exact sum or count of one category in one period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cell {
    /// The fact that holds it.
    pub id: String,
    /// What it reduces: `sum(amount)`.
    pub written: String,
    /// The source.
    pub source: String,
    /// The period's name.
    pub period: String,
    /// Its value; `None` for a gap.
    pub value: Option<f64>,
    /// Its unit.
    pub unit: Unit,
}

/// What a file adds to the cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileRows {
    /// The source.
    pub source: String,
    /// The file.
    pub file: String,
    /// Its hash as the report has it; `None` for a file that is new.
    pub was: Option<String>,
    /// Its hash now.
    pub is: String,
    /// Rows of it, after the rules, in each of the chain's periods and its category.
    pub rows: Vec<(String, u64)>,
}

/// Follows a fact of a report to its rows.
///
/// # Errors
/// Where there is no such fact, or the sources are not there.
pub fn why(recorded: &Recorded, against: &Against, id: &str) -> Result<Chain, Diagnostics> {
    let Some(fact) = recorded.facts.get(id) else {
        let message = format!("`{}` has no fact `{id}`", recorded.place);
        let known = recorded.facts.iter().map(|it| it.0.as_str());
        let hint = "the memo's footnotes and a click on a figure name facts; `facts.json` lists them all";
        return Err(Diagnostic::spec("unknown-fact", message)
            .nearest(id, known)
            .hint(hint)
            .into());
    };
    let planned = planned(recorded, against, Some(recorded.spec.clone()))?;
    let plan = &planned.plan;
    let lineage = lineage(plan, &recorded.inputs);
    let mut periods = periods(plan, fact);
    // A change since a period is made of both.
    if id.ends_with("/change") && !periods.contains(&plan.periods.target) {
        periods.push(plan.periods.target);
    }
    let name = |it: &Period| plan.periods.calendar.name(it);
    let chain = Chain {
        id: id.to_owned(),
        printed: printed(&compose(&planned, &recorded.facts), id),
        metric: fact.from.metric.clone(),
        members: members(recorded, &fact.from.category),
        periods: periods
            .iter()
            .map(|it| [name(it), it.from.to_string(), it.until.to_string()])
            .collect(),
        cells: Vec::new(),
        files: Vec::new(),
        fact: fact.clone(),
        lineage,
    };
    // What an earlier memo said is made of its cells, not of these.
    if fact.from.analysis == "restatement" && id.ends_with("/was") {
        return Ok(chain);
    }
    let cells = cells(recorded, &chain);
    let files = files(recorded, &planned, &chain, &periods)?;
    Ok(Chain { cells, files, ..chain })
}

/// The categories that a label stands for, where few customers made them stand together.
fn members(recorded: &Recorded, category: &str) -> Vec<String> {
    let text = |id: &str| match &recorded.facts.get(id)?.value {
        Value::Text(it) => Some(it.as_str()),
        _ => None,
    };
    match recorded.facts.get("disclosure/joined").map(|it| &it.value) {
        Some(Value::List(all)) if text("disclosure/label") == Some(category) => all.clone(),
        _ => Vec::new(),
    }
}

/// The periods that a fact is about; the target where it says none. Of a series the last.
fn periods(plan: &Plan, fact: &Fact) -> Vec<Period> {
    let calendar = &plan.periods.calendar;
    let mut names = fact.from.periods.clone();
    if let (true, Value::Series { periods, .. }) = (names.is_empty(), &fact.value) {
        names.extend(periods.last().cloned());
    }
    let mut found: Vec<Period> = names.iter().filter_map(|it| calendar.parse(it)).collect();
    if found.is_empty() {
        found.push(plan.periods.target);
    }
    found.sort();
    found.dedup();
    found
}

/// Looks up the cells of a fact's metric, category and periods: its parts, and its rows.
fn cells(recorded: &Recorded, chain: &Chain) -> Vec<Cell> {
    let category = &chain.fact.from.category;
    let mut wanted: Vec<(String, String, String, bool)> = Vec::new();
    let metric = chain.lineage.metrics.get(&chain.metric);
    for part in metric.into_iter().flat_map(|it| &it.parts) {
        wanted.push((
            part.cells.clone(),
            part.written.clone(),
            part.source.clone(),
            part.across,
        ));
    }
    for source in sources(chain) {
        let rows = &chain.lineage.sources[&source].rows;
        if !rows.is_empty() && wanted.iter().all(|it| it.0 != *rows) {
            wanted.push((rows.clone(), "count(*)".to_owned(), source.clone(), false));
        }
    }
    let mut cells = Vec::new();
    for (under, written, source, across) in wanted {
        let is_it = |id: &str, fact: &Fact| {
            let of_all = id.ends_with("/_all");
            let is_total = category.is_empty() || across;
            id.starts_with(&format!("{under}/"))
                && if is_total {
                    of_all
                } else {
                    fact.from.category == *category
                }
        };
        let Some((id, fact)) = recorded.facts.iter().find(|it| is_it(it.0, it.1)) else {
            continue;
        };
        let Value::Series { periods, values } = &fact.value else {
            continue;
        };
        for (period, value) in periods.iter().zip(values) {
            if chain.periods.iter().any(|it| it[0] == *period) {
                cells.push(Cell {
                    id: id.clone(),
                    written: written.clone(),
                    source: source.clone(),
                    period: period.clone(),
                    value: *value,
                    unit: fact.unit.clone(),
                });
            }
        }
    }
    cells
}

/// The sources that a fact's metric reads; all that metrics read where it has none.
fn sources(chain: &Chain) -> Vec<String> {
    let metrics = &chain.lineage.metrics;
    let of = |name: &String| -> Vec<String> {
        let parts = metrics.get(name).into_iter().flat_map(|it| &it.parts);
        parts.map(|it| it.source.clone()).collect()
    };
    let mut sources = of(&chain.metric);
    if sources.is_empty() {
        sources = metrics.keys().flat_map(of).collect();
    }
    sources.sort();
    sources.dedup();
    sources
}

/// Counts the rows of a fact's cells, file by file, in the data as they are now.
fn files(
    recorded: &Recorded,
    planned: &Planned,
    chain: &Chain,
    periods: &[Period],
) -> Result<Vec<FileRows>, Diagnostics> {
    let plan = &planned.plan.joining(&joined(recorded));
    let category = &chain.fact.from.category;
    let mut found = Vec::new();
    for name in sources(chain) {
        let Some(at) = plan.sources.iter().position(|it| it.name == name) else {
            continue;
        };
        let by_category = plan.measures.iter().any(|it| it.source == at && !it.across);
        let is_total = category.is_empty() || !by_category;
        let request = Request {
            source: at,
            keys: if is_total {
                vec![Key::Period]
            } else {
                vec![Key::Period, Key::Category]
            },
            periods: periods.to_vec(),
            categories: if is_total { Vec::new() } else { vec![category.clone()] },
            aggregates: vec![Aggregate {
                reduce: Reduce::Count,
                of: None,
                filter: None,
            }],
        };
        for file in &plan.sources[at].files {
            let mut alone = plan.clone();
            alone.sources[at].files = vec![file.clone()];
            let asked = std::slice::from_ref(&request);
            let tables = planned.files.open(&[(&alone, asked)])?;
            let answers = tables.answers(&[(&alone, asked)])?;
            let answer = &answers[0][0];
            let count = |idx: usize| -> u64 {
                let of_period = (0..answer.n_rows()).filter(|row| answer.period.get(*row) == Some(&(idx as u32)));
                let rows = of_period.filter_map(|row| answer.values[0].get(row));
                rows.map(|it| u64::try_from(it).unwrap_or(0)).sum()
            };
            let is = planned.files.content(file).map_err(|error| {
                Diagnostics::from(Diagnostic::data(
                    "unreadable-file",
                    format!("`{file}` cannot be read: {error}"),
                ))
            })?;
            found.push(FileRows {
                source: name.clone(),
                was: recorded.inputs.sources.get(&name).and_then(|it| it.get(file)).cloned(),
                is,
                rows: chain
                    .periods
                    .iter()
                    .enumerate()
                    .map(|(idx, it)| (it[0].clone(), count(idx)))
                    .collect(),
                file: file.clone(),
            });
        }
    }
    Ok(found)
}

/// Reads which categories stand together in a memo.
fn joined(recorded: &Recorded) -> Joined {
    let list = |name: &str| recorded.facts.list(&format!("disclosure/{name}")).to_vec();
    Joined {
        label: recorded.facts.text("disclosure/label").unwrap_or_default().to_owned(),
        members: list("joined"),
        left_out: list("left_out"),
        ..Joined::default()
    }
}

/// Finds where a memo prints a fact, and how.
fn printed(memo: &Memo, id: &str) -> Vec<String> {
    let mut places = Vec::new();
    let has = |it: &Sentence| it.facts.iter().any(|fact| fact == id);
    let said = |it: &Sentence| it.runs.iter().map(|run| run.text.as_str()).collect::<String>();
    for it in memo.headline.iter().filter(|it| has(it)) {
        places.push(format!("first page: {}", said(it)));
    }
    for it in memo.kpis.iter().filter(|it| it.fact == id) {
        places.push(format!("first page, “{}”: {}", it.label, it.value));
    }
    in_blocks(&memo.front, id, "first page", &mut places);
    for page in memo.pages.iter().chain([&memo.appendix]) {
        let title = format!("“{}”", page.title);
        for it in page.lead.iter().filter(|it| has(it)) {
            places.push(format!("{title}: {}", said(it)));
        }
        in_blocks(&page.blocks, id, &title, &mut places);
    }
    places
}

fn in_blocks(blocks: &[Block], id: &str, page: &str, places: &mut Vec<String>) {
    let says = |it: &Sentence| it.facts.iter().any(|fact| fact == id);
    let words = |it: &Sentence| it.runs.iter().map(|run| run.text.as_str()).collect::<String>();
    for block in blocks {
        match block {
            Block::Table(table) => {
                in_table(table, id, page, places);
                let note = table.note.iter().filter(|it| says(it));
                note.for_each(|it| places.push(format!("{page}: {}", words(it))));
            }
            Block::Figure { note, .. } => {
                let note = note.iter().filter(|it| says(it));
                note.for_each(|it| places.push(format!("{page}: {}", words(it))));
            }
            Block::Prose { paragraphs: said, .. } | Block::List { items: said, .. } => {
                let said = said.iter().filter(|it| says(it));
                said.for_each(|it| places.push(format!("{page}: {}", words(it))));
            }
            Block::Columns { columns, .. } => columns.iter().for_each(|it| in_blocks(it, id, page, places)),
        }
    }
}

fn in_table(table: &Table, id: &str, page: &str, places: &mut Vec<String>) {
    for row in &table.rows {
        for cell in row.cells.iter().filter(|it| it.fact.as_deref() == Some(id)) {
            let lines = |it: &crate::model::memo::Cell| {
                let lines = it
                    .lines
                    .iter()
                    .map(|line| line.iter().map(|run| run.text.as_str()).collect::<String>());
                lines.collect::<Vec<String>>().join(" ")
            };
            let label = row.cells.first().map(lines).unwrap_or_default();
            let title = if table.title.is_empty() {
                &table.id
            } else {
                &table.title
            };
            places.push(format!("{page}, table “{title}”, row “{label}”: {}", lines(cell)));
        }
    }
}
