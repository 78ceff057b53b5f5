"""The bottom layer: what every other part talks about, as frozen dataclasses."""

from suiteloom.model.audit_config import AuditConfig, ServiceConfig
from suiteloom.model.config import ENVIRONMENTS, KINDS, Config, Policy
from suiteloom.model.digest import (
    DIGITS,
    body_digest,
    digest,
    normative_digest,
    unit_rev,
)
from suiteloom.model.external import External
from suiteloom.model.finding import Finding, Place, Severity
from suiteloom.model.outcomes import (
    COUNTS,
    OUTCOMES,
    Count,
    Outcome,
    outcome_named,
    worst_outcome,
)
from suiteloom.model.plan import Action, ActionName, FileChange, Part, Plan
from suiteloom.model.record import (
    CollectedTest,
    CollectionProblem,
    Record,
    TestOutcome,
)
from suiteloom.model.record_file import (
    RecordError,
    dump_outcome,
    dump_record,
    dump_test,
    load_outcome,
    load_record,
    load_test,
    read_object,
)
from suiteloom.model.rendered import (
    ClassText,
    Decorator,
    ModuleText,
    RenderedGroup,
    RenderedSuite,
    RenderedUnit,
    UnitText,
    named_by_pending,
    pending_body,
)
from suiteloom.model.spec import Bvj, Case, Group, Project, Revenue, Suite, Test
from suiteloom.model.team import PassedOver, TeamCollection

__all__ = [
    "COUNTS",
    "DIGITS",
    "ENVIRONMENTS",
    "KINDS",
    "OUTCOMES",
    "Action",
    "ActionName",
    "AuditConfig",
    "Bvj",
    "Case",
    "ClassText",
    "CollectedTest",
    "CollectionProblem",
    "Config",
    "Count",
    "Decorator",
    "External",
    "FileChange",
    "Finding",
    "Group",
    "ModuleText",
    "Outcome",
    "Part",
    "PassedOver",
    "Place",
    "Plan",
    "Policy",
    "Project",
    "Record",
    "RecordError",
    "RenderedGroup",
    "RenderedSuite",
    "RenderedUnit",
    "Revenue",
    "ServiceConfig",
    "Severity",
    "Suite",
    "TeamCollection",
    "Test",
    "TestOutcome",
    "UnitText",
    "body_digest",
    "digest",
    "dump_outcome",
    "dump_record",
    "dump_test",
    "load_outcome",
    "load_record",
    "load_test",
    "named_by_pending",
    "normative_digest",
    "outcome_named",
    "pending_body",
    "read_object",
    "unit_rev",
    "worst_outcome",
]
