//! Kernels: pure functions on slices, each with its source.
//!
//! They know no labels, no frames, no rounding and no clock.

pub mod airline;
pub mod binomial;
pub mod boruta;
pub mod cluster;
pub mod cohorts;
pub mod collinearity;
pub mod column;
pub mod correlation;
pub mod cycles;
pub mod disclosure;
pub mod drivers;
pub mod duplicates;
pub mod embed;
pub mod fifths;
pub mod figures;
pub mod forecast;
mod forest;
pub mod funnel;
pub mod holm;
pub mod imbalance;
pub mod inflation;
pub mod linfa_tree;
pub mod merge;
pub mod order;
pub mod relations;
pub mod resample;
pub mod rng;
pub mod rounding;
pub mod scale;
pub mod split;
pub mod split_other;
pub mod sum;
pub mod tails;
pub mod tree;
pub mod wilson;
