//! Outlines of marks that are no rectangle, line or dot: ribbons, and many small glyphs as one.
//!
//! A thousand glyphs in one path take fewer bytes than a thousand marks, each with its paint. An outline knows places;
//! it must not know its paint.

use super::ink::fixed;
use std::fmt::Write;

/// A path, built step by step in points.
#[derive(Debug, Clone, Default)]
pub(super) struct Outline {
    path: String,
    /// A place was not finite: nothing is drawn, rather than a mark in a wrong place.
    is_lost: bool,
}

impl Outline {
    /// Begins a part at a point.
    pub(super) fn start_at(&mut self, at: [f64; 2]) {
        self.step('M', &[at]);
    }

    /// Goes straight to a point.
    pub(super) fn line_to(&mut self, to: [f64; 2]) {
        self.step('L', &[to]);
    }

    /// Goes to the last point by a cubic curve that leaves towards the first and arrives from the second.
    pub(super) fn curve_to(&mut self, points: [[f64; 2]; 3]) {
        self.step('C', &points);
    }

    /// Goes on by steps that are written down already, relative to where it is.
    pub(super) fn go(&mut self, steps: &str) {
        self.path.push_str(steps);
    }

    /// Closes the part that was begun last.
    pub(super) fn close(&mut self) {
        self.path.push('Z');
    }

    /// Returns the path as SVG writes it; none where there is nothing to draw.
    pub(super) fn path(&self) -> Option<&str> {
        (!self.is_lost && !self.path.is_empty()).then_some(self.path.as_str())
    }

    fn step(&mut self, letter: char, points: &[[f64; 2]]) {
        self.is_lost |= points.iter().flatten().any(|it| !it.is_finite());
        self.path.push(letter);
        for (idx, [x, y]) in points.iter().enumerate() {
            let gap = if idx == 0 { "" } else { " " };
            // Writing to a string cannot fail.
            let _ = write!(self.path, "{gap}{},{}", fixed(*x), fixed(*y));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_that_leaves_the_sheet_of_numbers_is_not_drawn() {
        let mut outline = Outline::default();
        assert_eq!(outline.path(), None);
        outline.start_at([1.0, 2.0]);
        outline.curve_to([[1.5, 2.0], [1.5, 3.0], [2.0, 3.0]]);
        outline.close();
        assert_eq!(outline.path(), Some("M1.00,2.00C1.50,2.00 1.50,3.00 2.00,3.00Z"));
        outline.line_to([f64::NAN, 0.0]);
        assert_eq!(outline.path(), None);
    }
}
