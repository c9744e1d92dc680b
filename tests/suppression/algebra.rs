//! Linear algebra over sums of cells: which of them follow from which.

/// A prime that the program does not use: two ways to the same answer.
pub(super) const PRIME: u64 = 1_000_000_007;

pub(super) fn inverse(x: u64) -> u64 {
    let (mut product, mut base, mut exponent) = (1, x, PRIME - 2);
    while exponent > 0 {
        if exponent % 2 == 1 {
            product = product * base % PRIME;
        }
        base = base * base % PRIME;
        exponent /= 2;
    }
    product
}

/// Equations in echelon form.
pub(super) struct Echelon(Vec<(usize, Vec<u64>)>);

impl Echelon {
    pub(super) fn of(n_cells: usize, rows: &[Vec<usize>]) -> Self {
        let mut echelon = Self(Vec::new());
        for row in rows {
            let mut left = echelon.left(n_cells, row);
            if let Some(pivot) = left.iter().position(|it| *it != 0) {
                let scale = inverse(left[pivot]);
                left.iter_mut().for_each(|it| *it = *it * scale % PRIME);
                echelon.0.push((pivot, left));
            }
        }
        echelon
    }

    /// What of a sum over cells no equation explains.
    pub(super) fn left(&self, n_cells: usize, cells: &[usize]) -> Vec<u64> {
        let mut left = vec![0; n_cells];
        cells.iter().for_each(|it| left[*it] += 1);
        for (pivot, row) in &self.0 {
            let factor = left[*pivot];
            if factor > 0 {
                for (x, y) in left.iter_mut().zip(row) {
                    *x = (*x + (PRIME - factor) * y) % PRIME;
                }
            }
        }
        left
    }

    pub(super) fn solves(&self, n_cells: usize, cells: &[usize]) -> bool {
        self.left(n_cells, cells).iter().all(|it| *it == 0)
    }
}
