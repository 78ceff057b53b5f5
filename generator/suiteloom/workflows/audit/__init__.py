"""`audit`: compliance of any pytest tree, with or without specs."""

from suiteloom.workflows.audit.audit import AuditOptions, AuditReport, Lines, audit
from suiteloom.workflows.audit.baseline import fingerprint
from suiteloom.workflows.audit.compliance import ComplianceReport, compliance

__all__ = [
    "AuditOptions",
    "AuditReport",
    "ComplianceReport",
    "Lines",
    "audit",
    "compliance",
    "fingerprint",
]
