//! Contribution: how much of a change is structure, how much behaviour, and in which segments.
//!
//! # Why a reader cares
//! Spend per customer can fall because people buy less, or because big spenders left while nobody changed a
//! habit. The first is a forecast, the second is arithmetic; they ask for different positions.
//!
//! # Method
//! For a ratio, Kitagawa's two parts by segment, centred on the mean rate: behavioural is the mean share times the
//! change of the rate, structural the change of the share times how far the mean rate stands from the whole's. They
//! add up to the change exactly. A segment absent on one side carries the other side's rate. Small segments are merged
//! along the drivers' order. Intervals come from resampled customers, drawn jointly for both sides. For a total,
//! `chain:` splits it into customers × orders per customer × value per order.
//!
//! # In a spec
//! ```yaml
//! - contribution: { of: movers, metric: spend_per_active, by: top 3 drivers, against: previous, sensitivity: true }
//! ```

use super::AGAINST;
use super::Analysis;
use super::MIN_CELL_DOC;
use super::Recorder;
use super::Run;
use super::Scope;
use super::Task;
use super::Tell;
use super::drivers;
use super::subjects::Subjects;
use crate::gather::Need;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::expr::Formula;
use crate::model::expr::Reduce;
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::memo::Memo;
use crate::model::node::Node;
use crate::model::panel::Roster;
use crate::model::plan::Comparison;
use serde::Serialize;

mod beside;
mod chain;
mod recording;
mod segments;
mod sensitivity;
mod telling;

/// The registered analysis.
pub struct Contribution;

/// What `contribution` may say.
const KEYS: &[Field] = &[
    Field::may("of", Subjects::FORM, Subjects::DOC).or("movers"),
    Field::must(
        "metric",
        Form::Text,
        "A ratio (`spend / actives`), or with `chain:` a total.",
    ),
    Field::may(
        "chain",
        Form::List(&Form::Text),
        "Two counts that split a total into factors: customers, then orders (`[shoppers, visits]`).",
    ),
    Field::may(
        "by",
        Form::List(&Form::Text),
        "What the segments are made of: `top 3 drivers`, or names of segment dimensions. Where it is left out: the top 3 drivers.",
    ),
    Field::may("against", Form::Text, AGAINST),
    Field::may("min_cell", Form::Count, MIN_CELL_DOC),
    Field::may(
        "resamples",
        Form::Count,
        "Customer resamples behind the intervals, at most 9999.",
    )
    .or("999"),
    Field::may(
        "sensitivity",
        Form::Flag,
        "Whether other ways to split the change are printed beside it.",
    )
    .or("true"),
];

/// Customer resamples behind an interval: an odd number, so that percentiles fall on draws.
const RESAMPLES: u64 = 999;
/// More resamples than this change no printed digit, and take minutes.
const MOST_RESAMPLES: usize = 9_999;
/// Drivers that `by:` takes where it does not say.
const TOP_DRIVERS: usize = 3;

/// Options that speak of segments: a chain has none.
const OF_SEGMENTS: [&str; 4] = ["by", "min_cell", "resamples", "sensitivity"];

/// What the segments are made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum By {
    /// The first drivers that explain something, at most so many.
    TopDrivers(usize),
    /// Named dimensions, by index.
    Dimensions(Vec<usize>),
}

struct Told {
    subjects: Subjects,
    metric: usize,
    against: Comparison,
    by: By,
    min_cell: u64,
    n_resamples: usize,
    sensitivity: bool,
    chain: Option<[usize; 2]>,
}

impl Analysis for Contribution {
    fn name(&self) -> &'static str {
        "contribution"
    }

    fn summary(&self) -> &'static str {
        "How much of a change is structure and how much behaviour, segment by segment, to the printed digit."
    }

    fn form(&self) -> Form {
        Form::Map("contribution", KEYS)
    }

    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>> {
        let fields = options.fields("`contribution`", KEYS, found)?;
        let subjects = Subjects::read(fields.optional("of"), scope, found);
        let chain = fields.optional("chain").map(|node| read_chain(node, scope, found));
        let metric = fields.required("metric", found).and_then(|node| {
            let name = node.text("`metric`", found)?;
            let idx = scope.metric(&name, found)?;
            let additive = drivers::check_additive(scope.plan, idx, &name.value, name.span, found);
            if scope.plan.metrics[idx].ratio().is_none() && chain.is_none() {
                let message = format!(
                    "`{}` is a total: it has no rate to tell behaviour from structure",
                    name.value
                );
                let hint = "name a ratio (`spend / actives`), or split the total with `chain: [customers, orders]`";
                found.push(Diagnostic::spec("not-a-ratio", message).at(name.span).hint(hint));
                return None;
            }
            additive.then_some(idx)
        });
        if chain.is_some() {
            for key in OF_SEGMENTS {
                refuse_beside_chain(key, fields.optional(key), found);
            }
        }
        let by = read_by(fields.optional("by"), scope, found);
        let against = scope.against(fields.optional("against"), found);
        let count = |node: Option<&Node>, what: &str, default: u64, found: &mut Diagnostics| {
            node.and_then(|it| it.count(what, found)).map_or(default, |it| it.value)
        };
        let min_cell = scope.min_cell(fields.optional("min_cell"), found);
        let n_resamples = count(fields.optional("resamples"), "`resamples`", RESAMPLES, found);
        let n_resamples = usize::try_from(n_resamples)
            .unwrap_or(usize::MAX)
            .clamp(1, MOST_RESAMPLES);
        let sensitivity = fields
            .optional("sensitivity")
            .and_then(|it| it.flag("`sensitivity`", found))
            .is_none_or(|it| it.value);
        drivers::check_customers(scope, "contribution", fields.span(), found);
        let chain = match chain {
            Some(chain) => Some(chain?),
            None => None,
        };
        Some(Box::new(Told {
            subjects: subjects?,
            metric: metric?,
            against: against?,
            by: by?,
            min_cell,
            n_resamples,
            sensitivity,
            chain,
        }))
    }
}

/// Reports an option of the split by segments where a chain splits the total.
fn refuse_beside_chain(key: &str, node: Option<&Node>, found: &mut Diagnostics) {
    let Some(node) = node else { return };
    let message = format!("`{key}` says how to split by segments, and `chain:` splits a total by factors");
    let hint = format!("take out `{key}` or `chain`; a second spec can hold the other split");
    found.push(Diagnostic::spec("two-splits", message).at(node.span).hint(hint));
}

fn read_chain(node: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<[usize; 2]> {
    let names = node.texts("`chain`", found);
    let [customers, orders] = names.as_slice() else {
        let message = "`chain` names two metrics: customers, then orders";
        found.push(
            Diagnostic::spec("bad-chain", message)
                .at(node.span)
                .hint("write `chain: [shoppers, visits]`"),
        );
        return None;
    };
    let mut counted = |name| {
        let idx = scope.metric(name, found)?;
        let counts = |measure: &usize| {
            let reduce = scope.plan.measures[*measure].aggregate.reduce;
            matches!(reduce, Reduce::Count | Reduce::CountDistinct)
        };
        if matches!(&scope.plan.metrics[idx].formula, Formula::Leaf(measure) if counts(measure)) {
            return Some(idx);
        }
        let message = format!(
            "`{}` does not count anything, and a chain is made of counts",
            name.value
        );
        let hint = "name a `count(distinct customer)`, then a count of orders";
        found.push(Diagnostic::spec("bad-chain", message).at(name.span).hint(hint));
        None
    };
    let (customers, orders) = (counted(customers), counted(orders));
    Some([customers?, orders?])
}

/// Reads `by: top 3 drivers`, or names of segment dimensions.
fn read_by(node: Option<&Node>, scope: &Scope, found: &mut Diagnostics) -> Option<By> {
    let Some(node) = node else {
        return Some(By::TopDrivers(TOP_DRIVERS));
    };
    let names = node.texts("`by`", found);
    if let [one] = names.as_slice() {
        let words: Vec<&str> = one.value.split_whitespace().collect();
        if let ["top", n, "drivers" | "driver"] = words.as_slice() {
            let n = n.parse::<usize>().ok().filter(|n| *n > 0);
            if n.is_none() {
                let message = format!("`by: {}` does not say how many", one.value);
                found.push(
                    Diagnostic::spec("bad-segments", message)
                        .at(node.span)
                        .hint("write `by: top 3 drivers`"),
                );
            }
            return n.map(By::TopDrivers);
        }
    }
    let n_wrong = found.0.len();
    let dimensions: Vec<usize> = names.iter().filter_map(|name| scope.segment(name, found)).collect();
    (found.0.len() == n_wrong && !dimensions.is_empty()).then_some(By::Dimensions(dimensions))
}

impl Task for Told {
    fn name(&self) -> &'static str {
        Contribution.name()
    }

    fn uses(&self) -> &'static [&'static str] {
        &["deviation", "drivers"]
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!({ "contribution": {
            "of": self.subjects, "metric": self.metric, "against": self.against.name, "by": self.by, "min_cell": self.min_cell,
            "resamples": self.n_resamples, "sensitivity": self.sensitivity, "chain": self.chain,
        } })
    }

    fn needs(&self, run: &Run) -> Vec<Need> {
        if self.chain.is_some() {
            return Vec::new();
        }
        let slugs = self.subjects.slugs(run, &mut Diagnostics::new());
        let categories: Vec<usize> = slugs
            .iter()
            .filter_map(|slug| run.category(slug))
            .filter(|&category| self.roster(run, category).is_none())
            .collect();
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
        let mut found = Diagnostics::new();
        let slugs = self.subjects.slugs(run, &mut found);
        if found.has_errors() {
            return Err(found);
        }
        let mut record = Recorder::new("contribution");
        let mut warnings = found.0;
        let mut told = Vec::new();
        for slug in &slugs {
            let Some(category) = run.category(slug) else { continue };
            let recorded = match self.chain {
                Some(chain) => self.record_chain(run, &mut record, slug, category, chain),
                None => self.record_split(run, &mut record, slug, category),
            };
            match recorded {
                Ok(()) => told.push(slug.clone()),
                Err(reason) => {
                    let label = &run.panel.categories[category];
                    warnings.push(Diagnostic::warning(
                        "not-split",
                        format!("the change of {label} cannot be split: {reason}"),
                    ));
                }
            }
        }
        record.about("", "", Vec::new());
        record.list(
            "contribution/subjects".into(),
            told,
            "categories whose change was split, in rank order",
        );
        record.text(
            "contribution/metric".into(),
            &run.plan.metrics[self.metric].name,
            "the metric whose change was split",
        );
        record.text(
            "contribution/against".into(),
            &self.against.label,
            "what the target is held against",
        );
        Ok((record.facts, warnings))
    }

    fn tell(&self, tell: &Tell, memo: &mut Memo) {
        telling::tell(self, tell, memo);
    }
}

impl Told {
    fn roster<'a>(&self, run: &Run<'a>, category: usize) -> Option<&'a Roster> {
        let rosters = &run.panel.rosters;
        rosters
            .iter()
            .find(|it| it.metric == self.metric && it.category == category && it.comparison == self.against)
    }

    /// The dimensions that the segments of a category are made of, the leading one first.
    fn dimensions(&self, run: &Run, slug: &str) -> Vec<usize> {
        let place = |name: &String| run.plan.segments.iter().position(|it| it.name == *name);
        match &self.by {
            By::Dimensions(dimensions) => dimensions.clone(),
            By::TopDrivers(most) => {
                let ranking = run.facts.list(&format!("drivers/{slug}/ranking"));
                let n = drivers::explaining(run.facts, slug).len().clamp(1, *most);
                let chosen: Vec<usize> = ranking.iter().take(n).filter_map(place).collect();
                // Without drivers in the memo the first dimension of the spec stands in.
                if chosen.is_empty() { vec![0] } else { chosen }
            }
        }
    }
}
