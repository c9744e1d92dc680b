//! The customer table: features over what customers did, rules that make segments.

use super::categories::check_ascending;
use super::categories::customers_sources;
use super::label_of;
use super::metrics;
use super::metrics::Figure;
use super::metrics::Part;
use super::sources::Table;
use super::sources::has_unknown_lookup;
use super::types::Checker;
use super::types::Column;
use super::types::ROSTER;
use crate::model::claim::ClaimSpec;
use crate::model::claim::Group;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::diagnostic::Spanned;
use crate::model::expr::Aggregate;
use crate::model::expr::Expr;
use crate::model::expr::Formula;
use crate::model::expr::Literal;
use crate::model::expr::Op;
use crate::model::expr::Reduce;
use crate::model::expr::Term;
use crate::model::plan::Periods;
use crate::model::plan::Segment;
use crate::model::roster::Feature;
use crate::model::roster::FeatureSpec;
use crate::model::roster::Frozen;
use crate::model::roster::Ingredient;
use crate::model::roster::Population;
use crate::model::roster::Record;
use crate::model::roster::RecordSpec;
use crate::model::roster::Roster;
use crate::model::roster::RosterSpec;
use crate::model::roster::SegmentRule;
use crate::model::roster::SegmentRuleSpec;
use crate::model::roster::Transform;
use crate::model::spec::MetricSpec;
use crate::model::spec::Spec;
use crate::model::unit::Good;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::model::window::Window;
use crate::model::world::ColumnType;
use crate::model::world::World;
use crate::words::text;

/// What customers are called whom no rule takes, where the spec does not say.
const REST: &str = "Other customers";

/// Share of customers on either side that `winsorise` sets to the value there, where it names none.
const WINSORISED: f64 = 0.01;

/// Resolves `roster:`; what it is held against follows when periods are known.
pub(super) fn roster(
    spec: &Spec,
    tables: &[Option<Table>],
    segments: &[Segment],
    world: &dyn World,
    found: &mut Diagnostics,
) -> Option<Roster> {
    let written = spec.roster.as_ref()?;
    let frozen = written.frozen.as_ref().and_then(|file| match world.text(file) {
        Ok(text) => Some(Frozen {
            file: file.value.clone(),
            text,
        }),
        Err(diagnostic) => {
            found.push(diagnostic);
            None
        }
    });
    let source = source(spec, written, found);
    let known = Known::new(spec, tables, segments);
    let population = population(written, found);
    let record = record(&written.record, spec, source, &known, found);
    let source = source?;
    let entries: Vec<(Spanned<String>, MetricSpec)> = written
        .features
        .iter()
        .map(|it| (it.name.clone(), over_source(&it.metric, &spec.sources[source].0)))
        .collect();
    let (figures, parts) = metrics::features(spec, tables, &entries, &known.numbers, found);
    let mut ingredients = Vec::new();
    for part in &parts {
        ingredients.push(ingredient(part));
    }
    for (feature, figure) in written.features.iter().zip(&figures) {
        let Some(figure) = figure else { continue };
        let is_foreign = |it: &&usize| matches!(&parts[**it], Part::Measure(measure) if measure.source != source);
        if figure.formula.leaves().iter().any(is_foreign) {
            let message = format!("feature `{}` reads another source than its roster", feature.name.value);
            let hint = format!(
                "a roster adds up rows of one source, here `{}`",
                spec.sources[source].0.value
            );
            let diagnostic = Diagnostic::spec("several-sources", message);
            found.push(diagnostic.at(feature.metric.of.span).hint(hint));
        }
    }
    let mut features = Vec::new();
    for (feature, figure) in written.features.iter().zip(figures) {
        // A wrong feature is told; others may name it.
        let figure = figure.unwrap_or_else(|| Figure {
            formula: Formula::Number(0.0),
            unit: Unit::default(),
        });
        features.push(resolved(spec, feature, figure, &ingredients, found));
    }
    shares(spec, written, &mut features, &mut ingredients, found);
    let worth = worth(written, &features, found);
    let rules = Rules {
        spec,
        columns: known.columns(spec, written, &features),
    };
    rules.check_claims(found);
    Some(Roster {
        source,
        over: written.over.unwrap_or(Window::All),
        against: None,
        population,
        ingredients,
        worth,
        segments: written.segments.iter().map(|it| rules.resolved(it, found)).collect(),
        rest: written
            .rest
            .as_ref()
            .map_or_else(|| REST.to_owned(), |it| it.value.clone()),
        record,
        features,
        frozen,
    })
}

/// Fills in what is known with the periods and the data: the comparison, and whether categories of shares are there.
pub(super) fn held_against(
    roster: Roster,
    spec: &Spec,
    periods: &Periods,
    labels: &[String],
    found: &mut Diagnostics,
) -> Roster {
    let written = spec.roster.as_ref();
    let shares = written.and_then(|it| it.shares.as_ref());
    for category in shares.map(|it| it.categories.as_slice()).unwrap_or_default() {
        if !labels.is_empty() && !labels.contains(&category.value) {
            let message = format!("there is no {} `{}` in the data", spec.noun(), category.value);
            let diagnostic = Diagnostic::spec("unknown-category", message).at(category.span);
            found.push(diagnostic.nearest(&category.value, labels.iter().map(String::as_str)));
        }
    }
    let against = match written.and_then(|it| it.against.as_ref()) {
        None => periods.comparisons.first().cloned(),
        Some(name) => {
            let comparison = periods.comparisons.iter().find(|it| it.name == name.value).cloned();
            if comparison.is_none() && spec.periods.compare.iter().all(|it| it.value != name.value) {
                let message = format!("the spec does not compare against `{}`", name.value);
                let known = periods.comparisons.iter().map(|it| it.name.as_str());
                let diagnostic = Diagnostic::spec("unknown-comparison", message).at(name.span);
                let hint = "add it to `periods: compare:`";
                found.push(diagnostic.nearest(&name.value, known).hint(hint));
            }
            comparison
        }
    };
    Roster { against, ..roster }
}

/// What names can mean in a roster.
struct Known {
    /// Columns of the customers source.
    all: Vec<String>,
    /// Those that are numbers.
    numbers: Vec<String>,
    /// Names of segment dimensions.
    dimensions: Vec<String>,
}

impl Known {
    fn new(spec: &Spec, tables: &[Option<Table>], segments: &[Segment]) -> Self {
        let table = match customers_sources(spec).as_slice() {
            [only] => tables[*only].as_ref(),
            _ => None,
        };
        let columns = || table.into_iter().flat_map(|it| &it.columns);
        let is_number = |it: &&Column| matches!(it.holds, Some(ColumnType::Int | ColumnType::Float));
        Self {
            all: columns().map(|it| it.name.clone()).collect(),
            numbers: columns().filter(is_number).map(|it| it.name.clone()).collect(),
            dimensions: segments.iter().map(|it| it.name.clone()).collect(),
        }
    }

    /// Lists what a condition may read: features, wrong ones too, and segment dimensions as text.
    fn columns(&self, spec: &Spec, written: &RosterSpec, features: &[Feature]) -> Vec<Column> {
        let column = |name: &str, holds| Column {
            name: name.to_owned(),
            holds,
            places: Ok(0),
        };
        let unread = written.features.iter().map(|it| it.name.value.as_str());
        let mut columns: Vec<Column> = features
            .iter()
            .map(|it| it.name.as_str())
            .chain(unread)
            .chain(spec.unread.iter().map(String::as_str))
            .map(|name| column(name, Some(ColumnType::Float)))
            .collect();
        let dimensions = self.dimensions.iter();
        columns.extend(dimensions.map(|name| column(name, Some(ColumnType::Text))));
        columns
    }
}

/// Lets a feature's own aggregates read the roster's source.
fn over_source(metric: &MetricSpec, source: &Spanned<String>) -> MetricSpec {
    let is_aggregate = |it: &&Term| matches!(it, Term::Aggregate(_));
    let has_aggregates = metric.of.value.leaves().iter().any(is_aggregate);
    MetricSpec {
        source: has_aggregates.then(|| source.clone()),
        // What a feature is where it is not defined is for the whole of it: see [`Feature::missing_is_zero`].
        missing: metric.missing.clone().filter(|_| has_aggregates),
        ..metric.clone()
    }
}

fn ingredient(part: &Part) -> Ingredient {
    match part {
        Part::Measure(measure) => Ingredient::Aggregate {
            aggregate: measure.aggregate.clone(),
            missing_is_zero: measure.missing_is_zero,
        },
        Part::SinceLast => Ingredient::SinceLast,
        Part::SinceFirst => Ingredient::SinceFirst,
        Part::Column(name) => Ingredient::Column(name.clone()),
    }
}

/// Finds the source whose rows are added up.
fn source(spec: &Spec, written: &RosterSpec, found: &mut Diagnostics) -> Option<usize> {
    let says_who = |at: &usize| spec.sources[*at].1.customer.is_some();
    let named: Vec<usize> = (0..spec.sources.len()).filter(says_who).collect();
    let names = || named.iter().map(|at| spec.sources[*at].0.value.as_str());
    let Some(name) = &written.source else {
        let span = written.features.first().map_or(Span::default(), |it| it.name.span);
        return match named.as_slice() {
            [only] => Some(*only),
            [] => {
                let message = "no source says who: a roster needs one with `customer:`";
                found.push(Diagnostic::spec("no-customer", message).at(span));
                None
            }
            _ => {
                let listed: Vec<String> = names().map(|it| format!("`{it}`")).collect();
                let message = "the roster does not say which source it adds up";
                let hint = format!("add `source:` with one of {}", listed.join(", "));
                found.push(Diagnostic::spec("which-source", message).at(span).hint(hint));
                None
            }
        };
    };
    let at = named.iter().copied().find(|at| spec.sources[*at].0.value == name.value);
    if at.is_none() {
        let message = match spec.sources.iter().any(|it| it.0.value == name.value) {
            true => format!(
                "source `{}` does not say who, and a roster has one row a customer",
                name.value
            ),
            false => format!("there is no source `{}`", name.value),
        };
        let diagnostic = Diagnostic::spec("unknown-source", message).at(name.span);
        found.push(diagnostic.nearest(&name.value, names()));
    }
    at
}

fn population(written: &RosterSpec, found: &mut Diagnostics) -> Population {
    let Some(text) = &written.customers else {
        return Population::Active;
    };
    match text.value.as_str() {
        "active" => Population::Active,
        "everyone" => Population::Everyone,
        other => {
            let diagnostic = Diagnostic::spec("unknown-value", format!("`customers` cannot be `{other}`"));
            found.push(diagnostic.at(text.span).nearest(other, ["active", "everyone"]));
            Population::Active
        }
    }
}

fn resolved(
    spec: &Spec,
    written: &FeatureSpec,
    figure: Figure,
    ingredients: &[Ingredient],
    found: &mut Diagnostics,
) -> Feature {
    check_ascending(&written.bands, found);
    check_steps(&written.transform, found);
    let transforms = written.transform.iter().filter_map(|it| transform(it, found)).collect();
    let metric = &written.metric;
    Feature {
        name: written.name.value.clone(),
        label: metrics::labelled(&written.name, metric),
        written: metric.written.clone(),
        unit: figure.unit,
        good: metric.good.unwrap_or_default(),
        missing_is_zero: metric.missing.as_ref().is_some_and(|it| it.value == "zero"),
        // What is made of a metric that cannot be read may well add up.
        adds_up: spec.is_in_doubt(metric.of.span) || adds_up(&figure.formula, ingredients),
        formula: figure.formula,
        transforms,
        bands: written.bands.iter().map(|it| it.value).collect(),
    }
}

/// True where customers' figures add up: sums and counts, added, subtracted, and scaled by numbers.
fn adds_up(formula: &Formula<usize>, ingredients: &[Ingredient]) -> bool {
    let is_number = |it: &Formula<usize>| it.leaves().is_empty();
    let adds = |it: &Formula<usize>| adds_up(it, ingredients);
    match formula {
        Formula::Leaf(at) => match &ingredients[*at] {
            // Customers' distinct values are told apart by the customer: they add up here.
            Ingredient::Aggregate { aggregate, .. } => {
                matches!(aggregate.reduce, Reduce::Sum | Reduce::Count | Reduce::CountDistinct)
            }
            _ => false,
        },
        Formula::Number(_) => false,
        Formula::Neg(of) => adds(of),
        Formula::Binary(Op::Add | Op::Sub, a, b) => adds(a) && adds(b),
        Formula::Binary(Op::Mul, a, b) if is_number(a) => adds(b),
        Formula::Binary(_, a, b) => is_number(b) && adds(a),
        Formula::Coalesce(parts) => parts.first().is_some_and(adds),
    }
}

/// Reports a step that is taken twice: `[winsorise 1%, winsorise 5%]`.
fn check_steps(written: &[Spanned<String>], found: &mut Diagnostics) {
    let step = |it: &Spanned<String>| it.value.split_whitespace().next().map(str::to_owned);
    for (at, again) in written.iter().enumerate() {
        if written[..at].iter().any(|it| step(it) == step(again)) {
            let message = format!("`{}` is taken a second time", step(again).unwrap_or_default());
            let diagnostic = Diagnostic::spec("repeated-name", message).at(again.span);
            found.push(diagnostic.hint("each step of `transform` stands once"));
        }
    }
}

/// Reads `log`, `winsorise`, `winsorise 2%`, `robust` or `quantile`.
fn transform(written: &Spanned<String>, found: &mut Diagnostics) -> Option<Transform> {
    let text = written.value.trim();
    let share = |text: &str| {
        let share: f64 = text.trim().strip_suffix('%')?.trim().parse().ok()?;
        (0.0 < share && share < 50.0).then_some(share / 100.0)
    };
    let transform = match text {
        "log" => Some(Transform::Log),
        "robust" => Some(Transform::Robust),
        "quantile" => Some(Transform::Quantile),
        "winsorise" | "winsorize" => Some(Transform::Winsorise(WINSORISED)),
        _ => text
            .split_once(' ')
            .filter(|it| it.0.starts_with("winsori"))
            .and_then(|it| share(it.1))
            .map(Transform::Winsorise),
    };
    if transform.is_none() {
        let message = format!("`{text}` is no step of `transform`");
        let hint = "there are `log`, `winsorise 1%`, `robust` and `quantile`";
        let diagnostic = Diagnostic::spec("unknown-transform", message).at(written.span);
        found.push(
            diagnostic
                .nearest(text, ["log", "winsorise", "robust", "quantile"])
                .hint(hint),
        );
    }
    transform
}

/// Adds a feature a category: what share of a feature comes from it.
fn shares(
    spec: &Spec,
    written: &RosterSpec,
    features: &mut Vec<Feature>,
    ingredients: &mut Vec<Ingredient>,
    found: &mut Diagnostics,
) {
    let Some(shares) = &written.shares else { return };
    let Some(of) = features.iter().find(|it| it.name == shares.of.value).cloned() else {
        if features.is_empty() || spec.unread.contains(&shares.of.value) {
            return;
        }
        let known = features.iter().map(|it| it.name.as_str());
        let diagnostic = unknown_feature(&shares.of).nearest(&shares.of.value, known);
        found.push(diagnostic);
        return;
    };
    if !of.adds_up {
        let message = format!("`{}` does not add up over categories", of.name);
        let hint = "a share is of a sum: name a feature made of `sum` and `count`";
        found.push(Diagnostic::spec("not-additive", message).at(shares.of.span).hint(hint));
        return;
    }
    for category in &shares.categories {
        let inside = Expr::Binary(
            Op::Eq,
            Box::new(Expr::Column(spec.categories.by.value.clone())),
            Box::new(Expr::Literal(Literal::Text(category.value.clone()))),
        );
        let part = of.formula.with_leaves(&mut |leaf: &usize| {
            let Ingredient::Aggregate { aggregate, .. } = &ingredients[*leaf] else {
                unreachable!("what adds up is made of aggregates");
            };
            let filter = match &aggregate.filter {
                Some(filter) => Expr::Binary(Op::And, Box::new(filter.clone()), Box::new(inside.clone())),
                None => inside.clone(),
            };
            let filtered = Ingredient::Aggregate {
                aggregate: Aggregate {
                    filter: Some(filter),
                    ..aggregate.clone()
                },
                missing_is_zero: true,
            };
            ingredients.push(filtered);
            ingredients.len() - 1
        });
        features.push(Feature {
            name: format!("share_{}", text::slug(&category.value).replace('-', "_")),
            label: format!("{}, % of {}", category.value, text::lowered(&of.label)),
            written: format!(
                "{} where {} = '{}', of all",
                of.written, spec.categories.by.value, category.value
            ),
            unit: Unit::total(Quantity::Share),
            good: Good::Neither,
            formula: Formula::Binary(Op::Div, Box::new(part), Box::new(of.formula.clone())),
            missing_is_zero: true,
            adds_up: false,
            transforms: Vec::new(),
            bands: Vec::new(),
        });
    }
}

fn unknown_feature(name: &Spanned<String>) -> Diagnostic {
    Diagnostic::spec("unknown-feature", format!("the roster has no feature `{}`", name.value)).at(name.span)
}

/// Finds the feature that says what a customer is worth.
fn worth(written: &RosterSpec, features: &[Feature], found: &mut Diagnostics) -> Option<usize> {
    let is_money = |it: &Feature| it.adds_up && matches!(it.unit.of, Quantity::Money(_)) && it.unit.per.is_none();
    let Some(name) = &written.worth else {
        return features.iter().position(is_money);
    };
    let at = features.iter().position(|it| it.name == name.value);
    match at {
        None => {
            let known = features.iter().map(|it| it.name.as_str());
            found.push(unknown_feature(name).nearest(&name.value, known));
        }
        Some(at) if !features[at].adds_up => {
            let message = format!("`{}` does not add up over customers", name.value);
            let hint = "what customers are worth is a sum: name a feature made of `sum` and `count`";
            found.push(Diagnostic::spec("not-additive", message).at(name.span).hint(hint));
        }
        Some(_) => {}
    }
    at
}

/// Resolves rules against what they may read.
struct Rules<'a> {
    spec: &'a Spec,
    columns: Vec<Column>,
}

impl Rules<'_> {
    /// Checks the conditions of claims: they may also say what group a customer is in.
    fn check_claims(&self, found: &mut Diagnostics) {
        let groups = Group::ALL.map(|it| Column {
            name: it.name().to_owned(),
            holds: Some(ColumnType::Text),
            places: Ok(0),
        });
        // A group hides a feature or a dimension of its name.
        let hides = |it: &&Column| Group::parse(&it.name).is_none();
        let mut columns: Vec<Column> = self.columns.iter().filter(hides).cloned().chain(groups).collect();
        let mut seen: Vec<String> = Vec::new();
        columns.retain(|it| {
            let is_new = !seen.contains(&it.name);
            seen.push(it.name.clone());
            is_new
        });
        for condition in self
            .spec
            .memo
            .iter()
            .flat_map(|it| &it.claims)
            .flat_map(ClaimSpec::conditions)
        {
            let mut checker = Checker {
                source: ROSTER,
                columns: &columns,
                spec: self.spec,
                within: condition.expr.span,
                found,
            };
            checker.condition(&condition.expr.value);
        }
    }

    fn resolved(&self, written: &SegmentRuleSpec, found: &mut Diagnostics) -> SegmentRule {
        // Without features, which is told, no rule can be right.
        let has_features = !self.columns.iter().all(|it| it.holds == Some(ColumnType::Text));
        let mut checker = Checker {
            source: ROSTER,
            columns: &self.columns,
            spec: self.spec,
            within: written.condition.span,
            found,
        };
        if has_features {
            checker.condition(&written.condition.value);
        }
        let label = written.label.as_ref();
        let label = label.map_or_else(|| label_of(&written.name.value), |it| it.value.clone());
        let rest = written.rest.as_ref().map(|it| it.value.clone());
        let rest = rest.unwrap_or_else(|| format!("Other {}", text::lowered(&label)));
        SegmentRule {
            name: written.name.value.clone(),
            condition: written.condition.value.clone(),
            written: written.written.clone(),
            segments: written.segments.iter().map(|it| self.resolved(it, found)).collect(),
            rest: if written.segments.is_empty() {
                String::new()
            } else {
                rest
            },
            label,
        }
    }
}

/// Resolves what is written out of each customer.
fn record(written: &RecordSpec, spec: &Spec, source: Option<usize>, known: &Known, found: &mut Diagnostics) -> Record {
    let is_known = |it: &&Spanned<String>| known.all.contains(&it.value);
    // Where nothing is known of the source, which is told, its columns are nobody's mistake.
    let is_any_known = !known.all.is_empty() && !has_unknown_lookup(spec);
    for name in written.columns.iter().filter(|it| is_any_known && !is_known(it)) {
        let message = format!("the customers source has no column `{}`", name.value);
        let diagnostic = Diagnostic::spec("unknown-column", message).at(name.span);
        found.push(diagnostic.nearest(&name.value, known.all.iter().map(String::as_str)));
    }
    let customer = source.and_then(|at| spec.sources[at].1.customer.as_ref());
    let is_told = customer.is_some_and(|it| found.0.iter().any(|told| told.span == Some(it.span)));
    let customer = customer.map_or("", |it| it.value.as_str());
    let is_written = |it: &&Spanned<String>| written.columns.iter().any(|column| column.value == it.value);
    for name in &written.hash {
        if name.value != customer && !is_written(&name) && source.is_some() && !is_told {
            let message = format!(
                "`{}` is not in the customer record, and cannot be hashed there",
                name.value
            );
            let hint = format!("name `{customer}`, or one of `columns`");
            found.push(Diagnostic::spec("unknown-column", message).at(name.span).hint(hint));
        }
    }
    if let (Some(first), None) = (
        written.hash.first(),
        written.salt.as_ref().filter(|it| !it.value.is_empty()),
    ) {
        let message = format!(
            "hashes of `{}` have no salt: short ids are found by trying all of them",
            first.value
        );
        let hint = "add `salt:` with a text that only you know";
        found.push(
            Diagnostic::warning("hash-without-salt", message)
                .at(first.span)
                .hint(hint),
        );
    }
    Record {
        columns: written.columns.iter().map(|it| it.value.clone()).collect(),
        hashes_customer: written.hash.iter().any(|it| it.value == customer),
        hashed: written
            .hash
            .iter()
            .filter(is_written)
            .map(|it| it.value.clone())
            .collect(),
        salt: written.salt.as_ref().map_or_else(String::new, |it| it.value.clone()),
    }
}
