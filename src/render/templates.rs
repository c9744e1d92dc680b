//! Templates: the shipped ones, and what an author puts in the place of their blocks.
//!
//! A file of the name of a block (`kpis.html`, `palette.typ`) takes that block's place; `memo.html` and `memo.typ` may
//! extend the whole. It must not know the file system: texts arrive by name.

mod blocks;

use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
pub use blocks::Block;
use minijinja::Environment;
use minijinja::UndefinedBehavior;
use minijinja::Value;
use minijinja::syntax::SyntaxConfig;
use std::collections::BTreeMap;
use std::ops::Range;

/// What a memo is written for; each has a template of its own, and another syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// `memo.html`: Jinja's own delimiters.
    Html,
    /// `memo.typ`: `((% %))`, `((= ))` and `((# #))`, because braces and hashes mean something there.
    Typst,
}

impl Language {
    /// Both.
    pub const ALL: [Language; 2] = [Language::Html, Language::Typst];

    /// Returns the ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Language::Html => "html",
            Language::Typst => "typ",
        }
    }

    /// Tells the language by a file's name; `None` where it is neither's.
    pub fn of(name: &str) -> Option<Self> {
        let ending = name.rsplit_once('.')?.1;
        Self::ALL.into_iter().find(|it| it.ending() == ending)
    }

    fn tags(self) -> Tags {
        match self {
            Language::Html => Tags {
                block: ("{%", "%}"),
                variable: ("{{", "}}"),
                comment: ("{#", "#}"),
            },
            Language::Typst => Tags {
                block: ("((%", "%))"),
                variable: ("((=", "=))"),
                comment: ("((#", "#))"),
            },
        }
    }

    fn shipped(self) -> &'static str {
        match self {
            Language::Html => include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/memo.html")),
            Language::Typst => include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/memo.typ")),
        }
    }

    /// The name that an author's template extends.
    fn base(self) -> String {
        format!("bellwether/memo.{}", self.ending())
    }

    /// Returns the blocks of the shipped template, in the order of their beginnings.
    pub fn blocks(self) -> Vec<Block> {
        blocks::of(self.shipped(), &self.tags())
    }
}

/// Makes what reads the templates of a language.
fn environment(language: Language) -> Environment<'static> {
    let tags = language.tags();
    let syntax = SyntaxConfig::builder()
        .block_delimiters(tags.block.0, tags.block.1)
        .variable_delimiters(tags.variable.0, tags.variable.1)
        .comment_delimiters(tags.comment.0, tags.comment.1)
        .build();
    let mut environment = Environment::new();
    environment.set_syntax(syntax.expect("the delimiters differ from each other"));
    environment.set_debug(true);
    environment.set_undefined_behavior(match language {
        Language::Html => UndefinedBehavior::SemiStrict,
        Language::Typst => UndefinedBehavior::Strict,
    });
    environment
}

/// What begins and ends what is done, what is printed, and what is neither.
struct Tags {
    block: (&'static str, &'static str),
    variable: (&'static str, &'static str),
    comment: (&'static str, &'static str),
}

/// The templates of a memo.
#[derive(Debug, Clone, Default)]
pub struct Templates {
    overrides: BTreeMap<String, String>,
}

/// Files whose name begins so are nobody's block: others include them.
const PART: char = '_';

impl Templates {
    /// Takes the texts of an author's `templates/` by file name; empty for the shipped ones alone.
    ///
    /// # Errors
    /// All files that are named like no block, or are not written as templates are. What a template names is known only when
    /// it is rendered.
    pub fn new(overrides: BTreeMap<String, String>) -> Result<Self, Diagnostics> {
        let mut found = Diagnostics::new();
        for (name, text) in &overrides {
            let Some((stem, language)) = name.rsplit_once('.').zip(Language::of(name)).map(|it| (it.0.0, it.1)) else {
                continue;
            };
            let blocks = language.blocks();
            let known: Vec<&str> = blocks.iter().map(|it| it.name).chain(["memo"]).collect();
            if !name.starts_with(PART) && !known.contains(&stem) {
                let message = format!("`templates/{name}` takes the place of no block: there is none named `{stem}`");
                let hint = format!("a file that others include begins with `{PART}`: `{PART}{name}`");
                found.push(
                    Diagnostic::render("unknown-block", message)
                        .nearest(stem, known)
                        .hint(hint),
                );
            }
            if let Err(error) = environment(language).add_template(name, text) {
                found.extend(diagnostic(name, &error));
            }
        }
        if found.has_errors() {
            return Err(found);
        }
        Ok(Self { overrides })
    }

    /// Iterates over all texts by name, in the order of names: what a manifest hashes.
    pub fn texts(&self) -> impl Iterator<Item = (String, &str)> {
        let shipped = Language::ALL.map(|it| (it.base(), it.shipped()));
        let own = self.overrides.iter().map(|(name, text)| (name.clone(), text.as_str()));
        let mut all: Vec<(String, &str)> = shipped.into_iter().chain(own).collect();
        all.sort_unstable();
        all.into_iter()
    }

    /// Renders `memo.html`: values are escaped.
    pub(super) fn html(&self, context: Value) -> Result<String, Diagnostics> {
        rendered(Language::Html, self.chain(Language::Html), context)
    }

    /// Renders `memo.typ`: blocks are put together, and there is no value to put in.
    pub(super) fn typst(&self) -> Result<String, Diagnostics> {
        rendered(Language::Typst, self.chain(Language::Typst), Value::UNDEFINED)
    }

    /// Renders `memo.typ` for a memo that names fonts in `memo.fonts`: they stand behind those of the palette, whoever
    /// wrote it.
    pub(super) fn typst_with_fonts(&self) -> Result<String, Diagnostics> {
        const PALETTE: &str = "((= super() =))
#let (sans, serif, mono) = (sans, serif, mono).map(it => (it, memo.fonts).flatten())
";
        let (open, close) = Language::Typst.tags().block;
        let (mut texts, top) = self.chain(Language::Typst);
        let text =
            format!("{open} extends \"{top}\" {close}{open} block palette {close}{PALETTE}{open} endblock {close}");
        let name = "bellwether/fonts.typ".to_owned();
        texts.push((name.clone(), text));
        rendered(Language::Typst, (texts, name), Value::UNDEFINED)
    }

    /// Finds the file and the line of an author's own in which a line stands that was put together with others; `None`
    /// where it is none of theirs, or could be several.
    pub(super) fn place_of(&self, language: Language, line: &str) -> Option<(&str, usize)> {
        let line = line.trim();
        if line.is_empty() || language.shipped().lines().any(|it| it.trim() == line) {
            return None;
        }
        let own = self.overrides.iter().filter(|it| Language::of(it.0) == Some(language));
        let mut places = own.flat_map(|(name, text)| {
            // The tags of blocks may stand on the same line.
            let lines = text.lines().enumerate().filter(|it| it.1.contains(line));
            lines.map(|(idx, _)| (name.as_str(), idx + 1)).collect::<Vec<_>>()
        });
        places.next().filter(|_| places.next().is_none())
    }

    /// Returns all templates of a language by name, and the name of the one that is rendered.
    ///
    /// Each block's file becomes a template that extends the one before, so that they can be told apart in errors and
    /// `super()` is what shipped.
    fn chain(&self, language: Language) -> (Vec<(String, String)>, String) {
        let (open, close) = language.tags().block;
        let whole = format!("memo.{}", language.ending());
        let own = |(name, _): &(&String, &String)| Language::of(name) == Some(language);
        let (parts, rest): (Vec<_>, Vec<_>) = self.overrides.iter().filter(own).partition(|it| it.0.starts_with(PART));
        let blocks: Vec<(&String, &String)> = rest.into_iter().filter(|it| *it.0 != whole).collect();
        let mut texts: Vec<(String, String)> = parts.iter().map(|it| (it.0.clone(), it.1.clone())).collect();
        let base = language.base();
        // What an author extends has all blocks in; where there are none, that is the shipped template itself.
        let mut below = match blocks.is_empty() {
            true => base.clone(),
            false => format!("bellwether/shipped/{whole}"),
        };
        texts.push((below.clone(), language.shipped().to_owned()));
        for (file, text) in &blocks {
            let block = file.strip_suffix(&format!(".{}", language.ending())).unwrap_or(file);
            // On one line with the file's first, so that lines are counted as its author counts them.
            let before = format!("{open} extends \"{below}\" {close}{open} block {block} {close}");
            texts.push(((*file).clone(), format!("{before}{text}{open} endblock {close}")));
            below = (*file).clone();
        }
        if !blocks.is_empty() {
            texts.push((base.clone(), format!("{open} extends \"{below}\" {close}")));
        }
        let top = match self.overrides.get(&whole) {
            Some(text) => {
                texts.push((whole.clone(), text.clone()));
                whole
            }
            None => base,
        };
        (texts, top)
    }
}

/// Renders the last of templates that extend one another, of which the first gives texts by name.
fn rendered(
    language: Language,
    (texts, top): (Vec<(String, String)>, String),
    context: Value,
) -> Result<String, Diagnostics> {
    let mut environment = environment(language);
    for (name, text) in texts {
        let added = environment.add_template_owned(name.clone(), text);
        added.map_err(|err| diagnostic(&name, &err))?;
    }
    let template = environment.get_template(&top).map_err(|err| diagnostic(&top, &err))?;
    template.render(context).map_err(|err| diagnostic(&top, &err))
}

/// What is wrong with a template, and in which line of which.
fn diagnostic(name: &str, err: &minijinja::Error) -> Diagnostics {
    let place = match (err.name(), err.line()) {
        (Some(name), Some(line)) => format!("`{name}`, line {line}"),
        _ => format!("`{name}`"),
    };
    let undefined = (err.kind() == minijinja::ErrorKind::UndefinedError)
        .then(|| {
            err.template_source()
                .zip(err.range())
                .and_then(|(text, range)| written(text, range))
        })
        .flatten();
    let what = match (undefined, err.detail()) {
        (Some(written), _) => format!("`{written}` is undefined"),
        (None, Some(detail)) => format!("{}: {detail}", err.kind()),
        (None, None) => err.kind().to_string(),
    };
    Diagnostic::render("template", format!("the template {place} cannot be rendered: {what}"))
        .hint("`bellwether templates --eject BLOCK` writes a block as it ships, to begin from")
        .into()
}

/// Returns the path that an error is about, as it is written: the engine gives its last step (`.label` of `memo.label`).
fn written(text: &str, range: Range<usize>) -> Option<&str> {
    let is_path = |it: char| it.is_alphanumeric() || matches!(it, '_' | '.' | '[' | ']' | '"' | '\'');
    let before = text.get(..range.start)?;
    let from = before.len()
        - before
            .chars()
            .rev()
            .take_while(|it| is_path(*it))
            .map(char::len_utf8)
            .sum::<usize>();
    text.get(from..range.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn templates(files: &[(&str, &str)]) -> Templates {
        let overrides = files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Templates::new(overrides.collect()).expect("each is a block, or the whole")
    }

    #[test]
    fn one_block_is_overridden_and_the_others_stay() {
        let own = "((% extends \"bellwether/memo.typ\" %))((% block kpis %))#let kpis = none // mine\n((% endblock %))";
        let source = templates(&[("memo.typ", own)]).typst().expect("it extends");
        assert!(source.contains("// mine"));
        assert!(source.contains("#let masthead"));
    }

    #[test]
    fn a_file_of_the_name_of_a_block_takes_its_place_beside_others() {
        let own = templates(&[
            ("kpis.typ", "#let kpis = none // mine\n"),
            ("palette.typ", "((= super() =))\n#let ink = red\n"),
            (
                "memo.typ",
                "((% extends \"bellwether/memo.typ\" %))((% block head %))// own head\n((% endblock %))",
            ),
        ]);
        let source = own.typst().expect("all extend");
        for words in ["// mine", "#let rule = rgb", "#let ink = red", "// own head"] {
            assert!(source.contains(words), "{words} is not in it");
        }
        assert!(!source.contains("#let masthead"), "the head was replaced");
    }

    #[test]
    fn a_file_that_is_no_block_is_told_with_the_nearest() {
        let overrides = BTreeMap::from([("kpi.html".to_owned(), String::new())]);
        let wrong = Templates::new(overrides).expect_err("there is none");
        assert_eq!(wrong.0[0].code, "unknown-block");
        assert_eq!(wrong.0[0].hints[0], "did you mean `kpis`?");
    }

    #[test]
    fn a_broken_template_is_named_with_its_line() {
        let own = templates(&[("memo.html", "<p>\n{{ 1 | nofilter }}")]);
        let wrong = own.html(Value::UNDEFINED).expect_err("there is no such filter");
        let message = &wrong.0[0].message;
        assert!(message.contains("`memo.html`, line 2"), "{message}");
    }

    #[test]
    fn what_is_undefined_is_named() {
        let wrong = templates(&[("memo.html", "<p>\n\n{{ memo.titel }}")])
            .html(minijinja::context! { memo => BTreeMap::from([("title", "x")]) })
            .expect_err("there is no such value");
        let message = &wrong.0[0].message;
        assert!(
            message.contains("`memo.html`, line 3") && message.contains("`memo.titel` is undefined"),
            "{message}"
        );
    }

    #[test]
    fn every_block_that_is_ejected_gives_the_same_template() {
        let whole = templates(&[]).typst().expect("it ships");
        for block in Language::Typst.blocks() {
            let file = format!("{}.typ", block.name);
            let own = templates(&[(&file, block.text)]).typst().expect("it was whole");
            assert_eq!(own, whole, "{file}");
        }
    }
}
