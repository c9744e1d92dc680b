//! Cohorts: of those who came first in one period, how many come again, and is that changing.
//!
//! # Why a reader cares
//! Growth that is bought anew each month looks like growth that stays, until the customers are followed. Whether the last
//! cohorts keep fewer than those before is the earliest sign of either.
//!
//! # Method
//! A customer belongs to the first period with activity: a row, or a metric above zero (`active:`). Kept after k periods
//! is the share active in the k-th period after the first; with `value:`, the metric's total there over that of the first
//! period. Means weigh each cohort by what it began with. Customers of the data's first period may be older than the data,
//! so that figures of new customers leave them out. Periods that end after the target does are not read at all: a period
//! half seen is never shown as a drop. Intervals are Wilson's and Newcombe's (method 10).
//!
//! # In a spec
//! ```yaml
//! - cohorts: { active: visits, value: spend, grain: month, by: [region] }
//! ```

use super::Analysis;
use super::MIN_CELL_DOC;
use super::Recorder;
use super::Run;
use super::Scope;
use super::Task;
use super::Tell;
use super::funnel;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::expr::Aggregate;
use crate::model::expr::Expr;
use crate::model::expr::Op;
use crate::model::expr::Reduce;
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::memo::Memo;
use crate::model::node::Node;
use crate::model::period::Grain;
use crate::model::period::Period;
use crate::model::plan::Plan;
use crate::model::plan::Role;
use crate::model::request::Key;
use crate::model::request::Request;

mod following;
mod kept;
mod recording;
mod telling;

/// The registered analysis.
pub struct Cohorts;

/// What `cohorts` may say.
const KEYS: &[Field] = &[
    Field::may(
        "active",
        Form::Text,
        "The metric whose rows make a customer active. Where it is left out: any row.",
    ),
    Field::may("value", Form::Text, "The metric that says what a cohort is worth."),
    Field::may(
        "grain",
        Form::OneOf(&["day", "week", "month", "quarter", "year"]),
        "How long a cohort's periods are. Where it is left out: as `periods: grain:` says.",
    ),
    Field::may(
        "by",
        Form::List(&Form::Text),
        "Segment dimensions by which it is told again.",
    ),
    Field::may("min_cell", Form::Count, MIN_CELL_DOC),
];

/// Cohorts, and periods after the first, that a page can show.
const MOST_SHOWN: usize = 16;

struct Told {
    source: usize,
    active: Option<usize>,
    value: Option<usize>,
    grain: Grain,
    by: Vec<usize>,
    min_cell: u64,
}

impl Analysis for Cohorts {
    fn name(&self) -> &'static str {
        "cohorts"
    }

    fn summary(&self) -> &'static str {
        "How many of those who came first in one period come again, and whether later cohorts keep fewer."
    }

    fn form(&self) -> Form {
        Form::Map("cohorts", KEYS)
    }

    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>> {
        let fields = options.fields("`cohorts`", KEYS, found)?;
        let n_wrong = found.0.len();
        let metric = |key: &str, found: &mut Diagnostics| {
            let name = fields.optional(key)?.text(&format!("`{key}`"), found)?;
            Some((funnel::counted(&name, scope, found)?, name))
        };
        let (active, value) = (metric("active", found), metric("value", found));
        let grain = match fields.optional("grain") {
            Some(node) => read_grain(node, scope, found),
            None => scope.grain(),
        };
        let by = fields
            .optional("by")
            .map(|it| it.texts("`by`", found))
            .unwrap_or_default();
        let by = by.iter().filter_map(|name| scope.segment(name, found)).collect();
        let min_cell = scope.min_cell(fields.optional("min_cell"), found);
        let source_of = |metric: usize| funnel::presence(scope.plan, metric).0;
        if let (Some((active, _)), Some((value, name))) = (&active, &value)
            && source_of(*active) != source_of(*value)
        {
            let message = format!(
                "`{}` is of another source than what makes a customer active",
                name.value
            );
            let hint = "take `active` and `value` from one source";
            found.push(Diagnostic::spec("two-sources", message).at(name.span).hint(hint));
        }
        let metric = active.as_ref().or(value.as_ref()).map(|it| source_of(it.0));
        let is_free = fields.optional("active").is_none() && fields.optional("value").is_none();
        let source = match metric {
            Some(source) => Some(source),
            None if is_free => only_source(scope, fields.span(), found),
            None => None,
        };
        if n_wrong < found.0.len() {
            return None;
        }
        Some(Box::new(Told {
            source: source?,
            active: active.map(|it| it.0),
            value: value.map(|it| it.0),
            grain: grain?,
            by,
            min_cell,
        }))
    }
}

fn read_grain(node: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Grain> {
    let text = node.text("`grain`", found)?;
    let grain = Grain::parse(&text.value);
    if grain.is_none() {
        let message = format!("there is no grain `{}`", text.value);
        let diagnostic = Diagnostic::spec("unknown-grain", message).at(text.span);
        found.push(diagnostic.nearest(&text.value, Grain::ALL.map(Grain::noun)));
    }
    let listed = grain.filter(|it| scope.plan.periods.calendar.has(*it));
    if let (Some(grain), None) = (grain, listed) {
        let message = format!("the calendar lists no {}", grain.nouns());
        let hint = "list them in its file too, or follow cohorts by a grain that it lists";
        found.push(Diagnostic::spec("unknown-grain", message).at(text.span).hint(hint));
    }
    listed
}

/// The source whose rows make a customer active, where no metric says so.
fn only_source(scope: &Scope, span: Span, found: &mut Diagnostics) -> Option<usize> {
    let says_who = |idx: &usize| !customer_column(scope.plan, *idx).is_empty();
    let sources: Vec<usize> = (0..scope.plan.sources.len()).filter(says_who).collect();
    match sources.as_slice() {
        [one] => Some(*one),
        // A spec whose sources could not be read is told so elsewhere.
        [] if scope.plan.sources.len() < scope.spec.sources.len() => None,
        [] => {
            let message = "`cohorts` follows customers, and no source says who";
            let hint = "name the column of the customer: `customer: …`";
            found.push(Diagnostic::spec("no-customer", message).at(span).hint(hint));
            None
        }
        _ => {
            let message = "`cohorts` does not say which source makes a customer active";
            let hint = "name a metric of that source: `active: visits`";
            found.push(Diagnostic::spec("which-source", message).at(span).hint(hint));
            None
        }
    }
}

/// The column that says who; empty where there is none.
fn customer_column(plan: &Plan, source: usize) -> &str {
    match &plan.sources[source].role {
        Role::Events { customer, .. } => customer,
        Role::Customers { .. } | Role::Things { .. } => "",
    }
}

impl Task for Told {
    fn name(&self) -> &'static str {
        Cohorts.name()
    }

    fn asks(&self, plan: &Plan) -> Vec<Request> {
        vec![self.activity(plan), self.days(plan)]
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!({ "cohorts": {
            "active": self.active, "value": self.value, "source": self.source, "grain": self.grain, "by": self.by,
            "min_cell": self.min_cell,
        } })
    }

    fn run(&self, run: &Run) -> Result<(Facts, Vec<Diagnostic>), Diagnostics> {
        let mut record = Recorder::new("cohorts");
        self.record(run, &mut record);
        Ok((record.facts, Vec::new()))
    }

    fn tell(&self, tell: &Tell, memo: &mut Memo) {
        telling::tell(self, tell, memo);
    }
}

impl Told {
    /// Periods from the first that can have rows to the last that ends with the target, ascending.
    fn periods(&self, plan: &Plan) -> Vec<Period> {
        let own = &plan.periods;
        let earliest = own.incomplete.iter().chain(&own.history).chain([&own.target]);
        let first = earliest.map(|it| it.from).min().unwrap_or(own.target.from);
        let calendar = &own.calendar;
        // A file may list this grain for a shorter time than that of the memo: cohorts begin with what it lists.
        let days = std::iter::once(first).chain(own.history.iter().map(|it| it.from));
        let first = days
            .chain([own.target.from])
            .find_map(|day| calendar.containing(day, self.grain));
        let last = calendar.containing(own.target.last_day(), self.grain);
        let (Some(first), Some(last)) = (first, last) else {
            return Vec::new();
        };
        let mut periods = calendar.through(&first, &last);
        periods.retain(|it| it.until <= own.target.until);
        periods
    }

    /// Asks who was active when, and for what value.
    fn activity(&self, plan: &Plan) -> Request {
        let active = self.active.map(|it| funnel::presence(plan, it).1);
        let value = self.value.map(|it| funnel::presence(plan, it).1);
        Request {
            source: self.source,
            keys: vec![Key::Period, Key::Customer],
            periods: self.periods(plan),
            categories: Vec::new(),
            aggregates: active.into_iter().chain(value).collect(),
        }
    }

    /// Asks for the days that have rows, and for how many customers were active on each.
    fn days(&self, plan: &Plan) -> Request {
        let rows = Aggregate {
            reduce: Reduce::Count,
            of: None,
            filter: None,
        };
        Request {
            source: self.source,
            keys: vec![Key::Day],
            periods: self.periods(plan),
            categories: Vec::new(),
            aggregates: [rows].into_iter().chain(self.actives(plan)).collect(),
        }
    }

    /// Counts active customers; `None` where a day says nothing beyond the cohorts, or a sum decides who is active.
    fn actives(&self, plan: &Plan) -> Option<Aggregate> {
        let filter = match self.active.map(|it| funnel::presence(plan, it).1) {
            None => None,
            Some(active) if active.reduce == Reduce::Count => {
                let is_there = active.of.map(|of| Expr::IsNull {
                    of: Box::new(of),
                    negated: true,
                });
                match (active.filter, is_there) {
                    (Some(a), Some(b)) => Some(Expr::Binary(Op::And, Box::new(a), Box::new(b))),
                    (a, b) => a.or(b),
                }
            }
            Some(_) => return None,
        };
        (self.grain != Grain::Day).then(|| Aggregate {
            reduce: Reduce::CountDistinct,
            of: Some(Expr::Column(customer_column(plan, self.source).to_owned())),
            filter,
        })
    }
}
