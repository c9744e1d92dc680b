//! Fonts of a spec: for letters that the shipped fonts lack.
//!
//! A file is taken up as the PDF compiler takes it up, so that a letter that is found here is found there. It must not
//! know which letters a memo has.

use serde::Serialize;
use serde::Serializer;
use std::fmt;
use std::sync::Arc;
use typst::foundations::Bytes;
use typst::text::Font;

/// The families that ship with the program: a spec's font of the same name would be taken for one of them.
pub const SHIPPED: [&str; 4] = ["Source Sans Pro", "Source Serif Pro", "DejaVu Sans", "DejaVu Sans Mono"];

/// How the names of font files end.
pub const ENDINGS: [&str; 4] = ["ttf", "otf", "ttc", "otc"];

/// A file as it was read: its name in its folder, and the whole of it.
pub type NamedBytes = (String, Arc<[u8]>);

/// A font file of a spec.
#[derive(Clone)]
pub struct FontFile {
    /// Its name in its folder.
    pub name: String,
    /// The whole file.
    pub bytes: Arc<[u8]>,
    /// Its fonts, at least one; a collection has several.
    pub fonts: Vec<Font>,
}

impl FontFile {
    /// Reads a font file; `None` where no font is in it that a PDF can be set with.
    pub fn read(name: &str, bytes: &Arc<[u8]>) -> Option<Self> {
        let fonts: Vec<Font> = Font::iter(Bytes::new(Arc::clone(bytes))).collect();
        (!fonts.is_empty()).then(|| Self {
            name: name.to_owned(),
            bytes: Arc::clone(bytes),
            fonts,
        })
    }

    /// Returns the ending of its name, in small letters; the first of [`ENDINGS`] where it has none.
    pub fn ending(&self) -> String {
        let ending = self.name.rsplit_once('.').map_or(ENDINGS[0], |it| it.1);
        ending.to_ascii_lowercase()
    }

    /// Lists the families of its fonts, each once, in their order.
    pub fn families(&self) -> Vec<&str> {
        let mut families: Vec<&str> = Vec::new();
        for font in &self.fonts {
            let family = font.info().family.as_str();
            if !families.contains(&family) {
                families.push(family);
            }
        }
        families
    }
}

impl fmt::Debug for FontFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.families().join(", "))
    }
}

impl Serialize for FontFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{self:?}"))
    }
}
