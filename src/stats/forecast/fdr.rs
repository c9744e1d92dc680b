//! False discovery rate: which of many small probabilities are news.

/// Returns the q-value of each of `p`: the smallest false discovery rate at which it would be named.
///
/// `p` holds one probability a test, `None` where there was none; the result has the same shape.
/// Equal probabilities get equal q-values, whatever their order.
///
/// Source: Benjamini & Hochberg (1995), "Controlling the False Discovery Rate", JRSS B 57: 289–300, §3.
pub fn benjamini_hochberg(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut order: Vec<(usize, f64)> = p.iter().enumerate().filter_map(|(i, p)| p.map(|p| (i, p))).collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    let n_tests = order.len() as f64;
    let mut q = vec![None; p.len()];
    let mut smallest: f64 = 1.0;
    for (rank, (i, p)) in order.iter().enumerate().rev() {
        // From the largest on down: a q-value never exceeds that of a larger probability.
        smallest = smallest.min(p * n_tests / (rank + 1) as f64);
        q[*i] = Some(smallest);
    }
    q
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_of_the_source_s_fifteen_are_named() {
        // Benjamini & Hochberg (1995), §4.1, the thrombolysis trial: p(4) = 0.0095 is the last below 4/15 × 0.05.
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0,
        ];
        let q = benjamini_hochberg(&p.map(Some));
        assert_eq!(q.iter().flatten().filter(|q| **q <= 0.05).count(), 4);
        assert_eq!(q[14], Some(1.0));
        // 0.0095 × 15 / 4.
        assert!(q[3].is_some_and(|q| (q - 0.035_625).abs() < 1e-12));
    }

    #[test]
    fn tests_without_a_probability_do_not_count() {
        let q = benjamini_hochberg(&[Some(0.04), None, Some(0.01), None]);
        assert_eq!(q, [Some(0.04), None, Some(0.02), None]);
        assert_eq!(benjamini_hochberg(&[]), Vec::<Option<f64>>::new());
    }

    #[test]
    fn q_values_rise_with_probabilities() {
        let q = benjamini_hochberg(&[Some(0.02), Some(0.021), Some(0.9)]);
        assert!(q[0] == q[1] && q[1] < q[2], "{q:?}");
    }
}
