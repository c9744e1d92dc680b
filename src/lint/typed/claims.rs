//! Claims in an author's words: that a metric or a category moved by a figure, or was one.
//!
//! The name must stand right before its verb and the figure right behind it, so that nothing qualifies either. It must not know
//! the facts.

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
    /// The figure.
    pub figure: Typed,
    /// The words of the claim, in small letters.
    pub written: String,
}

/// Words of the past that a thing moved; what it will do, or may, is no claim.
const ROSE: [&str; 15] = [
    "rose",
    "grew",
    "increased",
    "gained",
    "climbed",
    "jumped",
    "up",
    "subiu",
    "subiram",
    "cresceu",
    "cresceram",
    "aumentou",
    "aumentaram",
    "avançou",
    "avançaram",
];
const FELL: [&str; 16] = [
    "fell",
    "dropped",
    "declined",
    "decreased",
    "shrank",
    "slid",
    "sank",
    "down",
    "caiu",
    "caíram",
    "recuou",
    "recuaram",
    "diminuiu",
    "diminuíram",
    "encolheu",
    "encolheram",
];
const WAS: [&str; 16] = [
    "was",
    "were",
    "is",
    "are",
    "totalled",
    "totaled",
    "reached",
    "foi",
    "foram",
    "é",
    "são",
    "somou",
    "somaram",
    "atingiu",
    "atingiram",
    "totalizou",
];
/// Behind a verb: by how much, or to what.
const BY: [&str; 2] = ["by", "em"];
const TO: [&str; 2] = ["to", "para"];
/// Between a name and its verb.
const AUXILIARIES: [&str; 8] = ["has", "have", "had", "is", "are", "was", "were", "also"];
/// Before a name that nothing qualifies.
const ARTICLES: [&str; 7] = ["the", "our", "total", "o", "a", "os", "as"];
const JOINTS: [&str; 14] = [
    "and", "but", "while", "because", "that", "although", "though", "e", "mas", "enquanto", "porque", "que", "embora",
    "pois",
];
/// Between a metric and its category.
const OF: [&str; 11] = ["in", "of", "on", "for", "em", "de", "no", "na", "nos", "nas", "com"];
/// Before a period.
const WHEN: [&str; 11] = [
    "in", "on", "from", "against", "versus", "vs", "em", "no", "na", "sobre", "contra",
];
/// A sentence with one of these is about another time, or about what is not known.
const ELSEWHERE: [&str; 30] = [
    "ago",
    "since",
    "usually",
    "typically",
    "normally",
    "if",
    "would",
    "could",
    "may",
    "might",
    "should",
    "expected",
    "forecast",
    "target",
    "budget",
    "goal",
    "year",
    "years",
    "desde",
    "normalmente",
    "se",
    "seria",
    "esperado",
    "esperada",
    "meta",
    "previsto",
    "orçamento",
    "ano",
    "anos",
    "habitualmente",
];

/// Years that a number may be.
const YEARS: std::ops::RangeInclusive<f64> = 1900.0..=2100.0;

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
    /// What periods of the memo are called.
    periods: Vec<Vec<Token>>,
    months: Vec<String>,
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
        let compared = periods.comparisons.iter().flat_map(|it| &it.periods);
        let mut called: Vec<String> = compared
            .chain([&periods.target])
            .flat_map(|it| {
                [
                    stated.words.period(it),
                    stated.words.short(it),
                    periods.calendar.name(it),
                ]
            })
            .collect();
        called.extend(periods.comparisons.iter().map(|it| stated.words.comparison(it)));
        Self {
            names,
            periods: called.iter().map(|it| cut(it)).collect(),
            months: (1..=12).map(|it| stated.words.month_name(it).to_lowercase()).collect(),
            decimal,
        }
    }

    /// Lists the claims of a text; `category` is what all of it is about.
    pub fn claims(&self, text: &str, category: Option<&'a str>) -> Vec<Claim<'a>> {
        let all = tokens(text, self.decimal);
        let sentences = all.split(|it| matches!(it, Token::Stop('.' | ';' | '!' | '?')));
        let here = sentences.filter(|it| !self.is_elsewhere(it));
        here.flat_map(|it| {
            (1..it.len())
                .filter_map(|at| self.claim(it, at, category))
                .collect::<Vec<_>>()
        })
        .collect()
    }

    /// Reads the claim whose verb stands at a place.
    fn claim(&self, sentence: &[Token], at: usize, category: Option<&'a str>) -> Option<Claim<'a>> {
        let mut said = verb(&sentence[at])?;
        let mut from = at + 1;
        if said != Said::Was && is_word(sentence.get(from), &TO) {
            said = Said::Was;
            from += 1;
        } else if said != Said::Was && is_word(sentence.get(from), &BY) {
            from += 1;
        }
        let Some(Token::Figure(figure)) = sentence.get(from) else {
            return None;
        };
        self.ends(&sentence[from + 1..]).then_some(())?;
        let mut until = at;
        while until > 0 && is_word(sentence.get(until - 1), &AUXILIARIES) {
            until -= 1;
        }
        let (metric, own, first) = self.subject(&sentence[..until])?;
        Some(Claim {
            metric,
            category: own.or(category),
            said,
            figure: figure.clone(),
            written: written(&sentence[first..=from]),
        })
    }

    /// Reads what stands before a verb: the metric and the category, and where they begin.
    fn subject(&self, before: &[Token]) -> Option<(Option<&'a Metric>, Option<&'a str>, usize)> {
        let (of, at) = self.name_at_end(before)?;
        let (metric, category, at) = match of {
            Of::Metric(metric) => match self.name_at_end(&before[..at]) {
                Some((Of::Category(category), at)) => (Some(metric), Some(category), at),
                _ => (Some(metric), None, at),
            },
            Of::Category(category) => {
                let is_of = at > 0 && is_word(before.get(at - 1), &OF);
                match self.name_at_end(&before[..at.saturating_sub(1)]).filter(|_| is_of) {
                    Some((Of::Metric(metric), at)) => (Some(metric), Some(category), at),
                    _ => (None, Some(category), at),
                }
            }
        };
        let mut left = &before[..at];
        while left.last().is_some_and(|it| is_word(Some(it), &ARTICLES)) {
            left = &left[..left.len() - 1];
        }
        let is_free = match left.last() {
            None | Some(Token::Stop(_)) => true,
            it => is_word(it, &JOINTS),
        };
        is_free.then_some((metric, category, at))
    }

    fn name_at_end(&self, before: &[Token]) -> Option<(Of<'a>, usize)> {
        let ends = self.names.iter().find(|it| before.ends_with(&it.0))?;
        Some((ends.1, before.len() - ends.0.len()))
    }

    /// Tells whether nothing behind a figure makes it another one: the sentence pauses, or names a period of the memo.
    fn ends(&self, behind: &[Token]) -> bool {
        match behind.first() {
            None | Some(Token::Stop(_)) => true,
            it if is_word(it, &JOINTS) => true,
            it if is_word(it, &WHEN) => {
                let rest = &behind[1..];
                let named = self.periods.iter().filter(|it| !it.is_empty() && rest.starts_with(it));
                named.map(|it| &rest[it.len()..]).any(|it| self.ends(it))
            }
            _ => false,
        }
    }

    /// Tells whether a sentence speaks of another period than the memo's, or of what is not known.
    fn is_elsewhere(&self, sentence: &[Token]) -> bool {
        let is_named = |token: &Token| self.periods.iter().any(|it| it.contains(token));
        sentence.iter().any(|token| match token {
            Token::Word(word) if self.months.contains(word) => !is_named(token),
            Token::Word(word) if word.contains(|it: char| it.is_ascii_digit()) => !is_named(token),
            Token::Word(word) => ELSEWHERE.contains(&word.as_str()) && !is_named(token),
            Token::Figure(it) => {
                it.x.fract() == 0.0 && it.written.len() == 4 && YEARS.contains(&it.x) && !is_named(token)
            }
            Token::Stop(_) => false,
        })
    }
}

fn verb(token: &Token) -> Option<Said> {
    let Token::Word(word) = token else { return None };
    let all = [(ROSE.as_slice(), Said::Rose), (&FELL, Said::Fell), (&WAS, Said::Was)];
    all.into_iter().find(|it| it.0.contains(&word.as_str())).map(|it| it.1)
}

fn is_word(token: Option<&Token>, of: &[&str]) -> bool {
    matches!(token, Some(Token::Word(word)) if of.contains(&word.as_str()))
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
            of("We saw this coming: the spend has fallen, and visits were down by 3%"),
            ["visits@ Fell 3%"]
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
        ] {
            assert_eq!(read(text, "en-US"), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn portuguese_is_read_with_its_own_figures() {
        let of = |text| read(text, "pt-BR");
        assert_eq!(of("O spend caiu 12,3 % em outubro de 2026."), ["spend@ Fell 12,3 %"]);
        assert_eq!(
            of("Visits de Milk subiram em 1.234, e spend foi R$ 12,5 milhões"),
            ["visits@Milk Rose 1.234", "spend@ Was R$ 12,5 milhões",]
        );
    }
}
