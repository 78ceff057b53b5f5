"""The report as one HTML file: offline, and whole without scripts."""

from suiteloom.cli.report_html.page import report_page

__all__ = ["report_page"]
