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

use super::Analysis;
use super::Recorder;
use super::Run;
use super::Scope;
use super::Task;
use super::Tell;
use super::drivers;
use super::subjects::Subjects;
use super::verdict::Verdict;
use crate::gather::Need;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::expr::Formula;
use crate::model::expr::Reduce;
use crate::model::facts::Facts;
use crate::model::facts::Interval;
use crate::model::facts::Value;
use crate::model::memo::Memo;
use crate::model::node::Node;
use crate::model::panel::Roster;
use crate::model::plan::Comparison;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::stats::resample;
use crate::stats::split;
use crate::stats::split_other;
use crate::stats::sum::exact_sum;
use serde::Serialize;

mod segments;
mod telling;

use segments::Segments;

/// The registered analysis.
pub struct Contribution;

/// Customer resamples behind an interval: an odd number, so that percentiles fall on draws.
const RESAMPLES: u64 = 999;
/// More resamples than this change no printed digit, and take minutes.
const MOST_RESAMPLES: usize = 9_999;
/// Segments with fewer customers on either side are merged.
const MIN_CELL: u64 = drivers::MIN_CELL;
/// Drivers that `by:` takes where it does not say.
const TOP_DRIVERS: usize = 3;
/// A segment that holds at least this share of a part of the change leads it.
const LEADING_SHARE: f64 = 0.5;
/// It also holds at least this many times what its size alone would.
const OVER_ITS_SIZE: f64 = 1.3;

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

    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>> {
        let fields = options.fields(
            "`contribution`",
            &[
                "of",
                "metric",
                "chain",
                "by",
                "against",
                "min_cell",
                "resamples",
                "sensitivity",
            ],
            found,
        )?;
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
        let by = read_by(fields.optional("by"), scope, found);
        let against = scope.against(fields.optional("against"), found);
        let count = |node: Option<&Node>, what: &str, default: u64, found: &mut Diagnostics| {
            node.and_then(|it| it.count(what, found)).map_or(default, |it| it.value)
        };
        let min_cell = count(fields.optional("min_cell"), "`min_cell`", MIN_CELL, found);
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
    fn wave(&self) -> usize {
        2
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
        let mut warnings = Vec::new();
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

    fn record_split(&self, run: &Run, record: &mut Recorder, slug: &str, category: usize) -> Result<(), String> {
        let metric = &run.plan.metrics[self.metric];
        let roster = self
            .roster(run, category)
            .ok_or("no customer has rows on either side")?;
        let dimensions = self.dimensions(run, slug);
        let segments = Segments::new(run, roster, &dimensions, self.min_cell).ok_or("too few customers to be shown")?;
        let parts = segments.parts(roster);
        let whole = split::kitagawa(&parts).map_err(|error| error.to_string())?;
        let (n_segments, seed) = (segments.labels.len(), run.plan.seed);
        let intervals = resample::customer_intervals(
            &segments.of_customer,
            &roster.numerator,
            &roster.denominator,
            n_segments,
            self.n_resamples,
            seed,
        );

        record.about(
            &metric.name,
            &run.panel.categories[category],
            drivers::periods(run, &self.against),
        );
        let id = format!("contribution/{slug}");
        let unit = &metric.unit;
        let n = Some(roster.customer.len() as u64);
        let mut figure = |name: &str, x: f64, bounds: resample::Ends, method: &str| {
            record.fact(
                format!("{id}/{name}"),
                Value::Number(Some(x)),
                unit.clone(),
                bounds.map(interval),
                n,
                method,
            );
        };
        figure("before", whole.mean[0], None, "the metric over all segments, before");
        figure("after", whole.mean[1], None, "the metric over all segments, after");
        figure("change", whole.change(), intervals.total.change, "after minus before");
        figure(
            "structural",
            whole.structural,
            intervals.total.structural,
            "change of shares at mean rates, centred",
        );
        figure(
            "behavioural",
            whole.behavioural,
            intervals.total.behavioural,
            "change of rates at mean shares",
        );
        let share = |x: f64| (whole.mean[0] != 0.0).then(|| x / whole.mean[0].abs());
        let relative = || Unit::total(Quantity::Change);
        record.number(
            format!("{id}/structural_share"),
            share(whole.structural),
            relative(),
            "structural over the level before",
        );
        record.number(
            format!("{id}/behavioural_share"),
            share(whole.behavioural),
            relative(),
            "behavioural over the level before",
        );
        let names = dimensions
            .iter()
            .map(|&idx| run.plan.segments[idx].name.clone())
            .collect();
        record.list(
            format!("{id}/by"),
            names,
            "dimensions of the segments, the leading one first",
        );
        let verdict = Verdict::of(whole.behavioural, whole.structural, intervals.total.change);
        record.text(
            format!("{id}/verdict"),
            verdict.name(),
            "the part that holds four fifths of the change",
        );
        self.record_segments(run, record, slug, &segments, &whole, &intervals, unit);
        if self.sensitivity {
            record_sensitivity(record, &id, &parts, &segments.labels, unit);
        }
        Ok(())
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of one table; a struct would be named only here"
    )]
    fn record_segments(
        &self,
        run: &Run,
        record: &mut Recorder,
        slug: &str,
        segments: &Segments,
        whole: &split::Split,
        intervals: &resample::Intervals,
        unit: &Unit,
    ) {
        let id = format!("contribution/{slug}");
        let share = || Unit::total(Quantity::Share);
        // Largest total first: the order in which the table is read.
        let mut order: Vec<usize> = (0..segments.labels.len()).collect();
        let sign = if whole.change() < 0.0 { 1.0 } else { -1.0 };
        order.sort_by(|&a, &b| {
            (sign * whole.segments[a].total())
                .total_cmp(&(sign * whole.segments[b].total()))
                .then(a.cmp(&b))
        });
        record.list(
            format!("{id}/segments"),
            order.iter().map(|&it| segments.labels[it].clone()).collect(),
            "segments, by what they add to the change",
        );
        for (place, &it) in order.iter().enumerate() {
            let (part, bounds) = (&whole.segments[it], &intervals.segments[it]);
            let id = format!("{id}/segment/{}", place + 1);
            let n: u64 = segments.n_customers[it].iter().copied().max().unwrap_or(0);
            let mut figure = |name: &str, x: Option<f64>, unit: Unit, bounds: resample::Ends, n: u64, method: &str| {
                record.fact(
                    format!("{id}/{name}"),
                    Value::Number(x),
                    unit,
                    bounds.map(interval),
                    Some(n),
                    method,
                );
            };
            for (side, when) in ["before", "after"].iter().enumerate() {
                let n = segments.n_customers[it][side];
                figure(
                    &format!("share_{when}"),
                    Some(part.weight[side]),
                    share(),
                    None,
                    n,
                    "share of the ratio’s lower part",
                );
                figure(
                    &format!("rate_{when}"),
                    part.rate[side],
                    unit.clone(),
                    None,
                    n,
                    "the metric within the segment",
                );
            }
            figure(
                "structural",
                Some(part.structural),
                unit.clone(),
                bounds.structural,
                n,
                "change of the share at the mean rate, centred",
            );
            figure(
                "behavioural",
                Some(part.behavioural),
                unit.clone(),
                bounds.behavioural,
                n,
                "change of the rate at the mean share",
            );
            figure(
                "total",
                Some(part.total()),
                unit.clone(),
                bounds.change,
                n,
                "structural plus behavioural",
            );
            record.text(
                format!("{id}/presence"),
                presence_name(part.presence),
                "whether the segment has customers on both sides",
            );
        }
        if drivers::explaining(run.facts, slug).is_empty() {
            return;
        }
        let part = |it: usize, name: &str| {
            if name == "behavioural" {
                whole.segments[it].behavioural
            } else {
                whole.segments[it].structural
            }
        };
        for (name, all) in [("behavioural", whole.behavioural), ("structural", whole.structural)] {
            // A segment that is most of the crowd holds most of any change: leading means more than its size.
            let size = |it: usize| (whole.segments[it].weight[0] + whole.segments[it].weight[1]) / 2.0;
            let leads = |it: usize| {
                let least = LEADING_SHARE.max(OVER_ITS_SIZE * size(it));
                part(it, name) * all > 0.0 && part(it, name).abs() >= least * all.abs()
            };
            let largest = order
                .iter()
                .copied()
                .filter(|&it| leads(it) && !segments.is_rest[it])
                .max_by(|&a, &b| part(a, name).abs().total_cmp(&part(b, name).abs()));
            if let Some(it) = largest {
                let id = format!("{id}/leader/{name}");
                record.text(
                    id.clone(),
                    &segments.phrases[it],
                    "the segment with over half of this part, where a driver explains the change",
                );
                for (side, when) in ["before", "after"].iter().enumerate() {
                    record.number(
                        format!("{id}/share_{when}"),
                        Some(whole.segments[it].weight[side]),
                        share(),
                        "its share of the ratio’s lower part",
                    );
                }
            }
        }
    }

    fn record_chain(
        &self,
        run: &Run,
        record: &mut Recorder,
        slug: &str,
        category: usize,
        chain: [usize; 2],
    ) -> Result<(), String> {
        let metric = &run.plan.metrics[self.metric];
        let sides = |idx: usize| -> Option<[f64; 2]> {
            let series = run.series(idx, category);
            Some([run.before(&series, &self.against)?, series.last().copied().flatten()?])
        };
        let total = sides(self.metric).ok_or("the metric has no value on one side")?;
        let customers = sides(chain[0]).ok_or("customers have no value on one side")?;
        let orders = sides(chain[1]).ok_or("orders have no value on one side")?;
        if [customers, orders].iter().flatten().any(|x| *x <= 0.0) {
            return Err("a side has no customers or no orders".to_owned());
        }
        let effects = split_other::chain(&[split_other::ChainLink {
            customers,
            orders,
            amount: total,
        }]);
        let effects = effects
            .first()
            .map_or([0.0; 3], |it| [it.customers, it.frequency, it.ticket]);
        record.about(
            &metric.name,
            &run.panel.categories[category],
            drivers::periods(run, &self.against),
        );
        let id = format!("contribution/{slug}/chain");
        let mut figure = |name: &str, x: f64, unit: &Unit| {
            record.number(
                format!("{id}/{name}"),
                Some(x),
                unit.clone(),
                "Das Gupta’s split of customers × frequency × ticket",
            );
        };
        figure("before", total[0], &metric.unit);
        figure("after", total[1], &metric.unit);
        for (name, effect) in ["customers", "frequency", "ticket"].iter().zip(effects) {
            figure(name, effect, &metric.unit);
        }
        Ok(())
    }
}

/// The same change by other rules, and the segments whose sign depends on the rule.
fn record_sensitivity(record: &mut Recorder, id: &str, parts: &[split::Segment], labels: &[String], unit: &Unit) {
    let Ok(segments) = split_other::sensitivity(parts) else {
        return;
    };
    let mut figure = |name: &str, of: &dyn Fn(&split_other::Sensitivity) -> f64, method: &str| {
        let total = exact_sum(&segments.iter().map(of).collect::<Vec<_>>());
        record.number(format!("{id}/sensitivity/{name}"), Some(total), unit.clone(), method);
    };
    figure(
        "three_part_structural",
        &|it| it.three_part.structural,
        "change of shares at rates before",
    );
    figure(
        "three_part_behavioural",
        &|it| it.three_part.behavioural,
        "change of rates at shares before",
    );
    figure(
        "three_part_joint",
        &|it| it.three_part.interaction,
        "change of shares times change of rates",
    );
    figure(
        "shapley_structural",
        &|it| it.shapley[0],
        "mean over both orders of change",
    );
    figure(
        "shapley_behavioural",
        &|it| it.shapley[1],
        "mean over both orders of change",
    );
    let flagged = segments
        .iter()
        .zip(labels)
        .filter(|(it, _)| it.sign_depends)
        .map(|(_, label)| label.clone())
        .collect();
    record.list(
        format!("{id}/sensitivity/depends"),
        flagged,
        "segments whose total changes sign with the method",
    );
}

/// Names where a segment has customers.
fn presence_name(presence: split::Presence) -> &'static str {
    match presence {
        split::Presence::Both => "both",
        split::Presence::Entrant => "entrant",
        split::Presence::Leaver => "leaver",
        split::Presence::Nowhere => "nowhere",
    }
}

fn interval([low, high]: [f64; 2]) -> Interval {
    Interval {
        level_pct: 95,
        low,
        high,
    }
}
