//! Charts: what each shows in words, and where its ink goes.
//!
//! Numbers here are places on an axis; all that is printed is text. It must not know how a mark is drawn.

use super::Tone;
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
    /// What it is shaded by.
    pub value: f64,
    /// The printed value.
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
