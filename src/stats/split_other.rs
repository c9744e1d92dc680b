//! The other ways to split a change, and whether they would tell another story.
//!
//! The midpoint split is one convention among several that are all in use. Where a segment's sign hangs on the
//! convention, a memo must say so; and totals that are products (customers × frequency × ticket) need their own.

use crate::stats::split::Segment;
use crate::stats::split::Shares;
use crate::stats::split::SplitError;
use crate::stats::split::change;
use crate::stats::split::midpoint;
use crate::stats::sum::exact_sum;

/// One segment's part in the change of a ratio, with what both changes make together kept apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ThreePart {
    /// `Δw·(r₀ − M₀)`: the weights change, the rates stay as before.
    pub structural: f64,
    /// `w₀·Δr`: the rates change, the weights stay as before.
    pub behavioural: f64,
    /// `Δw·Δr`: what is left, and belongs to neither alone.
    pub interaction: f64,
}

/// Splits the change of a ratio as seen from before: composition, rate and interaction; one part a segment.
///
/// The structural part is centred on the mean before, as the midpoint split is on the mean of both; the totals
/// over all segments are those of the uncentred form.
///
/// # Errors
/// As [`SplitError`] says.
///
/// Source: Jones & Kelley (1984), "Decomposing Differences Between Groups", Sociological Methods & Research 12(3): 323–343.
pub fn three_part(segments: &[Segment]) -> Result<Vec<ThreePart>, SplitError> {
    let shares = Shares::new(segments)?;
    let parts = shares.segments.iter().map(|share| ThreePart {
        structural: change(share.weight) * (share.carried[0] - shares.mean[0]),
        behavioural: share.weight[0] * change(share.carried),
        interaction: change(share.weight) * change(share.carried),
    });
    Ok(parts.collect())
}

/// One segment's parts by the methods that a memo sets side by side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sensitivity {
    /// Structural and behavioural part at the midpoint.
    pub midpoint: [f64; 2],
    /// As seen from before, with the interaction apart.
    pub three_part: ThreePart,
    /// Structural and behavioural part averaged over both orders of change; for two factors the midpoint again.
    pub shapley: [f64; 2],
    /// Whether the sign of the structural, the behavioural or the whole part differs between the split as
    /// seen from before, as seen from after, and at the midpoint.
    pub sign_depends: bool,
}

/// Sets the methods side by side, one entry a segment.
///
/// # Errors
/// As [`SplitError`] says.
///
/// Source: Shorrocks (2013), "Decomposition procedures for distributional analysis", J. Econ. Inequality 11: 99–126, §2 (the orders of change).
pub fn sensitivity(segments: &[Segment]) -> Result<Vec<Sensitivity>, SplitError> {
    let shares = Shares::new(segments)?;
    let seen_before = three_part(segments)?;
    let centre = midpoint(shares.mean);
    // Parts below this are rounding and have no sign: 2⁻⁴⁰ of the ratio itself.
    let nothing = libm::ldexp(shares.mean[0].abs().max(shares.mean[1].abs()), -40);
    let compared = shares.segments.iter().zip(seen_before).map(|(share, before)| {
        let at_midpoint = [
            change(share.weight) * (midpoint(share.carried) - centre),
            midpoint(share.weight) * change(share.carried),
        ];
        let seen_after = [
            change(share.weight) * (share.carried[1] - shares.mean[1]),
            share.weight[1] * change(share.carried),
        ];
        let structure_first = [before.structural, seen_after[1]];
        let behaviour_first = [seen_after[0], before.behavioural];
        let shapley = [0, 1].map(|part: usize| midpoint([structure_first[part], behaviour_first[part]]));
        let whole = |parts: [f64; 2]| parts[0] + parts[1];
        let sign_depends = differ([before.structural, seen_after[0], at_midpoint[0]], nothing)
            || differ([before.behavioural, seen_after[1], at_midpoint[1]], nothing)
            || differ(
                [whole(structure_first), whole(behaviour_first), whole(at_midpoint)],
                nothing,
            );
        Sensitivity {
            midpoint: at_midpoint,
            three_part: before,
            shapley,
            sign_depends,
        }
    });
    Ok(compared.collect())
}

/// Whether some of `parts` are above 0 and others below, by more than `nothing`.
fn differ(parts: [f64; 3], nothing: f64) -> bool {
    parts.iter().any(|x| *x > nothing) && parts.iter().any(|x| *x < -nothing)
}

/// Splits the change of `Σ_cells Π_factors x` into one effect a factor and cell.
///
/// `before` and `after` hold one slice a factor, each with one value a cell. A factor's effect is its change times
/// the product of the others, averaged over all orders in which the factors may change; for products this is both
/// Das Gupta's and Shapley's rule. Returns the effects by factor, then by cell; all of them add up to the change.
///
/// `x·y` from 2·3 to 4·5: x gets `2·(3 + 5)/2 = 8`, y gets `2·(2 + 4)/2 = 6`, together 14.
///
/// Source: Das Gupta (1993), "Standardization and Decomposition of Rates: A User's Manual", Census P23-186, ch. 2;
/// Shapley (1953), "A Value for n-Person Games".
///
/// # Panics
/// Where the slices differ in length, or there are more than 16 factors.
pub fn das_gupta(before: &[Vec<f64>], after: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let n_factors = before.len();
    assert_eq!(n_factors, after.len(), "the same factors before and after");
    assert!(n_factors <= MOST_FACTORS, "the effort doubles with every factor");
    let n_cells = before.first().map_or(0, Vec::len);
    assert!(
        before.iter().chain(after).all(|factor| factor.len() == n_cells),
        "one value a cell"
    );
    let shares = order_shares(n_factors);
    let mut effects = vec![Vec::with_capacity(n_cells); n_factors];
    for cell in 0..n_cells {
        for (factor, effects) in effects.iter_mut().enumerate() {
            let others: Vec<usize> = (0..n_factors).filter(|other| *other != factor).collect();
            let products: Vec<f64> = (0..1_usize << others.len())
                .map(|changed| {
                    let value = |(bit, other): (usize, &usize)| {
                        if changed >> bit & 1 == 1 {
                            after[*other][cell]
                        } else {
                            before[*other][cell]
                        }
                    };
                    shares[changed.count_ones() as usize] * others.iter().enumerate().map(value).product::<f64>()
                })
                .collect();
            effects.push((after[factor][cell] - before[factor][cell]) * exact_sum(&products));
        }
    }
    effects
}

/// Beyond this a split over all orders of change would run for minutes.
const MOST_FACTORS: usize = 16;

/// The share of orders in which exactly a given set of `k` other factors changes before a factor: `k!·(n−1−k)!/n!`.
fn order_shares(n_factors: usize) -> Vec<f64> {
    let mut share = 1.0 / n_factors.max(1) as f64;
    let mut shares = Vec::with_capacity(n_factors);
    for n_before in 0..n_factors {
        shares.push(share);
        let n_after = n_factors - 1 - n_before;
        if n_after > 0 {
            share *= (n_before + 1) as f64 / n_after as f64;
        }
    }
    shares
}

/// Returns each factor's Shapley value in the change of any function of `n_factors` factors.
///
/// `value` says what the whole would be if the marked factors had changed and the others had not.
///
/// Source: Shapley (1953); Shorrocks (2013), eq. 9.
///
/// # Panics
/// Where there are more than 16 factors.
pub fn shapley(n_factors: usize, value: impl Fn(&[bool]) -> f64) -> Vec<f64> {
    assert!(n_factors <= MOST_FACTORS, "the effort doubles with every factor");
    let marked = |set: usize| (0..n_factors).map(|bit| set >> bit & 1 == 1).collect::<Vec<bool>>();
    let values: Vec<f64> = (0..1_usize << n_factors).map(|set| value(&marked(set))).collect();
    let shares = order_shares(n_factors);
    (0..n_factors)
        .map(|factor| {
            let without = (0..values.len()).filter(|set| set >> factor & 1 == 0);
            let gains: Vec<f64> = without
                .map(|set| shares[set.count_ones() as usize] * (values[set | 1 << factor] - values[set]))
                .collect();
            exact_sum(&gains)
        })
        .collect()
}

/// What one segment brings to a total, before and after.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChainLink {
    /// How many customers there are; or their share, for the chain of a ratio.
    pub customers: [f64; 2],
    /// How many orders they place, over the same base as `customers`.
    pub orders: [f64; 2],
    /// What they spend, over the same base as `customers`.
    pub amount: [f64; 2],
}

/// One segment's part in the change of a total: how many, how often, how much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChainEffect {
    /// By there being more or fewer customers.
    pub customers: f64,
    /// By their ordering more or less often.
    pub frequency: f64,
    /// By their orders being larger or smaller.
    pub ticket: f64,
}

/// Splits the change of a total into customers × orders a customer × amount an order, one effect a segment.
///
/// A frequency or ticket that does not exist in one period carries the other's, so that it has no effect; where
/// it exists in neither, the segment's amount is 0 in both and all its effects are 0. The effects add up to
/// the change of the total amount.
///
/// Source: Das Gupta (1993), ch. 2, three factors.
pub fn chain(links: &[ChainLink]) -> Vec<ChainEffect> {
    let effects = links.iter().map(|link| {
        let frequency = carried(link.orders, link.customers);
        let ticket = carried(link.amount, link.orders);
        let factors = [link.customers, frequency, ticket];
        let side = |period: usize| factors.iter().map(|factor| vec![factor[period]]).collect::<Vec<_>>();
        let effects = das_gupta(&side(0), &side(1));
        ChainEffect {
            customers: effects[0][0],
            frequency: effects[1][0],
            ticket: effects[2][0],
        }
    });
    effects.collect()
}

/// Two ratios, each the other's where it does not exist.
fn carried(numerator: [f64; 2], denominator: [f64; 2]) -> [f64; 2] {
    let ratio =
        [0, 1].map(|period: usize| (denominator[period] != 0.0).then(|| numerator[period] / denominator[period]));
    [
        ratio[0].or(ratio[1]).unwrap_or(0.0),
        ratio[1].or(ratio[0]).unwrap_or(0.0),
    ]
}

/// Splits the change of a product into one effect a factor, by logarithmic means.
///
/// `before` and `after` hold one value a factor. Where the product is 0 in one period, the factors that are 0
/// there share the whole change: the limit as they go to 0 alike. Returns `None` where a factor is below 0 or not
/// a finite number: a logarithmic mean needs positive parts.
///
/// `x·y` from 2·3 to 4·3: all 6 go to x.
///
/// Source: Ang (2005), "The LMDI approach to decomposition analysis: a practical guide", Energy Policy 33: 867–871,
/// eq. 5 (additive); zeros: Ang & Liu (2007), "Handling zero values in the LMDI approach", Energy Policy 35: 238–246.
pub fn lmdi(before: &[f64], after: &[f64]) -> Option<Vec<f64>> {
    if before.iter().chain(after).any(|x| !x.is_finite() || *x < 0.0) || before.len() != after.len() {
        return None;
    }
    let product = [before.iter().product::<f64>(), after.iter().product::<f64>()];
    let whole = change(product);
    if product.contains(&0.0) {
        let emptied = if product[0] == 0.0 { before } else { after };
        let n_zero = emptied.iter().filter(|x| **x == 0.0).count();
        let part = |x: &f64| if *x == 0.0 { whole / n_zero as f64 } else { 0.0 };
        return Some(emptied.iter().map(part).collect());
    }
    let mean = logarithmic_mean(product);
    Some(before.iter().zip(after).map(|(b, a)| mean * libm::log(a / b)).collect())
}

/// The logarithmic mean of two positive numbers, `(b − a) / ln(b/a)`.
fn logarithmic_mean(pair: [f64; 2]) -> f64 {
    let ratio = libm::log(pair[1] / pair[0]);
    if ratio == 0.0 { pair[0] } else { change(pair) / ratio }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::split::kitagawa;

    /// Sums of a handful of numbers below 100: a few units in the last place.
    const TOLERANCE: f64 = 1e-12;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < TOLERANCE
    }

    fn segment(before: (f64, f64), after: (f64, f64)) -> Segment {
        Segment {
            numerator: [before.0, after.0],
            denominator: [before.1, after.1],
        }
    }

    #[test]
    fn three_parts_add_up_to_the_change() {
        let segments = [segment((50.0, 5.0), (90.0, 7.5)), segment((100.0, 5.0), (50.0, 2.5))];
        let parts = three_part(&segments).expect("the example is sound");
        let sum: f64 = parts.iter().map(|p| p.structural + p.behavioural + p.interaction).sum();
        assert!(near(sum, -1.0), "{parts:?}");
        assert!(near(parts[0].behavioural, 1.0) && near(parts[0].interaction, 0.5));
    }

    #[test]
    fn shapley_over_two_factors_is_the_midpoint() {
        let segments = [segment((50.0, 5.0), (90.0, 7.5)), segment((100.0, 5.0), (50.0, 2.5))];
        let split = kitagawa(&segments).expect("the example is sound");
        for (row, part) in sensitivity(&segments)
            .expect("the example is sound")
            .iter()
            .zip(&split.segments)
        {
            assert!(near(row.shapley[0], part.structural) && near(row.shapley[1], part.behavioural));
            assert_eq!(row.midpoint, [part.structural, part.behavioural]);
        }
    }

    #[test]
    fn a_segment_that_crosses_the_mean_has_no_sure_sign() {
        // The first segment grows from 30 to 60 % of all; its rate falls from above the mean to below it.
        let segments = [segment((36.0, 3.0), (54.0, 6.0)), segment((70.0, 7.0), (40.0, 4.0))];
        let rows = sensitivity(&segments).expect("the example is sound");
        assert!(rows[0].sign_depends, "{rows:?}");
        let steady = [segment((90.0, 3.0), (186.0, 6.0)), segment((70.0, 7.0), (40.0, 4.0))];
        assert!(!sensitivity(&steady).expect("the example is sound")[0].sign_depends);
    }

    #[test]
    fn two_factors_split_as_by_hand() {
        let effects = das_gupta(&[vec![2.0], vec![3.0]], &[vec![4.0], vec![5.0]]);
        assert_eq!(effects, [[8.0], [6.0]]);
    }

    #[test]
    fn for_products_both_rules_agree() {
        let (before, after) = ([2.0, 3.0, 0.5, 7.0], [4.0, 2.0, 1.5, 6.0]);
        let side = |x: &[f64]| x.iter().map(|x| vec![*x]).collect::<Vec<_>>();
        let effects = das_gupta(&side(&before), &side(&after));
        let value = |changed: &[bool]| -> f64 {
            changed
                .iter()
                .enumerate()
                .map(|(i, c)| if *c { after[i] } else { before[i] })
                .product()
        };
        for (a, b) in effects.iter().zip(shapley(4, value)) {
            assert!(near(a[0], b), "{effects:?}");
        }
        assert!(near(effects.iter().map(|e| e[0]).sum(), 72.0 - 21.0));
    }

    #[test]
    fn a_chain_adds_up_and_newcomers_are_customers() {
        let links = [
            ChainLink {
                customers: [10.0, 12.0],
                orders: [20.0, 30.0],
                amount: [200.0, 270.0],
            },
            ChainLink {
                customers: [0.0, 5.0],
                orders: [0.0, 10.0],
                amount: [0.0, 50.0],
            },
            ChainLink {
                customers: [4.0, 4.0],
                orders: [0.0, 2.0],
                amount: [0.0, 6.0],
            },
            ChainLink {
                customers: [4.0, 9.0],
                orders: [0.0, 0.0],
                amount: [0.0, 0.0],
            },
        ];
        let effects = chain(&links);
        for (link, effect) in links.iter().zip(&effects) {
            assert!(near(
                effect.customers + effect.frequency + effect.ticket,
                change(link.amount)
            ));
        }
        assert_eq!(
            effects[1],
            ChainEffect {
                customers: 50.0,
                frequency: 0.0,
                ticket: 0.0
            }
        );
        assert_eq!(
            effects[2],
            ChainEffect {
                customers: 0.0,
                frequency: 6.0,
                ticket: 0.0
            }
        );
        assert_eq!(
            effects[3],
            ChainEffect {
                customers: 0.0,
                frequency: 0.0,
                ticket: 0.0
            }
        );
    }

    #[test]
    fn logarithmic_effects_add_up() {
        assert_eq!(lmdi(&[2.0, 3.0], &[4.0, 3.0]), Some(vec![6.0, 0.0]));
        let effects = lmdi(&[2.0, 3.0, 5.0], &[4.0, 2.5, 4.0]).expect("all factors are above 0");
        assert!(near(effects.iter().sum(), 40.0 - 30.0));
        assert_eq!(lmdi(&[0.0, 3.0], &[2.0, 5.0]), Some(vec![10.0, 0.0]));
        assert_eq!(lmdi(&[1.0, -3.0], &[2.0, 5.0]), None);
    }
}
