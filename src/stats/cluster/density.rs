//! Clusters of any shape: crowds of rows with few rows between them, and rows that belong to none.
//!
//! Both methods follow from distances alone, so that nothing is drawn and no number of clusters is asked for. It must
//! not know what density is worth a name.

use rayon::prelude::*;

use crate::stats::cluster::Clusters;
use crate::stats::cluster::NOISE;
use crate::stats::cluster::Points;
use crate::stats::cluster::squared;

/// Returns a reach for [`dbscan`]: that within which nine tenths of the rows have `min_rows` rows, themselves among them.
///
/// In the features' unit. The time grows with the square of the number of rows.
///
/// Returns `None` where there are fewer rows than `min_rows`.
///
/// Source: Sander, Ester, Kriegel & Xu (1998), "Density-Based Clustering in Spatial Databases", DMKD 2: 169–194, §4
/// (sorted k-distances), with a fixed share for the valley that they read off a picture.
pub fn usual_reach(points: &Points, min_rows: usize) -> Option<f64> {
    /// Rows that shall be dense.
    const DENSE: f64 = 0.9;
    let n = points.n_rows();
    let rank = min_rows.checked_sub(1).filter(|it| *it < n)?;
    let apart: Vec<f64> = (0..n)
        .into_par_iter()
        .map(|place| {
            let row = points.at(place);
            let mut all: Vec<f64> = points.by_place().map(|other| squared(row, other)).collect();
            *all.select_nth_unstable_by(rank, f64::total_cmp).1
        })
        .collect();
    let mut sorted = apart;
    sorted.sort_by(f64::total_cmp);
    crate::stats::sum::sorted_quantile(&sorted, DENSE).map(f64::sqrt)
}

/// Finds crowds: rows with at least `min_rows` rows (themselves among them) within `reach`, and what is within their reach.
///
/// A row of no crowd of its own that several reach goes to the one whose crowded row is nearest (of equally near
/// ones, to the one with the smaller value), so that the order of rows does not matter. `reach` in the features'
/// unit, its end included. The time grows with the number of rows times those within reach in the first feature.
///
/// Source: Ester, Kriegel, Sander & Xu (1996), "A Density-Based Algorithm for Discovering Clusters", KDD.
pub fn dbscan(points: &Points, reach: f64, min_rows: usize) -> Clusters {
    let n = points.n_rows();
    let near = |place: usize| {
        // Rows stand by their first feature: those within reach stand together around a row.
        let row = points.at(place);
        let within = move |other: &usize| (points.at(*other)[0] - row[0]).abs() <= reach;
        let later = (place..n).take_while(within);
        let earlier = (0..place).rev().take_while(within);
        earlier
            .chain(later)
            .map(move |other| (other, squared(row, points.at(other))))
            .filter(move |(_, square)| *square <= reach * reach)
    };
    let is_core: Vec<bool> = (0..n)
        .into_par_iter()
        .map(|place| min_rows <= near(place).count())
        .collect();
    let mut joined = Union::new(n);
    for place in (0..n).filter(|place| is_core[*place]) {
        let earlier: Vec<usize> = near(place)
            .map(|(other, _)| other)
            .filter(|other| *other < place && is_core[*other])
            .collect();
        for other in earlier {
            joined.join(place, other);
        }
    }
    let crowd: Vec<Option<usize>> = (0..n)
        .into_par_iter()
        .map(|place| {
            if is_core[place] {
                return Some(place);
            }
            let cores = near(place).filter(|(other, _)| is_core[*other]);
            cores
                .min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)))
                .map(|(other, _)| other)
        })
        .collect();
    let roots: Vec<Option<usize>> = crowd.iter().map(|core| core.map(|core| joined.root(core))).collect();
    named(points, &roots)
}

/// Names groups, given by any number below that of the rows.
fn named(points: &Points, groups: &[Option<usize>]) -> Clusters {
    let mut number = vec![NOISE; groups.len()];
    let mut n_labels = 0;
    for group in groups.iter().flatten() {
        if number[*group] == NOISE {
            number[*group] = n_labels;
            n_labels += 1;
        }
    }
    let labels: Vec<u32> = groups
        .iter()
        .map(|group| group.map_or(NOISE, |group| number[group]))
        .collect();
    Clusters::new(points, &labels, n_labels as usize).0
}

/// Sets of places that are joined two at a time.
struct Union(Vec<usize>);

impl Union {
    fn new(n: usize) -> Self {
        Self((0..n).collect())
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}

/// Finds crowds of different density: those that last longest while the density that is asked for rises.
///
/// A crowd has at least `min_cluster` rows (2 or more); a row counts as dense as its distance from its `min_rows`-th
/// nearest row, itself among them. The whole is never a cluster. Rows at one height leave together, whatever order
/// a spanning tree lists them in, so that the order of the rows does not matter. The time grows with the square of
/// the number of rows.
///
/// Source: Campello, Moulavi & Sander (2013), "Density-Based Clustering Based on Hierarchical Density Estimates",
/// PAKDD, with the excess of mass of §4.
pub fn hdbscan(points: &Points, min_cluster: usize, min_rows: usize) -> Clusters {
    let min_cluster = min_cluster.max(2);
    let tree = Tree::new(points, min_rows);
    let Some(root) = tree.joins.len().checked_sub(1).map(|last| last + points.n_rows()) else {
        return named(points, &vec![None; points.n_rows()]);
    };
    let mut crowds = vec![Crowd::new(None, 0.0)];
    // The crowd in which each row was last seen.
    let mut last = vec![0; points.n_rows()];
    let mut open = vec![(root, 0)];
    while let Some((node, own)) = open.pop() {
        let level = tree.level(node);
        let parts = tree.parts(node);
        let (large, small): (Vec<usize>, Vec<usize>) =
            parts.into_iter().partition(|part| min_cluster <= tree.n_rows(*part));
        let stayed = |n_rows: usize, birth: f64| n_rows as f64 * (level - birth);
        for part in small {
            crowds[own].mass += stayed(tree.n_rows(part), crowds[own].birth);
            tree.each_row(part, |place| last[place] = own);
        }
        if let [only] = large[..] {
            open.push((only, own));
            continue;
        }
        for part in large {
            crowds[own].mass += stayed(tree.n_rows(part), crowds[own].birth);
            open.push((part, crowds.len()));
            crowds.push(Crowd::new(Some(own), level));
        }
    }
    let chosen = chosen(&crowds);
    let groups: Vec<Option<usize>> = last.iter().map(|crowd| chosen[*crowd]).collect();
    named(points, &groups)
}

/// A set of rows that holds together over a range of densities.
struct Crowd {
    parent: Option<usize>,
    /// The density, one over a distance, at which it parted from its parent.
    birth: f64,
    /// Over its rows, how far the density rose before they left, summed.
    mass: f64,
}

impl Crowd {
    fn new(parent: Option<usize>, birth: f64) -> Self {
        Self {
            parent,
            birth,
            mass: 0.0,
        }
    }
}

/// Returns for each crowd the chosen one that it lies in: of a crowd and what it parts into, what has more mass.
fn chosen(crowds: &[Crowd]) -> Vec<Option<usize>> {
    let mut below = vec![0.0; crowds.len()];
    let mut stands = vec![false; crowds.len()];
    // Crowds stand after their parents.
    for (at, crowd) in crowds.iter().enumerate().skip(1).rev() {
        stands[at] = below[at] <= crowd.mass;
        let parent = crowd.parent.expect("only the first crowd has no parent");
        below[parent] += crowd.mass.max(below[at]);
    }
    let mut within: Vec<Option<usize>> = vec![None; crowds.len()];
    for (at, crowd) in crowds.iter().enumerate() {
        let outer = crowd.parent.and_then(|parent| within[parent]);
        within[at] = outer.or(stands[at].then_some(at));
    }
    within
}

/// Rows joined by their mutual reach, from the densest.
struct Tree {
    n_rows: usize,
    joins: Vec<Link>,
    /// The smallest distance above 0, which equal rows are said to have: density has to end somewhere.
    least: f64,
}

/// Two nodes joined at a height; nodes below the number of rows are places.
struct Link {
    parts: [usize; 2],
    height: f64,
    n_rows: usize,
}

impl Tree {
    fn new(points: &Points, min_rows: usize) -> Self {
        let n = points.n_rows();
        let mut edges = spanning(points, &core_distances(points, min_rows));
        edges.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut joined = Union::new(n);
        // The node that holds each root's set.
        let mut node: Vec<usize> = (0..n).collect();
        let mut tree = Self {
            n_rows: n,
            joins: Vec::with_capacity(edges.len()),
            least: edges
                .iter()
                .map(|edge| edge.0)
                .find(|height| 0.0 < *height)
                .unwrap_or(1.0),
        };
        for (height, [a, b]) in edges {
            let (a, b) = (joined.root(a), joined.root(b));
            let parts = [node[a], node[b]];
            joined.join(a, b);
            node[a.min(b)] = n + tree.joins.len();
            let n_rows = parts.iter().map(|part| tree.n_rows(*part)).sum();
            tree.joins.push(Link { parts, height, n_rows });
        }
        tree
    }

    fn n_rows(&self, node: usize) -> usize {
        node.checked_sub(self.n_rows).map_or(1, |at| self.joins[at].n_rows)
    }

    /// The density at which a join comes apart.
    fn level(&self, node: usize) -> f64 {
        1.0 / self.joins[node - self.n_rows].height.max(self.least)
    }

    /// What a join parts into: joins at its own height come apart with it.
    fn parts(&self, node: usize) -> Vec<usize> {
        let height = self.joins[node - self.n_rows].height;
        let mut parts = Vec::new();
        let mut open = vec![node];
        while let Some(at) = open.pop() {
            match at.checked_sub(self.n_rows).map(|at| &self.joins[at]) {
                Some(join) if join.height == height => open.extend(join.parts),
                _ => parts.push(at),
            }
        }
        parts
    }

    fn each_row(&self, node: usize, mut take: impl FnMut(usize)) {
        let mut open = vec![node];
        while let Some(at) = open.pop() {
            match at.checked_sub(self.n_rows) {
                Some(at) => open.extend(self.joins[at].parts),
                None => take(at),
            }
        }
    }
}

/// The distance of each row from its `min_rows`-th nearest, itself among them; from the farthest where there are fewer.
fn core_distances(points: &Points, min_rows: usize) -> Vec<f64> {
    let wanted = min_rows.clamp(1, points.n_rows().max(1)) - 1;
    (0..points.n_rows())
        .into_par_iter()
        .map(|place| {
            let mut squares: Vec<f64> = points.by_place().map(|row| squared(row, points.at(place))).collect();
            squares.select_nth_unstable_by(wanted, f64::total_cmp).1.sqrt()
        })
        .collect()
}

/// A tree of the shortest edges that joins all rows, by mutual reach: the largest of the distance and both core distances.
///
/// Source: Prim (1957), "Shortest Connection Networks and Some Generalizations", BSTJ 36: 1389–1401.
fn spanning(points: &Points, core: &[f64]) -> Vec<(f64, [usize; 2])> {
    let n = points.n_rows();
    let mut edges = Vec::with_capacity(n.saturating_sub(1));
    // The nearest row inside the tree of each outside, and how far it is.
    let mut outside: Vec<(usize, usize, f64)> = (1..n).map(|place| (place, 0, f64::INFINITY)).collect();
    let mut added = 0;
    while !outside.is_empty() {
        let mut best = 0;
        for at in 0..outside.len() {
            let (place, _, known) = outside[at];
            let reach = squared(points.at(place), points.at(added))
                .sqrt()
                .max(core[place])
                .max(core[added]);
            if reach < known {
                outside[at] = (place, added, reach);
            }
            if outside[at].2 < outside[best].2 {
                best = at;
            }
        }
        let (place, inside, reach) = outside.swap_remove(best);
        edges.push((reach, [place.min(inside), place.max(inside)]));
        added = place;
    }
    edges
}
