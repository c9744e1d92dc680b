//! The SQL grammar behind an allow-list: what every kind of expression shares.
//!
//! sqlparser reads far more SQL than a spec may hold. It gives a tree with places; `row` and
//! `formula` take over what they know and refuse the rest by name. It must not know any column.

use super::foreign;
use super::scalar::Scalar;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::diagnostic::Spanned;
use sqlparser::ast;
use sqlparser::ast::Spanned as _;
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use sqlparser::parser::ParserError;
use sqlparser::tokenizer;
use sqlparser::tokenizer::Token;
use sqlparser::tokenizer::Tokenizer;
use sqlparser::tokenizer::Whitespace;

/// An expression that nobody can read at a glance; it also bounds how deep its tree can be.
const MOST_BYTES: usize = 2_000;

/// The deepest tree of an expression: a chain of as many `or`.
const MOST_DEPTH: usize = 200;

/// Functions that give one value a row.
pub(super) const ROW_FUNCTIONS: [&str; 10] = [
    "abs",
    "coalesce",
    "length",
    "lower",
    "month",
    "split_part",
    "trim",
    "upper",
    "weekday",
    "year",
];

/// Functions that give one value a group.
pub(super) const AGGREGATES: [&str; 6] = ["avg", "count", "max", "median", "min", "sum"];

/// Reads one expression; remembers the names in it and gathers its mistakes.
pub(super) struct Reader<'a> {
    /// The expression's text.
    pub scalar: Scalar<'a>,
    /// Where mistakes go.
    pub found: &'a mut Diagnostics,
    /// Where names go, with their places.
    pub names: &'a mut Vec<Spanned<String>>,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// Starts reading.
    pub fn new(scalar: Scalar<'a>, found: &'a mut Diagnostics, names: &'a mut Vec<Spanned<String>>) -> Self {
        Reader {
            scalar,
            found,
            names,
            depth: 0,
        }
    }

    /// Reads the text as one SQL expression, of whatever kind.
    pub fn syntax(&mut self) -> Option<ast::Expr> {
        let text = self.scalar.value;
        let whole = self.scalar.whole();
        if text.trim().is_empty() {
            self.refuse(whole, "expression-syntax", "the expression is empty");
            return None;
        }
        if text.len() > MOST_BYTES {
            let message = format!("the expression has {} bytes, and {MOST_BYTES} are the most", text.len());
            self.refuse(whole, "expression-too-long", message);
            return None;
        }
        self.refuse_foreign(text)?;
        let dialect = GenericDialect {};
        let tokens = match Tokenizer::new(&dialect, text).tokenize_with_location() {
            Ok(tokens) => tokens,
            Err(error) => {
                let at = self.point(error.location);
                if error.message.contains("Unterminated string") {
                    let hint = "a text stands between two single quotes: `'web'`; one inside it is doubled";
                    self.refuse_with(at, "expression-syntax", "a text begins here and does not end", hint);
                } else {
                    self.refuse(at, "expression-syntax", lower_first(&error.message));
                }
                return None;
            }
        };
        self.refuse_tokens(&tokens)?;
        // sqlparser's own bound, on brackets within brackets.
        const MOST_NESTED: usize = 50;
        let mut parser = Parser::new(&dialect)
            .with_recursion_limit(MOST_NESTED)
            .with_tokens_with_locations(tokens);
        let expr = match parser.parse_expr() {
            Ok(expr) => expr,
            Err(error) => {
                self.syntax_error(&error);
                return None;
            }
        };
        let next = parser.peek_token();
        if next.token != Token::EOF {
            self.refuse_rest(&next);
            return None;
        }
        Some(expr)
    }

    /// Refuses what other languages write and SQL does not, outside of quotes: typographic quotes, `&&`, `≥`.
    fn refuse_foreign(&mut self, text: &str) -> Option<()> {
        let Some(mark) = foreign::mark(text) else {
            return Some(());
        };
        let at = self.scalar.span(mark.from, mark.from + mark.text.len());
        let message = format!("`{}` means nothing in an expression", mark.text);
        self.refuse_with(at, "expression-syntax", message, mark.hint);
        None
    }

    /// Refuses what follows a whole expression.
    fn refuse_rest(&mut self, next: &tokenizer::TokenWithSpan) {
        let at = self.place(next.span);
        let said = next.token.to_string();
        let before = self
            .offset(next.span.start)
            .map_or("", |it| self.scalar.value[..it].trim_end());
        if self.refuse_word_before(before) {
            return;
        }
        let hint = foreign::after(&said, before);
        let message = match next.token {
            Token::RParen => "`)` closes a bracket that was not opened".to_owned(),
            Token::Word(_) | Token::Number(..) if hint.is_empty() => {
                format!("an operator is missing before `{said}`")
            }
            _ => format!("the expression ends before `{said}`"),
        };
        let diagnostic = Diagnostic::spec("expression-syntax", message).at(at);
        self.found.push(if hint.is_empty() {
            diagnostic
        } else {
            diagnostic.hint(hint)
        });
    }

    /// Tells a slip in a word of the grammar, `distnct`, where the text goes on as if it were right. False where there is none.
    fn refuse_word_before(&mut self, before: &str) -> bool {
        let word = foreign::last_word(before);
        let Some(meant) = foreign::keyword(word) else {
            return false;
        };
        let until = before.len();
        let at = self.scalar.span(until - word.len(), until);
        let message = format!("`{word}` is no word of an expression");
        self.refuse_with(at, "expression-syntax", message, format!("did you mean `{meant}`?"));
        true
    }

    /// Refuses tokens that no expression of a spec has, wherever the grammar would allow them.
    fn refuse_tokens(&mut self, tokens: &[tokenizer::TokenWithSpan]) -> Option<()> {
        for token in tokens {
            let (message, hint) = match &token.token {
                Token::SemiColon => ("one expression is expected, and `;` ends it".to_owned(), "leave it out"),
                Token::Placeholder(name) => (
                    format!("`{name}` is a parameter, and an expression has none"),
                    "write the value itself",
                ),
                Token::Whitespace(Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_)) => (
                    "a comment stands inside the expression".to_owned(),
                    "`--` begins a comment: put brackets round a negative number; a YAML comment begins with ` #`",
                ),
                _ => continue,
            };
            let at = self.place(token.span);
            let diagnostic = Diagnostic::spec("expression-syntax", message).at(at);
            self.found.push(if hint.is_empty() {
                diagnostic
            } else {
                diagnostic.hint(hint)
            });
            return None;
        }
        Some(())
    }

    fn syntax_error(&mut self, error: &ParserError) {
        let whole = self.scalar.whole();
        let text = match error {
            ParserError::TokenizerError(text) | ParserError::ParserError(text) => text,
            ParserError::RecursionLimitExceeded => {
                self.refuse(whole, "expression-too-long", "the expression nests too deeply");
                return;
            }
        };
        let (said, place) = text.split_once(" at Line: ").unwrap_or((text, ""));
        let place = place.split_once(", Column: ").and_then(|(line, column)| {
            Some(tokenizer::Location {
                line: line.parse().ok()?,
                column: column.parse().ok()?,
            })
        });
        let at_end = said.ends_with("found: EOF");
        let at = match place {
            _ if at_end => self.scalar.span(self.scalar.value.len(), self.scalar.value.len()),
            Some(place) => self.point(place),
            None => whole,
        };
        let value = self.scalar.value;
        let before = place
            .and_then(|it| self.offset(it))
            .map_or(value, |it| &value[..it])
            .trim_end();
        if !at_end && self.refuse_word_before(before) {
            return;
        }
        let expectation = said
            .strip_prefix("Expected: ")
            .and_then(|it| it.split_once(", found: "));
        let message = match expectation {
            Some((expected, _)) if at_end => format!("the expression ends where {} is expected", quoted(expected)),
            Some((expected, found)) => format!("`{found}` stands where {} is expected", quoted(expected)),
            None => lower_first(said),
        };
        let found = expectation.map_or("", |it| it.1);
        let hint = foreign::instead(found, before, at_end);
        let diagnostic = Diagnostic::spec("expression-syntax", message).at(at);
        self.found.push(if hint.is_empty() {
            diagnostic
        } else {
            diagnostic.hint(hint)
        });
    }

    /// Runs `read` one level deeper; refuses trees that are too deep to walk.
    pub fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= MOST_DEPTH {
            let whole = self.scalar.whole();
            self.refuse(whole, "expression-too-long", "the expression nests too deeply");
            return None;
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// Adds a mistake.
    pub fn refuse(&mut self, at: Span, code: &'static str, message: impl Into<String>) {
        self.found.push(Diagnostic::spec(code, message).at(at));
    }

    /// Adds a mistake with a hint.
    pub fn refuse_with(&mut self, at: Span, code: &'static str, message: impl Into<String>, hint: impl Into<String>) {
        self.found.push(Diagnostic::spec(code, message).at(at).hint(hint));
    }

    /// Refuses an expression of a form that is not on the allow-list.
    pub fn refuse_form(&mut self, expr: &ast::Expr) {
        let (form, hint) = form(expr);
        let at = self.place(expr.span());
        let diagnostic =
            Diagnostic::spec("not-in-a-spec", format!("{form} has no place in a spec's expression")).at(at);
        self.found.push(if hint.is_empty() {
            diagnostic
        } else {
            diagnostic.hint(hint)
        });
    }

    /// Refuses a function that is not on the list of those `allowed` here.
    pub fn refuse_function(&mut self, at: Span, name: &str, allowed: &[&'static str]) {
        let message = format!("there is no function `{name}` in a spec's expressions");
        let diagnostic = Diagnostic::spec("unknown-function", message).at(at);
        let hint = match name.to_lowercase().as_str() {
            "nullif" => "a division by zero gives null by itself",
            "ifnull" | "isnull" | "nvl" => "`coalesce(x, y)` gives y where x is null",
            "if" | "iff" | "iif" => "write `case when … then … else … end`",
            "countif" | "count_if" => "write `count(*) filter (where …)`",
            "sumif" | "sum_if" => "write `sum(x) filter (where …)`",
            "count_distinct" | "countd" | "approx_count_distinct" | "n_unique" | "nunique" | "uniq" | "distinct" => {
                "write `count(distinct x)`"
            }
            "mean" | "average" => "the mean is `avg(x)`",
            "len" | "char_length" | "character_length" => "the number of characters is `length(x)`",
            "dayofweek" | "day_of_week" | "isodow" | "dow" => "Monday 1 to Sunday 7 is `weekday(date)`",
            "date_trunc" | "strftime" | "to_char" | "date_format" | "date_part" | "datepart" => {
                "`year(date)`, `month(date)` and `weekday(date)` read dates; periods come from `periods:`"
            }
            "lag" | "lead" | "rank" | "row_number" | "first_value" | "last_value" => {
                "what came before is `periods: { compare: [previous] }`, and the memo tells the change"
            }
            "stddev" | "stdev" | "std" | "variance" | "var" | "percentile" | "percentile_cont" | "quantile" => {
                "there are `avg`, `median`, `min` and `max`"
            }
            "round" | "ceil" | "floor" | "ceiling" => "figures are rounded where they are printed, and nowhere else",
            "concat" | "substring" | "substr" | "left" | "right" | "replace" | "regexp_replace" => {
                "texts are compared, not made: `lower`, `upper`, `trim`, `length`, `like`, `in`"
            }
            "now" | "current_date" | "today" | "getdate" => "a memo knows no clock: `as_of` says what day it is",
            _ => {
                self.found.push(diagnostic.nearest(name, allowed.iter().copied()));
                return;
            }
        };
        self.found.push(diagnostic.hint(hint));
    }

    /// Remembers a name and its place.
    pub fn name(&mut self, ident: &ast::Ident) -> String {
        let at = self.place(ident.span);
        self.names.push(Spanned::new(ident.value.clone(), at));
        ident.value.clone()
    }

    /// Returns the place of the operator between two parts of the tree.
    pub fn between(&self, left: &ast::Expr, right: &ast::Expr) -> Span {
        let ends = self.offset(left.span().end).zip(self.offset(right.span().start));
        let between = ends.and_then(|(from, until)| Some((from, self.scalar.value.get(from..until)?)));
        match between.filter(|(_, it)| !it.trim().is_empty()) {
            Some((from, written)) => {
                // Brackets round the parts stand outside of their places.
                let is_edge = |it: char| it.is_whitespace() || "()".contains(it);
                let from = from + (written.len() - written.trim_start_matches(is_edge).len());
                self.scalar.span(from, from + written.trim_matches(is_edge).len())
            }
            None => self.scalar.whole(),
        }
    }

    /// Returns the place of a part of the tree in the spec.
    pub fn place(&self, span: tokenizer::Span) -> Span {
        match (self.offset(span.start), self.offset(span.end)) {
            (Some(from), Some(until)) if from < until => self.scalar.span(from, until),
            _ => self.scalar.whole(),
        }
    }

    fn point(&self, location: tokenizer::Location) -> Span {
        let Some(from) = self.offset(location) else {
            return self.scalar.whole();
        };
        let rest = &self.scalar.value[from..];
        // The grammar says where a token begins; a word is shown as a whole.
        let word: usize = rest
            .chars()
            .take_while(|it| it.is_alphanumeric() || *it == '_')
            .map(char::len_utf8)
            .sum();
        let len = if word > 0 {
            word
        } else {
            rest.chars().next().map_or(0, char::len_utf8)
        };
        self.scalar.span(from, from + len)
    }

    /// Returns the byte of a line and a column, both from 1; columns count characters.
    fn offset(&self, location: tokenizer::Location) -> Option<usize> {
        let line = usize::try_from(location.line).ok()?.checked_sub(1)?;
        let column = usize::try_from(location.column).ok()?.checked_sub(1)?;
        let text = self.scalar.value;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let rest = text.get(start..)?;
        Some(start + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at))
    }
}

/// Names a form that is not allowed, and says what to do instead, where there is something.
fn form(expr: &ast::Expr) -> (String, &'static str) {
    let (form, hint) = match expr {
        ast::Expr::Subquery(_) | ast::Expr::InSubquery { .. } | ast::Expr::Exists { .. } => {
            ("a subquery", "name another source's figure as a metric of its own")
        }
        ast::Expr::Cast { .. } | ast::Expr::Convert { .. } => ("a cast", "columns keep the type that their file gives"),
        ast::Expr::Extract { .. } => (
            "`extract`",
            "`year(date)`, `month(date)` and `weekday(date)` read dates",
        ),
        ast::Expr::CompoundIdentifier(_) | ast::Expr::CompoundFieldAccess { .. } => (
            "a name with a point",
            "a metric reads one source: name the column alone",
        ),
        ast::Expr::Ceil { .. } | ast::Expr::Floor { .. } => (
            "rounding",
            "figures are rounded where they are printed, and nowhere else",
        ),
        ast::Expr::Interval(_) => ("an interval", "periods come from `periods:`"),
        ast::Expr::IsTrue(_) | ast::Expr::IsFalse(_) | ast::Expr::IsNotTrue(_) | ast::Expr::IsNotFalse(_) => (
            "`is true` or `is false`",
            "write the condition itself, or `not` before it",
        ),
        ast::Expr::TypedString(_) => ("a typed text", "a date is written `date '2026-10-01'`"),
        ast::Expr::RLike { .. } | ast::Expr::SimilarTo { .. } => ("a regular expression", "`like 'a%'` compares texts"),
        ast::Expr::Wildcard(_) | ast::Expr::QualifiedWildcard(..) => {
            ("a `*` on its own", "rows are counted by `count(*)`")
        }
        ast::Expr::Substring { .. } | ast::Expr::Position { .. } | ast::Expr::Overlay { .. } => (
            "cutting texts",
            "texts are compared, not made: `lower`, `upper`, `trim`, `length`, `like`, `in`",
        ),
        ast::Expr::Tuple(_) => ("a list of values", "`in (…)` looks for a value in a list"),
        _ => ("this form of SQL", ""),
    };
    (form.to_owned(), hint)
}

/// Puts a token that the grammar expects into backticks, and leaves words about it alone.
fn quoted(expected: &str) -> String {
    match expected {
        "identifier" => "a name".to_owned(),
        it if it.contains(' ') || it.len() > 12 => it.to_owned(),
        it => format!("`{}`", it.to_lowercase()),
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
