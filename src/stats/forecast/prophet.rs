//! Prophet, by the library's embedded optimiser: on request, and as a cargo feature.
//!
//! Only its point projection is used: its own intervals cover far too little, and
//! differ from run to run. The same bands go around it as around every other model.

use crate::stats::forecast::Unprojectable;

/// How Prophet's season combines with its trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProphetSeasonality {
    /// The season is so many units, whatever the trend.
    Additive,
    /// The season is a share of the trend: what sales do. The default.
    #[default]
    Multiplicative,
}

/// Returns Prophet's projection of the periods that start after `values` end.
///
/// `values` are in the metric's unit, finite, oldest first; `starts` are the Unix seconds at which
/// each of them starts and each projected one: the result has one value for each of the latter.
///
/// # Errors
/// Where the program was built without Prophet, or the optimiser fails.
///
/// Source: Taylor & Letham (2018), "Forecasting at Scale", American Statistician 72: 37–45.
#[cfg(feature = "prophet")]
pub(super) fn projection(
    values: &[f64],
    starts: &[i64],
    seasonality: ProphetSeasonality,
) -> Result<Vec<f64>, Unprojectable> {
    embedded::projection(values, starts, seasonality).map_err(|error| Unprojectable::ProphetFailed(error.to_string()))
}

/// As with the feature, but says how to get it.
///
/// # Errors
/// Always: the program was built without Prophet.
#[cfg(not(feature = "prophet"))]
pub(super) fn projection(_: &[f64], _: &[i64], _: ProphetSeasonality) -> Result<Vec<f64>, Unprojectable> {
    Err(Unprojectable::ProphetNotBuilt)
}

#[cfg(feature = "prophet")]
mod embedded {
    use super::ProphetSeasonality;
    use augurs::prophet::FeatureMode;
    use augurs::prophet::PredictionData;
    use augurs::prophet::Prophet;
    use augurs::prophet::ProphetOptions;
    use augurs::prophet::TrainingData;
    use augurs::prophet::optimizer::OptimizeOpts;
    use augurs::prophet::wasmstan::WasmstanOptimizer;
    use std::sync::OnceLock;

    pub(super) fn projection(
        values: &[f64],
        starts: &[i64],
        seasonality: ProphetSeasonality,
    ) -> Result<Vec<f64>, augurs::prophet::Error> {
        // Compiling the optimiser takes a second: once a process, then cloned.
        static OPTIMIZER: OnceLock<WasmstanOptimizer> = OnceLock::new();
        let optimizer = OPTIMIZER.get_or_init(WasmstanOptimizer::new).clone();
        let options = ProphetOptions {
            seasonality_mode: match seasonality {
                ProphetSeasonality::Additive => FeatureMode::Additive,
                ProphetSeasonality::Multiplicative => FeatureMode::Multiplicative,
            },
            // Sampling reads a generator that nobody seeds.
            uncertainty_samples: 0,
            ..ProphetOptions::default()
        };
        let mut model = Prophet::new(options, optimizer);
        let (known, projected) = starts.split_at(values.len());
        model.fit(
            TrainingData::new(known.to_vec(), values.to_vec())?,
            OptimizeOpts {
                seed: Some(1),
                ..OptimizeOpts::default()
            },
        )?;
        Ok(model.predict(PredictionData::new(projected.to_vec()))?.yhat.point)
    }
}
