//! How migration is told: who moved, where to, and whether the definition fits.
//!
//! It must not compute what the facts do not say.

use super::BEYOND;
use super::Moves;
use super::WIDENED;
use super::ids;
use super::names;
use crate::analysis::Tell;
use crate::analysis::disclosure;
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
use crate::say;
use crate::words;

/// Adds everything that migration has to say.
pub(super) fn tell(of: Of, tell: &Tell, memo: &mut Memo) {
    let Some(against) = &declared(tell.plan).against else {
        return;
    };
    let Some(grouping) = Grouping::told(of, tell) else {
        return;
    };
    let (ids, names) = (ids(&grouping), names(tell, &grouping));
    let before = against
        .periods
        .last()
        .map_or_else(String::new, |it| tell.words.period(it));
    let voice = Voice {
        of,
        tell,
        grouping: &grouping,
        moves: Moves {
            base: "migration",
            ids: &ids,
            names: &names,
            heads: [before, tell.words.period(&tell.plan.periods.target)],
        },
    };
    let mut page = Page {
        id: "migration".into(),
        title: voice.title(),
        ..Page::default()
    };
    page.lead.extend(voice.sums());
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

    fn is_kept(&self, name: &str) -> bool {
        disclosure::is_withheld(self.tell.facts, &format!("migration/{name}"))
    }

    fn title(&self) -> String {
        let noun = self.of.noun();
        let since = &self.moves.heads[0];
        if self.is_kept("moved_share") {
            return say!(self.tell.words, "migration-title-kept", group = noun, since = since);
        }
        if self.number("in_both") == 0.0 {
            return say!(self.tell.words, "migration-title-none", since = since);
        }
        let share = self.tell.words.change_size(self.number("moved_share"));
        say!(
            self.tell.words,
            "migration-title",
            share = share,
            group = noun,
            since = since
        )
    }

    /// How many stayed, joined and left, as far as it is not kept back.
    fn sums(&self) -> Option<Sentence> {
        let known = |names: [&str; 2]| names.iter().all(|it| !self.is_kept(it));
        if !known(["in_both", "stayed"]) {
            return None;
        }
        let mut facts = vec!["migration/in_both".to_owned(), "migration/stayed".to_owned()];
        let (both, stayed) = (self.number("in_both"), self.number("stayed"));
        let count = |n: f64| self.tell.words.fixed(n, 0);
        let strong = say!(
            self.tell.words,
            "migration-stayed",
            customers = customers(self.tell, both),
            stayed = count(stayed)
        );
        if !known(["joined", "left"]) {
            return Some(sentence(&strong, "", facts));
        }
        let (joined, left) = (self.number("joined"), self.number("left"));
        let rest = say!(
            self.tell.words,
            "migration-joined-and-left",
            came = joined > 0.0,
            joined = customers(self.tell, joined),
            went = left > 0.0,
            left = customers(self.tell, left),
            figure = count(left)
        );
        facts.extend(["migration/joined", "migration/left"].map(str::to_owned));
        Some(sentence(&strong, &rest, facts))
    }

    /// The largest move from one group to another.
    fn largest(&self) -> Option<Sentence> {
        let n = self.moves.ids.len();
        let pairs = (0..n)
            .flat_map(|from| (0..n).map(move |to| (from, to)))
            .filter(|it| it.0 != it.1);
        let count = |it: &(usize, usize)| self.moves.count(self.tell, Some(it.0), Some(it.1));
        let known = |it: &(usize, usize)| count(it).unwrap_or(0.0);
        let (from, to) = pairs.reduce(|a, b| if known(&a) < known(&b) { b } else { a })?;
        let (there, back) = (known(&(from, to)), count(&(to, from)));
        if there == 0.0 {
            return None;
        }
        let strong = say!(
            self.tell.words,
            "migration-largest",
            from = self.moves.names[from],
            to = self.moves.names[to]
        );
        let rest = say!(
            self.tell.words,
            "migration-there-and-back",
            there = customers(self.tell, there),
            known = back.is_some(),
            back = back.map_or_else(String::new, |it| self.tell.words.fixed(it, 0))
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
        let strong = say!(
            self.tell.words,
            "migration-fit",
            fits = beyond < BEYOND && widened < WIDENED,
            when = when,
            crowd = crowd.label
        );
        let rest = say!(
            self.tell.words,
            "migration-fit-figures",
            crowd = crowd.label,
            beyond = self.tell.words.change_size(beyond),
            widened = self.tell.words.fixed(widened, 2)
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
            ("beyond", Unit::total(Quantity::Share), 1),
            ("widened", Unit::default(), 2),
        ];
        for crowd in definition.crowds.iter().filter(|it| 1 < it.clusters.len()) {
            for (what, unit, places) in &measures {
                let cell = |when: &str| {
                    let id = format!("migration/fit/{when}/{}/{what}", crowd.id);
                    figure(self.tell, id, unit, *places)
                };
                let name = say!(
                    self.tell.words,
                    "migration-measure",
                    measure = *what,
                    crowd = crowd.label
                );
                rows.push(row(name, [cell("before"), cell("now")]));
            }
        }
        (!rows.is_empty()).then(|| Table {
            id: "creep".into(),
            title: say!(self.tell.words, "migration-creep-title"),
            subtitle: say!(
                self.tell.words,
                "migration-creep-subtitle",
                frozen = declared(self.tell.plan).frozen.is_some(),
                now = self.moves.heads[1]
            ),
            columns: vec![
                column(&[&say!(self.tell.words, "clusters-cluster")], Align::Left),
                column(&[self.moves.heads[0].as_str()], Align::Right),
                column(&[self.moves.heads[1].as_str()], Align::Right),
            ],
            rows,
            style: TableStyle::Dense,
            ..Table::default()
        })
    }

    fn method(&self) -> Block {
        let over = match declared(self.tell.plan).over {
            Window::All => (0, String::new()),
            Window::Last(n, grain) => (n as usize, grain.noun().to_owned()),
        };
        let text = say!(
            self.tell.words,
            "migration-method",
            n = over.0,
            grain = over.1,
            group = self.of.noun(),
            beyond = self.tell.words.set_share(BEYOND),
            widened = self.tell.words.fixed(WIDENED, words::exact_places(WIDENED))
        );
        Block::Prose {
            title: say!(self.tell.words, "migration-method-title"),
            paragraphs: vec![Sentence {
                runs: vec![Run::plain(text)],
                facts: Vec::new(),
            }],
        }
    }
}
