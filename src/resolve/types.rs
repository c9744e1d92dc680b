//! What kind of value an expression gives, and how many decimals it has.
//!
//! A wrong comparison is found here, with its place, instead of deep in an engine. Money and counts
//! are summed as integers, so that everything an aggregate adds up must have a known number of
//! decimal places.

use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::expr::Aggregate;
use crate::model::expr::Expr;
use crate::model::expr::Function;
use crate::model::expr::Literal;
use crate::model::expr::Op;
use crate::model::expr::Reduce;
use crate::model::spec::Spec;
use crate::model::world::ColumnType;
use crate::model::world::odd_value;

/// The kind of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    /// A number, whole or not.
    Number,
    /// Text.
    Text,
    /// True or false.
    Bool,
    /// A day or a moment.
    When,
    /// Null, or what has been reported already: it goes with everything.
    Any,
}

impl Type {
    fn name(self) -> &'static str {
        match self {
            Type::Number => "a number",
            Type::Text => "text",
            Type::Bool => "true or false",
            Type::When => "a date",
            Type::Any => "null",
        }
    }

    fn goes_with(self, other: Type) -> bool {
        self == other || self == Type::Any || other == Type::Any
    }
}

/// A column that expressions may read.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Its name.
    pub name: String,
    /// What it holds; `None` for a computed column whose expression is wrong, or nothing but null.
    pub holds: Option<ColumnType>,
    /// Decimal places of its values; an error to tell where they are not known.
    pub places: Result<u32, Inexact>,
}

/// Why a value has no known number of decimal places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Inexact {
    /// A column of numbers with decimals, which are not declared.
    Undeclared(String),
    /// A division.
    Quotient,
    /// More places than an integer can carry.
    TooMany(u32),
    /// Not a number, which is reported as such.
    NoNumber,
}

/// Decimal places that leave nine digits before the point.
const MOST_PLACES: u32 = 9;

/// Checks the expressions of one source.
pub(super) struct Checker<'a> {
    /// The source's name.
    pub source: &'a str,
    /// Its columns.
    pub columns: &'a [Column],
    /// The spec, for places of names.
    pub spec: &'a Spec,
    /// Where the expression stands.
    pub within: Span,
    /// Where mistakes go.
    pub found: &'a mut Diagnostics,
}

impl Checker<'_> {
    /// Checks that an expression is a condition.
    pub fn condition(&mut self, expr: &Expr) {
        let kind = self.kind(expr);
        if !kind.goes_with(Type::Bool) {
            let message = format!("a condition is true or false, and {} is {}", shown(expr), kind.name());
            self.refuse(expr, message, None);
        }
    }

    /// Checks an aggregate with its filter.
    pub fn aggregate(&mut self, aggregate: &Aggregate) {
        if let Some(filter) = &aggregate.filter {
            self.condition(filter);
        }
        let Some(of) = &aggregate.of else { return };
        let kind = self.kind(of);
        let name = match aggregate.reduce {
            // Whatever it is, it can be counted.
            Reduce::Count | Reduce::CountDistinct => return,
            Reduce::Sum => "sum",
            Reduce::Min => "min",
            Reduce::Max => "max",
            Reduce::Median => "median",
        };
        if !kind.goes_with(Type::Number) {
            let hint = match kind {
                Type::Bool => "rows for which it holds are counted by `count(*) filter (where …)`",
                _ => "values are counted by `count(x)`, different ones by `count(distinct x)`",
            };
            self.refuse(
                of,
                format!("`{name}` takes a number, and {} is {}", shown(of), kind.name()),
                Some(hint),
            );
            return;
        }
        if let Err(why) = self.places(of) {
            self.refuse_inexact(of, why);
        }
    }

    /// Returns the kind of an expression; gathers what is wrong in it.
    pub fn kind(&mut self, expr: &Expr) -> Type {
        match expr {
            Expr::Column(name) => self.column(name),
            Expr::Literal(literal) => kind_of(literal),
            Expr::Neg(of) => self.wanted(of, Type::Number, "`-`"),
            Expr::Not(of) => self.wanted(of, Type::Bool, "`not`"),
            Expr::Binary(op, left, right) => self.binary(*op, left, right),
            Expr::Case { when, otherwise } => {
                for (condition, _) in when {
                    self.condition(condition);
                }
                let values: Vec<&Expr> = when
                    .iter()
                    .map(|(_, value)| value)
                    .chain([otherwise.as_ref()])
                    .collect();
                self.alike(&values, "the values of a `case`")
            }
            Expr::In { of, list, .. } => {
                let kind = self.kind(of);
                for literal in list {
                    self.compared(of, kind, &Expr::Literal(literal.clone()), kind_of(literal));
                }
                Type::Bool
            }
            Expr::Between { of, low, high, .. } => {
                let kind = self.kind(of);
                for end in [low, high] {
                    let other = self.kind(end);
                    self.compared(of, kind, end, other);
                }
                Type::Bool
            }
            Expr::Like { of, .. } => {
                self.wanted(of, Type::Text, "`like`");
                Type::Bool
            }
            Expr::SplitPart { of, .. } => self.wanted(of, Type::Text, "`split_part`"),
            Expr::IsNull { of, .. } => {
                self.kind(of);
                Type::Bool
            }
            Expr::Coalesce(parts) => self.alike(&parts.iter().collect::<Vec<&Expr>>(), "the values of `coalesce`"),
            Expr::Call(function, of) => self.call(*function, of),
        }
    }

    /// Returns the number of decimal places of a number; it is known for sums and products, not for quotients.
    pub fn places(&self, expr: &Expr) -> Result<u32, Inexact> {
        let places = match expr {
            Expr::Column(name) => match self.columns.iter().find(|it| it.name == *name) {
                Some(column) => column.places.clone()?,
                None => 0,
            },
            Expr::Literal(Literal::Decimal { decimals, .. }) => *decimals,
            Expr::Literal(Literal::Int(_) | Literal::Null) => 0,
            Expr::Literal(_) => return Err(Inexact::NoNumber),
            Expr::Neg(of) | Expr::Call(Function::Abs, of) => self.places(of)?,
            Expr::Call(..) => 0,
            Expr::Binary(Op::Mul, left, right) => self.places(left)? + self.places(right)?,
            Expr::Binary(Op::Div, ..) => return Err(Inexact::Quotient),
            Expr::Binary(_, left, right) => self.places(left)?.max(self.places(right)?),
            Expr::Case { when, otherwise } => {
                let mut most = self.places(otherwise)?;
                for (_, value) in when {
                    most = most.max(self.places(value)?);
                }
                most
            }
            Expr::Coalesce(parts) => {
                let mut most = 0;
                for part in parts {
                    most = most.max(self.places(part)?);
                }
                most
            }
            Expr::Not(_)
            | Expr::In { .. }
            | Expr::Between { .. }
            | Expr::Like { .. }
            | Expr::SplitPart { .. }
            | Expr::IsNull { .. } => return Err(Inexact::NoNumber),
        };
        if places > MOST_PLACES {
            Err(Inexact::TooMany(places))
        } else {
            Ok(places)
        }
    }

    /// Returns the kind of a column; reports one that is not there, or that nothing can be done with.
    fn column(&mut self, name: &str) -> Type {
        let at = self.spec.place(name, self.within);
        let Some(column) = self.columns.iter().find(|it| it.name == name) else {
            let known = self.columns.iter().map(|it| it.name.as_str());
            let mut diagnostic = unknown_column(self.source, name).at(at).nearest(name, known);
            let is_metric = self.spec.metrics.iter().any(|it| it.0.value == name);
            if is_metric && self.source != ROSTER {
                diagnostic.hints = vec![format!(
                    "`{name}` is a metric: it is added up already, and stands outside of an aggregate"
                )];
            } else if !diagnostic.hints.iter().any(|it| it.starts_with("did you mean")) {
                diagnostic
                    .hints
                    .insert(0, format!("a text stands in single quotes: `'{name}'`"));
            }
            self.found.push(diagnostic);
            return Type::Any;
        };
        let Some(holds) = &column.holds else { return Type::Any };
        match holds {
            ColumnType::Int | ColumnType::Float => Type::Number,
            ColumnType::Text | ColumnType::Mixed { .. } => Type::Text,
            ColumnType::Bool => Type::Bool,
            ColumnType::Date | ColumnType::Timestamp => Type::When,
            ColumnType::Other(_) => {
                let message = format!("`{name}` is {}, with which nothing can be computed", holds.name());
                self.found.push(Diagnostic::spec("wrong-column-type", message).at(at));
                Type::Any
            }
        }
    }

    fn binary(&mut self, op: Op, left: &Expr, right: &Expr) -> Type {
        match op {
            Op::And | Op::Or => {
                self.condition(left);
                self.condition(right);
                Type::Bool
            }
            Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Rem => {
                let sign = match op {
                    Op::Add => "`+`",
                    Op::Sub => "`-`",
                    Op::Mul => "`*`",
                    Op::Div => "`/`",
                    _ => "`%`",
                };
                self.wanted(left, Type::Number, sign);
                self.wanted(right, Type::Number, sign);
                Type::Number
            }
            Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge => {
                let (kind, other) = (self.kind(left), self.kind(right));
                self.compared(left, kind, right, other);
                Type::Bool
            }
        }
    }

    fn call(&mut self, function: Function, of: &Expr) -> Type {
        match function {
            Function::Abs => self.wanted(of, Type::Number, "`abs`"),
            Function::Lower => self.wanted(of, Type::Text, "`lower`"),
            Function::Upper => self.wanted(of, Type::Text, "`upper`"),
            Function::Trim => self.wanted(of, Type::Text, "`trim`"),
            Function::Length => {
                self.wanted(of, Type::Text, "`length`");
                Type::Number
            }
            Function::Year | Function::Month | Function::Weekday => {
                let name = match function {
                    Function::Year => "`year`",
                    Function::Month => "`month`",
                    _ => "`weekday`",
                };
                self.wanted(of, Type::When, name);
                Type::Number
            }
        }
    }

    /// Checks that a part is of the kind that an operator or a function takes.
    fn wanted(&mut self, of: &Expr, kind: Type, taker: &str) -> Type {
        let is = self.kind(of);
        if !is.goes_with(kind) {
            self.refuse(
                of,
                format!("{taker} takes {}, and {} is {}", kind.name(), shown(of), is.name()),
                None,
            );
        }
        kind
    }

    /// Checks that several values are of one kind, and returns it.
    fn alike(&mut self, values: &[&Expr], what: &str) -> Type {
        let mut first = Type::Any;
        for value in values {
            let kind = self.kind(value);
            if !kind.goes_with(first) {
                let message = format!(
                    "{what} are {} and {}: they must be of one kind",
                    first.name(),
                    kind.name()
                );
                self.refuse(value, message, None);
            }
            if first == Type::Any {
                first = kind;
            }
        }
        first
    }

    fn compared(&mut self, left: &Expr, kind: Type, right: &Expr, other: Type) {
        if kind.goes_with(other) {
            return;
        }
        let message = format!(
            "{} is {} and {} is {}: they cannot be compared",
            shown(left),
            kind.name(),
            shown(right),
            other.name()
        );
        let hint = match (left, right) {
            (_, Expr::Literal(Literal::Text(_))) | (Expr::Literal(Literal::Text(_)), _)
                if [kind, other].contains(&Type::When) =>
            {
                Some("a date is written `date '2026-10-01'`")
            }
            (_, Expr::Literal(Literal::Text(_))) if kind == Type::Number => Some("a number stands without quotes"),
            (_, Expr::Literal(Literal::Int(_))) if kind == Type::Text => Some("a text stands in single quotes"),
            _ => None,
        };
        let at = if left.columns().is_empty() { right } else { left };
        self.refuse(at, message, hint);
    }

    /// Adds a mistake at the first name of an expression, or where there is none at the whole.
    fn refuse(&mut self, of: &Expr, message: String, hint: Option<&str>) {
        let at = self.place(of);
        let slip = of.columns().into_iter().find_map(|name| {
            let column = self.columns.iter().find(|it| it.name == name)?;
            match &column.holds {
                Some(ColumnType::Mixed { most, odd }) => Some(odd_value(&name, most, odd).at(at)),
                _ => None,
            }
        });
        if let Some(slip) = slip {
            self.found.push(slip);
            return;
        }
        let diagnostic = Diagnostic::spec("wrong-column-type", message).at(at);
        self.found.push(match hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        });
    }

    fn refuse_inexact(&mut self, of: &Expr, why: Inexact) {
        let source = self.source;
        let diagnostic = match why {
            // Its kind has been reported.
            Inexact::NoNumber => return,
            Inexact::Undeclared(name) => {
                let at = self.spec.place(&name, self.within);
                let message = format!("`{name}` has decimals, and how many is not declared");
                Diagnostic::spec("undeclared-decimals", message).at(at).hint(format!(
                    "sums are exact: add `decimals: {{ {name}: 2 }}` to source `{source}`, with the places it has"
                ))
            }
            Inexact::Quotient => {
                let message = "a quotient of each row has no fixed number of decimals, and cannot be added up exactly";
                let hint = "divide what is added up: `sum(a) / sum(b)`; or multiply by a decimal number: `a * 0.01`";
                Diagnostic::spec("quotient-in-an-aggregate", message)
                    .at(self.place(of))
                    .hint(hint)
            }
            Inexact::TooMany(places) => {
                let message = format!("this has {places} decimal places, and {MOST_PLACES} are the most");
                Diagnostic::spec("too-many-decimals", message).at(self.place(of))
            }
        };
        self.found.push(diagnostic);
    }

    fn place(&self, of: &Expr) -> Span {
        // The first in the text, not in the alphabet.
        let places = of.columns().into_iter().map(|name| self.spec.place(&name, self.within));
        places.min().unwrap_or(self.within)
    }
}

/// What the roster is called where its features are looked at as columns.
pub(super) const ROSTER: &str = "roster";

/// Starts the diagnostic of a column that is not there.
pub(super) fn unknown_column(source: &str, name: &str) -> Diagnostic {
    let message = match source {
        ROSTER => format!("the roster has no feature `{name}`, and customers no attribute of this name"),
        _ => format!("source `{source}` has no column `{name}`"),
    };
    Diagnostic::spec("unknown-column", message)
}

fn kind_of(literal: &Literal) -> Type {
    match literal {
        Literal::Null => Type::Any,
        Literal::Bool(_) => Type::Bool,
        Literal::Int(_) | Literal::Decimal { .. } => Type::Number,
        Literal::Text(_) => Type::Text,
        Literal::Date(_) => Type::When,
    }
}

/// Shows a part of an expression in a message.
fn shown(expr: &Expr) -> String {
    match expr {
        Expr::Column(name) => format!("`{name}`"),
        Expr::Literal(Literal::Text(text)) => format!("`'{text}'`"),
        Expr::Literal(Literal::Date(text)) => format!("`date '{text}'`"),
        Expr::Literal(Literal::Int(x)) => format!("`{x}`"),
        Expr::Literal(Literal::Bool(x)) => format!("`{x}`"),
        Expr::Literal(Literal::Decimal { .. }) => "the number".to_owned(),
        Expr::Literal(Literal::Null) => "`null`".to_owned(),
        _ => match expr.columns().as_slice() {
            [] => "this".to_owned(),
            [name] => format!("what is made of `{name}`"),
            [first, rest @ ..] => {
                format!(
                    "what is made of `{first}` and {}",
                    rest.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
                )
            }
        },
    }
}
