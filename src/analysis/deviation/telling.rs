//! How deviation is told: the ranking on the first page, a projection chart a page, method and backtest.

use super::Told;
use super::axes::time_ticks;
use super::axes::value_axis;
use super::beaten;
use super::led_by;
use crate::analysis::Tell;
use crate::analysis::subjects;
use crate::analysis::verdict;
use crate::analysis::verdict::Verdict;
use crate::model::memo::Align;
use crate::model::memo::Band;
use crate::model::memo::Block;
use crate::model::memo::Cell;
use crate::model::memo::Chart;
use crate::model::memo::Column;
use crate::model::memo::Drawing;
use crate::model::memo::Memo;
use crate::model::memo::Page;
use crate::model::memo::Row;
use crate::model::memo::RowRole;
use crate::model::memo::Run;
use crate::model::memo::Sentence;
use crate::model::memo::Table;
use crate::model::memo::TableStyle;
use crate::model::memo::Tick;
use crate::model::memo::Tone;
use crate::model::period::Grain;
use crate::model::period::Period;
use crate::model::plan::Metric;
use crate::words;
use crate::words::Words;
use crate::words::text;

/// Periods in a sparkline of the ranking.
const SPARK_PERIODS: usize = 24;
/// The σ axis reaches at least this far, so that noise does not look large.
const LEAST_LIMIT: f64 = 4.0;
/// The σ axis reaches no further: one wild dot must not flatten the others.
const MOST_LIMIT: f64 = 12.0;

/// Adds everything that deviation has to say.
pub fn tell(told: &Told, tell: &Tell, memo: &mut Memo) {
    let Some(&first) = told.metrics.first() else { return };
    let metric = &tell.plan.metrics[first];
    if tell.facts.number("deviation/n_projected").unwrap_or(0.0) > 0.0 {
        memo.lead = lead(told, tell, metric);
        memo.front.push(Block::Table(ranking(told, tell, metric)));
    }
    for slug in pages(tell) {
        let mut page = Page {
            id: format!("movers/{slug}"),
            title: verdict::title(tell, &slug),
            ..Page::default()
        };
        page.lead.push(page_lead(tell, &slug));
        page.blocks.extend(projection(tell, metric, &slug));
        memo.pages.push(page);
    }
    memo.appendix.blocks.push(method(told, tell, metric));
    memo.appendix.blocks.extend(backtest(told, tell));
    memo.appendix.blocks.push(Block::Table(all(told, tell)));
}

/// Returns the categories that get a page, in rank order: whatever a later analysis looked at, else the movers.
fn pages(tell: &Tell) -> Vec<String> {
    let asked: Vec<&String> = tell
        .facts
        .list("drivers/subjects")
        .iter()
        .chain(tell.facts.list("contribution/subjects"))
        .collect();
    let mut slugs: Vec<String> = tell.facts.list("deviation/ranking").to_vec();
    if asked.is_empty() {
        slugs.retain(|slug| subjects::is_mover(tell.facts, slug));
    } else {
        slugs.retain(|slug| asked.contains(&slug));
    }
    slugs
}

fn lead(told: &Told, tell: &Tell, metric: &Metric) -> Vec<Run> {
    let nouns = &tell.plan.categories.nouns;
    let grain = tell.plan.periods.grain;
    let n = told
        .n_history
        .unwrap_or(usize::MAX)
        .min(tell.plan.periods.history.len());
    let rate = tell.words.set_share(told.fdr);
    let season = match tell
        .facts
        .text(&format!("deviation/metrics/{}/season", text::slug(&metric.name)))
    {
        Some("none") if !matches!(grain, Grain::Year) => {
            format!(
                " {n} {} do not hold two full cycles, so no yearly season is modelled.",
                text::noun_of(n, grain.noun(), &text::plural(grain.noun()))
            )
        }
        _ => String::new(),
    };
    let labels: Vec<String> = told
        .metrics
        .iter()
        .map(|&idx| text::lowered(&tell.plan.metrics[idx].label))
        .collect();
    let noun = &tell.plan.categories.noun;
    let history = format!("{n} {} of history", text::plural(grain.noun()));
    // Several metrics give a category several chances: what is controlled within each is not controlled over all.
    let (held, survives) = match labels.as_slice() {
        [label] => (
            format!("Every {noun}’s {label} is held against a projection from its own {history}. A "),
            format!(" is one that survives a {rate} false-discovery rate across all {nouns}"),
        ),
        _ => (
            format!(
                "Every {noun}’s {} are held against projections from their own {history}. A ",
                text::list(&labels)
            ),
            format!(
                " survives a {rate} false-discovery rate across all {nouns} in at least one metric; \
                 the rate holds within each metric, not over all {} together",
                text::count(labels.len())
            ),
        ),
    };
    let beaten = beaten::said(told, tell.plan, tell.facts, &|mase| tell.words.fixed(mase, 2))
        .map_or_else(String::new, |said| format!(" {}.", text::capitalised(&said)));
    vec![
        Run::plain(held),
        Run::toned("mover", Tone::Strong),
        Run::plain(format!("{survives}; σ is the projection’s own spread.{season}{beaten}")),
    ]
}

fn number(tell: &Tell, slug: &str, metric: &Metric, name: &str) -> Option<f64> {
    tell.facts
        .number(&format!("deviation/{slug}/{}/{name}", text::slug(&metric.name)))
}

fn id(slug: &str, metric: &Metric, name: &str) -> String {
    format!("deviation/{slug}/{}/{name}", text::slug(&metric.name))
}

/// The σ axis that all rows share.
struct Axis {
    chance: f64,
    limit: f64,
}

impl Axis {
    fn new(tell: &Tell, metric: &Metric) -> Self {
        let chance = tell
            .facts
            .number(&format!("deviation/metrics/{}/chance", text::slug(&metric.name)))
            .unwrap_or(0.0);
        let furthest = tell
            .facts
            .list("deviation/ranking")
            .iter()
            .filter_map(|slug| number(tell, slug, metric, "cii"))
            .fold(chance, |most: f64, x| most.max(x.abs()));
        // The zone's edge is always inside the axis, or a shaded axis would seem to have none.
        let least = LEAST_LIMIT.max(chance * 1.2);
        Self {
            chance,
            limit: furthest.min(MOST_LIMIT).max(least).ceil(),
        }
    }
}

/// The ranking on the first page.
fn ranking(told: &Told, tell: &Tell, metric: &Metric) -> Table {
    let all = tell.facts.list("deviation/ranking");
    let movers = tell.facts.list("deviation/movers");
    let n_rows = movers.len().max(told.shown).min(MOST_ROWS).min(all.len());
    let (rows, rest) = all.split_at(n_rows);
    let axis = Axis::new(tell, metric);
    let figures: Vec<f64> = rows
        .iter()
        .flat_map(|slug| {
            [
                number(tell, slug, metric, "actual"),
                number(tell, slug, metric, "projected"),
            ]
        })
        .flatten()
        .collect();
    let places = words::column_places(&figures, &metric.unit);
    let range = split_range(tell, rows);
    let mut table = Table {
        id: "movers".into(),
        title: ranking_title(tell, movers.len(), n_rows),
        columns: ranking_columns(tell, metric, &axis, range.is_some()),
        rows: rows
            .iter()
            .map(|slug| mover_row(tell, metric, slug, &axis, places, range))
            .collect(),
        style: TableStyle::Movers,
        ..Table::default()
    };
    if !rest.is_empty() {
        table.rows.push(rest_row(tell, metric, rest, &axis, range.is_some()));
    }
    if let Some(against) = tell.facts.text("contribution/against").filter(|_| range.is_some()) {
        let text = format!(
            "Behavioural: the same kinds of people spend differently. Structural: different kinds of people are in the crowd. \
             The two sum to the change since {against}, which is not the deviation from projection. “Both” means that each is at least a fifth of the change."
        );
        table.note = Some(Sentence {
            runs: vec![Run::toned(text, Tone::Quiet)],
            facts: Vec::new(),
        });
    }
    table
}

/// Rows of the first page's ranking: more would push it over the page.
const MOST_ROWS: usize = 9;

fn ranking_title(tell: &Tell, n_movers: usize, n_rows: usize) -> String {
    let nouns = &tell.plan.categories.nouns;
    let next = |n: usize| {
        if n == 1 {
            "the next one".to_owned()
        } else {
            format!("the next {}", text::count(n))
        }
    };
    match n_movers {
        0 if n_rows == 1 => "Nothing moved beyond chance; the furthest".to_owned(),
        0 => format!(
            "Nothing moved beyond chance; the {} furthest {nouns}",
            text::count(n_rows)
        ),
        n if n > n_rows => format!("The first {} of {n} movers, ranked by σ", text::count(n_rows)),
        n if n == n_rows => format!("The {} movers, ranked by σ", text::count(n)),
        1 => format!("The one mover, and {} within chance", next(n_rows - 1)),
        n => format!("The {} movers, and {} within chance", text::count(n), next(n_rows - n)),
    }
}

fn ranking_columns(tell: &Tell, metric: &Metric, axis: &Axis, has_split: bool) -> Vec<Column> {
    let head = |lines: &[&str]| {
        lines
            .iter()
            .map(|line| Run::toned(*line, Tone::Quiet))
            .collect::<Vec<_>>()
    };
    let right = |lines: &[&str], width| Column {
        head: head(lines),
        align: Align::Right,
        width: Some(width),
        axis: None,
        key: Vec::new(),
    };
    let limit = axis.limit;
    let tick = |at: f64| Tick {
        at,
        label: if at == 0.0 {
            "0".into()
        } else {
            format!("{}σ", tell.words.signed(at, 0))
        },
    };
    let sigma_axis = Chart {
        id: "sigma-axis".into(),
        title: "Scale in σ".into(),
        description: format!(
            "From minus {limit} to plus {limit} σ; deviations inside the shaded zone are within chance."
        ),
        width: 78.0,
        height: 20.0,
        drawing: Drawing::SigmaAxis {
            chance: axis.chance,
            limit,
            ticks: [-limit, 0.0, limit].map(tick).to_vec(),
        },
    };
    let unit = Words::head(&metric.unit);
    let is_said = unit.is_empty() || unit.eq_ignore_ascii_case(&metric.label);
    let named = if is_said {
        metric.label.clone()
    } else {
        format!("{}, {unit}", metric.label)
    };
    let n_shown = tell.plan.periods.history.len().saturating_add(1).min(SPARK_PERIODS);
    let periods = format!("{n_shown} {} against", text::plural(tell.plan.periods.grain.noun()));
    let mut columns = vec![
        Column {
            head: head(&[&named]),
            align: Align::Left,
            width: Some(if has_split { 118.0 } else { 190.0 }),
            axis: None,
            key: Vec::new(),
        },
        right(&["Actual"], 38.0),
        right(&["Pro-", "jected"], 38.0),
        right(&["Devia-", "tion, %"], 40.0),
        right(&["σ"], 32.0),
        Column {
            head: head(&["Shaded: chance"]),
            align: Align::Chart,
            width: Some(78.0),
            axis: Some(sigma_axis),
            key: Vec::new(),
        },
        Column {
            head: head(&[&periods, "projection (band)"]),
            align: Align::Chart,
            width: Some(76.0),
            axis: None,
            key: Vec::new(),
        },
    ];
    if has_split {
        let against = tell.facts.text("contribution/against").unwrap_or_default();
        let head = head(&[&format!("Change since {against}, %")]);
        let key = vec![
            Run::toned("Behavioural, ", Tone::Behavioural),
            Run::toned("structural", Tone::Structural),
        ];
        columns.push(Column {
            head,
            key,
            align: Align::Chart,
            width: Some(92.0),
            axis: None,
        });
    }
    columns
}

/// The common range of all split bars, in per cent; `None` where contribution looked at none of the rows.
fn split_range(tell: &Tell, rows: &[String]) -> Option<[f64; 2]> {
    let parts: Vec<f64> = rows
        .iter()
        .filter_map(|slug| split(tell, slug))
        .flat_map(|(b, s)| [b, s])
        .collect();
    if parts.is_empty() {
        return None;
    }
    let low = parts.iter().copied().fold(0.0, f64::min);
    let high = parts.iter().copied().fold(0.0, f64::max);
    Some([low, high])
}

/// Behavioural and structural change of a category, in per cent of the comparison's level.
fn split(tell: &Tell, slug: &str) -> Option<(f64, f64)> {
    let of = |name: &str| tell.facts.number(&format!("contribution/{slug}/{name}_share"));
    Some((of("behavioural")? * 100.0, of("structural")? * 100.0))
}

fn mover_row(tell: &Tell, metric: &Metric, slug: &str, axis: &Axis, places: usize, range: Option<[f64; 2]>) -> Row {
    let label = subjects::label(tell.facts, slug);
    let mut lines = vec![vec![Run::toned(label, Tone::Strong)]];
    lines.extend(reading(tell, metric, slug));
    let figure = |name: &str, tone: Tone, show: &dyn Fn(f64) -> String| {
        let x = number(tell, slug, metric, name);
        let shown = x.map_or_else(|| words::MISSING.to_owned(), show);
        let mut cell = Cell::figure(shown, x, id(slug, metric, name));
        cell.lines[0][0].tone = tone;
        cell
    };
    let cii = number(tell, slug, metric, "cii");
    let bare = |x: f64| tell.words.bare(x, &metric.unit, places);
    let mut cells = vec![
        Cell {
            lines,
            span: 1,
            ..Cell::default()
        },
        figure("actual", Tone::Plain, &bare),
        figure("projected", Tone::Quiet, &bare),
        figure("deviation_pct", Tone::Plain, &|x| tell.words.signed(x * 100.0, 1)),
        figure("cii", Tone::Plain, &|x| tell.words.signed(x, 1)),
        cii.map_or_else(Cell::default, |at| Cell::chart(dot(tell, slug, label, at, axis))),
        Cell::chart(spark(tell, metric, slug, label)),
    ];
    if let Some(range) = range {
        cells.push(split(tell, slug).map_or_else(
            || Cell::toned(words::MISSING, Tone::Quiet),
            |parts| Cell::chart(split_bars(tell, slug, label, parts, range)),
        ));
    }
    let page = if pages(tell).iter().any(|it| it == slug) {
        format!("movers/{slug}")
    } else {
        String::new()
    };
    Row {
        cells,
        role: RowRole::Body,
        page,
    }
}

/// The second line of a row: what is behind it, and the metric it was named for where that is another.
fn reading(tell: &Tell, metric: &Metric, slug: &str) -> Option<Vec<Run>> {
    let mut runs = Vec::new();
    if !subjects::is_mover(tell.facts, slug) {
        let q = number(tell, slug, metric, "q").unwrap_or(1.0);
        return Some(vec![Run::toned(
            format!("Within chance (q {})", tell.words.probability(q)),
            Tone::Quiet,
        )]);
    }
    let led = &tell.plan.metrics[led_by(tell, slug)];
    if led.name != metric.name {
        let cii = number(tell, slug, led, "cii").unwrap_or(0.0);
        runs.push(Run::toned(
            format!("{} {}", led.label, tell.words.sigma(cii)),
            Tone::Plain,
        ));
    }
    if let Some(change) = verdict::change(tell, slug) {
        if !runs.is_empty() {
            runs.push(Run::toned("; ", Tone::Quiet));
        }
        runs.push(Run::toned(change.verdict.name(), Tone::Plain));
        let who = match (change.verdict, who_leads(tell, slug, change.verdict)) {
            (Verdict::Unclear, _) | (_, None) => None,
            (_, Some(leader)) => Some(leader),
        };
        runs.extend(who.map(|who| Run::toned(format!(": {who}"), Tone::Quiet)));
    }
    (!runs.is_empty()).then_some(runs)
}

/// The segment that leads the part which gives a change its name.
fn who_leads(tell: &Tell, slug: &str, verdict: Verdict) -> Option<String> {
    let part = if verdict == Verdict::Structural {
        "structural"
    } else {
        "behavioural"
    };
    verdict::leader(tell, slug, part)
}

fn dot(tell: &Tell, slug: &str, label: &str, at: f64, axis: &Axis) -> Chart {
    let zone = if at.abs() < axis.chance { "inside" } else { "outside" };
    Chart {
        id: format!("dot-{slug}"),
        title: format!("{label}, σ"),
        description: format!("{label} stands at {}, {zone} the zone of chance.", tell.words.sigma(at)),
        width: 78.0,
        height: 26.0,
        drawing: Drawing::RankedDot {
            at,
            chance: axis.chance,
            limit: axis.limit,
        },
    }
}

fn spark(tell: &Tell, metric: &Metric, slug: &str, label: &str) -> Chart {
    let (actual, projected) = band_series(tell, metric, slug);
    let from = actual.len().saturating_sub(SPARK_PERIODS);
    let cii = number(tell, slug, metric, "cii").unwrap_or(0.0);
    Chart {
        id: format!("spark-{slug}"),
        title: format!(
            "{label}, {SPARK_PERIODS} {}",
            text::plural(tell.plan.periods.grain.noun())
        ),
        description: format!(
            "{label} against the 80 % band of its projection; it ends {} from the median.",
            tell.words.sigma(cii)
        ),
        width: 76.0,
        height: 28.0,
        drawing: Drawing::Spark {
            actual: actual[from..].to_vec(),
            projected: projected[from..].to_vec(),
        },
    }
}

fn split_bars(tell: &Tell, slug: &str, label: &str, (behavioural, structural): (f64, f64), range: [f64; 2]) -> Chart {
    let [behavioural_label, structural_label] = [behavioural, structural].map(|x| tell.words.signed(x, 1));
    Chart {
        id: format!("split-{slug}"),
        title: format!("{label}, change in parts"),
        description: format!(
            "{label}: behavioural {behavioural_label} %, structural {structural_label} % of the level before."
        ),
        width: 92.0,
        height: 28.0,
        drawing: Drawing::SplitBars {
            behavioural,
            behavioural_label,
            structural,
            structural_label,
            range,
        },
    }
}

/// Everything that is not a row of its own.
fn rest_row(tell: &Tell, metric: &Metric, rest: &[String], axis: &Axis, has_split: bool) -> Row {
    let n = rest.len();
    let noun = text::noun_of(n, &tell.plan.categories.noun, &tell.plan.categories.nouns);
    let moved = rest.iter().filter(|slug| subjects::is_mover(tell.facts, slug)).count();
    let stayed = if moved == 0 {
        "stayed within chance".to_owned()
    } else {
        format!("{moved} of them moved too: see the appendix")
    };
    let nearest = rest
        .iter()
        .filter(|slug| !subjects::is_mover(tell.facts, slug))
        .max_by(|a, b| {
            let cii = |slug: &String| number(tell, slug, metric, "cii").unwrap_or(0.0).abs();
            cii(a).total_cmp(&cii(b))
        });
    let nearest = nearest.and_then(|slug| {
        let figures = (
            number(tell, slug, metric, "deviation_pct")?,
            number(tell, slug, metric, "cii")?,
            number(tell, slug, metric, "q")?,
        );
        let (pct, cii, q) = figures;
        let (words, label) = (tell.words, subjects::label(tell.facts, slug));
        Some(vec![
            vec![Run::toned(format!("Nearest the line: {label},"), Tone::Quiet)],
            vec![Run::toned(
                format!(
                    "{}, {}, q {}",
                    words.change(pct),
                    words.sigma(cii),
                    words.probability(q)
                ),
                Tone::Quiet,
            )],
        ])
    });
    let (names, at): (Vec<String>, Vec<f64>) = rest
        .iter()
        .filter_map(|slug| {
            Some((
                subjects::label(tell.facts, slug).to_owned(),
                number(tell, slug, metric, "cii")?,
            ))
        })
        .unzip();
    let swarm = Chart {
        id: "swarm".into(),
        title: format!("The other {n} {noun}, σ"),
        description: format!("One dot each for the other {n} {noun}."),
        width: 78.0,
        height: 34.0,
        drawing: Drawing::Swarm {
            at,
            names,
            chance: axis.chance,
            limit: axis.limit,
        },
    };
    let label = vec![
        vec![Run::plain(format!(
            "The other {} {noun}",
            if n == 1 { "one".into() } else { n.to_string() }
        ))],
        vec![Run::toned(stayed, Tone::Quiet)],
    ];
    let mut cells = vec![
        Cell {
            lines: label,
            span: 1,
            ..Cell::default()
        },
        Cell {
            lines: nearest.unwrap_or_default(),
            span: 4,
            ..Cell::default()
        },
        Cell::chart(swarm),
        Cell::text(""),
    ];
    if has_split {
        cells.push(Cell::text(""));
    }
    Row {
        cells,
        role: RowRole::Rest,
        page: String::new(),
    }
}

/// What a page opens with: level, projection, deviation; then what is behind the change.
fn page_lead(tell: &Tell, slug: &str) -> Sentence {
    let metric = &tell.plan.metrics[led_by(tell, slug)];
    let get = |name: &str| number(tell, slug, metric, name);
    let (Some(actual), Some(projected), Some(cii)) = (get("actual"), get("projected"), get("cii")) else {
        return Sentence::default();
    };
    let words = tell.words;
    let side = if actual > projected { "above" } else { "below" };
    let size = get("deviation_pct").map_or_else(String::new, |x| format!("{} ", words.change_size(x)));
    let when = tell.plan.periods.target.label();
    let opening = format!(
        "{} stood at {} in {when}, {size}{side} the {} projected ({}). ",
        metric.label,
        words.level(actual, &metric.unit),
        words.level(projected, &metric.unit),
        words.sigma(cii),
    );
    let verdict = if subjects::is_mover(tell.facts, slug) {
        String::new()
    } else {
        format!(
            "That is within chance (q {}). ",
            words.probability(get("q").unwrap_or(1.0))
        )
    };
    let (brief, more) = verdict::in_brief(tell, slug);
    let runs = vec![
        Run::plain(format!("{opening}{verdict}")),
        Run::toned(brief, Tone::Strong),
    ];
    let ids = ["actual", "projected", "cii", "q"]
        .map(|name| id(slug, metric, name))
        .to_vec();
    Sentence {
        runs,
        facts: [ids, more].concat(),
    }
}

/// The kept series of a category: actual, and what was projected.
fn band_series(tell: &Tell, metric: &Metric, slug: &str) -> (Vec<Option<f64>>, Vec<Option<Band>>) {
    let series = |name: &str| tell.facts.series(&id(slug, metric, &format!("series/{name}"))).to_vec();
    let (mid, low, high) = (series("projected"), series("low80"), series("high80"));
    let band = |i: usize| {
        Some(Band {
            low: low[i]?,
            mid: mid[i]?,
            high: high[i]?,
        })
    };
    (series("actual"), (0..mid.len()).map(band).collect())
}

fn projection(tell: &Tell, metric: &Metric, slug: &str) -> Option<Block> {
    let (actual, projected) = band_series(tell, metric, slug);
    let (last, band) = (actual.last().copied().flatten()?, projected.last().copied().flatten()?);
    let words = tell.words;
    let periods = &tell.plan.periods;
    let shown: Vec<Period> = (0..actual.len())
        .map(|i| periods.target.back((actual.len() - 1 - i) as i64))
        .collect();
    let (label, unit) = (subjects::label(tell.facts, slug), &metric.unit);
    let values: Vec<f64> = actual
        .iter()
        .flatten()
        .copied()
        .chain(projected.iter().flatten().flat_map(|it| [it.low, it.high]))
        .collect();
    let (y_range, y_ticks) = value_axis(words, &values, unit);
    let tips = shown
        .iter()
        .zip(&actual)
        .zip(&projected)
        .map(|((period, actual), band)| {
            let actual = actual.map_or_else(|| words::MISSING.to_owned(), |x| words.level(x, unit));
            let band = band.map_or_else(String::new, |it| format!(", projected {}", words.level(it.mid, unit)));
            format!("{}: {actual}{band}", text::capitalised(&period.label()))
        });
    let difference = last - band.mid;
    let relative =
        number(tell, slug, metric, "deviation_pct").map_or_else(String::new, |x| format!(", {}", words.change(x)));
    let places = words::column_places(&[band.low, band.high], unit);
    let scale_note = if y_range[0] > 0.0 {
        format!(" Vertical scale starts at {}.", words.level(y_range[0], unit))
    } else {
        String::new()
    };
    let noun = periods.grain.noun();
    let is_outside = last < band.low || last > band.high;
    let when = text::capitalised(&periods.target.label());
    let title = match (subjects::is_mover(tell.facts, slug), is_outside, difference > 0.0) {
        (true, _, true) => format!("{when} rose out of the projection band"),
        (true, _, false) => format!("{when} fell out of the projection band"),
        (false, true, true) => format!("{when} is above the 80 % band, but within chance"),
        (false, true, false) => format!("{when} is below the 80 % band, but within chance"),
        (false, false, _) => format!("{when} stayed inside the projection band"),
    };
    let band_text = format!(
        "80 % band {} to {}",
        words.bare(band.low, unit, places),
        words.bare(band.high, unit, places)
    );
    let chart = Chart {
        id: format!("projection-{slug}"),
        title: format!("{label}: actual and projected"),
        description: format!(
            "{} of {label} over {} {noun}s. In {} it was {}, projected {} ({band_text}).",
            metric.label,
            actual.len(),
            periods.target.label(),
            words.level(last, unit),
            words.level(band.mid, unit)
        ),
        width: 493.0,
        height: 146.0,
        drawing: Drawing::LineBand {
            tips: tips.collect(),
            x_ticks: time_ticks(&shown),
            y_ticks,
            y_range,
            projected_label: format!("{} projected", words.level(band.mid, unit)),
            band_label: band_text,
            difference_label: format!("{}{relative}", words.difference(difference, unit)),
            actual_label: format!("{} actual", words.level(last, unit)),
            band_note: format!("Band: projected one {noun} ahead, 80 % interval"),
            line_label: "Actual".into(),
            actual,
            projected,
        },
    };
    let head = Words::head(unit);
    let subtitle = format!(
        "{label}, {}{}.{scale_note}",
        text::lowered(&metric.label),
        if head.is_empty() {
            String::new()
        } else {
            format!(", {head}")
        }
    );
    Some(Block::Figure {
        title,
        subtitle,
        chart,
        note: None,
    })
}

fn method(told: &Told, tell: &Tell, metric: &Metric) -> Block {
    let name = text::slug(&metric.name);
    let season = match tell.facts.text(&format!("deviation/metrics/{name}/season")) {
        Some("none") | None => "no season, since history has fewer than two cycles".to_owned(),
        Some(n) => format!("a cycle of {n} {}s", tell.plan.periods.grain.noun()),
    };
    let model = super::model_label(told.model);
    let n = told.metrics.len();
    let text = format!(
        "Each series is projected one {grain} ahead from history before the target ({model}; {season}). Bands are finite-sample conformal, from the \
         errors of past one-step projections. CII (σ) is the deviation over the spread of the 80 % band; its probability comes from a Student t \
         fitted to the standardised errors of all {nouns}. q is Benjamini–Hochberg over the {nouns}, within {metrics}.",
        grain = tell.plan.periods.grain.noun(),
        nouns = tell.plan.categories.nouns,
        metrics = if n == 1 {
            "the metric".to_owned()
        } else {
            format!("each of the {} metrics", text::count(n))
        },
    );
    Block::Prose {
        title: "Deviation".into(),
        paragraphs: vec![Sentence {
            runs: vec![Run::plain(text)],
            facts: Vec::new(),
        }],
    }
}

/// How each model did on the past, metric by metric; the one that projects first.
fn backtest(told: &Told, tell: &Tell) -> Option<Block> {
    let mut rows = Vec::new();
    let mut n_forecasts = 0.0;
    for metric in told.metrics.iter().map(|&idx| &tell.plan.metrics[idx]) {
        let base = format!("deviation/metrics/{}/backtest", text::slug(&metric.name));
        let models = tell.facts.list(&base);
        for (place, model) in models.iter().rev().enumerate() {
            let id = format!("{base}/{}", text::slug(model));
            let figure = |column: &str, show: &dyn Fn(f64) -> String| {
                let id = format!("{id}/{column}");
                let x = tell.facts.number(&id);
                Cell::figure(x.map_or_else(|| words::MISSING.to_owned(), show), x, id)
            };
            n_forecasts += tell
                .facts
                .number(&format!("{id}/n"))
                .filter(|_| place == 0)
                .unwrap_or(0.0);
            let cells = vec![
                Cell::text(if place == 0 {
                    metric.label.clone()
                } else {
                    String::new()
                }),
                Cell::text(if place == 0 {
                    format!("{model} (used)")
                } else {
                    model.clone()
                }),
                figure("mase", &|x| tell.words.fixed(x, 2)),
                figure("smape", &|x| tell.words.fixed(x * 100.0, 1)),
                figure("bias", &|x| tell.words.signed(x * 100.0, 1)),
                figure("coverage80", &|x| tell.words.fixed(x * 100.0, 1)),
                figure("coverage95", &|x| tell.words.fixed(x * 100.0, 1)),
            ];
            rows.push(Row {
                cells,
                ..Row::default()
            });
        }
    }
    if rows.is_empty() {
        return None;
    }
    let column = |head: &str, align, width| Column {
        head: vec![Run::toned(head, Tone::Quiet)],
        align,
        width: Some(width),
        ..Column::default()
    };
    let heads = ["MASE", "sMAPE, %", "Bias, %", "In 80 % band", "In 95 % band"];
    let mut columns = vec![
        column("Metric", Align::Left, 130.0),
        column("Model", Align::Left, 110.0),
    ];
    columns.extend(heads.iter().map(|head| column(head, Align::Right, 50.0)));
    let note = "MASE below 1 beats repeating the value one cycle ago (without a season, the last value). Bands are scored with the period itself left out.";
    Some(Block::Table(Table {
        id: "backtest".into(),
        title: format!(
            "Backtest: one {} ahead, {} projections",
            tell.plan.periods.grain.noun(),
            tell.words.fixed(n_forecasts, 0)
        ),
        columns,
        rows,
        note: Some(Sentence {
            runs: vec![Run::toned(note, Tone::Quiet)],
            facts: Vec::new(),
        }),
        style: TableStyle::Dense,
        ..Table::default()
    }))
}

/// A metric's name and unit in short lines, for a narrow column.
fn head_lines(metric: &Metric) -> Vec<String> {
    // Characters of a line: about what the column's figures take.
    const LINE: usize = 12;
    let unit = Words::head(&metric.unit);
    let is_said = unit.is_empty() || unit.eq_ignore_ascii_case(&metric.label);
    let named = if is_said {
        metric.label.clone()
    } else {
        format!("{}, {unit}", metric.label)
    };
    let mut lines: Vec<String> = Vec::new();
    for word in named.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < LINE => *line = format!("{line} {word}"),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Every category with every metric.
fn all(told: &Told, tell: &Tell) -> Table {
    let mut slugs = tell.facts.list("deviation/ranking").to_vec();
    slugs.sort_by(|a, b| subjects::label(tell.facts, a).cmp(subjects::label(tell.facts, b)));
    let metrics: Vec<&Metric> = told.metrics.iter().map(|&idx| &tell.plan.metrics[idx]).collect();
    let head = |lines: &[String]| {
        lines
            .iter()
            .map(|line| Run::toned(line.clone(), Tone::Quiet))
            .collect::<Vec<_>>()
    };
    let first = head(&[text::capitalised(&tell.plan.categories.noun)]);
    let mut columns = vec![Column {
        head: first,
        width: Some(112.0),
        ..Column::default()
    }];
    let mut places = Vec::new();
    for metric in &metrics {
        for lines in [
            head_lines(metric),
            vec!["Dev., %".to_owned()],
            vec!["σ".to_owned()],
            vec!["q".to_owned()],
        ] {
            columns.push(Column {
                head: head(&lines),
                align: Align::Right,
                ..Column::default()
            });
        }
        let values: Vec<f64> = slugs
            .iter()
            .filter_map(|slug| number(tell, slug, metric, "actual"))
            .collect();
        places.push(words::column_places(&values, &metric.unit));
    }
    let rows = slugs.iter().map(|slug| {
        let tone = if subjects::is_mover(tell.facts, slug) {
            Tone::Strong
        } else {
            Tone::Plain
        };
        let mut cells = vec![Cell::toned(subjects::label(tell.facts, slug), tone)];
        for (metric, &places) in metrics.iter().zip(&places) {
            let figure = |name: &str, show: &dyn Fn(f64) -> String| {
                let x = number(tell, slug, metric, name);
                Cell::figure(
                    x.map_or_else(|| words::MISSING.to_owned(), show),
                    x,
                    id(slug, metric, name),
                )
            };
            cells.push(figure("actual", &|x| tell.words.bare(x, &metric.unit, places)));
            cells.push(figure("deviation_pct", &|x| tell.words.signed(x * 100.0, 1)));
            cells.push(figure("cii", &|x| tell.words.signed(x, 1)));
            cells.push(figure("q", &|x| tell.words.fixed(x, 3)));
        }
        Row {
            cells,
            ..Row::default()
        }
    });
    Table {
        id: "all".into(),
        title: format!(
            "All {} {}: actual, deviation from projection, σ and q (movers in semibold)",
            slugs.len(),
            tell.plan.categories.nouns
        ),
        columns,
        rows: rows.collect(),
        style: TableStyle::Dense,
        ..Table::default()
    }
}
