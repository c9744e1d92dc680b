//! Periods in English: in a sentence, on an axis, as a range of days; what facts and diagnostics say, and English memos.

use super::Grain;
use super::Period;
use super::quarter;
use jiff::civil::Date;

impl Period {
    /// Returns the name as it stands in a sentence: "October 2026", "week 51 of 2017", "31 December 2017", "Q3 2026".
    pub(in crate::model) fn label(&self) -> String {
        let year = self.from.year();
        match self.grain {
            Grain::Day => day_label(self.from),
            Grain::Week => {
                let week = self.from.iso_week_date();
                format!("week {} of {}", week.week(), week.year())
            }
            Grain::Month => format!("{} {year}", month_name(self.from)),
            Grain::Quarter => format!("Q{} {year}", quarter(self.from)),
            Grain::Year => year.to_string(),
        }
    }

    /// Returns the days from first to last: "18–24 December 2017", "27 November – 3 December 2017".
    pub fn dates(&self) -> String {
        days_label(self.from, self.last_day())
    }

    /// Returns the short name for an axis that says its year elsewhere: "18 Dec", "Oct 2026", "Q3 2026".
    pub(in crate::model) fn short(&self) -> String {
        match self.grain {
            Grain::Day | Grain::Week => format!("{} {}", self.from.day(), month_abbreviation(self.from)),
            Grain::Month => format!("{} {}", month_abbreviation(self.from), self.from.year()),
            Grain::Quarter | Grain::Year => self.label(),
        }
    }
}

/// Returns a day as it stands in a sentence: "31 December 2017".
pub fn day_label(day: Date) -> String {
    format!("{} {} {}", day.day(), month_name(day), day.year())
}

/// Returns the days from first to last, both included: "14 July 2026", "18–24 December 2017".
pub fn days_label(first: Date, last: Date) -> String {
    if first == last {
        day_label(first)
    } else if first.year() == last.year() {
        format!("{} {}", day_range(first, last), last.year())
    } else {
        format!("{} – {}", day_label(first), day_label(last))
    }
}

/// Writes two days of one year, without the year: "18–24 December", "27 November – 3 December".
fn day_range(first: Date, last: Date) -> String {
    if first.month() == last.month() && first.year() == last.year() {
        format!("{}–{} {}", first.day(), last.day(), month_name(last))
    } else {
        format!(
            "{} {} – {} {}",
            first.day(),
            month_name(first),
            last.day(),
            month_name(last)
        )
    }
}

/// The months of the year, in English.
pub const MONTH_NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn month_name(day: Date) -> &'static str {
    MONTH_NAMES[usize::from(day.month().unsigned_abs()) - 1]
}

/// The first three letters name an English month unmistakably.
fn month_abbreviation(day: Date) -> &'static str {
    &month_name(day)[..3]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(name: &str) -> Period {
        Period::parse_iso(name).expect("a period")
    }

    #[test]
    fn labels_read_as_in_a_sentence() {
        let week = period("2017-W51");
        assert_eq!(week.label(), "week 51 of 2017");
        assert_eq!(week.dates(), "18–24 December 2017");
        assert_eq!(week.short(), "18 Dec");
        assert_eq!(period("2017-W48").dates(), "27 November – 3 December 2017");
        assert_eq!(period("2016-W52").dates(), "26 December 2016 – 1 January 2017");
        assert_eq!(period("2026-10").label(), "October 2026");
        assert_eq!(period("2026-10").dates(), "1–31 October 2026");
        assert_eq!(period("2026-10").short(), "Oct 2026");
        assert_eq!(period("2026-Q3").label(), "Q3 2026");
        assert_eq!(period("2017-12-31").label(), "31 December 2017");
    }
}
