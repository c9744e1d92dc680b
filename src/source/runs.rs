//! What parts of the rows gave for all groups of a pass, held within a budget until the last part has come.
//!
//! Runs that outgrow their room are merged to disk, and all are merged once at the end. It must not know how rows
//! are read.

use super::group::Group;
use super::merge;
use super::merge::Gives;
use super::merge::Run;
use super::merge::Shelf;
use super::merge::Unmerged;
use super::table::Fold;
use super::table::Table;
use super::union::Unions;
use rayon::prelude::*;
use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use std::sync::Mutex;
use tempfile::TempDir;

/// Runs of several groups.
pub struct Runs<'a> {
    groups: Vec<&'a Group>,
    folds: Vec<Vec<Fold>>,
    room: u64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// One list a group.
    runs: Vec<Vec<Run>>,
    /// Bytes of the runs in memory.
    bytes: u64,
    /// Where runs wait on disk; made for the first.
    folder: Option<Arc<TempDir>>,
    n_written: usize,
}

impl<'a> Runs<'a> {
    /// Starts without runs; those in memory take no more than `room` bytes before they are written.
    pub fn new(groups: impl Iterator<Item = &'a Group>, room: u64) -> Self {
        let groups: Vec<&Group> = groups.collect();
        Self {
            folds: groups.iter().map(|it| it.folds()).collect(),
            state: Mutex::new(State {
                runs: groups.iter().map(|_| Vec::new()).collect(),
                ..State::default()
            }),
            groups,
            room,
        }
    }

    /// Adds what a part of the rows gave, one table a group.
    ///
    /// # Errors
    /// See [`Unmerged`].
    pub fn add(&self, tables: Vec<Table>) -> Result<(), Unmerged> {
        self.add_all(tables.into_iter().map(|it| vec![it]).collect())
    }

    /// Adds what several parts of the rows gave, one list a group.
    ///
    /// # Errors
    /// See [`Unmerged`].
    pub fn add_all(&self, tables: Vec<Vec<Table>>) -> Result<(), Unmerged> {
        let bytes = bytes(tables.iter().flatten());
        let (full, folder, number) = {
            let mut state = self.state.lock().expect("no thread panics with the lock");
            for (runs, tables) in state.runs.iter_mut().zip(tables) {
                runs.extend(tables.into_iter().filter(|it| !it.keys.is_empty()).map(Run::Held));
            }
            state.bytes += bytes;
            if state.bytes <= self.room {
                return Ok(());
            }
            state.bytes = 0;
            state.n_written += 1;
            let folder = match &state.folder {
                Some(folder) => Arc::clone(folder),
                None => Arc::clone(state.folder.insert(Arc::new(tempfile::tempdir()?))),
            };
            let full: Vec<Vec<Run>> = state
                .runs
                .iter_mut()
                .map(|runs| runs.extract_if(.., |it| matches!(it, Run::Held(_))).collect())
                .collect();
            (full, folder, state.n_written)
        };
        // Other parts go on meanwhile.
        let unions = Unions::default();
        let mut shelf = Shelf::new(folder.path().join(number.to_string()))?;
        for (group_idx, (runs, folds)) in full.into_iter().zip(&self.folds).enumerate() {
            let written = merge::written(runs, folds, &unions, &mut shelf)?;
            let mut state = self.state.lock().expect("no thread panics with the lock");
            state.runs[group_idx].push(Run::Written(written));
        }
        Ok(())
    }

    /// Ends with one table a group, what is counted once a group being counted.
    ///
    /// # Errors
    /// See [`Unmerged`].
    pub fn counted(self) -> Result<Vec<Table>, Unmerged> {
        self.merged(Group::gives)
    }

    /// Ends with one table a group that merges with others: what is counted once a group stays apart.
    ///
    /// # Errors
    /// See [`Unmerged`].
    pub fn apart(self) -> Result<Vec<Table>, Unmerged> {
        self.merged(|_| Gives::All)
    }

    fn merged(self, gives: impl Fn(&Group) -> Gives + Sync) -> Result<Vec<Table>, Unmerged> {
        let state = self.state.into_inner().expect("no thread panics with the lock");
        let unions = Unions::default();
        let groups = state.runs.into_par_iter().zip(&self.groups).zip(&self.folds);
        let merged = groups.map(|((runs, group), folds)| merge::merged(runs, folds, gives(group), &unions));
        // The first group that failed, whichever thread came to it.
        merged.collect::<Vec<_>>().into_iter().collect()
    }
}

/// Returns the bytes of tables, labels that they share counted once.
fn bytes<'a>(tables: impl Iterator<Item = &'a Table>) -> u64 {
    let mut met = HashSet::new();
    let mut bytes = 0;
    for table in tables {
        let new = table.labels().into_iter().filter(|it| met.insert(Arc::as_ptr(it)));
        bytes += table.bytes() + new.map(|it| it.bytes()).sum::<u64>();
    }
    bytes
}

/// Tells why runs cannot wait on disk.
pub fn no_room(error: &io::Error) -> String {
    let folder = std::env::temp_dir();
    format!(
        "what does not fit into memory cannot be kept in `{}`: {error}",
        folder.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::expr::Aggregate;
    use crate::model::expr::Expr;
    use crate::model::expr::Reduce;
    use crate::model::labels::Labels;
    use crate::source::table::Parts;

    /// The table of a part: customers `from..from + 40`, each with 1.
    fn part(from: i64, counted: &[i64]) -> Table {
        let n_counted = u32::try_from(counted.len()).expect("few").max(1);
        let keys = (0..40).flat_map(|customer| {
            (0..n_counted).map(move |counted| {
                Parts {
                    customer,
                    counted,
                    ..Parts::default()
                }
                .pack()
            })
        });
        let keys: Vec<u128> = keys.collect();
        Table {
            customers: Arc::new(Labels::Numbers((from..from + 40).collect())),
            counted: Arc::new(Labels::Numbers(counted.to_vec())),
            columns: if counted.is_empty() {
                vec![vec![1; keys.len()]]
            } else {
                Vec::new()
            },
            keys,
            ..Table::default()
        }
    }

    #[test]
    fn how_much_room_there_is_cannot_be_seen() {
        let aggregate = |reduce, of: Option<&str>| Aggregate {
            reduce,
            of: of.map(|it| Expr::Column(it.to_owned())),
            filter: None,
        };
        let sums = Group {
            columns: vec![aggregate(Reduce::Sum, Some("amount"))],
            ..Group::default()
        };
        let distinct = Group {
            counted: Some(aggregate(Reduce::CountDistinct, Some("basket"))),
            ..Group::default()
        };
        let groups = [sums, distinct];
        let with_room = |room: u64| {
            let runs = Runs::new(groups.iter(), room);
            for from in [0, 20, -10, 35] {
                runs.add(vec![part(from, &[]), part(from, &[from, 99])]).expect("room");
            }
            runs.counted().expect("small sums")
        };
        let held = with_room(u64::MAX);
        // -10 to 74, with overlaps.
        assert_eq!(held[0].keys.len(), 85);
        assert_eq!(held[0].columns[0].iter().sum::<i64>(), 160);
        // 99 is one of the counted in each part.
        assert_eq!(held[1].columns[0][0], 2, "-10 has -10 and 99");
        assert_eq!(held[1].columns[0][35], 4, "25 has 0, 20, -10 and 99");
        for room in [0, 5_000] {
            assert_eq!(with_room(room), held, "{room} bytes");
        }
    }
}
