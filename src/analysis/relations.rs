//! Relations: what goes with what among the features of customers, and which of them tell a target.
//!
//! # Why a reader cares
//! Features that say the same make one finding look like three. Whoever wants to know what large customers have in
//! common needs to know first what is true by definition, and what chance would show as well.
//!
//! # Method
//! Every two features are correlated (by rank or by value, with Fisher's interval); an attribute and a feature are
//! related by the correlation ratio, two attributes by Cramér's V without its bias. Every pair is judged on the
//! customers who have both, and all pairs together by Benjamini and Hochberg. Variance inflation and the condition of
//! the design (Belsley, Kuh & Welsch 1980) say what the features owe to each other. Features are ranked by what
//! shuffling them loses on customers not seen, against shuffled copies of all of them (Kursa & Rudnicki 2010).
//! Features that are made of the same figures are related by definition: that is said, and such features are left out
//! of the ranking of their target unless `include_parts: true`. All of this is association, and no cause.
//!
//! # In a spec
//! ```yaml
//! - relations: { features: [recency, visits, spend], attributes: [age, income], method: spearman, target: spend, rounds: 50 }
//! ```

use super::Analysis;
use super::Run;
use super::Scope;
use super::Task;
use super::Tell;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Spanned;
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::memo::Memo;
use crate::model::node::Fields;
use crate::model::node::Node;
use crate::model::roster::Roster;
use crate::stats::relations::Method;

pub(super) mod attribute;
mod parts;
mod recording;
mod telling;

/// The registered analysis.
pub struct Relations;

/// What `relations` may say.
const KEYS: &[Field] = &[
    Field::may(
        "features",
        Form::List(&Form::Text),
        "Features of the roster. Where it is left out: all.",
    ),
    Field::may(
        "attributes",
        Form::List(&Form::Text),
        "Segment dimensions. Where it is left out: all.",
    ),
    Field::may(
        "method",
        Form::OneOf(&["pearson", "spearman"]),
        "How two features are correlated.",
    )
    .or("spearman"),
    Field::may(
        "target",
        Form::Text,
        "The feature that the others are ranked by, or `none`. Where it is left out: the roster's `worth:`.",
    ),
    Field::may("rounds", Form::Count, "Rounds in which shadows are drawn, 20 to 500.").or("50"),
    Field::may(
        "include_parts",
        Form::Flag,
        "Whether features made of the same figures as the target are ranked too.",
    )
    .or("false"),
];

/// Rounds of the shadows where the spec names no number.
const N_ROUNDS: u64 = 50;

/// Below the first nothing can be confirmed at 5 %; beyond the second no verdict changes.
const ROUNDS: [u64; 2] = [20, 500];

/// `relations` with its options decoded.
struct Told {
    /// Indices of the roster's features.
    features: Vec<usize>,
    /// Indices of the plan's segment dimensions.
    attributes: Vec<usize>,
    /// How two features are correlated.
    method: Method,
    /// Index of the feature that the others are ranked by; none where nothing is ranked.
    target: Option<usize>,
    n_rounds: usize,
    /// True where features that are made of the same figures as the target are ranked too.
    includes_parts: bool,
}

impl Analysis for Relations {
    fn name(&self) -> &'static str {
        "relations"
    }

    fn summary(&self) -> &'static str {
        "What goes with what among customers’ features, and which of them tell a target beyond chance."
    }

    fn form(&self) -> Form {
        Form::Map("relations", KEYS)
    }

    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>> {
        let fields = options.fields("`relations`", KEYS, found)?;
        let n_wrong = found.0.len();
        let roster = scope.roster("relations", fields.span(), found)?;
        let features = features(&fields, roster, scope, found);
        let attributes = attributes(&fields, scope, found);
        let method = method(&fields, found);
        let target = target(&fields, roster, scope, found);
        let rounds = fields.optional("rounds").map(|it| it.count("`rounds`", found));
        let n_rounds = rounds.map_or(Some(N_ROUNDS), |it| it.map(|it| it.value));
        let parts = fields.optional("include_parts");
        let includes_parts = parts.map_or(Some(false), |it| it.flag("`include_parts`", found).map(|it| it.value));
        let n_columns = features.len() + attributes.len();
        if found.0.len() == n_wrong && n_columns < 2 {
            let has = if n_columns == 0 { "none" } else { "one" };
            let message = format!("`relations` needs two features or attributes, and has {has}");
            let hint = "add features to the `roster:`, or attributes to `segments:`";
            found.push(
                Diagnostic::spec("nothing-to-relate", message)
                    .at(fields.span())
                    .hint(hint),
            );
        }
        if found.0.len() > n_wrong {
            return None;
        }
        let n_rounds = n_rounds?.clamp(ROUNDS[0], ROUNDS[1]);
        Some(Box::new(Told {
            features,
            attributes,
            method: method?,
            target: target?,
            n_rounds: usize::try_from(n_rounds).expect("some hundreds at most"),
            includes_parts: includes_parts?,
        }))
    }
}

fn features(fields: &Fields<'_>, roster: &Roster, scope: &Scope, found: &mut Diagnostics) -> Vec<usize> {
    let Some(node) = fields.optional("features") else {
        return (0..roster.features.len()).collect();
    };
    let names = node.texts("a feature", found);
    once(&names, "feature", found);
    names.iter().filter_map(|it| scope.feature(roster, it, found)).collect()
}

fn attributes(fields: &Fields<'_>, scope: &Scope, found: &mut Diagnostics) -> Vec<usize> {
    let Some(node) = fields.optional("attributes") else {
        return (0..scope.plan.segments.len()).collect();
    };
    let names = node.texts("an attribute", found);
    once(&names, "attribute", found);
    names.iter().filter_map(|it| scope.segment(it, found)).collect()
}

/// Reports names that stand twice.
fn once(names: &[Spanned<String>], what: &str, found: &mut Diagnostics) {
    for (place, name) in names.iter().enumerate() {
        if names[..place].iter().any(|it| it.value == name.value) {
            let message = format!("the {what} `{}` stands twice", name.value);
            found.push(Diagnostic::spec("repeated-name", message).at(name.span));
        }
    }
}

fn method(fields: &Fields<'_>, found: &mut Diagnostics) -> Option<Method> {
    let Some(node) = fields.optional("method") else {
        return Some(Method::Spearman);
    };
    let name = node.text("`method`", found)?;
    match name.value.as_str() {
        "pearson" => Some(Method::Pearson),
        "spearman" => Some(Method::Spearman),
        other => {
            let diagnostic = Diagnostic::spec("unknown-value", format!("`method` cannot be `{other}`"));
            found.push(diagnostic.at(name.span).nearest(other, ["pearson", "spearman"]));
            None
        }
    }
}

/// Reads `target:`; the outer `None` where it is wrong, the inner where nothing is ranked.
#[expect(
    clippy::option_option,
    reason = "a mistake is not the same as a target that is left out"
)]
fn target(fields: &Fields<'_>, roster: &Roster, scope: &Scope, found: &mut Diagnostics) -> Option<Option<usize>> {
    let Some(node) = fields.optional("target") else {
        return Some(roster.worth);
    };
    let name = node.text("`target`", found)?;
    if name.value == "none" && roster.feature("none").is_none() {
        return Some(None);
    }
    scope.feature(roster, &name, found).map(Some)
}

/// What a method is called in a spec.
fn name_of(method: Method) -> &'static str {
    match method {
        Method::Pearson => "pearson",
        Method::Spearman => "spearman",
    }
}

impl Task for Told {
    fn name(&self) -> &'static str {
        Relations.name()
    }

    fn sees_customers(&self) -> bool {
        true
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!({ "relations": {
            "features": self.features,
            "attributes": self.attributes,
            "method": name_of(self.method),
            "target": self.target,
            "rounds": self.n_rounds,
            "include_parts": self.includes_parts,
        } })
    }

    fn run(&self, run: &Run) -> Result<(Facts, Vec<Diagnostic>), Diagnostics> {
        Ok((recording::record(self, run), Vec::new()))
    }

    fn tell(&self, tell: &Tell, memo: &mut Memo) {
        telling::tell(self, tell, memo);
    }
}
