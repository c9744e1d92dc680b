//! Sheets: the tables of a memo as typed columns, for whoever computes with them.
//!
//! A memo's cell is words; a sheet's is a number with its form, a text, a day, or nothing. CSV, Parquet and the workbook are
//! written from the same sheets, so that they hold the same values. It must not know what a table is about, nor what it is
//! written as.

use super::facts::rounded;
use jiff::civil::Date;

/// A table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sheet {
    /// Names its files; unique in the memo; only `a-z0-9-`.
    pub name: String,
    /// Its name inside its page or chart, which is shorter; not unique.
    pub id: String,
    /// The answer that it gives; may be empty.
    pub title: String,
    /// What it shows, with its unit; may be empty.
    pub about: String,
    /// Columns of one length; no two heads are alike.
    pub columns: Vec<SheetColumn>,
}

impl Sheet {
    /// Returns how many rows it has.
    pub fn n_rows(&self) -> usize {
        self.columns.first().map_or(0, |it| it.entries.len())
    }
}

/// A column of a sheet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SheetColumn {
    /// Its head; never empty.
    pub head: String,
    /// One entry a row.
    pub entries: Vec<Entry>,
}

/// What a column holds, beside nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Counts.
    Whole,
    /// Numbers.
    Number,
    /// Texts.
    Text,
    /// Days.
    Day,
}

impl SheetColumn {
    /// Returns what all of its entries are; numbers among texts are texts.
    pub fn kind(&self) -> Kind {
        let filled = || self.entries.iter().filter(|it| !matches!(it, Entry::Empty));
        let all = |holds: fn(&Entry) -> bool| filled().count() > 0 && filled().all(holds);
        if all(|it| matches!(it, Entry::Number(number) if number.form == Form::Count)) {
            Kind::Whole
        } else if all(|it| matches!(it, Entry::Number(_))) {
            Kind::Number
        } else if all(|it| matches!(it, Entry::Day(_))) {
            Kind::Day
        } else {
            Kind::Text
        }
    }
}

/// What stands in a row of a column.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Entry {
    /// Nothing: not defined, or not asked.
    #[default]
    Empty,
    /// A number.
    Number(Number),
    /// A text.
    Text(String),
    /// A day.
    Day(Date),
}

/// A number and how it is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// Itself, unrounded; a share is in `[0, 1]`. Always finite.
    pub x: f64,
    /// How it is shown.
    pub form: Form,
}

impl Number {
    /// Returns the number as the column's head says it, unrounded: a share in per cent.
    pub fn as_headed(self) -> f64 {
        match self.form {
            Form::PerCent { .. } => rounded(self.x * 100.0).unwrap_or(self.x),
            Form::Count | Form::Fixed { .. } | Form::General => self.x,
        }
    }
}

/// How a number is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Things that are counted: whole.
    Count,
    /// A share or a relative change, in per cent with so many decimals.
    PerCent {
        /// Decimals of the per cent.
        places: usize,
    },
    /// With so many decimals.
    Fixed {
        /// Decimals.
        places: usize,
    },
    /// With the decimals that it has.
    General,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(entries: Vec<Entry>) -> SheetColumn {
        SheetColumn {
            head: "a".into(),
            entries,
        }
    }

    fn number(x: f64, form: Form) -> Entry {
        Entry::Number(Number { x, form })
    }

    #[test]
    fn a_column_is_what_all_of_its_entries_are() {
        let count = || number(3.0, Form::Count);
        assert_eq!(column(vec![count(), Entry::Empty]).kind(), Kind::Whole);
        assert_eq!(column(vec![count(), number(0.5, Form::General)]).kind(), Kind::Number);
        assert_eq!(column(vec![count(), Entry::Text("a".into())]).kind(), Kind::Text);
        assert_eq!(column(vec![Entry::Empty]).kind(), Kind::Text);
    }

    #[test]
    fn a_share_is_headed_in_per_cent_without_the_noise_of_binary_fractions() {
        let share = Number {
            x: 0.047440699126,
            form: Form::PerCent { places: 1 },
        };
        assert_eq!(share.as_headed(), 4.7440699126);
    }
}
