//! All sheets of a memo as one workbook, the first of them a list of the others.
//!
//! Numbers stay unrounded and have the memo's formats; a text is written as text and is never a formula. The same memo gives
//! the same bytes: the workbook's date is that of issue. It must not know what a sheet is about.

use crate::model::memo::Memo;
use crate::model::sheet::Entry;
use crate::model::sheet::Form;
use crate::model::sheet::Kind;
use crate::model::sheet::Number;
use crate::model::sheet::Sheet;
use crate::model::sheet::SheetColumn;
use jiff::civil::Date;
use rust_xlsxwriter::DocProperties;
use rust_xlsxwriter::ExcelDateTime;
use rust_xlsxwriter::Format;
use rust_xlsxwriter::FormatAlign;
use rust_xlsxwriter::FormatBorder;
use rust_xlsxwriter::Url;
use rust_xlsxwriter::Workbook;
use rust_xlsxwriter::Worksheet;
use rust_xlsxwriter::XlsxError;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// A sheet's name has at most so many letters (Excel's limit).
const NAME_CHARS: usize = 31;
/// A cell's text has at most so many (32,767 in Excel; an ellipsis must have room).
const TEXT_CHARS: usize = 32_000;
/// Letters that no sheet's name may have.
const NOT_IN_NAMES: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];
/// A name that Excel keeps for itself.
const RESERVED: &str = "history";
/// The narrowest and the widest column, in letters: what is longer is wrapped.
const WIDTHS: [usize; 2] = [7, 52];
/// A head is wrapped at this width where its column needs less.
const HEAD_WIDTH: usize = 22;
/// Room for the filter's button beside a head, and for its bold letters, in letters.
const BUTTON: usize = 4;
/// Height of a line, in points; and of the tallest row that Excel has.
const LINE: f64 = 15.0;
const TALLEST: f64 = 409.0;
/// Letters are wider in other fonts than in Excel's own: columns have so many times their room.
const SPARE: f64 = 1.12;
/// Size of the workbook's title, in points, and the height of its row.
const TITLE_SIZE: f64 = 16.0;
const TITLE_ROOM: f64 = 1.5;
/// The first year that a workbook's calendar is right for: before March 1900 it has a day too many.
const FIRST_YEAR: i16 = 1901;
/// Widths of the columns of the list of sheets, in letters: sheet, what it holds, rows, file.
const LIST_WIDTHS: [f64; 4] = [34.0, 84.0, 8.0, 52.0];

/// Writes the workbook of a memo that was issued on a day.
pub fn workbook(memo: &Memo, sheets: &[Sheet], issued: Date) -> Vec<u8> {
    written(memo, sheets, issued).expect("names are legal and texts are short enough")
}

fn written(memo: &Memo, sheets: &[Sheet], issued: Date) -> Result<Vec<u8>, XlsxError> {
    let names = names(head(memo, "contents"), sheets);
    let mut book = Workbook::new();
    // Never the clock's: a day that a workbook cannot tell becomes the first that it can.
    let first = || ExcelDateTime::from_ymd(FIRST_YEAR as u16, 1, 1);
    let created = day(issued).map_or_else(first, Ok)?;
    let properties = DocProperties::new()
        .set_title(cut(&memo.title))
        .set_author("Bellwether")
        .set_creation_datetime(&created);
    book.set_properties(&properties);
    list(book.add_worksheet(), memo, sheets, &names)?;
    for (sheet, name) in sheets.iter().zip(&names[1..]) {
        fill(book.add_worksheet(), sheet, name)?;
    }
    book.save_to_buffer()
}

/// A head in the memo's language; its name where the memo has none.
fn head<'a>(memo: &'a Memo, name: &'a str) -> &'a str {
    memo.heads.get(name).map_or(name, String::as_str)
}

/// Writes the list of sheets: what each holds, and where it stands.
fn list(page: &mut Worksheet, memo: &Memo, sheets: &[Sheet], names: &[String]) -> Result<(), XlsxError> {
    page.set_name(&names[0])?;
    page.set_screen_gridlines(false);
    for (at, width) in (0..).zip(LIST_WIDTHS) {
        page.set_column_width(at, width)?;
    }
    let title = Format::new().set_bold().set_font_size(TITLE_SIZE);
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    page.write_string_with_format(0, 0, cut(&memo.title), &title)?;
    let lead: String = memo.lead.iter().map(|it| it.text.as_str()).collect();
    page.set_row_height(0, TITLE_SIZE * TITLE_ROOM)?;
    let across: f64 = LIST_WIDTHS.iter().sum();
    for (row, text) in (1..).zip([&memo.dateline, &lead, &memo.disclaimer]) {
        let text = cut(text);
        page.set_row_height(row, height(n_lines(&text, across as usize)))?;
        page.merge_range(row, 0, row, LIST_WIDTHS.len() as u16 - 1, &text, &wrapped)?;
    }
    let from: u32 = 5;
    for (at, name) in (0..).zip(["sheet", "holds", "rows", "file"]) {
        page.write_string_with_format(from, at, head(memo, name), &head_format())?;
    }
    let top = Format::new().set_align(FormatAlign::Top);
    let count = Format::new().set_num_format("#,##0").set_align(FormatAlign::Top);
    for (row, (sheet, name)) in (from + 1..).zip(sheets.iter().zip(&names[1..])) {
        let link = Url::new(format!("internal:'{}'!A1", name.replace('\'', "''"))).set_text(name);
        page.write_url(row, 0, link)?;
        let held = cut(&holds(sheet));
        page.set_row_height(row, height(n_lines(&held, LIST_WIDTHS[1] as usize)))?;
        page.write_string_with_format(row, 1, held, &wrapped)?;
        page.write_number_with_format(row, 2, sheet.n_rows() as f64, &count)?;
        page.write_string_with_format(row, 3, format!("tables/{}.csv", sheet.name), &top)?;
    }
    page.set_freeze_panes(from + 1, 0)?;
    page.set_landscape().set_print_fit_to_pages(1, 0);
    Ok(())
}

/// What a sheet holds: its title and what it shows, or else its heads.
fn holds(sheet: &Sheet) -> String {
    let parts = [sheet.title.as_str(), sheet.about.as_str()];
    let parts: Vec<&str> = parts.into_iter().filter(|it| !it.is_empty()).collect();
    if parts.is_empty() {
        let heads: Vec<&str> = sheet.columns.iter().map(|it| it.head.as_str()).collect();
        return heads.join("; ");
    }
    parts.join(" – ")
}

fn head_format() -> Format {
    Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border_bottom(FormatBorder::Thin)
}

/// Writes one sheet: heads in the first row, so that a program reads it as a person does.
fn fill(page: &mut Worksheet, sheet: &Sheet, name: &str) -> Result<(), XlsxError> {
    page.set_name(name)?;
    let mut formats: BTreeMap<String, Format> = BTreeMap::new();
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (at, column) in (0..).zip(&sheet.columns) {
        page.set_column_width(at, width(column) as f64 * SPARE)?;
        let format = match column.kind() {
            Kind::Whole | Kind::Number => head_format().set_align(FormatAlign::Right),
            Kind::Text | Kind::Day => head_format(),
        };
        page.write_string_with_format(0, at, cut(&column.head), &format)?;
        for (row, entry) in (1..).zip(&column.entries) {
            let mut formatted = |code: String| {
                let of = |code: &String| Format::new().set_num_format(code).set_align(FormatAlign::Top);
                formats.entry(code.clone()).or_insert_with(|| of(&code)).clone()
            };
            match entry {
                Entry::Empty => {}
                Entry::Number(it) => {
                    page.write_number_with_format(row, at, it.x, &formatted(code(it)))?;
                }
                Entry::Text(text) => {
                    page.write_string_with_format(row, at, cut(text), &wrapped)?;
                }
                Entry::Day(it) => match day(*it) {
                    Some(date) => {
                        page.write_datetime_with_format(row, at, &date, &formatted("yyyy-mm-dd".to_owned()))?;
                    }
                    None => {
                        page.write_string_with_format(row, at, it.to_string(), &wrapped)?;
                    }
                },
            }
        }
    }
    if let (Some(last_column), Ok(last_row)) = (sheet.columns.len().checked_sub(1), u32::try_from(sheet.n_rows())) {
        let last_column = u16::try_from(last_column).unwrap_or(u16::MAX);
        page.autofilter(0, 0, last_row, last_column)?;
    }
    // Not every program makes room for wrapped text by itself.
    let heads = sheet.columns.iter().map(|it| n_lines(&it.head, width(it) - BUTTON));
    page.set_row_height(0, height(heads.max().unwrap_or(1)))?;
    for row in 0..sheet.n_rows() {
        let lines = sheet.columns.iter().map(|it| match &it.entries[row] {
            Entry::Text(text) => n_lines(text, width(it)),
            _ => 1,
        });
        if let (n @ 2.., Ok(row)) = (lines.max().unwrap_or(1), u32::try_from(row + 1)) {
            page.set_row_height(row, height(n))?;
        }
    }
    page.set_freeze_panes(1, 0)?;
    page.set_repeat_rows(0, 0)?;
    page.set_landscape().set_print_fit_to_pages(1, 0);
    Ok(())
}

/// The number format of a figure, as Excel writes it in every language.
fn code(number: &Number) -> String {
    let decimals = |places: usize| match places {
        0 => String::new(),
        n => format!(".{}", "0".repeat(n)),
    };
    match number.form {
        Form::Count => "#,##0".to_owned(),
        Form::Fixed { places } => format!("#,##0{}", decimals(places)),
        Form::PerCent { places } => format!("0{}%", decimals(places)),
        Form::General => "General".to_owned(),
    }
}

/// Lines of a text in a column of so many letters; a word is not broken, so that a line may be short.
fn n_lines(text: &str, width: usize) -> usize {
    let of = |line: &str| {
        let mut lines = 1;
        let mut used = 0;
        for word in line.split_whitespace().map(|it| it.chars().count()) {
            if 0 < used && width < used + 1 + word {
                lines += 1;
                used = 0;
            }
            lines += word.saturating_sub(1) / width.max(1);
            used += word + usize::from(0 < used);
        }
        lines
    };
    text.lines().map(of).sum::<usize>().max(1)
}

/// Height of a row of so many lines, in points.
fn height(n_lines: usize) -> f64 {
    (LINE * n_lines as f64).min(TALLEST)
}

/// How wide a column is, in letters.
fn width(column: &SheetColumn) -> usize {
    let letters = |it: &Entry| match it {
        Entry::Empty => 0,
        Entry::Number(it) => printed_chars(it),
        Entry::Text(text) => text.lines().map(|it| it.chars().count()).max().unwrap_or(0),
        Entry::Day(_) => "2026-10-31".len(),
    };
    let widest = column.entries.iter().map(letters).max().unwrap_or(0) + 1;
    let word = |it: &str| it.chars().count();
    let longest_word = column.head.split_whitespace().map(word).max().unwrap_or(0);
    let head = (column.head.chars().count() + BUTTON).min(HEAD_WIDTH.max(longest_word + BUTTON));
    widest.max(head).clamp(WIDTHS[0], WIDTHS[1])
}

/// Letters of a number as its format prints it.
fn printed_chars(number: &Number) -> usize {
    // General prints what fits.
    const GENERAL: usize = 11;
    let (x, places, sign) = match number.form {
        Form::Count => (number.x, 0, 0),
        Form::Fixed { places } => (number.x, places, 0),
        Form::PerCent { places } => (number.x * 100.0, places, 1),
        Form::General => return GENERAL,
    };
    let text = format!("{x:.places$}");
    let whole = text.split('.').next().map_or(0, str::len);
    text.len() + whole / 3 + sign
}

/// A day as a workbook counts days; `None` for one before its calendar.
fn day(date: Date) -> Option<ExcelDateTime> {
    let year = u16::try_from(date.year()).ok().filter(|_| FIRST_YEAR <= date.year())?;
    let [month, day] = [date.month(), date.day()].map(i8::unsigned_abs);
    ExcelDateTime::from_ymd(year, month, day).ok()
}

/// A text that a cell can hold.
fn cut(text: &str) -> String {
    if text.chars().count() <= TEXT_CHARS {
        return text.to_owned();
    }
    text.chars().take(TEXT_CHARS).chain(['…']).collect()
}

/// Returns a legal name a sheet, the list's first; no two alike, capitals or not.
fn names(list: &str, sheets: &[Sheet]) -> Vec<String> {
    let mut taken: BTreeSet<String> = BTreeSet::from([RESERVED.to_owned()]);
    let ids = sheets.iter().map(|it| it.id.as_str());
    let mut name = |asked: &str| {
        let plain: String = asked
            .chars()
            .filter(|it| !NOT_IN_NAMES.contains(it) && !it.is_control())
            .collect();
        let plain = plain.trim().trim_matches('\'');
        let plain = if plain.is_empty() { "-" } else { plain };
        let numbered = (2..).map(|n| format!("-{n}"));
        let mut ends = std::iter::once(String::new()).chain(numbered);
        let fitted = |end: String| {
            let name: String = plain.chars().take(NAME_CHARS - end.len()).collect();
            name.trim_end_matches(['-', '\'']).to_owned() + &end
        };
        let name = ends
            .by_ref()
            .map(fitted)
            .find(|it| !it.is_empty() && !taken.contains(&it.to_lowercase()))
            .expect("numbers do not end");
        taken.insert(name.to_lowercase());
        name
    };
    std::iter::once(list).chain(ids).map(&mut name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(id: &str) -> Sheet {
        Sheet {
            id: id.into(),
            name: id.into(),
            ..Sheet::default()
        }
    }

    #[test]
    fn names_are_short_legal_and_apart() {
        let long = "segments-of-a-category-with-a-long-name";
        let all = [long, long, "History", "a/b", "A:B", "'", "contents"].map(sheet);
        assert_eq!(
            names("Contents", &all),
            [
                "Contents",
                "segments-of-a-category-with-a-l",
                "segments-of-a-category-with-a-2",
                "History-2",
                "ab",
                "AB-2",
                "-2",
                "contents-2"
            ]
        );
    }

    #[test]
    fn lines_are_counted_as_they_break() {
        assert_eq!(n_lines("", 10), 1);
        assert_eq!(n_lines("one two three", 7), 2);
        assert_eq!(n_lines("one\ntwo", 10), 2);
        assert_eq!(n_lines(&"x".repeat(25), 10), 3);
    }

    #[test]
    fn a_form_is_a_number_format() {
        let of = |form| code(&Number { x: 1.0, form });
        assert_eq!(of(Form::Count), "#,##0");
        assert_eq!(of(Form::Fixed { places: 2 }), "#,##0.00");
        assert_eq!(of(Form::Fixed { places: 0 }), "#,##0");
        assert_eq!(of(Form::PerCent { places: 1 }), "0.0%");
    }

    #[test]
    fn a_workbook_is_the_same_again() {
        let column = SheetColumn {
            head: "=1+1".into(),
            entries: ["=cmd|' /C calc'!A0", "@SUM(1)", "a\tb\nc\u{1}", "😀", "קטגוריה"]
                .iter()
                .map(|it| Entry::Text((*it).to_owned()))
                .chain([Entry::Text("x".repeat(40_000)), Entry::Day(Date::constant(1850, 1, 1))])
                .collect(),
        };
        let mut hostile = sheet("a");
        hostile.columns.push(column);
        let issued = Date::constant(2026, 11, 1);
        let made = || workbook(&Memo::default(), &[hostile.clone(), sheet("empty")], issued);
        assert_eq!(made(), made());
        assert!(made().starts_with(b"PK"));
    }
}
