"""`python -m conformance.report report/report.json`: makes all that is made from the document again."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from conformance.report.document import DocumentError, read, schema
from conformance.report.writing import MADE, write_pages


def main(arguments: list[str] | None = None) -> int:
    """Write the page and its kin; 0, or 2 with a message when the document cannot be read or the pages not be written."""
    parser = argparse.ArgumentParser(prog="python -m conformance.report", description=f"Make {', '.join(MADE)} again from a report.json.")
    parser.add_argument("document", type=Path, nargs="?", default=Path("report/report.json"), help="of a run (default: report/report.json)")
    parser.add_argument("--to", type=Path, metavar="DIR", help="where to write them (default: beside the document)")
    parser.add_argument("--schema", action="store_true", help="print the JSON schema of the document and do nothing else")
    chosen = parser.parse_args(arguments)
    if chosen.schema:
        print(json.dumps(schema(), indent=2, ensure_ascii=False))
        return 0
    folder = chosen.to or chosen.document.parent
    try:
        document = read(chosen.document)
        folder.mkdir(parents=True, exist_ok=True)
        page = write_pages(document, folder)
    except (DocumentError, OSError) as error:
        print(f"conformance.report: {error}", file=sys.stderr)
        return 2
    print(page)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
