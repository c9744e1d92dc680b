//! The nine segments, and the map from scores to them.
//!
//! Every pair of scores is in exactly one segment; money does not decide who someone is, it says what they are
//! worth. It must not know how scores are made.

use crate::say;
use crate::words::Words;

/// Who a customer is, by when and how often they buy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// Bought lately and often: R and F at least 4.
    Champions,
    /// Buy often, not all of them lately: R and F at least 3, and no champions.
    Loyal,
    /// Bought lately, a few times: R at least 4, F is 2.
    PotentialLoyalists,
    /// Bought lately, seldom: R at least 4, F is 1.
    Recent,
    /// Neither lately nor long ago, seldom: R is 3, F at most 2.
    Promising,
    /// Bought most often of all, and stopped: R at most 2, F is 5.
    CannotLose,
    /// Bought often, and stopped: R at most 2, F is 3 or 4.
    AtRisk,
    /// Bought seldom, a while ago: R is 2, F at most 2.
    Hibernating,
    /// Bought seldom, long ago: R is 1, F at most 2.
    Lost,
}

impl Segment {
    /// All segments, in the order to print.
    pub const ALL: [Segment; 9] = [
        Segment::Champions,
        Segment::Loyal,
        Segment::PotentialLoyalists,
        Segment::Recent,
        Segment::Promising,
        Segment::CannotLose,
        Segment::AtRisk,
        Segment::Hibernating,
        Segment::Lost,
    ];

    /// Those who were worth most, and are leaving.
    pub const AT_RISK: [Segment; 2] = [Segment::CannotLose, Segment::AtRisk];

    /// Returns the segment of scores for recency, frequency and money, each 1 to 5.
    pub fn of([recency, frequency, _money]: [u8; 3]) -> Segment {
        match (recency, frequency) {
            (4.., 4..) => Segment::Champions,
            (3.., 3..) => Segment::Loyal,
            (4.., 2) => Segment::PotentialLoyalists,
            (4.., _) => Segment::Recent,
            (3, _) => Segment::Promising,
            (_, 5..) => Segment::CannotLose,
            (_, 3..) => Segment::AtRisk,
            (2, _) => Segment::Hibernating,
            _ => Segment::Lost,
        }
    }

    /// Returns the name to print.
    pub fn label(self, words: &Words) -> String {
        say!(words, "rfm-segment", segment = self.slug())
    }

    /// Returns the name where there is little room.
    pub fn short(self, words: &Words) -> String {
        match self {
            Segment::PotentialLoyalists | Segment::CannotLose => {
                say!(words, "rfm-segment-short", segment = self.slug())
            }
            other => other.label(words),
        }
    }

    /// Returns the name in ids of facts.
    pub fn slug(self) -> &'static str {
        match self {
            Segment::Champions => "champions",
            Segment::Loyal => "loyal",
            Segment::PotentialLoyalists => "potential-loyalists",
            Segment::Recent => "recent",
            Segment::Promising => "promising",
            Segment::CannotLose => "cannot-lose",
            Segment::AtRisk => "at-risk",
            Segment::Hibernating => "hibernating",
            Segment::Lost => "lost",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definitions as they are documented: none leans on the order of the others.
    fn fits(segment: Segment, [r, f, _]: [u8; 3]) -> bool {
        match segment {
            Segment::Champions => r >= 4 && f >= 4,
            Segment::Loyal => r >= 3 && f >= 3 && !(r >= 4 && f >= 4),
            Segment::PotentialLoyalists => r >= 4 && f == 2,
            Segment::Recent => r >= 4 && f == 1,
            Segment::Promising => r == 3 && f <= 2,
            Segment::CannotLose => r <= 2 && f == 5,
            Segment::AtRisk => r <= 2 && (f == 3 || f == 4),
            Segment::Hibernating => r == 2 && f <= 2,
            Segment::Lost => r == 1 && f <= 2,
        }
    }

    #[test]
    fn each_of_the_125_codes_is_in_exactly_one_segment() {
        let scores = 1..=5_u8;
        let mut n = 0;
        for r in scores.clone() {
            for f in scores.clone() {
                for m in scores.clone() {
                    let code = [r, f, m];
                    let all: Vec<Segment> = Segment::ALL.into_iter().filter(|it| fits(*it, code)).collect();
                    assert_eq!(all, [Segment::of(code)], "{code:?}");
                    n += 1;
                }
            }
        }
        assert_eq!(n, 125);
    }
}
