"""`comment`: one comment on a pull or merge request, kept up to date."""

from suiteloom.workflows.comment.verb import CommentReport, comment

__all__ = ["CommentReport", "comment"]
