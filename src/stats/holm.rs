//! Several tests at once: what a p-value is worth after the others were looked at too.
//!
//! Who tests twenty things finds one by chance. It must not know what was tested.

/// Returns Holm's adjusted p-values, in the order of `p`: those below a level are rejected, and the chance that any of
/// them is rejected wrongly is at most that level, however the tests hang together.
///
/// `p` holds one p-value a test, in `[0, 1]`; it may be empty.
///
/// Of `[0.01, 0.04, 0.03]` the smallest counts threefold, the next twice: `[0.03, 0.06, 0.06]`.
///
/// Source: Holm (1979), "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of Statistics
/// 6: 65–70; adjusted as in Wright (1992), "Adjusted P-Values for Simultaneous Inference", Biometrics 48: 1005–1013.
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]).then(a.cmp(b)));
    let mut adjusted = vec![0.0; p.len()];
    let mut largest = 0.0_f64;
    for (rank, at) in order.into_iter().enumerate() {
        // A test is rejected only with all that are more certain: its value is never below theirs.
        largest = largest.max(p[at] * (p.len() - rank) as f64).min(1.0);
        adjusted[at] = largest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures of `multipletests(p, method="holm")` of statsmodels 0.15.0.
    #[test]
    fn adjusted_values_are_those_of_statsmodels() {
        let known: [(&[f64], &[f64]); 4] = [
            (&[0.01, 0.04, 0.03, 0.005], &[0.03, 0.06, 0.06, 0.02]),
            (
                &[0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344],
                &[0.0008, 0.0028, 0.0114, 0.0475, 0.0804, 0.0834, 0.0834, 0.0834],
            ),
            (&[0.6, 0.7], &[1.0, 1.0]),
            (&[], &[]),
        ];
        for (p, expected) in known {
            let found = holm(p);
            // Products of a whole number and a p-value are off by their last bit.
            assert!(
                found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-15),
                "{found:?}"
            );
        }
    }

    #[test]
    fn the_order_of_tests_does_not_matter() {
        let (there, mut back) = (holm(&[0.2, 0.01, 0.01, 0.03]), holm(&[0.03, 0.01, 0.01, 0.2]));
        back.reverse();
        assert_eq!(there, back);
    }
}
