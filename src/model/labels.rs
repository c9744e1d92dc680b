//! Distinct values of a column in one stable order, so that a value can be a small number.
//!
//! Whole numbers stay numbers: five million customers take forty megabytes, and their order needs no
//! parsing. It must not know what the values stand for.

use serde::Serialize;
use serde::Serializer;
use std::borrow::Cow;
use std::cmp::Ordering;

/// Distinct values, each once: whole numbers by size, before all other texts by bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Labels {
    /// Whole numbers, ascending.
    Numbers(Vec<i64>),
    /// Texts; those that are whole numbers come first, by size.
    Texts(Vec<String>),
}

/// Two lists of labels as one, and where each label of either went.
pub struct Union {
    /// All labels.
    pub labels: Labels,
    /// The place of each label of the left list; ascending.
    pub left: Vec<u32>,
    /// The place of each label of the right list; ascending.
    pub right: Vec<u32>,
}

impl Default for Labels {
    fn default() -> Self {
        Self::Texts(Vec::new())
    }
}

impl Serialize for Labels {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((0..self.len()).map(|idx| self.text(idx)))
    }
}

impl Labels {
    /// Makes labels of texts in any order, repeated or not.
    pub fn of_texts(mut texts: Vec<String>) -> Self {
        // The size of a number is read once a text, not once a comparison.
        texts.sort_by_cached_key(|text| size_key(text));
        texts.dedup();
        Self::Texts(texts)
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(all) => all.len(),
            Self::Texts(all) => all.len(),
        }
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the bytes that they take in memory, about.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Numbers(all) => (all.len() * size_of::<i64>()) as u64,
            Self::Texts(all) => all.iter().map(|it| (size_of::<String>() + it.capacity()) as u64).sum(),
        }
    }

    /// Returns one label as text.
    pub fn text(&self, idx: usize) -> Cow<'_, str> {
        match self {
            Self::Numbers(all) => Cow::Owned(all[idx].to_string()),
            Self::Texts(all) => Cow::Borrowed(&all[idx]),
        }
    }

    /// Returns all labels as text.
    pub fn texts(&self) -> impl Iterator<Item = Cow<'_, str>> {
        (0..self.len()).map(|idx| self.text(idx))
    }

    /// Returns the place of a text; `None` where it is not among them.
    pub fn place(&self, text: &str) -> Option<usize> {
        match self {
            Self::Numbers(all) => {
                let number: i64 = text.parse().ok()?;
                let place = all.binary_search(&number).ok()?;
                // `007` is not the number 7.
                (all[place].to_string() == text).then_some(place)
            }
            Self::Texts(all) => all.binary_search_by(|it| by_size(it, text)).ok(),
        }
    }

    /// Returns the labels whose mark is set, in their order.
    pub fn kept(&self, marks: &[bool]) -> Labels {
        fn kept<T: Clone>(all: &[T], marks: &[bool]) -> Vec<T> {
            all.iter()
                .zip(marks)
                .filter(|it| *it.1)
                .map(|it| it.0.clone())
                .collect()
        }
        match self {
            Self::Numbers(all) => Self::Numbers(kept(all, marks)),
            Self::Texts(all) => Self::Texts(kept(all, marks)),
        }
    }

    /// Joins two lists.
    pub fn union(&self, other: &Labels) -> Union {
        let places =
            |of: &Labels| (0..u32::try_from(of.len()).expect("fewer than four billion distinct values")).collect();
        match (self, other) {
            // What is empty has no kind.
            (all, none) | (none, all) if none.is_empty() => Union {
                labels: all.clone(),
                left: places(self),
                right: places(other),
            },
            (Self::Numbers(a), Self::Numbers(b)) => {
                let (all, left, right) = joined(a, b, |x, y| x.cmp(y));
                Union {
                    labels: Self::Numbers(all),
                    left,
                    right,
                }
            }
            (Self::Texts(a), Self::Texts(b)) => {
                let (all, left, right) = joined(a, b, |x, y| by_size(x, y));
                Union {
                    labels: Self::Texts(all),
                    left,
                    right,
                }
            }
            (Self::Numbers(_), Self::Texts(_)) => self.as_texts().union(other),
            (Self::Texts(_), Self::Numbers(_)) => self.union(&other.as_texts()),
        }
    }

    fn as_texts(&self) -> Labels {
        // Numbers by size stand in the order of texts already.
        Self::Texts(self.texts().map(Cow::into_owned).collect())
    }
}

fn joined<T: Clone>(a: &[T], b: &[T], order: impl Fn(&T, &T) -> Ordering) -> (Vec<T>, Vec<u32>, Vec<u32>) {
    let place = |all: &Vec<T>| u32::try_from(all.len()).expect("fewer than four billion distinct values");
    let mut all = Vec::with_capacity(a.len().max(b.len()));
    let (mut left, mut right) = (Vec::with_capacity(a.len()), Vec::with_capacity(b.len()));
    while left.len() < a.len() || right.len() < b.len() {
        let next = match (a.get(left.len()), b.get(right.len())) {
            (Some(x), Some(y)) => order(x, y),
            (Some(_), None) => Ordering::Less,
            _ => Ordering::Greater,
        };
        let at = place(&all);
        match next {
            Ordering::Less => all.push(a[left.len()].clone()),
            Ordering::Equal | Ordering::Greater => all.push(b[right.len()].clone()),
        }
        if next != Ordering::Greater {
            left.push(at);
        }
        if next != Ordering::Less {
            right.push(at);
        }
    }
    (all, left, right)
}

/// Orders texts: whole numbers by size and before all others, the others by bytes.
pub fn by_size(a: &str, b: &str) -> Ordering {
    match (a.parse::<i64>(), b.parse::<i64>()) {
        (Ok(x), Ok(y)) => x.cmp(&y).then_with(|| a.cmp(b)),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}

fn size_key(text: &str) -> (bool, i64, String) {
    match text.parse::<i64>() {
        Ok(number) => (false, number, text.to_owned()),
        Err(_) => (true, 0, text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(all: &[&str]) -> Labels {
        Labels::of_texts(all.iter().map(|it| (*it).to_owned()).collect())
    }

    #[test]
    fn numbers_stand_by_size_before_words() {
        assert_eq!(
            texts(&["b", "10", "9", "a", "9"]),
            Labels::Texts(vec!["9".into(), "10".into(), "a".into(), "b".into()])
        );
    }

    #[test]
    fn a_union_says_where_each_label_went() {
        let union = Labels::Numbers(vec![1, 5]).union(&Labels::Numbers(vec![3, 5, 9]));
        assert_eq!(union.labels, Labels::Numbers(vec![1, 3, 5, 9]));
        assert_eq!((union.left, union.right), (vec![0, 2], vec![1, 2, 3]));
    }

    #[test]
    fn numbers_beside_texts_become_texts_in_the_same_order() {
        let union = Labels::Numbers(vec![-1, 20]).union(&texts(&["3", "x"]));
        assert_eq!(union.labels, texts(&["-1", "3", "20", "x"]));
        assert_eq!(union.left, vec![0, 2]);
    }

    #[test]
    fn a_label_is_found_as_it_is_written() {
        assert_eq!(Labels::Numbers(vec![7, 8]).place("8"), Some(1));
        assert_eq!(Labels::Numbers(vec![7, 8]).place("08"), None);
        assert_eq!(texts(&["a", "12"]).place("a"), Some(1));
    }
}
