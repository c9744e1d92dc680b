//! Fifths: which fifth of a crowd each one belongs to, under a stated rule for ties.
//!
//! Half of all customers buy once. Whether they share a class, or are dealt out over two or three by the order in
//! which they happen to stand, decides who is called loyal. It must not know what the values measure.

/// What becomes of equal values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ties {
    /// They share a class: that of the share of all values strictly below. Classes may be of unequal size, or empty.
    Together,
    /// They are ranked in the order in which they stand, so that classes are of equal size.
    InOrder,
}

/// Number of classes.
pub const N_CLASSES: u8 = 5;

/// Returns the fifth of each value, 1 for the lowest and 5 for the highest.
///
/// `values` in any unit, all finite. With [`Ties::Together`] the class is `⌊5 b/n⌋ + 1`, where `b` values are
/// strictly below: of 1, 1, 1, 2, 3 the classes are 1, 1, 1, 4, 5. With [`Ties::InOrder`] it is the class of the
/// rank `r` between the quintiles of 1 to n, upper ends included: `⌈5 (r − 1)/(n − 1)⌉`, at least 1; of
/// 1, 1, 1, 2, 3 the classes are 1, 2, 3, 4, 5.
///
/// Source: definition; `InOrder` is `qcut(rank(method="first"), 5)` of pandas, with type-7 quantiles of Hyndman &
/// Fan (1996), "Sample Quantiles in Statistical Packages".
pub fn fifths(values: &[f64], ties: Ties) -> Vec<u8> {
    let n = values.len();
    let classes = usize::from(N_CLASSES);
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]).then(a.cmp(&b)));
    let mut class = vec![1; n];
    let mut n_below = 0;
    for (place, &idx) in order.iter().enumerate() {
        if place > 0 && values[order[place - 1]] < values[idx] {
            n_below = place;
        }
        let found = match ties {
            Ties::Together => classes * n_below / n + 1,
            Ties::InOrder => (classes * place).div_ceil((n - 1).max(1)).max(1),
        };
        class[idx] = u8::try_from(found).expect("a class is at most five");
    }
    class
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_a_class_or_are_dealt_out_in_order() {
        let values = [1.0, 1.0, 1.0, 2.0, 3.0];
        assert_eq!(fifths(&values, Ties::Together), [1, 1, 1, 4, 5]);
        assert_eq!(fifths(&values, Ties::InOrder), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn without_ties_both_rules_make_fifths() {
        let values: Vec<f64> = (0..20).map(|it| f64::from((it * 7) % 20)).collect();
        for ties in [Ties::Together, Ties::InOrder] {
            let class = fifths(&values, ties);
            for (value, class) in values.iter().zip(&class) {
                assert_eq!(f64::from(*class), (value / 4.0).floor() + 1.0, "{ties:?} {value}");
            }
        }
    }

    #[test]
    fn the_order_of_customers_does_not_matter_where_equals_stay_together() {
        let values = [5.0, 1.0, 3.0, 3.0, 1.0, 9.0, 3.0];
        let mut reversed = values;
        reversed.reverse();
        let mut class = fifths(&reversed, Ties::Together);
        class.reverse();
        assert_eq!(class, fifths(&values, Ties::Together));
    }

    #[test]
    fn one_value_and_none_have_classes_too() {
        assert_eq!(fifths(&[7.0], Ties::InOrder), [1]);
        assert_eq!(fifths(&[7.0, 7.0], Ties::Together), [1, 1]);
        assert!(fifths(&[], Ties::Together).is_empty());
    }
}
