//! SQL expressions that give one value a row: rules, computed columns, what aggregates are made of.

use super::sql::AGGREGATES;
use super::sql::ROW_FUNCTIONS;
use super::sql::Reader;
use crate::model::diagnostic::Span;
use crate::model::expr::Expr;
use crate::model::expr::Function;
use crate::model::expr::Literal;
use crate::model::expr::Op;
use jiff::civil::Date;
use sqlparser::ast;
use sqlparser::ast::Spanned as _;
use sqlparser::ast::Value;

impl Reader<'_> {
    /// Takes over a row expression; gathers the mistakes of all its parts.
    pub fn row(&mut self, expr: &ast::Expr) -> Option<Expr> {
        self.deeper(|reader| reader.row_here(expr))
    }

    fn row_here(&mut self, expr: &ast::Expr) -> Option<Expr> {
        match expr {
            ast::Expr::Nested(of) => self.row(of),
            ast::Expr::Identifier(ident) => Some(Expr::Column(self.name(ident))),
            ast::Expr::Value(_) | ast::Expr::TypedString(_) => self.literal(expr).map(Expr::Literal),
            ast::Expr::UnaryOp { op, expr: of } => self.unary(*op, of, expr),
            ast::Expr::BinaryOp { left, op, right } if is_null(right) && is_equality(op) => {
                let at = self.between(left, right);
                let hint = "write `is null` or `is not null`";
                self.refuse_with(
                    at,
                    "compared-with-null",
                    "nothing is equal to null, null itself neither",
                    hint,
                );
                None
            }
            ast::Expr::BinaryOp { left, op, right } => {
                let op = self.operator(op, left, right);
                let (left, right) = (self.row(left), self.row(right));
                Some(Expr::Binary(op?, Box::new(left?), Box::new(right?)))
            }
            ast::Expr::Case {
                operand,
                conditions,
                else_result,
                ..
            } => self.case(operand.as_deref(), conditions, else_result.as_deref()),
            ast::Expr::InList {
                expr: of,
                list,
                negated,
            } => {
                let of = self.row(of);
                let list: Vec<Option<Literal>> = list.iter().map(|it| self.listed(it)).collect();
                let list = list.into_iter().collect::<Option<Vec<Literal>>>();
                Some(Expr::In {
                    of: Box::new(of?),
                    list: list?,
                    negated: *negated,
                })
            }
            ast::Expr::Between {
                expr: of,
                negated,
                low,
                high,
            } => {
                let (of, low, high) = (self.row(of), self.row(low), self.row(high));
                Some(Expr::Between {
                    of: Box::new(of?),
                    low: Box::new(low?),
                    high: Box::new(high?),
                    negated: *negated,
                })
            }
            ast::Expr::Like {
                negated,
                any: false,
                expr: of,
                pattern,
                escape_char: None,
            } => self.like(of, pattern, *negated, false),
            ast::Expr::ILike {
                negated,
                any: false,
                expr: of,
                pattern,
                escape_char: None,
            } => self.like(of, pattern, *negated, true),
            ast::Expr::IsNull(of) => Some(Expr::IsNull {
                of: Box::new(self.row(of)?),
                negated: false,
            }),
            ast::Expr::IsNotNull(of) => Some(Expr::IsNull {
                of: Box::new(self.row(of)?),
                negated: true,
            }),
            ast::Expr::Trim {
                trim_where: None,
                trim_what: None,
                expr: of,
                trim_characters: None,
            } => Some(Expr::Call(Function::Trim, Box::new(self.row(of)?))),
            ast::Expr::Function(call) => self.row_call(call),
            _ => {
                self.refuse_form(expr);
                None
            }
        }
    }

    fn unary(&mut self, op: ast::UnaryOperator, of: &ast::Expr, whole: &ast::Expr) -> Option<Expr> {
        match op {
            ast::UnaryOperator::Plus => self.row(of),
            ast::UnaryOperator::Not => Some(Expr::Not(Box::new(self.row(of)?))),
            ast::UnaryOperator::Minus => match self.row(of)? {
                Expr::Literal(number @ (Literal::Int(_) | Literal::Decimal { .. })) => {
                    Some(Expr::Literal(negative(number)))
                }
                other => Some(Expr::Neg(Box::new(other))),
            },
            _ => {
                let at = self.place(whole.span());
                self.refuse(
                    at,
                    "not-in-a-spec",
                    format!("the operator `{op}` has no place in a spec's expression"),
                );
                None
            }
        }
    }

    /// Takes over an operator between two row expressions.
    fn operator(&mut self, op: &ast::BinaryOperator, left: &ast::Expr, right: &ast::Expr) -> Option<Op> {
        let op = match op {
            ast::BinaryOperator::Plus => Op::Add,
            ast::BinaryOperator::Minus => Op::Sub,
            ast::BinaryOperator::Multiply => Op::Mul,
            ast::BinaryOperator::Divide => Op::Div,
            ast::BinaryOperator::Modulo => Op::Rem,
            ast::BinaryOperator::Eq => Op::Eq,
            ast::BinaryOperator::NotEq => Op::Ne,
            ast::BinaryOperator::Lt => Op::Lt,
            ast::BinaryOperator::LtEq => Op::Le,
            ast::BinaryOperator::Gt => Op::Gt,
            ast::BinaryOperator::GtEq => Op::Ge,
            ast::BinaryOperator::And => Op::And,
            ast::BinaryOperator::Or => Op::Or,
            other => {
                let at = self.between(left, right);
                let message = format!("the operator `{other}` has no place in a spec's expression");
                self.refuse(at, "not-in-a-spec", message);
                return None;
            }
        };
        Some(op)
    }

    fn case(
        &mut self,
        operand: Option<&ast::Expr>,
        conditions: &[ast::CaseWhen],
        otherwise: Option<&ast::Expr>,
    ) -> Option<Expr> {
        let operand = match operand {
            Some(operand) => Some(self.row(operand)?),
            None => None,
        };
        let mut when = Vec::new();
        let mut all_read = true;
        for branch in conditions {
            let (condition, value) = (self.row(&branch.condition), self.row(&branch.result));
            let (Some(condition), Some(value)) = (condition, value) else {
                all_read = false;
                continue;
            };
            // `case x when 1 then …` says `case when x = 1 then …`.
            let condition = match &operand {
                Some(of) => Expr::Binary(Op::Eq, Box::new(of.clone()), Box::new(condition)),
                None => condition,
            };
            when.push((condition, value));
        }
        let otherwise = match otherwise {
            Some(otherwise) => self.row(otherwise)?,
            None => Expr::Literal(Literal::Null),
        };
        all_read.then_some(Expr::Case {
            when,
            otherwise: Box::new(otherwise),
        })
    }

    fn like(&mut self, of: &ast::Expr, pattern: &ast::Expr, negated: bool, ignore_case: bool) -> Option<Expr> {
        let of = self.row(of);
        let ast::Expr::Value(ast::ValueWithSpan {
            value: Value::SingleQuotedString(pattern),
            ..
        }) = pattern
        else {
            let at = self.place(pattern.span());
            self.refuse_with(
                at,
                "not-in-a-spec",
                "a pattern is a text in single quotes",
                "`like 'a%'`",
            );
            return None;
        };
        Some(Expr::Like {
            of: Box::new(of?),
            pattern: pattern.clone(),
            negated,
            ignore_case,
        })
    }

    fn row_call(&mut self, call: &ast::Function) -> Option<Expr> {
        let (name, at) = self.called(call)?;
        if AGGREGATES.contains(&name.as_str()) {
            let message = format!("`{name}` adds rows up, and one row is looked at here");
            self.refuse(at, "aggregate-in-a-row", message);
            return None;
        }
        if !ROW_FUNCTIONS.contains(&name.as_str()) {
            self.refuse_function(at, &name, &ROW_FUNCTIONS);
            return None;
        }
        let arguments = self.plain_arguments(call, &name, at)?;
        let arguments: Vec<Option<Expr>> = arguments.into_iter().map(|it| self.row(it)).collect();
        let mut arguments = arguments.into_iter().collect::<Option<Vec<Expr>>>()?;
        if name == "coalesce" {
            return Some(Expr::Coalesce(arguments));
        }
        if name == "split_part" {
            return self.split_part(arguments, at);
        }
        if arguments.len() != 1 {
            self.refuse(
                at,
                "wrong-arguments",
                format!("`{name}` takes one value, and here are {}", arguments.len()),
            );
            return None;
        }
        let function = match name.as_str() {
            "abs" => Function::Abs,
            "lower" => Function::Lower,
            "upper" => Function::Upper,
            "trim" => Function::Trim,
            "length" => Function::Length,
            "year" => Function::Year,
            "month" => Function::Month,
            "weekday" => Function::Weekday,
            _ => unreachable!("every row function of one value is listed"),
        };
        arguments.pop().map(|of| Expr::Call(function, Box::new(of)))
    }

    fn split_part(&mut self, arguments: Vec<Expr>, at: Span) -> Option<Expr> {
        // More parts than any path has.
        const MOST_PARTS: i64 = 1000;
        match <[Expr; 3]>::try_from(arguments) {
            Ok(
                [
                    of,
                    Expr::Literal(Literal::Text(separator)),
                    Expr::Literal(Literal::Int(part)),
                ],
            ) if !separator.is_empty() && (1..=MOST_PARTS).contains(&part) => Some(Expr::SplitPart {
                of: Box::new(of),
                separator,
                part: u32::try_from(part).expect("at most a thousand"),
            }),
            _ => {
                let message = "`split_part` takes a text, a separator in quotes and which part, from 1 to 1000";
                self.refuse(at, "wrong-arguments", format!("{message}: `split_part(code, '.', 1)`"));
                None
            }
        }
    }

    /// Returns a function's name in lower case and its place.
    pub fn called(&mut self, call: &ast::Function) -> Option<(String, Span)> {
        match call.name.0.as_slice() {
            [ast::ObjectNamePart::Identifier(ident)] => Some((ident.value.to_lowercase(), self.place(ident.span))),
            _ => {
                let at = self.place(call.name.span());
                self.refuse_function(at, &call.name.to_string(), &[]);
                None
            }
        }
    }

    /// Returns the arguments of a call that has nothing but arguments; at least one.
    pub fn plain_arguments<'e>(&mut self, call: &'e ast::Function, name: &str, at: Span) -> Option<Vec<&'e ast::Expr>> {
        if call.filter.is_some() {
            self.refuse(
                at,
                "wrong-arguments",
                format!("`filter` follows an aggregate, and `{name}` is none"),
            );
            return None;
        }
        let ast::FunctionArguments::List(list) = &call.args else {
            self.refuse(at, "wrong-arguments", format!("`{name}` takes its values in brackets"));
            return None;
        };
        let plain = list.duplicate_treatment.is_none() && list.clauses.is_empty() && is_bare(call);
        let arguments: Option<Vec<&ast::Expr>> = list
            .args
            .iter()
            .map(|it| match it {
                ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(expr)) => Some(expr),
                _ => None,
            })
            .collect();
        match arguments {
            Some(arguments) if plain && !arguments.is_empty() => Some(arguments),
            _ => {
                self.refuse(at, "wrong-arguments", format!("`{name}` takes values and nothing else"));
                None
            }
        }
    }

    /// Reads an item of `in (…)`: a value that stands there, with its sign.
    fn listed(&mut self, expr: &ast::Expr) -> Option<Literal> {
        match self.row(expr)? {
            Expr::Literal(literal) => Some(literal),
            _ => {
                let at = self.place(expr.span());
                self.refuse(at, "not-in-a-spec", "a list holds values, and this is an expression");
                None
            }
        }
    }

    fn literal(&mut self, expr: &ast::Expr) -> Option<Literal> {
        match expr {
            ast::Expr::Value(value) => match &value.value {
                Value::Null => Some(Literal::Null),
                Value::Boolean(value) => Some(Literal::Bool(*value)),
                Value::SingleQuotedString(text) => Some(Literal::Text(text.clone())),
                Value::Number(digits, _) => {
                    let number = number(digits);
                    if number.is_none() {
                        let at = self.place(value.span);
                        let message = format!("the number `{digits}` has more digits than can be kept exactly");
                        self.refuse(at, "expression-syntax", message);
                    }
                    number
                }
                other => {
                    let at = self.place(value.span);
                    let message = format!("{other} is not a value that a spec's expression can hold");
                    self.refuse_with(at, "not-in-a-spec", message, "a text stands in single quotes");
                    None
                }
            },
            ast::Expr::TypedString(typed) if typed.data_type == ast::DataType::Date && !typed.uses_odbc_syntax => {
                let text = typed.value.value.clone().into_string().unwrap_or_default();
                match text.parse::<Date>() {
                    // The round trip refuses what the parser is lenient about, such as a time after the date.
                    Ok(date) if date.to_string() == text => Some(Literal::Date(text)),
                    _ => {
                        let at = self.place(expr.span());
                        let message = format!("`{text}` is not a date");
                        self.refuse_with(
                            at,
                            "expression-syntax",
                            message,
                            "a date is written `date '2026-10-01'`",
                        );
                        None
                    }
                }
            }
            _ => {
                self.refuse_form(expr);
                None
            }
        }
    }
}

/// True where a call has no window, order or other decoration.
pub(super) fn is_bare(call: &ast::Function) -> bool {
    call.over.is_none()
        && call.within_group.is_empty()
        && call.null_treatment.is_none()
        && call.parameters == ast::FunctionArguments::None
        && !call.uses_odbc_syntax
}

/// Reads a number exactly; `None` where its digits do not fit.
fn number(digits: &str) -> Option<Literal> {
    if let Ok(whole) = digits.parse::<i64>() {
        return Some(Literal::Int(whole));
    }
    let (whole, fraction) = digits.split_once('.')?;
    let places = u32::try_from(fraction.len()).ok()?;
    // An i64 holds 18 digits whatever they are.
    const MOST_DIGITS: usize = 18;
    if whole.len() + fraction.len() > MOST_DIGITS {
        return None;
    }
    let digits = format!("{whole}{fraction}").parse().ok()?;
    Some(Literal::Decimal {
        digits,
        decimals: places,
    })
}

fn is_null(expr: &ast::Expr) -> bool {
    matches!(expr, ast::Expr::Value(it) if it.value == Value::Null)
}

fn is_equality(op: &ast::BinaryOperator) -> bool {
    matches!(op, ast::BinaryOperator::Eq | ast::BinaryOperator::NotEq)
}

fn negative(number: Literal) -> Literal {
    match number {
        // Neither is the lowest number there is: digits carry no sign.
        Literal::Int(x) => Literal::Int(x.saturating_neg()),
        Literal::Decimal { digits, decimals } => Literal::Decimal {
            digits: digits.saturating_neg(),
            decimals,
        },
        other => other,
    }
}
