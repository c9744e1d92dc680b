//! Recall: what was found before from the same inputs.
//!
//! What came in, and the facts of an analysis, are kept under the hash of all that they follow from: the engine, the plan,
//! the content of every file, the analysis with its options, and the facts that it could see. Nothing else enters, so
//! that a result is right or is not found. It must not know what a fact means.

use crate::model::diagnostic::Diagnostic;
use crate::model::facts::Facts;
use crate::model::panel::CameIn;
use crate::model::panel::Intake;
use crate::model::plan::Plan;
use crate::model::request::Request;
use crate::model::roster::Roster;
use crate::source::cache::Cache;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// What one analysis found: facts, and warnings that reach the quality appendix.
pub type Findings = (Facts, Vec<Diagnostic>);

/// What was found before from one plan and one state of the data; nothing where there is no cache.
pub struct Recall<'a> {
    cache: Option<&'a Cache>,
    /// What every result follows from, as JSON.
    inputs: String,
}

impl<'a> Recall<'a> {
    /// Names the inputs; `sources` are the hashes of all files, by source and path.
    pub fn new(cache: Option<&'a Cache>, plan: &Plan, sources: &BTreeMap<String, BTreeMap<String, String>>) -> Self {
        Self {
            cache,
            inputs: json(&(plan, sources)),
        }
    }

    /// Remembers nothing.
    pub fn nothing() -> Self {
        Self {
            cache: None,
            inputs: String::new(),
        }
    }

    /// Returns what came in while `asked` was answered, where that is known.
    pub fn came_in(&self, asked: &[Request]) -> Option<CameIn> {
        self.get(&self.name("intake", &asked))
    }

    /// Keeps what came in while `asked` was answered.
    pub fn keep_came_in(&self, asked: &[Request], came_in: &CameIn) {
        self.put(&self.name("intake", &asked), came_in);
    }

    /// Names what an analysis finds when it sees this.
    ///
    /// `roster` is the customer table's, for an analysis that reads it.
    pub fn findings_name(
        &self,
        options: &serde_json::Value,
        roster: Option<&Roster>,
        intake: &[Intake],
        earlier: &Facts,
    ) -> String {
        self.name("facts", &(options, roster, intake, earlier))
    }

    /// Returns what an analysis found.
    pub fn findings(&self, name: &str) -> Option<Findings> {
        self.get(name)
    }

    /// Keeps what an analysis found. A warning with a place in the spec is about this spec's text, which is no input.
    pub fn keep(&self, name: &str, findings: &Findings) {
        if findings.1.iter().all(|it| it.span.is_none()) {
            self.put(name, findings);
        }
    }

    /// Returns the customer record as it was written for these facts, where that is known.
    pub fn record(&self, roster: &Roster, facts: &Facts) -> Option<Vec<u8>> {
        self.cache?.get(&self.name("customers", &(roster, facts)))
    }

    /// Keeps the customer record that was written for these facts.
    pub fn keep_record(&self, roster: &Roster, facts: &Facts, bytes: &[u8]) {
        if let Some(cache) = self.cache {
            cache.put(&self.name("customers", &(roster, facts)), bytes);
        }
    }

    fn name(&self, kind: &str, of: &impl Serialize) -> String {
        match self.cache {
            Some(_) => Cache::name(&[kind, &self.inputs, &json(of)]),
            None => String::new(),
        }
    }

    fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_slice(&self.cache?.get(name)?).ok()
    }

    fn put(&self, name: &str, found: &impl Serialize) {
        if let Some(cache) = self.cache {
            cache.put(name, json(found).as_bytes());
        }
    }
}

fn json(of: &impl Serialize) -> String {
    serde_json::to_string(of).expect("inputs and facts serialise")
}
