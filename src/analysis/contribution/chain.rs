//! The chain for a total: customers × orders per customer × value per order, as facts and as a table.

use super::Told;
use super::telling::compact;
use super::telling::head;
use crate::analysis::Recorder;
use crate::analysis::Run;
use crate::analysis::Tell;
use crate::analysis::drivers;
use crate::model::memo::Align;
use crate::model::memo::Cell;
use crate::model::memo::Column;
use crate::model::memo::Row;
use crate::model::memo::RowRole;
use crate::model::memo::Table;
use crate::model::memo::Tone;
use crate::model::plan::Metric;
use crate::model::plan::Plan;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::say;
use crate::stats::rounding;
use crate::stats::split_other;
use crate::words;
use crate::words::Words;
use crate::words::text;

/// Names of the factors, in facts.
const FACTORS: [&str; 3] = ["customers", "frequency", "ticket"];

impl Told {
    /// Splits a category's total by its chain; the error says why it cannot be done.
    pub(super) fn record_chain(
        &self,
        run: &Run,
        record: &mut Recorder,
        slug: &str,
        category: usize,
        chain: [usize; 2],
    ) -> Result<(), String> {
        let metric = &run.plan.metrics[self.metric];
        let sides = |idx: usize| -> Option<[f64; 2]> {
            let now = run.series(idx, category).last().copied().flatten();
            Some([run.before(idx, Some(category), &self.against)?, now?])
        };
        let total = sides(self.metric).ok_or("the metric has no value on one side")?;
        let customers = sides(chain[0]).ok_or("customers have no value on one side")?;
        let orders = sides(chain[1]).ok_or("orders have no value on one side")?;
        if [customers, orders].iter().flatten().any(|x| *x <= 0.0) {
            return Err("a side has no customers or no orders".to_owned());
        }
        let effects = split_other::chain(&[split_other::ChainLink {
            customers,
            orders,
            amount: total,
        }]);
        let effects = effects
            .first()
            .map_or([0.0; 3], |it| [it.customers, it.frequency, it.ticket]);
        record.about(
            &metric.name,
            &run.panel.categories[category],
            drivers::periods(run, &self.against),
        );
        let id = format!("contribution/{slug}/chain");
        let mut figure = |name: &str, x: f64, unit: &Unit, method: &str| {
            record.number(format!("{id}/{name}"), Some(x), unit.clone(), method);
        };
        figure("before", total[0], &metric.unit, "the total before");
        figure("after", total[1], &metric.unit, "the total after");
        let levels = [0, 1].map(|side| {
            let [customers, orders] = [customers[side], orders[side]];
            [customers, orders / customers, total[side] / orders]
        });
        for (idx, (name, effect)) in FACTORS.iter().zip(effects).enumerate() {
            figure(
                name,
                effect,
                &metric.unit,
                "Das Gupta’s split of customers × frequency × ticket",
            );
            let unit = factor_unit(run.plan, self.metric, chain, idx);
            figure(&format!("{name}_before"), levels[0][idx], &unit, "the factor before");
            figure(&format!("{name}_after"), levels[1][idx], &unit, "the factor after");
        }
        Ok(())
    }
}

/// Customers count people, frequency is orders per customer, ticket is the total per order.
fn factor_unit(plan: &Plan, metric: usize, chain: [usize; 2], factor: usize) -> Unit {
    let [customers, orders] = chain.map(|idx| &plan.metrics[idx].unit);
    let unit = match factor {
        0 => Some(customers.clone()),
        1 => orders.over(customers),
        _ => plan.metrics[metric].unit.over(orders),
    };
    unit.unwrap_or_default()
}

/// Names the factors as a reader does: "Shoppers", "Visits per shopper", "Spend per visit".
fn factor_labels(tell: &Tell, metric: usize, chain: [usize; 2]) -> [String; 3] {
    let [customers, orders] = chain.map(|idx| &tell.plan.metrics[idx]);
    [
        customers.label.clone(),
        per(tell.words, &orders.label, &customers.unit, &customers.label),
        per(
            tell.words,
            &tell.plan.metrics[metric].label,
            &orders.unit,
            &orders.label,
        ),
    ]
}

/// "Visits per household": the one thing that is counted, where its unit names it.
fn per(words: &Words, label: &str, unit: &Unit, counted: &str) -> String {
    let per = match &unit.of {
        Quantity::Count(noun) => noun.clone(),
        _ => text::lowered(counted),
    };
    say!(words, "contribution-per", label = label, per = per)
}

/// Each factor before and after, and its part of the change, closing to the printed digit.
pub(super) fn table(told: &Told, tell: &Tell, chain: [usize; 2], slug: &str) -> Table {
    let metric = &tell.plan.metrics[told.metric];
    let base = format!("contribution/{slug}/chain");
    let number = |name: &str| tell.facts.number(&format!("{base}/{name}")).unwrap_or(0.0);
    let effects = FACTORS.map(number);
    let change = number("after") - number("before");
    // The total is the widest figure of its column: its places are the column's.
    let places = words::column_places(&[effects.as_slice(), &[change]].concat(), &metric.unit);
    let decimals = u32::try_from(places).expect("a column has a few places");
    let factor = metric.unit.printed_factor();
    let whole = rounding::units(change * factor, decimals);
    let parts = rounding::largest_remainder(&effects.map(|x| x * factor), whole, decimals);
    let printed = |units: i64| units as f64 / libm::pow(10.0, f64::from(decimals));
    let part = |units: i64, name: &str, x: f64| {
        Cell::figure(
            tell.words.signed(printed(units), places),
            Some(x),
            format!("{base}/{name}"),
        )
    };
    let levels = |prefix: &str, unit: &Unit| {
        let names = ["before", "after"].map(|when| format!("{prefix}{when}"));
        let values = [number(&names[0]), number(&names[1])];
        let places = words::column_places(&values, unit);
        [0, 1].map(|side| {
            let text = tell.words.bare(values[side], unit, places);
            Cell::figure(text, Some(values[side]), format!("{base}/{}", names[side]))
        })
    };
    let labels = factor_labels(tell, told.metric, chain);
    let leading = leading(change, effects).map(|idx| text::lowered(&labels[idx]));
    let title = say!(
        tell.words,
        "contribution-chain-title",
        up = change >= 0.0,
        size = tell.words.magnitude(change, &metric.unit),
        against = tell.words.comparison(&told.against),
        led = leading.is_some(),
        factor = leading.unwrap_or_default()
    );
    let mut rows = Vec::new();
    for (idx, (name, label)) in FACTORS.iter().zip(labels).enumerate() {
        let unit = factor_unit(tell.plan, told.metric, chain, idx);
        let [before, after] = levels(&format!("{name}_"), &unit);
        rows.push(Row {
            cells: vec![
                Cell::text(tell.words.head_with_unit(&label, &money_of(unit))),
                before,
                after,
                part(parts[idx], name, effects[idx]),
            ],
            ..Row::default()
        });
    }
    let [before, after] = levels("", &metric.unit);
    let label = tell.words.head_with_unit(&metric.label, &metric.unit);
    rows.push(Row {
        cells: vec![
            Cell::toned(label, Tone::Strong),
            before,
            after,
            part(whole, "after", change),
        ],
        role: RowRole::Total,
        page: String::new(),
    });
    Table {
        id: format!("chain-{slug}"),
        title,
        columns: columns(told, tell, metric),
        rows,
        ..Table::default()
    }
}

/// The unit where it is money, else none: a count's noun stands in its label.
fn money_of(unit: Unit) -> Unit {
    match unit.of {
        Quantity::Money(_) => Unit::total(unit.of),
        _ => Unit::default(),
    }
}

/// Returns the factor that holds most of the change, where no other took half of it back.
fn leading(change: f64, effects: [f64; 3]) -> Option<usize> {
    let is_large = |x: f64| x.abs() > change.abs() / 2.0;
    let is_opposed = effects.iter().any(|&x| x * change < 0.0 && is_large(x));
    let mut leading = (0..FACTORS.len()).filter(|&it| effects[it] * change > 0.0 && is_large(effects[it]));
    leading.next().filter(|_| !is_opposed)
}

fn columns(told: &Told, tell: &Tell, metric: &Metric) -> Vec<Column> {
    let figures = |head_text: &str| Column {
        width: Some(80.0),
        ..head(&[head_text], Align::Right, Tone::Quiet)
    };
    vec![
        head(
            &[&say!(tell.words, "contribution-head-factor")],
            Align::Left,
            Tone::Quiet,
        ),
        figures(&compact(tell, &told.against.name)),
        figures(&text::capitalised(&tell.words.short(&tell.plan.periods.target))),
        Column {
            width: Some(110.0),
            ..figures(
                &tell
                    .words
                    .head_with_unit(&say!(tell.words, "contribution-head-part"), &metric.unit),
            )
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_per_one_of_what_is_counted() {
        let words = Words::english();
        assert_eq!(
            per(&words, "Visits", &Unit::count("household"), "Actives"),
            "Visits per household"
        );
        assert_eq!(per(&words, "Spend", &Unit::default(), "Visits"), "Spend per visits");
    }

    #[test]
    fn a_factor_is_named_where_it_holds_most_of_the_change_and_no_other_takes_it_back() {
        assert_eq!(leading(-16.0, [0.0, 0.0, -16.0]), Some(2));
        assert_eq!(leading(-16.0, [-5.0, -5.0, -6.0]), None);
        assert_eq!(leading(4.0, [14.0, 0.0, -10.0]), None);
        assert_eq!(leading(0.0, [3.0, -3.0, 0.0]), None);
    }
}
