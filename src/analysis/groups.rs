//! Groups of customers described one way: how many, what they are worth, what is typical of them.
//!
//! Segments by rule and clusters are told by the same figures, so that a reader learns one table. It must not know how
//! a group was made.

use super::Recorder;
use super::Tell;
use super::disclosure;
use super::shares::column;
use super::shares::headed;
use super::shares::record_share;
use crate::model::facts::Interval;
use crate::model::facts::Value;
use crate::model::memo::Align;
use crate::model::memo::Cell;
use crate::model::memo::Chart;
use crate::model::memo::Column;
use crate::model::memo::Drawing;
use crate::model::memo::Row;
use crate::model::memo::RowRole;
use crate::model::memo::Run;
use crate::model::memo::Table;
use crate::model::memo::TableStyle;
use crate::model::memo::Tone;
use crate::model::roster::CustomerTable;
use crate::model::roster::Roster;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::say;
use crate::stats::order::median_interval;
use crate::stats::sum::exact_sum;
use crate::stats::sum::sorted_quantile;
use crate::words;
use crate::words::text;

/// The id of all customers together, beside those of groups.
pub const ALL: &str = "all-customers";

/// Width in points of a bar in a table.
const BAR_WIDTH: f64 = 90.0;

/// Groups of the rows of a customer table.
pub struct Groups<'a> {
    /// The spec's roster.
    pub roster: &'a Roster,
    /// The table.
    pub table: &'a CustomerTable,
    /// One id a group.
    pub ids: &'a [String],
    /// The group of each row, as an index into `ids`; a row of none has an index beyond.
    pub of_row: &'a [u32],
    /// Whether a group is kept back, one a group.
    pub kept: &'a [bool],
    /// Fewest customers of whom something typical is said.
    pub least: u64,
}

impl Groups<'_> {
    /// Records size, worth and medians of every group, and of all customers of the table, under `base`.
    pub fn record(&self, record: &mut Recorder, base: &str) {
        let everybody: Vec<usize> = (0..self.table.n_rows()).collect();
        let worth = self.worth(&everybody);
        self.record_group(record, &format!("{base}/{ALL}"), &everybody, worth);
        for ((group, id), is_kept) in (0..).zip(self.ids).zip(self.kept) {
            if *is_kept {
                record.withheld(format!("{base}/{id}/customers"), Unit::default());
                record.withheld(format!("{base}/{id}/share"), Unit::total(Quantity::Share));
                continue;
            }
            let rows: Vec<usize> = everybody
                .iter()
                .copied()
                .filter(|it| self.of_row[*it] == group)
                .collect();
            self.record_group(record, &format!("{base}/{id}"), &rows, worth);
        }
    }

    /// Adds up what customers are worth; `None` where the roster does not say.
    fn worth(&self, rows: &[usize]) -> Option<f64> {
        let column = &self.table.features[self.roster.worth?];
        let values: Vec<f64> = rows.iter().filter_map(|it| column[*it]).collect();
        Some(exact_sum(&values))
    }

    fn record_group(&self, record: &mut Recorder, id: &str, rows: &[usize], whole: Option<f64>) {
        let n = rows.len() as u64;
        // What a handful spends is theirs, and typical of nobody.
        let is_told = rows.is_empty() || self.least <= n;
        record.number(format!("{id}/customers"), Some(n as f64), Unit::default(), "customers");
        let of = [n, self.table.n_rows() as u64];
        record_share(
            record,
            format!("{id}/share"),
            of,
            "share of all customers of the roster",
        );
        if let (Some(at), Some(worth), true) = (self.roster.worth, self.worth(rows), is_told) {
            let feature = &self.roster.features[at];
            let share = whole.filter(|it| *it > 0.0).map(|whole| worth / whole);
            record.number(
                format!("{id}/worth"),
                Some(worth),
                feature.unit.clone(),
                &feature.written,
            );
            let each = (0 < n).then(|| worth / n as f64);
            let method = "mean over the customers of the group";
            record.number(format!("{id}/worth_each"), each, feature.unit.clone(), method);
            let unit = Unit::total(Quantity::Share);
            record.number(format!("{id}/worth_share"), share, unit, "share of all customers’ sum");
        }
        for (feature, values) in self
            .roster
            .features
            .iter()
            .zip(&self.table.features)
            .filter(|_| is_told)
        {
            let mut known: Vec<f64> = rows.iter().filter_map(|it| values[*it]).collect();
            known.sort_by(f64::total_cmp);
            let ends = median_interval(&known).map(|[low, high]| Interval {
                level_pct: 95,
                low,
                high,
            });
            record.fact(
                format!("{id}/median/{}", feature.name),
                Value::Number(sorted_quantile(&known, 0.5)),
                feature.unit.clone(),
                ends,
                Some(known.len() as u64),
                "median over customers; interval by order statistics",
            );
        }
    }
}

/// How groups are told.
pub struct Shown<'a> {
    /// What the facts' ids begin with.
    pub base: &'a str,
    /// One id a group.
    pub ids: &'a [String],
    /// What each group is called.
    pub names: &'a [String],
    /// The head of the groups' column: "Segment".
    pub noun: &'a str,
}

impl Shown<'_> {
    /// Returns one row a group: how many customers, and what they are worth.
    pub fn sizes(&self, tell: &Tell, roster: &Roster, id: &str, title: String) -> Table {
        let share = Unit::total(Quantity::Share);
        let worth = roster.worth.map(|at| &roster.features[at]);
        let cells = |group: &str, is_total: bool| {
            let of =
                |name: &str, unit: &Unit, places| figure(tell, format!("{}/{group}/{name}", self.base), unit, places);
            let mut cells = vec![of("customers", &Unit::default(), 0)];
            cells.push(if is_total {
                Cell::text("")
            } else {
                of("share", &share, 1)
            });
            if let Some(feature) = worth {
                cells.push(of("worth", &feature.unit, 0));
                cells.push(self.bar(tell, group, is_total));
                cells.push(if is_total {
                    Cell::text("")
                } else {
                    of("worth_share", &share, 1)
                });
                cells.push(self.per_customer(tell, group, &feature.unit));
            }
            cells
        };
        let named = |name: &str, cells: Vec<Cell>, role| Row {
            cells: std::iter::once(Cell::text(name)).chain(cells).collect(),
            role,
            ..Row::default()
        };
        let mut rows: Vec<Row> = self
            .ids
            .iter()
            .zip(self.names)
            .map(|(id, name)| named(name, cells(id, false), RowRole::Body))
            .collect();
        rows.push(named(
            &say!(tell.words, "groups-all-customers"),
            cells(ALL, true),
            RowRole::Total,
        ));
        let mut columns = vec![
            column(&[self.noun], Align::Left),
            headed(&say!(tell.words, "groups-head-customers"), Align::Right),
            headed(&say!(tell.words, "groups-head-share"), Align::Right),
        ];
        if let Some(feature) = worth {
            let label = text::lowered(&feature.label);
            let head = tell.words.head_with_unit(&feature.label, &feature.unit);
            columns.push(column(&[head.as_str()], Align::Right));
            columns.push(Column {
                width: Some(BAR_WIDTH),
                ..column(&[], Align::Chart)
            });
            columns.push(headed(
                &say!(tell.words, "groups-head-share-of", what = label),
                Align::Right,
            ));
            columns.push(headed(&say!(tell.words, "groups-head-per-customer"), Align::Right));
        }
        Table {
            id: id.to_owned(),
            title,
            columns,
            rows,
            note: disclosure::below(tell, &self.counts()),
            ..Table::default()
        }
    }

    /// The facts that may be kept back.
    fn counts(&self) -> Vec<String> {
        let of = |id: &String| format!("{}/{id}/customers", self.base);
        self.ids.iter().map(of).collect()
    }

    /// Draws what share of all worth a group has; nothing for all customers.
    fn bar(&self, tell: &Tell, group: &str, is_total: bool) -> Cell {
        let id = |group: &str| format!("{}/{group}/worth_share", self.base);
        let all = self.ids.iter().filter_map(|it| tell.facts.number(&id(it)));
        let most = all.fold(0.0, f64::max);
        let Some(value) = tell.facts.number(&id(group)).filter(|_| !is_total && most > 0.0) else {
            return Cell {
                span: 1,
                ..Cell::default()
            };
        };
        Cell::chart(Chart {
            id: format!("bar-{}", text::slug(&id(group))),
            title: say!(tell.words, "groups-worth-share"),
            description: format!("{}.", tell.words.change_size(value)),
            width: BAR_WIDTH,
            height: 11.0,
            drawing: Drawing::Bar {
                value,
                range: [0.0, most],
                tone: Tone::Quiet,
            },
        })
    }

    fn per_customer(&self, tell: &Tell, group: &str, unit: &Unit) -> Cell {
        let id = format!("{}/{group}/worth_each", self.base);
        let mean: Vec<f64> = tell.facts.number(&id).into_iter().collect();
        let places = words::column_places(&mean, unit);
        figure(tell, id, unit, places)
    }

    /// Returns one row a feature with the median of each group, its interval below it.
    pub fn medians(&self, tell: &Tell, roster: &Roster, id: &str, title: String) -> Table {
        let groups: Vec<&str> = self.ids.iter().map(String::as_str).chain([ALL]).collect();
        let row = |feature: &crate::model::roster::Feature| {
            let id_of = |group: &str| format!("{}/{group}/median/{}", self.base, feature.name);
            let all: Vec<f64> = groups.iter().filter_map(|it| tell.facts.number(&id_of(it))).collect();
            let places = median_places(&all, &feature.unit);
            let cells = groups
                .iter()
                .map(|group| median(tell, id_of(group), &feature.unit, places));
            Row {
                cells: std::iter::once(Cell::text(tell.words.head_with_unit(&feature.label, &feature.unit)))
                    .chain(cells)
                    .collect(),
                ..Row::default()
            }
        };
        let everybody = say!(tell.words, "groups-all");
        let names = self.names.iter().map(String::as_str).chain([everybody.as_str()]);
        let heads = names.map(|name| {
            let lines = wrapped(name);
            column(&lines.iter().map(String::as_str).collect::<Vec<&str>>(), Align::Right)
        });
        Table {
            id: id.to_owned(),
            title,
            subtitle: say!(tell.words, "groups-medians-subtitle"),
            columns: std::iter::once(headed(&say!(tell.words, "groups-head-feature"), Align::Left))
                .chain(heads)
                .collect(),
            rows: roster.features.iter().map(row).collect(),
            style: TableStyle::Dense,
            ..Table::default()
        }
    }
}

/// Breaks a name over lines that a narrow column has room for.
pub fn wrapped(name: &str) -> Vec<String> {
    /// Letters of a line.
    const WIDTH: usize = 13;
    let mut lines: Vec<String> = Vec::new();
    for word in name.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Counts have medians between two of them: one place shows it, where one does.
fn median_places(values: &[f64], unit: &Unit) -> usize {
    let places = words::column_places(values, unit);
    if places == 0 && matches!(unit.of, Quantity::Count(_)) && values.iter().any(|x| x.fract() != 0.0) {
        1
    } else {
        places
    }
}

/// Returns a median with its interval below.
fn median(tell: &Tell, id: String, unit: &Unit, places: usize) -> Cell {
    let ends = tell.facts.interval(&id);
    let mut cell = figure(tell, id, unit, places);
    if let Some(ends) = ends {
        let of = |x| tell.words.bare(x, unit, places);
        let range = format!("{}–{}", of(ends.low), of(ends.high));
        cell.lines.push(vec![Run::toned(range, Tone::Quiet)]);
    }
    cell
}

/// Returns a figure cell by fact.
pub fn figure(tell: &Tell, id: String, unit: &Unit, places: usize) -> Cell {
    let x = tell.facts.number(&id);
    let shown = x.map_or_else(|| words::MISSING.to_owned(), |x| tell.words.bare(x, unit, places));
    Cell::figure(shown, x, id)
}

/// Prints a share as prose does: "12.3 %".
pub fn share(tell: &Tell, id: &str) -> String {
    let x = tell.facts.number(id);
    x.map_or_else(|| words::MISSING.to_owned(), |x| tell.words.change_size(x))
}

/// Prints a number of customers: "4,312 customers".
pub fn customers(tell: &Tell, n: f64) -> String {
    // A count of customers: the cast is exact.
    say!(
        tell.words,
        "groups-customers",
        n = n as usize,
        figure = tell.words.fixed(n, 0)
    )
}
