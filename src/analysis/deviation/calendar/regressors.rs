//! What a period holds of each weekday and of each holiday, above what its place in the year holds otherwise.
//!
//! All of it is known years ahead. A holiday that never leaves its month is season already, and one that leaves it for the first
//! time cannot be known yet: both are left out, and said. It must not know the series.

use super::asked::Asked;
use super::asked::Group;
use crate::model::period::Period;
use crate::stats::airline;
use crate::stats::sum::mean;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::ops::Range;

/// Weekdays before Sunday, against which they count.
const CONTRASTS: usize = 6;
/// Working days of a week over its other days: what makes a mean week count for nothing.
const WORK_PER_REST: f64 = 2.5;
/// Periods that differ from the year before, for a regressor to be told from one month that went astray: a holiday that was there
/// once makes two (it comes, and is gone), one that moved and came back four.
const LEAST_CHANGES: usize = 3;
/// A leap day makes two, and everybody knows it for one.
const LEAST_CHANGES_OF_LENGTH: usize = 2;
/// Differences below this are rounding of means.
const NONE: f64 = 1e-9;

/// What a regressor counts.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::analysis::deviation) enum What {
    /// Days of a weekday (Monday being 0) above those of Sunday.
    Weekday(usize),
    /// Monday to Friday against Saturday and Sunday.
    Workdays,
    /// Days.
    Length,
    /// Days of a holiday, or of several that always come together.
    Holiday {
        /// Its names.
        names: Vec<String>,
        /// Days of the first; those of the others fall in the same periods.
        days: Vec<Date>,
        /// True where the spec lists them.
        is_own: bool,
    },
}

impl What {
    /// Returns the group that it is tested in.
    pub(in crate::analysis::deviation) fn group(&self) -> Group {
        match self {
            What::Holiday { .. } => Group::Holidays,
            _ => Group::TradingDays,
        }
    }

    /// Counts what a period holds of it.
    pub(in crate::analysis::deviation) fn count(&self, period: &Period) -> f64 {
        let of = |weekday| weekdays(period)[weekday] as f64;
        match self {
            What::Weekday(weekday) => of(*weekday) - of(CONTRASTS),
            What::Workdays => {
                let days = weekdays(period);
                let working: usize = days[..5].iter().sum();
                let resting: usize = days[5..].iter().sum();
                working as f64 - WORK_PER_REST * resting as f64
            }
            What::Length => period.n_days() as f64,
            What::Holiday { days, .. } => days.iter().filter(|day| period.contains(**day)).count() as f64,
        }
    }

    /// Returns what facts call it, in English.
    pub(in crate::analysis::deviation) fn label(&self) -> String {
        const DAYS: [&str; CONTRASTS] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
        match self {
            What::Weekday(weekday) => DAYS[*weekday].to_owned(),
            What::Workdays => "Weekdays".to_owned(),
            What::Length => "Number of days".to_owned(),
            What::Holiday { names, .. } => crate::words::text::list(names),
        }
    }
}

/// Counts the days of each weekday in a period, Monday first.
pub(in crate::analysis::deviation) fn weekdays(period: &Period) -> [usize; 7] {
    let n_days = usize::try_from(period.n_days()).unwrap_or(0);
    let mut counts = [n_days / 7; 7];
    for day in 0..n_days % 7 {
        let date = period.from.saturating_add((day as i64).days());
        let weekday = date.weekday().to_monday_zero_offset();
        counts[usize::try_from(weekday).expect("weekdays count from none")] += 1;
    }
    counts
}

/// A regressor with what it holds of each period.
#[derive(Debug, Clone)]
pub(in crate::analysis::deviation) struct Regressor {
    pub what: What,
    /// Its mean in history by place in the season, from the first period's place on.
    means: Vec<f64>,
    /// One number a period of the history, and one for the target: above the mean of its place.
    values: Vec<f64>,
}

/// Why a regressor was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::analysis::deviation) enum Why {
    /// It is the same every year: season.
    Season,
    /// It differs so rarely that what it does cannot be told from chance, and does not differ now.
    Rare,
    /// As rare, and the target differs from the year before.
    Unseen,
    /// It always comes with others.
    Together,
}

impl Why {
    /// Returns what facts say.
    pub(in crate::analysis::deviation) fn text(self) -> &'static str {
        match self {
            Why::Season => "the same every year: season",
            Why::Rare => "differs too rarely to tell",
            Why::Unseen => "differs now, and did too rarely to tell",
            Why::Together => "always comes with others",
        }
    }
}

/// A regressor that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::analysis::deviation) struct Dropped {
    /// What facts call it.
    pub name: String,
    pub group: Group,
    pub why: Why,
}

/// The regressors of one series.
#[derive(Debug, Clone)]
pub(in crate::analysis::deviation) struct Regressors {
    /// Trading days first.
    pub all: Vec<Regressor>,
    pub dropped: Vec<Dropped>,
    season: usize,
    n_history: usize,
}

impl Regressors {
    /// Makes the regressors of a series whose history and target are `periods`.
    pub(in crate::analysis::deviation) fn new(asked: &Asked, periods: &[Period], season: usize) -> Self {
        let n_history = periods.len().saturating_sub(1);
        let mut it = Self {
            all: Vec::new(),
            dropped: Vec::new(),
            season,
            n_history,
        };
        let holidays = it.holidays(asked, periods);
        if asked.trading_days {
            let six = (0..CONTRASTS).map(What::Weekday).chain([What::Length]);
            // A short history tells work from rest, and no weekday from another.
            let n = n_history.saturating_sub(season + 1);
            let is_long = airline::values_needed(CONTRASTS + 1 + holidays.len(), season) <= n;
            let days: Vec<What> = if is_long {
                six.collect()
            } else {
                vec![What::Workdays, What::Length]
            };
            days.into_iter().for_each(|what| it.admit(what, periods));
        }
        it.all.extend(holidays);
        let columns = it.columns();
        let kept = airline::independent(&columns, season, n_history);
        let (mut own, mut told) = (Vec::new(), Vec::new());
        for (idx, regressor) in std::mem::take(&mut it.all).into_iter().enumerate() {
            if kept.contains(&idx) {
                own.push(regressor);
            } else {
                told.push(regressor.what);
            }
        }
        it.all = own;
        told.iter().for_each(|what| it.leave_out(what, Why::Together));
        it
    }

    /// Returns the regressors of holidays; those that always fall in the same periods are one.
    fn holidays(&mut self, asked: &Asked, periods: &[Period]) -> Vec<Regressor> {
        for holiday in asked.holidays.iter().flatten() {
            let what = What::Holiday {
                names: vec![holiday.name.clone()],
                days: holiday.days.clone(),
                is_own: holiday.is_own,
            };
            self.admit(what, periods);
        }
        let mut merged: Vec<Regressor> = Vec::new();
        for regressor in std::mem::take(&mut self.all) {
            let same = merged.iter_mut().find(|it| it.values == regressor.values);
            match (same.map(|it| &mut it.what), regressor.what) {
                (Some(What::Holiday { names, .. }), What::Holiday { names: more, .. }) => names.extend(more),
                (_, what) => merged.push(Regressor { what, ..regressor }),
            }
        }
        merged
    }

    /// Adds a regressor, unless history cannot tell it from the season or from chance.
    fn admit(&mut self, what: What, periods: &[Period]) {
        let counts: Vec<f64> = periods.iter().map(|it| what.count(it)).collect();
        if counts.iter().all(|x| *x == 0.0) && what.group() == Group::Holidays {
            // A holiday of other years says nothing of these.
            return;
        }
        let (season, n) = (self.season, self.n_history);
        let differs = |t: usize| (counts[t] - counts[t - season]).abs() > NONE;
        let n_changes = (season..n).filter(|t| differs(*t)).count();
        let is_new = season <= n && differs(n);
        let least = match what {
            What::Length => LEAST_CHANGES_OF_LENGTH,
            _ => LEAST_CHANGES,
        };
        // A substitute day comes by the weekday of another holiday, and a new holiday once and for all: a public one that never
        // leaves its place in the year is no moving holiday, however often it is there.
        let places: BTreeSet<usize> = (0..=n).filter(|t| counts[*t] > 0.0).map(|t| t % season).collect();
        let is_still = matches!(what, What::Holiday { is_own: false, .. }) && places.len() < 2;
        if is_still {
            self.leave_out(&what, Why::Season);
            return;
        }
        if n_changes < least {
            let why = match (is_new, n_changes) {
                (true, _) => Why::Unseen,
                (false, 0) => Why::Season,
                (false, _) => Why::Rare,
            };
            self.leave_out(&what, why);
            return;
        }
        let of_place = |place: usize| {
            let own: Vec<f64> = counts[..n].iter().skip(place).step_by(season).copied().collect();
            mean(&own).unwrap_or(0.0)
        };
        let means: Vec<f64> = (0..season).map(of_place).collect();
        let values = counts.iter().enumerate().map(|(t, x)| x - means[t % season]).collect();
        self.all.push(Regressor { what, means, values });
    }

    fn leave_out(&mut self, what: &What, why: Why) {
        self.dropped.push(Dropped {
            name: what.label(),
            group: what.group(),
            why,
        });
    }

    /// Returns those of some groups.
    pub(in crate::analysis::deviation) fn only(&self, groups: &[Group]) -> Self {
        let mut some = self.clone();
        some.all.retain(|it| groups.contains(&it.what.group()));
        some
    }

    /// Returns the places of a group's regressors: they stand together.
    pub(in crate::analysis::deviation) fn range(&self, group: Group) -> Range<usize> {
        let from = self.all.iter().take_while(|it| it.what.group() < group).count();
        let n = self.all.iter().filter(|it| it.what.group() == group).count();
        from..from + n
    }

    /// Returns one column a regressor: a number a period, the target's last.
    pub(in crate::analysis::deviation) fn columns(&self) -> Vec<Vec<f64>> {
        self.all.iter().map(|it| it.values.clone()).collect()
    }

    /// Returns the periods of history that they hold.
    pub(in crate::analysis::deviation) fn n_history(&self) -> usize {
        self.n_history
    }

    /// Returns what the period at place `t` holds of each; the target stands behind the history.
    pub(in crate::analysis::deviation) fn row(&self, t: usize) -> Vec<f64> {
        self.all.iter().map(|it| it.values[t]).collect()
    }

    /// Returns what any period holds of each, held against the place in the season of the period at place `t`.
    pub(in crate::analysis::deviation) fn row_of(&self, period: &Period, t: usize) -> Vec<f64> {
        let place = t % self.season;
        let above = |it: &Regressor| it.what.count(period) - it.means[place];
        self.all.iter().map(above).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::calendar::Calendar;
    use crate::model::calendar::NamedBy;
    use crate::model::calendar::Retail;
    use crate::model::calendar::YearEnd;
    use crate::model::holidays::NamedDays;
    use crate::model::holidays::easter;
    use crate::model::period::Grain;
    use jiff::civil::date;
    use serde_json::Value;

    /// Days of each weekday by Python's calendar; `tests/calendar/make_reference.py` made them.
    const REFERENCE: &str = include_str!("../../../../tests/calendar/reference.json");

    /// Months from January of a year on: the last is the target.
    fn months(calendar: &Calendar, year: i16, n: usize) -> Vec<Period> {
        let first = calendar.containing(date(year, 1, 15), Grain::Month).expect("a month");
        let mut all = vec![first];
        while all.len() < n {
            all.extend(calendar.next(&all[all.len() - 1]));
        }
        all
    }

    fn named(name: &str, is_own: bool, days: Vec<Date>) -> NamedDays {
        NamedDays {
            name: name.to_owned(),
            days,
            is_own,
        }
    }

    fn asked(trading_days: bool, holidays: Vec<NamedDays>) -> Asked {
        Asked {
            trading_days,
            holidays: Some(holidays),
        }
    }

    fn labels(of: &Regressors) -> Vec<String> {
        of.all.iter().map(|it| it.what.label()).collect()
    }

    fn why(of: &Regressors, name: &str) -> Option<Why> {
        of.dropped.iter().find(|it| it.name == name).map(|it| it.why)
    }

    #[test]
    fn weekdays_are_those_of_another_calendar() {
        let reference: Value = serde_json::from_str(REFERENCE).expect("JSON");
        let all = months(&Calendar::Civil, 2000, 36 * 12);
        for period in &all {
            let own: Vec<u64> = weekdays(period).iter().map(|n| *n as u64).collect();
            let name = Calendar::Civil.name(period);
            let theirs = reference["days"][&name].as_array().expect("a month of the reference");
            let theirs: Vec<u64> = theirs.iter().map(|n| n.as_u64().expect("a count")).collect();
            assert_eq!(own, theirs, "{name}");
        }
    }

    #[test]
    fn contrasts_count_against_sunday_and_a_mean_week_for_nothing() {
        // August 2026 has five Saturdays, Sundays and Mondays.
        let august = Calendar::Civil
            .containing(date(2026, 8, 1), Grain::Month)
            .expect("a month");
        let counted: Vec<f64> = (0..6).map(|it| What::Weekday(it).count(&august)).collect();
        assert_eq!(counted, [0.0, -1.0, -1.0, -1.0, -1.0, 0.0]);
        // 21 working days, and two and a half times ten others.
        assert_eq!(What::Workdays.count(&august), 21.0 - 25.0);
        let february = Calendar::Civil
            .containing(date(2026, 2, 1), Grain::Month)
            .expect("a month");
        assert_eq!(What::Workdays.count(&february), 0.0);
        assert_eq!(What::Length.count(&february), 28.0);
    }

    #[test]
    fn a_long_history_tells_weekdays_apart_and_a_short_one_work_from_rest() {
        let all = months(&Calendar::Civil, 2016, 121);
        let long = Regressors::new(&asked(true, Vec::new()), &all, 12);
        let days = [
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
            "Number of days",
        ];
        assert_eq!(labels(&long), days);
        let short = Regressors::new(&asked(true, Vec::new()), &all[..41], 12);
        // The leap day of its first year is seen to go, not to come.
        assert_eq!(labels(&short), ["Weekdays"]);
        assert_eq!(why(&short, "Number of days"), Some(Why::Rare));
        assert_eq!(labels(&Regressors::new(&asked(true, Vec::new()), &all[..73], 12)), days);
    }

    #[test]
    fn values_stand_above_the_mean_of_their_place_in_the_year() {
        let all = months(&Calendar::Civil, 2016, 99);
        let of = Regressors::new(&asked(true, vec![]), &all, 12);
        for column in of.columns() {
            for place in 0..12 {
                let own: Vec<f64> = column[..98].iter().skip(place).step_by(12).copied().collect();
                assert!(mean(&own).expect("a place").abs() < 1e-12);
            }
        }
        // The target by its place and by its days is the same row.
        assert_eq!(of.row(98), of.row_of(&all[98], 98));
    }

    #[test]
    fn holidays_that_stay_are_season_and_one_that_moves_now_is_not_known() {
        let years = 2016..=2026_i16;
        let easters: Vec<Date> = years.clone().map(easter).collect();
        let fridays: Vec<Date> = easters.iter().map(|it| it.saturating_sub(2.days())).collect();
        let christmas: Vec<Date> = years.clone().map(|year| date(year, 12, 25)).collect();
        let prime: Vec<Date> = (2016..=2025)
            .map(|year| date(year, 7, 12))
            .chain([date(2026, 10, 6)])
            .collect();
        let games = vec![date(2016, 8, 5), date(2020, 8, 5), date(2024, 8, 5)];
        let jubilee = vec![date(2022, 6, 3)];
        let holidays = vec![
            named("Easter", true, easters.clone()),
            named("Also Easter", true, easters),
            named("Good Friday", false, fridays),
            named("Christmas Day", false, christmas),
            named("Prime Day", true, prime),
            named("Games", true, games.clone()),
            named("Public games", false, games),
            named("Jubilee", false, jubilee.clone()),
            named("Own jubilee", true, jubilee),
            named("Of another time", true, vec![date(1999, 1, 4)]),
        ];
        // Up to October 2026, to which Prime Day moves.
        let all = months(&Calendar::Civil, 2016, 130);
        let of = Regressors::new(&asked(false, holidays), &all, 12);
        assert_eq!(labels(&of), ["Easter and Also Easter", "Good Friday", "Games"]);
        assert_eq!(why(&of, "Prime Day"), Some(Why::Unseen));
        assert_eq!(why(&of, "Christmas Day"), Some(Why::Season));
        assert_eq!(why(&of, "Public games"), Some(Why::Season));
        assert_eq!(why(&of, "Jubilee"), Some(Why::Season));
        assert_eq!(why(&of, "Own jubilee"), Some(Why::Rare));
        assert_eq!(why(&of, "Of another time"), None);
        assert_eq!((of.range(Group::TradingDays), of.range(Group::Holidays)), (0..0, 0..3));
    }

    #[test]
    fn months_of_whole_weeks_have_each_weekday_as_often() {
        let retail = Calendar::Retail(Retail {
            weeks: [4, 5, 4],
            weekday: 6,
            end: YearEnd::Nearest { month: 1, day: 31 },
            named_by: NamedBy::Start,
        });
        let all = months(&retail, 2010, 121);
        let of = Regressors::new(&asked(true, Vec::new()), &all, 12);
        // Only the 53rd week makes a month longer than it is in other years.
        assert_eq!(labels(&of), ["Number of days"]);
        assert!((0..6).all(|it| why(&of, &What::Weekday(it).label()) == Some(Why::Season)));
    }
}
