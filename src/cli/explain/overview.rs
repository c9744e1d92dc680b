//! What a run would do, on one screen: files, periods, metrics, and analyses in the order in which they run.

use crate::cli::counted;
use crate::model::diagnostic::Diagnostics;
use crate::model::plan::Plan;
use crate::road;
use crate::road::Planned;

/// Describes a plan; files are opened, and no row is read.
///
/// # Errors
/// Files that cannot be opened.
pub(super) fn overview(plans: &[Planned]) -> Result<String, Diagnostics> {
    let planned = &plans[0];
    let plan = &planned.plan;
    let mut lines: Vec<String> = plans.iter().take(LISTED).map(|it| it.plan.title.clone()).collect();
    if LISTED < plans.len() {
        lines.push(format!("and {} more", plans.len() - LISTED));
    }
    lines.extend([String::new(), "reads".to_owned()]);
    lines.extend(sources(plans)?);
    lines.push("tells".to_owned());
    lines.extend(periods(plan));
    lines.push("measures".to_owned());
    for it in &plan.metrics {
        lines.push(format!("  {} [{}] = {}", it.name, it.unit, it.written));
    }
    lines.push("computes".to_owned());
    for (wave, n) in road::waves(&planned.tasks).iter().zip(1..) {
        for task in wave {
            let with = task
                .uses()
                .iter()
                .filter(|it| planned.tasks.iter().any(|task| task.name() == **it));
            let with: Vec<&str> = with.copied().collect();
            let after = if with.is_empty() {
                String::new()
            } else {
                format!(" from what {} found", with.join(", "))
            };
            lines.push(format!("  {n}. {}{after}", task.name()));
        }
    }
    lines.push("writes".to_owned());
    for it in plans {
        let files = "memo.pdf, memo.html, facts.json, manifest.json, tables.xlsx, tables/";
        lines.push(format!("  OUT/{}/: {files}", it.plan.folder()));
    }
    lines.push(String::new());
    lines.push("--stage plan|facts|memo|sql prints a stage whole, --cost what a run would read".to_owned());
    Ok(lines.into_iter().flat_map(|it| [it, "\n".to_owned()]).collect())
}

/// More files than these are not listed one by one.
const LISTED: usize = 6;

fn sources(plans: &[Planned]) -> Result<Vec<String>, Diagnostics> {
    let mut lines = Vec::new();
    let costs = road::costs(plans)?;
    for source in &plans[0].plan.sources {
        let cost = costs.iter().find(|it| it.source == source.name);
        let rows = cost
            .and_then(|it| it.rows)
            .map_or(String::new(), |n| format!(", {n} rows"));
        let size = cost.map_or(String::new(), |it| format!(", {:.1} MB", it.bytes as f64 / 1e6));
        lines.push(format!(
            "  {}: {}{rows}{size}",
            source.name,
            counted(source.files.len(), "file", "files")
        ));
        for file in source.files.iter().take(LISTED) {
            lines.push(format!("    {file}"));
        }
        if LISTED < source.files.len() {
            lines.push(format!("    and {} more", source.files.len() - LISTED));
        }
        if let Some(cost) = cost {
            lines.push(format!("    columns {}", cost.columns.join(", ")));
        }
        for it in &source.lookups {
            lines.push(format!(
                "    looks up {} in {} by {}",
                it.brings.join(", "),
                it.table.name,
                it.column
            ));
        }
        for rule in source.rules.iter().filter(|it| plans.len() == 1 || !it.is_of_memo) {
            lines.push(format!("    rule {}", rule.written));
        }
    }
    Ok(lines)
}

fn periods(plan: &Plan) -> Vec<String> {
    let periods = &plan.periods;
    let mut lines = vec![format!("  {} ({})", periods.target_name(), periods.target.dates())];
    if let (Some(first), Some(last)) = (periods.history.first(), periods.history.last()) {
        let n = periods.history.len();
        let nouns = counted(n, periods.grain.noun(), periods.grain.nouns());
        lines.push(format!(
            "  history {} to {}, {nouns}",
            periods.calendar.name(first),
            periods.calendar.name(last)
        ));
    }
    for it in &periods.comparisons {
        lines.push(format!("  against {}: {}", it.name, it.label));
    }
    lines
}
