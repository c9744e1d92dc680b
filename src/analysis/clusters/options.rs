//! The options of `clusters`, decoded.

use super::Map;
use super::Told;
use super::method::Choice;
use super::method::Method;
use super::naming::NameRule;
use super::naming::Named;
use crate::analysis::Scope;
use crate::analysis::definition::Definition;
use crate::analysis::definition::VERSION;
use crate::analysis::definition::rule_of;
use crate::analysis::groups::ALL;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Severity;
use crate::model::diagnostic::Spanned;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::node::Fields;
use crate::model::node::Kind;
use crate::model::node::Node;
use crate::model::roster::Roster;

/// What `clusters` may say.
pub(super) const KEYS: &[Field] = &[
    Field::may(
        "features",
        Form::List(&Form::Text),
        "Features of the roster that tell customers apart. Where it is left out: all.",
    ),
    Field::may(
        "within",
        Form::List(&Form::Text),
        "Whose clusters are looked for: `all` customers, those of `each` segment, or of some.",
    )
    .or("all"),
    Field::may(
        "methods",
        Form::List(&Form::OneOf(&[
            "all", "kmeans", "gmm", "ward", "average", "complete", "kmedoids", "dbscan", "hdbscan",
        ])),
        "Ways of clustering that are tried beside each other.",
    )
    .or("all"),
    Field::may(
        "k",
        Form::Either(&[Form::List(&Form::Count), Form::Like("[0-9]+ *[-–] *[0-9]+")]),
        "Numbers of clusters that are tried: `4`, `2-8` or `[3, 5]`; at most 12.",
    )
    .or("2-8"),
    Field::may(
        "by",
        Form::OneOf(&["kmeans", "gmm", "ward", "average", "complete", "kmedoids"]),
        "The way whose clusters are printed.",
    )
    .or("kmeans"),
    Field::may(
        "choose",
        Form::OneOf(&[
            "silhouette",
            "davies_bouldin",
            "calinski_harabasz",
            "bic",
            "elbow",
            "stability",
        ]),
        "What chooses the number of clusters.",
    )
    .or("silhouette"),
    Field::may(
        "min_size",
        Form::Either(&[Form::Number, Form::Like("[0-9.]+ *%")]),
        "The smallest cluster, as a share of its crowd.",
    )
    .or("2 %"),
    Field::may(
        "names",
        Form::Named(&Form::Like("((highest|lowest) +[A-Za-z_][A-Za-z0-9_]*|[0-9]+)")),
        "Names of clusters, each with what it is known by: `highest spend`, `lowest visits`, or its number by size.",
    ),
    Field::may(
        "map",
        Form::OneOf(&["pca", "tsne", "tree", "none"]),
        "The picture: principal components, neighbours, a forest's, or none.",
    )
    .or("pca"),
];

/// Numbers of clusters that are tried where the spec names none.
const KS: std::ops::RangeInclusive<usize> = 2..=8;

/// The most clusters: more than these no page shows and no reader holds.
const MOST_CLUSTERS: usize = 12;

/// The smallest cluster, as a share of its crowd, where the spec names none.
const MIN_SHARE: f64 = 0.02;

/// Decodes; `None` where something is wrong, which is told.
pub(super) fn told(options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Told> {
    let fields = options.fields("`clusters`", KEYS, found)?;
    let n_wrong = found.0.len();
    let roster = scope.roster("clusters", fields.span(), found)?;
    let frozen = frozen(roster, scope, found);
    let idle: Vec<&str> = KEYS
        .iter()
        .map(|it| it.name)
        .filter(|it| *it != "map" && fields.optional(it).is_some())
        .collect();
    if let (Some(frozen), false) = (&roster.frozen, idle.is_empty()) {
        let message = format!(
            "`{}` stands under `clusters`, and the frozen clusters of `{}` are applied as they are",
            idle.join("`, `"),
            frozen.file
        );
        let hint = "leave them out, or leave `frozen:` out of the roster to look for clusters anew";
        found.push(
            Diagnostic::warning("frozen-clusters", message)
                .at(fields.span())
                .hint(hint),
        );
    }
    let features = features(&fields, roster, scope, found);
    let within = within(&fields, roster, found);
    let methods = methods(&fields, found);
    let ks = ks(&fields, found);
    let by = by(&fields, found);
    let choice = match fields.optional("choose") {
        Some(node) => choice(&node.text("`choose`", found)?, found),
        None => Some(Choice::Silhouette),
    };
    let min_share = min_share(&fields, found);
    let names = names(&fields, roster, &features, scope, found);
    let map = match fields.optional("map") {
        Some(node) => map(&node.text("`map`", found)?, found),
        None => Some(Map::Pca),
    };
    let by = by?;
    let choice = choice?;
    let mut methods = methods;
    let counted = match choice {
        Choice::Bic => Some(Method::Gmm),
        Choice::Elbow => Some(Method::Kmeans),
        _ => None,
    };
    // What is chosen, and what it is chosen by, is tried in any case.
    for needed in [Some(by), counted].into_iter().flatten() {
        if !methods.contains(&needed) {
            methods.push(needed);
        }
    }
    methods.sort_unstable();
    (!found.0[n_wrong..].iter().any(|it| it.severity == Severity::Error)).then_some(Told {
        features,
        within,
        methods,
        ks,
        by,
        choice,
        min_share,
        names,
        map: map?,
        frozen,
    })
}

/// Reads the definition that the roster names.
fn frozen(roster: &Roster, scope: &Scope, found: &mut Diagnostics) -> Option<Definition> {
    let frozen = roster.frozen.as_ref()?;
    let span = scope
        .spec
        .roster
        .as_ref()
        .and_then(|it| it.frozen.as_ref())
        .map(|it| it.span);
    let refuse = |message: String, hint: &str, found: &mut Diagnostics| {
        let diagnostic = Diagnostic::spec("bad-definition", message).hint(hint);
        found.push(match span {
            Some(span) => diagnostic.at(span),
            None => diagnostic,
        });
    };
    let hint = "freeze one anew: copy `definition.json` of a report";
    let definition = match Definition::read(&frozen.text) {
        Ok(definition) => definition,
        Err(error) => {
            let message = format!("`{}` is no definition of clusters: {error}", frozen.file);
            refuse(message, hint, found);
            return None;
        }
    };
    if definition.clusters_version != VERSION {
        let message = format!(
            "`{}` is of version {}, and this program reads version {VERSION}",
            frozen.file, definition.clusters_version
        );
        refuse(message, hint, found);
        return None;
    }
    if definition.crowds.is_empty() {
        refuse(format!("`{}` has no clusters", frozen.file), hint, found);
    }
    if definition.over != roster.over.name() {
        let message = format!(
            "`{}` was made over {}, and the roster looks back over {}",
            frozen.file,
            definition.over,
            roster.over.name()
        );
        refuse(
            message,
            "write the window that it was frozen with, or freeze one anew",
            found,
        );
    }
    let leaves = roster.leaves();
    for crowd in &definition.crowds {
        if leaves.iter().any(|it| it.id == crowd.id) && rule_of(roster, &crowd.id) != crowd.rule {
            let message = format!(
                "`{}`: the segment `{}` was made by `{}`, and is made by `{}` now",
                frozen.file,
                crowd.id,
                crowd.rule,
                rule_of(roster, &crowd.id)
            );
            refuse(
                message,
                "keep the rules that it was frozen with, or freeze one anew",
                found,
            );
        }
        let n_features = crowd.features.len();
        let is_whole = |it: &crate::analysis::definition::Cluster| it.centre.len() == n_features;
        if crowd.clusters.is_empty() || n_features == 0 || !crowd.clusters.iter().all(is_whole) {
            let message = format!(
                "`{}`: a cluster of `{}` has no centre in each feature",
                frozen.file, crowd.id
            );
            refuse(message, hint, found);
        }
        if crowd.id != ALL && leaves.iter().all(|it| it.id != crowd.id) {
            let message = format!(
                "`{}` speaks of a segment `{}` that the roster does not have",
                frozen.file, crowd.id
            );
            refuse(
                message,
                "keep the rules that it was frozen with, or freeze one anew",
                found,
            );
        }
        for scaled in &crowd.features {
            let own = roster.feature(&scaled.feature).map(|at| &roster.features[at].written);
            if own.is_some_and(|it| *it != scaled.made_of) {
                let message = format!(
                    "`{}`: the feature `{}` was `{}`, and is `{}` now",
                    frozen.file,
                    scaled.feature,
                    scaled.made_of,
                    own.map_or("", String::as_str)
                );
                refuse(
                    message,
                    "keep the features that it was frozen with, or freeze one anew",
                    found,
                );
            }
            if roster.feature(&scaled.feature).is_none() {
                let message = format!(
                    "`{}` speaks of a feature `{}` that the roster does not have",
                    frozen.file, scaled.feature
                );
                refuse(
                    message,
                    "keep the features that it was frozen with, or freeze one anew",
                    found,
                );
            }
        }
    }
    Some(definition)
}

fn features(fields: &Fields<'_>, roster: &Roster, scope: &Scope, found: &mut Diagnostics) -> Vec<usize> {
    match fields.optional("features") {
        Some(node) => {
            let names = node.texts("a feature", found);
            names.iter().filter_map(|it| scope.feature(roster, it, found)).collect()
        }
        None => (0..roster.features.len()).collect(),
    }
}

fn within(fields: &Fields<'_>, roster: &Roster, found: &mut Diagnostics) -> Vec<String> {
    let leaves: Vec<String> = roster.leaves().into_iter().map(|it| it.id).collect();
    let Some(node) = fields.optional("within") else {
        return vec![ALL.to_owned()];
    };
    let names = node.texts("a segment", found);
    match names
        .iter()
        .map(|it| it.value.as_str())
        .collect::<Vec<&str>>()
        .as_slice()
    {
        ["all"] => return vec![ALL.to_owned()],
        ["each"] if !roster.segments.is_empty() => return leaves,
        ["each"] => return vec![ALL.to_owned()],
        _ => {}
    }
    let mut crowds = Vec::new();
    for name in &names {
        // A segment that is parted stands for its parts.
        let inside = format!("{}/", name.value);
        let own: Vec<&String> = leaves
            .iter()
            .filter(|it| **it == name.value || it.starts_with(&inside))
            .collect();
        if own.is_empty() {
            let message = format!("the roster has no segment `{}`", name.value);
            let diagnostic = Diagnostic::spec("unknown-segment", message).at(name.span);
            let known = leaves.iter().map(String::as_str).chain(["all", "each"]);
            found.push(diagnostic.nearest(&name.value, known));
        }
        crowds.extend(own.into_iter().cloned());
    }
    crowds.dedup();
    crowds
}

fn method(name: &Spanned<String>, found: &mut Diagnostics) -> Option<Method> {
    let method = Method::parse(&name.value);
    if method.is_none() {
        let message = format!("there is no way of clustering `{}`", name.value);
        let diagnostic = Diagnostic::spec("unknown-method", message).at(name.span);
        found.push(diagnostic.nearest(&name.value, Method::ALL.iter().map(|it| it.name())));
    }
    method
}

fn methods(fields: &Fields<'_>, found: &mut Diagnostics) -> Vec<Method> {
    let Some(node) = fields.optional("methods") else {
        return Method::ALL.to_vec();
    };
    let names = node.texts("a method", found);
    if let [only] = names.as_slice()
        && only.value == "all"
    {
        return Method::ALL.to_vec();
    }
    let mut methods: Vec<Method> = names.iter().filter_map(|it| method(it, found)).collect();
    methods.sort_unstable();
    methods.dedup();
    methods
}

/// Reads `4`, `2-8` or `[2, 4, 8]`.
fn ks(fields: &Fields<'_>, found: &mut Diagnostics) -> Vec<usize> {
    let Some(node) = fields.optional("k") else {
        return KS.collect();
    };
    let number = |text: &str| text.trim().parse::<usize>().ok();
    let read: Option<Vec<usize>> = match &node.kind {
        Kind::Int(k) => usize::try_from(*k).ok().map(|k| vec![k]),
        Kind::List(items) => items
            .iter()
            .map(|it| match it.kind {
                Kind::Int(k) => usize::try_from(k).ok(),
                _ => None,
            })
            .collect(),
        Kind::Text(text) => text
            .split_once(['-', '–'])
            .and_then(|(low, high)| Some((number(low)?, number(high)?)))
            .map(|(low, high)| (low..=high).collect()),
        _ => None,
    };
    let read = read.filter(|ks| !ks.is_empty() && ks.iter().all(|k| (2..=MOST_CLUSTERS).contains(k)));
    if read.is_none() {
        let message = format!("`k` is a number of clusters from 2 to {MOST_CLUSTERS}");
        let hint = "write `k: 4`, `k: 2-8` or `k: [3, 5]`";
        found.push(
            Diagnostic::spec("bad-number-of-clusters", message)
                .at(node.span)
                .hint(hint),
        );
    }
    let mut ks = read.unwrap_or_default();
    ks.sort_unstable();
    ks.dedup();
    ks
}

fn by(fields: &Fields<'_>, found: &mut Diagnostics) -> Option<Method> {
    let Some(node) = fields.optional("by") else {
        return Some(Method::Kmeans);
    };
    let name = node.text("`by`", found)?;
    let by = method(&name, found)?;
    if by.finds_k() {
        let message = format!(
            "clusters of `{}` have no centres, and no definition that could be applied again",
            name.value
        );
        let hint =
            "let it stand under `methods:` as evidence, and print clusters `by: kmeans`, `gmm`, `ward` or `kmedoids`";
        found.push(Diagnostic::spec("no-definition", message).at(name.span).hint(hint));
        return None;
    }
    Some(by)
}

fn choice(written: &Spanned<String>, found: &mut Diagnostics) -> Option<Choice> {
    let choice = Choice::ALL.iter().find(|it| it.1 == written.value).map(|it| it.0);
    if choice.is_none() {
        let diagnostic = Diagnostic::spec("unknown-value", format!("`choose` cannot be `{}`", written.value));
        found.push(
            diagnostic
                .at(written.span)
                .nearest(&written.value, Choice::ALL.iter().map(|it| it.1)),
        );
    }
    choice
}

/// Reads a share: `5 %` or `0.05`.
fn min_share(fields: &Fields<'_>, found: &mut Diagnostics) -> f64 {
    let Some(node) = fields.optional("min_size") else {
        return MIN_SHARE;
    };
    let share = match &node.kind {
        Kind::Float(x) => Some(*x),
        Kind::Text(text) => text
            .trim()
            .strip_suffix('%')
            .and_then(|it| it.trim().parse::<f64>().ok())
            .map(|it| it / 100.0),
        _ => None,
    };
    let share = share.filter(|it| (0.0..0.5).contains(it));
    if share.is_none() {
        let message = "`min_size` is a share of the crowd below one half";
        found.push(
            Diagnostic::spec("bad-share", message)
                .at(node.span)
                .hint("write `min_size: 5 %`"),
        );
    }
    share.unwrap_or(MIN_SHARE)
}

fn names(
    fields: &Fields<'_>,
    roster: &Roster,
    features: &[usize],
    scope: &Scope,
    found: &mut Diagnostics,
) -> Vec<NameRule> {
    let Some(node) = fields.optional("names") else {
        return Vec::new();
    };
    let mut rules = Vec::new();
    for (name, node) in node.entries("`names` of `clusters`", found) {
        let Some(text) = node.text(&format!("the rule of `{}`", name.value), found) else {
            continue;
        };
        let words: Vec<&str> = text.value.split_whitespace().collect();
        let of = match words.as_slice() {
            [end @ ("highest" | "lowest"), feature] => {
                let written = Spanned::new((*feature).to_owned(), text.span);
                let Some(at) = scope.feature(roster, &written, found) else {
                    continue;
                };
                let Some(place) = features.iter().position(|it| *it == at) else {
                    let message = format!("clusters are not made of `{feature}`, and cannot be named by it");
                    found.push(Diagnostic::spec("not-clustered", message).at(text.span));
                    continue;
                };
                if *end == "highest" {
                    Named::Highest(place)
                } else {
                    Named::Lowest(place)
                }
            }
            [number] if number.parse::<usize>().is_ok_and(|it| 0 < it && it <= MOST_CLUSTERS) => {
                Named::Number(number.parse::<usize>().map_or(0, |it| it - 1))
            }
            _ => {
                let message = format!("`{}` does not say which cluster is meant", text.value);
                let hint = format!(
                    "write `{}: highest spend`, `lowest spend`, or its number by size: `1`",
                    name.value
                );
                found.push(Diagnostic::spec("bad-cluster-name", message).at(text.span).hint(hint));
                continue;
            }
        };
        rules.push(NameRule {
            name: name.value.clone(),
            of,
        });
    }
    rules
}

fn map(written: &Spanned<String>, found: &mut Diagnostics) -> Option<Map> {
    let known = [
        ("pca", Map::Pca),
        ("tsne", Map::Tsne),
        ("tree", Map::Tree),
        ("none", Map::None),
    ];
    let map = known.iter().find(|it| it.0 == written.value).map(|it| it.1);
    if map.is_none() {
        let diagnostic = Diagnostic::spec("unknown-value", format!("`map` cannot be `{}`", written.value));
        found.push(
            diagnostic
                .at(written.span)
                .nearest(&written.value, known.iter().map(|it| it.0)),
        );
    }
    map
}
