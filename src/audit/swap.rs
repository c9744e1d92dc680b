//! A report is written beside its place and swapped in with one step.
//!
//! A run that fails or is killed leaves the last good report as it was, or the new one whole. What a killed run left beside
//! them is removed by the next: a run holds a lock on its folder for as long as it lives.

use crate::model::diagnostic::Diagnostic;
use rustix::fs::FlockOperation;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;

/// How the folders are called that become reports.
const PREFIX: &str = ".bellwether-";

/// A folder that becomes the report when it is committed, and vanishes when it is dropped.
#[derive(Debug)]
pub struct Staging {
    folder: tempfile::TempDir,
    target: PathBuf,
    /// Says that the run is alive.
    _lock: Option<File>,
}

impl Staging {
    /// Makes a folder beside `target`, on the same file system, so that a rename is one step.
    ///
    /// # Errors
    /// Where the parent cannot be made or written.
    pub fn beside(target: &Path) -> Result<Self, Diagnostic> {
        let parent = target.parent().unwrap_or(Path::new("."));
        let failed = |error: std::io::Error| {
            Diagnostic::render(
                "cannot-write",
                format!("`{}` cannot be written: {error}", parent.display()),
            )
            .hint("choose another folder with `--out DIR`")
        };
        std::fs::create_dir_all(parent).map_err(failed)?;
        // Nobody sweeps between the making of a folder and its lock.
        let _parent = locked(parent, FlockOperation::LockExclusive);
        sweep(parent);
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(parent)
            .map_err(failed)?;
        Ok(Self {
            _lock: locked(folder.path(), FlockOperation::LockExclusive),
            folder,
            target: target.to_owned(),
        })
    }

    /// Writes one file; `name` may hold folders.
    ///
    /// # Errors
    /// Where the disk is full or the folder has gone.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Diagnostic> {
        let path = self.folder.path().join(name);
        let written = path
            .parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(&path, bytes));
        written.map_err(|error| Diagnostic::render("cannot-write", format!("`{name}` cannot be written: {error}")))
    }

    /// Swaps the folder in. The old report is exchanged for the new in one step, then removed.
    ///
    /// # Errors
    /// Where the target is not a folder, or the file system refuses.
    pub fn commit(self) -> Result<(), Diagnostic> {
        let failed = |error: std::io::Error| {
            Diagnostic::render(
                "cannot-write",
                format!("`{}` cannot be replaced: {error}", self.target.display()),
            )
        };
        open_to_all(self.folder.path()).map_err(failed)?;
        if !self.target.exists() {
            return std::fs::rename(self.folder.path(), &self.target).map_err(failed);
        }
        exchange(self.folder.path(), &self.target).map_err(failed)
        // What was the old report now stands in the temporary folder, and goes with it.
    }
}

/// Locks a folder; `None` where the file system knows no locks.
#[cfg(unix)]
fn locked(folder: &Path, how: FlockOperation) -> Option<File> {
    let folder = File::open(folder).ok()?;
    rustix::fs::flock(&folder, how).ok().map(|()| folder)
}

/// Removes what runs left that are no more: whose lock nobody holds.
#[cfg(unix)]
fn sweep(parent: &Path) {
    let Ok(entries) = std::fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let is_left = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if is_left && locked(&entry.path(), FlockOperation::NonBlockingLockExclusive).is_some() {
            // What cannot be removed harms nobody.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Gives the folder the rights of an ordinary one; temporary folders are closed to others.
#[cfg(unix)]
fn open_to_all(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    const ORDINARY: u32 = 0o755;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(ORDINARY))
}

#[cfg(not(unix))]
fn open_to_all(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Exchanges two folders.
#[cfg(target_os = "linux")]
fn exchange(new: &Path, old: &Path) -> std::io::Result<()> {
    use rustix::fs::CWD;
    use rustix::fs::RenameFlags;
    match rustix::fs::renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        // Some file systems know no exchange.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => two_renames(new, old),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn exchange(new: &Path, old: &Path) -> std::io::Result<()> {
    two_renames(new, old)
}

/// Moves the old folder aside, the new one in, and the old one to where the new one was. Between the first two
/// steps the report is absent, never half: the old one stands beside it, under a name that says so.
fn two_renames(new: &Path, old: &Path) -> std::io::Result<()> {
    let mut aside = old.as_os_str().to_owned();
    aside.push(".old");
    let aside = PathBuf::from(aside);
    std::fs::rename(old, &aside)?;
    if let Err(error) = std::fs::rename(new, old) {
        std::fs::rename(&aside, old)?;
        return Err(error);
    }
    std::fs::rename(&aside, new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_replaces_the_whole_and_a_drop_leaves_the_old() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let target = root.path().join("slug").join("2017-W52");
        let first = Staging::beside(&target).expect("staged");
        first.write("a/memo.txt", b"one").expect("written");
        first.commit().expect("swapped in");
        let dropped = Staging::beside(&target).expect("staged");
        dropped.write("a/memo.txt", b"half").expect("written");
        drop(dropped);
        assert_eq!(std::fs::read(target.join("a/memo.txt")).expect("kept"), b"one");
        let second = Staging::beside(&target).expect("staged");
        second.write("b.txt", b"two").expect("written");
        second.commit().expect("exchanged");
        assert!(!target.join("a").exists());
        assert_eq!(std::fs::read(target.join("b.txt")).expect("new"), b"two");
        let left: Vec<_> = std::fs::read_dir(root.path().join("slug")).expect("listed").collect();
        assert_eq!(left.len(), 1);
    }
}
