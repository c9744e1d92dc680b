//! k-means: clusters whose rows lie close to their mean.
//!
//! Sums over rows are sums of whole numbers, so that threads have no say; starts are drawn from rows sorted by value,
//! so that their order has none. It must not know how many clusters are wanted, or why.

use rayon::prelude::*;

use crate::stats::cluster::Clusters;
use crate::stats::cluster::Points;
use crate::stats::cluster::ROWS_A_TASK;
use crate::stats::cluster::assign::Centres;
use crate::stats::cluster::squared;
use crate::stats::rng::Seeded;
use crate::stats::sum::RunningSum;
use crate::stats::sum::exact_sum;

/// How k-means is sought.
#[derive(Debug, Clone, Copy)]
pub struct Search {
    /// The number of clusters.
    pub k: usize,
    /// How many starts are tried; the one with the smallest inertia wins. At least one is.
    pub n_starts: usize,
    /// The largest number of rounds of one start: 300 is far more than most need.
    pub max_rounds: usize,
    /// A start has settled when its centres move, squares summed, by no more than this share of the mean variance of the features.
    pub tolerance: f64,
    /// The seed of all draws.
    pub seed: u64,
}

/// The best clusters found.
#[derive(Debug, Clone, PartialEq)]
pub struct KMeans {
    /// The clusters; each row is with the nearest centre.
    pub clusters: Clusters,
    /// One centre after the other, in the order of the clusters and in the features' units.
    pub centres: Vec<f64>,
    /// Squared distances of all rows to their centres, summed.
    pub inertia: f64,
    /// Rounds that the winner took on all rows.
    pub n_rounds: usize,
}

/// Above this many rows starts are compared on a sample of as many, and only the winner goes on with all rows: the
/// inertia of a start on a sample of this size is within about half a percent of that on all rows, and errors of
/// starts on one sample go together.
pub const N_COMPARED: usize = 65_536;

/// Finds `k` centres such that squared distances of rows to the nearest of them are small in sum.
///
/// Each start draws its centres by greedy k-means++ and improves them by Lloyd's rounds, with Hamerly's bounds to
/// leave out rows that cannot change. With more than [`N_COMPARED`] rows the starts are compared on a sample. A
/// cluster that loses all rows takes the row that is farthest from its own centre. Labels, centres and inertia are
/// the same for any order of the rows and any number of threads.
///
/// Returns `None` where no cluster is asked for, or more than there are distinct rows.
///
/// Source: Lloyd (1982), "Least Squares Quantization in PCM", IEEE TIT 28: 129–137; Arthur & Vassilvitskii (2007),
/// "k-means++: The Advantages of Careful Seeding", SODA, §5 (greedy); Hamerly (2010), "Making k-means Even Faster", SDM.
pub fn kmeans(points: &Points, search: &Search) -> Option<KMeans> {
    if search.k == 0 || points.n_distinct() < search.k {
        return None;
    }
    let sample = (N_COMPARED < points.n_rows()).then(|| points.part(&sampled(points, search.seed)));
    let compared = Table::new(sample.as_ref().unwrap_or(points));
    let runs: Vec<Run> = (0..search.n_starts.max(1))
        .into_par_iter()
        .map(|start| {
            let mut rng = Seeded::new(search.seed, start as u64);
            let centres = plus_plus(compared.points, search.k, &mut rng);
            lloyd(&compared, centres, search)
        })
        .collect();
    let best = runs
        .into_iter()
        .reduce(|best, run| if run.inertia < best.inertia { run } else { best })?;
    let run = match sample {
        Some(_) => lloyd(&Table::new(points), best.centres.values, search),
        None => best,
    };
    let (clusters, old) = Clusters::new(points, &run.labels, search.k);
    Some(KMeans {
        clusters,
        centres: old.iter().flat_map(|old| run.centres.at(*old)).copied().collect(),
        inertia: run.inertia,
        n_rounds: run.n_rounds,
    })
}

/// The stream of the draw of a sample: no start has this number.
const SAMPLE_TASK: u64 = u64::MAX;

/// Draws [`N_COMPARED`] places, each at most once; upwards.
fn sampled(points: &Points, seed: u64) -> Vec<u32> {
    let mut rng = Seeded::new(seed, SAMPLE_TASK);
    let mut places: Vec<u32> = (0..).take(points.n_rows()).collect();
    for drawn in 0..N_COMPARED {
        let left = (places.len() - drawn) as u64;
        // What is drawn is below the number of places.
        places.swap(drawn, drawn + rng.below(left) as usize);
    }
    places.truncate(N_COMPARED);
    places.sort_unstable();
    places
}

/// Draws the first centres: rows, each with a chance that grows with its squared distance from those drawn before;
/// of a few that are drawn at a time, the one is kept that leaves the smallest sum of squared distances.
fn plus_plus(points: &Points, k: usize, rng: &mut Seeded) -> Vec<f64> {
    // As many as scikit-learn tries: more centres, more chances to miss a cluster.
    let n_tries = 2 + libm::floor(libm::log(k as f64)) as usize;
    let first = rng.below(points.n_rows() as u64) as usize;
    let mut centres = points.at(first).to_vec();
    let mut distances: Vec<f64> = points.by_place().map(|row| squared(row, points.at(first))).collect();
    for _ in 1..k {
        let total: f64 = distances.iter().sum();
        let best = (0..n_tries)
            .map(|_| {
                let place = place_of(&distances, rng.unit() * total);
                let row = points.at(place);
                let left: f64 = points
                    .by_place()
                    .zip(&distances)
                    .map(|(other, known)| known.min(squared(other, row)))
                    .sum();
                (place, left)
            })
            .reduce(|best, tried| if tried.1 < best.1 { tried } else { best })
            .expect("there are at least two tries");
        let row = points.at(best.0);
        for (known, other) in distances.iter_mut().zip(points.by_place()) {
            *known = known.min(squared(other, row));
        }
        centres.extend(row);
    }
    centres
}

/// Returns the place at which the running sum of `distances` passes `mark`.
fn place_of(distances: &[f64], mark: f64) -> usize {
    let mut sum = 0.0;
    let passed = distances.iter().position(|distance| {
        sum += distance;
        mark < sum
    });
    // Rounding may leave the mark at the very end: the last row that is not a centre yet.
    passed
        .or_else(|| distances.iter().rposition(|distance| 0.0 < *distance))
        .unwrap_or(0)
}

/// Rows with their features in fixed point.
struct Table<'a> {
    points: &'a Points,
    /// As `points`' values, times a power of two.
    fixed: Vec<i64>,
    /// What one unit of `fixed` is worth, one entry a feature.
    units: Vec<f64>,
    /// The mean of the features' variances.
    variance: f64,
}

/// Sums of whole numbers stay below 2⁶¹.
const HEADROOM_BITS: i32 = 61;
/// Powers of two above this are infinite.
const LARGEST_EXPONENT: i32 = 1000;
/// More bits than this a feature does not have.
const PRECISION_BITS: i32 = 53;

impl<'a> Table<'a> {
    /// Rounds features to whole multiples of a power of two, so small that all rows together cannot overflow.
    ///
    /// Source: Demmel & Nguyen (2015), "Parallel Reproducible Summation", IEEE ToC 64(7), §3, with one bin.
    fn new(points: &'a Points) -> Self {
        let (n, n_features) = (points.n_rows() as f64, points.n_features());
        let exponents: Vec<i32> = (0..n_features)
            .map(|feature| {
                let largest = points.by_place().map(|row| row[feature].abs()).fold(0.0, f64::max);
                let bits = (HEADROOM_BITS - libm::frexp(largest * n).1).min(PRECISION_BITS - libm::frexp(largest).1);
                bits.min(LARGEST_EXPONENT)
            })
            .collect();
        let scale: Vec<f64> = exponents.iter().map(|exponent| libm::ldexp(1.0, *exponent)).collect();
        let fixed = points
            .values
            .par_chunks(ROWS_A_TASK * n_features)
            .flat_map_iter(|rows| {
                let scale = &scale;
                rows.chunks_exact(n_features)
                    .flat_map(move |row| row.iter().zip(scale).map(|(x, scale)| libm::rint(x * scale) as i64))
            })
            .collect();
        let variances: Vec<f64> = (0..n_features)
            .map(|feature| {
                let column = || points.by_place().map(|row| row[feature]);
                let mean = column().collect::<RunningSum>().total() / n;
                column()
                    .map(|x| (x - mean) * (x - mean))
                    .collect::<RunningSum>()
                    .total()
                    / n
            })
            .collect();
        Self {
            points,
            fixed,
            units: exponents.iter().map(|exponent| libm::ldexp(1.0, -exponent)).collect(),
            variance: exact_sum(&variances) / n_features as f64,
        }
    }
}

/// Where one start has come to.
struct Run {
    centres: Centres,
    labels: Vec<u32>,
    inertia: f64,
    n_rounds: usize,
}

/// What is known of one row: no centre but its own is nearer than `lower`, and its own no farther than `upper`.
#[derive(Debug, Clone, Copy)]
struct Known {
    label: u32,
    upper: f64,
    lower: f64,
}

/// The rows of each cluster, counted and summed in fixed point.
#[derive(Debug, Clone)]
struct Sums {
    counts: Vec<i64>,
    /// One entry a feature, one cluster after the other.
    sums: Vec<i64>,
    n_moved: usize,
}

impl Sums {
    fn new(k: usize, n_features: usize) -> Self {
        Self {
            counts: vec![0; k],
            sums: vec![0; k * n_features],
            n_moved: 0,
        }
    }

    fn add(&mut self, label: usize, row: &[i64], sign: i64) {
        self.counts[label] += sign;
        let own = &mut self.sums[label * row.len()..][..row.len()];
        own.iter_mut().zip(row).for_each(|(sum, x)| *sum += sign * x);
    }

    fn plus(mut self, other: &Self) -> Self {
        self.counts.iter_mut().zip(&other.counts).for_each(|(a, b)| *a += b);
        self.sums.iter_mut().zip(&other.sums).for_each(|(a, b)| *a += b);
        self.n_moved += other.n_moved;
        self
    }
}

/// Improves `centres` until they settle.
fn lloyd(table: &Table, centres: Vec<f64>, search: &Search) -> Run {
    let n_features = table.points.n_features();
    let mut centres = Centres::new(centres, n_features);
    let k = centres.n_centres();
    let unknown = Known {
        label: u32::MAX,
        upper: f64::INFINITY,
        lower: 0.0,
    };
    let mut known = vec![unknown; table.points.n_rows()];
    let mut sums = Sums::new(k, n_features);
    let mut moves = vec![0.0; k];
    let mut n_rounds = 0;
    while n_rounds < search.max_rounds.max(1) {
        n_rounds += 1;
        let moved = reassign(table, &centres, &mut known, &moves);
        sums = sums.plus(&moved);
        let any_empty = sums.counts.contains(&0);
        if any_empty {
            fill_empty(table, &centres, &mut known, &mut sums);
        }
        let next = Centres::new(means(&sums, table, &centres), n_features);
        let squares: Vec<f64> = (0..k).map(|c| squared(centres.at(c), next.at(c))).collect();
        moves = squares.iter().map(|square| square.sqrt()).collect();
        centres = next;
        let settled = exact_sum(&squares) <= search.tolerance * table.variance;
        if !any_empty && (moved.n_moved == 0 || settled) {
            break;
        }
    }
    let (labels, inertia) = assigned(table.points, &centres);
    Run {
        centres,
        labels,
        inertia,
        n_rounds,
    }
}

/// Gives each row its nearest centre, after centres moved by `moves`; returns what that changes in the sums.
fn reassign(table: &Table, centres: &Centres, known: &mut [Known], moves: &[f64]) -> Sums {
    let n_features = table.points.n_features();
    let gaps = centres.half_gaps();
    // How far any centre but a row's own may have come nearer.
    let largest: Vec<f64> = (0..moves.len())
        .map(|own| {
            let others = moves.iter().enumerate().filter(|(c, _)| *c != own);
            others.fold(0.0, |largest: f64, (_, moved)| largest.max(*moved))
        })
        .collect();
    known
        .par_chunks_mut(ROWS_A_TASK)
        .enumerate()
        .map(|(task, known)| {
            let from = task * ROWS_A_TASK;
            let mut change = Sums::new(moves.len(), n_features);
            for (place, known) in (from..).zip(known) {
                let row = table.points.at(place);
                let before = known.label as usize;
                if let Some(gap) = gaps.get(before) {
                    known.upper += moves[before];
                    known.lower -= largest[before];
                    let enough = known.lower.max(*gap);
                    if known.upper <= enough {
                        continue;
                    }
                    known.upper = squared(row, centres.at(before)).sqrt();
                    if known.upper <= enough {
                        continue;
                    }
                }
                let nearest = centres.nearest(row);
                known.upper = nearest.first.sqrt();
                known.lower = nearest.second.sqrt();
                if nearest.label != known.label {
                    let fixed = &table.fixed[place * n_features..][..n_features];
                    if before < moves.len() {
                        change.add(before, fixed, -1);
                    }
                    known.label = nearest.label;
                    change.add(known.label as usize, fixed, 1);
                    change.n_moved += 1;
                }
            }
            change
        })
        // Whole numbers: the order in which tasks are added up does not matter.
        .reduce(|| Sums::new(moves.len(), n_features), |a, b| a.plus(&b))
}

/// Gives each cluster without rows the row that is farthest from its own centre; of equally far ones the first.
fn fill_empty(table: &Table, centres: &Centres, known: &mut [Known], sums: &mut Sums) {
    let n_features = table.points.n_features();
    for empty in 0..centres.n_centres() {
        if sums.counts[empty] != 0 {
            continue;
        }
        let mut farthest = (0, 0.0);
        for (place, known) in known.iter().enumerate() {
            let own = known.label as usize;
            // A cluster that this round has filled lies elsewhere by now than its centre.
            let distance = if known.upper.is_finite() {
                squared(table.points.at(place), centres.at(own))
            } else {
                0.0
            };
            if farthest.1 < distance && 1 < sums.counts[own] {
                farthest = (place, distance);
            }
        }
        let (place, distance) = farthest;
        if distance == 0.0 {
            continue;
        }
        let fixed = &table.fixed[place * n_features..][..n_features];
        sums.add(known[place].label as usize, fixed, -1);
        sums.add(empty, fixed, 1);
        // Nothing is known of the row any more but its cluster.
        known[place] = Known {
            label: u32::try_from(empty).expect("clusters are few"),
            upper: f64::INFINITY,
            lower: 0.0,
        };
    }
}

/// Returns the mean of each cluster; one without rows stays where it is.
fn means(sums: &Sums, table: &Table, centres: &Centres) -> Vec<f64> {
    let n_features = table.points.n_features();
    let mut means = centres.values.clone();
    for (c, mean) in means.chunks_exact_mut(n_features).enumerate() {
        if sums.counts[c] == 0 {
            continue;
        }
        let own = &sums.sums[c * n_features..][..n_features];
        for ((x, sum), unit) in mean.iter_mut().zip(own).zip(&table.units) {
            *x = *sum as f64 / sums.counts[c] as f64 * unit;
        }
    }
    means
}

/// Returns the nearest centre of each row, and the squared distances summed.
fn assigned(points: &Points, centres: &Centres) -> (Vec<u32>, f64) {
    let mut labels = vec![0; points.n_rows()];
    let parts: Vec<f64> = labels
        .par_chunks_mut(ROWS_A_TASK)
        .enumerate()
        .map(|(task, labels)| {
            let mut sum = RunningSum::default();
            for (place, label) in (task * ROWS_A_TASK..).zip(labels) {
                let nearest = centres.nearest(points.at(place));
                *label = nearest.label;
                sum.add(nearest.first);
            }
            sum.total()
        })
        .collect();
    (labels, exact_sum(&parts))
}
