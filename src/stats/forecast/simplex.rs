//! A derivative-free search for the minimum of a function of up to four numbers.
//!
//! It exists because a smoothing model's squared error has no useful gradient at
//! its bounds. It must not know what it minimises.

/// The largest number of parameters any model of the pool has.
pub(super) const MAX_PARAMETERS: usize = 4;

/// One point of the search; entries past the used ones stay as the start has them.
pub(super) type Point = [f64; MAX_PARAMETERS];

/// The search ends where the worst corner is this close to the best, relative to the best.
const TOLERANCE: f64 = 1e-5;

/// Returns the point at which `cost` is lowest among at most about `max_evaluations` looked at.
///
/// The search varies the entries of `start` whose step is not zero. `cost` may return infinity
/// for points out of bounds; `start` itself must be inside, then so is the result.
///
/// Source: Nelder & Mead (1965), "A Simplex Method for Function Minimization", Computer Journal
/// 7(4): 308–313, with their coefficients 1, 2, ½ and ½.
pub(super) fn minimum(
    mut cost: impl FnMut(&Point) -> f64,
    start: Point,
    steps: Point,
    max_evaluations: usize,
) -> Point {
    let free: Vec<usize> = (0..MAX_PARAMETERS).filter(|&i| steps[i] != 0.0).collect();
    let n_free = free.len();
    let mut corners: Vec<(f64, Point)> = vec![(cost(&start), start)];
    for &i in &free {
        let mut corner = start;
        corner[i] += steps[i];
        corners.push((cost(&corner), corner));
    }
    let mut n_evaluations = corners.len();
    loop {
        // The sort is stable, so that ties keep their order and the path is the same everywhere.
        corners.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (best, worst) = (corners[0], corners[n_free]);
        if n_evaluations >= max_evaluations || worst.0 - best.0 <= TOLERANCE * best.0.abs() {
            return best.1;
        }
        let mut centre = start;
        for &i in &free {
            centre[i] = corners[..n_free].iter().map(|corner| corner.1[i]).sum::<f64>() / n_free as f64;
        }
        let mut tried = |distance: f64| {
            let mut point = start;
            for &i in &free {
                point[i] = centre[i] + distance * (centre[i] - worst.1[i]);
            }
            n_evaluations += 1;
            (cost(&point), point)
        };
        let reflected = tried(1.0);
        let replacement = if reflected.0 < best.0 {
            let expanded = tried(2.0);
            Some(if expanded.0 < reflected.0 { expanded } else { reflected })
        } else if reflected.0 < corners[n_free - 1].0 {
            Some(reflected)
        } else {
            let contracted = tried(if reflected.0 < worst.0 { 0.5 } else { -0.5 });
            (contracted.0 < reflected.0.min(worst.0)).then_some(contracted)
        };
        match replacement {
            Some(corner) => corners[n_free] = corner,
            None => {
                for corner in &mut corners[1..] {
                    for &i in &free {
                        corner.1[i] = 0.5 * (corner.1[i] + best.1[i]);
                    }
                    corner.0 = cost(&corner.1);
                }
                n_evaluations += n_free;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bottom_of_a_bowl_is_found() {
        let bowl = |p: &Point| (p[0] - 0.3) * (p[0] - 0.3) + 2.0 * (p[1] + 0.1) * (p[1] + 0.1) + 1.0;
        let found = minimum(bowl, [0.0, 0.0, 7.0, 7.0], [0.5, 0.5, 0.0, 0.0], 200);
        // The tolerance is on the cost; a quadratic's argument is known to its square root.
        assert!(
            (found[0] - 0.3).abs() < 3e-3 && (found[1] + 0.1).abs() < 3e-3,
            "{found:?}"
        );
        assert_eq!(found[2..], [7.0, 7.0]);
    }

    #[test]
    fn the_search_stays_inside_its_bounds() {
        let walled = |p: &Point| if p[0] < 0.0 { f64::INFINITY } else { p[0] + 1.0 };
        let found = minimum(walled, [0.5, 0.0, 0.0, 0.0], [0.2, 0.0, 0.0, 0.0], 200);
        assert!((0.0..0.01).contains(&found[0]), "{found:?}");
    }
}
