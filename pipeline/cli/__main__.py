"""`python -m pipeline.cli` is `bwc`."""

from pipeline.cli.commands import main

if __name__ == "__main__":
    main()
