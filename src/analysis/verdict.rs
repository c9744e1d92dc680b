//! What is behind a category's change, in words: structure, behaviour, both, or neither for sure.

use super::Tell;
use super::subjects;
use crate::model::facts::FactId;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::say;
use crate::words::text;
use serde::Serialize;

/// A component that holds at least this share of the change gives it its name.
const NAMING_SHARE: f64 = 0.8;

/// What a change is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// The same kinds of people spend differently.
    Behavioural,
    /// Different kinds of people are in the crowd.
    Structural,
    /// Each is at least a fifth of the change.
    Both,
    /// Resampled customers give changes of either sign.
    Unclear,
}

impl Verdict {
    /// Judges a change by its two parts and the interval of their sum; unclear where that holds zero, or is not known.
    pub fn of(behavioural: f64, structural: f64, interval: Option<[f64; 2]>) -> Self {
        let change = behavioural + structural;
        let is_clear = interval.is_some_and(|[low, high]| low > 0.0 || high < 0.0);
        if !is_clear || change == 0.0 {
            return Self::Unclear;
        }
        let share = behavioural / change;
        // Parts of opposite signs: one of the shares is above one, and it is the one with the change's sign.
        if share >= NAMING_SHARE {
            Self::Behavioural
        } else if share <= 1.0 - NAMING_SHARE {
            Self::Structural
        } else {
            Self::Both
        }
    }

    /// Returns its key in sentences.
    pub fn code(self) -> &'static str {
        match self {
            Self::Behavioural => "behavioural",
            Self::Structural => "structural",
            Self::Both => "both",
            Self::Unclear => "unclear",
        }
    }

    /// Names it as facts do.
    pub fn name(self) -> &'static str {
        match self {
            Self::Behavioural => "Behavioural",
            Self::Structural => "Structural",
            Self::Both => "Both",
            Self::Unclear => "Change not clear",
        }
    }

    /// Reads it back from its name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Behavioural, Self::Structural, Self::Both, Self::Unclear]
            .into_iter()
            .find(|it| it.name() == name)
    }
}

/// What is known of a category's change, read from facts.
#[derive(Debug)]
pub struct Change {
    /// Safe prefix of its facts.
    pub id: String,
    /// What it is made of.
    pub verdict: Verdict,
    /// Change of the metric.
    pub change: f64,
    /// The part that is behaviour.
    pub behavioural: f64,
    /// What it is held against ("September 2026").
    pub against: String,
    /// Index of the metric.
    pub metric: usize,
}

/// Reads what contribution found for a category; `None` where it did not look.
pub fn change(tell: &Tell, slug: &str) -> Option<Change> {
    let id = format!("contribution/{slug}");
    let number = |name: &str| tell.facts.number(&format!("{id}/{name}"));
    let metric = tell.facts.text("contribution/metric")?;
    Some(Change {
        verdict: Verdict::from_name(tell.facts.text(&format!("{id}/verdict"))?)?,
        change: number("change")?,
        behavioural: number("behavioural")?,
        against: tell.against("contribution/against"),
        metric: tell.plan.metrics.iter().position(|it| it.name == metric)?,
        id,
    })
}

/// Tells a category's change in a sentence, with the facts that it is made of; empty where contribution did not look.
pub fn in_brief(tell: &Tell, slug: &str) -> (String, Vec<FactId>) {
    let Some(it) = change(tell, slug) else {
        return (String::new(), Vec::new());
    };
    let share = it.behavioural / it.change;
    let metric = &tell.plan.metrics[it.metric];
    let unit = metric.unit.of_difference();
    let led = Led::of(tell, slug);
    let crowd = crowd(tell, slug);
    // What lies within chance offsets nothing.
    let (kind, part) = match it.verdict {
        Verdict::Unclear => ("unclear", 0.0),
        Verdict::Behavioural if share > 1.005 && is_sure(tell, &it, "structural") => ("offset", share),
        Verdict::Behavioural => ("behavioural", share),
        Verdict::Structural if share < -0.005 && is_sure(tell, &it, "behavioural") => ("against-habits", share),
        Verdict::Structural => ("structural", 1.0 - share),
        Verdict::Both => ("both", share),
    };
    let [who, before, after] = crowd.clone().unwrap_or_default();
    let text = say!(
        tell.words,
        "verdict-brief",
        verdict = kind,
        against = it.against,
        what = text::lowered(&metric.label),
        up = it.change > 0.0,
        size = tell.words.magnitude(it.change, &unit),
        change = tell.words.difference(it.change, &unit),
        share = tell.words.fraction(part.min(1.0)),
        led = led.by,
        leader = led.who,
        attributes = led.attributes,
        n_attributes = led.n_attributes,
        buyers = tell.population(it.metric),
        moved = crowd.is_some(),
        who = who,
        before = before,
        after = after
    );
    let mut ids = ["change", "behavioural", "structural"]
        .map(|name| format!("{}/{name}", it.id))
        .to_vec();
    if crowd.is_some() && matches!(kind, "against-habits" | "structural" | "both") {
        ids.extend(["before", "after"].map(|when| format!("{}/leader/structural/share_{when}", it.id)));
    }
    (text, ids)
}

/// Tells whether the interval of a part leaves out zero.
fn is_sure(tell: &Tell, change: &Change, part: &str) -> bool {
    let interval = tell.facts.interval(&format!("{}/{part}", change.id));
    interval.is_some_and(|it| it.low * it.high > 0.0)
}

/// Names the segment that holds over half of a part of the change, where a driver explains it.
pub fn leader(tell: &Tell, slug: &str, part: &str) -> Option<String> {
    tell.facts
        .text(&format!("contribution/{slug}/leader/{part}"))
        .map(|it| segment_phrase(tell, it))
}

/// Words a segment in a sentence: facts list its parts, `age “25-34”`, as English does.
fn segment_phrase(tell: &Tell, fact: &str) -> String {
    let parts = fact
        .split_inclusive('”')
        .map(|it| it.trim_start_matches(", ").trim_start_matches(" and "));
    let worded = |part: &str| match part.split_once('“') {
        Some((dimension, level)) => format!("{dimension}“{}”", tell.level(level.trim_end_matches('”'))),
        None => tell.level(part),
    };
    tell.words.list(&parts.map(worded).collect::<Vec<String>>())
}

/// What leads the behavioural part of a change, as sentences ask for it.
struct Led {
    /// `segment` where one holds over half of the part, `attributes` where some tell whose spending changed, else `none`.
    by: &'static str,
    /// The segment; may be empty.
    who: String,
    /// The attributes; may be empty.
    attributes: String,
    /// How many they are.
    n_attributes: usize,
}

impl Led {
    fn of(tell: &Tell, slug: &str) -> Self {
        let names = tell.facts.list(&format!("drivers/{slug}/behaviour/explaining"));
        let label = |name: &String| {
            let segment = tell.plan.segments.iter().find(|it| it.name == *name);
            segment.map_or_else(|| name.clone(), |it| text::lowered(&it.label))
        };
        let labels: Vec<String> = names.iter().map(label).collect();
        let leader = leader(tell, slug, "behavioural");
        Self {
            by: match (&leader, names) {
                (Some(_), _) => "segment",
                (None, [_, ..]) => "attributes",
                (None, []) => "none",
            },
            who: leader.unwrap_or_default(),
            attributes: tell.words.list(&labels),
            n_attributes: labels.len(),
        }
    }
}

/// Who went from which share of the customers to which.
fn crowd(tell: &Tell, slug: &str) -> Option<[String; 3]> {
    let who = leader(tell, slug, "structural")?;
    let id = format!("contribution/{slug}/leader/structural");
    let share = |when: &str| tell.facts.number(&format!("{id}/share_{when}"));
    let unit = Unit::total(Quantity::Share);
    let level = |x: f64| tell.words.level(x, &unit);
    Some([who, level(share("before")?), level(share("after")?)])
}

/// The title of a category's page: the answer.
pub fn title(tell: &Tell, slug: &str) -> String {
    let label = subjects::label(tell.facts, slug);
    let short: String = label.chars().take(LONGEST_TITLE).collect();
    let label = if short.chars().count() < label.chars().count() {
        format!("{short}…")
    } else {
        label.to_owned()
    };
    let Some(it) = change(tell, slug) else { return label };
    let led = Led::of(tell, slug);
    say!(
        tell.words,
        "verdict-title",
        label = label,
        mover = subjects::is_mover(tell.facts, slug),
        verdict = it.verdict.code(),
        led = led.by,
        leader = led.who,
        attributes = led.attributes,
        n_attributes = led.n_attributes,
        buyers = tell.population(it.metric),
        up = it.change > 0.0,
        against = it.against
    )
}

/// A label longer than this is cut in a title.
const LONGEST_TITLE: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_fifths_give_a_change_its_name() {
        let (fell, rose) = (Some([-40.0, -1.0]), Some([1.0, 40.0]));
        assert_eq!(Verdict::of(-16.65, -10.46, fell), Verdict::Both);
        assert_eq!(Verdict::of(35.0, 1.0, rose), Verdict::Behavioural);
        assert_eq!(Verdict::of(10.3, -18.6, fell), Verdict::Structural);
        assert_eq!(Verdict::of(33.0, -4.0, rose), Verdict::Behavioural);
        assert_eq!(Verdict::of(33.0, -4.0, Some([-1.0, 60.0])), Verdict::Unclear);
        assert_eq!(Verdict::of(33.0, -4.0, None), Verdict::Unclear);
    }
}
