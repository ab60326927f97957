"""The steps of make.sh that pyftsubset has no option for; each is a command with the names of files."""
import sys

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._g_l_y_f import Glyph


def plain(source, target):
    """A web font as an ordinary one."""
    font = TTFont(source)
    font.flavor = None
    font.save(target)


def charset():
    """Prints the characters of the CJK face: GB 2312, JIS X 0208, level 1 of Big5, the Hangul of KS X 1001, and the
    punctuation, kana, jamo and wide forms around them."""
    full, big = range(0xA1, 0xFF), [*range(0x40, 0x7F), *range(0xA1, 0xFF)]

    def decode(codec, rows, cells):
        for row in rows:
            for cell in cells:
                try:
                    yield from bytes([row, cell]).decode(codec)
                except UnicodeDecodeError:
                    pass

    codes = {ord(c) for c in decode("gb2312", range(0xB0, 0xF8), full)}
    codes |= {ord(c) for c in decode("euc_jp", range(0xB0, 0xF5), full)}
    codes |= {ord(c) for c in decode("big5", range(0xA4, 0xC7), big) if "\u4e00" <= c <= "\u9fff"}
    codes |= {ord(c) for c in decode("euc_kr", range(0xB0, 0xC9), full)}
    for first, last in [
        (0x1100, 0x1112), (0x1161, 0x1175), (0x11A8, 0x11C2), (0x3000, 0x30FF), (0x3105, 0x312F),
        (0x3131, 0x318E), (0x31F0, 0x31FF), (0x3200, 0x33FF), (0xFF01, 0xFFEE),
    ]:
        codes |= set(range(first, last + 1))
    print("\n".join(f"U+{code:04X}" for code in sorted(codes)))


def outlines(source, target):
    """Cubic outlines (CFF) as quadratic ones (glyf), off by at most 1.5 thousandths of an em."""
    font = TTFont(source)
    order, shapes = font.getGlyphOrder(), font.getGlyphSet()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(shapes)
        shapes[name].draw(Cu2QuPen(pen, 1.5, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, glyphs
    for name in order:
        glyphs[name].recalcBounds(font["glyf"])
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyphs[name], "xMin", 0))
    profile = font["maxp"]
    profile.tableVersion, profile.maxZones = 0x00010000, 1
    for field in (
        "maxTwilightPoints maxStorage maxFunctionDefs maxInstructionDefs maxStackElements "
        "maxSizeOfInstructions maxComponentElements"
    ).split():
        setattr(profile, field, 0)
    font["post"].formatType, font["post"].extraNames, font["post"].mapping = 3.0, [], {}
    del font["CFF "]
    font.sfntVersion = "\x00\x01\x00\x00"
    font.save(target)


def blank(*names):
    """Joiners and direction marks without outline and width: they carry text in a file and must not be seen."""
    for name in names:
        font = TTFont(name, recalcTimestamp=False)
        cmap = font.getBestCmap()
        for code in (0x200C, 0x200D, 0x200E, 0x200F):
            if code in cmap:
                font["glyf"][cmap[code]], font["hmtx"][cmap[code]] = Glyph(), (0, 0)
        font.save(name)


def frame(width):
    """An empty box."""
    pen = TTGlyphPen(None)
    for inset, clockwise in [(0, True), (32, False)]:
        left, bottom, right, top = 40 + inset, -110 + inset, width - 40 - inset, 790 - inset
        corners = [(left, bottom), (left, top), (right, top), (right, bottom)]
        corners = corners if clockwise else [corners[0], *reversed(corners[1:])]
        pen.moveTo(corners[0])
        for corner in corners[1:]:
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph()


def boxes(inter, target):
    """Boxes for characters that no face has: two frames, and sixteen small digits drawn from Inter."""
    font = TTFont(inter)
    source, scale = font.getGlyphSet(), 0.40 * 1000 / font["head"].unitsPerEm
    glyphs = {".notdef": frame(680), "frame4": frame(680), "frame6": frame(920)}
    widths = {".notdef": 680, "frame4": 680, "frame6": 920}
    cmap = {0x25A1: "frame4", 0x25AD: "frame6"}
    for digit in "0123456789ABCDEF":
        name = font.getBestCmap()[ord(digit)]
        pen, recording = TTGlyphPen(None), DecomposingRecordingPen(source)
        source[name].draw(recording)
        # Centred on the origin, so that a digit stands in the middle of its place whatever its width.
        recording.replay(TransformPen(pen, (scale, 0, 0, scale, -source[name].width * scale / 2, 0)))
        glyphs["hex" + digit], widths["hex" + digit], cmap[ord(digit)] = pen.glyph(), 0, "hex" + digit
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(cmap)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({name: (width, getattr(glyphs[name], "xMin", 0)) for name, width in widths.items()})
    builder.setupHorizontalHeader(ascent=900, descent=-200)
    builder.setupNameTable({
        "copyright": "Digits: Copyright 2020 The Inter Project Authors",
        "familyName": "Sitrep Boxes",
        "styleName": "Regular",
        "uniqueFontIdentifier": "SitrepBoxes-1",
        "fullName": "Sitrep Boxes",
        "psName": "SitrepBoxes-Regular",
        "version": "Version 1.0",
        "licenseDescription": "SIL Open Font License, Version 1.1",
    })
    builder.setupOS2(sTypoAscender=900, sTypoDescender=-200, usWinAscent=900, usWinDescent=200, sCapHeight=790)
    builder.setupPost(keepGlyphNames=False)
    builder.font.recalcTimestamp = False
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.save(target)


if __name__ == "__main__":
    {step.__name__: step for step in (plain, charset, outlines, blank, boxes)}[sys.argv[1]](*sys.argv[2:])
