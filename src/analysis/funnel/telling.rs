//! How a funnel is told: what share went all the way and whether that changed, where most are lost, which levels moved.
//!
//! Only facts speak here. A change whose interval holds zero is called within chance, however large it looks.

use super::Told;
use crate::analysis::Tell;
use crate::analysis::disclosure;
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
use crate::say;
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
    memo.appendix.blocks.push(method(told, tell));
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

    fn against(&self) -> Option<String> {
        let has_one = self.tell.facts.text("funnel/against").is_some();
        has_one.then(|| self.tell.against("funnel/against"))
    }

    /// "15.4 % went all the way from viewers to buyers".
    fn title(&self) -> String {
        let now = self.number("funnel/overall/now");
        say!(
            self.tell.words,
            "funnel-title",
            known = now.is_some(),
            share = now.map_or_else(String::new, |x| shares::share(self.tell, x)),
            first = text::lowered(self.first()),
            last = text::lowered(self.last())
        )
    }

    /// "Viewers to buyers: 15.4 % of 32,688 customers went all the way in November 2019, 1.2 pp more than in October."
    fn overall(&self) -> Sentence {
        let words = self.tell.words;
        let when = words.when(&self.tell.plan.periods.target);
        let (first, last) = (self.first(), text::lowered(self.last()));
        let n = self.number("funnel/stage/1/now").unwrap_or(0.0);
        let mut ids: Vec<FactId> = vec!["funnel/overall/now".into(), "funnel/stage/1/now".into()];
        let Some(now) = self.number("funnel/overall/now") else {
            if disclosure::is_withheld(self.tell.facts, "funnel/overall/now") {
                let min = self.tell.plan.min_cell.to_string();
                let strong = say!(words, "funnel-few", first = first, last = last, min = min, when = when);
                return sentence(&strong, "", ids);
            }
            let strong = say!(words, "funnel-nobody", stage = text::lowered(first), when = when);
            return sentence(&strong, "", ids);
        };
        let share = shares::share(self.tell, now);
        let overall = |before: String, against: String| {
            say!(
                words,
                "funnel-overall",
                first = first,
                last = last,
                share = share,
                n = self.count(n),
                when = when,
                compared = !against.is_empty(),
                before = before,
                against = against
            )
        };
        let (Some(against), Some(change)) = (self.against(), Change::read(self.tell, "funnel/overall/change")) else {
            let rest = say!(
                words,
                "funnel-interval",
                range = shares::range(self.tell, "funnel/overall/now")
            );
            return sentence(&overall(String::new(), String::new()), &rest, ids);
        };
        ids.push("funnel/overall/change".into());
        let before = self
            .number("funnel/overall/before")
            .map(|it| shares::share(self.tell, it))
            .unwrap_or_default();
        ids.push("funnel/overall/before".into());
        let rest = say!(
            words,
            "funnel-change",
            change = change.points(self.tell),
            beyond = change.is_beyond_chance(),
            range = change.range(self.tell)
        );
        sentence(&overall(before, against), &rest, ids)
    }

    /// Where most customers are lost.
    fn loss(&self) -> Option<Sentence> {
        let stage = self.number("funnel/loss/stage")? as usize;
        let lost = self.number("funnel/loss/customers")?;
        let share = self.number("funnel/loss/share")?;
        let (above, here) = (&self.labels()[stage - 2], &self.labels()[stage - 1]);
        let strong = say!(
            self.tell.words,
            "funnel-loss",
            above = text::lowered(above),
            here = text::lowered(here),
            n = self.count(lost)
        );
        let n = self.number(&format!("funnel/stage/{}/now", stage - 1))?;
        let rest = say!(
            self.tell.words,
            "funnel-loss-share",
            share = shares::share(self.tell, share),
            n = self.count(n)
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
                let told = say!(
                    self.tell.words,
                    "funnel-step",
                    from = names[0],
                    to = names[1],
                    change = change.points(self.tell)
                );
                change.is_beyond_chance().then_some(told)
            })
            .collect();
        let strong = say!(
            self.tell.words,
            "funnel-steps",
            n = moved.len(),
            against = against,
            steps = self.tell.words.list(&moved)
        );
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
            let strong = say!(self.tell.words, "funnel-too-few", attribute = label);
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
            .map(|(idx, change)| format!("{} ({})", self.tell.level(&levels[*idx]), change.points(self.tell)))
            .collect();
        let n = levels.len();
        let strong = say!(
            self.tell.words,
            "funnel-levels",
            attribute = label,
            moved = named.len(),
            n = n,
            against = against,
            levels = self.tell.words.list(&named)
        );
        // Small levels cannot be told from chance even where they moved like the others.
        let rest = if named.is_empty() || named.len() == n {
            String::new()
        } else {
            say!(self.tell.words, "funnel-other-levels")
        };
        let ids = if moved.is_empty() {
            vec![format!("{base}/levels")]
        } else {
            moved.iter().map(|(idx, _)| format!("{}/change", id(*idx))).collect()
        };
        Some(sentence(&strong, &rest, ids))
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
        let words = self.tell.words;
        let now = words.period(&self.tell.plan.periods.target);
        let against = self.against();
        let subtitle = say!(
            words,
            "funnel-subtitle",
            compared = against.is_some(),
            now = now,
            against = against.clone().unwrap_or_default()
        );
        Block::Figure {
            title: say!(words, "funnel-figure"),
            subtitle,
            chart: Chart {
                id: "funnel".into(),
                title: say!(words, "funnel-chart", now = now),
                description: say!(words, "funnel-alt", now = now, stages = words.list(&told)),
                width: CHART_WIDTH,
                height: STAGE_HEIGHT * labels.len() as f64 + FOOT_HEIGHT,
                drawing: Drawing::Funnel {
                    stages,
                    before: against.map(|it| text::capitalised(&it)).unwrap_or_default(),
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
            shares::headed(&say!(self.tell.words, "shares-head-interval"), Align::Right),
        ];
        if let Some(against) = &self.told.against {
            let before = against
                .periods
                .first()
                .map(|it| self.tell.words.short(it))
                .unwrap_or_default();
            columns.push(shares::column(&[&text::capitalised(&before), "%"], Align::Right));
            columns.push(shares::headed(
                &say!(self.tell.words, "funnel-head-change"),
                Align::Right,
            ));
            columns.push(shares::headed(
                &say!(self.tell.words, "funnel-head-intervals"),
                Align::Right,
            ));
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
        let mut cells = vec![
            Cell::text(say!(self.tell.words, "funnel-all-the-way")),
            Cell::text(""),
            Cell::text(""),
        ];
        cells.extend(shares::share_cells(self.tell, "funnel/overall/now"));
        cells.extend(self.change_cells("funnel/overall"));
        rows.push(Row {
            cells,
            role: RowRole::Total,
            page: String::new(),
        });
        let mut columns = vec![
            shares::headed(&say!(self.tell.words, "funnel-head-stage"), Align::Left),
            shares::headed(&say!(self.tell.words, "funnel-head-at-all"), Align::Right),
            shares::headed(&say!(self.tell.words, "funnel-head-through"), Align::Right),
        ];
        columns.extend(self.share_columns(&say!(self.tell.words, "funnel-head-went-on")));
        Table {
            id: "funnel-stages".into(),
            title: say!(self.tell.words, "funnel-stages-title"),
            columns,
            rows,
            note: Some(disclosure::with(
                self.note(),
                disclosure::below(self.tell, &self.counts()),
            )),
            ..Table::default()
        }
    }

    /// The ids of all that may be kept back of a stage.
    fn counts(&self) -> Vec<String> {
        let of = |stage: usize| ["now", "alone_now"].map(|it| format!("funnel/stage/{}/{it}", stage + 1));
        let counts = (0..self.labels().len()).flat_map(of);
        counts.chain(["funnel/overall/now".to_owned()]).collect()
    }

    fn note(&self) -> Sentence {
        let n = self.labels().len();
        let id = |name: &str| format!("funnel/stage/{n}/{name}");
        // Where one of them is kept back there is nothing to hold against the other.
        let known = self.number(&id("alone_now")).zip(self.number(&id("now")));
        let (all, through) = known.unwrap_or((0.0, 0.0));
        let last = text::lowered(self.last());
        let words = say!(
            self.tell.words,
            "funnel-note",
            skipped = through < all,
            all = self.count(all),
            stage = last,
            through = self.count(through),
            compared = self.against().is_some()
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
                Cell::text(self.tell.level(level)),
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
            Cell::toned(say!(self.tell.words, "groups-all"), Tone::Strong),
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
            shares::column(&[first, &say!(self.tell.words, "customers")], Align::Right),
        ];
        columns.extend(self.share_columns(&say!(self.tell.words, "funnel-all-the-way")));
        let merged = say!(
            self.tell.words,
            "funnel-merged",
            min_cell = self.told.min_cell.to_string()
        );
        Some(Table {
            id: format!("funnel-by-{}", text::slug(&self.tell.plan.segments[dimension].name)),
            title: say!(self.tell.words, "funnel-by", attribute = text::lowered(&label)),
            columns,
            rows,
            note: Some(shares::note(merged, Vec::new())),
            ..Table::default()
        })
    }
}

fn method(told: &Told, tell: &Tell) -> Block {
    let text = say!(tell.words, "funnel-method", compared = told.against.is_some());
    Block::Prose {
        title: say!(tell.words, "funnel-method-title"),
        paragraphs: vec![Sentence {
            runs: vec![Run::plain(text)],
            facts: Vec::new(),
        }],
    }
}
