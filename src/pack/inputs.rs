//! The files that are packed: found, of one format, and opened.
//!
//! It must not know what is done with their rows.

use super::Header;
use super::Job;
use super::proof::Proof;
use super::rows::Rows;
use super::typed::Typed;
use super::unread;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::source::csv;
use crate::source::csv::Blocks;
use crate::source::glance;
use crate::source::glance::Format;
use crate::source::parquet::Parquet;
use rayon::prelude::*;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

/// A file that is packed.
#[derive(Debug, Clone)]
pub(super) struct Input {
    /// Relative to the folder that is packed, with `/`.
    pub name: String,
    pub path: PathBuf,
    pub bytes: u64,
    pub format: Format,
}

/// The rows of a file, or why it cannot be read any further.
pub(super) type Parts = Box<dyn Iterator<Item = Result<Rows, Diagnostic>> + Send>;

/// Lists the files, sorted by name.
///
/// # Errors
/// Folders that cannot be read, files of two formats, columns that cannot be written.
pub(super) fn inputs(job: &Job<'_>) -> Result<Vec<Input>, Diagnostics> {
    let (from, to) = (job.from.canonicalize(), job.to.canonicalize());
    if let (Ok(from), Ok(to)) = (&from, &to)
        && to.starts_with(from)
    {
        let message = format!("`{}` lies in what is packed", job.to.display());
        return Err(Diagnostic::spec("pack-into-itself", message)
            .hint("choose a folder beside it")
            .into());
    }
    let mut inputs = found(job)?;
    inputs.sort_by(|a, b| a.name.cmp(&b.name));
    let of = |format| inputs.iter().find(|it| it.format == format);
    if let (Some(text), Some(typed)) = (of(Format::Csv), of(Format::Parquet)) {
        let message = format!(
            "`{}` is CSV and `{}` is Parquet: files of two formats are not packed together",
            text.name, typed.name
        );
        let hint = "pack the CSV files into a folder of their own, then both folders as Parquet";
        return Err(Diagnostic::data("pack-two-formats", message).hint(hint).into());
    }
    if inputs.is_empty() {
        let message = format!("`{}` holds no `.csv`, `.csv.gz` or `.parquet` file", job.from.display());
        return Err(Diagnostic::data("no-files", message).into());
    }
    check_columns(&inputs)?;
    Ok(inputs)
}

/// Walks the folder that is packed.
fn found(job: &Job<'_>) -> Result<Vec<Input>, Diagnostics> {
    let mut wrong = Diagnostics::new();
    let mut inputs = Vec::new();
    let mut open = vec![job.from.clone()];
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
            // What could not be packed lies beside what was: it is no input of a second round.
            let is_left_over =
                path.ends_with(super::survey::REJECTS) && path.with_file_name(super::record::NAME).exists();
            let name = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .to_string_lossy()
                .replace('\\', "/");
            if glance::format(&name) == Some(Format::Ipc) {
                let message = format!("`{name}` is Arrow IPC: only CSV and Parquet are packed");
                let hint = "leave it out; a spec reads it as it is";
                wrong.push(Diagnostic::data("pack-two-formats", message).hint(hint));
            }
            if let Some(format @ (Format::Csv | Format::Parquet)) = glance::format(&name).filter(|_| !is_left_over) {
                let (path, bytes) = (path.clone(), it.len());
                inputs.push(Input {
                    name,
                    path,
                    bytes,
                    format,
                });
            }
            Ok(())
        });
        if let Err(error) = listed {
            wrong.push(unread(&path.to_string_lossy(), &error.to_string()));
        }
    }
    if wrong.has_errors() { Err(wrong) } else { Ok(inputs) }
}

/// Makes sure that every column of every typed file can be written, before anything is.
fn check_columns(inputs: &[Input]) -> Result<(), Diagnostics> {
    let of_file = |input: &Input| -> Vec<Diagnostic> {
        let file = match glance::parquet(&input.path) {
            Ok(file) => file,
            Err(why) => return vec![glance::unreadable(&input.name, &why)],
        };
        let kinds = file.fields().map(|it| (it.name.as_str(), Typed::of(&it.dtype)));
        kinds
            .filter_map(|(name, kind)| Some(unwritable(name, &input.name, &kind.err()?)))
            .collect()
    };
    let typed = inputs.par_iter().filter(|it| it.format == Format::Parquet);
    let mut wrong = Diagnostics::new();
    let found: Vec<Vec<Diagnostic>> = typed.map(of_file).collect();
    found.into_iter().flatten().for_each(|it| wrong.push(it));
    if wrong.has_errors() { Err(wrong) } else { Ok(()) }
}

/// Makes the diagnostic of a column that holds what cannot be written.
pub(super) fn unwritable(column: &str, file: &str, noun: &str) -> Diagnostic {
    let message = format!("`{column}` of `{file}` holds {noun}, which `pack` cannot write");
    Diagnostic::data("pack-column-type", message).hint("write the files without this column, or make plain ones of it")
}

/// Opens a file: what its columns are, and its rows.
///
/// # Errors
/// A file that cannot be read.
pub(super) fn opened(file_idx: usize, input: &Input) -> Result<(Header, Parts), Diagnostic> {
    match input.format {
        Format::Parquet => typed(file_idx, input),
        _ => written(file_idx, input),
    }
}

fn written(file_idx: usize, input: &Input) -> Result<(Header, Parts), Diagnostic> {
    let blocks = csv::open(&input.path).and_then(|it| Blocks::new(it, csv::BLOCK_BYTES));
    let (names, blocks) = blocks.map_err(|error| unread(&input.name, &error.to_string()))?;
    if names.is_empty() {
        let message = format!("`{}` has no header", input.name);
        return Err(Diagnostic::data("unreadable-file", message));
    }
    let header = Header {
        file_idx,
        proofs: vec![Proof::default(); names.len()],
        names,
    };
    let name = input.name.clone();
    let parts = blocks.map(move |block| match block {
        Ok(block) => Ok(Rows::Lines(block)),
        Err(error) => Err(unread(&name, &error.to_string())),
    });
    Ok((header, Box::new(parts)))
}

fn typed(file_idx: usize, input: &Input) -> Result<(Header, Parts), Diagnostic> {
    let file: Arc<Parquet> = glance::parquet(&input.path)
        .map_err(|why| glance::unreadable(&input.name, &why))?
        .into();
    let mut header = Header {
        file_idx,
        names: Vec::new(),
        proofs: Vec::new(),
    };
    for field in file.fields() {
        let typed = Typed::of(&field.dtype).map_err(|noun| unwritable(&field.name, &input.name, &noun))?;
        header.names.push(field.name.to_string());
        header.proofs.push(Proof::of_type(typed));
    }
    let mut groups = Vec::new();
    let mut first = 1;
    for (group_idx, n_rows) in file.row_groups().enumerate() {
        groups.push(Ok(Rows::Group(Arc::clone(&file), group_idx, first)));
        first += n_rows as u64;
    }
    Ok((header, Box::new(groups.into_iter())))
}
