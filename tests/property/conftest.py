"""What the state machines did is said at the end of a run."""


def pytest_terminal_summary(terminalreporter):
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "teardown":
                for name, value in report.user_properties:
                    if name == "steps":
                        test = report.nodeid.rpartition("::")[2]
                        terminalreporter.write_line(f"{test}: {value}")
