//! Requests folded over rows: one pass over a file feeds every group of every request.
//!
//! Rows come in batches; each adds to running values under a key of small numbers. Nothing is kept of
//! a row but its groups. It must not know where rows come from.

use super::frame::Frame;
use super::frame::Texts;
use super::read::CLOCK;
use super::running::RunningGroup;
use super::shape::CellShape;
use super::shape::Coded;
use super::shape::GroupShape;
use super::shape::Shape;
use super::table::DAY_ZERO;
use super::table::NULL;
use super::table::Overflow;
use super::table::Parts;
use super::table::Table;
use crate::model::labels::Labels;
use crate::model::request::Key;
use foldhash::fast::FixedState;
use polars::prelude as pl;
use polars::prelude::DataType;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// Stands for "no value" among codes.
pub(super) const NONE: u32 = u32::MAX;

/// What a file's rows add up to so far.
pub struct Running<'a> {
    /// The first and the last day met.
    pub days: Option<(i32, i32)>,
    shape: &'a Shape,
    dictionaries: Vec<Dictionary>,
    cells: Vec<RunningCells>,
    groups: Vec<RunningGroup>,
}

#[derive(Default)]
struct Dictionary {
    /// The codes of small numbers, by number; [`NONE`] where it was not met.
    small: Vec<u32>,
    numbers: HashMap<i64, u32, FixedState>,
    texts: HashMap<Box<str>, u32, FixedState>,
    n: u32,
    /// The texts that were coded last, and the code of each that was met: batches of one file share their texts.
    last: Option<(Texts, Vec<u32>)>,
}

#[derive(Default)]
struct RunningCells {
    places: HashMap<u128, u32, FixedState>,
    /// The cell of each category at the time that was met last, and of which time it is: rows come in the order of time.
    last: Vec<(u64, u32)>,
    n_times: u64,
    parts: Vec<Parts>,
    /// Whether a category of the dictionary is of interest.
    wanted: Vec<bool>,
    /// The cell of each row of the batch; [`NONE`] outside all.
    of_row: Vec<u32>,
    /// Whether some group asks for the cells of rows, and not only which cells there are.
    has_rows: bool,
}

/// A batch's columns as plain numbers.
pub(super) struct Batch<'a> {
    days: Cow<'a, [i32]>,
    clock: Cow<'a, [u8]>,
    pub(super) values: Vec<Cow<'a, [i64]>>,
    pub(super) codes: Vec<Vec<u32>>,
    /// How many codes there are of each coded column.
    pub(super) n_codes: Vec<usize>,
}

impl<'a> Running<'a> {
    /// Starts with no rows.
    pub fn start(shape: &'a Shape) -> Self {
        let running = |it: &GroupShape| RunningGroup::start(it, &shape.cells[it.cells]);
        Self {
            days: None,
            shape,
            dictionaries: shape.coded.iter().map(|_| Dictionary::default()).collect(),
            cells: (0..shape.cells.len())
                .map(|it| RunningCells::start(shape, it))
                .collect(),
            groups: shape.groups.iter().map(running).collect(),
        }
    }

    /// Adds rows.
    ///
    /// # Errors
    /// What polars cannot evaluate; inside, a sum that leaves 64 bits.
    pub fn add(&mut self, rows: &Frame) -> pl::PolarsResult<Result<(), Overflow>> {
        let frame = self.evaluated(rows)?;
        let batch = self.batch(rows, &frame)?;
        let ends = batch.days.iter().min().zip(batch.days.iter().max());
        self.days = match (self.days, ends) {
            (Some((first, last)), Some((low, high))) => Some((first.min(*low), last.max(*high))),
            (None, Some((low, high))) => Some((*low, *high)),
            (days, None) => days,
        };
        for (shape, cells) in self.shape.cells.iter().zip(&mut self.cells) {
            if let (Some(category), false) = (shape.category, shape.categories.is_empty()) {
                cells.want(&self.dictionaries[category], &shape.categories);
            }
            cells.place(shape, &batch);
        }
        for (shape, running) in self.shape.groups.iter().zip(&mut self.groups) {
            let cells = &self.cells[shape.cells];
            if let Err(overflow) = running.add(shape, &cells.of_row, cells.parts.len(), &batch) {
                return Ok(Err(overflow));
            }
        }
        Ok(Ok(()))
    }

    /// Returns the bytes that it takes, about.
    pub fn bytes(&self) -> u64 {
        let dictionaries: usize = self.dictionaries.iter().map(Dictionary::bytes).sum();
        let groups: usize = self.groups.iter().map(RunningGroup::bytes).sum();
        (dictionaries + groups) as u64
    }

    /// Evaluates what polars does.
    fn evaluated(&self, rows: &Frame) -> pl::PolarsResult<pl::DataFrame> {
        let shape = self.shape;
        let values = shape
            .exprs
            .iter()
            .enumerate()
            .map(|(idx, it)| it.clone().alias(format!("v{idx}")));
        let codes = shape.coded.iter().enumerate().filter_map(|(idx, it)| match it {
            Coded::Values(it) => Some(it.expr().clone().alias(format!("c{idx}"))),
            Coded::Texts { .. } => None,
        });
        // A row for each row of the batch, also where no expression names a column.
        let day = pl::col(shape.time.as_str()).cast(DataType::Int32).alias("day");
        let clock = shape.has_clock.then(|| pl::col(CLOCK).alias("clock"));
        let selection: Vec<pl::Expr> = std::iter::once(day).chain(clock).chain(values).chain(codes).collect();
        shape.program.evaluated(rows, selection)
    }

    fn batch<'b>(&mut self, rows: &Frame, frame: &'b pl::DataFrame) -> pl::PolarsResult<Batch<'b>> {
        let shape = self.shape;
        // Rows without a time were rejected: nothing is null in the first two.
        let days = numbers(frame.column("day")?.i32()?, i32::MIN);
        let clock = if shape.has_clock {
            numbers(frame.column("clock")?.u8()?, u8::MAX)
        } else {
            Cow::default()
        };
        let values = (0..shape.exprs.len())
            .map(|idx| Ok(numbers(frame.column(&format!("v{idx}"))?.i64()?, NULL)))
            .collect::<pl::PolarsResult<Vec<Cow<'b, [i64]>>>>()?;
        let codes = shape.coded.iter().zip(&mut self.dictionaries).enumerate();
        let codes = codes
            .map(|(idx, (coded, dictionary))| match coded {
                Coded::Values(_) => dictionary.codes(frame.column(&format!("c{idx}"))?),
                Coded::Texts { column, expr } => {
                    let texts = rows.texts(column).expect("a column of texts");
                    let made = match expr {
                        None => texts.clone(),
                        // The last is what a missing text becomes; its row is told by its missing code.
                        Some(expr) => rows.by_text(column, expr)?.str()?.clone(),
                    };
                    Ok(dictionary.codes_of_texts(rows.codes(column)?, &made, texts.len()))
                }
            })
            .collect::<pl::PolarsResult<Vec<Vec<u32>>>>()?;
        Ok(Batch {
            days,
            clock,
            values,
            codes,
            n_codes: self.dictionaries.iter().map(|it| it.n as usize).collect(),
        })
    }

    /// Ends: groups in the order of their keys, codes in the order of their labels.
    pub fn finish(self) -> Vec<Table> {
        let ranked: Vec<Ranked> = self.dictionaries.into_iter().map(Dictionary::ranked).collect();
        let nothing = (Arc::new(Labels::default()), Vec::new());
        let of = |idx: Option<usize>| idx.map_or(&nothing, |it| &ranked[it]);
        self.shape
            .groups
            .iter()
            .zip(self.groups)
            .map(|(shape, running)| {
                let has = |key| shape.group.keys.contains(&key);
                let category = of(self.shape.cells[shape.cells].category.filter(|_| has(Key::Category)));
                let periods = if has(Key::Period) {
                    shape.group.periods.clone()
                } else {
                    Vec::new()
                };
                let ranked = [category, of(shape.customer), of(shape.counted)];
                running.finish(shape, &self.cells[shape.cells].parts, periods, ranked)
            })
            .collect()
    }
}

/// Labels in their order, and the place of each code among them.
pub(super) type Ranked = (Arc<Labels>, Vec<u32>);

/// Returns a column as plain numbers; copied only where some are missing, or where it stands in parts.
fn numbers<T: pl::PolarsNumericType>(column: &pl::ChunkedArray<T>, null: T::Native) -> Cow<'_, [T::Native]> {
    match column.cont_slice() {
        Ok(all) => Cow::Borrowed(all),
        Err(_) => column.iter().map(|it| it.unwrap_or(null)).collect(),
    }
}

impl RunningCells {
    fn start(shape: &Shape, cells_idx: usize) -> Self {
        let own = || shape.groups.iter().filter(|it| it.cells == cells_idx);
        Self {
            has_rows: own().any(|it| !it.is_presence()),
            ..Self::default()
        }
    }

    /// Learns of new categories whether they are of interest.
    fn want(&mut self, dictionary: &Dictionary, categories: &[String]) {
        if self.wanted.len() == dictionary.n as usize {
            return;
        }
        self.wanted = vec![false; dictionary.n as usize];
        for label in categories {
            if let Some(code) = dictionary.texts.get(label.as_str()) {
                self.wanted[*code as usize] = true;
            }
        }
    }

    /// Finds the cell of each row.
    fn place(&mut self, shape: &CellShape, batch: &Batch<'_>) {
        let has = |key| shape.keys.contains(&key);
        let (by_day, by_category) = (has(Key::Day), has(Key::Category));
        let all_time = shape.periods.is_empty();
        let clock = has(Key::Clock).then_some(&*batch.clock);
        let categories = shape.category.map(|it| batch.codes[it].as_slice());
        let n_categories = shape.category.map_or(1, |it| batch.n_codes[it]);
        let wants_all = shape.categories.is_empty();
        self.last.resize(n_categories, (0, NONE));
        let mut now = None;
        let mut period = NONE;
        self.of_row.clear();
        let is_timeless = all_time && !by_day && clock.is_none();
        for (row_idx, &day) in batch.days.iter().enumerate() {
            let hour = clock.map_or(0, |it| it[row_idx]);
            if now != Some((day, hour)) && !(is_timeless && now.is_some()) {
                now = Some((day, hour));
                self.n_times += 1;
                period = if all_time { 0 } else { shape.days.of(day) };
            } else if categories.is_none() && !self.has_rows {
                continue;
            }
            let category = categories.map_or(0, |it| it[row_idx]);
            if period == NONE || category == NONE || !(wants_all || self.wanted[category as usize]) {
                if self.has_rows {
                    self.of_row.push(NONE);
                }
                continue;
            }
            let (met_at, mut cell) = self.last[category as usize];
            if met_at != self.n_times {
                let day = u32::try_from(day + DAY_ZERO).unwrap_or(0);
                let parts = Parts {
                    time: if by_day { day } else { period },
                    clock: hour,
                    category: if by_category { category } else { 0 },
                    ..Parts::default()
                };
                let next = u32::try_from(self.parts.len()).expect("fewer than four billion cells a file");
                cell = *self.places.entry(parts.pack()).or_insert(next);
                if cell == next {
                    self.parts.push(parts);
                }
                self.last[category as usize] = (self.n_times, cell);
            }
            if self.has_rows {
                self.of_row.push(cell);
            }
        }
    }
}

/// Tells whether two columns of texts are one in memory.
fn is_same(a: &Texts, b: &Texts) -> bool {
    let views = |it: &Texts| it.downcast_iter().next().map(|it| it.views().as_ptr());
    a.chunks().len() == 1 && b.chunks().len() == 1 && a.len() == b.len() && views(a) == views(b)
}

/// Numbers below this are found by their place: ids often count from 1.
const SMALL: i64 = 1 << 20;

impl Dictionary {
    fn code_of_number(&mut self, x: i64) -> u32 {
        let code = match usize::try_from(x).ok().filter(|_| x < SMALL) {
            None => self.numbers.entry(x).or_insert(self.n),
            Some(place) => {
                if place >= self.small.len() {
                    self.small.resize((place + 1).next_power_of_two(), NONE);
                }
                let code = &mut self.small[place];
                if *code == NONE {
                    *code = self.n;
                }
                code
            }
        };
        self.n += u32::from(*code == self.n);
        *code
    }

    fn bytes(&self) -> usize {
        // A text takes its own bytes beside its place: short ones for the most part.
        const TEXT_BYTES: usize = 24;
        let texts = self.texts.capacity() * (size_of::<(Box<str>, u32)>() + TEXT_BYTES);
        let numbers = self.numbers.capacity() * size_of::<(i64, u32)>();
        texts + numbers + self.small.capacity() * size_of::<u32>()
    }

    /// Returns one code a row; [`NONE`] where the value is null.
    fn codes(&mut self, column: &pl::Column) -> pl::PolarsResult<Vec<u32>> {
        let mut codes = Vec::with_capacity(column.len());
        if column.dtype() == &DataType::Int64 {
            let column = column.i64()?;
            let mut last = (0_i64, NONE);
            let mut code_of = |x: i64| {
                if last.1 == NONE || last.0 != x {
                    last = (x, self.code_of_number(x));
                }
                last.1
            };
            match column.cont_slice() {
                Ok(all) => codes.extend(all.iter().map(|x| code_of(*x))),
                Err(_) => codes.extend(column.iter().map(|it| it.map_or(NONE, &mut code_of))),
            }
            return Ok(codes);
        }
        for value in column.str()?.iter() {
            codes.push(value.map_or(NONE, |it| self.code_of_text(it)));
        }
        Ok(codes)
    }

    /// Returns one code a row for codes of texts, each text looked up once; `missing` is the place of what a missing
    /// text becomes, where there is one.
    fn codes_of_texts(&mut self, codes: &pl::UInt32Chunked, texts: &Texts, missing: usize) -> Vec<u32> {
        // Not looked up yet; no dictionary is as long.
        const UNKNOWN: u32 = NONE - 1;
        let (last, mut known) = match self.last.take() {
            Some((last, known)) if is_same(&last, texts) => (last, known),
            _ => (texts.clone(), vec![UNKNOWN; texts.len()]),
        };
        let mut code = |place: usize| {
            let code = known[place];
            if code != UNKNOWN {
                return code;
            }
            known[place] = texts.get(place).map_or(NONE, |it| self.code_of_text(it));
            known[place]
        };
        let of_missing = if missing < texts.len() { code(missing) } else { NONE };
        let codes = match codes.cont_slice() {
            Ok(all) => all.iter().map(|it| code(*it as usize)).collect(),
            Err(_) => {
                let codes = codes.iter();
                codes.map(|it| it.map_or(of_missing, |it| code(it as usize))).collect()
            }
        };
        self.last = Some((last, known));
        codes
    }

    fn code_of_text(&mut self, text: &str) -> u32 {
        if let Some(code) = self.texts.get(text) {
            return *code;
        }
        self.texts.insert(text.into(), self.n);
        self.n += 1;
        self.n - 1
    }

    /// Returns the labels in their order, and the place of each code.
    fn ranked(self) -> (Arc<Labels>, Vec<u32>) {
        let mut rank = vec![0; self.n as usize];
        if self.texts.is_empty() {
            // Sorted below: the order in which a hash map is walked reaches nothing.
            let mut numbers: Vec<(i64, u32)> = self.numbers.into_iter().collect();
            let small = (0_i64..).zip(&self.small).filter(|it| *it.1 != NONE);
            numbers.extend(small.map(|(x, code)| (x, *code)));
            numbers.sort_unstable();
            numbers
                .iter()
                .zip(0_u32..)
                .for_each(|(it, place)| rank[it.1 as usize] = place);
            return (
                Arc::new(Labels::Numbers(numbers.into_iter().map(|it| it.0).collect())),
                rank,
            );
        }
        let labels = Labels::of_texts(self.texts.keys().map(|it| it.to_string()).collect());
        for (text, place) in labels.texts().zip(0_u32..) {
            rank[self.texts[text.as_ref()] as usize] = place;
        }
        (Arc::new(labels), rank)
    }
}
