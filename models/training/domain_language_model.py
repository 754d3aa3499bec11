"""Makes models/data/policing.lm.bin from the written sentences: `python -m models.training.domain_language_model`.

A trigram model with back-off, made by the library that reads it. Takes about ten seconds; the same text gives the same
model.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import click
from pocketsphinx import Decoder, NGramModel, get_model_path
from pocketsphinx.lm import ArpaBoLM

from models.pocketsphinx import DOMAIN_MODEL, extra_words
from models.training.domain_text import sentences

DISCOUNT = 0.5


class UnknownWords(Exception):
    """The text has words without a pronunciation."""


def known_words() -> set[str]:
    """Words that the recogniser can pronounce."""
    general = Path(get_model_path("en-us/cmudict-en-us.dict")).read_text(encoding="utf-8").splitlines()
    return {line.split(maxsplit=1)[0] for line in general if line.strip()} | {word for word, _ in extra_words()}


def build(text: Iterable[str], path: Path, discount: float = DISCOUNT) -> int:
    """Writes the model of `text` and returns the number of sentences. Raises UnknownWords."""
    lines = list(text)
    unknown = {word for line in lines for word in line.split()} - known_words()
    if unknown:
        raise UnknownWords(f"add these to models/data/policing.dict: {' '.join(sorted(unknown))}")
    counts = ArpaBoLM(text="\n".join(lines), add_start=True, discount_mass=discount)
    counts.compute()
    with tempfile.TemporaryDirectory() as folder:
        arpa = Path(folder) / "policing.lm"
        counts.write_file(str(arpa))
        decoder = Decoder(lm=None, loglevel="FATAL")
        model = NGramModel(decoder.config, decoder.logmath, str(arpa))
        model.write(str(path), NGramModel.str_to_type("bin"))
    return len(lines)


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=DOMAIN_MODEL, show_default=True)
def main(out: Path) -> None:
    """Make the language model of policing speech."""
    out.parent.mkdir(parents=True, exist_ok=True)
    count = build(sentences(), out)
    click.echo(f"{count} sentences, {out.stat().st_size / 1e6:.2f} MB: {out}")


if __name__ == "__main__":
    main()
