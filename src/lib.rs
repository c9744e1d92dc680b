#![doc = include_str!("ARCHITECTURE.md")]

pub mod analysis;
pub mod audit;
pub mod chart;
pub mod cli;
pub mod compose;
pub mod diagnostics;
pub mod gather;
pub mod model;
pub mod pack;
pub mod parse;
pub mod render;
pub mod resolve;
pub mod road;
pub mod source;
pub mod stats;
pub mod words;
