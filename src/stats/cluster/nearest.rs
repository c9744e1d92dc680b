//! The nearest of given centres: a definition of clusters applied to rows that did not make it.

use crate::stats::cluster::ROWS_A_TASK;
use crate::stats::cluster::assign::Centres;
use rayon::prelude::*;

/// Returns the centre that is nearest to each row, and the distance from it.
///
/// `values` and `centres` hold `n_features` numbers a row, on one scale; of centres at one distance the first counts.
///
/// Source: definition.
///
/// # Panics
/// Where there is no feature, no centre, or a row is incomplete.
pub fn nearest(values: &[f64], centres: &[f64], n_features: usize) -> Vec<(u32, f64)> {
    assert!(
        0 < n_features && values.len().is_multiple_of(n_features) && centres.len().is_multiple_of(n_features),
        "rows are of one length"
    );
    assert!(!centres.is_empty(), "there is a centre");
    let centres = Centres::new(centres.to_vec(), n_features);
    values
        .par_chunks(n_features * ROWS_A_TASK)
        .flat_map_iter(|rows| rows.chunks_exact(n_features))
        .map(|row| {
            let found = centres.nearest(row);
            (found.label, libm::sqrt(found.first))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_go_to_the_centre_beside_them() {
        let centres = [0.0, 0.0, 3.0, 4.0];
        let found = nearest(&[0.0, 1.0, 3.0, 4.0, 1.5, 2.0], &centres, 2);
        assert_eq!(found, [(0, 1.0), (1, 0.0), (0, 2.5)]);
    }
}
