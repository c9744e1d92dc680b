//! Clusters of a small table against scikit-learn and scipy (`tests/cells/make_clusters.py`), and against themselves.

use serde_json::Value;

use super::*;
use crate::stats::cluster::density::dbscan;
use crate::stats::cluster::density::hdbscan;
use crate::stats::cluster::kmeans::kmeans;
use crate::stats::cluster::linkage::Linkage;
use crate::stats::cluster::linkage::joins;
use crate::stats::cluster::medoids::medoids;
use crate::stats::cluster::mixture::mixture;
use crate::stats::cluster::scores::adjusted_rand;
use crate::stats::cluster::scores::calinski_harabasz;
use crate::stats::cluster::scores::davies_bouldin;
use crate::stats::cluster::scores::jaccard;
use crate::stats::cluster::silhouette::sampled_silhouette;
use crate::stats::cluster::silhouette::silhouette;
use crate::stats::cluster::stability::stability;
use crate::stats::rng::Seeded;

const ROWS: &str = include_str!("../../../tests/cells/clusters.csv");
const FOUND: &str = include_str!("../../../tests/cells/clusters.json");

/// What two routes may differ by in the last digits, relative to the figure.
const ROUNDING: f64 = 1e-9;
/// scikit-learn takes distances from products of rows: those of equal rows are off by the root of a rounding error.
const ROOT_OF_ROUNDING: f64 = 1e-7;

fn values() -> Vec<f64> {
    let numbers = ROWS.lines().flat_map(|line| line.split(','));
    numbers.map(|number| number.parse().expect("a number")).collect()
}

fn points() -> Points {
    Points::new(&values(), 3)
}

fn found() -> Value {
    serde_json::from_str(FOUND).expect("the figures are JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("no number: {value}"))
}

fn count(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a count")).expect("a small count")
}

fn labels(value: &Value) -> Vec<u32> {
    let text = value.as_str().expect("labels are text");
    text.chars().map(|c| c.to_digit(36).unwrap_or(NOISE)).collect()
}

fn close(ours: f64, theirs: f64, tolerance: f64) {
    assert!(
        (ours - theirs).abs() <= tolerance * theirs.abs().max(1.0),
        "{ours} {theirs}"
    );
}

/// One way of clustering, with its name.
type Way = (&'static str, fn(&Points) -> Vec<u32>);

fn ways() -> Vec<Way> {
    vec![
        ("kmeans", |it| {
            kmeans(it, &search(4)).expect("enough rows").clusters.labels
        }),
        ("mixture", |it| {
            mixture(it, &mixed(3)).expect("enough rows").clusters.labels
        }),
        ("ward", |it| cut(it, Linkage::Ward, 4).labels),
        ("average", |it| cut(it, Linkage::Average, 6).labels),
        ("complete", |it| cut(it, Linkage::Complete, 4).labels),
        ("medoids", |it| {
            medoids(it, 4, 3, 7).expect("enough rows").clusters.labels
        }),
        ("dbscan", |it| dbscan(it, 0.8, 5).labels),
        ("hdbscan", |it| hdbscan(it, 8, 5).labels),
    ]
}

fn search(k: usize) -> kmeans::Search {
    kmeans::Search {
        k,
        n_starts: 50,
        max_rounds: 300,
        tolerance: 0.0,
        seed: 7,
    }
}

fn mixed(k: usize) -> mixture::Search {
    mixture::Search {
        k,
        n_starts: 20,
        max_rounds: 2000,
        tolerance: 1e-8,
        seed: 7,
    }
}

fn cut(points: &Points, linkage: Linkage, k: usize) -> Clusters {
    joins(points, linkage).cut(points, k).expect("enough rows")
}

/// The rows in another order, and for each the row that it was.
fn shuffled() -> (Points, Vec<usize>) {
    let values = values();
    let mut rows: Vec<usize> = (0..values.len() / 3).collect();
    Seeded::new(3, 0).shuffle(&mut rows);
    let moved: Vec<f64> = rows.iter().flat_map(|row| &values[row * 3..][..3]).copied().collect();
    (Points::new(&moved, 3), rows)
}

#[test]
fn kmeans_finds_the_inertia_of_scikit_learn_and_its_clusters() {
    let (points, found) = (points(), found());
    for k in 2..7 {
        let theirs = &found["kmeans"][k.to_string()];
        let many = kmeans::Search {
            n_starts: 300,
            ..search(k)
        };
        let ours = kmeans(&points, &many).expect("enough rows");
        close(ours.inertia, number(&theirs["inertia"]), ROUNDING);
        assert_eq!(
            adjusted_rand(&ours.clusters.labels, &labels(&theirs["labels"])),
            Some(1.0),
            "{k}"
        );
        assert!(ours.clusters.sizes.is_sorted_by(|a, b| a >= b));
        // Each centre is the mean of its rows.
        let values = values();
        for (c, centre) in ours.centres.chunks_exact(3).enumerate() {
            let own = values
                .chunks_exact(3)
                .zip(&ours.clusters.labels)
                .filter(|(_, label)| **label as usize == c);
            let first: Vec<f64> = own.map(|(row, _)| row[0]).collect();
            close(centre[0], exact_sum(&first) / first.len() as f64, ROUNDING);
        }
    }
}

#[test]
fn scores_are_those_of_scikit_learn() {
    let (points, found) = (points(), found());
    let linkages = found["linkage"].as_object().expect("by method").values();
    let cuts = linkages.flat_map(|method| ["2", "4", "6"].map(|k| &method[k]));
    let cases = found["kmeans"].as_object().expect("by k").values().chain(cuts);
    for case in cases {
        let labels = labels(&case["labels"]);
        let ours = silhouette(&points, &labels).expect("two clusters");
        close(ours.mean, number(&case["silhouette"]), ROOT_OF_ROUNDING);
        close(
            davies_bouldin(&points, &labels).expect("apart"),
            number(&case["davies_bouldin"]),
            ROOT_OF_ROUNDING,
        );
        close(
            calinski_harabasz(&points, &labels).expect("apart"),
            number(&case["calinski_harabasz"]),
            ROUNDING,
        );
    }
    let four = labels(&found["kmeans"]["4"]["labels"]);
    let ours = silhouette(&points, &four).expect("two clusters");
    let theirs = found["silhouette_of_first_rows"].as_array().expect("a list");
    for (ours, theirs) in ours.by_row.iter().zip(theirs) {
        close(
            ours.expect("every row is in a cluster"),
            number(theirs),
            ROOT_OF_ROUNDING,
        );
    }
    let seven = labels(&found["kmeans"]["7"]["labels"]);
    let ours = adjusted_rand(&four, &seven).expect("many rows");
    close(ours, number(&found["adjusted_rand_of_4_and_7"]), ROUNDING);
}

#[test]
fn joins_are_those_of_scipy() {
    let (points, found) = (points(), found());
    for (name, linkage) in [
        ("ward", Linkage::Ward),
        ("average", Linkage::Average),
        ("complete", Linkage::Complete),
    ] {
        let theirs = &found["linkage"][name];
        let ours = joins(&points, linkage);
        let heights = theirs["heights"].as_array().expect("a list");
        assert_eq!(ours.joins.len(), heights.len());
        for (ours, theirs) in ours.joins.iter().zip(heights) {
            close(ours.height, number(theirs), ROOT_OF_ROUNDING);
        }
        for k in [2, 4, 6] {
            let clusters = ours.cut(&points, k).expect("enough rows");
            assert_eq!(
                adjusted_rand(&clusters.labels, &labels(&theirs[k.to_string()]["labels"])),
                Some(1.0),
                "{name} {k}"
            );
        }
        assert_eq!(ours.cut(&points, points.n_distinct() + 1), None);
    }
}

#[test]
fn a_mixture_is_as_likely_as_that_of_scikit_learn() {
    let (points, found) = (points(), found());
    for k in 2..5 {
        let theirs = &found["mixture"][k.to_string()];
        let ours = mixture(&points, &mixed(k)).expect("enough rows");
        // Both stop near a top: theirs is not the higher one.
        let least = number(&theirs["log_likelihood"]);
        assert!(
            least - 1e-3 < ours.log_likelihood,
            "{k}: {} {least}",
            ours.log_likelihood
        );
        let gained = ours.log_likelihood - least;
        close(ours.bic + 2.0 * gained, number(&theirs["bic"]), ROUNDING);
        close(exact_sum(&ours.weights), 1.0, ROUNDING);
    }
}

#[test]
fn medoids_are_the_best_of_all() {
    let (points, found) = (points(), found());
    for k in 1..4 {
        let ours = medoids(&points, k, 10, 7).expect("enough rows");
        close(ours.loss, number(&found["medoids"][k.to_string()]), ROUNDING);
        for (cluster, medoid) in (0..).zip(&ours.medoids) {
            assert_eq!(ours.clusters.labels[*medoid as usize], cluster);
        }
    }
}

#[test]
fn crowds_are_those_of_scikit_learn() {
    let (points, found) = (points(), found());
    for case in found["dbscan"].as_array().expect("a list") {
        let theirs = labels(&case["labels"]);
        let ours = dbscan(&points, number(&case["reach"]), count(&case["min_rows"]));
        let is_noise = |labels: &[u32]| labels.iter().map(|it| *it == NOISE).collect::<Vec<_>>();
        assert_eq!(is_noise(&ours.labels), is_noise(&theirs));
        // Rows at the edge of two crowds go to the first that is found there, and to the nearer one here.
        let core = case["core"].as_array().expect("a list").iter().map(count);
        let (ours, theirs): (Vec<u32>, Vec<u32>) = core.map(|row| (ours.labels[row], theirs[row])).unzip();
        assert_eq!(adjusted_rand(&ours, &theirs), Some(1.0));
    }
    for case in found["hdbscan"].as_array().expect("a list") {
        let theirs = labels(&case["labels"]);
        let ours = hdbscan(&points, count(&case["min_cluster"]), count(&case["min_rows"]));
        let names = |labels: &[u32]| {
            labels
                .iter()
                .map(|it| if *it == NOISE { 99 } else { *it })
                .collect::<Vec<_>>()
        };
        assert_eq!(
            adjusted_rand(&names(&ours.labels), &names(&theirs)),
            Some(1.0),
            "{case}"
        );
    }
}

#[test]
fn neither_the_order_of_rows_nor_the_number_of_threads_moves_a_label() {
    let points = points();
    let (moved, rows) = shuffled();
    for (name, way) in ways() {
        let pool = |n| rayon::ThreadPoolBuilder::new().num_threads(n).build().expect("threads");
        let one = pool(1).install(|| way(&points));
        assert_eq!(one, pool(5).install(|| way(&points)), "{name}");
        let other = way(&moved);
        assert!(
            rows.iter().zip(&other).all(|(row, label)| one[*row] == *label),
            "{name}"
        );
    }
}

#[test]
fn many_rows_settle_where_all_starts_on_all_rows_do() {
    // Three crowds, two of them overlapping, on a grid of thousandths: more rows than starts are compared on.
    let mut rng = Seeded::new(1, 1);
    let bell = |rng: &mut Seeded| (0..12).map(|_| rng.unit()).sum::<f64>() - 6.0;
    let values: Vec<f64> = (0..N_MANY)
        .flat_map(|row| {
            let middle = [[0.0, 0.0], [3.0, 0.0], [0.0, 9.0]][row % 3];
            middle.map(|x| libm::rint((x + bell(&mut rng)) * 1000.0) / 1000.0)
        })
        .collect();
    let points = Points::new(&values, 2);
    let found = kmeans(&points, &search(3)).expect("enough rows");
    let planted: Vec<u32> = (0..).take(N_MANY).map(|row| row % 3).collect();
    assert!(adjusted_rand(&found.clusters.labels, &planted).expect("many rows") > 0.85);
    // Lloyd's condition: each centre is the mean of the rows that are nearest to it.
    let mut means = [[0.0; 3]; 3];
    for (row, label) in values.chunks_exact(2).zip(&found.clusters.labels) {
        let mean = &mut means[*label as usize];
        *mean = [mean[0] + row[0], mean[1] + row[1], mean[2] + 1.0];
    }
    for (centre, [x, y, n]) in found.centres.chunks_exact(2).zip(means) {
        close(centre[0], x / n, ROUNDING);
        close(centre[1], y / n, ROUNDING);
    }
    let exact = silhouette(
        &points.part(&(0..2000).map(|it| it * 35).collect::<Vec<_>>()),
        &points
            .as_sorted(&found.clusters.labels)
            .into_iter()
            .step_by(35)
            .take(2000)
            .collect::<Vec<_>>(),
    );
    let drawn = sampled_silhouette(&points, &found.clusters.labels, 2000, 1).expect("two clusters");
    assert_eq!(drawn.n_rows, 2000);
    // The standard error of a mean of two thousand silhouettes is below .01.
    assert!((drawn.mean - exact.expect("two clusters").mean).abs() < 0.03);
}

const N_MANY: usize = 70_001;

#[test]
fn what_is_planted_comes_back_and_what_is_not_falls_apart() {
    let points = points();
    let method = |k: usize| {
        move |points: &Points, seed: u64| Some(kmeans(points, &kmeans::Search { seed, ..search(k) })?.clusters.labels)
    };
    let four = method(4)(&points, 1).expect("enough rows");
    let of_four = stability(&points, &four, 20, 5, method(4));
    assert_eq!((of_four.n_draws, of_four.clusters.len()), (20, 4));
    assert!(
        of_four.clusters.iter().all(|it| it.jaccard.is_some_and(|it| 0.75 < it)),
        "{of_four:?}"
    );
    let ten = method(10)(&points, 1).expect("enough rows");
    let of_ten = stability(&points, &ten, 20, 5, method(10));
    assert!(of_ten.adjusted_rand < of_four.adjusted_rand);
    assert!(of_ten.clusters.iter().any(|it| it.n_recovered < 10));
    let none = stability(&points, &four, 3, 5, |_, _| None);
    assert_eq!(
        (none.n_draws, none.adjusted_rand, none.clusters[0].jaccard),
        (0, None, None)
    );
}

#[test]
fn scores_of_six_rows_by_hand() {
    let points = Points::new(&[0.0, 2.0, 10.0, 12.0, 14.0, 99.0], 1);
    let labels = [0, 0, 1, 1, 1, NOISE];
    let found = silhouette(&points, &labels).expect("two clusters");
    // Of the row at 0: 2 from its fellow, (10 + 12 + 14)/3 = 12 from the others.
    assert_eq!(found.by_row[0], Some(10.0 / 12.0));
    assert_eq!((found.by_row[5], found.n_rows), (None, 5));
    // Means 1 and 12, spreads 1 and 4/3.
    close(
        davies_bouldin(&points, &labels).expect("apart"),
        (1.0 + 4.0 / 3.0) / 11.0,
        ROUNDING,
    );
    // Between 2·(1 − 7.6)² + 3·(12 − 7.6)² = 145.2 over 1; within 2 + 8 over 3.
    close(
        calinski_harabasz(&points, &labels).expect("apart"),
        145.2 / (10.0 / 3.0),
        ROUNDING,
    );
    assert_eq!(silhouette(&points, &[0; 6]), None);
    assert_eq!(davies_bouldin(&points, &[0; 6]), None);
    assert_eq!(calinski_harabasz(&points, &[0, 1, 2, 3, 4, 5]), None);
    // A row alone has a silhouette of 0.
    assert_eq!(
        silhouette(&points, &[0, 0, 1, 1, 1, 2])
            .expect("three clusters")
            .by_cluster[2],
        Some(0.0)
    );
}

#[test]
fn likeness_of_clusters_by_hand() {
    assert_eq!(
        jaccard(&[0, 0, 0, 1, 1], &[1, 1, 0, 0, 0]),
        [Some(2.0 / 3.0), Some(2.0 / 3.0)]
    );
    assert_eq!(jaccard(&[0, NOISE, 2], &[0, 0, NOISE]), [Some(0.5), None, Some(0.0)]);
    assert_eq!(adjusted_rand(&[0, 0, 1, 1], &[5, 5, 3, 3]), Some(1.0));
    // Of ten pairs 3 are together in the first, 1 + 3 in the second, 1 in both: (1 − 1.2)/(3.5 − 1.2).
    let ours = adjusted_rand(&[0, 0, 0, 1, 2], &[0, 0, 1, 1, 1]).expect("five rows");
    close(ours, -0.2 / 2.3, ROUNDING);
    assert_eq!(adjusted_rand(&[0, 0], &[0, 0]), Some(1.0));
    assert_eq!(adjusted_rand(&[0], &[0]), None);
}

#[test]
fn equal_rows_share_a_cluster_and_more_clusters_than_rows_differ_are_none() {
    let values = [1.0, 1.0, 1.0, -0.0, 0.0, 5.0];
    let points = Points::new(&values, 1);
    assert_eq!(points.n_distinct(), 3);
    for k in 1..=3 {
        let all = [
            kmeans(&points, &search(k)).expect("enough rows").clusters,
            medoids(&points, k, 3, 1).expect("enough rows").clusters,
            cut(&points, Linkage::Average, k),
        ];
        for clusters in all {
            let labels = clusters.labels;
            assert!(
                labels[0] == labels[1] && labels[1] == labels[2] && labels[3] == labels[4],
                "{labels:?}"
            );
            assert_eq!(clusters.sizes.len(), k);
        }
    }
    assert!(kmeans(&points, &search(4)).is_none() && medoids(&points, 4, 1, 1).is_none());
    assert!(kmeans(&points, &search(0)).is_none() && mixture(&points, &mixed(4)).is_none());
}

#[test]
fn clusters_of_one_size_are_numbered_by_value() {
    let found = kmeans(&Points::new(&[9.0, 9.5, 1.0, 1.5, 5.0], 1), &search(3)).expect("enough rows");
    assert_eq!(found.clusters.labels, [1, 1, 0, 0, 2]);
    assert_eq!(found.clusters.sizes, [2, 2, 1]);
    assert_eq!(found.centres, [1.25, 9.25, 5.0]);
}

#[test]
fn a_table_without_rows_has_no_clusters() {
    let points = Points::new(&[], 2);
    assert!(kmeans(&points, &search(1)).is_none() && medoids(&points, 1, 1, 1).is_none());
    assert!(joins(&points, Linkage::Ward).joins.is_empty());
    assert!(dbscan(&points, 1.0, 2).labels.is_empty() && hdbscan(&points, 2, 2).labels.is_empty());
}

#[test]
fn features_are_standardised_whatever_the_order() {
    let ours = standardised(&[1.0, 7.0, 3.0, 7.0], 2);
    assert_eq!(ours, [-1.0, 0.0, 1.0, 0.0]);
}
