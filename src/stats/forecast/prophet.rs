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

#[cfg(all(test, feature = "prophet"))]
mod tests {
    use super::*;
    use crate::stats::forecast::Options;
    use crate::stats::forecast::forecast;

    /// Months since January 2018, six years known and one projected.
    const KNOWN: usize = 72;
    const ALL: usize = 84;

    /// A trend, a season that grows with it, and a disturbance without a period.
    fn sales(t: usize) -> f64 {
        let (t, turn) = (t as f64, std::f64::consts::TAU * t as f64 / 12.0);
        (100.0 + 0.5 * t) * (1.0 + 0.10 * libm::sin(turn) + 0.05 * libm::cos(2.0 * turn)) + 2.0 * libm::sin(7.3 * t)
    }

    fn starts(n: usize) -> Vec<i64> {
        let day = |t: usize| {
            let (year, month) = (2018 + t / 12, 1 + t % 12);
            jiff::civil::date(year as i16, month as i8, 1)
        };
        let epoch = jiff::civil::date(1970, 1, 1);
        (0..n)
            .map(|t| i64::from((day(t) - epoch).get_days()) * 86_400)
            .collect()
    }

    /// What Python Prophet 1.5.0 projects of the same series: `seasonality_mode='multiplicative'`,
    /// `uncertainty_samples=0`, otherwise its defaults, fitted by the same optimiser (`algorithm='LBFGS'`).
    const PYTHON: [f64; 12] = [
        141.387, 147.044, 148.138, 146.590, 146.445, 146.878, 144.110, 136.273, 126.672, 121.812, 125.776, 136.477,
    ];

    #[test]
    fn the_projection_is_that_of_the_python_package() {
        let values: Vec<f64> = (0..KNOWN).map(sales).collect();
        let projected =
            projection(&values, &starts(ALL), ProphetSeasonality::Multiplicative).expect("a series like others");
        for (month, (own, python)) in projected.iter().zip(PYTHON).enumerate() {
            // The two stop their search at slightly different places: up to 2 % apart was seen on monthly series, and
            // a few tenths of a per cent on most.
            assert!(
                (own / python - 1.0).abs() < 0.01,
                "month {month}: {own} against {python}"
            );
        }
        let again = projection(&values, &starts(ALL), ProphetSeasonality::Multiplicative);
        let bits = |all: &[f64]| -> Vec<u64> { all.iter().map(|x| x.to_bits()).collect() };
        assert_eq!(
            bits(&again.expect("as before")),
            bits(&projected),
            "the same bits every time"
        );
    }

    #[test]
    fn a_model_that_was_asked_for_projects() {
        let values: Vec<f64> = (0..KNOWN).map(sales).collect();
        let bounds = starts(ALL + 1);
        let options = Options {
            model: crate::stats::forecast::Model::Prophet,
            season: Some(12),
            bounds: Some(&bounds),
            ..Options::default()
        };
        let projected = forecast(&values, 12, &options).expect("a series like others");
        for (month, own) in projected.iter().enumerate() {
            let actual = sales(KNOWN + month);
            // The disturbance is 1.6 % of the level at most, and the trend of a year is learned from six.
            assert!(
                (own / actual - 1.0).abs() < 0.04,
                "month {month}: {own} against {actual}"
            );
        }
    }
}
