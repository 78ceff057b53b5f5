"""`claims`: numbers in documents held against what is computed."""

from suiteloom.workflows.claims.documents import find_documents
from suiteloom.workflows.claims.sources import Sources
from suiteloom.workflows.claims.suggest import Suggestions, suggest
from suiteloom.workflows.claims.verb import Claim, ClaimsReport, check_claims

__all__ = [
    "Claim",
    "ClaimsReport",
    "Sources",
    "Suggestions",
    "check_claims",
    "find_documents",
    "suggest",
]
