//! The README and the docs of analyses hold: lists are generated, specs parse, first steps work.

use crate::run::Workshop;
use crate::run::failed;
use crate::run::root;
use crate::run::run;

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).expect("a README")
}

/// What stands before the end of a fenced block.
fn block(text: &str) -> &str {
    text.split("```").next().expect("a split has a first part")
}

#[test]
fn the_list_of_analyses_is_generated() {
    let (open, close) = (
        "<!-- analyses: generated from the registry; `cargo test` holds it -->\n",
        "<!-- /analyses -->",
    );
    let text = readme();
    let from = text.find(open).expect("the list's start") + open.len();
    let until = text.find(close).expect("the list's end");
    let generated = bellwether::cli::analyses_as_markdown();
    if std::env::var_os("BELLWETHER_BLESS").is_some() {
        let blessed = format!("{}{generated}{}", &text[..from], &text[until..]);
        std::fs::write(root().join("README.md"), blessed).expect("written");
        return;
    }
    assert_eq!(&text[from..until], generated, "run the tests with BELLWETHER_BLESS=1");
}

#[test]
fn the_first_spec_of_the_readme_makes_a_memo() {
    let workshop = Workshop::new();
    let text = readme();
    let first = block(text.split("```yaml\n").nth(1).expect("a first spec"));
    let spec = workshop.write("first.yaml", first.replace("data/grocery", "data"));
    for file in ["transactions.parquet", "households.parquet"] {
        let bytes = std::fs::read(root().join("specs/data/grocery").join(file)).expect("shipped data");
        workshop.write(&format!("data/{file}"), bytes);
    }
    let out = workshop.path("out");
    let output = run(&["run", &spec, "--typst", "embedded", "--out", &out.to_string_lossy()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(out.join("first/2017-W52/memo.pdf").exists());
}

#[test]
fn every_spec_of_the_readme_passes_its_check() {
    let text = readme();
    let specs: Vec<&str> = text.split("```yaml\n").skip(1).map(block).collect();
    assert!(specs.len() >= 2, "the README shows specs");
    for spec in specs {
        let workshop = Workshop::new();
        let data = format!("files: {}/specs/data/", root().display());
        let path = workshop.write("shown.yaml", spec.replace("files: data/", &data));
        let (code, said) = failed(&["check", &path, "--data-root", &root().to_string_lossy()]);
        assert_eq!(code, 0, "{said}");
        // A rule or a band that does nothing would be a poor example.
        let warnings: Vec<&str> = said.lines().filter(|it| it.starts_with("warning")).collect();
        assert!(warnings.is_empty(), "{said}");
    }
}

/// Analyses of the customer table, which another shipped spec declares.
const OF_CUSTOMERS: [&str; 7] = [
    "roster",
    "clusters",
    "profile",
    "stability",
    "migration",
    "hypotheses",
    "relations",
];

#[test]
fn every_analysis_shows_a_spec_that_passes_its_own_check() {
    for analysis in bellwether::analysis::REGISTRY {
        let file = root().join(format!("src/analysis/{}.rs", analysis.name()));
        let text = std::fs::read_to_string(&file).expect("an analysis has a file of its name");
        let shown: String = text
            .lines()
            .skip_while(|line| !line.contains("# In a spec"))
            .filter_map(|line| line.strip_prefix("//! "))
            .skip_while(|line| *line != "```yaml")
            .skip(1)
            .take_while(|line| *line != "```")
            .map(|line| format!("  {line}\n"))
            .collect();
        assert!(shown.contains(analysis.name()), "{} shows no spec", file.display());
        let spec = if OF_CUSTOMERS.contains(&analysis.name()) {
            let whole = std::fs::read_to_string(root().join("specs/customers.yaml")).expect("a shipped spec");
            let (head, _) = whole.split_once("memo:\n").expect("a memo");
            let clusters = if analysis.name() == "clusters" {
                ""
            } else {
                "  - clusters: {}\n"
            };
            format!("{head}memo:\n{clusters}{shown}")
        } else {
            let whole = std::fs::read_to_string(root().join("specs/consumption.yaml")).expect("a shipped spec");
            let (head, _) = whole.split_once("memo:\n").expect("a memo");
            format!("{head}memo:\n{shown}").replace("visits", "shoppers")
        };
        let spec = spec.replace("data/", "specs/data/");
        let workshop = Workshop::new();
        let path = workshop.write(
            "shown.yaml",
            spec.replace("files: specs/", &format!("files: {}/specs/", root().display())),
        );
        let output = run(&["check", &path, "--data-root", &root().to_string_lossy()]);
        assert!(
            output.status.success(),
            "{}: {}",
            analysis.name(),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
