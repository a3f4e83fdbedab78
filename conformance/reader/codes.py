"""Exit statuses of codes, read from the table of docs/errors.md."""

import re
from pathlib import Path

TABLE = Path(__file__).resolve().parents[2] / "docs" / "errors.md"
ROW = re.compile(r"\| \[`([A-Z0-9_]+)`\]\(#[^)]*\) \|.*\| (\d+) \| (\d+) \|")
EXITS = {row[1]: int(row[3]) for row in ROW.finditer(TABLE.read_text(encoding="utf-8"))}
