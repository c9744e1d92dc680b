//! A window's customers with their scores, in columns.
//!
//! Five million customers are five million places in slices, never texts. It must not know what is said of them.

use super::Told;
use super::segments::Segment;
use crate::analysis::Run;
use crate::model::labels::Labels;
use crate::model::period::Period;
use crate::stats::fifths::fifths;
use jiff::civil::date;
use std::sync::Arc;

/// Everybody who bought in a window; one entry a customer in every column.
pub(super) struct Crowd {
    /// The ids that `who` points to.
    pub ids: Arc<Labels>,
    /// Index of the customer's id, ascending.
    pub who: Vec<u32>,
    /// Days from the last purchase to the window's end: on the last day 1.
    pub recency: Vec<f64>,
    /// In the frequency metric's unit.
    pub frequency: Vec<f64>,
    /// In the monetary metric's unit.
    pub monetary: Vec<f64>,
    /// Scores for recency, frequency and money.
    pub codes: Vec<[u8; 3]>,
    /// What the scores make of the customer.
    pub segments: Vec<Segment>,
}

/// Reads and scores the customers of a window.
pub(super) fn crowd(told: &Told, run: &Run, window: Period) -> Crowd {
    let request = told.request(run.plan, window);
    let answer = run.panel.answer(&request).expect("what an analysis asks is answered");
    let measures = told.measures(run.plan);
    let last_day = measures.len();
    let [frequency, monetary] = told.metrics(run.plan);
    let end = (window.until - date(1970, 1, 1)).get_days();
    let mut crowd = Crowd {
        ids: answer.customers.clone(),
        who: Vec::new(),
        recency: Vec::new(),
        frequency: Vec::new(),
        monetary: Vec::new(),
        codes: Vec::new(),
        segments: Vec::new(),
    };
    for (row_idx, &customer) in answer.customer.iter().enumerate() {
        let amount = |measure: &usize| {
            let column = measures.iter().position(|it| it == measure)?;
            answer.amount(column, row_idx).or(Some(0.0))
        };
        let bought = frequency.formula.value(&amount).unwrap_or(0.0);
        let Some(day) = answer.values[last_day].get(row_idx).filter(|_| bought > 0.0) else {
            continue;
        };
        crowd.who.push(customer);
        // A count of days is far below 2^53: the cast is exact.
        crowd.recency.push((i64::from(end) - day) as f64);
        crowd.frequency.push(bought);
        crowd.monetary.push(monetary.formula.value(&amount).unwrap_or(0.0));
    }
    // The fewer days, the better the score.
    let freshness: Vec<f64> = crowd.recency.iter().map(|days| -days).collect();
    let recency = fifths(&freshness, told.ties);
    let frequency = fifths(&crowd.frequency, told.ties);
    let monetary = fifths(&crowd.monetary, told.ties);
    crowd.codes = (0..crowd.who.len())
        .map(|it| [recency[it], frequency[it], monetary[it]])
        .collect();
    crowd.segments = crowd.codes.iter().map(|code| Segment::of(*code)).collect();
    crowd
}

/// Follows customers from one window to the next: counts by segment before (last: none) and now (last: none).
pub(super) fn migration(before: &Crowd, now: &Crowd) -> Vec<Vec<u64>> {
    let nobody = Segment::ALL.len();
    let union = before.ids.union(&now.ids);
    let placed = |crowd: &Crowd, place: &[u32]| {
        let mut segment = vec![nobody; union.labels.len()];
        for (who, it) in crowd.who.iter().zip(&crowd.segments) {
            segment[place[*who as usize] as usize] = *it as usize;
        }
        segment
    };
    let mut counts = vec![vec![0; nobody + 1]; nobody + 1];
    let both = placed(before, &union.left).into_iter().zip(placed(now, &union.right));
    for (from, to) in both {
        counts[from][to] += 1;
    }
    // Whoever bought in neither window is nobody's customer here.
    counts[nobody][nobody] = 0;
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd(ids: &[i64], segments: &[Segment]) -> Crowd {
        Crowd {
            ids: Arc::new(Labels::Numbers(ids.to_vec())),
            who: (0..).take(ids.len()).collect(),
            recency: Vec::new(),
            frequency: Vec::new(),
            monetary: Vec::new(),
            codes: Vec::new(),
            segments: segments.to_vec(),
        }
    }

    #[test]
    fn customers_are_followed_by_their_ids() {
        let before = crowd(&[1, 3, 7], &[Segment::Champions, Segment::Loyal, Segment::Lost]);
        let now = crowd(&[1, 4, 7], &[Segment::AtRisk, Segment::Recent, Segment::Lost]);
        let counts = migration(&before, &now);
        let nobody = Segment::ALL.len();
        assert_eq!(counts[Segment::Champions as usize][Segment::AtRisk as usize], 1);
        assert_eq!(counts[Segment::Loyal as usize][nobody], 1);
        assert_eq!(counts[nobody][Segment::Recent as usize], 1);
        assert_eq!(counts[Segment::Lost as usize][Segment::Lost as usize], 1);
        assert_eq!(counts.iter().flatten().sum::<u64>(), 4);
    }
}
