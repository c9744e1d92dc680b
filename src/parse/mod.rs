//! The stage `parse`: a spec's text becomes a [`Spec`], or all of its mistakes.
//!
//! YAML is read into a tree with places, the tree is decoded key by key, and expressions are read by
//! a SQL grammar with an allow-list. It must not know what the data hold: names are looked up by
//! `resolve`.

mod calendar;
mod claims;
mod clauses;
mod decode;
mod each;
mod foreign;
mod formula;
mod holidays;
mod memo;
mod notes;
mod params;
mod roster;
mod row;
mod scalar;
mod sql;
mod syntax;
mod yaml;

use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::field::Field;
use crate::model::spec::Spec;
use std::collections::BTreeMap;

/// What a spec may say.
pub const KEYS: &[Field] = decode::KEYS;

/// The largest spec, in bytes. A spec is written by hand; a megabyte is a mistake, or an attack.
pub const MOST_BYTES: usize = 1_000_000;

/// Reads a spec. `registry_names` are the analyses that a memo may name, `params` what the command line says instead of the
/// spec's own parameters.
///
/// All mistakes of the text go to `found`. What is left beside them is read nevertheless, so that the later stages can
/// tell theirs at the same time; `None` where nothing can be made of it.
pub fn parse(
    text: &str,
    registry_names: &[&str],
    params: &BTreeMap<String, String>,
    found: &mut Diagnostics,
) -> Option<Spec> {
    parse_set(text, registry_names, params, None, found)
}

/// Reads a spec with the parameters of one of the sets of its `for_each:`; see [`parse`].
pub fn parse_set(
    text: &str,
    registry_names: &[&str],
    params: &BTreeMap<String, String>,
    set: Option<usize>,
    found: &mut Diagnostics,
) -> Option<Spec> {
    if text.len() > MOST_BYTES {
        let message = format!("the spec has {} bytes, and {MOST_BYTES} are the most", text.len());
        found.push(Diagnostic::spec("spec-too-large", message));
        return None;
    }
    let mut root = yaml::tree(text, found)?;
    params::fill(&mut root, params, set, found);
    decode::spec(&root, text, registry_names, set, found)
}

#[cfg(test)]
mod tests;
