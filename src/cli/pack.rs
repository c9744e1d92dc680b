//! `bellwether pack`: a pile of CSV or Parquet to narrow, sorted Parquet.

use super::printer::Printer;
use crate::model::diagnostic::Diagnostics;
use crate::pack;
use crate::pack::By;
use crate::pack::Job;
use crate::pack::Record;
use clap::Args;
use clap::ValueEnum;
use indicatif::ProgressBar;
use indicatif::ProgressStyle;
use std::io::BufWriter;
use std::path::PathBuf;

/// Arguments of `pack`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether pack export/ specs/data/events --time sold_at --by month")]
pub struct PackArguments {
    /// A `.csv`, `.csv.gz` or `.parquet` file, or a folder with such files at any depth: all CSV, or all Parquet.
    source: PathBuf,
    /// The folder that is written: Parquet, `pack.json`, and `rejects.csv` where lines or rows cannot be used.
    target: PathBuf,
    /// How rows are parted.
    #[arg(long, value_enum, default_value_t = Parted::None)]
    by: Parted,
    /// The column that says when; rows are sorted by it.
    #[arg(long, value_name = "COLUMN")]
    time: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Parted {
    /// One file.
    None,
    /// One file a month: `month=2026-10/part.parquet`.
    Month,
}

/// Packs, tells what came of it, and returns the exit code.
pub fn run(arguments: &PackArguments, printer: &Printer) -> u8 {
    match packed(arguments) {
        Ok(record) => {
            printer.say(&table(&record));
            0
        }
        // No text is shown: its mistakes are about files, and the source may be larger than memory.
        Err(found) => printer.fail(&found, std::path::Path::new("")),
    }
}

fn packed(arguments: &PackArguments) -> Result<Record, Diagnostics> {
    // Hidden by indicatif itself where standard error is not a terminal.
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{bar:40} {percent:>3} %  {bytes_per_sec}  {eta} left");
    bar.set_style(style.expect("the template is right"));
    let progress = |done: u64, total: u64| {
        bar.set_length(total);
        bar.set_position(done);
    };
    let create = |path: &std::path::Path| {
        let file = std::fs::File::create(path)?;
        Ok(Box::new(BufWriter::new(file)) as Box<dyn std::io::Write + Send>)
    };
    let record = pack::pack(&Job {
        from: arguments.source.clone(),
        to: arguments.target.clone(),
        time: arguments.time.clone(),
        by: match arguments.by {
            Parted::None => By::None,
            Parted::Month => By::Month,
        },
        create: &create,
        progress: &progress,
    });
    bar.finish_and_clear();
    record
}

/// What was packed, in lines.
fn table(record: &Record) -> String {
    let widest = |texts: &mut dyn Iterator<Item = &String>| texts.map(|it| it.chars().count()).max().unwrap_or(0);
    let name = widest(&mut record.columns.iter().map(|it| &it.name));
    let kind = widest(&mut record.columns.iter().map(|it| &it.stored_as));
    let mut text = String::new();
    for it in &record.columns {
        let missing = if it.missing == 0 {
            String::new()
        } else {
            format!("; {} missing", it.missing)
        };
        text += &format!("{:name$}  {:kind$}  {}{missing}\n", it.name, it.stored_as, it.proved);
    }
    let (read, written): (u64, u64) = (
        record.inputs.values().map(|it| it.bytes).sum(),
        record.parts.values().map(|it| it.bytes).sum(),
    );
    let rows: u64 = record.parts.values().map(|it| it.rows).sum();
    let rejects: u64 = record.inputs.values().map(|it| it.rejects).sum();
    let share = written as f64 / read.max(1) as f64 * 100.0;
    text += &format!(
        "{rows} rows in {} files, {written} bytes: {share:.1} % of {read}\n",
        record.parts.len()
    );
    if !record.sorted_by.is_empty() {
        text += &format!("each row group is sorted by {}\n", record.sorted_by.join(", "));
    }
    if rejects > 0 {
        let are_typed = record.inputs.keys().all(|it| it.ends_with(".parquet"));
        let what = if are_typed {
            "rows have no time"
        } else {
            "lines are no rows"
        };
        text += &format!("{rejects} {what}: see `rejects.csv`\n");
    }
    text
}
