//! Letters large and small, and safe names.

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

/// Returns the noun in the number that `n` asks for.
pub fn noun_of(n: usize, noun: &str, nouns: &str) -> String {
    if n == 1 { noun.to_owned() } else { nouns.to_owned() }
}

/// Joins as English prose does, for facts and diagnostics: "a", "a and b", "a, b and c".
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
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
            name = format!("{name}-{}", mark(text));
        }
        taken.push(name);
    }
    taken
}

/// Returns eight letters that tell a text from others.
pub fn mark(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..8].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_letter_is_large_or_small() {
        assert_eq!(capitalised("eight"), "Eight");
        assert_eq!(lowered("Spend"), "spend");
        assert_eq!(lowered("US spend"), "US spend");
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
