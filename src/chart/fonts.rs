//! The fonts that ship with the program, and how wide their glyphs are.
//!
//! Labels are measured with the very fonts that draw them, so that none collides, in print or on
//! screen. The table of faces is also what the PDF is set with: no font of the machine is ever
//! asked. It must not know what a label says.

use std::sync::LazyLock;
use ttf_parser::Face;

/// Family of all figures, labels and body text.
pub const SANS: &str = "Source Sans Pro";
/// Family of what [`SANS`] lacks: Greek, Cyrillic, Hebrew, Arabic, signs.
pub const FALLBACK: &str = "DejaVu Sans";
/// Stands for a character that no shipped font has.
pub const MISSING: char = '□';

/// A font file: its name in the PDF project's `fonts/`, and its bytes.
#[derive(Debug, Clone, Copy)]
pub struct FontFile {
    /// File name.
    pub name: &'static str,
    /// The whole file.
    pub bytes: &'static [u8],
}

macro_rules! font {
    ($name:literal) => {
        FontFile {
            name: $name,
            bytes: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/fonts/", $name)),
        }
    };
}

/// Every font that a PDF may be set with. The order decides between fallbacks, so it is part of the output.
pub const FILES: [FontFile; 7] = [
    font!("SourceSansPro-Regular.otf"),
    font!("SourceSansPro-Semibold.otf"),
    font!("SourceSansPro-It.otf"),
    font!("SourceSerifPro-Regular.otf"),
    font!("SourceSerifPro-Semibold.otf"),
    font!("DejaVuSans.ttf"),
    font!("DejaVuSansMono.ttf"),
];

/// The web fonts that an HTML memo carries, by file name: subsets of the four upright faces.
pub const WEB_FILES: [FontFile; 4] = [
    font!("BellwetherSans-Regular.woff2"),
    font!("BellwetherSans-Semibold.woff2"),
    font!("BellwetherSerif-Regular.woff2"),
    font!("BellwetherSerif-Semibold.woff2"),
];

/// How heavy a label is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Most labels.
    Regular,
    /// The one that matters.
    Semibold,
}

struct Faces {
    regular: Face<'static>,
    semibold: Face<'static>,
    fallback: Face<'static>,
}

static FACES: LazyLock<Faces> = LazyLock::new(|| Faces {
    regular: face(0),
    semibold: face(1),
    fallback: face(5),
});

fn face(file_idx: usize) -> Face<'static> {
    Face::parse(FILES[file_idx].bytes, 0).expect("a shipped font is well-formed")
}

/// Returns the width of `text` in points at `size` points, without kerning (which only narrows).
pub fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let face = face_for(text, weight);
    text.chars().map(|c| advance_em(c, face)).sum::<f64>() * size
}

/// Returns `text`, or its beginning with an ellipsis where it is wider than `room` points.
pub fn fitted(text: &str, size: f64, weight: Weight, room: f64) -> String {
    if width(text, size, weight) <= room {
        return text.to_owned();
    }
    let face = face_for(text, weight);
    let room = room - advance_em('…', face) * size;
    let mut used = 0.0;
    let mut kept = String::new();
    for c in text.chars() {
        used += advance_em(c, face) * size;
        if room < used {
            break;
        }
        kept.push(c);
    }
    kept.truncate(kept.trim_end_matches(|c: char| c.is_whitespace() || is_joiner(c)).len());
    kept.push('…');
    kept
}

/// Returns the lines of `text` broken at spaces, none wider than `room` points unless a single word is.
pub fn wrapped(text: &str, size: f64, weight: Weight, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    // Only the ordinary space may break: U+00A0 and U+202F bind a figure to its unit.
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size, weight) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// True where a shipped font can draw `c`, or nothing needs to be drawn.
pub fn covers(c: char) -> bool {
    let faces = &*FACES;
    c.is_whitespace()
        || is_joiner(c)
        || [&faces.regular, &faces.fallback]
            .iter()
            .any(|it| it.glyph_index(c).is_some())
}

/// True for characters that join, select or direct their neighbours and have no ink of their own.
pub fn is_joiner(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// The face that a whole label is drawn with.
///
/// Where one character needs the fallback, the PDF's renderer takes all of the label from there, and the fallback is
/// the wider of the two; a browser, which goes character by character, then needs less.
fn face_for(text: &str, weight: Weight) -> &'static Face<'static> {
    let faces = &*FACES;
    let first = match weight {
        Weight::Regular => &faces.regular,
        Weight::Semibold => &faces.semibold,
    };
    let has_all = text.chars().all(|c| is_joiner(c) || first.glyph_index(c).is_some());
    if has_all { first } else { &faces.fallback }
}

/// The advance of a character in ems; what the face has not is as wide as [`MISSING`].
fn advance_em(c: char, face: &Face<'_>) -> f64 {
    if is_joiner(c) {
        return 0.0;
    }
    let glyph = face
        .glyph_index(c)
        .or_else(|| face.glyph_index(MISSING))
        .unwrap_or_default();
    f64::from(face.glyph_hor_advance(glyph).unwrap_or_default()) / f64::from(face.units_per_em())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_equally_wide_and_semibold_ones_are_wider() {
        let widths: Vec<f64> = ('0'..='9')
            .map(|c| width(&c.to_string(), 1.0, Weight::Regular))
            .collect();
        assert!(widths.iter().all(|it| (it - widths[0]).abs() < 1e-12));
        assert!(widths[0] < width("0", 1.0, Weight::Semibold));
    }

    #[test]
    fn a_fitted_text_is_never_wider_than_its_room() {
        for text in [
            "Household size",
            "עברית עברית עברית עברית",
            "😀😀😀😀😀😀😀😀😀",
            &"x".repeat(10_000),
        ] {
            for room in [10.0, 25.0, 60.0] {
                let short = fitted(text, 8.0, Weight::Regular, room);
                assert!(width(&short, 8.0, Weight::Regular) <= room, "{short} in {room}");
            }
        }
        assert_eq!(fitted("Age", 8.0, Weight::Regular, 40.0), "Age");
    }

    #[test]
    fn a_line_breaks_at_ordinary_spaces_only() {
        assert_eq!(
            wrapped("80\u{202f}% interval ahead", 8.0, Weight::Regular, 48.0),
            ["80\u{202f}% interval", "ahead"]
        );
    }

    #[test]
    fn hebrew_is_covered_and_chinese_is_not() {
        assert!(covers('א') && covers('ع') && covers('σ') && covers('−') && covers(MISSING));
        assert!(!covers('中'));
    }
}
