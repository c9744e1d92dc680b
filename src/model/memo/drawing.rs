//! Charts: what each shows in words, and where its ink goes.
//!
//! Numbers here are places on an axis; all that is printed is text. It must not know how a mark is drawn.

use super::Tone;
use crate::model::unit::Unit;
use serde::Serialize;

/// A chart: what it shows, in words and as ink.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chart {
    /// Unique in the memo; only `a-z0-9-`; prefixes every id inside the SVG.
    pub id: String,
    /// A short name.
    pub title: String,
    /// Alt text, written from the data.
    pub description: String,
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
    /// What is drawn.
    pub drawing: Drawing,
}

/// A tick of an axis: where, and its label (may be empty).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tick {
    /// In the axis' own unit.
    pub at: f64,
    /// Final text.
    pub label: String,
}

/// A dated note on the periods' axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mark {
    /// Index of the first period that it touches.
    pub from: f64,
    /// Index of the last; the same for most.
    pub until: f64,
    /// Final text.
    pub label: String,
}

/// A projection for one period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Band {
    /// Lower end of the 80 % band.
    pub low: f64,
    /// Median.
    pub mid: f64,
    /// Upper end of the 80 % band.
    pub high: f64,
}

/// What is drawn; the grammar of each is in the design notes of `chart`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Drawing {
    /// Actual line, dashed projection with its 80 % band, target emphasised and its difference labelled.
    LineBand {
        /// One a period, ascending; the last is the target.
        actual: Vec<Option<f64>>,
        /// Same length; none where there is no projection.
        projected: Vec<Option<Band>>,
        /// Tooltip text, one a period ("October 2026: $147.04, projected $182.50").
        tips: Vec<String>,
        /// Ticks of the periods' axis, by index; the last is the target, set semibold.
        x_ticks: Vec<Tick>,
        /// Ticks of the value axis; the unit on the top one.
        y_ticks: Vec<Tick>,
        /// Lower and upper end of the value axis.
        y_range: [f64; 2],
        /// Beside the hollow dot: "$182.50 projected".
        projected_label: String,
        /// Below it: "80 % band 177–189".
        band_label: String,
        /// Between the dots: "−$35.46, −19.4 %".
        difference_label: String,
        /// Beside the filled dot: "$147.04 actual".
        actual_label: String,
        /// The note with a leader to the band: "Band: projected one month ahead, 80 % interval".
        band_note: String,
        /// The direct label of the actual line: "Actual".
        line_label: String,
        /// Dated notes, ascending; may be empty.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        marks: Vec<Mark>,
    },
    /// A word-sized line: actual over its projection's band, end dot, no axis, own scale.
    Spark {
        /// One a period, ascending.
        actual: Vec<Option<f64>>,
        /// Same length, or empty for a plain line.
        projected: Vec<Option<Band>>,
    },
    /// One dot on a stem from zero, with the zone of chance shaded.
    RankedDot {
        /// Its place, in σ.
        at: f64,
        /// Half-width of the shaded zone, in σ.
        chance: f64,
        /// The axis runs from −limit to +limit; a dot beyond stands at the end with an open arrowhead-free break mark.
        limit: f64,
    },
    /// The σ axis that stands in the head of the ranked dots.
    SigmaAxis {
        /// Half-width of the shaded zone, in σ.
        chance: f64,
        /// The axis runs from −limit to +limit.
        limit: f64,
        /// Labels at −limit, 0, +limit (or nice values inside).
        ticks: Vec<Tick>,
    },
    /// One small grey dot each for all that did not move, stacked where they would collide.
    Swarm {
        /// Their places, in σ.
        at: Vec<f64>,
        /// Their names, for tooltips.
        names: Vec<String>,
        /// Half-width of the shaded zone, in σ.
        chance: f64,
        /// The axis runs from −limit to +limit.
        limit: f64,
    },
    /// Two bars from zero: behavioural above structural.
    SplitBars {
        /// Upper bar.
        behavioural: f64,
        /// Its label.
        behavioural_label: String,
        /// Lower bar.
        structural: f64,
        /// Its label.
        structural_label: String,
        /// Common range of all rows, zero included.
        range: [f64; 2],
    },
    /// Attributes by importance; the null as a tick across each row.
    DriverBars {
        /// Rows in rank order.
        rows: Vec<DriverRow>,
        /// "null level: 95th percentile of shuffles".
        null_label: String,
        /// Upper end of the axis.
        limit: f64,
    },
    /// Shares and rates of the levels of leading attributes, before and after.
    Dumbbell {
        /// One a leading attribute.
        groups: Vec<DumbbellGroup>,
        /// Head of the share panel: "Share of active shoppers, %".
        share_head: String,
        /// Head of the rate panel: "Spend per active shopper, $".
        rate_head: String,
        /// Ticks of the share axis, in its own unit.
        share_ticks: Vec<Tick>,
        /// Ticks of the rate axis.
        rate_ticks: Vec<Tick>,
        /// Hollow dots: "September".
        before: String,
        /// Filled dots: "October".
        after: String,
    },
    /// One bar from zero on a common range.
    Bar {
        /// Its length.
        value: f64,
        /// Common range of all rows, zero included.
        range: [f64; 2],
        /// Its colour.
        tone: Tone,
    },
    /// One horizontal bar in parts, labelled below.
    Parts {
        /// From left to right.
        parts: Vec<Part>,
    },
    /// A matrix shaded by value, the value in each cell; a missing cell stays blank, so that a triangle is one too.
    HeatMap {
        /// What the columns are: "Months since first purchase".
        head: String,
        /// Heads of the columns.
        columns: Vec<String>,
        /// From top to bottom.
        rows: Vec<HeatRow>,
        /// What the values are.
        unit: Unit,
        /// Values of the lightest and the darkest shade.
        range: [f64; 2],
        /// Labels of both, printed where cells are too narrow for their own.
        range_labels: [String; 2],
    },
    /// Stages one below the other, bars from one zero, the conversion between them; before as a hollow dot.
    Funnel {
        /// In the order in which they are passed.
        stages: Vec<FunnelStage>,
        /// Hollow dots: "September".
        before: String,
        /// Bars: "October".
        now: String,
    },
    /// Customers as points of a plane, near where they are alike; groups told apart by glyph and shade, named beside them.
    Map {
        /// In the order of their glyphs; the same place has the same glyph in a [`Drawing::Dendrogram`].
        groups: Vec<MapGroup>,
        /// A few thousand at most; one unit is as long across as upwards.
        points: Vec<MapPoint>,
        /// At the foot, on the right: "across: 41 % of variance"; may be empty.
        across_note: String,
        /// At the top, on the left: "up: 18 % of variance"; may be empty.
        up_note: String,
    },
    /// The top of a tree of joins: leaves on the right, one a row; branches under the cut in their cluster's shade.
    Dendrogram {
        /// In any order: the drawing puts the parts of a join beside each other, the first part above.
        leaves: Vec<DendrogramLeaf>,
        /// By height upwards; the join at place `j` makes branch `leaves.len() + j`.
        joins: Vec<DendrogramJoin>,
        /// Names of the clusters, by [`DendrogramLeaf::cluster`].
        clusters: Vec<String>,
        /// The height that parts the clusters, in the axis' unit.
        cut: f64,
        /// Above the dashed line: "cut at 14.2: five clusters".
        cut_label: String,
        /// What height is: "Distance at which groups are joined".
        head: String,
        /// Ticks of the heights' axis.
        ticks: Vec<Tick>,
    },
    /// Who went where between two periods: two columns of groups and ribbons between them.
    ///
    /// Who stayed, in a group of one label, is grey; who moved has the hue of behaviour; who came or went, that of structure.
    Flow {
        /// Heads of both columns: "September", "October".
        heads: [String; 2],
        /// From top to bottom.
        from: Vec<FlowNode>,
        /// From top to bottom.
        to: Vec<FlowNode>,
        /// In any order.
        links: Vec<FlowLink>,
    },
}

/// A row of [`Drawing::DriverBars`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DriverRow {
    /// The attribute.
    pub label: String,
    /// Its importance; below zero is drawn as zero.
    pub value: f64,
    /// Its null.
    pub null: f64,
    /// The printed importance.
    pub text: String,
    /// True where it is above its null.
    pub explains: bool,
}

/// An attribute in [`Drawing::Dumbbell`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DumbbellGroup {
    /// The attribute.
    pub title: String,
    /// Its levels.
    pub rows: Vec<DumbbellRow>,
}

/// A level in [`Drawing::Dumbbell`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DumbbellRow {
    /// The level.
    pub label: String,
    /// Share before and after, in the axis' unit.
    pub share: [f64; 2],
    /// Labels of the shares, printed where they moved.
    pub share_labels: [String; 2],
    /// True where the share moved beyond its resampling interval.
    pub share_moved: bool,
    /// Rate before and after; none where the level has no customers there.
    pub rate: [Option<f64>; 2],
    /// Labels of the rates, printed where they moved.
    pub rate_labels: [String; 2],
    /// True where the rate moved beyond its resampling interval.
    pub rate_moved: bool,
}

/// A row of [`Drawing::HeatMap`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeatRow {
    /// Its name.
    pub label: String,
    /// One a column from the left, none where there is nothing to show; a short row ends blank.
    pub cells: Vec<Option<HeatCell>>,
}

/// A cell of [`Drawing::HeatMap`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeatCell {
    /// Itself, unrounded; it is shaded by its size where the range begins at nought. Not a number where it is not told.
    pub value: f64,
    /// The printed value, or what stands for it.
    pub text: String,
}

/// A stage of [`Drawing::Funnel`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FunnelStage {
    /// Its name.
    pub label: String,
    /// How many came here, before and now.
    pub counts: [f64; 2],
    /// Their printed selves.
    pub count_labels: [String; 2],
    /// What share of the stage above came here, before and now; empty for the first stage.
    pub step_labels: [String; 2],
}

/// A group of [`Drawing::Map`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MapGroup {
    /// Its name.
    pub label: String,
    /// Printed after the name: "312"; may be empty.
    pub count: String,
    /// True for those of no group: small grey dots below all others.
    pub is_rest: bool,
}

/// A point of [`Drawing::Map`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MapPoint {
    /// Its place, across and upwards.
    pub at: [f64; 2],
    /// The place of its group.
    pub group: usize,
}

/// A leaf of [`Drawing::Dendrogram`]: customers whose own joins are not drawn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DendrogramLeaf {
    /// What a finger on it is told.
    pub tip: String,
    /// How many they are: "312".
    pub label: String,
    /// The place of their cluster.
    pub cluster: usize,
}

/// A join of [`Drawing::Dendrogram`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DendrogramJoin {
    /// What is joined: a leaf by its place, or a branch.
    pub parts: [usize; 2],
    /// How far apart they are, in the axis' unit.
    pub height: f64,
}

/// A group in one period of [`Drawing::Flow`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FlowNode {
    /// Its name; the same in both periods where it is the same group.
    pub label: String,
    /// How many it has.
    pub value: f64,
    /// The printed count.
    pub text: String,
    /// True for those who were no customers then: "Joined" on the left, "Left" on the right.
    pub is_outside: bool,
}

/// A ribbon of [`Drawing::Flow`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FlowLink {
    /// The place of the group in the period before.
    pub from: usize,
    /// The place of the group now.
    pub to: usize,
    /// How many went there.
    pub value: f64,
    /// The printed count, for the tip.
    pub text: String,
    /// Printed on the ribbon where it fits; empty for the many that are not worth it.
    pub label: String,
}

/// A part of [`Drawing::Parts`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// Its length.
    pub value: f64,
    /// Its label.
    pub label: String,
    /// Light, middle or ink: 0, 1 or 2.
    pub shade: u8,
}
