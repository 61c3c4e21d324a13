"""One second chance for a browser test, said aloud. Why, and what was rejected: omc/decisions/0022."""

import pytest

TITLE = "needed a second chance: mend these"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Each test that failed once, with what it died of, as the last lines of the run."""
    failed_first = {report.nodeid: report for report in terminalreporter.getreports("rerun")}
    if not failed_first:
        return
    terminalreporter.section(TITLE, yellow=True)
    for name, report in failed_first.items():
        crash = getattr(report.longrepr, "reprcrash", None)
        said = (crash.message if crash else report.longreprtext).strip().split("\n")[0]
        terminalreporter.write_line(f"{name} ({report.when}): {said}")
