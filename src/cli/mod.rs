//! The command line: arguments, environment, the clock of progress bars, exit codes.
//!
//! It walks the road and prints what it meets. Flags beat environment beats file. Never 0 on failure.
//! Each command is a file; what several share is here.

mod check;
mod choice;
mod completions;
mod diff;
mod differences;
mod doctor;
mod explain;
mod init;
mod list;
mod pack;
mod printer;
mod run;
mod templates;
mod test;
mod verify;
mod watch;
mod why;

use crate::resolve::Overrides;
use crate::road;
use crate::road::Budget;
use crate::road::Earlier;
use crate::road::Request;
use crate::schema;
use clap::Args;
use clap::Parser;
use clap::Subcommand;
use printer::MessageFormat;
use printer::Printer;
use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

/// Which consumption sectors moved more than anyone should have expected, who moved them, and why.
#[derive(Debug, Parser)]
#[command(name = "bellwether", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Arguments {
    /// How mistakes are printed.
    #[arg(long, global = true, value_enum, default_value_t = MessageFormat::Text)]
    message_format: MessageFormat,
    #[command(subcommand)]
    command: Command,
}

/// The road of a newcomer.
const EXAMPLES: &str = "\
Examples:
  bellwether init memos                 a project that runs at once
  bellwether check memos/specs/*.yaml   every mistake, each with its place and what to do next
  bellwether list memos/specs/shift.yaml
                                        the names that the spec may use
  bellwether run memos/specs/shift.yaml the memo: reports/shift/<period>/memo.pdf
  bellwether list deviation             what may stand under `- deviation:`
  bellwether verify memos/reports       every report, computed anew from its sources: what holds, what does not, and why
  bellwether why headline/spend/value   from a printed figure to its rows and files

Exit codes: 0 ok; 1 a check, test or gate failed; 2 spec or usage wrong; 3 data missing, stale or unreadable;
4 rendering failed.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Lays out a project that runs at once: spec, small data, a template to override, a CI workflow.
    Init(init::InitArguments),
    /// Checks specs against their data, and reports every mistake at once.
    Check(check::CheckArguments),
    /// Lists what a spec can name: metrics, categories, periods, columns; or the analyses and their options.
    List(list::ListArguments),
    /// Shows what would be computed and from which files, or what a stage of the road gives.
    Explain(explain::ExplainArguments),
    /// Makes the memo of each spec: PDF, HTML, facts, manifest and tables.
    Run(run::RunArguments),
    /// Shows the memo in a browser, and makes it anew whenever spec, templates or data change.
    Watch(watch::WatchArguments),
    /// Holds what memos say and look like against what was kept of them.
    Test(test::TestArguments),
    /// Computes reports anew from their sources, and says fact by fact what holds, what does not, and why.
    Verify(verify::VerifyArguments),
    /// Tells which facts moved between two reports, by how much, and whether spec, data or engine moved them.
    Diff(diff::DiffArguments),
    /// Follows a figure to its definition, its cells, and the rows and files that made it.
    Why(why::WhyArguments),
    /// Lists the blocks of the memo's templates, or writes one out to be changed.
    Templates(templates::TemplatesArguments),
    /// Prints the JSON Schema of a spec, for editors.
    Schema,
    /// Tells versions, fonts, typst, threads, memory and cache.
    Doctor(doctor::DoctorArguments),
    /// Packs CSV or Parquet into Parquet: narrow types proved over all values, sorted, in parts that can be skipped.
    Pack(pack::PackArguments),
    /// Tells what a cache folder holds, or empties it.
    Cache(CacheArguments),
    /// Prints completions for a shell.
    Completions(completions::CompletionsArguments),
    /// Writes the manual pages.
    Man(completions::ManArguments),
}

/// A cache folder and what to do with it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether cache stat --cache .bellwether-cache
  bellwether cache clean --cache .bellwether-cache")]
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
    /// A value of one of the spec's `params:`; may be given several times.
    #[arg(short = 'P', long = "param", value_name = "NAME=VALUE", value_parser = parameter)]
    params: Vec<(String, String)>,
    /// A YAML file with values of the spec's `params:`; `-P` beats it.
    #[arg(long, value_name = "FILE", value_parser = parameters)]
    params_file: Option<Parameters>,
    /// Which of the memos of a spec with `for_each:` are meant, by name; `*` stands for anything. May be given several times,
    /// or with commas.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    select: Vec<String>,
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

/// Values by name.
#[derive(Debug, Clone)]
struct Parameters(BTreeMap<String, String>);

/// Reads `name=value`.
fn parameter(typed: &str) -> Result<(String, String), String> {
    let (name, value) = typed
        .split_once('=')
        .ok_or_else(|| "write `name=value`, as `region=North`".to_owned())?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

/// Reads a file of parameters: a map of names to single values.
fn parameters(path: &str) -> Result<Parameters, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let values: BTreeMap<String, serde_yaml::Value> =
        serde_yaml::from_str(&text).map_err(|error| format!("it is no map of names to values: {error}"))?;
    let single = |(name, value): (String, serde_yaml::Value)| match value {
        serde_yaml::Value::String(text) => Ok((name, text)),
        serde_yaml::Value::Number(number) => Ok((name, number.to_string())),
        serde_yaml::Value::Bool(flag) => Ok((name, flag.to_string())),
        _ => Err(format!("`{name}` is not one value")),
    };
    values
        .into_iter()
        .map(single)
        .collect::<Result<_, String>>()
        .map(Parameters)
}

impl Changes {
    /// Returns the values of parameters: flags beat the file.
    fn params(&self) -> BTreeMap<String, String> {
        let of_file = self.params_file.iter().flat_map(|it| it.0.clone());
        of_file.chain(self.params.iter().cloned()).collect()
    }

    fn request(&self, spec: &Path) -> Request {
        Request {
            spec: spec.to_owned(),
            text: None,
            overrides: Overrides {
                period: self.period.clone(),
                as_of: self.as_of.clone(),
                params: self.params(),
                ..Overrides::default()
            },
            data_roots: self.data_roots.clone(),
            cache: self.cache.clone(),
            memory: self.memory,
            earlier: Earlier::Without,
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
    let printer = Printer::new(arguments.message_format);
    let code = match &arguments.command {
        Command::Init(it) => init::init(it, &printer),
        Command::Check(it) => check::check(it, &printer),
        Command::List(it) => list::list(it, &printer),
        Command::Explain(it) => explain::explain(it, &printer),
        Command::Run(it) => run::run(it, &printer),
        Command::Watch(it) => watch::watch(it, &printer),
        Command::Test(it) => test::test(it, &printer),
        Command::Verify(it) => verify::verify(it, &printer),
        Command::Diff(it) => diff::diff(it, &printer),
        Command::Why(it) => why::why(it, &printer),
        Command::Templates(it) => templates::templates(it, &printer),
        Command::Schema => {
            printer.say(&schema::schema());
            0
        }
        Command::Doctor(it) => doctor::doctor(it, &printer),
        Command::Pack(it) => pack::run(it, &printer),
        Command::Cache(it) => cache(it, &printer),
        Command::Completions(it) => completions::completions(it, &printer),
        Command::Man(it) => completions::man(it, &printer),
    };
    printer.finish();
    ExitCode::from(code)
}

fn cache(arguments: &CacheArguments, printer: &Printer) -> u8 {
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
    printer.say(&format!(
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

/// Counts things: "1 metric", "4 metrics".
fn counted(n: usize, one: &str, several: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { several })
}

/// The list of analyses as the README prints it.
pub fn analyses_as_markdown() -> String {
    list::analyses_as_markdown()
}
