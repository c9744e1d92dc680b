//! The data of a new project: made up, small, and the same for everybody.
//!
//! Sectors have a season and customers their habits. In the last month customers of one region spend more on one sector,
//! so that a first memo has something to find.

use jiff::ToSpan;
use jiff::civil::Date;
use rand_core::Rng;
use rand_core::SeedableRng;
use rand_pcg::Pcg64Mcg;

/// Any number would do; a project made tomorrow holds the same data.
const SEED: u64 = 20_261_031;
/// Customers: enough for a tenth to be seen, few enough for a small file.
const CUSTOMERS: usize = 400;
/// The first month, and how many there are: more than two seasons, and one month to tell of.
const FIRST: Date = Date::constant(2024, 7, 1);
const MONTHS: usize = 28;
/// Purchases of a customer in a month, on average.
const PURCHASES: f64 = 3.6;
/// The sector that moves in the last month, the region whose customers move it, and by how much.
const MOVED: (usize, usize, f64) = (1, 2, 3.2);

/// Sectors: name, share of purchases, usual amount in dollars, height of the season, month of its peak.
const SECTORS: [(&str, f64, f64, f64, usize); 8] = [
    ("Groceries", 0.34, 31.0, 0.05, 12),
    ("Eating out", 0.17, 24.0, 0.08, 7),
    ("Clothing", 0.12, 46.0, 0.15, 11),
    ("Electronics", 0.07, 110.0, 0.30, 12),
    ("Travel", 0.06, 160.0, 0.35, 7),
    ("Home & garden", 0.10, 58.0, 0.25, 5),
    ("Books", 0.08, 17.0, 0.10, 12),
    ("Health", 0.06, 28.0, 0.04, 2),
];
const AGES: [&str; 4] = ["18-29", "30-44", "45-59", "60+"];
const REGIONS: [&str; 4] = ["East", "North", "South", "West"];

/// A number in `[0, 1)`.
fn unit(rng: &mut Pcg64Mcg) -> f64 {
    // 53 bits are what a double holds.
    (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

fn of(customer: usize, n: usize, salt: u64) -> usize {
    let mut rng = Pcg64Mcg::seed_from_u64(SEED ^ (customer as u64) ^ (salt << 32));
    (unit(&mut rng) * n as f64) as usize
}

/// One line a customer: id, age, region.
pub(super) fn customers() -> String {
    let mut text = String::from("customer,age,region\n");
    for customer in 0..CUSTOMERS {
        let (age, region) = (
            AGES[of(customer, AGES.len(), 1)],
            REGIONS[of(customer, REGIONS.len(), 2)],
        );
        text.push_str(&format!("{},{age},{region}\n", 1000 + customer));
    }
    text
}

/// One line a purchase: date, customer, sector, amount in dollars; by date.
pub(super) fn purchases() -> String {
    let mut rng = Pcg64Mcg::seed_from_u64(SEED);
    let mut rows: Vec<(Date, usize, &str, i64)> = Vec::new();
    for month in 0..MONTHS {
        let first = FIRST.saturating_add(i64::try_from(month).unwrap_or(0).months());
        for customer in 0..CUSTOMERS {
            // Some come often, some seldom: the mean is that of all.
            let habit = 0.4 + 1.2 * (of(customer, 1000, 3) as f64 / 1000.0);
            for (sector, (name, share, amount, season, peak)) in SECTORS.iter().enumerate() {
                let away = (f64::from(first.month()) - *peak as f64) / 12.0 * std::f64::consts::TAU;
                let moved = month == MONTHS - 1 && sector == MOVED.0 && of(customer, REGIONS.len(), 2) == MOVED.1;
                let rate =
                    PURCHASES * habit * share * (1.0 + season * libm::cos(away)) * if moved { MOVED.2 } else { 1.0 };
                for _ in 0..poisson(rate, &mut rng) {
                    let day = (unit(&mut rng) * f64::from(first.days_in_month())) as i64;
                    let cents = (amount * 100.0 * (0.4 + 1.2 * unit(&mut rng))) as i64;
                    // One purchase in two hundred comes back.
                    let cents = if unit(&mut rng) < 0.005 { -cents } else { cents };
                    rows.push((first.saturating_add(day.days()), 1000 + customer, name, cents));
                }
            }
        }
    }
    rows.sort();
    let mut text = String::from("date,customer,sector,amount\n");
    for (date, customer, sector, cents) in rows {
        let sign = if cents < 0 { "-" } else { "" };
        let (whole, rest) = (cents.abs() / 100, cents.abs() % 100);
        text.push_str(&format!("{date},{customer},{sector},{sign}{whole}.{rest:02}\n"));
    }
    text
}

/// A Poisson number, for a small mean.
///
/// Source: Knuth (1997), "The Art of Computer Programming", vol. 2, 3.4.1, algorithm Q.
fn poisson(mean: f64, rng: &mut Pcg64Mcg) -> usize {
    let limit = libm::exp(-mean);
    let mut product = unit(rng);
    let mut n = 0;
    while limit < product {
        product *= unit(rng);
        n += 1;
    }
    n
}
