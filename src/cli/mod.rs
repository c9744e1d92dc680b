//! The command line: arguments, environment, the clock of progress bars, exit codes.
//!
//! It walks the road and prints what it meets. Flags beat environment beats file. Never 0 on failure.

mod explain;
mod pack;
mod run;

use crate::analysis;
use crate::diagnostics;
use crate::model::diagnostic::Diagnostics;
use crate::resolve::Overrides;
use crate::road;
use crate::road::Budget;
use crate::road::Request;
use clap::Args;
use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;
use std::io::IsTerminal;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

/// Which consumption sectors moved more than anyone should have expected, who moved them, and why.
#[derive(Debug, Parser)]
#[command(name = "bellwether", version, arg_required_else_help = true)]
struct Arguments {
    /// How mistakes are printed.
    #[arg(long, global = true, value_enum, default_value_t = MessageFormat::Text)]
    message_format: MessageFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MessageFormat {
    /// For people: the place in the spec, and what to do next.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes the memo of each spec: PDF, HTML, facts, manifest and tables.
    Run(run::RunArguments),
    /// Checks a spec against its data, and reports every mistake at once.
    Check(SpecArguments),
    /// Prints what a stage of the road gives, as JSON.
    Explain(explain::ExplainArguments),
    /// Lists the analyses that a spec's `memo:` may name.
    List,
    /// Tells what a cache folder holds, or empties it.
    Cache(CacheArguments),
    /// Packs CSV or Parquet into Parquet: narrow types proved over all values, sorted, in parts that can be skipped.
    Pack(pack::PackArguments),
}

/// A spec and what flags say instead of it.
#[derive(Debug, Args)]
struct SpecArguments {
    /// The spec's file.
    spec: PathBuf,
    #[command(flatten)]
    changes: Changes,
}

/// A cache folder and what to do with it.
#[derive(Debug, Args)]
struct CacheArguments {
    #[command(subcommand)]
    action: CacheAction,
    /// The folder.
    #[arg(long, env = "BELLWETHER_CACHE", value_name = "DIR", global = true)]
    cache: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
enum CacheAction {
    /// Tells how many entries there are, and their size.
    Stat,
    /// Removes all entries.
    Clean,
}

/// What flags say instead of the spec.
#[derive(Debug, Clone, Args)]
struct Changes {
    /// The target period (`2017-W51`, `2026-10`) instead of the spec's.
    #[arg(long)]
    period: Option<String>,
    /// The day that the data are complete up to (ISO 8601) instead of the day after the latest row.
    #[arg(long)]
    as_of: Option<String>,
    /// A folder outside the spec's that its `files:` may reach; may be given several times.
    #[arg(long = "data-root", value_name = "DIR")]
    data_roots: Vec<PathBuf>,
    /// A folder that keeps what each file added to earlier answers: only new and changed files are read.
    #[arg(long, env = "BELLWETHER_CACHE", value_name = "DIR")]
    cache: Option<PathBuf>,
    /// Memory for rows and counts, as `2GB`; what is more waits in a temporary folder. 4GB where it is not given.
    #[arg(long, env = "BELLWETHER_MEMORY", value_name = "SIZE")]
    memory: Option<Budget>,
}

impl Changes {
    fn request(&self, spec: &Path) -> Request {
        Request {
            spec: spec.to_owned(),
            overrides: Overrides {
                period: self.period.clone(),
                as_of: self.as_of.clone(),
                ..Overrides::default()
            },
            data_roots: self.data_roots.clone(),
            cache: self.cache.clone(),
            memory: self.memory,
        }
    }
}

/// Runs the program and returns its exit code: 0 ok; 1 a check or gate failed; 2 spec or usage wrong; 3 data missing,
/// stale or unreadable; 4 rendering failed.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // A closed pipe while printing help is nobody's mistake.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let printer = Printer {
        format: arguments.message_format,
    };
    let code = match &arguments.command {
        Command::Run(it) => run::run(it, &printer),
        Command::Check(it) => check(it, &printer),
        Command::Explain(it) => explain::explain(it, &printer),
        Command::Cache(it) => cache(it),
        Command::Pack(it) => pack::run(it, &printer),
        Command::List => {
            list();
            0
        }
    };
    ExitCode::from(code)
}

fn cache(arguments: &CacheArguments) -> u8 {
    let Some(folder) = &arguments.cache else {
        eprintln!("error: name the folder with `--cache DIR`, or in BELLWETHER_CACHE");
        return 2;
    };
    if !folder.is_dir() {
        eprintln!("error: there is no folder `{}`", folder.display());
        return 2;
    }
    let (verb, holdings) = match arguments.action {
        CacheAction::Stat => ("holds", road::cache_at(folder).holdings()),
        CacheAction::Clean => ("held", road::cache_at(folder).clean()),
    };
    say(&format!(
        "{}: {verb} {}, {:.1} MB\n",
        folder.display(),
        counted(
            usize::try_from(holdings.entries).unwrap_or(usize::MAX),
            "entry",
            "entries"
        ),
        holdings.bytes as f64 / 1e6,
    ));
    0
}

fn check(arguments: &SpecArguments, printer: &Printer) -> u8 {
    let planned = match road::plan(&arguments.changes.request(&arguments.spec)) {
        Ok(planned) => planned,
        Err(found) => return printer.fail(&found, &arguments.spec),
    };
    printer.warn(&planned.warnings, &arguments.spec);
    let plan = &planned.plan;
    say(&format!(
        "{}: {}, {}; target {}, {} of history\n",
        arguments.spec.display(),
        counted(plan.metrics.len(), "metric", "metrics"),
        counted(planned.tasks.len(), "analysis", "analyses"),
        plan.periods.target.iso(),
        counted(
            plan.periods.history.len(),
            &format!("complete {}", plan.periods.grain.noun()),
            &format!("complete {}", plan.periods.grain.nouns())
        ),
    ));
    0
}

/// Counts things: "1 metric", "4 metrics".
fn counted(n: usize, one: &str, several: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { several })
}

/// The list of analyses as the README prints it.
pub fn analyses_as_markdown() -> String {
    let mut lines = String::from("| analysis | what it answers |\n|---|---|\n");
    for it in analysis::REGISTRY {
        lines.push_str(&format!("| `{}` | {} |\n", it.name(), it.summary()));
    }
    lines
}

fn list() {
    let widest = analysis::REGISTRY.iter().map(|it| it.name().len()).max().unwrap_or(0);
    for it in analysis::REGISTRY {
        say(&format!("{:widest$}  {}\n", it.name(), it.summary()));
    }
}

/// Prints to standard output; a closed pipe is nobody's mistake.
fn say(text: &str) {
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// Prints mistakes.
struct Printer {
    format: MessageFormat,
}

impl Printer {
    /// Whether people read what is printed.
    fn is_text(&self) -> bool {
        matches!(self.format, MessageFormat::Text)
    }

    /// Prints errors and returns their exit code.
    fn fail(&self, found: &Diagnostics, spec: &Path) -> u8 {
        self.print(found, spec);
        found.exit_code()
    }

    /// Prints warnings.
    fn warn(&self, warnings: &[crate::model::diagnostic::Diagnostic], spec: &Path) {
        if !warnings.is_empty() {
            self.print(&Diagnostics(warnings.to_vec()), spec);
        }
    }

    fn print(&self, found: &Diagnostics, spec: &Path) {
        let mut found = found.clone();
        found.sort();
        let text = std::fs::read(spec)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default();
        let name = spec.display().to_string();
        let printed = match self.format {
            MessageFormat::Text => {
                let color =
                    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty());
                diagnostics::render(&found, &name, &text, color)
            }
            MessageFormat::Json => diagnostics::render_json(&found, &name, &text),
        };
        let _ = std::io::stderr().lock().write_all(printed.as_bytes());
    }
}
