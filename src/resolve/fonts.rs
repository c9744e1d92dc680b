//! The fonts of a spec: files that a PDF can be set with, none of which stands in the way of another.
//!
//! It must not know which letters the memo has.

use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Spanned;
use crate::model::font::FontFile;
use crate::model::font::SHIPPED;
use crate::model::world::World;
use typst::text::FontInfo;
use typst::text::FontVariant;

/// Returns the fonts in the folder, in the order of their names; every mistake is told.
pub(super) fn fonts(folder: Option<&Spanned<String>>, world: &dyn World, found: &mut Diagnostics) -> Vec<FontFile> {
    let Some(folder) = folder else {
        return Vec::new();
    };
    let read = match world.fonts(folder) {
        Ok(read) => read,
        Err(diagnostic) => {
            found.push(diagnostic);
            return Vec::new();
        }
    };
    let mut files: Vec<FontFile> = Vec::new();
    for (name, bytes) in &read {
        let Some(file) = FontFile::read(name, bytes) else {
            let message = format!("`{name}` in `{}` is no font that a PDF can be set with", folder.value);
            let hint = "fetch the file again, or take it out of the folder";
            found.push(Diagnostic::data("bad-font", message).at(folder.span).hint(hint));
            continue;
        };
        match refused(&file, &files) {
            Some(diagnostic) => found.push(diagnostic.at(folder.span)),
            None => files.push(file),
        }
    }
    files
}

/// Says why a font cannot stand beside those that ship and those before it; `None` where it can.
///
/// A font is asked for by family and style: of two that are alike in both, which one draws would be a matter of luck.
fn refused(file: &FontFile, before: &[FontFile]) -> Option<Diagnostic> {
    let name = &file.name;
    let ships = |family: &&str| SHIPPED.iter().any(|it| it.eq_ignore_ascii_case(family));
    if let Some(family) = file.families().into_iter().find(ships) {
        let message = format!("`{name}` is of the family `{family}`, which the program brings itself");
        let hint = "take the file out of the folder: the shipped font is always asked first";
        return Some(Diagnostic::data("shipped-font", message).hint(hint));
    }
    let key = |it: &FontInfo| (it.family.to_lowercase(), it.variant);
    let mut known: Vec<(&str, (String, FontVariant))> = Vec::new();
    for it in before {
        known.extend(it.fonts.iter().map(|font| (it.name.as_str(), key(font.info()))));
    }
    for font in &file.fonts {
        let own = key(font.info());
        if let Some((other, _)) = known.iter().find(|it| it.1 == own) {
            let family = &font.info().family;
            let message = format!("`{name}` and `{other}` hold the same font, of the family `{family}`");
            let hint = "keep one of the two";
            return Some(Diagnostic::data("repeated-font", message).hint(hint));
        }
        known.push((name, own));
    }
    None
}
