//! The running values of one group, kept so that a row finds its own at once.
//!
//! Three ways, by what the group is: presence alone as bits, one cell as an array over codes, all else as slots. It
//! must not know where rows come from.

use super::fold::Batch;
use super::fold::NONE;
use super::fold::Ranked;
use super::shape::CellShape;
use super::shape::GroupShape;
use super::table::NULL;
use super::table::Overflow;
use super::table::Parts;
use super::table::Table;
use crate::model::period::Period;
use foldhash::fast::FixedState;
use std::collections::HashMap;

/// A group's values so far.
pub(super) struct RunningGroup {
    found: Found,
    /// Cell, customer and counted value of each slot; not kept where a place is a code.
    slots: Vec<[u32; 3]>,
    columns: Vec<Vec<i64>>,
}

/// Where a row finds its values.
enum Found {
    /// Nowhere: it counts that a code was met in a cell, a bit each.
    Bits(Vec<Vec<u64>>),
    /// At its code, since there is one cell; a bit says whether it was met.
    Codes(Vec<u64>),
    /// At its cell, since there are no codes; a bit says whether it was met.
    Cells(Vec<u64>),
    /// In a slot by cell and code; [`NONE`] where there is no such group yet.
    Dense(Vec<Vec<u32>>),
    /// In a slot by cell, customer and counted value, most of which never meet.
    Sparse(HashMap<u128, u32, FixedState>),
}

const WORD: usize = u64::BITS as usize;

impl RunningGroup {
    pub(super) fn start(shape: &GroupShape, cells: &CellShape) -> Self {
        let has_codes = shape.customer.is_some() || shape.counted.is_some();
        let found = match (shape.customer, shape.counted) {
            (Some(_), Some(_)) => Found::Sparse(HashMap::default()),
            _ if has_codes && shape.folds.is_empty() => Found::Bits(Vec::new()),
            _ if has_codes && cells.keys.is_empty() => Found::Codes(Vec::new()),
            _ if !has_codes => Found::Cells(Vec::new()),
            _ => Found::Dense(Vec::new()),
        };
        Self {
            found,
            slots: Vec::new(),
            columns: vec![Vec::new(); shape.folds.len()],
        }
    }

    /// Returns the bytes that it takes, about.
    pub(super) fn bytes(&self) -> usize {
        let found = match &self.found {
            Found::Bits(met) => met.iter().map(|it| it.capacity() * size_of::<u64>()).sum(),
            Found::Codes(met) | Found::Cells(met) => met.capacity() * size_of::<u64>(),
            Found::Dense(of_cells) => of_cells.iter().map(|it| it.capacity() * size_of::<u32>()).sum(),
            Found::Sparse(of_keys) => of_keys.capacity() * size_of::<(u128, u32)>(),
        };
        let columns: usize = self.columns.iter().map(|it| it.capacity() * size_of::<i64>()).sum();
        found + columns + self.slots.capacity() * size_of::<[u32; 3]>()
    }

    /// Adds the rows of a batch, each of which is in one of `n_cells` cells or in none.
    pub(super) fn add(
        &mut self,
        shape: &GroupShape,
        cells: &[u32],
        n_cells: usize,
        batch: &Batch<'_>,
    ) -> Result<(), Overflow> {
        let codes = |idx: Option<usize>| idx.map(|it| batch.codes[it].as_slice());
        let (customers, counted) = (codes(shape.customer), codes(shape.counted));
        let mask = shape.mask.map(|it| &*batch.values[it]);
        let counts = |row_idx: usize| mask.is_none_or(|it| it[row_idx] != 0);
        // Without codes all rows of a cell have the first.
        let n_codes = shape.customer.or(shape.counted).map_or(1, |it| batch.n_codes[it]);
        let (slots, columns) = (&mut self.slots, &mut self.columns);
        match (&mut self.found, customers.or(counted)) {
            (Found::Bits(met), Some(codes)) => {
                met.resize_with(n_cells, Vec::new);
                met.iter_mut().for_each(|it| make_room(it, n_codes.div_ceil(WORD), 0));
                for (row_idx, (&cell, &code)) in cells.iter().zip(codes).enumerate() {
                    if cell != NONE && code != NONE && counts(row_idx) {
                        met[cell as usize][code as usize / WORD] |= 1 << (code as usize % WORD);
                    }
                }
                Ok(())
            }
            (Found::Codes(met), Some(codes)) => {
                make_room(met, n_codes.div_ceil(WORD), 0);
                columns.iter_mut().for_each(|it| make_room(it, n_codes, NULL));
                let rows = cells.iter().zip(codes).enumerate();
                let places =
                    rows.filter(|(row_idx, (cell, code))| **cell != NONE && **code != NONE && counts(*row_idx));
                add_values(
                    shape,
                    batch,
                    columns,
                    places.map(|(row_idx, (_, code))| {
                        let code = *code as usize;
                        met[code / WORD] |= 1 << (code % WORD);
                        (row_idx, code)
                    }),
                )
            }
            // A cell is there because a row is.
            (Found::Cells(met), _) if shape.is_presence() => {
                met.clear();
                met.resize(n_cells.div_ceil(WORD), u64::MAX);
                Ok(())
            }
            (Found::Cells(met), _) => {
                make_room(met, n_cells.div_ceil(WORD), 0);
                columns.iter_mut().for_each(|it| make_room(it, n_cells, NULL));
                let rows = cells
                    .iter()
                    .enumerate()
                    .filter(|(row_idx, cell)| **cell != NONE && counts(*row_idx));
                add_values(
                    shape,
                    batch,
                    columns,
                    rows.map(|(row_idx, cell)| {
                        let cell = *cell as usize;
                        met[cell / WORD] |= 1 << (cell % WORD);
                        (row_idx, cell)
                    }),
                )
            }
            (Found::Dense(of_cells), codes) => {
                of_cells.resize_with(n_cells, Vec::new);
                let slot = |row_idx: usize, cell: u32| {
                    let code = codes.map_or(0, |it| it[row_idx]);
                    let of = if customers.is_some() {
                        [cell, code, 0]
                    } else {
                        [cell, 0, code]
                    };
                    (code != NONE).then(|| dense(&mut of_cells[cell as usize], code, || opened(slots, columns, of)))
                };
                let places = places(cells, counts, slot);
                add_values(shape, batch, columns, places.into_iter())
            }
            (Found::Sparse(of_keys), _) => {
                let slot = |row_idx: usize, cell: u32| {
                    let code = |of: Option<&[u32]>| of.map_or(0, |it| it[row_idx]);
                    let of = [cell, code(customers), code(counted)];
                    let [of_cell, of_customer, of_value] = of.map(u128::from);
                    let key = (of_cell << 64) | (of_customer << 32) | of_value;
                    let is_whole = of[1] != NONE && of[2] != NONE;
                    is_whole.then(|| *of_keys.entry(key).or_insert_with(|| opened(slots, columns, of)))
                };
                let places = places(cells, counts, slot);
                add_values(shape, batch, columns, places.into_iter())
            }
            (Found::Bits(_) | Found::Codes(_), None) => unreachable!("they were chosen for their codes"),
        }
    }

    /// Ends: keys in their order, with codes in the order of their labels.
    pub(super) fn finish(
        self,
        shape: &GroupShape,
        cells: &[Parts],
        periods: Vec<Period>,
        ranked: [&Ranked; 3],
    ) -> Table {
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
        let of_code = |cell: usize, code: usize| {
            let cell = u32::try_from(cell).expect("cells have 32 bits");
            let code = u32::try_from(code).expect("codes have 32 bits");
            if shape.customer.is_some() {
                key(&[cell, code, 0])
            } else {
                key(&[cell, 0, code])
            }
        };
        let rank = if shape.customer.is_some() { customer } else { value };
        let mut order: Vec<(u128, u32)> = match &self.found {
            Found::Bits(met) => {
                let by_rank = inverse(rank);
                let mut order: Vec<usize> = (0..met.len()).filter(|it| !met[*it].is_empty()).collect();
                order.sort_unstable_by_key(|it| key(&[u32::try_from(*it).expect("cells have 32 bits"), 0, 0]));
                let keys = order.iter().flat_map(|cell| {
                    let met = &met[*cell];
                    let codes = by_rank.iter().map(|it| *it as usize).filter(|it| is_met(met, *it));
                    codes.map(|code| (of_code(*cell, code), 0))
                });
                keys.collect()
            }
            Found::Codes(met) => {
                let codes = inverse(rank).into_iter().filter(|it| is_met(met, *it as usize));
                codes.map(|code| (of_code(0, code as usize), code)).collect()
            }
            Found::Cells(met) => {
                let places = (0_u32..).take(cells.len()).filter(|it| is_met(met, *it as usize));
                let mut order: Vec<(u128, u32)> = places.map(|cell| (key(&[cell, 0, 0]), cell)).collect();
                order.sort_unstable();
                order
            }
            Found::Dense(_) | Found::Sparse(_) => {
                let slots = self.slots.iter().zip(0_u32..);
                let mut order: Vec<(u128, u32)> = slots.map(|(slot, idx)| (key(slot), idx)).collect();
                order.sort_unstable();
                order
            }
        };
        order.shrink_to_fit();
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

/// Lists the rows that count, each with its slot.
fn places(
    cells: &[u32],
    counts: impl Fn(usize) -> bool,
    mut slot: impl FnMut(usize, u32) -> Option<u32>,
) -> Vec<(usize, usize)> {
    let rows = cells
        .iter()
        .enumerate()
        .filter(|(row_idx, cell)| **cell != NONE && counts(*row_idx));
    rows.filter_map(|(row_idx, cell)| Some((row_idx, slot(row_idx, *cell)? as usize)))
        .collect()
}

/// Returns the slot of a code, which is opened where it was not met.
fn dense(of_cell: &mut Vec<u32>, code: u32, open: impl FnOnce() -> u32) -> u32 {
    make_room(of_cell, code as usize + 1, NONE);
    let slot = &mut of_cell[code as usize];
    if *slot == NONE {
        *slot = open();
    }
    *slot
}

/// Joins the values of rows to those of their places.
fn add_values(
    shape: &GroupShape,
    batch: &Batch<'_>,
    columns: &mut [Vec<i64>],
    places: impl Iterator<Item = (usize, usize)>,
) -> Result<(), Overflow> {
    for (row_idx, place) in places {
        for (column, (fold, value)) in columns.iter_mut().zip(shape.folds.iter().zip(&shape.values)) {
            let x = value.map_or(1, |it| batch.values[it][row_idx]);
            column[place] = fold.join(column[place], x)?;
        }
    }
    Ok(())
}

/// Makes a list as long as it has to be, and longer, so that it seldom grows.
fn make_room<T: Copy>(list: &mut Vec<T>, n: usize, empty: T) {
    if list.len() < n {
        list.resize(n.next_power_of_two(), empty);
    }
}

fn opened(slots: &mut Vec<[u32; 3]>, columns: &mut [Vec<i64>], of: [u32; 3]) -> u32 {
    slots.push(of);
    columns.iter_mut().for_each(|it| it.push(NULL));
    u32::try_from(slots.len() - 1).expect("fewer than four billion groups a file")
}

fn is_met(met: &[u64], code: usize) -> bool {
    met.get(code / WORD).is_some_and(|it| it >> (code % WORD) & 1 == 1)
}

/// Returns the codes in the order of their labels.
fn inverse(rank: &[u32]) -> Vec<u32> {
    let mut codes = vec![0; rank.len()];
    for (code, place) in (0_u32..).zip(rank) {
        codes[*place as usize] = code;
    }
    codes
}
