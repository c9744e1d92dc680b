//! The road from a spec to artifacts: parse → resolve → gather → analyse → compose → render.
//!
//! Each stage is one call here, and nothing is decided between them. Tests and the command line walk the
//! same road.

mod check;
mod earlier;
mod lineage;
mod names;
pub mod report;
mod tables;
pub mod verify;
mod walk;
pub mod why;

use crate::analysis;
use crate::analysis::Task;
use crate::audit;
use crate::audit::Inputs;
use crate::chart::fonts;
use crate::chart::fonts::Fonts;
use crate::compose;
use crate::gather;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::earlier::EarlierMemo;
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
use crate::recall::Recall;
use crate::render;
use crate::render::Templates;
use crate::resolve::Overrides;
use crate::source::Files;
pub use crate::source::budget::Budget;
use crate::source::cache;
use crate::source::cache::Cache;
pub use crate::source::cost::Cost;
use crate::source::sql;
use crate::words::Words;
use crate::words::text;
pub use check::Checked;
pub use check::check;
pub use earlier::Earlier;
use earlier::Shelf;
pub use lineage::Lineage;
pub use lineage::figures_json;
pub use lineage::lineage;
pub use names::Names;
pub use names::levels;
pub use names::names;
use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use walk::Walk;
pub use walk::waves;

/// Where a spec stands and what a run changes of it.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The spec's file.
    pub spec: PathBuf,
    /// What stands for the file's text; `None` to read the file.
    pub text: Option<String>,
    /// What flags say instead of the spec.
    pub overrides: Overrides,
    /// Folders outside the spec's that its patterns may reach.
    pub data_roots: Vec<PathBuf>,
    /// A folder that keeps what files added to answers; `None` to read all files.
    pub cache: Option<PathBuf>,
    /// Memory for rows and counts; `None` for as much as is usual.
    pub memory: Option<Budget>,
    /// Where earlier memos are that this one is held against.
    pub earlier: Earlier,
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

/// Returns the name of a file without its folder.
fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|it| it.to_string_lossy().into_owned())
        .unwrap_or_default()
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
    /// The name of its file, without the folder.
    pub file: String,
    /// What flags said instead of the spec.
    pub overrides: Overrides,
    /// The spec.
    pub spec: Spec,
    /// The plan.
    pub plan: Plan,
    /// Its analyses.
    pub tasks: Vec<Box<dyn Task>>,
    /// Warnings met on the way.
    pub warnings: Vec<Diagnostic>,
    shelf: Shelf,
    files: Files,
}

impl Planned {
    /// Returns the fonts of the memo.
    pub fn fonts(&self) -> Fonts {
        Fonts::with(&self.plan.fonts)
    }

    /// Returns how the memo prints figures and periods.
    pub fn words(&self) -> Words {
        Words::new(&self.plan.locale)
            .expect("a resolved plan names a locale that CLDR knows")
            .with_calendar(&self.plan.periods.calendar)
    }

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
    /// What the report keeps of memos whose place it took, by name.
    pub taken_over: BTreeMap<String, Vec<u8>>,
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
    pub fn with_templates(&self, templates: &Templates, plan: &Plan) -> Self {
        let inputs = Inputs {
            templates: design_hashes(templates, plan),
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

/// Parses and resolves a spec; every mistake of the spec is reported at once. It makes one memo, or those of
/// `for_each:`.
///
/// # Errors
/// What is wrong with the spec, or with the data that it names.
pub fn plans(request: &Request) -> Result<Vec<Planned>, Diagnostics> {
    let text = request.text.clone().map_or_else(|| read(&request.spec), Ok)?;
    let files = request.files()?;
    let checked = check(&text, &slug(&request.spec), &files, &request.overrides)?;
    let planned = |mut it: Checked| Planned {
        text: text.clone(),
        file: file_name(&request.spec),
        overrides: request.overrides.clone(),
        shelf: earlier::shelf(&request.earlier, &it.plan, &mut it.warnings),
        spec: it.spec,
        plan: it.plan,
        tasks: it.tasks,
        warnings: it.warnings,
        files: files.clone(),
    };
    Ok(checked.value.into_iter().map(planned).collect())
}

/// Parses and resolves a spec of which one memo is meant.
///
/// # Errors
/// As [`plans`]; where several are meant.
pub fn plan(request: &Request) -> Result<Planned, Diagnostics> {
    one(plans(request)?)
}

/// Returns the only memo of a spec.
///
/// # Errors
/// Where there are several.
pub fn one(mut plans: Vec<Planned>) -> Result<Planned, Diagnostics> {
    match plans.len() {
        1 => Ok(plans.swap_remove(0)),
        n => {
            let of = |it: &Planned| it.plan.each.as_ref().map(|it| format!("`{}`", it.slug));
            let names: Vec<String> = plans.iter().filter_map(of).collect();
            let message = format!("the spec makes {n} memos, and one is asked for");
            let hint = format!("choose it with `--select`: {}", text::list(&names));
            Err(Diagnostic::spec("several-memos", message).hint(hint).into())
        }
    }
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

/// Tells what a run would read, source by source; memos that read the same rows read them once.
///
/// # Errors
/// Files that cannot be opened.
pub fn costs(all: &[Planned]) -> Result<Vec<Cost>, Diagnostics> {
    let mut costs = Vec::new();
    for places in walk::alike(all) {
        let asked: Vec<(&Plan, Vec<crate::model::request::Request>)> =
            places.iter().map(|&it| (&all[it].plan, asked(&all[it]))).collect();
        let asked: Vec<(&Plan, &[crate::model::request::Request])> =
            asked.iter().map(|it| (it.0, it.1.as_slice())).collect();
        let tables = all[places[0]].files.open(&asked)?;
        costs.extend(gather::costs(&tables, &asked)?);
    }
    Ok(costs)
}

/// Gathers and analyses one memo, wave by wave; what was found before from the same inputs is taken as it was found.
///
/// # Errors
/// What the data or a quality gate refuse.
pub fn compute(planned: &Planned, templates: &Templates) -> Result<Computed, Diagnostics> {
    let mut computed = compute_all(std::slice::from_ref(planned), templates);
    computed.swap_remove(0)
}

/// Gathers and analyses memos: those that read the same rows are computed side by side, from the same passes over them.
///
/// # Errors
/// One result a memo, in order: what a quality gate refuses of one does not hinder the others, what cannot be read is
/// an error of all that read it.
pub fn compute_all(all: &[Planned], templates: &Templates) -> Vec<Result<Computed, Diagnostics>> {
    let mut results: Vec<Option<Result<Computed, Diagnostics>>> = all.iter().map(|_| None).collect();
    for places in walk::alike(all) {
        let memos: Vec<&Planned> = places.iter().map(|&it| &all[it]).collect();
        let computed = compute_alike(&memos, templates);
        let computed = computed.unwrap_or_else(|wrong| places.iter().map(|_| Err(wrong.clone())).collect());
        for (place, it) in places.into_iter().zip(computed) {
            results[place] = Some(it);
        }
    }
    results
        .into_iter()
        .map(|it| it.expect("every memo is like itself"))
        .collect()
}

/// Computes memos that read the same rows.
fn compute_alike(memos: &[&Planned], templates: &Templates) -> Result<Vec<Result<Computed, Diagnostics>>, Diagnostics> {
    let files = &memos[0].files;
    // Memos alike read the same files, whose content is hashed once.
    let hashes: Mutex<BTreeMap<String, String>> = Mutex::default();
    let content = |file: &str| {
        let known = hashes
            .lock()
            .expect("no thread panics with the lock")
            .get(file)
            .cloned();
        if let Some(hash) = known {
            return Ok(hash);
        }
        let hash = files.content(file)?;
        let mut hashes = hashes.lock().expect("no thread panics with the lock");
        hashes.insert(file.to_owned(), hash.clone());
        Ok(hash)
    };
    let all_inputs: Vec<Inputs> = memos
        .iter()
        .map(|it| inputs(it, templates, &content))
        .collect::<Result<_, Diagnostics>>()?;
    let recall = |(planned, inputs): (&&'_ Planned, &Inputs)| {
        Recall::new(files.cache(), &planned.plan.of_figures(), &inputs.sources)
    };
    let mut walk = Walk::new(memos.iter().zip(&all_inputs).map(|it| (*it.0, recall(it))));
    walk.through()?;
    let mut computed = Vec::with_capacity(memos.len());
    for (place, inputs) in all_inputs.into_iter().enumerate() {
        computed.push(match walk.walkers[place].refused.take() {
            Some(refused) => Err(refused),
            None => Ok(entered(&mut walk, place, inputs)?),
        });
    }
    files.unchanged()?;
    Ok(computed)
}

/// Names what a memo follows from.
fn inputs(
    planned: &Planned,
    templates: &Templates,
    content: &(impl Fn(&str) -> std::io::Result<String> + Sync),
) -> Result<Inputs, Diagnostics> {
    let plan = &planned.plan;
    let said = [
        ("period", &planned.overrides.period),
        ("as_of", &planned.overrides.as_of),
    ];
    let flags = said
        .into_iter()
        .filter_map(|(name, said)| Some((name.to_owned(), said.clone()?)));
    Ok(Inputs {
        engine: format!("bellwether {}", env!("CARGO_PKG_VERSION")),
        typst: render::typst::VERSION.to_owned(),
        seed: plan.seed,
        as_of: plan.periods.as_of.to_string(),
        period: plan.periods.target_name(),
        days: [plan.periods.target.from, plan.periods.target.until].map(|it| it.to_string()),
        spec_file: planned.file.clone(),
        spec: audit::hash(planned.text.as_bytes()),
        flags: flags.collect(),
        params: planned.overrides.params.clone(),
        each: plan.each.as_ref().map(|it| it.values.clone()).unwrap_or_default(),
        templates: design_hashes(templates, plan),
        sources: audit::source_hashes(plan, content)?,
        earlier: BTreeMap::new(),
    })
}

/// Joins what the waves found of a memo with what is said beside it.
fn entered(walk: &mut Walk<'_>, place: usize, mut inputs: Inputs) -> Result<Computed, Diagnostics> {
    let customers = walk.customers(place)?;
    let walker = &mut walk.walkers[place];
    let (plan, found) = (&walker.planned.plan, std::mem::take(&mut walker.facts));
    let mut warnings = walker.planned.warnings.clone();
    warnings.append(&mut walker.warnings);
    let broken = walker.planned.shelf.broken.clone();
    let kept = earlier::held_against(&walker.planned.shelf, plan, &inputs, &found);
    inputs.earlier = earlier::hashes(&kept);
    let told: Vec<EarlierMemo> = kept.iter().map(|it| earlier::memo(it, &inputs)).collect();
    let mut facts = audit::facts(&inputs);
    facts.extend(analysis::early::facts(plan));
    facts.extend(analysis::disclosure::facts(plan, &walker.came_in.joined));
    facts.extend(analysis::notes::facts(plan, &found));
    facts.extend(analysis::restatement::facts(plan, &found, &told));
    facts.extend(found);
    facts.insert("quality/warnings", warnings_as_fact(&warnings));
    Ok(Computed {
        intake: std::mem::take(&mut walker.came_in.intake),
        facts,
        inputs,
        warnings,
        customers,
        ran: std::mem::take(&mut walker.ran),
        taken_over: kept.into_iter().filter_map(|it| it.file).chain(broken).collect(),
    })
}

/// Reads the panel, with the rosters of all waves.
///
/// # Errors
/// As [`compute`].
pub fn panel(planned: &Planned) -> Result<Panel, Diagnostics> {
    let mut walk = Walk::new(std::iter::once((planned, Recall::nothing())));
    walk.through()?;
    if let Some(refused) = walk.walkers[0].refused.take() {
        return Err(refused);
    }
    planned.files.unchanged()?;
    Ok(std::mem::take(walk.panel(0)?))
}

/// Hashes what decides how a memo looks: templates and fonts, those of the spec under their own names.
fn design_hashes(templates: &Templates, plan: &Plan) -> BTreeMap<String, String> {
    let texts = templates
        .texts()
        .map(|(name, text)| (name.to_owned(), audit::hash(text.as_bytes())));
    let files = fonts::FILES.iter().chain(&fonts::WEB_FILES);
    let own = plan.fonts.iter();
    let own = own.map(|it| (format!("fonts/own/{}", it.name), audit::hash(&it.bytes)));
    texts
        .chain(files.map(|it| (format!("fonts/{}", it.name), audit::hash(it.bytes))))
        .chain(own)
        .collect()
}

fn warnings_as_fact(warnings: &[Diagnostic]) -> Fact {
    let is_told = |it: &&Diagnostic| !analysis::disclosure::CODES.contains(&it.code.as_ref());
    let lines = warnings.iter().filter(is_told).map(|it| it.message.clone()).collect();
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
    compose::compose(&planned.plan, &planned.tasks, facts, &planned.words())
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
