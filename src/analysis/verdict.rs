//! What is behind a category's change, in words: structure, behaviour, both, or neither for sure.

use super::Tell;
use super::drivers;
use super::subjects;
use crate::model::facts::FactId;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
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

    /// Names it as the movers table prints it.
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
pub struct Change<'a> {
    /// Safe prefix of its facts.
    pub id: String,
    /// What it is made of.
    pub verdict: Verdict,
    /// Change of the metric.
    pub change: f64,
    /// The part that is behaviour.
    pub behavioural: f64,
    /// What it is held against ("September 2026").
    pub against: &'a str,
    /// Index of the metric.
    pub metric: usize,
}

/// Reads what contribution found for a category; `None` where it did not look.
pub fn change<'a>(tell: &'a Tell, slug: &str) -> Option<Change<'a>> {
    let id = format!("contribution/{slug}");
    let number = |name: &str| tell.facts.number(&format!("{id}/{name}"));
    let metric = tell.facts.text("contribution/metric")?;
    Some(Change {
        verdict: Verdict::from_name(tell.facts.text(&format!("{id}/verdict"))?)?,
        change: number("change")?,
        behavioural: number("behavioural")?,
        against: tell.facts.text("contribution/against")?,
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
    let what = text::lowered(&metric.label);
    let verb = if it.change > 0.0 { "rose" } else { "fell" };
    let led = match (leader(tell, slug, "behavioural"), telling_attributes(tell, slug)) {
        (Some(who), _) => format!(", led by {} with {who}", drivers::population_noun(tell.plan, it.metric)),
        (None, Some(attributes)) => format!(", and {attributes} whose"),
        (None, None) => String::new(),
    };
    let moved = crowd(tell, slug).map_or_else(String::new, |words| format!(": {words}"));
    let since = format!(
        "Since {} its {what} {verb} {}:",
        it.against,
        tell.words.magnitude(it.change, &metric.unit)
    );
    let text = match it.verdict {
        Verdict::Unclear => {
            let size = tell.words.difference(it.change, &metric.unit);
            format!(
                "Since {} its {what} changed by {size}, no more than resampled customers do by chance.",
                it.against
            )
        }
        // What lies within chance offsets nothing.
        Verdict::Behavioural if share > 1.005 && is_sure(tell, &it, "structural") => {
            format!("{since} that is behaviour{led}, a little offset by who is in the crowd.")
        }
        Verdict::Behavioural => format!("{since} {} of that is behaviour{led}.", text::fraction(share.min(1.0))),
        Verdict::Structural if share < -0.005 && is_sure(tell, &it, "behavioural") => {
            format!("{since} that is the crowd, not its habits, which moved the other way{moved}.")
        }
        Verdict::Structural => format!(
            "{since} {} of that is the crowd, not its habits{moved}.",
            text::fraction((1.0 - share).min(1.0))
        ),
        Verdict::Both => format!(
            "{since} {} of that is behaviour{led}, the rest is who is in the crowd{moved}.",
            text::fraction(share)
        ),
    };
    let mut ids = ["change", "behavioural", "structural"]
        .map(|name| format!("{}/{name}", it.id))
        .to_vec();
    if text.contains(&moved) && !moved.is_empty() {
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
        .map(str::to_owned)
}

/// "age tells": the attributes that tell whose spending changed.
fn telling_attributes(tell: &Tell, slug: &str) -> Option<String> {
    let names = tell.facts.list(&format!("drivers/{slug}/behaviour/explaining"));
    let label = |name: &String| {
        let segment = tell.plan.segments.iter().find(|it| it.name == *name);
        segment.map_or_else(|| name.clone(), |it| text::lowered(&it.label))
    };
    let labels: Vec<String> = names.iter().map(label).collect();
    let verb = if labels.len() == 1 { "tells" } else { "tell" };
    (!labels.is_empty()).then(|| format!("{} {verb}", text::list(&labels)))
}

/// "children 2+ went from 23.9 % to 13.2 % of customers".
fn crowd(tell: &Tell, slug: &str) -> Option<String> {
    let who = leader(tell, slug, "structural")?;
    let id = format!("contribution/{slug}/leader/structural");
    let share = |when: &str| tell.facts.number(&format!("{id}/share_{when}"));
    let unit = Unit::total(Quantity::Share);
    let (before, after) = (
        tell.words.level(share("before")?, &unit),
        tell.words.level(share("after")?, &unit),
    );
    let metric = tell.facts.text("contribution/metric")?;
    let metric = tell.plan.metrics.iter().position(|it| it.name == metric)?;
    Some(format!(
        "{who} went from {before} to {after} of {}",
        drivers::population_noun(tell.plan, metric)
    ))
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
    let turn = if it.change > 0.0 { "rise" } else { "fall" };
    let is_mover = subjects::is_mover(tell.facts, slug);
    let noun = drivers::population_noun(tell.plan, it.metric);
    let said = match (it.verdict, leader(tell, slug, "behavioural")) {
        (Verdict::Behavioural, Some(who)) if is_mover => format!("habits changed, led by {noun} with {who}"),
        (Verdict::Behavioural, Some(who)) => format!("what changed is habits, led by {noun} with {who}"),
        (Verdict::Behavioural, None) if !is_mover => "what changed is habits".to_owned(),
        (Verdict::Behavioural, None) => match telling_attributes(tell, slug) {
            Some(attributes) => format!("habits changed, and {attributes} whose"),
            None => "habits changed, and no attribute tells whose".to_owned(),
        },
        (Verdict::Structural, _) if is_mover => "the crowd changed, not its habits".to_owned(),
        (Verdict::Structural, _) => "what changed is the crowd, not its habits".to_owned(),
        (Verdict::Both, _) => format!("habits and crowd share the {turn}"),
        (Verdict::Unclear, _) if is_mover => format!("off its projection, little changed since {}", it.against),
        (Verdict::Unclear, _) => return format!("{label}: nothing beyond chance"),
    };
    if is_mover {
        format!("{label}: {said}")
    } else {
        format!("{label}: within chance; {said}")
    }
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
