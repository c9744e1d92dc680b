//! Says where a model that an author chose does worse than the benchmark.
//!
//! The default combination is measured once, for everybody; a choice is its author's, and may not suit the data. The
//! backtest knows, and a reader should without turning to its table. It must not know where the sentence will stand.

use super::Told;
use super::model_label;
use crate::model::facts::Facts;
use crate::model::plan::Plan;
use crate::stats::forecast::Model;
use crate::words::text;

/// Says on which metrics the chosen model lost to the seasonal naive in the backtest: one clause, its first letter small.
///
/// `show` prints a mean absolute scaled error. `None` where nobody chose a model, or the choice lost nowhere.
pub(super) fn said(told: &Told, plan: &Plan, facts: &Facts, show: &dyn Fn(f64) -> String) -> Option<String> {
    if told.model == Model::default() {
        return None;
    }
    let label = model_label(told.model);
    let metrics = told.metrics.iter().map(|&idx| &plan.metrics[idx]);
    let lost: Vec<String> = metrics
        .filter_map(|metric| {
            let mase = |model: Model| {
                let (metric, model) = (text::slug(&metric.name), text::slug(model_label(model)));
                facts.number(&format!("deviation/metrics/{metric}/backtest/{model}/mase"))
            };
            let (own, naive) = (mase(told.model)?, mase(Model::SeasonalNaive)?);
            let (own_shown, naive_shown) = (show(own), show(naive));
            // A difference that is not printed is none.
            (own > naive && own_shown != naive_shown).then(|| {
                let label = text::lowered(&metric.label);
                format!("{label} (MASE {own_shown} against {naive_shown})")
            })
        })
        .collect();
    (!lost.is_empty()).then(|| {
        let lost = text::list(&lost);
        format!("the chosen model, {label}, does worse than the seasonal naive in the backtest of {lost}")
    })
}
