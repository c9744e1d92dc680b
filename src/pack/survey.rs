//! The first pass: every value of every column, every line that is no row, and which months a file has.
//!
//! It must not know how rows are written.

use super::Beside;
use super::By;
use super::Header;
use super::Input;
use super::Job;
use super::each_part;
use super::inputs;
use super::inputs::unwritable;
use super::kind::Kind;
use super::month_of;
use super::month_text;
use super::proof::Proof;
use super::rows::Row;
use super::rows::Rows;
use super::rows::Value;
use super::unread;
use super::unwritten;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::source::csv::Field;
use crate::source::glance;
use crate::source::glance::Format;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;

/// The column that paths of parts state.
const MONTH: &str = "month";

/// The file of lines that are no rows.
pub(super) const REJECTS: &str = "rejects.csv";

/// What the inputs hold.
pub(super) struct Survey {
    /// Columns, in order.
    pub columns: Vec<Proved>,
    /// One an input.
    pub files: Vec<Surveyed>,
}

/// A column with what is proved of it.
pub(super) struct Proved {
    pub name: String,
    pub proof: Proof,
    pub kind: Kind,
    /// The first file that has it.
    file: String,
}

/// What an input holds.
#[derive(Default)]
pub(super) struct Surveyed {
    /// Hash of its bytes.
    pub hash: String,
    /// Rows by month; all under zero where the rows have no time.
    pub months: BTreeMap<i32, u64>,
    /// Lines or rows that cannot be used.
    pub rejects: u64,
}

/// What some rows hold.
struct Found {
    proofs: Vec<Proof>,
    months: BTreeMap<i32, u64>,
    rejects: Vec<(u64, String, String)>,
}

/// What is proved of the columns of a file, by its place.
type Proofs = Vec<Option<(Arc<Header>, Vec<Proof>)>>;

/// Reads all inputs once; lines that are no rows go to `rejects.csv`.
pub(super) fn survey(job: &Job<'_>, inputs: &[Input]) -> Result<Survey, Diagnostics> {
    let beside = Beside(job.to.join(format!("{REJECTS}.new")));
    let failed = |error: std::io::Error| unwritten(&beside.0, &error);
    let mut rejects = (job.create)(&beside.0).map_err(failed)?;
    let place = match inputs[0].format {
        Format::Parquet => "row",
        _ => "line",
    };
    writeln!(rejects, "file,{place},reason,text").map_err(failed)?;
    let mut survey = Survey {
        columns: Vec::new(),
        files: hashed(inputs)?,
    };
    let proofs = read(job, inputs, &mut survey.files, |cells| {
        writeln!(rejects, "{}", cells.map(quoted).join(",")).map_err(failed)
    })?;
    let own = join_all(&mut survey, inputs, proofs)?;
    if job.by == By::Month && !own.contains(MONTH) && are_restated(inputs, &survey.files) {
        survey.columns.retain(|it| it.name != MONTH);
    }
    rejects.flush().map_err(failed)?;
    drop(rejects);
    if let Err(wrong) = check_time(job, inputs, &survey) {
        // It says which rows have no time.
        beside.keep();
        return Err(wrong);
    }
    let n_rejects: u64 = survey.files.iter().map(|it| it.rejects).sum();
    let placed = job.to.join(REJECTS);
    let moved = if n_rejects > 0 {
        std::fs::rename(&beside.0, &placed)
    } else if placed.exists() {
        std::fs::remove_file(&placed)
    } else {
        Ok(())
    };
    moved.map_err(|error| unwritten(&placed, &error))?;
    Ok(survey)
}

fn hashed(inputs: &[Input]) -> Result<Vec<Surveyed>, Diagnostics> {
    let hashes: Vec<std::io::Result<String>> = inputs.par_iter().map(|it| super::hash(&it.path)).collect();
    let mut wrong = Diagnostics::new();
    let mut files = Vec::new();
    for (input, hash) in inputs.iter().zip(hashes) {
        match hash {
            Ok(hash) => files.push(Surveyed {
                hash,
                ..Surveyed::default()
            }),
            Err(error) => wrong.push(unread(&input.name, &error.to_string())),
        }
    }
    if wrong.has_errors() { Err(wrong) } else { Ok(files) }
}

/// Reads all rows; `reject` is told of those that cannot be used: file, line or number, reason, text.
fn read(
    job: &Job<'_>,
    inputs: &[Input],
    files: &mut [Surveyed],
    mut reject: impl FnMut([&str; 4]) -> Result<(), Diagnostic>,
) -> Result<Proofs, Diagnostics> {
    let mut wrong = Diagnostics::new();
    let mut proofs: Proofs = inputs.iter().map(|_| None).collect();
    let total: u64 = inputs.iter().map(|it| it.bytes).sum::<u64>() * 2;
    let mut done = 0;
    let mut last = 0;
    each_part(
        inputs,
        |_| true,
        |header, rows| found(rows, header, header.place(job.time.as_deref())),
        |header, found| {
            let surveyed = &mut files[header.file_idx];
            let start = || (Arc::clone(header), header.proofs.clone());
            let (_, all) = proofs[header.file_idx].get_or_insert_with(start);
            for (all, more) in all.iter_mut().zip(found.proofs) {
                all.join(more).expect("a column of a file has one type");
            }
            for (month, rows) in found.months {
                *surveyed.months.entry(month).or_default() += rows;
            }
            surveyed.rejects += found.rejects.len() as u64;
            for (line, reason, text) in found.rejects {
                let name = inputs[header.file_idx].name.as_str();
                reject([name, &line.to_string(), &reason, &text])?;
            }
            while last < header.file_idx {
                done += inputs[last].bytes;
                last += 1;
                (job.progress)(done, total);
            }
            Ok(())
        },
        |diagnostic| {
            wrong.push(diagnostic);
            Ok(())
        },
    )?;
    (job.progress)(total / 2, total);
    if wrong.has_errors() { Err(wrong) } else { Ok(proofs) }
}

/// Joins what is proved of all files, and returns the columns that some file has itself.
fn join_all(survey: &mut Survey, inputs: &[Input], proofs: Proofs) -> Result<BTreeSet<String>, Diagnostics> {
    let mut wrong = Diagnostics::new();
    let mut together = Diagnostics::new();
    let mut own = BTreeSet::new();
    let mut before = 0;
    for ((file_idx, input), found) in inputs.iter().enumerate().zip(proofs) {
        // A file of a header alone has its columns too.
        let (names, proofs) = match found {
            Some((header, proofs)) => (header.names.clone(), proofs),
            None => {
                let (header, _) = inputs::opened(file_idx, input)?;
                (header.names, header.proofs)
            }
        };
        own.extend(names.iter().cloned());
        let rows: u64 = survey.files[file_idx].months.values().sum();
        let found = names.into_iter().zip(proofs).collect();
        join_columns(&mut survey.columns, input, (rows, before), found, &mut wrong);
        before += rows;
    }
    for column in survey.columns.iter_mut().filter(|_| !wrong.has_errors()) {
        match column.proof.kind() {
            Ok(kind) => column.kind = kind,
            // Each file's own values can be written, and all together cannot.
            Err(noun) => together.push(unwritable(&column.name, &column.file, noun)),
        }
    }
    wrong.extend(together);
    if wrong.has_errors() { Err(wrong) } else { Ok(own) }
}

/// Whether the month that each path states is the one of all rows there: then the packed path states it again.
fn are_restated(inputs: &[Input], files: &[Surveyed]) -> bool {
    inputs.iter().zip(files).all(|(input, file)| {
        let stated = glance::stated(&input.name).into_iter().find(|it| it.0 == MONTH);
        let stated = stated.and_then(|it| it.1);
        stated.is_some_and(|stated| file.months.keys().all(|it| month_text(*it) == stated))
    })
}

/// A time column that is none would send every row to the rejects.
fn check_time(job: &Job<'_>, inputs: &[Input], survey: &Survey) -> Result<(), Diagnostics> {
    let Some(time) = &job.time else { return Ok(()) };
    let names = || survey.columns.iter().map(|it| it.name.as_str());
    if !names().any(|it| it == time) {
        let message = format!("no file has the column `{time}`");
        return Err(Diagnostic::spec("unknown-column", message)
            .nearest(time, names())
            .into());
    }
    let rows: u64 = survey.files.iter().flat_map(|it| it.months.values()).sum();
    let rejects: u64 = survey.files.iter().map(|it| it.rejects).sum();
    if rows <= rejects {
        let (unit, hint) = match inputs[0].format {
            Format::Parquet => (
                "rows",
                "the column holds dates, moments, or texts as `2026-10-31`; `rejects.csv.new` has the rows",
            ),
            _ => (
                "lines",
                "a date is written `2026-10-31`, a moment `2026-10-31 12:00:00`; `rejects.csv.new` has the lines",
            ),
        };
        let message = format!("`{time}` says when in {rows} rows, and {rejects} {unit} cannot be used");
        return Err(Diagnostic::data("pack-without-rows", message).hint(hint).into());
    }
    Ok(())
}

/// Joins what is proved of a file's columns to what is proved of those before; of both the rows are known.
fn join_columns(
    columns: &mut Vec<Proved>,
    input: &Input,
    (rows, before): (u64, u64),
    mut seen: Vec<(String, Proof)>,
    wrong: &mut Diagnostics,
) {
    for (name, value) in glance::stated(&input.name) {
        if seen.iter().all(|it| it.0 != name) {
            let mut proof = Proof::default();
            if rows > 0 {
                proof.add(
                    value
                        .as_deref()
                        .map_or(Value::Missing, |it| Value::Written(Field::of(it))),
                );
            }
            seen.push((name, proof.times(rows)));
        }
    }
    for (name, proof) in &seen {
        if let Err(noun) = proof.kind() {
            wrong.push(unwritable(name, &input.name, noun));
        }
    }
    for column in columns.iter_mut() {
        let Some(place) = seen.iter().position(|it| it.0 == column.name) else {
            column.proof.n_missing += rows;
            continue;
        };
        if let Err((old, new)) = column.proof.join(seen.remove(place).1) {
            let Proved { name, file, .. } = column;
            let message = format!("`{name}` holds {old} in `{file}`, but {new} in `{}`", input.name);
            let hint = "make the files agree, or pack them into two folders";
            wrong.push(Diagnostic::data("changed-type", message).hint(hint));
        }
    }
    columns.extend(seen.into_iter().map(|(name, mut proof)| {
        proof.n_missing += before;
        Proved {
            name,
            proof,
            kind: Kind::Text,
            file: input.name.clone(),
        }
    }));
}

fn found(rows: &Rows, header: &Header, time: Option<Option<usize>>) -> Result<Found, String> {
    let mut found = Found {
        proofs: header.proofs.clone(),
        months: BTreeMap::new(),
        rejects: Vec::new(),
    };
    let mut undated = Vec::new();
    let (mut last_day, mut last_month, mut n_last) = (i32::MIN, 0, 0_u64);
    let (proofs, months) = (&mut found.proofs, &mut found.months);
    rows.each(
        header,
        |line, row| {
            if let Some(time) = time {
                let Some(day) = time.and_then(|it| row.value(it).day()) else {
                    let texts: Vec<String> = row.values().map(|it| quoted(&it.text())).collect();
                    let reason = match time.map(|it| row.value(it)) {
                        None | Some(Value::Missing) => "it has no time",
                        Some(_) => "its time is not a date",
                    };
                    undated.push((line(), reason.to_owned(), texts.join(",")));
                    return;
                };
                if day != last_day {
                    *months.entry(last_month).or_default() += n_last;
                    (last_day, last_month, n_last) = (day, month_of(day), 0);
                }
            }
            n_last += 1;
            match row {
                Row::Fields(fields) => proofs
                    .iter_mut()
                    .zip(fields)
                    .for_each(|(proof, it)| proof.add_written(*it)),
                Row::Values(values) => proofs.iter_mut().zip(values).for_each(|(proof, it)| proof.add(*it)),
            }
        },
        |line, fault, bytes| {
            let text = String::from_utf8_lossy(bytes).trim_end().to_owned();
            found.rejects.push((line, fault.reason().to_owned(), text));
        },
    )?;
    *months.entry(last_month).or_default() += n_last;
    months.retain(|_, rows| *rows > 0);
    found.rejects.extend(undated);
    found.rejects.sort();
    Ok(found)
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
