//! A report as it was kept: read from a folder, from git, or from a PDF alone, and what of it is not as it was written.
//!
//! It must not compute: what the figures should be is another's question.

use super::Inputs;
use super::Made;
use super::Manifest;
use super::attached::attached;
use super::hash;
use crate::model::diagnostic::Diagnostic;
use crate::model::facts::Facts;
use serde::Serialize;
use std::collections::BTreeMap;

/// The name of a report's manifest.
pub const MANIFEST: &str = "manifest.json";

/// A report as it was kept.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    /// Where it stands, as it was named.
    pub place: String,
    /// What it follows from.
    pub inputs: Inputs,
    /// Which build made it; `None` for a PDF alone.
    pub made: Option<Made>,
    /// The text of its spec.
    pub spec: String,
    /// What it says.
    pub facts: Facts,
    /// The hash of each of its files as the manifest has it; of a PDF alone only its own.
    pub outputs: BTreeMap<String, String>,
    /// What is not as it was written.
    pub faults: Vec<Fault>,
}

/// A file of a report that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault {
    /// The file.
    pub file: String,
    /// What is wrong with it, as the end of a sentence: "was changed after it was made".
    pub what: String,
}

impl Fault {
    fn new(file: &str, what: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            what: what.into(),
        }
    }
}

impl Recorded {
    /// Reads a report from its files, by name.
    ///
    /// # Errors
    /// Where there is no manifest, or nothing can be made of it.
    pub fn of_files(place: &str, files: &BTreeMap<String, Vec<u8>>) -> Result<Self, Diagnostic> {
        let Some(bytes) = files.get(MANIFEST) else {
            return Err(Diagnostic::data(
                "no-report",
                format!("`{place}` holds no report: there is no `{MANIFEST}` in it"),
            )
            .hint("name the folder that `bellwether run` wrote, or the PDF"));
        };
        let text = String::from_utf8_lossy(bytes);
        let (manifest, is_whole) = Manifest::read(&text).map_err(|error| {
            Diagnostic::check(
                "broken-report",
                format!("`{MANIFEST}` of `{place}` is not as it was written, or is of an older program: {error}"),
            )
        })?;
        let mut report = Self {
            place: place.to_owned(),
            made: Some(manifest.made),
            outputs: manifest.outputs,
            inputs: manifest.inputs,
            ..Self::default()
        };
        if !is_whole {
            report.faults.push(Fault::new(
                MANIFEST,
                "was changed after it was made: its seal does not hold",
            ));
        }
        report.hold_files(files);
        // What is gone or cannot be read, the PDF carries too.
        let carried = files
            .get("memo.pdf")
            .and_then(|it| attached(it.clone()).ok())
            .unwrap_or_default();
        let spec = files.get("spec.yaml").or_else(|| carried.get("spec.yaml"));
        let facts = files
            .get("facts.json")
            .filter(|it| serde_json::from_slice::<Facts>(it).is_ok());
        report.take(spec, facts.or_else(|| carried.get("facts.json")));
        Ok(report)
    }

    /// Reads a report from its PDF alone.
    ///
    /// # Errors
    /// Where it is no PDF, or carries nothing that it follows from.
    pub fn of_pdf(place: &str, pdf: Vec<u8>) -> Result<Self, Diagnostic> {
        let broken = |what: String| {
            let message = format!("`{place}` is not as it was written, or is no memo: {what}");
            Diagnostic::check("broken-report", message)
        };
        let outputs = BTreeMap::from([("memo.pdf".to_owned(), hash(&pdf))]);
        let files = attached(pdf).map_err(|what| {
            let message = format!("`{place}` is no memo, or is not as it was written: {what}");
            Diagnostic::data("no-report", message)
                .hint("a memo's PDF carries its spec, its facts and what they follow from")
        })?;
        let inputs = files
            .get("inputs.json")
            .ok_or_else(|| broken("`inputs.json` is not attached to it".to_owned()))?;
        let text = String::from_utf8_lossy(inputs);
        let read: Inputs = serde_json::from_str(&text)
            .map_err(|error| broken(format!("`inputs.json`, attached to it, cannot be read: {error}")))?;
        let mut report = Self {
            place: place.to_owned(),
            outputs,
            ..Self::default()
        };
        if read.text() != text {
            report.fault("inputs.json", "attached to the PDF, is not as it was written");
        }
        report.inputs = read;
        report.take(files.get("spec.yaml"), files.get("facts.json"));
        Ok(report)
    }

    /// Holds each file against the manifest.
    fn hold_files(&mut self, files: &BTreeMap<String, Vec<u8>>) {
        for (name, was) in &self.outputs {
            match files.get(name) {
                None => self.faults.push(Fault::new(name, "is not there any more")),
                Some(bytes) if hash(bytes) != *was => {
                    self.faults.push(Fault::new(name, "was changed after it was made"));
                }
                Some(_) => {}
            }
        }
        for name in files.keys() {
            if !self.outputs.contains_key(name) && name != MANIFEST {
                self.faults.push(Fault::new(name, "is no part of the report"));
            }
        }
    }

    /// Takes over spec and facts, as far as they can be read.
    fn take(&mut self, spec: Option<&Vec<u8>>, facts: Option<&Vec<u8>>) {
        match spec.map(|it| String::from_utf8(it.clone())) {
            Some(Ok(text)) => {
                if hash(text.as_bytes()) != self.inputs.spec {
                    self.fault("spec.yaml", "is not the spec that the memo follows from");
                }
                self.spec = text;
            }
            Some(Err(_)) => self.fault("spec.yaml", "is no text"),
            None => self.fault("spec.yaml", "is not there"),
        }
        match facts.map(|it| serde_json::from_slice::<Facts>(it)) {
            Some(Ok(facts)) => self.facts = facts,
            Some(Err(error)) => self.fault("facts.json", &format!("cannot be read: {error}")),
            None => self.fault("facts.json", "is not there"),
        }
    }

    fn fault(&mut self, file: &str, what: &str) {
        if self.faults.iter().all(|it| it.file != file) {
            self.faults.push(Fault::new(file, what));
        }
    }
}
