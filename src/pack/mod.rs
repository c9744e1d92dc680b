//! `pack`: CSV to Parquet, as one who knows both would do it once and well.
//!
//! The first pass proves over all values what each column can be stored as and keeps every line that is no row; the
//! second writes. Neither holds more than a few blocks and row groups. Parts are written beside and renamed, and
//! `pack.json` says what each follows from: a run that was killed goes on, and one with nothing new to do does nothing.
//! It must not know what specs are.

mod parquet;
mod proof;
mod record;
mod survey;
mod value;
mod write;

pub use proof::Kind;
pub use record::Record;

use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::source::csv;
use crate::source::csv::Block;
use crate::source::csv::Blocks;
use rayon::prelude::*;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

/// Makes a file to write to.
pub type Create<'a> = &'a (dyn Fn(&Path) -> std::io::Result<Box<dyn Write + Send>> + Sync);

/// What is to be packed, and how.
pub struct Job<'a> {
    /// A file, or a folder with all that is in it.
    pub from: PathBuf,
    /// The folder that is written.
    pub to: PathBuf,
    /// The column that says when: rows without it are kept apart, and each row group is sorted by it; none keeps the
    /// order of the files.
    pub time: Option<String>,
    /// How rows are parted.
    pub by: By,
    /// Opens the files that are written; tests let it fail.
    pub create: Create<'a>,
    /// Told how many bytes of how many are done.
    pub progress: &'a (dyn Fn(u64, u64) + Sync),
}

/// How rows are parted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// One file.
    None,
    /// One file a month of the time column.
    Month,
}

/// A file that is packed.
#[derive(Debug, Clone)]
struct Input {
    /// Relative to the folder that is packed, with `/`.
    name: String,
    path: PathBuf,
    bytes: u64,
}

/// Packs.
///
/// # Errors
/// Files that cannot be read, a time column that is none, a place that cannot be written.
pub fn pack(job: &Job<'_>) -> Result<Record, Diagnostics> {
    if job.by == By::Month && job.time.is_none() {
        let message = "`--by month` needs to know which column says when";
        return Err(Diagnostic::spec("pack-without-time", message)
            .hint("name it with `--time COLUMN`")
            .into());
    }
    let inputs = inputs(job)?;
    std::fs::create_dir_all(&job.to).map_err(|error| unwritten(&job.to, &error))?;
    let old = Record::read(&job.to);
    let survey = survey::survey(job, &inputs)?;
    write::write(job, &inputs, &survey, &old)
}

/// Lists the files, sorted by name.
fn inputs(job: &Job<'_>) -> Result<Vec<Input>, Diagnostics> {
    let failed = |path: &Path, error: &std::io::Error| unread(&path.to_string_lossy(), &error.to_string());
    let mut found = Diagnostics::new();
    let mut inputs = Vec::new();
    let mut open = vec![job.from.clone()];
    let (from, to) = (job.from.canonicalize(), job.to.canonicalize());
    if let (Ok(from), Ok(to)) = (&from, &to)
        && to.starts_with(from)
    {
        let message = format!("`{}` lies in what is packed", job.to.display());
        return Err(Diagnostic::spec("pack-into-itself", message)
            .hint("choose a folder beside it")
            .into());
    }
    let root = if job.from.is_dir() {
        job.from.as_path()
    } else {
        job.from.parent().unwrap_or(Path::new(""))
    };
    while let Some(path) = open.pop() {
        let listed = std::fs::metadata(&path).and_then(|it| {
            if it.is_dir() {
                let entries = std::fs::read_dir(&path)?;
                let paths: Vec<PathBuf> = entries.map(|it| it.map(|it| it.path())).collect::<Result<_, _>>()?;
                open.extend(paths);
                return Ok(());
            }
            let name = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .to_string_lossy()
                .replace('\\', "/");
            if csv::is_csv(&name) {
                let (path, bytes) = (path.clone(), it.len());
                inputs.push(Input { name, path, bytes });
            }
            Ok(())
        });
        if let Err(error) = listed {
            found.push(failed(&path, &error));
        }
    }
    if found.has_errors() {
        return Err(found);
    }
    if inputs.is_empty() {
        let message = format!("`{}` holds no `.csv` or `.csv.gz` file", job.from.display());
        return Err(Diagnostic::data("no-files", message).into());
    }
    inputs.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(inputs)
}

/// Works on the blocks of a file side by side, and takes in what comes of them in their order.
fn each_block<T: Send>(
    input: &Input,
    blocks: Blocks,
    work: impl Fn(&Block) -> T + Sync,
    mut take: impl FnMut(T, u64) -> Result<(), Diagnostic>,
) -> Result<(), Diagnostic> {
    let mut blocks = blocks.fuse();
    loop {
        let group: Vec<std::io::Result<Block>> = blocks.by_ref().take(rayon::current_num_threads()).collect();
        if group.is_empty() {
            return Ok(());
        }
        let group: Vec<Block> = group
            .into_iter()
            .collect::<Result<_, _>>()
            .map_err(|error| unread(&input.name, &error.to_string()))?;
        let done: Vec<T> = group.par_iter().map(&work).collect();
        for (block, it) in group.iter().zip(done) {
            take(it, block.bytes.len() as u64)?;
        }
    }
}

/// Opens a file; its header comes with the blocks.
fn blocks(input: &Input) -> Result<(Vec<String>, Blocks), Diagnostic> {
    let opened = csv::open(&input.path).and_then(|it| Blocks::new(it, csv::BLOCK_BYTES));
    let (names, blocks) = opened.map_err(|error| unread(&input.name, &error.to_string()))?;
    if names.is_empty() {
        let message = format!("`{}` has no header", input.name);
        return Err(Diagnostic::data("unreadable-file", message));
    }
    Ok((names, blocks))
}

/// Returns whole days if a text is a date or a moment.
fn day_of(text: &[u8]) -> Option<i32> {
    let day = value::day(text.get(..10)?)?;
    (text.len() == 10 || value::moment(text).is_some()).then_some(day)
}

/// Counts months from the year 0.
fn month_of(day: i32) -> i32 {
    let date = jiff::civil::date(1970, 1, 1).saturating_add(jiff::Span::new().days(day));
    i32::from(date.year()) * 12 + i32::from(date.month()) - 1
}

fn unread(name: &str, error: &str) -> Diagnostic {
    Diagnostic::data("unreadable-file", format!("`{name}` cannot be read: {error}"))
}

fn unwritten(path: &Path, error: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::render(
        "cannot-write",
        format!("`{}` cannot be written: {error}", path.display()),
    )
    .hint("what is finished stays: run again when there is room")
}
