"""The chart of an incident or a recording: its figures, and the same as a drawing for screen and paper."""

from pipeline.chart.figures import Chart, TalkTime, chart_of, chart_row
from pipeline.chart.svg import chart_svg

__all__ = ("Chart", "TalkTime", "chart_of", "chart_row", "chart_svg")
