//! The second pass: rows of proved types, parted, sorted, in row groups that a reader can skip.
//!
//! A part's bytes follow from its inputs and from nothing else: not from what was finished before, nor from threads.

use super::Beside;
use super::By;
use super::Header;
use super::Input;
use super::Job;
use super::column::Column;
use super::each_part;
use super::hash;
use super::kind::Kind;
use super::month_of;
use super::month_text;
use super::parquet::Writer;
use super::record;
use super::record::ColumnRecord;
use super::record::Part;
use super::record::Read;
use super::record::Record;
use super::rows::Row;
use super::rows::Rows;
use super::rows::Value;
use super::survey;
use super::survey::Survey;
use super::unread;
use super::unwritten;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::source::csv::Field;
use crate::source::glance;
use polars::prelude as pl;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Rows of a row group: large enough to pack well, small enough to be skipped and to stream.
const GROUP_ROWS: u64 = 1 << 20;

/// Rows that wait in memory for their row groups, over all parts that are open at a time.
const WAITING_ROWS: u64 = 1 << 22;

/// Row groups do not become smaller than this, however many parts are open.
const LEAST_ROWS: u64 = 1 << 16;

/// Enters into the hash of what a part follows from; another number makes every part anew.
const LAYOUT: u32 = 2;

/// How all parts are written.
struct Layout {
    columns: Vec<(String, Kind)>,
    sorted_by: Vec<String>,
    group_rows: u64,
}

/// A part that is being written.
struct Growing {
    name: String,
    waiting: Option<pl::DataFrame>,
    writer: Writer,
    rows: u64,
    beside: Beside,
}

/// Writes all parts that are not there yet.
pub(super) fn write(job: &Job<'_>, inputs: &[Input], survey: &Survey, old: &Record) -> Result<Record, Diagnostics> {
    let layout = layout(job, survey);
    let mut record = record_of(inputs, survey, &layout);
    // What each part follows from, and the last input that adds to it.
    let mut wanted: BTreeMap<i32, (String, usize)> = BTreeMap::new();
    for (file_idx, file) in survey.files.iter().enumerate() {
        for month in file.months.keys() {
            wanted.entry(part_of(job, *month)).or_default().1 = file_idx;
        }
    }
    for (part, (key, _)) in &mut wanted {
        *key = follows_from(job, inputs, survey, &layout, &record, *part);
        let name = name_of(job, *part);
        if let Some(it) = old.parts.get(&name).filter(|it| it.follows_from == *key)
            && hash(&job.to.join(&name)).is_ok_and(|hash| hash == it.hash)
        {
            record.parts.insert(name, it.clone());
        }
    }
    let kept: BTreeSet<String> = record.parts.keys().cloned().collect();
    // What an earlier run made stays known until another takes its place or it goes: a run may end before.
    let old_parts = old.parts.iter().filter(|it| !kept.contains(it.0));
    record
        .parts
        .extend(old_parts.map(|(name, part)| (name.clone(), part.clone())));
    record
        .write(&job.to, job.create)
        .map_err(|error| unwritten(&job.to.join(record::NAME), &error))?;
    let mut growing: BTreeMap<i32, Growing> = BTreeMap::new();
    let total: u64 = inputs.iter().map(|it| it.bytes).sum();
    let is_wanted = |file_idx: usize| {
        let mut months = survey.files[file_idx].months.keys();
        months.any(|month| !kept.contains(&name_of(job, part_of(job, *month))))
    };
    let mut done = total;
    let mut last = 0;
    // Ends the parts to which no file from `until` on adds rows.
    let mut pass = |until: usize, growing: &mut BTreeMap<i32, Growing>| -> Result<(), Diagnostic> {
        while last < until {
            let ended: Vec<i32> = growing.keys().copied().filter(|it| wanted[it].1 == last).collect();
            for part in ended {
                let open = growing.remove(&part).expect("it was listed");
                let (name, mut finished) = finish(job, open, &layout)?;
                finished.follows_from.clone_from(&wanted[&part].0);
                record.parts.insert(name, finished);
                record
                    .write(&job.to, job.create)
                    .map_err(|error| unwritten(&job.to.join(record::NAME), &error))?;
            }
            done += inputs[last].bytes;
            last += 1;
            (job.progress)(done, total * 2);
        }
        Ok(())
    };
    let sources: Vec<Sources> = inputs.iter().map(|it| Sources::of(it, &layout)).collect();
    each_part(
        inputs,
        is_wanted,
        |header, rows| typed_rows(job, rows, &layout, header, &sources[header.file_idx]),
        |header, parts| {
            pass(header.file_idx, &mut growing)?;
            for (part, frame) in parts {
                let name = name_of(job, part);
                if !kept.contains(&name) {
                    add(job, (part, name), frame, &layout, &mut growing)?;
                }
            }
            Ok(())
        },
        // The first pass read it: it was changed since.
        Err,
    )?;
    pass(inputs.len(), &mut growing)?;
    // A part that an earlier run made of rows that are gone now would be read with the others.
    let names: BTreeSet<String> = wanted.keys().map(|part| name_of(job, *part)).collect();
    for name in old.parts.keys().filter(|it| !names.contains(*it)) {
        let path = job.to.join(name);
        if path.exists() {
            std::fs::remove_file(&path).map_err(|error| unwritten(&path, &error))?;
        }
        record.parts.remove(name);
    }
    record
        .write(&job.to, job.create)
        .map_err(|error| unwritten(&job.to.join(record::NAME), &error))?;
    Ok(record)
}

fn layout(job: &Job<'_>, survey: &Survey) -> Layout {
    let columns: Vec<(String, Kind)> = survey.columns.iter().map(|it| (it.name.clone(), it.kind)).collect();
    let mut few: Vec<(usize, &String)> = survey
        .columns
        .iter()
        .filter_map(|it| Some((it.proof.n_distinct()?, &it.name)))
        .filter(|(n, _)| *n > 1)
        .collect();
    few.sort();
    let others = few
        .into_iter()
        .map(|it| it.1)
        .filter(|it| Some(*it) != job.time.as_ref());
    let sorted_by = job
        .time
        .iter()
        .chain(others.filter(|_| job.time.is_some()))
        .cloned()
        .collect();
    let n_open = survey.files.iter().map(|it| it.months.len()).max().unwrap_or(1) as u64;
    let group_rows = match job.by {
        By::None => GROUP_ROWS,
        By::Month => (WAITING_ROWS / n_open.max(1)).clamp(LEAST_ROWS, GROUP_ROWS),
    };
    Layout {
        columns,
        sorted_by,
        group_rows,
    }
}

fn record_of(inputs: &[Input], survey: &Survey, layout: &Layout) -> Record {
    let read = inputs.iter().zip(&survey.files).map(|(input, file)| {
        let read = Read {
            hash: file.hash.clone(),
            bytes: input.bytes,
            rows: file.months.values().sum(),
            rejects: file.rejects,
        };
        (input.name.clone(), read)
    });
    let columns = survey.columns.iter().map(|it| ColumnRecord {
        name: it.name.clone(),
        stored_as: it.kind.name(),
        proved: it.proof.says(it.kind),
        missing: it.proof.n_missing,
    });
    Record {
        engine: format!("bellwether {}", env!("CARGO_PKG_VERSION")),
        inputs: read.collect(),
        columns: columns.collect(),
        sorted_by: layout.sorted_by.clone(),
        parts: BTreeMap::new(),
    }
}

fn part_of(job: &Job<'_>, month: i32) -> i32 {
    match job.by {
        By::None => 0,
        By::Month => month,
    }
}

fn name_of(job: &Job<'_>, part: i32) -> String {
    match job.by {
        By::None => "part.parquet".to_owned(),
        By::Month => format!("month={}/part.parquet", month_text(part)),
    }
}

/// Hashes all that the bytes of a part follow from.
fn follows_from(
    job: &Job<'_>,
    inputs: &[Input],
    survey: &Survey,
    layout: &Layout,
    record: &Record,
    part: i32,
) -> String {
    let has_it = |file: &survey::Surveyed| file.months.keys().any(|month| part_of(job, *month) == part);
    let files: Vec<(&str, &str)> = inputs
        .iter()
        .zip(&survey.files)
        .filter(|(_, file)| has_it(file))
        .map(|(input, file)| (input.name.as_str(), file.hash.as_str()))
        .collect();
    let kinds: Vec<(&str, String)> = layout
        .columns
        .iter()
        .map(|(name, kind)| (name.as_str(), kind.name()))
        .collect();
    let all = (
        LAYOUT,
        &record.engine,
        job.by,
        &job.time,
        files,
        kinds,
        &layout.sorted_by,
        layout.group_rows,
    );
    let text = serde_json::to_string(&all).expect("names and numbers are JSON");
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// Where each column's values come from.
struct Sources {
    /// Values that the file's name states, one a column; none where the file may have the column.
    stated: Vec<Option<String>>,
}

impl Sources {
    fn of(input: &Input, layout: &Layout) -> Self {
        let stated = glance::stated(&input.name);
        let of = |name: &String| stated.iter().find(|it| it.0 == *name).and_then(|it| it.1.clone());
        Self {
            stated: layout.columns.iter().map(|it| of(&it.0)).collect(),
        }
    }
}

/// Adds rows to a part, and writes the row groups that are full.
fn add(
    job: &Job<'_>,
    (part, name): (i32, String),
    frame: pl::DataFrame,
    layout: &Layout,
    growing: &mut BTreeMap<i32, Growing>,
) -> Result<(), Diagnostic> {
    let open = match growing.entry(part) {
        std::collections::btree_map::Entry::Occupied(it) => it.into_mut(),
        std::collections::btree_map::Entry::Vacant(it) => it.insert(start(job, name, layout)?),
    };
    let failed = |error: pl::PolarsError| unwritten(&job.to.join(&open.name), &error);
    match &mut open.waiting {
        None => open.waiting = Some(frame),
        Some(waiting) => {
            waiting.vstack_mut(&frame).map_err(failed)?;
        }
    }
    write_groups(job, open, layout, layout.group_rows)
}

/// Makes typed rows of some of a file, by part.
fn typed_rows(
    job: &Job<'_>,
    rows: &Rows,
    layout: &Layout,
    header: &Header,
    sources: &Sources,
) -> Result<Vec<(i32, pl::DataFrame)>, String> {
    let time = header.place(job.time.as_deref());
    let place = |name: &String| header.names.iter().position(|it| it == name);
    let places: Vec<Option<usize>> = layout.columns.iter().map(|it| place(&it.0)).collect();
    let mut parts: BTreeMap<i32, (usize, Vec<Column>)> = BTreeMap::new();
    let (mut last_day, mut last_part) = (i32::MIN, 0);
    let started = || {
        let columns = layout.columns.iter().map(|(name, kind)| Column::new(name, *kind));
        (0, columns.collect())
    };
    rows.each(
        header,
        |_, row| {
            if let Some(time) = time {
                let Some(day) = time.and_then(|it| row.value(it).day()) else {
                    return;
                };
                if day != last_day {
                    (last_day, last_part) = (day, part_of(job, month_of(day)));
                }
            }
            let (n_rows, columns) = parts.entry(last_part).or_insert_with(started);
            *n_rows += 1;
            for ((column, place), stated) in columns.iter_mut().zip(&places).zip(&sources.stated) {
                match (place, stated, row) {
                    (Some(place), _, Row::Fields(fields)) => column.push_written(fields[*place]),
                    (Some(place), _, Row::Values(values)) => column.push(values[*place]),
                    (None, Some(stated), _) => column.push_written(Field::of(stated)),
                    (None, None, _) => column.push(Value::Missing),
                }
            }
        },
        |_, _, _| {},
    )?;
    let framed = |(part, (n_rows, columns)): (i32, (usize, Vec<Column>))| {
        let columns = columns.into_iter().zip(&layout.columns);
        let columns = columns.map(|(it, (_, kind))| it.finish(*kind)).collect();
        let frame = pl::DataFrame::new(n_rows, columns).expect("one value a row in every column");
        (part, frame)
    };
    Ok(parts.into_iter().map(framed).collect())
}

/// Begins a part, beside its place.
fn start(job: &Job<'_>, name: String, layout: &Layout) -> Result<Growing, Diagnostic> {
    let beside = Beside(job.to.join(format!("{name}.new")));
    let path = beside.0.as_path();
    let folder = path.parent().unwrap_or(&job.to);
    let file = std::fs::create_dir_all(folder).and_then(|()| (job.create)(path));
    let file = file.map_err(|error| unwritten(path, &error))?;
    let is_time = |(name, kind): &&(String, Kind)| {
        job.time.as_ref() == Some(name) && matches!(kind, Kind::Date | Kind::Moment(..))
    };
    let ascending = layout.columns.iter().find(is_time).map(|it| it.0.as_str());
    let fields = layout.columns.iter().map(|(name, kind)| kind.field(name));
    let writer = Writer::new(file, fields, ascending).map_err(|error| unwritten(path, &error))?;
    Ok(Growing {
        name,
        waiting: None,
        writer,
        rows: 0,
        beside,
    })
}

/// Writes row groups while so many rows wait.
fn write_groups(job: &Job<'_>, open: &mut Growing, layout: &Layout, rows: u64) -> Result<(), Diagnostic> {
    let path = job.to.join(&open.name);
    let failed = |error: pl::PolarsError| unwritten(&path, &error);
    while let Some(waiting) = open.waiting.take_if(|it| it.height() as u64 >= rows) {
        let n_rows = (layout.group_rows as usize).min(waiting.height());
        let rest = waiting.slice(n_rows as i64, waiting.height() - n_rows);
        let mut group = waiting.slice(0, n_rows);
        group.rechunk_mut_par();
        if !layout.sorted_by.is_empty() {
            let options = pl::SortMultipleOptions::default().with_maintain_order(true);
            group = group
                .sort(layout.sorted_by.iter().map(String::as_str), options)
                .map_err(failed)?;
        }
        group.rechunk_mut_par();
        open.writer.group(&group).map_err(failed)?;
        open.rows += n_rows as u64;
        open.waiting = (rest.height() > 0).then_some(rest);
    }
    Ok(())
}

/// Ends a part and puts it in its place.
fn finish(job: &Job<'_>, mut open: Growing, layout: &Layout) -> Result<(String, Part), Diagnostic> {
    write_groups(job, &mut open, layout, 1)?;
    let (path, new) = (job.to.join(&open.name), open.beside.0.as_path());
    open.writer.finish().map_err(|error| unwritten(&path, &error))?;
    // On the disk before the name says so: a power cut leaves the old part or the new one.
    let synced = std::fs::File::open(new).and_then(|it| it.sync_all());
    synced.map_err(|error| unwritten(new, &error))?;
    let bytes = std::fs::metadata(new)
        .map_err(|error| unread(&open.name, &error.to_string()))?
        .len();
    let hash = hash(new).map_err(|error| unread(&open.name, &error.to_string()))?;
    std::fs::rename(new, &path).map_err(|error| unwritten(&path, &error))?;
    let part = Part {
        follows_from: String::new(),
        hash,
        bytes,
        rows: open.rows,
    };
    Ok((open.name, part))
}
