//! Labels of several runs as one list, wherever they are: each list is joined once, and equal ones are held once.

use super::codec;
use crate::model::labels::Labels;
use std::fs::File;
use std::io;
use std::io::BufReader;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::Weak;

/// Labels, wherever they are.
pub enum Place {
    Held(Arc<Labels>),
    Written(Arc<PathBuf>),
}

/// Tells labels apart without a look at them.
#[derive(Clone)]
enum Identity {
    Held(Weak<Labels>),
    Written(Weak<PathBuf>),
}

/// The new place of each old label.
pub type Map = Arc<Vec<u32>>;

/// Several lists of labels as one.
#[derive(Clone)]
pub struct Union {
    pub labels: Arc<Labels>,
    /// One a list; none where nothing moves.
    pub maps: Vec<Option<Map>>,
}

/// Unions already made: groups of one pass share their labels, and so do their unions.
#[derive(Default)]
pub struct Unions {
    made: Mutex<Vec<(Vec<Identity>, Union)>>,
}

impl Place {
    fn identity(&self) -> Identity {
        match self {
            Self::Held(labels) => Identity::Held(Arc::downgrade(labels)),
            Self::Written(path) => Identity::Written(Arc::downgrade(path)),
        }
    }

    fn load(&self) -> io::Result<Arc<Labels>> {
        match self {
            Self::Held(labels) => Ok(Arc::clone(labels)),
            Self::Written(path) => {
                let mut file = BufReader::new(File::open(path.as_path())?);
                Ok(Arc::new(codec::labels(&mut file)?))
            }
        }
    }
}

/// Weak, so that labels go with the last table that has them; nothing else takes the place of what went meanwhile.
impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Held(a), Self::Held(b)) => Weak::ptr_eq(a, b),
            (Self::Written(a), Self::Written(b)) => Weak::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl Unions {
    /// Joins lists of labels.
    ///
    /// # Errors
    /// Where labels on disk cannot be read.
    pub fn of(&self, places: &[Place]) -> io::Result<Union> {
        let identities: Vec<Identity> = places.iter().map(Place::identity).collect();
        let mut made = self.made.lock().expect("no thread panics with the lock");
        if let Some(same) = made.iter().find(|it| it.0 == identities) {
            return Ok(same.1.clone());
        }
        let mut union = union(places)?;
        // Equal labels are held once.
        if let Some(equal) = made.iter().find(|it| it.1.labels == union.labels) {
            union.labels = equal.1.labels.clone();
        }
        made.push((identities, union.clone()));
        Ok(union)
    }
}

/// Joins labels by halves: no more than a few lists of those on disk are in memory at a time.
fn union(places: &[Place]) -> io::Result<Union> {
    if let [one] = places {
        return Ok(Union {
            labels: one.load()?,
            maps: vec![None],
        });
    }
    if places.is_empty() {
        return Ok(Union {
            labels: Arc::default(),
            maps: Vec::new(),
        });
    }
    let (left, right) = places.split_at(places.len() / 2);
    let (left, right) = (union(left)?, union(right)?);
    let (a, b) = (&left.labels, &right.labels);
    // No key points into labels that are not there.
    if b.is_empty() || Arc::ptr_eq(a, b) || a == b {
        let maps = left.maps.into_iter().chain(right.maps).collect();
        return Ok(Union {
            labels: left.labels,
            maps,
        });
    }
    if a.is_empty() {
        let maps = left.maps.into_iter().chain(right.maps).collect();
        return Ok(Union {
            labels: right.labels,
            maps,
        });
    }
    let joined = a.union(b);
    let moved = |maps: Vec<Option<Map>>, to: Map| {
        maps.into_iter().map(move |map| {
            let moved = |it: Map| Arc::new(it.iter().map(|place| to[*place as usize]).collect());
            Some(map.map_or_else(|| to.clone(), moved))
        })
    };
    let maps = moved(left.maps, Arc::new(joined.left)).chain(moved(right.maps, Arc::new(joined.right)));
    Ok(Union {
        maps: maps.collect(),
        labels: Arc::new(joined.labels),
    })
}
