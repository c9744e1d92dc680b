//! How quality is told: rows and rules, checks, what to reproduce the memo with.

use super::telling_customers;
use crate::analysis::Tell;
use crate::analysis::disclosure;
use crate::model::facts::Value;
use crate::model::memo::Align;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Chart;
use crate::model::memo::Column;
use crate::model::memo::Drawing;
use crate::model::memo::Memo;
use crate::model::memo::Part;
use crate::model::memo::Row;
use crate::model::memo::RowRole;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::Tone;
use crate::model::plan::Role;
use crate::model::plan::Rule;
use crate::model::plan::Segment;
use crate::model::plan::Source;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::say;
use crate::words::text;

/// Columns of the rules that always have something to say.
const N_USED: usize = 3;
/// The column of the rules that says what share of all rows one removed.
const SHARE: usize = 4;
/// Characters of a hash that a page shows; the whole stands in the manifest.
const HASH_SHOWN: usize = 16;

/// Adds the quality part of the appendix.
pub fn tell(tell: &Tell, memo: &mut Memo) {
    if !tell.plan.note.is_empty() {
        let note = Sentence {
            runs: vec![Run::plain(tell.plan.note.clone())],
            facts: Vec::new(),
        };
        memo.appendix.blocks.push(Block::Prose {
            title: say!(tell.words, "quality-note-title"),
            paragraphs: vec![note],
        });
    }
    if let Some(events) = tell
        .plan
        .sources
        .iter()
        .find(|it| matches!(it.role, Role::Events { .. }))
    {
        memo.appendix.blocks.extend(rows_bar(tell, events));
    }
    memo.appendix.blocks.push(Block::Table(rules(tell)));
    let customers = telling_customers::tables(tell).into_iter().map(Block::Table);
    memo.appendix.blocks.extend(customers);
    let checks = Block::Table(checks(tell));
    let reproduce = Block::Table(reproduce(tell));
    memo.appendix.blocks.push(Block::Columns {
        widths: vec![1.0, 1.0],
        columns: vec![vec![checks], vec![reproduce]],
    });
}

fn head(text: &str, align: Align) -> Column {
    Column {
        head: vec![Run::toned(text, Tone::Quiet)],
        align,
        ..Column::default()
    }
}

fn count(tell: &Tell, id: &str) -> Option<f64> {
    tell.facts.number(&format!("quality/{id}"))
}

fn shown(tell: &Tell, n: f64) -> String {
    tell.words.fixed(n, 0)
}

/// One bar of the rows used: before history, in history, in the target.
fn rows_bar(tell: &Tell, source: &Source) -> Option<Block> {
    let name = text::slug(&source.name);
    let of = |what: &str| count(tell, &format!("{name}/{what}"));
    let (used, before, target, after) = (
        of("rows_used")?,
        of("rows_before")?,
        of("rows_target")?,
        of("rows_after")?,
    );
    let history = used - before - target - after;
    let words = tell.words;
    let when = words.when(&tell.plan.periods.target);
    let n = tell.plan.periods.history.len();
    let grain = tell.plan.periods.grain.noun();
    let all = [
        (
            before,
            say!(words, "quality-rows-before", rows = shown(tell, before)),
            0,
        ),
        (
            history,
            say!(
                words,
                "quality-rows-history",
                rows = shown(tell, history),
                n = n,
                grain = grain
            ),
            1,
        ),
        (
            target,
            say!(words, "quality-rows-target", rows = shown(tell, target), when = when),
            2,
        ),
        (after, say!(words, "quality-rows-after", rows = shown(tell, after)), 0),
    ];
    let parts: Vec<Part> = all
        .into_iter()
        .filter(|it| it.0 > 0.0)
        .map(|(value, label, shade)| Part { value, label, shade })
        .collect();
    let said: Vec<String> = parts.iter().map(|it| it.label.clone()).collect();
    let chart = Chart {
        id: "rows".into(),
        title: say!(words, "quality-rows-title"),
        description: say!(
            words,
            "quality-rows-alt",
            source = source.name,
            parts = words.list(&said)
        ),
        width: 493.0,
        height: 28.0,
        drawing: Drawing::Parts { parts },
    };
    Some(Block::Figure {
        title: say!(words, "quality-rows-figure"),
        subtitle: String::new(),
        chart,
        note: None,
    })
}

fn rules(tell: &Tell) -> Table {
    let mut rows = Vec::new();
    let share_unit = Unit::total(Quantity::Share);
    for source in &tell.plan.sources {
        let name = text::slug(&source.name);
        let get = |what: &str| count(tell, &format!("{name}/{what}")).unwrap_or(0.0);
        let figure = |n: f64, id: &str| Cell::figure(shown(tell, n), Some(n), format!("quality/{name}/{id}"));
        let mut left = get("rows_read");
        let mut row = |what: Cell, before: f64, removed: Cell, share: Cell, because: &str, role: RowRole| {
            // What is left between two rules is no fact of its own.
            let fact = ["rows_read", "rows_used"].into_iter().find(|it| get(it) == before);
            let cells = vec![
                Cell::text(source.name.clone()),
                what,
                fact.map_or_else(|| Cell::text(shown(tell, before)), |it| figure(before, it)),
                removed,
                share,
                Cell::text(because),
            ];
            rows.push(Row {
                cells,
                role,
                page: String::new(),
            });
        };
        let rejected = get("rejected");
        if rejected > 0.0 {
            row(
                Cell::text(say!(tell.words, "quality-unreadable")),
                left,
                figure(rejected, "rejected"),
                Cell::text(""),
                &say!(tell.words, "quality-rejects"),
                RowRole::Body,
            );
        }
        left -= rejected;
        for (idx, rule) in source.rules.iter().enumerate() {
            let id = format!("rule/{}", idx + 1);
            let removed = get(&id);
            row(
                Cell::toned(rule.written.clone(), Tone::Code),
                left,
                figure(removed, &id),
                crate::analysis::groups::figure(tell, format!("quality/{name}/{id}/share"), &share_unit, 1),
                &because(tell, rule),
                RowRole::Body,
            );
            left -= removed;
        }
        let used = Cell {
            lines: vec![vec![Run::toned(say!(tell.words, "quality-rows-used"), Tone::Strong)]],
            span: 1,
            ..Cell::default()
        };
        row(
            used,
            get("rows_used"),
            Cell::text(""),
            Cell::text(""),
            "",
            RowRole::Body,
        );
    }
    let sized = |text: &str, width: f64| Column {
        width: Some(width),
        ..head(text, Align::Left)
    };
    let words = tell.words;
    let mut columns = vec![
        sized(&say!(words, "quality-head-source"), 90.0),
        head(&say!(words, "quality-head-rule"), Align::Left),
        head(&say!(words, "quality-head-rows"), Align::Right),
        head(&say!(words, "quality-head-removed"), Align::Right),
        head(&say!(words, "quality-head-of-rows"), Align::Right),
        sized(&say!(words, "quality-head-because"), 150.0),
    ];
    if tell.plan.roster.is_none() {
        // The share is a fact of rosters: which customers are in it hangs on what was removed.
        columns.remove(SHARE);
        rows.iter_mut().for_each(|row| {
            row.cells.remove(SHARE);
        });
    }
    if rows.iter().all(|row| row.cells.iter().skip(N_USED).all(is_empty)) {
        // Nothing was removed by anything: two empty columns would look like a fault.
        columns.truncate(N_USED);
        rows.iter_mut().for_each(|row| row.cells.truncate(N_USED));
    }
    Table {
        id: "rules".into(),
        columns,
        rows,
        note: telling_customers::nobody(tell),
        ..Table::default()
    }
}

/// Says why a rule is there: as its author does, or that the memo is about some rows.
fn because(tell: &Tell, rule: &Rule) -> String {
    if rule.is_of_memo {
        return say!(tell.words, "quality-of-memo");
    }
    rule.because.clone()
}

fn is_empty(cell: &Cell) -> bool {
    cell.lines.iter().flatten().all(|run| run.text.is_empty())
}

/// A line of the table of checks; what is odd is set strong.
struct Check {
    what: String,
    result: String,
    sort: Option<f64>,
    fact: String,
    tone: Tone,
}

impl Check {
    /// A count that ought to be nothing.
    fn count(tell: &Tell, what: String, id: &str, n: f64) -> Self {
        Self {
            what,
            result: shown(tell, n),
            sort: Some(n),
            fact: format!("quality/{id}"),
            tone: if n > 0.0 { Tone::Strong } else { Tone::Plain },
        }
    }

    fn into_row(self) -> Row {
        let mut figure = Cell::figure(self.result, self.sort, self.fact);
        figure.lines[0][0].tone = self.tone;
        Row {
            cells: vec![Cell::toned(self.what, self.tone), figure],
            ..Row::default()
        }
    }
}

fn checks(tell: &Tell) -> Table {
    let mut checks = Vec::new();
    for source in &tell.plan.sources {
        checks.extend(source_checks(tell, source));
    }
    checks.extend(attribute_checks(tell));
    checks.extend(period_checks(tell));
    checks.extend(smallest_check(tell));
    checks.extend(few_check(tell));
    let warnings = tell.facts.list("quality/warnings");
    let warnings: Vec<String> = warnings.iter().map(|it| in_words(tell, it)).collect();
    let kept = disclosure::said(tell);
    let said = kept.iter().flat_map(|it| it.runs.iter().map(|run| run.text.clone()));
    let said: Vec<String> = said.chain(warnings).collect();
    let note = (!said.is_empty()).then(|| Sentence {
        runs: vec![Run::toned(said.join(" "), Tone::Quiet)],
        facts: kept.into_iter().flat_map(|it| it.facts).collect(),
    });
    Table {
        id: "checks".into(),
        title: say!(tell.words, "quality-title"),
        columns: vec![
            head(&say!(tell.words, "quality-head-check"), Align::Left),
            head(&say!(tell.words, "quality-head-result"), Align::Right),
        ],
        rows: checks.into_iter().map(Check::into_row).collect(),
        note,
        ..Table::default()
    }
}

/// A warning as a reader of the memo knows its things: attributes by their labels.
fn in_words(tell: &Tell, warning: &str) -> String {
    let named = tell.plan.segments.iter().fold(warning.to_owned(), |text, it| {
        text.replace(&format!("`{}`", it.name), &it.label)
    });
    format!("{}.", text::capitalised(&named.replace('`', "")))
}

fn source_checks(tell: &Tell, source: &Source) -> Vec<Check> {
    let name = text::slug(&source.name);
    let lines: &[&str] = match source.role {
        Role::Events { .. } => &[
            "duplicates",
            "rows_without_customer",
            "rows_without_attributes",
            "rows_without_category",
            "rounded",
        ],
        Role::Customers { .. } | Role::Things { .. } => &["duplicates"],
    };
    let check = |what: &&str| {
        let id = format!("{name}/{what}");
        let n = count(tell, &id)?;
        let label = say!(tell.words, "quality-check", source = source.name, check = *what);
        Some(Check::count(tell, label, &id, n))
    };
    let unmatched = source.lookups.iter().filter_map(|it| {
        let id = format!("{name}/unmatched/{}", text::slug(&it.table.name));
        let n = count(tell, &id)?;
        Some(Check::count(
            tell,
            say!(
                tell.words,
                "quality-unmatched",
                source = source.name,
                table = it.table.name
            ),
            &id,
            n,
        ))
    });
    lines.iter().filter_map(check).chain(unmatched).collect()
}

fn attribute_checks(tell: &Tell) -> Vec<Check> {
    let check = |segment: &Segment| {
        let id = format!("attributes/{}/missing", text::slug(&segment.name));
        let n = count(tell, &id).filter(|n| *n > 0.0)?;
        let label = say!(tell.words, "quality-not-stated", attribute = segment.label);
        Some(Check::count(tell, label, &id, n))
    };
    tell.plan.segments.iter().filter_map(check).collect()
}

fn period_checks(tell: &Tell) -> Vec<Check> {
    let get = |id: &str| count(tell, id).unwrap_or(0.0);
    let (empty, all) = (get("periods/empty"), get("periods/all"));
    let (words, grain) = (tell.words, tell.plan.periods.grain.noun());
    let mut checks = vec![Check {
        result: say!(words, "quality-of", n = shown(tell, empty), all = shown(tell, all)),
        ..Check::count(
            tell,
            say!(words, "quality-periods-empty", grain = grain),
            "periods/empty",
            empty,
        )
    }];
    let incomplete = tell.facts.list("quality/periods/incomplete");
    if !incomplete.is_empty() {
        checks.push(Check {
            what: say!(words, "quality-periods-incomplete", grain = grain),
            result: incomplete.join(", "),
            sort: None,
            fact: "quality/periods/incomplete".into(),
            tone: Tone::Plain,
        });
    }
    checks
}

fn smallest_check(tell: &Tell) -> Option<Check> {
    let n = count(tell, "smallest/count")?;
    let label = tell.facts.text("quality/smallest/category")?;
    let noun = text::lowered(&tell.plan.categories.noun);
    Some(Check {
        tone: Tone::Plain,
        ..Check::count(
            tell,
            say!(tell.words, "quality-smallest", noun = noun, label = label),
            "smallest/count",
            n,
        )
    })
}

/// How many categories have too few customers to stand alone.
fn few_check(tell: &Tell) -> Option<Check> {
    let number = |id: &str| tell.facts.number(&format!("disclosure/{id}"));
    let (few, all) = (number("few")?, number("categories")?);
    let (words, min) = (tell.words, shown(tell, number("min_cell")?));
    let nouns = &tell.plan.categories.nouns;
    Some(Check {
        fact: "disclosure/few".into(),
        result: say!(words, "quality-of", n = shown(tell, few), all = shown(tell, all)),
        ..Check::count(tell, say!(words, "disclosure-few", nouns = nouns, min = min), "", few)
    })
}

fn reproduce(tell: &Tell) -> Table {
    let rows = tell.facts.iter().filter_map(|(id, fact)| {
        let name = id.strip_prefix("audit/")?;
        let Value::Text(text) = &fact.value else { return None };
        // Hashes are cut; what somebody said is not.
        let is_hash = text.len() == 64 && text.chars().all(|it| it.is_ascii_hexdigit());
        let short: String = text
            .chars()
            .take(if is_hash { HASH_SHOWN } else { usize::MAX })
            .collect();
        let mut figure = Cell::figure(short, None, id.clone());
        figure.lines[0][0].tone = Tone::Code;
        Some(Row {
            cells: vec![Cell::text(name.replace('/', ": ")), figure],
            ..Row::default()
        })
    });
    let note = say!(tell.words, "quality-hashes");
    Table {
        id: "reproduce".into(),
        title: say!(tell.words, "quality-reproduce"),
        columns: vec![
            head(&say!(tell.words, "quality-head-input"), Align::Left),
            head(&say!(tell.words, "quality-head-hash", n = HASH_SHOWN), Align::Right),
        ],
        rows: rows.collect(),
        note: Some(Sentence {
            runs: vec![Run::toned(note, Tone::Quiet)],
            facts: Vec::new(),
        }),
        ..Table::default()
    }
}
