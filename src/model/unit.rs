//! Units that travel with a metric from its expression to the printed figure.
//!
//! A unit is what is counted over what it is counted per. It must not know how a
//! number is printed: that is the words' business.

use serde::Deserialize;
use serde::Serialize;

/// What one unit of a figure is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// A pure number.
    #[default]
    One,
    /// Money, by ISO 4217 code (`USD`).
    Money(String),
    /// Things that are counted, by their singular noun (`shopper`).
    Count(String),
    /// A share of a whole, in `[0, 1]`; printed as per cent.
    Share,
    /// A difference of shares; printed in percentage points.
    SharePoints,
    /// A relative change (0.12 = 12 %); printed as per cent with its sign.
    Change,
    /// Standard deviations of the projection's own errors; printed with σ.
    Sigma,
    /// A probability or q-value in `[0, 1]`; printed with three decimals.
    Probability,
}

/// A quantity, and what it is counted per.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
pub struct Unit {
    /// What is counted.
    pub of: Quantity,
    /// The singular noun that it is counted per (`shopper` in USD/shopper); `None` for a total.
    pub per: Option<String>,
}

impl Unit {
    /// A total of `of`.
    pub fn total(of: Quantity) -> Self {
        Self { of, per: None }
    }

    /// Returns how many times its value a figure of this unit is printed as: shares and changes stand in per cent.
    pub fn printed_factor(&self) -> f64 {
        match self.of {
            Quantity::Share | Quantity::SharePoints | Quantity::Change => 100.0,
            _ => 1.0,
        }
    }

    /// Money in `currency`.
    pub fn money(currency: &str) -> Self {
        Self::total(Quantity::Money(currency.to_owned()))
    }

    /// A count of `noun`.
    pub fn count(noun: &str) -> Self {
        Self::total(Quantity::Count(noun.to_owned()))
    }

    /// The unit of a difference of two such figures: shares differ by points, all else by its own unit.
    pub fn of_difference(&self) -> Unit {
        match self.of {
            Quantity::Share => Unit::total(Quantity::SharePoints),
            _ => self.clone(),
        }
    }

    /// The unit in which a change is told relative to where it began: per cent, but points of a share, which is per cent itself.
    pub fn of_change(&self) -> Unit {
        match self.of {
            Quantity::Share => Unit::total(Quantity::SharePoints),
            _ => Unit::total(Quantity::Change),
        }
    }

    /// The unit of a quotient: like over like is a pure number, else the one per the other.
    pub fn over(&self, divisor: &Unit) -> Option<Unit> {
        if divisor.per.is_some() {
            return None;
        }
        if self.of == divisor.of && self.per.is_none() {
            return Some(Unit::default());
        }
        let noun = match &divisor.of {
            Quantity::One => return Some(self.clone()),
            Quantity::Count(noun) => noun.clone(),
            Quantity::Money(currency) => currency.clone(),
            _ => return None,
        };
        self.per.is_none().then(|| Unit {
            of: self.of.clone(),
            per: Some(noun),
        })
    }
}

impl std::fmt::Display for Unit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.of {
            Quantity::One => write!(f, "1")?,
            Quantity::Money(name) | Quantity::Count(name) => write!(f, "{name}")?,
            Quantity::Share => write!(f, "share")?,
            Quantity::SharePoints => write!(f, "pp")?,
            Quantity::Change => write!(f, "relative change")?,
            Quantity::Sigma => write!(f, "sigma")?,
            Quantity::Probability => write!(f, "probability")?,
        }
        self.per.as_ref().map_or(Ok(()), |per| write!(f, "/{per}"))
    }
}

/// Which direction of a metric is good for whoever sells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Good {
    /// More is better.
    Up,
    /// Less is better.
    Down,
    /// Neither; nothing is said about it.
    #[default]
    Neither,
}
