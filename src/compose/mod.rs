//! Compose: from facts to a memo, by letting each analysis tell its own.
//!
//! What belongs to no analysis is added here: title, dates, the frame of the appendix. It must not
//! compute, and it must not know PDF from HTML.

use crate::analysis::Task;
use crate::analysis::Tell;
use crate::analysis::early;
use crate::analysis::notes;
use crate::analysis::restatement;
use crate::model::facts::Facts;
use crate::model::memo::Block;
use crate::model::memo::Memo;
use crate::model::memo::Page;
use crate::model::plan::Plan;
use crate::say;
use crate::words::Words;
use std::collections::BTreeMap;

/// Methods that stand side by side.
const METHOD_COLUMNS: usize = 3;

/// Composes the memo of a plan from its facts.
pub fn compose(plan: &Plan, tasks: &[Box<dyn Task>], facts: &Facts, words: &Words) -> Memo {
    let target = plan.periods.target;
    let mut memo = Memo {
        lang: words.language(),
        title: plan.title.clone(),
        kicker: say!(words, "memo-kicker", grain = target.grain.noun()),
        dateline: say!(
            words,
            "memo-dateline",
            dates = early::dated(plan, words),
            last = last_day(plan, words)
        ),
        labels: labels(words),
        heads: heads(words),
        appendix: Page {
            id: "appendix".into(),
            title: say!(words, "memo-appendix"),
            ..Page::default()
        },
        foot: plan.title.clone(),
        disclaimer: plan.footer.clone(),
        ..Memo::default()
    };
    let tell = Tell { plan, facts, words };
    for task in tasks {
        task.tell(&tell, &mut memo);
    }
    restatement::tell(&tell, &mut memo);
    notes::tell(&tell, &mut memo);
    early::tell(&tell, &mut memo);
    memo.appendix.blocks = methods_side_by_side(memo.appendix.blocks);
    memo
}

/// Words that a template places itself, by the names that it knows them by.
pub fn labels(words: &Words) -> BTreeMap<String, String> {
    let labels = [
        ("skip", say!(words, "template-skip")),
        ("dark", say!(words, "template-dark")),
        ("light", say!(words, "template-light")),
        ("contents", say!(words, "template-contents")),
        ("note_facts", say!(words, "template-note-facts")),
        ("marks_facts", say!(words, "template-marks-facts")),
        ("figure_facts", say!(words, "template-figure-facts")),
        ("of", say!(words, "template-of")),
        ("chart", say!(words, "template-chart")),
        ("name", say!(words, "template-name")),
        ("close", say!(words, "template-close")),
        ("facts_json", say!(words, "template-facts-json")),
        ("definition", say!(words, "template-definition")),
        ("value", say!(words, "template-value")),
        ("unit", say!(words, "template-unit")),
        ("interval", say!(words, "template-interval")),
        ("to", say!(words, "template-to")),
        ("metric", say!(words, "template-metric")),
        ("category", say!(words, "template-category")),
        ("periods", say!(words, "template-periods")),
        ("analysis", say!(words, "template-analysis")),
        ("not_defined", say!(words, "template-not-defined")),
        ("per", say!(words, "template-per")),
        ("pure_number", say!(words, "template-pure-number")),
        ("share", say!(words, "template-share")),
        ("share_points", say!(words, "template-share-points")),
        ("change", say!(words, "template-change")),
        ("probability", say!(words, "template-probability")),
        ("origin", say!(words, "template-origin")),
        ("rows", say!(words, "template-rows")),
        ("rules", say!(words, "template-rules")),
        ("files", say!(words, "template-files")),
        ("spec", say!(words, "template-spec")),
        ("ask", say!(words, "template-ask")),
    ];
    labels.map(|(name, text)| (name.to_owned(), text)).into()
}

/// Heads that only the tables' files have, by the names that they know them by.
pub fn heads(words: &Words) -> BTreeMap<String, String> {
    let heads = [
        ("low", say!(words, "sheet-low")),
        ("high", say!(words, "sheet-high")),
        ("value", say!(words, "sheet-value")),
        ("note", say!(words, "sheet-note")),
        ("remark", say!(words, "sheet-remark")),
        ("first_day", say!(words, "sheet-first-day")),
        ("last_day", say!(words, "sheet-last-day")),
        ("name", say!(words, "template-name")),
        ("figure", say!(words, "template-value")),
        ("attribute", say!(words, "sheet-attribute")),
        ("customers", say!(words, "groups-head-customers")),
        ("contents", say!(words, "template-contents")),
        ("sheet", say!(words, "sheet-sheet")),
        ("holds", say!(words, "sheet-holds")),
        ("rows", say!(words, "sheet-rows")),
        ("file", say!(words, "sheet-file")),
    ];
    heads.map(|(name, text)| (name.to_owned(), text)).into()
}

fn last_day(plan: &Plan, words: &Words) -> String {
    let last = plan.periods.as_of.yesterday().unwrap_or(plan.periods.as_of);
    words.day(last)
}

/// How long a paragraph is, heading included.
fn n_chars(block: &Block) -> usize {
    let Block::Prose { title, paragraphs } = block else {
        return 0;
    };
    let runs = paragraphs.iter().flat_map(|it| &it.runs);
    title.len() + runs.map(|run| run.text.len()).sum::<usize>()
}

/// Puts all prose first, in columns; the rest keeps its order.
fn methods_side_by_side(blocks: Vec<Block>) -> Vec<Block> {
    let (prose, rest): (Vec<Block>, Vec<Block>) = blocks
        .into_iter()
        .partition(|block| matches!(block, Block::Prose { .. }));
    let n = prose.len().min(METHOD_COLUMNS);
    if n < 2 {
        return prose.into_iter().chain(rest).collect();
    }
    let mut columns: Vec<Vec<Block>> = vec![Vec::new(); n];
    for block in prose {
        // The shortest column takes the next, so that all end about level.
        let shortest = (0..n).min_by_key(|&it| columns[it].iter().map(n_chars).sum::<usize>());
        columns[shortest.unwrap_or(0)].push(block);
    }
    let side_by_side = Block::Columns {
        widths: vec![1.0; n],
        columns,
    };
    std::iter::once(side_by_side).chain(rest).collect()
}
