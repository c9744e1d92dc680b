//! The rule tree that a memo may print, grown by linfa.
//!
//! linfa keeps class weights in hash maps and sums them as `f32`, so that in general two fits of the same data
//! differ: in the leaf's class where two are equally heavy, and in the last bits where there are three. Used as
//! here neither can happen, and the tree is a function of its input; `rules` says why. It must not be asked for
//! importances: linfa's are not weighted by node size.

use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_trees::DecisionTree;
use linfa_trees::TreeNode;
use ndarray::Array1;
use ndarray::Array2;

use crate::stats::rng::Seeded;
use crate::stats::tree::Attribute;
use crate::stats::tree::Condition;
use crate::stats::tree::Rule;
use crate::stats::tree::Scale;

/// How far the rule tree grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleGrowth {
    /// The largest number of conditions in a rule; a reader follows three.
    pub max_depth: usize,
    /// Roughly the smallest number of customers that a rule speaks of.
    pub min_leaf: usize,
    /// Where the draw of customers comes from, when there are more than [`MOST_CUSTOMERS`].
    pub seed: u64,
}

/// The tree is grown on at most so many customers: their class weights then add up exactly in linfa's `f32`.
pub const MOST_CUSTOMERS: usize = 4_000;

/// Returns rules that tell the customers who `rose` from the others, from left to right in the tree.
///
/// Each rule's `mean` is the share that rose among *all* customers who fulfil it, `n_rows` their number. Both
/// classes weigh the same in total, so that leaves part where more rose than usual from where fewer did. The
/// levels of a nominal attribute are ordered by that share before the tree sees them.
///
/// The same input gives the same rules. A class count of linfa is a sum of whole weights below 2²⁴, exact in `f32` in
/// any order; with two classes an impurity adds two numbers, which commutes; and the two weights have no common
/// divisor and each exceeds the other class's count, so that no node can be a draw between the classes, the one
/// choice that linfa leaves to the order of a hash map.
///
/// Returns `None` where all or none rose, or there are fewer than two customers.
///
/// Source: Breiman, Friedman, Olshen & Stone (1984), ch. 4 (Gini, altered priors), as implemented by linfa-trees 0.8.1.
///
/// # Panics
/// Where an attribute has no code for some customer.
pub fn rules(rose: &[bool], attributes: &[Attribute], growth: &RuleGrowth) -> Option<Vec<Rule>> {
    let ranks: Vec<Vec<u16>> = attributes.iter().map(|attribute| ranks(rose, attribute)).collect();
    let sample = sample(rose.len(), growth.seed);
    let classes: Vec<bool> = sample.iter().map(|customer| rose[*customer]).collect();
    let weights = class_weights(&classes)?;
    let rank = |(row, idx): (usize, usize)| f64::from(ranks[idx][usize::from(attributes[idx].codes[sample[row]])]);
    let records = Array2::from_shape_fn((sample.len(), attributes.len()), rank);
    let of_row = |class: &bool| weights[usize::from(*class)] as f32;
    let total: f32 = classes.iter().map(of_row).sum();
    let row_weights = Array1::from_iter(classes.iter().map(of_row));
    let data = DatasetBase::new(records, Array1::from_vec(classes)).with_weights(row_weights);
    // Leaves are bounded by weight: by what so many customers of average weight would bring.
    let scaled_leaf = growth.min_leaf as f32 / rose.len() as f32 * total;
    let tree = DecisionTree::params()
        .max_depth(Some(growth.max_depth))
        .min_weight_leaf(scaled_leaf.max(1.0))
        .fit(&data);
    let tree = tree.ok()?;
    let mut found = Vec::new();
    let admitted: Vec<Vec<bool>> = attributes
        .iter()
        .map(|attribute| vec![true; attribute.n_levels])
        .collect();
    collect(tree.root_node(), &ranks, admitted, &mut found);
    Some(found.iter().map(|admitted| rule(admitted, rose, attributes)).collect())
}

/// Returns the place of each level in the order in which a split may part them.
fn ranks(rose: &[bool], attribute: &Attribute) -> Vec<u16> {
    let mut order: Vec<usize> = (0..attribute.n_levels).collect();
    if attribute.scale == Scale::Nominal {
        let mut counts = vec![[0_u32; 2]; attribute.n_levels];
        for (code, rose) in attribute.codes.iter().zip(rose) {
            counts[usize::from(*code)][usize::from(*rose)] += 1;
        }
        let share =
            |level: &usize| f64::from(counts[*level][1]) / f64::from((counts[*level][0] + counts[*level][1]).max(1));
        order.sort_by(|a, b| share(a).total_cmp(&share(b)));
    }
    let mut ranks = vec![0; attribute.n_levels];
    for (rank, level) in (0_u16..).zip(order) {
        ranks[level] = rank;
    }
    ranks
}

/// Draws the customers that the tree is grown on, in ascending order; all of them where they are few enough.
fn sample(n_customers: usize, seed: u64) -> Vec<usize> {
    let mut drawn: Vec<usize> = (0..n_customers).collect();
    if n_customers > MOST_CUSTOMERS {
        Seeded::new(seed, 0).shuffle(&mut drawn);
        drawn.truncate(MOST_CUSTOMERS);
        drawn.sort_unstable();
    }
    drawn
}

/// Returns whole weights of the classes (not risen, risen) that balance them and can never tie.
///
/// With `n₀` and `n₁` members, weights `a = n₁ + 1` and `b = n₀ + j` balance them to about one part in `n`. A
/// draw `x·a = y·b` with `x ≤ n₀ < b` and `y ≤ n₁ < a` needs a common divisor of `a` and `b`: take the first `j`
/// without one. At 4,000 customers the total stays near 2·2000² = 2²³.
fn class_weights(classes: &[bool]) -> Option<[u32; 2]> {
    let n_rose = u32::try_from(classes.iter().filter(|rose| **rose).count()).ok()?;
    let n_others = u32::try_from(classes.len()).ok()? - n_rose;
    if n_rose == 0 || n_others == 0 {
        return None;
    }
    let of_others = n_rose + 1;
    let of_risen = (n_others + 1..).find(|weight| common_divisor(*weight, of_others) == 1)?;
    let total = u64::from(of_others) * u64::from(n_others) + u64::from(of_risen) * u64::from(n_rose);
    assert!(
        total < 1 << 24,
        "class weights of {MOST_CUSTOMERS} customers are exact in f32"
    );
    Some([of_others, of_risen])
}

/// Source: Euclid, Elements VII.2.
fn common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

/// Collects the levels that each leaf admits, from left to right.
fn collect(node: &TreeNode<f64, bool>, ranks: &[Vec<u16>], admitted: Vec<Vec<bool>>, found: &mut Vec<Vec<Vec<bool>>>) {
    if node.is_leaf() {
        found.push(admitted);
        return;
    }
    let (idx, cut, _) = node.split();
    for (child, goes_left) in node.children().into_iter().zip([true, false]) {
        let Some(child) = child else { continue };
        let mut narrowed = admitted.clone();
        for (kept, rank) in narrowed[idx].iter_mut().zip(&ranks[idx]) {
            *kept &= (f64::from(*rank) <= cut) == goes_left;
        }
        collect(child, ranks, narrowed, found);
    }
}

/// Says a leaf as a rule, with its share among all customers.
fn rule(admitted: &[Vec<bool>], rose: &[bool], attributes: &[Attribute]) -> Rule {
    let conditions: Vec<Condition> = admitted
        .iter()
        .enumerate()
        .filter(|(_, levels)| levels.contains(&false))
        .map(|(attribute_idx, levels)| Condition {
            attribute_idx,
            levels: (0_u16..)
                .zip(levels)
                .filter(|(_, kept)| **kept)
                .map(|(level, _)| level)
                .collect(),
        })
        .collect();
    let fulfils = |customer: &usize| {
        admitted
            .iter()
            .zip(attributes)
            .all(|(levels, attribute)| levels[usize::from(attribute.codes[*customer])])
    };
    let customers: Vec<usize> = (0..rose.len()).filter(fulfils).collect();
    let n_rose = customers.iter().filter(|customer| rose[**customer]).count();
    Rule {
        conditions,
        n_rows: customers.len(),
        mean: n_rose as f64 / customers.len().max(1) as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::tree::Criterion;
    use crate::stats::tree::Growth;
    use crate::stats::tree::Response;
    use crate::stats::tree::grow;

    const GROWTH: RuleGrowth = RuleGrowth {
        max_depth: 3,
        min_leaf: 50,
        seed: 3,
    };

    /// Customers of whom half as many again rise where the first attribute is 1 or 3 and the second is 0.
    fn planted(n_customers: usize, seed: u64) -> (Vec<bool>, [Vec<u16>; 3]) {
        let mut rng = Seeded::new(seed, 0);
        let mut codes = [Vec::new(), Vec::new(), Vec::new()];
        let rose = (0..n_customers)
            .map(|_| {
                let own = [5, 2, 7].map(|n| rng.below(n) as u16);
                codes.iter_mut().zip(own).for_each(|(codes, code)| codes.push(code));
                rng.unit()
                    < if (own[0] == 1 || own[0] == 3) && own[1] == 0 {
                        0.6
                    } else {
                        0.2
                    }
            })
            .collect();
        (rose, codes)
    }

    fn attributes(codes: &[Vec<u16>; 3]) -> [Attribute<'_>; 3] {
        let attribute = |idx: usize, n_levels| Attribute {
            codes: &codes[idx],
            n_levels,
            scale: Scale::Nominal,
        };
        [attribute(0, 5), attribute(1, 2), attribute(2, 7)]
    }

    #[test]
    fn two_hundred_fits_say_the_same() {
        // More customers than the tree is grown on, and a handful with many equal splits and near ties.
        for n_customers in [6_000, 40] {
            let (rose, codes) = planted(n_customers, 1);
            let growth = RuleGrowth {
                min_leaf: n_customers / 40,
                ..GROWTH
            };
            let said = || format!("{:?}", rules(&rose, &attributes(&codes), &growth));
            let first = said();
            assert!((0..200).all(|_| said() == first), "{first}");
        }
    }

    #[test]
    fn the_planted_rule_is_found() {
        let (rose, codes) = planted(6_000, 2);
        let rules = rules(&rose, &attributes(&codes), &GROWTH).expect("some rose and some did not");
        let best = rules
            .iter()
            .max_by(|a, b| a.mean.total_cmp(&b.mean))
            .expect("a tree has a leaf");
        let wanted = [
            Condition {
                attribute_idx: 0,
                levels: vec![1, 3],
            },
            Condition {
                attribute_idx: 1,
                levels: vec![0],
            },
        ];
        assert!(
            wanted.iter().all(|condition| best.conditions.contains(condition)),
            "{rules:?}"
        );
        assert!((best.mean - 0.6).abs() < 0.05, "{rules:?}");
        assert_eq!(rules.iter().map(|rule| rule.n_rows).sum::<usize>(), 6_000);
    }

    #[test]
    fn on_new_customers_it_does_as_well_as_our_tree() {
        let (rose, codes) = planted(6_000, 4);
        let (new_rose, new_codes) = planted(6_000, 5);
        let theirs = rules(&rose, &attributes(&codes), &GROWTH).expect("some rose and some did not");
        let target: Vec<f64> = rose.iter().map(|rose| f64::from(u8::from(*rose))).collect();
        let rows: Vec<u32> = (0..6_000).collect();
        let growth = Growth {
            criterion: Criterion::Gini,
            max_depth: 3,
            min_leaf: 50,
        };
        let ours = grow(
            &attributes(&codes),
            &[0, 1, 2],
            &Response::new(&target, &[1.0; 6_000]),
            &rows,
            &growth,
        );
        let share = |customer: usize| {
            let fulfils = |rule: &&Rule| {
                rule.conditions
                    .iter()
                    .all(|c| c.levels.contains(&new_codes[c.attribute_idx][customer]))
            };
            theirs.iter().find(fulfils).expect("the leaves cover all").mean
        };
        let loss = |predicted: &dyn Fn(usize) -> f64| {
            let squares = (0..6_000).map(|i| (f64::from(u8::from(new_rose[i])) - predicted(i)).powi(2));
            squares.sum::<f64>() / 6_000.0
        };
        let (their_loss, our_loss) = (loss(&share), loss(&|i| ours.predict(|idx| new_codes[idx][i])));
        // Squared losses near .17; a tree that missed the rule would be .02 worse.
        assert!((their_loss - our_loss).abs() < 0.002, "{their_loss} {our_loss}");
    }

    #[test]
    fn where_all_rose_there_is_nothing_to_say() {
        let (_, codes) = planted(100, 1);
        assert_eq!(rules(&[true; 100], &attributes(&codes), &GROWTH), None);
        assert_eq!(rules(&[false; 100], &attributes(&codes), &GROWTH), None);
    }

    #[test]
    fn class_weights_never_tie() {
        for (n_others, n_rose) in [(1, 1), (7, 3), (500, 500), (30, 31), (12, 5)] {
            let classes: Vec<bool> = (0..n_others + n_rose).map(|i| i < n_rose).collect();
            let [a, b] = class_weights(&classes).expect("both classes have members");
            for x in 0..=n_others {
                // a·x = b·y for some y ≤ n_rose only at nothing.
                assert!(
                    x == 0 || (a * x) % b != 0 || a * x / b > n_rose,
                    "{n_others} {n_rose} {x}"
                );
            }
        }
    }
}
