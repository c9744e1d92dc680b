//! `bellwether explain`: what a stage gives, as JSON.

use super::Changes;
use super::Printer;
use super::say;
use crate::model::diagnostic::Diagnostics;
use crate::render::Templates;
use crate::road;
use clap::Args;
use clap::ValueEnum;
use serde::Serialize;
use std::path::PathBuf;

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// The spec's file.
    spec: PathBuf,
    /// The stage whose result is printed.
    #[arg(long, value_enum, default_value_t = Stage::Plan)]
    stage: Stage,
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
}

/// Prints a stage and returns the exit code.
pub fn explain(arguments: &ExplainArguments, printer: &Printer) -> u8 {
    match explained(arguments) {
        Ok(json) => {
            say(&json);
            0
        }
        Err(found) => printer.fail(&found, &arguments.spec),
    }
}

fn explained(arguments: &ExplainArguments) -> Result<String, Diagnostics> {
    let planned = road::plan(&arguments.changes.request(&arguments.spec))?;
    match arguments.stage {
        Stage::Spec => return Ok(json(&planned.spec)),
        Stage::Plan => {
            let memo: Vec<serde_json::Value> = planned.tasks.iter().map(|it| it.options()).collect();
            return Ok(json(&serde_json::json!({ "plan": planned.plan, "memo": memo })));
        }
        Stage::Panel | Stage::Facts | Stage::Memo => {}
    }
    let computed = road::compute(&planned, &Templates::default())?;
    Ok(match arguments.stage {
        Stage::Panel => json(&computed.panel),
        Stage::Facts => road::facts_json(&computed.facts),
        _ => json(&road::compose(&planned, &computed.facts)),
    })
}

fn json(of: &impl Serialize) -> String {
    let mut json = serde_json::to_string_pretty(of).expect("every stage serialises");
    json.push('\n');
    json
}
