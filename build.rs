//! Names the engine by what it is built from, so that what another build computed and kept is never taken for its own.

use std::collections::hash_map::DefaultHasher;
use std::hash::Hash;
use std::hash::Hasher;
use std::path::Path;
use std::path::PathBuf;

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
    for name in ["Cargo.lock", "Cargo.toml", "src"] {
        println!("cargo::rerun-if-changed={name}");
    }
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
