//! What a two-part split leaves behind: facts of the whole, of each segment, of the segments that lead.
//!
//! Numbers come from the kernels; here they get ids, units, intervals and counts. It must not know how they are worded.

use super::Told;
use super::segments::Segments;
use super::sensitivity;
use crate::analysis::Recorder;
use crate::analysis::Run;
use crate::analysis::drivers;
use crate::analysis::verdict::Verdict;
use crate::model::facts::Interval;
use crate::model::facts::Value;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::stats::resample;
use crate::stats::split;

/// A segment that holds at least this share of a part of the change leads it.
const LEADING_SHARE: f64 = 0.5;
/// It also holds at least this many times what its size alone would.
const OVER_ITS_SIZE: f64 = 1.3;

/// Takes one part of a segment's change.
type PartOf = fn(&split::SegmentSplit) -> f64;

/// A split change, and what its facts are named and measured by.
struct Found<'a> {
    id: String,
    unit: &'a Unit,
    /// The unit of what lies between two levels.
    of_difference: Unit,
    segments: Segments,
    whole: split::Split,
    intervals: resample::Intervals,
    /// Segments in the order in which the table is read: what added most to the change first.
    order: Vec<usize>,
}

impl Told {
    /// Splits a category's change by segments; the error says why it cannot be done.
    pub(super) fn record_split(
        &self,
        run: &Run,
        record: &mut Recorder,
        slug: &str,
        category: usize,
    ) -> Result<(), String> {
        let metric = &run.plan.metrics[self.metric];
        let roster = self
            .roster(run, category)
            .ok_or("no customer has rows on either side")?;
        let dimensions = self.dimensions(run, slug);
        let segments = Segments::new(run, roster, &dimensions, self.min_cell).ok_or("too few customers to be shown")?;
        let parts = segments.parts(roster);
        let whole = split::kitagawa(&parts).map_err(|error| error.to_string())?;
        let intervals = resample::customer_intervals(
            &segments.of_customer,
            &roster.numerator,
            &roster.denominator,
            segments.labels.len(),
            self.n_resamples,
            run.plan.seed,
        );
        let label = &run.panel.categories[category];
        record.about(&metric.name, label, drivers::periods(run, &self.against));
        let id = format!("contribution/{slug}");
        let names = dimensions.iter().map(|&idx| run.plan.segments[idx].name.clone());
        record.list(
            format!("{id}/by"),
            names.collect(),
            "dimensions of the segments, the leading one first",
        );
        let found = Found {
            id,
            unit: &metric.unit,
            of_difference: metric.unit.of_difference(),
            order: order(&whole),
            segments,
            whole,
            intervals,
        };
        record_whole(record, &found, roster.customer.len() as u64);
        record_segments(record, &found);
        if !drivers::explaining(run.facts, slug).is_empty() {
            record_leaders(record, &found);
        }
        if self.sensitivity {
            sensitivity::record(record, &found.id, &parts, &found.segments.labels, &found.of_difference);
        }
        Ok(())
    }
}

fn order(whole: &split::Split) -> Vec<usize> {
    let mut order: Vec<usize> = (0..whole.segments.len()).collect();
    let sign = if whole.change() < 0.0 { 1.0 } else { -1.0 };
    order.sort_by(|&a, &b| {
        (sign * whole.segments[a].total())
            .total_cmp(&(sign * whole.segments[b].total()))
            .then(a.cmp(&b))
    });
    order
}

fn record_whole(record: &mut Recorder, found: &Found, n_customers: u64) {
    let (id, whole, bounds) = (&found.id, &found.whole, &found.intervals.total);
    let mut figure = |name: &str, x: f64, bounds: resample::Ends, method: &str| {
        let is_level = matches!(name, "before" | "after");
        record.fact(
            format!("{id}/{name}"),
            Value::Number(Some(x)),
            if is_level { found.unit } else { &found.of_difference }.clone(),
            bounds.map(interval),
            Some(n_customers),
            method,
        );
    };
    figure("before", whole.mean[0], None, "the metric over all segments, before");
    figure("after", whole.mean[1], None, "the metric over all segments, after");
    figure("change", whole.change(), bounds.change, "after minus before");
    figure(
        "structural",
        whole.structural,
        bounds.structural,
        "change of shares at mean rates, centred",
    );
    figure(
        "behavioural",
        whole.behavioural,
        bounds.behavioural,
        "change of rates at mean shares",
    );
    // A per cent of a share would be read as points.
    let is_relative = found.unit.of_change().of == Quantity::Change && whole.mean[0] != 0.0;
    let share = |x: f64| is_relative.then(|| x / whole.mean[0].abs());
    let relative = || Unit::total(Quantity::Change);
    record.number(
        format!("{id}/structural_share"),
        share(whole.structural),
        relative(),
        "structural over the level before",
    );
    record.number(
        format!("{id}/behavioural_share"),
        share(whole.behavioural),
        relative(),
        "behavioural over the level before",
    );
    record.text(
        format!("{id}/verdict"),
        Verdict::of(whole.behavioural, whole.structural, bounds.change).name(),
        "the part that holds four fifths of the change",
    );
}

fn record_segments(record: &mut Recorder, found: &Found) {
    let labels = &found.segments.labels;
    record.list(
        format!("{}/segments", found.id),
        found.order.iter().map(|&it| labels[it].clone()).collect(),
        "segments, by what they add to the change",
    );
    for (place, &it) in found.order.iter().enumerate() {
        record_segment(record, found, &format!("{}/segment/{}", found.id, place + 1), it);
    }
}

fn record_segment(record: &mut Recorder, found: &Found, id: &str, it: usize) {
    let (part, bounds) = (&found.whole.segments[it], &found.intervals.segments[it]);
    let n_customers = found.segments.n_customers[it];
    let mut figure = |name: &str, x: Option<f64>, unit: Unit, bounds: resample::Ends, n: u64, method: &str| {
        record.fact(
            format!("{id}/{name}"),
            Value::Number(x),
            unit,
            bounds.map(interval),
            Some(n),
            method,
        );
    };
    for (side, when) in ["before", "after"].iter().enumerate() {
        figure(
            &format!("share_{when}"),
            Some(part.weight[side]),
            Unit::total(Quantity::Share),
            None,
            n_customers[side],
            "share of the ratio’s lower part",
        );
        figure(
            &format!("rate_{when}"),
            part.rate[side],
            found.unit.clone(),
            None,
            n_customers[side],
            "the metric within the segment",
        );
    }
    let most = n_customers[0].max(n_customers[1]);
    let mut effect = |name: &str, x: f64, bounds: resample::Ends, method: &str| {
        figure(name, Some(x), found.of_difference.clone(), bounds, most, method);
    };
    effect(
        "structural",
        part.structural,
        bounds.structural,
        "change of the share at the mean rate, centred",
    );
    effect(
        "behavioural",
        part.behavioural,
        bounds.behavioural,
        "change of the rate at the mean share",
    );
    effect("total", part.total(), bounds.change, "structural plus behavioural");
    record.text(
        format!("{id}/presence"),
        presence_name(part.presence),
        "whether the segment has customers on both sides",
    );
}

/// The segment that leads each part of the change, where one does.
fn record_leaders(record: &mut Recorder, found: &Found) {
    let segments = &found.whole.segments;
    let parts: [(&str, f64, PartOf); 2] = [
        ("behavioural", found.whole.behavioural, |it| it.behavioural),
        ("structural", found.whole.structural, |it| it.structural),
    ];
    for (name, all, part) in parts {
        let leads = |&it: &usize| {
            // A segment that is most of the crowd holds most of any change: leading means more than its size.
            let size = (segments[it].weight[0] + segments[it].weight[1]) / 2.0;
            let least = LEADING_SHARE.max(OVER_ITS_SIZE * size);
            part(&segments[it]) * all > 0.0 && part(&segments[it]).abs() >= least * all.abs()
        };
        let leading = found.order.iter().copied().filter(leads);
        let Some(it) = leading
            .filter(|&it| !found.segments.is_rest[it])
            .max_by(|&a, &b| part(&segments[a]).abs().total_cmp(&part(&segments[b]).abs()))
        else {
            continue;
        };
        let id = format!("{}/leader/{name}", found.id);
        record.text(
            id.clone(),
            &found.segments.phrases[it],
            "the segment with over half of this part, where a driver explains the change",
        );
        for (side, when) in ["before", "after"].iter().enumerate() {
            record.number(
                format!("{id}/share_{when}"),
                Some(segments[it].weight[side]),
                Unit::total(Quantity::Share),
                "its share of the ratio’s lower part",
            );
        }
    }
}

/// Names where a segment has customers.
fn presence_name(presence: split::Presence) -> &'static str {
    match presence {
        split::Presence::Both => "both",
        split::Presence::Entrant => "entrant",
        split::Presence::Leaver => "leaver",
        split::Presence::Nowhere => "nowhere",
    }
}

fn interval([low, high]: [f64; 2]) -> Interval {
    Interval {
        level_pct: 95,
        low,
        high,
    }
}
