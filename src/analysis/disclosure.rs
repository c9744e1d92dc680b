//! What a memo keeps to itself: figures of a few customers, and whatever would give them away.
//!
//! Categories with few customers are joined before the cube is made, and groups of them are merged or left out before
//! facts are formed: here is only said that it happened, and to whom. It must not know how anything is chosen.

use super::Tell;
use crate::model::facts::Fact;
use crate::model::facts::Facts;
use crate::model::facts::Provenance;
use crate::model::facts::Value;
use crate::model::joined::Joined;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Tone;
use crate::model::plan::Plan;
use crate::model::plan::Role;
use crate::model::unit::Unit;
use crate::say;
use crate::words::MISSING;
use crate::words::text;

/// Warnings whose facts are here: the memo says them in its own words.
pub const CODES: [&str; 3] = ["joined-categories", "left-out-categories", "thin-period"];

/// How a figure came about that the memo keeps to itself.
pub(super) const WITHHELD: &str = "kept back: a figure of few customers, or one that would give such a figure away";

/// Names that a sentence lists: more of them stand in the facts.
const NAMED: usize = 12;

/// Returns what the memo keeps to itself, as facts; none where no source says who.
pub fn facts(plan: &Plan, joined: &Joined) -> Facts {
    let mut facts = Facts::new();
    let says_who = |role: &Role| matches!(role, Role::Events { customer, .. } if !customer.is_empty());
    if !plan.sources.iter().any(|it| says_who(&it.role)) {
        return facts;
    }
    let mut put = |id: &str, value: Value, unit: Unit, method: &str| {
        let from = Provenance {
            analysis: "disclosure".into(),
            method: method.to_owned(),
            ..Provenance::default()
        };
        let fact = Fact {
            value,
            unit,
            interval: None,
            n: None,
            from,
        };
        facts.insert(format!("disclosure/{id}"), fact);
    };
    // Counts are far below 2^53: the casts are exact.
    let number = |n: u64| Value::Number(Some(n as f64));
    let method = "fewest customers that a figure may be about; 1 where any number will do";
    put("min_cell", number(plan.min_cell), Unit::count("customer"), method);
    if plan.min_cell < 2 {
        return facts;
    }
    let method = "categories of the data in the periods of the memo, without those that it skips";
    put("categories", number(joined.n_all), Unit::default(), method);
    let method = "categories with fewer customers than that in some period, alone";
    put("few", number(joined.few.len() as u64), Unit::default(), method);
    let lists = [
        ("joined", &joined.members, "categories that stand together"),
        ("left_out", &joined.left_out, "categories that no table holds"),
        (
            "thin",
            &joined.thin,
            "periods in which all categories together have few customers",
        ),
    ];
    for (id, of, method) in lists.into_iter().filter(|it| !it.1.is_empty()) {
        put(id, Value::List(of.clone()), Unit::default(), method);
    }
    if !joined.members.is_empty() {
        let label = Value::Text(joined.label.clone());
        put("label", label, Unit::default(), "what they are called together");
    }
    facts
}

/// Says of the memo's categories what became of those with few customers; nothing where there is nothing to say.
pub(super) fn said(tell: &Tell) -> Vec<Sentence> {
    let number = |id: &str| tell.facts.number(&format!("disclosure/{id}"));
    let Some(min_cell) = number("min_cell") else {
        return Vec::new();
    };
    let words = tell.words;
    let min = words.fixed(min_cell, 0);
    if min_cell < 2.0 {
        return vec![quiet(say!(words, "disclosure-any", min = min), "disclosure/min_cell")];
    }
    let nouns = &tell.plan.categories.nouns;
    let names = |id: &str| named(tell, tell.facts.list(&format!("disclosure/{id}")));
    let n_of = |id: &str| tell.facts.list(&format!("disclosure/{id}")).len();
    let mut said = Vec::new();
    if n_of("joined") > 0 {
        // A count of categories: the cast is exact.
        let n = number("few").unwrap_or(0.0) as usize;
        let all = words.fixed(number("categories").unwrap_or(0.0), 0);
        let label = tell.facts.text("disclosure/label").unwrap_or_default();
        let members = names("joined");
        let text = say!(
            words,
            "disclosure-joined",
            n = n,
            all = all,
            nouns = nouns,
            min = min,
            members = members,
            label = label
        );
        said.push(quiet(text, "disclosure/joined"));
    }
    if n_of("left_out") > 0 {
        let (n, members) = (n_of("left_out"), names("left_out"));
        let text = say!(words, "disclosure-left-out", n = n, members = members, min = min);
        said.push(quiet(text, "disclosure/left_out"));
    }
    if n_of("thin") > 0 {
        let periods = names("thin");
        let text = say!(words, "disclosure-thin", periods = periods, nouns = nouns, min = min);
        said.push(quiet(text, "disclosure/thin"));
    }
    said
}

/// Tells whether the memo keeps a figure to itself.
pub(super) fn is_withheld(facts: &Facts, id: &str) -> bool {
    facts.get(id).is_some_and(|it| it.from.method == WITHHELD)
}

/// Says below a table what a dash in it stands for; `None` where none of its figures is kept.
pub(super) fn below(tell: &Tell, ids: &[String]) -> Option<Sentence> {
    let first = ids.iter().find(|it| is_withheld(tell.facts, it))?;
    Some(Sentence {
        facts: vec![first.clone()],
        ..dash(tell)
    })
}

/// Says what a dash stands for.
pub(super) fn dash(tell: &Tell) -> Sentence {
    // Few enough to be exact as a float.
    let min = tell.words.fixed(tell.plan.min_cell as f64, 0);
    let text = say!(tell.words, "disclosure-withheld", dash = MISSING, min = min);
    Sentence {
        runs: vec![Run::toned(text, Tone::Quiet)],
        facts: Vec::new(),
    }
}

/// Adds a sentence to one, where there is one to add.
pub(super) fn with(mut sentence: Sentence, more: Option<Sentence>) -> Sentence {
    if let Some(mut more) = more {
        sentence.runs.push(Run::toned(" ", Tone::Quiet));
        sentence.runs.append(&mut more.runs);
        sentence.facts.append(&mut more.facts);
    }
    sentence
}

fn quiet(text: String, fact: &str) -> Sentence {
    Sentence {
        runs: vec![Run::toned(text, Tone::Quiet)],
        facts: vec![fact.to_owned()],
    }
}

/// Lists names; of many the first, and how many there are beyond.
fn named(tell: &Tell, names: &[String]) -> String {
    let mut shown: Vec<String> = names.iter().take(NAMED).cloned().collect();
    let n_more = names.len().saturating_sub(NAMED);
    if n_more > 0 {
        shown.push(say!(tell.words, "disclosure-more", n = n_more));
    }
    text::capitalised(&tell.words.list(&shown))
}
