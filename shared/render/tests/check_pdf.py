"""Reads PDF back with a library that had no part in writing it, and says what a reader would miss.

    pip install pikepdf
    cargo run -p sitrep-render --example sample -- DIRECTORY
    python shared/render/tests/check_pdf.py DIRECTORY/sample.pdf DIRECTORY/sample.pdfa.pdf

Of every file: that its syntax is clean (what `qpdf --check` looks at) and that nothing in it acts. Of archival PDF, which is
known by its name, also the marks of PDF/A-2b and PDF/UA-1, the structure tree (nesting, headings, tables, figures, links),
that every piece of marked content is an artifact or has exactly one place in the tree, and fonts.
Prints one line per file and one per fault; the exit code is 1 when there is a fault.
"""

import sys
from collections import Counter

import pikepdf

PARENTS = {
    "LI": {"L"}, "Lbl": {"LI"}, "LBody": {"LI"}, "THead": {"Table"}, "TBody": {"Table"}, "TFoot": {"Table"},
    "TR": {"THead", "TBody", "TFoot"}, "TH": {"TR"}, "TD": {"TR"}, "TOCI": {"TOC"}, "Reference": {"TOCI"},
    "Link": {"Reference"}, "Caption": {"Table", "Figure"},
}
CHILDREN = {"L": {"LI"}, "Table": {"Caption", "THead", "TBody", "TFoot"}, "TR": {"TH", "TD"}, "TOC": {"TOCI"}}
ACTIONS = {"/JS", "/JavaScript", "/OpenAction", "/Launch", "/AA", "/A", "/URI", "/EmbeddedFiles", "/AcroForm"}


class Checker:
    """Collects the faults of one file."""

    def __init__(self, path):
        self.pdf = pikepdf.open(path)
        self.faults = []
        self.tags = Counter()
        self.placed = Counter()
        self.level = 0

    def need(self, holds, fault):
        """Notes the fault unless it holds."""
        if not holds:
            self.faults.append(fault)

    def check(self, archival):
        """Every check, in turn."""
        self.faults += [f"syntax: {problem}" for problem in self.pdf.check_pdf_syntax()]
        if not archival:
            self.acts(ACTIONS - {"/A"})
            return self.faults
        self.catalog()
        self.metadata()
        self.walk(self.pdf.Root.StructTreeRoot.K, None)
        self.outline()
        self.pages()
        self.fonts()
        self.acts(ACTIONS)
        return self.faults

    def catalog(self):
        root = self.pdf.Root
        self.need(bool(root.MarkInfo.Marked), "MarkInfo does not say Marked")
        self.need(str(root.get("/Lang", "")), "no language")
        self.need(bool(root.ViewerPreferences.DisplayDocTitle), "the title is not shown")
        intents = root.OutputIntents
        self.need(len(intents) == 1 and intents[0].S == "/GTS_PDFA1", "no output intent")
        self.need(intents[0].DestOutputProfile.N == 3, "the output profile is not RGB")
        self.need("/ID" in self.pdf.trailer and "/Encrypt" not in self.pdf.trailer, "trailer")

    def metadata(self):
        raw = self.pdf.Root.Metadata
        self.need("/Filter" not in raw, "the metadata are compressed")
        with self.pdf.open_metadata() as xmp:
            for key, value in [("pdfaid:part", "2"), ("pdfaid:conformance", "B"), ("pdfuaid:part", "1")]:
                self.need(xmp.get(key) == value, f"{key} is {xmp.get(key)}, not {value}")
            title = str(self.pdf.docinfo.get("/Title", ""))
            self.need(title and xmp.get("dc:title") == title, "the titles differ")
            self.need(xmp.get("xmp:CreateDate"), "no date")

    def walk(self, element, parent):
        """One element of the structure tree, and all below it."""
        if isinstance(element, pikepdf.Array):
            for kid in element:
                self.walk(kid, parent)
        elif not isinstance(element, pikepdf.Dictionary):
            self.content(parent, parent.get("/Pg"), int(element))
        elif element.get("/Type") == "/MCR":
            self.content(parent, element.Pg, int(element.MCID))
        elif element.get("/Type") == "/OBJR":
            self.need(element.Obj.get("/Contents"), "an annotation without words")
        else:
            self.element(element, parent)

    def content(self, parent, page, number):
        self.placed[(page.objgen, number)] += 1

    def element(self, element, parent):
        tag = str(element.S)[1:]
        above = str(parent.S)[1:] if parent is not None and "/S" in parent else ""
        self.tags[tag] += 1
        self.need(above in PARENTS.get(tag, {above}), f"{tag} in {above}")
        self.need(tag in CHILDREN.get(above, {tag}), f"{above} holds {tag}")
        if tag == "Figure":
            self.need(str(element.get("/Alt", "")).strip(), "a figure without alternative text")
            self.need(self.attribute(element, "/BBox") is not None, "a figure without its area")
        if tag == "TH":
            self.need(self.attribute(element, "/Scope") == "/Column", "a title of a column without scope")
        if tag[0] == "H" and tag[1:].isdigit():
            level = int(tag[1:])
            self.need(level <= self.level + 1, f"H{level} after H{self.level}")
            self.level = level
        if tag == "Table":
            widths = {self.width(row) for row in self.rows(element)}
            self.need(len(widths) == 1, f"rows of {widths} cells")
        if "/K" in element:
            self.walk(element.K, element)
        else:
            self.need(tag in {"TD", "TH"}, f"an empty {tag}")

    @staticmethod
    def attribute(element, key):
        owners = element.get("/A", [])
        return next((owner[key] for owner in owners if key in owner), None)

    @staticmethod
    def rows(table):
        return [row for part in table.K if part.S in ("/THead", "/TBody", "/TFoot") for row in part.K]

    def width(self, row):
        return sum(int(self.attribute(cell, "/ColSpan") or 1) for cell in row.K)

    def outline(self):
        """Every heading has its entry, and there are no others."""
        count = lambda items: sum(1 + count(item.children) for item in items)
        headings = sum(number for tag, number in self.tags.items() if tag[0] == "H" and tag[1:].isdigit())
        with self.pdf.open_outline() as outline:
            entries = count(outline.root)
        self.need(entries == headings, f"{entries} entries of the outline, {headings} headings")

    def pages(self):
        """Every piece of content is an artifact or stands in the tree once."""
        marked = Counter()
        for page in self.pdf.pages:
            self.need(page.get("/Tabs") == "/S" or "/Annots" not in page, "tabs do not follow the structure")
            depth = []
            for operands, operator in pikepdf.parse_content_stream(page):
                operator = str(operator)
                if operator in ("BDC", "BMC"):
                    self.begin(page, operands, depth, marked)
                elif operator == "EMC":
                    depth.pop()
                elif operator in ("Tj", "TJ", "f", "f*", "S", "B", "Do"):
                    self.need(any(depth), f"{operator} outside all marks")
            self.need(not depth, "a mark is not closed")
        self.need(marked == self.placed, f"{len(marked)} marks, {len(self.placed)} places in the tree")
        self.need(set(marked.values()) <= {1}, "a mark has two places")

    def begin(self, page, operands, depth, marked):
        properties = operands[1] if len(operands) > 1 else {}
        if isinstance(properties, pikepdf.Name):
            properties = page.Resources.Properties[properties]
        if "/MCID" in properties:
            self.need(not any(depth), "marked content within marked content")
            marked[(page.objgen, int(properties["/MCID"]))] += 1
        depth.append(operands[0] == "/Artifact" or "/MCID" in properties)

    def fonts(self):
        for page in self.pdf.pages:
            for font in page.Resources.get("/Font", {}).values():
                self.need("/ToUnicode" in font, "a font without its texts")
                self.need("/FontFile2" in font.DescendantFonts[0].FontDescriptor, "a font that is not embedded")

    def acts(self, actions):
        for thing in self.pdf.objects:
            keys = set(thing.keys()) if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)) else set()
            if "/S" in keys and ("/P" in keys and "/K" in keys or thing.get("/Type") == "/StructElem"):
                keys -= {"/A"}
            self.need(not keys & actions, f"{keys & actions}")


def main():
    """Checks the files that are named."""
    failed = False
    for path in sys.argv[1:]:
        checker = Checker(path)
        faults = checker.check(path.endswith(".pdfa.pdf"))
        tags = ", ".join(f"{count} {tag}" for tag, count in sorted(checker.tags.items()))
        print(f"{path}: {len(checker.pdf.pages)} pages, {'FAULTY' if faults else 'sound'}: {tags}")
        for fault, count in Counter(faults).items():
            print(f"  {fault} ({count}x)")
        failed |= bool(faults)
    return failed


if __name__ == "__main__":
    sys.exit(main())
