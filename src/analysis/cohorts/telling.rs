//! How cohorts are told: who does not come back, whether the latest cohort differs, and the triangle.
//!
//! Only facts speak here. The first period of the data is marked: its customers may be older than the data.

use super::MOST_SHOWN;
use super::Told;
use super::recording::within;
use crate::analysis::Tell;
use crate::analysis::headline::sentence;
use crate::analysis::shares;
use crate::analysis::shares::Change;
use crate::model::calendar::Calendar;
use crate::model::facts::Value;
use crate::model::memo::Align;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Chart;
use crate::model::memo::Drawing;
use crate::model::memo::HeatCell;
use crate::model::memo::HeatRow;
use crate::model::memo::Memo;
use crate::model::memo::Page;
use crate::model::memo::Row;
use crate::model::memo::RowRole;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::Tone;
use crate::model::period::Grain;
use crate::model::period::Period;
use crate::words;
use crate::words::text;

/// Width of the charts: that of a page, in points.
const CHART_WIDTH: f64 = 493.0;
/// Height of a cohort in the triangle.
const COHORT_HEIGHT: f64 = 13.0;
/// Height of what stands above and below the triangle.
const FRAME_HEIGHT: f64 = 36.0;
/// Periods of the table of activity.
const ACTIVITY_ROWS: usize = 6;
/// Behind the name of the data's first period.
const MARK: &str = "*";

/// Adds a sentence to the first page, a page, and the method.
pub(super) fn tell(told: &Told, tell: &Tell, memo: &mut Memo) {
    let teller = Teller { told, tell };
    let churn = teller.churn();
    let mut lead = vec![churn.clone()];
    lead.extend(teller.latest());
    lead.extend(teller.stickiness());
    lead.extend(told.by.iter().filter_map(|&it| teller.uneven_levels(it)));
    let mut blocks = vec![teller.triangle("kept")];
    if told.value.is_some() {
        blocks.push(teller.triangle("value"));
    }
    blocks.push(Block::Table(teller.activity()));
    blocks.extend(told.by.iter().filter_map(|&it| teller.levels(it)).map(Block::Table));
    memo.headline.push(churn);
    memo.pages.push(Page {
        id: "cohorts".into(),
        title: teller.title(),
        lead,
        blocks,
    });
    memo.appendix.blocks.push(method(told));
}

struct Teller<'a> {
    told: &'a Told,
    tell: &'a Tell<'a>,
}

impl Teller<'_> {
    fn calendar(&self) -> &Calendar {
        &self.tell.plan.periods.calendar
    }

    fn grain(&self) -> Grain {
        self.told.grain
    }

    /// Whose figures are told: those of new customers, where any of theirs are complete.
    fn scope(&self) -> &str {
        self.tell.facts.text("cohorts/told").unwrap_or("all")
    }

    fn customers(&self) -> &'static str {
        if self.scope() == "new" {
            "new customers"
        } else {
            "customers"
        }
    }

    /// "Three fifths of new customers did not come back in the next week".
    fn title(&self) -> String {
        let churn = self.tell.facts.number(&format!("cohorts/{}/churn_1", self.scope()));
        churn.map_or_else(
            || "Who comes back".to_owned(),
            |x| {
                let share = text::capitalised(&text::fraction(x));
                format!(
                    "{share} of {} did not come back in the next {}",
                    self.customers(),
                    self.grain().noun()
                )
            },
        )
    }

    /// "37.7 % of new customers did not come back in the week after their first."
    fn churn(&self) -> Sentence {
        let (scope, noun) = (self.scope(), self.grain().noun());
        let id = format!("cohorts/{scope}/churn_1");
        let Some(churn) = self.tell.facts.number(&id) else {
            let strong = format!("Nobody’s return can be told: no {noun} after a first one is complete.");
            return sentence(&strong, "", vec!["cohorts/count".into()]);
        };
        let strong = format!(
            "{} of {} did not come back in the {noun} after their first.",
            shares::share(self.tell, churn),
            self.customers()
        );
        let n = self.tell.facts.get(&id).and_then(|it| it.n).unwrap_or(0) as f64;
        let mut rest = format!(
            "{} were followed; 95\u{202f}% interval {}.",
            self.tell.words.fixed(n, 0),
            shares::range(self.tell, &id)
        );
        let back = format!("cohorts/{scope}/returned");
        let mut ids = vec![id];
        if let Some(x) = self.tell.facts.number(&back) {
            let periods = text::count(within(self.grain()) as usize);
            rest += &format!(
                " Within {periods} {}, {} came back at least once.",
                self.grain().nouns(),
                shares::share(self.tell, x)
            );
            ids.push(back);
        }
        if scope == "all" {
            rest += &format!(
                " All of them came in the data’s first {noun}, and may have been customers long before: new customers may stay less."
            );
        }
        sentence(&strong, &rest, ids)
    }

    /// The latest cohort against those before.
    fn latest(&self) -> Option<Sentence> {
        let id = "cohorts/latest/change";
        let change = Change::read(self.tell, id)?;
        let number = |name: &str| self.tell.facts.number(&format!("cohorts/latest/{name}"));
        let name = self.calendar().parse(self.tell.facts.text("cohorts/latest")?)?;
        let strong = format!(
            "Of the latest cohort, {}, {} came back in the next {}; of new customers before, {}.",
            self.calendar().label(&name),
            shares::share(self.tell, number("returned_1")?),
            self.grain().noun(),
            shares::share(self.tell, number("before")?)
        );
        let (points, range) = (change.points(self.tell), change.range(self.tell));
        let rest = if change.is_beyond_chance() {
            format!("The difference of {points} is beyond chance (95\u{202f}% interval {range}).")
        } else {
            format!("The difference of {points} is within what chance allows (95\u{202f}% interval {range}).")
        };
        let ids = [id, "cohorts/latest/returned_1", "cohorts/latest/before"];
        Some(sentence(&strong, &rest, ids.map(String::from).into()))
    }

    /// How many of a period's customers come on one of its days.
    fn stickiness(&self) -> Option<Sentence> {
        let series = |name: &str| self.tell.facts.series(&format!("cohorts/{name}"));
        let all = series("stickiness");
        let last = (*all.last()?)?;
        let daily = (*series("daily").last()?)?;
        let actives = (*series("actives").last()?)?;
        let noun = self.grain().noun();
        let when = self.calendar().label(&self.period(all.len() - 1, "cohorts/actives")?);
        let count = |x: f64| self.tell.words.fixed(x, 0);
        let strong = format!(
            "On a mean day of {when}, {} of the {noun}’s customers were active.",
            shares::share(self.tell, last)
        );
        let before = all.len().checked_sub(2).and_then(|it| all[it]);
        let before = before.map_or_else(String::new, |x| {
            format!(", after {} in the {noun} before", shares::share(self.tell, x))
        });
        let rest = format!("That is {} a day of {}{before}.", count(daily), count(actives));
        let ids = ["cohorts/stickiness", "cohorts/daily", "cohorts/actives"];
        Some(sentence(&strong, &rest, ids.map(String::from).into()))
    }

    fn period(&self, place: usize, series: &str) -> Option<Period> {
        let Value::Series { periods, .. } = &self.tell.facts.get(series)?.value else {
            return None;
        };
        self.calendar().parse(periods.get(place)?)
    }

    fn dimension(&self, idx: usize) -> (String, String) {
        let segment = &self.tell.plan.segments[idx];
        (
            format!("cohorts/by/{}", text::slug(&segment.name)),
            text::lowered(&segment.label),
        )
    }

    /// Which levels come back more or less than all others.
    fn uneven_levels(&self, dimension: usize) -> Option<Sentence> {
        let (base, label) = self.dimension(dimension);
        let levels = self.tell.facts.list(&format!("{base}/levels"));
        if levels.is_empty() {
            let strong = format!("Too few {} to tell the levels of {label} apart.", self.customers());
            return Some(sentence(&strong, "", vec![format!("{base}/levels")]));
        }
        let id = |idx: usize| format!("{base}/{}/difference", idx + 1);
        let uneven: Vec<(usize, Change)> = (0..levels.len())
            .filter_map(|idx| Some((idx, Change::read(self.tell, &id(idx)).filter(Change::is_beyond_chance)?)))
            .collect();
        if uneven.is_empty() {
            let strong = format!("By {label}, no level comes back more or less often than the others beyond chance.");
            return Some(sentence(&strong, "", vec![format!("{base}/levels")]));
        }
        let named: Vec<String> = uneven
            .iter()
            .map(|(idx, change)| format!("{} ({})", levels[*idx], change.points(self.tell)))
            .collect();
        let strong = format!(
            "By {label}, {} of {} levels differ from all others beyond chance: {}.",
            text::count(named.len()),
            levels.len(),
            text::list(&named)
        );
        Some(sentence(&strong, "", uneven.iter().map(|(idx, _)| id(*idx)).collect()))
    }

    /// The triangle of one measure, with the mean of new cohorts below.
    fn triangle(&self, what: &str) -> Block {
        let facts = self.tell.facts;
        let shown = facts.list("cohorts/shown");
        let is_whole = facts.number("cohorts/count").unwrap_or(0.0) as usize == shown.len();
        let cell = |x: &Option<f64>| {
            x.map(|value| HeatCell {
                value,
                text: self.tell.words.fixed(value * 100.0, 0),
            })
        };
        // The first place is 100 % for everybody: it says nothing, and takes the shades from the others.
        let cells = |id: &str| facts.series(id).iter().skip(1).take(MOST_SHOWN - 1).map(cell).collect();
        let row = |(idx, iso): (usize, &String)| {
            let period = self.calendar().parse(iso);
            let name = period.map_or_else(|| iso.clone(), |it| self.calendar().axis_label(&it));
            let mark = if idx == 0 && is_whole { MARK } else { "" };
            let size = facts.number(&format!("cohorts/cohort/{iso}/size")).unwrap_or(0.0);
            HeatRow {
                label: format!("{name}{mark} · {}", self.tell.words.fixed(size, 0)),
                cells: cells(&format!("cohorts/cohort/{iso}/{what}")),
            }
        };
        let mut rows: Vec<HeatRow> = shown.iter().enumerate().map(row).collect();
        // The last cohort has no next period yet.
        rows.retain(|it| !it.cells.is_empty());
        rows.push(HeatRow {
            label: format!("Mean of {}", self.customers()),
            cells: cells(&format!("cohorts/{}/{what}", self.scope())),
        });
        let n_columns = rows.iter().map(|it| it.cells.len()).max().unwrap_or(0);
        let values = || rows.iter().flat_map(|it| &it.cells).flatten().map(|it| it.value);
        let most = values().fold(0.0, f64::max);
        let least = values().fold(most, f64::min);
        let n_rows = rows.len();
        let grain = self.grain();
        let of_what = match (what, self.told.value) {
            ("value", Some(metric)) => text::lowered(&self.tell.plan.metrics[metric].label),
            _ => "customers".to_owned(),
        };
        let title = if what == "kept" {
            "Customers kept".to_owned()
        } else {
            format!("{} kept", text::capitalised(&of_what))
        };
        let subtitle = match what {
            "kept" => format!(
                "Customers by {} of their first activity and their number; % of them active again, by {}s after.",
                grain.noun(),
                grain.noun()
            ),
            _ => format!(
                "{} by {} of first activity; % of that {}’s, by {}s after.",
                text::capitalised(&of_what),
                grain.noun(),
                grain.noun(),
                grain.noun()
            ),
        };
        Block::Figure {
            title,
            subtitle: subtitle.clone(),
            chart: Chart {
                id: format!("cohorts-{what}"),
                title: subtitle,
                description: self.description(what, n_columns),
                width: CHART_WIDTH,
                height: COHORT_HEIGHT * n_rows as f64 + FRAME_HEIGHT,
                drawing: Drawing::HeatMap {
                    head: format!("{}s after the first", text::capitalised(grain.noun())),
                    columns: (1..=n_columns).map(|it| it.to_string()).collect(),
                    rows,
                    range: [least, most],
                    range_labels: [least, most].map(|it| shares::share(self.tell, it)),
                },
            },
            // The second triangle has the same cohorts, and the same marks.
            note: (what == "kept").then(|| self.triangle_note(what)),
        }
    }

    fn description(&self, what: &str, n_columns: usize) -> String {
        let series = self.tell.facts.series(&format!("cohorts/{}/{what}", self.scope()));
        let at = |k: usize| series.get(k).copied().flatten().map(|x| shares::share(self.tell, x));
        match (at(1), at(n_columns)) {
            (Some(first), Some(last)) if 1 < n_columns => format!(
                "Of {}, {first} are kept after one {} and {last} after {n_columns}.",
                self.customers(),
                self.grain().noun()
            ),
            (Some(first), _) => format!(
                "Of {}, {first} are kept after one {}.",
                self.customers(),
                self.grain().noun()
            ),
            _ => "Nobody could come back yet.".to_owned(),
        }
    }

    fn triangle_note(&self, what: &str) -> Sentence {
        let noun = self.grain().noun();
        let facts = self.tell.facts;
        let all = facts.number("cohorts/count").unwrap_or(0.0) as usize;
        let n_shown = facts.list("cohorts/shown").len();
        let first = if n_shown < all {
            format!("The latest {n_shown} of {all} cohorts are shown; means are of all but the first.")
        } else if facts.text("cohorts/start") == Some("cut") {
            format!(
                "{MARK} The data begin inside this {noun}: who came then may have come before, and the {noun} is not whole. Means of new customers leave it out."
            )
        } else {
            format!(
                "{MARK} The data’s first {noun}: who came then may have come before. Means of new customers leave it out."
            )
        };
        let target = self.tell.plan.periods.target;
        let end = crate::model::period::day_label(target.last_day());
        let note = format!("{first} Blank: not over by {end}. Means weigh each cohort by its size.");
        let ids = vec!["cohorts/shown".into(), format!("cohorts/{}/{what}", self.scope())];
        shares::note(note, ids)
    }

    fn activity(&self) -> Table {
        let series = |name: &str| self.tell.facts.series(&format!("cohorts/{name}"));
        let (actives, daily, sticky) = (series("actives"), series("daily"), series("stickiness"));
        let has_days = daily.iter().any(Option::is_some);
        let from = actives.len().saturating_sub(ACTIVITY_ROWS);
        let count = |x: Option<f64>, id: &str| {
            let shown = x.map_or_else(|| words::MISSING.to_owned(), |x| self.tell.words.fixed(x, 0));
            Cell::figure(shown, x, id)
        };
        let row = |place: usize| {
            let period = self.period(place, "cohorts/actives")?;
            let mut cells = vec![
                Cell::text(text::capitalised(&self.calendar().label(&period))),
                count(actives[place], "cohorts/actives"),
                shares::count_cell(
                    self.tell,
                    &format!("cohorts/cohort/{}/size", self.calendar().name(&period)),
                ),
            ];
            if has_days {
                cells.push(count(daily[place], "cohorts/daily"));
                let shown =
                    sticky[place].map_or_else(|| words::MISSING.to_owned(), |x| self.tell.words.fixed(x * 100.0, 1));
                cells.push(Cell::figure(shown, sticky[place], "cohorts/stickiness"));
            }
            let role = if place + 1 == actives.len() {
                RowRole::Total
            } else {
                RowRole::Body
            };
            Some(Row {
                cells,
                role,
                page: String::new(),
            })
        };
        let mut columns = vec![
            shares::column(&[&text::capitalised(self.grain().noun()), ""], Align::Left),
            shares::column(&["Active", "customers"], Align::Right),
            shares::column(&["of them", "new"], Align::Right),
        ];
        if has_days {
            columns.push(shares::column(&["Active on", "a mean day"], Align::Right));
            let of = format!("% of the {}’s", self.grain().noun());
            columns.push(shares::column(&["Stickiness,", &of], Align::Right));
        }
        let note = if has_days {
            "New: never seen in the data before. Stickiness: customers active on a mean day over those active in the whole period."
        } else {
            "New: never seen in the data before."
        };
        Table {
            id: "cohorts-activity".into(),
            title: format!("Active customers by {}", self.grain().noun()),
            columns,
            rows: (from..actives.len()).filter_map(row).collect(),
            note: Some(shares::note(note, Vec::new())),
            ..Table::default()
        }
    }

    fn levels(&self, dimension: usize) -> Option<Table> {
        let (base, label) = self.dimension(dimension);
        let levels = self.tell.facts.list(&format!("{base}/levels"));
        if levels.is_empty() {
            return None;
        }
        let customers = |id: &str| {
            let n = self.tell.facts.number(id);
            let shown = n.map_or_else(|| words::MISSING.to_owned(), |n| self.tell.words.fixed(n, 0));
            Cell::figure(shown, n, id)
        };
        let row = |(idx, level): (usize, &String)| {
            let id = |name: &str| format!("{base}/{}/{name}", idx + 1);
            let mut cells = vec![Cell::text(level.as_str()), customers(&id("followed"))];
            cells.extend(shares::share_cells(self.tell, &id("returned_1")));
            cells.extend(shares::change_cells(self.tell, &id("difference")));
            Row {
                cells,
                ..Row::default()
            }
        };
        let mut rows: Vec<Row> = levels.iter().enumerate().map(row).collect();
        let whole = format!("cohorts/{}/returned_1", self.scope());
        let mut cells = vec![
            Cell::toned("All", Tone::Strong),
            customers(&format!("cohorts/{}/followed", self.scope())),
        ];
        cells.extend(shares::share_cells(self.tell, &whole));
        cells.extend([Cell::text(""), Cell::text("")]);
        rows.push(Row {
            cells,
            role: RowRole::Total,
            page: String::new(),
        });
        let noun = self.grain().noun();
        Some(Table {
            id: format!("cohorts-by-{}", text::slug(&self.tell.plan.segments[dimension].name)),
            title: format!("Back in the next {noun}, by {label}"),
            columns: vec![
                shares::column(&[&text::capitalised(&label), ""], Align::Left),
                shares::column(&["Customers", "followed"], Align::Right),
                shares::column(&["Came back,", "%"], Align::Right),
                shares::column(&["95 %", "interval"], Align::Right),
                shares::column(&["Against all", "others, pp"], Align::Right),
                shares::column(&["95 % interval,", "all at once"], Align::Right),
            ],
            rows,
            note: Some(shares::note("Differences in bold are beyond chance.", Vec::new())),
            ..Table::default()
        })
    }
}

fn method(told: &Told) -> Block {
    let (noun, nouns) = (told.grain.noun(), told.grain.nouns());
    let text = format!(
        "A customer belongs to the {noun} of the first activity in the data, and is kept after k {nouns} if active in the k-th after it. Only {nouns} that end with the \
         target or before are read. Means weigh each cohort by its size and leave out the data’s first {noun}, whose customers may be older. Intervals: Wilson for shares, \
         Newcombe’s method 10 for differences."
    );
    Block::Prose {
        title: "Cohorts".into(),
        paragraphs: vec![Sentence {
            runs: vec![Run::plain(text)],
            facts: Vec::new(),
        }],
    }
}
