//! The chain for a total: customers × orders per customer × value per order, as facts and as a table.

use super::Told;
use super::telling::head;
use crate::analysis::Recorder;
use crate::analysis::Run;
use crate::analysis::Tell;
use crate::analysis::drivers;
use crate::analysis::subjects;
use crate::model::memo::Align;
use crate::model::memo::Cell;
use crate::model::memo::Row;
use crate::model::memo::RowRole;
use crate::model::memo::Table;
use crate::model::memo::Tone;
use crate::model::plan::Metric;
use crate::model::unit::Unit;
use crate::stats::rounding;
use crate::stats::split_other;
use crate::words;
use crate::words::text;

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
            let series = run.series(idx, category);
            Some([run.before(&series, &self.against)?, series.last().copied().flatten()?])
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
        let mut figure = |name: &str, x: f64, unit: &Unit| {
            record.number(
                format!("{id}/{name}"),
                Some(x),
                unit.clone(),
                "Das Gupta’s split of customers × frequency × ticket",
            );
        };
        figure("before", total[0], &metric.unit);
        figure("after", total[1], &metric.unit);
        for (name, effect) in ["customers", "frequency", "ticket"].iter().zip(effects) {
            figure(name, effect, &metric.unit);
        }
        Ok(())
    }
}

/// Customers × frequency × ticket, for a total.
pub(super) fn table(told: &Told, tell: &Tell, metric: &Metric, slug: &str) -> Table {
    let base = format!("contribution/{slug}/chain");
    let [customers, orders] = told
        .chain
        .map(|it| it.map(|idx| tell.plan.metrics[idx].label.clone()))
        .unwrap_or_default();
    let names = [
        ("customers", customers.clone()),
        ("frequency", format!("{orders} per {}", text::lowered(&customers))),
        ("ticket", format!("{} per {}", metric.label, text::lowered(&orders))),
    ];
    let effects: Vec<f64> = names
        .iter()
        .map(|(name, _)| tell.facts.number(&format!("{base}/{name}")).unwrap_or(0.0))
        .collect();
    let [before, after] = ["before", "after"].map(|name| tell.facts.number(&format!("{base}/{name}")).unwrap_or(0.0));
    let places = words::column_places(&effects, &metric.unit);
    let factor = words::printed_per_unit(&metric.unit);
    let decimals = u32::try_from(places).expect("a column has a few places");
    let whole = rounding::units((after - before) * factor, decimals);
    let scaled: Vec<f64> = effects.iter().map(|x| x * factor).collect();
    let rounded = rounding::largest_remainder(&scaled, whole, decimals);
    let signed = |units: i64| {
        tell.words
            .signed(units as f64 / libm::pow(10.0, f64::from(decimals)), places)
    };
    let mut rows: Vec<Row> = names
        .iter()
        .zip(&rounded)
        .map(|((name, label), &x)| Row {
            cells: vec![
                Cell::text(label.clone()),
                Cell::figure(
                    signed(x),
                    tell.facts.number(&format!("{base}/{name}")),
                    format!("{base}/{name}"),
                ),
            ],
            ..Row::default()
        })
        .collect();
    let total = Cell::figure(signed(whole), Some(after - before), format!("{base}/after"));
    rows.push(Row {
        cells: vec![Cell::toned("Change", Tone::Strong), total],
        role: RowRole::Total,
        page: String::new(),
    });

    Table {
        id: format!("chain-{slug}"),
        title: format!(
            "What moved {} since {}: customers, frequency or ticket",
            subjects::label(tell.facts, slug),
            told.against.label
        ),
        subtitle: format!(
            "{} went from {} to {}.",
            metric.label,
            tell.words.level(before, &metric.unit),
            tell.words.level(after, &metric.unit)
        ),
        columns: vec![
            head(&["Factor"], Align::Left, Tone::Quiet),
            head(
                &[&words::head_with_unit("Part of the change", &metric.unit)],
                Align::Right,
                Tone::Quiet,
            ),
        ],
        rows,
        ..Table::default()
    }
}
