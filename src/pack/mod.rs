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
use std::collections::BTreeMap;
use std::io::Write;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::panic::resume_unwind;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::mpsc;

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

/// The blocks of a file with its header, or why it cannot be read.
type Records<'a> = Box<dyn Iterator<Item = Result<(Arc<Header>, Block), Diagnostic>> + Send + 'a>;

/// The header of a file, and which file it is.
struct Header {
    file_idx: usize,
    names: Vec<String>,
}

/// Works on the blocks of several files side by side, and takes in what comes of them in their order. A file that
/// cannot be read (any further) is handed on as such.
fn each_block<T: Send>(
    inputs: &[Input],
    wanted: impl Fn(usize) -> bool + Send + Sync,
    work: impl Fn(&Header, &Block) -> T + Sync,
    mut take: impl FnMut(Block, &Arc<Header>, T) -> Result<(), Diagnostic>,
    mut refuse: impl FnMut(Diagnostic) -> Result<(), Diagnostic>,
) -> Result<(), Diagnostic> {
    let of_file = |(file_idx, input)| -> Records<'_> {
        match blocks(input) {
            Err(diagnostic) => Box::new(std::iter::once(Err(diagnostic))),
            Ok((names, blocks)) => {
                let header = Arc::new(Header { file_idx, names });
                Box::new(blocks.map(move |block| {
                    let block = block.map_err(|error| unread(&input.name, &error.to_string()))?;
                    Ok((Arc::clone(&header), block))
                }))
            }
        }
    };
    let files = inputs.iter().enumerate().filter(|(file_idx, _)| wanted(*file_idx));
    in_order(
        files.flat_map(of_file),
        |it| it.map(|(header, block)| (work(&header, &block), header, block)),
        |it| match it {
            Ok((done, header, block)) => take(block, &header, done),
            Err(diagnostic) => refuse(diagnostic),
        },
    )
}

/// Works on items on all threads, and takes in what comes of them in the items' order. Those that wait to be taken in
/// are a few a thread, whatever each takes.
fn in_order<I: Send, T: Send, E>(
    items: impl Iterator<Item = I> + Send,
    work: impl Fn(I) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    // So far ahead is no item.
    const ALL: usize = usize::MAX / 2;
    let n_threads = rayon::current_num_threads();
    let items = Mutex::new(items.enumerate());
    // The next to be taken in; nobody begins what is further than a few ahead.
    let front = Mutex::new(0);
    let moved = Condvar::new();
    let (done, results) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..n_threads {
            let done = done.clone();
            scope.spawn(|| {
                // Moved, so that the channel closes with the last thread.
                let done = done;
                loop {
                    let Some((idx, item)) = items.lock().expect("no thread panics with the lock").next() else {
                        return;
                    };
                    let waits = |front: &mut usize| idx > *front + 2 * n_threads;
                    drop(
                        moved
                            .wait_while(front.lock().expect("no thread panics with the lock"), waits)
                            .expect("no thread panics with the lock"),
                    );
                    let worked = catch_unwind(AssertUnwindSafe(|| work(item)));
                    if done.send((idx, worked)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        let release = |until: usize| {
            *front.lock().expect("no thread panics with the lock") = until;
            moved.notify_all();
        };
        let mut early = BTreeMap::new();
        let mut next = 0;
        let mut taken = Ok(());
        for (idx, result) in results {
            early.insert(idx, result);
            while let Some(result) = early.remove(&next) {
                next += 1;
                taken = result.map(&mut take).unwrap_or_else(|panic| {
                    release(ALL);
                    resume_unwind(panic)
                });
                if taken.is_err() {
                    break;
                }
                release(next);
            }
            if taken.is_err() {
                break;
            }
        }
        // What is underway after a failure ends, and is let go.
        release(ALL);
        taken
    })
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

impl Header {
    /// Returns the place of the time column: none where rows need no time, an inner none where the file lacks it.
    fn place(&self, time: Option<&str>) -> Option<Option<usize>> {
        time.map(|time| self.names.iter().position(|it| it == time))
    }
}

/// Returns the hash of a file.
fn hash(path: &Path) -> std::io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// Returns whole days if a text is a date or a moment.
fn day_of(text: &[u8]) -> Option<i32> {
    const MICROS_A_DAY: i64 = 86_400_000_000;
    if text.len() == 10 {
        return value::day(text);
    }
    let moment = value::moment(text)?;
    i32::try_from(moment.micros.div_euclid(MICROS_A_DAY)).ok()
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
