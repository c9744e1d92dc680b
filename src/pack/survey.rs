//! The first pass: every value of every column, every line that is no row, and which months a file has.
//!
//! It must not know how rows are written.

use super::Header;
use super::Input;
use super::Job;
use super::blocks;
use super::day_of;
use super::each_block;
use super::month_of;
use super::proof::Proof;
use super::unread;
use super::unwritten;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::source::csv::Block;
use crate::source::csv::Field;
use crate::source::glance;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

/// The file of lines that are no rows.
pub(super) const REJECTS: &str = "rejects.csv";

/// What the inputs hold.
pub(super) struct Survey {
    /// Columns with what is proved of each.
    pub columns: Vec<(String, Proof)>,
    /// One an input.
    pub files: Vec<Surveyed>,
}

/// What an input holds.
#[derive(Default)]
pub(super) struct Surveyed {
    /// Hash of its bytes.
    pub hash: String,
    /// Bytes after unpacking.
    pub bytes: u64,
    /// Rows by month; all under zero where the rows have no time.
    pub months: BTreeMap<i32, u64>,
    /// Lines that are no rows.
    pub rejects: u64,
}

/// What a block holds.
struct Found {
    proofs: Vec<Proof>,
    months: BTreeMap<i32, u64>,
    rejects: Vec<(u64, String, String)>,
}

/// Reads all inputs once; lines that are no rows go to `rejects.csv`.
pub(super) fn survey(job: &Job<'_>, inputs: &[Input]) -> Result<Survey, Diagnostics> {
    let beside = job.to.join(format!("{REJECTS}.new"));
    let failed = |error: std::io::Error| unwritten(&beside, &error);
    let mut rejects = (job.create)(&beside).map_err(failed)?;
    rejects.write_all(b"file,line,reason,text\n").map_err(failed)?;
    let mut survey = Survey {
        columns: Vec::new(),
        files: Vec::new(),
    };
    let mut wrong = Diagnostics::new();
    let hashes: Vec<std::io::Result<String>> = inputs.par_iter().map(|it| super::hash(&it.path)).collect();
    for (input, hash) in inputs.iter().zip(hashes) {
        match hash {
            Ok(hash) => survey.files.push(Surveyed {
                hash,
                ..Surveyed::default()
            }),
            Err(error) => wrong.push(unread(&input.name, &error.to_string())),
        }
    }
    if wrong.has_errors() {
        return Err(wrong);
    }
    let mut proofs: Vec<Option<(Arc<Header>, Vec<Proof>)>> = inputs.iter().map(|_| None).collect();
    let total: u64 = inputs.iter().map(|it| it.bytes).sum::<u64>() * 2;
    let mut done = 0;
    let mut last = 0;
    each_block(
        inputs,
        |_| true,
        |header, block| found(block, header.names.len(), header.place(job.time.as_deref())),
        |block, header, found| {
            let surveyed = &mut survey.files[header.file_idx];
            let start = || (Arc::clone(header), vec![Proof::default(); header.names.len()]);
            let (_, all) = proofs[header.file_idx].get_or_insert_with(start);
            all.iter_mut().zip(found.proofs).for_each(|(all, more)| all.join(more));
            for (month, rows) in found.months {
                *surveyed.months.entry(month).or_default() += rows;
            }
            surveyed.bytes += block.bytes.len() as u64;
            surveyed.rejects += found.rejects.len() as u64;
            for (line, reason, text) in found.rejects {
                let name = inputs[header.file_idx].name.as_str();
                let cells = [name, &line.to_string(), &reason, &text].map(quoted);
                writeln!(rejects, "{}", cells.join(",")).map_err(|error| unwritten(&beside, &error))?;
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
    if wrong.has_errors() {
        return Err(wrong);
    }
    for (file_idx, input) in inputs.iter().enumerate() {
        // A file of a header alone has its columns too.
        let (names, all) = match proofs[file_idx].take() {
            Some((header, all)) => (header.names.clone(), all),
            None => {
                let (names, _) = blocks(input)?;
                let all = vec![Proof::default(); names.len()];
                (names, all)
            }
        };
        join_columns(&mut survey.columns, input, &survey.files[file_idx], names, all);
    }
    rejects.flush().map_err(failed)?;
    drop(rejects);
    check_time(job, &survey)?;
    let n_rejects: u64 = survey.files.iter().map(|it| it.rejects).sum();
    let placed = job.to.join(REJECTS);
    let moved = if n_rejects > 0 {
        std::fs::rename(&beside, &placed)
    } else {
        std::fs::remove_file(&beside).and_then(|()| {
            if placed.exists() {
                std::fs::remove_file(&placed)
            } else {
                Ok(())
            }
        })
    };
    moved.map_err(|error| unwritten(&placed, &error))?;
    Ok(survey)
}

/// A time column that is none would send every row to the rejects.
fn check_time(job: &Job<'_>, survey: &Survey) -> Result<(), Diagnostics> {
    let Some(time) = &job.time else { return Ok(()) };
    let names = || survey.columns.iter().map(|it| it.0.as_str());
    if !names().any(|it| it == time) {
        let message = format!("no file has the column `{time}`");
        return Err(Diagnostic::spec("unknown-column", message)
            .nearest(time, names())
            .into());
    }
    let rows: u64 = survey.files.iter().flat_map(|it| it.months.values()).sum();
    let rejects: u64 = survey.files.iter().map(|it| it.rejects).sum();
    if rows <= rejects {
        let message = format!("`{time}` says when in {rows} rows, and {rejects} lines cannot be used");
        let hint = "a date is written `2026-10-31`, a moment `2026-10-31 12:00:00`; `rejects.csv.new` has the lines";
        return Err(Diagnostic::data("pack-without-rows", message).hint(hint).into());
    }
    Ok(())
}

/// Joins what is proved of a file's columns to what is proved of those before.
fn join_columns(
    columns: &mut Vec<(String, Proof)>,
    input: &Input,
    surveyed: &Surveyed,
    names: Vec<String>,
    all: Vec<Proof>,
) {
    let rows: u64 = surveyed.months.values().sum();
    let before: u64 = columns
        .first()
        .map_or(0, |(_, proof)| proof.n + proof.n_missing + proof.n_empty);
    let own: Vec<String> = names.clone();
    let stated = glance::stated(&input.name)
        .into_iter()
        .filter(|it| !own.contains(&it.0));
    let stated = stated.map(|(name, value)| {
        let mut proof = Proof::default();
        if rows > 0 {
            proof.add(Field::of(value.as_deref().unwrap_or("")));
        }
        (name, proof.times(rows))
    });
    let mut seen: Vec<(String, Proof)> = names.into_iter().zip(all).chain(stated).collect();
    for (name, proof) in columns.iter_mut() {
        match seen.iter().position(|it| it.0 == *name) {
            Some(place) => proof.join(seen.remove(place).1),
            None => proof.n_missing += rows,
        }
    }
    for (name, mut proof) in seen {
        proof.n_missing += before;
        columns.push((name, proof));
    }
}

fn found(block: &Block, n_fields: usize, time: Option<Option<usize>>) -> Found {
    let mut found = Found {
        proofs: vec![Proof::default(); n_fields],
        months: BTreeMap::new(),
        rejects: Vec::new(),
    };
    let mut undated = Vec::new();
    let (mut last_day, mut last_month, mut n_last) = (i32::MIN, 0, 0_u64);
    let (proofs, months) = (&mut found.proofs, &mut found.months);
    block.records(
        n_fields,
        |line, fields| {
            if let Some(time) = time {
                let Some(day) = time.and_then(|it| day_of(fields[it].bytes())) else {
                    let row: Vec<String> = fields.iter().map(|it| quoted(&it.text())).collect();
                    undated.push((line(), "its time is not a date".to_owned(), row.join(",")));
                    return;
                };
                if day != last_day {
                    *months.entry(last_month).or_default() += n_last;
                    (last_day, last_month, n_last) = (day, month_of(day), 0);
                }
            }
            n_last += 1;
            proofs
                .iter_mut()
                .zip(fields)
                .for_each(|(proof, field)| proof.add(*field));
        },
        |line, fault, bytes| {
            let text = String::from_utf8_lossy(bytes).trim_end().to_owned();
            found.rejects.push((line, fault.reason().to_owned(), text));
        },
    );
    *months.entry(last_month).or_default() += n_last;
    months.retain(|_, rows| *rows > 0);
    found.rejects.extend(undated);
    found.rejects.sort();
    found
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
