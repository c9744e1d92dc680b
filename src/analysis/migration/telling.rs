//! How migration is told: who moved, where to, and whether the definition fits.
//!
//! It must not compute what the facts do not say.

use super::BEYOND;
use super::Moves;
use super::WIDENED;
use super::ids;
use super::names;
use crate::analysis::Tell;
use crate::analysis::groups::customers;
use crate::analysis::groups::figure;
use crate::analysis::headline::sentence;
use crate::analysis::profile::Grouping;
use crate::analysis::profile::Of;
use crate::analysis::roster::declared;
use crate::analysis::shares::column;
use crate::model::memo::Align;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Memo;
use crate::model::memo::Page;
use crate::model::memo::Row;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::TableStyle;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::model::window::Window;
use crate::words::THIN;
use crate::words::text;

/// Adds everything that migration has to say.
pub(super) fn tell(of: Of, tell: &Tell, memo: &mut Memo) {
    let Some(against) = &declared(tell.plan).against else {
        return;
    };
    let Some(grouping) = Grouping::new(of, tell.plan, tell.facts) else {
        return;
    };
    let (ids, names) = (ids(&grouping), names(&grouping));
    let before = against
        .periods
        .last()
        .map_or_else(String::new, |it| tell.plan.periods.calendar.label(it));
    let voice = Voice {
        of,
        tell,
        grouping: &grouping,
        moves: Moves {
            base: "migration",
            ids: &ids,
            names: &names,
            heads: [before, tell.plan.periods.calendar.label(&tell.plan.periods.target)],
        },
    };
    let mut page = Page {
        id: "migration".into(),
        title: voice.title(),
        ..Page::default()
    };
    page.lead.push(voice.sums());
    page.lead.extend(voice.largest());
    page.lead.extend(voice.fit());
    page.blocks.push(voice.moves.heat(tell, "migration-matrix"));
    page.blocks.push(voice.moves.flow(tell, "migration-flow"));
    page.blocks.extend(voice.creep().map(Block::Table));
    memo.headline.push(voice.headline());
    memo.pages.push(page);
    memo.appendix.blocks.push(voice.method());
}

struct Voice<'a> {
    of: Of,
    tell: &'a Tell<'a>,
    grouping: &'a Grouping,
    moves: Moves<'a>,
}

impl Voice<'_> {
    fn number(&self, name: &str) -> f64 {
        self.tell.facts.number(&format!("migration/{name}")).unwrap_or(0.0)
    }

    fn title(&self) -> String {
        let noun = self.of.noun();
        let since = &self.moves.heads[0];
        if self.number("in_both") == 0.0 {
            return format!("No customer of {since} is a customer now");
        }
        let share = self.tell.words.change_size(self.number("moved_share"));
        format!("{share} of customers changed {noun} since {since}")
    }

    fn sums(&self) -> Sentence {
        let (both, stayed) = (self.number("in_both"), self.number("stayed"));
        let count = |n: f64| self.tell.words.fixed(n, 0);
        let strong = format!(
            "Of {} of both periods, {} are where they were.",
            customers(self.tell, both),
            count(stayed)
        );
        let (joined, left) = (self.number("joined"), self.number("left"));
        let rest = match (joined > 0.0, left > 0.0) {
            (true, true) => format!("{} joined, and {} left.", customers(self.tell, joined), count(left)),
            (true, false) => format!("{} joined.", customers(self.tell, joined)),
            (false, true) => format!("{} left.", customers(self.tell, left)),
            (false, false) => "Nobody joined or left.".to_owned(),
        };
        let facts = ["in_both", "stayed", "joined", "left"].map(|it| format!("migration/{it}"));
        sentence(&strong, &rest, facts.to_vec())
    }

    /// The largest move from one group to another.
    fn largest(&self) -> Option<Sentence> {
        let n = self.moves.ids.len();
        let pairs = (0..n)
            .flat_map(|from| (0..n).map(move |to| (from, to)))
            .filter(|it| it.0 != it.1);
        let count = |it: &(usize, usize)| self.moves.count(self.tell, Some(it.0), Some(it.1));
        let (from, to) = pairs.reduce(|a, b| if count(&a) < count(&b) { b } else { a })?;
        let (there, back) = (count(&(from, to)), count(&(to, from)));
        if there == 0.0 {
            return None;
        }
        let strong = format!(
            "The largest move is from “{}” to “{}”.",
            self.moves.names[from], self.moves.names[to]
        );
        let rest = format!(
            "{} went there, and {} the other way.",
            text::capitalised(&customers(self.tell, there)),
            self.tell.words.fixed(back, 0)
        );
        let id = |from: usize, to: usize| format!("migration/{}/to/{}", self.moves.ids[from], self.moves.ids[to]);
        Some(sentence(&strong, &rest, vec![id(from, to), id(to, from)]))
    }

    /// Whether the definition fits the period that it was not made on.
    fn fit(&self) -> Option<Sentence> {
        let definition = self.grouping.definition.as_ref()?;
        let is_frozen = declared(self.tell.plan).frozen.is_some();
        let (name, when) = if is_frozen {
            ("now", &self.moves.heads[1])
        } else {
            ("before", &self.moves.heads[0])
        };
        let of = |crowd: &str, what: &str| format!("migration/fit/{name}/{crowd}/{what}");
        let worst = definition
            .crowds
            .iter()
            .filter(|it| 1 < it.clusters.len())
            .filter_map(|it| Some((it, self.tell.facts.number(&of(&it.id, "beyond"))?)))
            .reduce(|a, b| if a.1 < b.1 { b } else { a });
        let (crowd, beyond) = worst?;
        let widened = self.tell.facts.number(&of(&crowd.id, "widened"))?;
        let strong = if beyond < BEYOND && widened < WIDENED {
            format!("The definition fits {when} too.")
        } else {
            format!("The definition of “{}” does not fit {when}.", crowd.label)
        };
        let rest = format!(
            "Of “{}”, {} lie farther from their centre than 99{THIN}% did when it was made, and the spread is {} times what it was.",
            crowd.label,
            self.tell.words.change_size(beyond),
            self.tell.words.fixed(widened, 2)
        );
        let facts = vec![of(&crowd.id, "beyond"), of(&crowd.id, "widened")];
        Some(sentence(&strong, &rest, facts))
    }

    fn headline(&self) -> Sentence {
        let facts = vec!["migration/moved_share".to_owned()];
        sentence(&format!("{}.", self.title()), "", facts)
    }

    /// How far each cluster's members lie from its centre in either period.
    fn creep(&self) -> Option<Table> {
        let definition = self.grouping.definition.as_ref()?;
        let mut rows = Vec::new();
        let row = |name: String, cells: [Cell; 2]| Row {
            cells: std::iter::once(Cell::text(name)).chain(cells).collect(),
            ..Row::default()
        };
        let groups = self.grouping.ids.iter().zip(&self.grouping.names);
        for ((crowd, _), (id, name)) in definition.all().iter().zip(groups) {
            if 1 < crowd.clusters.len() {
                let cell = |when: &str| figure(self.tell, format!("migration/creep/{when}/{id}"), &Unit::default(), 2);
                rows.push(row(name.clone(), [cell("before"), cell("now")]));
            }
        }
        let measures = [
            ("beyond", "% beyond reach", Unit::total(Quantity::Share), 1),
            ("widened", "Spread, when made = 1", Unit::default(), 2),
        ];
        for crowd in definition.crowds.iter().filter(|it| 1 < it.clusters.len()) {
            for (what, label, unit, places) in &measures {
                let cell = |when: &str| {
                    let id = format!("migration/fit/{when}/{}/{what}", crowd.id);
                    figure(self.tell, id, unit, *places)
                };
                let name = format!("{label}, “{}”", crowd.label);
                rows.push(row(name, [cell("before"), cell("now")]));
            }
        }
        let made = if declared(self.tell.plan).frozen.is_some() {
            "in an earlier report".to_owned()
        } else {
            format!("on {}", self.moves.heads[1])
        };
        (!rows.is_empty()).then(|| Table {
            id: "creep".into(),
            title: "How far clusters have crept".into(),
            subtitle: format!(
                "Distance of the members’ mean from the centre, the crowd’s spread = 1; the definition was made {made}."
            ),
            columns: vec![
                column(&["Cluster"], Align::Left),
                column(&[self.moves.heads[0].as_str()], Align::Right),
                column(&[self.moves.heads[1].as_str()], Align::Right),
            ],
            rows,
            style: TableStyle::Dense,
            ..Table::default()
        })
    }

    fn method(&self) -> Block {
        let text = match self.of {
            Of::Clusters => format!(
                "One definition places customers of both periods: the same scales, the same centres. It is said to fit while \
                 fewer than {} of customers are farther from their centre than 99{THIN}% were when it was made, and the spread \
                 is below {WIDENED} times that then.",
                self.tell.words.set_share(BEYOND),
            ),
            Of::Segments => "The same rules place customers of both periods, who are followed by their ids.".to_owned(),
        };
        let over = match declared(self.tell.plan).over {
            Window::All => "all time".to_owned(),
            over => over.name(),
        };
        let text = format!("Each period’s customers are those of {over}, up to its end. {text}");
        Block::Prose {
            title: "Migration".into(),
            paragraphs: vec![Sentence {
                runs: vec![Run::plain(text)],
                facts: Vec::new(),
            }],
        }
    }
}
