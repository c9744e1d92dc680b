//! The names that a spec may use, whether it is right or half written.
//!
//! It must not know who lists them.

use super::Request;
use super::read;
use super::slug;
use crate::analysis;
use crate::model::diagnostic::Diagnostics;
use crate::model::plan::Plan;
use crate::model::spec::ForEachSpec;
use crate::model::world::ColumnType;
use crate::model::world::World;
use crate::parse;
use crate::resolve;

/// The names that a spec may use: what its sources hold, and what it says of them.
pub struct Names {
    /// The plan, or what could be made of a spec that is wrong somewhere.
    pub plan: Plan,
    /// The values of the tracked dimension, ascending; empty where the spec is wrong.
    pub categories: Vec<String>,
    /// The memos of `for_each:`, by the names of their folders and what readers call them; empty where the spec makes one,
    /// or is wrong.
    pub memos: Vec<(String, String)>,
    /// The columns of the files of each source of the plan.
    pub columns: Vec<Vec<(String, ColumnType)>>,
    /// Mistakes and warnings.
    pub found: Diagnostics,
}

/// Lists the names that a spec may use, as far as they are known: of a spec that is half written, too.
///
/// # Errors
/// Where nothing can be made of the spec's text.
pub fn names(request: &Request) -> Result<Names, Diagnostics> {
    let text = read(&request.spec)?;
    let files = request.files()?;
    let analyses: Vec<&str> = analysis::REGISTRY.iter().map(|it| it.name()).collect();
    let mut found = Diagnostics::new();
    let Some(spec) = parse::parse(&text, &analyses, &request.overrides.params, &mut found) else {
        found.sort();
        return Err(found);
    };
    let resolved = resolve::resolve(&spec, &slug(&request.spec), &files, &request.overrides, found);
    let columns = resolved.plan.sources.iter();
    let columns = columns.map(|it| files.columns(&it.files).unwrap_or_default()).collect();
    let labels: Vec<String> = match &spec.for_each {
        Some(ForEachSpec::Sets { sets, .. }) => sets.iter().map(|it| it.label.value.clone()).collect(),
        _ => {
            let of_values = resolved.memos.iter().filter_map(|it| it.value.each.as_ref());
            of_values.map(|it| it.label.clone()).collect()
        }
    };
    let slugs = resolve::memo_slugs(labels.iter().map(String::as_str));
    let memos = slugs.into_iter().zip(labels).collect();
    Ok(Names {
        memos,
        plan: resolved.plan,
        categories: resolved.categories,
        columns,
        found: resolved.found,
    })
}

/// Lists the values of a plan's segments that are printed as they stand in the data; none where they cannot be read.
///
/// # Errors
/// Where the spec's folder cannot be opened.
pub fn levels(request: &Request, plan: &Plan) -> Result<Vec<String>, Diagnostics> {
    let files = request.files()?;
    let mut levels = Vec::new();
    for (idx, source) in plan.sources.iter().enumerate() {
        let of = plan
            .segments
            .iter()
            .filter(|it| it.source == idx && it.bands.is_empty());
        let columns: Vec<String> = of.map(|it| it.column.clone()).collect();
        if !columns.is_empty()
            && let Ok(skim) = files.skim(source, &columns, None)
        {
            levels.extend(skim.labels.into_iter().flatten());
        }
    }
    Ok(levels)
}
