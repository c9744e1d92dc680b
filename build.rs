//! Names the engine by what it is built from, so that what another build computed and kept is never taken for its own, and by
//! the commit, so that a manifest can say who made a memo.

use std::collections::hash_map::DefaultHasher;
use std::hash::Hash;
use std::hash::Hasher;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

fn main() {
    let mut files = vec![PathBuf::from("Cargo.lock"), PathBuf::from("Cargo.toml")];
    gather(Path::new("src"), &mut files);
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in &files {
        file.to_string_lossy().replace('\\', "/").hash(&mut hasher);
        std::fs::read(file).expect("a file of the package").hash(&mut hasher);
    }
    std::env::var("TARGET")
        .expect("cargo names the target")
        .hash(&mut hasher);
    println!("cargo::rustc-env=BELLWETHER_ENGINE={:016x}", hasher.finish());
    println!("cargo::rustc-env=BELLWETHER_COMMIT={}", commit());
    for name in ["Cargo.lock", "Cargo.toml", "src"] {
        println!("cargo::rerun-if-changed={name}");
    }
}

/// The commit of the checkout, with `-dirty` where what the engine is built from differs; empty where git knows of none.
fn commit() -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    // A package inside of another checkout has no commit of its own.
    let is_ours = git(&["rev-parse", "--show-cdup"]).is_some_and(|it| it.is_empty());
    let Some(commit) = git(&["rev-parse", "HEAD"]).filter(|_| is_ours) else {
        return String::new();
    };
    // Moves with every commit and checkout.
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]).filter(|it| Path::new(it).exists()) {
        println!("cargo::rerun-if-changed={log}");
    }
    let changed = git(&[
        "status",
        "--porcelain",
        "--",
        "Cargo.lock",
        "Cargo.toml",
        "build.rs",
        "src",
        "templates",
    ]);
    let dirty = if changed.is_some_and(|it| it.is_empty()) {
        ""
    } else {
        "-dirty"
    };
    format!("{commit}{dirty}")
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the package") {
        let path = entry.expect("an entry of the folder").path();
        if path.is_dir() {
            gather(&path, files);
        } else {
            files.push(path);
        }
    }
}
