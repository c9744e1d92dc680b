//! No cell of a few customers can be worked out from a memo: not by reading, by subtracting, nor by combining tables.
//!
//! Random small panels go down the real road. Every fact that is a sum over cells (category × segment × period) becomes an
//! equation, and is held against the data, so that no equation is read wrongly. A cell is solved where its own sum is a
//! combination of the equations: linear algebra decides, not a look.

use crate::run::Workshop;
use bellwether::model::facts::Fact;
use bellwether::model::facts::Facts;
use bellwether::model::facts::Value;
use bellwether::model::unit::Quantity;
use bellwether::model::unit::Unit;
use bellwether::render::Templates;
use bellwether::road;
use bellwether::road::Request;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

/// Panels that are drawn; a few larger ones, in which drivers speak, follow.
const N_PANELS: u64 = 200;
/// Fewest customers of a figure in these panels: ten would leave forty customers no category of their own.
const MIN_CELL: u64 = 4;
/// Months of a panel: the fewest that have a projection, and a few more.
const N_MONTHS: usize = 11;

const REGIONS: [&str; 4] = ["north", "south", "east", "west"];
const AGES: [&str; 3] = ["old", "young", "grey"];
const SECTORS: [&str; 8] = ["art", "books", "cars", "dining", "energy", "food", "games", "hats"];

/// Numbers without a pattern; the same for one seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn upto(&mut self, from: usize, to: usize) -> usize {
        from + usize::try_from(self.below((to - from + 1) as u64)).expect("small")
    }
}

/// Purchases of few customers, as they are.
struct Shops {
    n_sectors: usize,
    n_regions: usize,
    n_ages: usize,
    /// Region and age of each customer.
    customers: Vec<[usize; 2]>,
    /// Month, customer, sector, cents.
    rows: Vec<(usize, usize, usize, u64)>,
}

impl Shops {
    fn drawn(seed: u64, n_customers: [usize; 2]) -> Self {
        let mut draw = Draw(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) + 1);
        let n_sectors = draw.upto(3, 8);
        let (n_regions, n_ages) = (draw.upto(2, 4), draw.upto(2, 3));
        let n = draw.upto(n_customers[0], n_customers[1]);
        let customers: Vec<[usize; 2]> = (0..n)
            .map(|_| {
                // Two draws' minimum: later levels are rarer.
                let mut rare = |n: usize| draw.upto(0, n - 1).min(draw.upto(0, n - 1));
                [rare(n_regions), rare(n_ages)]
            })
            .collect();
        // How often a customer buys in a sector, in per cent of months.
        let chances: Vec<u64> = (0..n_sectors).map(|_| [4, 10, 25, 60, 90][draw.upto(0, 4)]).collect();
        let mut rows = Vec::new();
        for month in 0..N_MONTHS {
            for customer in 0..n {
                for (sector, chance) in chances.iter().enumerate() {
                    while draw.below(100) < *chance && rows.len() < 50_000 {
                        rows.push((month, customer, sector, 100 + draw.below(9_000)));
                        if draw.below(3) > 0 {
                            break;
                        }
                    }
                }
            }
            // Everybody knows that the shop was open on the first day.
            rows.push((month, 0, 0, 100));
        }
        Self {
            n_sectors,
            n_regions,
            n_ages,
            customers,
            rows,
        }
    }

    fn buys(&self) -> String {
        let mut text = String::from("day,who,sector,cents\n");
        for (place, (month, customer, sector, cents)) in self.rows.iter().enumerate() {
            let day = if *month + 1 == N_MONTHS { 28 } else { 1 + place % 28 };
            let _ = writeln!(
                text,
                "2025-{:02}-{day:02},c{customer},{},{cents}",
                month + 1,
                SECTORS[*sector]
            );
        }
        text
    }

    fn people(&self) -> String {
        let mut text = String::from("who,region,age\n");
        for (customer, [region, age]) in self.customers.iter().enumerate() {
            let _ = writeln!(text, "c{customer},{},{}", REGIONS[*region], AGES[*age]);
        }
        text
    }

    fn n_kinds(&self) -> usize {
        self.n_regions * self.n_ages
    }

    /// Kinds of customers: a region and an age.
    fn kind(&self, customer: usize) -> usize {
        let [region, age] = self.customers[customer];
        region * self.n_ages + age
    }

    fn levels(&self, kind: usize) -> [&'static str; 2] {
        [REGIONS[kind / self.n_ages], AGES[kind % self.n_ages]]
    }
}

/// What is added up over cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Of {
    Cents,
    Orders,
    /// Customers, who are told apart within a sector; `sectors` of them is one more: any sector.
    People,
    /// Customers who spent much, in any sector.
    Big,
}

/// The cells of one month, and what stands in them.
struct Month<'a> {
    shops: &'a Shops,
    month: usize,
}

impl Month<'_> {
    /// The place of a cell; the sector after the last is any of them.
    fn cell(&self, sector: usize, kind: usize) -> usize {
        sector * self.shops.n_kinds() + kind
    }

    fn n_cells(&self) -> usize {
        (self.shops.n_sectors + 1) * self.shops.n_kinds()
    }

    /// What stands in each cell.
    fn truth(&self, of: Of) -> Vec<f64> {
        let shops = self.shops;
        let mut who: Vec<Vec<usize>> = vec![Vec::new(); self.n_cells()];
        let mut sums = vec![0.0; self.n_cells()];
        for (_, customer, sector, cents) in shops.rows.iter().filter(|it| it.0 == self.month) {
            let kind = shops.kind(*customer);
            let own = self.cell(*sector, kind);
            sums[own] += if of == Of::Cents { *cents as f64 } else { 1.0 };
            who[own].push(*customer);
            let is_counted = of != Of::Big || *cents >= BIG;
            if is_counted {
                who[self.cell(shops.n_sectors, kind)].push(*customer);
            }
        }
        if matches!(of, Of::Cents | Of::Orders) {
            return sums;
        }
        let count = |mut all: Vec<usize>| {
            all.sort_unstable();
            all.dedup();
            all.len() as f64
        };
        who.into_iter().map(count).collect()
    }

    /// The cells of some sectors and kinds. Sums over all sectors are sums over each; people are counted anew.
    fn cells(&self, of: Of, sectors: &Sectors, is_kind: &dyn Fn(usize) -> bool) -> Option<Vec<usize>> {
        let places: Vec<usize> = match (sectors, of) {
            (Sectors::All, Of::Cents | Of::Orders) => (0..self.shops.n_sectors).collect(),
            (Sectors::All, Of::People | Of::Big) => vec![self.shops.n_sectors],
            (Sectors::These(all), Of::Cents | Of::Orders) => all.clone(),
            // Who is in two of them counts once: no sum of cells.
            (Sectors::These(all), _) if all.len() == 1 => all.clone(),
            _ => return None,
        };
        let kinds = (0..self.shops.n_kinds()).filter(|it| is_kind(*it));
        let kinds: Vec<usize> = kinds.collect();
        Some(
            places
                .into_iter()
                .flat_map(|it| kinds.iter().map(move |kind| (it, *kind)))
                .map(|(it, kind)| self.cell(it, kind))
                .collect(),
        )
    }
}

/// From how many cents on a purchase is a large one.
const BIG: u64 = 5_000;

enum Sectors {
    All,
    These(Vec<usize>),
}

/// What a memo says of one month: sums over cells.
#[derive(Default)]
struct Said {
    /// By month and by what is added up.
    rows: BTreeMap<(usize, Of), Vec<Vec<usize>>>,
    n_read: BTreeMap<&'static str, usize>,
}

impl Said {
    /// Enters a sum that a fact gives, after holding it against the data.
    #[expect(clippy::too_many_arguments, reason = "a test's own table")]
    fn enter(
        &mut self,
        shops: &Shops,
        kind: &'static str,
        month: usize,
        of: Of,
        sectors: &Sectors,
        is_kind: &dyn Fn(usize) -> bool,
        value: f64,
    ) {
        let at = Month { shops, month };
        let Some(cells) = at.cells(of, sectors, is_kind) else {
            return;
        };
        let truth = at.truth(of);
        let sum: f64 = cells.iter().map(|it| truth[*it]).sum();
        // Shares have twelve digits, sums are below a billion.
        assert!(
            (sum - value).abs() < 1e-3,
            "{kind}: month {month}, {of:?}: {value} is printed, {sum} is true"
        );
        self.rows.entry((month, of)).or_default().push(cells);
        *self.n_read.entry(kind).or_default() += 1;
    }
}

fn number(facts: &Facts, id: &str) -> Option<f64> {
    facts.number(id)
}

fn n_of(facts: &Facts, id: &str) -> Option<f64> {
    facts.get(id).and_then(|it| it.n).map(|n| n as f64)
}

fn month_of(name: &str) -> usize {
    name[5..7].parse::<usize>().expect("a month") - 1
}

const ID_OF: [(&str, Of); 3] = [("spend", Of::Cents), ("orders", Of::Orders), ("shoppers", Of::People)];

/// Reads every fact that is a sum over cells.
fn said(shops: &Shops, facts: &Facts) -> Said {
    let mut said = Said::default();
    let now = N_MONTHS - 1;
    let everybody = |_: usize| true;
    for (name, of) in ID_OF {
        for (id, month) in [("value", now), ("previous/before", now - 1)] {
            if let Some(x) = number(facts, &format!("headline/{name}/{id}")) {
                said.enter(shops, "headline", month, of, &Sectors::All, &everybody, x);
            }
        }
        enter_series(
            &mut said,
            shops,
            facts,
            &format!("headline/{name}/series"),
            of,
            &Sectors::All,
        );
    }
    let labels = facts.list("categories/labels").to_vec();
    for (slug, label) in facts.list("categories/ids").iter().zip(&labels) {
        let sectors = Sectors::These(sectors_of(facts, label));
        for (name, of) in ID_OF {
            let id = format!("deviation/{slug}/{name}");
            if let Some(x) = number(facts, &format!("{id}/actual")) {
                said.enter(shops, "deviation", now, of, &sectors, &everybody, x);
            }
            enter_series(&mut said, shops, facts, &format!("{id}/series/actual"), of, &sectors);
        }
        enter_segments(&mut said, shops, facts, slug, &sectors);
        enter_levels(&mut said, shops, facts, slug, &sectors);
    }
    enter_funnel(&mut said, shops, facts);
    said
}

/// The sectors that a label stands for.
fn sectors_of(facts: &Facts, label: &str) -> Vec<usize> {
    let place = |name: &str| SECTORS.iter().position(|it| *it == name);
    match place(label) {
        Some(one) => vec![one],
        None => {
            assert_eq!(facts.text("disclosure/label"), Some(label));
            facts
                .list("disclosure/joined")
                .iter()
                .filter_map(|it| place(it))
                .collect()
        }
    }
}

fn enter_series(said: &mut Said, shops: &Shops, facts: &Facts, id: &str, of: Of, sectors: &Sectors) {
    let Some(Fact {
        value: Value::Series { periods, values },
        ..
    }) = facts.get(id)
    else {
        return;
    };
    for (period, value) in periods.iter().zip(values) {
        if let Some(x) = value {
            said.enter(shops, "series", month_of(period), of, sectors, &|_| true, *x);
        }
    }
}

/// The whole of a category in a month; known from its series, or given to the reader for nothing.
fn whole(shops: &Shops, month: usize, of: Of, sectors: &Sectors) -> f64 {
    let at = Month { shops, month };
    let truth = at.truth(of);
    let cells = at.cells(of, sectors, &|_| true);
    cells.unwrap_or_default().iter().map(|it| truth[*it]).sum()
}

/// Finds the segment of each kind by the labels that are printed: "North, old or young", "North, other", "Other".
fn segment_of(shops: &Shops, labels: &[String], kind: usize) -> usize {
    let own = shops.levels(kind);
    let names = |label: &String| -> Vec<Vec<String>> {
        let parts = label.split(", ");
        parts
            .map(|it| it.split(" or ").map(str::to_lowercase).collect())
            .collect()
    };
    let fits = |label: &&String, others: bool| {
        let parts = names(label);
        let is_rest = parts.last().is_some_and(|it| *it == ["other"]);
        let named = if is_rest { &parts[..parts.len() - 1] } else { &parts[..] };
        is_rest == others
            && named
                .iter()
                .zip(own)
                .all(|(part, level)| part.iter().any(|it| it == level))
    };
    let depth = |label: &&String| names(label).len();
    let exact = labels.iter().position(|it| fits(&it, false));
    exact
        .or_else(|| {
            let rest = labels.iter().filter(|it| fits(it, true)).max_by_key(depth)?;
            labels.iter().position(|it| it == rest)
        })
        .unwrap_or_else(|| panic!("{own:?} is in none of {labels:?}"))
}

fn enter_segments(said: &mut Said, shops: &Shops, facts: &Facts, slug: &str, sectors: &Sectors) {
    let now = N_MONTHS - 1;
    let labels = facts.list(&format!("contribution/{slug}/segments")).to_vec();
    // A kind that nobody in the category is of is in no segment.
    let of_kind: Vec<Option<usize>> = (0..shops.n_kinds())
        .map(|kind| {
            let is_there = |month: usize| {
                let at = Month { shops, month };
                let truth = at.truth(Of::Orders);
                let cells = at.cells(Of::Orders, sectors, &|it| it == kind).unwrap_or_default();
                cells.iter().any(|it| truth[*it] > 0.0)
            };
            let met = !labels.is_empty() && (is_there(now) || is_there(now - 1));
            met.then(|| segment_of(shops, &labels, kind))
        })
        .collect();
    for place in 0..labels.len() {
        for (when, month) in [("before", now - 1), ("after", now)] {
            let id = |what: &str| format!("contribution/{slug}/segment/{}/{what}_{when}", place + 1);
            let own = |kind: usize| of_kind[kind] == Some(place);
            enter_ratio(said, shops, facts, "contribution", month, sectors, &own, &id);
        }
    }
}

fn enter_levels(said: &mut Said, shops: &Shops, facts: &Facts, slug: &str, sectors: &Sectors) {
    let now = N_MONTHS - 1;
    for (place, dimension) in ["region", "age"].iter().enumerate() {
        let base = format!("drivers/{slug}/attributes/{dimension}");
        for level in facts.list(&format!("{base}/levels")) {
            for (when, month) in [("before", now - 1), ("after", now)] {
                let id = |what: &str| format!("{base}/{level}/{what}_{when}");
                let own = |kind: usize| shops.levels(kind)[place] == level;
                enter_ratio(said, shops, facts, "drivers", month, sectors, &own, &id);
            }
        }
    }
}

/// A share of orders, a ticket and a number of customers are three sums.
#[expect(clippy::too_many_arguments, reason = "a test's own table")]
fn enter_ratio(
    said: &mut Said,
    shops: &Shops,
    facts: &Facts,
    kind: &'static str,
    month: usize,
    sectors: &Sectors,
    own: &dyn Fn(usize) -> bool,
    id: &dyn Fn(&str) -> String,
) {
    let Some(share) = number(facts, &id("share")) else {
        return;
    };
    let orders = share * whole(shops, month, Of::Orders, sectors);
    said.enter(shops, kind, month, Of::Orders, sectors, own, orders);
    if let Some(rate) = number(facts, &id("rate")).filter(|_| orders > 0.0) {
        said.enter(shops, kind, month, Of::Cents, sectors, own, rate * orders);
    }
    let n = n_of(facts, &id("share")).expect("a share has customers behind it");
    said.enter(shops, kind, month, Of::People, sectors, own, n);
}

fn enter_funnel(said: &mut Said, shops: &Shops, facts: &Facts) {
    let now = N_MONTHS - 1;
    for (when, month) in [("before", now - 1), ("now", now)] {
        for (stage, of) in [(1, Of::People), (2, Of::Big)] {
            if let Some(x) = number(facts, &format!("funnel/stage/{stage}/{when}")) {
                said.enter(shops, "funnel", month, of, &Sectors::All, &|_| true, x);
            }
        }
        for (place, dimension) in ["region", "age"].iter().enumerate() {
            let base = format!("funnel/by/{dimension}");
            let labels = facts.list(&format!("{base}/levels")).to_vec();
            for (at, label) in labels.iter().enumerate() {
                let names: Vec<&str> = label.split(" or ").collect();
                let named: Vec<&str> = labels.iter().flat_map(|it| it.split(" or ")).collect();
                let own = |kind: usize| {
                    let level = shops.levels(kind)[place];
                    if label == "other" {
                        !named.contains(&level)
                    } else {
                        names.contains(&level)
                    }
                };
                let id = format!("{base}/{}", at + 1);
                if let Some(n) = number(facts, &format!("{id}/customers_{when}")) {
                    said.enter(shops, "funnel", month, Of::People, &Sectors::All, &own, n);
                    if let Some(share) = number(facts, &format!("{id}/{when}")) {
                        said.enter(shops, "funnel", month, Of::Big, &Sectors::All, &own, share * n);
                    }
                }
            }
        }
    }
}

/// A prime that the program does not use: two ways to the same answer.
const PRIME: u64 = 1_000_000_007;

fn inverse(x: u64) -> u64 {
    let (mut product, mut base, mut exponent) = (1, x, PRIME - 2);
    while exponent > 0 {
        if exponent % 2 == 1 {
            product = product * base % PRIME;
        }
        base = base * base % PRIME;
        exponent /= 2;
    }
    product
}

/// Equations in echelon form.
struct Echelon(Vec<(usize, Vec<u64>)>);

impl Echelon {
    fn of(n_cells: usize, rows: &[Vec<usize>]) -> Self {
        let mut echelon = Self(Vec::new());
        for row in rows {
            let mut left = echelon.left(n_cells, row);
            if let Some(pivot) = left.iter().position(|it| *it != 0) {
                let scale = inverse(left[pivot]);
                left.iter_mut().for_each(|it| *it = *it * scale % PRIME);
                echelon.0.push((pivot, left));
            }
        }
        echelon
    }

    /// What of a sum over cells no equation explains.
    fn left(&self, n_cells: usize, cells: &[usize]) -> Vec<u64> {
        let mut left = vec![0; n_cells];
        cells.iter().for_each(|it| left[*it] += 1);
        for (pivot, row) in &self.0 {
            let factor = left[*pivot];
            if factor > 0 {
                for (x, y) in left.iter_mut().zip(row) {
                    *x = (*x + (PRIME - factor) * y) % PRIME;
                }
            }
        }
        left
    }

    fn solves(&self, n_cells: usize, cells: &[usize]) -> bool {
        self.left(n_cells, cells).iter().all(|it| *it == 0)
    }
}

/// A cell that must not be worked out: what, when, of whom, and how many they are.
fn small_cells(shops: &Shops, month: usize, of: Of, min_cell: u64) -> Vec<(String, Vec<usize>)> {
    let at = Month { shops, month };
    let people = at.truth(if of == Of::Big { Of::Big } else { Of::People });
    let mut small = Vec::new();
    let mut kinds: Vec<(String, Vec<usize>)> = vec![("all".into(), (0..shops.n_kinds()).collect())];
    for kind in 0..shops.n_kinds() {
        kinds.push((shops.levels(kind).join("+"), vec![kind]));
    }
    for (place, levels) in [&REGIONS[..shops.n_regions], &AGES[..shops.n_ages]].iter().enumerate() {
        for level in *levels {
            let of_level = (0..shops.n_kinds()).filter(|it| shops.levels(*it)[place] == *level);
            kinds.push(((*level).to_owned(), of_level.collect()));
        }
    }
    let sectors = if of == Of::Big {
        shops.n_sectors..=shops.n_sectors
    } else {
        0..=shops.n_sectors
    };
    for sector in sectors {
        for (name, kinds) in &kinds {
            let n: f64 = kinds.iter().map(|it| people[at.cell(sector, *it)]).sum();
            if !(0.5..min_cell as f64 - 0.5).contains(&n) {
                continue;
            }
            let sectors = if sector == shops.n_sectors {
                Sectors::All
            } else {
                Sectors::These(vec![sector])
            };
            let label = SECTORS
                .get(sector)
                .filter(|_| sector < shops.n_sectors)
                .unwrap_or(&"any");
            if let Some(cells) = at.cells(of, &sectors, &|it| kinds.contains(&it)) {
                small.push((
                    format!("{of:?} of {label}, {name}, month {month}: {n} customers"),
                    cells,
                ));
            }
        }
    }
    small
}

/// Lists the small cells that the facts give away.
fn solved(shops: &Shops, said: &Said, min_cell: u64) -> Vec<String> {
    let mut solved = Vec::new();
    for month in 0..N_MONTHS {
        for of in [Of::Cents, Of::Orders, Of::People, Of::Big] {
            let n_cells = Month { shops, month }.n_cells();
            let rows = said.rows.get(&(month, of)).cloned().unwrap_or_default();
            let echelon = Echelon::of(n_cells, &rows);
            let given = small_cells(shops, month, of, min_cell)
                .into_iter()
                .filter(|it| echelon.solves(n_cells, &it.1));
            solved.extend(given.map(|it| it.0));
        }
    }
    solved
}

/// Lists the counts of customers that are printed and small.
fn small_counts(facts: &Facts, min_cell: u64) -> Vec<String> {
    let mut small = Vec::new();
    for (id, fact) in facts.iter() {
        // Its n are periods.
        let of_periods = fact.from.analysis == "deviation";
        if !of_periods && fact.n.is_some_and(|n| (1..min_cell).contains(&n)) {
            small.push(format!("{id}: n = {}", fact.n.unwrap_or(0)));
        }
        let is_count = COUNTS.iter().any(|it| id.contains(it));
        if let (Value::Number(Some(x)), true) = (&fact.value, is_count) {
            let is_small = x.fract() == 0.0 && (1.0..min_cell as f64).contains(x);
            small.extend(is_small.then(|| format!("{id} = {x}")));
        }
    }
    small
}

/// Parts of the ids of facts that count customers.
const COUNTS: [&str; 15] = [
    "/customers",
    "/customers_",
    "/alone_",
    "funnel/stage/",
    "funnel/loss/customers",
    "rfm/migration/",
    "/to/",
    "/followed",
    "/size",
    "rfm/slipped",
    "rfm/joined",
    "rfm/left",
    "/band/",
    "/missing",
    "migration/size/",
];

fn spec(min_cell: u64, drivers: &str) -> String {
    format!(
        "bellwether: 1
title: Shops
min_cell: {min_cell}
sources:
  buys: {{ files: buys.csv, time: day, customer: who }}
  people: {{ files: people.csv, key: who }}
metrics:
  spend: {{ of: sum(cents), unit: cent }}
  orders: {{ of: count(*) }}
  shoppers: {{ of: count(distinct who) }}
  ticket: {{ of: spend / orders }}
  big: {{ of: count(*) filter (where cents >= {BIG}), across: category }}
categories: {{ by: sector, noun: sector }}
segments: [region, age]
periods: {{ grain: month, compare: [previous], as_of: 2025-12-01 }}
memo:
  - headline: {{ metrics: [spend, orders, shoppers] }}
  - deviation: {{ metrics: [spend, orders, shoppers, ticket] }}
{drivers}  - contribution: {{ of: top 9, metric: ticket, by: [region, age], resamples: 9 }}
  - funnel: {{ stages: [shoppers, big], by: [region, age] }}
  - quality: {{}}
"
    )
}

fn facts_of(workshop: &Workshop, shops: &Shops, spec: &str) -> Facts {
    workshop.write("buys.csv", shops.buys());
    workshop.write("people.csv", shops.people());
    let request = Request {
        spec: PathBuf::from(workshop.write("shops.yaml", spec)),
        ..Request::default()
    };
    let planned = road::plan(&request).unwrap_or_else(|wrong| panic!("{wrong:?}"));
    let computed = road::compute(&planned, &Templates::default());
    computed.unwrap_or_else(|wrong| panic!("{wrong:?}")).facts
}

#[test]
fn no_small_cell_of_200_panels_can_be_worked_out() {
    let workshop = Workshop::new();
    let mut read: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut n_joined, mut n_alone) = (0, 0);
    for seed in 0..N_PANELS {
        let shops = Shops::drawn(seed, [6, 40]);
        let facts = facts_of(&workshop, &shops, &spec(MIN_CELL, ""));
        let said = said(&shops, &facts);
        let solved = solved(&shops, &said, MIN_CELL);
        let thin = facts.list("disclosure/thin");
        // What all customers of a month are together is no cell of a table.
        let solved: Vec<String> = solved
            .into_iter()
            .filter(|it| thin.is_empty() || !it.contains("of any, all"))
            .collect();
        assert!(solved.is_empty(), "panel {seed}: {solved:#?}");
        let small = small_counts(&facts, MIN_CELL);
        assert!(small.is_empty(), "panel {seed}: {small:#?}");
        said.n_read
            .iter()
            .for_each(|(kind, n)| *read.entry(kind).or_default() += n);
        n_joined += usize::from(!facts.list("disclosure/joined").is_empty());
        n_alone += facts
            .list("categories/labels")
            .iter()
            .filter(|it| SECTORS.contains(&it.as_str()))
            .count();
    }
    // Neither an empty memo nor one in which nothing is small would prove anything.
    for kind in ["headline", "deviation", "series", "contribution", "funnel"] {
        assert!(read.get(kind).is_some_and(|n| *n > 500), "{read:?}");
    }
    assert!(
        n_joined > 100 && n_alone > 200,
        "{n_joined} panels with joined sectors, {n_alone} sectors alone"
    );
}

#[test]
fn without_protection_most_panels_give_small_cells_away() {
    let workshop = Workshop::new();
    let mut n_given = 0;
    let n = 40;
    for seed in 0..n {
        let shops = Shops::drawn(seed, [6, 40]);
        let facts = facts_of(&workshop, &shops, &spec(1, ""));
        n_given += u64::from(!solved(&shops, &said(&shops, &facts), MIN_CELL).is_empty());
    }
    assert!(n * 9 / 10 < n_given, "{n_given} of {n}");
}

#[test]
fn what_drivers_show_does_not_give_away_what_contribution_merges() {
    let workshop = Workshop::new();
    let drivers = "  - drivers: { of: top 9, metric: ticket, question: population }\n";
    let mut n_read = 0;
    for seed in 1_000..1_016 {
        let shops = Shops::drawn(seed, [90, 180]);
        let facts = facts_of(&workshop, &shops, &spec(MIN_CELL, drivers));
        let said = said(&shops, &facts);
        let solved = solved(&shops, &said, MIN_CELL);
        assert!(solved.is_empty(), "panel {seed}: {solved:#?}");
        n_read += said.n_read.get("drivers").copied().unwrap_or(0);
    }
    assert!(n_read > 300, "{n_read} sums of drivers");
}

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

/// Lists shares of customers whose count, the share times all, is small.
fn small_shares(facts: &Facts, min_cell: u64) -> Vec<String> {
    let mut small = Vec::new();
    for (id, fact) in facts.iter() {
        let is_of_customers = ["funnel", "cohorts", "profile", "roster"].contains(&fact.from.analysis.as_str());
        let is_share = fact.unit == Unit::total(Quantity::Share);
        let (Value::Number(Some(x)), Some(n), true) = (&fact.value, fact.n, is_of_customers && is_share) else {
            continue;
        };
        let part = x * n as f64;
        let is_small = (part - part.round()).abs() < 1e-6 && (1.0..min_cell as f64).contains(&part.round());
        small.extend(is_small.then(|| format!("{id}: {part} of {n}")));
    }
    small
}
