//! What a customer must be like to belong to a cluster: scales and centres, which can be frozen.
//!
//! A cluster is what its definition says, and nothing else: whoever asks for labels applies the definition to a customer
//! table, this year's or last year's, and gets the same answer. It must not know how clusters were found.

use super::Tell;
use super::clusters::naming;
use super::groups::ALL;
use crate::model::facts::Facts;
use crate::model::facts::rounded;
use crate::model::roster::CustomerTable;
use crate::model::roster::Roster;
use crate::say;
use crate::stats::cluster::mixture;
use crate::stats::cluster::nearest::nearest;
use crate::stats::scale::Step;
use serde::Deserialize;
use serde::Serialize;

/// The id of the fact that holds the definition as JSON.
pub const FACT: &str = "clusters/definition";

/// The version of the form; another one is not read.
pub const VERSION: u32 = 1;

/// The place of a customer who is in no cluster.
pub const NOBODY: u32 = u32::MAX;

/// Clusters of all crowds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// See [`VERSION`].
    pub clusters_version: u32,
    /// The window that it was fitted to: two ISO days, the second excluded.
    pub fitted_to: [String; 2],
    /// How far its features look back, as a spec says it: "the 3 months".
    pub over: String,
    /// Crowds, in the order of segments.
    pub crowds: Vec<Crowd>,
}

/// Customers that are clustered among themselves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crowd {
    /// The id of their segment; `all-customers` for all.
    pub id: String,
    /// What they are called.
    pub label: String,
    /// The conditions that lead to their segment, as written; empty for all, and for what is left.
    pub rule: String,
    /// How they were clustered, as a spec says it.
    pub method: String,
    /// Features and the steps from each to a distance.
    pub features: Vec<Scaled>,
    /// Customers that it was fitted to.
    pub customers: u64,
    /// Their root mean square distance from the centre of their cluster.
    pub spread: f64,
    /// Clusters, the largest first; one where customers do not part.
    pub clusters: Vec<Cluster>,
}

/// A feature with its steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scaled {
    /// Its name in the roster.
    pub feature: String,
    /// Its expression as written.
    pub made_of: String,
    /// Steps, in order.
    pub steps: Vec<Step>,
}

/// One cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// What it is called.
    pub name: String,
    /// Customers that it was fitted to.
    pub customers: u64,
    /// Its centre, one number a feature, after the steps.
    pub centre: Vec<f64>,
    /// The distance within which 99 % of its customers were.
    pub reach: f64,
    /// Of a mixture, its share; else absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    /// Of a mixture, its covariance row by row; else empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covariance: Vec<f64>,
}

/// Where the customers of a table are.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// One a row: the place of the cluster among all clusters of the definition; [`NOBODY`] for a customer of no crowd,
    /// or for whom a feature is not defined.
    pub cluster: Vec<u32>,
    /// One a row: the distance from the centre; 0 for a customer of no cluster.
    pub distance: Vec<f64>,
}

impl Definition {
    /// Reads the definition that `clusters` left; `None` where it did not run.
    pub fn of(facts: &Facts) -> Option<Self> {
        Self::read(facts.text(FACT)?).ok()
    }

    /// Reads a definition as JSON.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text).map(Self::settled)
    }

    /// Rounds all figures as facts are: JSON is not read to the last bit, and a frozen definition must place nobody otherwise.
    pub fn settled(mut self) -> Self {
        let settle = |x: f64| rounded(x).unwrap_or(x);
        for crowd in &mut self.crowds {
            crowd.spread = settle(crowd.spread);
            for scaled in &mut crowd.features {
                scaled.steps = scaled.steps.iter().map(|it| it.with_figures(settle)).collect();
            }
            for cluster in &mut crowd.clusters {
                cluster.reach = settle(cluster.reach);
                cluster.weight = cluster.weight.map(settle);
                cluster.centre.iter_mut().for_each(|x| *x = settle(*x));
                cluster.covariance.iter_mut().for_each(|x| *x = settle(*x));
            }
        }
        self
    }

    /// Lists all clusters with their crowds, in order: what [`Placed::cluster`] points to.
    pub fn all(&self) -> Vec<(&Crowd, &Cluster)> {
        let of = |crowd| move |cluster| (crowd, cluster);
        self.crowds
            .iter()
            .flat_map(|it| it.clusters.iter().map(of(it)))
            .collect()
    }

    /// Names the clusters in ids, in the order of [`Definition::all`]: the crowd, and a number from one on.
    pub fn ids(&self) -> Vec<String> {
        let of = |it: &Crowd| -> Vec<String> { (1..=it.clusters.len()).map(|n| format!("{}/{n}", it.id)).collect() };
        self.crowds.iter().flat_map(of).collect()
    }

    /// Reads it as a memo tells it: what the program named itself has its name in the memo's language.
    pub fn told(tell: &Tell) -> Option<Self> {
        let mut definition = Self::of(tell.facts)?;
        for crowd in &mut definition.crowds {
            if crowd.id == ALL {
                crowd.label = say!(tell.words, "groups-all-customers");
            }
            for cluster in &mut crowd.clusters {
                cluster.name = naming::worded(tell, &cluster.name);
            }
        }
        Some(definition)
    }

    /// Returns what the clusters are called, in the order of [`Definition::all`]; with their crowd where there are several.
    pub fn names(&self) -> Vec<String> {
        let several = 1 < self.crowds.len();
        let name = |(crowd, cluster): &(&Crowd, &Cluster)| {
            if several && cluster.name != crowd.label {
                format!("{} / {}", crowd.label, cluster.name)
            } else {
                cluster.name.clone()
            }
        };
        self.all().iter().map(name).collect()
    }

    /// Places the customers of a table.
    pub fn place(&self, roster: &Roster, table: &CustomerTable) -> Placed {
        let mut placed = Placed {
            cluster: vec![NOBODY; table.n_rows()],
            distance: vec![0.0; table.n_rows()],
        };
        let mut first = 0;
        for crowd in &self.crowds {
            let (rows, values) = crowd.values(roster, table);
            if !rows.is_empty() {
                for (row, (cluster, distance)) in rows.iter().zip(crowd.place(&values)) {
                    placed.cluster[*row] = first + cluster;
                    placed.distance[*row] = distance;
                }
            }
            first += u32::try_from(crowd.clusters.len()).expect("few clusters");
        }
        placed
    }
}

impl Crowd {
    /// Returns the rows of a table that are of this crowd and have all its features, and their features after the steps,
    /// one row after the other.
    pub fn values(&self, roster: &Roster, table: &CustomerTable) -> (Vec<usize>, Vec<f64>) {
        let columns: Option<Vec<&Vec<Option<f64>>>> = self
            .features
            .iter()
            .map(|it| roster.feature(&it.feature).map(|at| &table.features[at]))
            .collect();
        let Some(columns) = columns else {
            return (Vec::new(), Vec::new());
        };
        let rows: Vec<usize> = members(roster, table, &self.id)
            .into_iter()
            .filter(|row| columns.iter().all(|it| it[*row].is_some()))
            .collect();
        let mut values = Vec::with_capacity(rows.len() * columns.len());
        for row in &rows {
            for (column, scaled) in columns.iter().zip(&self.features) {
                let x = column[*row].expect("only rows with all features were kept");
                values.push(scaled.steps.iter().fold(x, |x, step| step.apply(x)));
            }
        }
        (rows, values)
    }

    /// Returns the cluster of each row, and the distance from its centre.
    pub fn place(&self, values: &[f64]) -> Vec<(u32, f64)> {
        let n_features = self.features.len();
        let centres: Vec<f64> = self.clusters.iter().flat_map(|it| it.centre.iter().copied()).collect();
        let near = nearest(values, &centres, n_features);
        let weights: Option<Vec<f64>> = self.clusters.iter().map(|it| it.weight).collect();
        let Some(weights) = weights else { return near };
        let covariances: Vec<f64> = self
            .clusters
            .iter()
            .flat_map(|it| it.covariance.iter().copied())
            .collect();
        let Some(labels) = mixture::likeliest(values, &weights, &centres, &covariances) else {
            return near;
        };
        let distance = |(row, label): (&[f64], &u32)| {
            let centre = &self.clusters[*label as usize].centre;
            let squares: Vec<f64> = row.iter().zip(centre).map(|(x, c)| (x - c) * (x - c)).collect();
            (*label, libm::sqrt(crate::stats::sum::exact_sum(&squares)))
        };
        values.chunks_exact(n_features).zip(&labels).map(distance).collect()
    }
}

/// Returns the conditions that lead to a segment, as written; empty for all customers, and for what is left.
pub fn rule_of(roster: &Roster, id: &str) -> String {
    let leaves = roster.leaves();
    leaves
        .iter()
        .find(|it| it.id == id)
        .map_or_else(String::new, |it| it.written.clone())
}

/// Returns the rows of a table that belong to a segment, or to all customers.
pub fn members(roster: &Roster, table: &CustomerTable, id: &str) -> Vec<usize> {
    if id == ALL {
        return (0..table.n_rows()).collect();
    }
    let Some(at) = roster.leaves().iter().position(|it| it.id == id) else {
        return Vec::new();
    };
    (0..table.n_rows())
        .filter(|row| usize::from(table.segment[*row]) == at)
        .collect()
}

/// A roster with these features, by label and by what they count, for tests.
#[cfg(test)]
pub fn roster_of(features: &[(&str, &str)]) -> Roster {
    use crate::model::roster::Feature;
    use crate::model::unit::Unit;
    let feature = |(label, noun): &(&str, &str)| Feature {
        name: label.to_lowercase(),
        label: (*label).to_owned(),
        written: (*label).to_owned(),
        unit: if noun.is_empty() {
            Unit::default()
        } else {
            Unit::count(noun)
        },
        good: crate::model::unit::Good::Neither,
        formula: crate::model::expr::Formula::Number(0.0),
        missing_is_zero: false,
        adds_up: false,
        transforms: Vec::new(),
        bands: Vec::new(),
    };
    Roster {
        source: 0,
        over: crate::model::window::Window::All,
        against: None,
        population: crate::model::roster::Population::Active,
        ingredients: Vec::new(),
        features: features.iter().map(feature).collect(),
        worth: None,
        segments: Vec::new(),
        rest: String::new(),
        record: crate::model::roster::Record {
            columns: Vec::new(),
            hashes_customer: false,
            hashed: Vec::new(),
            salt: String::new(),
        },
        frozen: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster() -> Roster {
        roster_of(&[("x", ""), ("y", "")])
    }

    fn definition() -> Definition {
        let cluster = |name: &str, centre: [f64; 2]| Cluster {
            name: name.into(),
            customers: 1,
            centre: centre.to_vec(),
            reach: 1.0,
            weight: None,
            covariance: Vec::new(),
        };
        let scaled = |name: &str| Scaled {
            feature: name.into(),
            made_of: name.into(),
            steps: vec![Step::Scale {
                centre: 1.0,
                width: 2.0,
            }],
        };
        Definition {
            clusters_version: VERSION,
            fitted_to: ["2026-01-01".into(), "2026-02-01".into()],
            over: "all".into(),
            crowds: vec![Crowd {
                id: ALL.into(),
                label: "All customers".into(),
                rule: String::new(),
                method: "kmeans".into(),
                features: vec![scaled("x"), scaled("y")],
                customers: 2,
                spread: 1.0,
                clusters: vec![cluster("low", [0.0, 0.0]), cluster("high", [2.0, 2.0])],
            }],
        }
    }

    #[test]
    fn a_customer_without_a_feature_is_in_no_cluster() {
        let table = CustomerTable {
            window: None,
            customer: vec![0, 1, 2],
            features: vec![vec![Some(1.0), Some(5.0), None], vec![Some(1.0), Some(4.0), Some(1.0)]],
            segment: vec![0, 0, 0],
        };
        let placed = definition().place(&roster(), &table);
        assert_eq!(placed.cluster, [0, 1, NOBODY]);
        assert_eq!(placed.distance, [0.0, 0.5, 0.0]);
    }

    #[test]
    fn a_definition_is_read_to_the_bits_that_were_written() {
        let mut x = 0.1_f64;
        for _ in 0..2000 {
            // Digits without a pattern.
            x = (x * 997.13).fract();
            let mut written = definition();
            written.crowds[0].clusters[0].centre[0] = x * 7.0;
            written.crowds[0].features[0].steps[0] = Step::Scale {
                centre: x,
                width: x / 3.0,
            };
            let written = written.settled();
            let json = serde_json::to_string(&written).expect("a definition is JSON");
            assert_eq!(Definition::read(&json).expect("and is read"), written);
        }
    }
}
