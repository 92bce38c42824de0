"""Write the OpenAPI document of the testability API: `python -m simulator.control > docs/testability.openapi.json`."""

from __future__ import annotations

import json
import sys

from simulator.control.openapi import document

if __name__ == "__main__":
    json.dump(document(), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
