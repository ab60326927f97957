"""Makes the PDF of one document with WeasyPrint, ReportLab or Typst, and prints what that cost.

`peers.py DOCUMENT.json NAME FOLDER`: the document as the renderer has it. Every program gets the same blocks: headings,
text, four cards, a bar chart of two series, a remark and the table, on A4 with page numbers. The work of turning the
data into the program's own form counts, as it does for us; loading modules and fonts does not (one round before).
"""

import html
import json
import resource
import sys
import time

ACCENT = "#1f4e79"
TONES = {"good": "#15803d", "warning": "#b45309", "bad": "#b91c1c", "neutral": "#52606d"}
COLORS = ["#2563a8", "#d97706"]


def cell(value):
    return "" if value is None else str(value)


def bars(chart, width, height):
    """Left, bottom, width, height and series of every bar."""
    most = max(v for s in chart["series"] for v in s["values"])
    slot = width / len(chart["categories"])
    each = slot * 0.8 / len(chart["series"])
    for s, series in enumerate(chart["series"]):
        for i, value in enumerate(series["values"]):
            yield i * slot + slot * 0.1 + s * each, 0, each, value / most * height, s


# WeasyPrint

STYLE = """
@page { size: A4; margin: 20mm 15mm; @bottom-right { content: "Page " counter(page) " of " counter(pages); font-size: 7pt } }
body { font: 9pt Inter, "DejaVu Sans", sans-serif; color: #1f2933 } h1 { color: #1f4e79; font-size: 15pt }
.cards { display: flex; gap: 8pt } .card { flex: 1; border: 0.5pt solid #cbd2d9; padding: 6pt }
.card b { font-size: 14pt; display: block } .callout { border-left: 3pt solid #b45309; background: #fffbeb; padding: 6pt }
table { width: 100%; border-collapse: collapse; margin-top: 8pt } th { text-align: left; border-bottom: 1pt solid #1f2933 }
td { border-bottom: 0.3pt solid #e4e7eb; padding: 2pt 4pt } tr:nth-child(even) { background: #f5f7fa } .n { text-align: right }
"""


def to_html(document):
    out = [f"<style>{STYLE}</style><h1>{html.escape(document['meta']['title'])}</h1>"]
    for block in document["blocks"]:
        kind = block["block"]
        if kind == "heading":
            out.append(f"<h1>{html.escape(block['text'])}</h1>")
        elif kind == "text":
            out.append(f"<p>{html.escape(block['text'])}</p>")
        elif kind == "kpi_cards":
            cards = (
                f"<div class=card>{html.escape(c['title'])}<b>{cell(c['value'])}</b>"
                f"<span style='color:{TONES[c['status']]}'>{c['status']}, before: {cell(c['previous'])}</span></div>"
                for c in block["cards"]
            )
            out.append(f"<div class=cards>{''.join(cards)}</div>")
        elif kind == "chart":
            rects = "".join(
                f"<rect x='{x:.1f}' y='{130 - y - h:.1f}' width='{w:.1f}' height='{h:.1f}' fill='{COLORS[s]}'/>"
                for x, y, w, h, s in bars(block, 500, 120)
            )
            labels = "".join(
                f"<text x='{i * 500 / 12 + 6:.1f}' y='142' font-size='7'>{c}</text>" for i, c in enumerate(block["categories"])
            )
            out.append(f"<h3>{block['title']}</h3><svg width='500' height='150' viewBox='0 0 500 150'>{rects}{labels}</svg>")
        elif kind == "callout":
            out.append(f"<div class=callout><b>{html.escape(block['title'])}</b><br>{html.escape(block['text'])}</div>")
        elif kind == "table":
            head = "".join(f"<th>{html.escape(c['title'])}</th>" for c in block["columns"])
            rows = "".join(
                "<tr>" + "".join(f"<td{' class=n' if i > 3 else ''}>{html.escape(cell(v))}</td>" for i, v in enumerate(row)) + "</tr>"
                for row in block["rows"]
            )
            out.append(f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")
    return "".join(out)


def weasyprint(document):
    from weasyprint import HTML

    return HTML(string=to_html(document)).write_pdf()


# ReportLab


def reportlab(document):
    import io

    from reportlab.graphics.shapes import Drawing, Rect, String
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

    styles = getSampleStyleSheet()
    body, title = styles["BodyText"], ParagraphStyle("title", parent=styles["Heading1"], textColor=ACCENT)
    story = [Paragraph(html.escape(document["meta"]["title"]), title)]
    for block in document["blocks"]:
        kind = block["block"]
        if kind == "heading":
            story.append(Paragraph(html.escape(block["text"]), title))
        elif kind == "text":
            story.append(Paragraph(html.escape(block["text"]), body))
        elif kind == "kpi_cards":
            cards = [
                [Paragraph(html.escape(c["title"]), body), Paragraph(f"<b>{cell(c['value'])}</b>", body),
                 Paragraph(f"<font color='{TONES[c['status']]}'>{c['status']}, before: {cell(c['previous'])}</font>", body)]
                for c in block["cards"]
            ]
            story.append(Table([cards], style=[("BOX", (i, 0), (i, 0), 0.5, colors.grey) for i in range(4)]))
        elif kind == "chart":
            drawing = Drawing(500, 150)
            for x, y, w, h, s in bars(block, 500, 120):
                drawing.add(Rect(x, y + 15, w, h, fillColor=colors.HexColor(COLORS[s]), strokeColor=None))
            for i, category in enumerate(block["categories"]):
                drawing.add(String(i * 500 / 12 + 6, 5, category, fontSize=7))
            story += [Paragraph(block["title"], body), drawing]
        elif kind == "callout":
            text = f"<b>{html.escape(block['title'])}</b><br/>{html.escape(block['text'])}"
            story.append(Table([[Paragraph(text, body)]], style=[("BACKGROUND", (0, 0), (-1, -1), colors.HexColor("#fffbeb"))]))
        elif kind == "table":
            rows = [[c["title"] for c in block["columns"]]]
            rows += [[r[0], r[1], r[2], Paragraph(html.escape(r[3]), body), cell(r[4]), cell(r[5])] for r in block["rows"]]
            style = TableStyle([
                ("LINEBELOW", (0, 0), (-1, 0), 1, colors.black), ("ROWBACKGROUNDS", (0, 1), (-1, -1), [colors.white, colors.whitesmoke]),
                ("FONTSIZE", (0, 0), (-1, -1), 8), ("ALIGN", (4, 0), (-1, -1), "RIGHT"),
            ])
            story += [Spacer(1, 8), Table(rows, repeatRows=1, style=style)]
    out = io.BytesIO()
    number = lambda canvas, doc: canvas.drawRightString(560, 30, f"Page {doc.page}")  # noqa: E731
    SimpleDocTemplate(out, pagesize=A4).build(story, onFirstPage=number, onLaterPages=number)
    return out.getvalue()


# Typst


def to_typst(document):
    text = lambda s: json.dumps(cell(s), ensure_ascii=False)  # noqa: E731
    out = ['#set page(paper: "a4", numbering: "1 of 1", margin: 20mm)\n#set text(size: 9pt)\n'
           f'#show heading: set text(fill: rgb("{ACCENT}"))\n#heading({text(document["meta"]["title"])})\n']
    for block in document["blocks"]:
        kind = block["block"]
        if kind == "heading":
            out.append(f"#heading({text(block['text'])})\n")
        elif kind == "text":
            out.append(f"#par({text(block['text'])})\n")
        elif kind == "kpi_cards":
            cards = ",".join(
                f"rect(width: 100%, stroke: 0.5pt)[#{text(c['title'])} #linebreak() #strong({text(c['value'])}) #linebreak() "
                f"#text(fill: rgb(\"{TONES[c['status']]}\"), {text(c['status'] + ', before: ' + cell(c['previous']))})]"
                for c in block["cards"]
            )
            out.append(f"#grid(columns: 4, gutter: 8pt, {cards})\n")
        elif kind == "chart":
            rects = "".join(
                f"#place(dx: {x:.1f}pt, dy: {120 - h:.1f}pt, rect(width: {w:.1f}pt, height: {h:.1f}pt, fill: rgb(\"{COLORS[s]}\")))"
                for x, y, w, h, s in bars(block, 480, 120)
            )
            labels = "".join(
                f"#place(dx: {i * 40 + 4}pt, dy: 124pt, text(size: 7pt, {text(c)}))" for i, c in enumerate(block["categories"])
            )
            out.append(f"#par({text(block['title'])})\n#box(width: 480pt, height: 140pt)[{rects}{labels}]\n")
        elif kind == "callout":
            out.append(f"#block(fill: rgb(\"#fffbeb\"), inset: 6pt)[#strong({text(block['title'])}) #linebreak() #{text(block['text'])}]\n")
        elif kind == "table":
            head = ",".join(f"strong({text(c['title'])})" for c in block["columns"])
            rows = ",".join(text(v) for row in block["rows"] for v in row)
            out.append(
                "#table(columns: (auto, auto, auto, 1fr, auto, auto), stroke: none, inset: 3pt, "
                "align: (left, left, left, left, right, right), fill: (_, y) => if calc.even(y) { luma(245) }, "
                f"table.header({head}), {rows})\n"
            )
    return "".join(out)


def typst(document):
    import typst as compiler

    return compiler.compile(to_typst(document).encode())


def count_pages(pdf):
    import pikepdf, io

    return len(pikepdf.open(io.BytesIO(pdf)).pages)


def main():
    path, name, folder = sys.argv[1:]
    document = json.load(open(path, encoding="utf-8"))
    make = {"WeasyPrint": weasyprint, "ReportLab": reportlab, "Typst": typst}[name]
    small = dict(document, blocks=document["blocks"][:6])
    make(dict(small, blocks=small["blocks"][:5]))
    rounds = 3 if len(document["blocks"]) < 60 else 1
    best = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        pdf = make(document)
        best = min(best, (time.process_time() - began) * 1000)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with open(f"{folder}/{name}.pdf", "wb") as out:
        out.write(pdf)
    print(json.dumps({"cpu_ms": best, "peak_mb": peak, "kb": len(pdf) / 1024, "pages": count_pages(pdf)}))


main()
