"""The memo's PDF before readers that are not ours: qpdf (Debian), Poppler (Debian) and pikepdf (PyPI).

What PDF/A-3a and PDF/UA-1 ask for and a program can tell: names in the metadata, the tree of tags, alternative texts,
heads of tables, bookmarks, fonts, colours, attachments. Usage: pdf.py REPORT SPEC [REPORT SPEC]…
"""

import collections
import json
import pathlib
import re
import subprocess
import sys

import pikepdf

N_CHECKS = [0, 0]
# What paints letters, lines, areas and pictures: each stands inside a mark, or is told to be no content.
PAINTS = {"Tj", "TJ", "'", '"', "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "INLINE IMAGE"}
# Roles that PDF 1.7 knows.
ROLES = set(
    "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table TR TH TD "
    "THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP Figure Formula Form".split()
)
CMYK = re.compile(r"/DeviceCMYK\b")


def check(holds, what):
    N_CHECKS[0 if holds else 1] += 1
    if not holds:
        print("FAILED:", what)


def said(*command):
    done = subprocess.run([*map(str, command)], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def words(text):
    return re.sub(r"\s+", "", text)


class Element:
    """An element of the tree of tags, with what it holds by page and mark."""

    def __init__(self, dictionary, parent, page=None):
        self.dictionary, self.parent = dictionary, parent
        self.role = str(dictionary.S)[1:]
        self.page = dictionary.get("/Pg", page)
        self.children, self.marks = [], []
        kids = dictionary.get("/K")
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if kid is None:
                continue
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                self.children.append(Element(kid, self, self.page))
            elif isinstance(kid, pikepdf.Dictionary) and "/MCID" in kid:
                self.marks.append((kid.get("/Pg", self.page).objgen, int(kid.MCID)))
            elif not isinstance(kid, pikepdf.Dictionary):
                self.marks.append((self.page.objgen, int(kid)))

    def all(self):
        yield self
        for child in self.children:
            yield from child.all()

    def pages(self):
        return {page for it in self.all() for page, _ in it.marks}

    def attribute(self, name):
        attributes = self.dictionary.get("/A", [])
        for it in attributes if isinstance(attributes, pikepdf.Array) else [attributes]:
            if isinstance(it, pikepdf.Dictionary) and name in it:
                return it[name]
        return None


def metadata(pdf, name):
    xmp = pdf.Root.Metadata.read_bytes().decode("utf-8")
    for key, value in [("pdfaid:part", "3"), ("pdfaid:conformance", "A"), ("pdfuaid:part", "1")]:
        found = re.search(rf"<{key}>([^<]*)</{key}>|{key}=\"([^\"]*)\"", xmp)
        check(found and value in found.groups(), f"{name}: {key} is {value}")
    with pdf.open_metadata() as read:
        title = read.get("dc:title", "")
    check(title and title == str(pdf.docinfo.get("/Title", "")), f"{name}: both titles are one: {title!r}")
    check("/ID" in pdf.trailer, f"{name}: the file has an identity")
    check("/Filter" not in pdf.Root.Metadata, f"{name}: metadata can be read without a PDF reader")
    root = pdf.Root
    check(bool(root.MarkInfo.get("/Marked")), f"{name}: it says that it is tagged")
    check(len(str(root.get("/Lang", ""))) >= 2, f"{name}: it has a language")
    check(bool(root.ViewerPreferences.get("/DisplayDocTitle")), f"{name}: the window shows the title")
    check(not pdf.is_encrypted, f"{name}: it is not encrypted")
    return title


def colours(pdf, name):
    intents = pdf.Root.get("/OutputIntents", [])
    check(any(str(it.S) == "/GTS_PDFA1" for it in intents), f"{name}: it says what its colours are")
    for it in intents:
        check(it.DestOutputProfile.read_bytes()[36:40] == b"acsp", f"{name}: its colour profile is one")
        check(int(it.DestOutputProfile.N) == 3, f"{name}: its colours are of a screen")


def actions(pdf, name):
    """Nothing in the file does anything, nor is packed in a way that archives refuse."""
    for it in pdf.objects:
        if not isinstance(it, (pikepdf.Dictionary, pikepdf.Stream)):
            continue
        kind = str(it.get("/S", ""))
        check(kind not in ("/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData"), f"{name}: no action {kind}")
        check("/JS" not in it and "/AA" not in it and "/OpenAction" not in it, f"{name}: no action by itself")
        if isinstance(it, pikepdf.Stream):
            check("LZW" not in str(it.get("/Filter", "")), f"{name}: no LZW")
            check("/F" not in it, f"{name}: no stream outside of the file")
            check(not it.get("/Interpolate", False), f"{name}: no picture is smoothed")
    check(not pdf.Root.get("/AcroForm"), f"{name}: no form")


def fonts(pdf, name):
    seen = 0
    for font in pdf.objects:
        if not isinstance(font, pikepdf.Dictionary) or font.get("/Type") != "/Font":
            continue
        if "/DescendantFonts" in font:
            seen += 1
            check("/ToUnicode" in font, f"{name}: {font.BaseFont} tells its letters")
            check(str(font.Encoding).startswith("/Identity"), f"{name}: {font.BaseFont} has one encoding")
            for part in font.DescendantFonts:
                of = part.FontDescriptor
                check("/FontFile2" in of or "/FontFile3" in of, f"{name}: {font.BaseFont} is in the file")
                check(re.match(r"/[A-Z]{6}\+", str(part.BaseFont)), f"{name}: {part.BaseFont} holds the letters used alone")
                if str(part.Subtype) == "/CIDFontType2":
                    check("/CIDToGIDMap" in part, f"{name}: {part.BaseFont} maps its glyphs")
        elif str(font.get("/Subtype")) == "/Type3":
            seen += 1
            check("/ToUnicode" in font, f"{name}: a font of pictures tells its letters")
        else:
            check(str(font.get("/Subtype", "")).startswith("/CIDFont"), f"{name}: {font.get('/BaseFont')} is a font of this program's kind")
    check(seen > 1, f"{name}: it has fonts")


def content(pdf, name):
    """Returns the marks of every page; all that is painted is marked, or told to be no content."""
    marks = {}
    for number, page in enumerate(pdf.pages, 1):
        open_marks, naked, found, artifacts = [], 0, [], 0
        for operands, operator in pikepdf.parse_content_stream(page):
            operator = str(operator)
            if operator in ("BDC", "BMC"):
                properties = operands[1] if operator == "BDC" else {}
                if isinstance(properties, pikepdf.Name):
                    properties = page.Resources.Properties[properties]
                open_marks.append(str(operands[0]))
                artifacts += str(operands[0]) == "/Artifact"
                if "/MCID" in properties:
                    check("/Artifact" not in open_marks, f"{name}: page {number}: content is not inside of what is none")
                    found.append(int(properties["/MCID"]))
            elif operator == "EMC":
                open_marks.pop()
            elif operator in PAINTS and not open_marks:
                naked += 1
        check(not open_marks, f"{name}: page {number}: marks are closed")
        check(naked == 0, f"{name}: page {number}: {naked} pieces are neither content nor told to be none")
        check(len(found) == len(set(found)), f"{name}: page {number}: a mark stands once")
        check(artifacts > 0, f"{name}: page {number}: its foot is told to be no content")
        check(str(page.get("/Tabs", "")) == "/S", f"{name}: page {number}: tabs follow the tags")
        check("/StructParents" in page.obj, f"{name}: page {number}: it leads to its tags")
        for it in page.get("/Annots", []):
            check(int(it.get("/F", 0)) & 4, f"{name}: page {number}: an annotation is printed")
        check(not CMYK.search(str(page.Resources)), f"{name}: page {number}: no colour of print")
        marks.update(((page.obj.objgen, it), number) for it in found)
    return marks


def tags(pdf, name, marks):
    """Returns the tree of tags, whose leaves are the pages' marks, each once."""
    root = pdf.Root.StructTreeRoot
    top = root.K if isinstance(root.K, pikepdf.Array) else [root.K]
    check(len(top) == 1 and str(top[0].S) == "/Document", f"{name}: all tags stand below one document")
    tree = Element(top[0], None)
    everything = list(tree.all())
    leaves = [it for element in everything for it in element.marks]
    check(len(leaves) == len(set(leaves)), f"{name}: no content has two tags")
    check(set(leaves) == set(marks), f"{name}: every mark has its tag, and every tag its mark ({len(set(leaves) ^ set(marks))} do not)")
    mapped = {str(key)[1:]: str(value)[1:] for key, value in root.get("/RoleMap", {}).items()}
    unknown = {it.role for it in everything if mapped.get(it.role, it.role) not in ROLES}
    check(not unknown, f"{name}: roles that PDF knows: {unknown}")
    n = collections.Counter(it.role for it in everything)
    for role in ["Figure", "Table", "H1", "H2", "P"]:
        check(n[role] > 0, f"{name}: it has {role}")
    mute = [it for it in everything if it.role == "Figure" and len(str(it.dictionary.get("/Alt", "")).strip()) < 3]
    check(not mute, f"{name}: {len(mute)} of {n['Figure']} figures have no text for who cannot see them")
    unplaced = [it for it in everything if it.role == "Figure" and it.attribute("/BBox") is None]
    check(not unplaced, f"{name}: {len(unplaced)} figures do not say where they stand")
    level = 0
    for it in everything:
        if re.fullmatch(r"H[1-6]", it.role):
            check(int(it.role[1]) <= level + 1, f"{name}: no level of headings is skipped")
            level = int(it.role[1])
    return tree


def tables(tree, name, texts, numbers):
    for number, table in enumerate((it for it in tree.all() if it.role == "Table"), 1):
        of = f"{name}: table {number}"
        heads = [it for it in table.all() if it.role == "TH"]
        check(heads, f"{of} has heads")
        scopes = {str(it.attribute("/Scope")) for it in heads}
        check(scopes <= {"/Column", "/Row", "/Both"}, f"{of}: heads say what they head: {scopes}")
        check(all(it.dictionary.get("/ID") for it in heads), f"{of}: heads have names")
        rows = [it for it in table.all() if it.role == "TR"]
        check(all(it.parent.role in ("Table", "THead", "TBody", "TFoot") for it in rows), f"{of}: rows stand in the table")
        spans = [sum(int(cell.attribute("/ColSpan") or 1) for cell in row.children) for row in rows]
        check(len(set(spans)) == 1, f"{of}: rows are of one width: {set(spans)}")
        # Heads stand on each page: as content on the first, as no content on the others.
        first = {numbers[page] for it in heads for page in it.pages()}
        pages = sorted({numbers[page] for page in table.pages()})
        check(len(first) == 1, f"{of}: heads are read once")
        pictured = [str(it.dictionary.get("/Alt", "")) for head in heads for it in head.all()]
        if len(pages) > 1 and not any(pictured):
            for page in pages[1:]:
                yield of, page, pages[0]


def bookmarks(pdf, tree, name):
    numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
    with pdf.open_outline() as outline:
        tops = list(outline.root)
    by_level = collections.Counter(it.role for it in tree.all())
    check(len(tops) == by_level["H1"], f"{name}: a bookmark a chapter: {len(tops)} of {by_level['H1']}")
    below = sum(len(it.children) for it in tops)
    check(below == by_level["H2"], f"{name}: a bookmark a section: {below} of {by_level['H2']}")
    pages = [numbers.get(it.destination[0].objgen) for it in tops]
    check(None not in pages and pages == sorted(set(pages)), f"{name}: chapters begin on pages of their own: {pages}")
    check(all(it.title.strip() for top in tops for it in [top, *top.children]), f"{name}: bookmarks have titles")


def attachments(pdf, name, report, spec):
    relations = {str(it.UF): str(it.AFRelationship) for it in pdf.Root.get("/AF", [])}
    wanted = {"facts.json": "/Data", "inputs.json": "/Data", "spec.yaml": "/Source"}
    check(relations == wanted, f"{name}: attachments and what they are to it: {relations}")
    check(set(pdf.attachments.keys()) == set(wanted), f"{name}: readers list the attachments")
    held = {key: pdf.attachments[key].get_file().read_bytes() for key in pdf.attachments.keys()}
    check(held.get("facts.json") == (report / "facts.json").read_bytes(), f"{name}: facts.json is the one beside it")
    check(held.get("spec.yaml") == spec.read_bytes(), f"{name}: spec.yaml is the spec")
    inputs = json.loads((report / "manifest.json").read_text())["inputs"]
    check(json.loads(held.get("inputs.json", b"null")) == inputs, f"{name}: inputs.json is the manifest's")
    for it in pdf.Root.get("/AF", []):
        file = it.EF.F
        check("/Subtype" in file and "/ModDate" in file.get("/Params", {}), f"{name}: {it.UF} says what it is and of when")
        check(len(str(it.get("/Desc", ""))) > 3, f"{name}: {it.UF} is described")


def checked(report, spec):
    before = list(N_CHECKS)
    path = report / "memo.pdf"
    name = report.parent.name
    code, text = said("qpdf", "--check", path)
    check(code == 0 and "No syntax or stream encoding errors" in text, f"{name}: qpdf finds no fault: {text}")
    code, text = said("pdfinfo", path)
    check(code == 0 and re.search(r"Tagged: +yes", text) and re.search(r"JavaScript: +no", text), f"{name}: Poppler reads it: {text}")
    with pikepdf.open(path) as pdf:
        texts = [words(said("pdftotext", "-f", n, "-l", n, path, "-")[1]) for n in range(1, len(pdf.pages) + 1)]
        title = metadata(pdf, name)
        check(words(title) in texts[0], f"{name}: the title stands on the first page")
        check(all(texts), f"{name}: every page has words that can be copied")
        check("\ufffd" not in "".join(texts) and "\x00" not in "".join(texts), f"{name}: every letter can be copied")
        colours(pdf, name)
        actions(pdf, name)
        fonts(pdf, name)
        marks = content(pdf, name)
        tree = tags(pdf, name, marks)
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        for of, page, first in tables(tree, name, texts, numbers):
            boxes = [said("pdftotext", "-f", n, "-l", n, "-raw", path, "-")[1].splitlines() for n in (first, page)]
            heads = boxes[1][:3]
            check(any(line and line in boxes[0] for line in heads), f"{of}: heads are printed on page {page} again: {heads}")
        bookmarks(pdf, tree, name)
        attachments(pdf, name, report, spec)
    print(f"{name}: {N_CHECKS[0] - before[0]} passed, {N_CHECKS[1] - before[1]} failed")


arguments = [pathlib.Path(it).resolve() for it in sys.argv[1:]]
for report, spec in zip(arguments[::2], arguments[1::2]):
    checked(report, spec)
print(f"{N_CHECKS[0]} passed, {N_CHECKS[1]} failed")
sys.exit(1 if N_CHECKS[1] or not N_CHECKS[0] else 0)
