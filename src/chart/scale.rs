//! Where ink goes: linear scales, and labels pushed apart.
//!
//! Pure arithmetic on points. It must not know what is drawn.

/// A linear map from an axis' own unit to points on the sheet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    domain: [f64; 2],
    range: [f64; 2],
}

impl Scale {
    /// Maps `domain` onto `range`; a domain of no width is widened, so that its value lies in the middle.
    pub(super) fn new(domain: [f64; 2], range: [f64; 2]) -> Self {
        let [low, high] = domain;
        let domain = if low < high && low.is_finite() && high.is_finite() {
            domain
        } else {
            let middle = if low.is_finite() { low } else { 0.0 };
            // Any positive width will do: one as large as the value keeps both ends apart in floating point.
            let half = if middle == 0.0 { 1.0 } else { middle.abs() };
            [middle - half, middle + half]
        };
        Self { domain, range }
    }

    /// Returns the point of a value.
    pub(super) fn at(self, value: f64) -> f64 {
        let share = (value - self.domain[0]) / (self.domain[1] - self.domain[0]);
        self.range[0] + share * (self.range[1] - self.range[0])
    }
}

/// Returns the smallest range that holds `range` and every finite value.
pub(super) fn widened(range: [f64; 2], values: impl IntoIterator<Item = f64>) -> [f64; 2] {
    values
        .into_iter()
        .filter(|it| it.is_finite())
        .fold(range, |[low, high], x| [low.min(x), high.max(x)])
}

/// Something that wants to stand at `wish` and takes `size` around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    /// Where its middle would be best.
    pub at: f64,
    /// How much room it takes.
    pub size: f64,
    /// How much it matters that it stands there.
    pub weight: f64,
}

/// Returns middles in the given order, none overlapping the next, as near to the wishes as least squares allow, inside
/// `[from, until]` where all fit.
///
/// Source: de Leeuw, Hornik & Mair (2009), "Isotone optimization in R: pool-adjacent-violators", JSS 32(5).
pub(super) fn pushed_apart(wishes: &[Wish], [from, until]: [f64; 2]) -> Vec<f64> {
    // With the room taken so far subtracted, "no overlap" becomes "never decreasing".
    let mut taken = 0.0;
    let mut offsets = Vec::with_capacity(wishes.len());
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    for wish in wishes {
        offsets.push(taken + wish.size / 2.0);
        let mut block = (wish.at - taken - wish.size / 2.0, wish.weight, 1);
        while let Some(&(at, weight, n)) = blocks.last() {
            if at <= block.0 {
                break;
            }
            blocks.pop();
            let total = weight + block.1;
            block = ((at * weight + block.0 * block.1) / total, total, n + block.2);
        }
        blocks.push(block);
        taken += wish.size;
    }
    let last_start = (until - taken).max(from);
    let starts = blocks
        .iter()
        .flat_map(|&(at, _, n)| std::iter::repeat_n(at.clamp(from, last_start), n));
    starts.zip(offsets).map(|(start, offset)| start + offset).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(at: f64) -> Wish {
        Wish {
            at,
            size: 10.0,
            weight: 1.0,
        }
    }

    #[test]
    fn labels_far_apart_stay_where_they_wish() {
        assert_eq!(pushed_apart(&[wish(10.0), wish(40.0)], [0.0, 100.0]), [10.0, 40.0]);
    }

    #[test]
    fn labels_at_one_place_share_the_push() {
        assert_eq!(
            pushed_apart(&[wish(50.0), wish(50.0), wish(50.0)], [0.0, 100.0]),
            [40.0, 50.0, 60.0]
        );
    }

    #[test]
    fn labels_stay_inside() {
        assert_eq!(pushed_apart(&[wish(2.0), wish(3.0)], [0.0, 100.0]), [5.0, 15.0]);
        assert_eq!(pushed_apart(&[wish(99.0), wish(99.0)], [0.0, 100.0]), [85.0, 95.0]);
    }

    #[test]
    fn a_domain_of_one_value_puts_it_in_the_middle() {
        assert_eq!(Scale::new([7.0, 7.0], [0.0, 10.0]).at(7.0), 5.0);
        assert_eq!(Scale::new([0.0, 0.0], [0.0, 10.0]).at(0.0), 5.0);
    }
}
