//! How clusters are told: how many, how far apart, worth what, and on what evidence.
//!
//! It must not compute what the facts do not say.

use super::Told;
use super::map::Places;
use super::map::Tree;
use super::method::Method;
use super::search::N_SEEN;
use crate::analysis::Tell;
use crate::analysis::definition::Crowd;
use crate::analysis::definition::Definition;
use crate::analysis::groups::Shown;
use crate::analysis::groups::customers;
use crate::analysis::groups::figure;
use crate::analysis::groups::share;
use crate::analysis::headline::sentence;
use crate::analysis::reading;
use crate::analysis::roster::declared;
use crate::analysis::shares::column;
use crate::analysis::shares::headed;
use crate::analysis::shares::note;
use crate::model::memo::Align;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Chart;
use crate::model::memo::DendrogramJoin;
use crate::model::memo::DendrogramLeaf;
use crate::model::memo::Drawing;
use crate::model::memo::MapGroup;
use crate::model::memo::MapPoint;
use crate::model::memo::Memo;
use crate::model::memo::Page;
use crate::model::memo::Row;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::TableStyle;
use crate::model::memo::Tone;
use crate::model::unit::Unit;
use crate::say;
use crate::words::text;

/// Up to which mean silhouette clusters are cuts through one cloud, weakly apart, and apart.
///
/// Source: Kaufman & Rousseeuw (1990), "Finding Groups in Data", table 4 of chapter 2.
const NO_STRUCTURE: f64 = 0.25;
const WEAK: f64 = 0.5;
const REASONABLE: f64 = 0.7;

/// Adds everything that clusters have to say.
pub(super) fn tell(told: &Told, tell: &Tell, memo: &mut Memo) {
    let Some(definition) = Definition::told(tell) else {
        return;
    };
    let ids = definition.ids();
    let mut first = 0;
    let mut best: Option<(f64, Sentence)> = None;
    for crowd in &definition.crowds {
        let own = &ids[first..first + crowd.clusters.len()];
        first += crowd.clusters.len();
        let voice = Voice {
            told,
            tell,
            crowd,
            ids: own,
        };
        // Too few to look among: a warning says so.
        let was_sought = told.frozen.is_some() || !tell.facts.list(&voice.id("trials")).is_empty();
        if voice.number("customers") == Some(0.0) || !was_sought {
            continue;
        }
        memo.pages.push(voice.page());
        if let Some((worth, sentence)) = voice.headline()
            && best.as_ref().is_none_or(|it| it.0 < worth)
        {
            best = Some((worth, sentence));
        }
        memo.appendix.blocks.extend(voice.silhouettes().map(Block::Table));
        memo.appendix.blocks.extend(voice.evidence().map(Block::Table));
    }
    memo.headline.extend(best.map(|it| it.1));
    memo.appendix.blocks.push(method(told, tell));
}

/// One crowd and its facts.
struct Voice<'a> {
    told: &'a Told,
    tell: &'a Tell<'a>,
    crowd: &'a Crowd,
    /// Ids of its clusters.
    ids: &'a [String],
}

impl Voice<'_> {
    fn id(&self, name: &str) -> String {
        format!("clusters/crowd/{}/{name}", self.crowd.id)
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.tell.facts.number(&self.id(name))
    }

    fn slug(&self) -> String {
        text::slug(&self.crowd.id)
    }

    /// The crowd in a sentence: "“Regulars”", "customers".
    fn crowd_noun(&self) -> String {
        let all = self.crowd.id == crate::analysis::groups::ALL;
        say!(self.tell.words, "clusters-crowd", all = all, crowd = self.crowd.label)
    }

    /// How far apart the clusters are, as sentences ask for it.
    fn apart(&self) -> &'static str {
        match self.number("silhouette") {
            Some(x) if x <= NO_STRUCTURE => "cloud",
            Some(x) if x <= WEAK => "weakly",
            Some(x) if x <= REASONABLE => "apart",
            Some(_) => "far",
            None => "unknown",
        }
    }

    fn is_whole(&self) -> bool {
        self.crowd.clusters.len() < 2
    }

    fn title(&self) -> String {
        if self.is_whole() {
            return say!(self.tell.words, "clusters-title-none", crowd = self.crowd_noun());
        }
        say!(
            self.tell.words,
            "clusters-title",
            n = self.crowd.clusters.len(),
            crowd = self.crowd_noun(),
            apart = self.apart()
        )
    }

    fn page(&self) -> Page {
        let roster = declared(self.tell.plan);
        let names: Vec<String> = self.crowd.clusters.iter().map(|it| it.name.clone()).collect();
        let noun = say!(self.tell.words, "clusters-cluster");
        let shown = Shown {
            base: "clusters",
            ids: self.ids,
            names: &names,
            noun: &noun,
        };
        let mut page = Page {
            id: format!("clusters/{}", self.slug()),
            title: self.title(),
            lead: vec![self.found()],
            ..Page::default()
        };
        page.lead.extend(self.doubt());
        page.lead.extend(self.left_out());
        if self.is_whole() {
            return page;
        }
        let slug = self.slug();
        let mut sizes = shown.sizes(
            self.tell,
            roster,
            &format!("sizes-{slug}"),
            say!(self.tell.words, "clusters-sizes-title"),
        );
        sizes.subtitle = say!(self.tell.words, "clusters-sizes-subtitle");
        page.blocks.push(Block::Table(sizes));
        let title = say!(self.tell.words, "clusters-typical-title");
        page.blocks.push(Block::Table(shown.medians(
            self.tell,
            roster,
            &format!("medians-{slug}"),
            title,
        )));
        page.blocks.extend(self.map());
        page.blocks.extend(self.tree());
        page
    }

    /// What was found, by what.
    fn found(&self) -> Sentence {
        let n = self.number("customers").unwrap_or(0.0) - self.number("incomplete").unwrap_or(0.0);
        let who = customers(self.tell, n);
        let words = self.tell.words;
        let method = Method::parse(&self.crowd.method).map_or_else(String::new, |it| method_name(self.tell, it));
        let features: Vec<String> = self
            .crowd
            .features
            .iter()
            .filter_map(|it| {
                let roster = declared(self.tell.plan);
                roster
                    .feature(&it.feature)
                    .map(|at| text::lowered(&roster.features[at].label))
            })
            .collect();
        let features = words.list(&features);
        if self.is_whole() {
            let strong = say!(words, "clusters-whole", customers = who, features = features);
            let rest = say!(words, "clusters-whole-why");
            return sentence(&strong, &rest, vec![self.id("customers")]);
        }
        let strong = say!(
            words,
            "clusters-found",
            method = method,
            customers = who,
            features = features
        );
        let chosen = if self.told.frozen.is_some() {
            say!(words, "clusters-frozen")
        } else if let [only] = self.told.ks.as_slice() {
            say!(words, "clusters-number-set", n = *only)
        } else {
            say!(
                words,
                "clusters-number-best",
                choice = self.told.choice.name(),
                least = self.told.ks.first().copied().unwrap_or(2),
                most = self.told.ks.last().copied().unwrap_or(2)
            )
        };
        sentence(
            &strong,
            &chosen,
            vec![self.id("customers"), self.id("k"), self.id("method")],
        )
    }

    /// What the silhouette says of it.
    fn doubt(&self) -> Option<Sentence> {
        let x = self.number("silhouette")?;
        let score = self.tell.words.fixed(x, 2);
        let rest = say!(self.tell.words, "clusters-doubt", apart = self.apart());
        Some(sentence(
            &say!(self.tell.words, "clusters-silhouette", score = score),
            &rest,
            vec![self.id("silhouette")],
        ))
    }

    fn left_out(&self) -> Option<Sentence> {
        let n = self.number("incomplete").filter(|it| *it > 0.0)?;
        // A count of customers: the cast is exact.
        let text = say!(
            self.tell.words,
            "clusters-left-out",
            n = n as usize,
            customers = customers(self.tell, n)
        );
        Some(sentence("", &text, vec![self.id("incomplete")]))
    }

    /// The cluster that is worth most, for the first page; with its share of all that customers are worth.
    fn headline(&self) -> Option<(f64, Sentence)> {
        let roster = declared(self.tell.plan);
        if self.is_whole() {
            return None;
        }
        let of = |id: &String, name: &str| self.tell.facts.number(&format!("clusters/{id}/{name}"));
        let name = if roster.worth.is_some() { "worth_share" } else { "share" };
        let (at, most) = (0..self.ids.len())
            .filter_map(|it| Some((it, of(&self.ids[it], name)?)))
            .reduce(|a, b| if a.1 < b.1 { b } else { a })?;
        let id = &self.ids[at];
        let named = &self.crowd.clusters[at].name;
        let part = share(self.tell, &format!("clusters/{id}/share"));
        let mut facts = vec![format!("clusters/{id}/share")];
        let text = match roster.worth {
            Some(worth) => {
                facts.push(format!("clusters/{id}/worth_share"));
                say!(
                    self.tell.words,
                    "clusters-headline-worth",
                    cluster = named,
                    share = part,
                    worth_share = share(self.tell, &format!("clusters/{id}/worth_share")),
                    what = text::lowered(&roster.features[worth].label)
                )
            }
            None => say!(self.tell.words, "clusters-headline", cluster = named, share = part),
        };
        Some((most, sentence(&format!("{}.", self.title()), &text, facts)))
    }

    /// Silhouettes of all methods and numbers of clusters, the chosen one in semibold.
    fn silhouettes(&self) -> Option<Table> {
        let trials = self.tell.facts.list(&self.id("trials"));
        let chosen = self.tell.facts.text(&self.id("chosen")).unwrap_or("");
        if trials.is_empty() {
            return None;
        }
        let split = |it: &String| {
            let (method, k) = it.split_once('/')?;
            Some((Method::parse(method)?, k.parse::<usize>().ok()?))
        };
        let all: Vec<(Method, usize)> = trials.iter().filter_map(split).collect();
        let mut methods: Vec<Method> = all.iter().map(|it| it.0).collect();
        methods.dedup();
        let cell = |method: Method, k: usize| {
            let name = format!("{}/{k}", method.name());
            let id = self.id(&format!("trial/{name}/silhouette"));
            let mut cell = figure(self.tell, id, &Unit::default(), 2);
            if name == chosen {
                cell.lines[0][0].tone = Tone::Strong;
            }
            let n = self.tell.facts.number(&self.id(&format!("trial/{name}/smallest")));
            if let Some(n) = n {
                cell.lines
                    .push(vec![Run::toned(self.tell.words.fixed(n, 0), Tone::Quiet)]);
            }
            cell
        };
        let row = |method: &Method| {
            let found: Vec<usize> = all.iter().filter(|it| it.0 == *method).map(|it| it.1).collect();
            let of_k = |k: &usize| {
                if !method.finds_k() && found.contains(k) {
                    cell(*method, *k)
                } else {
                    Cell::text("")
                }
            };
            let mut cells = vec![Cell::text(method_name(self.tell, *method))];
            cells.extend(self.told.ks.iter().map(of_k));
            let own = found.first().filter(|_| method.finds_k());
            cells.push(Cell::text(own.map_or_else(String::new, ToString::to_string)));
            cells.push(own.map_or_else(|| Cell::text(""), |k| cell(*method, *k)));
            Row {
                cells,
                ..Row::default()
            }
        };
        let finds = methods.iter().any(|it| it.finds_k());
        let heads: Vec<String> = self.told.ks.iter().map(|k| format!("k = {k}")).collect();
        let words = self.tell.words;
        let mut columns = vec![headed(&say!(words, "clusters-head-method"), Align::Left)];
        columns.extend(heads.iter().map(|it| column(&[it.as_str()], Align::Right)));
        let mut rows: Vec<Row> = methods.iter().map(row).collect();
        if finds {
            columns.push(headed(&say!(words, "clusters-head-found"), Align::Right));
            columns.push(headed(&say!(words, "clusters-head-its"), Align::Right));
        } else {
            rows.iter_mut().for_each(|it| it.cells.truncate(columns.len()));
        }
        let some = self.number("customers").is_some_and(|n| n > N_SEEN as f64);
        let seen = say!(words, "clusters-seen", n = words.fixed(N_SEEN as f64, 0));
        Some(Table {
            id: format!("silhouettes-{}", self.slug()),
            title: say!(words, "clusters-others-title", crowd = self.crowd_noun()),
            subtitle: say!(words, "clusters-others-subtitle"),
            columns,
            rows,
            style: TableStyle::Dense,
            note: some.then(|| note(seen, Vec::new())),
            ..Table::default()
        })
    }

    /// All scores of all trials, for the appendix.
    fn evidence(&self) -> Option<Table> {
        let trials = self.tell.facts.list(&self.id("trials"));
        let mut last = None;
        let row = |name: &String| {
            let (method, k) = name.split_once('/')?;
            let method = Method::parse(method)?;
            let is_first = last.replace(method) != Some(method);
            let of = |score: &str, places| {
                figure(
                    self.tell,
                    self.id(&format!("trial/{name}/{score}")),
                    &Unit::default(),
                    places,
                )
            };
            Some(Row {
                cells: vec![
                    Cell::text(if is_first {
                        method_name(self.tell, method)
                    } else {
                        String::new()
                    }),
                    Cell::text(k),
                    of("silhouette", 3),
                    of("davies_bouldin", 3),
                    of("calinski_harabasz", 0),
                    of("bic", 0),
                    of("inertia", 0),
                    of("smallest", 0),
                    of("noise", 0),
                ],
                ..Row::default()
            })
        };
        let rows: Vec<Row> = trials.iter().filter_map(row).collect();
        let words = self.tell.words;
        let heads = [
            "k".to_owned(),
            say!(words, "clusters-head-silhouette"),
            "Davies–Bouldin".to_owned(),
            "Calinski–Harabasz".to_owned(),
            "BIC".to_owned(),
            say!(words, "clusters-head-inertia"),
            say!(words, "clusters-head-smallest"),
            say!(words, "clusters-head-in-none"),
        ];
        (!rows.is_empty()).then(|| Table {
            id: format!("evidence-{}", self.slug()),
            title: say!(words, "clusters-evidence-title", crowd = self.crowd_noun()),
            subtitle: say!(words, "clusters-evidence-subtitle"),
            columns: std::iter::once(headed(&say!(words, "clusters-head-method"), Align::Left))
                .chain(heads.iter().map(|it| headed(it, Align::Right)))
                .collect(),
            rows,
            style: TableStyle::Dense,
            ..Table::default()
        })
    }

    fn map(&self) -> Option<Block> {
        let places: Places = serde_json::from_str(self.tell.facts.text(&self.id("map/places"))?).ok()?;
        let count = |it: &crate::analysis::definition::Cluster| self.tell.words.fixed(it.customers as f64, 0);
        let groups: Vec<MapGroup> = self
            .crowd
            .clusters
            .iter()
            .map(|it| MapGroup {
                label: it.name.clone(),
                count: count(it),
                is_rest: false,
            })
            .collect();
        let words = self.tell.words;
        let variance = |at: usize| self.number(&format!("map/variance/{at}"));
        let noted = |at: usize, way: &str| {
            variance(at).map_or_else(String::new, |x| {
                say!(words, "clusters-map-axis", way = way, share = words.change_size(x))
            })
        };
        let n_shown = places.points.len();
        let subtitle = say!(
            words,
            "clusters-map-subtitle",
            some = n_shown < places.n_all,
            n = words.fixed(n_shown as f64, 0),
            all = words.fixed(places.n_all as f64, 0),
            axes = variance(1).is_some()
        );
        let drawing = Drawing::Map {
            groups,
            points: places
                .points
                .iter()
                .map(|(x, y, cluster)| MapPoint {
                    at: [*x, *y],
                    group: *cluster as usize,
                })
                .collect(),
            across_note: noted(1, "across"),
            up_note: noted(2, "up"),
        };
        let names: Vec<String> = self
            .crowd
            .clusters
            .iter()
            .map(|it| format!("{} ({})", it.name, count(it)))
            .collect();
        let chart = Chart {
            id: format!("map-{}", self.slug()),
            title: say!(words, "clusters-map-title"),
            description: say!(words, "clusters-map-alt", clusters = words.list(&names)),
            width: PAGE_WIDTH,
            height: MAP_HEIGHT,
            drawing,
        };
        Some(Block::Figure {
            title: say!(words, "clusters-map-figure"),
            subtitle,
            chart,
            note: None,
        })
    }

    fn tree(&self) -> Option<Block> {
        let tree: Tree = serde_json::from_str(self.tell.facts.text(&self.id("tree"))?).ok()?;
        let words = self.tell.words;
        let top = tree.joins.last().map_or(1.0, |it| it.1);
        let drawing = Drawing::Dendrogram {
            leaves: tree
                .leaves
                .iter()
                .map(|(n, cluster)| DendrogramLeaf {
                    tip: say!(
                        words,
                        "clusters-tree-leaf",
                        n = words.fixed(*n as f64, 0),
                        cluster = (self.crowd.clusters.get(*cluster as usize)).map_or("", |it| it.name.as_str())
                    ),
                    label: self.tell.words.fixed(*n as f64, 0),
                    cluster: *cluster as usize,
                })
                .collect(),
            joins: tree
                .joins
                .iter()
                .map(|(parts, height)| DendrogramJoin {
                    parts: *parts,
                    height: *height,
                })
                .collect(),
            clusters: self.crowd.clusters.iter().map(|it| it.name.clone()).collect(),
            cut: tree.cut,
            cut_label: say!(words, "clusters-tree-branches", n = self.crowd.clusters.len()),
            head: say!(words, "clusters-tree-head"),
            ticks: reading::ticks(self.tell.words, 0.0, top),
        };
        let chart = Chart {
            id: format!("tree-{}", self.slug()),
            title: say!(words, "clusters-tree-title"),
            description: say!(
                words,
                "clusters-tree-alt",
                n = tree.joins.len(),
                customers = words.fixed(tree.n_rows as f64, 0),
                linkage = text::slug(&tree.linkage)
            ),
            width: PAGE_WIDTH,
            height: LEAF_HEIGHT * tree.leaves.len() as f64 + TREE_FRAME,
            drawing,
        };
        Some(Block::Figure {
            title: say!(words, "clusters-tree-figure"),
            subtitle: say!(words, "clusters-tree-subtitle", linkage = text::slug(&tree.linkage)),
            chart,
            note: None,
        })
    }
}

/// Width in points of a page's text.
const PAGE_WIDTH: f64 = 493.0;
/// Height of a map.
const MAP_HEIGHT: f64 = 250.0;
/// Height of a leaf of a dendrogram, and of its head and foot.
const LEAF_HEIGHT: f64 = 12.0;
const TREE_FRAME: f64 = 37.0;

/// Names a method as the memo prints it.
fn method_name(tell: &Tell, method: Method) -> String {
    say!(
        tell.words,
        "clusters-method-name",
        method = method.name(),
        label = method.label()
    )
}

fn method(told: &Told, tell: &Tell) -> Block {
    let words = tell.words;
    let methods: Vec<String> = told.methods.iter().map(|it| method_name(tell, *it)).collect();
    let text = say!(
        words,
        "clusters-method",
        methods = words.list(&methods),
        set = matches!(told.ks.as_slice(), [_]),
        choice = told.choice.name(),
        least = words.set_share(told.min_share)
    );
    Block::Prose {
        title: say!(words, "clusters-method-title"),
        paragraphs: vec![Sentence {
            runs: vec![Run::plain(text)],
            facts: Vec::new(),
        }],
    }
}
