//! `bellwether why`: from a printed figure to its definition, its cells, its rows and files.

use super::differences;
use super::printer::Printer;
use super::verify::against;
use crate::audit::Recorded;
use crate::audit::places;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::road::why::Chain;
use crate::road::why::FileRows;
use crate::road::why::why as followed;
use clap::Args;
use clap::ValueEnum;
use std::path::Path;
use std::path::PathBuf;

/// Arguments of `why`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether why headline/spend/value                       the figure, as the only report in reports/ has it
  bellwether why headline/spend/value reports/shift/2026-10
  bellwether why headline/spend/value memo.pdf --spec specs/shift.yaml
                                                            from the PDF alone, with the data beside that spec

Footnotes of the memo name facts, as does a click on a figure; `facts.json` lists them all.")]
pub(super) struct WhyArguments {
    /// The fact: `headline/spend/value`.
    fact: String,
    /// A report's folder, or a PDF; where it is left out, the latest report in `reports/` that has the fact.
    report: Option<String>,
    /// The spec's file, or where it stood: the report's sources are relative to its folder.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// A folder outside the spec's that its `files:` may reach; may be given several times.
    #[arg(long = "data-root", value_name = "DIR")]
    data_roots: Vec<PathBuf>,
    /// How the chain is printed.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

/// How a chain is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people.
    Text,
    /// For machines: one JSON document.
    Json,
}

/// Prints the chain behind a figure and returns the exit code.
pub(super) fn why(arguments: &WhyArguments, printer: &Printer) -> u8 {
    match chain(arguments) {
        Ok((report, chain)) => {
            printer.say(&match arguments.format {
                Form::Text => text(&report, &chain),
                Form::Json => serde_json::to_string_pretty(&chain).expect("a chain is text") + "\n",
            });
            0
        }
        Err(found) => printer.fail(&found, Path::new("")),
    }
}

fn chain(arguments: &WhyArguments) -> Result<(Recorded, Chain), Diagnostics> {
    let report = report(arguments)?;
    let against = against(&report, arguments.spec.as_deref(), &arguments.data_roots, None)?;
    let chain = followed(&report, &against, &arguments.fact)?;
    Ok((report, chain))
}

/// Reads the report that is named, or the latest one here that has the fact.
fn report(arguments: &WhyArguments) -> Result<Recorded, Diagnostics> {
    let named = arguments.report.as_deref().unwrap_or("reports");
    let mut reports: Vec<Recorded> = Vec::new();
    let mut wrong = Diagnostics::new();
    for it in places::read(named)? {
        match it.report {
            Ok(report) => reports.push(report),
            Err(error) => wrong.push(error),
        }
    }
    reports.sort_by(|a, b| a.inputs.days.cmp(&b.inputs.days));
    let has = reports.iter().rposition(|it| it.facts.get(&arguments.fact).is_some());
    match has.or_else(|| reports.len().checked_sub(1)) {
        Some(at) => Ok(reports.swap_remove(at)),
        None if wrong.has_errors() => Err(wrong),
        None => Err(Diagnostic::data("no-report", format!("`{named}` holds no report")).into()),
    }
}

fn text(report: &Recorded, chain: &Chain) -> String {
    let mut text = format!("{}\n", chain.id);
    let mut line = |name: &str, what: &str| text.push_str(&format!("  {name:<9}  {what}\n"));
    let from = &chain.fact.from;
    line("reads", &differences::value(&chain.fact));
    if let Some(it) = &chain.fact.interval {
        let ends = [it.low, it.high].map(|x| differences::number(Some(x), &chain.fact.unit));
        line("interval", &format!("{} to {}, {} %", ends[0], ends[1], it.level_pct));
    }
    if let Some(n) = chain.fact.n {
        line("n", &n.to_string());
    }
    line("in", &format!("{}, {}", report.place, report.inputs.period));
    for it in &chain.printed {
        line("printed", it);
    }
    line("computed", &format!("by {}: {}", from.analysis, from.method));
    if let Some(metric) = chain.lineage.metrics.get(&chain.metric) {
        line(
            "metric",
            &format!("{} = {} ({})", chain.metric, metric.written, metric.label),
        );
    }
    if !from.category.is_empty() {
        line("category", &from.category);
    }
    if !chain.members.is_empty() {
        line("that is", &chain.members.join(", "));
    }
    for [name, from, until] in &chain.periods {
        line("period", &format!("{name}: from {from}, before {until}"));
    }
    for cell in &chain.cells {
        let value = differences::number(cell.value, &cell.unit);
        line(
            "cell",
            &format!(
                "{} of {}, {}: {value}   {}",
                cell.written, cell.source, cell.period, cell.id
            ),
        );
    }
    let mut named: Vec<&str> = chain.files.iter().map(|it| it.source.as_str()).collect();
    named.dedup();
    for source in named {
        for rule in &chain.lineage.sources[source].rules {
            line("rule", &format!("{source}: {rule}"));
        }
    }
    for it in &chain.files {
        line("rows", &rows(it));
    }
    let [file, hash] = &chain.lineage.spec;
    line("spec", &format!("{file}   {hash}"));
    line("engine", &chain.lineage.engine);
    text
}

/// "data/2026-10.csv: 1603 in 2026-10   de559c18f5c9…, as it was".
fn rows(it: &FileRows) -> String {
    let counts: Vec<String> = it.rows.iter().map(|(period, n)| format!("{n} in {period}")).collect();
    let state = match &it.was {
        Some(was) if *was == it.is => "as it was",
        Some(_) => "changed since",
        None => "new since",
    };
    format!("{}: {}   {}, {state}", it.file, counts.join(", "), it.is)
}
