//! Groups and their running values, sorted by key: what one file, or part of one, adds to an answer.
//!
//! A table is exact and merges with any other of the same shape, in any order. It must not know how
//! rows are read.

use crate::model::labels::Labels;
use crate::model::period::Period;
pub use crate::model::request::MISSING as NULL;
use std::sync::Arc;

/// How two running values become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fold {
    /// They add up.
    Sum,
    /// The smaller stays.
    Min,
    /// The larger stays.
    Max,
}

/// A sum that left 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overflow;

/// Groups in ascending order of their keys.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// What the period part of a key points to, ascending; empty where keys hold days or no time.
    pub periods: Vec<Period>,
    /// What the category part points to.
    pub categories: Arc<Labels>,
    /// What the customer part points to.
    pub customers: Arc<Labels>,
    /// What the part of the counted value points to.
    pub counted: Arc<Labels>,
    /// See [`Parts`]; ascending, each once.
    pub keys: Vec<u128>,
    /// One column a running value.
    pub columns: Vec<Vec<i64>>,
}

/// A key taken apart. Packed in this order, so that packed keys sort as their parts do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Parts {
    /// Place of the period, or the day (see [`DAY_ZERO`]); below 2²⁴.
    pub time: u32,
    /// Hour of the week.
    pub clock: u8,
    /// Place of the category.
    pub category: u32,
    /// Place of the customer.
    pub customer: u32,
    /// Place of the value that is counted once a group.
    pub counted: u32,
}

/// The time part of 1970-01-01: days before it are below.
pub const DAY_ZERO: i32 = 1 << 23;

impl Parts {
    /// Packs a key.
    pub fn pack(self) -> u128 {
        let time = (self.time << 8) | u32::from(self.clock);
        (u128::from(time) << 96)
            | (u128::from(self.category) << 64)
            | (u128::from(self.customer) << 32)
            | u128::from(self.counted)
    }

    /// Returns the day that the time part stands for, where it is one: days since 1970-01-01.
    pub fn day(self) -> i32 {
        i32::try_from(self.time).expect("24 bits were packed") - DAY_ZERO
    }

    /// Unpacks a key.
    pub fn unpack(key: u128) -> Self {
        let word = |shift: u32| u32::try_from((key >> shift) & u128::from(u32::MAX)).expect("32 bits were kept");
        let time = word(96);
        Self {
            time: time >> 8,
            clock: u8::try_from(time & 0xff).expect("eight bits were kept"),
            category: word(64),
            customer: word(32),
            counted: word(0),
        }
    }
}

impl Table {
    /// Returns the labels of categories, customers and counted values.
    pub fn labels(&self) -> [&Arc<Labels>; 3] {
        [&self.categories, &self.customers, &self.counted]
    }

    /// Returns the bytes of its keys and values; labels are shared.
    pub fn bytes(&self) -> u64 {
        let row = size_of::<u128>() + self.columns.len() * size_of::<i64>();
        (self.keys.len() * row) as u64
    }

    /// Keeps the rows of some periods; all where there are none to choose from.
    pub fn within(self, periods: &[Period]) -> Self {
        if self.periods.iter().all(|it| periods.contains(it)) {
            return self;
        }
        let is_wanted: Vec<bool> = self.periods.iter().map(|it| periods.contains(it)).collect();
        let rows: Vec<usize> = (0..self.keys.len())
            .filter(|it| is_wanted[Parts::unpack(self.keys[*it]).time as usize])
            .collect();
        Self {
            keys: rows.iter().map(|it| self.keys[*it]).collect(),
            columns: self
                .columns
                .iter()
                .map(|column| rows.iter().map(|it| column[*it]).collect())
                .collect(),
            ..self
        }
    }

    /// Lets the time part of every key point `n_periods` places earlier.
    pub fn earlier(mut self, periods: Vec<Period>, n_periods: usize) -> Self {
        let places = u32::try_from(n_periods).expect("few periods");
        for key in &mut self.keys {
            let parts = Parts::unpack(*key);
            *key = Parts {
                time: parts.time - places,
                ..parts
            }
            .pack();
        }
        self.periods = periods;
        self
    }
}

impl Fold {
    /// Joins two running values; null joins nothing.
    pub fn join(self, a: i64, b: i64) -> Result<i64, Overflow> {
        match (a, b) {
            (NULL, x) | (x, NULL) => Ok(x),
            (a, b) => match self {
                Self::Sum => a.checked_add(b).filter(|it| *it != NULL).ok_or(Overflow),
                Self::Min => Ok(a.min(b)),
                Self::Max => Ok(a.max(b)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_packing() {
        let parts = Parts {
            time: (1 << 24) - 1,
            clock: 167,
            category: 3,
            customer: u32::MAX,
            counted: 9,
        };
        assert_eq!(Parts::unpack(parts.pack()), parts);
    }

    #[test]
    fn null_joins_nothing_and_a_sum_beyond_64_bits_is_refused() {
        assert_eq!(Fold::Sum.join(NULL, 3), Ok(3));
        assert_eq!(Fold::Min.join(4, NULL), Ok(4));
        assert_eq!(Fold::Sum.join(i64::MAX, 1), Err(Overflow));
    }
}
