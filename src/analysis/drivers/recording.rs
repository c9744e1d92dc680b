//! What drivers leave behind: facts of each question, of the leading attributes' levels, of the rules.
//!
//! Numbers come from the kernels; here they get ids, units and counts. It must not know how they are worded.

use super::Question;
use super::Told;
use super::asked;
use super::attributes;
use super::periods;
use crate::analysis::Recorder;
use crate::analysis::Run;
use crate::model::facts::Value;
use crate::model::panel::Dimension;
use crate::model::panel::Roster;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::stats::disclosure;
use crate::stats::drivers as kernel;
use crate::stats::linfa_tree;
use crate::stats::sum::exact_sum;
use crate::stats::tree::Condition;
use crate::words::text;

/// Attributes whose levels are shown.
const SHOWN_ATTRIBUTES: usize = 2;
/// Conditions in a rule: more are not followed.
const RULE_DEPTH: usize = 3;
/// A rule speaks of at least one in so many customers.
const RULE_LEAVES: usize = 20;

impl Told {
    /// Records what a shallow tree says of whose spending went the way that all of it went, over the attributes that tell it.
    fn record_rules(&self, run: &Run, record: &mut Recorder, id: &str, explaining: &[usize], roster: &Roster) {
        let dimensions: Vec<usize> = explaining.iter().map(|&place| self.dimensions[place]).collect();
        let asked = asked(roster, Question::Behaviour);
        let codes = self.codes(run, roster, &asked, &dimensions);
        let changes: Vec<f64> = asked
            .iter()
            .map(|&i| roster.numerator[i][1] - roster.numerator[i][0])
            .collect();
        let rises = exact_sum(&changes) > 0.0;
        let went_along: Vec<bool> = changes
            .iter()
            .map(|x| if rises { *x > 0.0 } else { *x < 0.0 })
            .collect();
        let direction = if rises { "more" } else { "less" };
        record.text(
            format!("{id}/rule_direction"),
            direction,
            "what those active on both sides spent, all together",
        );
        let min_leaf = asked.len().div_ceil(RULE_LEAVES);
        let growth = linfa_tree::RuleGrowth {
            max_depth: RULE_DEPTH,
            min_leaf,
            seed: run.plan.seed,
        };
        let rules = linfa_tree::rules(&went_along, &attributes(run, &codes, &dimensions), &growth).unwrap_or_default();
        // Rules part all who were asked: one of a few would be the difference of them and the others.
        let people: Vec<Vec<u64>> = rules.iter().map(|it| vec![it.n_rows as u64]).collect();
        let left_out = disclosure::groups_left_out(&people, run.plan.min_cell);
        let shown = rules.iter().zip(left_out).filter(|it| !it.1).map(|it| it.0);
        let shown = shown.filter(|rule| rule.n_rows as u64 >= run.least() && !rule.conditions.is_empty());
        let mut texts = Vec::new();
        for (place, rule) in shown.enumerate() {
            let condition = |it: &Condition| {
                let dimension = &run.panel.attributes.dimensions[dimensions[it.attribute_idx]];
                let level = |code: &u16| dimension.levels[usize::from(*code)].clone();
                let levels: Vec<String> = it.levels.iter().map(level).collect();
                format!("{} {}", text::lowered(&dimension.label), text::list(&levels))
            };
            texts.push(rule.conditions.iter().map(condition).collect::<Vec<_>>().join("; "));
            let id = format!("{id}/rule/{}", place + 1);
            let (n, unit) = (rule.n_rows as u64, Unit::total(Quantity::Share));
            let method = format!("share of the rule’s customers who spent {direction}");
            record.fact(format!("{id}/share"), number(rule.mean), unit, None, Some(n), &method);
            record.number(
                format!("{id}/n"),
                Some(n as f64),
                Unit::default(),
                "customers whom the rule describes",
            );
        }
        record.list(
            format!("{id}/rules"),
            texts,
            "rules of a shallow linfa tree on the attributes that explain",
        );
    }

    pub(super) fn record(
        &self,
        run: &Run,
        record: &mut Recorder,
        slug: &str,
        answered: &[(Question, &kernel::Drivers)],
        roster: &Roster,
    ) {
        let metric = &run.plan.metrics[self.metric];
        let label = run.category(slug).map_or("", |idx| run.panel.categories[idx].as_str());
        record.about(&metric.name, label, periods(run, &self.against));
        let id = format!("drivers/{slug}");
        let explains = |drivers: &kernel::Drivers| {
            drivers
                .ranking
                .iter()
                .copied()
                .filter(|place| drivers.scores[*place].explains)
                .collect::<Vec<_>>()
        };
        for (question, drivers) in answered {
            self.record_answer(
                run,
                record,
                &format!("{id}/{}", question.name()),
                drivers,
                &explains(drivers),
            );
            if *question == Question::Behaviour && !explains(drivers).is_empty() {
                self.record_rules(run, record, &id, &explains(drivers), roster);
            }
        }
        // The question with an answer is shown; behaviour where both have one, or neither.
        let (shown, drivers) = answered
            .iter()
            .find(|(_, it)| !explains(it).is_empty())
            .unwrap_or(&answered[0]);
        let mut explaining: Vec<usize> = Vec::new();
        for (_, drivers) in answered {
            explaining.extend(
                explains(drivers)
                    .into_iter()
                    .filter(|place| !explaining.contains(place))
                    .collect::<Vec<_>>(),
            );
        }
        let rest = drivers
            .ranking
            .iter()
            .copied()
            .filter(|place| !explaining.contains(place));
        let ranking: Vec<usize> = explaining.iter().copied().chain(rest).collect();
        let name = |place: &usize| run.plan.segments[self.dimensions[*place]].name.clone();
        record.text(
            format!("{id}/shown"),
            shown.name(),
            "the question whose answer is drawn",
        );
        record.list(
            format!("{id}/explaining"),
            explaining.iter().map(name).collect(),
            "attributes above their null in either question",
        );
        record.list(
            format!("{id}/ranking"),
            ranking.iter().map(name).collect(),
            "attributes that explain, then the rest by importance over their null",
        );
        for place in ranking.iter().take(SHOWN_ATTRIBUTES) {
            let dimension = &run.panel.attributes.dimensions[self.dimensions[*place]];
            record_levels(
                run,
                record,
                self.metric,
                &format!("{id}/attributes/{}", text::slug(&dimension.name)),
                dimension,
                roster,
            );
        }
    }

    fn record_answer(
        &self,
        run: &Run,
        record: &mut Recorder,
        id: &str,
        drivers: &kernel::Drivers,
        explaining: &[usize],
    ) {
        let share = || Unit::total(Quantity::Share);
        let name = |place: &usize| run.plan.segments[self.dimensions[*place]].name.clone();
        record.list(
            format!("{id}/ranking"),
            drivers.ranking.iter().map(name).collect(),
            "attributes by importance over its null",
        );
        record.list(
            format!("{id}/explaining"),
            explaining.iter().map(name).collect(),
            "attributes above their null",
        );
        record.number(
            format!("{id}/holdout_r2"),
            Some(drivers.holdout_r2),
            share(),
            "variance explained on customers not seen",
        );
        record.number(
            format!("{id}/n_customers"),
            Some(drivers.n_customers as f64),
            Unit::default(),
            "customers asked",
        );
        for (place, score) in drivers.scores.iter().enumerate() {
            let id = format!("{id}/attributes/{}", text::slug(&name(&place)));
            record.number(
                format!("{id}/importance"),
                Some(score.permutation),
                share(),
                "hold-out variance lost when the attribute is shuffled",
            );
            record.number(
                format!("{id}/null"),
                Some(score.null_bound),
                share(),
                "what chance gives the attribute, at most once in twenty memos",
            );
            record.number(
                format!("{id}/impurity"),
                Some(score.impurity),
                share(),
                "node-weighted impurity decrease, adding up to one",
            );
            record.number(
                format!("{id}/p"),
                Some(score.p),
                Unit::total(Quantity::Probability),
                "chance that any attribute comes as far",
            );
        }
    }
}

/// How the levels of an attribute stand before and after: their share of the denominator and their rate.
fn record_levels(run: &Run, record: &mut Recorder, metric: usize, id: &str, dimension: &Dimension, roster: &Roster) {
    let unit = &run.plan.metrics[metric].unit;
    let code = |i: usize| usize::from(dimension.codes[roster.customer[i] as usize]);
    let n_levels = dimension.levels.len();
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); n_levels];
    for i in 0..roster.customer.len() {
        members[code(i)].push(i);
    }
    let sums = |level: &[usize], of: &[[f64; 2]], side: usize| {
        exact_sum(&level.iter().map(|&i| of[i][side]).collect::<Vec<_>>())
    };
    let all: Vec<usize> = (0..roster.customer.len()).collect();
    let total = [0, 1].map(|side| sums(&all, &roster.denominator, side));
    let counts: Vec<[u64; 2]> = members.iter().map(|it| active(it, roster)).collect();
    // A level with few customers is not shown, nor is another one where their difference to all would show it.
    let people: Vec<Vec<u64>> = counts.iter().map(|it| it.to_vec()).collect();
    let left_out = disclosure::groups_left_out(&people, run.plan.min_cell);
    let mut shown = Vec::new();
    for (level, members) in members.iter().enumerate() {
        let n = counts[level];
        if left_out[level] || n.iter().any(|n| *n < run.least()) {
            continue;
        }
        let label = &dimension.levels[level];
        let id = format!("{id}/{}", text::slug(label));
        let denominator = [0, 1].map(|side| sums(members, &roster.denominator, side));
        let numerator = [0, 1].map(|side| sums(members, &roster.numerator, side));
        let share: [f64; 2] = std::array::from_fn(|side| denominator[side] / total[side]);
        let rate: [f64; 2] = std::array::from_fn(|side| numerator[side] / denominator[side]);
        let share_unit = Unit::total(Quantity::Share);
        for (side, when) in ["before", "after"].iter().enumerate() {
            record.fact(
                format!("{id}/share_{when}"),
                number(share[side]),
                share_unit.clone(),
                None,
                Some(n[side]),
                "share of the ratio’s lower part",
            );
            record.fact(
                format!("{id}/rate_{when}"),
                number(rate[side]),
                unit.clone(),
                None,
                Some(n[side]),
                "the metric within the level",
            );
        }
        let n_all = [0, 1].map(|side| all.iter().filter(|&&i| roster.denominator[i][side] > 0.0).count() as f64);
        let variance = [0, 1].map(|side| share[side] * (1.0 - share[side]) / n_all[side]);
        let share_z = (share[1] - share[0]) / (variance[0] + variance[1]).sqrt();
        record.number(
            format!("{id}/share_z"),
            Some(share_z),
            Unit::total(Quantity::Sigma),
            "change of the share over its binomial standard error",
        );
        record.number(
            format!("{id}/rate_z"),
            rate_z(members, roster, rate),
            Unit::total(Quantity::Sigma),
            "change of the rate over its standard error, by customer",
        );
        shown.push(label.clone());
    }
    record.list(
        format!("{id}/levels"),
        shown,
        "levels with enough customers on both sides",
    );
}

/// How many of some customers are active, before and after.
fn active(members: &[usize], roster: &Roster) -> [u64; 2] {
    [0, 1].map(|side| members.iter().filter(|&&i| roster.denominator[i][side] > 0.0).count() as u64)
}

/// The change of a level's rate over its standard error; a customer on both sides counts once, with both residuals.
fn rate_z(members: &[usize], roster: &Roster, rate: [f64; 2]) -> Option<f64> {
    let total = [0, 1].map(|side| exact_sum(&members.iter().map(|&i| roster.denominator[i][side]).collect::<Vec<_>>()));
    // Linearised ratio: a customer's influence on the rate is its residual over the denominator.
    let influence =
        |i: usize, side: usize| (roster.numerator[i][side] - rate[side] * roster.denominator[i][side]) / total[side];
    let squares: Vec<f64> = members
        .iter()
        .map(|&i| influence(i, 1) - influence(i, 0))
        .map(|x| x * x)
        .collect();
    let error = exact_sum(&squares).sqrt();
    (error > 0.0).then(|| (rate[1] - rate[0]) / error)
}

fn number(x: f64) -> Value {
    Value::Number(Some(x))
}
