//! Expressions over frames: what stands on one column of texts alone is worked out once a text.
//!
//! `event_type = 'purchase'` is asked of four texts, not of a hundred million rows. It must not know what an
//! expression is for.

use super::compile;
use super::compile::Columns;
use super::compile::Typed;
use super::frame::Frame;
use crate::model::expr::Aggregate;
use crate::model::expr::Expr;
use polars::prelude as pl;
use polars::prelude::IntoLazy;

/// What is worked out before the expressions of a batch, as columns of its own.
pub struct Program {
    /// What the columns hold, with those that the program adds.
    pub columns: Columns,
    steps: Vec<Step>,
}

/// Something that stands on one column of texts alone.
#[derive(Debug, Clone, PartialEq)]
struct Step {
    /// The column of texts.
    text: String,
    expr: Expr,
    /// The column that it becomes.
    name: String,
}

impl Program {
    /// Starts with the columns of a source.
    pub fn new(columns: &Columns) -> Self {
        Self {
            columns: columns.clone(),
            steps: Vec::new(),
        }
    }

    /// Returns the column of texts on which alone an expression stands; `None` where there is no such column.
    pub fn one_text(&self, expr: &Expr) -> Option<String> {
        let mut columns = expr.columns();
        let one = columns.pop().filter(|_| columns.is_empty())?;
        (self.columns.get(&one) == Some(&Typed::Text)).then_some(one)
    }

    /// Takes out of an expression what stands on one column of texts alone; columns of the program take its place.
    pub fn lifted(&mut self, expr: &Expr) -> Expr {
        let Some(text) = self.one_text(expr) else {
            return expr.with_parts(|it| self.lifted(it));
        };
        if let Some(same) = self.steps.iter().find(|it| it.expr == *expr) {
            return Expr::Column(same.name.clone());
        }
        let name = format!("\u{1}step {}", self.steps.len());
        self.columns
            .insert(name.clone(), compile::row(expr, &self.columns).typed);
        self.steps.push(Step {
            text,
            expr: expr.clone(),
            name: name.clone(),
        });
        Expr::Column(name)
    }

    /// Takes the same out of an aggregate.
    pub fn lifted_aggregate(&mut self, aggregate: &Aggregate) -> Aggregate {
        Aggregate {
            reduce: aggregate.reduce,
            of: aggregate.of.as_ref().map(|it| self.lifted(it)),
            filter: aggregate.filter.as_ref().map(|it| self.lifted(it)),
        }
    }

    /// Evaluates expressions over rows, out of which the program was taken before; one column each, texts as texts.
    ///
    /// # Errors
    /// What polars cannot evaluate.
    pub fn evaluated(&self, frame: &Frame, exprs: Vec<pl::Expr>) -> pl::PolarsResult<pl::DataFrame> {
        let mut columns = frame.columns().clone();
        for step in &self.steps {
            let expr = compile::row(&step.expr, &self.columns).expr;
            let values = frame.by_text(&step.text, &expr)?;
            let column = frame.spread(&step.text, &values)?;
            columns.with_column(column.with_name(step.name.as_str().into()))?;
        }
        columns.lazy().select(exprs).collect()
    }
}
