//! Runs the program itself, as a user would.

use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;

/// The project's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program, with nothing of the caller's environment that could change a memo.
pub fn bellwether() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bellwether"));
    command
        .current_dir(root())
        .env_remove("BELLWETHER_TYPST")
        .env_remove("SOURCE_DATE_EPOCH")
        .env_remove("BELLWETHER_CACHE")
        .env("NO_COLOR", "1");
    command
}

/// Runs with arguments and returns what came of it.
pub fn run(arguments: &[&str]) -> Output {
    bellwether().args(arguments).output().expect("the program starts")
}

/// The exit code and what was printed on standard error.
pub fn failed(arguments: &[&str]) -> (i32, String) {
    let output = run(arguments);
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// All facts of a spec, as printed.
pub fn facts(spec: &str, more: &[&str]) -> String {
    let output = bellwether()
        .args(["explain", spec, "--stage", "facts"])
        .args(more)
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("facts are text")
}

/// Holds two sets of facts to be the same, and names the first line that differs.
pub fn same(a: &str, b: &str, what: &str) {
    let differs = a.lines().zip(b.lines()).find(|it| it.0 != it.1);
    assert_eq!(differs, None, "{what}");
    assert_eq!(a.len(), b.len(), "{what}");
}

/// A folder with a spec and its data; vanishes when dropped.
pub struct Workshop {
    folder: tempfile::TempDir,
}

impl Workshop {
    /// Makes an empty folder.
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// Writes a file and returns its path as text.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        std::fs::write(&path, text).expect("written");
        path.to_string_lossy().into_owned()
    }

    /// The path of a file in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// All files under a folder with their bytes, by relative path.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(folder)
                    .expect("inside")
                    .to_string_lossy()
                    .replace('\\', "/");
                found.push((name, std::fs::read(&path).expect("readable")));
            }
        }
    }
    found.sort();
    found
}

/// The folder of reference data, or a loud word that it is not there.
pub fn references() -> Option<PathBuf> {
    let beside = root().join("../shared/refs");
    let folder = std::env::var_os("BELLWETHER_REFS").map_or(beside, PathBuf::from);
    if !folder.join("expected").is_dir() {
        eprintln!(
            "NOT CHECKED: there is no {}; set BELLWETHER_REFS to the folder of reference data",
            folder.display()
        );
        return None;
    }
    folder.canonicalize().ok()
}

/// Reads a reference.
pub fn json(path: &Path) -> serde_json::Value {
    let text = std::fs::read_to_string(path).expect("a reference is text");
    serde_json::from_str(&text).expect("a reference is JSON")
}
