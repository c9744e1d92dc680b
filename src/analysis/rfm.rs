//! RFM: who bought lately, often and much; what is at risk; who moved between segments.
//!
//! # Why a reader cares
//! A total can stand still while the customers who made it leave. Recency, frequency and money tell them apart
//! before their absence shows in the total.
//!
//! # Method
//! Every customer who bought within the window gets three scores from 1 to 5: by the days since the last purchase,
//! by `frequency`, by `monetary`. A score is the fifth that a customer stands in; equal values share the class of
//! the share of customers strictly below (`ties: in_order` deals them out in the order of ids instead). Nine
//! segments follow from recency and frequency by a map that leaves nobody out and counts nobody twice. The same
//! is done for the window that ends with the comparison, and customers are followed from one to the other.
//!
//! # In a spec
//! ```yaml
//! - rfm: { frequency: visits, monetary: spend, over: 12 months, against: previous }
//! ```

use super::AGAINST;
use super::Analysis;
use super::Run;
use super::Scope;
use super::Task;
use super::Tell;
use super::reading;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Spanned;
use crate::model::expr::Aggregate;
use crate::model::expr::Expr;
use crate::model::expr::Formula;
use crate::model::expr::Reduce;
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::memo::Memo;
use crate::model::node::Node;
use crate::model::period::Period;
use crate::model::plan::Comparison;
use crate::model::plan::Metric;
use crate::model::plan::Plan;
use crate::model::plan::Role;
use crate::model::request::Key;
use crate::model::request::Request;
use crate::model::window::Window;
use crate::stats::fifths::Ties;
use jiff::civil::Date;

mod appendix;
mod crowd;
mod recording;
mod segments;
mod telling;

/// What `rfm` may say.
const KEYS: &[Field] = &[
    Field::must(
        "frequency",
        Form::Text,
        "The metric that counts how often a customer came.",
    ),
    Field::must("monetary", Form::Text, "The metric that sums what a customer spent."),
    Field::may("over", Window::FORM, "How far back from the period's end.").or("all"),
    Field::may("against", Form::Text, AGAINST),
    Field::may(
        "ties",
        Form::OneOf(&["together", "in_order"]),
        "Whether customers with equal figures get equal scores, or are parted in the order of their names.",
    )
    .or("together"),
];

/// The registered analysis.
pub struct Rfm;

/// What `ties:` knows.
const TIES: [(&str, Ties); 2] = [("together", Ties::Together), ("in_order", Ties::InOrder)];

/// An `rfm` with its options decoded.
struct Told {
    frequency: usize,
    monetary: usize,
    over: Window,
    against: Option<Comparison>,
    ties: Ties,
}

impl Analysis for Rfm {
    fn name(&self) -> &'static str {
        "rfm"
    }

    fn summary(&self) -> &'static str {
        "Customers by recency, frequency and money: segments, what is at risk, who moved."
    }

    fn form(&self) -> Form {
        Form::Map("rfm", KEYS)
    }

    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>> {
        let fields = options.fields("`rfm`", KEYS, found)?;
        let mut metric = |key: &'static str| {
            let node = fields.required(key, found)?;
            let name = node.text(&format!("`{key}`"), found)?;
            let idx = scope.metric(&name, found);
            Some((name, idx?))
        };
        let (frequency, monetary) = (metric("frequency"), metric("monetary"));
        if let Some((name, idx)) = &monetary {
            check_money(scope.plan, name, *idx, found);
        }
        if let Some((name, idx)) = &frequency {
            let money = monetary.as_ref().map(|it| it.1);
            check_source(scope.plan, name, [Some(*idx), money], found);
        }
        let over = match fields.optional("over") {
            Some(node) => Window::read(node, found),
            None => Some(Window::All),
        };
        let ties = match fields.optional("ties") {
            Some(node) => node.text("`ties`", found).and_then(|it| ties(&it, found)),
            None => Some(Ties::Together),
        };
        let against = scope.against(fields.optional("against"), found);
        Some(Box::new(Told {
            frequency: frequency?.1,
            monetary: monetary?.1,
            over: over?,
            against,
            ties: ties?,
        }))
    }
}

impl Task for Told {
    fn name(&self) -> &'static str {
        Rfm.name()
    }

    fn options(&self) -> serde_json::Value {
        let ties = TIES.iter().find(|it| it.1 == self.ties).map(|it| it.0);
        serde_json::json!({ "rfm": {
            "frequency": self.frequency, "monetary": self.monetary, "over": self.over, "ties": ties,
            "against": self.against.as_ref().map(|it| &it.name),
        } })
    }

    fn asks(&self, plan: &Plan) -> Vec<Request> {
        self.windows(plan)
            .into_iter()
            .map(|it| self.request(plan, it))
            .collect()
    }

    fn run(&self, run: &Run) -> Result<(Facts, Vec<Diagnostic>), Diagnostics> {
        Ok(recording::record(self, run))
    }

    fn tell(&self, tell: &Tell, memo: &mut Memo) {
        telling::tell(self, tell, memo);
    }
}

impl Told {
    /// Returns the window of the target, and that of the comparison where there is one.
    fn windows(&self, plan: &Plan) -> Vec<Period> {
        let ends = self.ends(plan);
        ends.into_iter()
            .map(|until| self.over.ending(&plan.periods.calendar, until))
            .collect()
    }

    /// Returns the days before which the windows end: the target's first.
    fn ends(&self, plan: &Plan) -> Vec<Date> {
        let before = self.against.as_ref().and_then(|it| it.periods.last());
        std::iter::once(&plan.periods.target)
            .chain(before)
            .map(|it| it.until)
            .collect()
    }

    /// Asks one row a customer: the measures of both metrics, and the last day with a purchase.
    fn request(&self, plan: &Plan, window: Period) -> Request {
        let measures = self.measures(plan);
        let first = &plan.measures[measures[0]];
        let Role::Events { time, .. } = &plan.sources[first.source].role else {
            unreachable!("what a metric counts has a time");
        };
        let last_day = Aggregate {
            reduce: Reduce::Max,
            of: Some(Expr::Column(time.clone())),
            // A purchase is whatever the frequency counts first: views and returns do not make anybody recent.
            filter: first.aggregate.filter.clone(),
        };
        let aggregates = measures.iter().map(|&it| plan.measures[it].aggregate.clone());
        Request {
            source: first.source,
            keys: vec![Key::Customer],
            periods: vec![window],
            categories: Vec::new(),
            aggregates: aggregates.chain([last_day]).collect(),
        }
    }

    /// Lists the measures of both metrics, those of the frequency first, each once.
    fn measures(&self, plan: &Plan) -> Vec<usize> {
        let mut all: Vec<usize> = Vec::new();
        for metric in [self.frequency, self.monetary] {
            for &measure in plan.metrics[metric].formula.leaves() {
                if !all.contains(&measure) {
                    all.push(measure);
                }
            }
        }
        all
    }

    fn metrics<'a>(&self, plan: &'a Plan) -> [&'a Metric; 2] {
        [self.frequency, self.monetary].map(|it| &plan.metrics[it])
    }
}

fn ties(written: &Spanned<String>, found: &mut Diagnostics) -> Option<Ties> {
    let ties = TIES.iter().find(|it| it.0 == written.value).map(|it| it.1);
    if ties.is_none() {
        let message = format!("`ties: {}` is no rule for equal values", written.value);
        let known = TIES.iter().map(|it| it.0);
        let diagnostic = Diagnostic::spec("unknown-ties", message).at(written.span);
        found.push(diagnostic.nearest(&written.value, known));
    }
    ties
}

/// What is at risk is a sum over customers: a rate has none.
fn check_money(plan: &Plan, name: &Spanned<String>, metric: usize, found: &mut Diagnostics) {
    if !reading::adds_up(plan, &plan.metrics[metric].formula) {
        let message = format!("`{}` does not add up over customers", name.value);
        let hint = "what is at risk is a sum: name a metric made of `sum` and `count`";
        found.push(Diagnostic::spec("not-additive", message).at(name.span).hint(hint));
    }
}

/// Both metrics must count rows of one source, and that must say who.
fn check_source(plan: &Plan, name: &Spanned<String>, metrics: [Option<usize>; 2], found: &mut Diagnostics) {
    let of = |formula: &Formula<usize>| -> Vec<usize> {
        formula.leaves().iter().map(|it| plan.measures[**it].source).collect()
    };
    let sources: Vec<usize> = metrics
        .iter()
        .flatten()
        .flat_map(|&it| of(&plan.metrics[it].formula))
        .collect();
    let Some(&first) = sources.first() else { return };
    let source = &plan.sources[first];
    if sources.iter().any(|it| *it != first) {
        let message = "`frequency` and `monetary` count rows of several sources";
        let hint = "name two metrics over one source: a purchase and what it brought stand in one row";
        found.push(Diagnostic::spec("several-sources", message).at(name.span).hint(hint));
    } else if matches!(&source.role, Role::Events { customer, .. } if customer.is_empty()) {
        let message = format!("source `{}` does not say who: `rfm` needs its `customer`", source.name);
        found.push(Diagnostic::spec("no-customer", message).at(name.span));
    }
}
