//! Splits the change of a ratio into who is there and what they do.
//!
//! A ratio moves because its population changed (structural) or because people changed (behavioural), and a
//! partner acts differently on the two. Everything here takes sums a segment and returns plain numbers: it
//! knows neither labels nor rounding, nor how the segments were formed. Other methods stand in `split_other`.

use std::fmt;

use crate::stats::sum::exact_sum;

/// What one segment brings to a ratio, before and after.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Segment {
    /// The numerator's sum in the two periods, in its own unit.
    pub numerator: [f64; 2],
    /// The denominator's sum in the two periods; 0 where the segment is absent.
    pub denominator: [f64; 2],
}

/// In which of the two periods a segment has anyone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// In both.
    Both,
    /// Only after: the rate before is carried back from after.
    Entrant,
    /// Only before: the rate after is carried over from before.
    Leaver,
    /// In neither: no effect of any kind.
    Nowhere,
}

/// The change of a ratio, in parts that add up to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// The ratio before and after, in the metric's unit.
    pub mean: [f64; 2],
    /// What changed because the segments' weights did: the segments' sum.
    pub structural: f64,
    /// What changed because the segments' rates did: the segments' sum.
    pub behavioural: f64,
    /// One part a segment, in the order given.
    pub segments: Vec<SegmentSplit>,
}

impl Split {
    /// Returns the change of the ratio, after minus before.
    ///
    /// Source: definition.
    pub fn change(&self) -> f64 {
        self.mean[1] - self.mean[0]
    }
}

/// One segment's part in the change of a ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SegmentSplit {
    /// The segment's share of the denominator before and after.
    pub weight: [f64; 2],
    /// Its own ratio before and after, `None` where it is absent.
    pub rate: [Option<f64>; 2],
    /// In which periods it has anyone.
    pub presence: Presence,
    /// Its structural part, in the metric's unit.
    pub structural: f64,
    /// Its behavioural part, in the metric's unit.
    pub behavioural: f64,
}

impl SegmentSplit {
    /// Returns the segment's whole part in the change.
    ///
    /// Source: definition.
    pub fn total(&self) -> f64 {
        self.structural + self.behavioural
    }
}

/// Why a ratio cannot be split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SplitError {
    /// The denominator of a whole period is not above 0, so that its ratio does not exist.
    EmptyPeriod {
        /// 0 before, 1 after.
        period_idx: usize,
    },
    /// A segment's denominator is below 0: it would have a negative share.
    NegativeWeight {
        /// The segment's place.
        segment_idx: usize,
        /// 0 before, 1 after.
        period_idx: usize,
    },
    /// A segment has a numerator but no denominator: its rate does not exist, yet it moves the ratio.
    RateWithoutWeight {
        /// The segment's place.
        segment_idx: usize,
        /// 0 before, 1 after.
        period_idx: usize,
    },
    /// A sum is not a finite number.
    NotFinite {
        /// The segment's place.
        segment_idx: usize,
    },
}

impl fmt::Display for SplitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let period = |idx: &usize| if *idx == 0 { "before" } else { "after" };
        match self {
            Self::EmptyPeriod { period_idx } => {
                write!(f, "the denominator of the period {} is not above 0", period(period_idx))
            }
            Self::NegativeWeight {
                segment_idx,
                period_idx,
            } => {
                write!(
                    f,
                    "segment {segment_idx} has a denominator below 0 {}",
                    period(period_idx)
                )
            }
            Self::RateWithoutWeight {
                segment_idx,
                period_idx,
            } => {
                write!(
                    f,
                    "segment {segment_idx} has a numerator but no denominator {}",
                    period(period_idx)
                )
            }
            Self::NotFinite { segment_idx } => {
                write!(f, "segment {segment_idx} holds a sum that is not a finite number")
            }
        }
    }
}

impl std::error::Error for SplitError {}

/// Splits the change of `M = ΣN/ΣD` into `w̄·Δr` (behavioural) and `Δw·(r̄ − M̄)` (structural) a segment.
///
/// `w` is a segment's share of the denominator, `r` its own ratio, a bar the midpoint of the two periods. The
/// centre `M̄` gives no structural part to a segment of average rate: growing matters only where it is unlike
/// the rest. Since the shares add up to 1, the parts add up to the change for any centre. A segment absent in one
/// period carries the other's rate, so that its part is all structural.
///
/// Two segments, shares .5/.5 then .75/.25, rates 10/20 then 12/20: the mean goes from 15 to 14; behavioural
/// `.625·2 = 1.25`; structural `.25·(11 − 14.5) − .25·(20 − 14.5) = −2.25`.
///
/// # Errors
/// As [`SplitError`] says.
///
/// Source: Kitagawa (1955), "Components of a Difference Between Two Rates", JASA 50(272): 1168–1194, eq. 4, centred.
pub fn kitagawa(segments: &[Segment]) -> Result<Split, SplitError> {
    let shares = Shares::new(segments)?;
    Ok(shares.split(midpoint(shares.mean)))
}

/// Splits as [`kitagawa`], with `Δw·r̄` as the structural part: the totals are the same, the segments' parts are not.
///
/// # Errors
/// As [`SplitError`] says.
///
/// Source: Kitagawa (1955), eq. 4; Das Gupta (1978), "A General Method of Decomposing a Difference between Two
/// Rates into Several Components", Demography 15(1): 99–112, for two factors.
pub fn kitagawa_uncentred(segments: &[Segment]) -> Result<Split, SplitError> {
    Ok(Shares::new(segments)?.split(0.0))
}

/// Shares and rates of checked segments.
pub(crate) struct Shares {
    pub(crate) mean: [f64; 2],
    pub(crate) segments: Vec<Share>,
}

/// One segment's share and rate, before and after.
pub(crate) struct Share {
    pub(crate) weight: [f64; 2],
    pub(crate) rate: [Option<f64>; 2],
    /// The rate, or where it does not exist the other period's; 0 where there is none in either.
    pub(crate) carried: [f64; 2],
}

impl Shares {
    /// Checks the segments and forms their shares and rates.
    pub(crate) fn new(segments: &[Segment]) -> Result<Self, SplitError> {
        for (segment_idx, segment) in segments.iter().enumerate() {
            check(segment_idx, segment)?;
        }
        let total = |part: fn(&Segment) -> [f64; 2], period_idx: usize| {
            exact_sum(
                &segments
                    .iter()
                    .map(|segment| part(segment)[period_idx])
                    .collect::<Vec<f64>>(),
            )
        };
        let whole = [total(|s| s.denominator, 0), total(|s| s.denominator, 1)];
        if let Some(period_idx) = whole.iter().position(|denominator| *denominator <= 0.0) {
            return Err(SplitError::EmptyPeriod { period_idx });
        }
        let mean = [
            total(|s| s.numerator, 0) / whole[0],
            total(|s| s.numerator, 1) / whole[1],
        ];
        Ok(Self {
            mean,
            segments: segments.iter().map(|segment| share(segment, whole)).collect(),
        })
    }

    /// Splits about `centre`.
    fn split(&self, centre: f64) -> Split {
        let segments: Vec<SegmentSplit> = self
            .segments
            .iter()
            .map(|share| SegmentSplit {
                weight: share.weight,
                rate: share.rate,
                presence: presence(share.rate),
                structural: change(share.weight) * (midpoint(share.carried) - centre),
                behavioural: midpoint(share.weight) * change(share.carried),
            })
            .collect();
        let sum = |part: fn(&SegmentSplit) -> f64| exact_sum(&segments.iter().map(part).collect::<Vec<f64>>());
        Split {
            mean: self.mean,
            structural: sum(|s| s.structural),
            behavioural: sum(|s| s.behavioural),
            segments,
        }
    }
}

fn check(segment_idx: usize, segment: &Segment) -> Result<(), SplitError> {
    if segment
        .numerator
        .iter()
        .chain(&segment.denominator)
        .any(|x| !x.is_finite())
    {
        return Err(SplitError::NotFinite { segment_idx });
    }
    for period_idx in 0..2 {
        let (numerator, denominator) = (segment.numerator[period_idx], segment.denominator[period_idx]);
        if denominator < 0.0 {
            return Err(SplitError::NegativeWeight {
                segment_idx,
                period_idx,
            });
        }
        if denominator == 0.0 && numerator != 0.0 {
            return Err(SplitError::RateWithoutWeight {
                segment_idx,
                period_idx,
            });
        }
    }
    Ok(())
}

fn share(segment: &Segment, whole: [f64; 2]) -> Share {
    let rate = [0, 1].map(|period: usize| {
        let denominator = segment.denominator[period];
        (denominator > 0.0).then(|| segment.numerator[period] / denominator)
    });
    let carried = [rate[0].or(rate[1]).unwrap_or(0.0), rate[1].or(rate[0]).unwrap_or(0.0)];
    Share {
        weight: [0, 1].map(|period: usize| segment.denominator[period] / whole[period]),
        rate,
        carried,
    }
}

fn presence(rate: [Option<f64>; 2]) -> Presence {
    match rate {
        [Some(_), Some(_)] => Presence::Both,
        [None, Some(_)] => Presence::Entrant,
        [Some(_), None] => Presence::Leaver,
        [None, None] => Presence::Nowhere,
    }
}

pub(crate) fn midpoint(pair: [f64; 2]) -> f64 {
    (pair[0] + pair[1]) / 2.0
}

pub(crate) fn change(pair: [f64; 2]) -> f64 {
    pair[1] - pair[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums of a handful of numbers near 10: a few units in the last place.
    const TOLERANCE: f64 = 1e-13;

    fn segment(before: (f64, f64), after: (f64, f64)) -> Segment {
        Segment {
            numerator: [before.0, after.0],
            denominator: [before.1, after.1],
        }
    }

    /// Rates 10 and 20 then 12 and 20, shares .5 and .5 then .75 and .25.
    fn worked() -> [Segment; 2] {
        [segment((50.0, 5.0), (90.0, 7.5)), segment((100.0, 5.0), (50.0, 2.5))]
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < TOLERANCE
    }

    #[test]
    fn the_worked_example_splits_as_by_hand() {
        let split = kitagawa(&worked()).expect("the example is sound");
        assert_eq!(split.mean, [15.0, 14.0]);
        assert!(
            near(split.behavioural, 1.25) && near(split.structural, -2.25),
            "{split:?}"
        );
        assert!(near(split.segments[0].structural, -0.875) && near(split.segments[1].structural, -1.375));
    }

    #[test]
    fn parts_add_up_to_the_change_for_either_centre() {
        for split in [kitagawa(&worked()), kitagawa_uncentred(&worked())] {
            let split = split.expect("the example is sound");
            assert!(near(split.structural + split.behavioural, split.change()));
            assert!(near(
                split.segments.iter().map(SegmentSplit::total).sum(),
                split.change()
            ));
        }
    }

    #[test]
    fn a_segment_of_average_rate_has_no_structural_part() {
        let segments = [
            segment((10.0, 1.0), (10.0, 1.0)),
            segment((20.0, 2.0), (40.0, 4.0)),
            segment((10.0, 1.0), (10.0, 1.0)),
        ];
        let split = kitagawa(&segments).expect("all denominators are above 0");
        assert!(
            split
                .segments
                .iter()
                .all(|s| s.structural == 0.0 && s.behavioural == 0.0),
            "{split:?}"
        );
    }

    #[test]
    fn a_segment_in_one_period_only_is_all_structural() {
        let segments = [
            segment((10.0, 2.0), (12.0, 2.0)),
            segment((0.0, 0.0), (30.0, 2.0)),
            segment((8.0, 1.0), (0.0, 0.0)),
        ];
        let split = kitagawa(&segments).expect("both periods have someone");
        assert_eq!(split.segments[1].presence, Presence::Entrant);
        assert_eq!(split.segments[2].presence, Presence::Leaver);
        assert_eq!(split.segments[1].behavioural, 0.0);
        assert_eq!(split.segments[2].behavioural, 0.0);
        assert_eq!(split.segments[1].rate, [None, Some(15.0)]);
        assert!(near(split.structural + split.behavioural, split.change()));
    }

    #[test]
    fn a_segment_in_neither_period_changes_nothing() {
        let mut segments = worked().to_vec();
        segments.push(segment((0.0, 0.0), (0.0, 0.0)));
        let split = kitagawa(&segments).expect("an empty segment is allowed");
        assert_eq!(split.segments[2].presence, Presence::Nowhere);
        assert_eq!(
            split.structural,
            kitagawa(&worked()).expect("the example is sound").structural
        );
    }

    #[test]
    fn the_unit_passes_through() {
        let cents: Vec<Segment> = worked()
            .iter()
            .map(|s| Segment {
                numerator: s.numerator.map(|x| 100.0 * x),
                ..*s
            })
            .collect();
        let split = kitagawa(&cents).expect("the example is sound");
        assert!(near(split.structural / 100.0, -2.25));
    }

    #[test]
    fn what_has_no_ratio_is_refused() {
        assert_eq!(kitagawa(&[]), Err(SplitError::EmptyPeriod { period_idx: 0 }));
        let nobody_after = [segment((1.0, 1.0), (0.0, 0.0))];
        assert_eq!(kitagawa(&nobody_after), Err(SplitError::EmptyPeriod { period_idx: 1 }));
        let negative = [segment((1.0, 1.0), (1.0, 2.0)), segment((1.0, 1.0), (1.0, -1.0))];
        assert_eq!(
            kitagawa(&negative),
            Err(SplitError::NegativeWeight {
                segment_idx: 1,
                period_idx: 1
            })
        );
        let stray = [segment((1.0, 1.0), (1.0, 1.0)), segment((1.0, 0.0), (1.0, 1.0))];
        assert_eq!(
            kitagawa(&stray),
            Err(SplitError::RateWithoutWeight {
                segment_idx: 1,
                period_idx: 0
            })
        );
        let endless = [segment((f64::NAN, 1.0), (1.0, 1.0))];
        assert_eq!(kitagawa(&endless), Err(SplitError::NotFinite { segment_idx: 0 }));
    }
}
