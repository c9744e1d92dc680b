//! One grouping set with running values: what a request becomes before rows are folded.
//!
//! It is plain data, so that it can name an entry of a cache. It must not know how rows are read.

use super::days_of;
use super::merge::Gives;
use super::table::Fold;
use crate::model::expr::Aggregate;
use crate::model::expr::Expr;
use crate::model::expr::Reduce;
use crate::model::joined::Joined;
use crate::model::period::Period;
use crate::model::request::Key;
use crate::model::request::Request;
use serde::Serialize;

/// One grouping set with running values, in a form that does not depend on the plan: its JSON is part of the cache's key.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Group {
    /// What rows are grouped by.
    pub keys: Vec<Key>,
    /// Periods of interest; empty for all time.
    pub periods: Vec<Period>,
    /// The category column; empty where it is not asked for.
    pub category: String,
    /// Categories that stand together under one label.
    #[serde(skip_serializing_if = "Joined::is_none")]
    pub joined: Joined,
    /// Categories of interest; empty for all.
    pub categories: Vec<String>,
    /// What holds for the rows of interest; `None` for all.
    pub only: Option<Expr>,
    /// The customer column; empty where it is not asked for.
    pub customer: String,
    /// What is counted once a group (the value of a `count(distinct …)`, or the values of a median).
    pub counted: Option<Aggregate>,
    /// Running values: sums, counts, extremes.
    pub columns: Vec<Aggregate>,
}

/// A request as groups: the first holds its plain aggregates, each further one a counted value.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Places of the groups among all groups of a scan: the plain one, then one a counted aggregate.
    pub groups: Vec<usize>,
}

impl Group {
    /// Returns the group as a file sees it whose rows lie between two days, both included: periods elsewhere do not
    /// matter to it. The number is how many periods went at the start; `None` where no period is left.
    pub fn within(&self, first: i32, last: i32) -> Option<(Group, usize)> {
        if self.periods.is_empty() {
            return Some((self.clone(), 0));
        }
        let meets = |it: &Period| days_of(it.from) <= last && first < days_of(it.until);
        let skipped = self.periods.iter().take_while(|it| !meets(it)).count();
        let periods: Vec<Period> = self.periods[skipped..].iter().copied().take_while(meets).collect();
        let (start, end) = (periods.first()?, periods.last()?);
        let has_gap = periods.windows(2).any(|it| it[0].until != it[1].from);
        let is_covered = days_of(start.from) <= first && last < days_of(end.until) && !has_gap;
        if is_covered && !self.keys.contains(&Key::Period) {
            // Whatever the periods were called, they are all of the file's time.
            return Some((
                Group {
                    periods: Vec::new(),
                    ..self.clone()
                },
                0,
            ));
        }
        // Keys without a period have no place to move.
        let skipped = if self.keys.contains(&Key::Period) { skipped } else { 0 };
        Some((
            Group {
                periods,
                ..self.clone()
            },
            skipped,
        ))
    }

    /// Returns what is told of the values that are counted once a group.
    pub fn gives(&self) -> Gives {
        match self.counted.as_ref().map(|it| it.reduce) {
            None => Gives::All,
            Some(Reduce::Median) => Gives::Median,
            Some(_) => Gives::Distinct,
        }
    }

    /// Returns how the running values of two parts become one.
    pub fn folds(&self) -> Vec<Fold> {
        self.columns.iter().map(|it| fold(it.reduce)).collect()
    }
}

/// The columns that keys stand for.
#[derive(Debug, Clone, Copy)]
pub struct KeyColumns<'a> {
    /// The tracked dimension.
    pub category: &'a str,
    /// Which of its values stand together.
    pub joined: &'a Joined,
    /// Who it was.
    pub customer: &'a str,
}

/// Adds a request's groups to those of a scan, of the rows of a source for which `only` holds; a group that stands there
/// already is shared.
pub fn groups_of(request: &Request, only: Option<&Expr>, columns: KeyColumns<'_>, groups: &mut Vec<Group>) -> Asked {
    let has = |key: Key| request.keys.contains(&key);
    let by_category = has(Key::Category) || !request.categories.is_empty();
    let plain = Group {
        keys: request.keys.clone(),
        periods: request.periods.clone(),
        category: if by_category {
            columns.category.to_owned()
        } else {
            String::new()
        },
        joined: if by_category {
            columns.joined.clone()
        } else {
            Joined::default()
        },
        categories: request.categories.clone(),
        only: only.cloned(),
        customer: if has(Key::Customer) {
            columns.customer.to_owned()
        } else {
            String::new()
        },
        counted: None,
        columns: request
            .aggregates
            .iter()
            .filter(|it| !is_counted(it.reduce))
            .cloned()
            .collect(),
    };
    let count = Aggregate {
        reduce: Reduce::Count,
        of: None,
        filter: None,
    };
    let counted = request
        .aggregates
        .iter()
        .filter(|it| is_counted(it.reduce))
        .map(|aggregate| Group {
            counted: Some(aggregate.clone()),
            columns: if aggregate.reduce == Reduce::Median {
                vec![count.clone()]
            } else {
                Vec::new()
            },
            ..plain.clone()
        });
    let all: Vec<Group> = std::iter::once(plain.clone()).chain(counted).collect();
    let mut place = |group: Group| {
        groups.iter().position(|it| *it == group).unwrap_or_else(|| {
            groups.push(group);
            groups.len() - 1
        })
    };
    Asked {
        groups: all.into_iter().map(&mut place).collect(),
    }
}

/// Returns whether an aggregate needs its values apart.
pub fn is_counted(reduce: Reduce) -> bool {
    matches!(reduce, Reduce::CountDistinct | Reduce::Median)
}

fn fold(reduce: Reduce) -> Fold {
    match reduce {
        Reduce::Min => Fold::Min,
        Reduce::Max => Fold::Max,
        Reduce::Sum | Reduce::Count | Reduce::CountDistinct | Reduce::Median => Fold::Sum,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::calendar::Calendar;
    use crate::model::period::Grain;
    use jiff::civil::date;

    fn months(keys: Vec<Key>) -> Group {
        let month = |it| {
            Calendar::Civil
                .containing(date(2026, it, 1), Grain::Month)
                .expect("a month")
        };
        Group {
            keys,
            periods: vec![month(8), month(9), month(11)],
            ..Group::default()
        }
    }

    fn seen(group: &Group, from: jiff::civil::Date, to: jiff::civil::Date) -> Option<(Vec<String>, usize)> {
        let (group, skipped) = group.within(days_of(from), days_of(to))?;
        Some((
            group.periods.iter().map(|it| Calendar::Civil.name(it)).collect(),
            skipped,
        ))
    }

    #[test]
    fn a_file_sees_the_periods_that_it_can_have_rows_in() {
        let group = months(vec![Key::Period]);
        assert_eq!(
            seen(&group, date(2026, 9, 3), date(2026, 9, 30)),
            Some((vec!["2026-09".into()], 1))
        );
        let both = Some((vec!["2026-08".into(), "2026-09".into()], 0));
        assert_eq!(seen(&group, date(2026, 8, 31), date(2026, 10, 31)), both);
        assert_eq!(
            seen(&group, date(2026, 10, 1), date(2026, 10, 31)),
            None,
            "no month of its own"
        );
    }

    #[test]
    fn where_all_of_a_file_counts_its_periods_have_no_name() {
        let group = months(vec![Key::Customer]);
        assert_eq!(seen(&group, date(2026, 8, 1), date(2026, 9, 30)), Some((Vec::new(), 0)));
        let a_day_more = seen(&group, date(2026, 8, 1), date(2026, 10, 1)).map(|it| it.0.len());
        assert_eq!(a_day_more, Some(2), "1 October does not count");
        let late = group.within(days_of(date(2026, 9, 20)), days_of(date(2026, 10, 5)));
        assert_eq!(late.map(|it| it.1), Some(0), "there is no period to count from");
        // October is a gap between months that count: they are not all of the file's time.
        let with_gap = seen(&group, date(2026, 8, 1), date(2026, 11, 30)).map(|it| it.0.len());
        assert_eq!(with_gap, Some(3));
    }
}
