//! Groups compiled against the columns of a source: what is evaluated once a row, and what groups share of it.
//!
//! It must not know how rows are read or what a group's values are kept in.

use super::compile;
use super::compile::Columns;
use super::compile::Counted;
use super::compile::Typed;
use super::days_of;
use super::fold::NONE;
use super::group::Group;
use super::program::Program;
use super::table::Fold;
use crate::model::expr::Aggregate;
use crate::model::expr::Expr;
use crate::model::expr::Op;
use crate::model::expr::Reduce;
use crate::model::period::Period;
use crate::model::request::Key;
use polars::prelude as pl;

/// Groups of one source, compiled against its columns.
pub struct Shape {
    pub(super) time: String,
    pub(super) program: Program,
    pub(super) exprs: Vec<pl::Expr>,
    pub(super) coded: Vec<Coded>,
    pub(super) cells: Vec<CellShape>,
    pub(super) groups: Vec<GroupShape>,
    pub(super) has_clock: bool,
}

/// A column whose values become codes.
pub(super) enum Coded {
    /// A column of texts as it is, or what an expression makes of each text.
    Texts { column: String, expr: Option<pl::Expr> },
    /// Any other.
    Values(Counted),
}

/// What rows are grouped by before customers and counted values; several groups may share it.
#[derive(PartialEq)]
pub(super) struct CellShape {
    pub(super) keys: Vec<Key>,
    pub(super) periods: Vec<Period>,
    pub(super) days: Days,
    /// Place among the coded columns.
    pub(super) category: Option<usize>,
    pub(super) categories: Vec<String>,
}

pub(super) struct GroupShape {
    pub(super) group: Group,
    pub(super) folds: Vec<Fold>,
    /// Place among the evaluated values; none for "one a row".
    pub(super) values: Vec<Option<usize>>,
    /// Place among the cells.
    pub(super) cells: usize,
    /// Places among the coded columns.
    pub(super) customer: Option<usize>,
    pub(super) counted: Option<usize>,
    /// Place of the value that is 0 where a row is not of interest, or its value is not counted.
    pub(super) mask: Option<usize>,
}

impl GroupShape {
    /// Tells whether nothing is asked of rows but which cells have some.
    pub(super) fn is_presence(&self) -> bool {
        self.folds.is_empty() && self.customer.is_none() && self.counted.is_none() && self.mask.is_none()
    }
}

/// The period of each day, as a table from the first day of interest on.
#[derive(PartialEq)]
pub(super) struct Days {
    from: i32,
    period: Vec<u32>,
}

impl Shape {
    /// Compiles groups against a source's columns.
    pub fn new(groups: &[Group], time: &str, columns: &Columns) -> Self {
        let mut compiling = Compiling {
            program: Program::new(columns),
            values: Vec::new(),
            coded: Vec::new(),
            cells: Vec::new(),
        };
        let groups: Vec<GroupShape> = groups.iter().map(|it| compiling.group(it)).collect();
        let lifted: Vec<Aggregate> = compiling
            .values
            .iter()
            .map(|it| compiling.program.lifted_aggregate(it))
            .collect();
        let program = compiling.program;
        Self {
            time: time.to_owned(),
            exprs: lifted.iter().map(|it| compile::value(it, &program.columns)).collect(),
            coded: compiling.coded.into_iter().map(|it| it.1).collect(),
            has_clock: groups.iter().any(|it| it.group.keys.contains(&Key::Clock)),
            cells: compiling.cells,
            groups,
            program,
        }
    }

    /// Returns the groups, in order.
    pub fn groups(&self) -> impl ExactSizeIterator<Item = &Group> {
        self.groups.iter().map(|it| &it.group)
    }
}

/// What groups share is evaluated once a row.
struct Compiling {
    program: Program,
    values: Vec<Aggregate>,
    coded: Vec<(String, Coded)>,
    cells: Vec<CellShape>,
}

impl Compiling {
    fn group(&mut self, group: &Group) -> GroupShape {
        let category = self.category(group);
        let customer = self.column(&group.customer);
        let counted = group.counted.as_ref().map(|aggregate| self.counted(aggregate));
        let counted_where = group.counted.as_ref().and_then(|it| it.filter.clone());
        let both = |a, b| Expr::Binary(Op::And, Box::new(a), Box::new(b));
        let filter = group.only.clone().into_iter().chain(counted_where).reduce(both);
        let mask = filter.map(|filter| {
            let counts = Aggregate {
                reduce: Reduce::Count,
                of: None,
                filter: Some(filter),
            };
            self.value(&counts)
        });
        let is_plain = |it: &Aggregate| it.reduce == Reduce::Count && it.of.is_none() && it.filter.is_none();
        let values = group
            .columns
            .iter()
            .map(|it| (!is_plain(it)).then(|| self.value(it)))
            .collect();
        let by_cell = |key: &&Key| **key != Key::Customer;
        let cells = CellShape {
            keys: group.keys.iter().filter(by_cell).copied().collect(),
            periods: group.periods.clone(),
            days: Days::new(&group.periods, &group.keys),
            category,
            categories: group.categories.clone(),
        };
        let cells = self.cells.iter().position(|it| *it == cells).unwrap_or_else(|| {
            self.cells.push(cells);
            self.cells.len() - 1
        });
        GroupShape {
            group: group.clone(),
            folds: group.folds(),
            values,
            cells,
            customer,
            counted,
            mask,
        }
    }

    fn value(&mut self, aggregate: &Aggregate) -> usize {
        self.values.iter().position(|it| it == aggregate).unwrap_or_else(|| {
            self.values.push(aggregate.clone());
            self.values.len() - 1
        })
    }

    fn code(&mut self, name: String, of: impl FnOnce(&mut Program) -> Coded) -> usize {
        self.coded.iter().position(|it| it.0 == name).unwrap_or_else(|| {
            self.coded.push((name, of(&mut self.program)));
            self.coded.len() - 1
        })
    }

    fn column(&mut self, name: &str) -> Option<usize> {
        let of = Expr::Column(name.to_owned());
        (!name.is_empty()).then(|| self.code(format!("{of:?}"), |program| coded(&of, program)))
    }

    /// The category of each row: where some stand together, the label that they share.
    fn category(&mut self, group: &Group) -> Option<usize> {
        let joined = &group.joined;
        if joined.is_none() || group.category.is_empty() {
            return self.column(&group.category);
        }
        let of = Expr::Column(group.category.clone());
        let name = format!("{of:?} joined {joined:?}");
        Some(self.code(name, |program| match coded(&of, program) {
            Coded::Texts { column, expr } => {
                let texts = expr.unwrap_or_else(|| pl::col(column.as_str()));
                let expr = Some(compile::joined(texts, joined));
                Coded::Texts { column, expr }
            }
            Coded::Values(values) => {
                let texts = values.expr().clone().cast(pl::DataType::String);
                Coded::Values(Counted::Texts(compile::joined(texts, joined)))
            }
        }))
    }

    /// The values are coded without the filter, so that all filters share one coding.
    fn counted(&mut self, aggregate: &Aggregate) -> usize {
        let of = aggregate.of.as_ref().expect("what is counted once a group is a value");
        match aggregate.reduce {
            Reduce::Median => self.code(format!("number {of:?}"), |program| {
                let lifted = program.lifted(of);
                Coded::Values(compile::coded_number(&lifted, &program.columns))
            }),
            _ => self.code(format!("{of:?}"), |program| coded(of, program)),
        }
    }
}

fn coded(of: &Expr, program: &mut Program) -> Coded {
    if let Some(column) = program.one_text(of) {
        let made = compile::row(of, &program.columns);
        if made.typed == Typed::Text {
            let expr = (*of != Expr::Column(column.clone())).then_some(made.expr);
            return Coded::Texts { column, expr };
        }
    }
    let lifted = program.lifted(of);
    Coded::Values(compile::coded(&lifted, &program.columns))
}

impl Days {
    fn new(periods: &[Period], keys: &[Key]) -> Self {
        let by_period = keys.contains(&Key::Period);
        let (Some(first), Some(last)) = (periods.first(), periods.last()) else {
            return Self {
                from: 0,
                period: Vec::new(),
            };
        };
        let from = days_of(first.from);
        let mut period = vec![NONE; usize::try_from(days_of(last.until) - from).unwrap_or(0)];
        for (idx, it) in (0_u32..).zip(periods) {
            for day in days_of(it.from)..days_of(it.until) {
                period[usize::try_from(day - from).expect("periods are ascending")] = if by_period { idx } else { 0 };
            }
        }
        Self { from, period }
    }

    /// Returns the period of a day; [`NONE`] outside all.
    pub(super) fn of(&self, day: i32) -> u32 {
        usize::try_from(day - self.from)
            .ok()
            .and_then(|it| self.period.get(it))
            .copied()
            .unwrap_or(NONE)
    }
}
