//! What a memo looks like is judged by eye; what must always hold of it is held here.
//!
//! The rich fixture and its hostile twin go through both renderers: no data becomes code, nothing is
//! loaded from elsewhere, the same memo gives the same bytes, and both PDF compilers agree.

use crate::fixture_memo;
use bellwether::chart;
use bellwether::chart::fonts::Fonts;
use bellwether::model::memo::Band;
use bellwether::model::memo::Block;
use bellwether::model::memo::Chart;
use bellwether::model::memo::DendrogramJoin;
use bellwether::model::memo::DendrogramLeaf;
use bellwether::model::memo::Drawing;
use bellwether::model::memo::DriverRow;
use bellwether::model::memo::DumbbellGroup;
use bellwether::model::memo::DumbbellRow;
use bellwether::model::memo::FlowLink;
use bellwether::model::memo::FlowNode;
use bellwether::model::memo::FunnelStage;
use bellwether::model::memo::HeatCell;
use bellwether::model::memo::HeatRow;
use bellwether::model::memo::MapGroup;
use bellwether::model::memo::MapPoint;
use bellwether::model::memo::Memo;
use bellwether::model::memo::Part;
use bellwether::model::memo::Tick;
use bellwether::model::memo::Tone;
use bellwether::model::unit::Unit;
use bellwether::render;
use bellwether::render::Language;
use bellwether::render::Templates;
use bellwether::render::typst;
use bellwether::render::typst::Attachment;
use bellwether::render::typst::Engine;
use bellwether::render::typst::Project;
use std::collections::BTreeMap;

/// Day of issue in these tests.
const ISSUED: (i32, u8, u8) = (2026, 11, 1);

fn html(memo: &Memo) -> String {
    render::html::html(
        memo,
        &fixture_memo::facts_json(),
        &Templates::default(),
        &Fonts::default(),
    )
    .expect("the fixture renders")
}

fn project(memo: &Memo) -> Project {
    let facts = fixture_memo::facts_json();
    let attachment = Attachment {
        name: "facts.json",
        bytes: facts.as_bytes(),
        mime: "application/json",
        description: "All facts",
        relationship: "data",
    };
    typst::project(memo, &[attachment], ISSUED, &Templates::default(), &Fonts::default())
        .expect("the fixture is a project")
}

/// Every tag is closed in order, every attribute quoted, every entity known: enough to tell SVG from a near miss.
fn assert_well_formed(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = svg;
    while let Some(from) = rest.find('<') {
        assert_entities(&rest[..from]);
        let until = from + rest[from..].find('>').expect("a tag ends");
        let tag = &rest[from + 1..until];
        rest = &rest[until + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "closed out of order");
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        assert!(
            name.chars().all(|c| c.is_ascii_alphanumeric()),
            "`{name}` is no element"
        );
        assert_eq!(tag.matches('"').count() % 2, 0, "quotes of <{tag}>");
        tag.split('"').skip(1).step_by(2).for_each(assert_entities);
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(
        open.is_empty() && rest.is_empty(),
        "{open:?} left open, `{rest}` left over"
    );
}

fn assert_entities(text: &str) {
    for part in text.split('&').skip(1) {
        let known = ["amp;", "lt;", "gt;", "quot;", "#39;"];
        assert!(known.iter().any(|it| part.starts_with(it)), "`&{part}`");
    }
    assert!(!text.chars().any(char::is_control), "a control character");
}

fn charts(memo: &Memo) -> Vec<Chart> {
    fn of_block(block: &Block, found: &mut Vec<Chart>) {
        match block {
            Block::Figure { chart, .. } => found.push(chart.clone()),
            Block::Table(table) => {
                found.extend(table.columns.iter().filter_map(|it| it.axis.clone()));
                found.extend(
                    table
                        .rows
                        .iter()
                        .flat_map(|it| &it.cells)
                        .filter_map(|it| it.chart.clone()),
                );
            }
            Block::Columns { columns, .. } => columns.iter().flatten().for_each(|it| of_block(it, found)),
            Block::Prose { .. } | Block::List { .. } => {}
        }
    }
    let mut found: Vec<Chart> = memo.kpis.iter().filter_map(|it| it.chart.clone()).collect();
    let pages = memo.pages.iter().chain([&memo.appendix]).flat_map(|it| &it.blocks);
    memo.front.iter().chain(pages).for_each(|it| of_block(it, &mut found));
    found
}

fn drawn(drawing: Drawing, size: [f64; 2]) -> Chart {
    Chart {
        id: "odd".into(),
        title: "A <chart>".into(),
        description: "It's \"odd\" & so on".into(),
        width: size[0],
        height: size[1],
        drawing,
    }
}

fn line(actual: Vec<Option<f64>>, spread: f64) -> Drawing {
    let projected = actual
        .iter()
        .map(|it| {
            it.map(|x| Band {
                low: x - spread,
                mid: x,
                high: x + spread,
            })
        })
        .collect();
    let last = actual.len().saturating_sub(1) as f64;
    Drawing::LineBand {
        tips: actual.iter().map(|it| format!("{it:?}")).collect(),
        projected,
        actual,
        x_ticks: vec![
            Tick {
                at: 0.0,
                label: "Oct 2023".into(),
            },
            Tick {
                at: last,
                label: "Oct 2026".into(),
            },
        ],
        y_ticks: vec![
            Tick {
                at: 0.0,
                label: "0".into(),
            },
            Tick {
                at: 100.0,
                label: "$100".into(),
            },
        ],
        y_range: [0.0, 100.0],
        projected_label: "$100 projected".into(),
        band_label: "80 % band 90–110".into(),
        difference_label: "−$1".into(),
        actual_label: "$99 actual".into(),
        band_note: "Band: projected one month ahead, 80 % interval".into(),
        line_label: "Actual".into(),
        marks: Vec::new(),
    }
}

/// Charts that data can ask for and nobody would draw by hand.
fn odd_charts() -> Vec<Chart> {
    let wave = |n: usize| {
        (0..n)
            .map(|i| Some(50.0 + 30.0 * f64::from(i as u32 % 5) - 20.0))
            .collect::<Vec<_>>()
    };
    let mut outlier = wave(37);
    outlier[20] = Some(1e9);
    let mut gaps = wave(37);
    gaps[3] = None;
    gaps[4] = None;
    gaps[36] = None;
    let mut odd = vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 1e300];
    odd.extend([0.0; 40]);
    let rows = |n: usize| {
        (0..n).map(|i| DriverRow {
            label: "A very long attribute name that nobody will ever read".repeat(i % 3),
            value: odd[i],
            null: odd[(i + 1) % 5],
            text: "0.1".into(),
            explains: i == 0,
        })
    };
    let level = |i: usize| DumbbellRow {
        label: format!("Level {i} of a dimension with a long name"),
        share: [odd[i % 5], 12.0],
        share_labels: ["1,234,567.8".into(), "12.0".into()],
        share_moved: true,
        rate: [None, Some(odd[(i + 2) % 5])],
        rate_labels: [String::new(), "−1,234,567.89".into()],
        rate_moved: i.is_multiple_of(2),
    };
    let group = |n: usize| DumbbellGroup {
        title: "A title".into(),
        rows: (0..n).map(level).collect(),
    };
    let mut drawings: Vec<Drawing> = [4, 12, 37, 60, 1, 0, 200]
        .into_iter()
        .map(|n| line(wave(n), 5.0))
        .collect();
    drawings.extend([line(outlier, 5.0), line(gaps, 0.0), line(vec![Some(7.0); 37], 0.0)]);
    drawings.push(line(odd.iter().copied().map(Some).collect(), f64::NAN));
    drawings.push(line(vec![Some(-5.0), None, Some(-500.0), None], 3.0));
    for n in [0, 1, 2, 14, 40] {
        drawings.push(Drawing::DriverBars {
            rows: rows(n).collect(),
            null_label: "null".repeat(20),
            limit: odd[n % 3],
        });
        drawings.push(Drawing::Dumbbell {
            groups: (0..n.min(3)).map(|i| group(2 + 3 * i)).collect(),
            share_head: "Share of active customers, %".into(),
            rate_head: "Spend per active customer and month, US$".into(),
            share_ticks: vec![Tick {
                at: odd[n % 5],
                label: "0".into(),
            }],
            rate_ticks: Vec::new(),
            before: "September".repeat(n),
            after: "October".into(),
        });
        drawings.push(Drawing::Parts {
            parts: (0..n)
                .map(|i| Part {
                    value: odd[i],
                    label: "15.4 m before October".into(),
                    shade: i as u8,
                })
                .collect(),
        });
        drawings.push(Drawing::Swarm {
            at: odd.iter().copied().take(n).collect(),
            names: Vec::new(),
            chance: 3.0,
            limit: odd[n % 5],
        });
    }
    for x in odd.iter().copied().take(6) {
        drawings.push(Drawing::RankedDot {
            at: x,
            chance: x,
            limit: 12.0,
        });
        drawings.push(Drawing::RankedDot {
            at: -40.0,
            chance: 3.0,
            limit: x,
        });
        drawings.push(Drawing::SigmaAxis {
            chance: x,
            limit: x,
            ticks: vec![Tick {
                at: x,
                label: "x".into(),
            }],
        });
        drawings.push(Drawing::Bar {
            value: x,
            range: [x, 1.0],
            tone: Tone::Structural,
        });
        drawings.push(Drawing::Spark {
            actual: vec![Some(x), None, Some(1.0)],
            projected: Vec::new(),
        });
        drawings.push(Drawing::SplitBars {
            behavioural: x,
            behavioural_label: "+1,234,567.8".into(),
            structural: -x,
            structural_label: "<b>".into(),
            range: [-x, x],
        });
    }
    for n in [0, 1, 5, 30] {
        drawings.push(Drawing::HeatMap {
            head: "A head that is longer than the chart is wide".repeat(n),
            columns: vec!["<b>".into(); n],
            rows: (0..n).map(|i| heat_row(i, &odd)).collect(),
            unit: Unit::default(),
            range: [odd[n % 5], 7.0],
            range_labels: ["−1,234,567".into(), "1,234,567".into()],
        });
        drawings.push(Drawing::Funnel {
            stages: (0..n).map(|i| funnel_stage(i, &odd)).collect(),
            before: "Before & then".into(),
            now: String::new(),
        });
        drawings.extend([odd_map(n, &odd), odd_dendrogram(n, &odd), odd_flow(n, &odd)]);
    }
    let sizes = [[493.0, 158.0], [64.0, 30.0], [20.0, 8.0]];
    drawings
        .into_iter()
        .flat_map(|it| sizes.map(|size| drawn(it.clone(), size)))
        .collect()
}

fn heat_row(i: usize, odd: &[f64]) -> HeatRow {
    let cell = |j: usize| HeatCell {
        value: odd[(i + j) % 5],
        text: "1,234.5".into(),
    };
    HeatRow {
        label: "A cohort with a very long name".repeat(i % 3),
        cells: (0..2 * i).map(|j| (j % 3 != 0).then(|| cell(j))).collect(),
    }
}

fn funnel_stage(i: usize, odd: &[f64]) -> FunnelStage {
    FunnelStage {
        label: "A stage with a very long name".repeat(i % 3),
        counts: [odd[i % 5], odd[(i + 1) % 5]],
        count_labels: ["1,234,567".into(), "7,654,321".into()],
        step_labels: ["<12 %".into(), String::new()],
    }
}

fn odd_map(n: usize, odd: &[f64]) -> Drawing {
    Drawing::Map {
        groups: (0..n)
            .map(|i| MapGroup {
                label: "A group <b> with a very long name".repeat(i % 3),
                count: "1,234,567".into(),
                is_rest: i % 7 == 3,
            })
            .collect(),
        points: (0..7 * n)
            .map(|i| MapPoint {
                at: [odd[i % 45], odd[(i + i / 5) % 45]],
                group: i % (n + 1),
            })
            .collect(),
        across_note: "across: 41 % of variance".repeat(n),
        up_note: String::new(),
    }
}

fn odd_dendrogram(n: usize, odd: &[f64]) -> Drawing {
    Drawing::Dendrogram {
        leaves: (0..n)
            .map(|i| DendrogramLeaf {
                tip: String::new(),
                label: "1,234,567".repeat(i % 3),
                cluster: i / 2,
            })
            .collect(),
        joins: (0..n)
            .map(|i| DendrogramJoin {
                parts: [i * 2 % (n + 3), n + i / 2],
                height: odd[i % 7],
            })
            .collect(),
        clusters: vec!["A cluster & its very long name that goes on".into(); n / 3],
        cut: odd[n % 5],
        cut_label: "cut".repeat(n),
        head: String::new(),
        ticks: vec![Tick {
            at: odd[n % 3],
            label: "0".into(),
        }],
    }
}

fn odd_flow(n: usize, odd: &[f64]) -> Drawing {
    let side = |shift: usize| {
        let node = |i: usize| FlowNode {
            label: "A <segment> with a long name".repeat(i % 3),
            value: odd[(i + shift) % 7],
            text: "1,234,567".into(),
            is_outside: i == 4,
        };
        (0..n).map(node).collect()
    };
    Drawing::Flow {
        heads: ["September".repeat(n), String::new()],
        from: side(0),
        to: side(3),
        links: (0..3 * n)
            .map(|i| FlowLink {
                from: i % (n + 1),
                to: i / 2,
                value: odd[i % 9],
                text: "<1".into(),
                label: "1,234".into(),
            })
            .collect(),
    }
}

#[test]
fn a_cell_without_a_value_gets_no_ink_and_a_dark_one_light_letters() {
    let cell = |value: f64| HeatCell {
        value,
        text: format!("{value:.0}"),
    };
    let map = Drawing::HeatMap {
        head: "Month".into(),
        columns: vec!["0".into(), "1".into()],
        rows: vec![HeatRow {
            label: "May".into(),
            cells: vec![Some(cell(100.0)), None, Some(cell(f64::NAN)), Some(cell(0.0))],
        }],
        unit: Unit::default(),
        range: [0.0, 100.0],
        range_labels: [String::new(), String::new()],
    };
    let svg = chart::svg(&drawn(map, [300.0, 60.0]), &Fonts::default());
    assert_eq!(svg.matches("class=\"f-heat").count(), 2, "{svg}");
    let letters = |text: &str| {
        let until = svg.find(&format!(">{text}</text>")).expect("the value is printed");
        svg[svg[..until].rfind("<text").expect("it is text")..until].contains("f-bg")
    };
    assert!(letters("100") && !letters("0"), "{svg}");
}

#[test]
fn a_funnel_prints_each_step_between_its_bars() {
    let mut stages: Vec<FunnelStage> = (0..2).map(|i| funnel_stage(i, &[0.0, 50.0, 100.0, 0.0, 0.0])).collect();
    stages[1].step_labels = ["was 60 %".into(), "50 %".into()];
    let funnel = Drawing::Funnel {
        stages,
        before: "September".into(),
        now: "October".into(),
    };
    let svg = chart::svg(&drawn(funnel, [300.0, 60.0]), &Fonts::default());
    let tag = |end: &str| {
        let until = svg.find(end).expect("it is drawn");
        let tag = &svg[..until];
        let y = tag.rsplit(" y=\"").next().and_then(|it| it.split('"').next());
        y.and_then(|it| it.parse::<f64>().ok()).expect("it has a place")
    };
    let bars: Vec<f64> = svg
        .split("<rect class=\"f-ink\"")
        .skip(1)
        .filter_map(|it| it.split(" y=\"").nth(1)?.split('"').next()?.parse().ok())
        .collect();
    assert!(bars[0] < tag(">50 %</text>") && tag(">50 %</text>") < bars[1], "{svg}");
    assert!(svg.contains("was 60 %") && svg.contains("September") && svg.contains("October"));
}

#[test]
fn every_chart_is_one_well_formed_svg_of_finite_numbers() {
    let fixtures = charts(&fixture_memo::memo())
        .into_iter()
        .chain(charts(&fixture_memo::hostile()));
    for chart in fixtures.chain(odd_charts()) {
        for chart in std::iter::once(chart.clone()).chain(chart::narrow(&chart)) {
            let svg = chart::svg(&chart, &Fonts::default());
            assert_well_formed(&svg);
            let numbers = svg
                .split("=\"")
                .skip(1)
                .map(|it| it.split('"').next().unwrap_or_default());
            for number in numbers {
                assert!(
                    !number.contains("NaN") && !number.contains("inf"),
                    "{number} in {}",
                    chart.id
                );
            }
            assert!(svg.contains("role=\"img\"") && svg.contains(&format!("<title id=\"{}-t\">", chart.id)));
            assert_eq!(
                svg,
                chart::svg(&chart, &Fonts::default()),
                "the same chart, the same bytes"
            );
        }
    }
}

#[test]
fn labels_at_the_end_of_the_lines_do_not_overlap() {
    let same = line(vec![Some(50.0); 37], 2.0);
    let svg = chart::svg(&drawn(same, [493.0, 158.0]), &Fonts::default());
    let y_of = |label: &str| {
        let until = svg.find(label).expect("the label is drawn");
        let tag = &svg[svg[..until].rfind("<text").expect("it is text")..until];
        let y = tag
            .split(" y=\"")
            .nth(1)
            .and_then(|it| it.split('"').next())
            .expect("it has a place");
        y.parse::<f64>().expect("a number")
    };
    let mut ys: Vec<f64> = ["$100 projected", "80 % band", "−$1", "$99 actual"]
        .into_iter()
        .map(y_of)
        .collect();
    ys.sort_by(f64::total_cmp);
    assert!(ys.windows(2).all(|it| 7.0 <= it[1] - it[0]), "{ys:?}");
}

#[test]
fn no_data_becomes_script_in_the_html() {
    let page = html(&fixture_memo::hostile());
    for code in ["<script>alert", "<img src=x", "</script><script>", "<b>fell"] {
        assert!(!page.contains(code), "{code}");
    }
    // The shipped script, its words, and the facts.
    assert_eq!(page.matches("<script").count(), 3);
    assert_eq!(page.matches("</script>").count(), 3);
    assert!(
        page.contains("&lt;script&gt;alert(1)&lt;&#x2f;script&gt;")
            || page.contains("&lt;script&gt;alert(1)&lt;/script&gt;")
    );
    assert!(page.contains("{{ x }}"), "a name stays as it is written");
}

#[test]
fn the_html_loads_nothing() {
    let page = html(&fixture_memo::memo());
    let own = page.replace("http://www.w3.org/2000/svg", "");
    for load in ["http://", "https://", "url(//", "src=\"", "@import", "<link", "<iframe"] {
        assert!(!own.contains(load), "{load}");
    }
    assert!(page.contains("default-src 'none'"));
    assert!(
        !page.contains(" style=\"") && !page.contains(" onclick="),
        "the policy forbids both"
    );
}

#[test]
fn ids_are_unique_in_the_html() {
    let page = html(&fixture_memo::memo());
    let mut seen = std::collections::BTreeSet::new();
    for id in page.split(" id=\"").skip(1).filter_map(|it| it.split('"').next()) {
        assert!(seen.insert(id.to_owned()), "{id} twice");
    }
}

#[test]
fn the_same_memo_gives_the_same_bytes() {
    assert_eq!(html(&fixture_memo::memo()), html(&fixture_memo::memo()));
    assert_eq!(
        project(&fixture_memo::memo()).files,
        project(&fixture_memo::memo()).files
    );
    let once = typst::embedded(&project(&fixture_memo::memo())).expect("it compiles");
    let twice = typst::embedded(&project(&fixture_memo::memo())).expect("it compiles");
    assert_eq!(once, twice);
    assert!(once.starts_with(b"%PDF-1.7"));
}

#[test]
fn data_are_never_part_of_the_typst_source() {
    let plain = project(&fixture_memo::memo());
    let hostile = project(&fixture_memo::hostile());
    assert_eq!(plain.files["main.typ"], hostile.files["main.typ"]);
}

#[test]
fn a_hostile_memo_compiles_and_what_no_font_has_is_a_box() {
    let memo = fixture_memo::hostile();
    let missing = render::uncovered(&memo, &Fonts::default());
    assert!(missing.contains(&'中') && !missing.contains(&'ע'), "{missing:?}");
    let project = project(&memo);
    let text = String::from_utf8_lossy(&project.files["memo.json"]).into_owned();
    assert!(text.contains('□') && !text.contains('中'));
    typst::embedded(&project).expect("names are data");
}

#[test]
fn both_compilers_give_the_same_pdf() {
    let Some((path, version)) = typst::typst_on_path().filter(|it| it.1 == typst::VERSION) else {
        eprintln!(
            "SKIPPED: no typst {} on the PATH, so the two compilers were not compared",
            typst::VERSION
        );
        return;
    };
    for memo in [fixture_memo::memo(), fixture_memo::hostile()] {
        let project = project(&memo);
        let by_cli = typst::cli(&project, &path).expect("the command line compiles it");
        let by_library = typst::embedded(&project).expect("the library compiles it");
        assert!(
            by_cli == by_library,
            "typst {version} on the PATH gives other bytes than the library"
        );
        let (bytes, _) = typst::pdf(&project, Engine::Auto).expect("one of them compiles it");
        assert!(bytes == by_library);
    }
}

#[test]
fn a_block_is_overridden_in_both_media() {
    let own = BTreeMap::from([
        (
            "memo.html".to_owned(),
            "{% extends \"bellwether/memo.html\" %}{% block kpis %}<p>Ours</p>{% endblock %}".to_owned(),
        ),
        (
            "memo.typ".to_owned(),
            "((% extends \"bellwether/memo.typ\" %))((% block kpis %))#let kpis = [Ours]((% endblock %))".to_owned(),
        ),
    ]);
    let templates = Templates::new(own).expect("both are the whole");
    let page = render::html::html(&fixture_memo::memo(), "{}", &templates, &Fonts::default()).expect("it extends");
    assert!(page.contains("<p>Ours</p>") && !page.contains("class=\"kpi\"") && page.contains("t-movers"));
    let project =
        typst::project(&fixture_memo::memo(), &[], ISSUED, &templates, &Fonts::default()).expect("it extends");
    typst::embedded(&project).expect("it compiles");
}

#[test]
fn a_mistake_in_a_template_is_told_with_its_place() {
    let own = "((% extends \"bellwether/memo.typ\" %))((% block kpis %))#let kpis = nonsense((% endblock %))";
    let templates = Templates::new(BTreeMap::from([("memo.typ".to_owned(), own.to_owned())])).expect("it is the whole");
    let project = typst::project(&fixture_memo::memo(), &[], ISSUED, &templates, &Fonts::default())
        .expect("blocks are put together");
    let wrong = typst::embedded(&project).expect_err("there is no such variable");
    assert!(
        wrong.0[0].message.contains("unknown variable: nonsense"),
        "{}",
        wrong.0[0].message
    );
    assert!(
        wrong.0[0].message.contains("`memo.typ`, line 1: "),
        "{}",
        wrong.0[0].message
    );
}

#[test]
fn every_block_that_is_ejected_gives_the_same_page() {
    let page = |templates: &Templates| {
        render::html::html(&fixture_memo::memo(), "{}", templates, &Fonts::default()).expect("it renders")
    };
    let whole = page(&Templates::default());
    let mut all = BTreeMap::new();
    for block in Language::Html.blocks() {
        let one = BTreeMap::from([(format!("{}.html", block.name), block.text.to_owned())]);
        assert!(
            page(&Templates::new(one.clone()).expect("a block")) == whole,
            "{}",
            block.name
        );
        all.extend(one);
    }
    assert!(page(&Templates::new(all).expect("all blocks")) == whole, "all at once");
}

#[test]
fn a_mistake_in_the_file_of_a_block_is_told_with_its_own_line() {
    let own =
        |name: &str, text: &str| Templates::new(BTreeMap::from([(name.to_owned(), text.to_owned())])).expect("a block");
    let paper = own("kpis.typ", "// Ours.\n#let kpis = nonsense\n");
    let project =
        typst::project(&fixture_memo::memo(), &[], ISSUED, &paper, &Fonts::default()).expect("blocks are put together");
    let wrong = typst::embedded(&project).expect_err("there is no such variable");
    assert!(
        wrong.0[0]
            .message
            .contains("`kpis.typ`, line 2: unknown variable: nonsense"),
        "{}",
        wrong.0[0].message
    );
    let screen = own("kpis.html", "<p>\n{{ memo.kpi[0].label }}");
    let wrong = render::html::html(&fixture_memo::memo(), "{}", &screen, &Fonts::default())
        .expect_err("there is no such value");
    let message = &wrong.0[0].message;
    assert!(
        message.contains("`kpis.html`, line 2") && message.contains("memo.kpi"),
        "{message}"
    );
}
