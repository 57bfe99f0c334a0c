import runpy
from pathlib import Path

third_party = runpy.run_path(str(Path(__file__).parents[1] / "third_party" / "exposing.py"))["third_party"]
