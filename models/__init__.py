"""Speech and vision models: arrays in, rows out.

Importing this package switches off every network habit of the libraries below it, before they are imported:
pyannote.audio sends usage figures unless told not to, and huggingface_hub looks for newer files unless it is offline.
"""

import os

os.environ["PYANNOTE_METRICS_ENABLED"] = "0"
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
