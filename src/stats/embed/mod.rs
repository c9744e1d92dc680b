//! Rows of many features on a plane, so that a reader sees who is like whom.
//!
//! [`pca`] keeps the two directions of most variance and says how much of it they hold. It must not know what a row or a
//! feature is.

pub mod pca;

#[cfg(test)]
mod tests;
