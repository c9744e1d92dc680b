//! The road from a spec to artifacts: parse → resolve → gather → analyse → compose → render.
//!
//! Each stage is one call here, and nothing is decided between them. Tests and the command line walk the
//! same road.

mod walk;

use crate::analysis;
use crate::analysis::Task;
use crate::audit;
use crate::audit::Inputs;
use crate::chart::fonts;
use crate::compose;
use crate::gather;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Warned;
use crate::model::facts::Fact;
use crate::model::facts::Facts;
use crate::model::facts::Provenance;
use crate::model::facts::Value;
use crate::model::memo::Memo;
use crate::model::panel::Intake;
use crate::model::panel::Panel;
use crate::model::plan::Plan;
use crate::model::spec::Spec;
use crate::model::unit::Unit;
use crate::model::world::ColumnType;
use crate::model::world::World;
use crate::pack;
use crate::parse;
use crate::recall::Recall;
use crate::render;
use crate::render::Templates;
use crate::resolve;
use crate::resolve::Overrides;
use crate::source::Files;
pub use crate::source::budget::Budget;
use crate::source::cache;
use crate::source::cache::Cache;
pub use crate::source::cost::Cost;
use crate::source::sql;
use crate::words::Words;
use crate::words::text;
use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use walk::Reading;
use walk::walk;
pub use walk::waves;

/// Where a spec stands and what a run changes of it.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The spec's file.
    pub spec: PathBuf,
    /// What flags say instead of the spec.
    pub overrides: Overrides,
    /// Folders outside the spec's that its patterns may reach.
    pub data_roots: Vec<PathBuf>,
    /// A folder that keeps what files added to answers; `None` to read all files.
    pub cache: Option<PathBuf>,
    /// Memory for rows and counts; `None` for as much as is usual.
    pub memory: Option<Budget>,
}

impl Request {
    /// Opens the spec's folder.
    fn files(&self) -> Result<Files, Diagnostics> {
        let folder = self.spec.parent().filter(|it| !it.as_os_str().is_empty());
        let cache = self.cache.as_deref().map(usable_cache).transpose()?;
        Ok(Files::new(folder.unwrap_or(Path::new(".")), &self.data_roots)
            .with_cache(cache)
            .with_budget(self.memory.unwrap_or_default()))
    }
}

/// Names a report's folder after the spec's file.
pub fn slug(spec: &Path) -> String {
    let stem = spec.file_stem().map(|it| it.to_string_lossy().into_owned());
    text::slug(&stem.unwrap_or_default())
}

/// A spec whose names are found and whose analyses are checked; no figure is computed yet.
pub struct Planned {
    /// The spec's bytes, as read.
    pub text: String,
    /// What the command line said instead of the spec's own parameters.
    pub params: BTreeMap<String, String>,
    /// The spec.
    pub spec: Spec,
    /// The plan.
    pub plan: Plan,
    /// Its analyses.
    pub tasks: Vec<Box<dyn Task>>,
    /// Warnings met on the way.
    pub warnings: Vec<Diagnostic>,
    files: Files,
}

impl Planned {
    /// Counts rows while they are read.
    pub fn rows_read(&self) -> Arc<AtomicU64> {
        self.files.rows_read()
    }
}

/// Everything that was computed.
#[derive(Clone)]
pub struct Computed {
    /// What came in from each source.
    pub intake: Vec<Intake>,
    /// All facts.
    pub facts: Facts,
    /// What the facts follow from.
    pub inputs: Inputs,
    /// Warnings, for the terminal; the memo holds them too.
    pub warnings: Vec<Diagnostic>,
    /// The customer record as Parquet; `None` where the spec has no roster.
    pub customers: Option<Vec<u8>>,
    /// The analyses that were computed; what the others find was known.
    pub ran: Vec<&'static str>,
}

impl Computed {
    /// Returns the same without what only names the inputs: hashes, and this program's version.
    pub fn without_hashes(&self) -> Self {
        let mut facts = Facts::new();
        for (id, fact) in self.facts.iter() {
            let mut fact = fact.clone();
            if fact.from.analysis == "audit" {
                fact.value = Value::Text("left out".to_owned());
            }
            facts.insert(id.clone(), fact);
        }
        Self { facts, ..self.clone() }
    }

    /// Returns the same with other templates: no figure follows from them, and the audit names them.
    pub fn with_templates(&self, templates: &Templates) -> Self {
        let inputs = Inputs {
            templates: design_hashes(templates),
            ..self.inputs.clone()
        };
        let mut facts = audit::facts(&inputs);
        let others = self.facts.iter().filter(|it| it.1.from.analysis != "audit");
        others.for_each(|(id, fact)| facts.insert(id.clone(), fact.clone()));
        Self {
            inputs,
            facts,
            ..self.clone()
        }
    }
}

/// Opens a cache folder.
pub fn cache_at(folder: &Path) -> Cache {
    Cache::new(folder, cache::DEFAULT_CAP)
}

/// Opens a cache folder, which is made where it is not there.
fn usable_cache(folder: &Path) -> Result<Cache, Diagnostics> {
    match std::fs::create_dir_all(folder) {
        Ok(()) => Ok(cache_at(folder)),
        Err(error) => {
            let message = format!("`{}` cannot be a cache: {error}", folder.display());
            let hint = "name a folder with `--cache`, or leave it out";
            Err(Diagnostic::spec("unusable-cache", message).hint(hint).into())
        }
    }
}

/// Reads the text of a spec.
///
/// # Errors
/// Where the file cannot be read or is not UTF-8.
pub fn read(spec: &Path) -> Result<String, Diagnostics> {
    let failed = |what: String| {
        Diagnostics::from(Diagnostic::spec(
            "unreadable-spec",
            format!("`{}` {what}", spec.display()),
        ))
    };
    let bytes = std::fs::read(spec).map_err(|error| failed(format!("cannot be read: {error}")))?;
    String::from_utf8(bytes).map_err(|_| failed("is not UTF-8 text".to_owned()))
}

/// Parses and resolves a spec; every mistake of the spec is reported at once.
///
/// # Errors
/// What is wrong with the spec, or with the data that it names.
pub fn plan(request: &Request) -> Result<Planned, Diagnostics> {
    let text = read(&request.spec)?;
    let files = request.files()?;
    let checked = check(&text, &slug(&request.spec), &files, &request.overrides)?;
    Ok(Planned {
        text,
        params: request.overrides.params.clone(),
        spec: checked.value.spec,
        plan: checked.value.plan,
        tasks: checked.value.tasks,
        warnings: checked.warnings,
        files,
    })
}

/// The names that a spec may use: what its sources hold, and what it says of them.
pub struct Names {
    /// The plan, or what could be made of a spec that is wrong somewhere.
    pub plan: Plan,
    /// The values of the tracked dimension, ascending; empty where the spec is wrong.
    pub categories: Vec<String>,
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
    Ok(Names {
        plan: resolved.plan,
        categories: resolved.categories,
        columns,
        found: resolved.found,
    })
}

/// A spec that is right, as far as its world can tell.
pub struct Checked {
    /// The spec.
    pub spec: Spec,
    /// The plan.
    pub plan: Plan,
    /// Its analyses.
    pub tasks: Vec<Box<dyn Task>>,
}

/// Checks the text of a spec against a world. `slug` names the report's folder.
///
/// # Errors
/// All mistakes at once, sorted by place: each stage goes on with what the one before it could make of the spec.
pub fn check(text: &str, slug: &str, world: &dyn World, overrides: &Overrides) -> Result<Warned<Checked>, Diagnostics> {
    let names: Vec<&str> = analysis::REGISTRY.iter().map(|it| it.name()).collect();
    let mut found = Diagnostics::new();
    let Some(spec) = parse::parse(text, &names, &overrides.params, &mut found) else {
        found.sort();
        return Err(found);
    };
    let resolved = resolve::resolve(&spec, slug, world, overrides, found);
    let (plan, mut found) = (resolved.plan, resolved.found);
    let tasks = analysis::tasks(&spec, &plan, &resolved.categories, &mut found);
    found.sort();
    if found.has_errors() {
        return Err(found);
    }
    Ok(Warned {
        value: Checked { spec, plan, tasks },
        warnings: found.0,
    })
}

/// Lists what the customer table and the analyses ask of the first pass over the data, each once.
fn asked(planned: &Planned) -> Vec<crate::model::request::Request> {
    let mut asked: Vec<crate::model::request::Request> = Vec::new();
    let of_analyses = planned.tasks.iter().flat_map(|task| task.asks(&planned.plan));
    for request in planned.plan.roster_requests().into_iter().chain(of_analyses) {
        if !asked.contains(&request) {
            asked.push(request);
        }
    }
    asked
}

/// Writes what the first pass over the data is asked, as SQL that another engine answers alike.
pub fn sql(planned: &Planned) -> String {
    let plan = &planned.plan;
    let requests = gather::first_requests(plan, &asked(planned));
    let statement = |request: &crate::model::request::Request| {
        let source = &plan.sources[request.source];
        format!(
            "-- {}\n{}",
            source.name,
            sql::sql(source, request, &plan.categories.column)
        )
    };
    requests.iter().map(statement).collect::<Vec<String>>().join("\n")
}

/// Tells what a run would read, source by source.
///
/// # Errors
/// Files that cannot be opened.
pub fn costs(planned: &Planned) -> Result<Vec<Cost>, Diagnostics> {
    let asked = asked(planned);
    let tables = planned.files.open(&planned.plan, &asked)?;
    gather::costs(&planned.plan, &tables, &asked)
}

/// Gathers and analyses, wave by wave; what was found before from the same inputs is taken as it was found.
///
/// # Errors
/// What the data or a quality gate refuse.
pub fn compute(planned: &Planned, templates: &Templates) -> Result<Computed, Diagnostics> {
    let plan = &planned.plan;
    let sources = audit::source_hashes(plan, |file| planned.files.content(file))?;
    let inputs = Inputs {
        engine: format!("bellwether {}", env!("CARGO_PKG_VERSION")),
        typst: render::typst::VERSION.to_owned(),
        seed: plan.seed,
        as_of: plan.periods.as_of.to_string(),
        period: plan.periods.target_name(),
        spec: audit::hash(planned.text.as_bytes()),
        params: planned.params.clone(),
        templates: design_hashes(templates),
        sources,
    };
    let recall = Recall::new(planned.files.cache(), &plan.of_figures(), &inputs.sources);
    let mut reading = Reading::of(planned);
    let found = walk(&mut reading, &recall)?;
    let customers = match &plan.roster {
        None => None,
        Some(roster) => {
            let made = recall.record(roster, &found.facts.of(&["clusters"]), || {
                let record = analysis::record::record(plan, reading.read()?.1, &found.facts);
                Ok::<_, Diagnostics>(record.map(|it| pack::customers::bytes(&it)).unwrap_or_default())
            })?;
            Some(made)
        }
    };
    planned.files.unchanged()?;
    let mut warnings = planned.warnings.clone();
    warnings.extend(found.warnings);
    let mut facts = audit::facts(&inputs);
    facts.extend(analysis::early::facts(plan));
    facts.extend(analysis::notes::facts(plan, &found.facts));
    facts.extend(found.facts);
    facts.insert("quality/warnings", warnings_as_fact(&warnings));
    Ok(Computed {
        intake: found.intake,
        facts,
        inputs,
        warnings,
        customers,
        ran: found.ran,
    })
}

/// Reads the panel, with the rosters of all waves.
///
/// # Errors
/// As [`compute`].
pub fn panel(planned: &Planned) -> Result<Panel, Diagnostics> {
    let mut reading = Reading::of(planned);
    walk(&mut reading, &Recall::nothing())?;
    planned.files.unchanged()?;
    Ok(std::mem::take(reading.read()?.1))
}

/// Hashes what decides how a memo looks: templates and fonts.
fn design_hashes(templates: &Templates) -> BTreeMap<String, String> {
    let texts = templates
        .texts()
        .map(|(name, text)| (name.to_owned(), audit::hash(text.as_bytes())));
    let files = fonts::FILES.iter().chain(&fonts::WEB_FILES);
    texts
        .chain(files.map(|it| (format!("fonts/{}", it.name), audit::hash(it.bytes))))
        .collect()
}

fn warnings_as_fact(warnings: &[Diagnostic]) -> Fact {
    let lines = warnings.iter().map(|it| it.message.clone()).collect();
    let from = Provenance {
        analysis: "quality".into(),
        method: "mistakes that did not stop the run".into(),
        ..Provenance::default()
    };
    Fact {
        value: Value::List(lines),
        unit: Unit::default(),
        interval: None,
        n: None,
        from,
    }
}

/// Words the facts.
pub fn compose(planned: &Planned, facts: &Facts) -> Memo {
    let words = Words::new(&planned.plan.locale)
        .expect("a resolved plan names a locale that CLDR knows")
        .with_calendar(&planned.plan.periods.calendar);
    compose::compose(&planned.plan, &planned.tasks, facts, &words)
}

/// Writes the definition of the clusters as a file that a roster can name as `frozen:`; `None` where there is none.
pub fn definition(facts: &Facts) -> Option<String> {
    let definition: serde_json::Value = serde_json::from_str(facts.text(analysis::definition::FACT)?).ok()?;
    let text = serde_json::to_string_pretty(&definition).expect("JSON is written as it was read");
    Some(text + "\n")
}

/// Writes facts as the bytes of `facts.json`: one fact a line, so that a difference in git names what moved.
pub fn facts_json(facts: &Facts) -> String {
    let line = |(id, fact): (&String, &Fact)| {
        let id = serde_json::to_string(id).expect("an id is text");
        let fact = serde_json::to_string(fact).expect("facts hold only finite numbers and text");
        format!("{id}: {fact}")
    };
    let lines: Vec<String> = facts.iter().map(line).collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}
