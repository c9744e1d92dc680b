//! Figures in an author's own words: facts by name, and nothing that only looks like one.
//!
//! It must not know what a fact means.

use crate::analysis::subjects;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::diagnostic::Spanned;
use crate::model::facts::Fact;
use crate::model::facts::Facts;
use crate::model::facts::Value as FactValue;
use crate::model::plan::Plan;
use crate::say;
use crate::words;
use crate::words::Words;
use minijinja::Environment;
use minijinja::Error;
use minijinja::ErrorKind;
use minijinja::UndefinedBehavior;
use minijinja::Value;
use minijinja::value::Kwargs;
use minijinja::value::Object;
use minijinja::value::ValueKind;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

/// Stands around the number of a fact in filled text, so that its paragraph can be told. Letters that nobody types.
pub(super) const MARK: char = '\u{e000}';

/// A body with its figures in.
pub(super) struct Filled {
    /// Markdown, with [`MARK`]s.
    pub text: String,
    /// The facts that were named, by number.
    pub facts: Vec<Named>,
}

/// A fact's id, and what it comes to; `None` for words.
pub(super) type Named = (String, Option<f64>);

/// Why a body cannot be filled.
pub(super) struct Wrong(Error);

/// Fills the figures and names of a body in; `names` are those of [`names`].
pub(super) fn filled(body: &str, names: Value, facts: &Facts, words: &Words) -> Result<Filled, Wrong> {
    let named: Arc<Mutex<Vec<Named>>> = Arc::default();
    let printed = printed_facts(facts, words);
    let mut environment = environment();
    let kept = Arc::clone(&named);
    environment.add_function("fact", move |id: String, how: Kwargs| {
        let show: Option<String> = how.get("show")?;
        how.assert_all_used()?;
        let Some(fact) = printed.iter().find(|it| it.0 == id) else {
            return Err(Error::new(ErrorKind::InvalidOperation, format!("{UNKNOWN}{id}")));
        };
        let mut named = kept.lock().unwrap_or_else(PoisonError::into_inner);
        named.push((id.clone(), fact.1.value));
        fact.1.shown(show.as_deref(), named.len() - 1)
    });
    let text = environment.render_str(body, names).map_err(Wrong)?;
    let facts = named.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(Filled { text, facts })
}

/// What a body may name beside facts: what a title may name.
pub(super) fn names(plan: &Plan, words: &Words) -> Value {
    let target = &plan.periods.target;
    let period = minijinja::context! {
        label => words.period(target), dates => words.dates(target),
        short => words.short(target), iso => plan.periods.target_name(),
    };
    match &plan.each {
        Some(each) => minijinja::context! { period => period, each => each.label.clone() },
        None => minijinja::context! { period => period },
    }
}

/// Begins the message about a fact that is not there.
const UNKNOWN: &str = "there is no fact ";

impl Wrong {
    /// Says what is wrong, and where: at the name of the fact where that is known, else at the body.
    pub(super) fn told(&self, body: &Spanned<String>, names: &[Spanned<String>], facts: &Facts) -> Diagnostic {
        let detail = self.0.detail().map_or_else(|| self.0.kind().to_string(), str::to_owned);
        let Some(id) = detail.strip_prefix(UNKNOWN) else {
            let line = self.0.line().map_or(String::new(), |it| format!(", line {it}"));
            return Diagnostic::spec("bad-text", format!("`body`{line}: {detail}")).at(body.span);
        };
        let place = names.iter().find(|it| it.value == id).map_or(body.span, |it| it.span);
        let diagnostic = Diagnostic::spec("unknown-fact", format!("there is no fact `{id}`")).at(place);
        let hint = "`bellwether explain SPEC --stage facts` lists them all";
        // A thousand names are no help; what is in reach of a slip of the hand is.
        diagnostic.nearest(id, facts.iter().map(|it| it.0.as_str())).hint(hint)
    }
}

/// Reports what is wrong with a body before any fact is known: its syntax, what it calls, and figures that are no facts.
/// `names` are its words with their places in the spec.
pub(super) fn check(body: &Spanned<String>, names: &[Spanned<String>], is_of_several: bool, found: &mut Diagnostics) {
    if let Err(error) = environment().template_from_str(&body.value) {
        let line = error.line().map_or(String::new(), |it| format!(", line {it}"));
        let what = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
        let hint = "a fact is written `{{ fact('headline/spend/value') }}`";
        let message = format!("`body`{line}: {what}");
        found.push(Diagnostic::spec("bad-text", message).at(body.span).hint(hint));
        return;
    }
    if let Err(error) = dry().render_str(&body.value, ())
        && matches!(
            error.kind(),
            ErrorKind::UnknownFunction | ErrorKind::UnknownFilter | ErrorKind::UnknownTest
        )
    {
        let line = error.line().map_or(String::new(), |it| format!(", line {it}"));
        let what = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
        let message = format!("`body`{line}: {what}");
        let hint =
            "a text knows `fact('…')`, which prints a fact, and `said('…')`, which prints what is meant as it stands";
        found.push(Diagnostic::spec("bad-text", message).at(body.span).hint(hint));
    } else {
        check_names(body, is_of_several, found);
    }
    check_typed(body, names, found);
}

/// Reports names that a body has no value for.
fn check_names(body: &Spanned<String>, is_of_several: bool, found: &mut Diagnostics) {
    const KNOWN: [&str; 4] = ["fact('…')", "said('…')", "period.label", "each"];
    const CALLED: [&str; 8] = ["fact", "said", "period", "each", "loop", "range", "dict", "namespace"];
    let environment = environment();
    let Ok(template) = environment.template_from_str(&body.value) else {
        return;
    };
    let mut unknown: Vec<String> = template.undeclared_variables(false).into_iter().collect();
    unknown.retain(|it| !CALLED.contains(&it.as_str()) || (it == "each" && !is_of_several));
    unknown.sort();
    for name in unknown {
        let hint = match name.as_str() {
            "each" => "`each` is what one of several memos is about: say by which column, with `for_each:`".to_owned(),
            _ => format!("a text knows `{}`", KNOWN.join("`, `")),
        };
        let message = format!("`body`: nothing is called `{name}`");
        found.push(Diagnostic::spec("bad-text", message).at(body.span).hint(hint));
    }
}

/// Reports figures in a title, which holds no facts.
pub(super) fn check_title(title: &Spanned<String>, found: &mut Diagnostics) {
    for figure in typed_figures(&title.value) {
        let message = format!("`{figure}` is typed, and a title holds no facts");
        let hint = "say it in the `body:`, where it can be the fact itself";
        found.push(Diagnostic::spec("typed-figure", message).at(title.span).hint(hint));
    }
}

/// Reports figures that are typed, each at its place where that is known.
fn check_typed(text: &Spanned<String>, names: &[Spanned<String>], found: &mut Diagnostics) {
    let mut figures = typed_figures(&text.value);
    figures.dedup();
    for figure in figures {
        let message = format!("`{figure}` is typed, and will not change when the data do");
        let hint =
            format!("print the fact: `{{{{ fact('…') }}}}`; or say that it is meant: `{{{{ said('{figure}') }}}}`");
        let bare = figure.split(' ').next().unwrap_or(&figure);
        let place = names.iter().find_map(|it| {
            let from = it.span.from + it.value.find(bare)?;
            let until = from + bare.len();
            Some(Span { from, until })
        });
        found.push(
            Diagnostic::spec("typed-figure", message)
                .at(place.unwrap_or(text.span))
                .hint(hint),
        );
    }
}

/// What runs a body before any fact is known: to learn whether there is all that it calls.
fn dry() -> Environment<'static> {
    let mut environment = environment();
    environment.add_function("fact", |_: String, _: Kwargs| {
        Value::from_object(Shown {
            text: String::new(),
            value: Some(0.0),
            list: Some(Vec::new()),
        })
    });
    environment
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_function("said", |text: String| Value::from_safe_string(escaped(&text)));
    // A number that was worked out here is nobody's fact.
    environment.set_formatter(|out, _, value| {
        if matches!(value.kind(), ValueKind::Number | ValueKind::Bool) {
            let message = "a number is printed that is no fact: `{{ fact('…') }}` prints one, `.value` only compares";
            return Err(Error::new(ErrorKind::InvalidOperation, message));
        }
        if value.is_undefined() || value.is_none() {
            return Err(Error::new(ErrorKind::UndefinedError, "something undefined is printed"));
        }
        let text = value.to_string();
        // A name out of the data is no Markdown.
        let text = if value.kind() == ValueKind::String && !value.is_safe() {
            escaped(&text)
        } else {
            text
        };
        out.write_str(&text).map_err(Error::from)
    });
    environment
}

/// A fact as a template sees it.
#[derive(Debug, Clone)]
struct Printed {
    /// As a sentence has it: differences with their sign.
    text: String,
    /// Without its sign: "fell 12.3 %".
    size: Option<String>,
    /// "−1.2 % to 3.4 %".
    interval: Option<String>,
    /// How many stand behind it.
    n: Option<String>,
    value: Option<f64>,
    list: Option<Vec<String>>,
}

impl Printed {
    fn shown(&self, show: Option<&str>, number: usize) -> Result<Value, Error> {
        let text = match show {
            None => Some(&self.text),
            Some("size") => self.size.as_ref(),
            Some("interval") => self.interval.as_ref(),
            Some("n") => self.n.as_ref(),
            Some(other) => {
                let message = format!("`show` cannot be `{other}`: `size`, `interval` or `n`");
                return Err(Error::new(ErrorKind::InvalidOperation, message));
            }
        };
        let Some(text) = text else {
            let message = format!("the fact has no `{}`", show.unwrap_or("text"));
            return Err(Error::new(ErrorKind::InvalidOperation, message));
        };
        Ok(Value::from_object(Shown {
            text: format!("{MARK}{number}{MARK}{}", escaped(text)),
            value: self.value,
            list: self.list.clone(),
        }))
    }
}

/// A fact that was asked for: it prints itself, and `.value` and `.list` can be compared.
#[derive(Debug)]
struct Shown {
    text: String,
    value: Option<f64>,
    list: Option<Vec<String>>,
}

impl Object for Shown {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str()? {
            "value" => Some(self.value.map_or_else(|| Value::from(self.text.clone()), Value::from)),
            "list" => self.list.clone().map(Value::from),
            _ => None,
        }
    }

    fn render(self: &Arc<Self>, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

fn printed_facts(facts: &Facts, words: &Words) -> Vec<(String, Printed)> {
    facts
        .iter()
        .map(|(id, fact)| (id.clone(), printed(fact, facts, words)))
        .collect()
}

fn printed(fact: &Fact, facts: &Facts, words: &Words) -> Printed {
    let (text, size, value, list) = match &fact.value {
        FactValue::Number(None) => (words::MISSING.to_owned(), None, None, None),
        FactValue::Number(Some(x)) => (
            words.fact(*x, &fact.unit),
            Some(words.magnitude(*x, &fact.unit)),
            Some(*x),
            None,
        ),
        FactValue::Text(text) => (text.clone(), None, None, None),
        FactValue::List(labels) => {
            // A category is printed as it is called, whatever its facts are called.
            let called: Vec<String> = labels.iter().map(|it| subjects::label(facts, it).to_owned()).collect();
            (words.list(&called), None, None, Some(called))
        }
        FactValue::Series { values, .. } => {
            let last = values.last().copied().flatten();
            let text = last.map_or_else(|| words::MISSING.to_owned(), |x| words.fact(x, &fact.unit));
            (text, None, last, None)
        }
    };
    let interval = fact.interval.map(|it| {
        let (low, high) = (words.fact(it.low, &fact.unit), words.fact(it.high, &fact.unit));
        say!(words, "interval", low = low, high = high)
    });
    Printed {
        text,
        size,
        interval,
        n: fact.n.map(|it| words.fixed(it as f64, 0)),
        value,
        list,
    }
}

/// Text that Markdown reads as it stands.
fn escaped(text: &str) -> String {
    text.chars()
        .flat_map(|it| it.is_ascii_punctuation().then_some('\\').into_iter().chain([it]))
        .collect()
}

/// What may stand around a figure and is none of it.
const AROUND: [char; 15] = [
    '*', '_', '(', ')', ',', '.', ';', ':', '!', '?', '"', '“', '”', '’', '|',
];

/// Lists figures that are typed: per cents, amounts, decimals, and larger numbers that name no day, year or code.
fn typed_figures(body: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut rest = body;
    // What stands in braces is not printed as it is.
    while let Some(at) = rest.find('{') {
        plain.push_str(&rest[..at]);
        let close = match rest.as_bytes().get(at + 1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            Some(b'#') => "#}",
            _ => {
                plain.push('{');
                rest = &rest[at + 1..];
                continue;
            }
        };
        plain.push('\u{fffc}');
        rest = rest[at..].find(close).map_or("", |end| &rest[at + end + 2..]);
    }
    plain.push_str(rest);
    let words: Vec<&str> = plain.split_whitespace().collect();
    let mut figures = Vec::new();
    for (idx, word) in words.iter().enumerate() {
        let bare = word.trim_matches(AROUND);
        let follows = words.get(idx + 1).map_or("", |it| it.trim_matches(AROUND));
        if is_typed_figure(bare, follows) {
            let unit = if matches!(follows, "%" | "pp" | "σ") {
                format!(" {follows}")
            } else {
                String::new()
            };
            figures.push(format!("{bare}{unit}"));
        }
    }
    figures
}

/// The largest number that may be a day or a small count.
const LARGEST_COUNT: u64 = 31;

fn is_typed_figure(word: &str, follows: &str) -> bool {
    if !word.chars().any(|it| it.is_ascii_digit()) || word.contains('\u{fffc}') || word.contains("://") {
        return false;
    }
    if matches!(follows, "%" | "pp" | "σ" | "per" | "percent" | "million" | "billion")
        && word.trim_start_matches(['+', '-', '−', '~']).parse::<f64>().is_ok()
    {
        return true;
    }
    if word.contains(['%', '$', '€', '£', '¥', 'σ']) {
        return true;
    }
    let digits = word.trim_start_matches(['+', '-', '−', '~']);
    let is_number = digits
        .chars()
        .all(|it| it.is_ascii_digit() || matches!(it, '.' | ',' | '\u{202f}' | '\u{a0}' | '’'));
    if !is_number {
        // `Q3`, `2026-W44`, `65+`, `18–29`: names.
        return false;
    }
    match digits.parse::<u64>() {
        Ok(n) => LARGEST_COUNT < n && !(1900..=2100).contains(&n),
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_from_names_days_and_years() {
        let body = "On 14 July 2026 spend rose 12 % (12.5%), by $3 or 412 customers; 7 %? Q3, 2026-W44, ages 18-29 and 65+ \
                    did not. {{ fact('a/b') }} of 1,200.\n\n1. first\n2. **+3.1** σ";
        assert_eq!(
            typed_figures(body),
            ["12 %", "12.5%", "$3", "412", "7 %", "1,200", "+3.1 σ"]
        );
    }

    #[test]
    fn a_number_that_is_worked_out_is_refused() {
        let words = Words::new("en-US").expect("CLDR knows English");
        for body in ["{{ 3 * 4 }}", "{{ nobody }}", "{{ fact('x') }}"] {
            assert!(filled(body, Value::UNDEFINED, &Facts::new(), &words).is_err(), "{body}");
        }
        assert_eq!(
            filled("{{ said('12 %') }}", Value::UNDEFINED, &Facts::new(), &words)
                .ok()
                .map(|it| it.text),
            Some("12 \\%".to_owned())
        );
    }
}
