//! How claims are told: a table of answers, and what they were asked for.
//!
//! It must not compute what the facts do not say.

use super::Against;
use super::Claim;
use super::N_DRAWS;
use super::NAME;
use super::Verdict;
use crate::analysis::Tell;
use crate::analysis::headline::sentence;
use crate::analysis::roster::declared;
use crate::analysis::shares::headed;
use crate::analysis::shares::note;
use crate::model::facts::Interval;
use crate::model::memo::Align;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Column;
use crate::model::memo::Memo;
use crate::model::memo::Page;
use crate::model::memo::Row;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::Tone;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::say;
use crate::words;
use crate::words::text;

/// Width in points of the column of claims: they are long, and run over lines.
const CLAIM_WIDTH: f64 = 196.0;

/// Adds everything that claims have to say.
pub(super) fn tell(claims: &[Claim], tell: &Tell, memo: &mut Memo) {
    let told: Vec<Answered> = (1..).zip(claims).map(|it| Answered::new(tell, it.0, it.1)).collect();
    if told.is_empty() {
        return;
    }
    let leads = [contradicted(tell, &told), undecided(tell, &told), untested(tell, &told)];
    memo.pages.push(Page {
        id: NAME.into(),
        title: title(tell, &told),
        lead: leads.into_iter().flatten().collect(),
        blocks: vec![Block::Table(table(tell, &told))],
    });
    let decided = told.iter().find(|it| it.is_decided() && it.claim.because.is_some());
    memo.headline.extend(decided.map(|it| it.in_a_sentence(tell)));
    memo.appendix.blocks.push(method(tell, &told));
}

/// A claim with its number and what the facts say of it.
struct Answered<'a> {
    claim: &'a Claim,
    id: String,
    verdict: Verdict,
}

impl<'a> Answered<'a> {
    fn new(tell: &Tell, number: usize, claim: &'a Claim) -> Self {
        let id = format!("{NAME}/{number}");
        let verdict = tell.facts.text(&format!("{id}/verdict")).and_then(Verdict::parse);
        Self {
            claim,
            verdict: verdict.unwrap_or(Verdict::NotTested),
            id,
        }
    }

    fn fact(&self, name: &str) -> String {
        format!("{}/{name}", self.id)
    }

    fn is_decided(&self) -> bool {
        matches!(self.verdict, Verdict::Holds | Verdict::DoesNotHold)
    }

    /// “mean(visits) > 4”
    fn quoted(&self) -> String {
        format!("“{}”", self.claim.written)
    }

    /// "16.3 %, with a 95 % interval of 12.0 to 20.1 %".
    fn with_interval(&self, tell: &Tell) -> Option<(String, String)> {
        let unit = &self.claim.left.unit;
        let value = tell.words.level(tell.facts.number(&self.fact("figure"))?, unit);
        match &self.claim.right {
            Against::Number(_) => {
                let ends = tell.facts.interval(&self.fact("figure"));
                let said = match ends {
                    Some(it) => say!(
                        tell.words,
                        "hypotheses-figure",
                        value = value,
                        range = range(tell, it, unit)
                    ),
                    None => value,
                };
                Some((said, self.fact("figure")))
            }
            Against::Figure(_) => {
                let other = tell.words.level(tell.facts.number(&self.fact("other"))?, unit);
                let said = say!(tell.words, "hypotheses-against", value = value, other = other);
                Some((said, self.fact("difference")))
            }
        }
    }

    fn in_a_sentence(&self, tell: &Tell) -> Sentence {
        let (figure, id) = self.with_interval(tell).unwrap_or_default();
        let strong = say!(
            tell.words,
            "hypotheses-claim",
            claim = self.quoted(),
            verdict = self.verdict.code(),
            figure = figure
        );
        let because = self.claim.because.as_deref().unwrap_or_default();
        let rest = say!(
            tell.words,
            "hypotheses-because",
            because = because.trim_end_matches('.')
        );
        sentence(&strong, &rest, vec![id, self.fact("p_holm"), self.fact("verdict")])
    }
}

/// Returns those of one verdict.
fn of<'a, 'b>(told: &'b [Answered<'a>], verdict: Verdict) -> Vec<&'b Answered<'a>> {
    told.iter().filter(|it| it.verdict == verdict).collect()
}

fn title(tell: &Tell, told: &[Answered<'_>]) -> String {
    let n_holding = of(told, Verdict::Holds).len();
    match told {
        [only] => say!(tell.words, "hypotheses-title-one", verdict = only.verdict.code()),
        all => say!(
            tell.words,
            "hypotheses-title",
            n = n_holding,
            every = n_holding == all.len(),
            all = all.len()
        ),
    }
}

/// What the data say the opposite of.
fn contradicted(tell: &Tell, told: &[Answered<'_>]) -> Option<Sentence> {
    let wrong = of(told, Verdict::DoesNotHold);
    if wrong.is_empty() || told.len() == 1 {
        return None;
    }
    let claims: Vec<String> = wrong.iter().map(|it| it.quoted()).collect();
    let strong = say!(
        tell.words,
        "hypotheses-contradicted",
        n = wrong.len(),
        claims = tell.words.list(&claims)
    );
    let facts = wrong.iter().map(|it| it.fact("p_opposite_holm")).collect();
    Some(sentence(&strong, "", facts))
}

/// What the data cannot tell.
fn undecided(tell: &Tell, told: &[Answered<'_>]) -> Option<Sentence> {
    let open = of(told, Verdict::NotShown);
    if open.is_empty() {
        return None;
    }
    let n_true = open
        .iter()
        .filter(|it| tell.facts.text(&it.fact("answer")) == Some("true"))
        .count();
    let strong = say!(
        tell.words,
        "hypotheses-undecided",
        n = open.len(),
        only = told.len() == 1,
        claim = open[0].quoted()
    );
    let rest = say!(
        tell.words,
        "hypotheses-undecided-answers",
        n = open.len(),
        yes = n_true,
        every = n_true == open.len()
    );
    let facts = open.iter().map(|it| it.fact("verdict")).collect();
    Some(sentence(&strong, &rest, facts))
}

/// What nobody could test.
fn untested(tell: &Tell, told: &[Answered<'_>]) -> Option<Sentence> {
    let left = of(told, Verdict::NotTested);
    if left.is_empty() || told.len() == 1 {
        return None;
    }
    let strong = say!(tell.words, "hypotheses-untested", n = left.len());
    let facts = left.iter().map(|it| it.fact("why")).collect();
    Some(sentence(&strong, &say!(tell.words, "hypotheses-untested-why"), facts))
}

fn table(tell: &Tell, told: &[Answered<'_>]) -> Table {
    let claim_column = Column {
        width: Some(CLAIM_WIDTH),
        ..headed(&say!(tell.words, "hypotheses-head-claim"), Align::Left)
    };
    Table {
        id: "claims".into(),
        title: say!(tell.words, "hypotheses-table-title"),
        subtitle: say!(
            tell.words,
            "hypotheses-table-subtitle",
            window = tell
                .words
                .window(declared(tell.plan).over, tell.plan.periods.target.until)
        ),
        columns: vec![
            claim_column,
            headed(&say!(tell.words, "hypotheses-head-figure"), Align::Right),
            headed(&say!(tell.words, "hypotheses-head-against"), Align::Right),
            headed(&say!(tell.words, "hypotheses-head-interval"), Align::Right),
            headed(&say!(tell.words, "hypotheses-head-p"), Align::Right),
            headed(&say!(tell.words, "hypotheses-head-answer"), Align::Left),
        ],
        rows: told.iter().map(|it| row(tell, it)).collect(),
        note: Some(note(say!(tell.words, "hypotheses-table-note"), Vec::new())),
        ..Table::default()
    }
}

fn row(tell: &Tell, it: &Answered<'_>) -> Row {
    let mut claim = Cell::toned(it.claim.written.as_str(), Tone::Code);
    let quiet = |text: String| vec![Run::toned(text, Tone::Quiet)];
    let because = it.claim.because.iter().map(|it| text::capitalised(it));
    claim.lines.extend(because.map(quiet));
    if it.verdict == Verdict::NotTested {
        let why = tell.facts.text(&it.fact("why")).unwrap_or_default();
        claim.lines.push(quiet(quoted(&text::capitalised(why))));
        let missing = || Cell::text(words::MISSING);
        return Row {
            cells: vec![
                claim,
                missing(),
                missing(),
                missing(),
                missing(),
                Cell::toned(
                    say!(tell.words, "hypotheses-verdict", verdict = it.verdict.code()),
                    Tone::Quiet,
                ),
            ],
            ..Row::default()
        };
    }
    let unit = &it.claim.left.unit;
    let figure = |name: &str, print: &dyn Fn(f64) -> String| {
        let x = tell.facts.number(&it.fact(name));
        Cell::figure(x.map_or_else(|| words::MISSING.to_owned(), print), x, it.fact(name))
    };
    let level = |x: f64| tell.words.level(x, unit);
    let against = match &it.claim.right {
        Against::Number(_) => figure("other", &|x| stated(tell, x, unit)),
        Against::Figure(_) => figure("other", &level),
    };
    let interval = tell.facts.interval(&it.fact("difference"));
    let (ends, name) = match &it.claim.right {
        Against::Number(_) => {
            let own = tell.facts.interval(&it.fact("figure"));
            (own.map(|ends| range(tell, ends, unit)), "figure")
        }
        Against::Figure(_) => (interval.map(|ends| signed_range(tell, ends, unit)), "difference"),
    };
    let p = |x: f64| tell.words.probability(x).trim_start_matches("= ").to_owned();
    let answer = tell.facts.text(&it.fact("answer")).unwrap_or_default();
    let shown = if answer == "true" { "p_holm" } else { "p_opposite_holm" };
    let mut answer = Cell::toned(
        say!(tell.words, "hypotheses-answer", answer = answer),
        if it.is_decided() { Tone::Strong } else { Tone::Plain },
    );
    answer.fact = Some(it.fact("verdict"));
    let beyond = it.verdict != Verdict::NotShown;
    answer
        .lines
        .push(quiet(say!(tell.words, "hypotheses-beyond", beyond = beyond)));
    Row {
        cells: vec![
            claim,
            figure("figure", &level),
            against,
            Cell::figure(ends.unwrap_or_else(|| words::MISSING.to_owned()), None, it.fact(name)),
            figure(shown, &p),
            answer,
        ],
        ..Row::default()
    }
}

/// Puts what stands between backticks into quotation marks.
fn quoted(text: &str) -> String {
    let marked = text.split('`').enumerate().map(|(at, part)| {
        if at % 2 == 0 {
            part.to_owned()
        } else {
            format!("“{part}”")
        }
    });
    marked.collect()
}

/// Prints a number as the author stated it: "10 %", "$120", "4".
fn stated(tell: &Tell, x: f64, unit: &Unit) -> String {
    let figure = tell.words.fixed(x, words::exact_places(x));
    match &unit.of {
        Quantity::Share => tell.words.set_share(x),
        Quantity::Money(code) => tell.words.with_symbol(&figure, code),
        _ => figure,
    }
}

/// Prints an interval with its unit once: "12.0 to 20.1 %".
fn range(tell: &Tell, ends: Interval, unit: &Unit) -> String {
    let high = tell.words.level(ends.high, unit);
    match unit.of {
        Quantity::Share => interval(tell, tell.words.fixed(ends.low * 100.0, 1), high),
        _ => interval(tell, tell.words.level(ends.low, unit), high),
    }
}

fn interval(tell: &Tell, low: String, high: String) -> String {
    say!(tell.words, "interval", low = low, high = high)
}

/// Prints the interval of a difference: "+1.2 to +4.0 pp".
fn signed_range(tell: &Tell, ends: Interval, unit: &Unit) -> String {
    match unit.of {
        Quantity::Share => {
            let high = tell.words.difference(ends.high, &Unit::total(Quantity::SharePoints));
            interval(tell, tell.words.signed(ends.low * 100.0, 1), high)
        }
        _ => {
            let signed = |x: f64| tell.words.difference(x, unit);
            interval(tell, signed(ends.low), signed(ends.high))
        }
    }
}

fn method(tell: &Tell, told: &[Answered<'_>]) -> Block {
    let tests: Vec<&str> = told.iter().filter_map(|it| tell.facts.text(&it.fact("test"))).collect();
    let has = |kind: &str| tests.iter().any(|it| it.contains(kind));
    let text = say!(
        tell.words,
        "hypotheses-method",
        binomial = has("binomial"),
        fisher = has("Fisher"),
        drawn = has("drawn"),
        draws = N_DRAWS.to_string()
    );
    Block::Prose {
        title: say!(tell.words, "hypotheses-method-title"),
        paragraphs: vec![Sentence {
            runs: vec![Run::plain(text)],
            facts: Vec::new(),
        }],
    }
}
