//! Claims checked against the roster: names, units, and what can be compared with what.
//!
//! Conditions are checked by `resolve`, as those of the roster's rules are. It must not know what the data say.

use super::Against;
use super::Claim;
use super::Figure;
use super::NAME;
use super::crowd::CLUSTER;
use super::crowd::SEGMENT;
use super::crowd::names_leaf;
use crate::analysis::Scope;
use crate::model::claim::AgainstSpec;
use crate::model::claim::ClaimSpec;
use crate::model::claim::ConditionSpec;
use crate::model::claim::FigureSpec;
use crate::model::claim::Group;
use crate::model::claim::Statistic;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::diagnostic::nearest;
use crate::model::expr::Expr;
use crate::model::expr::Literal;
use crate::model::expr::Op;
use crate::model::node::Kind;
use crate::model::node::Node;
use crate::model::roster::Roster;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::words::Words;

/// The most claims: the smallest p-value of all draws, twenty times over, is still below the level.
const MOST_CLAIMS: usize = 20;

/// What customers are counted in.
const CUSTOMER: &str = "customer";

/// Looks up all claims; `None` where something is wrong, which is told.
pub(super) fn claims(options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Vec<Claim>> {
    let n_wrong = found.0.len();
    let written = scope.spec.memo.iter().find(|it| it.name.value == NAME);
    let written = written.map(|it| it.claims.as_slice()).unwrap_or_default();
    let is_empty = match &options.kind {
        Kind::List(items) => items.is_empty(),
        Kind::Map(entries) => entries.is_empty(),
        Kind::Null => true,
        _ => false,
    };
    if is_empty {
        let hint = "each claim begins a line of its own: `- claim: mean(visits) > 4`";
        let diagnostic = Diagnostic::spec("empty-part", format!("`{NAME}` has nothing in it"));
        found.push(diagnostic.at(options.span).hint(hint));
    }
    let roster = scope.roster(NAME, options.span, found)?;
    if let Some(first) = written.get(MOST_CLAIMS) {
        let message = format!(
            "`{NAME}` tests at most {MOST_CLAIMS} claims, and here are {}",
            written.len()
        );
        let hint = "the more is tested, the less can be shown: leave out what nobody would act on";
        let diagnostic = Diagnostic::spec("too-many-claims", message);
        found.push(diagnostic.at(first.written.span).hint(hint));
    }
    for (at, claim) in written.iter().enumerate() {
        let text = &claim.written.value;
        if written[..at].iter().any(|it| it.written.value == *text) {
            let message = format!("the claim `{text}` stands twice");
            found.push(Diagnostic::spec("repeated-claim", message).at(claim.written.span));
        }
    }
    let checked = Checked { scope, roster };
    let claims: Vec<Claim> = written.iter().filter_map(|it| checked.claim(it, found)).collect();
    (found.0.len() == n_wrong).then_some(claims)
}

/// What claims are checked against.
struct Checked<'a> {
    scope: &'a Scope<'a>,
    roster: &'a Roster,
}

impl Checked<'_> {
    fn claim(&self, written: &ClaimSpec, found: &mut Diagnostics) -> Option<Claim> {
        let left = self.figure(&written.left, found);
        let right = match &written.right.value {
            AgainstSpec::Figure(figure) => self.figure(figure, found).map(Against::Figure),
            AgainstSpec::Number(x) | AgainstSpec::Percentage(x) => Some(Against::Number(*x)),
        };
        let (left, right) = (left?, right?);
        match (&written.right.value, &right) {
            (_, Against::Figure(right)) => figures_compare(&left, right, written.right.span, found),
            (AgainstSpec::Percentage(_), _) => percentage_compares(&left, written.right.span, found),
            _ => {}
        }
        if let Against::Number(x) = &right {
            // Ten, where a share is compared, is meant to be ten per cent.
            let lacks_sign = matches!(written.right.value, AgainstSpec::Number(_)) && (1.0..=100.0).contains(x);
            number_compares(&left, *x, lacks_sign, written.right.span, found);
        }
        Some(Claim {
            written: written.written.value.clone(),
            because: written.because.clone(),
            left,
            op: written.op,
            right,
        })
    }

    fn figure(&self, written: &FigureSpec, found: &mut Diagnostics) -> Option<Figure> {
        let statistic = written.statistic.value;
        let features: Vec<Option<usize>> = written
            .features
            .iter()
            .map(|it| self.scope.feature(self.roster, it, found))
            .collect();
        if let Some(condition) = &written.condition {
            self.condition(condition, found);
        }
        let features: Vec<usize> = features.into_iter().collect::<Option<_>>()?;
        for (at, name) in features.iter().zip(&written.features) {
            let adds = matches!(statistic, Statistic::Share | Statistic::Total);
            if adds && !self.roster.features[*at].adds_up {
                let message = format!("`{}` does not add up over customers", name.value);
                let hint = format!("ask for `mean({0})` or `median({0})`", name.value);
                found.push(Diagnostic::spec("not-additive", message).at(name.span).hint(hint));
                return None;
            }
        }
        let of = features.first().map(|at| self.roster.features[*at].unit.clone());
        Some(Figure {
            statistic,
            unit: unit(statistic, of.unwrap_or_default()),
            features,
            condition: written.condition.as_ref().map(|it| it.expr.value.clone()),
        })
    }

    fn condition(&self, written: &ConditionSpec, found: &mut Diagnostics) {
        let expr = &written.expr;
        if expr.value.columns().iter().any(|it| it == CLUSTER)
            && self.scope.spec.memo.iter().all(|it| it.name.value != "clusters")
        {
            let message = "the claim tells of clusters, and the memo has none";
            let hint = "add `- clusters: {}` to the memo";
            let at = self.scope.spec.place(CLUSTER, expr.span);
            found.push(Diagnostic::spec("no-clusters", message).at(at).hint(hint));
        }
        let leaves = self.roster.leaves();
        for (group, name) in &written.names {
            let is_unread = self.scope.spec.unread.contains(&name.value);
            if *group == Group::Segment && !is_unread && !leaves.iter().any(|it| names_leaf(&name.value, it)) {
                let message = format!("the roster has no segment `{}`", name.value);
                let known = leaves.iter().flat_map(|it| [it.id.as_str(), it.label.as_str()]);
                let diagnostic = Diagnostic::spec("unknown-segment", message).at(name.span);
                found.push(diagnostic.nearest(&name.value, known));
            }
        }
        let clusters = named_clusters(self.scope);
        for (_, name) in written.names.iter().filter(|it| it.0 == Group::Cluster) {
            // Clusters may have names that only the data give: what is near a written one is a slip.
            let last = name.value.rsplit('/').next().unwrap_or("").trim();
            // Capitals do not count, as when a claim is answered.
            let is_other = |it: &&str| it.to_lowercase() != last.to_lowercase();
            if let Some(meant) = nearest(last, &clusters).filter(is_other) {
                let message = format!("no cluster is named `{last}`");
                let diagnostic = Diagnostic::spec("unknown-cluster", message).at(name.span);
                found.push(diagnostic.hint(format!("did you mean `{meant}`?")));
            }
        }
        for name in [SEGMENT, CLUSTER] {
            if is_more_than_compared(&expr.value, name) {
                let message = format!("`{name}` can only be compared with names");
                let hint = format!("write `{name} = x`, `{name} <> x` or `{name} in (x, y)`");
                let at = self.scope.spec.place(name, expr.span);
                found.push(Diagnostic::spec("bad-claim", message).at(at).hint(hint));
            }
        }
    }
}

/// Returns the unit of a figure of a feature with the unit `of`.
fn unit(statistic: Statistic, of: Unit) -> Unit {
    match statistic {
        Statistic::Share => Unit::total(Quantity::Share),
        Statistic::Count => Unit::count(CUSTOMER),
        Statistic::Correlation => Unit::default(),
        Statistic::Total => of,
        Statistic::Mean | Statistic::Median => match of.of {
            // What is typical of a customer has parts of a visit; a sum over all has not.
            Quantity::Money(_) | Quantity::Count(_) if of.per.is_none() => Unit {
                per: Some(CUSTOMER.to_owned()),
                ..of
            },
            _ => of,
        },
    }
}

fn incomparable(message: String, hint: String, at: Span, found: &mut Diagnostics) {
    found.push(Diagnostic::spec("incomparable-figures", message).at(at).hint(hint));
}

fn figures_compare(left: &Figure, right: &Figure, at: Span, found: &mut Diagnostics) {
    if left.unit.of != right.unit.of || left.statistic == Statistic::Correlation && right.statistic != left.statistic {
        let message = format!("{} is compared with {}", shown(left), shown(right));
        let hint = "both sides of a claim are figures of one unit";
        incomparable(message, hint.to_owned(), at, found);
    }
}

fn percentage_compares(left: &Figure, at: Span, found: &mut Diagnostics) {
    if matches!(left.unit.of, Quantity::Money(_) | Quantity::Count(_)) {
        let message = format!("{} is compared with a percentage", shown(left));
        let hint = match left.statistic {
            Statistic::Count => "`share(customers, where …)` is compared with a percentage",
            _ => "write a number, or ask for a share: `share(x, where …) > 10 %`",
        };
        incomparable(message, hint.to_owned(), at, found);
    }
}

fn number_compares(left: &Figure, x: f64, lacks_sign: bool, at: Span, found: &mut Diagnostics) {
    if left.statistic == Statistic::Share && !(0.0..=1.0).contains(&x) {
        let message = "a share is compared with a number that is not between 0 and 1".to_owned();
        let hint = if lacks_sign {
            format!("per cent are written with their sign: `{x} %`")
        } else {
            "shares lie from `0 %` to `100 %`".to_owned()
        };
        incomparable(message, hint, at, found);
    }
    if left.statistic == Statistic::Correlation && 1.0 <= x.abs() {
        let message = "a correlation is compared with a number that is not between −1 and 1".to_owned();
        incomparable(
            message,
            "for example `correlation(visits, spend) > 0.5`".to_owned(),
            at,
            found,
        );
    }
}

/// Names a figure with its unit in a message.
fn shown(figure: &Figure) -> String {
    let name = figure.statistic.name();
    match (&figure.unit.of, figure.statistic) {
        (Quantity::Share, Statistic::Share) => "a share".to_owned(),
        (_, Statistic::Count) => "a number of customers".to_owned(),
        (_, Statistic::Correlation) => "a correlation".to_owned(),
        (Quantity::One, _) => format!("a {name} without a unit"),
        (of, _) => format!("a {name} in {}", Words::english().head(&Unit::total(of.clone()))),
    }
}

/// Tells whether a name of a group stands anywhere but beside its names: in a `like`, or in a function.
fn is_more_than_compared(expr: &Expr, group: &str) -> bool {
    let is_group = |it: &Expr| matches!(it, Expr::Column(name) if name == group);
    let is_text = |it: &Expr| matches!(it, Expr::Literal(Literal::Text(_)));
    match expr {
        Expr::Binary(Op::Eq | Op::Ne, left, right)
            if is_group(left) && is_text(right) || is_group(right) && is_text(left) =>
        {
            false
        }
        Expr::In { of, .. } | Expr::IsNull { of, .. } if is_group(of) => false,
        it if is_group(it) => true,
        it => {
            let mut is_more = false;
            it.with_parts(|part| {
                is_more |= is_more_than_compared(part, group);
                part.clone()
            });
            is_more
        }
    }
}

/// Lists the names that the memo gives to clusters.
fn named_clusters<'a>(scope: &Scope<'a>) -> Vec<&'a str> {
    let clusters = scope.spec.memo.iter().find(|it| it.name.value == "clusters");
    let Some(Kind::Map(options)) = clusters.map(|it| &it.options.kind) else {
        return Vec::new();
    };
    match options.iter().find(|it| it.0.value == "names").map(|it| &it.1.kind) {
        Some(Kind::Map(names)) => names.iter().map(|it| it.0.value.as_str()).collect(),
        _ => Vec::new(),
    }
}
