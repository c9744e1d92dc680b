//! The memo: words, tables and charts, already rounded.
//!
//! A template places what stands here and computes nothing. Every string is final; every number
//! in a [`Drawing`] only says where ink goes. It must not know whether it becomes PDF or HTML.

use super::facts::FactId;
use serde::Serialize;

/// A whole memo.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Memo {
    /// BCP 47 tag of the document's language.
    pub lang: String,
    /// The title.
    pub title: String,
    /// Left of the first page's head ("BELLWETHER" stands before it): "Weekly memo to partners".
    pub kicker: String,
    /// Right of the first page's head: "Data to 31 December 2017 · issued 1 January 2018".
    pub dateline: String,
    /// One or two sentences on what the memo holds against what.
    pub lead: Vec<Run>,
    /// What a partner needs in thirty seconds.
    pub headline: Vec<Sentence>,
    /// Key figures with a sparkline, at most four.
    pub kpis: Vec<Kpi>,
    /// The rest of the first page.
    pub front: Vec<Block>,
    /// One page a mover.
    pub pages: Vec<Page>,
    /// Method, data quality and audit.
    pub appendix: Page,
    /// Left at the foot of every page: "Consumption shift, October 2026".
    pub foot: String,
    /// In the middle of the foot of every page.
    pub disclaimer: String,
}

/// Weight and colour of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Ink.
    #[default]
    Plain,
    /// Ink, semibold.
    Strong,
    /// Secondary grey.
    Quiet,
    /// The hue of behaviour.
    Behavioural,
    /// The hue of structure (text shade).
    Structural,
    /// Monospaced (hashes, expressions).
    Code,
}

/// A piece of text in one tone.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Run {
    /// The words.
    pub text: String,
    /// How they look.
    pub tone: Tone,
}

impl Run {
    /// Text in ink.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            tone: Tone::Plain,
        }
    }

    /// Text in a tone.
    pub fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self {
            text: text.into(),
            tone,
        }
    }
}

/// A sentence or two with one footnote mark; the footnote lists the facts it is made of.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Sentence {
    /// The words; the strong run comes first and stands alone.
    pub runs: Vec<Run>,
    /// Facts that the words are made of; no mark where there are none.
    pub facts: Vec<FactId>,
}

/// A key figure.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Kpi {
    /// What it is.
    pub label: String,
    /// Its value.
    pub value: String,
    /// Its changes: "−1.7 % on September · +12.8 % on October 2025".
    pub note: String,
    /// Its history.
    pub chart: Option<Chart>,
    /// The fact of its value.
    pub fact: FactId,
}

/// A page, or a chapter that starts on a new page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Page {
    /// Anchor: `movers/office-products`; unique in the memo; only `a-z0-9-/`.
    pub id: String,
    /// The answer, as a title.
    pub title: String,
    /// What a reader takes away, in the serif.
    pub lead: Vec<Sentence>,
    /// Blocks, in order.
    pub blocks: Vec<Block>,
}

/// A part of a page.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "a memo has some dozens of blocks; a box would cost readers more than memory"
)]
pub enum Block {
    /// A chart under its heading.
    Figure {
        /// The answer, as a section head.
        title: String,
        /// What is drawn, with its unit; quiet.
        subtitle: String,
        /// The chart.
        chart: Chart,
        /// A note below.
        note: Option<Sentence>,
    },
    /// A table under its heading.
    Table(Table),
    /// A paragraph under a small head (method).
    Prose {
        /// A small head; may be empty.
        title: String,
        /// Paragraphs.
        paragraphs: Vec<Sentence>,
    },
    /// Blocks side by side; stacked on a phone.
    Columns {
        /// Relative widths, one a column.
        widths: Vec<f64>,
        /// Blocks of each column.
        columns: Vec<Vec<Block>>,
    },
}

/// A table; its header repeats over pages.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Table {
    /// Anchor, and name of its CSV in `tables/`; only `a-z0-9-`.
    pub id: String,
    /// The answer, as a section head; may be empty.
    pub title: String,
    /// What is shown, with its unit; may be empty.
    pub subtitle: String,
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows.
    pub rows: Vec<Row>,
    /// A note below.
    pub note: Option<Sentence>,
    /// How it is set.
    pub style: TableStyle,
    /// On paper its rows run over so many stretches side by side, heads repeated; 0 counts as 1. Columns need widths then.
    pub abreast: usize,
}

/// How a table is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TableStyle {
    /// Figures at 8.3 pt.
    #[default]
    Normal,
    /// Movers on the first page: figures at 9.2 pt, two-line rows, on a phone a card a row with its charts side by side below.
    Movers,
    /// Many short rows: figures at 7.4 pt.
    Dense,
}

/// A column of a table.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Column {
    /// Lines of its head; the unit stands here once. A chart column without a head shares that of the column after it.
    pub head: Vec<Run>,
    /// One more line of its head, in several tones: the key to a chart's hues ("Behavioural, structural").
    pub key: Vec<Run>,
    /// Right-aligned figures, left-aligned text, or a chart.
    pub align: Align,
    /// Width in points; none for a column that takes what it needs.
    pub width: Option<f64>,
    /// A chart that stands in the head (the σ axis).
    pub axis: Option<Chart>,
}

/// How a column's cells are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Text.
    #[default]
    Left,
    /// Figures.
    Right,
    /// A chart; nothing to sort by.
    Chart,
}

/// A row of a table.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Row {
    /// One a column, unless a cell spans several.
    pub cells: Vec<Cell>,
    /// What sort of row it is.
    pub role: RowRole,
    /// The page that tells more; empty where there is none.
    pub page: String,
}

/// What sort of row it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowRole {
    /// One of many.
    #[default]
    Body,
    /// The total: a rule above, semibold label; stays last when sorted.
    Total,
    /// The rest of a ranking: quiet; stays last when sorted.
    Rest,
}

/// A cell of a table.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Cell {
    /// Lines of runs.
    pub lines: Vec<Vec<Run>>,
    /// A chart instead of, or beside, the lines.
    pub chart: Option<Chart>,
    /// What the column is sorted by; text where none.
    pub sort: Option<f64>,
    /// The fact that the figure is made of.
    pub fact: Option<FactId>,
    /// Columns that it spans; 1 or more (0 counts as 1).
    pub span: usize,
}

impl Cell {
    /// A cell of one plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            lines: vec![vec![Run::plain(text)]],
            span: 1,
            ..Self::default()
        }
    }

    /// A cell of one toned text.
    pub fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self {
            lines: vec![vec![Run::toned(text, tone)]],
            span: 1,
            ..Self::default()
        }
    }

    /// A figure: its text, what it is sorted by, and its fact.
    pub fn figure(text: impl Into<String>, sort: Option<f64>, fact: impl Into<FactId>) -> Self {
        Self {
            lines: vec![vec![Run::plain(text)]],
            sort,
            fact: Some(fact.into()),
            span: 1,
            chart: None,
        }
    }

    /// A chart.
    pub fn chart(chart: Chart) -> Self {
        Self {
            chart: Some(chart),
            span: 1,
            ..Self::default()
        }
    }
}

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
