//! Holds the direction of the road: a module uses only what stands here, and says what it is.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

/// What each module may use. A new edge is a commit of its own that says why.
const ALLOWED: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("stats", &[]),
    ("diagnostics", &["model"]),
    ("words", &["model"]),
    ("parse", &["model"]),
    ("resolve", &["model", "parse", "words"]),
    ("source", &["model"]),
    ("pack", &["model", "source"]),
    ("gather", &["model", "source", "stats"]),
    ("analysis", &["model", "gather", "stats", "words"]),
    ("compose", &["model", "analysis", "words"]),
    ("schema", &["model", "parse", "analysis"]),
    ("chart", &["model"]),
    ("render", &["model", "chart"]),
    ("audit", &["model"]),
    ("recall", &["model", "source"]),
    // Figures in an author's text are read, and quoted back, as the memo's locale prints them.
    ("lint", &["model", "words"]),
    (
        "road",
        &[
            "model", "chart", "parse", "resolve", "source", "pack", "gather", "analysis", "compose", "render", "audit",
            "recall", "words", "lint",
        ],
    ),
    (
        "cli",
        &[
            "model",
            "analysis",
            "audit",
            "chart",
            "diagnostics",
            "pack",
            "parse",
            "render",
            "resolve",
            "road",
            "schema",
        ],
    ),
];

/// Standard modules that only the doors to the outside may use: clock, environment, files, processes.
const OUTSIDE: &[&str] = &["std::env", "std::fs", "std::time::SystemTime", "std::process"];

/// Who may use them.
const DOORS: &[&str] = &["source", "pack", "audit", "road", "cli", "main.rs"];

fn sources() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("src is readable") {
            let path = entry.expect("src is readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let relative = path.strip_prefix(&root).expect("inside src").to_owned();
                let first = relative
                    .components()
                    .next()
                    .expect("a file has a name")
                    .as_os_str()
                    .to_string_lossy()
                    .into_owned();
                let module = first.trim_end_matches(".rs").to_owned();
                let text = std::fs::read_to_string(&path).expect("source is text");
                found.push((module, relative, text));
            }
        }
    }
    found.sort_by(|a, b| a.1.cmp(&b.1));
    found
}

/// The part of a file before its unit tests: tests may use more.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

#[test]
fn modules_use_only_what_stands_below_them() {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let mut wrong = Vec::new();
    for (module, path, text) in sources() {
        if matches!(module.as_str(), "lib" | "main") {
            continue;
        }
        let Some(may_use) = allowed.get(module.as_str()) else {
            wrong.push(format!(
                "{}: the module `{module}` has no line in tests/layers.rs",
                path.display()
            ));
            continue;
        };
        for (line_idx, line) in code(&text).lines().enumerate() {
            let line = line.trim_start();
            if line.starts_with("//") {
                continue;
            }
            for used in line.split("crate::").skip(1) {
                let name: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if name != module && allowed.contains_key(name.as_str()) && !may_use.contains(&name.as_str()) {
                    wrong.push(format!(
                        "{}:{}: `{module}` must not use `{name}`",
                        path.display(),
                        line_idx + 1
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_doors_see_the_outside() {
    let mut wrong = Vec::new();
    for (module, path, text) in sources() {
        // The `typst` command is a process with a folder of its own: the one door inside `render`.
        let is_door = DOORS.contains(&module.as_str()) || module == "main" || path.ends_with("render/command.rs");
        for (line_idx, line) in code(&text).lines().enumerate() {
            if !is_door && !line.trim_start().starts_with("//") && OUTSIDE.iter().any(|it| line.contains(it)) {
                wrong.push(format!("{}:{}: {}", path.display(), line_idx + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is() {
    let silent: Vec<String> = sources()
        .into_iter()
        .filter(|(module, _, text)| module != "lib" && !text.starts_with("//! "))
        .map(|(_, path, _)| path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "no header: {}", silent.join(", "));
}

#[test]
fn an_analysis_says_why_how_and_shows_its_spec() {
    for (module, path, text) in sources() {
        if module == "analysis" && text.contains("impl Analysis for") {
            for head in ["# Why a reader cares", "# Method", "# In a spec"] {
                assert!(text.contains(head), "{} lacks `{head}`", path.display());
            }
        }
    }
}
