//! Clusters within segments tell the size of each: a small segment must not be what is left of all.

use super::MIN_CELL;
use super::algebra::Echelon;
use super::facts_of;
use super::few::small_counts;
use super::few::small_shares;
use super::shops::N_MONTHS;
use super::shops::Shops;
use super::spec;
use crate::run::Workshop;
use bellwether::model::facts::Facts;
use std::collections::BTreeMap;
use std::ops::Range;

/// Segments of a roster by what their customers spend, the fewest first.
const SEGMENTS: [&str; 4] = ["least", "less", "more", "rest"];

/// Everything that tells of segments and clusters; `{least}` and so on are the cents from which the next segment begins.
const MEMO: &str = "roster:
  over: 1 month
  customers: active
  features: { buys: { of: count(*), transform: log }, spent: { of: sum(cents), transform: log } }
  segments:
    - { name: least, where: spent < {least} }
    - { name: less, where: spent < {less} }
    - { name: more, where: spent < {more} }
memo:
  - roster: {}
  - clusters: { within: each, methods: [kmeans, ward], k: 2-3, by: {by} }
  - profile: { of: clusters }
  - migration: { of: clusters }
";

/// What customers spend in the last month, ascending.
pub(super) fn spent(shops: &Shops) -> Vec<u64> {
    let mut sums: BTreeMap<usize, u64> = BTreeMap::new();
    for (_, customer, _, cents) in shops.rows.iter().filter(|it| it.0 + 1 == N_MONTHS) {
        *sums.entry(*customer).or_default() += cents;
    }
    let mut all: Vec<u64> = sums.into_values().collect();
    all.sort_unstable();
    all
}

/// Writes a spec whose two lowest segments have about so many customers, and whose others share the rest.
fn spec_of(shops: &Shops, min_cell: u64, [least, less]: [usize; 2], by: &str) -> String {
    let spent = spent(shops);
    let more = least + less + (spent.len() - least - less) / 2;
    let mut memo = MEMO.replace("{by}", by);
    for (name, at) in [("{least}", least), ("{less}", least + less), ("{more}", more)] {
        memo = memo.replace(name, &spent[at].to_string());
    }
    let whole = spec(min_cell, "");
    whole[..whole.find("memo:").expect("a spec has a memo")].to_owned() + &memo
}

/// Segments and what they are parted into: a cell each cluster and one for those of none; one alone where nothing is told.
struct Cells {
    of_segment: Vec<Range<usize>>,
    has_clusters: Vec<bool>,
    n: usize,
}

impl Cells {
    fn new(facts: &Facts) -> Self {
        let mut cells = Self {
            of_segment: Vec::new(),
            has_clusters: Vec::new(),
            n: 0,
        };
        for segment in SEGMENTS {
            let is_own = |it: &&String| it.starts_with(&format!("{segment}/"));
            let n_clusters = facts.list("clusters/ids").iter().filter(is_own).count();
            let until = cells.n + n_clusters + 1;
            cells.of_segment.push(cells.n..until);
            cells.has_clusters.push(n_clusters > 0);
            cells.n = until;
        }
        cells
    }

    /// The cells of a segment's clusters.
    fn clustered(&self, segment: usize) -> Vec<usize> {
        let Range { start, end } = self.of_segment[segment];
        (start..end - 1).collect()
    }

    /// Reads every count as an equation: cells, and what they add up to.
    fn said(&self, facts: &Facts) -> Vec<(Vec<usize>, f64)> {
        let mut said = Vec::new();
        let mut tell = |cells: Vec<usize>, value: Option<f64>| said.extend(value.map(|it| (cells, it)));
        let not_clustered = (0..SEGMENTS.len()).map(|it| self.of_segment[it].end - 1).collect();
        tell(not_clustered, facts.number("clusters/not_clustered"));
        for base in ["roster", "clusters", "profile"] {
            tell(
                (0..self.n).collect(),
                facts.number(&format!("{base}/all-customers/customers")),
            );
        }
        let definition = facts.text("clusters/definition").expect("clusters have a definition");
        let definition: serde_json::Value = serde_json::from_str(definition).expect("as JSON");
        for (at, segment) in SEGMENTS.iter().enumerate() {
            let own = self.of_segment[at].clone();
            tell(
                own.clone().collect(),
                facts.number(&format!("roster/{segment}/customers")),
            );
            let crowd = format!("clusters/crowd/{segment}");
            tell(own.clone().collect(), facts.number(&format!("{crowd}/customers")));
            tell(vec![own.end - 1], facts.number(&format!("{crowd}/incomplete")));
            for (cluster, cell) in self.clustered(at).into_iter().enumerate() {
                for base in ["clusters", "profile"] {
                    let id = format!("{base}/{segment}/{}/customers", cluster + 1);
                    tell(vec![cell], facts.number(&id));
                }
            }
            // Whoever was looked at has all features.
            for (id, fact) in facts.under(&format!("{crowd}/")) {
                let is_kept = fact.n.is_none() && facts.number(id).is_none();
                assert!(
                    self.has_clusters[at] || is_kept,
                    "{id} is told of a crowd that has no clusters"
                );
                tell(self.clustered(at), fact.n.map(|n| n as f64));
            }
            let defined = definition["crowds"].as_array().expect("crowds");
            for crowd in defined.iter().filter(|it| it["id"] == **segment) {
                tell(self.clustered(at), crowd["customers"].as_f64());
                for (cell, cluster) in self
                    .clustered(at)
                    .into_iter()
                    .zip(crowd["clusters"].as_array().expect("clusters"))
                {
                    tell(vec![cell], cluster["customers"].as_f64());
                }
            }
            if let Some(places) = facts.text(&format!("{crowd}/map/places")) {
                let places: serde_json::Value = serde_json::from_str(places).expect("places are JSON");
                tell(self.clustered(at), places["n_all"].as_f64());
            }
        }
        said
    }
}

/// Lists the segments of a few customers that the facts give away; `truth` holds how many each has.
fn solved(facts: &Facts, truth: &[f64]) -> Vec<String> {
    let cells = Cells::new(facts);
    let said = cells.said(facts);
    // What stands in the cells: clusters as their definition has them, and what is left of each segment.
    let mut values = vec![0.0; cells.n];
    for (sum, value) in said.iter().filter(|it| it.0.len() == 1) {
        values[sum[0]] = *value;
    }
    for (own, n) in cells.of_segment.iter().zip(truth) {
        let clustered: f64 = values[own.start..own.end - 1].iter().sum();
        values[own.end - 1] = n - clustered;
    }
    for (sum, value) in &said {
        let is: f64 = sum.iter().map(|it| values[*it]).sum();
        assert!((is - value).abs() < 0.5, "{value} is told, and {is} is true");
    }
    let rows: Vec<Vec<usize>> = said.into_iter().map(|it| it.0).collect();
    let echelon = Echelon::of(cells.n, &rows);
    let is_few = |at: &usize| (1.0..MIN_CELL as f64).contains(&truth[*at]);
    let given = |at: &usize| {
        let own: Vec<usize> = cells.of_segment[*at].clone().collect();
        echelon.solves(cells.n, &own)
    };
    let few = (0..SEGMENTS.len()).filter(is_few).filter(given);
    few.map(|at| format!("{}: {} customers", SEGMENTS[at], truth[at]))
        .collect()
}

#[test]
fn clusters_within_segments_give_no_small_segment_away() {
    let workshop = Workshop::new();
    let (mut n_few, mut n_clusters, mut n_given) = (0, 0, 0);
    let sizes = [[2, 70], [1, 5], [3, 1], [60, 2], [3, 60], [70, 70]];
    let cases = sizes.iter().flat_map(|it| [(*it, "kmeans"), (*it, "ward")]);
    // Where few buy in a month there are no clusters.
    let shops = (2_000..).map(|seed| (seed, Shops::drawn(seed, [330, 380])));
    let shops = shops.filter(|it| spent(&it.1).len() > 250);
    for ((sizes, by), (seed, shops)) in cases.zip(shops) {
        let of = |min_cell: u64| facts_of(&workshop, &shops, &spec_of(&shops, min_cell, sizes, by));
        let (facts, open) = (of(MIN_CELL), of(1));
        let truth = SEGMENTS.map(|it| open.number(&format!("roster/{it}/customers")).expect("nothing is kept"));
        n_few += truth.iter().filter(|n| (1.0..MIN_CELL as f64).contains(*n)).count();
        n_clusters += facts.list("clusters/ids").len();
        let solved_of = solved(&facts, &truth);
        assert!(solved_of.is_empty(), "panel {seed}: {solved_of:#?}");
        let small: Vec<String> = small_counts(&facts, MIN_CELL)
            .into_iter()
            .chain(small_shares(&facts, MIN_CELL))
            .collect();
        assert!(small.is_empty(), "panel {seed}: {small:#?}");
        n_given += solved(&open, &truth).len();
    }
    // Where nothing is kept, all that is few is read.
    assert_eq!(n_given, n_few);
    assert!(
        n_few >= 10 && n_clusters > 20,
        "{n_few} small segments, {n_clusters} clusters"
    );
}
