//! Words that other tools have for what a spec says, and keys at another level than where they stand.
//!
//! An author of dbt, MetricFlow, Quarto or pandas guesses by what they know. A slip of the hand is found by its letters, a
//! habit only by a list. It must not know what stands behind a key.

use super::field::Field;
use super::field::Form;

/// Words, and the keys that say it here: the first of them that the map has, and that is not taken, is meant.
const WORDS: &[(&[&str], &[&str])] = &[
    (
        &["dimensions", "attributes", "demographics"],
        &["segments", "attributes", "by"],
    ),
    (&["measures", "kpis", "indicators"], &["metrics"]),
    (
        &[
            "models",
            "semantic_models",
            "tables",
            "datasets",
            "data_sources",
            "datasources",
            "inputs",
        ],
        &["sources"],
    ),
    (&["group_by", "groupby", "breakdown"], &["categories", "by"]),
    (
        &[
            "analyses", "analysis", "sections", "pages", "blocks", "content", "report",
        ],
        &["memo"],
    ),
    (&["version", "spec_version"], &["bellwether"]),
    (&["parameters", "vars", "variables"], &["params"]),
    (
        &[
            "foreach", "matrix", "fan_out", "split_by", "per", "iterate", "loop", "editions",
        ],
        &["for_each"],
    ),
    (&["language", "lang"], &["locale"]),
    (&["random_state", "random_seed"], &["seed"]),
    (&["disclaimer"], &["footer"]),
    (&["name", "title", "display_name", "caption"], &["title", "label"]),
    (
        &["description", "comment", "notes", "remark", "reason", "why"],
        &["because", "note"],
    ),
    (&["path", "paths", "file", "location", "uri", "url"], &["files"]),
    (
        &[
            "date",
            "datetime",
            "timestamp",
            "date_column",
            "time_column",
            "timestamp_column",
            "event_time",
            "ts",
        ],
        &["time"],
    ),
    (
        &["customer_id", "customer_column", "user", "user_id", "entity"],
        &["customer"],
    ),
    (
        &["primary_key", "unique_key", "id", "id_column", "index"],
        &["key", "name"],
    ),
    (&["join", "joins", "relationships", "merge"], &["lookup"]),
    (&["computed", "calculated", "derived"], &["columns"]),
    (&["precision", "scale"], &["decimals"]),
    (&["timezone", "tz"], &["time_zone"]),
    (&["include"], &["keep"]),
    (&["exclude", "ignore", "remove", "delete", "omit"], &["drop", "skip"]),
    (&["if", "when", "condition", "filter", "rule"], &["where"]),
    (&["where", "filter", "filters", "conditions"], &["rules", "keep"]),
    (
        &[
            "sql",
            "expr",
            "expression",
            "formula",
            "calculation",
            "measure",
            "value",
            "column",
            "field",
        ],
        &["of", "by"],
    ),
    (&["currency", "units"], &["unit"]),
    (&["direction", "polarity", "better"], &["good"]),
    (&["table", "model", "dataset", "from"], &["source"]),
    (&["fillna", "fill", "default", "null"], &["missing"]),
    (&["label", "singular"], &["noun"]),
    (&["plural"], &["nouns"]),
    (&["bins", "breaks", "cuts", "buckets", "thresholds"], &["bands"]),
    (&["levels", "values", "sort"], &["order"]),
    (&["labels"], &["names"]),
    (
        &[
            "freq",
            "frequency",
            "granularity",
            "period",
            "interval",
            "resolution",
            "time_grain",
        ],
        &["grain"],
    ),
    (&["period", "dates", "calendar"], &["periods"]),
    (&["current", "period", "month", "report_period"], &["target"]),
    (
        &[
            "baseline",
            "baselines",
            "comparison",
            "comparisons",
            "versus",
            "vs",
            "reference",
        ],
        &["compare", "against"],
    ),
    (&["compare"], &["against"]),
    (&["alpha", "significance", "q", "threshold"], &["fdr"]),
    (&["window", "lookback", "range", "period"], &["over", "history"]),
    (&["steps", "events"], &["stages"]),
    (&["n_clusters", "n", "num_clusters"], &["k"]),
    (&["algorithm"], &["by", "method"]),
    (&["criterion", "score", "selection"], &["choose"]),
    (&["n_boot", "bootstrap", "iterations"], &["resamples", "draws"]),
    (&["outcome", "y", "dependent"], &["target"]),
    (
        &["scaling", "scaler", "normalize", "normalise", "preprocess"],
        &["transform"],
    ),
    (&["hypothesis", "statement"], &["claim"]),
];

/// Words for which there is no key: a key of the map that they are found in, the words, and what to do.
const ADVICE: &[(&str, &[&str], &str)] = &[
    (
        "good",
        &["type", "agg", "aggregation"],
        "what is added up, and how, stands in `of:`, as `sum(amount)`",
    ),
    (
        "good",
        &["filter", "where", "filters"],
        "a condition stands behind the aggregate: `sum(amount) filter (where …)`",
    ),
    (
        "good",
        &["name"],
        "the name is the key that all this stands under; what the memo prints is `label:`",
    ),
    (
        "good",
        &["description", "comment"],
        "there is none: `label:` is printed, and a comment begins with ` #`",
    ),
    (
        "good",
        &["format", "decimals", "round"],
        "figures are rounded by their size and their unit: `unit: USD`, `unit: \"%\"`",
    ),
    ("memo", &["author", "authors"], "a line for it is `footer:`"),
    (
        "memo",
        &["format", "output"],
        "every run makes PDF and HTML, or what `--format` says",
    ),
    (
        "files",
        &["type", "format"],
        "the file's name says what it is: `.parquet`, `.arrow`, `.csv`, `.csv.gz`",
    ),
];

/// Other names of analyses.
const ANALYSES: &[(&[&str], &str)] = &[
    (&["summary", "overview", "key_figures", "kpis"], "headline"),
    (
        &["forecast", "anomaly", "anomalies", "outliers", "prediction", "trend"],
        "deviation",
    ),
    (&["importance", "attribution", "explain"], "drivers"),
    (&["decomposition", "bridge", "mix", "waterfall"], "contribution"),
    (&["seasonality", "calendar", "hours", "weekdays"], "rhythm"),
    (&["conversion", "conversions"], "funnel"),
    (&["retention", "churn"], "cohorts"),
    (&["kmeans", "clustering", "segmentation"], "clusters"),
    (&["correlation", "correlations"], "relations"),
    (&["flow", "transitions", "switching"], "migration"),
    (&["tests", "claims", "assertions"], "hypotheses"),
    (&["data_quality", "checks", "validation"], "quality"),
];

/// Returns the analysis that another tool calls by this name.
pub(crate) fn analysis(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    let known = ANALYSES.iter().find(|(words, _)| words.contains(&word.as_str()));
    known.map(|it| it.1)
}

/// Returns the key that a word of another tool stands for, among those that are not taken.
pub(super) fn meant(word: &str, free: &[&'static str]) -> Option<&'static str> {
    let word = word.to_lowercase();
    let fits = WORDS.iter().filter(|(words, _)| words.contains(&word.as_str()));
    let mut keys = fits.flat_map(|(_, keys)| keys.iter());
    keys.find_map(|key| free.iter().find(|it| *it == key)).copied()
}

/// Says what to do instead of a key that another tool has, and this one does not.
pub(super) fn advice(word: &str, keys: &[Field]) -> Option<String> {
    let lower = word.to_lowercase();
    let has = |name: &str| keys.iter().any(|it| it.name == name);
    let known = ADVICE
        .iter()
        .find(|(beside, words, _)| has(beside) && words.contains(&lower.as_str()));
    known.map(|it| it.2.to_owned())
}

/// Where a key stands: one level deeper.
pub(super) struct Home {
    /// The key that it stands under.
    pub key: &'static str,
    /// True where that holds maps of the author's own naming, or a list of them.
    is_of_each: bool,
}

impl Home {
    /// Says so.
    pub fn hint(&self, word: &str) -> String {
        let each = if self.is_of_each { "in each of" } else { "under" };
        format!("`{word}:` stands {each} `{}:`", self.key)
    }
}

/// Finds a key one level deeper: `grain` stands under `periods:`.
pub(super) fn deeper(word: &str, keys: &[Field]) -> Option<Home> {
    keys.iter().find_map(|key| {
        let (is_of_each, inner) = match key.form {
            Form::Map(_, inner) => (false, inner),
            Form::Named(Form::Map(_, inner)) | Form::List(Form::Map(_, inner)) | Form::Items(Form::Map(_, inner)) => {
                (true, *inner)
            }
            _ => return None,
        };
        let has_it = inner.iter().any(|it| it.name == word);
        has_it.then_some(Home {
            key: key.name,
            is_of_each,
        })
    })
}
