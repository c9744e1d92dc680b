//! The stage `resolve`: a [`Spec`] becomes a [`Plan`]: names found, periods fixed, defaults in.
//!
//! All mistakes that do not depend on one another are told at once. What the data hold is asked
//! through [`World`]; days are read only when everything else is right, because they cost a scan.
//! It must not know any engine, nor what an analysis does with its options.

mod calendar;
mod categories;
mod data;
mod each;
mod fonts;
mod holidays;
mod metrics;
mod notes;
mod periods;
mod roster;
mod sources;
mod title;
mod types;
mod units;

use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Spanned;
use crate::model::diagnostic::Warned;
use crate::model::plan::Plan;
use crate::model::spec::Spec;
use crate::model::spec::Typst;
use crate::model::world::Skim;
use crate::model::world::World;
use crate::words;
use crate::words::Words;
pub use each::slugs as memo_slugs;
use std::collections::BTreeMap;

/// What the command line says against the spec; flags beat the file.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--period`: `last_complete` or an ISO period.
    pub period: Option<String>,
    /// `--typst`: `auto`, `cli` or `embedded`.
    pub typst: Option<String>,
    /// `--as-of`: an ISO date.
    pub as_of: Option<String>,
    /// `-P name=value` and `--params-file`: values of the spec's parameters.
    pub params: BTreeMap<String, String>,
}

/// Locale where a spec names none.
const LOCALE: &str = "en-US";

/// Foot of every page where a spec names none.
const FOOTER: &str = "Not investment advice.";

/// Fewest customers that a figure may be about where a spec does not say: below ten a figure soon tells of persons.
const MIN_CELL: u64 = 10;

/// What a spec comes to.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The plan of all rows. Where `found` has errors it is a draft: good to check names and kinds against, and for nothing
    /// else.
    pub plan: Plan,
    /// The plans of the spec's memos, this one or those of `for_each:`, each with warnings of its own. Empty in a draft.
    pub memos: Vec<Warned<Plan>>,
    /// The values of the tracked dimension that the memo shows, ascending; empty in a draft.
    pub categories: Vec<String>,
    /// All mistakes and warnings so far.
    pub found: Diagnostics,
}

/// Makes the plan. `slug` is the spec's file name without its extension, `found` what has been found in its text.
///
/// All mistakes are told at once: of the spec (names, types, units, periods) and of the data (no files, no rows).
pub fn resolve(spec: &Spec, slug: &str, world: &dyn World, overrides: &Overrides, mut found: Diagnostics) -> Resolved {
    let words = words(spec, &mut found);
    if let Err(wrong) = typst(spec, overrides) {
        found.extend(wrong);
    }
    title::check(&spec.title, spec.for_each.is_some(), &mut found);
    let fonts = fonts::fonts(spec.fonts.as_ref(), world, &mut found);
    let tables = sources::tables(spec, world, &mut found);
    each::check(spec, &tables, &mut found);
    let (metrics, measures) = metrics::metrics(spec, &tables, &mut found);
    let categories = categories::categories(spec, &tables, &measures, &words, &mut found);
    let segments = categories::segments(spec, &tables, &mut found);
    let roster = roster::roster(spec, &tables, &segments, world, &mut found);
    let calendar = calendar::calendar(&spec.periods, world, &mut found);
    let wanted = periods::wanted(&spec.periods, calendar.as_ref(), overrides, &mut found);
    let read: Vec<sources::Table> = tables.into_iter().flatten().collect();
    let mut periods = None;
    let mut labels = Vec::new();
    let mut seen: Vec<each::Seen<'_>> = Vec::new();
    let skims = if found.has_errors() || wanted.is_none() {
        None
    } else {
        data::skims(spec, &read, world, &mut found)
    };
    if let (Some(wanted), Some(skims)) = (&wanted, &skims) {
        labels = data::categories(spec, &read, skims, &mut found);
        // A source that no metric reads does not say up to when the data are complete.
        let is_used = |at: usize| measures.iter().any(|it| it.source == at);
        seen = (0..read.len()).map(|at| (&read[at], &skims[at], is_used(at))).collect();
        let used = seen.iter().filter(|it| it.2).map(|it| (it.0, it.1));
        let used: Vec<(&sources::Table, &Skim)> = used.collect();
        periods = periods::periods(wanted, spec.periods.grain.span, &used, &mut found);
    }
    let words = match &periods {
        Some(periods) => words.with_calendar(&periods.calendar),
        None => words,
    };
    let title = match &periods {
        Some(periods) => title::filled(&spec.title.value, periods, None, &words),
        None => spec.title.value.clone(),
    };
    let mut notes = notes::notes(spec, calendar.as_ref(), &labels, periods.as_ref(), &mut found);
    // What the author says of a day is said instead of what the calendar does.
    let mut holidays = holidays::notes(&spec.holidays, periods.as_ref(), &mut found);
    holidays.retain(|it| notes.iter().all(|own| own.id != it.id));
    notes.extend(holidays);
    notes.sort_by(|a, b| (a.from, a.until, &a.id).cmp(&(b.from, b.until, &b.id)));
    notes.dedup_by(|a, b| a.id == b.id);
    let known_causes = notes::known_causes(spec, calendar.as_ref(), &labels, periods.as_ref(), &mut found);
    let periods = periods.unwrap_or_else(|| periods::draft(&spec.periods, calendar.clone().unwrap_or_default()));
    let roster = roster.map(|it| roster::held_against(it, spec, &periods, &labels, &mut found));
    let plan = Plan {
        slug: slug.to_owned(),
        title,
        locale: written_or(&spec.locale, LOCALE),
        footer: written_or(&spec.footer, FOOTER),
        note: written_or(&spec.note, ""),
        fonts,
        seed: spec
            .seed
            .as_ref()
            .map_or_else(|| periods::seed(&periods.target), |it| it.value),
        min_cell: spec.min_cell.as_ref().map_or(MIN_CELL, |it| it.value.max(1)),
        sources: read.iter().map(|it| it.source.clone()).collect(),
        measures: metrics::with_rows(measures),
        metrics,
        categories,
        segments,
        roster,
        periods,
        notes,
        known_causes,
        each: None,
    };
    let memos = match &wanted {
        Some(wanted) if !found.has_errors() => each::plans(spec, &plan, wanted, &seen, &words, &mut found),
        _ => Vec::new(),
    };
    Resolved {
        plan,
        memos,
        categories: labels,
        found,
    }
}

/// Returns how the PDF is compiled: the flag, else the spec, else `auto`.
///
/// # Errors
/// Where either names something else.
pub fn typst(spec: &Spec, overrides: &Overrides) -> Result<Typst, Diagnostics> {
    let unknown = |written: &str, place: &str| {
        let diagnostic = Diagnostic::spec("unknown-value", format!("{place} cannot be `{written}`"));
        diagnostic.nearest(written, ["auto", "cli", "embedded"])
    };
    if let Some(flag) = &overrides.typst {
        return Typst::parse(flag).ok_or_else(|| unknown(flag, "`--typst`").into());
    }
    match &spec.typst {
        Some(text) => Typst::parse(&text.value).ok_or_else(|| unknown(&text.value, "`typst`").at(text.span).into()),
        None => Ok(Typst::default()),
    }
}

fn written_or(written: &Option<Spanned<String>>, default: &str) -> String {
    written.as_ref().map_or(default, |it| it.value.as_str()).to_owned()
}

/// Opens the words of the spec's locale; those of the default where it names none that there is.
///
/// A language that is not complete is told once: its memo has English sentences with its own numbers, dates and currency.
fn words(spec: &Spec, found: &mut Diagnostics) -> Words {
    let Some(locale) = &spec.locale else {
        return Words::english();
    };
    let Some(words) = Words::new(&locale.value) else {
        let message = format!("`{}` is no locale that is known here", locale.value);
        let diagnostic = Diagnostic::spec("bad-locale", message).at(locale.span);
        let hint = "a language and a country: for example `en-US`, `en-GB`, `de-DE`, `pt-BR`";
        found.push(diagnostic.nearest(&locale.value, words::known()).hint(hint));
        return Words::english();
    };
    if !words.has_sentences() {
        let message = format!(
            "the memo's sentences are in English: there are none for `{}`",
            locale.value
        );
        let complete: Vec<String> = words::complete().map(|it| format!("`{it}`")).collect();
        let hint = format!(
            "numbers, dates and currencies are those of `{}`; languages with sentences: {}",
            locale.value,
            complete.join(", ")
        );
        let diagnostic = Diagnostic::warning("locale-sentences", message);
        found.push(diagnostic.at(locale.span).hint(hint));
    }
    words
}

/// Returns a name as a label: `spend_per_active` is "Spend per active".
fn label_of(name: &str) -> String {
    let spaced = name.replace('_', " ");
    let mut letters = spaced.trim().chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests;
