//! What the pairs of trees of a forest see: halves of the rows, and a few of the attributes.

use super::Levels;
use super::Shape;
use crate::stats::rng::Seeded;
use crate::stats::tree::Attribute;
use crate::stats::tree::Growth;
use crate::stats::tree::Response;
use crate::stats::tree::Tree;
use crate::stats::tree::Weighing;
use crate::stats::tree::grow;
use foldhash::fast::FixedState;
use std::collections::HashMap;
use std::sync::Arc;

/// What one pair of trees sees.
pub(super) struct Draw {
    /// The rows of either tree, in ascending order; each tree is judged on the other's.
    pub(super) halves: [Vec<u32>; 2],
    /// The attributes that both may split on, upwards.
    pub(super) considered: Vec<usize>,
    /// The group of each row: those of one share the levels of all these attributes.
    pub(super) group_of: Vec<u32>,
    /// The weights of the groups in either half; none where each row is a group of its own.
    weighings: Option<[Arc<Weighing>; 2]>,
    /// The groups' codes, one list an attribute, empty for those that are not considered.
    pub(super) codes: Vec<Vec<u16>>,
    pub(super) n_groups: usize,
}

/// Draws for each pair two halves of the rows and a few of the attributes.
///
/// With all attributes at hand a tree spends its few splits on the one with the most levels, which fits noise best,
/// and a plainer one that does explain something is never tried. Every attribute is considered about as often as
/// any other: the few are dealt from one shuffled pack after the other.
///
/// Source: Shah & Samworth (2013), "Variable selection with error control", JRSS B 75(1), complementary pairs;
/// Ho (1998), "The Random Subspace Method for Constructing Decision Forests", IEEE TPAMI 20(8).
pub(super) fn draws(attributes: &[Attribute], weighing: &Weighing, n_rows: usize, shape: &Shape) -> Vec<Draw> {
    let n_rows = u32::try_from(n_rows).expect("rows are counted in 32 bits");
    let n_attributes = attributes.len();
    let n_considered = ((shape.considered_share * n_attributes as f64).ceil() as usize).min(n_attributes);
    let mut pack = Vec::new();
    (0..shape.n_pairs)
        .map(|pair| {
            let mut rng = Seeded::new(shape.seed, pair as u64);
            let mut first: Vec<u32> = (0..n_rows).collect();
            rng.shuffle(&mut first);
            let mut second = first.split_off(first.len() / 2);
            first.sort_unstable();
            second.sort_unstable();
            let considered = dealt(&mut pack, n_attributes, n_considered, &mut rng);
            match shape.levels {
                Levels::Few => Draw::grouped([first, second], considered, attributes, weighing),
                Levels::Many => Draw::row_by_row([first, second], considered, attributes),
            }
        })
        .collect()
}

impl Draw {
    fn row_by_row(halves: [Vec<u32>; 2], considered: Vec<usize>, attributes: &[Attribute]) -> Self {
        let n_groups = halves[0].len() + halves[1].len();
        let mut codes = vec![Vec::new(); attributes.len()];
        for idx in &considered {
            codes[*idx] = attributes[*idx].codes.to_vec();
        }
        Self {
            halves,
            considered,
            group_of: (0_u32..).take(n_groups).collect(),
            weighings: None,
            codes,
            n_groups,
        }
    }

    fn grouped(halves: [Vec<u32>; 2], considered: Vec<usize>, attributes: &[Attribute], weighing: &Weighing) -> Self {
        let n_rows = halves[0].len() + halves[1].len();
        let mut places: HashMap<Vec<u16>, u32, FixedState> = HashMap::default();
        let mut codes = vec![Vec::new(); attributes.len()];
        let mut levels = Vec::with_capacity(considered.len());
        let mut group_of = Vec::with_capacity(n_rows);
        for row in 0..n_rows {
            levels.clear();
            levels.extend(considered.iter().map(|idx| attributes[*idx].codes[row]));
            let next = u32::try_from(places.len()).expect("no more groups than rows");
            let group = match places.get(&levels) {
                Some(group) => *group,
                None => {
                    places.insert(levels.clone(), next);
                    considered
                        .iter()
                        .zip(&levels)
                        .for_each(|(idx, level)| codes[*idx].push(*level));
                    next
                }
            };
            group_of.push(group);
        }
        let grouped = |half: &Vec<u32>| Arc::new(weighing.grouped(half, &group_of, places.len()));
        let weighings = halves.each_ref().map(grouped);
        Self {
            halves,
            weighings: Some(weighings),
            considered,
            group_of,
            codes,
            n_groups: places.len(),
        }
    }

    /// Grows the trees of the pair, on the groups of rows where they have been grouped.
    pub(super) fn grow<'a>(
        &'a self,
        attributes: &'a [Attribute<'a>],
        response: &'a Response,
        growth: &'a Growth,
    ) -> impl Iterator<Item = Tree> + 'a {
        let own = attributes.iter().zip(&self.codes);
        let own: Vec<Attribute> = own
            .map(|(attribute, codes)| Attribute { codes, ..*attribute })
            .collect();
        let groups: Vec<u32> = (0_u32..).take(self.n_groups).collect();
        (0..self.halves.len()).map(move |side| {
            let half = &self.halves[side];
            let Some(weighings) = &self.weighings else {
                return grow(&own, &self.considered, response, half, growth);
            };
            let response = response.grouped(half, &self.group_of, &weighings[side]);
            grow(&own, &self.considered, &response, &groups, growth)
        })
    }
}

/// Takes `n_considered` different attributes from the pack, and shuffles a new one where it runs out.
fn dealt(pack: &mut Vec<usize>, n_attributes: usize, n_considered: usize, rng: &mut Seeded) -> Vec<usize> {
    let mut hand = Vec::with_capacity(n_considered);
    while hand.len() < n_considered {
        if pack.iter().all(|idx| hand.contains(idx)) {
            let mut fresh: Vec<usize> = (0..n_attributes).collect();
            rng.shuffle(&mut fresh);
            pack.extend(fresh);
        }
        let place = pack
            .iter()
            .position(|idx| !hand.contains(idx))
            .expect("the pack was filled up");
        hand.push(pack.remove(place));
    }
    hand.sort_unstable();
    hand
}
