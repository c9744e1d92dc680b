//! The tree of a spec as a [`Spec`]: every key known, every mistake gathered.
//!
//! Nothing here stops at the first mistake: a part that cannot be read is left out, and its name
//! kept, so that those who use it are not blamed. It must not know what is in the data.

use super::calendar;
use super::clauses;
use super::each;
use super::holidays;
use super::memo;
use super::notes;
use super::params;
use super::roster;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::diagnostic::Spanned;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::node::Fields;
use crate::model::node::Kind;
use crate::model::node::Node;
use crate::model::spec::CalendarSpec;
use crate::model::spec::CategoriesSpec;
use crate::model::spec::PeriodsSpec;
use crate::model::spec::SegmentSpec;
use crate::model::spec::Spec;

/// The only version of the language.
const VERSION: u64 = 1;

/// What a spec may say.
pub(super) const KEYS: &[Field] = &[
    Field::must(
        "bellwether",
        Form::Count,
        "The version of the spec's language: `bellwether: 1`.",
    ),
    Field::must(
        "title",
        Form::Text,
        "The memo's title. `{{ period.label }}` stands for the target period.",
    ),
    Field::may(
        "locale",
        Form::Text,
        "How numbers, dates and currencies are written, as a language tag: `en-US`, `de-DE`. Sentences are English or, from `pt`, Portuguese.",
    )
    .or("en-US"),
    Field::may(
        "typst",
        Form::OneOf(&["auto", "cli", "embedded"]),
        "Who sets the PDF: the pinned `typst` program, the library inside, or the one of them that is there.",
    )
    .or("auto"),
    Field::may(
        "seed",
        Form::Count,
        "The seed of every random draw. Where it is left out: the first day after the target period, as a number.",
    ),
    Field::may(
        params::KEY,
        Form::Named(&Form::Either(&[Form::Number, Form::Flag, Form::Text])),
        "Values with names: `{{ params.region }}` in any text is the value of `region`; `run -P region=North` says another.",
    ),
    Field::may("footer", Form::Text, "A line at the foot of every page.").or("Not investment advice."),
    Field::may(
        "note",
        Form::Text,
        "What the reader should know of the data; printed with the quality page.",
    ),
    Field::may(
        "fonts",
        Form::Text,
        "A folder of font files (`.ttf`, `.otf`, `.ttc`) for letters that the shipped fonts lack, as Chinese; asked in the order of their names.",
    ),
    Field::may(
        "min_cell",
        Form::Count,
        "Fewest customers that a figure may be about: categories with fewer in some period stand together, groups with fewer are merged or left out. `1` where the data are public or synthetic.",
    )
    .or("10"),
    Field::may(
        each::KEY,
        each::FOR_EACH,
        "Several memos of one spec: one a value of a column (`for_each: region`), or one a set of parameters (`- { region: North }`). Where it is left out: one memo.",
    ),
    Field::must(
        "sources",
        Form::Named(&clauses::SOURCE),
        "Tables: what happened (`time:`, `customer:`), and who the customers are (`key:`).",
    ),
    Field::must(
        "metrics",
        Form::Named(&clauses::METRIC),
        "What is measured, in SQL: `spend: sum(amount)`, `ticket: spend / visits`.",
    ),
    Field::must(
        "categories",
        Form::Map("categories", CATEGORIES),
        "The dimension whose values are tracked: sectors, product groups, pages.",
    ),
    Field::may(
        "segments",
        Form::List(&Form::Either(&[Form::Text, Form::Map("segment", SEGMENT)])),
        "Customer attributes: columns of the source that has a `key:`.",
    ),
    Field::may(
        "roster",
        Form::Map("roster", roster::KEYS),
        "A table with one row a customer: features, and rules that part customers into segments.",
    ),
    Field::must(
        "periods",
        Form::Map("periods", PERIODS),
        "The length of a period, the one the memo is about, and what it is held against.",
    ),
    Field::may(
        "holidays",
        Form::Map("holidays", holidays::KEYS),
        "Holidays: marked on charts where they moved between periods.",
    ),
    Field::may(
        "notes",
        Form::List(&notes::NOTE),
        "Dated events: marked on the charts that they concern, and listed in the appendix.",
    ),
    Field::may(
        "verdicts",
        Form::List(&notes::VERDICT),
        "Causes that an analyst vouches for: printed beside the deviation; no figure follows from them.",
    ),
    Field::must("memo", Form::Memo, "What the memo holds: analyses, in order."),
];

/// What `categories:` may say.
const CATEGORIES: &[Field] = &[
    Field::must("by", Form::Text, "The column that holds them."),
    Field::may("noun", Form::Text, "What one of them is called.").or("category"),
    Field::may(
        "nouns",
        Form::Text,
        "What several are called. Where it is left out: the English plural.",
    ),
    Field::may(
        "skip",
        Form::List(&Form::Text),
        "Values that are left out of the memo, and stay in totals (`across: category`).",
    ),
];

/// What a segment dimension may say.
const SEGMENT: &[Field] = &[
    Field::must(
        "name",
        Form::Text,
        "Its name; the column's name too, unless `of:` says otherwise.",
    ),
    Field::may(
        "of",
        Form::Text,
        "The column of the customers source. Where it is left out: the name.",
    ),
    clauses::LABEL,
    Field::may(
        "order",
        Form::List(&Form::Text),
        "Its levels in the order to print. Where it is left out: numbers by size, else by alphabet.",
    ),
    Field::may(
        "bands",
        Form::List(&Form::Number),
        "Lower ends of bands made of a number: `[0, 25, 50]` gives 0–24, 25–49 and 50+.",
    ),
];

/// What `periods:` may say.
const PERIODS: &[Field] = &[
    Field::must(
        "grain",
        Form::OneOf(&["day", "week", "month", "quarter", "year"]),
        "How long a period is; weeks are ISO weeks, Monday to Sunday, unless the calendar says otherwise.",
    ),
    Field::may(
        "calendar",
        calendar::CALENDAR,
        "Where periods begin and what they are called: `civil`, a fiscal year, a retail calendar of whole weeks, or a file.",
    )
    .or("civil"),
    Field::may(
        "target",
        Form::Text,
        "What the memo is about: `last_complete`, a period as `2026-10`, `2017-W51`, `2026-Q3`, or `to_date`: the running one so far.",
    )
    .or("last_complete"),
    Field::may(
        "compare",
        Form::List(&Form::Text),
        "What it is held against: `previous`, `year_ago`, `mean of last 4`, or a period.",
    )
    .or("[previous]"),
    Field::may(
        "as_of",
        Form::Like("[0-9]{4}-[0-9]{2}-[0-9]{2}"),
        "The day up to which the data are complete. Where it is left out: the day after the latest row.",
    ),
];

/// What the parts of a spec share while they are read.
pub(super) struct Reading<'a> {
    /// The spec's text.
    pub text: &'a str,
    /// All mistakes.
    pub found: &'a mut Diagnostics,
    /// Names in expressions, with their places.
    pub names: Vec<Spanned<String>>,
    /// Names of metrics that cannot be read.
    pub unread: Vec<String>,
}

/// Reads a whole spec; `None` where a part that nothing replaces is missing. Mistakes go to `found`.
///
/// `set` is the set of `for_each:` whose parameters were filled in.
pub(super) fn spec(
    root: &Node,
    text: &str,
    registry: &[&str],
    set: Option<usize>,
    found: &mut Diagnostics,
) -> Option<Spec> {
    check_version(root, found)?;
    let fields = root.fields("the spec", KEYS, found)?;
    let mut reading = Reading {
        text,
        found,
        names: Vec::new(),
        unread: Vec::new(),
    };
    let it = &mut reading;
    fields.required("bellwether", it.found);
    let title = required_text(&fields, "title", "`title`", it);
    let locale = optional_text(&fields, "locale", "`locale`", it);
    let typst = optional_text(&fields, "typst", "`typst`", it);
    let seed = fields.optional("seed").and_then(|node| node.count("`seed`", it.found));
    let footer = optional_text(&fields, "footer", "`footer`", it);
    let note = optional_text(&fields, "note", "`note`", it);
    let fonts = optional_text(&fields, "fonts", "`fonts`", it);
    let min_cell = fields
        .optional("min_cell")
        .and_then(|node| node.count("`min_cell`", it.found));
    let for_each = fields
        .optional(each::KEY)
        .and_then(|node| each::for_each(root, node, set, it));
    let sources = fields
        .required("sources", it.found)
        .and_then(|node| clauses::sources(node, it));
    let metrics = fields
        .required("metrics", it.found)
        .map(|node| clauses::metrics(node, it));
    let categories = fields
        .required("categories", it.found)
        .and_then(|node| categories(node, it));
    let segments = fields.optional("segments").map(|node| segments(node, it));
    let roster = fields.optional("roster").and_then(|node| roster::roster(node, it));
    let periods = fields.required("periods", it.found).and_then(|node| periods(node, it));
    let holidays = fields
        .optional("holidays")
        .and_then(|node| holidays::holidays(node, it));
    let notes = fields.optional("notes").map(|node| notes::notes(node, it));
    let verdicts = fields.optional("verdicts").map(|node| notes::verdicts(node, it));
    let memo = fields.required("memo", it.found);
    let memo = memo.map(|node| memo::memo(node, registry, it));
    for (key, what) in [("sources", "`sources`"), ("metrics", "`metrics`"), ("memo", "`memo`")] {
        if let Some(node) = fields.optional(key) {
            refuse_empty(node, what, it.found);
        }
    }
    let Reading { names, unread, .. } = reading;
    Some(Spec {
        title: title.unwrap_or_else(|| Spanned::new(String::new(), root.span)),
        locale,
        typst,
        seed,
        footer,
        note,
        fonts,
        min_cell,
        for_each,
        sources: sources?,
        metrics: metrics?,
        categories: categories?,
        segments: segments.unwrap_or_default(),
        roster,
        periods: periods?,
        holidays: holidays.unwrap_or_default(),
        notes: notes.unwrap_or_default(),
        verdicts: verdicts.unwrap_or_default(),
        memo: memo.unwrap_or_default(),
        names,
        unread,
    })
}

/// Looks at the version before all else: the keys of another one are not known here.
fn check_version(root: &Node, found: &mut Diagnostics) -> Option<()> {
    let Kind::Map(entries) = &root.kind else {
        return Some(());
    };
    let Some((_, node)) = entries.iter().find(|(name, _)| name.value == "bellwether") else {
        return Some(());
    };
    let version = node.count("`bellwether`", found)?;
    if version.value == VERSION {
        return Some(());
    }
    let message = format!(
        "this spec is of version {}, and this program reads version {VERSION}",
        version.value
    );
    let hint = "a newer program may read it; a spec for this one begins with `bellwether: 1`";
    found.push(Diagnostic::spec("unknown-version", message).at(version.span).hint(hint));
    None
}

fn categories(node: &Node, reading: &mut Reading<'_>) -> Option<CategoriesSpec> {
    let fields = node.fields("`categories`", CATEGORIES, reading.found)?;
    let by = required_text(&fields, "by", "`by` of `categories`", reading);
    let noun = optional_text(&fields, "noun", "`noun` of `categories`", reading);
    let nouns = optional_text(&fields, "nouns", "`nouns` of `categories`", reading);
    let skip = texts(&fields, "skip", "a value of `skip`", reading);
    Some(CategoriesSpec {
        by: by?,
        noun,
        nouns,
        skip,
    })
}

fn segments(node: &Node, reading: &mut Reading<'_>) -> Vec<SegmentSpec> {
    let segments = node
        .items()
        .into_iter()
        .filter_map(|item| segment(item, reading))
        .collect::<Vec<SegmentSpec>>();
    refuse_repeats(segments.iter().map(|it| &it.name), "segment", reading.found);
    segments
}

fn segment(node: &Node, reading: &mut Reading<'_>) -> Option<SegmentSpec> {
    if !matches!(node.kind, Kind::Map(_)) {
        let name = node.text("a segment", reading.found)?;
        check_name(&name, "segment", reading.found);
        return Some(SegmentSpec {
            name,
            of: None,
            label: None,
            order: Vec::new(),
            bands: Vec::new(),
        });
    }
    let fields = node.fields("a segment", SEGMENT, reading.found)?;
    let name = required_text(&fields, "name", "`name` of a segment", reading);
    let of = optional_text(&fields, "of", "`of` of a segment", reading);
    let label = optional_text(&fields, "label", "`label` of a segment", reading);
    let order = texts(&fields, "order", "a level of `order`", reading);
    // Where one end cannot be read, which is told, nothing can be said of the others.
    let bands: Option<Vec<Spanned<f64>>> = fields.optional("bands").and_then(|node| {
        let ends: Vec<Option<Spanned<f64>>> = node
            .items()
            .into_iter()
            .map(|it| it.number("an end of `bands`", reading.found))
            .collect();
        ends.into_iter().collect()
    });
    let bands = bands.unwrap_or_default();
    let name = name?;
    check_name(&name, "segment", reading.found);
    refuse_repeats(order.iter(), "level", reading.found);
    Some(SegmentSpec {
        name,
        of,
        label,
        order,
        bands,
    })
}

fn periods(node: &Node, reading: &mut Reading<'_>) -> Option<PeriodsSpec> {
    let fields = node.fields("`periods`", PERIODS, reading.found)?;
    let grain = required_text(&fields, "grain", "`grain` of `periods`", reading);
    let calendar = fields
        .optional("calendar")
        .map(|node| calendar::calendar(node, reading).unwrap_or(CalendarSpec::Unread));
    let target = optional_text(&fields, "target", "`target` of `periods`", reading);
    let compare = texts(&fields, "compare", "a value of `compare`", reading);
    let as_of = optional_text(&fields, "as_of", "`as_of` of `periods`", reading);
    Some(PeriodsSpec {
        grain: grain?,
        calendar: calendar.unwrap_or_default(),
        target,
        compare,
        as_of,
    })
}

/// Reports a part of the spec that is there, and has nothing in it.
fn refuse_empty(node: &Node, what: &str, found: &mut Diagnostics) {
    let is_empty = match &node.kind {
        Kind::Map(entries) => entries.is_empty(),
        Kind::List(items) => items.is_empty(),
        _ => false,
    };
    if is_empty {
        found.push(Diagnostic::spec("empty-part", format!("{what} has nothing in it")).at(node.span));
    }
}

/// Reads the text of a key that must be there.
pub(super) fn required_text(
    fields: &Fields<'_>,
    key: &str,
    what: &str,
    reading: &mut Reading<'_>,
) -> Option<Spanned<String>> {
    fields
        .required(key, reading.found)
        .and_then(|node| node.text(what, reading.found))
}

/// Reads the text of a key that may be left out.
pub(super) fn optional_text(
    fields: &Fields<'_>,
    key: &str,
    what: &str,
    reading: &mut Reading<'_>,
) -> Option<Spanned<String>> {
    fields.optional(key).and_then(|node| node.text(what, reading.found))
}

/// Reads the texts of a key that may be left out.
pub(super) fn texts(fields: &Fields<'_>, key: &str, what: &str, reading: &mut Reading<'_>) -> Vec<Spanned<String>> {
    fields
        .optional(key)
        .map(|node| node.texts(what, reading.found))
        .unwrap_or_default()
}

/// Reports a name that could not stand in an expression, a fact's id or a file name.
pub(super) fn check_name(name: &Spanned<String>, what: &str, found: &mut Diagnostics) {
    let mut letters = name.value.chars();
    let good = letters.next().is_some_and(|it| it.is_ascii_alphabetic() || it == '_')
        && letters.all(|it| it.is_ascii_alphanumeric() || it == '_');
    if !good {
        let message = format!("`{}` cannot name a {what}", name.value);
        let hint = if name.value.contains(',') {
            "several are a list: `[a, b]`, or an item each"
        } else {
            "a name is made of the letters a to z, digits and `_`, and does not begin with a digit; `label:` is free"
        };
        found.push(Diagnostic::spec("bad-name", message).at(name.span).hint(hint));
    }
}

/// Reports names that stand twice in one list.
pub(super) fn refuse_repeats<'a>(
    names: impl Iterator<Item = &'a Spanned<String>>,
    what: &str,
    found: &mut Diagnostics,
) {
    let mut seen: Vec<(&str, Span)> = Vec::new();
    for name in names {
        if seen.iter().any(|(it, _)| *it == name.value) {
            let message = format!("the {what} `{}` stands twice", name.value);
            found.push(Diagnostic::spec("repeated-name", message).at(name.span));
        } else {
            seen.push((&name.value, name.span));
        }
    }
}
