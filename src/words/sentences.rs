//! The memo's own sentences: Fluent files, one folder a language, one file an analysis.
//!
//! A sentence is one message, so that a translator can reorder it; what it is made of arrives as text that is formatted
//! already, and as counts or keys to choose by. It must not know what a number is.

use super::nouns;
use super::text;
use fluent_bundle::FluentArgs;
use fluent_bundle::FluentResource;
use fluent_bundle::FluentValue;
use fluent_bundle::concurrent::FluentBundle;
use std::borrow::Cow;
use unic_langid::LanguageIdentifier;

/// A language that has every sentence of a memo.
pub(super) struct Language {
    /// Its BCP 47 tag: the name of its folder.
    pub tag: &'static str,
    /// Its files, name and content.
    pub files: &'static [(&'static str, &'static str)],
}

macro_rules! files {
    ($tag:literal: $($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../templates/words/", $tag, "/", $name, ".ftl")))),*]
    };
}

/// The complete languages; the first stands in for the others.
pub(super) const COMPLETE: [Language; 2] = [
    Language {
        tag: "en",
        files: files!("en": "memo" "headline" "deviation" "calendar" "drivers" "contribution" "quality" "rhythm" "rfm" "groups" "funnel" "cohorts" "roster" "migration" "profile" "stability" "clusters" "hypotheses" "relations" "notes" "disclosure" "restatement" "sheet" "template"),
    },
    Language {
        tag: "pt-BR",
        files: files!("pt-BR": "memo" "headline" "deviation" "calendar" "drivers" "contribution" "quality" "rhythm" "rfm" "groups" "funnel" "cohorts" "roster" "migration" "profile" "stability" "clusters" "hypotheses" "relations" "notes" "disclosure" "restatement" "sheet" "template"),
    },
];

/// Says a sentence: `say!(words, "id", name = value, …)`.
///
/// A value is text that is formatted already, a count, or a truth (`yes` or `no` to a selector). A test reads these calls:
/// every message that they name is there in every complete language, and uses what it is given.
#[macro_export]
macro_rules! say {
    ($words:expr, $id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $words.say($id, &[$((stringify!($name), $crate::words::sentences::Argument::argument(&$value))),*])
    };
}

/// What a sentence can be made of.
pub trait Argument {
    /// Returns it as Fluent takes it.
    fn argument(&self) -> FluentValue<'_>;
}

impl<T: Argument + ?Sized> Argument for &T {
    fn argument(&self) -> FluentValue<'_> {
        (**self).argument()
    }
}

impl Argument for str {
    fn argument(&self) -> FluentValue<'_> {
        FluentValue::from(self)
    }
}

impl Argument for String {
    fn argument(&self) -> FluentValue<'_> {
        FluentValue::from(self.as_str())
    }
}

impl Argument for Cow<'_, str> {
    fn argument(&self) -> FluentValue<'_> {
        FluentValue::from(self.as_ref())
    }
}

impl Argument for usize {
    fn argument(&self) -> FluentValue<'_> {
        FluentValue::from(*self)
    }
}

impl Argument for bool {
    fn argument(&self) -> FluentValue<'_> {
        FluentValue::from(if *self { "yes" } else { "no" })
    }
}

/// The sentences of one language, ready to be said.
pub(super) struct Sentences {
    bundle: FluentBundle<FluentResource>,
}

impl Sentences {
    /// Opens a language.
    ///
    /// # Panics
    /// Where its files are not Fluent, or say a message twice: they are built in.
    pub(super) fn of(language: &Language) -> Self {
        let id: LanguageIdentifier = language.tag.parse().expect("a complete language has a tag");
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Marks around arguments would be bytes that no reader sees and every search trips over.
        bundle.set_use_isolating(false);
        // A long message is written over several lines, and printed as one.
        bundle.set_transform(Some(|text| {
            if text.contains('\n') {
                Cow::Owned(text.replace('\n', " "))
            } else {
                Cow::Borrowed(text)
            }
        }));
        for (name, content) in language.files {
            let resource = FluentResource::try_new((*content).to_owned())
                .unwrap_or_else(|(_, wrong)| panic!("{}/{name}.ftl: {wrong:?}", language.tag));
            if let Err(wrong) = bundle.add_resource(resource) {
                panic!("{}/{name}.ftl: {wrong:?}", language.tag);
            }
        }
        let mut sentences = Self { bundle };
        sentences.add_functions();
        sentences
    }

    /// Says a message.
    ///
    /// # Panics
    /// Where it is not there, or asks for what it is not given: a test holds that neither happens.
    pub(super) fn say(&self, id: &str, arguments: &[(&'static str, FluentValue<'_>)]) -> String {
        let message = self.bundle.get_message(id).and_then(|it| it.value());
        let pattern = message.unwrap_or_else(|| panic!("there is no message `{id}`"));
        let mut given = FluentArgs::with_capacity(arguments.len());
        for (name, value) in arguments {
            given.set(*name, value.clone());
        }
        let mut wrong = Vec::new();
        let said = self.bundle.format_pattern(pattern, Some(&given), &mut wrong);
        assert!(wrong.is_empty(), "message `{id}`: {wrong:?}");
        said.into_owned()
    }

    /// Adds what a message can do with what it is given: `COUNT($n)` writes a count as prose does, `CAPITAL` and `LOWER`
    /// write the first letter large or small; `THE`, `DE`, `EM` and `POR` put the Portuguese article before a name,
    /// or a preposition that is drawn together with it.
    fn add_functions(&mut self) {
        // Words from nought on; what is beyond them is written in figures.
        let words = |id: &str| -> Vec<String> { self.say(id, &[]).split(' ').map(str::to_owned).collect() };
        let (plain, feminine) = (words("count-words"), words("count-words-feminine"));
        let count = move |given: &[FluentValue<'_>], named: &FluentArgs<'_>| match given {
            [FluentValue::Number(n)] => {
                let words = if named.get("gender").is_some() {
                    &feminine
                } else {
                    &plain
                };
                let word = words.get(n.value as usize).cloned();
                Some(word.unwrap_or_else(|| n.as_string().into_owned()))
            }
            _ => None,
        };
        let written = |given: &[FluentValue<'_>]| match given {
            [FluentValue::String(text)] => Some(text.to_string()),
            [FluentValue::Number(n)] => Some(n.as_string().into_owned()),
            _ => None,
        };
        let or_error = |text: Option<String>| text.map_or(FluentValue::Error, FluentValue::from);
        let added = [
            self.bundle
                .add_function("COUNT", move |given, named| or_error(count(given, named))),
            self.bundle.add_function("CAPITAL", move |given, _| {
                or_error(written(given).map(|it| text::capitalised(&it)))
            }),
            self.bundle.add_function("LOWER", move |given, _| {
                or_error(written(given).map(|it| text::lowered(&it)))
            }),
        ];
        let joined = ["THE", "DE", "EM", "POR"].map(|name| {
            let preposition = if name == "THE" {
                String::new()
            } else {
                name.to_lowercase()
            };
            self.bundle.add_function(name, move |given, _| {
                or_error(written(given).map(|it| nouns::portuguese_joined(&preposition, &it)))
            })
        });
        let mut added = added.iter().chain(&joined);
        assert!(added.all(Result::is_ok), "no two functions share a name");
    }
}
