//! Sheets as CSV (RFC 4180), unrounded: what a figure prints is in the memo, what it is stands here.
//!
//! A spreadsheet takes some texts for formulas: those are defused. It must not know what a sheet is about.

use crate::model::sheet::Entry;
use crate::model::sheet::Sheet;

/// First letters that a spreadsheet may take for a formula's, wide forms included.
const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// Quotation marks that a spreadsheet may take off before it looks.
const QUOTES: [char; 10] = ['\'', '"', '`', '‘', '’', '“', '”', '«', '»', '＇'];
/// Below and from these a number is written with an exponent: hundreds of noughts are hard to read.
const SMALLEST: f64 = 1e-9;
const LARGEST: f64 = 1e16;
/// Letters that take no room, and hide what follows them.
const UNSEEN: [char; 5] = ['\u{feff}', '\u{200b}', '\u{200e}', '\u{200f}', '\u{2060}'];

/// Writes a sheet; a share stands in per cent, as its head says.
pub fn table(sheet: &Sheet) -> String {
    let head: Vec<String> = sheet.columns.iter().map(|it| field(&it.head)).collect();
    let row = |at: usize| -> Vec<String> { sheet.columns.iter().map(|it| entry(&it.entries[at])).collect() };
    let rows = (0..sheet.n_rows()).map(row);
    let rows = std::iter::once(head).chain(rows).map(|it| record(&it));
    rows.collect()
}

fn entry(entry: &Entry) -> String {
    match entry {
        Entry::Empty => String::new(),
        // A negative number is no formula.
        Entry::Number(it) => number(it.as_headed()),
        Entry::Text(text) => field(text),
        Entry::Day(day) => day.to_string(),
    }
}

/// Writes a number to its last bit; what is very small or very large with an exponent.
fn number(x: f64) -> String {
    if x != 0.0 && !(SMALLEST..LARGEST).contains(&x.abs()) {
        return format!("{x:e}");
    }
    x.to_string()
}

/// Writes rows of texts.
pub fn lines<'a>(rows: impl Iterator<Item = &'a [String]>) -> String {
    let line = |row: &[String]| record(&row.iter().map(|it| field(it)).collect::<Vec<String>>());
    rows.map(line).collect()
}

fn record(fields: &[String]) -> String {
    // A line of one empty field would be an empty line, which readers pass over.
    let line = if fields == [""] {
        "\"\"".to_owned()
    } else {
        fields.join(",")
    };
    line + "\n"
}

/// Quotes a text where it must be; one that a spreadsheet would take for a formula gets an apostrophe before it.
fn field(text: &str) -> String {
    let text = if is_formula(text) {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

fn is_formula(text: &str) -> bool {
    // Tabs and line ends before a text are taken off by some, and end the cell for others.
    if text.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    let hidden = |c: char| c.is_whitespace() || c.is_control() || QUOTES.contains(&c) || UNSEEN.contains(&c);
    let seen = text.trim_start_matches(hidden);
    seen.starts_with(SIGNS) && text.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sheet::Form;
    use crate::model::sheet::Number;
    use crate::model::sheet::SheetColumn;

    fn texts(texts: &[&str]) -> Vec<Entry> {
        texts.iter().map(|it| Entry::Text((*it).to_owned())).collect()
    }

    #[test]
    fn fields_are_quoted_and_never_formulas() {
        let row = [
            "Pasta, Rice".to_owned(),
            "=1+1".to_owned(),
            "-1.5".to_owned(),
            "a \"b\"".to_owned(),
        ];
        assert_eq!(
            lines([row.as_slice()].into_iter()),
            "\"Pasta, Rice\",'=1+1,-1.5,\"a \"\"b\"\"\"\n"
        );
    }

    #[test]
    fn a_formula_is_told_behind_blanks_quotes_and_in_wide_letters() {
        let formulas = [
            "=cmd|' /C calc'!A0",
            "@SUM(1)",
            "+1+1",
            "-2+3",
            "  =1",
            "\u{a0}=1",
            "'=1",
            "\" =1",
            "＝1",
            "－1+1",
            "＠A1",
            "\t1",
            "\r=1",
            "\n=1",
            "\u{feff}=1",
            "\u{200f}=1",
            "«=1",
        ];
        for it in formulas {
            assert!(is_formula(it), "{it:?}");
        }
        for it in ["-1.5", "1=1", "a@b", "", "−1,5 to −0.5", "\u{5e7}\u{5d8}", "😀"] {
            assert!(!is_formula(it), "{it:?}");
        }
    }

    #[test]
    fn heads_are_defused_and_numbers_are_not() {
        let number = |x: f64| {
            Entry::Number(Number {
                x,
                form: Form::PerCent { places: 1 },
            })
        };
        let sheet = Sheet {
            columns: vec![
                SheetColumn {
                    head: "=1+1".into(),
                    entries: texts(&["a\tb\nc", "@x"]),
                },
                SheetColumn {
                    head: "Change, %".into(),
                    entries: vec![number(-0.125), Entry::Empty],
                },
            ],
            ..Sheet::default()
        };
        assert_eq!(table(&sheet), "'=1+1,\"Change, %\"\n\"a\tb\nc\",-12.5\n'@x,\n");
    }

    #[test]
    fn numbers_are_written_to_the_last_bit() {
        assert_eq!(
            [0.1, -3.0, 0.0, 5.1e-181, 2e17].map(number),
            ["0.1", "-3", "0", "5.1e-181", "2e17"]
        );
    }

    #[test]
    fn a_row_of_one_empty_field_is_still_a_row() {
        let sheet = Sheet {
            columns: vec![SheetColumn {
                head: "a".into(),
                entries: vec![Entry::Empty],
            }],
            ..Sheet::default()
        };
        assert_eq!(table(&sheet), "a\n\"\"\n");
    }
}
