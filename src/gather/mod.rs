//! Gather: from a plan and what analyses need to a panel.
//!
//! All requests of a wave go to the source in one batch. What comes back is laid out in plain
//! slices by category, period and customer. It must not know what an analysis does with them.

mod attributes;
mod customers;
mod protect;
mod roster;

use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::expr::Aggregate;
use crate::model::joined::Joined;
use crate::model::panel::Attributes;
use crate::model::panel::Intake;
use crate::model::panel::Panel;
use crate::model::period::Period;
use crate::model::plan::Comparison;
use crate::model::plan::Plan;
use crate::model::plan::Role;
use crate::model::request::Answer;
use crate::model::request::Key;
use crate::model::request::Request;
use crate::source::Tables;
use crate::source::cost::Cost;
use std::borrow::Cow;

/// What an analysis needs beyond the cube, known once the facts of earlier waves are.
#[derive(Debug, Clone, PartialEq)]
pub enum Need {
    /// One row a customer for both sides of a comparison, for each of some categories.
    Rosters {
        /// Index of the metric.
        metric: usize,
        /// Indices of categories.
        categories: Vec<usize>,
        /// What the target is held against.
        comparison: Comparison,
    },
}

/// Reads the cube (every measure by category and period, and by period alone) and what analyses ask, in one pass for all
/// plans, whose sources `tables` opened.
///
/// # Errors
/// Whatever cannot be read; a sum that does not fit.
pub fn gather(tables: &Tables, asked: &[(&Plan, &[Request])]) -> Result<Vec<Panel>, Diagnostics> {
    let batches: Vec<Vec<Request>> = asked.iter().map(|it| first_requests(it.0, it.1)).collect();
    let batch: Vec<(&Plan, &[Request])> = asked
        .iter()
        .zip(&batches)
        .map(|(it, batch)| (it.0, batch.as_slice()))
        .collect();
    let (mut answers, intakes): (Vec<Vec<Answer>>, Vec<Vec<Intake>>) =
        tables.first_answers(&batch)?.into_iter().unzip();
    let mut counted = Vec::with_capacity(asked.len());
    for ((plan, _), answers) in asked.iter().zip(&mut answers) {
        let requests = protect::requests(plan, &stretches(plan));
        let of_counts = answers.split_off(answers.len() - requests.len());
        counted.push((*plan, requests.into_iter().zip(of_counts).collect()));
    }
    let joined = protect::joined(tables, &counted)?;
    let answers = asked_again(tables, asked, &joined, answers)?;
    let panels = asked.iter().zip(&joined).zip(answers.into_iter().zip(intakes));
    panels
        .map(|(((plan, asked), joined), (answers, intake))| {
            let panel = panel(plan, tables, asked, answers, intake)?;
            Ok(Panel {
                joined: joined.clone(),
                ..panel
            })
        })
        .collect()
}

/// Asks the same of the memos some of whose categories stand together: what is counted once a group, as customers, cannot be
/// added up over groups.
fn asked_again(
    tables: &Tables,
    asked: &[(&Plan, &[Request])],
    joined: &[Joined],
    mut answers: Vec<Vec<Answer>>,
) -> Result<Vec<Vec<Answer>>, Diagnostics> {
    let places: Vec<usize> = (0..asked.len()).filter(|it| !joined[*it].is_none()).collect();
    let of = |it: &usize| {
        let (plan, asked) = asked[*it];
        (plan.joining(&joined[*it]), cube_and_asked(plan, asked))
    };
    let again: Vec<(Plan, Vec<Request>)> = places.iter().map(of).collect();
    if again.is_empty() {
        return Ok(answers);
    }
    let batch: Vec<(&Plan, &[Request])> = again.iter().map(|it| (&it.0, it.1.as_slice())).collect();
    for (place, new) in places.iter().zip(tables.answers(&batch)?) {
        answers[*place] = new;
    }
    Ok(answers)
}

/// Lays out a panel from the answers to the requests of the first wave, in their order.
fn panel(
    plan: &Plan,
    tables: &Tables,
    asked: &[Request],
    mut answers: Vec<Answer>,
    intake: Vec<Intake>,
) -> Result<Panel, Diagnostics> {
    let periods = periods(plan);
    let requests = cube_requests(plan, &periods);
    let windows: Vec<(Period, Vec<Asked>)> = windows(plan)
        .into_iter()
        .map(|it| (it, cube_requests(plan, &[it])))
        .collect();
    let n_windows: usize = windows.iter().map(|it| it.1.len()).sum();
    let n_customers = attributes::requests(plan, &periods).len();
    let of_analyses = answers.split_off(requests.len() + n_windows + n_customers);
    let customers = answers.split_off(requests.len() + n_windows);
    let mut of_windows = answers.split_off(requests.len()).into_iter();
    // A window of the customer table may begin before the first period.
    let of_roster = plan.roster_requests();
    let earlier = asked.iter().zip(&of_analyses).filter(|it| of_roster.contains(it.0));
    let of_customers: Vec<&Answer> = customers.iter().chain(earlier.map(|it| it.1)).collect();
    let attributes = attributes::attributes(plan, tables, &of_customers)?;

    let skipped = |label: &&String| !plan.categories.skip.contains(label);
    let mut categories: Vec<String> = answers
        .iter()
        .flat_map(|answer| {
            answer
                .categories
                .texts()
                .map(Cow::into_owned)
                .filter(|it| skipped(&it))
                .collect::<Vec<_>>()
        })
        .collect();
    categories.sort();
    categories.dedup();

    let windows = windows
        .iter()
        .map(|(period, asked)| {
            let answers: Vec<Answer> = of_windows.by_ref().take(asked.len()).collect();
            cells(plan, &categories, vec![*period], asked, &answers)
        })
        .collect();
    let mut panel = Panel {
        intake,
        windows,
        answers: asked.iter().cloned().zip(of_analyses).collect(),
        ..cells(plan, &categories, periods, &requests, &answers)
    };
    panel.attributes = attributes;
    panel.customers = customers::tables(plan, tables, &panel)?;
    panel.record_columns = customers::record_columns(plan, tables, &panel)?;
    Ok(panel)
}

/// Tells what of the data is read otherwise than an author would expect.
pub fn warnings(plan: &Plan, intake: &[Intake], joined: &Joined) -> Vec<Diagnostic> {
    let mut warnings = of_joined(plan, joined);
    for (source, intake) in plan.sources.iter().zip(intake) {
        if intake.rows_without_category > 0 && intake.rows_without_category < intake.rows_used {
            let message = format!(
                "{} of {} rows of `{}` have no `{}`: they count in totals and in no {}",
                intake.rows_without_category,
                intake.rows_used,
                source.name,
                plan.categories.column,
                plan.categories.noun
            );
            let hint = format!("drop them by a rule, as `drop: {} is null`", plan.categories.column);
            warnings.push(Diagnostic::warning("rows-without-category", message).hint(hint));
        }
        if let (Role::Customers { key }, Some(n @ 1..)) = (&source.role, intake.duplicates) {
            let noun = if n == 1 { "row" } else { "rows" };
            let message = format!(
                "{n} {noun} of `{}` with a `{key}` that stood before: the first of each counts",
                source.name
            );
            let hint = "one row a customer: mend the file";
            warnings.push(Diagnostic::warning("repeated-customer", message).hint(hint));
        }
    }
    warnings
}

/// Tells which categories are not shown alone.
fn of_joined(plan: &Plan, joined: &Joined) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    let (noun, nouns) = (&plan.categories.noun, &plan.categories.nouns);
    let named = |of: &[String]| {
        of.iter()
            .map(|it| format!("`{it}`"))
            .collect::<Vec<String>>()
            .join(", ")
    };
    let hint = "`min_cell: 1` shows figures of any number of customers: for data that are public or synthetic";
    if !joined.members.is_empty() {
        let (n, all, few) = (joined.few.len(), joined.n_all, plan.min_cell);
        let have = if n == 1 { "has" } else { "have" };
        let message = format!(
            "{n} of {all} {nouns} {have} fewer than {few} customers in some period: {} stand together as `{}`",
            named(&joined.members),
            joined.label
        );
        warnings.push(Diagnostic::warning("joined-categories", message).hint(hint));
    }
    if !joined.left_out.is_empty() {
        let message = format!(
            "{} left out: the totals less all that is shown would be the figures of what `skip` leaves out, which has fewer \
             than {} customers in some period",
            named(&joined.left_out),
            plan.min_cell
        );
        let hint = format!("show the {noun} that `skip` names, or drop its rows by a rule; {hint}");
        warnings.push(Diagnostic::warning("left-out-categories", message).hint(hint));
    }
    if !joined.thin.is_empty() {
        let message = format!(
            "all {nouns} together have fewer than {} customers in {}: totals of such a period are figures of a few",
            plan.min_cell,
            joined.thin.join(", ")
        );
        let hint = format!("begin later, by a rule as `keep: date >= date '2026-01-01'`; {hint}");
        warnings.push(Diagnostic::warning("thin-period", message).hint(hint));
    }
    warnings
}

/// Adds what a later wave needs, for all plans in one pass.
///
/// # Errors
/// As [`gather`].
pub fn gather_rosters(tables: &Tables, asked: &mut [(&Plan, &mut Panel, Vec<Need>)]) -> Result<(), Diagnostics> {
    let of_plans: Vec<(&Plan, &Panel, &[Need])> = asked.iter().map(|it| (it.0, &*it.1, it.2.as_slice())).collect();
    let rosters = roster::rosters(tables, &of_plans)?;
    for (it, rosters) in asked.iter_mut().zip(rosters) {
        it.1.rosters.extend(rosters);
    }
    Ok(())
}

/// Tells what the first wave would read.
///
/// # Errors
/// Files that cannot be opened.
pub fn costs(tables: &Tables, asked: &[(&Plan, &[Request])]) -> Result<Vec<Cost>, Diagnostics> {
    let batches: Vec<Vec<Request>> = asked.iter().map(|it| first_requests(it.0, it.1)).collect();
    let all = asked.iter().zip(&batches).map(|(it, batch)| (it.0, batch.as_slice()));
    tables.costs(&all.collect::<Vec<(&Plan, &[Request])>>())
}

/// Lists what the first wave asks: the cube, whose customers there are, what analyses ask beyond it, and how many
/// customers each category has.
pub fn first_requests(plan: &Plan, asked: &[Request]) -> Vec<Request> {
    let mut requests = cube_and_asked(plan, asked);
    requests.extend(protect::requests(plan, &stretches(plan)));
    requests
}

/// Lists what a panel is laid out from.
fn cube_and_asked(plan: &Plan, asked: &[Request]) -> Vec<Request> {
    let periods = periods(plan);
    let of_windows = windows(plan).into_iter().flat_map(|it| cube_requests(plan, &[it]));
    let cube = cube_requests(plan, &periods).into_iter().chain(of_windows);
    cube.map(|it| it.request)
        .chain(attributes::requests(plan, &periods))
        .chain(asked.iter().cloned())
        .collect()
}

/// Lists the stretches of periods whose cells a memo can show: history and target, and each window.
fn stretches(plan: &Plan) -> Vec<Vec<Period>> {
    let windows = windows(plan).into_iter().map(|it| vec![it]);
    std::iter::once(periods(plan)).chain(windows).collect()
}

/// Lays out the cells of some periods: every measure by category and period, and by period alone.
fn cells(plan: &Plan, categories: &[String], periods: Vec<Period>, asked: &[Asked], answers: &[Answer]) -> Panel {
    let empty = vec![vec![None; periods.len()]; categories.len()];
    let mut panel = Panel {
        cube: vec![empty; plan.measures.len()],
        totals: vec![vec![None; periods.len()]; plan.measures.len()],
        categories: categories.to_vec(),
        periods,
        ..Panel::default()
    };
    for (asked, answer) in asked.iter().zip(answers) {
        place(&mut panel, asked, answer);
    }
    for (measure_idx, measure) in plan.measures.iter().enumerate() {
        let zeros = |series: &mut Vec<Option<f64>>| series.iter_mut().for_each(|cell| *cell = cell.or(Some(0.0)));
        if measure.missing_is_zero {
            panel.cube[measure_idx].iter_mut().for_each(zeros);
            zeros(&mut panel.totals[measure_idx]);
        }
        if measure.across {
            let total = panel.totals[measure_idx].clone();
            panel.cube[measure_idx]
                .iter_mut()
                .for_each(|series| series.clone_from(&total));
        }
    }
    panel
}

/// Periods of comparisons that are neither of history nor the target, each once.
fn windows(plan: &Plan) -> Vec<Period> {
    let own = periods(plan);
    let mut all: Vec<Period> = plan
        .periods
        .comparisons
        .iter()
        .flat_map(|it| it.periods.clone())
        .collect();
    all.retain(|it| !own.contains(it));
    all.sort();
    all.dedup();
    all
}

/// The periods of history, and the target.
fn periods(plan: &Plan) -> Vec<Period> {
    plan.periods
        .history
        .iter()
        .chain([&plan.periods.target])
        .copied()
        .collect()
}

/// A request and the measures that its aggregates stand for.
struct Asked {
    request: Request,
    measures: Vec<usize>,
    by_category: bool,
}

fn cube_requests(plan: &Plan, periods: &[crate::model::period::Period]) -> Vec<Asked> {
    let mut asked = Vec::new();
    for source in 0..plan.sources.len() {
        for by_category in [true, false] {
            let wanted =
                |idx: &usize| plan.measures[*idx].source == source && !(by_category && plan.measures[*idx].across);
            let measures: Vec<usize> = (0..plan.measures.len()).filter(wanted).collect();
            if measures.is_empty() {
                continue;
            }
            let keys = if by_category {
                vec![Key::Period, Key::Category]
            } else {
                vec![Key::Period]
            };
            let request = Request {
                source,
                keys,
                periods: periods.to_vec(),
                categories: Vec::new(),
                aggregates: aggregates(plan, &measures),
            };
            asked.push(Asked {
                request,
                measures,
                by_category,
            });
        }
    }
    asked
}

fn aggregates(plan: &Plan, measures: &[usize]) -> Vec<Aggregate> {
    measures
        .iter()
        .map(|&idx| plan.measures[idx].aggregate.clone())
        .collect()
}

fn place(panel: &mut Panel, asked: &Asked, answer: &Answer) {
    let place = |label: Cow<'_, str>| panel.categories.binary_search_by(|it| it.as_str().cmp(&label)).ok();
    let category_of: Vec<Option<usize>> = answer.categories.texts().map(place).collect();
    for (column, &measure_idx) in asked.measures.iter().enumerate() {
        for row_idx in 0..answer.period.len() {
            let value = answer.amount(column, row_idx);
            let period = answer.period[row_idx] as usize;
            if !asked.by_category {
                panel.totals[measure_idx][period] = value;
                continue;
            }
            // A skipped category stays in the totals only.
            if let Some(category) = category_of[answer.category[row_idx] as usize] {
                panel.cube[measure_idx][category][period] = value;
            }
        }
    }
}

/// Returns the indices of sources with a customer column.
fn sources_with_customers(plan: &Plan) -> impl Iterator<Item = usize> {
    plan.sources
        .iter()
        .enumerate()
        .filter_map(|(idx, source)| match &source.role {
            Role::Events { customer, .. } if !customer.is_empty() => Some(idx),
            _ => None,
        })
}

/// Returns the place of each customer of an answer among all customers.
fn places(attributes: &Attributes, answer: &Answer) -> Vec<u32> {
    attributes.customers.union(&answer.customers).right
}
