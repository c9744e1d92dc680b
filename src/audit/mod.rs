//! Audit: content hashes, the manifest, and the swap that never leaves half a report.
//!
//! The manifest names everything that a memo follows from, so that a year later the same inputs can be
//! told from others. It must not know what the memo says.

mod attached;
mod compare;
mod manifest;
pub mod places;
mod recorded;
mod swap;

use crate::model::calendar::Calendar;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::facts::Fact;
use crate::model::facts::Facts;
use crate::model::facts::Provenance;
use crate::model::facts::Value;
use crate::model::plan::Plan;
use crate::model::unit::Unit;
pub use compare::Side;
pub use compare::changes;
pub use compare::difference;
pub use manifest::Inputs;
pub use manifest::Made;
pub use manifest::Manifest;
use rayon::prelude::*;
pub use recorded::Fault;
pub use recorded::MANIFEST;
pub use recorded::Recorded;
use std::collections::BTreeMap;
pub use swap::Staging;

/// Hashes bytes as the manifest prints it.
pub fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// Hashes several named hashes into one, for a line of the memo.
pub fn hash_of_hashes(hashes: &BTreeMap<String, String>) -> String {
    let lines: String = hashes.iter().map(|(name, hash)| format!("{name} {hash}\n")).collect();
    hash(lines.as_bytes())
}

/// Hashes every file of every source; `content` gives the hash of a file.
pub fn source_hashes(
    plan: &Plan,
    content: impl Fn(&str) -> std::io::Result<String> + Sync,
) -> Result<BTreeMap<String, BTreeMap<String, String>>, Diagnostics> {
    let mut found = Diagnostics::new();
    let mut all = BTreeMap::new();
    for source in &plan.sources {
        let files = source.files.par_iter();
        let hashed: Vec<_> = files.map(|file| (file, content(file))).collect();
        let mut hashes = BTreeMap::new();
        for (file, hash) in hashed {
            match hash {
                Ok(hash) => {
                    hashes.insert(file.clone(), hash);
                }
                Err(error) => found.push(Diagnostic::data(
                    "unreadable-file",
                    format!("`{file}` cannot be read: {error}"),
                )),
            }
        }
        all.insert(source.name.clone(), hashes);
    }
    if let Calendar::Listed(calendar) = &plan.periods.calendar {
        let hashes = BTreeMap::from([(calendar.file.clone(), hash(calendar.text.as_bytes()))]);
        all.insert("calendar".to_owned(), hashes);
    }
    if let Some(frozen) = plan.roster.as_ref().and_then(|it| it.frozen.as_ref()) {
        let hashes = BTreeMap::from([(frozen.file.clone(), hash(frozen.text.as_bytes()))]);
        all.insert("frozen clusters".to_owned(), hashes);
    }
    if found.has_errors() { Err(found) } else { Ok(all) }
}

/// States the inputs as facts, so that the memo can print them.
pub fn facts(inputs: &Inputs) -> Facts {
    let mut facts = Facts::new();
    let mut add = |name: String, text: String, method: &str| {
        let from = Provenance {
            analysis: "audit".into(),
            method: method.into(),
            ..Provenance::default()
        };
        facts.insert(
            format!("audit/{name}"),
            Fact {
                value: Value::Text(text),
                unit: Unit::default(),
                interval: None,
                n: None,
                from,
            },
        );
    };
    add("Engine".into(), inputs.engine.clone(), "the program that made the memo");
    add("Spec".into(), inputs.spec.clone(), "BLAKE3 of the spec");
    let mut add_values = |name: &str, values: &BTreeMap<String, String>, method: &str| {
        let list: Vec<String> = values.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !list.is_empty() {
            add(name.to_owned(), list.join(", "), method);
        }
    };
    let said = "what the command line said instead of the spec";
    add_values("Parameters", &inputs.params, said);
    add_values(
        "For each",
        &inputs.each,
        "what sets this memo apart from the others of its spec",
    );
    add("Seed".into(), inputs.seed.to_string(), "seed of every random draw");
    add(
        "Templates and fonts".into(),
        hash_of_hashes(&inputs.templates),
        "BLAKE3 over the hashes of templates and fonts",
    );
    for (source, files) in &inputs.sources {
        let n = files.len();
        let name = format!("{source}, {n} {}", if n == 1 { "file" } else { "files" });
        add(
            name,
            hash_of_hashes(files),
            "BLAKE3 over the hashes of the source’s files",
        );
    }
    facts
}
