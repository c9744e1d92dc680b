//! Expressions written out again, in the SQL that authors write them in.
//!
//! The dialect is DuckDB's. It must not know who reads it: an engine that is asked, or an auditor.

use super::expr::Aggregate;
use super::expr::Expr;
use super::expr::Function;
use super::expr::Literal;
use super::expr::Op;
use super::expr::Reduce;

/// Writes an aggregate.
pub fn aggregate(it: &Aggregate) -> String {
    let of = it.of.as_ref().map_or_else(|| "*".to_owned(), expr);
    let call = match it.reduce {
        Reduce::Sum => format!("sum({of})"),
        Reduce::Count => format!("count({of})"),
        Reduce::CountDistinct => format!("count(distinct {of})"),
        Reduce::Min => format!("min({of})"),
        Reduce::Max => format!("max({of})"),
        Reduce::Median => format!("median({of})"),
    };
    match &it.filter {
        Some(filter) => format!("{call} filter (where {})", expr(filter)),
        None => call,
    }
}

/// Writes a row expression.
pub fn expr(it: &Expr) -> String {
    let not = |negated: &bool| if *negated { "not " } else { "" };
    match it {
        Expr::Column(column) => name(column),
        Expr::Literal(value) => literal(value),
        Expr::Neg(of) => format!("(-{})", expr(of)),
        Expr::Not(of) => format!("(not {})", expr(of)),
        // Null where the right side is zero, in every dialect.
        Expr::Binary(op @ (Op::Div | Op::Rem), left, right) => {
            format!("({} {} nullif({}, 0))", expr(left), sign(*op), expr(right))
        }
        Expr::Binary(op, left, right) => format!("({} {} {})", expr(left), sign(*op), expr(right)),
        Expr::Case { when, otherwise } => {
            let branches: String = when
                .iter()
                .map(|(condition, value)| format!(" when {} then {}", expr(condition), expr(value)))
                .collect();
            format!("case{branches} else {} end", expr(otherwise))
        }
        Expr::In { of, list, negated } => {
            let list: Vec<String> = list.iter().map(literal).collect();
            format!("({} {}in ({}))", expr(of), not(negated), list.join(", "))
        }
        Expr::Between { of, low, high, negated } => {
            format!(
                "({} {}between {} and {})",
                expr(of),
                not(negated),
                expr(low),
                expr(high)
            )
        }
        Expr::Like {
            of,
            pattern,
            negated,
            ignore_case,
        } => {
            let like = if *ignore_case { "ilike" } else { "like" };
            format!("({} {}{like} {})", expr(of), not(negated), text(pattern))
        }
        Expr::SplitPart { of, separator, part } => format!("split_part({}, {}, {part})", expr(of), text(separator)),
        Expr::IsNull { of, negated } => format!("({} is {}null)", expr(of), not(negated)),
        Expr::Coalesce(parts) => {
            let parts: Vec<String> = parts.iter().map(expr).collect();
            format!("coalesce({})", parts.join(", "))
        }
        Expr::Call(function, of) => format!("{}({})", function_name(*function), expr(of)),
    }
}

fn sign(op: Op) -> &'static str {
    match op {
        Op::Add => "+",
        Op::Sub => "-",
        Op::Mul => "*",
        Op::Div => "/",
        Op::Rem => "%",
        Op::Eq => "=",
        Op::Ne => "<>",
        Op::Lt => "<",
        Op::Le => "<=",
        Op::Gt => ">",
        Op::Ge => ">=",
        Op::And => "and",
        Op::Or => "or",
    }
}

fn function_name(function: Function) -> &'static str {
    match function {
        Function::Abs => "abs",
        Function::Lower => "lower",
        Function::Upper => "upper",
        Function::Trim => "trim",
        Function::Length => "length",
        Function::Year => "year",
        Function::Month => "month",
        Function::Weekday => "isodow",
    }
}

/// Writes a value.
pub fn literal(value: &Literal) -> String {
    match value {
        Literal::Null => "null".to_owned(),
        Literal::Bool(it) => it.to_string(),
        Literal::Int(it) => it.to_string(),
        Literal::Decimal { digits, decimals } => {
            let places = *decimals as usize;
            let sign = if *digits < 0 { "-" } else { "" };
            let all = format!("{:0>width$}", digits.unsigned_abs(), width = places + 1);
            let (whole, rest) = all.split_at(all.len() - places);
            format!("{sign}{whole}.{rest}")
        }
        Literal::Text(it) => text(it),
        Literal::Date(it) => format!("date {}", text(it)),
    }
}

/// Writes text in quotes: nothing of it can end them.
pub fn text(it: &str) -> String {
    format!("'{}'", it.replace('\'', "''"))
}

/// Writes a name in quotes, for the same reason.
pub fn name(it: &str) -> String {
    format!("\"{}\"", it.replace('"', "\"\""))
}
