//! A tree as a table, for asking it thousands of times what a row would get with another level.
//!
//! Walking the nodes for every level of every attribute is what permutation importances would spend their time on.

use super::Tree;

/// A tree with few splits as a table of cells: levels that go the same way at every split are one class, and a row's
/// cell is told by the classes of its levels.
#[derive(Debug, Clone)]
pub struct TreeTable {
    /// The attributes that are split on, upwards.
    used: Vec<Used>,
    /// What a row of each cell gets.
    means: Vec<f64>,
    /// For each cell, by how much that would move with each level of each attribute: [`width`] numbers.
    moves: Vec<f32>,
    width: usize,
}

#[derive(Debug, Clone)]
struct Used {
    attribute_idx: usize,
    /// By level: its class times the stride, what it adds to the number of the cell.
    offsets: Vec<usize>,
}

/// Moves that are added at a time.
const LANE: usize = 8;

/// Returns how many numbers the moves of a cell are: one a level of every attribute, one after the other, and zeros.
pub fn width(n_levels: &[usize]) -> usize {
    n_levels.iter().sum::<usize>().next_multiple_of(LANE)
}

/// Splits of a tree that may be a table: each doubles the cells at most.
const MOST_SPLITS: usize = 15;

impl Tree {
    /// Returns the tree as a table; `n_levels` holds one count an attribute.
    ///
    /// # Panics
    /// Where the tree has more than 15 splits.
    pub fn table(&self, n_levels: &[usize]) -> TreeTable {
        let splits = || self.nodes.iter().filter_map(|node| node.split.as_ref());
        assert!(splits().count() <= MOST_SPLITS, "a tree has few splits");
        let mut attributes: Vec<usize> = splits().map(|it| it.attribute_idx).collect();
        attributes.sort_unstable();
        attributes.dedup();
        let mut used = Vec::with_capacity(attributes.len());
        // For each used attribute its stride, and a level of each class.
        let mut classes: Vec<(usize, Vec<u16>)> = Vec::with_capacity(attributes.len());
        let mut n_cells = 1;
        for attribute_idx in attributes {
            let sides = |level: usize| -> Vec<bool> {
                let own = splits().filter(|it| it.attribute_idx == attribute_idx);
                own.map(|it| self.sides[it.sides_from + level]).collect()
            };
            let mut met: Vec<Vec<bool>> = Vec::new();
            let mut examples = Vec::new();
            let mut offsets = Vec::with_capacity(n_levels[attribute_idx]);
            for level in 0..n_levels[attribute_idx] {
                let own = sides(level);
                let class = met.iter().position(|it| *it == own).unwrap_or_else(|| {
                    met.push(own);
                    examples.push(super::code(level));
                    met.len() - 1
                });
                offsets.push(class * n_cells);
            }
            classes.push((n_cells, examples));
            n_cells *= met.len();
            used.push(Used { attribute_idx, offsets });
        }
        let class_of = |cell: usize, place: usize| cell / classes[place].0 % classes[place].1.len();
        let mean = |cell: usize| {
            self.predict(|idx| {
                let place = used
                    .iter()
                    .position(|it| it.attribute_idx == idx)
                    .expect("the tree splits on it");
                classes[place].1[class_of(cell, place)]
            })
        };
        let means: Vec<f64> = (0..n_cells).map(mean).collect();
        let width = width(n_levels);
        let mut moves = vec![0.0; n_cells * width];
        for (place, used) in used.iter().enumerate() {
            let from: usize = n_levels[..used.attribute_idx].iter().sum();
            for cell in 0..n_cells {
                let rest = cell - class_of(cell, place) * classes[place].0;
                let own = &mut moves[cell * width + from..];
                for (moved, offset) in own.iter_mut().zip(&used.offsets) {
                    *moved = (means[rest + offset] - means[cell]) as f32;
                }
            }
        }
        TreeTable {
            used,
            means,
            moves,
            width,
        }
    }
}

impl TreeTable {
    /// Returns the cell of a row; `level_of` gives its code for an attribute.
    pub fn cell(&self, level_of: impl Fn(usize) -> u16) -> u32 {
        let offsets = self
            .used
            .iter()
            .map(|it| it.offsets[usize::from(level_of(it.attribute_idx))]);
        u32::try_from(offsets.sum::<usize>()).expect("a table has few cells")
    }

    /// Returns the mean of the leaf that the rows of a cell fall into; as [`Tree::predict`].
    pub fn predict(&self, cell: u32) -> f64 {
        self.means[cell as usize]
    }

    /// Adds, for every attribute and each of its levels, by how much the prediction would move if the rows of a cell had
    /// that level instead; `moves` holds [`width`] numbers.
    ///
    /// In 24 bits: a move is rounded by less than 10⁻⁷ of itself, where chance moves importances in their first digits,
    /// and twice as many fit into a step of the processor.
    pub fn add_moves(&self, cell: u32, moves: &mut [f32]) {
        let own = &self.moves[cell as usize * self.width..][..self.width];
        let (moves, _) = moves.as_chunks_mut::<LANE>();
        let (own, _) = own.as_chunks::<LANE>();
        for (moves, own) in moves.iter_mut().zip(own) {
            moves.iter_mut().zip(own).for_each(|(moved, by)| *moved += by);
        }
    }
}
