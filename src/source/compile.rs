//! Row expressions and aggregates as polars expressions, in exact integers.
//!
//! A decimal number is an integer with a known number of decimal places, so that sums do not depend
//! on the order of rows. It must not know what a metric is.

use crate::model::expr::Aggregate;
use crate::model::expr::Expr;
use crate::model::expr::Function;
use crate::model::expr::Literal;
use crate::model::expr::Op;
use crate::model::expr::Reduce;
use crate::model::joined::Joined;
use polars::prelude as pl;
use polars::prelude::DataType;
use polars::prelude::lit;
use std::collections::BTreeMap;

/// What a compiled expression gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// An integer that stands for `integer × 10^-decimals`.
    Decimal(u32),
    /// A float.
    Float,
    /// Text.
    Text,
    /// True, false or null.
    Bool,
    /// A date.
    Date,
    /// Null and nothing else.
    Null,
}

/// A polars expression and what it gives.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The expression.
    pub expr: pl::Expr,
    /// What it gives.
    pub typed: Typed,
}

/// Columns and what they hold.
pub type Columns = BTreeMap<String, Typed>;

/// Compiles a row expression. The plan has checked names and types.
pub fn row(expr: &Expr, columns: &Columns) -> Compiled {
    match expr {
        Expr::Column(name) => {
            let typed = *columns.get(name).expect("a plan names only known columns");
            Compiled {
                expr: pl::col(name.as_str()),
                typed,
            }
        }
        Expr::Literal(literal) => constant(literal),
        Expr::Neg(of) => {
            let of = row(of, columns);
            Compiled {
                expr: lit(0) - of.expr,
                typed: of.typed,
            }
        }
        Expr::Not(of) => boolean(row(of, columns).expr.not()),
        Expr::Binary(op, left, right) => binary(*op, row(left, columns), row(right, columns)),
        Expr::Case { when, otherwise } => case(when, otherwise, columns),
        Expr::In { of, list, negated } => {
            let of = row(of, columns);
            let parts = list.iter().map(|it| binary(Op::Eq, of.clone(), constant(it)).expr);
            let any = parts.reduce(pl::Expr::or).unwrap_or_else(|| lit(false));
            boolean(if *negated { any.not() } else { any })
        }
        Expr::Between { of, low, high, negated } => {
            let of = row(of, columns);
            let above = binary(Op::Ge, of.clone(), row(low, columns)).expr;
            let inside = above.and(binary(Op::Le, of, row(high, columns)).expr);
            boolean(if *negated { inside.not() } else { inside })
        }
        Expr::Like {
            of,
            pattern,
            negated,
            ignore_case,
        } => {
            let pattern = regex_of_like(pattern, *ignore_case);
            let found = row(of, columns).expr.str().contains(lit(pattern), true);
            boolean(if *negated { found.not() } else { found })
        }
        Expr::SplitPart { of, separator, part } => {
            let of = row(of, columns).expr;
            let found = of.clone().str().extract(lit(regex_of_part(separator, *part)), 1);
            // SQL: a part that is not there is empty, and null stays null.
            let expr = pl::when(of.is_null())
                .then(lit(pl::NULL))
                .otherwise(found.fill_null(lit("")));
            Compiled {
                expr,
                typed: Typed::Text,
            }
        }
        Expr::IsNull { of, negated } => {
            let of = row(of, columns).expr;
            boolean(if *negated { of.is_not_null() } else { of.is_null() })
        }
        Expr::Coalesce(parts) => {
            let (parts, typed) = unified(parts.iter().map(|it| row(it, columns)).collect());
            Compiled {
                expr: pl::coalesce(&parts),
                typed,
            }
        }
        Expr::Call(function, of) => call(*function, row(of, columns)),
    }
}

/// A column whose values become codes.
#[derive(Debug, Clone)]
pub enum Counted {
    /// Whole numbers.
    Numbers(pl::Expr),
    /// Texts.
    Texts(pl::Expr),
}

impl Counted {
    /// Returns the expression: `Int64` or `String`, null where there is no value.
    pub fn expr(&self) -> &pl::Expr {
        match self {
            Self::Numbers(expr) | Self::Texts(expr) => expr,
        }
    }
}

/// Compiles what an aggregate adds for each row, as whole numbers (see [`decimals`]); null adds nothing.
pub fn value(aggregate: &Aggregate, columns: &Columns) -> pl::Expr {
    let filter = filter(aggregate, columns);
    let Some(of) = &aggregate.of else {
        return filter.unwrap_or_else(|| lit(true)).cast(DataType::Int64);
    };
    let of = row(of, columns);
    if aggregate.reduce == Reduce::Count {
        let counts = of.expr.is_not_null();
        return filter.map_or(counts.clone(), |it| counts.and(it)).cast(DataType::Int64);
    }
    filtered(whole(of).0, filter)
}

/// Compiles values that are counted, each once a group.
pub fn coded(of: &Expr, columns: &Columns) -> Counted {
    of_values(row(of, columns))
}

/// Gives the categories that stand together one label, and those that are left out none.
pub fn joined(category: pl::Expr, joined: &Joined) -> pl::Expr {
    let without = pl::when(one_of(&category, &joined.left_out))
        .then(lit(pl::NULL).cast(DataType::String))
        .otherwise(category.clone());
    pl::when(one_of(&category, &joined.members))
        .then(lit(joined.label.as_str()))
        .otherwise(without)
}

/// Tells whether a text is one of some: halves of halves, since an engine walks expressions by recursion, and there may be
/// thousands of names.
fn one_of(text: &pl::Expr, names: &[String]) -> pl::Expr {
    match names {
        [] => lit(false),
        [one] => text.clone().eq(lit(one.as_str())),
        several => {
            let (left, right) = several.split_at(several.len() / 2);
            one_of(text, left).or(one_of(text, right))
        }
    }
}

/// Compiles the values of a median, as whole numbers (see [`decimals`]).
pub fn coded_number(of: &Expr, columns: &Columns) -> Counted {
    Counted::Numbers(whole(row(of, columns)).0)
}

/// Returns the decimal places of an aggregate's whole numbers.
pub fn decimals(aggregate: &Aggregate, columns: &Columns) -> u32 {
    match (aggregate.reduce, &aggregate.of) {
        (Reduce::Count | Reduce::CountDistinct, _) | (_, None) => 0,
        // The median of integers is a whole or a half: one more decimal place keeps it exact.
        (Reduce::Median, Some(of)) => whole(row(of, columns)).1 + 1,
        (Reduce::Sum | Reduce::Min | Reduce::Max, Some(of)) => whole(row(of, columns)).1,
    }
}

fn filter(aggregate: &Aggregate, columns: &Columns) -> Option<pl::Expr> {
    aggregate
        .filter
        .as_ref()
        .map(|it| row(it, columns).expr.fill_null(lit(false)))
}

fn filtered(expr: pl::Expr, filter: Option<pl::Expr>) -> pl::Expr {
    match filter {
        Some(filter) => pl::when(filter).then(expr).otherwise(lit(pl::NULL)),
        None => expr,
    }
}

fn of_values(of: Compiled) -> Counted {
    match of.typed {
        Typed::Decimal(_) | Typed::Bool => Counted::Numbers(of.expr.cast(DataType::Int64)),
        Typed::Date => Counted::Numbers(of.expr.cast(DataType::Int32).cast(DataType::Int64)),
        // A float is written with the digits that tell it from all others.
        Typed::Float | Typed::Text | Typed::Null => Counted::Texts(of.expr.cast(DataType::String)),
    }
}

/// Makes integers of a numeric expression.
fn whole(of: Compiled) -> (pl::Expr, u32) {
    match of.typed {
        Typed::Decimal(decimals) => (of.expr.cast(DataType::Int64), decimals),
        Typed::Bool | Typed::Null => (of.expr.cast(DataType::Int64), 0),
        // Days since 1970-01-01: the first and the last day of something.
        Typed::Date => (of.expr.cast(DataType::Int32).cast(DataType::Int64), 0),
        Typed::Float | Typed::Text => unreachable!("a plan sums only numbers of known decimals"),
    }
}

fn boolean(expr: pl::Expr) -> Compiled {
    Compiled {
        expr,
        typed: Typed::Bool,
    }
}

fn constant(literal: &Literal) -> Compiled {
    match literal {
        Literal::Null => Compiled {
            expr: lit(pl::NULL),
            typed: Typed::Null,
        },
        Literal::Bool(x) => boolean(lit(*x)),
        Literal::Int(x) => Compiled {
            expr: lit(*x),
            typed: Typed::Decimal(0),
        },
        Literal::Decimal { digits, decimals } => Compiled {
            expr: lit(*digits),
            typed: Typed::Decimal(*decimals),
        },
        Literal::Text(text) => Compiled {
            expr: lit(text.as_str()),
            typed: Typed::Text,
        },
        Literal::Date(text) => {
            let date = lit(text.as_str()).str().to_date(super::typing::iso_date());
            Compiled {
                expr: date,
                typed: Typed::Date,
            }
        }
    }
}

fn binary(op: Op, left: Compiled, right: Compiled) -> Compiled {
    match op {
        Op::And => return boolean(left.expr.and(right.expr)),
        Op::Or => return boolean(left.expr.or(right.expr)),
        Op::Mul => {
            if let (Typed::Decimal(a), Typed::Decimal(b)) = (left.typed, right.typed) {
                return Compiled {
                    expr: left.expr * right.expr,
                    typed: Typed::Decimal(a + b),
                };
            }
            return Compiled {
                expr: float(left) * float(right),
                typed: Typed::Float,
            };
        }
        Op::Div => {
            let (above, below) = (float(left), float(right));
            let expr = pl::when(below.clone().eq(lit(0.0)))
                .then(lit(pl::NULL))
                .otherwise(above / below);
            return Compiled {
                expr,
                typed: Typed::Float,
            };
        }
        _ => {}
    }
    // Texts and dates: an ISO text beside a date is a date.
    let (left, right) = match (left.typed, right.typed) {
        (Typed::Date, Typed::Text) => (left, dated(right)),
        (Typed::Text, Typed::Date) => (dated(left), right),
        _ => (left, right),
    };
    let (mut parts, typed) = unified(vec![left, right]);
    let right = parts.pop().expect("two parts were given");
    let left = parts.pop().expect("two parts were given");
    match op {
        Op::Add => Compiled {
            expr: left + right,
            typed,
        },
        Op::Sub => Compiled {
            expr: left - right,
            typed,
        },
        Op::Rem => {
            let expr = pl::when(right.clone().eq(lit(0)))
                .then(lit(pl::NULL))
                .otherwise(left % right);
            Compiled { expr, typed }
        }
        Op::Eq => boolean(left.eq(right)),
        Op::Ne => boolean(left.neq(right)),
        Op::Lt => boolean(left.lt(right)),
        Op::Le => boolean(left.lt_eq(right)),
        Op::Gt => boolean(left.gt(right)),
        Op::Ge => boolean(left.gt_eq(right)),
        Op::Mul | Op::Div | Op::And | Op::Or => unreachable!("returned above"),
    }
}

/// Brings several expressions to one type: decimals to the most places, else floats.
fn unified(parts: Vec<Compiled>) -> (Vec<pl::Expr>, Typed) {
    let known: Vec<Typed> = parts
        .iter()
        .map(|it| it.typed)
        .filter(|it| *it != Typed::Null)
        .collect();
    let most = known
        .iter()
        .map(|it| if let Typed::Decimal(places) = it { *places } else { 0 })
        .max()
        .unwrap_or(0);
    let typed = match known.first() {
        None => Typed::Null,
        Some(_) if known.contains(&Typed::Float) => Typed::Float,
        Some(Typed::Decimal(_)) => Typed::Decimal(most),
        Some(first) => *first,
    };
    let parts = parts
        .into_iter()
        .map(|part| match (part.typed, typed) {
            (Typed::Decimal(_), Typed::Float) => float(part),
            (Typed::Decimal(places), Typed::Decimal(most)) if places < most => {
                part.expr * lit(power_of_ten(most - places))
            }
            _ => part.expr,
        })
        .collect();
    (parts, typed)
}

fn float(of: Compiled) -> pl::Expr {
    match of.typed {
        Typed::Decimal(0) => of.expr.cast(DataType::Float64),
        Typed::Decimal(places) => of.expr.cast(DataType::Float64) / lit(power_of_ten(places) as f64),
        _ => of.expr.cast(DataType::Float64),
    }
}

fn dated(of: Compiled) -> Compiled {
    Compiled {
        expr: of.expr.str().to_date(super::typing::iso_date()),
        typed: Typed::Date,
    }
}

fn case(when: &[(Expr, Expr)], otherwise: &Expr, columns: &Columns) -> Compiled {
    let mut values: Vec<Compiled> = when.iter().map(|(_, value)| row(value, columns)).collect();
    values.push(row(otherwise, columns));
    let (mut values, typed) = unified(values);
    let mut expr = values.pop().expect("the last value is the `else`");
    // From the last condition to the first, so that the first that holds wins.
    for ((condition, _), value) in when.iter().zip(values).rev() {
        let holds = row(condition, columns).expr.fill_null(lit(false));
        expr = pl::when(holds).then(value).otherwise(expr);
    }
    Compiled { expr, typed }
}

fn call(function: Function, of: Compiled) -> Compiled {
    let whole = |expr: pl::Expr| Compiled {
        expr: expr.cast(DataType::Int64),
        typed: Typed::Decimal(0),
    };
    let text = |expr: pl::Expr| Compiled {
        expr,
        typed: Typed::Text,
    };
    match function {
        Function::Abs => Compiled {
            expr: of.expr.abs(),
            typed: of.typed,
        },
        Function::Lower => text(of.expr.str().to_lowercase()),
        Function::Upper => text(of.expr.str().to_uppercase()),
        Function::Trim => text(of.expr.str().strip_chars(lit(pl::NULL))),
        Function::Length => whole(of.expr.str().len_chars()),
        Function::Year => whole(of.expr.dt().year()),
        Function::Month => whole(of.expr.dt().month()),
        Function::Weekday => whole(of.expr.dt().weekday()),
    }
}

/// Writes a SQL pattern as an anchored regular expression; everything but `%` and `_` stands for itself.
fn regex_of_like(pattern: &str, ignore_case: bool) -> String {
    let mut regex = String::from(if ignore_case { "(?is)^" } else { "(?s)^" });
    for c in pattern.chars() {
        match c {
            '%' => regex.push_str(".*"),
            '_' => regex.push('.'),
            c if c.is_alphanumeric() || c == ' ' => regex.push(c),
            c => regex.push_str(&format!("\\x{{{:x}}}", u32::from(c))),
        }
    }
    regex.push('$');
    regex
}

/// Writes "the n-th part between separators" as a regular expression with one group.
fn regex_of_part(separator: &str, part: u32) -> String {
    let separator: String = separator
        .chars()
        .map(|c| format!("\\x{{{:x}}}", u32::from(c)))
        .collect();
    format!("(?s)^(?:.*?{separator}){{{}}}(.*?)(?:{separator}|$)", part - 1)
}

/// Returns `10^places`.
///
/// # Panics
/// Above 18 places, where an integer of 64 bits ends; the plan refuses such a column.
pub fn power_of_ten(places: u32) -> i64 {
    10_i64
        .checked_pow(places)
        .expect("a plan allows at most nine decimal places")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_between_separators() {
        let split = |text: &str, separator: &str, part: u32| {
            let columns = Columns::from([("x".to_owned(), Typed::Text)]);
            let of = Box::new(Expr::Column("x".into()));
            let expr = Expr::SplitPart {
                of,
                separator: separator.into(),
                part,
            };
            let frame = pl::df!("x" => [text]).expect("one column");
            let frame = pl::IntoLazy::lazy(frame)
                .select([row(&expr, &columns).expr])
                .collect()
                .expect("it is computed");
            frame.columns()[0].get(0).expect("one row").str_value().into_owned()
        };
        // As PostgreSQL's documentation of `split_part` has it.
        assert_eq!(split("abc~@~def~@~ghi", "~@~", 2), "def");
        assert_eq!(split("a.b", ".", 1), "a");
        assert_eq!(split("a.b", ".", 3), "");
        assert_eq!(split("plain", ".", 1), "plain");
    }

    #[test]
    fn a_like_pattern_takes_nothing_else_as_a_pattern() {
        assert_eq!(regex_of_like("a.%_", false), "(?s)^a\\x{2e}.*.$");
    }
}
