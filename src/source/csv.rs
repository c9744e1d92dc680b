//! Records of CSV files, plain or gzipped, in blocks of bounded size.
//!
//! Other readers take a short line for one with missing values and stop at a byte that is no text. Here a line
//! that is not a record of the header's columns is a fault with its line number, and the others are read. It
//! must not know what a column means.

use memchr::memchr;
use memchr::memchr_iter;
use memchr::memchr2;
use memchr::memrchr;
use std::borrow::Cow;
use std::cell::Cell;
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
    text: &'a str,
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
        if self.has_escapes {
            self.text.replace("\"\"", "\"").into()
        } else {
            self.text.into()
        }
    }

    /// Makes the field of a text that stands in no file.
    pub fn of(text: &'a str) -> Self {
        Self {
            text,
            is_quoted: false,
            has_escapes: false,
        }
    }

    /// Returns the value's bytes, as they stand between the quotes if there are any.
    pub fn bytes(self) -> &'a [u8] {
        self.text.as_bytes()
    }

    /// Whether nothing stands there, not even quotes: a missing value.
    pub fn is_missing(self) -> bool {
        self.text.is_empty() && !self.is_quoted
    }
}

/// Tells whether a file's name says that it is CSV.
pub fn is_csv(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
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
        let text = String::from_utf8_lossy(&header);
        if text.contains(|it: char| !it.is_ascii_whitespace()) && split(&text, 0, &mut fields).is_ok() {
            for field in &fields {
                let name = field.text().into_owned();
                let n_before = fields.iter().take(names.len()).filter(|it| it.text == field.text);
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
    memchr_iter(b'\n', bytes).count() as u64
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
    let mut at = from;
    let mut closed = None;
    while let Some(n) = memchr2(b'"', b'\n', &bytes[at..]) {
        let found = at + n;
        at = found + 1;
        if bytes[found] == b'\n' {
            return End::At(at);
        }
        // Behind a quote that closed, another opens the same field again: the two are one quote of the text.
        let opens = found == from || bytes[found - 1] == b',' || closed == Some(found - 1);
        if opens {
            match memchr(b'"', &bytes[at..]) {
                Some(n) if at + n - from <= RECORD_BYTES => {
                    closed = Some(at + n);
                    at += n + 1;
                }
                _ => return End::Open,
            }
        }
    }
    End::None
}

/// Returns how many bytes at the beginning are whole records.
fn whole_records(bytes: &[u8]) -> usize {
    if memchr(b'"', bytes).is_none() {
        return memrchr(b'\n', bytes).map_or(0, |it| it + 1);
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

/// Splits the record that begins at `from`, and returns where it ends, its line end included.
fn split<'a>(text: &'a str, from: usize, fields: &mut Vec<Field<'a>>) -> Result<usize, Fault> {
    let bytes = text.as_bytes();
    fields.clear();
    let mut at = from;
    loop {
        let end = if bytes.get(at) == Some(&b'"') {
            let (field, behind) = quoted(text, at, from)?;
            fields.push(field);
            behind
        } else {
            let end = memchr2(b',', b'\n', &bytes[at..]).map_or(bytes.len(), |n| at + n);
            let is_last = bytes.get(end) != Some(&b',');
            let field = &text[at..end];
            let field = if is_last {
                field.strip_suffix('\r').unwrap_or(field)
            } else {
                field
            };
            fields.push(Field::of(field));
            end
        };
        match bytes.get(end) {
            Some(b',') => at = end + 1,
            Some(_) => return Ok(end + 1),
            None => return Ok(end),
        }
    }
}

/// Reads a field in quotes, and returns what stands behind it: a comma, a line end, or nothing.
fn quoted(text: &str, at: usize, record: usize) -> Result<(Field<'_>, usize), Fault> {
    let bytes = text.as_bytes();
    let (mut end, mut has_escapes) = (at + 1, false);
    loop {
        end += memchr(b'"', &bytes[end..]).ok_or(Fault::Quotes)?;
        if end - record > RECORD_BYTES {
            return Err(Fault::Quotes);
        }
        let behind = match &bytes[end + 1..] {
            [b'"', ..] => {
                (end, has_escapes) = (end + 2, true);
                continue;
            }
            [] | [b',' | b'\n', ..] => end + 1,
            [b'\r'] | [b'\r', b'\n', ..] => end + 2,
            _ => return Err(Fault::Quotes),
        };
        let field = Field {
            text: &text[at + 1..end],
            is_quoted: true,
            has_escapes,
        };
        return Ok((field, behind));
    }
}

impl Block {
    /// Hands on every record of `n_fields` fields with what tells its line, and every line that is none with its fault.
    ///
    /// Blank lines are passed over, but for files of one column, where they are missing values.
    pub fn records<'a>(
        &'a self,
        n_fields: usize,
        mut record: impl FnMut(&dyn Fn() -> u64, &[Field<'a>]),
        mut fault: impl FnMut(u64, Fault, &'a [u8]),
    ) {
        let bytes = self.bytes.as_slice();
        let all_text = std::str::from_utf8(bytes).ok();
        let mut fields = Vec::with_capacity(n_fields);
        // Lines are counted where one is told, from the last that was.
        let told = Cell::new((0, self.line));
        let line_of = |at: usize| {
            let (from, line) = told.get();
            told.set((at, line + n_lines(&bytes[from..at])));
            told.get().1
        };
        let mut at = 0;
        while at < bytes.len() {
            let parts = match all_text {
                Some(text) => split(text, at, &mut fields),
                // The record is found first, since its own bytes may be text.
                None => match std::str::from_utf8(&bytes[at..end_of(bytes, at)]) {
                    Ok(text) => split(text, 0, &mut fields).map(|end| at + end),
                    Err(_) => Err(Fault::NotText),
                },
            };
            let end = parts.unwrap_or_else(|_| end_of(bytes, at));
            let whole = &bytes[at..end];
            match parts {
                _ if n_fields > 1 && matches!(whole, b"\n" | b"\r\n") => {}
                Err(wrong) => fault(line_of(at), wrong, whole),
                Ok(_) if fields.len() != n_fields => fault(line_of(at), Fault::Ragged(fields.len()), whole),
                Ok(_) => record(&|| line_of(at), &fields),
            }
            at = end;
        }
    }
}

/// Returns where the record that begins at `from` ends; one whose quote is not closed ends with its line.
fn end_of(bytes: &[u8], from: usize) -> usize {
    match record_end(bytes, from) {
        End::At(end) => end,
        End::Open => memchr(b'\n', &bytes[from..]).map_or(bytes.len(), |n| from + n + 1),
        End::None => bytes.len(),
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
                |line, fields| records.push((line(), fields.iter().map(|it| it.text().into_owned()).collect())),
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
