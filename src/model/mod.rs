//! The nouns of the road: what each stage takes and gives.
//!
//! Types only, with what can be said of one value alone. No module here reads a
//! file, draws a chart or words a sentence.

pub mod calendar;
pub mod claim;
pub mod diagnostic;
pub mod difference;
pub mod earlier;
pub mod elsewhere;
pub mod evaluate;
pub mod expr;
pub mod facts;
pub mod field;
pub mod font;
pub mod holidays;
pub mod joined;
pub mod labels;
pub mod memo;
pub mod node;
pub mod notes;
pub mod panel;
pub mod period;
pub mod plan;
pub mod request;
pub mod roster;
pub mod script;
pub mod sheet;
pub mod spec;
pub mod unit;
pub mod window;
pub mod world;
pub mod written;
