//! Claims in an author's words: that a metric or a category moved by a figure, or was one.
//!
//! A sentence is read whole or not at all: what stands before a name, or behind a figure, may make it another one. It must not
//! know the facts.

use super::vocabulary::AGAINST;
use super::vocabulary::ARTICLES;
use super::vocabulary::AT;
use super::vocabulary::AUXILIARIES;
use super::vocabulary::BEFORE;
use super::vocabulary::BY;
use super::vocabulary::FELL;
use super::vocabulary::FROM;
use super::vocabulary::HIGHER;
use super::vocabulary::JOINTS;
use super::vocabulary::LOWER;
use super::vocabulary::OF;
use super::vocabulary::PREVIOUS;
use super::vocabulary::ROSE;
use super::vocabulary::TO;
use super::vocabulary::WAS;
use super::vocabulary::WITHIN;
use crate::lint::Stated;
use crate::lint::families;
use crate::lint::reading::Token;
use crate::lint::reading::Typed;
use crate::lint::reading::decimal;
use crate::lint::reading::tokens;
use crate::model::plan::Metric;
use std::collections::BTreeSet;

/// What a text says of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// It went up by a figure.
    Rose,
    /// It went down by a figure.
    Fell,
    /// It is at a figure.
    Was,
}

/// A claim.
#[derive(Debug, Clone)]
pub(super) struct Claim<'a> {
    /// The metric; `None` where only a category is named.
    pub metric: Option<&'a Metric>,
    /// The category's label; `None` for all of them.
    pub category: Option<&'a str>,
    /// What is said.
    pub said: Said,
    /// Which way it went, by its verb.
    verb: Said,
    /// The figure.
    pub figure: Typed,
    /// The words of the claim, in small letters.
    pub written: String,
}

/// What a name is of.
#[derive(Clone, Copy)]
enum Of<'a> {
    Metric(&'a Metric),
    Category(&'a str),
}

/// Names that a text may use.
pub(super) struct Names<'a> {
    /// The longest first, so that "spend per visit" is not spend.
    names: Vec<(Vec<Token>, Of<'a>)>,
    /// What the target is called.
    target: Vec<Vec<Token>>,
    /// What it is held against is called.
    compared: Vec<Vec<Token>>,
    /// "month": the previous one is what a month is held against.
    grain: Token,
    decimal: char,
}

impl<'a> Names<'a> {
    /// Lists the names of a memo's metrics, categories and periods.
    pub fn new(stated: &Stated<'a>) -> Self {
        let decimal = decimal(stated.words);
        let cut = |text: &str| tokens(text, decimal);
        let mut names: Vec<(Vec<Token>, Of<'a>)> = Vec::new();
        for metric in &stated.plan.metrics {
            names.push((cut(&metric.label), Of::Metric(metric)));
            names.push((cut(&metric.name.replace('_', " ")), Of::Metric(metric)));
        }
        // Every memo has cells of its categories.
        let cells = families::of(stated.facts, "cells/*/*");
        let labels: BTreeSet<&'a str> = cells.iter().map(|it| it.fact.from.category.as_str()).collect();
        names.extend(labels.into_iter().map(|it| (cut(it), Of::Category(it))));
        names.retain(|it| !it.0.is_empty());
        names.sort_by_key(|it| std::cmp::Reverse(it.0.len()));
        let periods = &stated.plan.periods;
        let called = |it| {
            let names = [
                stated.words.period(it),
                stated.words.short(it),
                periods.calendar.name(it),
            ];
            names.map(|it| cut(&it))
        };
        let mut compared: Vec<Vec<Token>> = Vec::new();
        for comparison in &periods.comparisons {
            compared.push(cut(&stated.words.comparison(comparison)));
            if let [one] = comparison.periods.as_slice() {
                compared.extend(called(one));
            }
        }
        Self {
            names,
            target: called(&periods.target).to_vec(),
            compared,
            grain: Token::Word(periods.target.grain.noun().to_owned()),
            decimal,
        }
    }

    /// Lists the claims of a text; `category` is what all of it is about.
    pub fn claims(&self, text: &str, category: Option<&'a str>) -> Vec<Claim<'a>> {
        let all = tokens(text, self.decimal);
        let sentences = all.split(|it| matches!(it, Token::Stop('.' | ';' | '!' | '?')));
        sentences
            .filter_map(|it| self.sentence(it, category))
            .flatten()
            .collect()
    }

    /// Reads a sentence of claims and nothing else; `None` where there is more to it.
    fn sentence(&self, all: &[Token], category: Option<&'a str>) -> Option<Vec<Claim<'a>>> {
        let mut claims: Vec<Claim<'a>> = Vec::new();
        let mut at = self.lead(all);
        while at < all.len() {
            let (claim, next) = match self.claim(all, at, category) {
                Some(it) => it,
                None => again(claims.last()?, all, at)?,
            };
            claims.push(claim);
            let joints = all[next..].iter().take_while(|it| is_joint(it)).count();
            at = next + joints;
            // Two claims have something between them.
            (joints > 0 || at == all.len()).then_some(())?;
        }
        Some(claims)
    }

    /// Returns where a sentence begins that says at first when it was: "In October 2026, …".
    fn lead(&self, all: &[Token]) -> usize {
        let n = if is_word(all.first(), &WITHIN) {
            self.period(all, 1, &self.target)
        } else {
            None
        };
        n.map_or(0, |at| at + usize::from(matches!(all.get(at), Some(Token::Stop(',')))))
    }

    /// Reads the claim that begins at a place; returns it with the place behind it.
    fn claim(&self, all: &[Token], from: usize, category: Option<&'a str>) -> Option<(Claim<'a>, usize)> {
        let first = from + n_words(all, from, &ARTICLES);
        let (metric, own, subject) = self.subject(all, first)?;
        let mut verb = subject + n_words(all, subject, &AUXILIARIES);
        // "Was" stands before another verb, or is one.
        let said = match said(all.get(verb)) {
            Some(it) => it,
            None => {
                verb = verb.checked_sub(1).filter(|it| subject <= *it)?;
                said(all.get(verb))?
            }
        };
        let way = said;
        let (said, figure, at) = figure(all, verb + 1, way)?;
        let claim = Claim {
            metric,
            category: own.or(category),
            said,
            verb: way,
            figure,
            written: written(&all[first..at]),
        };
        Some((claim, self.when(all, at)))
    }

    /// Reads what a claim is about: the metric, the category, and the place behind both.
    fn subject(&self, all: &[Token], at: usize) -> Option<(Option<&'a Metric>, Option<&'a str>, usize)> {
        let (of, next) = self.name(all, at)?;
        match of {
            Of::Metric(metric) => {
                let joined = next + n_words(all, next, &OF).min(1);
                let behind = self.name(all, joined + n_words(all, joined, &ARTICLES));
                match behind.filter(|_| next < joined) {
                    Some((Of::Category(category), at)) => Some((Some(metric), Some(category), at)),
                    _ => Some((Some(metric), None, next)),
                }
            }
            Of::Category(category) => match self.name(all, next) {
                Some((Of::Metric(metric), at)) => Some((Some(metric), Some(category), at)),
                _ => Some((None, Some(category), next)),
            },
        }
    }

    fn name(&self, all: &[Token], at: usize) -> Option<(Of<'a>, usize)> {
        let rest = all.get(at..)?;
        let (name, of) = self.names.iter().find(|it| rest.starts_with(&it.0))?;
        Some((*of, at + name.len()))
    }

    /// Returns the place behind all that says when a claim was, or what it is held against.
    fn when(&self, all: &[Token], mut at: usize) -> usize {
        loop {
            let next = at + 1;
            let found = match all.get(at) {
                it if is_word(it, &WITHIN) && self.period(all, next, &self.target).is_some() => {
                    self.period(all, next, &self.target)
                }
                it if is_word(it, &AGAINST) => {
                    let named = self.period(all, next, &self.compared);
                    named.or_else(|| self.previous(all, next))
                }
                _ => None,
            };
            match found {
                Some(behind) => at = behind,
                None => return at,
            }
        }
    }

    /// Finds one of some periods at a place; returns the place behind it.
    fn period(&self, all: &[Token], from: usize, of: &[Vec<Token>]) -> Option<usize> {
        let at = from + n_words(all, from, &ARTICLES);
        let rest = all.get(at..)?;
        let named = of.iter().filter(|it| !it.is_empty() && rest.starts_with(it));
        named.map(|it| at + it.len()).max()
    }

    /// Finds "the previous month" or "the month before".
    fn previous(&self, all: &[Token], from: usize) -> Option<usize> {
        let at = from + n_words(all, from, &ARTICLES);
        let is_grain = |at: usize| all.get(at) == Some(&self.grain);
        let is_said = (is_word(all.get(at), &PREVIOUS) && is_grain(at + 1))
            || (is_grain(at) && is_word(all.get(at + 1), &BEFORE));
        is_said.then_some(at + 2)
    }
}

/// Reads what is said more of the same thing: ", by $12, to $192".
fn again<'a>(last: &Claim<'a>, all: &[Token], at: usize) -> Option<(Claim<'a>, usize)> {
    let said = match all.get(at) {
        it if is_word(it, &TO) => Said::Was,
        it if is_word(it, &BY) && last.verb != Said::Was => last.verb,
        _ => return None,
    };
    let Some(Token::Figure(figure)) = all.get(at + 1) else {
        return None;
    };
    let claim = Claim {
        said,
        figure: figure.clone(),
        written: format!("{} … {}", last.written, written(&all[at..at + 2])),
        ..last.clone()
    };
    Some((claim, at + 2))
}

/// Reads the figure behind a verb: "by 3 %", "to $5", "from $4 to $5", "at $5", "3 % higher".
fn figure(all: &[Token], at: usize, verb: Said) -> Option<(Said, Typed, usize)> {
    let is_figure = |at: usize| match all.get(at) {
        Some(Token::Figure(it)) => Some(it.clone()),
        _ => None,
    };
    let moved = verb != Said::Was;
    let (said, at) = match all.get(at) {
        it if moved && is_word(it, &FROM) && is_figure(at + 1).is_some() && is_word(all.get(at + 2), &TO) => {
            (Said::Was, at + 3)
        }
        it if moved && is_word(it, &TO) => (Said::Was, at + 1),
        it if moved && is_word(it, &BY) => (verb, at + 1),
        it if !moved && is_word(it, &AT) => (verb, at + 1),
        _ => (verb, at),
    };
    let typed = is_figure(at)?;
    let more = match all.get(at + 1) {
        it if said == Said::Was && is_word(it, &HIGHER) => Some(Said::Rose),
        it if said == Said::Was && is_word(it, &LOWER) => Some(Said::Fell),
        _ => None,
    };
    Some((more.unwrap_or(said), typed, at + 1 + usize::from(more.is_some())))
}

fn said(token: Option<&Token>) -> Option<Said> {
    let all = [(ROSE.as_slice(), Said::Rose), (&FELL, Said::Fell), (&WAS, Said::Was)];
    all.into_iter().find(|it| is_word(token, it.0)).map(|it| it.1)
}

fn is_joint(token: &Token) -> bool {
    matches!(token, Token::Stop(',')) || is_word(Some(token), &JOINTS)
}

fn is_word(token: Option<&Token>, of: &[&str]) -> bool {
    matches!(token, Some(Token::Word(word)) if of.contains(&word.as_str()))
}

/// Counts the words of a list that stand at a place.
fn n_words(all: &[Token], at: usize, of: &[&str]) -> usize {
    let rest = all.get(at..).unwrap_or_default();
    rest.iter().take_while(|it| is_word(Some(it), of)).count()
}

/// Puts tokens together again.
fn written(tokens: &[Token]) -> String {
    let mut text = String::new();
    for token in tokens {
        let word = match token {
            Token::Word(word) => word.as_str(),
            Token::Figure(it) => it.written.as_str(),
            Token::Stop(it) => {
                text.push(*it);
                continue;
            }
        };
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::planted::fact;
    use crate::lint::planted::plan;
    use crate::lint::planted::stated_as;
    use crate::model::facts::Facts;
    use crate::model::facts::Value;
    use crate::model::memo::Memo;

    /// Claims of a text as "metric@category said figure".
    fn read(text: &str, locale: &str) -> Vec<String> {
        let mut facts = Facts::new();
        for (slug, label) in [("milk", "Milk"), ("arts-crafts-sewing", "Arts, Crafts & Sewing")] {
            let mut cell = fact(Value::Number(None));
            label.clone_into(&mut cell.from.category);
            facts.insert(format!("cells/buys-rows/{slug}"), cell);
        }
        let mut plan = plan();
        locale.clone_into(&mut plan.locale);
        let memo = Memo::default();
        stated_as(&plan, &facts, &memo, &|stated| {
            let claims = Names::new(stated).claims(text, None);
            let said = claims.iter().map(|it| {
                let metric = it.metric.map_or("", |it| it.name.as_str());
                let category = it.category.unwrap_or("");
                format!("{metric}@{category} {:?} {}", it.said, it.figure.written)
            });
            said.collect()
        })
    }

    #[test]
    fn what_can_be_read_in_one_way_is_a_claim() {
        let of = |text| read(text, "en-US");
        assert_eq!(of("Spend rose 12 %."), ["spend@ Rose 12 %"]);
        assert_eq!(
            of("The spend was $5, and visits were also down by 3%"),
            ["spend@ Was $5", "visits@ Fell 3%"]
        );
        assert_eq!(
            of("Milk spend fell to $4.2 m, while spend per visit grew 2 %"),
            ["spend@Milk Was $4.2 m", "ticket@ Rose 2 %",]
        );
        assert_eq!(
            of("Visits in Arts, Crafts & Sewing jumped 7 per cent in October 2026."),
            ["visits@Arts, Crafts & Sewing Rose 7 per cent"]
        );
        assert_eq!(of("Milk dropped 5 % on September 2026"), ["@Milk Fell 5 %"]);
        assert_eq!(of("Conversion was 3.4 %"), ["rate@ Was 3.4 %"]);
        assert_eq!(
            of(
                "In October 2026, spend fell from $70,000 to $47,000, by 33 %, but visits went up 4 % on the previous month"
            ),
            ["spend@ Was $47,000", "spend@ Fell 33 %", "visits@ Rose 4 %"]
        );
        assert_eq!(
            of("Spend stood at $5 m, and visits were 3 % higher"),
            ["spend@ Was $5 m", "visits@ Rose 3 %"]
        );
    }

    #[test]
    fn what_may_mean_something_else_is_none() {
        for text in [
            "Online spend rose 12 %.",
            "Spend rose 12 % among members.",
            "Spend rose about 12 %.",
            "In 2024, spend rose 12 %.",
            "Spend rose 12 % on August 2026.",
            "Spend rose 12 % since the strike.",
            "Spend would be down 12 %.",
            "A panel of this size misses changes in spend below 10 %.",
            "Milk prices rose 12 %.",
            "Ages 25–34, the top 3 and aisle 12 are in spend.",
            "Spend in the North rose 12 %.",
            "Spend rose with 3 shops.",
            // What stands before a claim, or behind it, may make it another one.
            "We saw this coming: spend was down by 3 %.",
            "Online, spend rose 12 %.",
            "Last month, spend rose 12 %.",
            "Excluding fuel, spend fell 28 %.",
            "According to others, spend rose 3 %.",
            "CPI: Milk up 12 %.",
            "They say that spend rose 3 %.",
            "(Visits down 2 %)",
            "Spend fell 20 %, seasonally adjusted.",
            "Spend rose 12 %, among members.",
            "Spend was up 24 %, then fell 27 %.",
            "Spend rose 6 % and 24 % in the two months before.",
            "Spend rose 12 % in September 2026.",
            "Visits were 2, at the median.",
        ] {
            assert_eq!(read(text, "en-US"), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn portuguese_is_read_with_its_own_figures() {
        let of = |text| read(text, "pt-BR");
        assert_eq!(of("O spend caiu 12,3 % em outubro de 2026."), ["spend@ Fell 12,3 %"]);
        assert_eq!(
            of("Visits de Milk subiram em 1.234, e o spend foi de R$ 12,5 milhões"),
            ["visits@Milk Rose 1.234", "spend@ Was R$ 12,5 milhões",]
        );
    }
}
