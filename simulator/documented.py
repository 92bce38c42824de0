"""Write the OpenAPI document of one of our APIs, to be kept in docs: `python -m simulator.documented sms > docs/sms.openapi.json`."""

from __future__ import annotations

import argparse
import json
import sys

from simulator.control import openapi as testability
from simulator.portals.ameli import app_api as app
from simulator.sinks import sms_api as sms

DOCUMENTS = {"testability": testability.document, "sms": sms.document, "app": app.document}

if __name__ == "__main__":
    parser = argparse.ArgumentParser("python -m simulator.documented")
    parser.add_argument("api", choices=DOCUMENTS)
    json.dump(DOCUMENTS[parser.parse_args().api](), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
