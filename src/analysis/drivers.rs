//! Drivers: which customer attribute tells whose spending changed, or who the buyers are.
//!
//! # Why a reader cares
//! A change that one kind of customer made is a different investment from one that everybody made. And most
//! changes are explained by no attribute at all: a memo that says so saves a wrong story.
//!
//! # Method
//! A forest of shallow trees, each grown on one half of the customers and judged on the other. Importance is what
//! the hold-out loses when an attribute is shuffled over the customers, beside the same figure on data from which
//! only the question was removed. An attribute at or below its null explains nothing. Associated, never caused.
//! Two questions are asked: which attribute tells whose spending changed (behaviour), and which tells the buyers of one
//! period from the other's (population). A crowd that thinned out shows in the second only.
//!
//! # In a spec
//! ```yaml
//! - drivers: { of: movers, metric: spend_per_active, against: previous, question: both }
//! ```

use super::Analysis;
use super::Recorder;
use super::Run;
use super::Scope;
use super::Task;
use super::Tell;
use super::subjects::Subjects;
use crate::gather::Need;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::expr::Formula;
use crate::model::expr::Op;
use crate::model::expr::Reduce;
use crate::model::facts::Facts;
use crate::model::memo::Memo;
use crate::model::node::Node;
use crate::model::panel::Dimension;
use crate::model::panel::Roster;
use crate::model::plan::Comparison;
use crate::model::plan::Plan;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::stats::drivers as kernel;
use crate::stats::linfa_tree;
use crate::stats::sum::exact_sum;
use crate::stats::tree::Attribute;
use crate::stats::tree::Scale;
use crate::words::text;

mod telling;

/// The registered analysis.
pub struct Drivers;

/// Levels held by fewer customers than this are not shown: nothing below it reaches facts.
pub const MIN_CELL: u64 = 10;
/// Attributes whose levels are shown.
const SHOWN_ATTRIBUTES: usize = 2;
/// Conditions in a rule: more are not followed.
const RULE_DEPTH: usize = 3;
/// A rule speaks of at least one in so many customers.
const RULE_LEAVES: usize = 20;
/// A share or rate moved when it is beyond this many standard errors.
const MOVED: f64 = 1.96;

/// A question that is asked of the customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    /// Which attribute tells whose spending changed?
    Behaviour,
    /// Which attribute tells the buyers of one period from the other's?
    Population,
}

impl Question {
    fn name(self) -> &'static str {
        match self {
            Self::Behaviour => "behaviour",
            Self::Population => "population",
        }
    }
}

struct Told {
    subjects: Subjects,
    metric: usize,
    against: Comparison,
    questions: Vec<Question>,
    dimensions: Vec<usize>,
}

impl Analysis for Drivers {
    fn name(&self) -> &'static str {
        "drivers"
    }

    fn summary(&self) -> &'static str {
        "Which customer attribute tells whose behaviour changed; often none, and then it says so."
    }

    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>> {
        let fields = options.fields(
            "`drivers`",
            &["of", "metric", "against", "question", "attributes"],
            found,
        )?;
        let subjects = Subjects::read(fields.optional("of"), scope, found);
        let metric = fields.required("metric", found).and_then(|node| {
            let name = node.text("`metric`", found)?;
            let idx = scope.metric(&name, found)?;
            check_additive(scope.plan, idx, &name.value, name.span, found).then_some(idx)
        });
        let against = scope.against(fields.optional("against"), found);
        let questions = match fields.optional("question").and_then(|it| it.text("`question`", found)) {
            None => Some(vec![Question::Behaviour, Question::Population]),
            Some(text) => match text.value.as_str() {
                "both" => Some(vec![Question::Behaviour, Question::Population]),
                "behaviour" => Some(vec![Question::Behaviour]),
                "population" => Some(vec![Question::Population]),
                other => {
                    let diagnostic =
                        Diagnostic::spec("unknown-question", format!("`drivers` cannot ask `{other}`")).at(text.span);
                    found.push(diagnostic.nearest(other, ["both", "behaviour", "population"]));
                    None
                }
            },
        };
        let named = fields
            .optional("attributes")
            .map(|it| it.texts("`attributes`", found))
            .unwrap_or_default();
        let mut dimensions: Vec<usize> = named.iter().filter_map(|name| scope.segment(name, found)).collect();
        if named.is_empty() {
            dimensions = (0..scope.plan.segments.len()).collect();
        }
        check_customers(scope, "drivers", fields.span(), found);
        Some(Box::new(Told {
            subjects: subjects?,
            metric: metric?,
            against: against?,
            questions: questions?,
            dimensions,
        }))
    }
}

/// Reports a spec that has no customer attributes to look at.
pub fn check_customers(scope: &Scope, analysis: &str, place: crate::model::diagnostic::Span, found: &mut Diagnostics) {
    if scope.spec.segments.is_empty() {
        let message = format!("`{analysis}` needs customer attributes, and the spec names none");
        let hint = "add a source with `key:` and list its columns under `segments:`";
        found.push(Diagnostic::spec("no-segments", message).at(place).hint(hint));
    }
}

/// Reports a metric whose parts cannot be added up over customers.
pub fn check_additive(
    plan: &Plan,
    metric: usize,
    name: &str,
    place: crate::model::diagnostic::Span,
    found: &mut Diagnostics,
) -> bool {
    let metric = &plan.metrics[metric];
    let (above, below) = metric.ratio().map_or((&metric.formula, None), |(n, d)| (n, Some(d)));
    let additive = !metric.across && is_additive(plan, above) && below.is_none_or(|it| is_additive(plan, it));
    if !additive {
        let message = format!("`{name}` cannot be added up over customers");
        let hint = "take a sum, a count, or a ratio of two such metrics";
        found.push(Diagnostic::spec("not-additive", message).at(place).hint(hint));
    }
    additive
}

/// True where a formula over all customers is the sum of the formula over each.
fn is_additive(plan: &Plan, formula: &Formula<usize>) -> bool {
    match formula {
        Formula::Leaf(measure) => {
            matches!(
                plan.measures[*measure].aggregate.reduce,
                Reduce::Sum | Reduce::Count | Reduce::CountDistinct
            )
        }
        Formula::Neg(of) => is_additive(plan, of),
        Formula::Binary(Op::Add | Op::Sub, left, right) => is_additive(plan, left) && is_additive(plan, right),
        Formula::Binary(Op::Mul, left, right) => match (left.as_ref(), right.as_ref()) {
            (Formula::Number(_), other) | (other, Formula::Number(_)) => is_additive(plan, other),
            _ => false,
        },
        Formula::Binary(Op::Div, left, right) => {
            matches!(right.as_ref(), Formula::Number(_)) && is_additive(plan, left)
        }
        Formula::Binary(..) | Formula::Number(_) => false,
        // `coalesce(sum(x), 0)`: a customer without rows adds nothing.
        Formula::Coalesce(parts) => match parts.as_slice() {
            [first, Formula::Number(zero)] => *zero == 0.0 && is_additive(plan, first),
            _ => false,
        },
    }
}

impl Task for Told {
    fn wave(&self) -> usize {
        1
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!({ "drivers": {
            "of": self.subjects, "metric": self.metric, "against": self.against.name,
            "questions": self.questions.iter().map(|it| it.name()).collect::<Vec<_>>(), "attributes": self.dimensions,
        } })
    }

    fn needs(&self, run: &Run) -> Vec<Need> {
        let slugs = self.subjects.slugs(run, &mut Diagnostics::new());
        let categories: Vec<usize> = slugs.iter().filter_map(|slug| run.category(slug)).collect();
        if categories.is_empty() {
            return Vec::new();
        }
        vec![Need::Rosters {
            metric: self.metric,
            categories,
            comparison: self.against.clone(),
        }]
    }

    fn run(&self, run: &Run) -> Result<(Facts, Vec<Diagnostic>), Diagnostics> {
        use rayon::prelude::*;
        let mut found = Diagnostics::new();
        let slugs = self.subjects.slugs(run, &mut found);
        if found.has_errors() {
            return Err(found);
        }
        let mut record = Recorder::new("drivers");
        record.list(
            "drivers/subjects".into(),
            slugs.clone(),
            "categories looked at, in rank order",
        );
        record.text(
            "drivers/metric".into(),
            &run.plan.metrics[self.metric].name,
            "the metric whose change is explained",
        );
        record.text(
            "drivers/against".into(),
            &self.against.label,
            "what the target is held against",
        );
        let asked: Vec<(&String, Question)> = slugs
            .iter()
            .flat_map(|slug| self.questions.iter().map(move |question| (slug, *question)))
            .collect();
        let answers: Vec<Option<kernel::Drivers>> = asked
            .par_iter()
            .map(|(slug, question)| self.explain(run, self.roster(run, slug)?, *question))
            .collect();
        let mut warnings = Vec::new();
        for slug in &slugs {
            let answered: Vec<(Question, &kernel::Drivers)> = asked
                .iter()
                .zip(&answers)
                .filter(|((of, _), _)| *of == slug)
                .filter_map(|((_, question), answer)| Some((*question, answer.as_ref()?)))
                .collect();
            match self.roster(run, slug).filter(|_| !answered.is_empty()) {
                Some(roster) => self.record(run, &mut record, slug, &answered, roster),
                None => {
                    let label = run
                        .category(slug)
                        .map_or(slug.as_str(), |idx| run.panel.categories[idx].as_str());
                    let message = format!("{label} has too few customers in both periods to look for drivers");
                    warnings.push(Diagnostic::warning("too-few-customers", message));
                }
            }
        }
        Ok((record.facts, warnings))
    }

    fn tell(&self, tell: &Tell, memo: &mut Memo) {
        telling::tell(tell, memo);
    }
}

impl Told {
    fn roster<'a>(&self, run: &Run<'a>, slug: &str) -> Option<&'a Roster> {
        let category = run.category(slug)?;
        run.panel
            .rosters
            .iter()
            .find(|it| it.metric == self.metric && it.category == category && it.comparison == self.against)
    }

    fn explain(&self, run: &Run, roster: &Roster, question: Question) -> Option<kernel::Drivers> {
        let options = kernel::Options::new(run.plan.seed);
        let asked = asked(roster, question);
        let codes = self.codes(run, roster, &asked, &self.dimensions);
        let attributes = attributes(run, &codes, &self.dimensions);
        let side = |side: usize| asked.iter().map(|&i| roster.numerator[i][side]).collect::<Vec<f64>>();
        match question {
            Question::Behaviour => {
                let change: Vec<f64> = asked
                    .iter()
                    .map(|&i| roster.numerator[i][1] - roster.numerator[i][0])
                    .collect();
                kernel::behaviour(&change, &attributes, &options)
            }
            Question::Population => kernel::population(&side(0), &side(1), &attributes, &options),
        }
    }

    /// Returns the levels of the customers asked, one list a dimension.
    fn codes(&self, run: &Run, roster: &Roster, asked: &[usize], dimensions: &[usize]) -> Vec<Vec<u16>> {
        let of = |idx: &usize| {
            let codes = &run.panel.attributes.dimensions[*idx].codes;
            asked.iter().map(|&i| codes[roster.customer[i] as usize]).collect()
        };
        dimensions.iter().map(of).collect()
    }

    /// Records what a shallow tree says of whose spending rose, over the attributes that tell it.
    fn record_rules(&self, run: &Run, record: &mut Recorder, id: &str, explaining: &[usize], roster: &Roster) {
        let dimensions: Vec<usize> = explaining.iter().map(|&place| self.dimensions[place]).collect();
        let asked = asked(roster, Question::Behaviour);
        let codes = self.codes(run, roster, &asked, &dimensions);
        let rose: Vec<bool> = asked
            .iter()
            .map(|&i| roster.numerator[i][1] > roster.numerator[i][0])
            .collect();
        let min_leaf = asked.len().div_ceil(RULE_LEAVES);
        let growth = linfa_tree::RuleGrowth {
            max_depth: RULE_DEPTH,
            min_leaf,
            seed: run.plan.seed,
        };
        let rules = linfa_tree::rules(&rose, &attributes(run, &codes, &dimensions), &growth).unwrap_or_default();
        let shown = rules
            .iter()
            .filter(|rule| rule.n_rows as u64 >= MIN_CELL && !rule.conditions.is_empty());
        let mut texts = Vec::new();
        for (place, rule) in shown.enumerate() {
            let condition = |it: &crate::stats::tree::Condition| {
                let dimension = &run.panel.attributes.dimensions[dimensions[it.attribute_idx]];
                let level = |code: &u16| dimension.levels[usize::from(*code)].clone();
                let levels: Vec<String> = it.levels.iter().map(level).collect();
                format!("{} {}", text::lowered(&dimension.label), text::list(&levels))
            };
            texts.push(rule.conditions.iter().map(condition).collect::<Vec<_>>().join("; "));
            let id = format!("{id}/rule/{}", place + 1);
            let (n, unit) = (rule.n_rows as u64, Unit::total(Quantity::Share));
            let method = "share of the rule’s customers who spent more";
            record.fact(format!("{id}/rose"), number(rule.mean), unit, None, Some(n), method);
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

    fn record(
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

/// The customers of a roster that a question asks: behaviour those active on both sides, population all.
fn asked(roster: &Roster, question: Question) -> Vec<usize> {
    let is_asked = |i: &usize| question == Question::Population || roster.denominator[*i].iter().all(|x| *x > 0.0);
    (0..roster.customer.len()).filter(is_asked).collect()
}

/// Levels as the kernels take them.
fn attributes<'a>(run: &Run, codes: &'a [Vec<u16>], dimensions: &[usize]) -> Vec<Attribute<'a>> {
    let n_levels = |idx: usize| run.panel.attributes.dimensions[idx].levels.len();
    let attribute = |(codes, &idx): (&'a Vec<u16>, &usize)| Attribute {
        codes,
        n_levels: n_levels(idx),
        scale: Scale::Nominal,
    };
    codes.iter().zip(dimensions).map(attribute).collect()
}

/// ISO names of both sides of a comparison.
pub fn periods(run: &Run, against: &Comparison) -> Vec<String> {
    against
        .periods
        .iter()
        .chain([&run.plan.periods.target])
        .map(|it| it.iso())
        .collect()
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
    let mut shown = Vec::new();
    for (level, members) in members.iter().enumerate() {
        let n = [0, 1].map(|side| members.iter().filter(|&&i| roster.denominator[i][side] > 0.0).count() as u64);
        if n.iter().any(|n| *n < MIN_CELL) {
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

fn number(x: f64) -> crate::model::facts::Value {
    crate::model::facts::Value::Number(Some(x))
}

/// Returns the labels and safe names of attributes that explain a category's change, leading first.
pub fn explaining(facts: &Facts, slug: &str) -> Vec<String> {
    facts.list(&format!("drivers/{slug}/explaining")).to_vec()
}

/// True where the task's facts say that a category's name is among its subjects.
pub fn looked_at(facts: &Facts, slug: &str) -> bool {
    facts.list("drivers/subjects").iter().any(|it| it == slug)
        && !facts.list(&format!("drivers/{slug}/ranking")).is_empty()
}

/// Names the customers that a ratio counts: "active customers", from the unit of its lower part.
pub fn population_noun(plan: &Plan, metric: usize) -> String {
    let noun = plan.metrics[metric]
        .unit
        .per
        .clone()
        .unwrap_or_else(|| "customer".to_owned());
    text::plural(&noun)
}
