//! How relations become facts: pairs, what features owe to each other, and what tells the target.
//!
//! It must not know how they are worded.

use super::Told;
use super::attribute::Attribute;
use super::parts;
use crate::analysis::Recorder;
use crate::analysis::Run;
use crate::analysis::roster::declared;
use crate::model::facts::Facts;
use crate::model::facts::Interval;
use crate::model::facts::Value;
use crate::model::roster::CustomerTable;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::stats::boruta;
use crate::stats::boruta::Target;
use crate::stats::boruta::Verdict;
use crate::stats::column::Column;
use crate::stats::forecast::benjamini_hochberg;
use crate::stats::inflation::inflation;
use crate::stats::relations;
use crate::stats::relations::Method;
use crate::stats::relations::Relation;

/// A pair of columns is news where its q-value is at most this.
pub(super) const FALSE_SHARE: f64 = 0.05;

/// Computes and records everything.
pub(super) fn record(told: &Told, run: &Run) -> Facts {
    let mut record = Recorder::new("relations");
    let Some(table) = run.panel.customers.first() else {
        return record.facts;
    };
    let window = table.window.map(|it| format!("{}/{}", it.from, it.until));
    record.about("", "", window.into_iter().collect());
    let attributes: Vec<Attribute> = told
        .attributes
        .iter()
        .map(|it| Attribute::new(run, table, *it))
        .collect();
    let n = table.n_rows() as f64;
    record.number(
        "relations/customers".into(),
        Some(n),
        Unit::default(),
        "customers of the roster",
    );
    record_pairs(told, run, &mut record, table, &attributes);
    record_inflation(told, run, &mut record, table);
    if let Some(target) = told.target {
        record_ranking(told, run, &mut record, table, &attributes, target);
    }
    record.facts
}

/// One pair as it will be recorded.
struct Found {
    id: String,
    size: Option<f64>,
    interval: Option<Interval>,
    n: Option<u64>,
    p: Option<f64>,
    method: &'static str,
    /// True where it is related by definition.
    shares: bool,
}

fn record_pairs(told: &Told, run: &Run, record: &mut Recorder, table: &CustomerTable, attributes: &[Attribute]) {
    let mut pairs = of_features(told, run, table);
    pairs.extend(of_both(told, run, table, attributes));
    pairs.extend(of_attributes(told, run, attributes));
    // What is related by definition is no question, and must not make the others look surer.
    let p: Vec<Option<f64>> = pairs
        .iter()
        .map(|it| it.p.filter(|_| told.includes_parts || !it.shares))
        .collect();
    let q = benjamini_hochberg(&p);
    let mut strongest: Vec<(f64, &str)> = Vec::new();
    for (pair, q) in pairs.iter().zip(q) {
        let value = Value::Number(pair.size);
        record.fact(
            pair.id.clone(),
            value,
            Unit::default(),
            pair.interval,
            pair.n,
            pair.method,
        );
        let probability = Unit::total(Quantity::Probability);
        let id = |name: &str| format!("{}/{name}", pair.id);
        record.number(
            id("p"),
            pair.p,
            probability.clone(),
            "chance of one as large where nothing is related",
        );
        if pair.shares {
            record.text(
                id("shares"),
                "a figure",
                "both are made of one figure: related by definition",
            );
        }
        record.number(
            id("q"),
            q,
            probability,
            "Benjamini & Hochberg (1995), over all pairs that are not related by definition",
        );
        if let (Some(size), true) = (pair.size, q.is_some_and(|q| q <= FALSE_SHARE)) {
            strongest.push((size.abs(), &pair.id));
        }
    }
    let n_judged = p.iter().flatten().count();
    record.number(
        "relations/pairs".into(),
        Some(n_judged as f64),
        Unit::default(),
        "pairs that are judged together",
    );
    // A stable sort: of equal sizes the earlier pair comes first.
    strongest.sort_by(|a, b| b.0.total_cmp(&a.0));
    let ids = strongest.into_iter().map(|it| it.1.to_owned()).collect();
    record.list(
        "relations/strongest".into(),
        ids,
        "pairs beyond chance by size; false ones are at most one in twenty",
    );
}

fn of_features(told: &Told, run: &Run, table: &CustomerTable) -> Vec<Found> {
    let roster = declared(run.plan);
    let columns: Vec<Column> = told
        .features
        .iter()
        .map(|it| Column::Number(&table.features[*it]))
        .collect();
    let method = match told.method {
        Method::Pearson => "Pearson’s correlation; interval by Fisher (1921)",
        Method::Spearman => "Spearman’s rank correlation; interval by Bonett & Wright (2000)",
    };
    let pairs = relations::relations(&columns, told.method);
    let found = pairs.into_iter().map(|pair| {
        let [a, b] = pair.columns.map(|it| told.features[it]);
        let correlation = match pair.relation {
            Some(Relation::Correlation(it)) if run.least() <= it.n_rows as u64 => Some(it),
            _ => None,
        };
        Found {
            id: pair_id("correlation", &roster.features[a].name, &roster.features[b].name),
            size: correlation.map(|it| it.coefficient),
            interval: correlation.map(|it| Interval {
                level_pct: 95,
                low: it.interval[0],
                high: it.interval[1],
            }),
            n: correlation.map(|it| it.n_rows as u64),
            p: correlation.map(|it| it.p),
            method,
            shares: parts::share(roster, a, b),
        }
    });
    found.collect()
}

fn of_both(told: &Told, run: &Run, table: &CustomerTable, attributes: &[Attribute]) -> Vec<Found> {
    let roster = declared(run.plan);
    let mut found = Vec::new();
    for (segment, attribute) in told.attributes.iter().zip(attributes) {
        for feature in &told.features {
            // Who did not state it is no level of it.
            let stated = |(x, code): (&Option<f64>, &u16)| x.filter(|_| Some(*code) != attribute.missing);
            let numbers: Vec<Option<f64>> = table.features[*feature]
                .iter()
                .zip(&attribute.codes)
                .map(stated)
                .collect();
            let ratio =
                relations::correlation_ratio(&attribute.codes, &numbers).filter(|it| run.least() <= it.n_rows as u64);
            found.push(Found {
                id: pair_id(
                    "ratio",
                    &run.plan.segments[*segment].name,
                    &roster.features[*feature].name,
                ),
                size: ratio.map(|it| it.eta),
                interval: None,
                n: ratio.map(|it| it.n_rows as u64),
                p: ratio.map(|it| it.p),
                method: "correlation ratio: root of the share of variance between levels; F test",
                shares: parts::reads(roster, run.plan, *feature, *segment),
            });
        }
    }
    found
}

fn of_attributes(told: &Told, run: &Run, attributes: &[Attribute]) -> Vec<Found> {
    let mut found = Vec::new();
    for (at, a) in attributes.iter().enumerate() {
        for (beyond, b) in attributes[at + 1..].iter().enumerate() {
            let stated = |it: &(&u16, &u16)| Some(*it.0) != a.missing && Some(*it.1) != b.missing;
            let (x, y): (Vec<u16>, Vec<u16>) = a.codes.iter().zip(&b.codes).filter(stated).unzip();
            let v = relations::cramers_v(&x, &y).filter(|it| run.least() <= it.n_rows as u64);
            let [a, b] = [at, at + 1 + beyond].map(|it| &run.plan.segments[told.attributes[it]]);
            found.push(Found {
                id: pair_id("association", &a.name, &b.name),
                size: v.map(|it| it.v),
                interval: None,
                n: v.map(|it| it.n_rows as u64),
                p: v.map(|it| it.p),
                method: "Cramér’s V, corrected for bias (Bergsma 2013); chi-squared test",
                shares: a.column == b.column,
            });
        }
    }
    found
}

/// The id of a pair's fact; features and attributes are parted by the first word, for both may have one name.
pub(super) fn pair_id(kind: &str, a: &str, b: &str) -> String {
    format!("relations/{kind}/{a}/{b}")
}

fn record_inflation(told: &Told, run: &Run, record: &mut Recorder, table: &CustomerTable) {
    let roster = declared(run.plan);
    let columns: Vec<&[Option<f64>]> = told.features.iter().map(|it| table.features[*it].as_slice()).collect();
    let Some(found) = inflation(&columns).filter(|it| run.least() <= it.n_rows as u64) else {
        return;
    };
    let n = Some(found.n_rows as u64);
    for (at, factor) in told.features.iter().zip(&found.factors) {
        let method =
            "variance inflation (Marquardt 1970); not defined where the others tell it wholly, or it is constant";
        record.fact(
            format!("relations/inflation/{}", roster.features[*at].name),
            Value::Number(*factor),
            Unit::default(),
            None,
            n,
            method,
        );
        if is_constant(&columns, table.features[*at].as_slice()) {
            let id = format!("relations/inflation/{}/constant", roster.features[*at].name);
            record.text(id, "constant", "one value among the customers who have all features");
        }
    }
    let method = "condition of the design with an intercept, columns scaled to length one (Belsley, Kuh & Welsch 1980)";
    record.fact(
        "relations/condition".into(),
        Value::Number(found.condition.number),
        Unit::default(),
        None,
        n,
        method,
    );
    let label = |at: usize| roster.features[told.features[at]].label.clone();
    let carrying = found
        .condition
        .pairs
        .iter()
        .map(|[a, b]| format!("{} and {}", label(*a), label(*b)));
    record.list(
        "relations/condition/pairs".into(),
        carrying.collect(),
        "features that both have half of their coefficient’s variance in the smallest singular value",
    );
}

/// True where a feature has one value among the rows that have all features.
fn is_constant(columns: &[&[Option<f64>]], own: &[Option<f64>]) -> bool {
    let is_complete = |row: &usize| columns.iter().all(|it| it[*row].is_some());
    let mut values = (0..own.len()).filter(is_complete).filter_map(|row| own[row]);
    let first = values.next();
    values.all(|x| Some(x) == first)
}

/// A column that is ranked.
struct Candidate<'a> {
    id: String,
    column: Column<'a>,
}

fn record_ranking(
    told: &Told,
    run: &Run,
    record: &mut Recorder,
    table: &CustomerTable,
    attributes: &[Attribute],
    target: usize,
) {
    let roster = declared(run.plan);
    record.text(
        "relations/target".into(),
        &*roster.features[target].name,
        "the feature that the others are ranked by",
    );
    let is_left_out = |it: &&usize| **it != target && !told.includes_parts && parts::share(roster, **it, target);
    let left_out: Vec<String> = told
        .features
        .iter()
        .filter(is_left_out)
        .map(|it| roster.features[*it].name.clone())
        .collect();
    let mut candidates: Vec<Candidate> = Vec::new();
    for at in told.features.iter().filter(|it| **it != target && !is_left_out(it)) {
        candidates.push(Candidate {
            id: format!("feature/{}", roster.features[*at].name),
            column: Column::Number(&table.features[*at]),
        });
    }
    let mut attributes_left_out = Vec::new();
    for (at, attribute) in told.attributes.iter().zip(attributes) {
        let segment = &run.plan.segments[*at];
        if !told.includes_parts && parts::reads(roster, run.plan, target, *at) {
            attributes_left_out.push(segment.name.clone());
            continue;
        }
        candidates.push(Candidate {
            id: format!("attribute/{}", segment.name),
            column: Column::Category(&attribute.codes),
        });
    }
    let method = "made of a figure that the target is made of: related by definition, and not ranked";
    record.list("relations/ranking/left_out".into(), left_out, method);
    record.list(
        "relations/ranking/left_out_attributes".into(),
        attributes_left_out,
        method,
    );
    let columns: Vec<Column> = candidates.iter().map(|it| it.column).collect();
    let options = boruta::Options {
        n_rounds: told.n_rounds,
        ..boruta::Options::new(run.plan.seed)
    };
    let ranking = boruta::feature_ranking(&columns, Target::Number(&table.features[target]), &options);
    let Some(ranking) = ranking else { return };
    let n = Some(ranking.n_rows as u64);
    let share = Unit::total(Quantity::Share);
    let number = |record: &mut Recorder, id: &str, x: f64, method: &str| {
        let id = format!("relations/ranking/{id}");
        record.fact(id, Value::Number(Some(x)), share.clone(), None, n, method);
    };
    let method = "share of the target’s variance that the forests explain on customers not seen; n: customers";
    number(record, "r2", ranking.holdout_r2, method);
    let method = "importance that the best shuffled copy exceeds in at most one round in twenty";
    number(record, "shadow_bound", ranking.shadow_bound, method);
    for (candidate, score) in candidates.iter().zip(&ranking.scores) {
        let method = "loss of explained variance on customers not seen when it is shuffled, mean of the rounds";
        number(
            record,
            &format!("{}/importance", candidate.id),
            score.permutation,
            method,
        );
        let verdict = match score.verdict {
            Verdict::Confirmed => "confirmed",
            Verdict::Tentative => "tentative",
            Verdict::Rejected => "rejected",
        };
        record.text(
            format!("relations/ranking/{}/verdict", candidate.id),
            verdict,
            "Boruta: hits against the best shuffled copy (Holm), and its importance above the bound",
        );
        record.number(
            format!("relations/ranking/{}/hits", candidate.id),
            Some(score.n_hits as f64),
            Unit::default(),
            "rounds above the best shuffled copy",
        );
    }
    let ranked = ranking.ranking.iter().map(|it| candidates[*it].id.clone()).collect();
    record.list("relations/ranking".into(), ranked, "by importance, the largest first");
    let rounds = told.n_rounds as f64;
    record.number(
        "relations/ranking/rounds".into(),
        Some(rounds),
        Unit::default(),
        "rounds of shuffled copies",
    );
}
