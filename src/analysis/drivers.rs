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

use super::AGAINST;
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
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::memo::Memo;
use crate::model::node::Node;
use crate::model::panel::Roster;
use crate::model::plan::Comparison;
use crate::model::plan::Plan;
use crate::stats::drivers as kernel;
use crate::stats::tree::Attribute;
use crate::stats::tree::Scale;

mod recording;
mod telling;

/// The registered analysis.
pub struct Drivers;

/// What `drivers` may say.
const KEYS: &[Field] = &[
    Field::may("of", Subjects::FORM, Subjects::DOC).or("movers"),
    Field::must(
        "metric",
        Form::Text,
        "The metric whose change is looked into; it must add up over customers.",
    ),
    Field::may("against", Form::Text, AGAINST),
    Field::may(
        "question",
        Form::OneOf(&["both", "behaviour", "population"]),
        "Whose spending changed (`behaviour`), or what tells the buyers of one period from the other's (`population`).",
    )
    .or("both"),
    Field::may(
        "attributes",
        Form::List(&Form::Text),
        "Segment dimensions that are looked at. Where it is left out: all.",
    ),
];

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

    fn form(&self) -> Form {
        Form::Map("drivers", KEYS)
    }

    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>> {
        let fields = options.fields("`drivers`", KEYS, found)?;
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
            let segments = &scope.plan.segments;
            dimensions = (0..segments.len()).collect();
            // What all of a memo's customers have explains nothing of it; it stays where there is nothing else.
            let differ = |it: &usize| !scope.plan.is_of_one(&segments[*it]);
            if dimensions.iter().any(differ) {
                dimensions.retain(differ);
            }
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
    fn name(&self) -> &'static str {
        Drivers.name()
    }

    fn uses(&self) -> &'static [&'static str] {
        &["deviation"]
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
        let mut warnings = found.0;
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
        .map(|it| run.plan.periods.calendar.name(it))
        .collect()
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
