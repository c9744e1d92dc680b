//! Expressions of metrics, rules and computed columns, typed.
//!
//! A row expression ([`Expr`]) gives one value a row; an [`Aggregate`] gives one value
//! a group; a [`Formula`] joins aggregates and other metrics. They are data: what
//! evaluates them is the source's business. SQL nulls hold everywhere.

use serde::Serialize;

/// A value that stands in an expression.
#[derive(Debug, Clone, PartialEq, PartialOrd, Serialize)]
pub enum Literal {
    /// SQL null.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A decimal number, exact as `digits × 10^-decimals`.
    Decimal {
        /// All digits, as a whole number.
        digits: i64,
        /// How many of them stand after the point.
        decimals: u32,
    },
    /// Text.
    Text(String),
    /// A civil date, ISO 8601 (`date '2026-10-01'`).
    Date(String),
}

/// An operator between two row expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Op {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`; null where the right side is zero.
    Div,
    /// `%`; null where the right side is zero.
    Rem,
    /// `=`
    Eq,
    /// `<>`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `and`
    And,
    /// `or`
    Or,
}

/// A function of the allow-list that gives one value a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Function {
    /// `abs(x)`
    Abs,
    /// `lower(text)`
    Lower,
    /// `upper(text)`
    Upper,
    /// `trim(text)`
    Trim,
    /// `length(text)`, in characters.
    Length,
    /// `year(date)`
    Year,
    /// `month(date)`, 1 to 12.
    Month,
    /// `weekday(date)`, Monday 1 to Sunday 7.
    Weekday,
}

/// One value a row.
#[derive(Debug, Clone, PartialEq, PartialOrd, Serialize)]
pub enum Expr {
    /// A column of the source, or a computed column of it.
    Column(String),
    /// A value that stands in the expression.
    Literal(Literal),
    /// `-x`
    Neg(Box<Expr>),
    /// `not x`
    Not(Box<Expr>),
    /// Two expressions and an operator.
    Binary(Op, Box<Expr>, Box<Expr>),
    /// `case when c then v … else e end`; null where no condition holds and there is no `else`.
    Case {
        /// Conditions and their values, in order.
        when: Vec<(Expr, Expr)>,
        /// The value where no condition holds.
        otherwise: Box<Expr>,
    },
    /// `x in (…)`
    In {
        /// What is looked for.
        of: Box<Expr>,
        /// The list.
        list: Vec<Literal>,
        /// `not in`
        negated: bool,
    },
    /// `x between a and b`, both ends included.
    Between {
        /// What is compared.
        of: Box<Expr>,
        /// The lower end.
        low: Box<Expr>,
        /// The upper end.
        high: Box<Expr>,
        /// `not between`
        negated: bool,
    },
    /// `x like 'a%_'`
    Like {
        /// The text.
        of: Box<Expr>,
        /// SQL pattern: `%` any characters, `_` one.
        pattern: String,
        /// `not like`
        negated: bool,
        /// `ilike`
        ignore_case: bool,
    },
    /// `split_part(text, '.', 1)`: the n-th part between separators, counted from one; empty where there are fewer.
    SplitPart {
        /// The text.
        of: Box<Expr>,
        /// What stands between the parts; never empty.
        separator: String,
        /// Which part, from one on.
        part: u32,
    },
    /// `x is null`
    IsNull {
        /// What is looked at.
        of: Box<Expr>,
        /// `is not null`
        negated: bool,
    },
    /// `coalesce(a, b, …)`
    Coalesce(Vec<Expr>),
    /// A function of the allow-list.
    Call(Function, Box<Expr>),
}

impl Expr {
    /// Lists the columns that the expression reads, each once, in alphabetical order.
    pub fn columns(&self) -> Vec<String> {
        let mut names = Vec::new();
        self.collect_columns(&mut names);
        names.sort();
        names.dedup();
        names
    }

    /// Returns the same expression with other parts: `part` gives the one that takes a direct part's place.
    pub fn with_parts(&self, mut part: impl FnMut(&Expr) -> Expr) -> Expr {
        let mut boxed = |it: &Expr| Box::new(part(it));
        match self {
            Expr::Column(_) | Expr::Literal(_) => self.clone(),
            Expr::Neg(of) => Expr::Neg(boxed(of)),
            Expr::Not(of) => Expr::Not(boxed(of)),
            Expr::Binary(op, left, right) => Expr::Binary(*op, boxed(left), boxed(right)),
            Expr::Case { when, otherwise } => Expr::Case {
                when: when.iter().map(|it| (*boxed(&it.0), *boxed(&it.1))).collect(),
                otherwise: boxed(otherwise),
            },
            Expr::In { of, list, negated } => Expr::In {
                of: boxed(of),
                list: list.clone(),
                negated: *negated,
            },
            Expr::Between { of, low, high, negated } => Expr::Between {
                of: boxed(of),
                low: boxed(low),
                high: boxed(high),
                negated: *negated,
            },
            Expr::Like {
                of,
                pattern,
                negated,
                ignore_case,
            } => Expr::Like {
                of: boxed(of),
                pattern: pattern.clone(),
                negated: *negated,
                ignore_case: *ignore_case,
            },
            Expr::SplitPart { of, separator, part } => Expr::SplitPart {
                of: boxed(of),
                separator: separator.clone(),
                part: *part,
            },
            Expr::IsNull { of, negated } => Expr::IsNull {
                of: boxed(of),
                negated: *negated,
            },
            Expr::Coalesce(parts) => Expr::Coalesce(parts.iter().map(|it| *boxed(it)).collect()),
            Expr::Call(function, of) => Expr::Call(*function, boxed(of)),
        }
    }

    fn collect_columns(&self, names: &mut Vec<String>) {
        match self {
            Expr::Column(name) => names.push(name.clone()),
            Expr::Literal(_) => {}
            Expr::Neg(of) | Expr::Not(of) | Expr::Call(_, of) => of.collect_columns(names),
            Expr::In { of, .. } | Expr::Like { of, .. } | Expr::IsNull { of, .. } | Expr::SplitPart { of, .. } => {
                of.collect_columns(names)
            }
            Expr::Binary(_, left, right) => {
                left.collect_columns(names);
                right.collect_columns(names);
            }
            Expr::Case { when, otherwise } => {
                for (condition, value) in when {
                    condition.collect_columns(names);
                    value.collect_columns(names);
                }
                otherwise.collect_columns(names);
            }
            Expr::Between { of, low, high, .. } => {
                of.collect_columns(names);
                low.collect_columns(names);
                high.collect_columns(names);
            }
            Expr::Coalesce(parts) => parts.iter().for_each(|it| it.collect_columns(names)),
        }
    }
}

/// How a group's rows become one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Reduce {
    /// Sum; partials merge by addition.
    Sum,
    /// Number of values that are not null (of rows, where nothing is named); partials merge by addition.
    Count,
    /// Number of distinct values that are not null; partials are sets of values, never numbers.
    CountDistinct,
    /// Smallest value; partials merge by the smaller.
    Min,
    /// Largest value; partials merge by the larger.
    Max,
    /// Median; partials are values with their counts.
    Median,
}

/// One value a group. `avg` does not stand here: it is parsed into a sum over a count.
#[derive(Debug, Clone, PartialEq, PartialOrd, Serialize)]
pub struct Aggregate {
    /// How the rows are reduced.
    pub reduce: Reduce,
    /// What is reduced; `None` for `count(*)`.
    pub of: Option<Expr>,
    /// `filter (where …)`.
    pub filter: Option<Expr>,
}

/// A metric as written: aggregates, other metrics and arithmetic between them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Formula<Leaf> {
    /// An aggregate or the name of another metric (as written); a measure's index (as resolved).
    Leaf(Leaf),
    /// A number.
    Number(f64),
    /// `-x`
    Neg(Box<Formula<Leaf>>),
    /// Arithmetic; only the first four operators stand here.
    Binary(Op, Box<Formula<Leaf>>, Box<Formula<Leaf>>),
    /// `coalesce(a, b, …)`
    Coalesce(Vec<Formula<Leaf>>),
}

impl<Leaf> Formula<Leaf> {
    /// Evaluates with SQL nulls: a null part makes the whole null, and so does a division by zero.
    pub fn value(&self, leaf: &impl Fn(&Leaf) -> Option<f64>) -> Option<f64> {
        match self {
            Formula::Leaf(it) => leaf(it),
            Formula::Number(x) => Some(*x),
            Formula::Neg(of) => of.value(leaf).map(|x| -x),
            Formula::Coalesce(parts) => parts.iter().find_map(|part| part.value(leaf)),
            Formula::Binary(op, left, right) => {
                let (left, right) = (left.value(leaf)?, right.value(leaf)?);
                let value = match op {
                    Op::Add => left + right,
                    Op::Sub => left - right,
                    Op::Mul => left * right,
                    Op::Div if right == 0.0 => return None,
                    Op::Div => left / right,
                    _ => unreachable!("a formula is parsed with arithmetic only"),
                };
                value.is_finite().then_some(value)
            }
        }
    }

    /// Returns the same formula with other leaves: `leaf` gives the one that takes a leaf's place.
    pub fn with_leaves<Other>(&self, leaf: &mut impl FnMut(&Leaf) -> Other) -> Formula<Other> {
        match self {
            Formula::Leaf(it) => Formula::Leaf(leaf(it)),
            Formula::Number(x) => Formula::Number(*x),
            Formula::Neg(of) => Formula::Neg(Box::new(of.with_leaves(leaf))),
            Formula::Binary(op, left, right) => {
                let left = left.with_leaves(leaf);
                Formula::Binary(*op, Box::new(left), Box::new(right.with_leaves(leaf)))
            }
            Formula::Coalesce(parts) => Formula::Coalesce(parts.iter().map(|it| it.with_leaves(leaf)).collect()),
        }
    }

    /// Lists the leaves from left to right.
    pub fn leaves(&self) -> Vec<&Leaf> {
        match self {
            Formula::Leaf(it) => vec![it],
            Formula::Number(_) => Vec::new(),
            Formula::Neg(of) => of.leaves(),
            Formula::Binary(_, left, right) => left.leaves().into_iter().chain(right.leaves()).collect(),
            Formula::Coalesce(parts) => parts.iter().flat_map(|it| it.leaves()).collect(),
        }
    }
}

/// What a metric's formula is written with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Term {
    /// An aggregate over a source.
    Aggregate(Aggregate),
    /// Another metric, by name.
    Metric(String),
}
