//! Whose figures count: conditions of claims, decided customer by customer.
//!
//! Segments and clusters are named in several ways, which become their ids here. It must not know what is computed of
//! whom.

use super::kept::Rows;
use crate::analysis::Run;
use crate::analysis::definition::Definition;
use crate::analysis::definition::NOBODY;
use crate::analysis::kept;
use crate::analysis::profile::Grouping;
use crate::analysis::profile::Of;
use crate::analysis::roster::declared;
use crate::model::evaluate::Scalar;
use crate::model::evaluate::holds;
use crate::model::expr::Expr;
use crate::model::expr::Literal;
use crate::model::expr::Op;
use crate::model::panel::Dimension;
use crate::model::roster::CustomerTable;
use crate::model::roster::Leaf;
use crate::model::roster::REST;
use crate::stats::disclosure;

/// Names of a condition that say what group a customer is in.
pub(super) const SEGMENT: &str = "segment";
/// See [`SEGMENT`].
pub(super) const CLUSTER: &str = "cluster";

/// Names that are listed where one is not known.
const MOST_LISTED: usize = 12;

/// Customers with all that a condition can ask of them.
pub(super) struct Crowds<'a> {
    run: &'a Run<'a>,
    table: &'a CustomerTable,
    leaves: Vec<Leaf>,
    /// Ids of clusters, with the names that each goes by.
    clusters: Vec<(String, Vec<String>)>,
    /// The cluster of each row; [`NOBODY`] for one of none.
    placed: Vec<u32>,
}

/// A name that the data do not have, and what they have instead.
pub(super) struct Missing {
    /// "there is no cluster `Coer`".
    pub message: String,
    /// "the clusters are `Core` and `Few visits`".
    pub hint: String,
}

impl<'a> Crowds<'a> {
    pub(super) fn new(run: &'a Run<'a>, table: &'a CustomerTable) -> Self {
        let roster = declared(run.plan);
        let definition = Definition::of(run.facts);
        let (mut clusters, mut placed) = (Vec::new(), vec![NOBODY; table.n_rows()]);
        if let Some(definition) = definition {
            placed = definition.place(roster, table).cluster;
            let names = definition.names().into_iter().zip(definition.all());
            for (id, (name, (_, cluster))) in definition.ids().into_iter().zip(names) {
                clusters.push((id.clone(), vec![name, cluster.name.clone(), id]));
            }
        }
        Self {
            run,
            table,
            leaves: roster.leaves(),
            clusters,
            placed,
        }
    }

    /// Returns how many customers there are.
    pub(super) fn n_rows(&self) -> usize {
        self.table.n_rows()
    }

    /// Lists the groups that other analyses may tell: segments, clusters and levels of attributes; and whether each is kept.
    pub(super) fn told(&self) -> Vec<(Rows, bool)> {
        let of = |is_in: &dyn Fn(usize) -> bool| -> Rows {
            (0..)
                .zip(0..self.n_rows())
                .filter(|it| is_in(it.1))
                .map(|it| it.0)
                .collect()
        };
        let mut told = Vec::new();
        for (segment, is_kept) in kept::segments(self.run).into_iter().enumerate() {
            told.push((of(&|row| usize::from(self.table.segment[row]) == segment), is_kept));
        }
        if let Some(grouping) = Grouping::new(Of::Clusters, self.run.plan, self.run.facts) {
            let of_clusters = kept::groups(self.run, &grouping, self.table);
            for (cluster, is_kept) in of_clusters.into_iter().take(grouping.ids.len()).enumerate() {
                told.push((of(&|row| self.placed[row] as usize == cluster), is_kept));
            }
        }
        for dimension in &self.run.panel.attributes.dimensions {
            let level_of = |row: usize| usize::from(dimension.codes[self.table.customer[row] as usize]);
            let levels: Vec<Rows> = (0..dimension.levels.len())
                .map(|it| of(&|row| level_of(row) == it))
                .collect();
            let people: Vec<Vec<u64>> = levels.iter().map(|it| vec![it.len() as u64]).collect();
            told.extend(
                levels
                    .into_iter()
                    .zip(disclosure::groups_left_out(&people, self.min_cell())),
            );
        }
        told
    }

    /// Returns the fewest customers that a figure may be about.
    pub(super) fn min_cell(&self) -> u64 {
        self.run.plan.min_cell
    }

    /// Returns the fewest customers of whom something typical is said.
    pub(super) fn least(&self) -> u64 {
        self.run.least()
    }

    /// Returns the rows for which a condition holds, upwards; all where there is none.
    pub(super) fn rows(&self, condition: Option<&Expr>) -> Result<Vec<u32>, Missing> {
        let n_rows = u32::try_from(self.table.n_rows()).expect("fewer than 2^32 customers");
        let Some(condition) = condition else {
            return Ok((0..n_rows).collect());
        };
        let mut missing = Vec::new();
        let condition = self.by_ids(condition, &mut missing);
        if !missing.is_empty() {
            return Err(missing.remove(0));
        }
        let is_in = |row: &u32| holds(&condition, &|name: &str| self.look(name, *row as usize));
        Ok((0..n_rows).filter(is_in).collect())
    }

    fn look(&self, name: &str, row: usize) -> Scalar<'_> {
        let text = |it: &'a str| Scalar::Text(it.into());
        match name {
            SEGMENT => return Scalar::Text(self.leaves[usize::from(self.table.segment[row])].id.as_str().into()),
            CLUSTER => {
                let cluster = self.clusters.get(self.placed[row] as usize);
                return cluster.map_or(Scalar::Null, |it| Scalar::Text(it.0.as_str().into()));
            }
            _ => {}
        }
        if let Some(at) = declared(self.run.plan).feature(name) {
            return Scalar::number(self.table.features[at][row]);
        }
        self.dimension(name).map_or(Scalar::Null, |dimension| {
            let code = dimension.codes[self.table.customer[row] as usize];
            text(dimension.levels[usize::from(code)].as_str())
        })
    }

    fn dimension(&self, name: &str) -> Option<&'a Dimension> {
        if declared(self.run.plan).feature(name).is_some() {
            return None;
        }
        let at = self.run.plan.segments.iter().position(|it| it.name == name)?;
        self.run.panel.attributes.dimensions.get(at)
    }

    /// Returns the same condition with groups by their ids; names that are not known go to `missing`.
    fn by_ids(&self, condition: &Expr, missing: &mut Vec<Missing>) -> Expr {
        let column = |it: &Expr| match it {
            Expr::Column(name) => Some(name.clone()),
            _ => None,
        };
        let (of, names, negated) = match condition {
            Expr::Binary(op @ (Op::Eq | Op::Ne), left, right) => {
                let (of, literal) = match (column(left), column(right)) {
                    (Some(of), None) => (of, right),
                    (None, Some(of)) => (of, left),
                    _ => return condition.with_parts(|it| self.by_ids(it, missing)),
                };
                match literal.as_ref() {
                    Expr::Literal(Literal::Text(name)) => (of, vec![name.clone()], *op == Op::Ne),
                    _ => return condition.with_parts(|it| self.by_ids(it, missing)),
                }
            }
            Expr::In { of, list, negated } => {
                let names = list.iter().filter_map(|it| match it {
                    Literal::Text(name) => Some(name.clone()),
                    _ => None,
                });
                match column(of) {
                    Some(of) => (of, names.collect(), *negated),
                    None => return condition.with_parts(|it| self.by_ids(it, missing)),
                }
            }
            other => return other.with_parts(|it| self.by_ids(it, missing)),
        };
        let ids: Option<Vec<String>> = match of.as_str() {
            SEGMENT => Some(self.named(&of, &names, &self.segments(), missing)),
            CLUSTER => Some(self.named(&of, &names, &self.clusters, missing)),
            _ => {
                if let Some(dimension) = self.dimension(&of) {
                    let levels = dimension.levels.iter().map(|it| (it.clone(), vec![it.clone()]));
                    let exact: Vec<(String, Vec<String>)> = levels.collect();
                    for name in names.iter().filter(|it| !dimension.levels.contains(it)) {
                        missing.push(Missing::new(&of, name, &exact));
                    }
                }
                None
            }
        };
        ids.map_or_else(
            || condition.clone(),
            |ids| Expr::In {
                of: Box::new(Expr::Column(of)),
                list: ids.into_iter().map(Literal::Text).collect(),
                negated,
            },
        )
    }

    /// Segments with the names that each goes by.
    fn segments(&self) -> Vec<(String, Vec<String>)> {
        let named = |leaf: &Leaf| (leaf.id.clone(), vec![leaf.label.clone(), leaf.id.clone()]);
        self.leaves.iter().map(named).collect()
    }

    /// Returns the ids of all groups that go by one of the names.
    fn named(
        &self,
        of: &str,
        names: &[String],
        known: &[(String, Vec<String>)],
        missing: &mut Vec<Missing>,
    ) -> Vec<String> {
        let mut ids = Vec::new();
        for name in names {
            let is_named = |(id, aliases): &&(String, Vec<String>)| {
                let leaf = self.leaves.iter().find(|it| of == SEGMENT && it.id == *id);
                leaf.map_or_else(
                    || aliases.iter().any(|it| same(it, name)),
                    |leaf| names_leaf(name, leaf),
                )
            };
            let own: Vec<String> = known.iter().filter(is_named).map(|it| it.0.clone()).collect();
            if own.is_empty() {
                missing.push(Missing::new(of, name, known));
            }
            ids.extend(own);
        }
        ids
    }
}

impl Missing {
    fn new(of: &str, name: &str, known: &[(String, Vec<String>)]) -> Self {
        let names: Vec<String> = known.iter().map(|it| format!("`{}`", it.1[0])).collect();
        let hint = if names.len() <= MOST_LISTED {
            format!("known here: {}", names.join(", "))
        } else {
            String::new()
        };
        let message = match of {
            SEGMENT | CLUSTER => format!("there is no {of} `{name}`"),
            _ => format!("nobody’s `{of}` is `{name}`"),
        };
        Self { message, hint }
    }
}

/// Tells whether a name in a claim means a segment: its id, the last part of it, what it is part of, or its label.
pub(super) fn names_leaf(name: &str, leaf: &Leaf) -> bool {
    let inside = leaf
        .id
        .get(..name.len())
        .is_some_and(|it| same(it, name) && leaf.id[name.len()..].starts_with('/'));
    let last = leaf.id.rsplit('/').next().unwrap_or("");
    inside || same(&leaf.id, name) || same(&leaf.label, name) || (last != REST && same(last, name))
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_goes_by_its_id_its_parent_and_its_label() {
        let leaf = Leaf {
            id: "regular/large".into(),
            label: "Large regulars".into(),
            written: String::new(),
        };
        for name in ["regular/large", "Regular", "large", "large REGULARS"] {
            assert!(names_leaf(name, &leaf), "{name}");
        }
        for name in ["reg", "regular/", "rest", ""] {
            assert!(!names_leaf(name, &leaf), "{name}");
        }
    }
}
