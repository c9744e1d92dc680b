//! The claim that a figure is the same wherever it is told.
//!
//! The headline, the ranking, a mover's page and the cells that an auditor asks for are made by different analyses of the same
//! rows. It must not know which of two would be right.

use super::Stated;
use super::families;
use super::families::Found;
use super::families::agree;
use super::families::written;
use super::of_program;
use crate::model::diagnostic::Diagnostic;
use crate::model::expr::Expr;
use crate::model::expr::Formula;
use crate::model::expr::Op;
use crate::model::expr::Reduce;
use crate::model::facts::Fact;
use crate::model::facts::Facts;
use crate::model::facts::Value;
use crate::model::panel::Intake;
use crate::model::plan::Measure;
use crate::model::plan::Metric;
use crate::model::plan::Plan;
use crate::model::plan::Role;
use crate::model::written::aggregate;

/// Finds figures that two analyses state differently.
pub(super) fn broken(stated: &Stated) -> Vec<Diagnostic> {
    let facts = stated.facts;
    let mut found = groups(facts);
    found.extend(movers(facts));
    found.extend(rows(stated));
    let cells = Cells::new(stated.plan, facts);
    for (pattern, place) in [
        ("headline/*/value", None),
        ("headline/*/*/before", None),
        ("deviation/*/*/actual", Some(1)),
    ] {
        for it in families::of(facts, pattern) {
            found.extend(cells.told_otherwise(it, place.map(|at| it.step(at)), &it.fact.from.periods));
        }
    }
    // A row without a customer counts in cells, and in nobody's roster.
    if stated.intake.iter().all(|it| it.rows_without_customer == 0) {
        for (pattern, at) in [("contribution/*/before", 0), ("contribution/*/after", 1)] {
            for it in families::of(facts, pattern) {
                // The periods of a split are those before, and then the target.
                let [before, after] = it.fact.from.periods.as_slice() else {
                    continue;
                };
                let period = [before, after][at];
                found.extend(cells.split_otherwise(it, std::slice::from_ref(period)));
            }
        }
    }
    found
}

/// Holds two statements of one figure against each other.
fn differ(id: &str, x: f64, other: &str, y: f64, size: f64) -> Option<Diagnostic> {
    (!agree(x, y, size)).then(|| {
        let message = format!(
            "`{id}` is {}, and {other}, the same figure, is {}",
            written(x),
            written(y)
        );
        of_program(Diagnostic::check("told-twice", message))
    })
}

/// What a group is, by whichever analysis.
fn groups(facts: &Facts) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for base in ["clusters/", "roster/"] {
        for (id, fact) in facts.under("profile/") {
            let own = id.strip_prefix("profile/").unwrap_or(id);
            let other = format!("{base}{own}");
            let x = Found { id, fact }.number();
            if let (Some(x), Some(y)) = (x, facts.number(&other)) {
                found.extend(differ(id, x, &format!("`{other}`"), y, 0.0));
            }
        }
    }
    found
}

/// Movers are counted, and named.
fn movers(facts: &Facts) -> Option<Diagnostic> {
    let n = facts.number("deviation/n_movers")?;
    let Value::List(named) = &facts.get("deviation/movers")?.value else {
        return None;
    };
    differ(
        "deviation/n_movers",
        n,
        "the length of `deviation/movers`",
        named.len() as f64,
        0.0,
    )
}

/// Rows of the target as quality counts them, and as cells do.
fn rows(stated: &Stated) -> Vec<Diagnostic> {
    let (facts, target) = (stated.facts, stated.plan.periods.target_name());
    let of_source = |intake: &Intake| {
        let method = ["", ", over all categories"]
            .map(|across| format!("count(*) of `{}`{across}, after its rules", intake.source));
        let all = families::of(facts, "cells/*/_all");
        let rows = all.iter().find(|it| method.contains(&it.fact.from.method))?;
        let counted = at(rows.fact, &target)?;
        let id = format!("the target's `rows_target` of `{}`", intake.source);
        // Fewer than 2⁵³: the cast is exact.
        differ(rows.id, counted, &id, intake.rows_target as f64, 0.0)
    };
    stated.intake.iter().filter_map(of_source).collect()
}

fn at(fact: &Fact, period: &str) -> Option<f64> {
    let Value::Series { periods, values } = &fact.value else {
        return None;
    };
    let place = periods.iter().position(|it| it == period)?;
    values.get(place).copied().flatten()
}

/// The cells of a plan's measures.
pub(super) struct Cells<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    /// What the ids of a measure's cells begin with; `None` where there are none.
    names: Vec<Option<&'a str>>,
}

impl<'a> Cells<'a> {
    /// Finds the cells of each measure of a plan.
    pub fn new(plan: &'a Plan, facts: &'a Facts) -> Self {
        let all = families::of(facts, "cells/*/_all");
        let name = |measure: &Measure| {
            let source = &plan.sources[measure.source].name;
            let across = if measure.across { ", over all categories" } else { "" };
            let reduced = aggregate(&measure.aggregate).replace('"', "");
            let method = format!("{reduced} of `{source}`{across}, after its rules");
            all.iter().find(|it| it.fact.from.method == method).map(Found::base)
        };
        Self {
            plan,
            facts,
            names: plan.measures.iter().map(name).collect(),
        }
    }

    /// Returns what a metric is in a period, of a category by its safe name or of all.
    pub fn level(&self, metric: &Metric, category: Option<&str>, period: &str) -> Option<f64> {
        metric
            .formula
            .value(&|measure: &usize| self.cell(*measure, category, period))
    }

    fn metric(&self, fact: &Fact) -> Option<&'a Metric> {
        self.plan.metrics.iter().find(|it| it.name == fact.from.metric)
    }

    /// Holds a figure against its metric's formula over cells: the mean over periods, of a category or of all.
    fn told_otherwise(&self, it: Found<'_>, category: Option<&str>, periods: &[String]) -> Option<Diagnostic> {
        let metric = self.metric(it.fact)?;
        let mut mean = [0.0, 0.0];
        for period in periods {
            let leaf = |measure: &usize| self.cell(*measure, category, period);
            let n = periods.len() as f64;
            mean[0] += metric.formula.value(&leaf)? / n;
            mean[1] += size(&metric.formula, &leaf)? / n;
        }
        let of = category.unwrap_or("_all");
        let other = format!("`{}` over `cells/*/{of}` of {}", metric.written, periods.join(", "));
        differ(it.id, it.number()?, &other, mean[0], mean[1])
    }

    /// As [`Cells::told_otherwise`], of a ratio that is split by customer: both of its parts must add up over customers.
    fn split_otherwise(&self, it: Found<'_>, periods: &[String]) -> Option<Diagnostic> {
        let metric = self.metric(it.fact)?;
        metric.ratio()?;
        let leaves = metric.formula.leaves();
        leaves
            .iter()
            .all(|leaf| self.adds_up(&self.plan.measures[**leaf]))
            .then_some(())?;
        self.told_otherwise(it, Some(it.step(1)), periods)
    }

    /// Tells whether a measure adds up over customers: a customer is one of the distinct ones.
    fn adds_up(&self, measure: &Measure) -> bool {
        match (measure.aggregate.reduce, &self.plan.sources[measure.source].role) {
            (Reduce::Sum | Reduce::Count, _) => true,
            (Reduce::CountDistinct, Role::Events { customer, .. }) => {
                measure.aggregate.of == Some(Expr::Column(customer.clone()))
            }
            _ => false,
        }
    }

    fn cell(&self, measure: usize, category: Option<&str>, period: &str) -> Option<f64> {
        let across = self.plan.measures[measure].across;
        let category = category.filter(|_| !across).unwrap_or("_all");
        at(self.facts.get(&format!("{}/{category}", self.names[measure]?))?, period)
    }
}

/// How large the figures are that a formula is made of, as its value weighs them: how far their last digits reach.
fn size(formula: &Formula<usize>, leaf: &impl Fn(&usize) -> Option<f64>) -> Option<f64> {
    match formula {
        Formula::Leaf(it) => leaf(it).map(f64::abs),
        Formula::Number(x) => Some(x.abs()),
        Formula::Neg(of) => size(of, leaf),
        Formula::Coalesce(parts) => parts.iter().find_map(|it| size(it, leaf)),
        Formula::Binary(op, left, right) => {
            let (a, b) = (size(left, leaf)?, size(right, leaf)?);
            match op {
                Op::Mul => Some(a * b),
                Op::Div => right.value(leaf).filter(|it| *it != 0.0).map(|it| a * b / (it * it)),
                _ => Some(a + b),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::planted::codes;
    use crate::lint::planted::fact;
    use crate::lint::planted::facts;
    use crate::lint::planted::stated;
    use crate::model::memo::Memo;

    /// Cells of two months, and figures that follow from them.
    fn planted(figures: &[(&str, &str, &[&str], f64)]) -> Facts {
        let mut all = Facts::new();
        let mut cell = |id: &str, method: &str, values: [f64; 2]| {
            let periods = ["2026-09", "2026-10"].map(str::to_owned).to_vec();
            let values = values.map(Some).to_vec();
            let mut cell = fact(Value::Series { periods, values });
            cell.from.method = format!("{method} of `buys`, after its rules");
            all.insert(id, cell);
        };
        cell("cells/buys-sum-amount/_all", "sum(amount)", [10.0, 12.0]);
        cell("cells/buys-sum-amount/milk", "sum(amount)", [4.0, 6.0]);
        cell("cells/buys-rows/_all", "count(*)", [5.0, 4.0]);
        cell("cells/buys-rows/milk", "count(*)", [2.0, 3.0]);
        for (id, metric, periods, x) in figures {
            let mut figure = fact(Value::Number(Some(*x)));
            (*metric).clone_into(&mut figure.from.metric);
            figure.from.periods = periods.iter().map(|it| (*it).to_owned()).collect();
            all.insert(*id, figure);
        }
        all
    }

    fn found(facts: &Facts) -> Vec<Diagnostic> {
        stated(facts, &Memo::default(), &|it| broken(it))
    }

    #[test]
    fn figures_follow_from_their_cells() {
        let clean: [(&str, &str, &[&str], f64); 6] = [
            ("headline/spend/value", "spend", &["2026-10"], 12.0),
            ("headline/spend/previous/before", "spend", &["2026-09"], 10.0),
            (
                "headline/spend/mean-of-last-2/before",
                "spend",
                &["2026-09", "2026-10"],
                11.0,
            ),
            ("deviation/milk/ticket/actual", "ticket", &["2026-10"], 2.0),
            ("contribution/milk/before", "ticket", &["2026-09", "2026-10"], 2.0),
            ("contribution/milk/after", "ticket", &["2026-09", "2026-10"], 2.0),
        ];
        assert_eq!(found(&planted(&clean)), []);
        for place in 0..clean.len() {
            let mut wrong = clean;
            wrong[place].3 += 0.5;
            assert_eq!(codes(&found(&planted(&wrong))), ["told-twice"], "{}", wrong[place].0);
        }
        let mut wrong = clean;
        wrong[3].3 = 2.5;
        let said = "`deviation/milk/ticket/actual` is 2.5, and `ticket` over `cells/*/milk` of 2026-10, the same figure, is 2.0";
        assert_eq!(found(&planted(&wrong))[0].message, said);
    }

    #[test]
    fn rows_are_counted_once() {
        let mut all = Facts::new();
        let mut rows = fact(Value::Series {
            periods: vec!["2026-10".into()],
            values: vec![Some(5.0)],
        });
        "count(*) of `buys`, after its rules".clone_into(&mut rows.from.method);
        all.insert("cells/buys-rows/_all", rows);
        assert_eq!(codes(&found(&all)), ["told-twice"]);
    }

    #[test]
    fn a_group_is_the_same_in_every_analysis() {
        let told = |x| {
            facts(&[
                ("profile/light/worth", 3.0),
                ("roster/light/worth", x),
                ("roster/before/light/worth", 9.0),
            ])
        };
        assert_eq!(groups(&told(3.0)), []);
        assert_eq!(codes(&groups(&told(4.0))), ["told-twice"]);
    }
}
