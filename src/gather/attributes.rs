//! Customers and the level that each has in every segment dimension.

use super::sources_with_customers;
use crate::model::diagnostic::Diagnostics;
use crate::model::labels::Labels;
use crate::model::panel::Attributes;
use crate::model::panel::Dimension;
use crate::model::period::Period;
use crate::model::plan::Plan;
use crate::model::plan::Segment;
use crate::model::request::Answer;
use crate::model::request::Key;
use crate::model::request::Request;
use crate::source::Tables;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The level of a customer whose value is missing, or who is not in the customers source.
const NOT_STATED: &str = "not stated";

/// Asks for the customers of the events in `periods`.
pub fn requests(plan: &Plan, periods: &[Period]) -> Vec<Request> {
    sources_with_customers(plan)
        .map(|source| Request {
            source,
            keys: vec![Key::Customer],
            periods: periods.to_vec(),
            categories: Vec::new(),
            aggregates: Vec::new(),
        })
        .collect()
}

/// Joins the customers of the events with those of the customers source.
pub fn attributes(plan: &Plan, tables: &Tables, of_events: &[&Answer]) -> Result<Attributes, Diagnostics> {
    let seen = of_events.iter().fold(Labels::Numbers(Vec::new()), |all, answer| {
        all.union(&answer.customers).labels
    });
    // Without segments the customers source says who there is, where the roster asks.
    let of_roster = plan.roster.as_ref().filter(|it| it.reads_customers_source());
    let first = plan.segments.first().map(|it| it.source);
    let Some(source) = first.or_else(|| of_roster.and_then(|_| plan.customers_source())) else {
        return Ok(Attributes {
            customers: seen,
            dimensions: Vec::new(),
        });
    };
    let columns: Vec<&str> = plan.segments.iter().map(|it| it.column.as_str()).collect();
    let known = tables.customers(plan, source, &columns)?;
    let union = seen.union(&known.ids);
    let customers = union.labels;
    let mut row_of: Vec<Option<usize>> = vec![None; customers.len()];
    union
        .right
        .iter()
        .enumerate()
        .for_each(|(row, place)| row_of[*place as usize] = Some(row));
    let dimensions = plan
        .segments
        .iter()
        .zip(&known.values)
        .map(|(segment, values)| {
            let texts: Vec<Option<String>> = row_of
                .iter()
                .map(|row| row.and_then(|row| values[row].clone()).filter(|text| !text.is_empty()))
                .map(|text| text.and_then(|text| level(segment, text)))
                .collect();
            dimension(segment, &texts)
        })
        .collect();
    Ok(Attributes { customers, dimensions })
}

/// Returns the label of a raw value: itself, or its band; a value that is not a number has no band.
fn level(segment: &Segment, text: String) -> Option<String> {
    if segment.bands.is_empty() {
        return Some(text);
    }
    let x: f64 = text.parse().ok().filter(|x: &f64| x.is_finite())?;
    let above = segment.bands.iter().filter(|&&low| low <= x).count();
    Some(band_label(&segment.bands, above))
}

/// Names the band between the ends `above - 1` and `above`.
fn band_label(bands: &[f64], above: usize) -> String {
    let whole = bands.iter().all(|x| x.fract() == 0.0);
    match (above.checked_sub(1).map(|idx| bands[idx]), bands.get(above)) {
        (None, Some(high)) => format!("below {high}"),
        (Some(low), None) => format!("{low}+"),
        (Some(low), Some(high)) if whole && high - low > 1.0 => format!("{low}–{}", high - 1.0),
        (Some(low), Some(_)) if whole => low.to_string(),
        (Some(low), Some(high)) => format!("{low} to below {high}"),
        (None, None) => unreachable!("a band has at least one end"),
    }
}

fn dimension(segment: &Segment, texts: &[Option<String>]) -> Dimension {
    let mut present: Vec<&str> = texts.iter().flatten().map(String::as_str).collect();
    present.sort_unstable();
    present.dedup();
    let bands: Vec<String> = (0..=segment.bands.len())
        .map(|above| band_label_or_empty(&segment.bands, above))
        .collect();
    let rank = |label: &str| {
        let order = if segment.bands.is_empty() {
            &segment.order
        } else {
            &bands
        };
        order.iter().position(|it| it == label).unwrap_or(order.len())
    };
    present.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| natural(a, b)));
    let mut levels: Vec<String> = present.into_iter().map(str::to_owned).collect();
    let n_missing = texts.iter().filter(|text| text.is_none()).count() as u64;
    if n_missing > 0 {
        levels.push(NOT_STATED.to_owned());
    }
    let code: BTreeMap<&str, u16> = levels
        .iter()
        .zip(0_u16..)
        .map(|(label, idx)| (label.as_str(), idx))
        .collect();
    let codes = texts
        .iter()
        .map(|text| code[text.as_deref().unwrap_or(NOT_STATED)])
        .collect();
    Dimension {
        name: segment.name.clone(),
        label: segment.label.clone(),
        levels,
        codes,
        n_missing,
    }
}

fn band_label_or_empty(bands: &[f64], above: usize) -> String {
    if bands.is_empty() {
        String::new()
    } else {
        band_label(bands, above)
    }
}

/// Orders levels as a person would: by their first number, "under" and "<" before it, else by alphabet.
fn natural(a: &str, b: &str) -> Ordering {
    let key = |text: &str| {
        let lower = text.to_lowercase();
        let below = lower.starts_with('<') || lower.starts_with("under") || lower.starts_with("below");
        let digits: String = lower
            .chars()
            .skip_while(|c| !c.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .collect();
        (digits.parse::<f64>().unwrap_or(f64::INFINITY), !below)
    };
    let (left, right) = (key(a), key(b));
    left.0
        .total_cmp(&right.0)
        .then(left.1.cmp(&right.1))
        .then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_stand_in_natural_order() {
        let mut levels = ["150K+", "<25K", "100-150K", "25-50K", "Under 15K"];
        levels.sort_by(|a, b| natural(a, b));
        assert_eq!(levels, ["Under 15K", "<25K", "25-50K", "100-150K", "150K+"]);
    }

    #[test]
    fn bands_name_their_ends() {
        let bands = [18.0, 25.0, 65.0];
        assert_eq!(band_label(&bands, 0), "below 18");
        assert_eq!(band_label(&bands, 1), "18–24");
        assert_eq!(band_label(&bands, 3), "65+");
    }
}
