//! A table as bytes, written once and read row by row: an entry of the cache, or a run that waits on disk.
//!
//! Keys and labels ascend, so that only their steps are written. It must not know where the bytes lie.

use super::table::Table;
use crate::model::labels::Labels;
use std::io;
use std::io::Read;
use std::io::Write;
use std::sync::Arc;

/// Rows on their way to bytes, in ascending order of keys.
pub struct Writer<To> {
    to: To,
    shift: u32,
    next: u128,
}

/// A written table, read row by row.
pub struct Rows<From> {
    from: From,
    n_columns: usize,
    shift: u32,
    next: u128,
}

impl<To: Write> Writer<To> {
    /// Starts; the lowest `shift` bits of all keys are 0.
    ///
    /// # Errors
    /// What writing gives.
    pub fn start(mut to: To, n_columns: usize, shift: u32) -> io::Result<Self> {
        number(&mut to, n_columns as u128)?;
        number(&mut to, u128::from(shift))?;
        Ok(Self { to, shift, next: 0 })
    }

    /// Writes a row, whose key is above that of the last.
    ///
    /// # Errors
    /// What writing gives.
    pub fn row(&mut self, key: u128, values: impl Iterator<Item = i64>) -> io::Result<()> {
        let key = key >> self.shift;
        // 0 stands after the last row.
        number(&mut self.to, key - self.next + 1)?;
        self.next = key + 1;
        for x in values {
            number(&mut self.to, zigzag(i128::from(x)))?;
        }
        Ok(())
    }

    /// Ends.
    ///
    /// # Errors
    /// What writing gives.
    pub fn finish(mut self) -> io::Result<()> {
        number(&mut self.to, 0)?;
        self.to.flush()
    }
}

/// Returns a table as bytes; its periods are left to the reader, who knows them.
pub fn encoded(table: &Table) -> Vec<u8> {
    let mut out = Vec::new();
    let bits = table.keys.iter().fold(0, |all, it| all | it);
    let shift = if bits == 0 { 0 } else { bits.trailing_zeros() };
    let mut written = || -> io::Result<()> {
        table
            .labels()
            .into_iter()
            .try_for_each(|it| write_labels(&mut out, it))?;
        let mut writer = Writer::start(&mut out, table.columns.len(), shift)?;
        for (row_idx, key) in table.keys.iter().enumerate() {
            writer.row(*key, table.columns.iter().map(|it| it[row_idx]))?;
        }
        writer.finish()
    };
    written().expect("memory takes all that is written");
    out
}

/// Reads a table without its periods; `None` where the bytes are no table.
pub fn decoded(bytes: &[u8]) -> Option<Table> {
    let mut bytes = bytes;
    let [categories, customers, counted] = [
        labels(&mut bytes).ok()?,
        labels(&mut bytes).ok()?,
        labels(&mut bytes).ok()?,
    ];
    let mut rows = Rows::open(&mut bytes).ok()?;
    let mut keys = Vec::new();
    let mut values = vec![0; rows.n_columns];
    let mut columns = vec![Vec::new(); rows.n_columns];
    while let Some(key) = rows.next(&mut values).ok()? {
        keys.push(key);
        columns.iter_mut().zip(&values).for_each(|(column, x)| column.push(*x));
    }
    keys.shrink_to_fit();
    columns.iter_mut().for_each(Vec::shrink_to_fit);
    bytes.is_empty().then(|| Table {
        periods: Vec::new(),
        categories: Arc::new(categories),
        customers: Arc::new(customers),
        counted: Arc::new(counted),
        keys,
        columns,
    })
}

impl<From: Read> Rows<From> {
    /// Starts to read rows.
    ///
    /// # Errors
    /// What reading gives; bytes that are no table.
    pub fn open(mut from: From) -> io::Result<Self> {
        // A group has a handful of columns: a larger number is not one of ours.
        let n_columns = u16::try_from(taken(&mut from)?).map_err(|_| broken())?;
        let shift = u32::try_from(taken(&mut from)?).map_err(|_| broken())?;
        if shift >= u128::BITS {
            return Err(broken());
        }
        Ok(Self {
            from,
            n_columns: usize::from(n_columns),
            shift,
            next: 0,
        })
    }

    /// Returns the next key, its values in `values`; `None` after the last.
    ///
    /// # Errors
    /// What reading gives; bytes that are no table.
    pub fn next(&mut self, values: &mut [i64]) -> io::Result<Option<u128>> {
        let step = taken(&mut self.from)?;
        if step == 0 {
            return Ok(None);
        }
        let key = self.next.checked_add(step - 1).ok_or_else(broken)?;
        self.next = key + 1;
        for x in values.iter_mut().take(self.n_columns) {
            *x = i64::try_from(unzigzag(taken(&mut self.from)?)).map_err(|_| broken())?;
        }
        Ok(Some(key << self.shift))
    }
}

/// Writes labels.
///
/// # Errors
/// What writing gives.
pub fn write_labels(to: &mut impl Write, labels: &Labels) -> io::Result<()> {
    match labels {
        Labels::Numbers(all) => {
            to.write_all(&[0])?;
            number(to, all.len() as u128)?;
            let mut last = 0_i64;
            for x in all {
                number(to, zigzag(i128::from(*x) - i128::from(last)))?;
                last = *x;
            }
        }
        Labels::Texts(all) => {
            to.write_all(&[1])?;
            number(to, all.len() as u128)?;
            for text in all {
                number(to, text.len() as u128)?;
                to.write_all(text.as_bytes())?;
            }
        }
    }
    Ok(())
}

/// Reads labels.
///
/// # Errors
/// What reading gives; bytes that are no labels.
pub fn labels(from: &mut impl Read) -> io::Result<Labels> {
    // Room is made in steps of this size: a length that was tampered with takes no memory.
    const STEP: u64 = 1 << 16;
    let kind = byte(from)?;
    let n = small(taken(from)?)?;
    let room = usize::try_from(n.min(STEP)).unwrap_or(0);
    if kind == 0 {
        let mut all = Vec::with_capacity(room);
        let mut last = 0_i128;
        for _ in 0..n {
            last += unzigzag(taken(from)?);
            all.push(i64::try_from(last).map_err(|_| broken())?);
        }
        all.shrink_to_fit();
        return Ok(Labels::Numbers(all));
    }
    let mut all = Vec::with_capacity(room);
    for _ in 0..n {
        let size = small(taken(from)?)?;
        let mut text = String::new();
        if from.take(size).read_to_string(&mut text)? as u64 != size {
            return Err(broken());
        }
        all.push(text);
    }
    Ok(Labels::Texts(all))
}

/// Writes a number in groups of seven bits, the lowest first.
///
/// Source: LEB128, DWARF 5 (2017), section 7.6.
fn number(to: &mut impl Write, x: u128) -> io::Result<()> {
    let mut bytes = [0; MOST_GROUPS];
    let mut n = 0;
    let mut x = x;
    loop {
        let low = u8::try_from(x & 0x7f).expect("seven bits were kept");
        x >>= 7;
        if x == 0 {
            bytes[n] = low;
            return to.write_all(&bytes[..=n]);
        }
        bytes[n] = low | 0x80;
        n += 1;
    }
}

/// A number of 128 bits has nineteen groups of seven at most.
const MOST_GROUPS: usize = 19;

fn taken(from: &mut impl Read) -> io::Result<u128> {
    let first = byte(from)?;
    let mut x = u128::from(first & 0x7f);
    if first & 0x80 == 0 {
        return Ok(x);
    }
    for group in 1..MOST_GROUPS {
        let byte = byte(from)?;
        x |= u128::from(byte & 0x7f) << (7 * group);
        if byte & 0x80 == 0 {
            return Ok(x);
        }
    }
    Err(broken())
}

fn byte(from: &mut impl Read) -> io::Result<u8> {
    let mut one = [0];
    from.read_exact(&mut one)?;
    Ok(one[0])
}

fn small(x: u128) -> io::Result<u64> {
    u64::try_from(x).map_err(|_| broken())
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "these bytes are no table")
}

/// Small numbers of either sign as small numbers without one.
fn zigzag(x: i128) -> u128 {
    ((x << 1) ^ (x >> 127)).cast_unsigned()
}

fn unzigzag(x: u128) -> i128 {
    (x >> 1).cast_signed() ^ -((x & 1).cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::table::NULL;

    fn table() -> Table {
        Table {
            categories: Arc::new(Labels::Texts(vec!["a".into(), "ü".into()])),
            customers: Arc::new(Labels::Numbers(vec![i64::MIN, -3, 510_000_000_000, i64::MAX])),
            keys: vec![0, 1 << 32, (7 << 96) | (1 << 64) | 5],
            columns: vec![vec![NULL, 0, -5], vec![1, 2, i64::MAX]],
            ..Table::default()
        }
    }

    #[test]
    fn a_table_survives() {
        let high = Table {
            keys: vec![3 << 32, 5 << 64, 6 << 64],
            ..table()
        };
        for it in [table(), high, Table::default()] {
            assert_eq!(decoded(&encoded(&it)), Some(it));
        }
    }

    #[test]
    fn bytes_that_are_cut_off_are_no_table() {
        let whole = encoded(&table());
        for n in 0..whole.len() {
            assert_eq!(decoded(&whole[..n]), None, "{n} bytes");
        }
    }
}
