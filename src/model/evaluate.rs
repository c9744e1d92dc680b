//! Row expressions evaluated one row at a time, for tables that are in memory already.
//!
//! A customer table has one row a customer and stands in plain slices: its conditions are decided here, with the nulls
//! of SQL, as the source decides those of its rows. It must not know where a value comes from.

use super::expr::Expr;
use super::expr::Function;
use super::expr::Literal;
use super::expr::Op;
use std::borrow::Cow;
use std::cmp::Ordering;

/// One value of one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar<'a> {
    /// SQL null.
    Null,
    /// True or false.
    Bool(bool),
    /// A number, in its column's unit.
    Number(f64),
    /// Text; a date stands as ISO 8601, which sorts as its days do.
    Text(Cow<'a, str>),
}

impl<'a> Scalar<'a> {
    /// Wraps a number that may be missing.
    pub fn number(x: Option<f64>) -> Self {
        x.map_or(Self::Null, Self::Number)
    }

    fn truth(x: Option<bool>) -> Self {
        x.map_or(Self::Null, Self::Bool)
    }

    fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(x) => Some(*x),
            _ => None,
        }
    }

    fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(x) => Some(*x),
            _ => None,
        }
    }

    fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Orders two values; `None` where one is null, or they are of two kinds.
    fn compared(&self, other: &Scalar<'_>) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(a), Scalar::Number(b)) => a.partial_cmp(b),
            (Self::Text(a), Scalar::Text(b)) => Some(a.as_ref().cmp(b.as_ref())),
            (Self::Bool(a), Scalar::Bool(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

/// Tells whether a condition holds for a row; null does not.
///
/// `look` gives the row's value of a column.
pub fn holds<'a>(condition: &'a Expr, look: &impl Fn(&str) -> Scalar<'a>) -> bool {
    value(condition, look) == Scalar::Bool(true)
}

/// Returns the value of an expression for one row; SQL nulls hold everywhere, and a division by zero is null.
///
/// `look` gives the row's value of a column. Kinds are taken as checked: what does not fit is null.
pub fn value<'a>(expr: &'a Expr, look: &impl Fn(&str) -> Scalar<'a>) -> Scalar<'a> {
    let of = |it: &'a Expr| value(it, look);
    match expr {
        Expr::Column(name) => look(name),
        Expr::Literal(literal) => constant(literal),
        Expr::Neg(x) => Scalar::number(of(x).as_number().map(|x| -x)),
        Expr::Not(x) => Scalar::truth(of(x).as_bool().map(|x| !x)),
        Expr::Binary(op, left, right) => binary(*op, &of(left), &of(right)),
        Expr::Case { when, otherwise } => {
            let hit = when.iter().find(|it| holds(&it.0, look));
            hit.map_or_else(|| of(otherwise), |it| of(&it.1))
        }
        Expr::In { of: x, list, negated } => {
            let x = of(x);
            let mut found = Some(false);
            for literal in list {
                match binary(Op::Eq, &x, &constant(literal)).as_bool() {
                    Some(true) => found = Some(true),
                    None if found == Some(false) => found = None,
                    _ => {}
                }
            }
            Scalar::truth(found.map(|it| it != *negated))
        }
        Expr::Between {
            of: x,
            low,
            high,
            negated,
        } => {
            let x = of(x);
            let above = binary(Op::Ge, &x, &of(low));
            let inside = binary(Op::And, &above, &binary(Op::Le, &x, &of(high)));
            Scalar::truth(inside.as_bool().map(|it| it != *negated))
        }
        Expr::Like {
            of: x,
            pattern,
            negated,
            ignore_case,
        } => {
            let x = of(x);
            let found = x.as_text().map(|text| {
                if *ignore_case {
                    is_like(&text.to_lowercase(), &pattern.to_lowercase())
                } else {
                    is_like(text, pattern)
                }
            });
            Scalar::truth(found.map(|it| it != *negated))
        }
        Expr::SplitPart { of: x, separator, part } => {
            let x = of(x);
            let place = *part as usize - 1;
            x.as_text().map_or(Scalar::Null, |text| {
                Scalar::Text(
                    text.split(separator.as_str())
                        .nth(place)
                        .unwrap_or("")
                        .to_owned()
                        .into(),
                )
            })
        }
        Expr::IsNull { of: x, negated } => Scalar::Bool((of(x) == Scalar::Null) != *negated),
        Expr::Coalesce(parts) => {
            let mut values = parts.iter().map(of);
            values.find(|it| *it != Scalar::Null).unwrap_or(Scalar::Null)
        }
        Expr::Call(function, x) => call(*function, &of(x)),
    }
}

fn constant(literal: &Literal) -> Scalar<'_> {
    match literal {
        Literal::Null => Scalar::Null,
        Literal::Bool(x) => Scalar::Bool(*x),
        // Whole numbers in a condition are far below 2^53.
        Literal::Int(x) => Scalar::Number(*x as f64),
        Literal::Decimal { digits, decimals } => Scalar::Number(*digits as f64 / 10_i64.pow(*decimals) as f64),
        Literal::Text(text) | Literal::Date(text) => Scalar::Text(Cow::Borrowed(text)),
    }
}

fn binary<'a>(op: Op, left: &Scalar<'_>, right: &Scalar<'_>) -> Scalar<'a> {
    let numbers = || left.as_number().zip(right.as_number());
    let made = |make: fn(f64, f64) -> Option<f64>| {
        Scalar::number(numbers().and_then(|(a, b)| make(a, b)).filter(|x| x.is_finite()))
    };
    let ordered = |is: fn(Ordering) -> bool| Scalar::truth(left.compared(right).map(is));
    match op {
        Op::Add => made(|a, b| Some(a + b)),
        Op::Sub => made(|a, b| Some(a - b)),
        Op::Mul => made(|a, b| Some(a * b)),
        Op::Div => made(|a, b| (b != 0.0).then(|| a / b)),
        Op::Rem => made(|a, b| (b != 0.0).then(|| a % b)),
        Op::Eq => ordered(Ordering::is_eq),
        Op::Ne => ordered(Ordering::is_ne),
        Op::Lt => ordered(Ordering::is_lt),
        Op::Le => ordered(Ordering::is_le),
        Op::Gt => ordered(Ordering::is_gt),
        Op::Ge => ordered(Ordering::is_ge),
        // Three values: false decides an `and`, true an `or`, whatever the other is.
        Op::And => match (left.as_bool(), right.as_bool()) {
            (Some(false), _) | (_, Some(false)) => Scalar::Bool(false),
            (Some(true), Some(true)) => Scalar::Bool(true),
            _ => Scalar::Null,
        },
        Op::Or => match (left.as_bool(), right.as_bool()) {
            (Some(true), _) | (_, Some(true)) => Scalar::Bool(true),
            (Some(false), Some(false)) => Scalar::Bool(false),
            _ => Scalar::Null,
        },
    }
}

fn call<'a>(function: Function, of: &Scalar<'_>) -> Scalar<'a> {
    let text = |make: fn(&str) -> String| of.as_text().map_or(Scalar::Null, |it| Scalar::Text(make(it).into()));
    match function {
        Function::Abs => Scalar::number(of.as_number().map(f64::abs)),
        Function::Lower => text(str::to_lowercase),
        Function::Upper => text(str::to_uppercase),
        Function::Trim => text(|it| it.trim().to_owned()),
        // A text has fewer characters than 2^53.
        Function::Length => Scalar::number(of.as_text().map(|it| it.chars().count() as f64)),
        // A customer table has no dates: what is asked of one is null.
        Function::Year | Function::Month | Function::Weekday => Scalar::Null,
    }
}

/// Matches a SQL pattern: `%` any characters, `_` one.
fn is_like(text: &str, pattern: &str) -> bool {
    let mut letters = pattern.chars();
    match letters.next() {
        None => text.is_empty(),
        Some('%') => {
            let rest = letters.as_str();
            let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            ends.into_iter().any(|at| is_like(&text[at..], rest))
        }
        Some(wanted) => {
            let mut own = text.chars();
            let first = own.next();
            first.is_some_and(|it| wanted == '_' || it == wanted) && is_like(own.as_str(), letters.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(name: &str) -> Scalar<'static> {
        match name {
            "n" => Scalar::Number(3.0),
            "region" => Scalar::Text("South West".into()),
            _ => Scalar::Null,
        }
    }

    fn seen(expr: &Expr) -> Scalar<'_> {
        value(expr, &|name| look(name))
    }

    fn column(name: &str) -> Box<Expr> {
        Box::new(Expr::Column(name.into()))
    }

    fn int(x: i64) -> Box<Expr> {
        Box::new(Expr::Literal(Literal::Int(x)))
    }

    #[test]
    fn null_is_neither_true_nor_false() {
        let unknown = Expr::Binary(Op::Gt, column("none"), int(1));
        assert_eq!(seen(&unknown), Scalar::Null);
        assert_eq!(seen(&Expr::Not(Box::new(unknown.clone()))), Scalar::Null);
        let known = Expr::Binary(Op::Gt, column("n"), int(1));
        let either = Expr::Binary(Op::Or, Box::new(unknown.clone()), Box::new(known.clone()));
        let both = Expr::Binary(Op::And, Box::new(unknown), Box::new(known));
        assert_eq!(seen(&either), Scalar::Bool(true));
        assert_eq!(seen(&both), Scalar::Null);
    }

    #[test]
    fn a_list_with_null_finds_what_is_there_and_denies_nothing() {
        let list = vec![Literal::Null, Literal::Int(3)];
        let is_in = |negated| Expr::In {
            of: column("n"),
            list: list.clone(),
            negated,
        };
        assert_eq!(seen(&is_in(false)), Scalar::Bool(true));
        let other = Expr::In {
            of: column("n"),
            list: vec![Literal::Null, Literal::Int(4)],
            negated: true,
        };
        assert_eq!(seen(&other), Scalar::Null);
    }

    #[test]
    fn arithmetic_and_ranges_follow_sql() {
        let by_zero = Expr::Binary(Op::Div, column("n"), int(0));
        assert_eq!(seen(&by_zero), Scalar::Null);
        let between = Expr::Between {
            of: column("n"),
            low: int(2),
            high: int(3),
            negated: false,
        };
        assert_eq!(seen(&between), Scalar::Bool(true));
        let half = Expr::Literal(Literal::Decimal {
            digits: 25,
            decimals: 1,
        });
        let more = Expr::Binary(Op::Gt, column("n"), Box::new(half));
        assert_eq!(seen(&more), Scalar::Bool(true));
    }

    #[test]
    fn patterns_match_whole_texts() {
        assert!(is_like("South West", "South%"));
        assert!(is_like("South West", "%W_st"));
        assert!(!is_like("South West", "West"));
        assert!(is_like("äb", "_b"));
        let like = Expr::Like {
            of: column("region"),
            pattern: "south%".into(),
            negated: false,
            ignore_case: true,
        };
        assert_eq!(seen(&like), Scalar::Bool(true));
    }
}
