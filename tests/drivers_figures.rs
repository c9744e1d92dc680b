//! What the driver kernel finds where something was planted, and what it says where nothing explains the change.
//!
//! The cells under `tests/cells` were made by the scripts beside them.

use bellwether::stats::drivers::Drivers;
use bellwether::stats::drivers::Options;
use bellwether::stats::drivers::behaviour;
use bellwether::stats::drivers::population;
use bellwether::stats::tree::Attribute;
use bellwether::stats::tree::Scale;

/// Customers' levels and a few columns of cents, empty where a customer was not active.
pub struct Cell {
    attributes: Vec<String>,
    pub names: Vec<String>,
    codes: Vec<Vec<u16>>,
    pub columns: Vec<Vec<Option<f64>>>,
}

/// Reads a cell: one line a customer, one character an attribute, then the columns.
pub fn cell(name: &str) -> Cell {
    let path = format!("{}/tests/cells/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut lines = text.lines();
    let mut heads = lines.next().expect("a cell has a header").split(',').map(str::to_owned);
    let attributes: Vec<String> = heads
        .next()
        .expect("attributes come first")
        .split(' ')
        .map(str::to_owned)
        .collect();
    let names: Vec<String> = heads.collect();
    let mut codes = vec![Vec::new(); attributes.len()];
    let mut columns = vec![Vec::new(); names.len()];
    for line in lines {
        let mut fields = line.split(',');
        let levels = fields.next().expect("a line has levels").chars();
        for (codes, level) in codes.iter_mut().zip(levels) {
            let code = level.to_digit(16).expect("a level is a hexadecimal digit");
            codes.push(u16::try_from(code).expect("a digit is small"));
        }
        for (column, field) in columns.iter_mut().zip(fields) {
            column.push((!field.is_empty()).then(|| field.parse::<f64>().expect("cents are whole")));
        }
    }
    Cell {
        attributes,
        names,
        codes,
        columns,
    }
}

impl Cell {
    /// Asks about the customers in `kept`.
    fn ask(&self, kept: &[usize], question: impl Fn(&[Attribute]) -> Option<Drivers>) -> Drivers {
        let codes: Vec<Vec<u16>> = self
            .codes
            .iter()
            .map(|codes| kept.iter().map(|idx| codes[*idx]).collect())
            .collect();
        let n_levels = |idx: usize| usize::from(self.codes[idx].iter().copied().max().unwrap_or(0)) + 1;
        let attributes: Vec<Attribute> = codes
            .iter()
            .enumerate()
            .map(|(idx, codes)| Attribute {
                codes,
                n_levels: n_levels(idx),
                scale: Scale::Nominal,
            })
            .collect();
        question(&attributes).expect("there are enough customers")
    }

    /// Customers that were active wherever one of `columns` says so.
    fn active_in_all(&self, columns: &[usize]) -> Vec<usize> {
        (0..self.codes[0].len())
            .filter(|idx| columns.iter().all(|c| self.columns[*c][*idx].is_some()))
            .collect()
    }

    fn cents(&self, column: usize, kept: &[usize]) -> Vec<f64> {
        kept.iter()
            .map(|idx| self.columns[column][*idx].unwrap_or(0.0))
            .collect()
    }
}

/// Fewer null forests than a memo grows: the ranking needs their spread, not their tail.
fn options() -> Options {
    Options {
        n_null: 39,
        ..Options::new(1)
    }
}

/// Two rate effects a panel, on one in two to six customers: ×1.7 against the month before, ×1.5 against the year before.
///
/// With 99 null forests and all four effects (×2.1, ×1.7, ×0.4, ×1.5) against both, the planted attribute is first
/// in 39 of 40 cases, in the first two in all, and above its null in 39. Forests of impurity alone put it first to fourth.
#[test]
fn the_planted_attribute_leads_the_ranking() {
    let (mut n_cases, mut n_first, mut n_second, mut n_named, mut n_others) = (0, 0, 0, 0, 0);
    for seed in 11..=15 {
        let cell = cell(&format!("drivers_planted_{seed}.csv"));
        for (column, planted) in cell.names.iter().enumerate() {
            let kept = cell.active_in_all(&[column]);
            let drivers = cell.ask(&kept, |attributes| {
                behaviour(&cell.cents(column, &kept), attributes, &options())
            });
            let truth = cell
                .attributes
                .iter()
                .position(|name| name == planted)
                .expect("the truth is an attribute");
            let place = drivers
                .ranking
                .iter()
                .position(|idx| *idx == truth)
                .expect("all attributes are ranked");
            n_cases += 1;
            n_first += i32::from(place == 0);
            n_second += i32::from(place <= 1);
            n_named += i32::from(drivers.scores[truth].explains);
            n_others += drivers.scores.iter().filter(|score| score.explains).count()
                - usize::from(drivers.scores[truth].explains);
            eprintln!(
                "{seed} {planted}: place {}, z {:.1}",
                place + 1,
                drivers.scores[truth].z
            );
        }
    }
    eprintln!(
        "first in {n_first} of {n_cases}, in the first two in {n_second}; named in {n_named}, others named {n_others} times"
    );
    assert_eq!(n_cases, 10);
    assert!(
        n_first >= 9 && n_second == 10,
        "first in {n_first}, in the first two in {n_second} of {n_cases}"
    );
    assert!(n_named >= 8, "above its null in {n_named} of {n_cases}");
}

/// In these four cases scikit-learn's forests crown income and age, and do no better than a coin on new households.
#[test]
fn nothing_explains_what_nothing_explains() {
    let cell = cell("drivers_grocery.csv");
    for seed in 1..=3 {
        let mut n_silent = 0;
        for case in 0..4 {
            let (before, after) = (2 * case, 2 * case + 1);
            let both = cell.active_in_all(&[before, after]);
            let change: Vec<f64> = cell
                .cents(after, &both)
                .iter()
                .zip(cell.cents(before, &both))
                .map(|(a, b)| a - b)
                .collect();
            let everybody: Vec<usize> = (0..cell.columns[before].len()).collect();
            let (old, new) = (cell.cents(before, &everybody), cell.cents(after, &everybody));
            let options = Options::new(seed);
            for drivers in [
                cell.ask(&both, |attributes| behaviour(&change, attributes, &options)),
                cell.ask(&everybody, |attributes| population(&old, &new, attributes, &options)),
            ] {
                n_silent += i32::from(drivers.scores.iter().all(|score| !score.explains));
            }
        }
        assert!(n_silent >= 7, "seed {seed}: silent in {n_silent} of 8");
    }
}

#[test]
fn an_impurity_importance_alone_crowns_the_attributes_with_most_levels() {
    let cell = cell("drivers_grocery.csv");
    let both = cell.active_in_all(&[0, 1]);
    let change: Vec<f64> = cell
        .cents(1, &both)
        .iter()
        .zip(cell.cents(0, &both))
        .map(|(a, b)| a - b)
        .collect();
    let drivers = cell.ask(&both, |attributes| behaviour(&change, attributes, &options()));
    let leading = (0..cell.attributes.len())
        .max_by(|a, b| drivers.scores[*a].impurity.total_cmp(&drivers.scores[*b].impurity))
        .expect("there are attributes");
    assert_eq!(cell.attributes[leading], "income");
    assert!(drivers.scores.iter().all(|score| !score.explains));
}
