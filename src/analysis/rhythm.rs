//! Rhythm: when things happen, by hour, weekday, day of the month and month of the year.
//!
//! # Why a reader cares
//! Staff, stock and advertising are bought by the hour and the weekday. A peak that moved is a habit that moved.
//!
//! # Method
//! A total is told as its share of the whole and as an index against an even spread, per hour and weekday that the
//! window holds (five Mondays are five). A ratio is told from its parts, with Wilson's interval where both are
//! counts and the upper one is among the lower. Whether a pattern is beyond chance is tested with the day as the
//! unit: hours are turned within each day, days shuffled over weekdays, and days exchanged with the comparison's.
//!
//! # In a spec
//! ```yaml
//! - rhythm: { metrics: [spend], against: previous }
//! ```

use super::Analysis;
use super::Run;
use super::Scope;
use super::Task;
use super::Tell;
use super::reading;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Spanned;
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::memo::Memo;
use crate::model::node::Node;
use crate::model::period::Grain;
use crate::model::period::Period;
use crate::model::plan::Clock;
use crate::model::plan::Comparison;
use crate::model::plan::Plan;
use crate::model::request::Key;
use crate::model::request::Request;
use crate::model::window::Window;

mod days;
mod heat;
mod kept;
mod recording;
mod tables;
mod telling;

/// What `rhythm` may say.
const KEYS: &[Field] = &[
    Field::must(
        "metrics",
        Form::List(&Form::Text),
        "Metrics whose hours, weekdays and days of the month are told.",
    ),
    Field::may(
        "over",
        Window::FORM,
        "How far back the pattern is looked at. Where it is left out: one period.",
    ),
    Field::may(
        "against",
        Form::Text,
        "The comparison it is held against, or `none`. Where it is left out: the first of `periods: compare:`.",
    ),
];

/// The registered analysis.
pub struct Rhythm;

/// A `rhythm` with its options decoded.
struct Told {
    metrics: Vec<usize>,
    /// How far the window goes back from the target's end; none for the target alone.
    over: Option<Window>,
    against: Option<Comparison>,
}

impl Analysis for Rhythm {
    fn name(&self) -> &'static str {
        "rhythm"
    }

    fn summary(&self) -> &'static str {
        "When things happen: hours, weekdays, paydays, seasons, and whether they moved."
    }

    fn form(&self) -> Form {
        Form::Map("rhythm", KEYS)
    }

    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>> {
        let fields = options.fields("`rhythm`", KEYS, found)?;
        let node = fields.required("metrics", found);
        let names = node.map(|it| it.texts("`metrics`", found)).unwrap_or_default();
        let mut metrics = Vec::new();
        for name in &names {
            let metric = scope.metric(name, found);
            metrics.extend(metric.filter(|it| can_be_told(scope.plan, name, *it, found)));
        }
        let over = match fields.optional("over") {
            Some(node) => Window::read(node, found).map(Some),
            None => Some(None),
        };
        let node = fields.optional("against");
        let is_none = node.is_some_and(|it| it.kind == crate::model::node::Kind::Text("none".into()));
        let against = if is_none { None } else { scope.against(node, found) };
        let told = Told {
            metrics,
            over: over?,
            against,
        };
        if let [now, before] = told.windows(scope.plan).as_slice()
            && before.iter().any(|it| now[0].from < it.until)
        {
            let message = "the windows of the target and of the comparison overlap";
            let hint = "write a shorter `over:`, an earlier `against:`, or `against: none`";
            let at = fields.optional("over").map_or(fields.span(), |it| it.span);
            found.push(Diagnostic::spec("overlapping-windows", message).at(at).hint(hint));
        }
        Some(Box::new(told))
    }
}

impl Task for Told {
    fn name(&self) -> &'static str {
        Rhythm.name()
    }

    fn options(&self) -> serde_json::Value {
        let against = self.against.as_ref().map(|it| &it.name);
        serde_json::json!({ "rhythm": { "metrics": self.metrics, "over": self.over, "against": against } })
    }

    fn asks(&self, plan: &Plan) -> Vec<Request> {
        let asked = |source: usize| [self.request(plan, source), kept::request(self, plan, source)];
        (0..plan.sources.len()).flat_map(asked).flatten().collect()
    }

    fn run(&self, run: &Run) -> Result<(Facts, Vec<Diagnostic>), Diagnostics> {
        Ok((recording::record(self, run), Vec::new()))
    }

    fn tell(&self, tell: &Tell, memo: &mut Memo) {
        telling::tell(self, tell, memo);
    }
}

impl Told {
    /// Returns the target's window, and the comparison's where there is one; each of one or several stretches.
    fn windows(&self, plan: &Plan) -> Vec<Vec<Period>> {
        let of = |periods: &[Period]| match (self.over, periods.last()) {
            (Some(over), Some(last)) => vec![over.ending(&plan.periods.calendar, last.until)],
            _ => periods.to_vec(),
        };
        let mut windows = vec![of(&[plan.periods.target])];
        windows.extend(self.against.as_ref().map(|it| of(&it.periods)));
        windows
    }

    /// Returns all days that are looked at: history and all windows.
    fn extent(&self, plan: &Plan) -> Period {
        let target = plan.periods.target;
        let history = plan.periods.history.first().map_or(target.from, |it| it.from);
        let starts = self.windows(plan).into_iter().flatten().map(|it| it.from);
        // A window over all time begins with the history: before it nothing is known to be complete.
        let floor = starts.filter(|it| it.year() > 1).min().unwrap_or(history);
        Period {
            from: history.min(floor),
            until: target.until,
            grain: Grain::Day,
        }
    }

    /// Asks one row a day and hour of everything that the metrics count in a source.
    fn request(&self, plan: &Plan, source: usize) -> Option<Request> {
        let measures = self.measures(plan, source);
        let keys = match plan.sources[source].clock {
            Clock::None => vec![Key::Day],
            Clock::AsWritten | Clock::In(_) => vec![Key::Day, Key::Clock],
        };
        (!measures.is_empty()).then(|| Request {
            source,
            keys,
            periods: vec![self.extent(plan)],
            categories: Vec::new(),
            aggregates: measures.iter().map(|&it| plan.measures[it].aggregate.clone()).collect(),
        })
    }

    /// Lists the measures of the metrics in a source, each once.
    fn measures(&self, plan: &Plan, source: usize) -> Vec<usize> {
        let leaves = self.metrics.iter().flat_map(|it| plan.metrics[*it].formula.leaves());
        let mut all: Vec<usize> = leaves
            .copied()
            .filter(|it| plan.measures[*it].source == source)
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// What is distinct in two hours may be the same: only what adds up over hours has a rhythm here.
fn can_be_told(plan: &Plan, name: &Spanned<String>, metric: usize, found: &mut Diagnostics) -> bool {
    let metric = &plan.metrics[metric];
    let adds_up = |it| reading::adds_up(plan, it);
    let fits = adds_up(&metric.formula) || metric.ratio().is_some_and(|(a, b)| adds_up(a) && adds_up(b));
    if !fits {
        let message = format!("`{}` does not add up over hours and days", name.value);
        let hint = "name a metric made of `sum` and `count`, or a ratio of two such";
        found.push(Diagnostic::spec("not-additive", message).at(name.span).hint(hint));
    }
    fits
}
