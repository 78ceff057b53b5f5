"""The bottom layer: what every other part talks about, as frozen dataclasses.

To make them takes a good part of a short command and of every start of pytest, so that
they are made when they are first asked for.
"""

from typing import TYPE_CHECKING

from suiteloom.late import late_names
from suiteloom.model.digest import (
    DIGITS,
    body_digest,
    digest,
    normative_digest,
    unit_rev,
)

if TYPE_CHECKING:
    from suiteloom.model.audit_config import AuditConfig, ServiceConfig
    from suiteloom.model.code import CodeAge, CodeChange, CodeState, code_age
    from suiteloom.model.comment import CommentFacts, facts_in
    from suiteloom.model.comparison import (
        Change,
        ChangeName,
        Comparison,
        Detail,
        FieldChange,
        Totals,
    )
    from suiteloom.model.config import (
        ENVIRONMENTS,
        KINDS,
        MAX_SPEC_BYTES,
        SCHEMA,
        CommentPolicy,
        Config,
        Policy,
    )
    from suiteloom.model.external import External
    from suiteloom.model.finding import Finding, Place, Severity
    from suiteloom.model.history import (
        PastResult,
        PastRun,
        ResultKey,
        RunEnvironment,
        TestPlace,
    )
    from suiteloom.model.history_config import HistoryConfig
    from suiteloom.model.outcomes import (
        COUNTS,
        OUTCOMES,
        Count,
        CtrfStatus,
        JunitElement,
        Outcome,
        count_of,
        outcome_named,
        worst_outcome,
    )
    from suiteloom.model.plan import Action, ActionName, FileChange, Part, Plan
    from suiteloom.model.protection import (
        LOSSES,
        Evidence,
        Loss,
        is_protecting,
        losses,
        shares,
    )
    from suiteloom.model.quarantine import Quarantine
    from suiteloom.model.record import (
        CollectedTest,
        CollectionProblem,
        Record,
        Revision,
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
    from suiteloom.model.shard import FilePart, Shard, ShardRun, Share, plan_digest
    from suiteloom.model.spec import (
        Bvj,
        Case,
        Group,
        Project,
        Revenue,
        Suite,
        Test,
        in_quarantine,
    )
    from suiteloom.model.team import PassedOver, TeamCollection

__all__ = [
    "COUNTS",
    "DIGITS",
    "ENVIRONMENTS",
    "KINDS",
    "LOSSES",
    "MAX_SPEC_BYTES",
    "OUTCOMES",
    "SCHEMA",
    "Action",
    "ActionName",
    "AuditConfig",
    "Bvj",
    "Case",
    "Change",
    "ChangeName",
    "ClassText",
    "CodeAge",
    "CodeChange",
    "CodeState",
    "CollectedTest",
    "CollectionProblem",
    "CommentFacts",
    "CommentPolicy",
    "Comparison",
    "Config",
    "Count",
    "CtrfStatus",
    "Decorator",
    "Detail",
    "Evidence",
    "External",
    "FieldChange",
    "FileChange",
    "FilePart",
    "Finding",
    "Group",
    "HistoryConfig",
    "JunitElement",
    "Loss",
    "ModuleText",
    "Outcome",
    "Part",
    "PassedOver",
    "PastResult",
    "PastRun",
    "Place",
    "Plan",
    "Policy",
    "Project",
    "Quarantine",
    "Record",
    "RecordError",
    "RenderedGroup",
    "RenderedSuite",
    "RenderedUnit",
    "ResultKey",
    "Revenue",
    "Revision",
    "RunEnvironment",
    "ServiceConfig",
    "Severity",
    "Shard",
    "ShardRun",
    "Share",
    "Suite",
    "TeamCollection",
    "Test",
    "TestOutcome",
    "TestPlace",
    "Totals",
    "UnitText",
    "body_digest",
    "code_age",
    "count_of",
    "digest",
    "dump_outcome",
    "dump_record",
    "dump_test",
    "facts_in",
    "in_quarantine",
    "is_protecting",
    "load_outcome",
    "load_record",
    "load_test",
    "losses",
    "named_by_pending",
    "normative_digest",
    "outcome_named",
    "pending_body",
    "plan_digest",
    "read_object",
    "shares",
    "unit_rev",
    "worst_outcome",
]

_LATE = {
    "audit_config": "AuditConfig ServiceConfig",
    "code": "CodeAge CodeChange CodeState code_age",
    "comment": "CommentFacts facts_in",
    "comparison": "Change ChangeName Comparison Detail FieldChange Totals",
    "config": ("CommentPolicy Config ENVIRONMENTS KINDS MAX_SPEC_BYTES Policy SCHEMA"),
    "external": "External",
    "finding": "Finding Place Severity",
    "history": "PastResult PastRun RunEnvironment ResultKey TestPlace",
    "history_config": "HistoryConfig",
    "outcomes": (
        "COUNTS OUTCOMES Count CtrfStatus JunitElement Outcome "
        "count_of outcome_named worst_outcome"
    ),
    "protection": "LOSSES Evidence Loss is_protecting losses shares",
    "plan": "Action ActionName FileChange Part Plan",
    "quarantine": "Quarantine",
    "record": "CollectedTest CollectionProblem Record Revision TestOutcome",
    "record_file": (
        "RecordError dump_outcome dump_record dump_test load_outcome "
        "load_record load_test read_object"
    ),
    "rendered": (
        "ClassText Decorator ModuleText RenderedGroup RenderedSuite "
        "RenderedUnit UnitText named_by_pending pending_body"
    ),
    "shard": "FilePart Shard ShardRun Share plan_digest",
    "spec": "Bvj Case Group Project Revenue Suite Test in_quarantine",
    "team": "PassedOver TeamCollection",
}
"""Names by the module that is imported when one of them is asked for."""


__getattr__ = late_names(__name__, _LATE)


def __dir__() -> list[str]:
    """List the public names, those not yet imported too."""
    return sorted(__all__)
