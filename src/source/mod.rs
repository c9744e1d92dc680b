//! The one door to data: files under a spec's folder, read by polars.
//!
//! It answers requests and knows nothing of metrics, memos or analyses. A request is data; that polars
//! reads the rows and evaluates expressions is this module's secret.

mod answer;
mod arrow;
pub mod budget;
pub mod cache;
mod codec;
pub mod compile;
mod computed;
pub mod cost;
pub mod csv;
mod fold;
mod fonts;
pub mod frame;
pub mod glance;
mod group;
mod intake;
mod ipc;
mod lookup;
mod merge;
pub mod parquet;
mod partial;
mod program;
mod read;
mod remote;
mod running;
mod runs;
mod scan;
mod shape;
pub mod sql;
mod table;
mod tables;
mod threads;
mod typing;
mod union;
mod zone;

use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Spanned;
use crate::model::font::NamedBytes;
use crate::model::plan::Plan;
use crate::model::plan::Role;
use crate::model::plan::Source;
use crate::model::request::Request;
use crate::model::world::ColumnType;
use crate::model::world::Skim;
use crate::model::world::World;
pub use answer::Customers;
use budget::Budget;
use cache::Cache;
use jiff::civil::Date;
use polars::prelude::DataType;
use remote::Object;
use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU64;
use std::time::SystemTime;
pub use tables::Tables;
use tempfile::TempDir;

/// Files under one folder, and nothing outside the allowed roots; and files of object stores.
#[derive(Debug, Clone)]
pub struct Files {
    places: Places,
    allowed: Vec<PathBuf>,
    cache: Option<Cache>,
    budget: Budget,
    /// Where copies of objects lie when there is no cache; goes with the last of its users.
    passing: Arc<OnceLock<TempDir>>,
    /// Files as they were when they were found.
    seen: Arc<Mutex<BTreeMap<String, Stamp>>>,
}

/// Where files lie: under a spec's folder, or, where an object store has them, in a folder of copies.
#[derive(Debug, Clone)]
pub struct Places {
    root: PathBuf,
    objects: Arc<Mutex<BTreeMap<String, Object>>>,
    /// Rows that were read so far, for whoever waits.
    rows: Arc<AtomicU64>,
}

impl Places {
    fn path(&self, file: &str) -> PathBuf {
        let objects = self.objects.lock().expect("no thread panics with the lock");
        objects
            .get(file)
            .map_or_else(|| self.root.join(file), |it| it.copy.clone())
    }
}

/// What changes when a file is written or replaced: size, time of writing and, where the system has them, the time of
/// the last change of any kind, which no program can set, and the file's number.
type Stamp = (u64, Option<SystemTime>, i64, i64, u64);

impl Files {
    /// Opens the folder of a spec; `allowed` are further folders that its patterns may reach.
    pub fn new(root: &Path, allowed: &[PathBuf]) -> Self {
        let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let allowed = std::iter::once(root)
            .chain(allowed.iter().map(PathBuf::as_path))
            .map(canonical)
            .collect();
        Self {
            places: Places {
                root: root.to_owned(),
                objects: Arc::default(),
                rows: Arc::default(),
            },
            allowed,
            cache: None,
            budget: Budget::default(),
            passing: Arc::default(),
            seen: Arc::default(),
        }
    }

    /// Counts rows while they are read.
    pub fn rows_read(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.places.rows)
    }

    /// Keeps what files add to answers, and takes from there what they added before.
    pub fn with_cache(self, cache: Option<Cache>) -> Self {
        Self { cache, ..self }
    }

    /// Returns the cache, where there is one.
    pub fn cache(&self) -> Option<&Cache> {
        self.cache.as_ref()
    }

    /// Bounds the memory that rows and counts may take.
    pub fn with_budget(self, budget: Budget) -> Self {
        Self { budget, ..self }
    }

    /// Makes sure that no file became another since it was found: figures of two states of the data are none.
    ///
    /// # Errors
    /// All files that changed or went away.
    pub fn unchanged(&self) -> Result<(), Diagnostics> {
        let seen = self.seen.lock().expect("no thread panics with the lock");
        let mut found = Diagnostics::new();
        let objects = self
            .places
            .objects
            .lock()
            .expect("no thread panics with the lock")
            .clone();
        let changed = remote::changed(objects.values());
        for (file, before) in seen.iter() {
            let is_same = match objects.get(file) {
                Some(object) => !changed.contains(object.url.as_str()),
                None => stamp(&self.path(file)).as_ref() == Some(before),
            };
            if !is_same {
                let message = format!("`{file}` was changed while it was read");
                let hint = "run again when the file is whole; a new one is best written beside and then renamed";
                found.push(Diagnostic::data("changed-file", message).hint(hint));
            }
        }
        if found.has_errors() { Err(found) } else { Ok(()) }
    }

    /// Returns the path of a source's file.
    pub fn path(&self, file: &str) -> PathBuf {
        self.places.path(file)
    }

    /// Returns the hash of a file's content.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn content(&self, file: &str) -> std::io::Result<String> {
        let path = self.path(file);
        match &self.cache {
            Some(cache) => cache.content(&path),
            None => cache::hashed(&path),
        }
    }

    /// Opens the sources that some plans share, to answer their own requests and those of their analyses; tables of
    /// customers are read.
    pub fn open(&self, asked: &[(&Plan, &[Request])]) -> Result<Tables, Diagnostics> {
        Tables::open(&self.places, asked, self.cache.as_ref(), self.budget)
    }

    /// Tells whether a path lies in an allowed folder, wherever links lead it.
    fn allows(&self, path: &Path) -> bool {
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        self.allowed.iter().any(|root| real.starts_with(root))
    }

    fn matches(&self, pattern: &Spanned<String>) -> Result<Vec<String>, Diagnostic> {
        let written = &pattern.value;
        if remote::is_remote(written) {
            let said =
                |message: String| Diagnostic::data("object-store", format!("`{written}` {message}")).at(pattern.span);
            let hint = "say how to reach the store in the environment, as its own tools read it: AWS_ACCESS_KEY_ID, \
                        GOOGLE_APPLICATION_CREDENTIALS, AZURE_STORAGE_ACCOUNT_NAME and the like";
            return self
                .objects(written)
                .map_err(|message| said(message).hint(hint))?
                .ok_or_else(|| crate::model::world::no_match(pattern));
        }
        let wrong = |code, message: String| Err(Diagnostic::data(code, message).at(pattern.span));
        let full = self.places.root.join(written);
        let paths = match glob::glob(&full.to_string_lossy()) {
            Ok(paths) => paths,
            Err(error) => {
                return wrong(
                    "bad-pattern",
                    format!("`{written}` is not a file pattern: {}", error.msg),
                );
            }
        };
        let mut files = Vec::new();
        for path in paths {
            let path = match path {
                Ok(path) => path,
                Err(error) => {
                    let path = self.relative(error.path());
                    return wrong("unreadable-file", format!("`{path}` cannot be read: {}", error.error()));
                }
            };
            if let Some(why) = no_file(&path) {
                return wrong("unreadable-file", format!("`{}` {why}", self.relative(&path)));
            }
            if !path.is_file() {
                continue;
            }
            if !self.allows(&path) {
                let hint = "put the data under the spec's folder, or allow the folder with `--data-root DIR`";
                return Err(Diagnostic::data(
                    "outside-roots",
                    format!("`{written}` reaches outside the allowed folders"),
                )
                .at(pattern.span)
                .hint(hint));
            }
            files.push(self.relative(&path));
        }
        if files.is_empty() {
            return Err(crate::model::world::no_match(pattern));
        }
        Ok(files)
    }
}

/// Says what a path is that is named as a file of data and is none; nothing where it is one, or a plain folder.
fn no_file(path: &Path) -> Option<&'static str> {
    if !path.exists() {
        return Some("points to a file that is not there");
    }
    let name = path.file_name()?.to_string_lossy();
    (path.is_dir() && glance::format(&name).is_some())
        .then_some("is a folder: add `/*` to the pattern to name what is in it")
}

impl Files {
    /// Names a path as a spec does: from its folder, with `/`.
    fn relative(&self, path: &Path) -> String {
        let relative = path.strip_prefix(&self.places.root).unwrap_or(path);
        relative.to_string_lossy().replace('\\', "/")
    }

    /// Finds objects, and brings them here; nothing where there is none.
    fn objects(&self, pattern: &str) -> Result<Option<Vec<String>>, String> {
        let folder = match &self.cache {
            Some(cache) => cache.objects(),
            None => {
                if self.passing.get().is_none() {
                    let made = tempfile::tempdir().map_err(|error| format!("cannot be copied here: {error}"))?;
                    let _ = self.passing.set(made);
                }
                self.passing.get().expect("it was set").path().to_owned()
            }
        };
        std::fs::create_dir_all(&folder).map_err(|error| format!("cannot be copied here: {error}"))?;
        let found = remote::found(pattern, &folder)?;
        if found.is_empty() {
            return Ok(None);
        }
        if let Some(cache) = &self.cache {
            cache.make_room(&found.iter().map(|it| it.copy.as_path()).collect::<Vec<&Path>>());
        }
        remote::fetched(pattern, &found)?;
        let mut objects = self.places.objects.lock().expect("no thread panics with the lock");
        let names = found.iter().map(|it| it.url.clone()).collect();
        objects.extend(found.into_iter().map(|it| (it.url.clone(), it)));
        Ok(Some(names))
    }
}

impl World for Files {
    fn files(&self, patterns: &[Spanned<String>]) -> Result<Vec<String>, Diagnostics> {
        let mut found = Diagnostics::new();
        let mut files = Vec::new();
        for pattern in patterns {
            match self.matches(pattern) {
                Ok(matched) => files.extend(matched),
                Err(diagnostic) => found.push(diagnostic),
            }
        }
        files.sort();
        files.dedup();
        let mut seen = self.seen.lock().expect("no thread panics with the lock");
        for file in &files {
            if let Some(stamp) = stamp(&self.path(file)) {
                seen.entry(file.clone()).or_insert(stamp);
            }
        }
        drop(seen);
        if found.has_errors() { Err(found) } else { Ok(files) }
    }

    fn columns(&self, files: &[String]) -> Result<Vec<(String, ColumnType)>, Diagnostics> {
        let named = |dtype: &DataType| match dtype {
            DataType::Date => ColumnType::Date,
            DataType::Datetime(_, _) => ColumnType::Timestamp,
            DataType::Boolean => ColumnType::Bool,
            it if it.is_integer() => ColumnType::Int,
            it if it.is_float() => ColumnType::Float,
            DataType::String | DataType::Categorical(_, _) | DataType::Enum(_, _) => ColumnType::Text,
            DataType::Unknown(_) => ColumnType::Other("that no expression can use".to_owned()),
            other => ColumnType::Other(other.to_string()),
        };
        let glances = glance::glances(&self.places, files)?;
        let columns = glance::columns(&glances)?;
        let mut odd = glance::odd_values(&glances, &columns);
        let mut holds = |it: &glance::Column| odd.remove(&it.name).unwrap_or_else(|| named(&it.holds));
        Ok(columns.iter().map(|it| (it.name.clone(), holds(it))).collect())
    }

    fn text(&self, file: &Spanned<String>) -> Result<String, Diagnostic> {
        let found = self
            .files(std::slice::from_ref(file))
            .map_err(|mut wrong| wrong.0.swap_remove(0))?;
        let refuse =
            |what: String| Diagnostic::data("unreadable-file", format!("`{}` {what}", file.value)).at(file.span);
        let [only] = found.as_slice() else {
            return Err(refuse("is more than one file".to_owned()));
        };
        let bytes = std::fs::read(self.path(only)).map_err(|error| refuse(format!("cannot be read: {error}")))?;
        String::from_utf8(bytes).map_err(|_| refuse("is not UTF-8 text".to_owned()))
    }

    fn fonts(&self, folder: &Spanned<String>) -> Result<Vec<NamedBytes>, Diagnostic> {
        fonts::fonts(self, folder)
    }

    fn skim(&self, source: &Source, columns: &[String], each: Option<&str>) -> Result<Skim, Diagnostics> {
        let mut names: Vec<String> = columns.iter().cloned().chain(each.map(str::to_owned)).collect();
        if let Role::Events { time, .. } = &source.role {
            names.push(time.clone());
        }
        names.extend(source.rules.iter().flat_map(|rule| rule.keeps.columns()));
        let reader = read::reader(&self.places, source, &names)?;
        if matches!(source.role, Role::Events { .. }) {
            let events = scan::Events::new(source.clone(), reader, self.cache.clone(), self.budget);
            return events.skim(columns, each);
        }
        answer::skim(reader.whole()?, columns)
            .map_err(|error| Diagnostic::data("unreadable-file", format!("`{}`: {error}", source.name)).into())
    }
}

/// Returns what changes when a file is written or replaced; `None` where it cannot be told.
fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = std::fs::metadata(path).ok()?;
    let (changed, nanos, number) = system_stamp(&metadata);
    Some((metadata.len(), metadata.modified().ok(), changed, nanos, number))
}

#[cfg(unix)]
fn system_stamp(metadata: &std::fs::Metadata) -> (i64, i64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.ctime(), metadata.ctime_nsec(), metadata.ino())
}

#[cfg(not(unix))]
fn system_stamp(_: &std::fs::Metadata) -> (i64, i64, u64) {
    (0, 0, 0)
}

/// Returns the days from 1970-01-01 to `date`.
fn days_of(date: Date) -> i32 {
    let epoch = jiff::civil::date(1970, 1, 1);
    (date - epoch).get_days()
}
