//! Keys: what a map of a spec may say, in which form, and what holds where it is left out.
//!
//! One table a map, declared where the map is read: the reader takes the names from it, and the schema for editors all
//! of it, so that what is offered is what is understood. It must not know how a value is checked against the data.

/// A key of a map.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What may stand behind it.
    pub form: Form,
    /// What it means, as an author reads it beside the spec.
    pub doc: &'static str,
    /// What holds where it is left out, as YAML writes it; `None` where that is nothing, or follows from other keys.
    pub default: Option<&'static str>,
    /// True where it must be there.
    pub is_required: bool,
}

impl Field {
    /// A key that must be there.
    pub const fn must(name: &'static str, form: Form, doc: &'static str) -> Self {
        Self {
            is_required: true,
            ..Self::may(name, form, doc)
        }
    }

    /// A key that may be left out.
    pub const fn may(name: &'static str, form: Form, doc: &'static str) -> Self {
        Self {
            name,
            form,
            doc,
            default: None,
            is_required: false,
        }
    }

    /// Says what holds where the key is left out.
    #[must_use]
    pub const fn or(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }
}

/// What may stand behind a key.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// Text; numbers and truth values are taken as they are written.
    Text,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// Text that a regular expression describes, from its beginning to its end.
    Like(&'static str),
    /// An SQL expression.
    Expression,
    /// A whole number that is not negative.
    Count,
    /// Any number.
    Number,
    /// `true` or `false`.
    Flag,
    /// A list; one value stands for a list of one.
    List(&'static Form),
    /// A list, and nothing else.
    Items(&'static Form),
    /// A map whose names the author chooses.
    Named(&'static Form),
    /// A map with these keys; what it is called in a schema comes first.
    Map(&'static str, &'static [Field]),
    /// One of several forms.
    Either(&'static [Form]),
    /// The analyses of a memo.
    Memo,
}
