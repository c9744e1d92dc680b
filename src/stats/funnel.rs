//! Kernels that count who passed the stages of a funnel.
//!
//! A customer is a set of stages, one bit each, so that five million of them are twenty megabytes.
//! It must not know what the stages are called.

/// Stages that fit into a customer's set.
pub const MOST_STAGES: usize = 32;

/// How many customers came to each stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// One a stage: customers at this stage, whatever they did before.
    pub alone: Vec<u64>,
    /// One a stage: customers at this stage and at every stage above; never more than at the stage above.
    pub through: Vec<u64>,
}

/// Counts the customers at each stage, by group.
///
/// `reached` holds one set a customer: bit `i` says that the customer came to stage `i`. `group_of` holds one group a
/// customer; a customer in no group is left out. Stages are passed in any order of time.
///
/// # Panics
/// Where the slices differ in length, a group is not below `n_groups`, or stages are more than [`MOST_STAGES`].
///
/// Source: definition. `alone` is an open funnel, `through` a closed one in any order.
pub fn passed(reached: &[u32], group_of: &[Option<u32>], n_groups: usize, n_stages: usize) -> Vec<Passed> {
    assert_eq!(reached.len(), group_of.len(), "one group a customer");
    assert!(n_stages <= MOST_STAGES, "a customer's set has {MOST_STAGES} places");
    let nobody = Passed {
        alone: vec![0; n_stages],
        through: vec![0; n_stages],
    };
    let mut groups = vec![nobody; n_groups];
    for (stages, group) in reached.iter().zip(group_of) {
        let Some(group) = group else { continue };
        let group = &mut groups[*group as usize];
        let n_through = (stages.trailing_ones() as usize).min(n_stages);
        group.through[..n_through].iter_mut().for_each(|n| *n += 1);
        for (stage, n) in group.alone.iter_mut().enumerate() {
            *n += u64::from(stages >> stage & 1);
        }
    }
    groups
}

/// Returns the stage at which most are lost: the largest difference to the stage above; the first of equals.
///
/// `None` where there are fewer than two stages, or nobody is lost.
///
/// Source: definition.
pub fn largest_loss(through: &[u64]) -> Option<usize> {
    let lost = |stage: usize| through[stage - 1].saturating_sub(through[stage]);
    (1..through.len())
        .filter(|&stage| 0 < lost(stage))
        .min_by_key(|&stage| std::cmp::Reverse(lost(stage)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Views, baskets, purchases: one only looks, one goes all the way, one buys without a basket, one buys unseen.
    const FOUR: [u32; 4] = [0b001, 0b111, 0b101, 0b100];

    #[test]
    fn who_skips_a_stage_is_at_the_later_one_but_did_not_come_through() {
        let all = passed(&FOUR, &[Some(0); 4], 1, 3);
        assert_eq!(all[0].alone, [3, 1, 3]);
        assert_eq!(all[0].through, [3, 1, 1]);
    }

    #[test]
    fn groups_add_up_to_the_whole() {
        let by = passed(&FOUR, &[Some(0), Some(1), Some(1), Some(0)], 2, 3);
        let all = passed(&FOUR, &[Some(0); 4], 1, 3);
        for stage in 0..3 {
            assert_eq!(by[0].alone[stage] + by[1].alone[stage], all[0].alone[stage]);
            assert_eq!(by[0].through[stage] + by[1].through[stage], all[0].through[stage]);
        }
    }

    #[test]
    fn the_largest_loss_is_counted_in_people() {
        assert_eq!(largest_loss(&[100, 40, 1]), Some(1));
        assert_eq!(largest_loss(&[100, 90, 30]), Some(2));
        assert_eq!(largest_loss(&[5, 5]), None);
        assert_eq!(largest_loss(&[5]), None);
    }
}
