//! How clusters become facts: the evidence, the choice, the definition, and who is in which.
//!
//! It must not know how they are worded.

use super::Told;
use super::crowd_label;
use super::fitting;
use super::map;
use super::method::Method;
use super::naming;
use super::search;
use super::search::Rows;
use super::search::Trial;
use crate::analysis::Recorder;
use crate::analysis::Run;
use crate::analysis::definition;
use crate::analysis::definition::Crowd;
use crate::analysis::definition::Definition;
use crate::analysis::definition::members;
use crate::analysis::definition::rule_of;
use crate::analysis::groups::Groups;
use crate::analysis::kept;
use crate::analysis::profile::Grouping;
use crate::analysis::roster::declared;
use crate::model::diagnostic::Diagnostic;
use crate::model::facts::Facts;
use crate::model::facts::Value;
use crate::model::roster::CustomerTable;
use crate::model::unit::Unit;
use crate::stats::cluster::scores::adjusted_rand;
use crate::stats::cluster::silhouette::N_EXACT;
use crate::stats::cluster::silhouette::sampled_silhouette;
use crate::stats::disclosure;

/// Below so many customers a crowd is not clustered: a handful has no kinds.
const LEAST_CROWD: usize = 50;

/// No cluster is printed with fewer customers than these, whatever share they are.
fn least_cluster(run: &Run) -> usize {
    usize::try_from(run.least()).unwrap_or(usize::MAX)
}

/// Records how many customers a crowd has, and how many of them lack a feature.
fn record_sizes(record: &mut Recorder, base: &str, n: usize, n_incomplete: usize, is_kept: bool) {
    let customers = "customers of the crowd";
    record.count_unless(is_kept, format!("{base}/customers"), n as u64, customers);
    let incomplete = "customers without one of the features";
    record.count_unless(is_kept, format!("{base}/incomplete"), n_incomplete as u64, incomplete);
}

/// Tells whether nothing is said of a crowd: its segment is kept back, or few of it can be told apart at all.
fn is_crowd_kept(run: &Run, id: &str, n_complete: usize) -> bool {
    kept::is_crowd(run, id) || disclosure::is_few(&[n_complete as u64], run.plan.min_cell)
}

/// Computes and records everything.
pub(super) fn record(told: &Told, run: &Run) -> (Facts, Vec<Diagnostic>) {
    let mut record = Recorder::new("clusters");
    let mut warnings = Vec::new();
    let roster = declared(run.plan);
    let Some(table) = run.panel.customers.first() else {
        return (record.facts, warnings);
    };
    let window = table
        .window
        .map(|it| [it.from.to_string(), it.until.to_string()])
        .unwrap_or_default();
    record.about("", "", vec![window.join("/")]);
    let mut crowds = Vec::new();
    if let Some(frozen) = &told.frozen {
        crowds.clone_from(&frozen.crowds);
        for crowd in &crowds {
            record_frozen(run, &mut record, table, crowd);
        }
    } else {
        for id in &told.within {
            let searched = Searched { told, run, table, id };
            crowds.extend(searched.record(&mut record, &mut warnings));
        }
    }
    let definition = Definition {
        clusters_version: definition::VERSION,
        fitted_to: told.frozen.as_ref().map_or(window, |it| it.fitted_to.clone()),
        over: roster.over.name(),
        crowds,
    }
    .settled();
    let json = serde_json::to_string(&definition).expect("a definition is numbers and names");
    record.text(
        definition::FACT.to_owned(),
        json,
        "scales and centres: what makes a cluster",
    );
    let ids = definition.ids();
    record.list(
        "clusters/ids".into(),
        ids.clone(),
        "clusters, crowd by crowd, the largest first",
    );
    record.list("clusters/names".into(), definition.names(), "what clusters are called");
    let placed = definition.place(roster, table);
    let grouping = Grouping {
        names: definition.names(),
        ids,
        definition: Some(definition),
    };
    let kept = kept::groups(run, &grouping, table);
    let groups = Groups {
        roster,
        table,
        ids: &grouping.ids,
        of_row: &placed.cluster,
        kept: &kept,
        least: run.least(),
    };
    groups.record(&mut record, "clusters");
    let n_left = placed.cluster.iter().filter(|it| **it == definition::NOBODY).count();
    record.count_unless(
        kept[grouping.ids.len()],
        "clusters/not_clustered".into(),
        n_left as u64,
        "customers of no crowd that was clustered, or without one of the features",
    );
    (record.facts, warnings)
}

/// A crowd whose clusters are sought.
struct Searched<'a> {
    told: &'a Told,
    run: &'a Run<'a>,
    table: &'a CustomerTable,
    id: &'a str,
}

impl Searched<'_> {
    /// Records what is found; `None` where the crowd is kept back, and no definition may name it.
    fn record(&self, record: &mut Recorder, warnings: &mut Vec<Diagnostic>) -> Option<Crowd> {
        let roster = declared(self.run.plan);
        let label = crowd_label(roster, self.id);
        let seed = self.run.plan.seed;
        let base = format!("clusters/crowd/{}", self.id);
        let own = members(roster, self.table, self.id);
        let features = fitting::scaled(roster, &self.told.features, self.table, &own);
        let n_features = features.len();
        let whole = |centres: Vec<f64>| fitting::Centres {
            centres,
            weights: Vec::new(),
            covariances: Vec::new(),
        };
        // Nothing but scales yet: enough to read the crowd's values.
        let scales = fitting::crowd(
            self.id,
            label.clone(),
            self.told.by.name(),
            features,
            &[],
            &whole(Vec::new()),
        );
        let (kept, values) = scales.values(roster, self.table);
        let count = |record: &mut Recorder, name: &str, n: usize, method: &str| {
            record.number(format!("{base}/{name}"), Some(n as f64), Unit::default(), method);
        };
        let is_kept = is_crowd_kept(self.run, self.id, kept.len());
        record_sizes(record, &base, own.len(), own.len() - kept.len(), is_kept);
        if is_kept {
            let message = format!("“{label}” has few customers, or would give few away: its clusters are kept back");
            let hint = "fewer segments have more customers each; `min_cell` says how few are few";
            warnings.push(Diagnostic::warning("too-few-customers", message).hint(hint));
            return None;
        }
        let mut chosen = None;
        if kept.len() < LEAST_CROWD {
            let message = format!(
                "{} customers of “{label}” have all features: too few to look for clusters among them",
                kept.len()
            );
            // A segment of nobody is told as such.
            warnings.extend((!own.is_empty()).then(|| Diagnostic::warning("too-few-customers", message)));
        } else {
            let rows = Rows::new(values.clone(), n_features, seed);
            let trials = search::trials(&rows, &self.told.methods, &self.told.ks, seed);
            record_trials(record, &base, &trials, self.run.plan.min_cell);
            let smallest = |n: usize| least_cluster(self.run).max((self.told.min_share * n as f64).ceil() as usize);
            // Who is nearest to a centre may be fewer than those of whom it was made.
            let printed = |trial: &Trial| {
                let method = self.told.by.name();
                let centres = trial.centres.as_ref()?;
                let crowd = fitting::crowd("", String::new(), method, scales.features.clone(), &values, centres);
                let fewest = crowd.clusters.iter().map(|it| it.customers).min()?;
                usize::try_from(fewest).ok()
            };
            let fewest = |trial: &Trial| trial.smallest.min(printed(trial).unwrap_or(0));
            let best = search::chosen(&rows, &trials, self.told.by, self.told.choice, (smallest, fewest), seed);
            if best.is_none() {
                let message = format!(
                    "no division of “{label}” by {} has clusters of {} customers and more: it stays whole",
                    self.told.by.label(),
                    smallest(rows.of(self.told.by).0.n_rows())
                );
                let hint = "try a smaller `min_size`, other features, or another `by`";
                warnings.push(Diagnostic::warning("no-clusters", message).hint(hint));
            }
            chosen = best.map(|at| (rows, trials, at));
        }
        let one = whole(fitting::means(&values, n_features, &vec![0; kept.len()], 1));
        let centres = match &chosen {
            Some((_, trials, at)) => trials[*at]
                .centres
                .as_ref()
                .expect("only methods with centres are chosen"),
            None => &one,
        };
        let mut crowd = fitting::crowd(self.id, label, self.told.by.name(), scales.features, &values, centres);
        crowd.rule = rule_of(roster, self.id);
        self.name(&mut crowd, &values);
        count(record, "k", crowd.clusters.len(), "clusters printed");
        record.text(
            format!("{base}/method"),
            self.told.by.name(),
            "the method of the clusters printed",
        );
        if let Some((rows, trials, at)) = &chosen {
            record_fit(record, &base, &crowd, rows, &trials[*at], seed);
            let worth = roster.worth.map(|at| &self.table.features[at]);
            let worth = worth.map(|it| kept.iter().map(|row| it[*row].unwrap_or(0.0)).collect::<Vec<f64>>());
            let seen = map::Seen {
                crowd: &crowd,
                rows,
                worth: worth.as_deref(),
                seed,
            };
            map::record(record, &base, self.told.map, &seen);
            if let Some(linkage) = self.told.by.linkage() {
                map::record_tree(record, &base, linkage, &seen);
            }
        }
        Some(crowd)
    }

    /// Names the clusters by what tells them apart.
    fn name(&self, crowd: &mut Crowd, values: &[f64]) {
        let roster = declared(self.run.plan);
        let n_features = crowd.features.len();
        if crowd.clusters.len() < 2 {
            crowd
                .clusters
                .iter_mut()
                .for_each(|it| it.name.clone_from(&crowd.label));
            return;
        }
        let labels: Vec<u32> = crowd.place(values).into_iter().map(|it| it.0).collect();
        let apart = apart(values, n_features, &labels, crowd.clusters.len());
        let names = naming::names(roster, &self.told.features, &apart, &self.told.names);
        for (cluster, name) in crowd.clusters.iter_mut().zip(names) {
            cluster.name = name;
        }
    }
}

/// Returns each cluster's mean less that of all rows, in deviations of all rows: `[cluster][feature]`.
pub(super) fn apart(values: &[f64], n_features: usize, labels: &[u32], k: usize) -> Vec<Vec<f64>> {
    let n = labels.len();
    let all = fitting::means(values, n_features, &vec![0; n], 1);
    let own = fitting::means(values, n_features, labels, k);
    let width = |feature: usize| {
        let column: Vec<f64> = values.iter().skip(feature).step_by(n_features).copied().collect();
        match crate::stats::scale::Step::standard(&column) {
            crate::stats::scale::Step::Scale { width, .. } if width > 0.0 => width,
            _ => 1.0,
        }
    };
    let widths: Vec<f64> = (0..n_features).map(width).collect();
    own.chunks_exact(n_features)
        .map(|mean| (0..n_features).map(|it| (mean[it] - all[it]) / widths[it]).collect())
        .collect()
}

fn record_trials(record: &mut Recorder, base: &str, trials: &[Trial], min_cell: u64) {
    let mut listed = Vec::new();
    for trial in trials {
        let name = format!("{}/{}", trial.method.name(), trial.k);
        let id = format!("{base}/trial/{name}");
        listed.push(name);
        let n = Some(trial.n_rows as u64);
        // What a trial found and nobody prints is counted where it is no few.
        let count = |n: usize| (!disclosure::is_few(&[n as u64], min_cell)).then_some(n as f64);
        let scores = [
            ("silhouette", trial.silhouette, "mean silhouette (Rousseeuw 1987)"),
            ("davies_bouldin", trial.davies_bouldin, "Davies–Bouldin index"),
            ("calinski_harabasz", trial.calinski_harabasz, "Calinski–Harabasz index"),
            ("bic", trial.bic, "Bayesian information criterion of the mixture"),
            ("inertia", trial.inertia, "squared distances from the centres, in sum"),
            ("smallest", count(trial.smallest), "customers of the smallest cluster"),
            ("noise", count(trial.n_noise), "customers of no cluster"),
        ];
        for (name, score, method) in scores {
            record.fact(
                format!("{id}/{name}"),
                Value::Number(score),
                Unit::default(),
                None,
                n,
                method,
            );
        }
    }
    record.list(
        format!("{base}/trials"),
        listed,
        "methods and numbers of clusters that were tried",
    );
}

/// Records how good the clusters of the definition are, and how far they are those that the method found.
fn record_fit(record: &mut Recorder, base: &str, crowd: &Crowd, rows: &Rows, trial: &Trial, seed: u64) {
    let placed: Vec<u32> = crowd.place(&rows.all).into_iter().map(|it| it.0).collect();
    let score = sampled_silhouette(rows.points(), &placed, N_EXACT, seed);
    record.fact(
        format!("{base}/silhouette"),
        Value::Number(score.as_ref().map(|it| it.mean)),
        Unit::default(),
        None,
        score.map(|it| it.n_rows as u64),
        "mean silhouette of the clusters printed; n: customers compared",
    );
    let seen: Vec<u32> = crowd
        .place(rows.of(trial.method).1)
        .into_iter()
        .map(|it| it.0)
        .collect();
    record.fact(
        format!("{base}/agreement"),
        Value::Number(adjusted_rand(&seen, &trial.labels)),
        Unit::default(),
        None,
        Some(trial.n_rows as u64),
        "adjusted Rand index between the clusters printed and those that the method found",
    );
    record.text(
        format!("{base}/chosen"),
        format!("{}/{}", trial.method.name(), trial.k),
        "the trial whose clusters are printed",
    );
}

/// Records how many customers a frozen crowd has now.
fn record_frozen(run: &Run, record: &mut Recorder, table: &CustomerTable, crowd: &Crowd) {
    let roster = declared(run.plan);
    let base = format!("clusters/crowd/{}", crowd.id);
    let own = members(roster, table, &crowd.id);
    let (rows, values) = crowd.values(roster, table);
    let is_kept = is_crowd_kept(run, &crowd.id, rows.len());
    record_sizes(record, &base, own.len(), own.len() - rows.len(), is_kept);
    if is_kept {
        return;
    }
    let k = Some(crowd.clusters.len() as f64);
    record.number(format!("{base}/k"), k, Unit::default(), "clusters printed");
    record.text(
        format!("{base}/method"),
        crowd.method.as_str(),
        "the method of the clusters printed",
    );
    if Method::parse(&crowd.method).is_some() && 1 < crowd.clusters.len() && LEAST_CROWD <= rows.len() {
        let points = crate::stats::cluster::Points::new(&values, crowd.features.len());
        let labels: Vec<u32> = crowd.place(&values).into_iter().map(|it| it.0).collect();
        let score = sampled_silhouette(&points, &labels, N_EXACT, run.plan.seed);
        record.fact(
            format!("{base}/silhouette"),
            Value::Number(score.as_ref().map(|it| it.mean)),
            Unit::default(),
            None,
            score.map(|it| it.n_rows as u64),
            "mean silhouette of the clusters printed; n: customers compared",
        );
    }
}
