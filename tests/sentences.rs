//! Holds the memo's sentences together: what the source says is there in every complete language, with all that it is given.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;

/// A message as its file has it: the arguments that it prints, those that it chooses by, and the messages that it names.
#[derive(Default)]
struct Message {
    printed: BTreeSet<String>,
    chosen_by: BTreeSet<String>,
    named: BTreeSet<String>,
}

/// A call of `say!`: where it stands, and the names of its arguments.
struct Call {
    place: String,
    id: String,
    given: BTreeSet<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder of the repository") {
        let path = entry.expect("it is readable").path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// The name that a text begins with.
fn name(text: &str) -> &str {
    &text[..text.find(|c| !is_name(c)).unwrap_or(text.len())]
}

/// Reads the messages of a language; a message begins at a line's beginning.
fn messages(language: &str) -> BTreeMap<String, Message> {
    let mut found: BTreeMap<String, Message> = BTreeMap::new();
    for path in files(&root().join("templates/words").join(language), "ftl") {
        let text = std::fs::read_to_string(&path).expect("a file of sentences is text");
        let mut id = String::new();
        for line in text.lines().filter(|it| !it.starts_with('#')) {
            if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
                id = name(line).to_owned();
                assert!(!found.contains_key(&id), "{}: `{id}` stands twice", path.display());
                found.insert(id.clone(), Message::default());
            }
            let Some(message) = found.get_mut(&id) else { continue };
            for (place, _) in line.match_indices('$') {
                let variable = name(&line[place + 1..]).to_owned();
                let after = line[place + 1 + variable.len()..].trim_start();
                let kind = if after.starts_with("->") {
                    &mut message.chosen_by
                } else {
                    &mut message.printed
                };
                kind.insert(variable);
            }
            for (place, _) in line.match_indices('{') {
                let inside = line[place + 1..].trim_start();
                if inside.starts_with(|c: char| c.is_ascii_lowercase()) {
                    message.named.insert(name(inside).to_owned());
                }
            }
        }
    }
    found
}

/// All that a message uses, with the messages that it names.
fn uses(all: &BTreeMap<String, Message>, id: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let message = all.get(id).unwrap_or_else(|| panic!("there is no message `{id}`"));
    let (mut printed, mut chosen_by) = (message.printed.clone(), message.chosen_by.clone());
    for named in &message.named {
        let (more, by) = uses(all, named);
        printed.extend(more);
        chosen_by.extend(by);
    }
    (printed, chosen_by)
}

/// Splits what stands between the parentheses of a call at its own commas.
fn arguments(text: &str) -> Vec<String> {
    let (mut depth, mut in_text, mut escaped) = (0, false, false);
    let mut parts = vec![String::new()];
    for c in text.chars() {
        let is_quote = c == '"' && !escaped;
        escaped = in_text && c == '\\' && !escaped;
        match c {
            _ if is_quote => in_text = !in_text,
            _ if in_text => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().expect("there is one").push(c);
    }
    parts
        .into_iter()
        .map(|it| it.trim().to_owned())
        .filter(|it| !it.is_empty())
        .collect()
}

/// Finds every call of `say!` in the source.
fn calls() -> Vec<Call> {
    let mut found = Vec::new();
    for path in files(&root().join("src"), "rs") {
        let text = std::fs::read_to_string(&path).expect("source is text");
        let code: String = text
            .lines()
            .filter(|it| !it.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n");
        for (place, opening) in code.match_indices("say!(") {
            let parts = arguments(&code[place + opening.len()..]);
            let id = parts[1].trim_matches('"').to_owned();
            let given = parts[2..]
                .iter()
                .map(|it| it.split('=').next().unwrap_or("").trim().to_owned());
            found.push(Call {
                place: path.display().to_string(),
                id,
                given: given.collect(),
            });
        }
    }
    assert!(found.len() > 400, "the calls of `say!` are found: {}", found.len());
    found
}

/// Messages that the program reads by name, and not by `say!`.
const READ_BY_NAME: [&str; 2] = ["count-words", "count-words-feminine"];

#[test]
fn every_sentence_is_there_in_every_complete_language() {
    let languages: Vec<(&str, BTreeMap<String, Message>)> =
        bellwether::words::complete().map(|it| (it, messages(it))).collect();
    for call in calls() {
        let mut used = BTreeSet::new();
        for (language, all) in &languages {
            assert!(
                all.contains_key(&call.id),
                "{language}: `{}` of {} is missing",
                call.id,
                call.place
            );
            let (printed, chosen_by) = uses(all, &call.id);
            for argument in printed.iter().chain(&chosen_by) {
                let place = &call.place;
                assert!(
                    call.given.contains(argument),
                    "{language}: `{}` asks for `${argument}`, and {place} does not give it",
                    call.id
                );
            }
            used.extend(printed.into_iter().chain(chosen_by));
        }
        let idle: Vec<&String> = call.given.difference(&used).collect();
        assert!(
            idle.is_empty(),
            "`{}` of {} is given {idle:?}, and no language uses it",
            call.id,
            call.place
        );
    }
}

#[test]
fn languages_print_the_same_arguments() {
    let english = messages("en");
    let said: BTreeSet<String> = calls().into_iter().map(|it| it.id).collect();
    for language in bellwether::words::complete() {
        let own = messages(language);
        for id in &said {
            let ([a, b], [c, d]) = {
                let ((a, b), (c, d)) = (uses(&english, id), uses(&own, id));
                ([a, b], [c, d])
            };
            // What a language only chooses by, another may not need: English has no gender, Portuguese no “is” and “are”.
            let lost: Vec<&String> = a.iter().filter(|it| !c.contains(*it) && !d.contains(*it)).collect();
            assert!(lost.is_empty(), "{language}: `{id}` says nothing of {lost:?}");
            let made: Vec<&String> = c.iter().filter(|it| !a.contains(*it) && !b.contains(*it)).collect();
            assert!(
                made.is_empty(),
                "{language}: `{id}` prints {made:?}, which English does not"
            );
        }
    }
}

#[test]
fn no_sentence_is_left_over() {
    let said: BTreeSet<String> = calls().into_iter().map(|it| it.id).collect();
    for language in bellwether::words::complete() {
        let all = messages(language);
        let named: BTreeSet<&String> = all.values().flat_map(|it| &it.named).collect();
        let is_used = |id: &String| said.contains(id) || named.contains(id) || READ_BY_NAME.contains(&id.as_str());
        let idle: Vec<&String> = all.keys().filter(|it| !is_used(it)).collect();
        assert!(idle.is_empty(), "{language}: nothing says {idle:?}");
    }
}

#[test]
fn every_message_can_be_said_whatever_it_is_given() {
    // A selector whose default is missing, or a piece that is spelt wrong, shows only when it is said.
    for language in bellwether::words::complete() {
        let all = messages(language);
        for message in all.values() {
            for named in &message.named {
                assert!(all.contains_key(named), "{language}: `{named}` is named, and not there");
            }
        }
    }
}
