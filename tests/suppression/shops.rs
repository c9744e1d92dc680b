//! Random small shops: who bought what, and what stands in each cell of a month.

use std::fmt::Write;

/// Months of a panel: the fewest that have a projection, and a few more.
pub(super) const N_MONTHS: usize = 11;

pub(super) const REGIONS: [&str; 4] = ["north", "south", "east", "west"];
pub(super) const AGES: [&str; 3] = ["old", "young", "grey"];
pub(super) const SECTORS: [&str; 8] = ["art", "books", "cars", "dining", "energy", "food", "games", "hats"];

/// Numbers without a pattern; the same for one seed.
pub(super) struct Draw(pub(super) u64);

impl Draw {
    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    pub(super) fn upto(&mut self, from: usize, to: usize) -> usize {
        from + usize::try_from(self.below((to - from + 1) as u64)).expect("small")
    }
}

/// Purchases of few customers, as they are.
pub(super) struct Shops {
    pub(super) n_sectors: usize,
    pub(super) n_regions: usize,
    pub(super) n_ages: usize,
    /// Region and age of each customer.
    customers: Vec<[usize; 2]>,
    /// Month, customer, sector, cents.
    pub(super) rows: Vec<(usize, usize, usize, u64)>,
}

impl Shops {
    pub(super) fn drawn(seed: u64, n_customers: [usize; 2]) -> Self {
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

    pub(super) fn buys(&self) -> String {
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

    pub(super) fn people(&self) -> String {
        let mut text = String::from("who,region,age\n");
        for (customer, [region, age]) in self.customers.iter().enumerate() {
            let _ = writeln!(text, "c{customer},{},{}", REGIONS[*region], AGES[*age]);
        }
        text
    }

    pub(super) fn n_kinds(&self) -> usize {
        self.n_regions * self.n_ages
    }

    /// Kinds of customers: a region and an age.
    pub(super) fn kind(&self, customer: usize) -> usize {
        let [region, age] = self.customers[customer];
        region * self.n_ages + age
    }

    pub(super) fn levels(&self, kind: usize) -> [&'static str; 2] {
        [REGIONS[kind / self.n_ages], AGES[kind % self.n_ages]]
    }
}

/// What is added up over cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Of {
    Cents,
    Orders,
    /// Customers, who are told apart within a sector; `sectors` of them is one more: any sector.
    People,
    /// Customers who spent much, in any sector.
    Big,
}

/// The cells of one month, and what stands in them.
pub(super) struct Month<'a> {
    pub(super) shops: &'a Shops,
    pub(super) month: usize,
}

impl Month<'_> {
    /// The place of a cell; the sector after the last is any of them.
    pub(super) fn cell(&self, sector: usize, kind: usize) -> usize {
        sector * self.shops.n_kinds() + kind
    }

    pub(super) fn n_cells(&self) -> usize {
        (self.shops.n_sectors + 1) * self.shops.n_kinds()
    }

    /// What stands in each cell.
    pub(super) fn truth(&self, of: Of) -> Vec<f64> {
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
    pub(super) fn cells(&self, of: Of, sectors: &Sectors, is_kind: &dyn Fn(usize) -> bool) -> Option<Vec<usize>> {
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
pub(super) const BIG: u64 = 5_000;

pub(super) enum Sectors {
    All,
    These(Vec<usize>),
}
