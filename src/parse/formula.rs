//! SQL expressions that give one value a group: metrics.

use super::row::is_bare;
use super::sql::AGGREGATES;
use super::sql::ROW_FUNCTIONS;
use super::sql::Reader;
use crate::model::diagnostic::Span;
use crate::model::expr::Aggregate;
use crate::model::expr::Expr;
use crate::model::expr::Formula;
use crate::model::expr::Op;
use crate::model::expr::Reduce;
use crate::model::expr::Term;
use sqlparser::ast;
use sqlparser::ast::Spanned as _;
use sqlparser::ast::Value;

impl Reader<'_> {
    /// Takes over a metric's expression; gathers the mistakes of all its parts.
    pub fn formula(&mut self, expr: &ast::Expr) -> Option<Formula<Term>> {
        self.deeper(|reader| reader.formula_here(expr))
    }

    fn formula_here(&mut self, expr: &ast::Expr) -> Option<Formula<Term>> {
        match expr {
            ast::Expr::Nested(of) => self.formula(of),
            // Whether it is a metric or a column is `resolve`'s to say: it knows both.
            ast::Expr::Identifier(ident) => Some(Formula::Leaf(Term::Metric(self.name(ident)))),
            ast::Expr::Value(value) => match &value.value {
                Value::Number(digits, _) => {
                    let number = digits.parse().ok().filter(|it: &f64| it.is_finite());
                    if number.is_none() {
                        let at = self.place(value.span);
                        self.refuse(at, "expression-syntax", format!("the number `{digits}` is too large"));
                    }
                    number.map(Formula::Number)
                }
                other => {
                    let at = self.place(value.span);
                    self.refuse(
                        at,
                        "not-in-a-metric",
                        format!("a metric is a number, and {other} is none"),
                    );
                    None
                }
            },
            ast::Expr::UnaryOp {
                op: ast::UnaryOperator::Plus,
                expr: of,
            } => self.formula(of),
            ast::Expr::UnaryOp {
                op: ast::UnaryOperator::Minus,
                expr: of,
            } => Some(Formula::Neg(Box::new(self.formula(of)?))),
            ast::Expr::BinaryOp { left, op, right } => {
                let op = match op {
                    ast::BinaryOperator::Plus => Some(Op::Add),
                    ast::BinaryOperator::Minus => Some(Op::Sub),
                    ast::BinaryOperator::Multiply => Some(Op::Mul),
                    ast::BinaryOperator::Divide => Some(Op::Div),
                    other => {
                        let at = self.between(left, right);
                        let message = format!("between aggregates stand + − * /, and `{other}` is none of them");
                        self.refuse(at, "not-in-a-metric", message);
                        None
                    }
                };
                let (left, right) = (self.formula(left), self.formula(right));
                Some(Formula::Binary(op?, Box::new(left?), Box::new(right?)))
            }
            ast::Expr::Function(call) => self.formula_call(call),
            ast::Expr::Case { .. } => {
                let at = self.place(expr.span());
                let hint = "put it inside: `sum(case when … then … else 0 end)`";
                self.refuse_with(
                    at,
                    "not-in-a-metric",
                    "`case` looks at rows, and stands outside an aggregate here",
                    hint,
                );
                None
            }
            _ => {
                self.refuse_form(expr);
                None
            }
        }
    }

    fn formula_call(&mut self, call: &ast::Function) -> Option<Formula<Term>> {
        let (name, at) = self.called(call)?;
        if name == "coalesce" {
            let arguments = self.plain_arguments(call, &name, at)?;
            let parts: Vec<Option<Formula<Term>>> = arguments.into_iter().map(|it| self.formula(it)).collect();
            return Some(Formula::Coalesce(parts.into_iter().collect::<Option<_>>()?));
        }
        if AGGREGATES.contains(&name.as_str()) {
            return self.aggregate(call, &name, at);
        }
        if ROW_FUNCTIONS.contains(&name.as_str()) {
            let message = format!("`{name}` looks at rows, and stands outside an aggregate here");
            self.refuse_with(
                at,
                "not-in-a-metric",
                message,
                format!("put it inside: `sum({name}(…))`"),
            );
            return None;
        }
        let mut known = AGGREGATES.to_vec();
        known.extend(ROW_FUNCTIONS);
        self.refuse_function(at, &name, &known);
        None
    }

    fn aggregate(&mut self, call: &ast::Function, name: &str, at: Span) -> Option<Formula<Term>> {
        if call.over.is_some() {
            let hint = "periods and categories are grouped by themselves: name the aggregate alone";
            self.refuse_with(
                at,
                "not-in-a-spec",
                "a window has no place in a spec's expression",
                hint,
            );
            return None;
        }
        let ast::FunctionArguments::List(list) = &call.args else {
            self.refuse(at, "wrong-arguments", format!("`{name}` takes one value in brackets"));
            return None;
        };
        if !is_bare(call) || !list.clauses.is_empty() {
            self.refuse(
                at,
                "wrong-arguments",
                format!("`{name}` takes one value and nothing else"),
            );
            return None;
        }
        let filter = match &call.filter {
            Some(filter) => Some(self.row(filter)?),
            None => None,
        };
        let distinct = list.duplicate_treatment == Some(ast::DuplicateTreatment::Distinct);
        match list.args.as_slice() {
            [ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Wildcard)] if name == "count" && !distinct => {
                Some(leaf(Reduce::Count, None, filter))
            }
            [ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(of))] => {
                let of = self.row(of)?;
                self.reduced(name, distinct, of, filter, at)
            }
            [] if name == "count" => {
                self.refuse_with(
                    at,
                    "wrong-arguments",
                    "`count` counts nothing here",
                    "rows are counted by `count(*)`",
                );
                None
            }
            [_] => {
                self.refuse(at, "wrong-arguments", format!("`{name}` takes a value of a row"));
                None
            }
            many => {
                let n = many.len();
                let message = format!("`{name}` takes one value, and here are {n}");
                let hint =
                    format!("name the one column: `{name}(x)`; figures are joined outside, as `sum(x) + sum(y)`");
                self.refuse_with(at, "wrong-arguments", message, hint);
                None
            }
        }
    }

    fn reduced(
        &mut self,
        name: &str,
        distinct: bool,
        of: Expr,
        filter: Option<Expr>,
        at: Span,
    ) -> Option<Formula<Term>> {
        if distinct && name != "count" {
            let hint = "different values are counted by `count(distinct x)`";
            let message = format!("`distinct` belongs to `count`, not to `{name}`");
            self.refuse_with(at, "wrong-arguments", message, hint);
            return None;
        }
        let reduce = match name {
            "sum" => Reduce::Sum,
            "count" if distinct => Reduce::CountDistinct,
            "count" => Reduce::Count,
            "min" => Reduce::Min,
            "max" => Reduce::Max,
            "median" => Reduce::Median,
            "avg" => {
                // A mean is two figures that merge over one another; kept apart until it is shown.
                let sum = leaf(Reduce::Sum, Some(of.clone()), filter.clone());
                let count = leaf(Reduce::Count, Some(of), filter);
                return Some(Formula::Binary(Op::Div, Box::new(sum), Box::new(count)));
            }
            _ => unreachable!("every aggregate is listed"),
        };
        Some(leaf(reduce, Some(of), filter))
    }
}

fn leaf(reduce: Reduce, of: Option<Expr>, filter: Option<Expr>) -> Formula<Term> {
    Formula::Leaf(Term::Aggregate(Aggregate { reduce, of, filter }))
}
