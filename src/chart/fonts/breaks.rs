//! Where a line of a label may break.
//!
//! It must not know how wide anything is.

use crate::model::script::script;

/// Parts a text where a line may break: each part, and what stands before it on the same line.
///
/// Only the ordinary space may break: U+00A0 and U+202F bind a figure to its unit. Chinese and Japanese have no spaces:
/// there a line may end beside any letter, but not before a sign that closes nor behind one that opens.
pub(super) fn words(text: &str) -> Vec<(&'static str, &str)> {
    const CLOSE: &str = "、。，．：；！？）］｝」』】〉》〕ー…’”ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;!?)]}%";
    const OPEN: &str = "（［｛「『【〈《〔‘“([{";
    let is_dense = |it: char| matches!(script(it), "Chinese" | "Japanese" | "Chinese and Japanese signs");
    let mut parts = Vec::new();
    for (idx, word) in text.split(' ').enumerate() {
        let mut between = if idx == 0 { "" } else { " " };
        let mut from = 0;
        for ((_, before), (at, next)) in word.char_indices().zip(word.char_indices().skip(1)) {
            if (is_dense(before) || is_dense(next)) && !CLOSE.contains(next) && !OPEN.contains(before) {
                parts.push((between, &word[from..at]));
                (between, from) = ("", at);
            }
        }
        parts.push((between, &word[from..]));
    }
    parts
}
