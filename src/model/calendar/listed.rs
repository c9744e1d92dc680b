//! A calendar that a file lists: what nobody can compute.
//!
//! Each row is a period's name and first day, and ends the one before it; the last row of a grain only ends. It must not know
//! how the file was read.

use crate::model::period::Grain;
use crate::model::period::Period;
use jiff::civil::Date;
use serde::Serialize;
use serde::Serializer;

/// The periods of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// The file, as the spec names it.
    pub file: String,
    /// Its text's content, for the audit.
    #[serde(skip)]
    pub text: String,
    /// Its grains, from the shortest.
    pub grains: Vec<ListedGrain>,
}

/// The periods of one grain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedGrain {
    /// Their length.
    pub grain: Grain,
    /// Names with first days, ascending, without the last row.
    #[serde(serialize_with = "rows")]
    pub rows: Vec<(String, Date)>,
    /// The day after the last period.
    #[serde(serialize_with = "crate::model::period::serialize_date")]
    pub until: Date,
    /// Periods in a season; `None` where the file does not say.
    pub season: Option<usize>,
}

fn rows<S: Serializer>(rows: &[(String, Date)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(rows.iter().map(|(name, from)| (name, from.to_string())))
}

impl Listed {
    fn of(&self, grain: Grain) -> Option<&ListedGrain> {
        self.grains.iter().find(|it| it.grain == grain)
    }

    pub(super) fn has(&self, grain: Grain) -> bool {
        self.of(grain).is_some()
    }

    pub(super) fn season(&self, grain: Grain) -> Option<usize> {
        self.of(grain)?.season
    }

    pub(super) fn containing(&self, day: Date, grain: Grain) -> Option<Period> {
        let listed = self.of(grain)?;
        let place = listed.rows.partition_point(|(_, from)| *from <= day).checked_sub(1)?;
        listed.period(place).filter(|it| it.contains(day))
    }

    /// Returns the name of a listed period.
    pub(super) fn name(&self, period: &Period) -> Option<&str> {
        let listed = self.of(period.grain)?;
        let place = listed.rows.binary_search_by(|(_, from)| from.cmp(&period.from)).ok()?;
        Some(&listed.rows[place].0)
    }

    /// Finds a period by name.
    pub(super) fn named(&self, name: &str) -> Option<Period> {
        self.grains.iter().find_map(|listed| {
            let place = listed.rows.iter().position(|(it, _)| it == name)?;
            listed.period(place)
        })
    }

    /// Returns the first and the last listed name of a grain, for a hint.
    pub fn names(&self, grain: Grain) -> impl Iterator<Item = &str> {
        self.of(grain)
            .into_iter()
            .flat_map(|it| it.rows.iter().map(|(name, _)| name.as_str()))
    }
}

impl ListedGrain {
    /// Returns the period of a row.
    pub fn period(&self, place: usize) -> Option<Period> {
        let from = self.rows.get(place)?.1;
        let until = self.rows.get(place + 1).map_or(self.until, |it| it.1);
        Some(Period {
            from,
            until,
            grain: self.grain,
        })
    }
}
