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
use super::told_by;
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
use crate::say;
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
    let (far, unit) = told_by(metric);
    let size = get(far).map(|x| words.magnitude(x, &unit));
    let mut opening = say!(
        words,
        "deviation-page-opening",
        metric = metric.label,
        figure = words.level(actual, &metric.unit),
        when = words.when(&tell.plan.periods.target),
        sized = size.is_some(),
        size = size.unwrap_or_default(),
        up = actual > projected,
        projected = words.level(projected, &metric.unit),
        sigma = words.sigma(cii)
    );
    if !subjects::is_mover(tell.facts, slug) {
        let q = words.probability(get("q").unwrap_or(1.0));
        opening = format!("{opening} {}", say!(words, "deviation-page-within", q = q));
    }
    let (brief, more) = verdict::in_brief(tell, slug);
    let runs = vec![Run::plain(format!("{opening} ")), Run::toned(brief, Tone::Strong)];
    let ids = ["actual", "projected", far, "cii", "q"]
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
    let of_difference = unit.of_difference();
    let places = words::column_places(&[band.low, band.high], unit);
    let grain = periods.grain.noun();
    let noted = notes::shown(tell.plan, label, metric, &shown);
    let (level, projected_level) = (words.level(last, unit), words.level(band.mid, unit));
    let band_text = say!(
        words,
        "deviation-band",
        low = words.bare(band.low, unit, places),
        high = words.bare(band.high, unit, places)
    );
    let chart = Chart {
        id: format!("projection-{slug}"),
        title: say!(words, "deviation-projection-title", label = label),
        description: say!(
            words,
            "deviation-projection-alt",
            metric = metric.label,
            label = label,
            n = actual.len(),
            grain = grain,
            when = words.when(&periods.target),
            figure = level,
            projected = projected_level,
            band = band_text
        ) + &early::below_chart(tell.plan, words)
            + &notes::aloud(&noted, words),
        width: 493.0,
        height: 146.0,
        drawing: Drawing::LineBand {
            tips: tips(tell, unit, &shown, &actual, &projected, &noted),
            marks: notes::marks(&noted, &shown),
            x_ticks: time_ticks(words, &periods.calendar, &shown),
            y_ticks,
            y_range,
            projected_label: say!(words, "deviation-label-projected", figure = projected_level),
            band_label: band_text,
            difference_label: format!("{}{relative}", words.difference(difference, &of_difference)),
            actual_label: say!(words, "deviation-label-actual", figure = level),
            band_note: say!(words, "deviation-band-note", grain = grain),
            line_label: say!(words, "deviation-actual"),
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
        subtitle: subtitle(words, label, metric, y_range[0]) + &early::below_chart(tell.plan, words),
        chart,
        note: notes::below(&noted, words),
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
    let side = match (side, subjects::is_mover(tell.facts, slug)) {
        (Side::Above, true) => "rose-out",
        (Side::Below, true) => "fell-out",
        (Side::Above, false) => "above",
        (Side::Below, false) => "below",
        (Side::Inside, _) => "inside",
    };
    let period = tell.words.period(&tell.plan.periods.target);
    say!(tell.words, "deviation-figure-title", side = side, period = period)
}

/// Says what the lines are, and where the vertical scale starts unless at zero.
fn subtitle(words: &Words, label: &str, metric: &Metric, from: f64) -> String {
    let unit = &metric.unit;
    let scale_note = if from > 0.0 {
        format!(
            " {}",
            say!(words, "deviation-scale-note", from = words.level(from, unit))
        )
    } else {
        String::new()
    };
    let what = words.head_with_unit(&text::lowered(&metric.label), unit);
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
    let words = tell.words;
    let both = actual.iter().zip(projected);
    let tip = |(period, (actual, band)): (&Period, (&Option<f64>, &Option<Band>))| {
        let actual = actual.map_or_else(|| words::MISSING.to_owned(), |x| words.level(x, unit));
        let projected = band.map(|it| words.level(it.mid, unit));
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
        let said = say!(
            words,
            "deviation-tip",
            period = words.period(period),
            figure = actual,
            known = projected.is_some(),
            projected = projected.unwrap_or_default()
        );
        said + &marked
    };
    shown.iter().zip(both).map(tip).collect()
}
