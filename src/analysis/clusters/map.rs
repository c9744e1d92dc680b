//! Pictures of a crowd: its customers in two dimensions, and the tree of an agglomerative method.
//!
//! Places on a picture are facts like all else, as JSON: who tells sees facts only.

use super::Map;
use super::search::Rows;
use crate::analysis::Recorder;
use crate::analysis::definition::Crowd;
use crate::stats::cluster::Points;
use crate::stats::cluster::linkage::Linkage;
use crate::stats::cluster::linkage::joins;
use crate::stats::embed::forest;
use crate::stats::embed::pca::pca;
use crate::stats::embed::tsne::tsne;
use crate::stats::rng::Seeded;
use crate::stats::tree::Attribute;
use crate::stats::tree::Scale;
use serde::Deserialize;
use serde::Serialize;

/// Customers on a map: more are a blot.
const MOST_POINTS: usize = 700;

/// Leaves of a dendrogram: one line each.
const MOST_LEAVES: usize = 24;

/// Bands that a forest sees of each feature.
const N_BANDS: u16 = 32;

/// What is pictured.
pub(super) struct Seen<'a> {
    pub crowd: &'a Crowd,
    pub rows: &'a Rows,
    /// What each customer is worth; `None` where nothing is said of it.
    pub worth: Option<&'a [f64]>,
    pub seed: u64,
}

/// A map as it stands in the facts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Places {
    /// What the axes are; empty where they mean nothing.
    pub notes: [String; 2],
    /// Across, upwards, and the place of the cluster.
    pub points: Vec<(f64, f64, u32)>,
    /// How many customers there are.
    pub n_all: usize,
}

/// A dendrogram as it stands in the facts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Tree {
    /// Customers of each leaf, and the place of the cluster that most of them are in.
    pub leaves: Vec<(usize, u32)>,
    /// The parts of each join (leaves, then joins), and its height.
    pub joins: Vec<([usize; 2], f64)>,
    /// The height that leaves as many branches as there are clusters.
    pub cut: f64,
    /// How the tree was made.
    pub linkage: String,
    /// How many customers it holds.
    pub n_rows: usize,
}

/// Records where customers stand in two dimensions.
pub(super) fn record(record: &mut Recorder, base: &str, map: Map, seen: &Seen<'_>) {
    let values = &seen.rows.all;
    let n_features = seen.rows.n_features;
    let labels: Vec<u32> = seen.crowd.place(values).into_iter().map(|it| it.0).collect();
    let (places, method): (Vec<Option<[f64; 2]>>, &str) = match map {
        Map::None => return,
        Map::Tsne => (
            tsne(&Points::new(values, n_features), seen.seed).places,
            "t-SNE (van der Maaten & Hinton 2008)",
        ),
        Map::Tree if seen.worth.is_some() => match embedded(seen) {
            Some(places) => (places, "leaves of a forest that predicts worth, then t-SNE"),
            None => return,
        },
        Map::Pca | Map::Tree => {
            let Some(found) = pca(values, n_features) else { return };
            for (at, share) in found.shares.iter().enumerate() {
                let id = format!("{base}/map/variance/{}", at + 1);
                let unit = crate::model::unit::Unit::total(crate::model::unit::Quantity::Share);
                record.number(id, Some(*share), unit, "share of the features’ variance along the axis");
            }
            (found.scores.into_iter().map(Some).collect(), "principal components")
        }
    };
    let mut shown: Vec<usize> = (0..labels.len()).filter(|it| places[*it].is_some()).collect();
    Seeded::new(seen.seed, 1).shuffle(&mut shown);
    shown.truncate(MOST_POINTS);
    shown.sort_unstable();
    let rounded = |x: f64| (x * 1000.0).round() / 1000.0;
    let points = shown.iter().filter_map(|at| {
        let [x, y] = places[*at]?;
        Some((rounded(x), rounded(y), labels[*at]))
    });
    let found = Places {
        notes: Default::default(),
        points: points.collect(),
        n_all: labels.len(),
    };
    let json = serde_json::to_string(&found).expect("places are numbers");
    record.text(
        format!("{base}/map/places"),
        json,
        &format!("customers in two dimensions: {method}"),
    );
}

fn embedded(seen: &Seen<'_>) -> Option<Vec<Option<[f64; 2]>>> {
    let n_features = seen.rows.n_features;
    let banded: Vec<(Vec<u16>, usize)> = (0..n_features)
        .map(|feature| {
            let column: Vec<f64> = seen
                .rows
                .all
                .iter()
                .skip(feature)
                .step_by(n_features)
                .copied()
                .collect();
            forest::banded(&column, N_BANDS)
        })
        .collect();
    let attributes: Vec<Attribute<'_>> = banded
        .iter()
        .map(|(codes, n_levels)| Attribute {
            codes,
            n_levels: *n_levels,
            scale: Scale::Ordinal,
        })
        .collect();
    let found = forest::tree_embedding(&attributes, seen.worth?, &forest::Options::new(seen.seed))?;
    Some(found.embedding.places)
}

/// Records the top of the tree that an agglomerative method makes.
pub(super) fn record_tree(record: &mut Recorder, base: &str, linkage: Linkage, seen: &Seen<'_>) {
    let values = &seen.rows.some;
    let points = Points::new(values, seen.rows.n_features);
    let n = points.n_rows();
    let all = joins(&points, linkage).joins;
    let labels: Vec<u32> = seen.crowd.place(values).into_iter().map(|it| it.0).collect();
    let n_leaves = MOST_LEAVES.min(n);
    // The last joins are the top of the tree; what they join and is not one of them is a leaf.
    let first = n + (n - n_leaves);
    let mut members: Vec<Vec<u32>> = (0..n as u32).map(|it| vec![it]).collect();
    for join in &all[..n - n_leaves] {
        let own = join
            .parts
            .iter()
            .flat_map(|it| std::mem::take(&mut members[*it]))
            .collect();
        members.push(own);
    }
    let mut leaf_of: Vec<Option<usize>> = vec![None; first];
    let mut leaves = Vec::new();
    for (branch, own) in members.iter().enumerate().filter(|it| !it.1.is_empty()) {
        leaf_of[branch] = Some(leaves.len());
        leaves.push((own.len(), commonest(own.iter().map(|it| labels[*it as usize]))));
    }
    let place = |part: usize| match part.checked_sub(first) {
        Some(join) => leaves.len() + join,
        None => leaf_of[part].expect("what is left of the lower joins is a leaf"),
    };
    let top: Vec<([usize; 2], f64)> = all[n - n_leaves..]
        .iter()
        .map(|it| (it.parts.map(place), it.height))
        .collect();
    let k = seen.crowd.clusters.len();
    // Between the join that would leave fewer branches than clusters and the one before it.
    let height = |back: usize| top.len().checked_sub(back).map_or(0.0, |it| top[it].1);
    let tree = Tree {
        cut: (height(k - 1) + height(k)) / 2.0,
        leaves,
        joins: top,
        linkage: match linkage {
            Linkage::Ward => "Ward".into(),
            Linkage::Average => "average linkage".into(),
            Linkage::Complete => "complete linkage".into(),
        },
        n_rows: n,
    };
    let json = serde_json::to_string(&tree).expect("a tree is numbers");
    record.text(format!("{base}/tree"), json, "the top of the tree of joins");
}

/// Returns the label that occurs most often; of equal ones the smallest.
fn commonest(labels: impl Iterator<Item = u32>) -> u32 {
    let mut sorted: Vec<u32> = labels.collect();
    sorted.sort_unstable();
    let runs = sorted.chunk_by(|a, b| a == b);
    runs.reduce(|a, b| if a.len() < b.len() { b } else { a })
        .map_or(0, |it| it[0])
}
