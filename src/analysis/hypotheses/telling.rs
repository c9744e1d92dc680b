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
use crate::analysis::shares::column;
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
    let leads = [contradicted(&told), undecided(tell, &told), untested(&told)];
    memo.pages.push(Page {
        id: NAME.into(),
        title: title(&told),
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
                let range = ends.map_or_else(String::new, |it| {
                    format!(" (95{}% interval {})", words::THIN, range(tell, it, unit))
                });
                Some((format!("{value}{range}"), self.fact("figure")))
            }
            Against::Figure(_) => {
                let other = tell.words.level(tell.facts.number(&self.fact("other"))?, unit);
                Some((format!("{value} against {other}"), self.fact("difference")))
            }
        }
    }

    fn in_a_sentence(&self, tell: &Tell) -> Sentence {
        let (figure, id) = self.with_interval(tell).unwrap_or_default();
        let verb = self.verdict.name();
        let strong = format!("The claim {} {verb}: {figure}.", self.quoted());
        let because = self.claim.because.as_deref().unwrap_or_default();
        let rest = format!("It was made because {}.", because.trim_end_matches('.'));
        sentence(&strong, &rest, vec![id, self.fact("p_holm"), self.fact("verdict")])
    }
}

/// Returns those of one verdict.
fn of<'a, 'b>(told: &'b [Answered<'a>], verdict: Verdict) -> Vec<&'b Answered<'a>> {
    told.iter().filter(|it| it.verdict == verdict).collect()
}

fn title(told: &[Answered<'_>]) -> String {
    let n_holding = of(told, Verdict::Holds).len();
    match (told, n_holding) {
        ([only], _) => match only.verdict {
            Verdict::Holds => "The claim holds beyond chance".into(),
            Verdict::DoesNotHold => "The claim does not hold".into(),
            Verdict::NotShown => "Chance alone could explain the answer to the claim".into(),
            Verdict::NotTested => "The claim cannot be tested".into(),
        },
        (all, 0) => format!("None of {} claims holds beyond chance", text::count(all.len())),
        (all, n) if n == all.len() => format!("All {} claims hold beyond chance", text::count(n)),
        (all, n) => format!(
            "{} of {} claims {} beyond chance",
            text::capitalised(&text::count(n)),
            text::count(all.len()),
            if n == 1 { "holds" } else { "hold" }
        ),
    }
}

/// What the data say the opposite of.
fn contradicted(told: &[Answered<'_>]) -> Option<Sentence> {
    let wrong = of(told, Verdict::DoesNotHold);
    if wrong.is_empty() || told.len() == 1 {
        return None;
    }
    let strong = format!(
        "The data contradict {} of them: {}.",
        text::count(wrong.len()),
        text::list(&wrong.iter().map(|it| it.quoted()).collect::<Vec<String>>())
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
    let strong = match open.as_slice() {
        [only] if told.len() > 1 => format!("Of {} the data cannot tell.", only.quoted()),
        [_] => "The data cannot tell.".to_owned(),
        more => format!("Of {} claims the data cannot tell.", text::count(more.len())),
    };
    let rest = match (n_true, open.len()) {
        (1, 1) => "It is true of these customers, and chance may have made it so.".to_owned(),
        (0, 1) => "It is false of these customers, and chance may have made it so.".to_owned(),
        (0, _) => "They are false of these customers, and chance may have made them so.".to_owned(),
        (n, all) if n == all => "They are true of these customers, and chance may have made them so.".to_owned(),
        (n, _) => format!(
            "{} true of these customers, the others false; chance may have made either.",
            text::capitalised(&format!("{} {}", text::count(n), if n == 1 { "is" } else { "are" }))
        ),
    };
    let facts = open.iter().map(|it| it.fact("verdict")).collect();
    Some(sentence(&strong, &rest, facts))
}

/// What nobody could test.
fn untested(told: &[Answered<'_>]) -> Option<Sentence> {
    let left = of(told, Verdict::NotTested);
    if left.is_empty() || told.len() == 1 {
        return None;
    }
    let verb = if left.len() == 1 { "is" } else { "are" };
    let strong = format!("{} {verb} not tested.", text::capitalised(&text::count(left.len())));
    let facts = left.iter().map(|it| it.fact("why")).collect();
    Some(sentence(&strong, "Why stands below each.", facts))
}

fn table(tell: &Tell, told: &[Answered<'_>]) -> Table {
    let claim_column = Column {
        width: Some(CLAIM_WIDTH),
        ..column(&["Claim"], Align::Left)
    };
    Table {
        id: "claims".into(),
        title: "What was claimed, and what is".into(),
        subtitle: format!(
            "Figures of customers over {}; true or false of these customers, and below it whether it is so beyond chance.",
            declared(tell.plan).over.label(tell.plan.periods.target.until)
        ),
        columns: vec![
            claim_column,
            column(&["Figure"], Align::Right),
            column(&["Against"], Align::Right),
            column(&["95 % interval"], Align::Right),
            column(&["p", "after Holm"], Align::Right),
            column(&["Answer"], Align::Left),
        ],
        rows: told.iter().map(|it| row(tell, it)).collect(),
        note: Some(note(
            "Intervals are those of the figure; where two figures are compared, those of their difference, \
             with a sign. p is that of the claim where it is true of these customers, else that of its opposite.",
            Vec::new(),
        )),
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
                Cell::toned(it.verdict.name(), Tone::Quiet),
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
        text::capitalised(answer),
        if it.is_decided() { Tone::Strong } else { Tone::Plain },
    );
    answer.fact = Some(it.fact("verdict"));
    let verdict = match it.verdict {
        Verdict::NotShown => "within chance",
        _ => "beyond chance",
    };
    answer.lines.push(quiet(verdict.to_owned()));
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
        Quantity::Share => format!("{} to {high}", tell.words.fixed(ends.low * 100.0, 1)),
        _ => format!("{} to {high}", tell.words.level(ends.low, unit)),
    }
}

/// Prints the interval of a difference: "+1.2 to +4.0 pp".
fn signed_range(tell: &Tell, ends: Interval, unit: &Unit) -> String {
    match unit.of {
        Quantity::Share => {
            let high = tell.words.difference(ends.high, &Unit::total(Quantity::SharePoints));
            format!("{} to {high}", tell.words.signed(ends.low * 100.0, 1))
        }
        _ => {
            let signed = |x: f64| tell.words.difference(x, unit);
            format!("{} to {}", signed(ends.low), signed(ends.high))
        }
    }
}

fn method(tell: &Tell, told: &[Answered<'_>]) -> Block {
    let tests: Vec<&str> = told.iter().filter_map(|it| tell.facts.text(&it.fact("test"))).collect();
    let mut sentences = vec!["A claim was written down in the spec, and is tested as it stands.".to_owned()];
    if tests.iter().any(|it| it.contains("binomial")) {
        let text = "Shares and counts of customers are held against a number by the exact binomial test, with Wilson’s interval.";
        sentences.push(text.to_owned());
    }
    if tests.iter().any(|it| it.contains("Fisher")) {
        let text = "Correlations (Pearson) are held against a number by Fisher’s z, which takes both figures as normal: of figures with \
                    a long tail its intervals are too narrow.";
        sentences.push(text.to_owned());
    }
    if tests.iter().any(|it| it.contains("drawn")) {
        sentences.push(format!(
            "Other figures, and differences, are judged by drawing as many customers as there are, with replacement, {N_DRAWS} \
             times by seed: the interval holds the middle 95{}% of draws, and p is the share of draws for which the claim \
             fails (one more added to both counts). Customers who are in both sides are drawn in both.",
            words::THIN
        ));
    }
    let few = "All tests are one-sided. Holm’s correction (1979) lets at most one such section in twenty call a claim true by chance; \
               it is applied to the claims, and apart from that to their opposites. Groups \
               for a claim were named by the author; where they were made of the same figures (clusters), that they differ in \
               them is no discovery.";
    sentences.push(few.to_owned());
    Block::Prose {
        title: "Claims".into(),
        paragraphs: vec![Sentence {
            runs: vec![Run::plain(sentences.join(" "))],
            facts: Vec::new(),
        }],
    }
}
