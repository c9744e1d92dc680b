//! Finds where a model that an author chose does worse than the benchmark.
//!
//! The default combination is measured once, for everybody; a choice is its author's, and may not suit the data. The
//! backtest knows, and a reader should without turning to its table. It must not know how that is worded.

use super::Told;
use super::model_label;
use crate::model::facts::Facts;
use crate::model::plan::Plan;
use crate::stats::forecast::Model;
use crate::words::text;

/// A metric on which the chosen model lost.
pub(super) struct Lost {
    /// Its label, the first letter small.
    pub metric: String,
    /// Mean absolute scaled error of the chosen model, as printed.
    pub own: String,
    /// The same of the seasonal naive.
    pub naive: String,
}

/// Lists the metrics on which the chosen model lost to the seasonal naive in the backtest.
///
/// `show` prints a mean absolute scaled error. Empty where nobody chose a model, or the choice lost nowhere.
pub(super) fn lost(told: &Told, plan: &Plan, facts: &Facts, show: &dyn Fn(f64) -> String) -> Vec<Lost> {
    if told.model == Model::default() {
        return Vec::new();
    }
    let metrics = told.metrics.iter().map(|&idx| &plan.metrics[idx]);
    metrics
        .filter_map(|metric| {
            let mase = |model: Model| {
                let (metric, model) = (text::slug(&metric.name), text::slug(model_label(model)));
                facts.number(&format!("deviation/metrics/{metric}/backtest/{model}/mase"))
            };
            let (own, naive) = (mase(told.model)?, mase(Model::SeasonalNaive)?);
            let (own_shown, naive_shown) = (show(own), show(naive));
            // A difference that is not printed is none.
            (own > naive && own_shown != naive_shown).then(|| Lost {
                metric: text::lowered(&metric.label),
                own: own_shown,
                naive: naive_shown,
            })
        })
        .collect()
}
