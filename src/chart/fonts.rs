//! The fonts that a memo is set with, and how wide their glyphs are: those that ship, then those of its spec.
//!
//! Labels are measured with the very fonts that draw them, so that none collides, in print or on
//! screen. The table of faces is also what the PDF is set with: no font of the machine is ever
//! asked. It must not know what a label says.

mod breaks;

use crate::model::font::FontFile as OwnFile;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::LazyLock;
use ttf_parser::Face;
use typst::layout::Abs;
use typst::text::Font;
use typst::text::FontBook;
use typst::text::FontInstance;
use typst::text::FontVariant;
use typst::text::FontVariations;
use typst::text::FontWeight;

/// Family of all figures, labels and body text.
pub const SANS: &str = "Source Sans Pro";
/// Family of what [`SANS`] lacks: Greek, Cyrillic, Hebrew, Arabic, signs.
pub const FALLBACK: &str = "DejaVu Sans";
/// Size of a label, in points.
const LABEL_SIZE: f64 = 8.0;
/// Stands for a character that no font has.
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

/// The fonts of a memo.
#[derive(Debug, Clone, Default)]
pub struct Fonts {
    own: Arc<Own>,
}

/// The fonts of a spec.
#[derive(Debug, Default)]
struct Own {
    files: Vec<OwnFile>,
    /// All fonts of the files, in their order.
    fonts: Vec<Font>,
    /// The same, as the PDF's compiler looks them up.
    book: FontBook,
}

/// The faces that draw a label.
enum Drawn<'a> {
    /// One that ships draws all of it, or a box.
    Shipped(&'a Face<'static>),
    /// One of the spec draws all of it.
    Own(OwnFace<'a>),
    /// Each character is drawn by the first that has it.
    Several,
}

/// A font of the spec in one weight.
struct OwnFace<'a> {
    font: &'a Font,
    instance: FontInstance,
}

/// A part of a label that one font draws.
#[derive(Debug)]
pub(super) struct LabelRun<'a, 'b> {
    pub(super) text: &'a str,
    /// Its width, in ems.
    pub(super) ems: f64,
    /// The families that are asked, in order.
    pub(super) families: Vec<&'b str>,
}

impl Fonts {
    /// The shipped fonts, and those of a spec for what they lack.
    pub fn with(files: &[OwnFile]) -> Self {
        let fonts: Vec<Font> = files.iter().flat_map(|it| it.fonts.clone()).collect();
        let own = Own {
            files: files.to_vec(),
            book: FontBook::from_fonts(&fonts),
            fonts,
        };
        Self { own: Arc::new(own) }
    }

    /// Returns the font files of the spec, in the order in which they are asked.
    pub fn own(&self) -> &[OwnFile] {
        &self.own.files
    }

    /// Lists the families of the spec's fonts, each once, in the order in which they are asked.
    pub fn own_families(&self) -> Vec<&str> {
        let mut families: Vec<&str> = Vec::new();
        for font in &self.own.fonts {
            let family = font.info().family.as_str();
            if !families.contains(&family) {
                families.push(family);
            }
        }
        families
    }

    /// Parts characters by the family of the spec that draws them; those that ship, or are in no font, are left out.
    pub fn drawn_by_own(&self, characters: &BTreeSet<char>) -> Vec<(&Font, BTreeSet<char>)> {
        let mut left: BTreeSet<char> = characters.iter().copied().filter(|it| !ships(*it)).collect();
        let mut parts = Vec::new();
        for family in self.own_families() {
            let font = self.of_family(family, Weight::Regular);
            let (has, rest) = left.into_iter().partition(|it| has(font, *it));
            left = rest;
            parts.push((font, has));
        }
        parts.retain(|it| !it.1.is_empty());
        parts
    }

    /// Returns the width of `text` in points at `size` points, without kerning (which only narrows).
    pub fn width(&self, text: &str, size: f64, weight: Weight) -> f64 {
        let advance_em = self.advances(text, weight);
        text.chars().map(advance_em).sum::<f64>() * size
    }

    /// Returns `text`, or its beginning with an ellipsis where it is wider than `room` points.
    pub fn fitted(&self, text: &str, size: f64, weight: Weight, room: f64) -> String {
        if self.width(text, size, weight) <= room {
            return text.to_owned();
        }
        let advance_em = self.advances(text, weight);
        let room = room - advance_em('…') * size;
        let mut used = 0.0;
        let mut kept = String::new();
        for c in text.chars() {
            used += advance_em(c) * size;
            if room < used {
                break;
            }
            kept.push(c);
        }
        kept.truncate(kept.trim_end_matches(|c: char| c.is_whitespace() || is_joiner(c)).len());
        kept.push('…');
        kept
    }

    /// Returns the lines of `text` broken at spaces and beside Chinese and Japanese letters, none wider than `room` points
    /// unless a single word is.
    pub fn wrapped(&self, text: &str, size: f64, weight: Weight, room: f64) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for (between, word) in breaks::words(text) {
            match lines.last_mut() {
                Some(line) if self.width(&format!("{line}{between}{word}"), size, weight) <= room => {
                    line.push_str(between);
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        lines
    }

    /// True where a font can draw `c`, or nothing needs to be drawn.
    pub fn covers(&self, c: char) -> bool {
        ships(c) || self.own.fonts.iter().any(|it| has(it, c))
    }

    /// Returns the text with a box in the place of what no font can draw.
    pub(super) fn drawable(&self, text: &str) -> String {
        let box_or = |c: char| {
            if c.is_control() || self.covers(c) { c } else { MISSING }
        };
        text.chars().map(box_or).collect()
    }

    /// Parts a label into runs that one font can draw; where one can draw all of it, that is one run.
    ///
    /// The PDF's renderer takes the first of several families for all of a label that it has, and looks for the rest by
    /// itself: not for a space, and only where both fonts join letters alike. So nothing is left for it to look for. (Runs
    /// stand from left to right: within a run Hebrew is in its own order, a label of it and of Chinese is not.)
    pub(super) fn runs<'a>(&self, text: &'a str, weight: Weight) -> Vec<LabelRun<'a, '_>> {
        let whole = |families| {
            let ems = self.width(text, 1.0, weight);
            vec![LabelRun { text, ems, families }]
        };
        match self.drawn(text, weight) {
            // Without a font of the spec nobody but the fallback has what the first lacks.
            Drawn::Shipped(face) if !self.own.fonts.is_empty() && std::ptr::eq(face, &raw const FACES.fallback) => {
                return whole(vec![FALLBACK, SANS]);
            }
            Drawn::Shipped(_) => return whole(vec![SANS, FALLBACK]),
            Drawn::Own(own) => return whole(vec![own.font.info().family.as_str(), SANS, FALLBACK]),
            Drawn::Several => {}
        }
        let mut runs: Vec<LabelRun<'a, '_>> = Vec::new();
        let mut from = 0;
        for (at, c) in text.char_indices() {
            let (family, ems) = self.alone(c, weight);
            let until = at + c.len_utf8();
            match runs.last_mut() {
                // What has no ink of its own belongs to what it joins.
                Some(run) if run.families == [family] || is_joiner(c) => {
                    run.text = &text[from..until];
                    run.ems += ems;
                }
                _ => {
                    from = at;
                    let (text, families) = (&text[at..until], vec![family]);
                    runs.push(LabelRun { text, ems, families });
                }
            }
        }
        runs
    }

    /// The faces that a label is drawn with.
    ///
    /// Where one character needs the fallback, the PDF's renderer takes all of the label from there, and the fallback is
    /// the wider of the two; a browser, which goes character by character, then needs less.
    fn drawn(&self, text: &str, weight: Weight) -> Drawn<'_> {
        let first = first(weight);
        if text.chars().all(|c| is_joiner(c) || first.glyph_index(c).is_some()) {
            return Drawn::Shipped(first);
        }
        let mut foreign = text.chars().filter(|it| !ships(*it) && self.covers(*it));
        if foreign.next().is_none() {
            return Drawn::Shipped(&FACES.fallback);
        }
        let mut own = self.own_families().into_iter().map(|it| self.of_family(it, weight));
        let whole = own.find(|font| text.chars().all(|c| is_joiner(c) || has(font, c)));
        whole.map_or(Drawn::Several, |it| Drawn::Own(OwnFace::of(it, weight)))
    }

    /// The family that draws a character by itself, in the order of the fonts, and its advance in ems.
    fn alone(&self, c: char, weight: Weight) -> (&str, f64) {
        let (first, fallback) = (first(weight), &FACES.fallback);
        if is_joiner(c) || first.glyph_index(c).is_some() {
            return (SANS, advance_em(c, first));
        }
        let own = || {
            let mut fonts = self.own_families().into_iter().map(|it| self.of_family(it, weight));
            fonts.find(|it| has(it, c))
        };
        match own().filter(|_| fallback.glyph_index(c).is_none()) {
            Some(font) => (font.info().family.as_str(), OwnFace::of(font, weight).advance_em(c)),
            None => (FALLBACK, advance_em(c, fallback)),
        }
    }

    /// Returns what gives the advance in ems of each character of a label; of an ellipsis behind it, too.
    ///
    /// In running text letters that ship stay as they are beside one of the spec's fonts, in a label they may be taken
    /// from there: the wider of the two is enough for both.
    fn advances(&self, text: &str, weight: Weight) -> impl Fn(char) -> f64 {
        let drawn = self.drawn(text, weight);
        move |c| match &drawn {
            Drawn::Shipped(face) => advance_em(c, face),
            Drawn::Own(own) if has(own.font, c) => own.advance_em(c).max(self.alone(c, weight).1),
            Drawn::Own(_) | Drawn::Several => self.alone(c, weight).1,
        }
    }

    /// The font of a family that a label of this weight is drawn with.
    fn of_family(&self, family: &str, weight: Weight) -> &Font {
        let at = self.own.book.select(&family.to_lowercase(), variant(weight));
        &self.own.fonts[at.expect("the family is that of one of the fonts")]
    }
}

impl OwnFace<'_> {
    fn of(font: &Font, weight: Weight) -> OwnFace<'_> {
        let instance = font
            .clone()
            .instantiate(variant(weight), Abs::pt(LABEL_SIZE), &FontVariations::default());
        OwnFace { font, instance }
    }

    fn advance_em(&self, c: char) -> f64 {
        advance_em(c, self.instance.ttf())
    }
}

/// The shipped face that labels of this weight have.
fn first(weight: Weight) -> &'static Face<'static> {
    match weight {
        Weight::Regular => &FACES.regular,
        Weight::Semibold => &FACES.semibold,
    }
}

/// What the PDF's compiler is asked for.
fn variant(weight: Weight) -> FontVariant {
    FontVariant {
        weight: match weight {
            Weight::Regular => FontWeight::REGULAR,
            Weight::Semibold => FontWeight::SEMIBOLD,
        },
        ..FontVariant::default()
    }
}

/// True where a shipped font can draw `c`, or nothing needs to be drawn.
pub fn ships(c: char) -> bool {
    let faces = &*FACES;
    c.is_whitespace()
        || is_joiner(c)
        || [&faces.regular, &faces.fallback]
            .iter()
            .any(|it| it.glyph_index(c).is_some())
}

/// True where a font of a spec can draw `c`.
fn has(font: &Font, c: char) -> bool {
    font.info().coverage.contains(u32::from(c))
}

/// True for characters that join, select or direct their neighbours and have no ink of their own.
pub fn is_joiner(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
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
            .map(|c| Fonts::default().width(&c.to_string(), 1.0, Weight::Regular))
            .collect();
        assert!(widths.iter().all(|it| (it - widths[0]).abs() < 1e-12));
        assert!(widths[0] < Fonts::default().width("0", 1.0, Weight::Semibold));
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
                let short = Fonts::default().fitted(text, 8.0, Weight::Regular, room);
                assert!(
                    Fonts::default().width(&short, 8.0, Weight::Regular) <= room,
                    "{short} in {room}"
                );
            }
        }
        assert_eq!(Fonts::default().fitted("Age", 8.0, Weight::Regular, 40.0), "Age");
    }

    #[test]
    fn a_line_breaks_at_ordinary_spaces_only() {
        assert_eq!(
            Fonts::default().wrapped("80\u{202f}% interval ahead", 8.0, Weight::Regular, 48.0),
            ["80\u{202f}% interval", "ahead"]
        );
    }

    #[test]
    fn a_line_breaks_beside_chinese_letters_and_keeps_their_signs() {
        let lines = |text, room| Fonts::default().wrapped(text, 8.0, Weight::Regular, room);
        // What no font has is as wide as a box: `□` of DejaVu Sans is 0.945 em, so that two have 15.1 pt.
        assert_eq!(lines("食品雜貨", 16.0), ["食品", "雜貨"]);
        assert_eq!(lines("食品、雜貨", 16.0), ["食", "品、", "雜貨"]);
        assert_eq!(lines("食品", 400.0), ["食品"]);
        assert_eq!(lines("eat 食", 400.0), ["eat 食"]);
    }

    #[test]
    fn the_families_that_ship_are_those_of_the_files() {
        let of = |it: &FontFile| Font::iter(typst::foundations::Bytes::new(it.bytes)).next();
        let mut families: Vec<String> = FILES
            .iter()
            .filter_map(|it| Some(of(it)?.info().family.clone()))
            .collect();
        families.dedup();
        assert_eq!(families, crate::model::font::SHIPPED);
    }

    #[test]
    fn a_label_is_measured_with_the_font_that_draws_it() {
        let bytes = std::fs::read(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/fonts/BellwetherTestHan.otf"
        ));
        let bytes = Arc::from(bytes.expect("the tests have a font"));
        let file = OwnFile::read("BellwetherTestHan.otf", &bytes).expect("it is a font");
        let fonts = Fonts::with(&[file]);
        // By fonttools: its Chinese letters are 1000 units wide, its Korean ones 920, of 1000 an em.
        for (text, ems) in [("食品", 2.0), ("한국", 1.84)] {
            let width = fonts.width(text, 10.0, Weight::Regular);
            assert!((width - 10.0 * ems).abs() < 1e-9, "{text}: {width}");
        }
        let latin = Fonts::default().width(" Ab", 10.0, Weight::Regular);
        let mixed = fonts.width("食品 Ab", 10.0, Weight::Regular);
        assert!((mixed - 20.0 - latin).abs() < 1e-9, "{mixed}");
        let runs = |fonts: &Fonts, text| -> Vec<(String, Vec<String>)> {
            let runs = fonts.runs(text, Weight::Regular);
            let families = |it: &LabelRun| it.families.iter().map(|it| (*it).to_owned()).collect();
            runs.iter().map(|it| (it.text.to_owned(), families(it))).collect()
        };
        let run =
            |text: &str, families: &[&str]| (text.to_owned(), families.iter().map(|it| (*it).to_owned()).collect());
        const HAN: &str = "Bellwether Test Han";
        assert_eq!(runs(&fonts, "食品"), [run("食品", &[HAN, SANS, FALLBACK])]);
        assert_eq!(runs(&fonts, "Ab"), [run("Ab", &[SANS, FALLBACK])]);
        assert_eq!(runs(&fonts, "שלום"), [run("שלום", &[FALLBACK, SANS])]);
        assert_eq!(runs(&Fonts::default(), "食 שלום"), [run("食 שלום", &[SANS, FALLBACK])]);
        assert_eq!(
            runs(&fonts, "食\u{200b}品 Ab □"),
            [run("食\u{200b}品", &[HAN]), run(" Ab ", &[SANS]), run("□", &[FALLBACK])]
        );
        assert!(fonts.covers('食') && !fonts.covers('ก') && !Fonts::default().covers('食'));
    }

    #[test]
    fn hebrew_is_covered_and_chinese_is_not() {
        assert!(ships('א') && ships('ع') && ships('σ') && ships('−') && ships(MISSING));
        assert!(!ships('中'));
    }
}
