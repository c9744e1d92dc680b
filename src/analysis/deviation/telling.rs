//! How deviation is told: the ranking on the first page, a projection chart a page, method and backtest.
//!
//! It says what stands where, and holds what all its parts use. It must not compute what the facts do not say.

use super::Told;
use super::appendix;
use super::beaten;
use super::calendar;
use super::led_by;
use super::model_label;
use super::page;
use super::ranking::ranking;
use crate::analysis::Tell;
use crate::analysis::early;
use crate::analysis::notes;
use crate::analysis::subjects;
use crate::analysis::verdict;
use crate::model::memo::Band;
use crate::model::memo::Block;
use crate::model::memo::Memo;
use crate::model::memo::Page;
use crate::model::memo::Run;
use crate::model::memo::Tone;
use crate::model::period::Grain;
use crate::model::plan::Metric;
use crate::say;
use crate::words::Words;
use crate::words::text;

/// Adds everything that deviation has to say.
pub fn tell(told: &Told, tell: &Tell, memo: &mut Memo) {
    let Some(&first) = told.metrics.first() else { return };
    let metric = &tell.plan.metrics[first];
    if tell.facts.number("deviation/n_projected").unwrap_or(0.0) > 0.0 {
        memo.lead = lead(told, tell, metric);
        memo.front.push(Block::Table(ranking(told, tell, metric)));
    }
    for slug in pages(tell) {
        let mut sheet = Page {
            id: format!("movers/{slug}"),
            title: verdict::title(tell, &slug),
            ..Page::default()
        };
        sheet.lead.push(page::lead(tell, &slug));
        sheet.lead.extend(notes::known_causes(tell, &slug, led_by(tell, &slug)));
        let led = &tell.plan.metrics[led_by(tell, &slug)];
        sheet.lead.extend(calendar::telling::on_page(told, tell, &slug, led));
        sheet.blocks.extend(page::projection(tell, led, &slug));
        memo.pages.push(sheet);
    }
    memo.appendix.blocks.push(appendix::method(told, tell, metric));
    memo.appendix.blocks.extend(calendar::telling::appendix(told, tell));
    memo.appendix.blocks.extend(appendix::backtest(told, tell));
    memo.appendix.blocks.push(Block::Table(appendix::all(told, tell)));
}

/// Returns the categories that get a page, in rank order: whatever a later analysis looked at, else the movers.
pub(super) fn pages(tell: &Tell) -> Vec<String> {
    let asked: Vec<&String> = tell
        .facts
        .list("drivers/subjects")
        .iter()
        .chain(tell.facts.list("contribution/subjects"))
        .collect();
    let mut slugs: Vec<String> = tell.facts.list("deviation/ranking").to_vec();
    if asked.is_empty() {
        slugs.retain(|slug| subjects::is_mover(tell.facts, slug));
    } else {
        slugs.retain(|slug| asked.contains(&slug));
    }
    slugs
}

/// What the first page says of the method, above its table.
fn lead(told: &Told, tell: &Tell, metric: &Metric) -> Vec<Run> {
    let nouns = &tell.plan.categories.nouns;
    let grain = tell.plan.periods.grain;
    let n = told
        .n_history
        .unwrap_or(usize::MAX)
        .min(tell.plan.periods.history.len());
    let rate = tell.words.set_share(told.fdr);
    let season = match tell
        .facts
        .text(&format!("deviation/metrics/{}/season", text::slug(&metric.name)))
    {
        Some("none") if !matches!(grain, Grain::Year) => {
            Some(say!(tell.words, "deviation-no-season", n = n, grain = grain.noun()))
        }
        _ => None,
    };
    let labels: Vec<String> = told
        .metrics
        .iter()
        .map(|&idx| text::lowered(&tell.plan.metrics[idx].label))
        .collect();
    let noun = &tell.plan.categories.noun;
    let words = tell.words;
    // Several metrics give a category several chances: what is controlled within each is not controlled over all.
    let held = say!(
        words,
        "deviation-held",
        noun = noun,
        metrics = words.list(&labels),
        n_metrics = labels.len(),
        n = n,
        grain = grain.noun()
    );
    let survives = say!(
        words,
        "deviation-survives",
        rate = rate,
        nouns = nouns,
        n_metrics = labels.len()
    );
    let mut rest = vec![survives];
    rest.extend(season);
    rest.extend(calendar::telling::in_short(told, tell));
    rest.extend(beaten(told, tell));
    vec![
        Run::plain(format!("{held} ")),
        Run::toned(say!(words, "deviation-a-mover"), Tone::Strong),
        Run::plain(format!(
            " {}{}",
            rest.join(" "),
            early::below_chart(tell.plan, tell.words)
        )),
    ]
}

/// Says on which metrics the chosen model lost to the seasonal naive; `None` where it lost nowhere.
fn beaten(told: &Told, tell: &Tell) -> Option<String> {
    let words = tell.words;
    let lost = beaten::lost(told, tell.plan, tell.facts, &|mase| words.fixed(mase, 2));
    let said: Vec<String> = lost
        .iter()
        .map(|it| {
            say!(
                words,
                "deviation-lost",
                metric = it.metric,
                own = it.own,
                naive = it.naive
            )
        })
        .collect();
    let model = model_name(tell, model_label(told.model));
    (!said.is_empty()).then(|| say!(words, "deviation-beaten", model = model, lost = words.list(&said)))
}

/// Names a model as the memo prints it, from its name in facts.
pub(super) fn model_name(tell: &Tell, label: &str) -> String {
    say!(tell.words, "deviation-model", model = text::slug(label), label = label)
}

/// Returns a figure of a category by a metric.
pub(super) fn number(tell: &Tell, slug: &str, metric: &Metric, name: &str) -> Option<f64> {
    tell.facts
        .number(&format!("deviation/{slug}/{}/{name}", text::slug(&metric.name)))
}

/// Returns the id of a figure of a category by a metric.
pub(super) fn id(slug: &str, metric: &Metric, name: &str) -> String {
    format!("deviation/{slug}/{}/{name}", text::slug(&metric.name))
}

/// Returns a metric's name with its unit behind it, unless the name says it.
pub(super) fn named_with_unit(words: &Words, metric: &Metric) -> String {
    let unit = words.head(&metric.unit);
    if unit.is_empty() || unit.eq_ignore_ascii_case(&metric.label) {
        metric.label.clone()
    } else {
        format!("{}, {unit}", metric.label)
    }
}

/// The kept series of a category: actual, and what was projected.
pub(super) fn band_series(tell: &Tell, metric: &Metric, slug: &str) -> (Vec<Option<f64>>, Vec<Option<Band>>) {
    let series = |name: &str| tell.facts.series(&id(slug, metric, &format!("series/{name}"))).to_vec();
    let (mid, low, high) = (series("projected"), series("low80"), series("high80"));
    let band = |i: usize| {
        Some(Band {
            low: low[i]?,
            mid: mid[i]?,
            high: high[i]?,
        })
    };
    (series("actual"), (0..mid.len()).map(band).collect())
}
