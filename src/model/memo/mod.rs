//! The memo: words, tables and charts, already rounded.
//!
//! A template places what stands here and computes nothing. Every string is final; every number
//! in a [`Drawing`] only says where ink goes. It must not know whether it becomes PDF or HTML.

mod drawing;

pub use drawing::Band;
pub use drawing::Chart;
pub use drawing::DendrogramJoin;
pub use drawing::DendrogramLeaf;
pub use drawing::Drawing;
pub use drawing::DriverRow;
pub use drawing::DumbbellGroup;
pub use drawing::DumbbellRow;
pub use drawing::FlowLink;
pub use drawing::FlowNode;
pub use drawing::FunnelStage;
pub use drawing::HeatCell;
pub use drawing::HeatRow;
pub use drawing::MapGroup;
pub use drawing::MapPoint;
pub use drawing::Mark;
pub use drawing::Part;
pub use drawing::Tick;

use super::facts::FactId;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

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
    /// The template's own words, by name: buttons, the heads of a fact's box, what a screen reader is told.
    pub labels: BTreeMap<String, String>,
    /// Heads of columns that only the tables' files have, by name: "low", "high", "remark".
    pub heads: BTreeMap<String, String>,
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
    /// Ink, italic.
    Emphasis,
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
    /// Short remarks, one below the other.
    List {
        /// A small head; may be empty.
        title: String,
        /// True where they are numbered.
        is_ordered: bool,
        /// The remarks.
        items: Vec<Sentence>,
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
    /// First and last day of what it names, where it names a time.
    #[serde(skip)]
    pub days: Option<[Date; 2]>,
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
            ..Self::default()
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
