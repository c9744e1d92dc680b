//! The manifest: what a memo follows from, who made it, and what came out.
//!
//! It is JSON in one form only, and sealed by a hash of itself, so that a byte that changed is seen even where it changes
//! no meaning. A seal is no signature: who can rewrite the report can seal it again, and only computing the memo anew
//! tells then. It must not know what the memo says.

use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a memo follows from; attached to the PDF as `inputs.json`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// This program and its version.
    pub engine: String,
    /// The version of Typst that sets the PDF; library and command give the same bytes.
    pub typst: String,
    /// Seed of every random draw.
    pub seed: u64,
    /// The day that the data are complete up to (ISO 8601).
    pub as_of: String,
    /// The target period, as its calendar calls it.
    pub period: String,
    /// The first day of the target period, and the day after its last (ISO 8601).
    pub days: [String; 2],
    /// The name of the spec's file, without its folder.
    pub spec_file: String,
    /// BLAKE3 of the spec.
    pub spec: String,
    /// What the command line said instead of the spec: `period`, `as_of`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub flags: BTreeMap<String, String>,
    /// What the command line said instead of the spec's own parameters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
    /// Which of several memos it is: a column with its value, or parameters with theirs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub each: BTreeMap<String, String>,
    /// BLAKE3 of each template and font, by name; fonts of the spec stand in `fonts/own/`.
    pub templates: BTreeMap<String, String>,
    /// BLAKE3 of each file read, by source and path relative to the spec.
    pub sources: BTreeMap<String, BTreeMap<String, String>>,
    /// BLAKE3 of the facts of each earlier memo that this one was held against, by its place under the memo's folder.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub earlier: BTreeMap<String, String>,
}

impl Inputs {
    /// Writes them as they are attached to the PDF.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).expect("inputs are text") + "\n"
    }
}

/// Which build made a memo: no figure may follow from it, and so it stands in no other file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// The commit that the program was built from, with `-dirty` where files differed from it; empty where none is known.
    pub commit: String,
    /// Hash of all that the program was built from.
    pub build: String,
    /// Who set the PDF: `cli`, `embedded`, or `none` where there is no PDF.
    pub typst: String,
}

impl Made {
    /// Names this build.
    pub fn here(typst: &str) -> Self {
        Self {
            commit: env!("BELLWETHER_COMMIT").to_owned(),
            build: env!("BELLWETHER_ENGINE").to_owned(),
            typst: typst.to_owned(),
        }
    }
}

/// The manifest of a report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What the memo follows from.
    pub inputs: Inputs,
    /// Which build made it.
    pub made: Made,
    /// BLAKE3 of each file of the report but this one, by name.
    pub outputs: BTreeMap<String, String>,
}

/// A manifest as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    inputs: Inputs,
    made: Made,
    outputs: BTreeMap<String, String>,
    seal: String,
}

impl Manifest {
    /// Names all files of a report.
    pub fn of(inputs: &Inputs, made: Made, artifacts: &BTreeMap<String, Vec<u8>>) -> Self {
        let hashed = artifacts.iter().map(|(name, bytes)| (name.clone(), super::hash(bytes)));
        Self {
            inputs: inputs.clone(),
            made,
            outputs: hashed.collect(),
        }
    }

    /// Writes it, with its seal.
    pub fn text(&self) -> String {
        let sealed = Sealed {
            inputs: self.inputs.clone(),
            made: self.made.clone(),
            outputs: self.outputs.clone(),
            seal: self.seal(),
        };
        serde_json::to_string_pretty(&sealed).expect("a manifest is text") + "\n"
    }

    /// Reads what [`Manifest::text`] wrote, and tells whether each byte is as it was written.
    ///
    /// # Errors
    /// Where it is no manifest at all.
    pub fn read(text: &str) -> Result<(Self, bool), String> {
        let sealed: Sealed = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let manifest = Self {
            inputs: sealed.inputs,
            made: sealed.made,
            outputs: sealed.outputs,
        };
        let is_whole = manifest.text() == text;
        Ok((manifest, is_whole))
    }

    fn seal(&self) -> String {
        super::hash(serde_json::to_string(self).expect("a manifest is text").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_knows_each_byte_of_itself() {
        let artifacts = BTreeMap::from([("memo.pdf".to_owned(), b"paper".to_vec())]);
        let manifest = Manifest::of(&Inputs::default(), Made::here("none"), &artifacts);
        let text = manifest.text();
        assert_eq!(Manifest::read(&text), Ok((manifest, true)));
        for place in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[place] ^= 1;
            let read = String::from_utf8(bytes).ok().and_then(|it| Manifest::read(&it).ok());
            assert!(read.is_none_or(|it| !it.1), "byte {place}");
        }
    }
}
