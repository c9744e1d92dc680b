//! How claims become facts: both sides, their difference, its interval, the test and the verdict.
//!
//! It must not know how they are worded.

use super::Against;
use super::Claim;
use super::Figure;
use super::LEVEL;
use super::N_DRAWS;
use super::NAME;
use super::Verdict;
use super::crowd::Crowds;
use super::kept::Rows;
use super::kept::kept;
use crate::analysis::Recorder;
use crate::analysis::Run;
use crate::model::claim::Statistic;
use crate::model::diagnostic::Diagnostic;
use crate::model::facts::Facts;
use crate::model::facts::Interval;
use crate::model::facts::Value;
use crate::model::roster::CustomerTable;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::stats::binomial;
use crate::stats::correlation;
use crate::stats::disclosure;
use crate::stats::figures;
use crate::stats::figures::Column;
use crate::stats::figures::drawn_differences;
use crate::stats::figures::p_by_draws;
use crate::stats::figures::percentile_interval;
use crate::stats::holm::holm;
use crate::stats::wilson;

/// Computes and records everything.
pub(super) fn record(claims: &[Claim], run: &Run) -> (Facts, Vec<Diagnostic>) {
    let mut record = Recorder::new(NAME);
    let mut warnings = Vec::new();
    let Some(table) = run.panel.customers.first() else {
        return (record.facts, warnings);
    };
    let window = table.window.map(|it| format!("{}/{}", it.from, it.until));
    record.about("", "", window.into_iter().collect());
    let crowds = Crowds::new(run, table);
    let mut prepared: Vec<Result<Prepared, Untested>> = claims.iter().map(|it| prepared(it, &crowds, table)).collect();
    keep_back(&mut prepared, &crowds);
    let drawn = drawn(&prepared, run, table);
    let tested: Vec<Result<Tested, Untested>> = claims
        .iter()
        .zip(prepared)
        .zip(drawn)
        .map(|((claim, prepared), drawn)| prepared.map(|it| it.tested(claim, &drawn, table.n_rows() as u64)))
        .collect();
    let of = |p: fn(&Tested) -> f64| holm(&tested.iter().flatten().map(p).collect::<Vec<f64>>());
    let (p_holm, p_opposite) = (of(|it| it.p), of(|it| it.p_opposite));
    let mut corrected = p_holm.into_iter().zip(p_opposite).map(|it| [it.0, it.1]);
    let mut counts = [0; Verdict::ALL.len()];
    for ((number, claim), tested) in (1..).zip(claims).zip(&tested) {
        let id = format!("{NAME}/{number}");
        record.text(format!("{id}/claim"), claim.written.as_str(), "as written");
        let verdict = match tested {
            Ok(tested) => {
                let corrected = corrected.next().expect("one corrected p-value a test");
                tested.record(&mut record, &id, claim, corrected)
            }
            Err(why) => {
                record.text(format!("{id}/why"), why.message.as_str(), "why it is not tested");
                warnings.push(why.warning(claim));
                Verdict::NotTested
            }
        };
        record.text(
            format!("{id}/verdict"),
            verdict.name(),
            "by p-values after Holm, below 0.05",
        );
        let place = Verdict::ALL.iter().position(|it| *it == verdict);
        counts[place.expect("all verdicts are listed")] += 1;
    }
    for (verdict, n) in Verdict::ALL.iter().zip(counts) {
        let id = format!("{NAME}/n/{}", verdict.name().replace(' ', "_"));
        record.number(id, Some(f64::from(n)), Unit::default(), "claims");
    }
    (record.facts, warnings)
}

/// Why a claim is not tested.
struct Untested {
    message: String,
    hint: String,
}

impl Untested {
    fn warning(&self, claim: &Claim) -> Diagnostic {
        let message = format!("the claim `{}` is not tested: {}", claim.written, self.message);
        let warning = Diagnostic::warning("claim-not-tested", message);
        if self.hint.is_empty() {
            warning
        } else {
            warning.hint(self.hint.as_str())
        }
    }
}

/// A claim whose customers are found.
struct Prepared {
    left: figures::Figure,
    right: figures::Against,
    /// The left figure, and the right one or the number.
    values: [f64; 2],
    /// Customers behind each side; of a number none.
    n: [u64; 2],
    /// Who is looked at on each side; nobody where a side looks at all: who lacks a feature is always told.
    rows: Vec<Rows>,
}

/// Leaves out the claims that would, together with what else is told, give a few customers away.
fn keep_back(prepared: &mut [Result<Prepared, Untested>], crowds: &Crowds<'_>) {
    let of = |it: &Result<Prepared, Untested>| it.as_ref().map_or_else(|_| Vec::new(), |it| it.rows.clone());
    let all: Vec<Vec<Rows>> = prepared.iter().map(of).collect();
    for (one, is_kept) in prepared.iter_mut().zip(kept(crowds, &all)) {
        if is_kept {
            let min_cell = crowds.min_cell();
            *one = Err(Untested {
                message: format!("beside what else is told, it would be a figure of fewer than {min_cell} customers"),
                hint:
                    "claim something of other customers: of whole segments, or of crowds that part from others by more"
                        .to_owned(),
            });
        }
    }
}

/// What is known of a claim.
struct Tested {
    values: [f64; 2],
    n: [u64; 2],
    /// The interval of the difference.
    ends: Option<[f64; 2]>,
    p: f64,
    p_opposite: f64,
    test: &'static str,
}

fn prepared(claim: &Claim, crowds: &Crowds<'_>, table: &CustomerTable) -> Result<Prepared, Untested> {
    let everybody = vec![1; table.n_rows()];
    let (left, n_left, rows) = figure(&claim.left, crowds, table)?;
    let mut rows = vec![rows];
    let undefined = || Untested {
        message: "its figure is not defined: there is nothing to divide by, or nothing varies".to_owned(),
        hint: String::new(),
    };
    let value = left.value(&everybody).ok_or_else(undefined)?;
    let (right, other, n_right) = match &claim.right {
        Against::Number(x) => (figures::Against::Number(*x), *x, 0),
        Against::Figure(of) => {
            let (right, n, own) = figure(of, crowds, table)?;
            rows.push(own);
            let other = right.value(&everybody).ok_or_else(undefined)?;
            (figures::Against::Figure(right), other, n)
        }
    };
    Ok(Prepared {
        left,
        right,
        values: [value, other],
        n: [n_left, n_right],
        rows,
    })
}

/// Finds the customers of a figure, and their values; returns with it how many they are, and who its condition chose.
fn figure(
    figure: &Figure,
    crowds: &Crowds<'_>,
    table: &CustomerTable,
) -> Result<(figures::Figure, u64, Rows), Untested> {
    let rows = crowds.rows(figure.condition.as_ref()).map_err(|it| Untested {
        message: it.message,
        hint: it.hint,
    })?;
    let known = |rows: &[u32]| -> Vec<u32> {
        let is_known = |row: &&u32| {
            figure
                .features
                .iter()
                .all(|at| table.features[*at][**row as usize].is_some())
        };
        rows.iter().filter(is_known).copied().collect()
    };
    let values = |rows: &[u32], feature: usize| -> Vec<f64> {
        let column = &table.features[feature];
        rows.iter().filter_map(|row| column[*row as usize]).collect()
    };
    let column = |rows: Vec<u32>| Column {
        values: values(&rows, figure.features[0]),
        rows,
    };
    let is_of_customers = figure.features.is_empty();
    let part = known(&rows);
    let who = figure.condition.as_ref().map_or_else(Vec::new, |_| part.clone());
    // A share of customers is one of all of them; how many are inside, and outside, would be told by it.
    let n = if is_of_customers { table.n_rows() } else { part.len() };
    let [inside, outside] = [part.len(), table.n_rows() - part.len()].map(|it| it as u64);
    let is_few = |n: u64| is_of_customers && disclosure::is_few(&[n], crowds.min_cell());
    let least = if is_of_customers {
        crowds.min_cell()
    } else {
        crowds.least()
    };
    if (n as u64) < crowds.least() || is_few(inside) || is_few(outside) {
        let who = match n {
            0 => "nobody is".to_owned(),
            _ if is_few(outside) && !is_few(inside) => format!("all but fewer than {least} customers are"),
            _ => format!("fewer than {} customers are", least.max(2)),
        };
        return Err(Untested {
            message: format!("{who} behind `{}`", figure.statistic.name()),
            hint: "claims of a handful say nothing of others".to_owned(),
        });
    }
    let made = match figure.statistic {
        Statistic::Count => figures::Figure::Count(part),
        Statistic::Share if is_of_customers => figures::Figure::Share(part),
        Statistic::Share => {
            let all: Vec<u32> = crowds.rows(None).map_or_else(|_| Vec::new(), |it| known(&it));
            figures::Figure::ShareOfTotal {
                part: column(part),
                whole: column(all),
            }
        }
        Statistic::Total => figures::Figure::Total(column(part)),
        Statistic::Mean => figures::Figure::Mean(column(part)),
        Statistic::Median => figures::Figure::median(column(part)),
        Statistic::Correlation => figures::Figure::Correlation {
            y: values(&part, figure.features[1]),
            x: column(part),
        },
    };
    Ok((made, n as u64, who))
}

/// Draws customers for the claims that need it: one list a claim, empty for the others.
fn drawn(prepared: &[Result<Prepared, Untested>], run: &Run, table: &CustomerTable) -> Vec<Vec<Option<f64>>> {
    let needs: Vec<Option<(figures::Figure, figures::Against)>> = prepared
        .iter()
        .map(|it| it.as_ref().ok().filter(|it| it.is_drawn()))
        .map(|it| it.map(|it| (it.left.clone(), it.right.clone())))
        .collect();
    let pairs: Vec<(figures::Figure, figures::Against)> = needs.iter().flatten().cloned().collect();
    let mut drawn = drawn_differences(&pairs, table.n_rows(), N_DRAWS, run.plan.seed).into_iter();
    needs
        .iter()
        .map(|it| it.as_ref().and_then(|_| drawn.next()).unwrap_or_default())
        .collect()
}

impl Prepared {
    /// True where no formula is at hand.
    fn is_drawn(&self) -> bool {
        !matches!(
            (&self.left, &self.right),
            (
                figures::Figure::Share(_) | figures::Figure::Count(_) | figures::Figure::Correlation { .. },
                figures::Against::Number(_)
            )
        )
    }

    fn tested(&self, claim: &Claim, drawn: &[Option<f64>], n_rows: u64) -> Tested {
        // p-values for the left side being above the right, and below it; the interval of the left side.
        let (more, fewer, ends, test) = match &self.left {
            _ if self.is_drawn() => {
                return Tested {
                    ends: percentile_interval(drawn),
                    p: p_by_draws(drawn, |x| claim.holds_at(x)),
                    p_opposite: p_by_draws(drawn, |x| !claim.holds_at(x)),
                    test: "customers drawn anew, 999 times",
                    values: self.values,
                    n: self.n,
                };
            }
            figures::Figure::Share(part) | figures::Figure::Count(part) => {
                let (k, n) = (part.len() as u64, n_rows);
                let is_count = matches!(self.left, figures::Figure::Count(_));
                // Customers are far fewer than 2^53.
                let scale = if is_count { n as f64 } else { 1.0 };
                let stated = (self.values[1] / scale).clamp(0.0, 1.0);
                let ends = wilson::wilson(k, n, wilson::Z_95).map(|it| it.map(|x| x * scale));
                let (more, fewer) = (binomial::at_least(k, n, stated), binomial::at_most(k, n, stated));
                (more, fewer, ends, "exact binomial test")
            }
            _ => {
                let [r, stated] = self.values;
                let n = usize::try_from(self.n[0]).expect("customers are rows");
                let more = correlation::chance_of_higher(r, stated, n).unwrap_or(1.0);
                let fewer = correlation::chance_of_higher(-r, -stated, n).unwrap_or(1.0);
                (more, fewer, correlation::interval(r, n), "Fisher’s z")
            }
        };
        let (p, p_opposite) = if claim.claims_more() {
            (more, fewer)
        } else {
            (fewer, more)
        };
        Tested {
            ends: ends.map(|it| it.map(|x| x - self.values[1])),
            p,
            p_opposite,
            test,
            values: self.values,
            n: self.n,
        }
    }
}

impl Tested {
    /// Records a claim, and returns what is to be said of it.
    fn record(&self, record: &mut Recorder, id: &str, claim: &Claim, [p_holm, p_opposite]: [f64; 2]) -> Verdict {
        let [value, other] = self.values;
        let interval = |shift: f64| {
            self.ends.map(|[low, high]| Interval {
                level_pct: 95,
                low: low + shift,
                high: high + shift,
            })
        };
        // Against a number the figure's own interval says as much as that of the difference.
        let own = matches!(claim.right, Against::Number(_))
            .then(|| interval(other))
            .flatten();
        let unit = &claim.left.unit;
        let n = |side: usize| Some(self.n[side]).filter(|it| 0 < *it);
        let number = |record: &mut Recorder, name: &str, x: f64, unit: &Unit, ends, n, method: &str| {
            record.fact(
                format!("{id}/{name}"),
                Value::Number(Some(x)),
                unit.clone(),
                ends,
                n,
                method,
            );
        };
        number(record, "figure", value, unit, own, n(0), "left side; n: customers");
        let method = match claim.right {
            Against::Number(_) => "as stated",
            Against::Figure(_) => "right side; n: customers",
        };
        number(record, "other", other, unit, None, n(1), method);
        let apart = match unit.of {
            Quantity::Share => Unit::total(Quantity::SharePoints),
            _ => unit.clone(),
        };
        let method = format!("left side less right side; {}", self.test);
        // Customers may be on both sides: they are not added up.
        let n_own = n(0).filter(|_| self.n[1] == 0);
        number(
            record,
            "difference",
            value - other,
            &apart,
            interval(0.0),
            n_own,
            &method,
        );
        let unit = Unit::total(Quantity::Probability);
        let method = format!("one-sided; {}", self.test);
        number(record, "p", self.p, &unit, None, None, &method);
        number(
            record,
            "p_holm",
            p_holm,
            &unit,
            None,
            None,
            "Holm’s correction over all claims",
        );
        let method = format!("of the claim’s opposite, one-sided; {}", self.test);
        number(record, "p_opposite", self.p_opposite, &unit, None, None, &method);
        let method = "Holm’s correction over the opposites of all claims";
        number(record, "p_opposite_holm", p_opposite, &unit, None, None, method);
        let is_true = claim.holds_at(value - other);
        let answer = if is_true { "true" } else { "false" };
        record.text(format!("{id}/answer"), answer, "of the figure as it is");
        record.text(format!("{id}/test"), self.test, "how chance is judged");
        match is_true {
            true if p_holm < LEVEL => Verdict::Holds,
            false if p_opposite < LEVEL => Verdict::DoesNotHold,
            _ => Verdict::NotShown,
        }
    }
}
