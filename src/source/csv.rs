//! Records of CSV files, plain or gzipped, in blocks of bounded size.
//!
//! Other readers take a short line for one with missing values and stop at a byte that is no text. Here a line
//! that is not a record of the header's columns is a fault with its line number, and the others are read. It
//! must not know what a column means.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Bytes in a block: what a thread holds of a file, whatever the file's size.
pub const BLOCK_BYTES: usize = 1 << 24;

/// Bytes in a block where only the first rows are looked at.
pub const GLANCE_BYTES: usize = 1 << 18;

/// A record longer than this began with a quote that nobody closed.
const RECORD_BYTES: usize = 1 << 20;

/// What some programs put before UTF-8 text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Whole records of a file.
#[derive(Debug, Clone, Default)]
pub struct Block {
    /// The records with their line ends.
    pub bytes: Vec<u8>,
    /// The line of the file where they begin, counted from one.
    pub line: u64,
}

/// The blocks of a file, in its order.
pub struct Blocks {
    input: Box<dyn Read + Send>,
    block_bytes: usize,
    rest: Vec<u8>,
    line: u64,
    is_over: bool,
}

/// One value of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    bytes: &'a [u8],
    /// Whether it stood in quotes.
    pub is_quoted: bool,
    has_escapes: bool,
}

/// Why a line is no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// More or fewer fields than the header has.
    Ragged(usize),
    /// Bytes that are not UTF-8.
    NotText,
    /// A quote that is never closed, or text behind one that is.
    Quotes,
}

impl Fault {
    /// One of each kind, in the order in which they are counted.
    pub const ALL: [Fault; 3] = [Fault::Ragged(0), Fault::NotText, Fault::Quotes];

    /// Says why, as a phrase.
    pub fn reason(self) -> &'static str {
        match self {
            Fault::Ragged(_) => "a line has more or fewer fields than the header",
            Fault::NotText => "a line is not UTF-8 text",
            Fault::Quotes => "a line has quotes that do not match",
        }
    }

    /// Returns the place in [`Fault::ALL`].
    pub fn place(self) -> usize {
        match self {
            Fault::Ragged(_) => 0,
            Fault::NotText => 1,
            Fault::Quotes => 2,
        }
    }
}

impl<'a> Field<'a> {
    /// Returns the value; quotes that stood twice stand once.
    pub fn text(self) -> Cow<'a, str> {
        let text = std::str::from_utf8(self.bytes).expect("a record with other bytes is a fault");
        if self.has_escapes {
            text.replace("\"\"", "\"").into()
        } else {
            text.into()
        }
    }

    /// Makes the field of a text that stands in no file.
    pub fn of(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            is_quoted: false,
            has_escapes: false,
        }
    }

    /// Returns the value's bytes, as they stand between the quotes if there are any.
    pub fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// Whether nothing stands there, not even quotes: a missing value.
    pub fn is_missing(self) -> bool {
        self.bytes.is_empty() && !self.is_quoted
    }
}

/// Tells whether a file's name says that it is CSV.
pub fn is_csv(name: &str) -> bool {
    name.ends_with(".csv") || name.ends_with(".csv.gz")
}

/// Opens a file; one whose name ends in `.gz` is unpacked as it is read.
///
/// # Errors
/// Of the system.
pub fn open(path: &Path) -> std::io::Result<Box<dyn Read + Send>> {
    let file = File::open(path)?;
    Ok(if path.extension().is_some_and(|it| it == "gz") {
        Box::new(flate2::read::MultiGzDecoder::new(std::io::BufReader::new(file)))
    } else {
        Box::new(file)
    })
}

impl Blocks {
    /// Cuts what is read into blocks, and returns the header's names with them; no names where there is no header.
    ///
    /// # Errors
    /// Of the system.
    pub fn new(input: Box<dyn Read + Send>, block_bytes: usize) -> std::io::Result<(Vec<String>, Self)> {
        let mut blocks = Self {
            input,
            block_bytes,
            rest: Vec::new(),
            line: 1,
            is_over: false,
        };
        blocks.read(blocks.block_bytes)?;
        let mut end = record_end(&blocks.rest, 0);
        while !matches!(end, End::At(_)) && !blocks.is_over && blocks.rest.len() < RECORD_BYTES {
            blocks.read(blocks.rest.len())?;
            end = record_end(&blocks.rest, 0);
        }
        let mut end = match end {
            End::At(end) => end,
            End::Open | End::None => blocks.rest.len(),
        };
        if blocks.rest.starts_with(BYTE_ORDER_MARK) {
            blocks.rest.drain(..BYTE_ORDER_MARK.len());
            end -= BYTE_ORDER_MARK.len();
        }
        let mut names: Vec<String> = Vec::new();
        let mut fields = Vec::new();
        let header: Vec<u8> = blocks.rest.drain(..end).collect();
        if header.iter().any(|it| !it.is_ascii_whitespace()) && split(&header, &mut fields).is_ok() {
            for field in &fields {
                let name = String::from_utf8_lossy(field.bytes).replace("\"\"", "\"");
                let n_before = fields.iter().take(names.len()).filter(|it| it.bytes == field.bytes);
                names.push(match n_before.count() {
                    0 => name,
                    n => format!("{name}_duplicated_{}", n - 1),
                });
            }
        }
        blocks.line += n_lines(&header);
        Ok((names, blocks))
    }

    /// Reads so many bytes more, if they are there.
    fn read(&mut self, n_bytes: usize) -> std::io::Result<()> {
        let n = (&mut self.input).take(n_bytes as u64).read_to_end(&mut self.rest)?;
        self.is_over |= n < n_bytes;
        Ok(())
    }
}

impl Iterator for Blocks {
    type Item = std::io::Result<Block>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut missing = self.block_bytes.saturating_sub(self.rest.len());
        loop {
            if let Err(error) = self.read(missing) {
                self.is_over = true;
                self.rest.clear();
                return Some(Err(error));
            }
            if self.rest.is_empty() {
                return None;
            }
            let whole = if self.is_over {
                self.rest.len()
            } else {
                whole_records(&self.rest)
            };
            if whole == 0 {
                // One record fills the block: it ends within RECORD_BYTES, or is a fault.
                missing = self.rest.len();
                continue;
            }
            let rest = self.rest.split_off(whole);
            let bytes = std::mem::replace(&mut self.rest, rest);
            let line = self.line;
            self.line += n_lines(&bytes);
            return Some(Ok(Block { bytes, line }));
        }
    }
}

fn n_lines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|it| u64::from(*it == b'\n')).sum()
}

/// Where a record ends.
enum End {
    /// Behind its line end.
    At(usize),
    /// It has none, since a quote is not closed.
    Open,
    /// It has none yet.
    None,
}

/// Finds the end of the record that begins at `from`.
fn record_end(bytes: &[u8], from: usize) -> End {
    let (mut in_quotes, mut may_open) = (false, true);
    for (n, &byte) in bytes[from..].iter().enumerate() {
        if in_quotes {
            // Behind a quote that closed, another opens the same field again: the two are one quote of the text.
            (in_quotes, may_open) = (byte != b'"', true);
            if n > RECORD_BYTES {
                return End::Open;
            }
            continue;
        }
        match byte {
            b'\n' => return End::At(from + n + 1),
            b',' => may_open = true,
            b'"' if may_open => in_quotes = true,
            _ => may_open = false,
        }
    }
    if in_quotes { End::Open } else { End::None }
}

/// Returns how many bytes at the beginning are whole records.
fn whole_records(bytes: &[u8]) -> usize {
    if !bytes.contains(&b'"') {
        return bytes.iter().rposition(|it| *it == b'\n').map_or(0, |it| it + 1);
    }
    let mut at = 0;
    loop {
        match record_end(bytes, at) {
            End::At(end) => at = end,
            End::Open if bytes.len() - at > RECORD_BYTES => match bytes[at..].iter().position(|it| *it == b'\n') {
                Some(n) => at += n + 1,
                None => return at,
            },
            End::Open | End::None => return at,
        }
    }
}

/// Splits one record, its line end included or not.
fn split<'a>(record: &'a [u8], fields: &mut Vec<Field<'a>>) -> Result<(), Fault> {
    fields.clear();
    let record = record.strip_suffix(b"\n").unwrap_or(record);
    let record = record.strip_suffix(b"\r").unwrap_or(record);
    let mut at = 0;
    loop {
        if record.get(at) == Some(&b'"') {
            let (mut end, mut has_escapes) = (at + 1, false);
            loop {
                match (record.get(end), record.get(end + 1)) {
                    (None, _) => return Err(Fault::Quotes),
                    (Some(b'"'), Some(b'"')) => (end, has_escapes) = (end + 2, true),
                    (Some(b'"'), None | Some(b',')) => break,
                    (Some(b'"'), _) => return Err(Fault::Quotes),
                    _ => end += 1,
                }
            }
            fields.push(Field {
                bytes: &record[at + 1..end],
                is_quoted: true,
                has_escapes,
            });
            at = end + 1;
        } else {
            let n = record[at..].iter().position(|it| *it == b',');
            let end = n.map_or(record.len(), |it| at + it);
            fields.push(Field {
                bytes: &record[at..end],
                is_quoted: false,
                has_escapes: false,
            });
            at = end;
        }
        if record.len() <= at {
            return Ok(());
        }
        at += 1;
    }
}

impl Block {
    /// Hands on every record of `n_fields` fields with its line number, and every line that is none with its fault.
    ///
    /// Blank lines are passed over, but for files of one column, where they are missing values.
    pub fn records<'a>(
        &'a self,
        n_fields: usize,
        mut record: impl FnMut(u64, &[Field<'a>]),
        mut fault: impl FnMut(u64, Fault, &'a [u8]),
    ) {
        let bytes = self.bytes.as_slice();
        let is_text = std::str::from_utf8(bytes).is_ok();
        let has_quotes = bytes.contains(&b'"');
        let mut fields = Vec::with_capacity(n_fields);
        let (mut at, mut line) = (0, self.line);
        while at < bytes.len() {
            let line_end = || {
                let n = bytes[at..].iter().position(|it| *it == b'\n');
                n.map_or(bytes.len(), |it| at + it + 1)
            };
            let (end, is_open) = match has_quotes.then(|| record_end(bytes, at)) {
                Some(End::At(end)) => (end, false),
                Some(End::Open) => (line_end(), true),
                Some(End::None) => (bytes.len(), false),
                None => (line_end(), false),
            };
            let whole = &bytes[at..end];
            let is_blank = matches!(whole, b"\n" | b"\r\n");
            let parts = if is_open {
                Err(Fault::Quotes)
            } else {
                split(whole, &mut fields)
            };
            match parts {
                _ if is_blank && n_fields > 1 => {}
                _ if !is_text && std::str::from_utf8(whole).is_err() => fault(line, Fault::NotText, whole),
                Err(wrong) => fault(line, wrong, whole),
                Ok(()) if fields.len() != n_fields => fault(line, Fault::Ragged(fields.len()), whole),
                Ok(()) => record(line, &fields),
            }
            line += if has_quotes { n_lines(whole) } else { 1 };
            at = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Seen = (Vec<String>, Vec<(u64, Vec<String>)>, Vec<(u64, Fault)>);

    /// Reads a text in blocks of some bytes: records as text with their lines, and faults.
    fn read(text: &[u8], block_bytes: usize) -> Seen {
        let input = Box::new(std::io::Cursor::new(text.to_vec()));
        let (names, blocks) = Blocks::new(input, block_bytes).expect("memory is readable");
        let (mut records, mut faults) = (Vec::new(), Vec::new());
        for block in blocks {
            let block = block.expect("memory is readable");
            block.records(
                names.len(),
                |line, fields| records.push((line, fields.iter().map(|it| it.text().into_owned()).collect())),
                |line, fault, _| faults.push((line, fault)),
            );
        }
        (names, records, faults)
    }

    #[test]
    fn every_fault_has_its_line_and_the_rest_is_read_in_blocks_of_any_size() {
        let text = b"\xef\xbb\xbfa,\"b \"\"c\"\"\"\r\n1,x\r\n2\r\n3,y,z\r\n\r\n4,\"two\nlines, \"\"5\"\"\"\r\n6,\xff\r\n7,5\" pipe\n8,\"a\"b\n9,\"open\n10,z";
        for block_bytes in [1, 7, 40, 1000] {
            let (names, records, faults) = read(text, block_bytes);
            assert_eq!(names, ["a", "b \"c\""]);
            let rows: Vec<(u64, &str, &str)> = records
                .iter()
                .map(|(n, it)| (*n, it[0].as_str(), it[1].as_str()))
                .collect();
            let expected = [
                (2, "1", "x"),
                (6, "4", "two\nlines, \"5\""),
                (9, "7", "5\" pipe"),
                (12, "10", "z"),
            ];
            assert_eq!(rows, expected, "blocks of {block_bytes}");
            let expected = [
                (3, Fault::Ragged(1)),
                (4, Fault::Ragged(3)),
                (8, Fault::NotText),
                (10, Fault::Quotes),
                (11, Fault::Quotes),
            ];
            assert_eq!(faults, expected, "blocks of {block_bytes}");
        }
    }

    #[test]
    fn a_quote_that_nobody_closes_costs_its_line_only() {
        let mut text = b"a,b\n1,\"open\n".to_vec();
        let n = RECORD_BYTES / 4;
        text.extend((0..n).flat_map(|_| *b"2,x\n"));
        let (_, records, faults) = read(&text, 1 << 16);
        assert_eq!(faults, [(2, Fault::Quotes)]);
        assert_eq!(records.len(), n);
    }
}
