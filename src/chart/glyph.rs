//! Glyphs of groups: a form and a shade for each place, so that a map and a tree of the same groups agree.
//!
//! Form alone tells groups apart, in greyscale and to every eye; the shade helps who sees it. It must not know what a
//! group is.

use super::ink::Hue;
use super::ink::Sheet;
use super::outline::Outline;

/// What a group's mark looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Dot,
    Ring,
    Square,
    Cross,
    Triangle,
    HollowSquare,
    Plus,
    HollowTriangle,
    Diamond,
    HollowDiamond,
    /// Of no group: small, and below all others.
    Rest,
}

/// The mark of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Glyph {
    form: Form,
    /// Its shade.
    pub mark: Hue,
    /// The same for letters.
    pub text: Hue,
}

/// For those of no group.
pub(super) const REST: Glyph = glyph(Form::Rest, Hue::Mute, Hue::Sec);

/// Neighbours differ in form and in shade, and filled forms alternate with open ones.
const GLYPHS: [Glyph; 10] = [
    glyph(Form::Dot, Hue::Beh, Hue::Beh),
    glyph(Form::Ring, Hue::Ink, Hue::Ink),
    glyph(Form::Square, Hue::Mix, Hue::Mixt),
    glyph(Form::Cross, Hue::Sec, Hue::Sec),
    glyph(Form::Triangle, Hue::Ink, Hue::Ink),
    glyph(Form::HollowSquare, Hue::Beh, Hue::Beh),
    glyph(Form::Plus, Hue::Mix, Hue::Mixt),
    glyph(Form::HollowTriangle, Hue::Sec, Hue::Sec),
    glyph(Form::Diamond, Hue::Beh, Hue::Beh),
    glyph(Form::HollowDiamond, Hue::Mix, Hue::Mixt),
];

const fn glyph(form: Form, mark: Hue, text: Hue) -> Glyph {
    Glyph { form, mark, text }
}

/// Returns the glyph of a place; from the eleventh on they repeat.
pub(super) fn of(place: usize) -> Glyph {
    GLYPHS[place % GLYPHS.len()]
}

impl Glyph {
    /// Draws it at every place, `radius` points from its middle to where a dot would end.
    pub(super) fn draw(self, sheet: &mut Sheet, places: impl IntoIterator<Item = [f64; 2]>, radius: f64) {
        let (from, steps) = self.form.steps(radius);
        let mut outline = Outline::default();
        for [x, y] in places {
            outline.start_at([x + from[0], y + from[1]]);
            outline.go(&steps);
        }
        let thick = (0.5 * radius).clamp(0.6, 1.1);
        match self.form {
            Form::Dot => sheet.stroke(&outline, self.mark, 2.0 * radius),
            Form::Rest => sheet.stroke(&outline, self.mark, 1.2 * radius),
            Form::Square | Form::Triangle | Form::Diamond => sheet.fill(&outline, self.mark),
            Form::Cross | Form::Plus => sheet.stroke(&outline, self.mark, thick),
            Form::Ring | Form::HollowSquare | Form::HollowTriangle | Form::HollowDiamond => {
                sheet.hollow(&outline, self.mark, thick);
            }
        }
    }
}

impl Form {
    /// Where the pen starts, seen from the middle, and how it goes from there; forms of one radius weigh about the same.
    fn steps(self, radius: f64) -> ([f64; 2], String) {
        // A stroke of half its width lies outside: an open form is drawn that much smaller.
        let open = 0.85 * radius;
        match self {
            // A line of no length with round ends is a dot; a hundredth, because some renderers draw no line of none.
            Form::Dot | Form::Rest => ([0.0, 0.0], "h.01".to_owned()),
            Form::Ring => {
                let twice = 2.0 * open;
                let arc = format!("a{open:.2},{open:.2} 0 1,0");
                ([-open, 0.0], format!("{arc} {twice:.2},0{arc} -{twice:.2},0z"))
            }
            Form::Square => square(0.9 * radius),
            Form::HollowSquare => square(0.8 * radius),
            Form::Cross => {
                let (half, all) = (0.8 * radius, 1.6 * radius);
                let steps = format!("l{all:.2},{all:.2}m-{all:.2},0l{all:.2},-{all:.2}");
                ([-half, -half], steps)
            }
            Form::Plus => {
                let (half, all) = (1.1 * radius, 2.2 * radius);
                ([-half, 0.0], format!("h{all:.2}m-{half:.2},-{half:.2}v{all:.2}"))
            }
            Form::Triangle => triangle(1.25 * radius),
            Form::HollowTriangle => triangle(1.1 * radius),
            Form::Diamond => diamond(1.25 * radius),
            Form::HollowDiamond => diamond(1.1 * radius),
        }
    }
}

fn square(half: f64) -> ([f64; 2], String) {
    let all = 2.0 * half;
    ([-half, -half], format!("h{all:.2}v{all:.2}h-{all:.2}z"))
}

/// On its base, the middle of its area at the place.
fn triangle(reach: f64) -> ([f64; 2], String) {
    // Of an equilateral triangle whose corners are `reach` from its middle: half a side, and its height.
    let (half, tall) = (0.866 * reach, 1.5 * reach);
    ([0.0, -reach], format!("l{half:.2},{tall:.2}h-{:.2}z", 2.0 * half))
}

fn diamond(reach: f64) -> ([f64; 2], String) {
    let steps = format!("l{reach:.2},{reach:.2}l-{reach:.2},{reach:.2}l-{reach:.2},-{reach:.2}z");
    ([0.0, -reach], steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_groups_share_a_form_and_neighbours_share_no_shade() {
        for (place, one) in GLYPHS.iter().enumerate() {
            assert!(GLYPHS[..place].iter().all(|it| it.form != one.form));
            assert_ne!(one.mark, of(place + 1).mark, "{place}");
        }
    }
}
