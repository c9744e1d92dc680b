//! Which number of clusters to take.
//!
//! A score alone is won by one customer far from all others; so every choice asks for a smallest cluster. It must not
//! know how clusters were found.

/// What is known of one way of clustering.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The number of clusters.
    pub k: usize,
    /// The score to choose by, larger is better; `None` where it is not defined.
    pub score: Option<f64>,
    /// Rows of the smallest cluster.
    pub smallest: usize,
}

/// Returns the place of the candidate with the largest score among those whose clusters all have `min_rows` rows.
///
/// Of equal scores the one with fewer clusters wins. For a score that is better when smaller pass its negative.
///
/// Returns `None` where no candidate has such clusters and a score.
///
/// Source: definition.
pub fn best(candidates: &[Candidate], min_rows: usize) -> Option<usize> {
    let fit = candidates.iter().enumerate().filter(|(_, it)| min_rows <= it.smallest);
    let scored = fit.filter_map(|(place, it)| {
        it.score
            .filter(|score| !score.is_nan())
            .map(|score| (place, score, it.k))
    });
    scored
        .reduce(|a, b| if a.1 < b.1 || (a.1 == b.1 && b.2 < a.2) { b } else { a })
        .map(|(place, ..)| place)
}

/// Returns the place of the elbow of `inertia` over `ks`: where the curve lies farthest below the line from its first point to its last.
///
/// `ks` go upwards, one inertia each.
///
/// Returns `None` where there are fewer than three points, or the curve is nowhere below that line.
///
/// Source: Satopää, Albrecht, Irwin & Raghavan (2011), "Finding a 'Kneedle' in a Haystack", ICDCS Workshops, §3, without smoothing.
///
/// # Panics
/// Where the slices differ in length.
pub fn elbow(ks: &[usize], inertia: &[f64]) -> Option<usize> {
    assert_eq!(ks.len(), inertia.len(), "one inertia a number of clusters");
    let (first, last) = (0, ks.len().checked_sub(1)?);
    let width = ks[last] as f64 - ks[first] as f64;
    let below = |place: usize| {
        let share = (ks[place] as f64 - ks[first] as f64) / width;
        inertia[first] + share * (inertia[last] - inertia[first]) - inertia[place]
    };
    let between = (1..last).map(|place| (place, below(place)));
    between
        .filter(|(_, below)| 0.0 < *below)
        .reduce(|a, b| if a.1 < b.1 { b } else { a })
        .map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(k: usize, score: f64, smallest: usize) -> Candidate {
        Candidate {
            k,
            score: Some(score),
            smallest,
        }
    }

    #[test]
    fn one_customer_far_away_does_not_win() {
        let candidates = [candidate(2, 0.9, 1), candidate(3, 0.4, 40), candidate(4, 0.5, 30)];
        assert_eq!(best(&candidates, 1), Some(0));
        assert_eq!(best(&candidates, 20), Some(2));
        assert_eq!(best(&candidates, 50), None);
    }

    #[test]
    fn of_equal_scores_fewer_clusters_win_and_no_score_never_does() {
        let none = Candidate {
            k: 1,
            score: None,
            smallest: 99,
        };
        let candidates = [
            none,
            candidate(5, 0.5, 9),
            candidate(4, 0.5, 9),
            candidate(6, f64::NAN, 9),
        ];
        assert_eq!(best(&candidates, 1), Some(2));
    }

    #[test]
    fn the_elbow_is_where_the_curve_bends() {
        assert_eq!(elbow(&[2, 3, 4, 5, 6], &[100.0, 60.0, 20.0, 18.0, 16.0]), Some(2));
        assert_eq!(elbow(&[2, 3, 4], &[30.0, 20.0, 10.0]), None);
        assert_eq!(elbow(&[2, 3], &[30.0, 20.0]), None);
    }
}
