//! How a rhythm is told: the peak, whether chance makes such, and whether it moved.
//!
//! It must not compute what the facts do not say.

use super::Told;
use super::days::HOURS;
use super::days::WEEKDAYS;
use super::heat;
use super::tables;
use crate::analysis::Tell;
use crate::analysis::disclosure;
use crate::analysis::headline::sentence;
use crate::analysis::reading;
use crate::model::memo::Block;
use crate::model::memo::Memo;
use crate::model::memo::Page;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::plan::Clock;
use crate::model::plan::Metric;
use crate::model::unit::Quantity;
use crate::say;
use crate::words::text;

/// Below this a pattern is beyond chance.
const LEVEL: f64 = 0.05;

/// One metric being told.
pub(super) struct Voice<'a> {
    /// The metric.
    pub metric: &'a Metric,
    /// Its safe name.
    pub slug: String,
    /// What tells.
    pub tell: &'a Tell<'a>,
    told: &'a Told,
}

/// Adds everything that the rhythm has to say: a page a metric.
pub(super) fn tell(told: &Told, tell: &Tell, memo: &mut Memo) {
    for (place, &metric) in told.metrics.iter().enumerate() {
        let metric = &tell.plan.metrics[metric];
        let slug = text::slug(&metric.name);
        let voice = Voice {
            metric,
            slug,
            tell,
            told,
        };
        let mut page = Page {
            id: format!("rhythm/{}", voice.slug),
            title: voice.title(),
            ..Page::default()
        };
        page.lead.extend(voice.pattern("hours"));
        page.lead.extend(voice.pattern("weekdays"));
        page.lead.extend(voice.month());
        page.blocks.extend(heat::week(&voice));
        page.blocks.extend(tables::tables(&voice));
        if place == 0 {
            let first = if voice.has_hours() { "hours" } else { "weekdays" };
            memo.headline.extend(voice.pattern(first));
        }
        memo.pages.push(page);
    }
    memo.appendix.blocks.push(method(told, tell));
}

impl Voice<'_> {
    /// Returns a figure of the metric's rhythm.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.tell.facts.number(&self.id(name))
    }

    /// Names a fact of the metric's rhythm.
    pub fn id(&self, name: &str) -> String {
        format!("rhythm/{}/{name}", self.slug)
    }

    /// True where the metric is a total, told by shares and indices.
    pub fn is_total(&self) -> bool {
        reading::adds_up(self.tell.plan, &self.metric.formula)
    }

    /// True where the hours are known.
    pub fn has_hours(&self) -> bool {
        self.tell.facts.get(&self.id("hours/0/index")).is_some()
    }

    /// Prints what a cell shows: an index of 100, or a rate (per cent where it is a pure number).
    pub fn shown(&self, x: f64) -> String {
        match &self.metric.unit.of {
            _ if self.is_total() => self.tell.words.fixed(100.0 * x, 0),
            Quantity::One => self.tell.words.fixed(100.0 * x, 1),
            _ => self.tell.words.bare(x, &self.metric.unit, 1),
        }
    }

    /// Prints a rate with its unit, in a sentence.
    fn rate(&self, x: f64) -> String {
        match &self.metric.unit.of {
            _ if self.is_total() => say!(self.tell.words, "rhythm-index", index = self.shown(x)),
            Quantity::One => self.tell.words.per_cent(&self.tell.words.fixed(100.0 * x, 2)),
            _ => self.tell.words.level(x, &self.metric.unit),
        }
    }

    /// Names the window: "in November 2019", "in the 12 weeks to 31 October 2026".
    pub fn window(&self) -> String {
        let periods = &self.tell.plan.periods;
        match self.told.over {
            Some(over) => {
                let window = self.tell.words.window(over, periods.target.until);
                say!(self.tell.words, "rhythm-in-window", window = window)
            }
            None => self.tell.words.when(&periods.target),
        }
    }

    /// Says where the clocks hang: ", Europe/Moscow"; nothing where the time is taken as it stands.
    pub fn zone(&self) -> String {
        let first = self
            .metric
            .formula
            .leaves()
            .first()
            .map(|it| self.tell.plan.measures[**it].source);
        match first.map(|it| &self.tell.plan.sources[it].clock) {
            Some(Clock::In(zone)) => format!(", {zone}"),
            _ => String::new(),
        }
    }

    /// Returns the phases with the highest and the lowest value, as (phase, what is told of it).
    fn ends(&self, pattern: &str) -> Option<[(usize, f64); 2]> {
        let (what, n) = (
            if self.is_total() { "index" } else { "value" },
            if pattern == "hours" { HOURS } else { WEEKDAYS },
        );
        let value = |it: usize| Some((it, self.number(&format!("{pattern}/{it}/{what}"))?));
        let all: Vec<(usize, f64)> = (0..n).filter_map(value).collect();
        let highest = all.iter().copied().reduce(|a, b| if b.1 > a.1 { b } else { a })?;
        let lowest = all.iter().copied().reduce(|a, b| if b.1 < a.1 { b } else { a })?;
        Some([highest, lowest])
    }

    /// Lists the figures of a pattern that are kept back.
    pub fn kept_ids(&self, pattern: &str) -> Vec<String> {
        let n = if pattern == "hours" { HOURS } else { WEEKDAYS };
        let names = (0..n).flat_map(|it| ["index", "before_index"].map(|name| format!("{pattern}/{it}/{name}")));
        let ids = names.map(|it| self.id(&it));
        ids.filter(|it| disclosure::is_withheld(self.tell.facts, it)).collect()
    }

    /// Names a phase: "18 h", "Saturday".
    pub fn phase(&self, pattern: &str, phase: usize) -> String {
        match pattern {
            "hours" => say!(self.tell.words, "rhythm-hour", hour = phase),
            _ => text::capitalised(&self.tell.words.weekday_name(phase)),
        }
    }

    /// Says when a phase is: "at 18 h", "on Saturdays".
    fn at(&self, pattern: &str, phase: usize) -> String {
        say!(
            self.tell.words,
            "rhythm-at",
            pattern = pattern,
            phase = phase,
            name = self.phase(pattern, phase)
        )
    }

    fn title(&self) -> String {
        let label = &self.metric.label;
        let is_sure = |name: &str| self.number(&format!("{name}/p")).is_some_and(|p| p < LEVEL);
        let (hour, weekday) = (
            self.ends("hours").map(|it| it[0].0),
            self.ends("weekdays").map(|it| it[0].0),
        );
        let at_hour = hour.filter(|_| is_sure("hours")).map(|it| self.at("hours", it));
        let on_day = weekday
            .filter(|_| is_sure("weekdays"))
            .map(|it| self.at("weekdays", it));
        let parts: Vec<String> = at_hour.into_iter().chain(on_day).collect();
        if parts.is_empty() {
            return say!(self.tell.words, "rhythm-title-none", metric = label);
        }
        let peaks = self.tell.words.list(&parts);
        say!(self.tell.words, "rhythm-title", metric = label, peaks = peaks)
    }

    /// Peak and trough of a pattern, whether it is beyond chance, whether it moved.
    fn pattern(&self, pattern: &str) -> Option<Sentence> {
        let [(high, at_high), (low, at_low)] = self.ends(pattern)?;
        let words = self.tell.words;
        let (n, label) = (self.number("n_days")?, text::lowered(&self.metric.label));
        let days = words.fixed(n, 0);
        let Some(p) = self.number(&format!("{pattern}/p")) else {
            let strong = say!(words, "rhythm-not-apart", days = days, pattern = pattern);
            return Some(sentence(&strong, "", vec![self.id("n_days")]));
        };
        let strong = say!(
            words,
            "rhythm-pattern",
            metric = label,
            many = is_plural(&label),
            high = self.at(pattern, high),
            at_high = self.rate(at_high),
            low = self.at(pattern, low),
            at_low = self.rate(at_low),
            total = self.is_total(),
            pattern = pattern,
            kept = !self.kept_ids(pattern).is_empty()
        );
        let mut rest = say!(
            words,
            "rhythm-pattern-sure",
            days = days,
            beyond = p < LEVEL,
            p = words.probability(p)
        );
        let what = if self.is_total() { "index" } else { "value" };
        let mut ids = vec![
            self.id(&format!("{pattern}/{high}/{what}")),
            self.id(&format!("{pattern}/{low}/{what}")),
            self.id(&format!("{pattern}/p")),
        ];
        let changed = format!("{pattern}/changed_p");
        if let Some((p, against)) = self.number(&changed).zip(self.told.against.as_ref()) {
            let said = say!(
                words,
                "rhythm-changed",
                beyond = p < LEVEL,
                against = words.comparison(against),
                p = words.probability(p)
            );
            rest = format!("{rest} {said}");
            ids.push(self.id(&changed));
        }
        Some(sentence(&strong, &rest, ids))
    }

    /// First and last days of the month against those between.
    fn month(&self) -> Option<Sentence> {
        let months = self.number("month/n")?;
        let words = self.tell.words;
        let Some(p) = self.number("month/p") else {
            // Fewer than a handful: the cast is exact.
            let strong = say!(words, "rhythm-month-not-apart", n = months as usize);
            return Some(sentence(&strong, "", vec![self.id("month/n")]));
        };
        let index = |part: usize| {
            self.number(&format!("month/{part}/index"))
                .map_or_else(String::new, |x| words.fixed(100.0 * x, 0))
        };
        let strong = say!(
            words,
            "rhythm-month",
            first = index(0),
            last = index(2),
            between = index(1)
        );
        let rest = say!(
            words,
            "rhythm-month-sure",
            months = words.fixed(months, 0),
            beyond = p < LEVEL,
            p = words.probability(p)
        );
        let ids = ["month/0/index", "month/2/index", "month/1/index", "month/p"];
        Some(sentence(&strong, &rest, ids.map(|it| self.id(it)).to_vec()))
    }
}

/// True for "orders", not for "spend"; "buyers per visit" is many too.
fn is_plural(label: &str) -> bool {
    let first = label.split(' ').next().unwrap_or("");
    first.ends_with('s') && !first.ends_with("ss")
}

fn method(told: &Told, tell: &Tell) -> Block {
    let labels: Vec<String> = told
        .metrics
        .iter()
        .map(|it| text::lowered(&tell.plan.metrics[*it].label))
        .collect();
    let words = tell.words;
    let against = told.against.as_ref();
    let said = say!(
        words,
        "rhythm-method",
        metrics = words.list(&labels),
        compared = against.is_some(),
        against = against.map_or_else(String::new, |it| words.comparison(it))
    );
    Block::Prose {
        title: say!(words, "rhythm-method-title"),
        paragraphs: vec![Sentence {
            runs: vec![Run::plain(said)],
            facts: Vec::new(),
        }],
    }
}
