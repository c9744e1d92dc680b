//! Rosters: what each customer adds to a metric of a category, on both sides of a comparison.

use super::Need;
use super::aggregates;
use super::places;
use crate::model::diagnostic::Diagnostics;
use crate::model::expr::Formula;
use crate::model::panel::Panel;
use crate::model::panel::Roster;
use crate::model::plan::Comparison;
use crate::model::plan::Plan;
use crate::model::request::Answer;
use crate::model::request::Key;
use crate::model::request::Request;
use crate::source::Tables;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A request of one need, and what its answer is for.
struct Asked {
    need_idx: usize,
    measures: Vec<usize>,
    across: bool,
}

/// Answers the needs of a wave, plan by plan, in one pass.
pub fn rosters(tables: &Tables, of_plans: &[(&Plan, &Panel, &[Need])]) -> Result<Vec<Vec<Roster>>, Diagnostics> {
    let asked: Vec<(Vec<Asked>, Vec<Request>)> = of_plans.iter().map(|it| requests(it.0, it.1, it.2)).collect();
    let plans: Vec<Cow<'_, Plan>> = of_plans.iter().map(|it| joining(it.0, it.1)).collect();
    let batch = plans
        .iter()
        .zip(&asked)
        .map(|(plan, asked)| (&**plan, asked.1.as_slice()));
    let answers = tables.answers(&batch.collect::<Vec<(&Plan, &[Request])>>())?;
    let all = of_plans.iter().zip(&asked).zip(&answers);
    Ok(all
        .map(|((it, asked), answers)| laid_out(it.0, it.1, it.2, &asked.0, answers))
        .collect())
}

/// The plan by which the panel's categories are read: some of them may stand together.
fn joining<'a>(plan: &'a Plan, panel: &Panel) -> Cow<'a, Plan> {
    if panel.joined.is_none() {
        Cow::Borrowed(plan)
    } else {
        Cow::Owned(plan.joining(&panel.joined))
    }
}

/// Lists what needs ask.
fn requests(plan: &Plan, panel: &Panel, needs: &[Need]) -> (Vec<Asked>, Vec<Request>) {
    let mut asked = Vec::new();
    let mut batch = Vec::new();
    for (need_idx, need) in needs.iter().enumerate() {
        let Need::Rosters {
            metric,
            categories,
            comparison,
        } = need;
        let mut leaves: Vec<usize> = plan.metrics[*metric].formula.leaves().into_iter().copied().collect();
        leaves.sort_unstable();
        leaves.dedup();
        for source in 0..plan.sources.len() {
            for across in [false, true] {
                let wanted = |idx: &usize| plan.measures[*idx].source == source && plan.measures[*idx].across == across;
                let measures: Vec<usize> = leaves.iter().copied().filter(wanted).collect();
                if measures.is_empty() {
                    continue;
                }
                let keys = [Key::Period, Key::Category, Key::Customer];
                let labels = categories.iter().map(|&idx| panel.categories[idx].clone());
                batch.push(Request {
                    source,
                    keys: keys
                        .into_iter()
                        .filter(|key| !(across && *key == Key::Category))
                        .collect(),
                    periods: sides(plan, comparison),
                    categories: if across { Vec::new() } else { labels.collect() },
                    aggregates: aggregates(plan, &measures),
                });
                asked.push(Asked {
                    need_idx,
                    measures,
                    across,
                });
            }
        }
    }
    (asked, batch)
}

/// Lays out the rosters of needs from the answers to what they asked.
fn laid_out(plan: &Plan, panel: &Panel, needs: &[Need], asked: &[Asked], answers: &[Answer]) -> Vec<Roster> {
    let mut rosters = Vec::new();
    for (need_idx, need) in needs.iter().enumerate() {
        let Need::Rosters {
            metric,
            categories,
            comparison,
        } = need;
        let of_need: Vec<(&Asked, &Answer)> = asked
            .iter()
            .zip(answers)
            .filter(|(asked, _)| asked.need_idx == need_idx)
            .collect();
        let located: Vec<Vec<u32>> = of_need
            .iter()
            .map(|(_, answer)| places(&panel.attributes, answer))
            .collect();
        for &category in categories {
            rosters.push(roster(plan, panel, *metric, category, comparison, &of_need, &located));
        }
    }
    rosters
}

/// The comparison's periods, then the target: ascending, since a comparison lies before the target.
fn sides(plan: &Plan, comparison: &Comparison) -> Vec<crate::model::period::Period> {
    let mut periods = comparison.periods.clone();
    periods.push(plan.periods.target);
    periods
}

fn roster(
    plan: &Plan,
    panel: &Panel,
    metric: usize,
    category: usize,
    comparison: &Comparison,
    answers: &[(&Asked, &Answer)],
    located: &[Vec<u32>],
) -> Roster {
    let label = &panel.categories[category];
    let n_before = comparison.periods.len();
    // customer → period → measure → value
    let mut cells: BTreeMap<u32, Vec<BTreeMap<usize, f64>>> = BTreeMap::new();
    for ((asked, answer), located) in answers.iter().zip(located) {
        let wanted = answer.categories.place(label);
        for row_idx in 0..answer.period.len() {
            if !asked.across && wanted != Some(answer.category[row_idx] as usize) {
                continue;
            }
            let customer = located[answer.customer[row_idx] as usize];
            let periods = cells
                .entry(customer)
                .or_insert_with(|| vec![BTreeMap::new(); n_before + 1]);
            for (column, &measure_idx) in asked.measures.iter().enumerate() {
                if let Some(x) = answer.amount(column, row_idx) {
                    periods[answer.period[row_idx] as usize].insert(measure_idx, x);
                }
            }
        }
    }
    let (above, below) = plan.metrics[metric]
        .ratio()
        .map_or((&plan.metrics[metric].formula, None), |(n, d)| (n, Some(d)));
    let mut roster = Roster {
        metric,
        category,
        comparison: comparison.clone(),
        customer: Vec::with_capacity(cells.len()),
        numerator: Vec::with_capacity(cells.len()),
        denominator: Vec::with_capacity(cells.len()),
    };
    for (customer, periods) in cells {
        let part = |formula: &Formula<usize>, cell: &BTreeMap<usize, f64>| {
            formula
                .value(&|measure| Some(cell.get(measure).copied().unwrap_or(0.0)))
                .unwrap_or(0.0)
        };
        let is_active = |cell: &BTreeMap<usize, f64>| if cell.is_empty() { 0.0 } else { 1.0 };
        let lower = |cell: &BTreeMap<usize, f64>| below.map_or_else(|| is_active(cell), |formula| part(formula, cell));
        let sides = |of: &dyn Fn(&BTreeMap<usize, f64>) -> f64| {
            let before: Vec<f64> = periods[..n_before].iter().map(of).collect();
            [crate::stats::sum::mean(&before).unwrap_or(0.0), of(&periods[n_before])]
        };
        let (numerator, denominator) = (sides(&|cell| part(above, cell)), sides(&lower));
        if numerator == [0.0; 2] && denominator == [0.0; 2] {
            continue;
        }
        roster.customer.push(customer);
        roster.numerator.push(numerator);
        roster.denominator.push(denominator);
    }
    roster
}
