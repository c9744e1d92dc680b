//! Runs merged in any order, in memory or on disk, give one table; counted values are counted once a group.

use super::*;

/// Rows of period, customer and value.
fn table(customers: Vec<i64>, rows: &[(u32, u32, i64)]) -> Table {
    let key = |&(time, customer, _): &(u32, u32, i64)| {
        Parts {
            time,
            customer,
            ..Parts::default()
        }
        .pack()
    };
    Table {
        customers: Arc::new(Labels::Numbers(customers)),
        keys: rows.iter().map(key).collect(),
        columns: vec![rows.iter().map(|it| it.2).collect()],
        ..Table::default()
    }
}

fn held(tables: &[Table]) -> Vec<Run> {
    tables.iter().cloned().map(Run::Held).collect()
}

fn all(runs: Vec<Run>, folds: &[Fold]) -> Table {
    merged(runs, folds, Gives::All, &Unions::default()).expect("small sums")
}

#[test]
fn merging_adds_what_is_in_several_and_keeps_the_rest() {
    let a = table(vec![10, 30], &[(0, 0, 1), (0, 1, 2)]);
    let b = table(vec![20, 30], &[(0, 0, 5), (0, 1, 7), (1, 0, 9)]);
    let c = table(vec![30], &[(0, 0, 100)]);
    let expected = table(vec![10, 20, 30], &[(0, 0, 1), (0, 1, 5), (0, 2, 109), (1, 1, 9)]);
    for runs in [[&a, &b, &c], [&c, &a, &b], [&b, &c, &a]] {
        let runs = held(&runs.map(Clone::clone));
        assert_eq!(all(runs, &[Fold::Sum]), expected, "the order of runs does not matter");
    }
}

#[test]
fn a_run_on_disk_is_as_good_as_one_in_memory() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let a = table(vec![-4, 30], &[(0, 0, 1), (0, 1, i64::MAX - 10)]);
    let b = table(vec![20, 30], &[(0, 0, 5), (0, 1, 7), (1, 0, -9)]);
    let c = table(vec![7], &[(3, 0, 1)]);
    let unions = Unions::default();
    let to_disk = |name: &str, tables: &[Table]| {
        let mut shelf = Shelf::new(folder.path().join(name)).expect("room");
        Run::Written(written(held(tables), &[Fold::Sum], &unions, &mut shelf).expect("room"))
    };
    let expected = all(held(&[a.clone(), b.clone(), c.clone()]), &[Fold::Sum]);
    let ab = to_disk("ab", &[a.clone(), b.clone()]);
    assert_eq!(all(vec![ab, Run::Held(c.clone())], &[Fold::Sum]), expected);
    let runs = vec![to_disk("c", &[c]), to_disk("a", &[a]), to_disk("b", &[b])];
    assert_eq!(all(runs, &[Fold::Sum]), expected);
}

#[test]
fn counted_values_are_counted_once_a_group() {
    // Two groups (the customers 1 and 2); the counted values are 5, 6 and 7.
    let table = |values: Vec<i64>, rows: &[(u32, u32, i64)]| Table {
        customers: Arc::new(Labels::Numbers(vec![1, 2])),
        counted: Arc::new(Labels::Numbers(values)),
        keys: rows
            .iter()
            .map(|&(customer, counted, _)| {
                Parts {
                    customer,
                    counted,
                    ..Parts::default()
                }
                .pack()
            })
            .collect(),
        columns: vec![rows.iter().map(|it| it.2).collect()],
        ..Table::default()
    };
    let a = table(vec![5, 7], &[(0, 0, 1), (0, 1, 1), (1, 1, 3)]);
    let b = table(vec![5, 6], &[(0, 0, 2), (1, 1, 1)]);
    let gives = |gives| {
        let runs = held(&[a.clone(), b.clone()]);
        merged(runs, &[Fold::Sum], gives, &Unions::default()).expect("small sums")
    };
    assert_eq!(gives(Gives::Distinct).columns, [[2, 2]]);
    // 5, 5, 5, 7 and 6, 7, 7, 7, with one decimal place more.
    assert_eq!(gives(Gives::Median).columns, [[50, 70]]);
    assert_eq!(gives(Gives::Median).keys, [0, 1 << 32]);
}

#[test]
fn a_sum_beyond_64_bits_is_refused() {
    let runs = held(&[table(vec![1], &[(0, 0, i64::MAX)]), table(vec![1], &[(0, 0, 1)])]);
    let refused = merged(runs, &[Fold::Sum], Gives::All, &Unions::default());
    assert!(matches!(refused, Err(Unmerged::Overflow)));
}
