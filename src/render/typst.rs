//! The PDF: a Typst project of template, data and charts, compiled by the library or the command line.
//!
//! The project holds all that the PDF is made of, so that both compilers give the same bytes. Data go
//! in as `memo.json` and `charts/*.svg`, never as source. It must not know where files come from.

use super::Language;
use super::Templates;
use super::command;
use super::view;
use super::view::Medium;
use super::world;
pub use super::world::Look;
use crate::chart::fonts::Fonts;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::memo::Memo;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

/// The version of the compiler that is embedded, and that a command line must have to give the same bytes.
pub const VERSION: &str = "0.15.1";

/// All files that a PDF is made of, by path, and its date.
#[derive(Debug, Clone)]
pub struct Project {
    /// `main.typ`, `memo.json`, `charts/<id>.svg` and the attachments.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Year, month, day, hour, minute, second; UTC.
    pub timestamp: (i32, u8, u8, u8, u8, u8),
    /// What `main.typ` was put together from, to tell an author's lines.
    pub templates: Templates,
    /// What it is set with.
    pub fonts: Fonts,
}

impl Project {
    /// Names the place of a line of `main.typ`, counted from one: in an author's own file where it stands there.
    pub(super) fn place(&self, line: usize) -> String {
        let source = self.files.get("main.typ").map(|it| String::from_utf8_lossy(it));
        let text = source.as_ref().and_then(|it| it.lines().nth(line.saturating_sub(1)));
        match text.and_then(|it| self.templates.place_of(Language::Typst, it)) {
            Some((file, line)) => format!("`{file}`, line {line}"),
            None => format!("`memo.typ` as it was put together, line {line}"),
        }
    }
}

/// A file inside the PDF.
#[derive(Debug, Clone, Copy)]
pub struct Attachment<'a> {
    /// Its name: `facts.json`.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Its MIME type.
    pub mime: &'a str,
    /// What it is, in a few words.
    pub description: &'a str,
    /// `source`, `data`, `alternative` or `supplement`, as PDF/A-3 has it.
    pub relationship: &'a str,
}

/// Which compiler is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Engine {
    /// The command line where its version is [`VERSION`], else the library.
    #[default]
    Auto,
    /// The command line, or nothing.
    Cli,
    /// The library.
    Embedded,
}

/// Which compiler it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Used {
    /// The command line.
    Cli,
    /// The library.
    Embedded,
}

/// Returns all files that the memo's PDF is made of.
///
/// `date` is year, month and day of issue. Attachments go into the PDF under their names.
///
/// # Errors
/// Where a template is broken, an id is unfit, or an attachment's name is taken.
pub fn project(
    memo: &Memo,
    attachments: &[Attachment<'_>],
    date: (i32, u8, u8),
    templates: &Templates,
    fonts: &Fonts,
) -> Result<Project, Diagnostics> {
    let view = view::view(memo, Medium::Paper, fonts)?;
    let mut files = BTreeMap::new();
    let mut context = view.memo;
    context["date"] = json!([date.0, date.1, date.2]);
    context["attachments"] = attachments
        .iter()
        .map(|it| json!({ "name": it.name, "mime": it.mime, "description": it.description, "relationship": it.relationship }))
        .collect::<Vec<Value>>()
        .into();
    let source = if fonts.own().is_empty() {
        templates.typst()?
    } else {
        context["fonts"] = fonts.own_families().into();
        templates.typst_with_fonts()?
    };
    files.insert("main.typ".to_owned(), source.into_bytes());
    files.insert("memo.json".to_owned(), context.to_string().into_bytes());
    for (id, svg) in view.charts {
        files.insert(format!("charts/{id}.svg"), svg.into_bytes());
    }
    for it in attachments {
        let is_plain = !it.name.is_empty() && !it.name.starts_with('.') && !it.name.contains(['/', '\\']);
        if !is_plain || files.insert(it.name.to_owned(), it.bytes.to_vec()).is_some() {
            return Err(Diagnostic::render(
                "attachment",
                format!("the attachment name `{}` cannot be used", it.name),
            )
            .into());
        }
    }
    let (year, month, day) = date;
    Ok(Project {
        files,
        timestamp: (year, month, day, 0, 0, 0),
        templates: templates.clone(),
        fonts: fonts.clone(),
    })
}

/// Lays the project out with the library, and returns how each page looks: its words, and its picture.
///
/// # Errors
/// Where the template is wrong.
pub fn looks(project: &Project) -> Result<Vec<Look>, Diagnostics> {
    world::looks(project)
}

/// Compiles the project to PDF/A-3a and PDF/UA-1 by the engine asked for, and says which it was.
///
/// # Errors
/// Where the template is wrong, or the command line is asked for and missing or of another version.
pub fn pdf(project: &Project, engine: Engine) -> Result<(Vec<u8>, Used), Diagnostics> {
    let found = || typst_on_path();
    match engine {
        Engine::Embedded => Ok((embedded(project)?, Used::Embedded)),
        Engine::Auto => match found() {
            Some((path, version)) if version == VERSION => Ok((cli(project, &path)?, Used::Cli)),
            _ => Ok((embedded(project)?, Used::Embedded)),
        },
        Engine::Cli => match found() {
            Some((path, version)) if version == VERSION => Ok((cli(project, &path)?, Used::Cli)),
            Some((path, version)) => Err(Diagnostic::render(
                "typst-version",
                format!(
                    "`{}` is typst {version}, and only {VERSION} gives the same bytes as the one embedded",
                    path.display()
                ),
            )
            .hint(format!(
                "install it with `cargo install typst-cli --locked --version {VERSION}`, or say `--typst embedded`"
            ))
            .into()),
            None => Err(Diagnostic::render("typst-missing", "there is no `typst` on the `PATH`")
                .hint(format!(
                    "install it with `cargo install typst-cli --locked --version {VERSION}`, or say `--typst embedded`"
                ))
                .into()),
        },
    }
}

/// Compiles the project by the embedded library, with the fonts of the project only.
///
/// # Errors
/// Where the template is wrong.
pub fn embedded(project: &Project) -> Result<Vec<u8>, Diagnostics> {
    world::compiled(project)
}

/// Compiles the project by a `typst` command line in a temporary directory, with the fonts of the project only.
///
/// # Errors
/// Where the directory cannot be written, the program cannot be started, or the template is wrong.
pub fn cli(project: &Project, typst: &Path) -> Result<Vec<u8>, Diagnostics> {
    command::compiled(project, typst)
}

/// Returns the `typst` that the `PATH` leads to, and its version; none where there is none or it does not answer.
pub fn typst_on_path() -> Option<(PathBuf, String)> {
    command::on_path()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attachment_cannot_take_the_place_of_the_template() {
        let attachment = |name| Attachment {
            name,
            bytes: b"",
            mime: "text/plain",
            description: "",
            relationship: "data",
        };
        for name in ["main.typ", "memo.json", "../x", ""] {
            let made = project(
                &Memo::default(),
                &[attachment(name)],
                (2026, 11, 1),
                &Templates::default(),
                &Fonts::default(),
            );
            assert!(made.is_err(), "{name}");
        }
    }
}
