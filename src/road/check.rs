//! A spec checked against a world: all of its mistakes, or the memos that it makes.
//!
//! It must not know what becomes of a memo.

use crate::analysis;
use crate::analysis::Task;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Warned;
use crate::model::plan::Plan;
use crate::model::spec::ForEachSpec;
use crate::model::spec::Spec;
use crate::model::world::World;
use crate::parse;
use crate::resolve;
use crate::resolve::Overrides;

/// A memo of a spec that is right, as far as its world can tell.
pub struct Checked {
    /// The spec, with the memo's own parameters in.
    pub spec: Spec,
    /// The plan.
    pub plan: Plan,
    /// Its analyses.
    pub tasks: Vec<Box<dyn Task>>,
    /// Warnings that concern this memo.
    pub warnings: Vec<Diagnostic>,
}

/// Checks the text of a spec against a world, and returns its memos: one, or those of `for_each:`. `slug` names the
/// report's folder. The warnings are those of all memos.
///
/// # Errors
/// All mistakes at once, sorted by place: each stage goes on with what the one before it could make of the spec.
pub fn check(
    text: &str,
    slug: &str,
    world: &dyn World,
    overrides: &Overrides,
) -> Result<Warned<Vec<Checked>>, Diagnostics> {
    let mut found = Diagnostics::new();
    let spec = parse::parse(text, &analyses(), &overrides.params, &mut found);
    let n_sets = match spec.map(|it| it.for_each) {
        // Where the text is wrong, the sets add nothing that the spec's own parameters do not show.
        Some(Some(ForEachSpec::Sets { sets, .. })) if !found.has_errors() => sets.len(),
        _ => 0,
    };
    if n_sets == 0 {
        return finished(memos(text, slug, world, overrides, None));
    }
    let mut all = Vec::new();
    let mut told: Vec<(Diagnostic, Vec<usize>)> = Vec::new();
    for set in 0..n_sets {
        let (memos, found) = memos(text, slug, world, overrides, Some(set));
        all.extend(memos);
        for it in found.0 {
            match told.iter_mut().find(|known| known.0 == it) {
                Some(known) => known.1.push(set),
                None => told.push((it, vec![set])),
            }
        }
    }
    let of_some = |(it, sets): (Diagnostic, Vec<usize>)| match sets.as_slice() {
        _ if sets.len() == n_sets => it,
        [only] => it.hint(format!("so it is with the {} set of `for_each`", ordinal(*only))),
        sets => it.hint(format!("so it is with {} of {n_sets} sets of `for_each`", sets.len())),
    };
    let mut found = Diagnostics(told.into_iter().map(of_some).collect());
    found.extend(Diagnostics(targets_apart(&all).into_iter().collect()));
    finished((all, found))
}

/// Warns where the memos of sets are about different periods: the data of each end when they end.
fn targets_apart(memos: &[Checked]) -> Option<Diagnostic> {
    let first = memos.first()?;
    let other = memos
        .iter()
        .find(|it| it.plan.periods.target != first.plan.periods.target)?;
    let of = |it: &Checked| {
        let label = it.plan.each.as_ref().map(|it| it.label.clone()).unwrap_or_default();
        format!("`{label}` is about {}", it.plan.periods.target_name())
    };
    let message = format!("{}, and {}: the data of each end on another day", of(first), of(other));
    let hint = "say up to when all are complete: `as_of:` under `periods:`, or `--as-of`";
    Some(
        Diagnostic::warning("targets-apart", message)
            .at(first.spec.periods.grain.span)
            .hint(hint),
    )
}

fn ordinal(place: usize) -> String {
    let words = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth",
    ];
    words
        .get(place)
        .map_or_else(|| format!("{}th", place + 1), |it| (*it).to_owned())
}

fn analyses() -> Vec<&'static str> {
    analysis::REGISTRY.iter().map(|it| it.name()).collect()
}

fn finished((memos, mut found): (Vec<Checked>, Diagnostics)) -> Result<Warned<Vec<Checked>>, Diagnostics> {
    found.sort();
    if found.has_errors() {
        return Err(found);
    }
    Ok(Warned {
        value: memos,
        warnings: found.0,
    })
}

/// Walks the road of the memos that share a set of parameters; all that is found goes to one list, each once.
fn memos(
    text: &str,
    slug: &str,
    world: &dyn World,
    overrides: &Overrides,
    set: Option<usize>,
) -> (Vec<Checked>, Diagnostics) {
    let mut found = Diagnostics::new();
    let Some(spec) = parse::parse_set(text, &analyses(), &overrides.params, set, &mut found) else {
        return (Vec::new(), found);
    };
    let resolved = resolve::resolve(&spec, slug, world, overrides, found);
    let mut found = resolved.found;
    if resolved.memos.is_empty() {
        // A draft shows what is wrong with the options of its analyses.
        analysis::tasks(&spec, &resolved.plan, &resolved.categories, &mut found);
        return (Vec::new(), found);
    }
    let common = found.0.clone();
    let mut memos = Vec::with_capacity(resolved.memos.len());
    for memo in resolved.memos {
        let mut own = Diagnostics(memo.warnings);
        let tasks = analysis::tasks(&spec, &memo.value, &resolved.categories, &mut own);
        let new: Vec<Diagnostic> = own.0.iter().filter(|it| !found.0.contains(it)).cloned().collect();
        found.extend(Diagnostics(new));
        let mut warnings = Diagnostics(common.iter().cloned().chain(own.0).collect());
        warnings.sort();
        memos.push(Checked {
            spec: spec.clone(),
            plan: memo.value,
            tasks,
            warnings: warnings.0,
        });
    }
    (memos, found)
}
