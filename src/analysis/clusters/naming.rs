//! What a cluster is called: by the author, or by what tells it apart.

use crate::analysis::Tell;
use crate::analysis::roster::declared;
use crate::model::roster::Feature;
use crate::model::roster::Roster;
use crate::model::unit::Quantity;
use crate::say;
use crate::words::text;
use serde::Serialize;

/// A name that the author gives.
#[derive(Debug, Clone, Serialize)]
pub(super) struct NameRule {
    /// The name.
    pub name: String,
    /// To which cluster.
    pub of: Named,
}

/// Which cluster is meant.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Named {
    /// The one of this number; 0 is the largest.
    Number(usize),
    /// The one with the highest mean of this of the clustered features.
    Highest(usize),
    /// The one with the lowest.
    Lowest(usize),
}

/// A cluster whose mean is nearer to that of all, in deviations, is not told apart by the feature.
const TELLS: f64 = 0.5;

/// The name of a cluster that no feature tells apart.
const AVERAGE: &str = "Near the average";

/// How many features a name has.
const N_IN_A_NAME: usize = 2;

/// Names clusters: rules first, in order, where the cluster that is meant has no name yet; the others by their two features that
/// are farthest from the mean of all.
///
/// `apart[cluster][feature]` is the cluster's mean less that of all, in deviations; `features` are those of the roster.
pub(super) fn names(roster: &Roster, features: &[usize], apart: &[Vec<f64>], rules: &[NameRule]) -> Vec<String> {
    let mut names: Vec<Option<String>> = vec![None; apart.len()];
    for rule in rules {
        let most = |feature: usize, sign: f64| {
            let by = |at: &usize| sign * apart[*at][feature];
            (0..apart.len()).reduce(|a, b| if by(&a) < by(&b) { b } else { a })
        };
        let at = match rule.of {
            Named::Number(at) => Some(at).filter(|it| *it < apart.len()),
            Named::Highest(feature) => most(feature, 1.0),
            Named::Lowest(feature) => most(feature, -1.0),
        };
        // A cluster that has a name keeps it: the next best is not what the rule says.
        if let Some(name) = at.and_then(|it| names.get_mut(it)).filter(|it| it.is_none()) {
            *name = Some(rule.name.clone());
        }
    }
    for at in 0..apart.len() {
        if names[at].is_some() {
            continue;
        }
        let name = described(roster, features, &apart[at]);
        let n_alike = (0..apart.len())
            .filter(|it| names[*it].as_ref().is_some_and(|it| same(it, &name)))
            .count();
        let numbered = if n_alike > 0 {
            format!("{name} ({})", n_alike + 1)
        } else {
            name
        };
        names[at] = Some(numbered);
    }
    names.into_iter().flatten().collect()
}

/// True where a name is the other, whatever number it got.
fn same(taken: &str, name: &str) -> bool {
    taken
        .strip_prefix(name)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
}

fn described(roster: &Roster, features: &[usize], apart: &[f64]) -> String {
    let mut order: Vec<usize> = (0..features.len()).filter(|it| TELLS <= apart[*it].abs()).collect();
    order.sort_by(|a, b| apart[*b].abs().total_cmp(&apart[*a].abs()));
    let words: Vec<String> = order
        .into_iter()
        .take(N_IN_A_NAME)
        .map(|it| phrase(&roster.features[features[it]], apart[it] > 0.0))
        .collect();
    if words.is_empty() {
        return AVERAGE.into();
    }
    text::capitalised(&words.join(", "))
}

/// Words a name that [`names`] made, in the memo's language; a name that an author gave stays.
pub(in super::super) fn worded(tell: &Tell, name: &str) -> String {
    // Two clusters of one description are told apart by a number behind it.
    let (described, number) = match name.split_once(" (") {
        Some((described, number)) => (described, format!(" ({number}")),
        None => (name, String::new()),
    };
    if described == AVERAGE {
        return say!(tell.words, "clusters-average") + &number;
    }
    let roster = declared(tell.plan);
    let phrases: Vec<(String, String)> = roster
        .features
        .iter()
        .flat_map(|feature| ["many", "few", "high", "low"].map(|size| (size, text::lowered(&feature.label))))
        .map(|(size, feature)| {
            let said = say!(tell.words, "clusters-phrase", size = size, feature = feature);
            (format!("{size} {feature}"), said)
        })
        .collect();
    let of = |part: &str| phrases.iter().find(|it| it.0 == part).map(|it| it.1.clone());
    let lowered = text::lowered(described);
    // A feature's label may hold a comma of its own: the name is cut where both sides are phrases.
    let cuts = lowered
        .match_indices(", ")
        .map(|(at, comma)| (&lowered[..at], &lowered[at + comma.len()..]));
    let both = cuts.filter_map(|(a, b)| Some(format!("{}, {}", of(a)?, of(b)?))).next();
    match of(&lowered).or(both) {
        Some(said) => text::capitalised(&said) + &number,
        None => name.to_owned(),
    }
}

/// "few visits", "high spend".
fn phrase(feature: &Feature, is_more: bool) -> String {
    let is_count = matches!(feature.unit.of, Quantity::Count(_)) && feature.unit.per.is_none();
    let size = match (is_count, is_more) {
        (true, true) => "many",
        (true, false) => "few",
        (false, true) => "high",
        (false, false) => "low",
    };
    format!("{size} {}", text::lowered(&feature.label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_of_all_gets_the_name_and_the_next_best_does_not() {
        let rule = |name: &str, of| NameRule { name: name.into(), of };
        let rules = [
            rule("Frequent", Named::Highest(0)),
            rule("Large", Named::Highest(1)),
            rule("Third", Named::Number(2)),
        ];
        // The first has the highest of both: nobody is “Large”.
        let apart = [vec![1.5, 0.9], vec![-0.2, 0.1], vec![-1.0, -0.8], vec![-0.1, 0.3]];
        let names = super::names(&roster(), &[0, 1], &apart, &rules);
        assert_eq!(names, ["Frequent", "Near the average", "Third", "Near the average (2)"]);
    }

    #[test]
    fn what_tells_a_cluster_apart_is_its_name() {
        let apart = [vec![-0.7, 0.9], vec![0.6, 0.1]];
        assert_eq!(
            names(&roster(), &[0, 1], &apart, &[]),
            ["High basket, few visits", "Many visits"]
        );
    }

    fn roster() -> Roster {
        crate::analysis::definition::roster_of(&[("Visits", "visit"), ("Basket", "")])
    }
}
