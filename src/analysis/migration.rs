//! Migration: who changed segment or cluster between two periods, and whether a definition still fits.
//!
//! # Why a reader cares
//! The sizes of clusters can stand still while half of their members change places. And a definition that was made last
//! year creeps: its “loyal” customers are not this year's, and nobody notices until a programme is built on them.
//!
//! # Method
//! One definition is applied to both periods: customers of the target's window and of the comparison's are placed by
//! the same scales and centres (or by the same rules), and followed by their ids. Creep is how far the mean of a
//! cluster's members in the other period lies from its centre, in units of the crowd's own spread (the root mean square
//! distance of the customers that it was fitted to from their centres). A definition fits as long as about one in a
//! hundred customers is farther from the centre than 99 in a hundred were when it was fitted; from five in a hundred
//! on, or when the spread has grown by a quarter, a warning says that it no longer does.
//!
//! # In a spec
//! ```yaml
//! - migration: { of: clusters }
//! ```

use super::Analysis;
use super::Recorder;
use super::Run;
use super::Scope;
use super::Task;
use super::Tell;
use super::definition::NOBODY;
use super::kept;
use super::moves;
use super::moves::Moves;
use super::profile::Grouping;
use super::profile::Of;
use super::roster::declared;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::memo::Memo;
use crate::model::node::Node;
use crate::model::roster::CustomerTable;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::say;
use crate::stats::disclosure;
use crate::stats::sum::exact_sum;

mod telling;

/// The registered analysis.
pub struct Migration;

/// What `migration` may say.
const KEYS: &[Field] = &[Field::may("of", Of::FORM, Of::DOC)];

/// Share of customers beyond reach from which a definition no longer fits; one in a hundred was beyond it by its making.
const BEYOND: f64 = 0.05;

/// Growth of the spread from which it no longer fits.
const WIDENED: f64 = 1.25;

/// Below so many customers of a crowd nothing is said of its fit.
const FEW: usize = 30;

struct Told {
    of: Of,
}

impl Analysis for Migration {
    fn name(&self) -> &'static str {
        "migration"
    }

    fn summary(&self) -> &'static str {
        "Who changed segment or cluster since the comparison, and whether a definition still fits."
    }

    fn form(&self) -> Form {
        Form::Map("migration", KEYS)
    }

    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>> {
        let fields = options.fields("`migration`", KEYS, found)?;
        scope.roster("migration", fields.span(), found)?;
        let of = Of::read(&fields, "migration", scope, found)?;
        Some(Box::new(Told { of }))
    }
}

impl Task for Told {
    fn name(&self) -> &'static str {
        Migration.name()
    }

    fn sees_customers(&self) -> bool {
        true
    }

    fn uses(&self) -> &'static [&'static str] {
        self.of.uses()
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!({ "migration": { "of": self.of } })
    }

    fn run(&self, run: &Run) -> Result<(Facts, Vec<Diagnostic>), Diagnostics> {
        let mut record = Recorder::new("migration");
        let mut warnings = Vec::new();
        let (Some(grouping), [now, before]) = (
            Grouping::new(self.of, run.plan, run.facts),
            run.panel.customers.as_slice(),
        ) else {
            return Ok((record.facts, warnings));
        };
        let spans = [before, now].map(|it| it.window.map(|it| format!("{}/{}", it.from, it.until)));
        record.about("", "", spans.into_iter().flatten().collect());
        let ids = ids(&grouping);
        let n_customers = run.panel.attributes.customers.len();
        let placed = [before, now].map(|table| places(run, &grouping, table, n_customers));
        let counts = moves::counted(&placed[0], &placed[1], ids.len());
        let of_groups = [before, now].map(|it| {
            let mut kept = kept::groups(run, &grouping, it);
            kept.truncate(ids.len());
            kept
        });
        let of_groups = [of_groups[0].as_slice(), of_groups[1].as_slice()];
        let sums = sums(ids.len());
        let places: Vec<Vec<[usize; 2]>> = sums.iter().map(|it| it.1.clone()).collect();
        let kept = moves::kept(&counts, of_groups, &places, run.plan.min_cell);
        moves::record(&mut record, "migration", &ids, &counts, (&kept, of_groups));
        record_sums(&mut record, &counts, &sums, &kept);
        if grouping.definition.is_some() {
            for (name, table) in [("now", now), ("before", before)] {
                record_fit(run, &mut record, &grouping, name, table, &mut warnings);
            }
        }
        Ok((record.facts, warnings))
    }

    fn tell(&self, tell: &Tell, memo: &mut Memo) {
        telling::tell(self.of, tell, memo);
    }
}

/// The id of customers who are in the roster and in no cluster.
const UNPLACED: &str = "in-no-cluster";

/// Lists the groups that are followed: with clusters also those who are in none.
fn ids(grouping: &Grouping) -> Vec<String> {
    let mut ids = grouping.ids.clone();
    if grouping.definition.is_some() {
        ids.push(UNPLACED.to_owned());
    }
    ids
}

/// What they are called.
fn names(tell: &Tell, grouping: &Grouping) -> Vec<String> {
    let mut names = grouping.names.clone();
    if grouping.definition.is_some() {
        names.push(say!(tell.words, "migration-unplaced"));
    }
    names
}

/// Returns the group of every customer that is known; `None` for one who has no row in the table.
fn places(run: &Run, grouping: &Grouping, table: &CustomerTable, n_customers: usize) -> Vec<Option<usize>> {
    let mut places = vec![None; n_customers];
    let of_rows = grouping.of_rows(run.plan, table);
    for (customer, group) in table.customer.iter().zip(of_rows) {
        let group = if group == NOBODY {
            grouping.ids.len()
        } else {
            group as usize
        };
        places[*customer as usize] = Some(group);
    }
    places
}

/// A sum of moves: its name, the counts that it adds up, and how it came about.
type SumOfMoves = (&'static str, Vec<[usize; 2]>, &'static str);

/// The sums that are told of moves between `n` groups; the last of each side are those of none.
fn sums(n: usize) -> [SumOfMoves; 4] {
    let inside = (0..n).flat_map(|from| (0..n).map(move |to| [from, to]));
    [
        (
            "stayed",
            (0..n).map(|it| [it, it]).collect(),
            "customers of the same group before and now",
        ),
        ("in_both", inside.collect(), "customers of both periods"),
        (
            "joined",
            (0..n).map(|to| [n, to]).collect(),
            "customers of this period and not of the one before",
        ),
        (
            "left",
            (0..n).map(|from| [from, n]).collect(),
            "customers of the period before and not of this",
        ),
    ]
}

fn record_sums(record: &mut Recorder, counts: &[Vec<u64>], sums: &[SumOfMoves; 4], kept: &moves::Kept) {
    let n_of = |of: &SumOfMoves| of.1.iter().map(|[from, to]| counts[*from][*to]).sum::<u64>();
    for (sum, is_kept) in sums.iter().zip(&kept.sums) {
        record.count_unless(*is_kept, format!("migration/{}", sum.0), n_of(sum), sum.2);
    }
    let (stayed, both) = (n_of(&sums[0]), n_of(&sums[1]));
    let unit = Unit::total(Quantity::Share);
    if kept.sums[0] || kept.sums[1] {
        record.withheld("migration/moved_share".into(), unit);
        return;
    }
    let moved = (0 < both).then(|| (both - stayed) as f64 / both as f64);
    record.number(
        "migration/moved_share".into(),
        moved,
        unit,
        "share of customers of both periods who changed group",
    );
}

/// Records how a table's customers lie around the centres of the definition.
fn record_fit(
    run: &Run,
    record: &mut Recorder,
    grouping: &Grouping,
    name: &str,
    table: &CustomerTable,
    warnings: &mut Vec<Diagnostic>,
) {
    let Some(definition) = &grouping.definition else { return };
    for crowd in &definition.crowds {
        let (rows, values) = crowd.values(declared(run.plan), table);
        let placed = if rows.is_empty() {
            Vec::new()
        } else {
            crowd.place(&values)
        };
        let n_features = crowd.features.len();
        for (at, cluster) in (0_u32..).zip(&crowd.clusters) {
            let own: Vec<&[f64]> = values
                .chunks_exact(n_features)
                .zip(&placed)
                .filter(|it| it.1.0 == at)
                .map(|it| it.0)
                .collect();
            let apart = |feature: usize| {
                let column: Vec<f64> = own.iter().map(|row| row[feature]).collect();
                exact_sum(&column) / own.len() as f64 - cluster.centre[feature]
            };
            let squares: Vec<f64> = (0..n_features).map(apart).map(|x| x * x).collect();
            let known = !own.is_empty() && crowd.spread > 0.0;
            let creep = known.then(|| libm::sqrt(exact_sum(&squares)) / crowd.spread);
            record.number(
                format!("migration/creep/{name}/{}/{}", crowd.id, at + 1),
                creep,
                Unit::default(),
                "distance of the members’ mean from the centre, in units of the crowd’s spread",
            );
        }
        let fit = Fit::of(&placed, crowd);
        let is_kept = disclosure::is_few(&[fit.n as u64], run.plan.min_cell);
        let id = format!("migration/fit/{name}/{}/customers", crowd.id);
        record.count_unless(is_kept, id, fit.n as u64, "customers placed");
        record_crowd(record, name, crowd, &fit);
        if name == "now" && FEW <= placed.len() && fit.is_broken() {
            let message = format!(
                "the definition of the clusters of “{}” no longer fits: {}",
                crowd.label,
                fit.reasons()
            );
            let hint = "look for clusters anew: leave `frozen:` out of the roster, and freeze what is found";
            warnings.push(Diagnostic::warning("definition-does-not-fit", message).hint(hint));
        }
    }
}

/// How well a definition fits some customers.
struct Fit {
    n: usize,
    beyond: f64,
    widened: f64,
}

impl Fit {
    fn of(placed: &[(u32, f64)], crowd: &super::definition::Crowd) -> Self {
        let n = placed.len();
        let n_beyond = placed
            .iter()
            .filter(|it| it.1 > crowd.clusters[it.0 as usize].reach)
            .count();
        let squares: Vec<f64> = placed.iter().map(|it| it.1 * it.1).collect();
        let spread = libm::sqrt(exact_sum(&squares) / n.max(1) as f64);
        Self {
            n,
            beyond: n_beyond as f64 / n.max(1) as f64,
            widened: if crowd.spread > 0.0 { spread / crowd.spread } else { 1.0 },
        }
    }

    /// Says what of it is beyond its limit.
    fn reasons(&self) -> String {
        let mut reasons = Vec::new();
        if BEYOND <= self.beyond {
            reasons.push(format!(
                "{:.1} % of customers are farther from their centre than 99 % were when it was made ({:.0} % is the limit)",
                self.beyond * 100.0,
                BEYOND * 100.0
            ));
        }
        if WIDENED <= self.widened {
            reasons.push(format!(
                "their spread is {:.2} times what it was ({WIDENED} is the limit)",
                self.widened
            ));
        }
        reasons.join(", and ")
    }

    fn is_broken(&self) -> bool {
        BEYOND <= self.beyond || WIDENED <= self.widened
    }
}

fn record_crowd(record: &mut Recorder, name: &str, crowd: &super::definition::Crowd, fit: &Fit) {
    let id = format!("migration/fit/{name}/{}", crowd.id);
    let known = 0 < fit.n;
    let unit = Unit::total(Quantity::Share);
    let method = "share of customers farther from their centre than 99 % were when it was made";
    record.number(format!("{id}/beyond"), known.then_some(fit.beyond), unit, method);
    let method = "root mean square distance from the centres, over that when it was made";
    record.number(
        format!("{id}/widened"),
        known.then_some(fit.widened),
        Unit::default(),
        method,
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::definition::Cluster;
    use crate::analysis::definition::Crowd;

    #[test]
    fn a_definition_breaks_when_customers_leave_its_reach() {
        let crowd = Crowd {
            id: "all".into(),
            label: "All".into(),
            rule: String::new(),
            method: "kmeans".into(),
            features: Vec::new(),
            customers: 100,
            spread: 1.0,
            clusters: vec![Cluster {
                name: "one".into(),
                customers: 100,
                centre: Vec::new(),
                reach: 2.0,
                weight: None,
                covariance: Vec::new(),
            }],
        };
        let near = vec![(0, 1.0); 99];
        let fits = |n_far: usize| {
            let far = vec![(0, 2.5); n_far];
            Fit::of(&[near.clone(), far].concat(), &crowd)
        };
        assert!(!fits(1).is_broken());
        assert!(fits(6).is_broken());
        // All twice as far as they were, none of them beyond reach.
        assert!(Fit::of(&vec![(0, 2.0); 50], &crowd).is_broken());
    }
}
