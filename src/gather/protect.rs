//! Which categories have too few customers to stand alone: counted first, so that the cube never holds their figures.
//!
//! A category whose figure in some period is that of a few customers stands together with others, in every period: a
//! history that showed it alone would be a figure of the same few, and a projection is made of the history. What counts is
//! who adds to a figure: of a measure with a filter, the customers of the rows that it takes. It must not know what
//! analyses print.

use crate::model::diagnostic::Diagnostics;
use crate::model::expr::Aggregate;
use crate::model::expr::Expr;
use crate::model::expr::Reduce;
use crate::model::joined::Joined;
use crate::model::period::Period;
use crate::model::plan::Measure;
use crate::model::plan::Plan;
use crate::model::plan::Role;
use crate::model::request::Answer;
use crate::model::request::Key;
use crate::model::request::Request;
use crate::source::Tables;
use crate::stats::disclosure;
use crate::stats::disclosure::Crowd;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Asks how many customers each category has in each period, once a stretch of periods and source; nothing where any
/// number will do, or no source says who.
pub fn requests(plan: &Plan, stretches: &[Vec<Period>]) -> Vec<Request> {
    let mut requests = Vec::new();
    for periods in stretches {
        for source in 0..plan.sources.len() {
            let customer = customer(plan, source);
            let filters = filters(plan, source);
            if plan.min_cell < 2 || customer.is_empty() || filters.is_empty() {
                continue;
            }
            let count = |filter: Option<Expr>| Aggregate {
                reduce: Reduce::CountDistinct,
                of: Some(Expr::Column(customer.to_owned())),
                filter,
            };
            requests.push(Request {
                source,
                keys: vec![Key::Period, Key::Category],
                periods: periods.clone(),
                categories: Vec::new(),
                aggregates: filters.into_iter().map(count).collect(),
            });
        }
    }
    requests
}

fn customer(plan: &Plan, source: usize) -> &str {
    match &plan.sources[source].role {
        Role::Events { customer, .. } => customer,
        Role::Customers { .. } | Role::Things { .. } => "",
    }
}

/// What the measures of a source that are told by category take of its rows, each once.
fn filters(plan: &Plan, source: usize) -> Vec<Option<Expr>> {
    let mut filters = Vec::new();
    let is_told = |it: &&Measure| it.source == source && !it.across;
    for measure in plan.measures.iter().filter(is_told) {
        if !filters.contains(&measure.aggregate.filter) {
            filters.push(measure.aggregate.filter.clone());
        }
    }
    filters
}

/// The customers of every category, place by place: a place is a request, an aggregate of it and a period.
struct Counted {
    /// Labels, ascending.
    labels: Vec<String>,
    /// One a label.
    crowds: Vec<Crowd>,
    /// The period of each place.
    periods: Vec<Period>,
}

/// Finds, memo by memo, which categories stand together; `counted` are the answers to [`requests`].
///
/// # Errors
/// Whatever cannot be read.
pub fn joined(tables: &Tables, asked: &[(&Plan, Vec<(Request, Answer)>)]) -> Result<Vec<Joined>, Diagnostics> {
    let mut all: Vec<Counted> = asked.iter().map(|it| counted(&it.1)).collect();
    // Who is in a small category is asked of small categories alone: most data have none.
    let whose: Vec<Vec<Request>> = asked
        .iter()
        .zip(&all)
        .map(|(it, counted)| who_requests(it.0, counted, &it.1))
        .collect();
    if whose.iter().any(|it| !it.is_empty()) {
        let batch: Vec<(&Plan, &[Request])> = asked.iter().zip(&whose).map(|it| (it.0.0, it.1.as_slice())).collect();
        let answers = tables.answers(&batch)?;
        for ((counted, whose), answers) in all.iter_mut().zip(&whose).zip(&answers) {
            enter_who(counted, whose, answers);
        }
    }
    Ok(asked.iter().zip(&all).map(|it| decided(it.0.0, it.1)).collect())
}

fn counted(answers: &[(Request, Answer)]) -> Counted {
    let mut labels: Vec<String> = answers
        .iter()
        .flat_map(|it| it.1.categories.texts().map(Cow::into_owned).collect::<Vec<String>>())
        .collect();
    labels.sort_unstable();
    labels.dedup();
    let of_request = |it: &Request| it.periods.len() * it.aggregates.len();
    let n_places = answers.iter().map(|it| of_request(&it.0)).sum();
    let mut crowds = vec![
        Crowd {
            n: vec![0; n_places],
            who: vec![Vec::new(); n_places],
        };
        labels.len()
    ];
    let mut periods = Vec::new();
    for (request, answer) in answers {
        let from = periods.len();
        let place_of: Vec<Option<usize>> = answer
            .categories
            .texts()
            .map(|it| labels.binary_search_by(|own| own.as_str().cmp(&it)).ok())
            .collect();
        for row in 0..answer.n_rows() {
            let Some(label) = place_of[answer.category[row] as usize] else {
                continue;
            };
            for (column, values) in answer.values.iter().enumerate() {
                let place = from + column * request.periods.len() + answer.period[row] as usize;
                let n = values.get(row).unwrap_or(0);
                crowds[label].n[place] = u64::try_from(n).expect("a count is not negative");
            }
        }
        for _ in &request.aggregates {
            periods.extend(request.periods.iter().copied());
        }
    }
    Counted {
        labels,
        crowds,
        periods,
    }
}

/// Asks who is in the small categories, one request for each of those that counted them.
fn who_requests(plan: &Plan, counted: &Counted, answers: &[(Request, Answer)]) -> Vec<Request> {
    let is_small = |it: &(&String, &Crowd)| it.1.is_small(plan.min_cell);
    let small = counted.labels.iter().zip(&counted.crowds).filter(is_small);
    let small: Vec<String> = small.map(|it| it.0.clone()).collect();
    if small.is_empty() {
        return Vec::new();
    }
    let rows = |it: &Aggregate| Aggregate {
        reduce: Reduce::Count,
        of: None,
        filter: it.filter.clone(),
    };
    let who = |it: &Request| Request {
        keys: vec![Key::Period, Key::Category, Key::Customer],
        categories: small.clone(),
        aggregates: it.aggregates.iter().map(rows).collect(),
        ..it.clone()
    };
    answers.iter().map(|it| who(&it.0)).collect()
}

/// Notes who is in the small categories. Ids become numbers, source by source alike.
fn enter_who(counted: &mut Counted, asked: &[Request], answers: &[Answer]) {
    let mut number_of: BTreeMap<String, u32> = BTreeMap::new();
    let mut from = 0;
    for (request, answer) in asked.iter().zip(answers) {
        let mut number = |id: Cow<'_, str>| {
            let next = u32::try_from(number_of.len()).expect("fewer than four billion customers");
            *number_of.entry(id.into_owned()).or_insert(next)
        };
        let numbers: Vec<u32> = answer.customers.texts().map(&mut number).collect();
        for row in 0..answer.n_rows() {
            let label = answer.categories.text(answer.category[row] as usize);
            let Ok(label) = counted.labels.binary_search_by(|own| own.as_str().cmp(&label)) else {
                continue;
            };
            for (column, values) in answer.values.iter().enumerate() {
                let place = from + column * request.periods.len() + answer.period[row] as usize;
                if values.get(row).is_some_and(|n| 0 < n) {
                    counted.crowds[label].who[place].push(numbers[answer.customer[row] as usize]);
                }
            }
        }
        from += request.periods.len() * request.aggregates.len();
    }
}

/// Decides what stands together, what is left out, and in which periods even all together are few.
fn decided(plan: &Plan, counted: &Counted) -> Joined {
    let is_skipped = |at: &usize| plan.categories.skip.contains(&counted.labels[*at]);
    let (skipped, shown): (Vec<usize>, Vec<usize>) = (0..counted.labels.len()).partition(is_skipped);
    let crowds: Vec<Crowd> = shown.iter().map(|it| counted.crowds[*it].clone()).collect();
    let members = disclosure::joined(&crowds, plan.min_cell);
    let mut thin: Vec<Period> = disclosure::few_together(&crowds, &members, plan.min_cell)
        .into_iter()
        .map(|it| counted.periods[it])
        .collect();
    thin.sort_unstable();
    thin.dedup();
    // One category alone hides nowhere: it is all that there is.
    let members: Vec<usize> = members
        .iter()
        .filter(|_| members.len() > 1)
        .map(|it| shown[*it])
        .collect();
    let names = |of: &[usize]| of.iter().map(|it| counted.labels[*it].clone()).collect::<Vec<String>>();
    let is_few = |it: &&usize| counted.crowds[**it].is_small(plan.min_cell);
    let few: Vec<usize> = members.iter().filter(is_few).copied().collect();
    let left_out = beside_skipped(plan, counted, &skipped, &shown, &members);
    let stays = |it: &usize| !left_out.contains(it);
    let members: Vec<usize> = members.into_iter().filter(stays).collect();
    Joined {
        label: label(plan, counted),
        members: names(&members),
        few: names(&few),
        left_out: names(&left_out),
        thin: thin.iter().map(|it| plan.periods.calendar.name(it)).collect(),
        n_all: shown.len() as u64,
    }
}

/// A label that no category of the data has.
fn label(plan: &Plan, counted: &Counted) -> String {
    let mut label = plan.categories.others.clone();
    while counted.labels.contains(&label) {
        label.push_str(" *");
    }
    label
}

/// Finds what is left out beside the categories that the spec skips: where those are few, a total less all that is shown
/// would be their figure.
fn beside_skipped(plan: &Plan, counted: &Counted, skipped: &[usize], shown: &[usize], members: &[usize]) -> Vec<usize> {
    let mut gone = skipped.to_vec();
    // What stands together goes together.
    let alone = shown.iter().filter(|it| !members.contains(it)).map(|it| vec![*it]);
    let mut candidates: Vec<Vec<usize>> = alone.chain([members.to_vec()]).filter(|it| !it.is_empty()).collect();
    loop {
        let few = disclosure::few_together(&counted.crowds, &gone, plan.min_cell);
        let n = |of: &[usize], place: usize| of.iter().map(|it| counted.crowds[*it].n[place]).sum::<u64>();
        let helps = |it: &&Vec<usize>| few.iter().any(|place| 0 < n(it, *place));
        let size = |it: &[usize]| (0..counted.periods.len()).map(|place| n(it, place)).sum::<u64>();
        let next = candidates
            .iter()
            .filter(helps)
            .min_by_key(|it| (size(it), it[0]))
            .cloned();
        let Some(next) = next else { break };
        candidates.retain(|it| *it != next);
        gone.extend(next);
    }
    let mut left_out = gone.split_off(skipped.len());
    left_out.sort_unstable();
    left_out
}
