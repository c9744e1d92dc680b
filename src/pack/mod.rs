//! `pack`: CSV or Parquet to Parquet, as one who knows both would do it once and well.
//!
//! The first pass proves over all values what each column can be stored as and keeps every line that is no row; the
//! second writes. Neither holds more than a few blocks and row groups. Parts are written beside and renamed, and
//! `pack.json` says what each follows from: a run that was killed goes on, and one with nothing new to do does nothing.
//! It must not know what specs are.

mod column;
pub mod customers;
mod inputs;
mod kind;
mod parquet;
mod proof;
mod record;
mod rows;
pub mod sheets;
mod survey;
mod typed;
mod value;
mod write;

pub use record::Record;

use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::source::glance;
use inputs::Input;
use proof::Proof;
use rows::Rows;
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
    /// A file, or a folder with all that is in it: CSV, or Parquet.
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
    let inputs = inputs::inputs(job)?;
    std::fs::create_dir_all(&job.to).map_err(|error| unwritten(&job.to, &error))?;
    let old = Record::read(&job.to);
    let survey = survey::survey(job, &inputs)?;
    write::write(job, &inputs, &survey, &old)
}

/// What the columns of a file are, and which file it is.
struct Header {
    file_idx: usize,
    names: Vec<String>,
    /// What is known of each column before a value is read.
    proofs: Vec<Proof>,
}

/// Works on the rows of several files side by side, and takes in what comes of them in their order. A file that
/// cannot be read (any further) is handed on as such.
fn each_part<T: Send>(
    inputs: &[Input],
    wanted: impl Fn(usize) -> bool + Send + Sync,
    work: impl Fn(&Header, &Rows) -> Result<T, String> + Sync,
    mut take: impl FnMut(&Arc<Header>, T) -> Result<(), Diagnostic>,
    mut refuse: impl FnMut(Diagnostic) -> Result<(), Diagnostic>,
) -> Result<(), Diagnostic> {
    type Items<'a> = Box<dyn Iterator<Item = Result<(Arc<Header>, Rows), Diagnostic>> + Send + 'a>;
    let of_file = |(file_idx, input)| -> Items<'_> {
        match inputs::opened(file_idx, input) {
            Err(diagnostic) => Box::new(std::iter::once(Err(diagnostic))),
            Ok((header, parts)) => {
                let header = Arc::new(header);
                Box::new(parts.map(move |rows| Ok((Arc::clone(&header), rows?))))
            }
        }
    };
    let files = inputs.iter().enumerate().filter(|(file_idx, _)| wanted(*file_idx));
    in_order(
        files.flat_map(of_file),
        |it| {
            let (header, rows) = it?;
            match work(&header, &rows) {
                Ok(done) => Ok((done, header)),
                Err(why) => Err(glance::unreadable(&inputs[header.file_idx].name, &why)),
            }
        },
        |it| match it {
            Ok((done, header)) => take(&header, done),
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

impl Header {
    /// Returns the place of the time column: none where rows need no time, an inner none where the file lacks it.
    fn place(&self, time: Option<&str>) -> Option<Option<usize>> {
        time.map(|time| self.names.iter().position(|it| it == time))
    }
}

/// A file that is written beside its place: it goes, and gives its room back, unless it was renamed or is kept.
struct Beside(PathBuf);

impl Beside {
    /// Leaves the file where it is.
    fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Returns the hash of a file.
fn hash(path: &Path) -> std::io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// Counts months from the year 0.
fn month_of(day: i32) -> i32 {
    let date = jiff::civil::date(1970, 1, 1).saturating_add(jiff::Span::new().days(day));
    i32::from(date.year()) * 12 + i32::from(date.month()) - 1
}

/// Writes a month of those that [`month_of`] counts.
fn month_text(month: i32) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
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
