//! From a crowd to points: features on one scale, and from labels to a definition.

use crate::analysis::definition::Cluster;
use crate::analysis::definition::Crowd;
use crate::analysis::definition::Scaled;
use crate::model::roster::CustomerTable;
use crate::model::roster::Roster;
use crate::model::roster::Transform;
use crate::stats::scale::Step;
use crate::stats::sum::exact_sum;
use crate::stats::sum::quantile;

/// Fits the steps of each feature to the customers for whom all of them are defined.
pub fn scaled(roster: &Roster, features: &[usize], table: &CustomerTable, members: &[usize]) -> Vec<Scaled> {
    let is_whole = |row: &&usize| features.iter().all(|it| table.features[*it][**row].is_some());
    let rows: Vec<usize> = members.iter().filter(is_whole).copied().collect();
    let one = |at: &usize| {
        let feature = &roster.features[*at];
        let mut values: Vec<f64> = rows.iter().filter_map(|row| table.features[*at][*row]).collect();
        let mut steps = Vec::new();
        for transform in &feature.transforms {
            let step = match transform {
                Transform::Log => Step::Log,
                Transform::Winsorise(share) => Step::clip(&values, *share),
                Transform::Robust => Step::robust(&values),
                Transform::Quantile => Step::ranks(&values),
            };
            values.iter_mut().for_each(|x| *x = step.apply(*x));
            steps.push(step);
        }
        if feature.transforms.last() != Some(&Transform::Robust) {
            steps.push(Step::standard(&values));
        }
        Scaled {
            feature: feature.name.clone(),
            made_of: feature.written.clone(),
            steps,
        }
    };
    features.iter().map(one).collect()
}

/// Returns the mean of the rows of each label below `k`, one after the other.
pub(super) fn means(values: &[f64], n_features: usize, labels: &[u32], k: usize) -> Vec<f64> {
    let rows: Vec<&[f64]> = values.chunks_exact(n_features).collect();
    let mut centres = Vec::with_capacity(k * n_features);
    for label in (0..).take(k) {
        for feature in 0..n_features {
            let own = rows.iter().zip(labels).filter(|it| *it.1 == label);
            let column: Vec<f64> = own.map(|(row, _)| row[feature]).collect();
            centres.push(exact_sum(&column) / column.len().max(1) as f64);
        }
    }
    centres
}

/// What a method found, as a definition needs it.
pub(super) struct Centres {
    /// One centre after the other.
    pub centres: Vec<f64>,
    /// Of a mixture, the shares; else empty.
    pub weights: Vec<f64>,
    /// Of a mixture, the covariances, one after the other; else empty.
    pub covariances: Vec<f64>,
}

/// Makes a crowd's definition: clusters by size, with what they were fitted to.
pub(super) fn crowd(
    id: &str,
    label: String,
    method: &str,
    features: Vec<Scaled>,
    values: &[f64],
    found: &Centres,
) -> Crowd {
    let n_features = features.len();
    let cluster = |(at, centre): (usize, &[f64])| Cluster {
        name: String::new(),
        customers: 0,
        centre: centre.to_vec(),
        reach: 0.0,
        weight: found.weights.get(at).copied(),
        covariance: found
            .covariances
            .chunks_exact(n_features * n_features)
            .nth(at)
            .map_or_else(Vec::new, <[f64]>::to_vec),
    };
    let clusters = found.centres.chunks_exact(n_features).enumerate().map(cluster);
    let mut crowd = Crowd {
        id: id.to_owned(),
        label,
        rule: String::new(),
        method: method.to_owned(),
        features,
        customers: (values.len() / n_features) as u64,
        spread: 0.0,
        clusters: clusters.collect(),
    };
    if crowd.clusters.is_empty() {
        return crowd;
    }
    let placed = crowd.place(values);
    for (at, cluster) in (0..).zip(&mut crowd.clusters) {
        let own: Vec<f64> = placed.iter().filter(|it| it.0 == at).map(|it| it.1).collect();
        cluster.customers = own.len() as u64;
        // A customer in a hundred may be farther: one outlier does not make a cluster wide.
        cluster.reach = quantile(&own, 0.99).unwrap_or(0.0);
    }
    let squares: Vec<f64> = placed.iter().map(|it| it.1 * it.1).collect();
    crowd.spread = libm::sqrt(exact_sum(&squares) / placed.len().max(1) as f64);
    // Nearest centres may leave a cluster without anybody: then it is none. A crowd of nobody keeps its one cluster.
    if 1 < crowd.clusters.len() {
        crowd.clusters.retain(|it| 0 < it.customers);
    }
    crowd.clusters.sort_by_key(|it| std::cmp::Reverse(it.customers));
    crowd
}
