//! The claims of a memo: figures and a comparison, with row expressions inside.
//!
//! `share(spend, where cluster = Core) > 10 %` is no SQL: it is cut at its comparison and its brackets, and what follows
//! `where` is read as any other condition. It must not know which features, segments and clusters there are.

use super::clauses::on_one_line;
use super::decode::Reading;
use super::decode::optional_text;
use super::decode::required_text;
use super::scalar::Scalar;
use super::sql::Reader;
use crate::model::claim::AgainstSpec;
use crate::model::claim::ClaimSpec;
use crate::model::claim::ConditionSpec;
use crate::model::claim::FigureSpec;
use crate::model::claim::Group;
use crate::model::claim::KEYS;
use crate::model::claim::Statistic;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Span;
use crate::model::diagnostic::Spanned;
use crate::model::expr::Op;
use crate::model::node::Kind;
use crate::model::node::Node;
use sqlparser::ast;

/// The one analysis whose options are a list: of claims, which hold expressions.
pub(super) const HYPOTHESES: &str = "hypotheses";

/// What a share or a count is of, where it is of nobody's feature.
const CUSTOMERS: &str = "customers";

/// Shown wherever a claim is not understood.
const EXAMPLE: &str = "a claim is written `share(spend, where cluster = Core) > 10 %` or `mean(visits) >= 4`";

/// Reads all claims; those that cannot be read are told, and left out.
pub(super) fn claims(node: &Node, reading: &mut Reading<'_>) -> Vec<ClaimSpec> {
    if matches!(&node.kind, Kind::Map(entries) if !entries.is_empty()) {
        let what = format!("what stands under `{HYPOTHESES}`");
        let hint = "each claim begins a line of its own: `- claim: mean(visits) > 4`";
        reading.found.push(node.unexpected(&what, "a list").hint(hint));
        return Vec::new();
    }
    let items = if let Kind::Map(_) = node.kind {
        Vec::new()
    } else {
        node.items()
    };
    items.into_iter().filter_map(|it| claim(it, reading)).collect()
}

fn claim(node: &Node, reading: &mut Reading<'_>) -> Option<ClaimSpec> {
    // `- mean(visits) > 4` says as much as `- claim: mean(visits) > 4`.
    let (text, because) = if let Kind::Map(_) = node.kind {
        let fields = node.fields("a claim", KEYS, reading.found)?;
        let text = required_text(&fields, "claim", "`claim`", reading);
        (text, optional_text(&fields, "because", "`because` of a claim", reading))
    } else {
        (node.text("a claim", reading.found), None)
    };
    let text = text?;
    let (left, op, right) = compared(&text, reading)?;
    let left = match side(&left, reading) {
        Some(AgainstSpec::Figure(figure)) => Some(figure),
        Some(_) => {
            let message = format!("a claim begins with a figure, and `{}` is a number", left.value);
            refuse(left.span, message, reading);
            None
        }
        None => None,
    };
    let at = right.span;
    let right = side(&right, reading);
    Some(ClaimSpec {
        written: Spanned::new(on_one_line(&text.value), text.span),
        because: because.map(|it| on_one_line(&it.value)),
        left: left?,
        op,
        right: Spanned::new(right?, at),
    })
}

fn refuse(at: Span, message: String, reading: &mut Reading<'_>) {
    reading
        .found
        .push(Diagnostic::spec("bad-claim", message).at(at).hint(EXAMPLE));
}

/// A byte of a text that stands outside its quotes, and how many brackets are open there.
fn bare(text: &str) -> impl Iterator<Item = (usize, char, usize)> {
    let (mut is_quoted, mut depth) = (false, 0_usize);
    text.char_indices().filter_map(move |(at, letter)| {
        if letter == '\'' {
            is_quoted = !is_quoted;
        }
        if is_quoted || letter == '\'' {
            return None;
        }
        if letter == ')' {
            depth = depth.saturating_sub(1);
        }
        let here = (at, letter, depth);
        if letter == '(' {
            depth += 1;
        }
        Some(here)
    })
}

/// Returns a part of a text with its place, without the white space around it.
fn part(text: &Spanned<String>, from: usize, until: usize, reading: &Reading<'_>) -> Spanned<String> {
    let whole = &text.value[from..until];
    let from = from + (whole.len() - whole.trim_start().len());
    let until = from + whole.trim().len();
    let span = Scalar::new(text, reading.text).span(from, until);
    Spanned::new(text.value[from..until].to_owned(), span)
}

/// Cuts a claim at its comparison.
fn compared(text: &Spanned<String>, reading: &mut Reading<'_>) -> Option<(Spanned<String>, Op, Spanned<String>)> {
    let signs: Vec<(usize, char)> = bare(&text.value)
        .filter(|(_, letter, depth)| *depth == 0 && matches!(letter, '<' | '>' | '=' | '!'))
        .map(|(at, letter, _)| (at, letter))
        .collect();
    let Some((first, _)) = signs.first().copied() else {
        let message = "the claim does not compare anything".to_owned();
        refuse(text.span, message, reading);
        return None;
    };
    let n_signs = (0..).zip(&signs).take_while(|(n, it)| it.0 == first + n).count();
    let sign: String = signs[..n_signs].iter().map(|it| it.1).collect();
    let op = match sign.as_str() {
        ">" => Some(Op::Gt),
        ">=" => Some(Op::Ge),
        "<" => Some(Op::Lt),
        "<=" => Some(Op::Le),
        _ => None,
    };
    let at = part(text, first, first + n_signs, reading).span;
    if op.is_none() {
        let message = format!("`{sign}` is no comparison of a claim: there are `>`, `>=`, `<` and `<=`");
        refuse(at, message, reading);
    } else if let Some((next, _)) = signs.get(n_signs) {
        let at = part(text, *next, *next + 1, reading).span;
        refuse(
            at,
            "a claim compares once, and here is a second time".to_owned(),
            reading,
        );
        return None;
    }
    let left = part(text, 0, first, reading);
    let right = part(text, first + n_signs, text.value.len(), reading);
    Some((left, op?, right))
}

/// Reads one side of a comparison.
fn side(text: &Spanned<String>, reading: &mut Reading<'_>) -> Option<AgainstSpec> {
    let is_number = text
        .value
        .starts_with(|it: char| it.is_ascii_digit() || "+-.".contains(it));
    if is_number {
        let percent = text.value.strip_suffix('%');
        let digits = percent.unwrap_or(&text.value).trim();
        let number = digits.parse::<f64>().ok().filter(|it| it.is_finite());
        return match (number, percent) {
            (Some(x), Some(_)) => Some(AgainstSpec::Percentage(x / 100.0)),
            (Some(x), None) => Some(AgainstSpec::Number(x)),
            (None, _) => {
                let message = format!("`{}` is no number: it is written `1234.5` or `10 %`", text.value);
                refuse(text.span, message, reading);
                None
            }
        };
    }
    figure(text, reading).map(AgainstSpec::Figure)
}

fn figure(text: &Spanned<String>, reading: &mut Reading<'_>) -> Option<FigureSpec> {
    let open = bare(&text.value).find(|it| it.1 == '(').map(|it| it.0);
    let closes = bare(&text.value).filter(|it| it.1 == ')' && it.2 == 0).last();
    let is_call = closes.is_some_and(|it| it.0 + 1 == text.value.len());
    let (Some(open), true) = (open, is_call) else {
        let message = if text.value.is_empty() {
            "one side of the claim is empty".to_owned()
        } else {
            format!("`{}` is neither a figure nor a number", text.value)
        };
        refuse(text.span, message, reading);
        return None;
    };
    let name = part(text, 0, open, reading);
    let known = Statistic::ALL.map(Statistic::name);
    let statistic = Statistic::ALL
        .into_iter()
        .find(|it| it.name() == name.value.to_lowercase());
    let close = text.value.len() - 1;
    let inside = (open + 1)..close;
    // The condition is what follows the first bare `where`.
    let words = bare(&text.value).filter(|it| inside.contains(&it.0) && it.2 == 1);
    let is_where = |at: usize| {
        let word = text.value.get(at..at + 5).unwrap_or("").to_lowercase();
        let is_letter = |it: char| it.is_alphanumeric() || it == '_';
        let before = text.value[..at].chars().next_back();
        let after = text.value[at..].chars().nth(5);
        word == "where" && !before.is_some_and(is_letter) && !after.is_some_and(is_letter)
    };
    let words: Vec<(usize, char)> = words.map(|it| (it.0, it.1)).collect();
    let where_at = words.iter().map(|it| it.0).find(|at| is_where(*at));
    let end = where_at.unwrap_or(close);
    let mut cuts: Vec<usize> = words
        .iter()
        .filter(|it| it.1 == ',' && it.0 < end)
        .map(|it| it.0)
        .collect();
    cuts.push(end);
    let mut features = Vec::new();
    let mut from = open + 1;
    for cut in cuts {
        features.push(part(text, from, cut, reading));
        from = cut + 1;
    }
    // The comma before `where` ends nothing.
    if where_at.is_some() && features.last().is_some_and(|it| it.value.is_empty()) {
        features.pop();
    }
    let condition = where_at.map(|at| condition(&part(text, at + 5, close, reading), reading));
    let Some(statistic) = statistic else {
        let message = format!("there is no figure `{}` of customers", name.value);
        let diagnostic = Diagnostic::spec("unknown-figure", message).at(name.span);
        reading.found.push(match name.value.to_lowercase().as_str() {
            "avg" | "average" => diagnostic.hint("the mean is `mean(x)`"),
            "sum" => diagnostic.hint("the sum is `total(x)`"),
            "corr" => diagnostic.hint("the correlation is `correlation(x, y)`"),
            other => diagnostic.nearest(other, known),
        });
        return None;
    };
    let statistic = Spanned::new(statistic, name.span);
    let features = taken(&statistic, features, condition.is_some(), text.span, reading);
    // A condition that was not read has been told.
    let condition = match condition {
        Some(read) => Some(read?),
        None => None,
    };
    Some(FigureSpec {
        statistic,
        features: features?,
        condition,
    })
}

/// Checks what a figure is of.
fn taken(
    statistic: &Spanned<Statistic>,
    mut features: Vec<Spanned<String>>,
    has_condition: bool,
    at: Span,
    reading: &mut Reading<'_>,
) -> Option<Vec<Spanned<String>>> {
    let name = statistic.value.name();
    let is_of_customers = matches!(features.as_slice(), [only] if only.value == CUSTOMERS);
    let (good, form) = match statistic.value {
        Statistic::Share => (features.len() == 1 && has_condition, "share(spend, where …)"),
        Statistic::Count => (is_of_customers && has_condition, "count(customers, where …)"),
        Statistic::Correlation => (features.len() == 2, "correlation(visits, spend)"),
        Statistic::Mean => (features.len() == 1, "mean(visits)"),
        Statistic::Median => (features.len() == 1, "median(visits)"),
        Statistic::Total => (features.len() == 1, "total(spend)"),
    };
    if !good || features.iter().any(|it| it.value.is_empty()) {
        let message = format!("`{name}` is written `{form}`");
        reading.found.push(Diagnostic::spec("wrong-arguments", message).at(at));
        return None;
    }
    if is_of_customers && matches!(statistic.value, Statistic::Share | Statistic::Count) {
        features.clear();
    }
    Some(features)
}

fn condition(text: &Spanned<String>, reading: &mut Reading<'_>) -> Option<ConditionSpec> {
    let mut reader = Reader::new(Scalar::new(text, reading.text), reading.found, &mut reading.names);
    let mut expr = reader.syntax()?;
    let mut names = Vec::new();
    take_names(&mut expr, &reader, &mut names);
    Some(ConditionSpec {
        expr: Spanned::new(reader.row(&expr)?, text.span),
        names,
    })
}

/// Takes what stands beside `segment` and `cluster` as their names, with or without quotes.
fn take_names(expr: &mut ast::Expr, reader: &Reader<'_>, names: &mut Vec<(Group, Spanned<String>)>) {
    match expr {
        ast::Expr::Nested(of) | ast::Expr::UnaryOp { expr: of, .. } => take_names(of, reader, names),
        ast::Expr::BinaryOp { left, op, right } => {
            let is_named = matches!(op, ast::BinaryOperator::Eq | ast::BinaryOperator::NotEq);
            match (group(left), group(right)) {
                (Some(group), None) if is_named => take_name(group, right, reader, names),
                (None, Some(group)) if is_named => take_name(group, left, reader, names),
                _ => {
                    take_names(left, reader, names);
                    take_names(right, reader, names);
                }
            }
        }
        ast::Expr::InList { expr: of, list, .. } => {
            if let Some(group) = group(of) {
                for item in list {
                    take_name(group, item, reader, names);
                }
            }
        }
        _ => {}
    }
}

fn group(expr: &ast::Expr) -> Option<Group> {
    match expr {
        ast::Expr::Identifier(ident) => Group::parse(&ident.value),
        _ => None,
    }
}

fn take_name(group: Group, expr: &mut ast::Expr, reader: &Reader<'_>, names: &mut Vec<(Group, Spanned<String>)>) {
    let (text, span) = match expr {
        ast::Expr::Identifier(ident) => (ident.value.clone(), ident.span),
        ast::Expr::Value(ast::ValueWithSpan {
            value: ast::Value::SingleQuotedString(text),
            span,
        }) => (text.clone(), *span),
        _ => return,
    };
    names.push((group, Spanned::new(text.clone(), reader.place(span))));
    *expr = ast::Expr::Value(ast::ValueWithSpan {
        value: ast::Value::SingleQuotedString(text),
        span,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::diagnostic::Diagnostics;
    use crate::model::expr::Expr;
    use crate::model::expr::Literal;

    fn read(written: &str) -> Result<ClaimSpec, Diagnostics> {
        let spec = format!("- claim: {written}");
        let mut found = Diagnostics::new();
        let root = crate::parse::yaml::tree(&spec, &mut found).expect("a list");
        let mut reading = Reading {
            text: &spec,
            found: &mut found,
            names: Vec::new(),
            unread: Vec::new(),
        };
        let mut claims = claims(&root, &mut reading);
        if found.has_errors() {
            return Err(found);
        }
        Ok(claims.remove(0))
    }

    fn claim(written: &str) -> ClaimSpec {
        read(written).unwrap_or_else(|wrong| panic!("the claim is good: {wrong:?}"))
    }

    #[test]
    fn a_bare_name_beside_cluster_stands_for_its_text() {
        let it = claim("share(spend, where cluster = Core and segment in (rare, 'No visit')) > 10 %");
        assert_eq!((it.left.statistic.value, it.op), (Statistic::Share, Op::Gt));
        assert!(matches!(it.right.value, AgainstSpec::Percentage(x) if x == 0.1));
        let condition = it.left.condition.expect("a condition");
        let names: Vec<(Group, &str)> = condition.names.iter().map(|it| (it.0, it.1.value.as_str())).collect();
        let expected = [
            (Group::Cluster, "Core"),
            (Group::Segment, "rare"),
            (Group::Segment, "No visit"),
        ];
        assert_eq!(names, expected);
        let Expr::Binary(Op::And, left, _) = condition.expr.value else {
            panic!("two conditions");
        };
        let core = Box::new(Expr::Literal(Literal::Text("Core".into())));
        assert_eq!(
            *left,
            Expr::Binary(Op::Eq, Box::new(Expr::Column("cluster".into())), core)
        );
    }

    #[test]
    fn both_sides_may_be_figures_with_comparisons_inside() {
        let it = claim("median(basket, where visits >= 4) >= median(basket where age <> '65+')");
        assert_eq!(it.op, Op::Ge);
        let AgainstSpec::Figure(right) = it.right.value else {
            panic!("a figure");
        };
        assert_eq!(right.features[0].value, "basket");
        assert!(right.condition.is_some());
    }

    #[test]
    fn places_are_exact_inside_conditions() {
        let wrong = read("mean(visits, where year(foo, 1) = 2) < 3").expect_err("two arguments");
        let spec = "- claim: mean(visits, where year(foo, 1) = 2) < 3";
        let span = wrong.0[0].span.expect("a place");
        assert_eq!(&spec[span.from..span.until], "year");
    }

    #[test]
    fn what_is_no_claim_is_refused() {
        for (written, code) in [
            ("mean(visits)", "bad-claim"),
            ("4 < mean(visits)", "bad-claim"),
            ("mean(visits) = 4", "bad-claim"),
            ("1 < mean(visits) < 4", "bad-claim"),
            ("mean(visits) > many", "bad-claim"),
            ("mean(visits) > 4 visits", "bad-claim"),
            ("avg(visits) > 4", "unknown-figure"),
            ("mean(visits, spend) > 4", "wrong-arguments"),
            ("share(customers) > 4 %", "wrong-arguments"),
            ("mean() > 4", "wrong-arguments"),
        ] {
            let wrong = read(written).expect_err(written);
            assert_eq!(wrong.0[0].code, code, "{written}");
        }
    }
}
