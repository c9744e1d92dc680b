//! The memo as PDF and HTML.
//!
//! Places what stands in a [`Memo`] and computes nothing about it. Data
//! reach a template as data, never as its source. Templates arrive as text; only the PDF compiler's
//! command line needs a directory, and makes a temporary one. It must not know where numbers came from.

mod columns;
mod command;
pub mod csv;
pub mod difference;
pub mod html;
pub mod sheet;
mod templates;
pub mod text;
pub mod typst;
mod view;
mod world;
pub mod xlsx;

pub use templates::Block;
pub use templates::Language;
pub use templates::Templates;

use crate::chart::fonts::Fonts;
use crate::model::memo::Memo;

/// Returns every character of the memo that no font can draw, each once, ascending: a PDF shows a box in its place.
pub fn uncovered(memo: &Memo, fonts: &Fonts) -> Vec<char> {
    let foreign = view::foreign(memo).into_iter();
    foreign.filter(|it| !fonts.covers(*it)).collect()
}
