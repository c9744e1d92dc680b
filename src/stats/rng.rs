//! Seeded random numbers.
//!
//! Every random draw of a memo comes from a seed in its plan and from the index
//! of the task that draws, so that the bytes do not depend on the number of threads.

use rand_core::Rng;
use rand_pcg::Pcg64Mcg;

/// A seeded generator: the same seed and task give the same stream on every platform.
///
/// Source: O'Neill (2014), "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms", HMC-CS-2014-0905.
#[derive(Debug, Clone)]
pub struct Seeded(Pcg64Mcg);

impl Seeded {
    /// Starts the stream of task `task_idx` under `seed`.
    pub fn new(seed: u64, task_idx: u64) -> Self {
        // Two rounds of splitmix keep neighbouring seeds and tasks apart.
        let state = (u128::from(mixed(seed)) << 64) | u128::from(mixed(seed ^ mixed(task_idx.wrapping_add(1))));
        Self(Pcg64Mcg::new(state))
    }

    /// Draws an integer in `[0, below)`, without modulo bias.
    ///
    /// # Panics
    /// Where `below` is zero.
    pub fn below(&mut self, below: u64) -> u64 {
        assert!(below > 0, "a draw needs at least one outcome");
        // Lemire (2019), "Fast Random Integer Generation in an Interval".
        let threshold = below.wrapping_neg() % below;
        loop {
            let product = u128::from(self.0.next_u64()) * u128::from(below);
            // The low half decides whether the draw falls into the biased remainder.
            if (product as u64) >= threshold {
                return (product >> 64) as u64;
            }
        }
    }

    /// Draws a number in `[0, 1)` with 53 random bits.
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Draws true or false, each with probability one half.
    pub fn coin(&mut self) -> bool {
        self.0.next_u64() >> 63 == 1
    }

    /// Shuffles `items` in place.
    ///
    /// Source: Fisher & Yates (1938), in Durstenfeld's form.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i as u64 + 1) as usize);
        }
    }
}

/// Mixes the bits of `x`. Source: Steele, Lea & Flood (2014), splitmix64.
fn mixed(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_one_stream_and_tasks_differ() {
        let draws = |task| (0..4).map(|_| Seeded::new(7, task).below(1000)).collect::<Vec<_>>();
        assert_eq!(draws(0), draws(0));
        let (mut a, mut b) = (Seeded::new(7, 0), Seeded::new(7, 1));
        assert_ne!(
            (0..4).map(|_| a.below(1 << 40)).collect::<Vec<_>>(),
            (0..4).map(|_| b.below(1 << 40)).collect::<Vec<_>>()
        );
    }

    #[test]
    fn draws_are_even() {
        let mut rng = Seeded::new(1, 1);
        let mut counts = [0u32; 6];
        for _ in 0..60_000 {
            counts[rng.below(6) as usize] += 1;
        }
        // Standard deviation of one count is 91; five of them is far out.
        assert!(counts.iter().all(|n| n.abs_diff(10_000) < 460), "{counts:?}");
    }
}
