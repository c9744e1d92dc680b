//! How far each of several categorical attributes is told by the others.

use super::sum::exact_sum;

/// Pivots below this are rounding: the columns depend on each other.
const SINGULAR: f64 = 1e-9;

/// Returns each attribute's generalised variance inflation per degree of freedom, `GVIF^(1/(2·df))`.
///
/// `codes` holds one slice an attribute, one code a customer, all of one length. The result is a pure number, 1 where
/// the others tell nothing of the attribute; its square is on the scale of the usual VIF.
///
/// `None` where the others tell the attribute wholly, or it has one level only.
///
/// Source: Fox & Monette (1992), "Generalized Collinearity Diagnostics", JASA 87: 178–183, eq. 10.
pub fn variance_inflation(codes: &[&[u16]]) -> Vec<Option<f64>> {
    let correlations = correlations(codes);
    let widths = codes.iter().map(|it| levels(it).len().saturating_sub(1));
    let all: Vec<usize> = (0..correlations.len()).collect();
    let mut from = 0;
    widths
        .map(|own| {
            let until = from + own;
            let (inside, outside): (Vec<usize>, Vec<usize>) = all.iter().partition(|&&idx| from <= idx && idx < until);
            from = until;
            if own == 0 {
                return None;
            }
            // det(R_outside) / det(R) is one over what is left of the inside once the outside is known.
            let alone = log_volume(&correlations, &[], &inside)?;
            let log = alone - log_volume(&correlations, &outside, &inside)?;
            // The number of indicators of one attribute is small: the cast is exact.
            Some(libm::exp(log / (2.0 * own as f64)))
        })
        .collect()
}

/// The levels that some customer has, upwards.
fn levels(codes: &[u16]) -> Vec<usize> {
    let counts = counts(codes);
    (0..counts.len()).filter(|level| counts[*level] > 0).collect()
}

fn counts(codes: &[u16]) -> Vec<u64> {
    let n_levels = codes.iter().max().map_or(0, |it| usize::from(*it) + 1);
    let mut counts = vec![0; n_levels];
    codes.iter().for_each(|code| counts[usize::from(*code)] += 1);
    counts
}

/// Correlates indicators of levels, one a level but the first of each attribute. Whole numbers until the last division:
/// with n customers, a and b of them at two levels and c at both, (n·c − a·b) / √(a·(n − a)·b·(n − b)).
fn correlations(codes: &[&[u16]]) -> Vec<Vec<f64>> {
    let n = codes.first().map_or(0, |it| it.len()) as f64;
    // The attribute, the level, and how many customers have it.
    let indicators: Vec<(usize, usize, f64)> = codes
        .iter()
        .enumerate()
        .flat_map(|(attribute, codes)| {
            let counts = counts(codes);
            let own = levels(codes).into_iter().skip(1);
            own.map(move |level| (attribute, level, counts[level] as f64))
                .collect::<Vec<_>>()
        })
        .collect();
    let n_levels: Vec<usize> = codes.iter().map(|it| counts(it).len()).collect();
    let both: Vec<Vec<Vec<f64>>> = codes
        .iter()
        .map(|a| {
            codes
                .iter()
                .zip(&n_levels)
                .map(|(b, width)| counts_of_two(a, b, *width))
                .collect()
        })
        .collect();
    let correlation = |x: &(usize, usize, f64), y: &(usize, usize, f64)| {
        let (a, b) = (x.2, y.2);
        // Of customers below 2²⁶ all products are below 2⁵³ and exact.
        let c = both[x.0][y.0][x.1 * n_levels[y.0] + y.1];
        (n * c - a * b) / ((a * (n - a)).sqrt() * (b * (n - b)).sqrt())
    };
    indicators
        .iter()
        .map(|x| indicators.iter().map(|y| correlation(x, y)).collect())
        .collect()
}

/// Counts customers by their levels of two attributes: `width` counts a level of the first.
fn counts_of_two(a: &[u16], b: &[u16], width: usize) -> Vec<f64> {
    let n_levels = a.iter().max().map_or(0, |it| usize::from(*it) + 1);
    let mut counts = vec![0_u32; n_levels * width];
    for (a, b) in a.iter().zip(b) {
        counts[usize::from(*a) * width + usize::from(*b)] += 1;
    }
    counts.into_iter().map(f64::from).collect()
}

/// The logarithm of the determinant of what is left of the columns `of` once the columns `given` are known.
///
/// Columns of `given` that the ones before them tell wholly are passed over; `None` where one of `of` is so told.
pub(super) fn log_volume(matrix: &[Vec<f64>], given: &[usize], of: &[usize]) -> Option<f64> {
    // Rows of the Cholesky factor, each with the column of the matrix that it stands for.
    let mut factor: Vec<(usize, Vec<f64>)> = Vec::new();
    let mut log = 0.0;
    for (place, &column) in given.iter().chain(of).enumerate() {
        let mut row: Vec<f64> = Vec::with_capacity(factor.len() + 1);
        for (other, known) in &factor {
            let products: Vec<f64> = row.iter().zip(known).map(|(x, y)| x * y).collect();
            row.push((matrix[column][*other] - exact_sum(&products)) / known[row.len()]);
        }
        let squares: Vec<f64> = row.iter().map(|x| x * x).collect();
        let rest = matrix[column][column] - exact_sum(&squares);
        let is_given = place < given.len();
        if rest <= SINGULAR {
            if is_given {
                continue;
            }
            return None;
        }
        if !is_given {
            log += libm::log(rest);
        }
        row.push(rest.sqrt());
        factor.push((column, row));
    }
    Some(log)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn independent_attributes_do_not_inflate() {
        let a = [0, 0, 1, 1, 0, 0, 1, 1];
        let b = [0, 1, 0, 1, 0, 1, 0, 1];
        for inflation in variance_inflation(&[&a, &b]) {
            assert!((inflation.expect("not collinear") - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn two_binary_attributes_give_the_usual_vif() {
        // phi = 1/3, so VIF = 1 / (1 − 1/9) = 1.125, and its root is 1.06066….
        let a = [0, 0, 0, 1, 1, 1];
        let b = [0, 0, 1, 0, 1, 1];
        let inflation = variance_inflation(&[&a, &b])[0].expect("not collinear");
        assert!((inflation * inflation - 1.125).abs() < 1e-12);
    }

    #[test]
    fn an_attribute_told_by_another_and_a_constant_have_none() {
        let (a, b) = ([0, 1, 2, 0, 1, 2], [0, 0, 0, 1, 1, 1]);
        let inflation = variance_inflation(&[&a, &a, &[0; 6], &b]);
        assert_eq!(inflation[..3], [None, None, None]);
        // Two attributes that tell each other leave a third alone.
        assert!((inflation[3].expect("independent of the others") - 1.0).abs() < 1e-12);
    }
}
