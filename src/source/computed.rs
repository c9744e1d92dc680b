//! Computed columns, and rules that say which rows stay: compiled once, worked out batch by batch.
//!
//! It must not know which files there are.

use super::compile;
use super::compile::Columns;
use super::compile::Typed;
use super::frame::Frame;
use super::program::Program;
use crate::model::expr::Expr;
use polars::prelude as pl;
use polars::prelude::lit;

/// A computed column.
pub(super) struct Computed {
    pub name: String,
    pub written: Expr,
    /// What it gives.
    pub typed: Typed,
    how: How,
}

/// How a column is computed.
enum How {
    /// Once a text of one column.
    ByText(String, pl::Expr, Typed),
    /// Once a row.
    ByRow(Program, pl::Expr),
}

/// A rule, compiled.
pub(super) struct Keeps {
    program: Program,
    expr: pl::Expr,
}

fn how(written: &Expr, columns: &Columns) -> How {
    let mut program = Program::new(columns);
    if let Some(text) = program.one_text(written) {
        let compiled = compile::row(written, columns);
        return How::ByText(text, compiled.expr, compiled.typed);
    }
    let lifted = program.lifted(written);
    let expr = compile::row(&lifted, &program.columns).expr;
    How::ByRow(program, expr)
}

impl Computed {
    pub fn new(name: String, written: Expr, columns: &Columns) -> Self {
        Self {
            typed: compile::row(&written, columns).typed,
            how: how(&written, columns),
            name,
            written,
        }
    }

    /// Adds the column to rows.
    pub fn add_to(&self, frame: &mut Frame) -> pl::PolarsResult<()> {
        let name = self.name.as_str();
        match &self.how {
            How::ByText(text, expr, typed) => {
                let values = frame.by_text(text, expr)?;
                if *typed == Typed::Text {
                    let codes = frame.filled(text)?;
                    return frame.add_coded(name, codes, values.str()?.clone());
                }
                let column = frame.spread(text, &values)?;
                frame.add(column.with_name(name.into()))
            }
            How::ByRow(program, expr) => {
                let found = program.evaluated(frame, vec![expr.clone().alias(name)])?;
                frame.add(full(&found.columns()[0], frame.height()))
            }
        }
    }
}

/// Gives every row its value; an expression without a column gives one for all.
fn full(column: &pl::Column, n_rows: usize) -> pl::Column {
    if column.len() == n_rows {
        column.clone()
    } else {
        column.new_from_index(0, n_rows)
    }
}

impl Keeps {
    pub fn new(rule: &Expr, columns: &Columns) -> Self {
        let mut program = Program::new(columns);
        let lifted = program.lifted(rule);
        let expr = compile::row(&lifted, &program.columns).expr.fill_null(lit(false));
        Self { program, expr }
    }

    /// Returns the rows that stay.
    pub fn kept(&self, frame: &Frame) -> pl::PolarsResult<Frame> {
        let keeps = self.program.evaluated(frame, vec![self.expr.clone()])?;
        frame.filter(full(&keeps.columns()[0], frame.height()).bool()?)
    }
}
