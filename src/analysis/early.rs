//! Early signals: a memo about a period that is still running, and says so wherever it speaks.
//!
//! Half a month may turn. Held against the same half of other months it is a signal; taken for a month it would be a false
//! alarm. It must not know how a part of a period is found.

use super::Tell;
use crate::model::facts::Fact;
use crate::model::facts::Facts;
use crate::model::facts::Provenance;
use crate::model::facts::Value;
use crate::model::memo::Memo;
use crate::model::memo::Sentence;
use crate::model::period::Period;
use crate::model::plan::Plan;
use crate::model::unit::Unit;
use crate::say;
use crate::words::Words;

/// Days that a running period has so far, and will have.
const DAYS: &str = "periods/to_date/days";
const OF: &str = "periods/to_date/of";

/// Returns how much of a running period there is, as facts; none where the target is complete.
pub fn facts(plan: &Plan) -> Facts {
    let mut facts = Facts::new();
    let Some(to_date) = &plan.periods.to_date else {
        return facts;
    };
    let whole = plan.periods.calendar.name(&to_date.whole);
    let mut put = |id: &str, value: Value, unit: Unit, method: &str| {
        let from = Provenance {
            analysis: "periods".into(),
            periods: vec![plan.periods.target_name()],
            method: method.to_owned(),
            ..Provenance::default()
        };
        let fact = Fact {
            value,
            unit,
            interval: None,
            n: None,
            from,
        };
        facts.insert(id, fact);
    };
    let days = |n: i64| Value::Number(Some(n as f64));
    let unit = || Unit::count("day");
    put(
        DAYS,
        days(plan.periods.target.n_days()),
        unit(),
        "days of the running period that the data hold",
    );
    put(OF, days(to_date.whole.n_days()), unit(), "days of the running period");
    let method = "the running period; history and comparisons are the same part of theirs";
    put("periods/to_date/whole", Value::Text(whole), Unit::default(), method);
    facts
}

/// "early signal, 15 of 31 days"; `None` where the target is complete.
fn mark(plan: &Plan, words: &Words) -> Option<String> {
    let days = |period: &Period| words.fixed(period.n_days() as f64, 0);
    let (n, all) = (days(&plan.periods.target), days(&plan.periods.to_date.as_ref()?.whole));
    Some(say!(words, "early-mark", n = n, all = all))
}

/// "1–15 October 2026 · early signal, 15 of 31 days"; the days alone where the target is complete.
pub fn dated(plan: &Plan, words: &Words) -> String {
    let dates = words.dates(&plan.periods.target);
    match mark(plan, words) {
        Some(mark) => say!(words, "early-dated", dates = dates, mark = mark),
        None => dates,
    }
}

/// " Early signal, 15 of 31 days; all months to the same day." for a chart; empty where the target is complete.
pub(super) fn below_chart(plan: &Plan, words: &Words) -> String {
    mark(plan, words).map_or_else(String::new, |mark| {
        let said = say!(words, "early-chart", mark = mark, grain = plan.periods.grain.noun());
        format!(" {said}")
    })
}

/// Marks the head of the memo, and puts the warning before all that it says.
pub fn tell(tell: &Tell, memo: &mut Memo) {
    let words = tell.words;
    let (Some(mark), Some(to_date)) = (mark(tell.plan, words), &tell.plan.periods.to_date) else {
        return;
    };
    memo.kicker = say!(words, "early-kicker", kicker = memo.kicker);
    let strong = say!(words, "early-of", mark = mark, period = words.period(&to_date.whole));
    let rest = say!(words, "early-warning", grain = tell.plan.periods.grain.noun());
    let warning: Sentence = super::headline::sentence(&strong, &rest, vec![DAYS.into(), OF.into()]);
    memo.headline.insert(0, warning);
}
