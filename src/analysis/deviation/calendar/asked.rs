//! What `calendar:` of `deviation` asks for.
//!
//! It must not know what the calendar does to a series.

use crate::analysis::Scope;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Spanned;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::holidays::NamedDays;
use crate::model::node::Node;
use crate::model::period::Grain;
use jiff::ToSpan;

/// What a spec calls the groups.
const NAMES: [(&str, Group); 2] = [("trading_days", Group::TradingDays), ("holidays", Group::Holidays)];

/// The key.
pub(in crate::analysis::deviation) const KEY: Field = Field::may(
    "calendar",
    Form::List(&Form::OneOf(&["trading_days", "holidays"])),
    "What is no behaviour: how often each weekday comes, and the spec's `holidays:` that move. It is in the projection where history shows it. Where it is left out: neither is looked at by name.",
);

/// What is tested together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::analysis::deviation) enum Group {
    /// How often each weekday comes, and how long the period is.
    TradingDays,
    /// Holidays that fall in other periods than the year before.
    Holidays,
}

impl Group {
    /// Returns what a spec and facts call it.
    pub(in crate::analysis::deviation) fn name(self) -> &'static str {
        match self {
            Group::TradingDays => "trading_days",
            Group::Holidays => "holidays",
        }
    }
}

/// What a spec asks for.
#[derive(Debug, Clone)]
pub(in crate::analysis::deviation) struct Asked {
    /// Whether trading days are.
    pub trading_days: bool,
    /// Holidays with their days, from a year before the history to the target's end; `None` where they are not asked for.
    pub holidays: Option<Vec<NamedDays>>,
}

impl Asked {
    /// Iterates over the groups that are asked for.
    pub(in crate::analysis::deviation) fn groups(&self) -> impl Iterator<Item = Group> {
        let holidays = self.holidays.is_some().then_some(Group::Holidays);
        self.trading_days
            .then_some(Group::TradingDays)
            .into_iter()
            .chain(holidays)
    }

    /// Returns it as options are written.
    pub(in crate::analysis::deviation) fn options(&self) -> serde_json::Value {
        let written = |it: &NamedDays| {
            let days: Vec<String> = it.days.iter().map(ToString::to_string).collect();
            serde_json::json!({ "name": it.name, "days": days, "own": it.is_own })
        };
        let holidays = self.holidays.as_ref();
        let holidays = holidays.map(|it| it.iter().map(written).collect::<Vec<_>>());
        serde_json::json!({ "trading_days": self.trading_days, "holidays": holidays })
    }
}

/// Reads `calendar:`; `None` where nothing is asked for.
pub(in crate::analysis::deviation) fn read(node: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Asked> {
    let mut groups: Vec<Group> = Vec::new();
    for written in node.texts("`calendar`", found) {
        let Some((_, group)) = NAMES.iter().find(|it| it.0 == written.value) else {
            let message = format!("a projection knows no `{}` of the calendar", written.value);
            let diagnostic = Diagnostic::spec("unknown-value", message).at(written.span);
            found.push(diagnostic.nearest(&written.value, NAMES.iter().map(|it| it.0)));
            continue;
        };
        if groups.contains(group) {
            let message = format!("`{}` stands twice", written.value);
            found.push(Diagnostic::spec("repeated-name", message).at(written.span));
            continue;
        }
        if suits(*group, &written, scope, found) {
            groups.push(*group);
        }
    }
    let holidays = groups.contains(&Group::Holidays).then(|| holidays(scope));
    let asked = Asked {
        trading_days: groups.contains(&Group::TradingDays),
        holidays,
    };
    let has_any = asked.groups().next().is_some();
    has_any.then_some(asked)
}

/// Tells whether a group can do anything to periods of the spec's grain; says why not.
fn suits(group: Group, written: &Spanned<String>, scope: &Scope, found: &mut Diagnostics) -> bool {
    // Of a grain that there is not, which is told, nothing can be asked.
    let Some(grain) = scope.grain() else { return false };
    let name = &written.value;
    let season = scope.plan.periods.calendar.season(grain);
    let refused = match (group, grain) {
        (Group::TradingDays, Grain::Week) => Some((
            "every week has one of each weekday, and `trading_days` differ in none".to_owned(),
            "write `calendar: [holidays]`, or take `grain: month`",
        )),
        (_, Grain::Day) => Some((
            format!("`{name}` are learned from weeks, months or quarters, and the grain is the day"),
            "leave `calendar:` out: the season of seven days holds the weekdays",
        )),
        (_, Grain::Year) => Some((
            format!("`{name}` are learned from weeks, months or quarters, and the grain is the year"),
            "leave `calendar:` out: what moves within a year moves no year",
        )),
        _ if season.is_none_or(|it| it < 2) => Some((
            format!(
                "`{name}` are told from the season, and the calendar of the spec has none for {}",
                grain.nouns()
            ),
            "say it where the calendar is listed: `season: 12`",
        )),
        _ => None,
    };
    if let Some((message, hint)) = refused {
        found.push(Diagnostic::spec("calendar-grain", message).at(written.span).hint(hint));
        return false;
    }
    let spec = &scope.spec.holidays;
    if group == Group::Holidays && spec.calendars.is_empty() && spec.own.is_empty() {
        let message = "`calendar: [holidays]` looks at the spec’s holidays, and it has none";
        let hint = "list them beside `periods:`, as `holidays: { calendars: [uk] }`";
        found.push(Diagnostic::spec("no-holidays", message).at(written.span).hint(hint));
        return false;
    }
    true
}

/// Lists the spec's holidays over all periods that regressors are made for.
fn holidays(scope: &Scope) -> Vec<NamedDays> {
    let periods = &scope.plan.periods;
    let first = periods.history.first().map_or(periods.target.from, |it| it.from);
    // A comparison may begin a little before the history.
    scope
        .spec
        .holidays
        .named_days(first.saturating_sub(1.years()), periods.target.until)
}
