//! The stage `resolve`: a [`Spec`] becomes a [`Plan`]: names found, periods fixed, defaults in.
//!
//! All mistakes that do not depend on one another are told at once. What the data hold is asked
//! through [`World`]; days are read only when everything else is right, because they cost a scan.
//! It must not know any engine, nor what an analysis does with its options.

mod calendar;
mod categories;
mod data;
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
use crate::model::plan::Plan;
use crate::model::spec::Spec;
use crate::model::spec::Typst;
use crate::model::world::Skim;
use crate::model::world::World;

/// What the command line says against the spec; flags beat the file.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--period`: `last_complete` or an ISO period.
    pub period: Option<String>,
    /// `--typst`: `auto`, `cli` or `embedded`.
    pub typst: Option<String>,
    /// `--as-of`: an ISO date.
    pub as_of: Option<String>,
}

/// Number format where a spec names none.
const LOCALE: &str = "en-US";

/// Foot of every page where a spec names none.
const FOOTER: &str = "Not investment advice.";

/// What a spec comes to.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The plan. Where `found` has errors it is a draft: good to check names and kinds against, and for nothing else.
    pub plan: Plan,
    /// The values of the tracked dimension that the memo shows, ascending; empty in a draft.
    pub categories: Vec<String>,
    /// All mistakes and warnings so far.
    pub found: Diagnostics,
}

/// Makes the plan. `slug` is the spec's file name without its extension, `found` what has been found in its text.
///
/// All mistakes are told at once: of the spec (names, types, units, periods) and of the data (no files, no rows).
pub fn resolve(spec: &Spec, slug: &str, world: &dyn World, overrides: &Overrides, mut found: Diagnostics) -> Resolved {
    check_locale(spec, &mut found);
    if let Err(wrong) = typst(spec, overrides) {
        found.extend(wrong);
    }
    title::check(&spec.title, &mut found);
    let tables = sources::tables(spec, world, &mut found);
    let (metrics, measures) = metrics::metrics(spec, &tables, &mut found);
    let categories = categories::categories(spec, &tables, &measures, &mut found);
    let segments = categories::segments(spec, &tables, &mut found);
    let roster = roster::roster(spec, &tables, &segments, world, &mut found);
    let calendar = calendar::calendar(&spec.periods, world, &mut found);
    let wanted = periods::wanted(&spec.periods, calendar.as_ref(), overrides, &mut found);
    let read: Vec<sources::Table> = tables.into_iter().flatten().collect();
    let mut periods = None;
    let mut labels = Vec::new();
    if !found.has_errors()
        && let Some(wanted) = wanted
        && let Some(skims) = data::skims(spec, &read, world, &mut found)
    {
        labels = data::categories(spec, &read, &skims, &mut found);
        // A source that no metric reads does not say up to when the data are complete.
        let used = |at: &usize| measures.iter().any(|it| it.source == *at);
        let used: Vec<(&sources::Table, &Skim)> = read
            .iter()
            .zip(&skims)
            .enumerate()
            .filter(|(at, _)| used(at))
            .map(|(_, it)| it)
            .collect();
        periods = periods::periods(&wanted, spec.periods.grain.span, &used, &mut found);
    }
    let title = match &periods {
        Some(periods) => title::filled(&spec.title.value, &periods.calendar, &periods.target),
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
        seed: spec
            .seed
            .as_ref()
            .map_or_else(|| periods::seed(&periods.target), |it| it.value),
        sources: read.into_iter().map(|it| it.source).collect(),
        measures,
        metrics,
        categories,
        segments,
        roster,
        periods,
        notes,
        known_causes,
    };
    Resolved {
        plan,
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

/// Checks the form of a language tag only: whether it is known is the number format's to say.
fn check_locale(spec: &Spec, found: &mut Diagnostics) {
    let Some(locale) = &spec.locale else { return };
    let mut parts = locale.value.split('-');
    let language = parts
        .next()
        .is_some_and(|it| matches!(it.len(), 2 | 3) && it.bytes().all(|b| b.is_ascii_alphabetic()));
    let rest = parts.all(|it| matches!(it.len(), 1..=8) && it.bytes().all(|b| b.is_ascii_alphanumeric()));
    if !(language && rest) {
        let message = format!("`{}` is not a language tag", locale.value);
        found.push(
            Diagnostic::spec("bad-locale", message)
                .at(locale.span)
                .hint("for example `en-US`, `en-GB`, `de-DE`"),
        );
    }
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
