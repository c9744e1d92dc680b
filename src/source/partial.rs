//! What single files added to a group, and what some files together gave, kept in the cache.
//!
//! An entry is named by all that it follows from: what a file sees of a group, and the file's content. A piece is
//! what all files gave for one period, or for all time: it is named by the entries of the files that can have rows
//! in it. It must not know how rows are read.

use super::cache::Cache;
use super::codec;
use super::group::Group;
use super::merge::Unmerged;
use super::runs::Runs;
use super::table::Parts;
use super::table::Table;
use crate::model::labels::Labels;
use crate::model::panel::Intake;
use crate::model::period::Period;
use crate::model::request::Key;
use std::sync::Arc;

/// A file as the cache names it.
pub struct Named {
    /// The hash of its content.
    pub content: String,
    /// How its rows are read.
    pub rows: String,
}

/// What is known of a file whose rows were read before.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Known {
    /// The first and the last day of its rows; none without rows.
    pub days: Option<(i32, i32)>,
    /// What came in.
    pub intake: Intake,
}

/// The part of a group's answer that stands or falls with the same files.
pub struct Piece {
    /// The group, for one period or for all time.
    pub group: Group,
    /// The files that can have rows in it, in order, and the entry of each.
    pub files: Vec<(usize, String)>,
}

impl Named {
    /// Returns what is known of the file's rows.
    pub fn known(&self, cache: &Cache) -> Option<Known> {
        let name = Cache::name(&["rows", &self.content, &self.rows]);
        serde_json::from_slice(&cache.get(&name)?).ok()
    }

    /// Keeps what is known of the file's rows, and what they added to some groups.
    pub fn keep<'a>(&self, cache: &Cache, known: &Known, of: impl Iterator<Item = (&'a Group, &'a Table)>) {
        let name = Cache::name(&["rows", &self.content, &self.rows]);
        cache.put(&name, &serde_json::to_vec(known).expect("counts are plain"));
        for (group, table) in of {
            if let Some((name, _, skipped)) = self.entry(group, known.days) {
                cache.put(&name, &codec::encoded(&table.clone().earlier(Vec::new(), skipped)));
            }
        }
    }

    /// Finds what the file added to a group; `None` where it has to be read.
    pub fn stored(&self, cache: &Cache, group: &Group, days: Option<(i32, i32)>) -> Option<Table> {
        // Nothing of the file is in the group's time.
        let Some((name, group, _)) = self.entry(group, days) else {
            return Some(Table::default());
        };
        let table = codec::decoded(&cache.get(&name)?)?;
        let by_period = group.keys.contains(&Key::Period);
        Some(Table {
            periods: if by_period { group.periods } else { Vec::new() },
            ..table
        })
    }

    /// Names what the file adds to a group; the group is what the file sees of it, the number how many of its periods
    /// went at the start. `None` where the file has no row in its time.
    fn entry(&self, group: &Group, days: Option<(i32, i32)>) -> Option<(String, Group, usize)> {
        let (group, skipped) = days.and_then(|(first, last)| group.within(first, last))?;
        let json = serde_json::to_string(&group).expect("a group is plain");
        let name = Cache::name(&["cells", &self.content, &self.rows, &json]);
        Some((name, group, skipped))
    }
}

impl Piece {
    /// Takes a group apart: one piece a period, or one for all.
    pub fn of(group: &Group, files: &[(Named, Known)]) -> Vec<Piece> {
        let of_time = |periods: &[Period]| Group {
            periods: periods.to_vec(),
            ..group.clone()
        };
        let groups: Vec<Group> = if group.keys.contains(&Key::Period) {
            group.periods.chunks(1).map(of_time).collect()
        } else {
            vec![group.clone()]
        };
        let piece = |group: Group| {
            let entries = files.iter().enumerate();
            let files = entries.filter_map(|(idx, (named, known))| Some((idx, named.entry(&group, known.days)?.0)));
            Piece {
                files: files.collect(),
                group,
            }
        };
        groups.into_iter().map(piece).collect()
    }

    /// Finds what all its files gave together; what is counted once a group is counted.
    pub fn stored(&self, cache: &Cache) -> Option<Table> {
        self.found(cache, self.files.len())
    }

    /// Finds what its first files gave together, as many of `at_most` as there are; the number is how many they are.
    /// Where values are counted once a group, counts do not add up, and nothing is found.
    pub fn start(&self, cache: &Cache, at_most: usize) -> Option<(Table, usize)> {
        if self.group.counted.is_some() {
            return None;
        }
        (1..=at_most).rev().find_map(|n| Some((self.found(cache, n)?, n)))
    }

    /// Keeps what all its files gave together.
    pub fn keep(&self, cache: &Cache, table: &Table) {
        cache.put(&self.name(self.files.len()), &codec::encoded(table));
    }

    /// Returns the part of a table that is the piece's own, with the labels that it uses.
    pub fn part(&self, table: &Table) -> Table {
        let Some(period) = self.period() else {
            return table.clone();
        };
        let Ok(place) = table.periods.binary_search(&period) else {
            return Table {
                columns: vec![Vec::new(); table.columns.len()],
                ..Table::default()
            };
        };
        let time = |key: &u128| Parts::unpack(*key).time as usize;
        let from = table.keys.partition_point(|it| time(it) < place);
        let until = table.keys.partition_point(|it| time(it) <= place);
        let parts = || table.keys[from..until].iter().map(|it| Parts::unpack(*it));
        let (categories, category) = used(&table.categories, parts().map(|it| it.category));
        let (customers, customer) = used(&table.customers, parts().map(|it| it.customer));
        let (counted, value) = used(&table.counted, parts().map(|it| it.counted));
        let codes = parts().zip(category).zip(customer).zip(value);
        let key = |(((parts, category), customer), counted): (((Parts, u32), u32), u32)| {
            let parts = Parts {
                time: 0,
                category,
                customer,
                counted,
                ..parts
            };
            parts.pack()
        };
        Table {
            periods: vec![period],
            categories,
            customers,
            counted,
            keys: codes.map(key).collect(),
            columns: table.columns.iter().map(|it| it[from..until].to_vec()).collect(),
        }
    }

    fn period(&self) -> Option<Period> {
        let by_period = self.group.keys.contains(&Key::Period);
        self.group.periods.first().copied().filter(|_| by_period)
    }

    fn found(&self, cache: &Cache, n_files: usize) -> Option<Table> {
        if n_files == 0 {
            return None;
        }
        let table = codec::decoded(&cache.get(&self.name(n_files))?)?;
        Some(Table {
            periods: self.period().into_iter().collect(),
            ..table
        })
    }

    fn name(&self, n_files: usize) -> String {
        let entries = self.files[..n_files].iter().map(|it| it.1.as_str());
        let what = std::iter::once("piece").chain(entries);
        Cache::name(&what.collect::<Vec<&str>>())
    }
}

/// Pieces as far as the cache has them.
pub struct Found {
    /// One list a group, one entry a piece; none where it is to be made, or has no files.
    pub pieces: Vec<Vec<Option<Table>>>,
    /// One number a group: how many first files of its only piece were taken together.
    starts: Vec<usize>,
}

impl Found {
    /// Finds pieces, one list a group; those that a new file has rows in are to be made. Of a piece that is to be
    /// made, what its first files gave together goes to `runs`.
    ///
    /// # Errors
    /// As [`Runs::add`].
    pub fn of(cache: &Cache, pieces: &[Vec<Piece>], is_new: &[bool], runs: &Runs<'_>) -> Result<Self, Unmerged> {
        let mut found = Self {
            pieces: Vec::with_capacity(pieces.len()),
            starts: vec![0; pieces.len()],
        };
        for (group_idx, pieces) in pieces.iter().enumerate() {
            let n_known = |it: &Piece| it.files.iter().take_while(|(file_idx, _)| !is_new[*file_idx]).count();
            let stored = |it: &Piece| it.stored(cache).filter(|_| n_known(it) == it.files.len());
            found.pieces.push(pieces.iter().map(stored).collect());
            if let ([piece], [None]) = (pieces.as_slice(), found.pieces[group_idx].as_slice())
                && let Some((table, n_files)) = piece.start(cache, n_known(piece))
            {
                let mut tables = vec![Vec::new(); found.starts.len()];
                tables[group_idx].push(table);
                runs.add_all(tables)?;
                found.starts[group_idx] = n_files;
            }
        }
        Ok(found)
    }

    /// Tells of each group for which periods what a known file gave is still needed; none where it is not, an empty
    /// list where the group has no periods.
    pub fn wanted(&self, pieces: &[Vec<Piece>], file_idx: usize) -> Vec<Option<Vec<Period>>> {
        let of_group = |((pieces, found), start): ((&Vec<Piece>, &Vec<Option<Table>>), &usize)| {
            let misses = pieces.iter().zip(found).filter(|(piece, found)| {
                found.is_none()
                    && piece.files[*start.min(&piece.files.len())..]
                        .iter()
                        .any(|it| it.0 == file_idx)
            });
            let periods: Vec<Vec<Period>> = misses.map(|it| it.0.period().into_iter().collect()).collect();
            (!periods.is_empty()).then(|| periods.concat())
        };
        pieces
            .iter()
            .zip(&self.pieces)
            .zip(&self.starts)
            .map(of_group)
            .collect()
    }
}

/// Leaves out labels that no code points to.
pub fn used(labels: &Arc<Labels>, codes: impl Iterator<Item = u32>) -> (Arc<Labels>, Vec<u32>) {
    let codes: Vec<u32> = codes.collect();
    // Where there are no labels, codes stand for nothing.
    if labels.is_empty() {
        return (labels.clone(), codes);
    }
    let mut is_used = vec![false; labels.len()];
    codes.iter().for_each(|code| is_used[*code as usize] = true);
    if is_used.iter().all(|it| *it) {
        return (labels.clone(), codes);
    }
    let mut next = 0;
    let place: Vec<u32> = is_used
        .iter()
        .map(|used| {
            next += u32::from(*used);
            next.saturating_sub(1)
        })
        .collect();
    let kept = Arc::new(labels.kept(&is_used));
    (kept, codes.iter().map(|code| place[*code as usize]).collect())
}
