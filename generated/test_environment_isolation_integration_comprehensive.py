"""Environment Isolation: comprehensive integration suite.

One isolated, traceable and thread-safe way to the environment.

BVJ: Mid, Enterprise - Security
Value Impact: Sessions of many users share a process without sharing settings or
    secrets.
Strategic Impact: Secure concurrent use is what Mid and Enterprise accounts buy and
    renew.
Revenue protected: $5,500,000 a year (secure concurrent multi-user sessions)

Spec: specs/environment_isolation.yaml (rev befcaa)
"""

import copy
import json
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import Future

import pytest
from dotenv import load_dotenv

from suiteloom.ssot import (
    MASK,
    TEST_DEFAULTS,
    ConversionError,
    IsolatedEnvironment,
    IsolationStateError,
    NamespaceCollision,
    NamespaceCollisionError,
    SSotBaseTestCase,
    get_env,
)

GIVE_UP_S = 60
"""After this long a thread or a child process counts as hanging."""

EAGER_SWITCH_S = 1e-6
"""Makes the interpreter change threads as often as it can."""

NAMING = ("ENVIRONMENT", "ENV", "APP_ENV")
"""The variables that name the environment."""

READ_PROCESS = """
import json, os, sys
print(json.dumps({key: os.environ.get(key) for key in sys.argv[1:]}))
"""

FIRST_CONSTRUCTION = f"""
import json, sys, threading
from suiteloom.ssot import IsolatedEnvironment, get_env
sys.setswitchinterval({EAGER_SWITCH_S})
barrier = threading.Barrier(16, timeout={GIVE_UP_S})
found = []
def ask():
    barrier.wait()
    found.extend([get_env(), IsolatedEnvironment()])
threads = [threading.Thread(target=ask) for _ in range(16)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps([len(found), len(set(map(id, found)))]))
"""

ASK_TEST_CONTEXT = """
import json, sys
from suiteloom.ssot import get_env
print(json.dumps([get_env().is_test_context(), "pytest" in sys.modules]))
"""

ASK_TEST_DEFAULTS = """
import json
from suiteloom.ssot import TEST_DEFAULTS, get_env
offered = get_env().test_defaults(apply=True)
print(json.dumps([offered, [key for key in TEST_DEFAULTS if get_env().exists(key)]]))
"""


def run_json(command, **options):
    """Run a child process and return what it printed, read as JSON."""
    done = subprocess.run(
        command,
        capture_output=True,
        check=True,
        text=True,
        timeout=GIVE_UP_S,
        **options,
    )
    return json.loads(done.stdout)


def process_values(*keys):
    """Return the real values in os.environ: a child inherits them, isolated or not."""
    return run_json([sys.executable, "-I", "-S", "-c", READ_PROCESS, *keys])


def run_fresh(script, **variables):
    """Run a script in a new interpreter without any sign of a test.

    Args:
        script: Prints one JSON value.
        **variables: For the child alone.

    Returns:
        What it printed.
    """
    env = get_env()
    signs = [key for key in env.get_all() if key.startswith("PYTEST_")]
    hidden = dict.fromkeys([*signs, *NAMING, *TEST_DEFAULTS])
    return run_json(
        [sys.executable, "-c", script],
        env=env.get_subprocess_env({**hidden, **variables}),
    )


def run_together(count, work):
    """Call `work(0)`, `work(1)` and so on in threads that leave one barrier together.

    Args:
        count: How many threads.
        work: Takes the number of its thread.

    Returns:
        What the calls returned, in order; what one raised is raised here.

    Raises:
        TimeoutError: A thread hangs.
    """
    barrier = threading.Barrier(count, timeout=GIVE_UP_S)
    futures = [Future() for _ in range(count)]

    def run(number):
        try:
            barrier.wait()
            futures[number].set_result(work(number))
        except BaseException as error:  # noqa: BLE001 - raised again by the caller
            futures[number].set_exception(error)

    for number in range(count):
        threading.Thread(target=run, args=(number,), daemon=True).start()
    return [future.result(GIVE_UP_S) for future in futures]


def modes(env):
    """Return the names of the mode checks that answer true."""
    checks = {
        "production": env.is_production,
        "staging": env.is_staging,
        "development": env.is_development,
        "test": env.is_test,
    }
    return [name for name, check in checks.items() if check() is True]


class TestCoreEnvironmentIsolation(SSotBaseTestCase):
    """Core Environment Isolation.

    BVJ: Mid, Enterprise - Security
    Value Impact: Sessions of many users share a process without sharing settings or
        secrets.
    Strategic Impact: Secure concurrent use is what Mid and Enterprise accounts buy and
        renew.

    Spec: specs/environment_isolation.yaml (rev e41f35)
    """

    @pytest.mark.spec("EI-001", rev="f2c701.57b25e", written="f2c701")
    @pytest.mark.integration
    def test_isolated_environment_singleton_behavior(self):
        """Every caller in the process gets the same environment object.

        BVJ: Mid, Enterprise - Security
        Value Impact: Two environments in one process split the truth: a spending cap
            that one tenant lowered stays high in the other copy, and the overrun lands
            on that tenant's invoice.
        Strategic Impact: Secure concurrent use is what Mid and Enterprise accounts buy
            and renew.

        Given: a process in which IsolatedEnvironment may already exist
        Given: sixteen threads that wait on one barrier
        When: each thread calls get_env and the IsolatedEnvironment constructor at the
            same moment
        Then: all calls return one and the same object
        Then: a value set through one reference is read through every other
        Then: constructing it again resets neither isolation nor any value
        """
        pairs = run_together(16, lambda _: (get_env(), IsolatedEnvironment()))
        found = [env for pair in pairs for env in pair]
        assert len(found) == 32
        assert all(env is self.env for env in found)

        found[0].set("EI_CAP", "50")
        assert {env.get("EI_CAP") for env in found} == {"50"}

        again = IsolatedEnvironment()
        assert again.is_isolated() is True
        assert again.get("EI_CAP") == "50"
        assert copy.copy(again) is copy.deepcopy(again) is self.env

        # Many variables make the first construction slow, and a race in it likely.
        filler = {f"EI_FILLER_{number}": "x" for number in range(500)}
        assert run_fresh(FIRST_CONSTRUCTION, **filler) == [32, 1]

    @pytest.mark.spec("EI-002", rev="210829.7cf81a", written="210829")
    @pytest.mark.integration
    def test_isolation_mode_functionality(self):
        """Isolation keeps changes away from the process environment.

        BVJ: Mid, Enterprise - Security
        Value Impact: Verbose logging switched on for one customer's run would, once it
            is in the process environment, write every other company's prompts on that
            host to a plain log.
        Strategic Impact: Secure concurrent use is what Mid and Enterprise accounts buy
            and renew.

        Given: two process variables with known values, and isolation switched off
        When: isolation is enabled with backup_original and refresh_vars on
        When: the first is changed, the second is deleted and a new one is set
        When: isolation is disabled with restore_original on
        Then: os.environ shows none of the three changes while isolation is on
        Then: get, exists and get_all show all three changes while isolation is on
        Then: is_isolated answers true between the two calls and false before and after
            them
        Then: os.environ holds both known values afterwards and lacks the new variable
        """
        keys = ("EI_LEVEL", "EI_REGION", "EI_VERBOSE")
        known = {"EI_LEVEL": "warning", "EI_REGION": "eu", "EI_VERBOSE": None}
        env = self.env
        env.disable_isolation()
        env.update({"EI_LEVEL": "warning", "EI_REGION": "eu"})
        assert env.is_isolated() is False

        env.enable_isolation(backup_original=True, refresh_vars=True)
        assert env.is_isolated() is True
        assert [env.get(key) for key in keys] == ["warning", "eu", None]
        assert env.set("EI_LEVEL", "debug") is True
        assert env.delete("EI_REGION") is True
        assert env.set("EI_VERBOSE", "on") is True
        env.enable_isolation()  # on already: no second layer, the changes stay

        assert [env.get(key) for key in keys] == ["debug", None, "on"]
        assert [env.exists(key) for key in keys] == [True, False, True]
        visible = env.get_all()
        assert [visible.get(key) for key in keys] == ["debug", None, "on"]
        assert process_values(*keys) == known

        env.disable_isolation(restore_original=True)
        assert env.is_isolated() is False
        assert process_values(*keys) == known
        assert [env.get(key) for key in keys] == ["warning", "eu", None]

        env.enable_isolation(backup_original=False)
        assert env.get("EI_LEVEL") == "warning"
        with self.expect_exception(IsolationStateError, match="no backup"):
            env.disable_isolation(restore_original=True)
        assert env.is_isolated() is True

    @pytest.mark.spec("EI-003", rev="3ce27d.913450", written="3ce27d")
    @pytest.mark.integration
    def test_environment_source_tracking(self):
        """Each variable names the source that set it last.

        BVJ: Enterprise - Risk Reduction
        Value Impact: After an incident the client asks who changed what; a recorded
            source answers with evidence, where guessing would use up the goodwill of
            the account.
        Strategic Impact: Accountability that can be shown shortens the talks after
            every incident.

        Given: isolation is on
        Given: a key that is set by source deploy and then by source operator
        When: get_variable_source is asked for that key and for a key that was never set
        When: the key is deleted by source cleanup
        Then: the source of the set key is operator
        Then: the key that was never set has no source
        Then: get_change_history holds the three changes in order, each with its source
        """
        env = self.env
        env.set("EI_LIMIT", "10", "deploy")
        assert env.get_variable_source("EI_LIMIT") == "deploy"
        env.set("EI_LIMIT", "20", "operator")
        assert env.get_variable_source("EI_LIMIT") == "operator"
        assert env.get_variable_source("EI_NEVER_SET") is None

        assert env.delete("EI_LIMIT", "cleanup") is True
        assert env.delete("EI_LIMIT", "nobody") is False
        assert env.get_variable_source("EI_LIMIT") is None

        changes = [
            (c.sequence, c.action, c.key, c.old_value, c.new_value, c.source)
            for c in env.get_change_history()
        ]
        assert changes == [
            (1, "set", "EI_LIMIT", None, "10", "deploy"),
            (2, "set", "EI_LIMIT", "10", "20", "operator"),
            (3, "delete", "EI_LIMIT", "20", None, "cleanup"),
        ]


class TestEnvironmentInheritanceOverride(SSotBaseTestCase):
    """Environment Inheritance & Override.

    BVJ: Mid, Enterprise - Security
    Value Impact: Sessions of many users share a process without sharing settings or
        secrets.
    Strategic Impact: Secure concurrent use is what Mid and Enterprise accounts buy and
        renew.

    Spec: specs/environment_isolation.yaml (rev f91930)
    """

    @pytest.mark.spec("EI-004", rev="c04199.9c0d27", written="c04199")
    @pytest.mark.integration
    def test_environment_variable_precedence_hierarchy(self, tmp_path):
        """Values win in the documented order, and protected ones stay.

        BVJ: Enterprise - Risk Reduction
        Value Impact: Where a stray file can outrank the operator, the data region
            chosen for a client is undone by a developer's leftovers, and the contract
            is broken by accident.
        Strategic Impact: Promises about where data lives can be made in a contract and
            kept.

        Given: a process variable and an env file that give one key different values
        Given: a second key that is protected after its first set
        When: the file is loaded with override_existing off and then with it on
        When: the key is set explicitly after both loads
        When: the protected key is set without force and then with force
        Then: the process value stays when override_existing is off
        Then: the value of the file wins when override_existing is on
        Then: get returns the explicit value after the last set
        Then: set returns false and changes nothing without force, and returns true with
            force
        """
        path = tmp_path / "stray.env"
        path.write_text("EI_REGION=file\nEI_PINNED=file\n", encoding="utf-8")
        env = self.env
        env.disable_isolation()
        env.set("EI_REGION", "process")
        env.enable_isolation()
        env.set("EI_PINNED", "first")
        env.protect_variable("EI_PINNED")
        assert env.get_variable_source("EI_REGION") == "process"

        assert env.load_from_file(path, override_existing=False) == (0, [])
        assert env.get("EI_REGION") == "process"

        refused = [f"{path}:2: EI_PINNED is protected"]
        assert env.load_from_file(path, override_existing=True) == (1, refused)
        assert env.get("EI_REGION") == "file"
        assert env.get("EI_PINNED") == "first"

        assert env.set("EI_REGION", "operator") is True
        assert env.get("EI_REGION") == "operator"

        assert env.set("EI_PINNED", "second") is False
        assert env.get("EI_PINNED") == "first"
        assert env.set("EI_PINNED", "second", force=True) is True
        assert env.get("EI_PINNED") == "second"
        assert env.set("EI_PINNED", "third") is False

    @pytest.mark.spec("EI-005", rev="528d31.3a434c", written="528d31")
    @pytest.mark.integration
    def test_env_file_loading_behavior(self, tmp_path):
        """Env files load with a count, and bad lines are reported.

        BVJ: Platform - Velocity
        Value Impact: A developer's whole set-up comes from such a file; a line dropped
            without notice makes local results wrong, and the fault is then looked for
            in the product for days.
        Strategic Impact: Engineers trust what they see locally and finish customers'
            features sooner.

        Given: an env file with quoted values, comments, blank lines and an export line
        Given: an env file with one bad line between two good ones
        Given: a path at which there is no file
        When: load_from_file reads each path with the source env-file
        Then: the count is the number of variables loaded
        Then: a quoted value arrives without its quotes
        Then: the bad line and the missing file each give an error text and no exception
        Then: the two good lines around the bad one are loaded
        Then: get_variable_source answers env-file for a loaded key
        """
        good = tmp_path / "good.env"
        good.write_text(
            "# a comment\n"
            "EI_PLAIN=one\n"
            "\n"
            'EI_DOUBLE="two words"\n'
            "EI_SINGLE='three # kept'  # dropped\n"
            "export EI_EXPORTED=four\n"
            "EI_EMPTY=\n",
            encoding="utf-8",
        )
        wanted = {
            "EI_DOUBLE": "two words",
            "EI_EMPTY": "",
            "EI_EXPORTED": "four",
            "EI_PLAIN": "one",
            "EI_SINGLE": "three # kept",
        }
        env = self.env
        assert env.load_from_file(good, "env-file") == (5, [])
        assert {key: env.get(key) for key in wanted} == wanted
        assert {env.get_variable_source(key) for key in wanted} == {"env-file"}

        bad = tmp_path / "bad.env"
        bad.write_text(
            "EI_BEFORE=1\nhunter2 stands alone\nEI_AFTER=2\n", encoding="utf-8"
        )
        count, errors = env.load_from_file(bad, "env-file")
        assert count == 2
        assert errors == [f"{bad}:2: not a KEY=value line"]
        assert (env.get("EI_BEFORE"), env.get("EI_AFTER")) == ("1", "2")

        before = env.get_all()
        missing = tmp_path / "missing.env"
        count, errors = env.load_from_file(missing, "env-file")
        assert count == 0
        assert len(errors) == 1
        assert errors[0].startswith(f"{missing}: ")
        assert env.get_all() == before

    @pytest.mark.spec("EI-006", rev="942411.f467b0", written="942411")
    @pytest.mark.integration
    def test_environment_change_callbacks(self):
        """Callbacks see every change, and a failing one harms nobody.

        BVJ: Mid, Enterprise - Stability
        Value Impact: Credentials are rotated while agents run: a part that misses the
            news goes on with a revoked key, and its users collect failed answers until
            someone restarts it.
        Strategic Impact: Keys can be rotated often because rotation costs no session.

        Given: a callback that records its arguments and a callback that raises
        Given: a callback that sets a different key from inside the notification
        When: a key is set, changed and deleted
        When: the recording callback is removed and the key is set again
        Then: the recording callback gets key, old and new for each change, None
            standing for absent
        Then: no exception of a callback reaches the caller, and each change takes
            effect
        Then: the callback that sets a different key returns without a deadlock
        Then: the removed callback is not called again
        """
        key = "EI_MODEL_KEY"
        env = self.env
        heard = []

        def fail(_key, _old, new):
            raise RuntimeError(new)

        def record(*change):
            if change[0] == key:
                heard.append(change)

        def follow(changed, _old, new):
            # From another thread, for the lock must not be held here.
            if changed == key:
                self.run_with_timeout(env.set, GIVE_UP_S, "EI_FOLLOWS", f"saw {new}")

        for callback in (fail, record, record, follow):
            env.add_change_callback(callback)
        assert env.set(key, "first") is True
        assert env.get("EI_FOLLOWS") == "saw first"
        assert env.set(key, "second") is True
        assert env.set(key, "second") is True  # no change: nobody is told
        assert env.get(key) == "second"
        assert env.delete(key) is True
        assert env.exists(key) is False
        assert env.get("EI_FOLLOWS") == "saw None"

        expected = [(key, None, "first"), (key, "first", "second")]
        expected.append((key, "second", None))
        assert heard == expected
        failures = env.get_debug_info()["callback_errors"]
        assert len(failures) == 6  # three changes here and three that followed
        assert all(note.endswith(": RuntimeError") for note in failures)

        assert env.remove_change_callback(record) is True
        assert env.remove_change_callback(record) is False
        assert env.set(key, "third") is True
        assert heard == expected
        assert env.get("EI_FOLLOWS") == "saw third"


class TestMultiEnvironmentConfiguration(SSotBaseTestCase):
    """Multi-Environment Configuration.

    BVJ: Mid, Enterprise - Risk Reduction
    Value Impact: A process that knows which environment it is in applies the right
        limits, data and credentials.
    Strategic Impact: Test behavior stays out of production, and production data stays
        out of tests.

    Spec: specs/environment_isolation.yaml (rev d1fb9f)
    """

    @pytest.mark.spec("EI-007", rev="d9e8cd.81cbf9", written="d9e8cd")
    @pytest.mark.integration
    @pytest.mark.parametrize(
        ("name", "mode"),
        [
            pytest.param("production", "production", id="production_full"),
            pytest.param("prod", "production", id="production_short"),
            pytest.param("PRODUCTION", "production", id="production_upper"),
            pytest.param("staging", "staging", id="staging_full"),
            pytest.param("stage", "staging", id="staging_short"),
            pytest.param("development", "development", id="development_full"),
            pytest.param("dev", "development", id="development_short"),
            pytest.param("Dev", "development", id="development_mixed"),
            pytest.param("test", "test", id="test_short"),
            pytest.param("testing", "test", id="test_full"),
        ],
    )
    def test_environment_detection_logic(self, name, mode):
        """The environment name selects exactly one of four modes.

        BVJ: Mid, Enterprise - Risk Reduction
        Value Impact: Production that takes itself for a test system serves stub answers
            under relaxed limits, and paying teams are billed for canned text.
        Strategic Impact: Test behavior stays out of production, and production data
            stays out of tests.

        Given: isolation is on and ENVIRONMENT is set to the name of the case
        When: get_environment_name and the four mode checks are called
        Then: get_environment_name returns the mode of the case
        Then: the check of that mode answers true and the other three answer false
        """
        self.set_env_var("ENVIRONMENT", name)
        self.set_env_var("APP_ENV", "no such environment")
        assert self.env.get_environment_name() == mode
        assert modes(self.env) == [mode]

    @pytest.mark.spec("EI-008", rev="b29bd0.222fa2", written="b29bd0")
    @pytest.mark.integration
    def test_test_context_detection(self):
        """A test context is recognized, and nothing else is taken for one.

        BVJ: Mid, Enterprise - Security
        Value Impact: Fixture credentials that work outside a test run are an unlocked
            door: whoever has read our test data could walk into a live workspace.
        Strategic Impact: Test conveniences can exist without weakening what customers
            are sold.

        Given: this test, which runs under pytest
        Given: a fresh interpreter without pytest, pytest variables or a test
            environment name
        When: is_test_context is called in both
        Then: the answer is true under pytest
        Then: the answer is false in the fresh interpreter
        Then: the answer in the fresh interpreter stays false when ENVIRONMENT is
            production
        """
        env = self.env
        self.delete_env_var("TESTING")
        self.set_env_var("ENVIRONMENT", "production")
        assert env.is_test_context() is True
        with self.temp_env_vars(TESTING="false"):
            assert env.is_test_context() is False

        assert run_fresh(ASK_TEST_CONTEXT) == [False, False]
        assert run_fresh(ASK_TEST_CONTEXT, ENVIRONMENT="production") == [False, False]
        assert run_fresh(ASK_TEST_CONTEXT, ENVIRONMENT="test") == [True, False]

    @pytest.mark.spec("EI-009", rev="91fd1a.0e5cdc", written="91fd1a")
    @pytest.mark.integration
    def test_test_environment_defaults(self):
        """Tests get safe defaults that replace nothing and stay in tests.

        BVJ: Platform - Velocity
        Value Impact: Suites which need variables set by hand are skipped by whoever is
            in a hurry, and the faults in user separation that they would have caught
            travel on to customers.
        Strategic Impact: Checks that run everywhere at once are checks that do run.

        Given: a test context in which none of the defaulted variables is set
        Given: one of these variables then set by the test itself
        Given: a fresh interpreter that is no test context
        When: the test defaults are requested in each
        Then: every default is a non-empty text value
        Then: the value that the test has set is kept
        Then: no default appears in the fresh interpreter
        """
        env = self.env
        for key in (*NAMING, *TEST_DEFAULTS):
            self.delete_env_var(key)
        offered = env.test_defaults()
        assert offered.keys() == TEST_DEFAULTS.keys()
        assert all(isinstance(v, str) and v.strip() for v in offered.values())
        assert not any(env.exists(key) for key in offered)
        with self.temp_env_vars(APP_ENV="staging"):
            assert "ENVIRONMENT" not in env.test_defaults()

        self.set_env_var("LOG_LEVEL", "DEBUG")
        applied = env.test_defaults(apply=True)
        assert applied == {k: v for k, v in offered.items() if k != "LOG_LEVEL"}
        assert env.get("LOG_LEVEL") == "DEBUG"
        assert {key: env.get(key) for key in applied} == applied
        assert {env.get_variable_source(key) for key in applied} == {"test_defaults"}
        assert env.test_defaults() == {}

        assert run_fresh(ASK_TEST_DEFAULTS) == [{}, []]


class TestEnvironmentValidationConversion(SSotBaseTestCase):
    """Environment Validation & Conversion.

    BVJ: Mid, Enterprise - Security
    Value Impact: Sessions of many users share a process without sharing settings or
        secrets.
    Strategic Impact: Secure concurrent use is what Mid and Enterprise accounts buy and
        renew.

    Spec: specs/environment_isolation.yaml (rev ba1e1f)
    """

    @pytest.mark.spec("EI-010", rev="4fe312.cd6e92", written="4fe312")
    @pytest.mark.integration
    def test_environment_validation_functionality(self):
        """Validation lists what is missing or wrong and says so once.

        BVJ: Mid, Enterprise - Risk Reduction
        Value Impact: Started without its tenant secrets, an instance would fall back on
            development values and store a client's conversations where they do not
            belong.
        Strategic Impact: Doubtful instances never meet a customer, so fewer incidents
            need explaining.

        Given: an isolated environment in which every required variable has a valid
            value
        Given: the same environment with one required variable removed
        Given: the same environment with one optional variable removed
        When: validate_all is called for each
        Then: the complete environment has is_valid true and no errors
        Then: without the required variable is_valid is false and exactly one error
            names it
        Then: without the optional variable is_valid is true and missing_optional names
            it
        """
        env = self.env
        for key in ("APP_ENV", "DEBUG", "ENV", "TESTING"):
            self.delete_env_var(key)
        variables = {
            "DATABASE_URL": "postgresql://chat@db.example.com/chat",
            "EI_TENANT_REGION": "eu",
            "ENVIRONMENT": "production",
            "JWT_SECRET_KEY": "a-key-that-is-long-enough-for-production",
            "LOG_LEVEL": "INFO",
            "REDIS_URL": "redis://cache.example.com/0",
        }
        env.update(variables)
        required = ("EI_TENANT_REGION", "JWT_SECRET_KEY", "EI_TENANT_REGION")
        complete = env.validate_all(required)
        assert complete.is_valid is True
        assert complete.errors == complete.warnings == complete.missing_optional == ()

        for absent in (None, "  "):
            with self.temp_env_vars(EI_TENANT_REGION=absent):
                result = env.validate_all(required)
            assert result.is_valid is False
            assert len(result.errors) == 1
            assert "EI_TENANT_REGION" in result.errors[0]

        for key, wrong in (("ENVIRONMENT", "prodution"), ("JWT_SECRET_KEY", "short")):
            with self.temp_env_vars({key: wrong}):
                result = env.validate_all(required)
            assert result.is_valid is False
            assert [error.split()[0] for error in result.errors] == [key]

        with self.temp_env_vars(REDIS_URL=None):
            result = env.validate_all(required)
        assert result.is_valid is True
        assert result.missing_optional == ("REDIS_URL",)

    @pytest.mark.spec("EI-011", rev="242dfe.b38f21", written="242dfe")
    @pytest.mark.integration
    def test_staging_database_credential_validation(self):
        """Staging database credentials are checked without being shown.

        BVJ: Platform, Mid, Enterprise - Risk Reduction
        Value Impact: Staging is the last rehearsal; when its database login is wrong, a
            change to tenant separation goes live without ever having met realistic
            data.
        Strategic Impact: Rehearsals that really took place make releases dull, as large
            accounts like them.

        Given: a staging environment with complete and plausible database credentials
        Given: the same environment with an empty password
        Given: the same environment with no database host
        When: validate_staging_database_credentials is called for each
        Then: the complete credentials give valid true and no issues
        Then: the other two give valid false and an issue that names the variable at
            fault
        Then: no issue and no warning contains the password
        """
        env = self.env
        password = "plum-Harbour-73-vane"
        self.delete_env_var("DATABASE_URL")
        env.update(
            {
                "ENVIRONMENT": "staging",
                "POSTGRES_DB": "chat",
                "POSTGRES_HOST": "db.staging.example.com",
                "POSTGRES_PASSWORD": password,
                "POSTGRES_PORT": "5432",
                "POSTGRES_USER": "chat_app",
            }
        )
        check = env.validate_staging_database_credentials
        assert check() == {"valid": True, "issues": [], "warnings": []}

        reports = []
        for key, value in (("POSTGRES_PASSWORD", ""), ("POSTGRES_HOST", None)):
            with self.temp_env_vars({key: value}):
                reports.append(check())
            assert reports[-1]["valid"] is False
            assert len(reports[-1]["issues"]) == 1
            assert key in reports[-1]["issues"][0]

        bad_url = f"postgresql://chat_app:{password}@db.staging.example.com:{password}"
        weak = {"DATABASE_URL": bad_url, "POSTGRES_PASSWORD": "plum-73"}
        with self.temp_env_vars(weak, ENVIRONMENT="production"):
            reports.append(check())
        assert reports[-1]["valid"] is False
        assert any("shorter" in issue for issue in reports[-1]["issues"])
        assert any("DATABASE_URL" in issue for issue in reports[-1]["issues"])
        assert any("not staging" in text for text in reports[-1]["warnings"])
        shown = json.dumps(reports)
        assert password not in shown
        assert "plum-73" not in shown

    @pytest.mark.spec("EI-012", rev="b3afd3.f868b6", written="b3afd3")
    @pytest.mark.integration
    @pytest.mark.parametrize(
        ("text", "kind_of", "expected", "refused"),
        [
            pytest.param("true", "bool", True, False, id="bool_true_word"),
            pytest.param("1", "bool", True, False, id="bool_true_digit"),
            pytest.param("YES", "bool", True, False, id="bool_true_yes"),
            pytest.param("on", "bool", True, False, id="bool_true_on"),
            pytest.param("false", "bool", False, False, id="bool_false_word"),
            pytest.param("0", "bool", False, False, id="bool_false_digit"),
            pytest.param("no", "bool", False, False, id="bool_false_no"),
            pytest.param("Off", "bool", False, False, id="bool_false_off"),
            pytest.param("maybe", "bool", None, True, id="bool_unclear"),
            pytest.param("42", "int", 42, False, id="int_plain"),
            pytest.param("-7", "int", -7, False, id="int_below_zero"),
            pytest.param("4.5", "int", None, True, id="int_with_fraction"),
            pytest.param("1.5", "float", 1.5, False, id="float_plain"),
            pytest.param("fast", "float", None, True, id="float_word"),
            pytest.param(
                "alpha,beta,gamma",
                "list",
                ["alpha", "beta", "gamma"],
                False,
                id="list_plain",
            ),
            pytest.param(
                "alpha, beta",
                "list",
                ["alpha", "beta"],
                False,
                id="list_with_spaces",
            ),
            pytest.param(
                '{"retries": 3, "models": ["small"]}',
                "json",
                {"retries": 3, "models": ["small"]},
                False,
                id="json_map",
            ),
            pytest.param("null", "json", None, False, id="json_null"),
            pytest.param('{"retries": ', "json", None, True, id="json_cut_short"),
        ],
    )
    def test_environment_value_type_conversion(self, text, kind_of, expected, refused):
        """Values convert to the type that is asked for, or are refused.

        BVJ: Mid, Enterprise - Stability
        Value Impact: Read as text, token budgets compare letter by letter: a large one
            counts as small, and an Enterprise team's agents stop in mid-task with most
            of its allowance unspent.
        Strategic Impact: Limits that mean what they say let customers use all that they
            have bought.

        Given: isolation is on and a variable is set to the text of the case
        When: the variable is read as the type that the case asks for
        Then: an accepted text gives the expected value with exactly the expected type
        Then: a refused text gives an error that names the variable and the type
        Then: the error for a variable with a sensitive name does not contain its value
        """
        env = self.env
        env.update({"EI_VALUE": text, "EI_VALUE_TOKEN": text})
        read = getattr(env, f"get_{kind_of}")
        assert env.get_as("EI_NEVER_SET", kind_of, "default") == "default"

        if not refused:
            for value in (read("EI_VALUE"), env.get_as("EI_VALUE", kind_of, "default")):
                assert value == expected
                assert type(value) is type(expected)
            return

        for key in ("EI_VALUE", "EI_VALUE_TOKEN"):
            with self.expect_exception(ConversionError) as caught:
                read(key, expected)
            assert caught.value.key == key
            message = str(caught.value)
            assert message.startswith(f"{key}: expected a")
            assert kind_of in message.casefold().split()
            # A sensitive name hides the value, any other shows it.
            assert (repr(text) in message) is (key == "EI_VALUE")
            assert (text in message) is (key == "EI_VALUE")


class TestEnvironmentStateManagement(SSotBaseTestCase):
    """Environment State Management.

    BVJ: Mid, Enterprise - Stability
    Value Impact: A worker hands each session a clean environment and takes nothing
        along from the last one.
    Strategic Impact: Workers can be shared between customers, which keeps the service
        affordable to run.

    Spec: specs/environment_isolation.yaml (rev 21b895)
    """

    @pytest.mark.spec("EI-013", rev="7b554e.3fcf40", written="7b554e")
    @pytest.mark.integration
    def test_environment_backup_and_restore(self, tmp_path):
        """The original environment comes back after any change.

        BVJ: Mid, Enterprise - Stability
        Value Impact: A maintenance job that borrows a tenant's settings has to hand
            them back, or the next session on this worker opens with the wrong company's
            database.
        Strategic Impact: Workers can be shared between customers, which keeps the
            service affordable to run.

        Given: two process variables with known values
        Given: isolation enabled with backup_original on
        When: one variable is changed, the second deleted and a third added
        When: reset_to_original is called
        When: a library writes two of the variables to os.environ, past the isolation
        When: isolation is disabled with restore_original on
        Then: get returns both known values after reset_to_original
        Then: the added variable is gone after reset_to_original
        Then: what the library wrote is not seen while isolation is on
        Then: os.environ holds both known values at the end and lacks the added variable
        """
        own = {"EI_DATABASE": "own", "EI_QUOTA": "10"}
        known = {**own, "EI_ADDED": None, "EI_STRAY": None}
        env = self.env
        env.disable_isolation()
        env.update(own)
        env.enable_isolation(backup_original=True)

        env.set("EI_DATABASE", "borrowed")
        assert env.delete("EI_QUOTA") is True
        env.set("EI_ADDED", "new")
        assert {key: env.get(key) for key in known} != known
        env.reset_to_original()
        assert {key: env.get(key) for key in known} == known
        assert env.exists("EI_ADDED") is False

        path = tmp_path / "library.env"
        written = dict.fromkeys(("EI_ADDED", "EI_DATABASE", "EI_STRAY"), "library")
        lines = [f"{key}={value}\n" for key, value in written.items()]
        path.write_text("".join(lines), encoding="utf-8")
        assert load_dotenv(path, override=True) is True
        assert process_values(*known) == {**known, **written}
        assert {key: env.get(key) for key in known} == known

        env.disable_isolation(restore_original=True)
        assert env.is_isolated() is False
        assert process_values(*known) == known
        assert {key: env.get(key) for key in known} == known

    @pytest.mark.spec("EI-014", rev="d35863.3d7542", written="d35863")
    @pytest.mark.integration
    def test_environment_reset_functionality(self):
        """Reset leaves a clean environment and may be repeated.

        BVJ: Mid, Enterprise - Security
        Value Impact: Workers pass from user to user; whatever a reset leaves behind is
            a leak in which victim and beneficiary are both our customers.
        Strategic Impact: Shared workers stay defensible in a security review.

        Given: an isolated environment with two set values, one of them protected
        Given: a change history with several entries
        When: reset is called, a new value is set, and reset is called again
        Then: neither of the first two values is found after the first reset
        Then: get_changes_since_init reports nothing after each reset
        Then: the key that was protected accepts a set without force
        Then: the second reset removes the new value and raises nothing
        """
        env = self.env
        env.set("EI_USER", "first", "session")
        env.set("EI_QUOTA", "10", "session")
        env.protect_variable("EI_QUOTA")
        assert env.set("EI_QUOTA", "20") is False
        assert len(env.get_change_history()) == 2
        assert env.get_changes_since_init() == {
            "EI_QUOTA": (None, "10"),
            "EI_USER": (None, "first"),
        }

        env.reset()
        assert env.get("EI_USER") is None
        assert env.get("EI_QUOTA") is None
        assert env.get_changes_since_init() == {}
        assert env.get_change_history() == []
        assert env.is_isolated() is True

        assert env.is_protected("EI_QUOTA") is False
        assert env.set("EI_QUOTA", "30", "next session") is True
        assert env.get("EI_QUOTA") == "30"
        assert env.get_changes_since_init() == {"EI_QUOTA": (None, "30")}
        assert [change.sequence for change in env.get_change_history()] == [1]

        env.reset()
        assert env.exists("EI_QUOTA") is False
        assert env.get_changes_since_init() == {}
        assert process_values("EI_QUOTA", "EI_USER") == dict.fromkeys(
            ("EI_QUOTA", "EI_USER")
        )

    @pytest.mark.spec("EI-015", rev="74ac9e.32fdc3", written="74ac9e")
    @pytest.mark.integration
    def test_environment_cache_management(self):
        """The cache never answers with a value that has since changed.

        BVJ: Mid - Retention
        Value Impact: Agents consult their settings at each step; without a cache that
            can be believed, long runs lag visibly, and growing teams judge us by this
            wait.
        Strategic Impact: Growing teams move to bigger plans when long runs stay quick.

        Given: isolation is on and a variable has been read twice
        When: the variable is set to a new value and read
        When: clear_cache is called and the variable is read again
        When: the variable is deleted and read a last time
        Then: the read after set returns the new value
        Then: the read after clear_cache returns the same new value
        Then: clear_cache adds no entry to the change history
        Then: the read after delete returns the default
        """
        env = self.env
        env.set("EI_STEPS", "[1, 2]")
        for _ in range(2):
            steps = env.get_json("EI_STEPS")
            assert steps == [1, 2]
            steps.append(3)  # the reader's own copy
        assert env.get_json("EI_STEPS") == [1, 2]
        used = env.get_cache_info()
        assert (used.hits, used.misses, used.entries) == (2, 1, 1)

        env.set("EI_STEPS", "[4]")
        assert env.get_json("EI_STEPS") == [4]
        assert env.get_list("EI_STEPS") == ["[4]"]
        used = env.get_cache_info()
        assert (used.hits, used.misses, used.entries) == (2, 3, 2)

        history = env.get_change_history()
        env.clear_cache()
        used = env.get_cache_info()
        assert (used.hits, used.misses, used.entries) == (0, 0, 0)
        assert env.get_json("EI_STEPS") == [4]
        assert env.get_change_history() == history

        assert env.delete("EI_STEPS") is True
        assert env.get_json("EI_STEPS", "default") == "default"
        assert env.get("EI_STEPS") is None


class TestAdvancedEnvironmentFeatures(SSotBaseTestCase):
    """Advanced Environment Features.

    BVJ: Mid, Enterprise - Security
    Value Impact: Sessions of many users share a process without sharing settings or
        secrets.
    Strategic Impact: Secure concurrent use is what Mid and Enterprise accounts buy and
        renew.

    Spec: specs/environment_isolation.yaml (rev 7e1d3c)
    """

    @pytest.mark.spec("EI-016", rev="a555e6.8a57a7", written="a555e6")
    @pytest.mark.integration
    def test_environment_namespacing_and_collision_prevention(self):
        """Namespaces share one environment without touching each other.

        BVJ: Mid, Enterprise - Stability
        Value Impact: Login and chat both have a setting called timeout; kept apart, a
            change that speeds up one cannot throw users of the other out in
            mid-conversation.
        Strategic Impact: Parts of the product can be tuned on their own, by the people
            who know them.

        Given: namespaces auth and chat that both have a key TIMEOUT
        Given: a prefix view on the variables of chat
        When: each namespace sets, reads, changes and deletes its own TIMEOUT
        When: auth asks for a key that only chat has
        Then: each namespace reads only its own value at every step
        Then: deleting TIMEOUT in one namespace leaves that of the other in place
        Then: the prefix view lists the keys of chat and none of auth
        Then: auth gets the default for the key that only chat has, and does not contain
            it
        """
        env = self.env
        for key in env.get_all():
            if key.startswith(("AUTH_", "CHAT_")):
                env.delete(key)
        auth, chat = env.namespace("auth"), env.namespace("chat")
        chat_keys = env.prefix_view("CHAT_")

        assert auth.set("TIMEOUT", "5") is True
        assert chat.set("TIMEOUT", "60") is True
        assert (auth["TIMEOUT"], chat["TIMEOUT"]) == ("5", "60")
        assert env.get("AUTH_TIMEOUT") == "5"
        assert env.get_variable_source("CHAT_TIMEOUT") == "namespace:chat"
        assert auth.set("TIMEOUT", "6") is True
        assert (auth["TIMEOUT"], chat["TIMEOUT"]) == ("6", "60")
        assert chat.set("MODEL", "small") is True
        assert dict(chat_keys) == {"MODEL": "small", "TIMEOUT": "60"}
        assert dict(auth) == {"TIMEOUT": "6"}

        assert auth.get("MODEL", "default") == "default"
        assert "MODEL" not in auth
        assert "MODEL" in chat

        assert auth.delete("TIMEOUT") is True
        assert "TIMEOUT" not in auth
        assert chat["TIMEOUT"] == "60"
        assert chat.delete("TIMEOUT") is True
        assert chat.delete("TIMEOUT") is False
        assert list(chat_keys) == ["MODEL"]

        with self.expect_exception(NamespaceCollisionError, match="both have"):
            env.namespace("Auth")
        with self.expect_exception(NamespaceCollisionError, match="'AUTH_'"):
            env.namespace("auth", prefix="CHAT_")
        assert env.namespace("auth").prefix == "AUTH_"

    @pytest.mark.spec("EI-017", rev="c6f3eb.53bb1c", written="c6f3eb")
    @pytest.mark.integration
    def test_environment_variable_collision_detection(self):
        """Two names for one variable are detected and refused.

        BVJ: Platform, Mid, Enterprise - Risk Reduction
        Value Impact: Two teams' settings that overwrite each other surface as one
            tenant's quota on another tenant's invoice; the clash costs least on the day
            it is written.
        Strategic Impact: Several teams can extend the platform at once without a
            registry kept by hand.

        Given: namespace A with key B_C and namespace A_B with key C, which mean one
            variable
        Given: namespace X with key C, which means a variable of its own
        When: each namespace is registered and sets its key, A first, then A_B, then X
        When: after a reset, A and A_B are both registered before A and then A_B set
            their keys
        Then: the second is refused with an error that names the variable and both
            namespaces
        Then: the variable still holds the first value
        Then: the third is set without complaint
        Then: after the reset A is refused, and A_B, whose prefix is longer, sets the
            variable
        Then: find_namespace_collisions then names the variable, both namespaces and the
            owner
        """
        env = self.env
        assert env.namespace("A").set("B_C", "first") is True
        with self.expect_exception(NamespaceCollisionError) as caught:
            env.namespace("A_B")
        assert all(n in str(caught.value) for n in ("A_B_C ", "'A'", "'A_B'"))
        assert env.get("A_B_C") == "first"
        assert env.namespace("X").set("C", "third") is True
        assert (env.get("X_C"), env.get("A_B_C")) == ("third", "first")

        env.reset()
        shorter, longer = env.namespace("A"), env.namespace("A_B")
        with self.expect_exception(NamespaceCollisionError) as caught:
            shorter.set("B_C", "first")
        assert all(n in str(caught.value) for n in ("A_B_C ", "'A'", "'A_B'"))
        assert env.exists("A_B_C") is False
        assert longer.set("C", "second") is True
        assert env.get("A_B_C") == "second"
        with self.expect_exception(NamespaceCollisionError):
            shorter.delete("B_C")
        assert longer["C"] == "second"
        assert "B_C" not in shorter
        env.namespace("X").set("C", "third")
        found = env.find_namespace_collisions()
        assert NamespaceCollision("A_B_C", ("A", "A_B"), "A_B") in found
        assert not any(collision.variable == "X_C" for collision in found)

    @pytest.mark.spec("EI-018", rev="c82c99.89c418", written="c82c99")
    @pytest.mark.integration
    def test_dynamic_environment_switching(self):
        """A switch of environment takes effect at once and can be undone.

        BVJ: Platform, Mid, Enterprise - Risk Reduction
        Value Impact: Rehearsals flip a process from stage to stage; if the old stage
            sticks, the clean-up that ends a drill runs against live conversations.
        Strategic Impact: Dangerous procedures can be practiced, so they go well when
            they count.

        Given: isolation is on, ENVIRONMENT is development and every mode check has been
            called once
        When: ENVIRONMENT is set to staging, to production and back to development
        Then: get_environment_name and the four mode checks follow each switch at once
        Then: the change history lists the three switches in order
        Then: the value of ENVIRONMENT in os.environ never changes
        """
        env = self.env
        outside = process_values("ENVIRONMENT")
        env.set("ENVIRONMENT", "development", "start")
        assert modes(env) == ["development"]

        steps = ("staging", "production", "development")
        for name in steps:
            assert env.set("ENVIRONMENT", name, "drill") is True
            assert env.get_environment_name() == name
            assert modes(env) == [name]
            assert process_values("ENVIRONMENT") == outside

        drill = [
            (change.key, change.old_value, change.new_value)
            for change in env.get_change_history()
            if change.source == "drill"
        ]
        assert drill == [
            ("ENVIRONMENT", "development", "staging"),
            ("ENVIRONMENT", "staging", "production"),
            ("ENVIRONMENT", "production", "development"),
        ]

    @pytest.mark.spec("EI-019", rev="1dd5c4.3a37a5", written="1dd5c4")
    @pytest.mark.integration
    def test_concurrent_environment_access(self):
        """Threads never lose, mix or tear one another's values.

        BVJ: Mid, Enterprise - Security
        Value Impact: Sessions interleave most when a customer's office is full; a lost
            update then puts one person's context under another's prompt, and an
            Enterprise trial ends there.
        Strategic Impact: Secure concurrent use is what Mid and Enterprise accounts buy
            and renew.

        Given: eight threads with a namespace each, and one key that all of them change
        Given: a barrier that starts all threads together
        When: each thread writes and reads back fifty values of its own and then the
            shared key
        Then: each thread reads back exactly what it wrote in its namespace
        Then: the shared key holds one of the written values, whole
        Then: the change history counts every change once
        Then: no thread raises and none is still waiting at the end
        """
        threads, rounds = 8, 50
        env = self.env
        self.add_cleanup(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(EAGER_SWITCH_S)
        written = {f"{t}:{n} " * 20 for t in range(threads) for n in range(rounds)}

        def work(thread):
            own = env.namespace(f"ei-session-{thread}")
            seen = []
            for number in range(rounds):
                value = f"{thread}:{number} " * 20
                own.set("CONTEXT", value)
                seen.append(own["CONTEXT"] == value)
                env.set("EI_SHARED", value)
                seen.append(env.get("EI_SHARED") in written)
            return seen

        results = run_together(threads, work)
        assert results == [[True] * (2 * rounds)] * threads
        assert env.get("EI_SHARED") in written

        history = env.get_change_history()
        assert [change.sequence for change in history] == list(range(1, 801))
        keys = ["EI_SHARED", *(f"EI_SESSION_{t}_CONTEXT" for t in range(threads))]
        made = {key: [c for c in history if c.key == key] for key in keys}
        assert Counter(change.new_value for change in made["EI_SHARED"]) == Counter(
            written
        )
        for key, changes in made.items():
            # Each change starts from the one before it: none was lost in between.
            olds = [change.old_value for change in changes]
            news = [change.new_value for change in changes]
            assert olds == [None, *news[:-1]]
            assert env.get(key) == news[-1]
            assert len(changes) == (400 if key == "EI_SHARED" else 50)

    @pytest.mark.spec("EI-020", rev="a12e14.0ff031", written="a12e14")
    @pytest.mark.integration
    def test_environment_security_and_access_control(self):
        """Debug output hides secrets, and protected values resist change.

        BVJ: Mid, Enterprise - Security
        Value Impact: Debug output is pasted into support tickets as a matter of course;
            masking keeps a tenant's database password from people who were never meant
            to hold it.
        Strategic Impact: Secure concurrent use is what Mid and Enterprise accounts buy
            and renew.

        Given: variables with PASSWORD, SECRET, TOKEN or KEY in their names
        Given: a database URL that contains a user and a password
        Given: a protected variable
        When: get_debug_info, repr and the change history are turned into text
        When: the protected variable is set without force, then unprotected and set
            again
        Then: no secret value and no URL password is in any of the texts
        Then: the names of the variables are still readable in get_debug_info
        Then: is_protected is true at first, and the first set returns false and changes
            nothing
        Then: the set after unprotect_variable returns true and takes effect
        """
        env = self.env
        secrets = {
            "EI_DB_PASSWORD": "gate-4417",
            "EI_SESSION_TOKEN": "mint-9052",
            "EI_SIGNING_SECRET": "oak-2836",
            "EI_VENDOR_KEY": "reef-7170",
        }
        url = "postgresql://keeper:dune-6391@db.example.com/chat"
        env.update({**dict.fromkeys(secrets, "slate-1508"), "EI_STORE": url})
        env.update(secrets)
        assert {key: env.get(key) for key in secrets} == secrets
        assert env.get("EI_STORE") == url

        info = env.get_debug_info()
        view = env.prefix_view("EI_")
        history = env.get_change_history()
        texts = [json.dumps(info), repr(env), repr(view), repr(history)]
        texts += [repr(env.get_changes_since_init()), repr(env.backup())]
        hidden = [*secrets.values(), "slate-1508", "dune-6391"]
        assert [text for text in hidden if any(text in shown for shown in texts)] == []
        assert {key: info["variables"][key] for key in secrets} == dict.fromkeys(
            secrets, MASK
        )
        assert "db.example.com/chat" in info["variables"]["EI_STORE"]
        assert len(history) == 9

        env.protect_variable("EI_DB_PASSWORD")
        assert env.is_protected("EI_DB_PASSWORD") is True
        assert env.set("EI_DB_PASSWORD", "moss-1123") is False
        assert env.delete("EI_DB_PASSWORD") is False
        assert env.get("EI_DB_PASSWORD") == "gate-4417"
        assert env.get_change_history() == history
        assert env.unprotect_variable("EI_DB_PASSWORD") is True
        assert env.is_protected("EI_DB_PASSWORD") is False
        assert env.set("EI_DB_PASSWORD", "moss-1123") is True
        assert env.get("EI_DB_PASSWORD") == "moss-1123"
