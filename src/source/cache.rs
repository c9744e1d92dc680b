//! What single files added to earlier answers, kept on disk: next month costs only next month.
//!
//! An entry is named by the hash of all that it follows from: the file's content, how its rows are read,
//! the group that was folded, and the engine. Nothing else enters, so that an entry is
//! right or is not found. It must not know what a request is for.

use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::SystemTime;

/// The engine, by the hash of what it was built from: what another one kept is not found.
const ENGINE: &str = env!("BELLWETHER_ENGINE");

/// The first bytes of an entry.
const MAGIC: &[u8] = b"bellwether cells\n";

/// How the names of entries begin that are being written.
const UNFINISHED: &str = ".bellwether-";

/// The folder of copies of objects.
const OBJECTS: &str = "objects";

/// Bytes that all entries may take before the oldest go.
pub const DEFAULT_CAP: u64 = 10 << 30;

/// A folder of entries.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
    cap: u64,
}

/// What a cache holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Entries.
    pub entries: u64,
    /// Their size.
    pub bytes: u64,
}

impl Cache {
    /// Opens a folder, which need not be there yet.
    pub fn new(folder: &Path, cap: u64) -> Self {
        Self {
            folder: folder.to_owned(),
            cap,
        }
    }

    /// Names an entry by what it follows from.
    pub fn name(parts: &[&str]) -> String {
        let mut hasher = blake3::Hasher::new();
        for part in [ENGINE].iter().chain(parts) {
            // The length keeps `ab` + `c` apart from `a` + `bc`.
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }

    /// Returns the hash of a file's content; it is read again only where something says that it was written.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn content(&self, file: &Path) -> std::io::Result<String> {
        if let Some(hash) = self.known_content(file) {
            return Ok(hash);
        }
        let name = stamp_name(file);
        let hash = hashed(file)?;
        self.put(&name, hash.as_bytes());
        Ok(hash)
    }

    /// Returns the hash of a file's content where it was made before, and nothing says that the file was written since.
    pub fn known_content(&self, file: &Path) -> Option<String> {
        String::from_utf8(self.get(&stamp_name(file))?).ok()
    }

    /// Returns an entry; `None` where it is not there, or not whole.
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        let mut file = std::fs::File::open(self.path(name)).ok()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        let body = bytes.strip_prefix(MAGIC)?;
        let (hash, body) = body.split_at_checked(blake3::OUT_LEN)?;
        let is_whole = blake3::hash(body).as_bytes() == hash;
        if is_whole && file.metadata().is_ok_and(|it| is_old(&it)) {
            // What is used stays: the oldest go first.
            let _ = file.set_modified(SystemTime::now());
        }
        is_whole.then(|| body.to_vec())
    }

    /// Keeps an entry. A disk that is full or not writable costs time, never a figure: the entry is left out.
    pub fn put(&self, name: &str, body: &[u8]) {
        let path = self.path(name);
        let written = || -> std::io::Result<()> {
            let folder = path.parent().unwrap_or(&self.folder);
            std::fs::create_dir_all(folder)?;
            let mut file = unfinished(folder)?;
            file.write_all(MAGIC)?;
            file.write_all(blake3::hash(body).as_bytes())?;
            file.write_all(body)?;
            // A name appears with its whole content or not at all.
            file.persist(&path).map_err(|it| it.error)?;
            Ok(())
        };
        let _ = written();
    }

    /// Tells what is there, copies of objects included.
    pub fn holdings(&self) -> Holdings {
        let all = self.entries().into_iter().chain(listed(&self.objects()));
        all.fold(Holdings::default(), |sum, it| sum.and(it.1))
    }

    /// Removes the entries longest neither written nor used until the rest fits the cap; returns what went.
    pub fn trim(&self) -> Holdings {
        let mut entries = self.entries();
        entries.sort();
        let mut bytes: u64 = entries.iter().map(|it| it.1).sum();
        let mut gone = Holdings::default();
        for (_, size, path) in entries {
            if bytes <= self.cap {
                break;
            }
            if std::fs::remove_file(&path).is_ok() {
                bytes -= size;
                gone = gone.and(size);
            }
        }
        gone
    }

    /// Removes all that is there; returns what went.
    pub fn clean(&self) -> Holdings {
        let all = self.entries().into_iter().chain(listed(&self.objects()));
        let gone = all.filter(|it| std::fs::remove_file(&it.2).is_ok());
        gone.fold(Holdings::default(), |sum, it| sum.and(it.1))
    }

    /// Returns the folder of copies of objects.
    pub fn objects(&self) -> PathBuf {
        self.folder.join(OBJECTS)
    }

    /// Removes the oldest copies of objects that are not wanted now, until the rest fits the cap.
    pub fn make_room(&self, wanted: &[&Path]) {
        let mut copies = listed(&self.objects());
        copies.sort();
        let mut bytes: u64 = copies.iter().map(|it| it.1).sum();
        for (_, size, path) in copies.iter().filter(|it| !wanted.contains(&it.2.as_path())) {
            if bytes <= self.cap {
                break;
            }
            if std::fs::remove_file(path).is_ok() {
                bytes -= size;
            }
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        // Two letters a folder: no folder grows too long to list.
        self.folder.join(&name[..2]).join(name)
    }

    /// Time of writing, size and path of each entry.
    fn entries(&self) -> Vec<(SystemTime, u64, PathBuf)> {
        let folders = children(&self.folder);
        let folders = folders.into_iter().filter(|it| it.is_dir() && !it.ends_with(OBJECTS));
        folders.flat_map(|it| listed(&it)).collect()
    }
}

impl Holdings {
    fn and(self, bytes: u64) -> Self {
        Self {
            entries: self.entries + 1,
            bytes: self.bytes + bytes,
        }
    }
}

/// Tells whether an entry was neither written nor used for a day.
fn is_old(about: &std::fs::Metadata) -> bool {
    const DAY: Duration = Duration::from_hours(24);
    let age = about.modified().ok().and_then(|it| it.elapsed().ok());
    age.is_some_and(|it| it > DAY)
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let read = std::fs::read_dir(folder).into_iter().flatten();
    read.flatten().map(|it| it.path()).collect()
}

/// Time of writing, size and path of each file of a folder.
fn listed(folder: &Path) -> Vec<(SystemTime, u64, PathBuf)> {
    let about = |path: PathBuf| {
        let about = std::fs::metadata(&path).ok().filter(std::fs::Metadata::is_file)?;
        Some((about.modified().ok()?, about.len(), path))
    };
    children(folder)
        .into_iter()
        .filter(|it| is_own(it))
        .filter_map(about)
        .collect()
}

/// Makes a file that is written beside its place, and goes with the cache where that is cut off.
///
/// # Errors
/// Of the system.
pub fn unfinished(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)
}

/// Tells an entry, or one whose writing was cut off, from a file that somebody else put there.
fn is_own(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let (stem, _) = name.split_once('.').unwrap_or((&name, ""));
    let is_hash = stem.len() == 2 * blake3::OUT_LEN && stem.bytes().all(|it| it.is_ascii_hexdigit());
    is_hash || name.starts_with(UNFINISHED)
}

/// Names a file as it is now; the time of the last change of any kind is in it, which no program can set.
fn stamp_name(file: &Path) -> String {
    Cache::name(&["stat", &format!("{} {:?}", file.display(), super::stamp(file))])
}

/// Returns the hash of a file's content.
///
/// # Errors
/// Where it cannot be read.
pub fn hashed(file: &Path) -> std::io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(file)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_that_was_changed_is_not_found() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let cache = Cache::new(folder.path(), DEFAULT_CAP);
        let name = Cache::name(&["one"]);
        cache.put(&name, b"body");
        assert_eq!(cache.get(&name).as_deref(), Some(b"body".as_slice()));
        assert_eq!(cache.get(&Cache::name(&["another"])), None);
        let path = cache.path(&name);
        let mut bytes = std::fs::read(&path).expect("the entry");
        *bytes.last_mut().expect("a body") ^= 1;
        std::fs::write(&path, bytes).expect("written");
        assert_eq!(cache.get(&name), None);
    }

    #[test]
    fn what_somebody_else_put_there_stays() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let cache = Cache::new(folder.path(), DEFAULT_CAP);
        cache.put(&Cache::name(&["one"]), b"body");
        let own = folder.path().join("de");
        std::fs::create_dir_all(&own).expect("a folder");
        std::fs::write(own.join("2026.parquet"), b"mine").expect("a file");
        assert_eq!(cache.holdings().entries, 1);
        assert_eq!(cache.clean().entries, 1);
        assert!(own.join("2026.parquet").exists());
    }

    #[test]
    fn the_cap_keeps_the_newest() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let size = (MAGIC.len() + blake3::OUT_LEN + 4) as u64;
        let cache = Cache::new(folder.path(), 2 * size);
        for (age, body) in [(3, b"olde"), (2, b"midd"), (1, b"newe")] {
            let name = Cache::name(&[&age.to_string()]);
            cache.put(&name, body);
            let file = std::fs::File::open(cache.path(&name)).expect("the entry");
            let written = SystemTime::now() - Duration::from_secs(60 * age);
            file.set_modified(written).expect("a time");
        }
        assert_eq!(
            cache.holdings(),
            Holdings {
                entries: 3,
                bytes: 3 * size
            }
        );
        assert_eq!(
            cache.trim(),
            Holdings {
                entries: 1,
                bytes: size
            }
        );
        assert_eq!(cache.get(&Cache::name(&["3"])), None);
        // Two days old, and used: no longer the oldest.
        let entry = |name: &str| std::fs::File::open(cache.path(&Cache::name(&[name]))).expect("the entry");
        let two_days = SystemTime::now() - Duration::from_hours(48);
        entry("1").set_modified(two_days).expect("a time");
        assert!(cache.get(&Cache::name(&["1"])).is_some());
        assert!(entry("1").metadata().and_then(|it| it.modified()).expect("a time") > two_days);
        assert_eq!(cache.clean().entries, 2);
    }
}
