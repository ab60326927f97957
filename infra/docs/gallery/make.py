"""Makes the pictures of this folder and its README.md. Run it as `cargo xtask gallery`.

    python make.py DOCUMENTS STACK

DOCUMENTS is a folder that the example `documents` of the tests wrote; STACK is the program `sitrep`, whose demonstration
sends the mail. Needs Pillow, pdftoppm (Debian: poppler-utils) and Chromium (chromium; or CHROMIUM names the program).
"""

import email
import email.policy
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
# Pages are drawn at this many dots per inch; every picture has at most so many colours, rare ones among them.
RESOLUTION, COLOURS = 72, 200
# Where the demonstration listens while it sends its mail.
PORT = 9345
LIGHT, DARK = 1, 0

# Windows that HTML is shown in, and how many pixels of its height; on the picture of all six a pixel is so much.
WIDTHS, HEIGHT, SCALE = [390, 1024, 1600], 1400, 0.36
# Between windows on that picture.
GAP, BACKGROUND = 10, (120, 128, 138)

# Report, pages, caption.
PAGES = [
    ("executive_monthly", [1, 2, 3, 4, 5, 6], "Executive report of a month"),
    ("executive_quarterly", [1, 2], "The same of a quarter"),
    ("executive_yearly", [1, 2], "The same of a year"),
    ("incident_summary", [1, 2, 3], "Incident summary"),
    ("sla_performance", [1, 2], "SLA performance"),
    ("detection_coverage", [1, 2, 3], "Detection coverage, with the ATT&CK matrix"),
    ("connector_health", [1, 2], "Connector health"),
    ("analyst_throughput", [1, 2], "Analyst throughput"),
    ("compliance_evidence", [1, 2, 7], "Compliance evidence"),
    ("compliance_posture", [1, 2], "Compliance posture"),
    ("changes_summary", [1, 2, 3], "Changes"),
    ("dora_snapshot", [1, 2], "DORA snapshot"),
    ("audit_log", [1, 2, 5], "Audit log"),
    ("analytics_digest", [1, 2], "Analytics digest"),
    ("custom_query", [1], "Custom query"),
    ("summary", [1, 2], "Summary, the first of the seven analytics documents"),
    ("trends", [1], "Trends"),
    ("severity", [1], "Severity distribution"),
    ("incidents", [1], "Incidents"),
    ("violators", [1], "Top violators, of records that name no user"),
    ("data_types", [1], "Data types, of records that name none"),
    ("policy_violations", [1], "Policy violations, of records that name no policy"),
]
# Report, width, height and scheme of the window, caption.
SCREENS = [
    ("executive_monthly", 1024, 1300, LIGHT, "Executive report as HTML"),
    ("executive_monthly", 1024, 1300, DARK, "The same for those who prefer the dark"),
    ("executive_monthly", 390, 1300, LIGHT, "On a phone"),
    ("executive_monthly", 390, 1300, DARK, "On a phone, dark"),
    ("detection_coverage", 1600, 1300, LIGHT, "Detection coverage on a wide screen"),
    ("connector_health", 1024, 1300, DARK, "Connector health, dark"),
]


def draw_page(report, page, documents, scratch):
    """A page of the PDF, as a picture."""
    out = scratch / f"{report}-{page}"
    number = str(page)
    command = ["pdftoppm", "-r", str(RESOLUTION), "-f", number, "-l", number, "-singlefile", "-png"]
    subprocess.run([*command, documents / f"{report}.pdf", out], check=True)
    return out.with_suffix(".png")


def draw_screen(address, width, height, scheme, out):
    """A page of HTML in a window of a size, as a picture."""
    chromium = os.environ.get("CHROMIUM", "chromium")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    flags += [f"--blink-settings=preferredColorScheme={scheme}", f"--window-size={width},{height}"]
    subprocess.run([chromium, *flags, f"--screenshot={out}", address], check=True, capture_output=True)
    return out


def draw_windows(report, documents, scratch):
    """A report in every window, light and dark, side by side on one picture."""
    address = (documents / f"{report}.html").resolve().as_uri()
    looks = [(width, scheme) for width in WIDTHS for scheme in (LIGHT, DARK)]
    shots = [draw_screen(address, width, HEIGHT, scheme, scratch / f"{width}-{scheme}.png") for width, scheme in looks]
    windows = [scale(Image.open(shot).convert("RGB"), SCALE) for shot in shots]
    sheet = Image.new("RGB", (sum(window.width + GAP for window in windows) - GAP, windows[0].height), BACKGROUND)
    left = 0
    for window in windows:
        sheet.paste(window, (left, 0))
        left += window.width + GAP
    out = scratch / f"{report}-windows.png"
    sheet.save(out)
    return out


def scale(image, by):
    """The image, smaller."""
    return image.resize((round(image.width * by), round(image.height * by)), Image.LANCZOS)


def shrink(picture, name, width):
    """Writes a picture into this folder, small; its name."""
    image = Image.open(picture).convert("RGB")
    if image.width > width:
        image = scale(image, width / image.width)
    image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(HERE / name, optimize=True)
    return name


def read_mail(stack):
    """The HTML body of the mail that the demonstration sends."""
    process = subprocess.Popen([stack, "--port", str(PORT)], stdout=subprocess.DEVNULL)
    try:
        for _ in range(120):
            time.sleep(1)
            try:
                listed = fetch("/_local/mailbox")
            except OSError:
                continue
            if mails := json.loads(listed):
                raw = fetch(f"/_local/mailbox/{mails[0]['id']}")
                message = email.message_from_bytes(raw, policy=email.policy.default)
                return message.get_body(("html",)).get_content()
        raise SystemExit("the demonstration sent no mail within two minutes")
    finally:
        process.terminate()
        process.wait()


def fetch(path):
    """What the local stack answers."""
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=10) as answer:
        return answer.read()


def make(documents, stack):
    """Makes every picture and tells of each in README.md."""
    for old in HERE.glob("*.png"):
        old.unlink()
    made = []
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        for report, pages, caption in PAGES:
            drawn = [(draw_page(report, page, documents, scratch), page) for page in pages]
            names = [shrink(picture, f"{report}-{page}.png", 600) for picture, page in drawn]
            made.append((caption, names))
        for report, width, height, scheme, caption in SCREENS:
            name = f"{report}-{width}-{'light' if scheme == LIGHT else 'dark'}.png"
            address = (documents / f"{report}.html").resolve().as_uri()
            made.append((caption, [shrink(draw_screen(address, width, height, scheme, scratch / name), name, 800)]))
        for report, _, caption in PAGES:
            picture = draw_windows(report, documents, scratch)
            caption = f"{caption.split(',')[0]}: HTML at 390, 1024 and 1600 pixels, light and dark"
            made.append((caption, [shrink(picture, f"{report}-windows.png", 2400)]))
        mail = scratch / "mail.html"
        mail.write_text(read_mail(stack), encoding="utf-8")
        picture = draw_screen(mail.as_uri(), 700, 1120, LIGHT, scratch / "mail.png")
        made.append(("The mail that brings a report", [shrink(picture, "mail.png", 700)]))
    write_captions(made)


def write_captions(made):
    """Writes README.md."""
    lines = [
        "# Gallery",
        "",
        "What reports look like: the real records of `tests/data`, drawn by this version. `cargo xtask gallery` makes",
        "these pictures and this page anew. Pages are of the PDF; the archival PDF looks the same. Every page of every",
        "template lies in `tests/golden`, smaller, and is compared there.",
    ]
    for caption, names in made:
        lines += ["", f"## {caption}", ""]
        lines += [f"![{caption}]({name})" for name in names]
    (HERE / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]), sys.argv[2])
