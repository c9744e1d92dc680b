//! A page of marks that no mover has: heat maps, a triangle and a full one, a funnel; a map, a tree and a flow of groups.
//!
//! Every chart of the memo's grammar is on some page of the fixture, so that none goes unlooked at.

use super::chart;
use bellwether::model::memo::Block;
use bellwether::model::memo::Chart;
use bellwether::model::memo::DendrogramJoin;
use bellwether::model::memo::DendrogramLeaf;
use bellwether::model::memo::Drawing;
use bellwether::model::memo::FlowLink;
use bellwether::model::memo::FlowNode;
use bellwether::model::memo::FunnelStage;
use bellwether::model::memo::HeatCell;
use bellwether::model::memo::HeatRow;
use bellwether::model::memo::MapGroup;
use bellwether::model::memo::MapPoint;
use bellwether::model::memo::Page;
use bellwether::model::memo::Tick;
use bellwether::model::unit::Unit;

/// Share of a cohort still buying, in %, by months since the first purchase.
const KEPT: [f64; 8] = [100.0, 62.0, 48.0, 41.0, 37.0, 34.0, 32.0, 31.0];

pub(super) fn marks_page() -> Page {
    let figure = |title: &str, subtitle: &str, chart: Chart| Block::Figure {
        title: title.into(),
        subtitle: subtitle.into(),
        chart,
        note: None,
    };
    Page {
        id: "marks".into(),
        title: "Cohorts, hours and a funnel".into(),
        blocks: vec![
            figure(
                "Later cohorts leave sooner",
                "Customers by month of first purchase, % still buying.",
                cohorts(),
            ),
            figure("Saturdays begin early", "Visits by hour and weekday.", hours()),
            figure(
                "Fewer put what they see into the basket",
                "Visitors by stage; % that went on from the stage above.",
                funnel(),
            ),
            figure(
                "Three groups, one of them apart",
                "Customers by what they buy; near is alike.",
                map(),
            ),
            figure(
                "The readers joined last",
                "Customers by group, joined by likeness.",
                dendrogram(),
            ),
            figure(
                "A fifth of the loyal are at risk",
                "Customers by group, September and October.",
                flow(),
            ),
        ],
        ..Page::default()
    }
}

fn cell(value: f64) -> HeatCell {
    HeatCell {
        value,
        text: format!("{value:.0}"),
    }
}

fn cohorts() -> Chart {
    let months = [
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
    ];
    let row = |(idx, month): (usize, &&str)| HeatRow {
        label: (*month).into(),
        // A cohort that began later has been seen for fewer months.
        cells: (KEPT.iter().take(KEPT.len() - idx))
            .map(|kept| Some(cell(kept - if *kept < 100.0 { 1.5 * idx as f64 } else { 0.0 })))
            .collect(),
    };
    let drawing = Drawing::HeatMap {
        head: "Months since first purchase".into(),
        columns: (0..KEPT.len()).map(|it| it.to_string()).collect(),
        rows: months.iter().enumerate().map(row).collect(),
        unit: Unit::default(),
        range: [20.0, 100.0],
        range_labels: ["20\u{202f}%".into(), "100\u{202f}%".into()],
    };
    let words = "Eight cohorts, March to October: after a month 62\u{202f}% of March's and 53\u{202f}% of September's still buy.";
    chart("cohorts", "Retention by cohort", words, [493.0, 0.0], drawing)
}

fn hours() -> Chart {
    let days = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    let visits = |day: usize, hour: usize| {
        let from_peak = hour as f64 - if day == 5 { 11.0 } else { 17.0 };
        1200.0 / (1.0 + from_peak * from_peak / 9.0)
    };
    let drawing = Drawing::HeatMap {
        head: "Hour of the day".into(),
        columns: (0..24).map(|it| it.to_string()).collect(),
        rows: (days.iter().enumerate())
            .map(|(day, name)| HeatRow {
                label: (*name).into(),
                cells: (0..24)
                    // The shop is shut on Sunday mornings.
                    .map(|hour| (day < 6 || 11 < hour).then(|| cell(visits(day, hour))))
                    .collect(),
            })
            .collect(),
        unit: Unit::count("visit"),
        range: [0.0, 1200.0],
        range_labels: ["no visits".into(), "1,200".into()],
    };
    let words = "Visits peak at 17 h on weekdays and at 11 h on Saturdays; none on Sunday mornings.";
    chart("hours", "Visits by hour and weekday", words, [493.0, 0.0], drawing)
}

fn funnel() -> Chart {
    let stages = [
        ("Visited", [81_200.0, 84_310.0], ["81,200", "84,310"], ["", ""]),
        (
            "Saw a product",
            [52_300.0, 48_900.0],
            ["52,300", "48,900"],
            ["64.4\u{202f}%", "58.0\u{202f}%"],
        ),
        (
            "Put it in the basket",
            [18_100.0, 12_400.0],
            ["18,100", "12,400"],
            ["34.6\u{202f}%", "25.4\u{202f}%"],
        ),
        (
            "Bought",
            [9_100.0, 6_300.0],
            ["9,100", "6,300"],
            ["50.3\u{202f}%", "50.8\u{202f}%"],
        ),
    ];
    let drawing = Drawing::Funnel {
        stages: stages
            .map(|(label, counts, count_labels, step_labels)| FunnelStage {
                label: label.into(),
                counts,
                count_labels: count_labels.map(String::from),
                step_labels: step_labels.map(String::from),
            })
            .into(),
        before: "September".into(),
        now: "October".into(),
    };
    let words = "Of 84,310 visitors in October 6,300 bought; a quarter of those who saw a product put it in the basket, after a third in September.";
    chart(
        "funnel",
        "From visit to purchase, September and October",
        words,
        [493.0, 0.0],
        drawing,
    )
}

/// Groups of customers, how many each has, and where it lies on the map.
const GROUPS: [(&str, usize, [f64; 2]); 3] = [
    ("Weekly, small baskets", 140, [0.0, 0.0]),
    ("Once a month, large baskets", 80, [2.5, 1.0]),
    ("Readers", 40, [6.0, -0.5]),
];

fn map() -> Chart {
    // A sunflower's seeds: even, without a random number.
    let seed = |centre: [f64; 2], i: usize, n: usize| {
        let (angle, reach) = (2.399_963 * i as f64, 1.3 * (i as f64 / n as f64).sqrt());
        [centre[0] + reach * angle.cos(), centre[1] + reach * angle.sin()]
    };
    let points = GROUPS.iter().enumerate().flat_map(|(group, (_, n, centre))| {
        (0..*n).map(move |i| MapPoint {
            at: seed(*centre, i, *n),
            group,
        })
    });
    let drawing = Drawing::Map {
        groups: GROUPS
            .iter()
            .map(|(label, n, _)| MapGroup {
                label: (*label).into(),
                count: n.to_string(),
                is_rest: false,
            })
            .collect(),
        points: points.collect(),
        across_note: "across: 41\u{202f}% of variance".into(),
        up_note: "up: 18\u{202f}% of variance".into(),
    };
    let words = "Two groups touch; the third, the readers, lies apart from both.";
    chart("map", "Customers on a map", words, [493.0, 0.0], drawing)
}

fn dendrogram() -> Chart {
    let leaves = [("61", 0), ("49", 0), ("30", 0), ("52", 1), ("28", 1), ("40", 2)];
    let joins = [
        ([0, 1], 2.1),
        ([6, 2], 3.0),
        ([3, 4], 3.4),
        ([7, 8], 7.5),
        ([9, 5], 11.2),
    ];
    let drawing = Drawing::Dendrogram {
        leaves: leaves
            .map(|(label, cluster)| DendrogramLeaf {
                tip: format!("{label} in {}", GROUPS[cluster].0),
                label: label.into(),
                cluster,
            })
            .into(),
        joins: joins.map(|(parts, height)| DendrogramJoin { parts, height }).into(),
        clusters: GROUPS.iter().map(|(label, ..)| (*label).into()).collect(),
        cut: 5.0,
        cut_label: "cut at 5.0: three groups".into(),
        head: "Distance at which groups are joined".into(),
        ticks: [0.0, 5.0, 10.0]
            .map(|at| Tick {
                at,
                label: format!("{at:.0}"),
            })
            .into(),
    };
    let words = "Three groups under the cut; the readers join the others last, at 11.2.";
    chart(
        "dendrogram",
        "Customers joined by likeness",
        words,
        [493.0, 0.0],
        drawing,
    )
}

fn flow() -> Chart {
    let node = |(label, value): (&str, f64)| FlowNode {
        label: label.into(),
        value,
        text: value.to_string(),
        is_outside: ["Joined", "Left"].contains(&label),
    };
    let link = |(from, to, value): (usize, usize, f64)| FlowLink {
        from,
        to,
        value,
        text: value.to_string(),
        label: if from == to || value < 50.0 {
            String::new()
        } else {
            value.to_string()
        },
    };
    let drawing = Drawing::Flow {
        heads: ["September".into(), "October".into()],
        from: [
            ("Champions", 320.0),
            ("Loyal", 500.0),
            ("At risk", 240.0),
            ("Joined", 90.0),
        ]
        .map(node)
        .into(),
        to: [
            ("Champions", 330.0),
            ("Loyal", 420.0),
            ("At risk", 265.0),
            ("Left", 135.0),
        ]
        .map(node)
        .into(),
        links: [
            (0, 0, 280.0),
            (0, 1, 30.0),
            (0, 2, 10.0),
            (1, 0, 45.0),
            (1, 1, 330.0),
            (1, 2, 105.0),
            (1, 3, 20.0),
            (2, 1, 20.0),
            (2, 2, 105.0),
            (2, 3, 115.0),
            (3, 0, 5.0),
            (3, 1, 40.0),
            (3, 2, 45.0),
        ]
        .map(link)
        .into(),
    };
    let words = "Of 500 loyal customers in September 330 still are; 105 are at risk. Of 240 at risk 115 left.";
    chart(
        "flow",
        "Who went where, September to October",
        words,
        [493.0, 0.0],
        drawing,
    )
}
