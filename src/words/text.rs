//! Words for counts and fractions, plurals, lists, and safe names.

/// Writes a count as prose does: words to twelve, figures above.
pub fn count(n: usize) -> String {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ];
    WORDS.get(n).map_or_else(|| n.to_string(), |word| (*word).to_owned())
}

/// Writes the first letter large.
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Writes the first letter small, unless the word is an abbreviation ("US spend").
pub fn lowered(text: &str) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else {
        return String::new();
    };
    if chars.clone().next().is_some_and(char::is_uppercase) {
        return text.to_owned();
    }
    first.to_lowercase().chain(chars).collect()
}

/// Returns the plural of an English noun.
pub fn plural(noun: &str) -> String {
    let vowel_before_y = |stem: &str| stem.ends_with(['a', 'e', 'i', 'o', 'u']);
    match noun.strip_suffix('y') {
        Some(stem) if !vowel_before_y(stem) => format!("{stem}ies"),
        _ if noun.ends_with(['s', 'x', 'z']) || noun.ends_with("ch") || noun.ends_with("sh") => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

/// Returns the noun in the number that `n` asks for.
pub fn noun_of(n: usize, noun: &str, nouns: &str) -> String {
    if n == 1 { noun.to_owned() } else { nouns.to_owned() }
}

/// Joins as prose does: "a", "a and b", "a, b and c".
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// Writes a share as a fraction where one is within two points, else as whole per cent: "three fifths", "61 %".
pub fn fraction(share: f64) -> String {
    const FRACTIONS: [(f64, &str); 11] = [
        (0.1, "a tenth"),
        (0.2, "a fifth"),
        (0.25, "a quarter"),
        (1.0 / 3.0, "a third"),
        (0.4, "two fifths"),
        (0.5, "half"),
        (0.6, "three fifths"),
        (2.0 / 3.0, "two thirds"),
        (0.75, "three quarters"),
        (0.8, "four fifths"),
        (0.9, "nine tenths"),
    ];
    // Two points either side: what a reader would still call by that name.
    const NEAR: f64 = 0.02;
    if share >= 0.995 {
        return "all".to_owned();
    }
    let near = FRACTIONS.iter().find(|(at, _)| (share - at).abs() <= NEAR);
    near.map_or_else(
        || format!("{:.0}{}%", share * 100.0, super::THIN),
        |(_, words)| (*words).to_owned(),
    )
}

/// Makes a name for ids, anchors and files out of any text: `a-z0-9-`, never empty.
///
/// A text that loses letters on the way gets a short hash of the whole, so that two such texts stay apart.
pub fn slug(text: &str) -> String {
    // Names longer than this are cut: file systems end at 255 bytes.
    const LONGEST: usize = 60;
    let mut slug = String::new();
    let mut lost = false;
    for c in text.chars() {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            'A'..='Z' => slug.push(c.to_ascii_lowercase()),
            '+' => slug.push_str("-plus"),
            '<' => slug.push_str("under-"),
            ' ' | '-' | '_' | '/' | ',' | '.' | '&' | '(' | ')' | '\'' | ':' => {
                if !slug.is_empty() && !slug.ends_with('-') {
                    slug.push('-');
                }
            }
            _ => lost = true,
        }
        if slug.len() > LONGEST {
            lost = true;
            break;
        }
    }
    let slug = slug.trim_matches('-').to_owned();
    if !lost && !slug.is_empty() {
        return slug;
    }
    let hash = blake3::hash(text.as_bytes()).to_hex();
    let slug: String = slug.chars().take(LONGEST).collect();
    if slug.is_empty() {
        format!("x-{}", &hash[..8])
    } else {
        format!("{slug}-{}", &hash[..8])
    }
}

/// Names several texts apart: a slug that is taken gets the hash of its text.
pub fn slugs(texts: &[String]) -> Vec<String> {
    let mut taken: Vec<String> = Vec::with_capacity(texts.len());
    for text in texts {
        let mut name = slug(text);
        if taken.contains(&name) {
            name = format!("{name}-{}", &blake3::hash(text.as_bytes()).to_hex()[..8]);
        }
        taken.push(name);
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_counts_and_joins() {
        assert_eq!(capitalised(&count(8)), "Eight");
        assert_eq!(count(25), "25");
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b and c");
        assert_eq!(plural("category"), "categories");
        assert_eq!(plural("day"), "days");
        assert_eq!(fraction(0.61), "three fifths");
        assert_eq!(fraction(0.45), "45\u{202f}%");
    }

    #[test]
    fn slugs_are_safe_and_apart() {
        assert_eq!(slug("Apps & Games"), "apps-games");
        assert_eq!(slug("<25K"), "under-25k");
        assert!(slug("../../etc").chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
        assert_ne!(slug("שלום"), slug("مرحبا"));
        let names = slugs(&["A b".into(), "a-b".into()]);
        assert_ne!(names[0], names[1]);
    }
}
