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
    let indicators: Vec<Vec<Vec<f64>>> = codes.iter().map(|it| centred_indicators(it)).collect();
    let columns: Vec<&Vec<f64>> = indicators.iter().flatten().collect();
    let correlations: Vec<Vec<f64>> = columns
        .iter()
        .map(|a| {
            columns
                .iter()
                .map(|b| exact_sum(&a.iter().zip(*b).map(|(x, y)| x * y).collect::<Vec<_>>()))
                .collect()
        })
        .collect();
    let all: Vec<usize> = (0..columns.len()).collect();
    let mut from = 0;
    indicators
        .iter()
        .map(|own| {
            let until = from + own.len();
            let (inside, outside): (Vec<usize>, Vec<usize>) = all.iter().partition(|&&idx| from <= idx && idx < until);
            from = until;
            if own.is_empty() {
                return None;
            }
            // det(R_outside) / det(R) is one over what is left of the inside once the outside is known.
            let alone = log_volume(&correlations, &[], &inside)?;
            let log = alone - log_volume(&correlations, &outside, &inside)?;
            // The number of indicators of one attribute is small: the cast is exact.
            Some(libm::exp(log / (2.0 * own.len() as f64)))
        })
        .collect()
}

/// One column a level but the first: 0 or 1, centred, of length one. Levels without customers have none.
fn centred_indicators(codes: &[u16]) -> Vec<Vec<f64>> {
    let mut levels: Vec<u16> = codes.to_vec();
    levels.sort_unstable();
    levels.dedup();
    let n = codes.len() as f64;
    levels
        .iter()
        .skip(1)
        .map(|level| {
            let share = codes.iter().filter(|code| *code == level).count() as f64 / n;
            let length = (n * share * (1.0 - share)).sqrt();
            codes
                .iter()
                .map(|code| (f64::from(u8::from(code == level)) - share) / length)
                .collect()
        })
        .collect()
}

/// The logarithm of the determinant of what is left of the columns `of` once the columns `given` are known.
///
/// Columns of `given` that the ones before them tell wholly are passed over; `None` where one of `of` is so told.
fn log_volume(matrix: &[Vec<f64>], given: &[usize], of: &[usize]) -> Option<f64> {
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
