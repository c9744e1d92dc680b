//! How relations are told: one picture of all pairs, the strongest in figures, what tells the target.
//!
//! It must not compute what the facts do not say.

use super::Told;
use super::name_of;
use super::recording::pair_id;
use crate::analysis::Tell;
use crate::analysis::groups::figure;
use crate::analysis::headline::sentence;
use crate::analysis::reading::heat_height;
use crate::analysis::roster::declared;
use crate::analysis::shares::headed;
use crate::analysis::shares::note;
use crate::model::memo::Align;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Chart;
use crate::model::memo::Drawing;
use crate::model::memo::DriverRow;
use crate::model::memo::HeatCell;
use crate::model::memo::HeatRow;
use crate::model::memo::Memo;
use crate::model::memo::Page;
use crate::model::memo::Row;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::TableStyle;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::say;
use crate::stats::inflation::STRONG_CONDITION;
use crate::words;
use crate::words::text;

/// Pairs that are printed with their intervals.
const MOST_PAIRS: usize = 10;
/// Features that a sentence lists; of more, the last are counted.
const MOST_LISTED: usize = 4;
/// Pairs related by definition that are named below the picture.
const MOST_NAMED: usize = 6;
/// From which variance inflation a feature is told by the others, and almost wholly (Marquardt 1970).
const PARTLY: f64 = 5.0;
const ALMOST_WHOLLY: f64 = 10.0;
/// Width in points of a page's text, and of half of it.
const WIDTH: f64 = 493.0;
const HALF: f64 = 238.0;
/// Height of a row of the ranking, and of its head.
const ROW: f64 = 11.5;
const HEAD: f64 = 18.0;

/// Adds everything that relations have to say.
pub(super) fn tell(told: &Told, tell: &Tell, memo: &mut Memo) {
    let voice = Voice { told, tell };
    let mut page = Page {
        id: "relations".into(),
        title: voice.title(),
        ..Page::default()
    };
    page.lead.push(voice.strongest());
    page.lead.extend(voice.telling());
    page.blocks.push(voice.picture());
    page.blocks.extend(voice.pairs().map(Block::Table));
    let inflation = voice.inflation().map(Block::Table);
    match (voice.ranking(), inflation) {
        (Some(ranking), Some(inflation)) => page.blocks.push(Block::Columns {
            widths: vec![1.0, 1.0],
            columns: vec![vec![ranking], vec![inflation]],
        }),
        (ranking, inflation) => page.blocks.extend(ranking.into_iter().chain(inflation)),
    }
    memo.headline.push(voice.telling().unwrap_or_else(|| voice.strongest()));
    memo.pages.push(page);
    memo.appendix.blocks.push(voice.method());
}

/// A feature or an attribute of the picture, by its place among those that are told.
#[derive(Clone, Copy)]
enum Side {
    Feature(usize),
    Attribute(usize),
}

struct Voice<'a> {
    told: &'a Told,
    tell: &'a Tell<'a>,
}

impl Voice<'_> {
    fn number(&self, id: &str) -> Option<f64> {
        self.tell.facts.number(id)
    }

    /// All features, then all attributes.
    fn sides(&self) -> Vec<Side> {
        let features = self.told.features.iter().map(|it| Side::Feature(*it));
        features
            .chain(self.told.attributes.iter().map(|it| Side::Attribute(*it)))
            .collect()
    }

    fn label(&self, side: Side) -> &str {
        match side {
            Side::Feature(at) => &declared(self.tell.plan).features[at].label,
            Side::Attribute(at) => &self.tell.plan.segments[at].label,
        }
    }

    fn name(&self, side: Side) -> &str {
        match side {
            Side::Feature(at) => &declared(self.tell.plan).features[at].name,
            Side::Attribute(at) => &self.tell.plan.segments[at].name,
        }
    }

    /// The fact of a pair: the earlier side first, an attribute before a feature.
    fn id(&self, a: Side, b: Side) -> String {
        let kind = match (a, b) {
            (Side::Feature(_), Side::Feature(_)) => "correlation",
            (Side::Attribute(_), Side::Attribute(_)) => "association",
            (Side::Attribute(_), Side::Feature(_)) => "ratio",
            (Side::Feature(_), Side::Attribute(_)) => return self.id(b, a),
        };
        pair_id(kind, self.name(a), self.name(b))
    }

    /// All pairs by the ids of their facts.
    fn all_pairs(&self) -> Vec<(String, Side, Side)> {
        let sides = self.sides();
        let mut pairs = Vec::new();
        for (place, a) in sides.iter().enumerate() {
            pairs.extend(sides[place + 1..].iter().map(|b| (self.id(*a, *b), *a, *b)));
        }
        pairs
    }

    /// Pairs beyond chance, the strongest first.
    fn beyond_chance(&self) -> Vec<(String, Side, Side)> {
        let pairs = self.all_pairs();
        let of = |id: &String| pairs.iter().find(|it| it.0 == *id).cloned();
        self.tell
            .facts
            .list("relations/strongest")
            .iter()
            .filter_map(of)
            .collect()
    }

    fn is_by_definition(&self, id: &str) -> bool {
        self.tell.facts.text(&format!("{id}/shares")).is_some()
    }

    /// "+0.83" of a correlation, "0.23" of what has no direction.
    fn size(&self, id: &str, x: f64) -> String {
        if id.starts_with("relations/correlation/") {
            self.tell.words.signed(x, 2)
        } else {
            self.tell.words.fixed(x, 2)
        }
    }

    /// The measure of a pair, as sentences ask for it.
    fn measure(&self, id: &str) -> &'static str {
        match id.split('/').nth(1) {
            Some("correlation") => name_of(self.told.method),
            Some("ratio") => "ratio",
            _ => "cramer",
        }
    }

    /// Names two sides together: "Visits and spend".
    fn pair(&self, a: Side, b: Side) -> String {
        let (a, b) = (self.label(a), text::lowered(self.label(b)));
        say!(self.tell.words, "relations-pair", a = a, b = b)
    }

    fn title(&self) -> String {
        match self.beyond_chance().first() {
            Some((_, a, b)) => say!(self.tell.words, "relations-title", pair = self.pair(*a, *b)),
            None => say!(self.tell.words, "relations-title-none"),
        }
    }

    /// The strongest pair with its interval, and how many there are.
    fn strongest(&self) -> Sentence {
        let pairs = self.beyond_chance();
        let n_all = self.number("relations/pairs").unwrap_or(0.0);
        let all = self.tell.words.fixed(n_all, 0);
        let count = "relations/pairs".to_owned();
        let Some((id, a, b)) = pairs.first() else {
            let strong = say!(self.tell.words, "relations-title-none") + ".";
            let rest = say!(self.tell.words, "relations-none", all = all);
            return sentence(&strong, &rest, vec![count]);
        };
        let x = self.number(id).unwrap_or(0.0);
        let n = self.tell.facts.get(id).and_then(|it| it.n).unwrap_or(0);
        let ends = self.tell.facts.interval(id);
        let end = |x: Option<f64>| x.map_or_else(String::new, |x| self.size(id, x));
        let strong = say!(
            self.tell.words,
            "relations-strongest",
            pair = self.pair(*a, *b),
            measure = self.measure(id),
            size = self.size(id, x),
            sure = ends.is_some(),
            low = end(ends.map(|it| it.low)),
            high = end(ends.map(|it| it.high)),
            n = self.tell.words.fixed(n as f64, 0)
        );
        let rest = say!(self.tell.words, "relations-count", n = pairs.len(), all = all);
        sentence(&strong, &rest, vec![id.clone(), count])
    }

    fn target(&self) -> Option<String> {
        Some(text::lowered(self.label(Side::Feature(self.told.target?))))
    }

    /// Ids of what is ranked: `feature/visits`.
    fn ranked(&self) -> &[String] {
        self.tell.facts.list("relations/ranking")
    }

    fn ranked_label(&self, id: &str) -> String {
        let is_it = |it: &&Side| match it {
            Side::Feature(_) => id == format!("feature/{}", self.name(**it)),
            Side::Attribute(_) => id == format!("attribute/{}", self.name(**it)),
        };
        let side = self.sides().iter().find(is_it).copied();
        side.map_or_else(|| id.to_owned(), |it| self.label(it).to_owned())
    }

    fn confirmed(&self) -> Vec<&String> {
        let verdict = |id: &&String| self.tell.facts.text(&format!("relations/ranking/{id}/verdict"));
        self.ranked()
            .iter()
            .filter(|id| verdict(id) == Some("confirmed"))
            .collect()
    }

    /// Which features tell the target, and how much of it.
    fn telling(&self) -> Option<Sentence> {
        let target = self.target()?;
        if self.ranked().is_empty() {
            return None;
        }
        let confirmed = self.confirmed();
        let r2 = self.number("relations/ranking/r2").unwrap_or(0.0);
        let mut facts: Vec<String> = confirmed
            .iter()
            .take(1)
            .map(|it| format!("relations/ranking/{it}/importance"))
            .collect();
        facts.push("relations/ranking/shadow_bound".into());
        facts.push("relations/ranking/r2".into());
        let mut labels: Vec<String> = confirmed
            .iter()
            .map(|it| text::lowered(&self.ranked_label(it)))
            .collect();
        if MOST_LISTED < labels.len() {
            let n_more = labels.len() + 1 - MOST_LISTED;
            labels.truncate(MOST_LISTED - 1);
            labels.push(say!(self.tell.words, "relations-more", n = n_more));
        }
        let n = self.ranked().len();
        let strong = say!(
            self.tell.words,
            "relations-telling",
            n = labels.len(),
            target = target,
            labels = self.tell.words.list(&labels)
        );
        let explained = say!(
            self.tell.words,
            "relations-explained",
            some = r2 > 0.0,
            n = n,
            share = self.tell.words.change_size(r2)
        );
        Some(sentence(&strong, &explained, facts))
    }

    /// All pairs in one matrix.
    fn picture(&self) -> Block {
        let sides = self.sides();
        let cell = |place: usize, other: usize| {
            let [first, second] = [place.min(other), place.max(other)].map(|it| sides[it]);
            let id = self.id(first, second);
            let x = self.number(&id)?;
            let shown = self.size(&id, x);
            let is_beyond = self.tell.facts.list("relations/strongest").contains(&id);
            let text = match (self.is_by_definition(&id), is_beyond) {
                (true, _) => format!("{shown}*"),
                (false, true) => shown,
                (false, false) => format!("({shown})"),
            };
            Some(HeatCell { value: x, text })
        };
        let row = |(place, a): (usize, &Side)| HeatRow {
            label: format!("{} {}", self.label(*a), place + 1),
            cells: (0..sides.len())
                .map(|other| if other == place { None } else { cell(place, other) })
                .collect(),
        };
        let rows: Vec<HeatRow> = sides.iter().enumerate().map(row).collect();
        let chart = Chart {
            id: "relations".into(),
            title: say!(self.tell.words, "relations-chart"),
            description: say!(self.tell.words, "relations-chart-alt", n = sides.len()),
            width: WIDTH,
            height: heat_height(rows.len()),
            drawing: Drawing::HeatMap {
                head: say!(self.tell.words, "relations-chart-head"),
                columns: (1..=sides.len()).map(|it| it.to_string()).collect(),
                rows,
                unit: Unit::default(),
                range: [0.0, 1.0],
                range_labels: [self.tell.words.fixed(0.0, 0), self.tell.words.fixed(1.0, 0)],
            },
        };
        Block::Figure {
            title: say!(self.tell.words, "relations-figure"),
            subtitle: self.legend(),
            chart,
            note: self.by_definition(),
        }
    }

    fn legend(&self) -> String {
        let mut said = Vec::new();
        let mut of = |measure: &str| said.push(say!(self.tell.words, "relations-legend-measure", measure = measure));
        if 1 < self.told.features.len() {
            of(name_of(self.told.method));
        }
        if !self.told.attributes.is_empty() && !self.told.features.is_empty() {
            of("ratio");
        }
        if 1 < self.told.attributes.len() {
            of("cramer");
        }
        say!(self.tell.words, "relations-legend", measures = said.join(", "))
    }

    /// Names the pairs that are related by definition.
    fn by_definition(&self) -> Option<Sentence> {
        let pairs = self.all_pairs();
        let trivial: Vec<String> = pairs
            .iter()
            .filter(|it| self.is_by_definition(&it.0))
            .map(|(_, a, b)| {
                say!(
                    self.tell.words,
                    "relations-pair",
                    a = text::lowered(self.label(*a)),
                    b = text::lowered(self.label(*b))
                )
            })
            .collect();
        let n_left = trivial.len().saturating_sub(MOST_NAMED);
        let mut named: Vec<String> = trivial.iter().take(MOST_NAMED).cloned().collect();
        if 0 < n_left {
            named.push(say!(self.tell.words, "relations-more", n = n_left));
        }
        (!trivial.is_empty()).then(|| {
            let said = say!(
                self.tell.words,
                "relations-by-definition",
                pairs = named.join("; "),
                judged = self.told.includes_parts
            );
            note(said, Vec::new())
        })
    }

    /// The strongest pairs with their intervals.
    fn pairs(&self) -> Option<Table> {
        let pairs = self.beyond_chance();
        let row = |(id, a, b): &(String, Side, Side)| {
            let x = self.number(id);
            let shown = x.map_or_else(|| words::MISSING.to_owned(), |x| self.size(id, x));
            let ends = self.tell.facts.interval(id).map_or_else(
                || words::MISSING.to_owned(),
                |it| {
                    let [low, high] = [it.low, it.high].map(|x| self.size(id, x));
                    say!(self.tell.words, "interval", low = low, high = high)
                },
            );
            let n = self.tell.facts.get(id).and_then(|it| it.n).unwrap_or(0) as f64;
            let q = self.number(&format!("{id}/q"));
            let probability = |q: f64| self.tell.words.probability(q).trim_start_matches("= ").to_owned();
            Row {
                cells: vec![
                    Cell::text(self.pair(*a, *b)),
                    Cell::text(text::capitalised(&say!(
                        self.tell.words,
                        "relations-measure",
                        measure = self.measure(id)
                    ))),
                    Cell::figure(shown, x, id.clone()),
                    Cell::figure(ends, None, id.clone()),
                    Cell::figure(self.tell.words.fixed(n, 0), Some(n), id.clone()),
                    Cell::figure(
                        q.map_or_else(|| words::MISSING.to_owned(), probability),
                        q,
                        format!("{id}/q"),
                    ),
                ],
                ..Row::default()
            }
        };
        let n_left = pairs.len().saturating_sub(MOST_PAIRS);
        (!pairs.is_empty()).then(|| Table {
            id: "relations".into(),
            title: say!(self.tell.words, "relations-table-title"),
            subtitle: say!(self.tell.words, "relations-table-subtitle"),
            columns: vec![
                headed(&say!(self.tell.words, "relations-head-pair"), Align::Left),
                headed(&say!(self.tell.words, "relations-head-measure"), Align::Left),
                headed(&say!(self.tell.words, "relations-head-size"), Align::Right),
                headed(&say!(self.tell.words, "relations-head-interval"), Align::Right),
                headed(&say!(self.tell.words, "groups-head-customers"), Align::Right),
                headed("q", Align::Right),
            ],
            rows: pairs.iter().take(MOST_PAIRS).map(row).collect(),
            style: TableStyle::Dense,
            note: (0 < n_left).then(|| note(say!(self.tell.words, "relations-weaker", n = n_left), Vec::new())),
            ..Table::default()
        })
    }

    /// Importances beside what shuffled copies reach.
    fn ranking(&self) -> Option<Block> {
        let target = self.target()?;
        let ranked = self.ranked();
        if ranked.is_empty() {
            let text = say!(self.tell.words, "relations-not-ranked", target = target);
            let left_out = self.left_out(&target);
            return Some(Block::Prose {
                title: say!(self.tell.words, "relations-ranking-title", target = target),
                paragraphs: vec![note(format!("{text} {left_out}").trim_end(), Vec::new())],
            });
        }
        let bound = self.number("relations/ranking/shadow_bound").unwrap_or(0.0) * 100.0;
        let confirmed = self.confirmed();
        let row = |id: &String| {
            let x = self
                .number(&format!("relations/ranking/{id}/importance"))
                .unwrap_or(0.0)
                * 100.0;
            // Below zero it did harm on customers not seen: how much harm is no news.
            let text = if x < 0.0 {
                format!("< {}", self.tell.words.fixed(0.0, 0))
            } else {
                self.tell.words.fixed(x, 1)
            };
            DriverRow {
                label: self.ranked_label(id),
                value: x,
                null: bound,
                text,
                explains: confirmed.contains(&id),
            }
        };
        let rows: Vec<DriverRow> = ranked.iter().map(row).collect();
        let furthest = rows.iter().map(|it| it.value.max(it.null)).fold(0.0, f64::max);
        let chart = Chart {
            id: "relations-ranking".into(),
            title: say!(self.tell.words, "relations-ranking-title", target = target),
            description: say!(
                self.tell.words,
                "relations-ranking-alt",
                n = rows.len(),
                target = target
            ),
            width: HALF,
            height: HEAD + ROW * rows.len() as f64,
            drawing: Drawing::DriverBars {
                limit: if furthest > 0.0 { furthest } else { 1.0 },
                rows,
                null_label: say!(self.tell.words, "relations-null-label"),
            },
        };
        let mut facts: Vec<String> = ranked
            .iter()
            .take(2)
            .map(|it| format!("relations/ranking/{it}/importance"))
            .collect();
        facts.push("relations/ranking/shadow_bound".into());
        let said = format!(
            "{} {} {}",
            say!(self.tell.words, "relations-dark"),
            self.undecided(),
            self.left_out(&target)
        );
        Some(Block::Figure {
            title: say!(self.tell.words, "relations-ranking-title", target = target),
            subtitle: say!(self.tell.words, "relations-ranking-subtitle"),
            chart,
            note: Some(note(said.split_whitespace().collect::<Vec<&str>>().join(" "), facts)),
        })
    }

    /// Names those of which the rounds do not say whether they tell the target.
    fn undecided(&self) -> String {
        let verdict = |id: &&String| self.tell.facts.text(&format!("relations/ranking/{id}/verdict"));
        let labels: Vec<String> = self
            .ranked()
            .iter()
            .filter(|it| verdict(it) == Some("tentative"))
            .map(|it| self.ranked_label(it))
            .collect();
        if labels.is_empty() {
            return String::new();
        }
        let labels: Vec<String> = labels.iter().map(|it| text::lowered(it)).collect();
        say!(
            self.tell.words,
            "relations-undecided",
            labels = self.tell.words.list(&labels)
        )
    }

    /// Names the features that are not ranked, being made of what the target is made of.
    fn left_out(&self, target: &str) -> String {
        let features = self.tell.facts.list("relations/ranking/left_out");
        let attributes = self.tell.facts.list("relations/ranking/left_out_attributes");
        let labels: Vec<String> = features
            .iter()
            .map(|it| self.ranked_label(&format!("feature/{it}")))
            .chain(
                attributes
                    .iter()
                    .map(|it| self.ranked_label(&format!("attribute/{it}"))),
            )
            .map(|it| text::lowered(&it))
            .collect();
        if labels.is_empty() {
            return String::new();
        }
        say!(
            self.tell.words,
            "relations-left-out",
            target = target,
            labels = self.tell.words.list(&labels)
        )
    }

    /// What features owe to each other.
    fn inflation(&self) -> Option<Table> {
        let roster = declared(self.tell.plan);
        let id_of = |at: &usize| format!("relations/inflation/{}", roster.features[*at].name);
        let known: Vec<&usize> = self
            .told
            .features
            .iter()
            .filter(|it| self.tell.facts.get(&id_of(it)).is_some())
            .collect();
        if known.len() < 2 {
            return None;
        }
        let row = |at: &&usize| {
            let id = id_of(at);
            let x = self.number(&id);
            let is_constant = self.tell.facts.text(&format!("{id}/constant")).is_some();
            Row {
                cells: vec![
                    Cell::text(roster.features[**at].label.as_str()),
                    figure(self.tell, id, &Unit::default(), 1),
                    Cell::text(say!(
                        self.tell.words,
                        "relations-told",
                        verdict = verdict(x, is_constant)
                    )),
                ],
                ..Row::default()
            }
        };
        Some(Table {
            id: "inflation".into(),
            title: say!(self.tell.words, "relations-inflation-title"),
            subtitle: say!(self.tell.words, "relations-inflation-subtitle"),
            columns: vec![
                headed(&say!(self.tell.words, "groups-head-feature"), Align::Left),
                headed(&say!(self.tell.words, "relations-head-inflation"), Align::Right),
                headed(&say!(self.tell.words, "relations-head-it-is"), Align::Left),
            ],
            rows: known.iter().map(row).collect(),
            style: TableStyle::Dense,
            note: Some(self.condition()),
            ..Table::default()
        })
    }

    /// The condition number, and who carries it.
    fn condition(&self) -> Sentence {
        let pairs: Vec<String> = self
            .tell
            .facts
            .list("relations/condition/pairs")
            .iter()
            .map(|it| text::lowered(it))
            .collect();
        let number = self.number("relations/condition");
        let carried = match (pairs.is_empty(), number.is_none_or(|x| STRONG_CONDITION <= x)) {
            (_, false) => "weak",
            (true, true) => "one",
            (false, true) => "pairs",
        };
        let n = self
            .tell
            .facts
            .get("relations/condition")
            .and_then(|it| it.n)
            .unwrap_or(0) as f64;
        let of = say!(
            self.tell.words,
            "relations-condition",
            known = number.is_some(),
            x = number.map_or_else(String::new, |x| self.tell.words.fixed(x, 1)),
            carried = carried,
            below = self.tell.words.fixed(STRONG_CONDITION, 0),
            pairs = pairs.join("; "),
            n = self.tell.words.fixed(n, 0)
        );
        note(of, vec!["relations/condition".into()])
    }

    fn method(&self) -> Block {
        let rounds = self.number("relations/ranking/rounds").unwrap_or(0.0);
        let bound = self.number("relations/ranking/shadow_bound").unwrap_or(0.0);
        let text = say!(
            self.tell.words,
            "relations-method",
            ranked = rounds > 0.0,
            rounds = self.tell.words.fixed(rounds, 0),
            bound = self.tell.words.level(bound, &Unit::total(Quantity::Share))
        );
        Block::Prose {
            title: say!(self.tell.words, "relations-method-title"),
            paragraphs: vec![Sentence {
                runs: vec![Run::plain(text)],
                facts: Vec::new(),
            }],
        }
    }
}

/// What a variance inflation means, as sentences ask for it.
fn verdict(x: Option<f64>, is_constant: bool) -> &'static str {
    match x {
        _ if is_constant => "constant",
        None => "wholly",
        Some(x) if ALMOST_WHOLLY <= x => "almost-wholly",
        Some(x) if PARTLY <= x => "partly",
        Some(_) => "own",
    }
}
