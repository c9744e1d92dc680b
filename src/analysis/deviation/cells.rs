//! The small charts in the ranking's cells: a dot on the σ axis, a spark, the parts of a change, a swarm for the rest.
//!
//! A row is read at a glance where its figures are drawn on one scale. It must not know in which order rows stand.

use super::telling::band_series;
use super::telling::number;
use crate::analysis::Tell;
use crate::analysis::subjects;
use crate::model::memo::Chart;
use crate::model::memo::Drawing;
use crate::model::memo::Tick;
use crate::model::plan::Metric;
use crate::say;
use crate::words::text;

/// Periods in a sparkline of the ranking.
const SPARK_PERIODS: usize = 24;
/// The σ axis reaches at least this far, so that noise does not look large.
const LEAST_LIMIT: f64 = 4.0;
/// The σ axis reaches no further: one wild dot must not flatten the others.
const MOST_LIMIT: f64 = 12.0;

/// The σ axis that all rows share.
pub(super) struct Axis {
    /// The smallest CII that would be named: the edge of the shaded zone.
    chance: f64,
    /// How far the axis reaches to either side.
    limit: f64,
}

impl Axis {
    /// Returns the axis that holds the CII of every ranked category by `metric`, as far as it should reach.
    pub(super) fn new(tell: &Tell, metric: &Metric) -> Self {
        let chance = tell
            .facts
            .number(&format!("deviation/metrics/{}/chance", text::slug(&metric.name)))
            .unwrap_or(0.0);
        let furthest = tell
            .facts
            .list("deviation/ranking")
            .iter()
            .filter_map(|slug| number(tell, slug, metric, "cii"))
            .fold(chance, |most: f64, x| most.max(x.abs()));
        // The zone's edge is always inside the axis, or a shaded axis would seem to have none.
        let least = LEAST_LIMIT.max(chance * 1.2);
        Self {
            chance,
            limit: furthest.min(MOST_LIMIT).max(least).ceil(),
        }
    }

    /// Draws its scale, for the column's head.
    pub(super) fn scale(&self, tell: &Tell) -> Chart {
        let limit = self.limit;
        // A label at the very end would be pushed off its place.
        let labelled = (limit / 2.0).floor();
        let tick = |at: f64| Tick {
            at,
            label: if at == 0.0 {
                "0".into()
            } else {
                format!("{}σ", tell.words.signed(at, 0))
            },
        };
        Chart {
            id: "sigma-axis".into(),
            title: say!(tell.words, "deviation-axis-title"),
            description: say!(tell.words, "deviation-axis-alt", limit = tell.words.fixed(limit, 0)),
            width: 78.0,
            height: 20.0,
            drawing: Drawing::SigmaAxis {
                chance: self.chance,
                limit,
                ticks: [-labelled, 0.0, labelled].map(tick).to_vec(),
            },
        }
    }
}

/// Draws where a category stands on the σ axis.
pub(super) fn dot(tell: &Tell, slug: &str, label: &str, at: f64, axis: &Axis) -> Chart {
    Chart {
        id: format!("dot-{slug}"),
        title: format!("{label}, σ"),
        description: say!(
            tell.words,
            "deviation-dot-alt",
            label = label,
            sigma = tell.words.sigma(at),
            inside = at.abs() < axis.chance
        ),
        width: 78.0,
        height: 26.0,
        drawing: Drawing::RankedDot {
            at,
            chance: axis.chance,
            limit: axis.limit,
        },
    }
}

/// Draws the last periods of a category over the band of its projections.
pub(super) fn spark(tell: &Tell, metric: &Metric, slug: &str, label: &str) -> Chart {
    let (actual, projected) = band_series(tell, metric, slug);
    let from = actual.len().saturating_sub(SPARK_PERIODS);
    let cii = number(tell, slug, metric, "cii").unwrap_or(0.0);
    Chart {
        id: format!("spark-{slug}"),
        title: say!(
            tell.words,
            "deviation-spark-title",
            label = label,
            n = n_spark(tell),
            grain = tell.plan.periods.grain.noun()
        ),
        description: say!(
            tell.words,
            "deviation-spark-alt",
            label = label,
            sigma = tell.words.sigma(cii)
        ),
        width: 76.0,
        height: 28.0,
        drawing: Drawing::Spark {
            actual: actual[from..].to_vec(),
            projected: projected[from..].to_vec(),
        },
    }
}

/// Draws the parts of a category's change on the scale that all rows share.
pub(super) fn split_bars(
    tell: &Tell,
    slug: &str,
    label: &str,
    (behavioural, structural): (f64, f64),
    range: [f64; 2],
) -> Chart {
    let [behavioural_label, structural_label] = [behavioural, structural].map(|x| tell.words.signed(x, 1));
    Chart {
        id: format!("split-{slug}"),
        title: say!(tell.words, "deviation-split-title", label = label),
        description: say!(
            tell.words,
            "deviation-split-alt",
            label = label,
            behavioural = behavioural_label,
            structural = structural_label
        ),
        width: 92.0,
        height: 28.0,
        drawing: Drawing::SplitBars {
            behavioural,
            behavioural_label,
            structural,
            structural_label,
            range,
        },
    }
}

/// Returns how many periods a spark shows.
pub(super) fn n_spark(tell: &Tell) -> usize {
    tell.plan.periods.history.len().saturating_add(1).min(SPARK_PERIODS)
}

/// Draws the categories of the last row as a dot each; `noun` is theirs, in their number.
pub(super) fn swarm(tell: &Tell, metric: &Metric, rest: &[String], noun: &str, axis: &Axis) -> Chart {
    let n = rest.len();
    let (names, at): (Vec<String>, Vec<f64>) = rest
        .iter()
        .filter_map(|slug| {
            Some((
                subjects::label(tell.facts, slug).to_owned(),
                number(tell, slug, metric, "cii")?,
            ))
        })
        .unzip();
    Chart {
        id: "swarm".into(),
        title: say!(tell.words, "deviation-swarm-title", n = n, noun = noun),
        description: say!(tell.words, "deviation-swarm-alt", n = n, noun = noun),
        width: 78.0,
        height: 34.0,
        drawing: Drawing::Swarm {
            at,
            names,
            chance: axis.chance,
            limit: axis.limit,
        },
    }
}
