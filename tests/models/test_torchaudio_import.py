"""Each case runs in a process of its own, because what is imported stays imported."""

import os
import subprocess
import sys
from importlib import util
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parents[2]
BROKEN = 'raise OSError("libc10_cuda.so: cannot open shared object file")\n'
ASK = """
from models.torchaudio_import import import_torchaudio
print(import_torchaudio(), import_torchaudio())
import torchaudio
print(torchaudio.functional.TWICE, torchaudio._extension._IS_TORCHAUDIO_EXT_AVAILABLE)
"""


def made_torchaudio(folder: Path, extension: str, functional: str = "TWICE = 2\n") -> Path:
    """A stand-in package with the parts that the real one imports."""
    package = folder / "torchaudio"
    (package / "_extension").mkdir(parents=True)
    (package / "__init__.py").write_text("from . import _extension\nfrom . import functional\n")
    (package / "_extension" / "__init__.py").write_text(extension)
    (package / "functional.py").write_text(functional)
    return folder


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(folder), str(ROOT)])
    return subprocess.run(
        [sys.executable, "-c", dedent(script)],
        env={**os.environ, "PYTHONPATH": paths},
        cwd=folder,
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
    )


def test_whole_package_is_native(tmp_path: Path) -> None:
    done = run(ASK, made_torchaudio(tmp_path, "_IS_TORCHAUDIO_EXT_AVAILABLE = True\n"))
    assert done.stdout.splitlines() == ["native native", "2 True"], done.stderr


def test_missing_compiled_part_is_replaced(tmp_path: Path) -> None:
    done = run(ASK, made_torchaudio(tmp_path, BROKEN))
    assert done.stdout.splitlines() == ["python-only python-only", "2 False"], done.stderr


def test_another_fault_is_not_hidden_and_leaves_nothing_behind(tmp_path: Path) -> None:
    script = """
    import sys
    from models.torchaudio_import import import_torchaudio
    for attempt in range(2):
        try:
            import_torchaudio()
        except OSError as error:
            print(error, [name for name in sys.modules if name.startswith("torchaudio")])
    """
    done = run(script, made_torchaudio(tmp_path, BROKEN, 'raise OSError("disk")\n'))
    assert done.stdout.splitlines() == ["disk []", "disk []"], done.stderr


@pytest.mark.pyannote
@pytest.mark.skipif(util.find_spec("torchaudio") is None, reason="the [pyannote] extra is not installed")
def test_the_real_package_works_without_its_compiled_part(tmp_path: Path) -> None:
    script = """
    import sys

    class Refuses:
        def find_spec(self, name, path=None, target=None):
            if name == "torchaudio._extension":
                raise OSError("libc10_cuda.so: cannot open shared object file")
            return None

    sys.meta_path.insert(0, Refuses())
    from models.torchaudio_import import import_torchaudio
    print(import_torchaudio())
    import torch, torchaudio
    from torchaudio.compliance import kaldi
    sound = torch.sin(torch.arange(16000) * 0.1)[None]
    print(torchaudio.functional.resample(sound, 16000, 8000).shape[1], kaldi.fbank(sound, num_mel_bins=40).shape[1])
    """
    done = run(script, tmp_path)
    assert done.stdout.splitlines() == ["python-only", "8000 40"], done.stderr
