//! `bellwether explain`: what would be computed and from which files; what a stage gives, as JSON or SQL.

mod overview;

use super::Changes;
use super::choice::Choice;
use super::counted;
use super::printer::Printer;
use crate::model::diagnostic::Diagnostics;
use crate::render::Templates;
use crate::road;
use crate::road::Cost;
use clap::Args;
use clap::ValueEnum;
use serde::Serialize;
use std::path::PathBuf;

/// Arguments of `explain`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether explain specs/shift.yaml                what would be computed, from which files
  bellwether explain specs/shift.yaml --cost         what a run would read, in bytes and memory
  bellwether explain specs/shift.yaml --stage sql    the same questions for DuckDB
  bellwether explain specs/shift.yaml --stage facts  every figure, unrounded (computes them)")]
pub struct ExplainArguments {
    /// The spec's file.
    spec: PathBuf,
    /// A stage of the road, whose result is printed whole.
    #[arg(long, value_enum)]
    stage: Option<Stage>,
    /// Tells what a run would read instead, tables that are looked up included: rows, files, bytes, columns, memory, and
    /// what the cache holds.
    #[arg(long, conflicts_with = "stage")]
    cost: bool,
    #[command(flatten)]
    changes: Changes,
}

/// A stage of the road.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stage {
    /// The spec as written.
    Spec,
    /// Names found, periods fixed, all defaults in.
    Plan,
    /// Exact figures by cell and customer.
    Panel,
    /// Named, unit-bearing results.
    Facts,
    /// Words, tables, charts.
    Memo,
    /// What the first pass over the data is asked, as statements for DuckDB.
    Sql,
}

/// Prints a stage and returns the exit code.
pub fn explain(arguments: &ExplainArguments, printer: &Printer) -> u8 {
    match explained(arguments, printer) {
        Ok(json) => {
            printer.say(&json);
            0
        }
        Err(found) => printer.fail(&found, &arguments.spec),
    }
}

fn explained(arguments: &ExplainArguments, printer: &Printer) -> Result<String, Diagnostics> {
    let plans = Choice::of_one(&arguments.changes, &arguments.spec)?;
    if arguments.cost {
        let costs = road::costs(&plans)?;
        return Ok(if printer.is_text() {
            costs_as_text(&costs)
        } else {
            json(&costs)
        });
    }
    let Some(stage) = arguments.stage else {
        printer.warn(&plans[0].warnings, &arguments.spec);
        return overview::overview(&plans);
    };
    let planned = road::one(plans)?;
    match stage {
        Stage::Sql => return Ok(road::sql(&planned)),
        Stage::Spec => return Ok(json(&planned.spec)),
        Stage::Plan => {
            let memo: Vec<serde_json::Value> = planned.tasks.iter().map(|it| it.options()).collect();
            return Ok(json(&serde_json::json!({ "plan": planned.plan, "memo": memo })));
        }
        Stage::Panel => return Ok(json(&road::panel(&planned)?)),
        Stage::Facts | Stage::Memo => {}
    }
    let computed = road::compute(&planned, &Templates::default())?;
    Ok(match stage {
        Stage::Facts => road::facts_json(&computed.facts),
        _ => json(&road::compose(&planned, &computed.facts)),
    })
}

fn costs_as_text(costs: &[Cost]) -> String {
    let size = |bytes: u64| match bytes {
        0..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    };
    let mut text = String::new();
    for it in costs {
        let rows = it.rows.map_or("rows not known before they are read".to_owned(), |n| {
            format!("{} rows", grouped(n))
        });
        let (files, memory) = match it.counts {
            Some(counts) => (
                format!("of which the cache holds {} of {}", it.held, it.files),
                format!(
                    "at most about {} of memory for rows, and {} for what is counted before it waits on disk",
                    size(it.memory),
                    size(counts)
                ),
            ),
            None => (
                "in every run".to_owned(),
                format!("held whole, to be looked up: about {} of memory", size(it.memory)),
            ),
        };
        let lines = [
            format!(
                "{}: {}, {rows}, {}",
                it.source,
                counted(it.files, "file", "files"),
                size(it.bytes)
            ),
            format!(
                "  reads {} of {}: {}",
                it.columns.len(),
                counted(it.n_columns, "column", "columns"),
                it.columns.join(", ")
            ),
            format!("  {} from the files, {files}", size(it.read)),
            format!("  {memory}"),
        ];
        text.push_str(&lines.join("\n"));
        text.push('\n');
    }
    text
}

/// Writes a number with its thousands apart.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let groups: Vec<&[u8]> = digits.as_bytes().rchunks(3).rev().collect();
    String::from_utf8_lossy(&groups.join(&b","[..])).into_owned()
}

fn json(of: &impl Serialize) -> String {
    let mut json = serde_json::to_string_pretty(of).expect("every stage serialises");
    json.push('\n');
    json
}
