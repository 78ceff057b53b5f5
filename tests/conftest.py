"""Settings of all tests."""

pytest_plugins = ["pytester"]


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden", action="store_true", help="write tests/golden anew"
    )
