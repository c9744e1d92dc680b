//! Windows of time that look back from the end of a period.
//!
//! A customer is not told by one month: what was bought is looked at over a window. It must not know what is looked for.

use super::calendar::Calendar;
use super::diagnostic::Diagnostic;
use super::diagnostic::Diagnostics;
use super::field::Form;
use super::node::Node;
use super::period::Grain;
use super::period::Period;
use jiff::Span;
use jiff::civil::Date;
use serde::Serialize;

/// How far somebody looks back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// As far as there are rows.
    All,
    /// So many days, weeks, months, quarters or years.
    Last(u16, Grain),
}

impl Window {
    /// How a spec writes it.
    pub const FORM: Form = Form::Like("(all|[1-9][0-9]* +(day|week|month|quarter|year)s?)");

    /// Reads `12 months`, `1 year` or `all`.
    pub fn read(node: &Node, found: &mut Diagnostics) -> Option<Self> {
        let written = node.text("`over`", found)?;
        let words: Vec<&str> = written.value.split_whitespace().collect();
        let window = match words.as_slice() {
            ["all"] => Some(Self::All),
            [n, grain] => {
                let n = n.parse().ok().filter(|n| *n > 0);
                let named = |it: &Grain| *grain == it.noun() || *grain == it.nouns();
                n.zip(Grain::ALL.into_iter().find(named))
                    .map(|(n, grain)| Self::Last(n, grain))
            }
            _ => None,
        };
        if window.is_none() {
            let message = format!("`over: {}` is not a window of time", written.value);
            let hint = "write `over: 12 months`, `over: 90 days` or `over: all`";
            found.push(Diagnostic::spec("bad-window", message).at(written.span).hint(hint));
        }
        window
    }

    /// Returns it as a spec says it: "3 months", "all".
    pub fn name(self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::Last(1, grain) => format!("1 {}", grain.noun()),
            Self::Last(n, grain) => format!("{n} {}", grain.nouns()),
        }
    }

    /// Returns the window that ends before the day `until`: whole periods of the calendar where the day ends one, else by
    /// civil dates.
    pub fn ending(self, calendar: &Calendar, until: Date) -> Period {
        let (from, grain) = match self {
            Self::All => (Date::constant(1, 1, 1), Grain::Day),
            Self::Last(n, grain) => {
                if let Some(from) = calendar.window_from(until, n, grain) {
                    return Period { from, until, grain };
                }
                let n = i64::from(n);
                let back = match grain {
                    Grain::Day => Span::new().days(n),
                    Grain::Week => Span::new().weeks(n),
                    Grain::Month => Span::new().months(n),
                    Grain::Quarter => Span::new().months(3 * n),
                    // No step of more years than a calendar has stays inside it.
                    Grain::Year => Span::new().years(n.min(9998)),
                };
                (until.saturating_sub(back), grain)
            }
        };
        Period { from, until, grain }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_months_end_where_the_target_does() {
        let until = Date::constant(2026, 11, 1);
        let window = Window::Last(12, Grain::Month);
        assert_eq!(window.ending(&Calendar::Civil, until).from, Date::constant(2025, 11, 1));
    }
}
