"""The chat page of the example, in a real browser: people sign in, ask and come back."""

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import uuid
from contextlib import contextmanager

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

GIVE_UP_S = 60
"""After this long the service or the browser counts as hanging."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome")

EVENTS = [
    "agent_started",
    "agent_thinking",
    "tool_executing",
    "tool_completed",
    "agent_completed",
]

PASSWORD = "four words or more"
QUESTION = "What is 6 * (3 + 4)?"
ANSWER = "calculator: 6 * (3 + 4) = 42"

WATCH_ANSWER = """
window.lengths = [];
new MutationObserver(() => {
  const turns = document.querySelectorAll('.turn.assistant .text');
  if (turns.length) window.lengths.push(turns[turns.length - 1].textContent.length);
}).observe(document.getElementById('log'),
  {subtree: true, childList: true, characterData: true});
"""


@pytest.fixture(scope="module")
def programs():
    """The paths of a browser and of its driver."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if browser is None or driver is None:
        reason = "Chromium and chromedriver are not installed"
        if os.environ.get("SUITELOOM_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    return browser, driver


@contextmanager
def running_service(folder):
    """Run `python -m assistant` in a folder and give the address of its page."""
    environ = {
        name: value
        for name, value in os.environ.items()
        if name != "ENVIRONMENT" and not name.startswith("ASSISTANT_")
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "--port", "0"],
        cwd=folder,
        env=environ,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines = queue.SimpleQueue()

    def read():
        for line in process.stderr:
            lines.put(line)
        lines.put("")

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        yield listening_address(lines)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(GIVE_UP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            reader.join(GIVE_UP_S)
            process.stderr.close()
    assert code == 0


def listening_address(lines):
    seen = []
    while line := lines.get(timeout=GIVE_UP_S):
        seen.append(line)
        entry = json.loads(line) if line.startswith("{") else {}
        if entry.get("event") == "listening":
            return entry["address"]
    pytest.fail("the service ended:\n" + "".join(seen))


@contextmanager
def opened_browser(programs, phone=False):
    """Open a browser with a profile of its own."""
    options = webdriver.ChromeOptions()
    options.binary_location = programs[0]
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--window-size=1280,860",
    ):
        options.add_argument(argument)
    if phone:
        size = {"width": 390, "height": 844, "pixelRatio": 2.0}
        options.add_experimental_option("mobileEmulation", {"deviceMetrics": size})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(programs[1]))
    try:
        yield browser
    finally:
        browser.quit()


def wait(browser, condition, what):
    """Return what the condition gives as soon as it is true."""
    message = f"never seen: {what}"
    patience = WebDriverWait(browser, GIVE_UP_S, 0.05, [StaleElementReferenceException])
    return patience.until(lambda _: condition(), message)


def press(browser, selector):
    """Click on what may be drawn anew at any moment."""

    def pressed():
        browser.find_element(By.CSS_SELECTOR, selector).click()
        return True

    wait(browser, pressed, selector)


def by_id(browser, name):
    return browser.find_element(By.ID, name)


def texts(browser, selector):
    """The texts that are seen, all of them at one moment."""
    script = "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText)"
    return [text.strip() for text in browser.execute_script(script, selector)]


def is_connected(browser):
    return by_id(browser, "line").get_attribute("data-state") == "open"


def register(browser, address, name):
    """Open the page, create an account and wait for the connection."""
    browser.get(address)
    wait(browser, by_id(browser, "entry").is_displayed, "the form")
    by_id(browser, "other").click()
    by_id(browser, "name").send_keys(name)
    by_id(browser, "email").send_keys(f"{name.lower()}@example.com")
    by_id(browser, "password").send_keys(PASSWORD)
    by_id(browser, "enter").click()
    wait(browser, lambda: is_connected(browser), "the connection")
    assert by_id(browser, "who").get_attribute("textContent") == name


def ask(browser, question):
    """Send a message and wait until its answer is complete."""
    done = len(browser.find_elements(By.CSS_SELECTOR, "[data-event=agent_completed]"))
    box = by_id(browser, "text")
    box.send_keys(question)
    box.send_keys(Keys.ENTER)
    selector = "[data-event=agent_completed]"
    wait(
        browser,
        lambda: len(browser.find_elements(By.CSS_SELECTOR, selector)) > done,
        "the end of the run",
    )


def conversation(browser):
    return texts(browser, ".turn .text")


def assert_quiet_console(browser):
    entries = browser.get_log("browser")
    assert [entry["message"] for entry in entries] == []


@pytest.fixture(scope="module")
def address(programs, tmp_path_factory):  # noqa: ARG001 - no service without a browser
    with running_service(tmp_path_factory.mktemp("service")) as found:
        yield found


@pytest.fixture(scope="module")
def desktop(programs):
    with opened_browser(programs) as browser:
        yield browser


@pytest.fixture
def browser(desktop, address):
    """A browser in which nobody is signed in and nothing has been logged."""
    desktop.get(address)
    desktop.execute_script("sessionStorage.clear(); localStorage.clear()")
    desktop.get_log("browser")
    return desktop


@pytest.fixture
def person():
    """A name that no other test uses."""
    return f"Ada{uuid.uuid4().hex[:8]}"


def test_a_conversation_is_watched_kept_and_private(programs, browser, address, person):
    register(browser, address, person)
    browser.execute_script(WATCH_ANSWER)
    ask(browser, QUESTION)
    items = browser.find_elements(By.CSS_SELECTOR, ".activity li")
    assert [item.get_attribute("data-event") for item in items] == EVENTS
    assert all(item.is_displayed() for item in items)
    assert conversation(browser) == [QUESTION, ANSWER]
    lengths = browser.execute_script("return window.lengths")
    between = {each for each in lengths if 0 < each < len(ANSWER)}
    assert len(between) >= 3, "the answer came at once"

    browser.refresh()
    wait(browser, lambda: len(conversation(browser)) == 2, "the conversation")
    assert conversation(browser) == [QUESTION, ANSWER]
    wait(browser, lambda: by_id(browser, "title").text == QUESTION, "the title")
    wait(browser, lambda: is_connected(browser), "the connection")
    ask(browser, "What is 1 + 1?")
    assert conversation(browser)[2:] == ["What is 1 + 1?", "calculator: 1 + 1 = 2"]

    with opened_browser(programs) as other:
        register(other, address, f"Other{person}")
        nothing = ["Nothing here yet."]
        wait(other, lambda: texts(other, "#list li") == nothing, "the list")
        assert QUESTION not in other.page_source
        ask(other, "What is 2 * 2?")
        titles = ["What is 2 * 2?"]
        wait(other, lambda: texts(other, "#list .open") == titles, "the list")
        assert_quiet_console(other)
    assert texts(browser, "#list .open") == [QUESTION]
    assert len(conversation(browser)) == 4
    assert_quiet_console(browser)


def test_conversations_are_renamed_and_deleted(browser, address, person):
    register(browser, address, person)
    ask(browser, QUESTION)
    wait(browser, lambda: texts(browser, "#list .open"), "the list")
    press(browser, f"[aria-label='Rename “{QUESTION}”']")
    field = by_id(browser, "ask-input")
    wait(browser, field.is_displayed, "the dialog")
    field.clear()
    field.send_keys("<b>Sums</b>", Keys.ENTER)
    wait(browser, lambda: texts(browser, "#list .open") == ["<b>Sums</b>"], "title")
    wait(browser, lambda: by_id(browser, "title").text == "<b>Sums</b>", "the title")

    press(browser, "[aria-label^=Delete]")
    wait(browser, by_id(browser, "ask-yes").is_displayed, "the dialog")
    by_id(browser, "ask-yes").click()
    wait(browser, by_id(browser, "welcome").is_displayed, "the welcome")
    wait(
        browser, lambda: texts(browser, "#list li") == ["Nothing here yet."], "the list"
    )
    assert conversation(browser) == []
    assert_quiet_console(browser)


def test_a_lost_connection_comes_back_and_sends_what_was_written(
    browser, address, person
):
    register(browser, address, person)
    browser.execute_script("state.socket.close()")
    wait(browser, lambda: not is_connected(browser), "the loss")
    ask(browser, QUESTION)
    assert is_connected(browser)
    assert conversation(browser) == [QUESTION, ANSWER]

    old = browser.execute_script(
        "state.session.access += 'x'; state.socket.close();"
        " return state.session.refresh"
    )
    wait(browser, lambda: not is_connected(browser), "the loss")
    ask(browser, "What is 1 + 1?")
    assert conversation(browser)[3] == "calculator: 1 + 1 = 2"
    assert browser.execute_script("return state.session.refresh") != old
    assert len(browser.find_elements(By.CSS_SELECTOR, ".turn")) == 4


def test_hostile_text_is_shown_and_never_run(browser, address, person):
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    register(browser, address, person)
    ask(browser, hostile)
    assert conversation(browser)[0] == hostile
    wait(browser, lambda: texts(browser, "#list .open") == [hostile], "the list")
    assert browser.find_elements(By.CSS_SELECTOR, "#log img, #log script") == []
    assert_quiet_console(browser)


def test_a_wrong_password_is_explained_and_signing_out_hides_everything(
    browser, address, person
):
    register(browser, address, person)
    ask(browser, QUESTION)
    by_id(browser, "leave").click()
    wait(browser, by_id(browser, "entry").is_displayed, "the form")
    assert QUESTION not in browser.page_source
    assert browser.execute_script("return sessionStorage.session") is None

    by_id(browser, "password").send_keys("not the right one")
    by_id(browser, "enter").click()
    problem = by_id(browser, "problem")
    wait(browser, lambda: problem.text, "the reason")
    assert problem.get_attribute("role") == "alert"
    assert not by_id(browser, "room").is_displayed()

    by_id(browser, "password").clear()
    by_id(browser, "password").send_keys(PASSWORD)
    by_id(browser, "enter").click()
    wait(browser, lambda: texts(browser, "#list .open") == [QUESTION], "the list")


def test_a_phone_has_the_list_behind_a_button(programs, address, person):
    with opened_browser(programs, phone=True) as browser:
        register(browser, address, person)
        ask(browser, QUESTION)
        menu, side = by_id(browser, "menu"), by_id(browser, "side")
        assert menu.get_attribute("aria-expanded") == "false"
        assert not side.is_displayed()
        menu.click()
        wait(browser, side.is_displayed, "the list")
        assert menu.get_attribute("aria-expanded") == "true"
        by_id(browser, "new").send_keys(Keys.ESCAPE)
        wait(browser, lambda: not side.is_displayed(), "the list gone")
        width, shown = browser.execute_script(
            "return [document.documentElement.scrollWidth, window.innerWidth]"
        )
        assert (width, shown) == (390, 390)
        assert_quiet_console(browser)


def test_every_control_has_a_name_and_messages_are_announced(browser, address, person):
    register(browser, address, person)
    ask(browser, QUESTION)
    controls = browser.find_elements(By.CSS_SELECTOR, "button, input, textarea")
    named = [each for each in controls if each.is_displayed()]
    assert len(named) >= 8
    assert [
        each.get_attribute("outerHTML") for each in named if not each.accessible_name
    ] == []
    log = by_id(browser, "log")
    assert (log.aria_role, log.get_attribute("aria-live")) == ("log", "polite")
    assert by_id(browser, "now").get_attribute("role") == "status"
