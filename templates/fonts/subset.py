#!/usr/bin/env python3
"""Makes the four woff2 subsets that the HTML memo embeds (needs fonttools and brotli).

usage: subset.py FONTS_DIR

Kept: Latin-1, Latin Extended-A, punctuation and spaces, the signs a memo prints. Kerning stays, small caps and the
like go.
"""
import os
import sys

from fontTools import subset

SIGNS = (
    "‐‑‒–—―‘’‚“”„†‡•…‰′″‹›⁄№™℮◊ȘșȚțẞ"
    "€£¥₩₹₽₺₴₫₱"
    "ΔΣΩσμπ∂∆∏∑−∕∙√∞∫≈≠≤≥"
    "←↑→↓↗↘▲△▼▽■✓"
    "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ₀₁₂₃₄₅₆₇₈₉"
    "\u2002\u2003\u2007\u2009\u200a\u202f"
)
WANTED = {*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, SIGNS)}
# The licence reserves the name "Source" for the originals: a subset must be called something else.
FACES = {
    "SourceSansPro-Regular": ("Bellwether Sans", "Regular"),
    "SourceSansPro-Semibold": ("Bellwether Sans", "Semibold"),
    "SourceSerifPro-Regular": ("Bellwether Serif", "Regular"),
    "SourceSerifPro-Semibold": ("Bellwether Serif", "Semibold"),
}


def rename(font, family, style):
    postscript = f"{family.replace(' ', '')}-{style}"
    names = {1: family, 2: "Regular", 3: f"{family} {style}; subset", 4: f"{family} {style}", 6: postscript}
    if style != "Regular":
        names |= {1: f"{family} {style}", 16: family, 17: style}
    table = font["name"]
    table.names = [record for record in table.names if record.nameID not in {*names, 16, 17}]
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames = [postscript]
    cff.topDictIndex[0].FullName = names[4]
    cff.topDictIndex[0].FamilyName = family
    return postscript


def main():
    folder = sys.argv[1]
    for source, (family, style) in FACES.items():
        options = subset.Options()
        options.flavor = "woff2"
        options.layout_features = ["kern", "mark", "ccmp", "locl", "liga", "tnum", "lnum"]
        options.desubroutinize = True
        options.hinting = False
        options.notdef_outline = True
        options.recalc_timestamp = False
        # Copyright and licence (0, 13, 14) must travel with the font.
        options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
        font = subset.load_font(f"{folder}/{source}.otf", options)
        missing = sorted(WANTED - set(font.getBestCmap()))
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=WANTED)
        subsetter.subset(font)
        path = f"{folder}/{rename(font, family, style)}.woff2"
        subset.save_font(font, path, options)
        print(path, os.path.getsize(path), "bytes; the original lacks", " ".join(f"U+{c:04X}" for c in missing))


if __name__ == "__main__":
    main()
