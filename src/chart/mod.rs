//! One SVG a chart, for paper and screen alike.
//!
//! Draws a [`Chart`] as its grammar says: direct labels, no frame, no
//! legend, two hues that mean one thing each. All words and numbers are final when they arrive. It
//! must not know where a chart stands, nor what it is about.
//!
//! # Grammar
//! - **Line and band**: actual in ink, projection dashed, its 80 % band as a fill; target as a filled dot, its
//!   projection hollow, joined by a hairline. Labels stand at the ends of lines and are pushed apart.
//! - **Spark**: the same at the size of a word, on its own scale, with one end dot and no axis.
//! - **Ranked dot**: zero line, dot on a stem, zone of chance shaded; the swarm puts all that did not move on that axis.
//! - **Split bars**: from zero, behavioural above structural, value at the bar's end.
//! - **Driver bars**: ink above the null, grey below; the null as a tick across every row.
//! - **Dumbbell**: hollow before, filled after; colour and values only where it moved.
//! - **Heat map**: one hue in six steps of lightness, the value in each cell; blank where there is none.
//! - **Funnel**: bars from one zero, counts at their ends, conversion between them; hollow before, filled now.
//! - **Map**: one glyph and shade a group, its name beside its middle after its glyph; the same unit both ways, no frame.
//! - **Dendrogram**: leaves as counts on the right, the cut dashed; under it, clusters in the glyphs and shades of the map.
//! - **Flow**: two columns of groups, ribbons between them: grey stayed, the two hues moved, or came and went.

mod bars;
mod dendrogram;
mod dots;
mod dumbbell;
mod flow;
pub mod fonts;
mod funnel;
mod glyph;
mod heat;
mod ink;
mod line;
mod map;
mod outline;
mod scale;

pub use ink::escaped;

use crate::model::memo::Chart;
use crate::model::memo::Drawing;
use fonts::Fonts;
use ink::Medium;
use ink::Sheet;

/// Returns the chart as one SVG in points for a PDF, labels as text in these fonts; what none of them has is a box.
///
/// The same chart and fonts give the same bytes. A mark whose number is not finite is left out.
///
/// # Panics
/// Where the chart has no size: its composer gave it none.
pub fn svg(chart: &Chart, fonts: &Fonts) -> String {
    drawn(Sheet::new(fonts, Medium::Paper), chart, 1.0)
}

/// Returns the chart as one SVG for a browser, shown `scale` times as large; what is inside stays in points.
///
/// # Panics
/// Where the chart has no size: its composer gave it none.
pub fn svg_at(chart: &Chart, scale: f64, fonts: &Fonts) -> String {
    drawn(Sheet::new(fonts, Medium::Screen), chart, scale)
}

fn drawn(mut sheet: Sheet, chart: &Chart, scale: f64) -> String {
    let size = [chart.width, chart.height];
    assert!(
        size.iter().all(|it| it.is_finite() && 0.0 < *it),
        "the chart `{}` has no size",
        chart.id
    );
    match &chart.drawing {
        Drawing::LineBand { .. } => line::line_band(&mut sheet, size, &chart.drawing),
        Drawing::Spark { actual, projected } => line::spark(&mut sheet, size, actual, projected),
        Drawing::RankedDot { at, chance, limit } => dots::ranked_dot(&mut sheet, size, *at, *chance, *limit),
        Drawing::SigmaAxis { limit, ticks, .. } => dots::sigma_axis(&mut sheet, size, *limit, ticks),
        Drawing::Swarm {
            at,
            names,
            chance,
            limit,
        } => dots::swarm(&mut sheet, size, at, names, [*chance, *limit]),
        Drawing::SplitBars {
            behavioural,
            behavioural_label,
            structural,
            structural_label,
            range,
        } => {
            let values = [
                (*behavioural, behavioural_label.as_str()),
                (*structural, structural_label.as_str()),
            ];
            bars::split_bars(&mut sheet, size, values, *range);
        }
        Drawing::DriverBars {
            rows,
            null_label,
            limit,
        } => {
            bars::driver_bars(&mut sheet, size, rows, null_label, *limit);
        }
        Drawing::Dumbbell { .. } => dumbbell::dumbbell(&mut sheet, size, &chart.drawing),
        Drawing::Bar { value, range, tone } => bars::bar(&mut sheet, size, *value, *range, *tone),
        Drawing::Parts { parts } => bars::parts(&mut sheet, size, parts),
        Drawing::HeatMap { .. } => heat::heat_map(&mut sheet, size, &chart.drawing),
        Drawing::Funnel { stages, before, now } => funnel::funnel(&mut sheet, size, stages, [before, now]),
        Drawing::Map { .. } => map::map(&mut sheet, size, &chart.drawing),
        Drawing::Dendrogram { .. } => dendrogram::dendrogram(&mut sheet, size, &chart.drawing),
        Drawing::Flow { heads, from, to, links } => flow::flow(&mut sheet, size, heads, [from, to], links),
    }
    sheet.into_svg(chart, scale)
}

/// Returns the chart drawn anew for a phone, under the id `<id>-narrow`; none where it is narrow enough as it is.
///
/// Scaled down, letters would become too small to read; drawn anew, they keep their size.
pub fn narrow(chart: &Chart) -> Option<Chart> {
    // At 390 px less margins this is 1.45 px a point: the smallest letters have 10 px.
    const WIDTH: f64 = 246.0;
    if chart.width <= WIDTH {
        return None;
    }
    let height = match &chart.drawing {
        Drawing::LineBand { .. } => line::HEIGHT + 18.0,
        Drawing::Parts { parts } => bars::stacked_parts_height(parts.len()),
        Drawing::Map { .. } => map::NARROW_HEIGHT,
        Drawing::Flow { from, to, .. } => flow::narrow_height([from, to]),
        _ => chart.height,
    };
    Some(Chart {
        id: format!("{}-narrow", chart.id),
        width: WIDTH,
        height,
        ..chart.clone()
    })
}

/// Returns the height in points at which a drawing is neither cramped nor loose; none where its row decides.
pub fn natural_height(drawing: &Drawing) -> Option<f64> {
    match drawing {
        Drawing::LineBand { .. } => Some(line::HEIGHT),
        Drawing::DriverBars { rows, .. } => Some(bars::driver_height(rows.len())),
        Drawing::Dumbbell {
            groups,
            share_head,
            rate_head,
            ..
        } => Some(dumbbell::height(groups, [share_head, rate_head], &Fonts::default())),
        Drawing::Parts { .. } => Some(bars::PARTS_HEIGHT),
        Drawing::HeatMap { rows, .. } => Some(heat::height(rows.len())),
        Drawing::Funnel { stages, .. } => Some(funnel::height(stages.len())),
        Drawing::Map { .. } => Some(map::HEIGHT),
        Drawing::Dendrogram { leaves, .. } => Some(dendrogram::height(leaves.len())),
        Drawing::Flow { from, to, .. } => Some(flow::height([from, to])),
        _ => None,
    }
}
