#!/usr/bin/env python3
"""Makes the small font that tests take for a spec's own (needs fonttools).

usage: subset.py NotoSansCJKtc-Regular.otf OUT.otf

Kept: the Chinese, Japanese and Korean letters of the tests, and no Latin, so that a label needs two fonts.
"""
import sys

from fontTools import subset

LETTERS = "食品雜貨電子產服裝健康東西南北部消費轉變中ガソリン한국어、（）"
FAMILY = "Bellwether Test Han"

options = subset.Options()
options.layout_features = []
options.desubroutinize = True
options.hinting = False
options.notdef_outline = True
options.recalc_timestamp = False
# Copyright and licence (0, 13, 14) must travel with the font.
options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
options.name_languages = [0x409]
font = subset.load_font(sys.argv[1], options)
subsetter = subset.Subsetter(options)
subsetter.populate(unicodes=map(ord, LETTERS))
subsetter.subset(font)
postscript = FAMILY.replace(" ", "") + "-Regular"
for number, text in {1: FAMILY, 3: f"{FAMILY}; subset", 4: FAMILY, 6: postscript}.items():
    font["name"].removeNames(number)
    font["name"].setName(text, number, 3, 1, 0x409)
cff = font["CFF "].cff
cff.fontNames = [postscript]
cff.topDictIndex[0].FullName = FAMILY
cff.topDictIndex[0].FamilyName = FAMILY
subset.save_font(font, sys.argv[2], options)
