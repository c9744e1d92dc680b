//! The claim that what a sentence rests on can be looked up: its footnote names facts that there are.
//!
//! It must not know what a sentence says.

use super::Stated;
use super::of_program;
use super::walk;
use crate::model::diagnostic::Diagnostic;
use std::collections::BTreeSet;

/// Finds names of facts that there are not; each once.
pub(super) fn broken(stated: &Stated) -> Vec<Diagnostic> {
    let sentences = walk::sentences(stated.memo);
    let cited: BTreeSet<&String> = sentences.iter().flat_map(|it| &it.facts).collect();
    let missing = cited.into_iter().filter(|id| stated.facts.get(id).is_none());
    let wrong = |id: &String| {
        let message = format!("a sentence rests on `{id}`, and there is no such fact");
        // The figures are right: the memo is made.
        of_program(Diagnostic::warning("cites-nothing", message))
    };
    missing.map(wrong).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::planted::codes;
    use crate::lint::planted::facts;
    use crate::lint::planted::stated;
    use crate::model::memo::Memo;
    use crate::model::memo::Sentence;

    #[test]
    fn a_footnote_names_what_there_is() {
        let found = |cited: &str| {
            let memo = Memo {
                headline: vec![Sentence {
                    runs: Vec::new(),
                    facts: vec![cited.to_owned(), cited.to_owned()],
                }],
                ..Memo::default()
            };
            stated(&facts(&[("headline/spend/value", 3.0)]), &memo, &|it| {
                codes(&broken(it)).len()
            })
        };
        assert_eq!(
            (found("headline/spend/value"), found("headline/spend/It rose.")),
            (0, 1)
        );
    }
}
