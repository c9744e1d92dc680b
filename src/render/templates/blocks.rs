//! The blocks of a template, as they are written: what an author begins from.

use super::Tags;

/// A block of a shipped template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Its name.
    pub name: &'static str,
    /// What stands between its tags, blocks inside of it included.
    pub text: &'static str,
}

/// Returns the blocks of a template, in the order of their beginnings, without the white space that their tags take away.
pub(super) fn of(template: &'static str, tags: &Tags) -> Vec<Block> {
    let (open, close) = tags.block;
    let mut blocks: Vec<(&'static str, &'static str)> = Vec::new();
    let mut waiting: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while let Some(tag) = template[at..].find(open).map(|it| at + it) {
        // What stands in a comment is no block, and ends none.
        if let Some(comment) = template[at..tag].find(tags.comment.0).map(|it| at + it) {
            at = template[comment..]
                .find(tags.comment.1)
                .map_or(template.len(), |it| comment + it);
            continue;
        }
        let Some(end) = template[tag..].find(close).map(|it| tag + it + close.len()) else {
            break;
        };
        let inside = &template[tag + open.len()..end - close.len()];
        let mut words = inside.trim_matches('-').split_whitespace();
        match (words.next(), words.next()) {
            (Some("block"), Some(name)) => {
                let after = &template[end..];
                let from = template.len()
                    - if inside.ends_with('-') {
                        after.trim_start()
                    } else {
                        after
                    }
                    .len();
                waiting.push((blocks.len(), from));
                blocks.push((name, ""));
            }
            (Some("endblock"), _) => {
                if let Some((idx, from)) = waiting.pop() {
                    let text = &template[from..tag];
                    blocks[idx].1 = if inside.starts_with('-') { text.trim_end() } else { text };
                }
            }
            _ => {}
        }
        at = end;
    }
    blocks.into_iter().map(|(name, text)| Block { name, text }).collect()
}
