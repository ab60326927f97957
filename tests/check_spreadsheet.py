"""Opens a CSV file in LibreOffice and fails when any cell became a formula.

    cargo test -p sitrep-tests --test adversarial nothing_executable
    python tests/check_spreadsheet.py TARGET/tmp/hostile.csv

It first opens a file with formulas that nobody guarded, so that "none found" means something. LibreOffice is asked to
evaluate formulas, as the import dialog offers it. Needs Debian's libreoffice-calc.
"""

import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

# Comma, double quote, UTF-8, from line 1, no column formats, locale by default, quoted is not text, detect numbers,
# save as shown, export no formulas, no spaces removed, first sheet, evaluate formulas.
IMPORT = "CSV:44,34,76,1,,0,false,true,false,false,false,0,true"
UNGUARDED = '=1+1,"=HYPERLINK(""http://192.0.2.1/"")",plain\n'


def formulas(csv, folder):
    """The formulas of the sheet that a file becomes, and how many rows it has."""
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", f"--infilter={IMPORT}",
         "--convert-to", "ods", "--outdir", folder, csv],
        check=True, capture_output=True, timeout=300)
    with zipfile.ZipFile(Path(folder) / f"{Path(csv).stem}.ods") as sheet:
        content = sheet.read("content.xml").decode()
    return re.findall(r'table:formula="[^"]*"', content), content.count("<table:table-row")


def main():
    """Checks the files that are named."""
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        control = Path(folder) / "unguarded.csv"
        control.write_text(UNGUARDED)
        found, _ = formulas(control, folder)
        if len(found) != 2:
            sys.exit(f"of two unguarded formulas LibreOffice took {len(found)}: this check would see nothing")
        for path in sys.argv[1:]:
            found, rows = formulas(path, folder)
            print(f"{path}: {rows} rows, {len(found)} formulas {found[:5]}")
            failed |= bool(found) or rows < 2
    return failed


if __name__ == "__main__":
    sys.exit(main())
