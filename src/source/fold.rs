//! Requests folded over rows: one pass over a file feeds every group of every request.
//!
//! Rows come in batches; each adds to running values under a key of small numbers. Nothing is kept of
//! a row but its groups. It must not know where rows come from.

use super::read::CLOCK;
use super::shape::CellShape;
use super::shape::GroupShape;
use super::shape::Shape;
use super::table::DAY_ZERO;
use super::table::NULL;
use super::table::Overflow;
use super::table::Parts;
use super::table::Table;
use crate::model::labels::Labels;
use crate::model::period::Period;
use crate::model::request::Key;
use foldhash::fast::FixedState;
use polars::prelude as pl;
use polars::prelude::DataType;
use polars::prelude::IntoLazy;
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
    numbers: HashMap<i64, u32, FixedState>,
    texts: HashMap<Box<str>, u32, FixedState>,
    n: u32,
}

#[derive(Default)]
struct RunningCells {
    places: HashMap<u128, u32, FixedState>,
    parts: Vec<Parts>,
    /// Whether a category of the dictionary is of interest.
    wanted: Vec<bool>,
    /// The cell of each row of the batch; [`NONE`] outside all.
    of_row: Vec<u32>,
}

#[derive(Default)]
struct RunningGroup {
    /// The slots of a cell by code; [`NONE`] where there is no such group yet.
    dense: Vec<Vec<u32>>,
    /// The slots of pairs of customer and counted value, most of which never meet.
    sparse: HashMap<u128, u32, FixedState>,
    /// Cell, customer and counted value of each slot.
    slots: Vec<[u32; 3]>,
    columns: Vec<Vec<i64>>,
}

/// A batch's columns as plain numbers.
struct Batch {
    days: Vec<i32>,
    clock: Vec<u8>,
    values: Vec<Vec<i64>>,
    codes: Vec<Vec<u32>>,
}

impl<'a> Running<'a> {
    /// Starts with no rows.
    pub fn start(shape: &'a Shape) -> Self {
        let running = |it: &GroupShape| RunningGroup {
            columns: vec![Vec::new(); it.folds.len()],
            ..RunningGroup::default()
        };
        Self {
            days: None,
            shape,
            dictionaries: shape.coded.iter().map(|_| Dictionary::default()).collect(),
            cells: shape.cells.iter().map(|_| RunningCells::default()).collect(),
            groups: shape.groups.iter().map(running).collect(),
        }
    }

    /// Adds rows.
    ///
    /// # Errors
    /// What polars cannot evaluate; inside, a sum that leaves 64 bits.
    pub fn add(&mut self, rows: &pl::DataFrame) -> pl::PolarsResult<Result<(), Overflow>> {
        let batch = self.batch(rows)?;
        for &day in &batch.days {
            let (first, last) = self.days.unwrap_or((day, day));
            self.days = Some((first.min(day), last.max(day)));
        }
        for (shape, cells) in self.shape.cells.iter().zip(&mut self.cells) {
            if let (Some(category), false) = (shape.category, shape.categories.is_empty()) {
                cells.want(&self.dictionaries[category], &shape.categories);
            }
            cells.place(shape, &batch);
        }
        for (shape, running) in self.shape.groups.iter().zip(&mut self.groups) {
            if let Err(overflow) = running.add(shape, &self.cells[shape.cells].of_row, &batch) {
                return Ok(Err(overflow));
            }
        }
        Ok(Ok(()))
    }

    fn batch(&mut self, rows: &pl::DataFrame) -> pl::PolarsResult<Batch> {
        let shape = self.shape;
        let values = shape
            .exprs
            .iter()
            .enumerate()
            .map(|(idx, it)| it.clone().alias(format!("v{idx}")));
        let codes = shape
            .coded
            .iter()
            .enumerate()
            .map(|(idx, it)| it.expr().clone().alias(format!("c{idx}")));
        // A row for each row of the batch, also where no expression names a column.
        let day = pl::col(shape.time.as_str()).cast(DataType::Int32).alias("day");
        let clock = shape.has_clock.then(|| pl::col(CLOCK).alias("clock"));
        let selection: Vec<pl::Expr> = std::iter::once(day).chain(clock).chain(values).chain(codes).collect();
        let frame = rows.clone().lazy().select(selection).collect()?;
        // Rows without a time were rejected: nothing is null in the first two.
        let days = numbers(frame.column("day")?.i32()?, i32::MIN);
        let clock = if shape.has_clock {
            numbers(frame.column("clock")?.u8()?, u8::MAX)
        } else {
            Vec::new()
        };
        let values = (0..shape.exprs.len())
            .map(|idx| Ok(numbers(frame.column(&format!("v{idx}"))?.i64()?, NULL)))
            .collect::<pl::PolarsResult<Vec<Vec<i64>>>>()?;
        let codes = (0..shape.coded.len())
            .map(|idx| self.dictionaries[idx].codes(frame.column(&format!("c{idx}"))?))
            .collect::<pl::PolarsResult<Vec<Vec<u32>>>>()?;
        Ok(Batch {
            days,
            clock,
            values,
            codes,
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
                running.finish(&self.cells[shape.cells].parts, periods, ranked)
            })
            .collect()
    }
}

/// Labels in their order, and the place of each code among them.
type Ranked = (Arc<Labels>, Vec<u32>);

/// Copies a column to plain numbers.
fn numbers<T: pl::PolarsNumericType>(column: &pl::ChunkedArray<T>, null: T::Native) -> Vec<T::Native> {
    match column.cont_slice() {
        Ok(all) => all.to_vec(),
        Err(_) => column.iter().map(|it| it.unwrap_or(null)).collect(),
    }
}

impl RunningCells {
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
    fn place(&mut self, shape: &CellShape, batch: &Batch) {
        let has = |key| shape.keys.contains(&key);
        let (by_day, by_category) = (has(Key::Day), has(Key::Category));
        let all_time = shape.periods.is_empty();
        let clock = has(Key::Clock).then_some(batch.clock.as_slice());
        let categories = shape.category.map(|it| batch.codes[it].as_slice());
        let wants_all = shape.categories.is_empty();
        // Rows of one cell often follow each other: the last is looked at first.
        let (mut last, mut cell) = (None, NONE);
        self.of_row.clear();
        for (row_idx, &day) in batch.days.iter().enumerate() {
            let period = if all_time { 0 } else { shape.days.of(day) };
            let category = categories.map_or(0, |it| it[row_idx]);
            if period == NONE || category == NONE || !(wants_all || self.wanted[category as usize]) {
                self.of_row.push(NONE);
                continue;
            }
            let parts = Parts {
                time: if by_day {
                    u32::try_from(day + DAY_ZERO).unwrap_or(0)
                } else {
                    period
                },
                clock: clock.map_or(0, |it| it[row_idx]),
                category: if by_category { category } else { 0 },
                ..Parts::default()
            };
            if last != Some(parts) {
                last = Some(parts);
                let next = u32::try_from(self.parts.len()).expect("fewer than four billion cells a file");
                cell = *self.places.entry(parts.pack()).or_insert(next);
                if cell == next {
                    self.parts.push(parts);
                }
            }
            self.of_row.push(cell);
        }
    }
}

impl RunningGroup {
    fn add(&mut self, shape: &GroupShape, cells: &[u32], batch: &Batch) -> Result<(), Overflow> {
        let codes = |idx: Option<usize>| idx.map(|it| batch.codes[it].as_slice());
        let (customers, counted) = (codes(shape.customer), codes(shape.counted));
        let mask = shape.mask.map(|it| batch.values[it].as_slice());
        for (row_idx, &cell) in cells.iter().enumerate() {
            if cell == NONE || mask.is_some_and(|it| it[row_idx] == 0) {
                continue;
            }
            let code = |of: Option<&[u32]>| of.map_or(0, |it| it[row_idx]);
            let (customer, value) = (code(customers), code(counted));
            if customer == NONE || value == NONE {
                continue;
            }
            let slot = if customers.is_some() && counted.is_some() {
                self.sparse_slot([cell, customer, value])
            } else {
                self.dense_slot([cell, customer, value])
            };
            for (column, (fold, value)) in self.columns.iter_mut().zip(shape.folds.iter().zip(&shape.values)) {
                let x = value.map_or(1, |it| batch.values[it][row_idx]);
                let running = &mut column[slot as usize];
                *running = fold.join(*running, x)?;
            }
        }
        Ok(())
    }

    /// Codes are dense, so that they can be an index.
    fn dense_slot(&mut self, of: [u32; 3]) -> u32 {
        let [cell, customer, value] = of;
        let (cell, code) = (cell as usize, customer.max(value) as usize);
        if self.dense.len() <= cell {
            self.dense.resize_with(cell + 1, Vec::new);
        }
        let slots = &mut self.dense[cell];
        if slots.len() <= code {
            slots.resize((code + 1).next_power_of_two(), NONE);
        }
        if slots[code] == NONE {
            slots[code] = u32::try_from(self.slots.len()).expect("fewer than four billion groups a file");
            self.slots.push(of);
            self.columns.iter_mut().for_each(|it| it.push(NULL));
        }
        self.dense[cell][code]
    }

    fn sparse_slot(&mut self, of: [u32; 3]) -> u32 {
        let next = u32::try_from(self.slots.len()).expect("fewer than four billion groups a file");
        let [cell, customer, value] = of.map(u128::from);
        let slot = *self
            .sparse
            .entry((cell << 64) | (customer << 32) | value)
            .or_insert(next);
        if slot == next {
            self.slots.push(of);
            self.columns.iter_mut().for_each(|it| it.push(NULL));
        }
        slot
    }

    fn finish(self, cells: &[Parts], periods: Vec<Period>, ranked: [&Ranked; 3]) -> Table {
        let [(categories, category), (customers, customer), (counted, value)] = ranked;
        let to = |rank: &[u32], code: u32| rank.get(code as usize).copied().unwrap_or(0);
        let key = |slot: &[u32; 3]| {
            let parts = cells[slot[0] as usize];
            let parts = Parts {
                category: to(category, parts.category),
                customer: to(customer, slot[1]),
                counted: to(value, slot[2]),
                ..parts
            };
            parts.pack()
        };
        let mut order: Vec<(u128, u32)> = self
            .slots
            .iter()
            .zip(0_u32..)
            .map(|(slot, idx)| (key(slot), idx))
            .collect();
        order.sort_unstable();
        let column = |of: &Vec<i64>| order.iter().map(|it| of[it.1 as usize]).collect();
        Table {
            periods,
            categories: categories.clone(),
            customers: customers.clone(),
            counted: counted.clone(),
            columns: self.columns.iter().map(column).collect(),
            keys: order.into_iter().map(|it| it.0).collect(),
        }
    }
}

impl Dictionary {
    /// Returns one code a row; [`NONE`] where the value is null.
    fn codes(&mut self, column: &pl::Column) -> pl::PolarsResult<Vec<u32>> {
        let mut codes = Vec::with_capacity(column.len());
        if column.dtype() == &DataType::Int64 {
            let mut last = (0_i64, NONE);
            for value in column.i64()?.iter() {
                codes.push(match value {
                    None => NONE,
                    Some(x) if last.1 != NONE && last.0 == x => last.1,
                    Some(x) => {
                        let next = self.n;
                        let code = *self.numbers.entry(x).or_insert(next);
                        self.n += u32::from(code == next);
                        last = (x, code);
                        code
                    }
                });
            }
            return Ok(codes);
        }
        for value in column.str()?.iter() {
            codes.push(match value {
                None => NONE,
                Some(text) => match self.texts.get(text) {
                    Some(code) => *code,
                    None => {
                        self.texts.insert(text.into(), self.n);
                        self.n += 1;
                        self.n - 1
                    }
                },
            });
        }
        Ok(codes)
    }

    /// Returns the labels in their order, and the place of each code.
    fn ranked(self) -> (Arc<Labels>, Vec<u32>) {
        let mut rank = vec![0; self.n as usize];
        if self.texts.is_empty() {
            // Sorted below: the order in which a hash map is walked reaches nothing.
            let mut numbers: Vec<(i64, u32)> = self.numbers.into_iter().collect();
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
