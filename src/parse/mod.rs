//! The stage `parse`: a spec's text becomes a [`Spec`], or all of its mistakes.
//!
//! YAML is read into a tree with places, the tree is decoded key by key, and expressions are read by
//! a SQL grammar with an allow-list. It must not know what the data hold: names are looked up by
//! `resolve`.

mod clauses;
mod decode;
mod formula;
mod row;
mod scalar;
mod sql;
mod yaml;

use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::spec::Spec;

/// The largest spec, in bytes. A spec is written by hand; a megabyte is a mistake, or an attack.
pub const MOST_BYTES: usize = 1_000_000;

/// Reads a spec. `registry_names` are the analyses that a memo may name.
///
/// # Errors
/// All mistakes of the text at once, sorted by place.
pub fn parse(text: &str, registry_names: &[&str]) -> Result<Spec, Diagnostics> {
    if text.len() > MOST_BYTES {
        let message = format!("the spec has {} bytes, and {MOST_BYTES} are the most", text.len());
        return Err(Diagnostic::spec("spec-too-large", message).into());
    }
    let mut found = Diagnostics::new();
    let root = yaml::tree(text, &mut found);
    let spec = root.and_then(|root| decode::spec(&root, text, registry_names, &mut found));
    found.sort();
    match spec {
        Some(spec) if !found.has_errors() => Ok(spec),
        _ => Err(found),
    }
}

#[cfg(test)]
mod tests;
