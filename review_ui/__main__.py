"""`python -m review_ui --store bwc.db`."""

from review_ui.app import main

main()
