"""`audit`: compliance of any pytest tree, with or without specs."""

from suiteloom.workflows.audit.audit import AuditOptions, AuditReport, audit
from suiteloom.workflows.audit.compliance import ComplianceReport, compliance

__all__ = [
    "AuditOptions",
    "AuditReport",
    "ComplianceReport",
    "audit",
    "compliance",
]
