//! The words of an HTML memo, without its marks: what a reader, or a test, compares.
//!
//! It reads what this program writes: tags are closed, and five characters are escaped. It is no reader of other HTML.

/// Elements whose content nobody reads.
const UNREAD: [&str; 2] = ["script", "style"];
/// Elements that do not begin a line.
const INLINE: [&str; 12] = [
    "b", "span", "sup", "a", "code", "button", "i", "em", "strong", "bdi", "tspan", "wbr",
];

/// Returns the words of a page, one line a block.
pub fn words_of(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        let tag = &rest[at..];
        let end = tag.find('>').map_or(tag.len(), |it| it + 1);
        let name: String = tag[1..end]
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        rest = &tag[end..];
        if UNREAD.contains(&name.as_str()) && !tag.starts_with("</") {
            let close = format!("</{name}");
            rest = rest.find(&close).map_or("", |it| &rest[it..]);
        }
        if !INLINE.contains(&name.as_str()) {
            text.push('\n');
        }
    }
    text.push_str(rest);
    let text = unescaped(&text);
    let lines = text
        .lines()
        .map(|it| it.split_whitespace().collect::<Vec<&str>>().join(" "));
    lines.filter(|it| !it.is_empty()).map(|it| it + "\n").collect()
}

fn unescaped(text: &str) -> String {
    let escapes = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#x2f;", "/"),
        ("&#39;", "'"),
    ];
    // The sign itself comes last, or it would make others.
    let plain = escapes
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    plain.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_line_by_line_and_nothing_else() {
        let html = "<h1>Shift</h1><style>p{color:red}</style><p><b>Rose</b> 3&nbsp;% &amp; more<sup>1</sup></p><script>x < 1</script>";
        assert_eq!(words_of(html), "Shift\nRose 3&nbsp;% & more1\n");
    }
}
