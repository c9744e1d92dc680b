//! A category's own page: what it opens with, and its projection over time.
//!
//! A reader sees first how far the target is from what was expected, then the history that expected it. It must not
//! know what other analyses add to the page.

use super::axes::time_ticks;
use super::axes::value_axis;
use super::led_by;
use super::telling::band_series;
use super::telling::id;
use super::telling::number;
use crate::analysis::Tell;
use crate::analysis::early;
use crate::analysis::notes;
use crate::analysis::subjects;
use crate::analysis::verdict;
use crate::model::memo::Band;
use crate::model::memo::Block;
use crate::model::memo::Chart;
use crate::model::memo::Drawing;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Tone;
use crate::model::notes::Note;
use crate::model::period::Period;
use crate::model::plan::Metric;
use crate::model::unit::Unit;
use crate::words;
use crate::words::Words;
use crate::words::text;

/// What a page opens with: level, projection, deviation; then what is behind the change.
pub(super) fn lead(tell: &Tell, slug: &str) -> Sentence {
    let metric = &tell.plan.metrics[led_by(tell, slug)];
    let get = |name: &str| number(tell, slug, metric, name);
    let (Some(actual), Some(projected), Some(cii)) = (get("actual"), get("projected"), get("cii")) else {
        return Sentence::default();
    };
    let words = tell.words;
    let side = if actual > projected { "above" } else { "below" };
    let size = get("deviation_pct").map_or_else(String::new, |x| format!("{} ", words.change_size(x)));
    let when = tell.plan.periods.calendar.when(&tell.plan.periods.target);
    let opening = format!(
        "{} stood at {} {when}, {size}{side} the {} projected ({}). ",
        metric.label,
        words.level(actual, &metric.unit),
        words.level(projected, &metric.unit),
        words.sigma(cii),
    );
    let verdict = if subjects::is_mover(tell.facts, slug) {
        String::new()
    } else {
        format!(
            "That is within chance (q {}). ",
            words.probability(get("q").unwrap_or(1.0))
        )
    };
    let (brief, more) = verdict::in_brief(tell, slug);
    let runs = vec![
        Run::plain(format!("{opening}{verdict}")),
        Run::toned(brief, Tone::Strong),
    ];
    let ids = ["actual", "projected", "deviation_pct", "cii", "q"]
        .map(|name| id(slug, metric, name))
        .to_vec();
    Sentence {
        runs,
        facts: [ids, more].concat(),
    }
}

/// Draws what was projected and what came; `None` where the target has no value or no projection.
pub(super) fn projection(tell: &Tell, metric: &Metric, slug: &str) -> Option<Block> {
    let (actual, projected) = band_series(tell, metric, slug);
    let (last, band) = (actual.last().copied().flatten()?, projected.last().copied().flatten()?);
    let words = tell.words;
    let periods = &tell.plan.periods;
    let mut shown: Vec<Period> = periods.history.iter().chain([&periods.target]).copied().collect();
    shown.drain(..shown.len().saturating_sub(actual.len()));
    let (label, unit) = (subjects::label(tell.facts, slug), &metric.unit);
    let values: Vec<f64> = actual
        .iter()
        .flatten()
        .copied()
        .chain(projected.iter().flatten().flat_map(|it| [it.low, it.high]))
        .collect();
    let (y_range, y_ticks) = value_axis(words, &values, unit);
    let difference = last - band.mid;
    let relative =
        number(tell, slug, metric, "deviation_pct").map_or_else(String::new, |x| format!(", {}", words.change(x)));
    let places = words::column_places(&[band.low, band.high], unit);
    let noun = periods.grain.noun();
    let noted = notes::shown(tell.plan, label, metric, &shown);
    let band_text = format!(
        "80 % band {} to {}",
        words.bare(band.low, unit, places),
        words.bare(band.high, unit, places)
    );
    let chart = Chart {
        id: format!("projection-{slug}"),
        title: format!("{label}: actual and projected"),
        description: format!(
            "{} of {label} over {} {}. {} it was {}, projected {} ({band_text}).{}{}",
            metric.label,
            actual.len(),
            periods.grain.nouns(),
            text::capitalised(&periods.calendar.when(&periods.target)),
            words.level(last, unit),
            words.level(band.mid, unit),
            early::below_chart(tell.plan),
            notes::aloud(&noted)
        ),
        width: 493.0,
        height: 146.0,
        drawing: Drawing::LineBand {
            tips: tips(tell, unit, &shown, &actual, &projected, &noted),
            marks: notes::marks(&noted, &shown),
            x_ticks: time_ticks(&periods.calendar, &shown),
            y_ticks,
            y_range,
            projected_label: format!("{} projected", words.level(band.mid, unit)),
            band_label: band_text,
            difference_label: format!("{}{relative}", words.difference(difference, unit)),
            actual_label: format!("{} actual", words.level(last, unit)),
            band_note: format!("Band: projected one {noun} ahead, 80 % interval"),
            line_label: "Actual".into(),
            actual,
            projected,
        },
    };
    let side = match last {
        x if x > band.high => Side::Above,
        x if x < band.low => Side::Below,
        _ => Side::Inside,
    };
    Some(Block::Figure {
        title: title(tell, slug, side),
        subtitle: subtitle(words, label, metric, y_range[0]) + &early::below_chart(tell.plan),
        chart,
        note: notes::below(&noted),
    })
}

/// Where the target stands to the 80 % band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Above,
    Inside,
    Below,
}

/// Says what the chart shows.
fn title(tell: &Tell, slug: &str, side: Side) -> String {
    let when = text::capitalised(&tell.plan.periods.calendar.label(&tell.plan.periods.target));
    match (side, subjects::is_mover(tell.facts, slug)) {
        (Side::Above, true) => format!("{when} rose out of the projection band"),
        (Side::Below, true) => format!("{when} fell out of the projection band"),
        (Side::Above, false) => format!("{when} is above the 80 % band, but within chance"),
        (Side::Below, false) => format!("{when} is below the 80 % band, but within chance"),
        (Side::Inside, _) => format!("{when} stayed inside the projection band"),
    }
}

/// Says what the lines are, and where the vertical scale starts unless at zero.
fn subtitle(words: &Words, label: &str, metric: &Metric, from: f64) -> String {
    let unit = &metric.unit;
    let scale_note = if from > 0.0 {
        format!(" Vertical scale starts at {}.", words.level(from, unit))
    } else {
        String::new()
    };
    let what = words::head_with_unit(&text::lowered(&metric.label), unit);
    format!("{label}, {what}.{scale_note}")
}

/// What a finger on a period is told.
fn tips(
    tell: &Tell,
    unit: &Unit,
    shown: &[Period],
    actual: &[Option<f64>],
    projected: &[Option<Band>],
    noted: &[&Note],
) -> Vec<String> {
    let (words, calendar) = (tell.words, &tell.plan.periods.calendar);
    let both = actual.iter().zip(projected);
    let tip = |(period, (actual, band)): (&Period, (&Option<f64>, &Option<Band>))| {
        let actual = actual.map_or_else(|| words::MISSING.to_owned(), |x| words.level(x, unit));
        let band = band.map_or_else(String::new, |it| format!(", projected {}", words.level(it.mid, unit)));
        let labels: Vec<&str> = noted
            .iter()
            .filter(|it| it.meets(period))
            .map(|it| it.label.as_str())
            .collect();
        let marked = if labels.is_empty() {
            String::new()
        } else {
            format!(" ({})", labels.join("; "))
        };
        format!("{}: {actual}{band}{marked}", text::capitalised(&calendar.label(period)))
    };
    shown.iter().zip(both).map(tip).collect()
}
