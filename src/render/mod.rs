//! The memo as PDF and HTML.
//!
//! Places what stands in a [`Memo`] and computes nothing about it. Data
//! reach a template as data, never as its source. Templates arrive as text; only the PDF compiler's
//! command line needs a directory, and makes a temporary one. It must not know where numbers came from.

mod columns;
mod command;
pub mod csv;
pub mod html;
mod templates;
pub mod text;
pub mod typst;
mod view;
mod world;

pub use templates::Block;
pub use templates::Language;
pub use templates::Templates;

use crate::model::memo::Memo;

/// Returns every character of the memo that no shipped font can draw, each once, ascending.
///
/// A PDF shows a box in its place; the memo should say so in its quality appendix.
pub fn uncovered(memo: &Memo) -> Vec<char> {
    view::uncovered(memo)
}
