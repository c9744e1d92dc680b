//! Groups of customers: segments, clusters, and who moved between them.

use super::MIN_CELL;
use super::algebra::Echelon;
use super::facts_of;
use super::few::small_counts;
use super::few::small_shares;
use super::shops::Shops;
use super::spec;
use crate::run::Workshop;
use bellwether::model::facts::Facts;

/// Counts that are told of groups of customers: cells, each a fact, and sums of them that are facts as well.
struct Counts {
    cells: Vec<String>,
    sums: Vec<(String, Vec<usize>)>,
}

impl Counts {
    /// Who went from which group to which; `id` names a cell, `size` the facts that hold the size of a group.
    fn of_moves(groups: &[&str], id: &dyn Fn(&str, &str) -> String, size: &dyn Fn(usize, &str) -> Vec<String>) -> Self {
        let from: Vec<&str> = groups.iter().copied().chain(["joined"]).collect();
        let to: Vec<&str> = groups.iter().copied().chain(["left"]).collect();
        let n = from.len();
        let cells = from.iter().flat_map(|a| to.iter().map(|b| id(a, b))).collect();
        let mut sums = Vec::new();
        for (at, group) in groups.iter().enumerate() {
            let before: Vec<usize> = (0..n).map(|it| at * n + it).collect();
            let now: Vec<usize> = (0..n).map(|it| it * n + at).collect();
            sums.extend(size(0, group).into_iter().map(|it| (it, before.clone())));
            sums.extend(size(1, group).into_iter().map(|it| (it, now.clone())));
        }
        sums.push((size(0, "all").remove(0), (0..n * (n - 1)).collect()));
        sums.push((
            size(1, "all").remove(0),
            (0..n * n).filter(|it| it % n < n - 1).collect(),
        ));
        Self { cells, sums }
    }

    /// Lists cells and sums of a few customers that the facts give away; `truth` are the facts of a memo that keeps nothing.
    fn solved(&self, facts: &Facts, truth: &Facts) -> Vec<String> {
        let cell = |at: usize| (self.cells[at].clone(), vec![at]);
        let all: Vec<(String, Vec<usize>)> = (0..self.cells.len()).map(cell).chain(self.sums.clone()).collect();
        let told = all.iter().filter(|it| facts.number(&it.0).is_some());
        let rows: Vec<Vec<usize>> = told.map(|it| it.1.clone()).collect();
        let echelon = Echelon::of(self.cells.len(), &rows);
        let n = |id: &str| truth.number(id).unwrap_or(0.0);
        for (id, cells) in &all {
            let sum: f64 = cells.iter().map(|it| n(&self.cells[*it])).sum();
            assert!((sum - n(id)).abs() < 0.5, "{id} is {}, and its cells {sum}", n(id));
        }
        let is_few = |id: &str| (1.0..MIN_CELL as f64).contains(&n(id));
        let solved = all
            .iter()
            .filter(|it| is_few(&it.0) && echelon.solves(self.cells.len(), &it.1));
        solved.map(|it| format!("{}: {} customers", it.0, n(&it.0))).collect()
    }
}

const OF_CUSTOMERS: &str = "roster:
  over: 1 month
  customers: active
  features: { buys: { of: count(*), bands: [2, 4, 8] }, spent: sum(cents) }
  segments:
    - { name: one, where: buys = 1 }
    - { name: few, where: buys < 4 }
    - { name: some, where: buys < 9 }
memo:
  - roster: {}
  - migration: { of: segments }
  - profile: { of: segments }
  - rfm: { frequency: orders, monetary: spend, over: 2 months }
  - cohorts: { by: [region] }
  - hypotheses:
      - claim: share(customers, where region = 'west') < 10 %
  - quality: {}
";

const RFM: [&str; 9] = [
    "champions",
    "loyal",
    "potential-loyalists",
    "recent",
    "promising",
    "cannot-lose",
    "at-risk",
    "hibernating",
    "lost",
];

#[test]
fn what_is_told_of_groups_gives_no_few_away() {
    let workshop = Workshop::new();
    let moves = Counts::of_moves(
        &["one", "few", "some", "rest"],
        &|from, to| format!("migration/{from}/to/{to}"),
        &|side, group| {
            let base = ["roster/before", "roster"][side];
            match group {
                "all" => vec![format!("{base}/all-customers/customers")],
                group => vec![
                    format!("{base}/{group}/customers"),
                    format!("migration/size/{}/{group}", ["before", "now"][side]),
                ],
            }
        },
    );
    let rfm = Counts::of_moves(
        &RFM,
        &|from, to| format!("rfm/migration/{from}/{to}"),
        &|side, group| {
            let base = ["rfm/before", "rfm"][side];
            match group {
                "all" => vec![format!("{base}/customers")],
                group => vec![format!("{base}/{group}/customers")],
            }
        },
    );
    let (mut n_few, mut n_told) = (0, 0);
    for seed in 0..40 {
        let shops = Shops::drawn(seed, [20, 60]);
        let of = |min_cell: u64| {
            let spec = spec(min_cell, "");
            let spec = spec[..spec.find("memo:").expect("a spec has a memo")].to_owned() + OF_CUSTOMERS;
            facts_of(&workshop, &shops, &spec)
        };
        let (facts, truth) = (of(MIN_CELL), of(1));
        for counts in [&moves, &rfm] {
            let solved = counts.solved(&facts, &truth);
            assert!(solved.is_empty(), "panel {seed}: {solved:#?}");
            let is_told = |it: &&String| facts.number(it).is_some_and(|n| n > 0.0);
            n_told += counts.cells.iter().filter(is_told).count();
            let is_few = |it: &&String| truth.number(it).is_some_and(|n| (1.0..MIN_CELL as f64).contains(&n));
            n_few += counts.cells.iter().filter(is_few).count();
        }
        let small = small_counts(&facts, MIN_CELL);
        assert!(small.is_empty(), "panel {seed}: {small:#?}");
        let shares = small_shares(&facts, MIN_CELL);
        assert!(shares.is_empty(), "panel {seed}: {shares:#?}");
    }
    assert!(
        n_few > 200 && n_told > 100,
        "{n_few} small counts, {n_told} that are told"
    );
}
