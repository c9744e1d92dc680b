//! How profiles are told: what differs, who they are, who is typical.
//!
//! It must not compute what the facts do not say.

use super::Grouping;
use super::Told;
use crate::analysis::Tell;
use crate::analysis::groups::figure;
use crate::analysis::headline::sentence;
use crate::analysis::roster::declared;
use crate::analysis::shares::Change;
use crate::analysis::shares::change_cells;
use crate::analysis::shares::column;
use crate::analysis::shares::headed;
use crate::analysis::shares::note;
use crate::model::memo::Align;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Chart;
use crate::model::memo::Drawing;
use crate::model::memo::Memo;
use crate::model::memo::Page;
use crate::model::memo::Row;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::TableStyle;
use crate::model::memo::Tone;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::say;
use crate::words;
use crate::words::text;

/// Differences below this are small, whatever their interval (Cohen 1988).
const SMALL: f64 = 0.2;

/// Levels of attributes that are printed of each group.
const MOST_LEVELS: usize = 4;

/// Adds everything that profiles have to say.
pub(super) fn tell(told: &Told, tell: &Tell, memo: &mut Memo) {
    let Some(grouping) = Grouping::told(told.of, tell) else {
        return;
    };
    let voice = Voice { told, tell, grouping };
    let large = voice.large();
    let mut page = Page {
        id: "profile".into(),
        title: voice.title(&large),
        ..Page::default()
    };
    page.lead.extend(voice.attributes_in_a_sentence(&large));
    if !large.is_empty() {
        page.blocks.push(Block::Table(voice.apart(&large)));
        page.blocks.extend(voice.attributes(&large).map(Block::Table));
        page.blocks.extend(voice.typical(&large).map(Block::Table));
    }
    memo.pages.push(page);
    memo.appendix.blocks.push(method(told, tell));
}

struct Voice<'a> {
    told: &'a Told,
    tell: &'a Tell<'a>,
    grouping: Grouping,
}

/// A level of an attribute that differs beyond chance.
struct Level {
    group: usize,
    attribute: String,
    level: String,
    id: String,
    x: f64,
}

impl Voice<'_> {
    fn number(&self, group: usize, name: &str) -> Option<f64> {
        self.tell
            .facts
            .number(&format!("profile/{}/{name}", self.grouping.ids[group]))
    }

    /// Groups that are large enough to be told.
    fn large(&self) -> Vec<usize> {
        let n = |group: &usize| self.number(*group, "customers").unwrap_or(0.0);
        (0..self.grouping.ids.len())
            .filter(|it| self.tell.least() as f64 <= n(it))
            .collect()
    }

    /// The feature that tells the groups apart most.
    fn title(&self, large: &[usize]) -> String {
        let roster = declared(self.tell.plan);
        let noun = self.told.of.noun();
        let spread = |feature: &crate::model::roster::Feature| {
            let apart = large
                .iter()
                .filter_map(|it| self.number(*it, &format!("apart/{}", feature.name)));
            apart.map(f64::abs).fold(0.0, f64::max)
        };
        let most = roster
            .features
            .iter()
            .map(|it| (spread(it), it))
            .reduce(|a, b| if a.0 < b.0 { b } else { a });
        match most.filter(|it| SMALL <= it.0 && 1 < large.len()) {
            Some((_, feature)) => {
                let what = text::lowered(&feature.label);
                say!(self.tell.words, "profile-title", group = noun, feature = what)
            }
            None => say!(self.tell.words, "profile-title-none", group = noun),
        }
    }

    /// Levels beyond chance, the largest difference first.
    fn levels(&self, large: &[usize]) -> Vec<Level> {
        let mut found = Vec::new();
        for &group in large {
            let inside = format!("profile/{}/attribute/", self.grouping.ids[group]);
            for segment in &self.tell.plan.segments {
                for place in 0.. {
                    let id = format!("{inside}{}/{place}", segment.name);
                    let Some(level) = self.tell.facts.text(&format!("{id}/level")) else {
                        break;
                    };
                    let change = Change::read(self.tell, &format!("{id}/difference"));
                    if let Some(change) = change.filter(Change::is_beyond_chance) {
                        found.push(Level {
                            group,
                            attribute: segment.label.clone(),
                            level: level.to_owned(),
                            id,
                            x: change.x,
                        });
                    }
                }
            }
        }
        found.sort_by(|a, b| b.x.abs().total_cmp(&a.x.abs()));
        found
    }

    fn attributes_in_a_sentence(&self, large: &[usize]) -> Option<Sentence> {
        if self.tell.plan.segments.is_empty() {
            return None;
        }
        let noun = self.told.of.noun();
        let levels = self.levels(large);
        let Some(first) = levels.first() else {
            let strong = say!(self.tell.words, "profile-no-attribute", group = noun);
            let rest = say!(self.tell.words, "profile-within-chance");
            return Some(sentence(&strong, &rest, Vec::new()));
        };
        let share = |name: &str| {
            let x = self.tell.facts.number(&format!("{}/{name}", first.id));
            x.map_or_else(|| words::MISSING.to_owned(), |x| self.tell.words.change_size(x))
        };
        let strong = say!(
            self.tell.words,
            "profile-attribute",
            name = self.grouping.names[first.group],
            share = share("share"),
            attribute = text::lowered(&first.attribute),
            level = first.level,
            elsewhere = share("elsewhere")
        );
        let rest = say!(self.tell.words, "profile-levels", n = levels.len());
        let facts = ["share", "elsewhere"].map(|it| format!("{}/{it}", first.id)).to_vec();
        Some(sentence(&strong, &rest, facts))
    }

    /// One row a feature, one bar a group.
    fn apart(&self, large: &[usize]) -> Table {
        let roster = declared(self.tell.plan);
        let all = roster.features.iter().flat_map(|feature| {
            large
                .iter()
                .filter_map(|it| self.number(*it, &format!("apart/{}", feature.name)))
        });
        let most = all.map(f64::abs).fold(1.0, f64::max);
        let row = |feature: &crate::model::roster::Feature| {
            let mut cells = vec![Cell::text(feature.label.clone())];
            for &group in large {
                let id = format!("profile/{}/apart/{}", self.grouping.ids[group], feature.name);
                let x = self.tell.facts.number(&id);
                let shown = x.map_or_else(|| words::MISSING.to_owned(), |x| self.tell.words.signed(x, 1));
                cells.push(self.bar(feature, group, x, most));
                cells.push(Cell::figure(shown, x, id));
            }
            Row {
                cells,
                ..Row::default()
            }
        };
        let mut columns = vec![headed(&say!(self.tell.words, "groups-head-feature"), Align::Left)];
        for &group in large {
            let mut bar = column(&[], Align::Chart);
            bar.width = Some(bar_width(large.len()));
            columns.push(bar);
            let lines = crate::analysis::groups::wrapped(&self.grouping.names[group]);
            columns.push(column(
                &lines.iter().map(String::as_str).collect::<Vec<&str>>(),
                Align::Right,
            ));
        }
        Table {
            id: "apart".into(),
            title: say!(self.tell.words, "profile-apart-title", group = self.told.of.noun()),
            subtitle: say!(self.tell.words, "profile-apart-subtitle"),
            columns,
            rows: roster.features.iter().map(row).collect(),
            ..Table::default()
        }
    }

    fn bar(&self, feature: &crate::model::roster::Feature, group: usize, x: Option<f64>, most: f64) -> Cell {
        let Some(x) = x else { return Cell::text("") };
        let name = &self.grouping.names[group];
        Cell::chart(Chart {
            id: format!("apart-{}-{group}", text::slug(&feature.name)),
            title: format!("{}, {name}", feature.label),
            description: say!(
                self.tell.words,
                "profile-bar-alt",
                name = name,
                feature = text::lowered(&feature.label),
                x = self.tell.words.signed(x, 1)
            ),
            width: bar_width(self.large().len()),
            height: 11.0,
            drawing: Drawing::Bar {
                value: x,
                range: [-most, most],
                tone: if x.abs() < SMALL {
                    Tone::Quiet
                } else {
                    Tone::Behavioural
                },
            },
        })
    }

    /// Levels that differ beyond chance, a few of each group.
    fn attributes(&self, large: &[usize]) -> Option<Table> {
        let levels = self.levels(large);
        let mut rows = Vec::new();
        for &group in large {
            let own = levels.iter().filter(|it| it.group == group).take(MOST_LEVELS);
            for (place, level) in own.enumerate() {
                let name = if place == 0 {
                    self.grouping.names[group].as_str()
                } else {
                    ""
                };
                let unit = Unit::total(Quantity::Share);
                let of = |name: &str| figure(self.tell, format!("{}/{name}", level.id), &unit, 1);
                let mut cells = vec![
                    Cell::text(name),
                    Cell::text(format!("{}: {}", level.attribute, level.level)),
                    of("share"),
                    of("elsewhere"),
                ];
                cells.extend(change_cells(self.tell, &format!("{}/difference", level.id)));
                rows.push(Row {
                    cells,
                    ..Row::default()
                });
            }
        }
        let words = self.tell.words;
        let noun = say!(words, "profile-head-group", group = self.told.of.noun());
        let n_left = levels.len().saturating_sub(rows.len());
        (!rows.is_empty()).then(|| Table {
            id: "attributes".into(),
            title: say!(words, "profile-attributes-title"),
            subtitle: say!(words, "profile-attributes-subtitle"),
            columns: vec![
                column(&[noun.as_str()], Align::Left),
                headed(&say!(words, "profile-head-attribute"), Align::Left),
                headed(&say!(words, "profile-head-share"), Align::Right),
                headed(&say!(words, "profile-head-elsewhere"), Align::Right),
                headed(&say!(words, "profile-head-difference"), Align::Right),
                headed(&say!(words, "profile-head-interval"), Align::Right),
            ],
            rows,
            style: TableStyle::Dense,
            note: (n_left > 0).then(|| note(say!(words, "profile-more", n = n_left), Vec::new())),
            ..Table::default()
        })
    }

    /// Customers nearest to each centre.
    fn typical(&self, large: &[usize]) -> Option<Table> {
        let roster = declared(self.tell.plan);
        let mut rows = Vec::new();
        for &group in large {
            for place in 1.. {
                let id = format!("profile/{}/typical/{place}", self.grouping.ids[group]);
                let Some(masked) = self.tell.facts.text(&format!("{id}/customer")) else {
                    break;
                };
                let name = if place == 1 {
                    self.grouping.names[group].as_str()
                } else {
                    ""
                };
                let mut cells = vec![Cell::text(name), Cell::toned(masked, Tone::Code)];
                for feature in &roster.features {
                    let id = format!("{id}/{}", feature.name);
                    let x: Vec<f64> = self.tell.facts.number(&id).into_iter().collect();
                    cells.push(figure(
                        self.tell,
                        id,
                        &feature.unit,
                        words::column_places(&x, &feature.unit),
                    ));
                }
                rows.push(Row {
                    cells,
                    ..Row::default()
                });
            }
        }
        let words = self.tell.words;
        let noun = say!(words, "profile-head-group", group = self.told.of.noun());
        let mut columns = vec![
            column(&[noun.as_str()], Align::Left),
            headed(&say!(words, "profile-head-customer"), Align::Left),
        ];
        columns.extend(roster.features.iter().map(|it| {
            let head = self.tell.words.head_with_unit(&it.label, &it.unit);
            let lines = crate::analysis::groups::wrapped(&head);
            column(&lines.iter().map(String::as_str).collect::<Vec<&str>>(), Align::Right)
        }));
        (!rows.is_empty()).then(|| Table {
            id: "typical".into(),
            title: say!(words, "profile-typical-title"),
            subtitle: say!(words, "profile-typical-subtitle"),
            columns,
            rows,
            style: TableStyle::Dense,
            ..Table::default()
        })
    }
}

/// Room for a bar, so that all fit beside their figures.
fn bar_width(n_groups: usize) -> f64 {
    (220.0 / n_groups.max(1) as f64).clamp(24.0, 60.0)
}

fn method(told: &Told, tell: &Tell) -> Block {
    let noun = told.of.noun();
    let text = say!(
        tell.words,
        "profile-method",
        group = noun,
        min_cell = tell.least().to_string()
    );
    Block::Prose {
        title: say!(tell.words, "profile-method-title"),
        paragraphs: vec![Sentence {
            runs: vec![Run::plain(text)],
            facts: Vec::new(),
        }],
    }
}
