//! Funnel: how many customers went on from stage to stage, where most were lost, and whether that changed.
//!
//! # Why a reader cares
//! Sales fall because fewer come, or because fewer of those who come go on. Which step lost them says what to mend;
//! an interval says whether anything changed at all.
//!
//! # Method
//! A stage is a metric that counts or adds up events; a customer is at it where the metric is above zero in the period.
//! Conversion is of customers who were at every stage above too, in any order of time; who was at a stage whatever came
//! before is counted beside it. Intervals are Wilson's for shares and Newcombe's (method 10) for changes, widened so that
//! all of a table hold at once. Many customers stand in both periods; taking the periods as independent makes the
//! interval of a change rather too wide.
//!
//! # In a spec
//! ```yaml
//! - funnel: { stages: [actives, shoppers], against: previous, by: [region, age_band] }
//! ```

use super::AGAINST;
use super::Analysis;
use super::MIN_CELL_DOC;
use super::Recorder;
use super::Run;
use super::Scope;
use super::Task;
use super::Tell;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Spanned;
use crate::model::expr::Aggregate;
use crate::model::expr::Expr;
use crate::model::expr::Reduce;
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::memo::Memo;
use crate::model::node::Node;
use crate::model::period::Period;
use crate::model::plan::Comparison;
use crate::model::plan::Plan;
use crate::model::plan::Role;
use crate::model::request::Key;
use crate::model::request::Request;

mod crowd;
mod recording;
mod telling;

/// The registered analysis.
pub struct Funnel;

/// What `funnel` may say.
const KEYS: &[Field] = &[
    Field::must(
        "stages",
        Form::List(&Form::Text),
        "Metrics that count customers, in the order in which they pass; two to eight.",
    ),
    Field::may("against", Form::Text, AGAINST),
    Field::may(
        "by",
        Form::List(&Form::Text),
        "Segment dimensions by which it is told again.",
    ),
    Field::may("min_cell", Form::Count, MIN_CELL_DOC),
];

/// Stages that a page can show one below the other, and a reader can hold.
const MOST_STAGES: usize = 8;

struct Told {
    stages: Vec<usize>,
    against: Option<Comparison>,
    by: Vec<usize>,
    min_cell: u64,
}

impl Analysis for Funnel {
    fn name(&self) -> &'static str {
        "funnel"
    }

    fn summary(&self) -> &'static str {
        "How many customers went on from stage to stage, where most were lost, and whether that changed beyond chance."
    }

    fn form(&self) -> Form {
        Form::Map("funnel", KEYS)
    }

    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>> {
        let fields = options.fields("`funnel`", KEYS, found)?;
        let n_wrong = found.0.len();
        let node = fields.required("stages", found);
        let stages = node.map(|it| read_stages(it, scope, found)).unwrap_or_default();
        let against = match fields.optional("against") {
            Some(node) => scope.against(Some(node), found).filter(|it| is_one(it, node, found)),
            // A funnel of the first period of a log has nothing to be held against, and still is one.
            None => first_single(&scope.plan.periods.comparisons),
        };
        let by = fields
            .optional("by")
            .map(|it| it.texts("`by`", found))
            .unwrap_or_default();
        let by = by.iter().filter_map(|name| scope.segment(name, found)).collect();
        let min_cell = scope.min_cell(fields.optional("min_cell"), found);
        let is_right = found.0.len() == n_wrong;
        // A wrong customer column makes every stage count something else.
        if let (false, Some(node)) = (found.has_errors(), node) {
            warn_of_others(node, &stages, scope, found);
        }
        is_right.then(|| {
            Box::new(Told {
                stages,
                against,
                by,
                min_cell,
            }) as Box<dyn Task>
        })
    }
}

fn read_stages(node: &Node, scope: &Scope, found: &mut Diagnostics) -> Vec<usize> {
    let names = node.texts("`stages`", found);
    if names.len() < 2 || MOST_STAGES < names.len() {
        let message = format!(
            "a funnel has 2 to {MOST_STAGES} stages, and this one has {}",
            names.len()
        );
        let hint = "name metrics in the order in which customers pass them: `stages: [viewers, buyers]`";
        found.push(Diagnostic::spec("bad-stages", message).at(node.span).hint(hint));
    }
    for (place, name) in names.iter().enumerate() {
        if names[..place].iter().any(|it| it.value == name.value) {
            let message = format!("`{}` is two stages of one funnel", name.value);
            found.push(Diagnostic::spec("bad-stages", message).at(name.span));
        }
    }
    names.iter().filter_map(|name| counted(name, scope, found)).collect()
}

/// Warns of stages that count something else than customers: a funnel follows customers through them.
fn warn_of_others(node: &Node, stages: &[usize], scope: &Scope, found: &mut Diagnostics) {
    let names = node.texts("`stages`", &mut Diagnostics::new());
    for (name, stage) in names.iter().zip(stages) {
        let Some(&&measure) = scope.plan.metrics[*stage].formula.leaves().first() else {
            continue;
        };
        let measure = &scope.plan.measures[measure];
        let (Some(Expr::Column(counted)), Role::Events { customer, .. }) =
            (&measure.aggregate.of, &scope.plan.sources[measure.source].role)
        else {
            continue;
        };
        if measure.aggregate.reduce == Reduce::CountDistinct && counted != customer {
            let message = format!(
                "`{}` counts distinct `{counted}`; the funnel counts the customers, by `{customer}`, that have any",
                name.value
            );
            let hint = format!("to follow `{counted}`, count over a source of the same files whose `customer` it is");
            found.push(
                Diagnostic::warning("follows-customers", message)
                    .at(name.span)
                    .hint(hint),
            );
        }
    }
}

/// Finds a metric by which a customer is active or not: one count or sum of events that say who.
pub(super) fn counted(name: &Spanned<String>, scope: &Scope, found: &mut Diagnostics) -> Option<usize> {
    let idx = scope.metric(name, found)?;
    let leaves = scope.plan.metrics[idx].formula.leaves();
    let [measure] = leaves.as_slice() else {
        not_counted(name, found);
        return None;
    };
    if scope.lacks_sources() {
        return None;
    }
    let measure = &scope.plan.measures[**measure];
    if !matches!(
        measure.aggregate.reduce,
        Reduce::Sum | Reduce::Count | Reduce::CountDistinct
    ) {
        not_counted(name, found);
        return None;
    }
    let source = &scope.plan.sources[measure.source];
    if !matches!(&source.role, Role::Events { customer, .. } if !customer.is_empty()) {
        let message = format!(
            "`{}` is of source `{}`, which does not say who",
            name.value, source.name
        );
        let hint = format!("name the column of the customer: `{}: {{ customer: … }}`", source.name);
        found.push(Diagnostic::spec("no-customer", message).at(name.span).hint(hint));
        return None;
    }
    Some(idx)
}

fn not_counted(name: &Spanned<String>, found: &mut Diagnostics) {
    let message = format!(
        "`{}` does not say of one customer whether anything happened",
        name.value
    );
    let hint = "name one count or sum of events: `count(*) filter (where event = 'view')`";
    found.push(Diagnostic::spec("not-counted", message).at(name.span).hint(hint));
}

fn is_one(comparison: &Comparison, node: &Node, found: &mut Diagnostics) -> bool {
    let is_one = comparison.periods.len() == 1;
    if !is_one {
        let message = format!("`{}` is several periods, and a funnel is of one", comparison.name);
        let hint = "whoever comes in four weeks is at more stages than who comes in one: name `previous` or `year_ago`";
        found.push(Diagnostic::spec("several-periods", message).at(node.span).hint(hint));
    }
    is_one
}

fn first_single(comparisons: &[Comparison]) -> Option<Comparison> {
    comparisons.iter().find(|it| it.periods.len() == 1).cloned()
}

/// What says by customer whether a metric is above zero: a distinct count is where anything is counted at all.
pub(super) fn presence(plan: &Plan, metric: usize) -> (usize, Aggregate) {
    let measure = &plan.measures[measure_of(plan, metric)];
    let mut aggregate = measure.aggregate.clone();
    if aggregate.reduce == Reduce::CountDistinct {
        aggregate.reduce = Reduce::Count;
    }
    (measure.source, aggregate)
}

/// The one measure of a metric that [`counted`] let pass.
fn measure_of(plan: &Plan, metric: usize) -> usize {
    let leaves = plan.metrics[metric].formula.leaves();
    *leaves.first().copied().expect("a counted metric has one measure")
}

impl Task for Told {
    fn name(&self) -> &'static str {
        Funnel.name()
    }

    fn asks(&self, plan: &Plan) -> Vec<Request> {
        self.sources(plan)
            .iter()
            .map(|source| self.request(plan, *source))
            .collect()
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!({ "funnel": {
            "stages": self.stages, "against": self.against.as_ref().map(|it| &it.name), "by": self.by,
            "min_cell": self.min_cell,
        } })
    }

    fn run(&self, run: &Run) -> Result<(Facts, Vec<Diagnostic>), Diagnostics> {
        let mut record = Recorder::new("funnel");
        self.record(run, &mut record);
        Ok((record.facts, Vec::new()))
    }

    fn tell(&self, tell: &Tell, memo: &mut Memo) {
        telling::tell(self, tell, memo);
    }
}

impl Told {
    /// The sources of the stages, each once, in the order of stages.
    fn sources(&self, plan: &Plan) -> Vec<usize> {
        let mut sources = Vec::new();
        for &stage in &self.stages {
            let (source, _) = presence(plan, stage);
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        sources
    }

    /// The comparison's period and the target, ascending.
    fn periods(&self, plan: &Plan) -> Vec<Period> {
        let before = self.against.iter().flat_map(|it| it.periods.clone());
        let mut periods: Vec<Period> = before.chain([plan.periods.target]).collect();
        periods.sort_by_key(|it| it.from);
        periods
    }

    /// Asks one source for its stages by period and customer.
    fn request(&self, plan: &Plan, source: usize) -> Request {
        Request {
            source,
            keys: vec![Key::Period, Key::Customer],
            periods: self.periods(plan),
            categories: Vec::new(),
            aggregates: (self.stages.iter())
                .map(|&stage| presence(plan, stage))
                .filter(|(of, _)| *of == source)
                .map(|(_, aggregate)| aggregate)
                .collect(),
        }
    }
}
