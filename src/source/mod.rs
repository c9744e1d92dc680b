//! The one door to data: files under a spec's folder, read by polars.
//!
//! It answers requests and knows nothing of metrics, memos or analyses. A request is data; that it
//! becomes a polars plan here is this module's secret.

mod answer;
pub mod compile;
pub mod read;

use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Spanned;
use crate::model::panel::Intake;
use crate::model::plan::Plan;
use crate::model::plan::Role;
use crate::model::plan::Source;
use crate::model::request::Answer;
use crate::model::request::Request;
use crate::model::world::ColumnType;
use crate::model::world::Skim;
use crate::model::world::World;
pub use answer::Customers;
use jiff::civil::Date;
use polars::prelude::DataType;
use std::path::Path;
use std::path::PathBuf;

pub use answer::by_size;

/// Files under one folder, and nothing outside the allowed roots.
#[derive(Debug, Clone)]
pub struct Files {
    root: PathBuf,
    allowed: Vec<PathBuf>,
}

/// The rows of all sources of a plan, read once and asked many times.
pub struct Tables {
    tables: Vec<read::Rows>,
}

impl Files {
    /// Opens the folder of a spec; `allowed` are further folders that its patterns may reach.
    pub fn new(root: &Path, allowed: &[PathBuf]) -> Self {
        let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let allowed = std::iter::once(root)
            .chain(allowed.iter().map(PathBuf::as_path))
            .map(canonical)
            .collect();
        Self {
            root: root.to_owned(),
            allowed,
        }
    }

    /// Returns the path of a source's file.
    pub fn path(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }

    /// Reads every source of a plan, in parallel; each file once.
    pub fn read(&self, plan: &Plan) -> Result<Tables, Diagnostics> {
        use rayon::prelude::*;
        let read: Vec<Result<read::Rows, Diagnostics>> = plan
            .sources
            .par_iter()
            .enumerate()
            .map(|(source_idx, source)| read::rows(&self.root, source, &needed(plan, source_idx)))
            .collect();
        let mut found = Diagnostics::new();
        let mut tables = Vec::new();
        for result in read {
            match result {
                Ok(rows) => tables.push(rows),
                Err(diagnostics) => found.extend(diagnostics),
            }
        }
        if found.has_errors() {
            Err(found)
        } else {
            Ok(Tables { tables })
        }
    }

    fn matches(&self, pattern: &Spanned<String>) -> Result<Vec<String>, Diagnostic> {
        let written = &pattern.value;
        let wrong = |code, message: String| Err(Diagnostic::data(code, message).at(pattern.span));
        let full = self.root.join(written);
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
        for path in paths.flatten().filter(|path| path.is_file()) {
            let real = path.canonicalize().unwrap_or_else(|_| path.clone());
            if !self.allowed.iter().any(|root| real.starts_with(root)) {
                let hint = "put the data under the spec's folder, or allow the folder with `--data-root DIR`";
                return Err(Diagnostic::data(
                    "outside-roots",
                    format!("`{written}` reaches outside the allowed folders"),
                )
                .at(pattern.span)
                .hint(hint));
            }
            let relative = path.strip_prefix(&self.root).unwrap_or(&path);
            files.push(relative.to_string_lossy().replace('\\', "/"));
        }
        if files.is_empty() {
            return Err(crate::model::world::no_match(pattern));
        }
        Ok(files)
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
            other => ColumnType::Other(other.to_string()),
        };
        let types = read::types(&self.root, files)?;
        let mut odd = read::odd_values(&self.root, files, &types)?;
        Ok(types
            .iter()
            .map(|(name, dtype)| (name.clone(), odd.remove(name).unwrap_or_else(|| named(dtype))))
            .collect())
    }

    fn skim(&self, source: &Source, columns: &[String]) -> Result<Skim, Diagnostics> {
        let mut names = columns.to_vec();
        if let Role::Events { time, .. } = &source.role {
            names.push(time.clone());
        }
        names.extend(source.columns.iter().flat_map(|(_, expr)| expr.columns()));
        names.extend(source.rules.iter().flat_map(|rule| rule.keeps.columns()));
        let rows = read::rows(&self.root, source, &names)?;
        answer::skim(source, rows, columns)
            .map_err(|error| Diagnostic::data("unreadable-file", format!("`{}`: {error}", source.name)).into())
    }
}

impl Tables {
    /// Answers all requests of a wave, in parallel, in order.
    ///
    /// # Errors
    /// A sum that does not fit into 64 bits; whatever polars cannot do.
    pub fn answers(&self, plan: &Plan, requests: &[Request]) -> Result<Vec<Answer>, Diagnostics> {
        use rayon::prelude::*;
        let answers: Vec<Result<Answer, Diagnostic>> = requests
            .par_iter()
            .map(|request| answer::answer(&self.tables[request.source], plan, request))
            .collect();
        let mut found = Diagnostics::new();
        let mut answered = Vec::new();
        for result in answers {
            match result {
                Ok(answer) => answered.push(answer),
                Err(diagnostic) => found.push(diagnostic),
            }
        }
        if found.has_errors() { Err(found) } else { Ok(answered) }
    }

    /// Tells what came in from each source, counted against the plan's periods.
    pub fn intake(&self, plan: &Plan) -> Result<Vec<Intake>, Diagnostics> {
        let mut found = Diagnostics::new();
        let mut intakes = Vec::new();
        for (source, rows) in plan.sources.iter().zip(&self.tables) {
            match answer::intake(source, rows, plan, &self.tables) {
                Ok(intake) => intakes.push(intake),
                Err(error) => found.push(Diagnostic::data(
                    "unreadable-file",
                    format!("`{}`: {error}", source.name),
                )),
            }
        }
        if found.has_errors() { Err(found) } else { Ok(intakes) }
    }

    /// Returns customers, in a stable order, with the raw text of the named columns, each in one list; `None` is null.
    pub fn customers(&self, plan: &Plan, source_idx: usize, columns: &[&str]) -> Result<Customers, Diagnostics> {
        let source = &plan.sources[source_idx];
        answer::customers(source, &self.tables[source_idx], columns)
            .map_err(|error| Diagnostic::data("unreadable-file", format!("`{}`: {error}", source.name)).into())
    }
}

/// Lists the columns of a source that a plan reads.
fn needed(plan: &Plan, source_idx: usize) -> Vec<String> {
    let source = &plan.sources[source_idx];
    let mut names: Vec<String> = match &source.role {
        Role::Events { time, customer } => vec![time.clone(), customer.clone(), plan.categories.column.clone()],
        Role::Customers { key } => {
            let of_source = plan.segments.iter().filter(|it| it.source == source_idx);
            std::iter::once(key.clone())
                .chain(of_source.map(|it| it.column.clone()))
                .collect()
        }
    };
    for (_, expr) in &source.columns {
        names.extend(expr.columns());
    }
    for rule in &source.rules {
        names.extend(rule.keeps.columns());
    }
    for measure in plan.measures.iter().filter(|it| it.source == source_idx) {
        let of = measure.aggregate.of.iter().chain(&measure.aggregate.filter);
        names.extend(of.flat_map(|expr| expr.columns()));
    }
    names.extend(source.unique.iter().cloned());
    names.sort();
    names.dedup();
    names
}

/// Returns the days from 1970-01-01 to `date`.
fn days_of(date: Date) -> i32 {
    let epoch = jiff::civil::date(1970, 1, 1);
    (date - epoch).get_days()
}
