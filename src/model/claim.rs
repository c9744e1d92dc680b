//! Claims as written: a figure of customers, a comparison, and what the figure is held against.
//!
//! An author writes down what is believed before the data are looked at. A claim must not know whether it is true.

use super::diagnostic::Spanned;
use super::expr::Expr;
use super::expr::Op;
use super::field::Field;
use super::field::Form;
use serde::Serialize;

/// Claims in a spec: each an expression, or a map; an expression stands for a list of one, a map does not.
pub const FORM: Form = Form::Either(&[
    Form::Items(&Form::Either(&[Form::Expression, Form::Map("claim", KEYS)])),
    Form::Expression,
]);

/// What a claim may say.
pub const KEYS: &[Field] = &[
    Field::must(
        "claim",
        Form::Expression,
        "What is claimed: `share(spend, where cluster = Core) > 10 %`, `mean(visits) >= 4`.",
    ),
    Field::may(
        "because",
        Form::Text,
        "Why it is thought to be so; printed beside the answer.",
    ),
];

/// One claim as written.
#[derive(Debug, Clone, Serialize)]
pub struct ClaimSpec {
    /// Its text, on one line.
    pub written: Spanned<String>,
    /// Why it matters. Default: nothing is said.
    pub because: Option<String>,
    /// The figure that is claimed to be large or small.
    pub left: FigureSpec,
    /// `>`, `>=`, `<` or `<=`.
    pub op: Op,
    /// What it is held against.
    pub right: Spanned<AgainstSpec>,
}

impl ClaimSpec {
    /// Lists the conditions of both sides.
    pub fn conditions(&self) -> impl Iterator<Item = &ConditionSpec> {
        let right = match &self.right.value {
            AgainstSpec::Figure(figure) => figure.condition.as_ref(),
            AgainstSpec::Number(_) | AgainstSpec::Percentage(_) => None,
        };
        self.left.condition.iter().chain(right)
    }
}

/// What a figure is held against, as written.
#[derive(Debug, Clone, Serialize)]
pub enum AgainstSpec {
    /// A number, in the figure's unit.
    Number(f64),
    /// A percentage, as a share: 0.1 for `10 %`.
    Percentage(f64),
    /// Another figure.
    Figure(FigureSpec),
}

/// A figure as written: `mean(visits, where age = '65+')`.
#[derive(Debug, Clone, Serialize)]
pub struct FigureSpec {
    /// What is computed.
    pub statistic: Spanned<Statistic>,
    /// The features that it is computed of; for a share or a count of customers empty.
    pub features: Vec<Spanned<String>>,
    /// Whose figures count. Default: those of all customers.
    pub condition: Option<ConditionSpec>,
}

/// A condition on customers as written.
#[derive(Debug, Clone, Serialize)]
pub struct ConditionSpec {
    /// The condition, typed.
    pub expr: Spanned<Expr>,
    /// Names that stand beside `segment` or `cluster` in it, in order.
    pub names: Vec<(Group, Spanned<String>)>,
}

/// What is computed of customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    /// What part of customers, or of a feature's sum over all, a crowd is.
    Share,
    /// A feature's mean.
    Mean,
    /// A feature's median.
    Median,
    /// A feature's sum.
    Total,
    /// Pearson's correlation of two features.
    Correlation,
    /// How many customers.
    Count,
}

impl Statistic {
    /// All, in the order in which they are listed.
    pub const ALL: [Statistic; 6] = [
        Statistic::Share,
        Statistic::Mean,
        Statistic::Median,
        Statistic::Total,
        Statistic::Correlation,
        Statistic::Count,
    ];

    /// Its name in a claim.
    pub fn name(self) -> &'static str {
        match self {
            Statistic::Share => "share",
            Statistic::Mean => "mean",
            Statistic::Median => "median",
            Statistic::Total => "total",
            Statistic::Correlation => "correlation",
            Statistic::Count => "count",
        }
    }
}

/// A name of a condition that no feature and no dimension has: what group a customer is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// A segment by the roster's rules.
    Segment,
    /// A cluster of `clusters`.
    Cluster,
}

impl Group {
    /// Both.
    pub const ALL: [Group; 2] = [Group::Segment, Group::Cluster];

    /// Its name in a condition.
    pub fn name(self) -> &'static str {
        match self {
            Group::Segment => "segment",
            Group::Cluster => "cluster",
        }
    }

    /// Reads the name; `None` for any other.
    pub fn parse(name: &str) -> Option<Self> {
        Group::ALL.into_iter().find(|it| it.name() == name)
    }
}
