//! A sheet of SVG: marks with a class and a presentation attribute each.
//!
//! A PDF compiler reads the attribute (`fill="#1d4e89"`); in HTML the class wins (`.f-beh`), so one
//! SVG serves paper, screen and dark mode. Numbers have two decimals, always. A mark with a number
//! that is not finite is not drawn: a plausible mark in a wrong place would be a lie.

use super::fonts::FALLBACK;
use super::fonts::Fonts;
use super::fonts::SANS;
use super::fonts::Weight;
use super::outline::Outline;
use crate::model::memo::Chart;
use std::fmt::Write;

/// The palette of the memo: ink, greys and exactly two hues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hue {
    /// Actual, values, names.
    Ink,
    /// Projection, notes, axis labels.
    Sec,
    /// Zero lines and small marks; never text.
    Mute,
    /// Grid lines and the zone of chance.
    Grid,
    /// Projection band.
    Band,
    /// Behaviour.
    Beh,
    /// Structure, as a mark.
    Mix,
    /// Structure, as text.
    Mixt,
    /// The page.
    Bg,
    /// A shade of a heat map, from 0 (light) to [`HEAT_STEPS`] − 1.
    Heat(usize),
}

/// Shades of a heat map: more are not told apart in greyscale.
pub(super) const HEAT_STEPS: usize = 6;
/// From this shade on, letters have the page's colour.
pub(super) const HEAT_DARK: usize = 3;
const HEAT: [(&str, &str); HEAT_STEPS] = [
    ("heat0", "#e9eff6"),
    ("heat1", "#cfdceb"),
    ("heat2", "#a9c1dc"),
    ("heat3", "#4a76aa"),
    ("heat4", "#33629a"),
    ("heat5", "#1d4e89"),
];

impl Hue {
    fn name(self) -> &'static str {
        match self {
            Hue::Ink => "ink",
            Hue::Sec => "sec",
            Hue::Mute => "mute",
            Hue::Grid => "grid",
            Hue::Band => "band",
            Hue::Beh => "beh",
            Hue::Mix => "mix",
            Hue::Mixt => "mixt",
            Hue::Bg => "bg",
            Hue::Heat(step) => HEAT[step.min(HEAT_STEPS - 1)].0,
        }
    }

    fn hex(self) -> &'static str {
        match self {
            Hue::Ink => "#16191d",
            Hue::Sec => "#5b626b",
            Hue::Mute => "#8a929b",
            Hue::Grid => "#dfe3e7",
            Hue::Band => "#d3d9df",
            Hue::Beh => "#1d4e89",
            Hue::Mix => "#c98319",
            Hue::Mixt => "#8a5700",
            Hue::Bg => "#ffffff",
            Hue::Heat(step) => HEAT[step.min(HEAT_STEPS - 1)].1,
        }
    }
}

/// Which end of a label stands at its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// Its left end.
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}

/// How a label looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type {
    /// In points.
    pub size: f64,
    /// Regular, or semibold for the one that matters.
    pub weight: Weight,
    /// Its colour.
    pub hue: Hue,
    /// Which end stands at the point.
    pub anchor: Anchor,
}

impl Type {
    /// A regular label that starts at its point.
    pub(super) fn new(size: f64, hue: Hue) -> Self {
        Self {
            size,
            weight: Weight::Regular,
            hue,
            anchor: Anchor::Start,
        }
    }

    /// The same in semibold.
    pub(super) fn semibold(self) -> Self {
        Self {
            weight: Weight::Semibold,
            ..self
        }
    }

    /// The same with another end at its point.
    pub(super) fn anchored(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    /// Returns the width of a text in this type.
    pub(super) fn width(self, fonts: &Fonts, text: &str) -> f64 {
        fonts.width(text, self.size, self.weight)
    }

    /// Returns the text, or its beginning with an ellipsis where it is wider than `room`.
    pub(super) fn fitted(self, fonts: &Fonts, text: &str, room: f64) -> String {
        fonts.fitted(text, self.size, self.weight, room)
    }
}

/// Who draws the letters of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Medium {
    /// A PDF's compiler, with the fonts of the memo and no others: what it cannot draw is an error.
    Paper,
    /// A browser, which finds a font for everything.
    Screen,
}

/// A sheet that marks are drawn on, in the order they are to lie over each other.
pub(super) struct Sheet {
    body: String,
    fonts: Fonts,
    medium: Medium,
}

impl Sheet {
    /// An empty sheet, whose labels have these fonts.
    pub(super) fn new(fonts: &Fonts, medium: Medium) -> Self {
        Self {
            body: String::new(),
            fonts: fonts.clone(),
            medium,
        }
    }

    /// Returns the fonts of its labels.
    pub(super) fn fonts(&self) -> Fonts {
        self.fonts.clone()
    }

    /// Wraps the marks into a whole SVG, shown at `scale`, with name, description and ids under the chart's own.
    pub(super) fn into_svg(self, chart: &Chart, scale: f64) -> String {
        let id = escaped(&chart.id);
        let (width, height) = (fixed(chart.width), fixed(chart.height));
        let (shown_width, shown_height) = (fixed(chart.width * scale), fixed(chart.height * scale));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{shown_width}\" \
             height=\"{shown_height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title>\
             <desc id=\"{id}-d\">{}</desc>{}</svg>",
            escaped(&chart.title),
            escaped(&chart.description),
            self.body
        )
    }

    /// A filled rectangle; one of no size is not drawn.
    pub(super) fn rect(&mut self, [x, y, width, height]: [f64; 4], hue: Hue) {
        if finite(&[x, y, width, height]) && 0.0 < width && 0.0 < height {
            self.mark(
                "rect",
                format_args!(
                    "class=\"f-{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"",
                    hue.name(),
                    fixed(x),
                    fixed(y),
                    fixed(width),
                    fixed(height),
                    hue.hex()
                ),
            );
        }
    }

    /// A straight line.
    pub(super) fn line(&mut self, from: [f64; 2], to: [f64; 2], hue: Hue, thick: f64) {
        if finite(&from) && finite(&to) {
            self.mark(
                "line",
                format_args!(
                    "class=\"s-{}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{}\" stroke-width=\"{}\"",
                    hue.name(),
                    fixed(from[0]),
                    fixed(from[1]),
                    fixed(to[0]),
                    fixed(to[1]),
                    hue.hex(),
                    fixed(thick)
                ),
            );
        }
    }

    /// A line through points; a single point becomes a dot.
    pub(super) fn polyline(&mut self, points: &[[f64; 2]], hue: Hue, thick: f64) {
        self.path(points, hue, thick, "");
    }

    /// A dashed line through points.
    pub(super) fn dashes(&mut self, points: &[[f64; 2]], hue: Hue, thick: f64) {
        self.path(points, hue, thick, " stroke-dasharray=\"3.00 2.00\"");
    }

    fn path(&mut self, points: &[[f64; 2]], hue: Hue, thick: f64, dash: &str) {
        match points {
            [] => {}
            [dot] => self.dot(*dot, thick, hue),
            _ if points.iter().all(|it| finite(it)) => self.mark(
                "polyline",
                format_args!(
                    "class=\"s-{}\" points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" \
                     stroke-linejoin=\"round\" stroke-linecap=\"round\"{dash}",
                    hue.name(),
                    joined(points),
                    hue.hex(),
                    fixed(thick)
                ),
            ),
            _ => {}
        }
    }

    /// A filled area between points.
    pub(super) fn area(&mut self, points: &[[f64; 2]], hue: Hue) {
        if points.iter().all(|it| finite(it)) {
            self.mark(
                "polygon",
                format_args!(
                    "class=\"f-{}\" points=\"{}\" fill=\"{}\"",
                    hue.name(),
                    joined(points),
                    hue.hex()
                ),
            );
        }
    }

    /// A filled dot.
    pub(super) fn dot(&mut self, [x, y]: [f64; 2], radius: f64, hue: Hue) {
        if finite(&[x, y, radius]) {
            self.mark(
                "circle",
                format_args!(
                    "class=\"f-{}\" cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{}\"",
                    hue.name(),
                    fixed(x),
                    fixed(y),
                    fixed(radius),
                    hue.hex()
                ),
            );
        }
    }

    /// A hollow dot.
    pub(super) fn ring(&mut self, [x, y]: [f64; 2], radius: f64, hue: Hue) {
        if finite(&[x, y, radius]) {
            self.mark(
                "circle",
                format_args!(
                    "class=\"h-{}\" cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"#ffffff\" stroke=\"{}\" stroke-width=\"1.10\"",
                    hue.name(),
                    fixed(x),
                    fixed(y),
                    fixed(radius),
                    hue.hex()
                ),
            );
        }
    }

    /// The area inside an outline.
    pub(super) fn fill(&mut self, outline: &Outline, hue: Hue) {
        self.outlined(
            outline,
            format_args!("class=\"f-{}\" fill=\"{}\"", hue.name(), hue.hex()),
        );
    }

    /// The area inside an outline, half transparent: what crosses below it stays visible.
    pub(super) fn veil(&mut self, outline: &Outline, hue: Hue) {
        let paint = format_args!(
            "class=\"f-{}\" fill=\"{}\" fill-opacity=\"0.55\"",
            hue.name(),
            hue.hex()
        );
        self.outlined(outline, paint);
    }

    /// An outline itself.
    pub(super) fn stroke(&mut self, outline: &Outline, hue: Hue, thick: f64) {
        let paint = format_args!(
            "class=\"s-{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linecap=\"round\"",
            hue.name(),
            hue.hex(),
            fixed(thick)
        );
        self.outlined(outline, paint);
    }

    /// An outline around the page's colour.
    pub(super) fn hollow(&mut self, outline: &Outline, hue: Hue, thick: f64) {
        let paint = format_args!(
            "class=\"h-{}\" fill=\"#ffffff\" stroke=\"{}\" stroke-width=\"{}\"",
            hue.name(),
            hue.hex(),
            fixed(thick)
        );
        self.outlined(outline, paint);
    }

    fn outlined(&mut self, outline: &Outline, paint: std::fmt::Arguments<'_>) {
        if let Some(path) = outline.path() {
            self.mark("path", format_args!("{paint} d=\"{path}\""));
        }
    }

    /// A label; its base line is at the point.
    pub(super) fn text(&mut self, at: [f64; 2], text: &str, set: Type) {
        self.label(
            at,
            text,
            set,
            &format!("class=\"f-{}\" fill=\"{}\"", set.hue.name(), set.hue.hex()),
        );
    }

    /// A label that stays readable over lines: the page's colour lies around its letters.
    pub(super) fn text_over(&mut self, at: [f64; 2], text: &str, set: Type) {
        self.label(
            at,
            text,
            set,
            "class=\"halo\" fill=\"#ffffff\" stroke=\"#ffffff\" stroke-width=\"2.40\" stroke-linejoin=\"round\" \
             aria-hidden=\"true\"",
        );
        self.text(at, text, set);
    }

    fn label(&mut self, [x, y]: [f64; 2], text: &str, set: Type, ink: &str) {
        if text.is_empty() || !finite(&[x, y]) {
            return;
        }
        if self.medium == Medium::Screen {
            self.letters([x, y], text, set, (ink, &[SANS, FALLBACK]));
            return;
        }
        let fonts = self.fonts.clone();
        let text = fonts.drawable(text);
        let runs = fonts.runs(&text, set.weight);
        if let [run] = runs.as_slice() {
            self.letters([x, y], &text, set, (ink, &run.families));
            return;
        }
        let width: f64 = runs.iter().map(|it| it.ems * set.size).sum();
        let mut at = match set.anchor {
            Anchor::Start => x,
            Anchor::Middle => x - width / 2.0,
            Anchor::End => x - width,
        };
        for run in runs {
            // SVG drops spaces at the ends of a text: here they are in its place.
            let letters = run.text.trim();
            let before = &run.text[..run.text.len() - run.text.trim_start().len()];
            if !letters.is_empty() {
                let from = at + set.width(&fonts, before);
                self.letters([from, y], letters, set.anchored(Anchor::Start), (ink, &run.families));
            }
            at += run.ems * set.size;
        }
    }

    /// Letters of one label, or of a part of it, in the first of these families that has them.
    fn letters(&mut self, [x, y]: [f64; 2], text: &str, set: Type, (ink, families): (&str, &[&str])) {
        let anchor = match set.anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let weight = match set.weight {
            Weight::Regular => 400,
            Weight::Semibold => 600,
        };
        let families: Vec<String> = families.iter().map(|it| format!("'{}'", family_name(it))).collect();
        // Writing to a string cannot fail.
        let _ = write!(
            self.body,
            "<text {ink} x=\"{}\" y=\"{}\" font-family=\"{}\" font-size=\"{}\" \
             text-anchor=\"{anchor}\" font-weight=\"{weight}\">{}</text>",
            fixed(x),
            fixed(y),
            families.join(", "),
            fixed(set.size),
            escaped(text)
        );
    }

    /// An inkless area that says `tip` when it is pointed at.
    pub(super) fn tip(&mut self, [x, y, width, height]: [f64; 4], tip: &str) {
        if finite(&[x, y, width, height]) && 0.0 < width && 0.0 < height && !tip.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(
                self.body,
                "<rect class=\"tip\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" \
                 pointer-events=\"all\"><title>{}</title></rect>",
                fixed(x),
                fixed(y),
                fixed(width),
                fixed(height),
                escaped(tip)
            );
        }
    }

    /// The inkless inside of an outline that says `tip` when it is pointed at.
    pub(super) fn tip_inside(&mut self, outline: &Outline, tip: &str) {
        if let Some(path) = outline.path().filter(|_| !tip.is_empty()) {
            // Writing to a string cannot fail.
            let _ = write!(
                self.body,
                "<path class=\"tip\" fill=\"none\" pointer-events=\"all\" d=\"{path}\"><title>{}</title></path>",
                escaped(tip)
            );
        }
    }

    fn mark(&mut self, name: &str, attributes: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = write!(self.body, "<{name} {attributes}/>");
    }
}

/// A family's name inside single quotes; one that has quotes itself cannot be named, and is not found.
fn family_name(name: &str) -> String {
    escaped(&name.replace(['\'', '"', '\\'], ""))
}

/// Two decimals; a hundredth of a point is below what any printer resolves. A rounded zero has no sign.
pub(super) fn fixed(x: f64) -> String {
    let text = format!("{x:.2}");
    if text == "-0.00" { "0.00".to_owned() } else { text }
}

fn joined(points: &[[f64; 2]]) -> String {
    let pairs: Vec<String> = points
        .iter()
        .map(|it| format!("{},{}", fixed(it[0]), fixed(it[1])))
        .collect();
    pairs.join(" ")
}

fn finite(numbers: &[f64]) -> bool {
    numbers.iter().all(|it| it.is_finite())
}

/// Text that is safe between tags and inside quotes of XML and HTML alike.
///
/// Characters that XML 1.0 forbids even when escaped become a space.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => out.push(' '),
            _ if c.is_control() => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_escaped_and_stripped_of_controls() {
        assert_eq!(
            escaped("<a b=\"c\">&'\u{0}\u{1b}]]>"),
            "&lt;a b=&quot;c&quot;&gt;&amp;&#39;  ]]&gt;"
        );
    }

    #[test]
    fn a_mark_that_is_nowhere_is_not_drawn() {
        let mut sheet = Sheet::new(&Fonts::default(), Medium::Paper);
        sheet.dot([f64::NAN, 1.0], 2.0, Hue::Ink);
        sheet.line([0.0, 0.0], [f64::INFINITY, 0.0], Hue::Ink, 1.0);
        sheet.rect([0.0, 0.0, 0.0, 5.0], Hue::Ink);
        sheet.area(&[[0.0, f64::NAN]], Hue::Ink);
        assert_eq!(sheet.body, "");
    }

    #[test]
    fn a_rounded_zero_has_no_sign() {
        assert_eq!(fixed(-0.001), "0.00");
    }
}
