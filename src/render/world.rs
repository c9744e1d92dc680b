//! The embedded PDF compiler and the little it may see: a project's files and fonts.
//!
//! No file system, no network, no packages, no clock: what is not in the project does not exist. It
//! must not know what a memo is.

use super::typst::Project;
use crate::chart::fonts;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use std::path::PathBuf;
use std::sync::LazyLock;
use typst::Library;
use typst::LibraryExt;
use typst::World;
use typst::diag::FileError;
use typst::diag::FileResult;
use typst::diag::SourceDiagnostic;
use typst::ecow::EcoVec;
use typst::foundations::Bytes;
use typst::foundations::Datetime;
use typst::foundations::Duration;
use typst::foundations::Smart;
use typst::layout::Abs;
use typst::layout::Frame;
use typst::layout::FrameItem;
use typst::layout::Transform;
use typst::syntax::FileId;
use typst::syntax::RootedPath;
use typst::syntax::Source;
use typst::syntax::VirtualPath;
use typst::syntax::VirtualRoot;
use typst::text::Font;
use typst::text::FontBook;
use typst::utils::LazyHash;
use typst_layout::Page;
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;
use typst_pdf::PdfStandard;
use typst_pdf::PdfStandards;
use typst_pdf::Timestamp;
use typst_render::RenderOptions;

/// How many compilations a cached result outlives: a batch of memos shares fonts and template, not pages.
const CACHE_AGE: usize = 4;

struct Shared {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

static SHARED: LazyLock<Shared> = LazyLock::new(|| {
    let fonts: Vec<Font> = fonts::FILES
        .iter()
        .flat_map(|it| Font::iter(Bytes::new(it.bytes)))
        .collect();
    Shared {
        library: LazyHash::new(<Library as LibraryExt>::default()),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
    }
});

struct ProjectWorld<'a> {
    project: &'a Project,
    main: FileId,
    /// The shipped fonts and those of the spec; `None` where it has none.
    own: Option<(LazyHash<FontBook>, Vec<Font>)>,
}

/// Compiles a project to PDF/A-3a and PDF/UA-1.
///
/// # Errors
/// Where the template is wrong: with the compiler's own words and the lines they are about.
pub(super) fn compiled(project: &Project) -> Result<Vec<u8>, Diagnostics> {
    laid_out(project, |document| typst_pdf::pdf(document, &options(project)))
}

/// A page as it looks.
pub struct Look {
    /// Its words in reading order, one line a line; words of charts are not among them.
    pub text: String,
    /// Its picture as PNG.
    pub picture: Vec<u8>,
}

/// Lays a project out, and returns how each page looks.
///
/// # Errors
/// As [`compiled`].
pub(super) fn looks(project: &Project) -> Result<Vec<Look>, Diagnostics> {
    laid_out(project, |document| {
        let look = |page: &Page| {
            let mut lines = Lines::default();
            lines.read(&page.frame, Transform::identity());
            let picture = typst_render::render(page, &RenderOptions::default());
            Look {
                text: lines.text(),
                picture: picture.encode_png().expect("a page has an area"),
            }
        };
        Ok(document.pages().iter().map(look).collect())
    })
}

/// Lays a project out and hands the pages on.
fn laid_out<T>(
    project: &Project,
    take: impl FnOnce(&PagedDocument) -> Result<T, EcoVec<SourceDiagnostic>>,
) -> Result<T, Diagnostics> {
    let path = VirtualPath::new("main.typ").expect("the name of the main file is a path");
    let main = FileId::new(RootedPath::new(VirtualRoot::Project, path));
    let own = (!project.fonts.own().is_empty()).then(|| {
        let of_spec = project.fonts.own().iter().flat_map(|it| it.fonts.iter());
        let fonts: Vec<Font> = SHARED.fonts.iter().chain(of_spec).cloned().collect();
        (LazyHash::new(FontBook::from_fonts(&fonts)), fonts)
    });
    let world = ProjectWorld { project, main, own };
    let result = typst::compile::<PagedDocument>(&world)
        .output
        .and_then(|document| take(&document))
        .map_err(|errors| diagnostics(&world, errors));
    typst::comemo::evict(CACHE_AGE);
    result
}

/// The words of a page, line by line.
#[derive(Default)]
struct Lines {
    lines: Vec<String>,
    /// The height at which the last words stand.
    at: Abs,
}

impl Lines {
    fn read(&mut self, frame: &Frame, place: Transform) {
        for (point, item) in frame.items() {
            match item {
                FrameItem::Group(group) => {
                    let inside = place.pre_concat(Transform::translate(point.x, point.y));
                    self.read(&group.frame, inside.pre_concat(group.transform));
                }
                FrameItem::Text(text) => self.add(&text.text, point.transform(place).y),
                _ => {}
            }
        }
    }

    /// Adds words at a height: a new line, unless they stand beside the last.
    fn add(&mut self, words: &str, at: Abs) {
        // A footnote's mark is raised by less, the next line is further away.
        const BESIDE_POINTS: f64 = 4.0;
        match self.lines.last_mut() {
            Some(line) if (at - self.at).abs().to_pt() < BESIDE_POINTS => {
                line.push(' ');
                line.push_str(words);
            }
            _ => self.lines.push(words.to_owned()),
        }
        self.at = at;
    }

    fn text(&self) -> String {
        let lines = self
            .lines
            .iter()
            .map(|it| it.split_whitespace().collect::<Vec<&str>>().join(" ") + "\n");
        lines.collect()
    }
}

/// The command line's options, so that the bytes are the same.
fn options(project: &Project) -> PdfOptions {
    let (year, month, day, hour, minute, second) = project.timestamp;
    let date = Datetime::from_ymd_hms(year, month, day, hour, minute, second);
    PdfOptions {
        ident: Smart::Auto,
        timestamp: date.map(Timestamp::new_utc),
        standards: PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1]).expect("the two standards agree"),
        ..PdfOptions::default()
    }
}

fn diagnostics(world: &ProjectWorld<'_>, errors: EcoVec<SourceDiagnostic>) -> Diagnostics {
    let told = errors.iter().map(|it| {
        let place = line_of(world, it)
            .map(|line| format!("{}: ", world.project.place(line)))
            .unwrap_or_default();
        let diagnostic = Diagnostic::render("typst", format!("the PDF cannot be compiled: {place}{}", it.message));
        it.hints
            .iter()
            .fold(diagnostic, |diagnostic, hint| diagnostic.hint(hint.v.as_str()))
    });
    Diagnostics(told.collect())
}

/// The line of the main file that an error is about.
fn line_of(world: &ProjectWorld<'_>, error: &SourceDiagnostic) -> Option<usize> {
    use typst::WorldExt;
    let range = world.range(error.span)?;
    let source = world.source(world.main).ok()?;
    source.lines().byte_to_line(range.start).map(|line| line + 1)
}

impl World for ProjectWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &SHARED.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.own.as_ref().map_or(&SHARED.book, |it| &it.0)
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let text = String::from_utf8(self.bytes(id)?.to_vec()).map_err(|_| FileError::InvalidUtf8)?;
        Ok(Source::new(id, text))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.bytes(id).map(|it| Bytes::new(it.to_vec()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        let fonts = self.own.as_ref().map_or(&SHARED.fonts, |it| &it.1);
        fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        let (year, month, day, ..) = self.project.timestamp;
        Datetime::from_ymd(year, month, day)
    }
}

impl ProjectWorld<'_> {
    fn bytes(&self, id: FileId) -> FileResult<&[u8]> {
        let path = id.get();
        let name = path.vpath().get_without_slash();
        match path.root() {
            VirtualRoot::Project => self
                .project
                .files
                .get(name)
                .map(Vec::as_slice)
                .ok_or_else(|| FileError::NotFound(PathBuf::from(name))),
            // A package would have to come from the network.
            VirtualRoot::Package(_) => Err(FileError::AccessDenied),
        }
    }
}
