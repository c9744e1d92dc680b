//! What a PDF carries: the files attached to it.
//!
//! The reader is the one that typst is built on. It repairs what it can, and so what it gives is held against hashes and
//! against a PDF that is made anew, never trusted. It must not know what the files are.

use hayro_syntax::Pdf;
use hayro_syntax::object::Array;
use hayro_syntax::object::Dict;
use hayro_syntax::object::Stream;
use hayro_syntax::object::String as PdfString;
use std::collections::BTreeMap;

/// Returns the files associated with a PDF document, by name.
///
/// # Errors
/// Where it is no PDF, or a file of it cannot be unpacked.
pub fn attached(pdf: Vec<u8>) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let pdf = Pdf::new(pdf).map_err(|_| "it is no PDF that can be read".to_owned())?;
    let xref = pdf.xref();
    let root: Dict<'_> = xref.get(xref.root_id()).ok_or("its catalogue cannot be read")?;
    let files: Array<'_> = root.get("AF").ok_or("it has no files attached")?;
    let mut attached = BTreeMap::new();
    for file in files.iter::<Dict<'_>>() {
        let name: PdfString<'_> = file.get("F").ok_or("a file attached to it has no name")?;
        let name = String::from_utf8_lossy(name.as_bytes()).into_owned();
        let streams: Dict<'_> = file
            .get("EF")
            .ok_or_else(|| format!("`{name}`, attached to it, has no bytes"))?;
        let stream: Stream<'_> = streams
            .get("F")
            .ok_or_else(|| format!("`{name}`, attached to it, has no bytes"))?;
        let bytes = stream
            .decoded()
            .map_err(|_| format!("`{name}`, attached to it, cannot be unpacked"))?;
        attached.insert(name, bytes.into_owned());
    }
    Ok(attached)
}
