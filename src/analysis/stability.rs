//! Stability: do the clusters come back when chance draws the customers anew?
//!
//! # Why a reader cares
//! Every method finds clusters in anything. A cluster that falls apart when a third of the customers happen to be
//! others is an accident: no programme should be built on it.
//!
//! # Method
//! Customers of a crowd are drawn with replacement as often as there are customers; one that is drawn twice counts
//! once. The draw is clustered by the same method for the same number of clusters, and each printed cluster looks for
//! its likest match: customers in both over customers in either (Jaccard). The mean over all draws says how well it
//! comes back (Hennig 2007): 0.85 and more is very stable, 0.75 stable, 0.6 a pattern whose members are not certain,
//! below is no cluster. The adjusted Rand index says it of all together. Of large crowds, 5,000 customers drawn by seed
//! stand for all.
//!
//! # In a spec
//! ```yaml
//! - stability: { draws: 100 }
//! ```

use super::Analysis;
use super::Recorder;
use super::Run;
use super::Scope;
use super::Task;
use super::Tell;
use super::clusters::method;
use super::clusters::method::Method;
use super::definition::Crowd;
use super::definition::Definition;
use super::groups::figure;
use super::headline::sentence;
use super::roster::declared;
use super::shares::headed;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::facts::Facts;
use crate::model::facts::Value;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::memo::Align;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Memo;
use crate::model::memo::Page;
use crate::model::memo::Row;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::node::Node;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::say;
use crate::stats::cluster::Points;
use crate::stats::cluster::stability::stability;
use crate::stats::rng::Seeded;
use crate::words;

/// The registered analysis.
pub struct Stability;

/// What `stability` may say.
const KEYS: &[Field] = &[Field::may("draws", Form::Count, "How often customers are drawn anew, 10 to 1000.").or("100")];

/// Draws where the spec names no number.
const N_DRAWS: u64 = 100;

/// The fewest and the most draws.
const FEWEST_DRAWS: u64 = 10;
const MOST_DRAWS: u64 = 1000;

/// Customers of a crowd that are drawn from; more tell no more of stability, and cost much.
const MOST_ROWS: usize = 5_000;

/// From which mean Jaccard a cluster is very stable, stable, and a pattern. Source: Hennig's notes to fpc::clusterboot.
const VERY: f64 = 0.85;
const STABLE: f64 = 0.75;
const PATTERN: f64 = 0.6;

struct Told {
    n_draws: usize,
}

impl Analysis for Stability {
    fn name(&self) -> &'static str {
        "stability"
    }

    fn summary(&self) -> &'static str {
        "Whether each cluster comes back when customers are drawn anew."
    }

    fn form(&self) -> Form {
        Form::Map("stability", KEYS)
    }

    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>> {
        let fields = options.fields("`stability`", KEYS, found)?;
        scope.roster("stability", fields.span(), found)?;
        if scope.spec.memo.iter().all(|it| it.name.value != "clusters") {
            let message = "`stability` tells of clusters, and the memo has none";
            let hint = "add `- clusters: {}` to the memo";
            found.push(Diagnostic::spec("no-clusters", message).at(fields.span()).hint(hint));
            return None;
        }
        let draws = fields.optional("draws").map(|it| it.count("`draws`", found));
        let n_draws = draws.map_or(Some(N_DRAWS), |it| it.map(|it| it.value))?;
        if !(FEWEST_DRAWS..=MOST_DRAWS).contains(&n_draws) {
            let message = format!("`draws` is from {FEWEST_DRAWS} to {MOST_DRAWS}, and {n_draws} is not");
            let hint = "a few say little, and thousands no more than hundreds: `draws: 100`";
            found.push(
                Diagnostic::spec("bad-number-of-draws", message)
                    .at(fields.span())
                    .hint(hint),
            );
            return None;
        }
        let n_draws = usize::try_from(n_draws).expect("a thousand at most");
        Some(Box::new(Told { n_draws }))
    }
}

impl Task for Told {
    fn name(&self) -> &'static str {
        Stability.name()
    }

    fn sees_customers(&self) -> bool {
        true
    }

    fn uses(&self) -> &'static [&'static str] {
        &["clusters"]
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!({ "stability": { "draws": self.n_draws } })
    }

    fn run(&self, run: &Run) -> Result<(Facts, Vec<Diagnostic>), Diagnostics> {
        let mut record = Recorder::new("stability");
        if let Some(definition) = Definition::of(run.facts) {
            for crowd in definition.crowds.iter().filter(|it| 1 < it.clusters.len()) {
                self.record(run, &mut record, crowd);
            }
        }
        Ok((record.facts, Vec::new()))
    }

    fn tell(&self, tell: &Tell, memo: &mut Memo) {
        let Some(definition) = Definition::told(tell) else {
            return;
        };
        let crowds: Vec<&Crowd> = definition.crowds.iter().filter(|it| 1 < it.clusters.len()).collect();
        if crowds.is_empty() {
            return;
        }
        let told = Voice {
            tell,
            definition: &definition,
        };
        let page = told.page();
        // Beside the clusters there is room for it, and there it is looked for.
        match memo.pages.iter_mut().rfind(|it| it.id.starts_with("clusters/")) {
            Some(clusters) => clusters.blocks.extend(page.blocks),
            None => memo.pages.push(page),
        }
        memo.appendix.blocks.push(self.method(tell));
    }
}

impl Told {
    fn record(&self, run: &Run, record: &mut Recorder, crowd: &Crowd) {
        let (Some(table), Some(by)) = (run.panel.customers.first(), Method::parse(&crowd.method)) else {
            return;
        };
        let n_features = crowd.features.len();
        let (_, all) = crowd.values(declared(run.plan), table);
        let values = drawn(&all, n_features, run.plan.seed);
        if values.is_empty() {
            return;
        }
        let points = Points::new(&values, n_features);
        let labels: Vec<u32> = crowd.place(&values).into_iter().map(|it| it.0).collect();
        let k = crowd.clusters.len();
        let again = |points: &Points, seed: u64| method::labels(points, by, k, seed);
        let found = stability(&points, &labels, self.n_draws, run.plan.seed, again);
        let base = format!("stability/{}", crowd.id);
        let n = Some(found.n_draws as u64);
        let number = |record: &mut Recorder, id: String, x: Option<f64>, unit: Unit, method: &str| {
            record.fact(id, Value::Number(x), unit, None, n, method);
        };
        let method = "mean adjusted Rand index with the clusters of a draw; n: draws";
        number(
            record,
            format!("{base}/adjusted_rand"),
            found.adjusted_rand,
            Unit::default(),
            method,
        );
        for (place, cluster) in (1..).zip(&found.clusters) {
            let id = format!("{base}/{place}");
            let method = "mean Jaccard likeness to the best match of a draw (Hennig 2007); n: draws";
            number(
                record,
                format!("{id}/jaccard"),
                cluster.jaccard,
                Unit::default(),
                method,
            );
            let share = |n: usize| (0 < found.n_draws).then(|| n as f64 / found.n_draws as f64);
            let unit = Unit::total(Quantity::Share);
            let method = "share of draws in which three quarters or more came back";
            number(
                record,
                format!("{id}/recovered"),
                share(cluster.n_recovered),
                unit.clone(),
                method,
            );
            let method = "share of draws in which no more than half came back";
            number(
                record,
                format!("{id}/dissolved"),
                share(cluster.n_dissolved),
                unit,
                method,
            );
        }
    }

    fn method(&self, tell: &Tell) -> Block {
        let text = say!(
            tell.words,
            "stability-method",
            draws = self.n_draws,
            very = tell.words.fixed(VERY, 2),
            stable = tell.words.fixed(STABLE, 2),
            pattern = tell.words.fixed(PATTERN, words::exact_places(PATTERN))
        );
        Block::Prose {
            title: say!(tell.words, "stability-method-title"),
            paragraphs: vec![Sentence {
                runs: vec![crate::model::memo::Run::plain(text)],
                facts: Vec::new(),
            }],
        }
    }
}

/// Returns all rows, or as many as are drawn from, by seed.
fn drawn(values: &[f64], n_features: usize, seed: u64) -> Vec<f64> {
    let n = values.len() / n_features;
    if n <= MOST_ROWS {
        return values.to_vec();
    }
    let mut rows: Vec<usize> = (0..n).collect();
    Seeded::new(seed, 0).shuffle(&mut rows);
    rows.truncate(MOST_ROWS);
    rows.sort_unstable();
    rows.iter()
        .flat_map(|it| values[it * n_features..][..n_features].iter().copied())
        .collect()
}

/// What a likeness means, as sentences ask for it.
fn verdict(x: f64) -> &'static str {
    if VERY <= x {
        "very-stable"
    } else if STABLE <= x {
        "stable"
    } else if PATTERN <= x {
        "pattern"
    } else {
        "untrusted"
    }
}

struct Voice<'a> {
    tell: &'a Tell<'a>,
    definition: &'a Definition,
}

impl Voice<'_> {
    /// Every cluster of a crowd that was parted, with its likeness.
    fn clusters(&self) -> Vec<(String, String, Option<f64>)> {
        let names = self.definition.names();
        let ids = self.definition.ids();
        let all = self.definition.all();
        let mut found = Vec::new();
        for ((id, name), (crowd, _)) in ids.iter().zip(&names).zip(all) {
            if 1 < crowd.clusters.len() {
                let x = self.tell.facts.number(&format!("stability/{id}/jaccard"));
                found.push((id.clone(), name.clone(), x));
            }
        }
        found
    }

    fn page(&self) -> Page {
        let clusters = self.clusters();
        let n_stable = clusters.iter().filter(|it| it.2.is_some_and(|x| STABLE <= x)).count();
        let n = clusters.len();
        let title = say!(
            self.tell.words,
            "stability-title",
            all = n_stable == n,
            stable = n_stable,
            n = n
        );
        let weakest = clusters
            .iter()
            .filter_map(|it| Some((it, it.2?)))
            .reduce(|a, b| if b.1 < a.1 { b } else { a });
        let lead = weakest.map(|((id, name, _), x)| {
            let strong = say!(
                self.tell.words,
                "stability-weakest",
                name = name,
                likeness = self.tell.words.fixed(x, 2),
                verdict = verdict(x)
            );
            let rest = if x < PATTERN {
                say!(self.tell.words, "stability-untrusted")
            } else {
                String::new()
            };
            sentence(&strong, &rest, vec![format!("stability/{id}/jaccard")])
        });
        let mut table = self.table(&clusters);
        table.title.clone_from(&title);
        table.note = lead.clone();
        Page {
            id: "stability".into(),
            title,
            lead: lead.into_iter().collect(),
            blocks: vec![Block::Table(table)],
        }
    }

    fn table(&self, clusters: &[(String, String, Option<f64>)]) -> Table {
        let row = |(id, name, x): &(String, String, Option<f64>)| {
            let share = Unit::total(Quantity::Share);
            let of =
                |what: &str, unit: &Unit, places| figure(self.tell, format!("stability/{id}/{what}"), unit, places);
            Row {
                cells: vec![
                    Cell::text(name.as_str()),
                    of("jaccard", &Unit::default(), 2),
                    Cell::text(say!(
                        self.tell.words,
                        "stability-verdict",
                        verdict = x.map_or("not-compared", verdict)
                    )),
                    of("recovered", &share, 0),
                    of("dissolved", &share, 0),
                ],
                ..Row::default()
            }
        };
        Table {
            id: "stability".into(),
            subtitle: say!(self.tell.words, "stability-subtitle"),
            columns: vec![
                headed(&say!(self.tell.words, "clusters-cluster"), Align::Left),
                headed(&say!(self.tell.words, "stability-head-likeness"), Align::Right),
                headed(&say!(self.tell.words, "stability-head-verdict"), Align::Left),
                headed(&say!(self.tell.words, "stability-head-recovered"), Align::Right),
                headed(&say!(self.tell.words, "stability-head-dissolved"), Align::Right),
            ],
            rows: clusters.iter().map(row).collect(),
            ..Table::default()
        }
    }
}
