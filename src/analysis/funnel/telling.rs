//! How a funnel is told: what share went all the way and whether that changed, where most are lost, which levels moved.
//!
//! Only facts speak here. A change whose interval holds zero is called within chance, however large it looks.

use super::Told;
use crate::analysis::Tell;
use crate::analysis::headline::sentence;
use crate::analysis::shares;
use crate::analysis::shares::Change;
use crate::model::facts::FactId;
use crate::model::memo::Align;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Chart;
use crate::model::memo::Column;
use crate::model::memo::Drawing;
use crate::model::memo::FunnelStage;
use crate::model::memo::Memo;
use crate::model::memo::Page;
use crate::model::memo::Row;
use crate::model::memo::RowRole;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::Tone;
use crate::words::text;

/// Width of the chart: that of a page, in points.
const CHART_WIDTH: f64 = 493.0;
/// Height of the chart: a bar and the step below it, and the key at the foot, less the step that the last bar lacks.
const STAGE_HEIGHT: f64 = 25.0;
const FOOT_HEIGHT: f64 = 3.0;

/// Adds a sentence to the first page, a page, and the method.
pub(super) fn tell(told: &Told, tell: &Tell, memo: &mut Memo) {
    let teller = Teller { told, tell };
    let overall = teller.overall();
    let mut lead = vec![overall.clone()];
    lead.extend(teller.loss());
    lead.extend(teller.steps());
    lead.extend(told.by.iter().filter_map(|&it| teller.moved_levels(it)));
    let mut blocks = vec![teller.chart(), Block::Table(teller.stages())];
    blocks.extend(told.by.iter().filter_map(|&it| teller.levels(it)).map(Block::Table));
    memo.headline.push(overall);
    memo.pages.push(Page {
        id: "funnel".into(),
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
    fn number(&self, id: &str) -> Option<f64> {
        self.tell.facts.number(id)
    }

    fn labels(&self) -> &[String] {
        self.tell.facts.list("funnel/stages")
    }

    fn first(&self) -> &str {
        self.labels().first().map_or("", String::as_str)
    }

    fn last(&self) -> &str {
        self.labels().last().map_or("", String::as_str)
    }

    fn count(&self, x: f64) -> String {
        self.tell.words.fixed(x, 0)
    }

    fn against(&self) -> Option<&str> {
        self.tell.facts.text("funnel/against")
    }

    /// "15.4 % went all the way from viewers to buyers".
    fn title(&self) -> String {
        let stages = format!("from {} to {}", text::lowered(self.first()), text::lowered(self.last()));
        match self.number("funnel/overall/now") {
            Some(now) => format!("{} went all the way {stages}", shares::share(self.tell, now)),
            None => text::capitalised(&stages),
        }
    }

    /// "Viewers to buyers: 15.4 % of 32,688 customers went all the way in November 2019, 1.2 pp more than in October."
    fn overall(&self) -> Sentence {
        let when = self.tell.plan.periods.calendar.when(&self.tell.plan.periods.target);
        let (first, last) = (self.first(), text::lowered(self.last()));
        let n = self.number("funnel/stage/1/now").unwrap_or(0.0);
        let mut ids: Vec<FactId> = vec!["funnel/overall/now".into(), "funnel/stage/1/now".into()];
        let Some(now) = self.number("funnel/overall/now") else {
            let strong = format!("Nobody came to the first stage, {}, {when}.", text::lowered(first));
            return sentence(&strong, "", ids);
        };
        let share = shares::share(self.tell, now);
        let whole = format!(
            "{first} to {last}: {share} of {} customers went all the way {when}",
            self.count(n)
        );
        let (Some(against), Some(change)) = (self.against(), Change::read(self.tell, "funnel/overall/change")) else {
            let rest = format!(
                "95\u{202f}% interval {}.",
                shares::range(self.tell, "funnel/overall/now")
            );
            return sentence(&format!("{whole}."), &rest, ids);
        };
        ids.push("funnel/overall/change".into());
        let before = self
            .number("funnel/overall/before")
            .map(|it| shares::share(self.tell, it))
            .unwrap_or_default();
        ids.push("funnel/overall/before".into());
        let range = change.range(self.tell);
        let rest = if change.is_beyond_chance() {
            format!(
                "The change of {} is beyond chance (95\u{202f}% interval {range}).",
                change.points(self.tell)
            )
        } else {
            format!(
                "The change of {} is within what chance allows (95\u{202f}% interval {range}).",
                change.points(self.tell)
            )
        };
        sentence(&format!("{whole}, after {before} in {against}."), &rest, ids)
    }

    /// Where most customers are lost.
    fn loss(&self) -> Option<Sentence> {
        let stage = self.number("funnel/loss/stage")? as usize;
        let lost = self.number("funnel/loss/customers")?;
        let share = self.number("funnel/loss/share")?;
        let (above, here) = (&self.labels()[stage - 2], &self.labels()[stage - 1]);
        let strong = format!(
            "Most are lost between {} and {}: {} customers.",
            text::lowered(above),
            text::lowered(here),
            self.count(lost)
        );
        let n = self.number(&format!("funnel/stage/{}/now", stage - 1))?;
        let rest = format!(
            "That is {} of the {} who had come so far.",
            shares::share(self.tell, share),
            self.count(n)
        );
        let ids = ["funnel/loss/stage", "funnel/loss/customers", "funnel/loss/share"];
        Some(sentence(&strong, &rest, ids.map(String::from).into()))
    }

    /// Which steps changed beyond chance.
    fn steps(&self) -> Option<Sentence> {
        let against = self.against()?;
        let labels = self.labels();
        // With one step the whole way says it already.
        if labels.len() == 2 {
            return None;
        }
        let steps = 2..=labels.len();
        let ids = steps.clone().map(|step| format!("funnel/step/{step}/change")).collect();
        let moved: Vec<String> = steps
            .filter_map(|step| {
                let change = Change::read(self.tell, &format!("funnel/step/{step}/change"))?;
                let names = [&labels[step - 2], &labels[step - 1]].map(|it| text::lowered(it));
                let told = format!("{} to {} ({})", names[0], names[1], change.points(self.tell));
                change.is_beyond_chance().then_some(told)
            })
            .collect();
        let strong = match moved.len() {
            0 => format!("No single step changed beyond chance since {against}."),
            1 => format!("One step changed beyond chance since {against}: {}.", moved[0]),
            n => {
                let n = text::capitalised(&text::count(n));
                format!(
                    "{n} steps changed beyond chance since {against}: {}.",
                    text::list(&moved)
                )
            }
        };
        Some(sentence(&strong, "", ids))
    }

    fn dimension(&self, idx: usize) -> (String, String) {
        let segment = &self.tell.plan.segments[idx];
        (
            format!("funnel/by/{}", text::slug(&segment.name)),
            segment.label.clone(),
        )
    }

    /// Which levels changed beyond chance.
    fn moved_levels(&self, dimension: usize) -> Option<Sentence> {
        let against = self.against()?;
        let (base, label) = self.dimension(dimension);
        let label = text::lowered(&label);
        let levels = self.tell.facts.list(&format!("{base}/levels"));
        if levels.is_empty() {
            let strong = format!("Too few customers to tell the levels of {label} apart.");
            return Some(sentence(&strong, "", vec![format!("{base}/levels")]));
        }
        let id = |idx: usize| format!("{base}/{}", idx + 1);
        let moved: Vec<(usize, Change)> = (0..levels.len())
            .filter_map(|idx| {
                let change = Change::read(self.tell, &format!("{}/change", id(idx)));
                Some((idx, change.filter(Change::is_beyond_chance)?))
            })
            .collect();
        let named: Vec<String> = moved
            .iter()
            .map(|(idx, change)| format!("{} ({})", levels[*idx], change.points(self.tell)))
            .collect();
        let n = levels.len();
        let strong = if named.is_empty() {
            format!("By {label}, none of {n} levels changed beyond chance since {against}.")
        } else {
            let moved = text::count(named.len());
            format!(
                "By {label}, {moved} of {n} levels changed beyond chance: {}.",
                text::list(&named)
            )
        };
        // Small levels cannot be told from chance even where they moved like the others.
        let rest = if named.is_empty() || named.len() == n {
            ""
        } else {
            "The others cannot be told from chance; small levels seldom can."
        };
        let ids = if moved.is_empty() {
            vec![format!("{base}/levels")]
        } else {
            moved.iter().map(|(idx, _)| format!("{}/change", id(*idx))).collect()
        };
        Some(sentence(&strong, rest, ids))
    }

    fn chart(&self) -> Block {
        let labels = self.labels();
        let stage = |idx: usize| {
            let side = |name: &str| self.number(&format!("funnel/stage/{}/{name}", idx + 1));
            let step = |name: &str| {
                let x = self.number(&format!("funnel/step/{}/{name}", idx + 1));
                x.map(|it| shares::share(self.tell, it)).unwrap_or_default()
            };
            let counts = [side("before"), side("now")];
            FunnelStage {
                label: labels[idx].clone(),
                // What is not there has no mark.
                counts: counts.map(|it| it.unwrap_or(f64::NAN)),
                count_labels: counts.map(|it| it.map(|x| self.count(x)).unwrap_or_default()),
                step_labels: if idx == 0 {
                    <[String; 2]>::default()
                } else {
                    ["before", "now"].map(step)
                },
            }
        };
        let stages: Vec<FunnelStage> = (0..labels.len()).map(stage).collect();
        let told: Vec<String> = stages
            .iter()
            .map(|it| format!("{} {}", it.label, it.count_labels[1]))
            .collect();
        let now = self.tell.plan.periods.calendar.label(&self.tell.plan.periods.target);
        let subtitle = match self.against() {
            Some(against) => {
                format!("Customers who came through all stages above, {now} and {against}, and the share that went on.")
            }
            None => format!("Customers who came through all stages above, {now}, and the share that went on."),
        };
        Block::Figure {
            title: "How many went on".into(),
            subtitle,
            chart: Chart {
                id: "funnel".into(),
                title: format!("Funnel, {now}"),
                description: format!("{now}: {}.", text::list(&told)),
                width: CHART_WIDTH,
                height: STAGE_HEIGHT * labels.len() as f64 + FOOT_HEIGHT,
                drawing: Drawing::Funnel {
                    stages,
                    before: self.against().map(text::capitalised).unwrap_or_default(),
                    now: text::capitalised(&now),
                },
            },
            note: None,
        }
    }

    /// Before, change and the interval of the change; nothing where nothing is held against.
    fn change_cells(&self, id: &str) -> Vec<Cell> {
        if self.against().is_none() {
            return Vec::new();
        }
        let [before, _] = shares::share_cells(self.tell, &format!("{id}/before"));
        let [change, range] = shares::change_cells(self.tell, &format!("{id}/change"));
        vec![before, change, range]
    }

    /// Heads of the columns that `share_cells` and `change_cells` fill.
    fn share_columns(&self, what: &str) -> Vec<Column> {
        let mut columns = vec![
            shares::column(&[what, "%"], Align::Right),
            shares::column(&["95 %", "interval"], Align::Right),
        ];
        if let Some(against) = &self.told.against {
            let before = against
                .periods
                .first()
                .map(|it| self.tell.plan.periods.calendar.short(it))
                .unwrap_or_default();
            columns.push(shares::column(&[&text::capitalised(&before), "%"], Align::Right));
            columns.push(shares::column(&["Change", "pp"], Align::Right));
            columns.push(shares::column(&["95 % interval", "all at once"], Align::Right));
        }
        columns
    }

    fn stages(&self) -> Table {
        let labels = self.labels();
        let mut rows = Vec::new();
        for (idx, label) in labels.iter().enumerate() {
            let stage = format!("funnel/stage/{}", idx + 1);
            let mut cells = vec![
                Cell::text(label.as_str()),
                shares::count_cell(self.tell, &format!("{stage}/alone_now")),
                shares::count_cell(self.tell, &format!("{stage}/now")),
            ];
            let step = format!("funnel/step/{}", idx + 1);
            if idx == 0 {
                let n_blank = self.share_columns("").len();
                cells.extend((0..n_blank).map(|_| Cell::text("")));
            } else {
                cells.extend(shares::share_cells(self.tell, &format!("{step}/now")));
                cells.extend(self.change_cells(&step));
            }
            rows.push(Row {
                cells,
                ..Row::default()
            });
        }
        let mut cells = vec![Cell::text("All the way"), Cell::text(""), Cell::text("")];
        cells.extend(shares::share_cells(self.tell, "funnel/overall/now"));
        cells.extend(self.change_cells("funnel/overall"));
        rows.push(Row {
            cells,
            role: RowRole::Total,
            page: String::new(),
        });
        let mut columns = vec![
            shares::column(&["Stage", ""], Align::Left),
            shares::column(&["At the stage", "at all"], Align::Right),
            shares::column(&["Through all", "above"], Align::Right),
        ];
        columns.extend(self.share_columns("Went on"));
        Table {
            id: "funnel-stages".into(),
            title: "Stage by stage".into(),
            columns,
            rows,
            note: Some(self.note()),
            ..Table::default()
        }
    }

    fn note(&self) -> Sentence {
        let n = self.labels().len();
        let id = |name: &str| format!("funnel/stage/{n}/{name}");
        let all = self.number(&id("alone_now")).unwrap_or(0.0);
        let through = self.number(&id("now")).unwrap_or(0.0);
        let last = text::lowered(self.last());
        let skipped = if through < all {
            format!(
                " {} customers were at the stage “{last}” at all, {} of them through all stages above in this period.",
                self.count(all),
                self.count(through)
            )
        } else {
            String::new()
        };
        let chance = if self.against().is_some() {
            " Changes in bold are beyond chance."
        } else {
            ""
        };
        let words = format!(
            "Shares are of customers who came through all stages above, in any order of time.{skipped}{chance}"
        );
        shares::note(words, vec![id("alone_now"), id("now")])
    }

    fn levels(&self, dimension: usize) -> Option<Table> {
        let (base, label) = self.dimension(dimension);
        let levels = self.tell.facts.list(&format!("{base}/levels"));
        if levels.is_empty() {
            return None;
        }
        let row = |(idx, level): (usize, &String)| {
            let id = format!("{base}/{}", idx + 1);
            let mut cells = vec![
                Cell::text(level.as_str()),
                shares::count_cell(self.tell, &format!("{id}/customers_now")),
            ];
            cells.extend(shares::share_cells(self.tell, &format!("{id}/now")));
            cells.extend(self.change_cells(&id));
            Row {
                cells,
                ..Row::default()
            }
        };
        let mut rows: Vec<Row> = levels.iter().enumerate().map(row).collect();
        let mut cells = vec![
            Cell::toned("All", Tone::Strong),
            shares::count_cell(self.tell, "funnel/stage/1/now"),
        ];
        cells.extend(shares::share_cells(self.tell, "funnel/overall/now"));
        cells.extend(self.change_cells("funnel/overall"));
        rows.push(Row {
            cells,
            role: RowRole::Total,
            page: String::new(),
        });
        let first = self.first();
        let mut columns = vec![
            shares::column(&[&label, ""], Align::Left),
            shares::column(&[first, "customers"], Align::Right),
        ];
        columns.extend(self.share_columns("All the way"));
        let merged = format!(
            "Levels with fewer than {} customers on a side are merged; intervals of changes hold for all levels at once.",
            self.told.min_cell
        );
        Some(Table {
            id: format!("funnel-by-{}", text::slug(&self.tell.plan.segments[dimension].name)),
            title: format!("All the way by {}", text::lowered(&label)),
            columns,
            rows,
            note: Some(shares::note(merged, Vec::new())),
            ..Table::default()
        })
    }
}

fn method(told: &Told) -> Block {
    let whole = "A customer is at a stage where its metric is above zero in the period, and goes on where it was at every stage above too, in any order of time. \
                 Shares have Wilson’s score interval.";
    let change = if told.against.is_some() {
        " Changes have Newcombe’s hybrid score interval (method 10), widened so that all of a table hold at once (Bonferroni). Customers in both periods are taken as \
         independent, which makes intervals of changes rather too wide."
    } else {
        ""
    };
    Block::Prose {
        title: "Funnel".into(),
        paragraphs: vec![Sentence {
            runs: vec![Run::plain(format!("{whole}{change}"))],
            facts: Vec::new(),
        }],
    }
}
