//! How cohorts are told: who does not come back, whether the latest cohort differs, and the triangle.
//!
//! Only facts speak here. The first period of the data is marked: its customers may be older than the data.

use super::MOST_SHOWN;
use super::Told;
use super::recording::within;
use crate::analysis::Tell;
use crate::analysis::disclosure;
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
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::say;
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
    memo.appendix.blocks.push(method(told, tell));
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

    /// "Three fifths of new customers did not come back in the next week".
    fn title(&self) -> String {
        let churn = self.tell.facts.number(&format!("cohorts/{}/churn_1", self.scope()));
        churn.map_or_else(
            || say!(self.tell.words, "cohorts-title-none"),
            |x| {
                say!(
                    self.tell.words,
                    "cohorts-title",
                    share = self.tell.words.fraction(x),
                    scope = self.scope(),
                    grain = self.grain().noun()
                )
            },
        )
    }

    /// "37.7 % of new customers did not come back in the week after their first."
    fn churn(&self) -> Sentence {
        let (words, scope, noun) = (self.tell.words, self.scope(), self.grain().noun());
        let id = format!("cohorts/{scope}/churn_1");
        let Some(churn) = self.tell.facts.number(&id) else {
            if disclosure::is_withheld(self.tell.facts, &id) {
                let min = self.tell.plan.min_cell.to_string();
                let strong = say!(words, "cohorts-few", min = min);
                return sentence(&strong, "", vec![id]);
            }
            let strong = say!(words, "cohorts-nobody", grain = noun);
            return sentence(&strong, "", vec!["cohorts/count".into()]);
        };
        let strong = say!(
            words,
            "cohorts-churn",
            share = shares::share(self.tell, churn),
            scope = scope,
            grain = noun
        );
        let n = self.tell.facts.get(&id).and_then(|it| it.n).unwrap_or(0) as f64;
        let mut rest = vec![say!(
            words,
            "cohorts-followed",
            n = words.fixed(n, 0),
            range = shares::range(self.tell, &id)
        )];
        let back = format!("cohorts/{scope}/returned");
        let mut ids = vec![id];
        if let Some(x) = self.tell.facts.number(&back) {
            rest.push(say!(
                words,
                "cohorts-returned",
                n = within(self.grain()) as usize,
                grain = noun,
                share = shares::share(self.tell, x)
            ));
            ids.push(back);
        }
        if scope == "all" {
            rest.push(say!(words, "cohorts-all-old", grain = noun));
        }
        sentence(&strong, &rest.join(" "), ids)
    }

    /// The latest cohort against those before.
    fn latest(&self) -> Option<Sentence> {
        let id = "cohorts/latest/change";
        let change = Change::read(self.tell, id)?;
        let number = |name: &str| self.tell.facts.number(&format!("cohorts/latest/{name}"));
        let name = self.calendar().parse(self.tell.facts.text("cohorts/latest")?)?;
        let strong = say!(
            self.tell.words,
            "cohorts-latest",
            cohort = self.tell.words.period(&name),
            share = shares::share(self.tell, number("returned_1")?),
            grain = self.grain().noun(),
            before = shares::share(self.tell, number("before")?)
        );
        let rest = say!(
            self.tell.words,
            "cohorts-difference",
            change = change.points(self.tell),
            beyond = change.is_beyond_chance(),
            range = change.range(self.tell)
        );
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
        let period = self.tell.words.period(&self.period(all.len() - 1, "cohorts/actives")?);
        let count = |x: f64| self.tell.words.fixed(x, 0);
        let strong = say!(
            self.tell.words,
            "cohorts-stickiness",
            period = period,
            share = shares::share(self.tell, last),
            grain = noun
        );
        let before = all.len().checked_sub(2).and_then(|it| all[it]);
        let rest = say!(
            self.tell.words,
            "cohorts-daily",
            daily = count(daily),
            actives = count(actives),
            compared = before.is_some(),
            before = before.map_or_else(String::new, |x| shares::share(self.tell, x)),
            grain = noun
        );
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
            let strong = say!(
                self.tell.words,
                "cohorts-too-few",
                scope = self.scope(),
                attribute = label
            );
            return Some(sentence(&strong, "", vec![format!("{base}/levels")]));
        }
        let id = |idx: usize| format!("{base}/{}/difference", idx + 1);
        let uneven: Vec<(usize, Change)> = (0..levels.len())
            .filter_map(|idx| Some((idx, Change::read(self.tell, &id(idx)).filter(Change::is_beyond_chance)?)))
            .collect();
        if uneven.is_empty() {
            let strong = say!(self.tell.words, "cohorts-even", attribute = label);
            return Some(sentence(&strong, "", vec![format!("{base}/levels")]));
        }
        let named: Vec<String> = uneven
            .iter()
            .map(|(idx, change)| format!("{} ({})", self.tell.level(&levels[*idx]), change.points(self.tell)))
            .collect();
        let strong = say!(
            self.tell.words,
            "cohorts-uneven",
            attribute = label,
            uneven = named.len(),
            n = levels.len(),
            levels = self.tell.words.list(&named)
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
        let kept = || HeatCell {
            value: f64::NAN,
            text: words::MISSING.to_owned(),
        };
        // The first place is 100 % for everybody: it says nothing, and takes the shades from the others.
        let cells = |id: &str| -> Vec<Option<HeatCell>> {
            facts.series(id).iter().skip(1).take(MOST_SHOWN - 1).map(cell).collect()
        };
        let row = |(idx, iso): (usize, &String)| {
            let period = self.calendar().parse(iso);
            let name = period.map_or_else(|| iso.clone(), |it| self.tell.words.axis(&it));
            let mark = if idx == 0 && is_whole { MARK } else { "" };
            let size = facts.number(&format!("cohorts/cohort/{iso}/size"));
            let shown = size.map_or_else(|| words::MISSING.to_owned(), |n| self.tell.words.fixed(n, 0));
            let mut cells: Vec<Option<HeatCell>> = cells(&format!("cohorts/cohort/{iso}/{what}"));
            if size != Some(0.0) {
                cells.iter_mut().for_each(|it| *it = it.take().or_else(|| Some(kept())));
            }
            HeatRow {
                label: format!("{name}{mark} · {shown}"),
                cells,
            }
        };
        let mut rows: Vec<HeatRow> = shown.iter().enumerate().map(row).collect();
        // The last cohort has no next period yet.
        rows.retain(|it| !it.cells.is_empty());
        rows.push(HeatRow {
            label: say!(self.tell.words, "cohorts-mean", scope = self.scope()),
            cells: cells(&format!("cohorts/{}/{what}", self.scope())),
        });
        let n_columns = rows.iter().map(|it| it.cells.len()).max().unwrap_or(0);
        let values = || rows.iter().flat_map(|it| &it.cells).flatten().map(|it| it.value);
        let (has_kept, known) = (values().any(f64::is_nan), || values().filter(|x| !x.is_nan()));
        let most = known().fold(0.0, f64::max);
        let least = known().fold(most, f64::min);
        let n_rows = rows.len();
        let grain = self.grain();
        let words = self.tell.words;
        let metric = self.told.value.map(|it| self.tell.plan.metrics[it].label.as_str());
        let metric = metric.unwrap_or_default();
        let title = say!(words, "cohorts-kept", what = what, metric = metric);
        let subtitle = say!(
            words,
            "cohorts-kept-subtitle",
            what = what,
            metric = metric,
            grain = grain.noun()
        );
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
                    head: say!(words, "cohorts-after-first", grain = grain.noun()),
                    columns: (1..=n_columns).map(|it| it.to_string()).collect(),
                    rows,
                    unit: Unit::total(Quantity::Share),
                    range: [least, most],
                    range_labels: [least, most].map(|it| shares::share(self.tell, it)),
                },
            },
            // The second triangle has the same cohorts, and the same marks.
            note: (what == "kept").then(|| {
                let below = has_kept.then(|| disclosure::dash(self.tell));
                disclosure::with(self.triangle_note(what), below)
            }),
        }
    }

    fn description(&self, what: &str, n_columns: usize) -> String {
        let series = self.tell.facts.series(&format!("cohorts/{}/{what}", self.scope()));
        let at = |k: usize| series.get(k).copied().flatten().map(|x| shares::share(self.tell, x));
        match (at(1), at(n_columns)) {
            (Some(first), last) => say!(
                self.tell.words,
                "cohorts-alt",
                scope = self.scope(),
                first = first,
                grain = self.grain().noun(),
                more = last.is_some() && 1 < n_columns,
                last = last.unwrap_or_default(),
                n = n_columns
            ),
            _ => say!(self.tell.words, "cohorts-alt-none"),
        }
    }

    fn triangle_note(&self, what: &str) -> Sentence {
        let noun = self.grain().noun();
        let facts = self.tell.facts;
        let all = facts.number("cohorts/count").unwrap_or(0.0) as usize;
        let n_shown = facts.list("cohorts/shown").len();
        let first = if n_shown < all {
            "latest"
        } else if facts.text("cohorts/start") == Some("cut") {
            "cut"
        } else {
            "whole"
        };
        let note = say!(
            self.tell.words,
            "cohorts-triangle-note",
            first = first,
            shown = n_shown,
            all = all,
            mark = MARK,
            grain = noun,
            end = self.tell.words.day(self.tell.plan.periods.target.last_day())
        );
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
                Cell {
                    days: Some([period.from, period.last_day()]),
                    ..Cell::text(text::capitalised(&self.tell.words.period(&period)))
                },
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
        let (words, grain) = (self.tell.words, self.grain().noun());
        let mut columns = vec![
            shares::headed(&say!(words, "cohorts-head-period", grain = grain), Align::Left),
            shares::headed(&say!(words, "cohorts-head-active"), Align::Right),
            shares::headed(&say!(words, "cohorts-head-new"), Align::Right),
        ];
        if has_days {
            columns.push(shares::headed(&say!(words, "cohorts-head-daily"), Align::Right));
            let sticky = say!(words, "cohorts-head-stickiness", grain = grain);
            columns.push(shares::headed(&sticky, Align::Right));
        }
        let note = say!(words, "cohorts-activity-note", days = has_days);
        Table {
            id: "cohorts-activity".into(),
            title: say!(words, "cohorts-activity-title", grain = grain),
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
            let mut cells = vec![Cell::text(self.tell.level(level)), customers(&id("followed"))];
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
            Cell::toned(say!(self.tell.words, "groups-all"), Tone::Strong),
            customers(&format!("cohorts/{}/followed", self.scope())),
        ];
        cells.extend(shares::share_cells(self.tell, &whole));
        cells.extend([Cell::text(""), Cell::text("")]);
        rows.push(Row {
            cells,
            role: RowRole::Total,
            page: String::new(),
        });
        let (words, noun) = (self.tell.words, self.grain().noun());
        Some(Table {
            id: format!("cohorts-by-{}", text::slug(&self.tell.plan.segments[dimension].name)),
            title: say!(words, "cohorts-by", grain = noun, attribute = label),
            columns: vec![
                shares::column(&[&text::capitalised(&label), ""], Align::Left),
                shares::headed(&say!(words, "cohorts-head-followed"), Align::Right),
                shares::headed(&say!(words, "cohorts-head-back"), Align::Right),
                shares::headed(&say!(words, "shares-head-interval"), Align::Right),
                shares::headed(&say!(words, "cohorts-head-against"), Align::Right),
                shares::headed(&say!(words, "cohorts-head-intervals"), Align::Right),
            ],
            rows,
            note: Some(shares::note(say!(words, "cohorts-by-note"), Vec::new())),
            ..Table::default()
        })
    }
}

fn method(told: &Told, tell: &Tell) -> Block {
    let text = say!(tell.words, "cohorts-method", grain = told.grain.noun());
    Block::Prose {
        title: say!(tell.words, "cohorts-method-title"),
        paragraphs: vec![Sentence {
            runs: vec![Run::plain(text)],
            facts: Vec::new(),
        }],
    }
}
