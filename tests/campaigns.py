"""Which tests are long, and how large the others are.

``pytest`` leaves the campaigns out. ``pytest -m campaign`` runs nothing else, and there
the tests that are listed as sized are large.
"""

from __future__ import annotations

import os

__all__ = ["CAMPAIGN", "CAMPAIGNS", "SIZED", "SIZE_NAME", "is_campaign", "sized"]

SIZE_NAME = "SUITELOOM_PROPERTY"
CAMPAIGN = "campaign"

_ABOVE = (
    "tests/functional/test_merge_ties.py"
    "::test_conflict_above_a_body_leaves_the_test_suspect"
)
_BY_LINES = (
    "tests/functional/test_merge_driver_files.py"
    "::test_what_can_not_be_read_is_merged_by_lines"
)

_ENDS = (
    "tests/functional/test_run_verdict.py"
    "::test_an_end_that_the_tests_do_not_explain_is_a_finding"
)

_GATEWAYS = "tests/functional/test_gateways.py"

CAMPAIGNS: tuple[str, ...] = (
    "tests/functional/test_bench_shards.py::test_every_step_is_measured",
    "tests/functional/test_build_processes.py::test_results_records_and_findings_are_those_of_one_process[all]",
    "tests/functional/test_build_processes.py::test_settings_of_pytest_about_processes_win[used-already]",
    f"{_GATEWAYS}::test_a_pytest_of_the_checkout_does_not_judge",
    f"{_GATEWAYS}::test_a_tree_that_is_not_clean_there_is_none_in_the_record",
    f"{_GATEWAYS}::test_a_worker_that_dies_fails_its_test_only",
    f"{_GATEWAYS}::test_a_worker_that_always_dies_ends_the_run",
    f"{_GATEWAYS}::test_coverage_comes_back_too",
    f"{_GATEWAYS}::test_settings_of_pytest_about_processes",
    f"{_GATEWAYS}::test_what_follows_the_dashes_says_how_tests_are_spread",
    "tests/functional/test_hint_edits.py::test_every_hint_about_a_run_helps",
    "tests/functional/test_hint_edits.py::test_the_page_says_how_many",
    "tests/functional/test_pre_commit.py::test_the_hooks_install_where_nothing_else_is",
    "tests/functional/test_report_page.py::test_a_large_report_stays_small",
    "tests/functional/test_shards.py::test_a_choice_of_tests_is_shared_as_well[a-domain-and-an-id]",
    "tests/functional/test_shards.py::test_a_choice_of_tests_is_shared_as_well[environments]",
    "tests/functional/test_shards.py::test_a_choice_of_tests_is_shared_as_well[expression]",
    "tests/functional/test_shards.py::test_a_choice_of_tests_is_shared_as_well[selection]",
    "tests/functional/test_shards.py::test_all_shards_joined_are_the_whole_run[two]",
    "tests/functional/test_stand_ins.py::test_a_test_that_fails_fails_whatever_is_called_pytest[pythonpath",
    "tests/functional/test_stand_ins.py::test_a_test_that_fails_fails_whatever_is_called_pytest[root-build",
    "tests/functional/test_stand_ins.py::test_check_collects_whatever_is_called_pytest[pythonpath",
    f"{_ENDS}[sys-exit-in-sessionfinish]",
    f"{_ENDS}[warning-as-error-at-the-end]",
    f"{_ENDS}[raised-when-the-record-is-written]",
    f"{_ENDS}[exit-of-the-process-in-a-test]",
    f"{_ENDS}[record-of-another-format]",
    "tests/functional/test_unified_runner.py::test_the_teams_lines_run_the_suites_from_any_folder[parallel]",
    f"{_BY_LINES}[base-no-utf-8]",
    f"{_BY_LINES}[base-copy]",
    f"{_BY_LINES}[base-marker-without-class]",
    f"{_BY_LINES}[base-lone-return]",
    f"{_BY_LINES}[ours-no-python]",
    f"{_BY_LINES}[ours-copy]",
    f"{_BY_LINES}[ours-control]",
    f"{_BY_LINES}[ours-lone-return]",
    f"{_BY_LINES}[theirs-no-python]",
    f"{_BY_LINES}[theirs-no-utf-8]",
    f"{_BY_LINES}[theirs-marker-without-class]",
    f"{_BY_LINES}[theirs-control]",
    f"{_ABOVE}[comment-tied-rebase]",
    f"{_ABOVE}[comment-untied-merge]",
    f"{_ABOVE}[comment-untied-rebase]",
    f"{_ABOVE}[decorator-tied-merge]",
    f"{_ABOVE}[decorator-tied-rebase]",
    f"{_ABOVE}[decorator-untied-merge]",
    f"{_ABOVE}[fixture-tied-merge]",
    f"{_ABOVE}[fixture-untied-rebase]",
    "tests/meta/test_planted_defects.py",
    "tests/meta/test_planted_faults.py::test_planted_fault_is_caught",
    "tests/meta/test_planted_faults.py::test_without_a_fault_every_test_passes",
    "tests/property/test_fuzz.py::test_encodings[specs/",
)
"""Beginnings of the node ids of tests that run in a campaign only."""

SIZED: tuple[str, ...] = (
    "tests/functional/test_claims.py::test_after_writing",
    "tests/functional/test_conflicts.py",
    "tests/functional/test_faults.py::test_two_at_once",
    "tests/functional/test_linear.py",
    "tests/functional/test_repositories.py",
    "tests/property/test_beside.py",
    "tests/property/test_code.py",
    "tests/property/test_diff_edits.py",
    "tests/unit/test_comparisons.py",
    "tests/unit/test_own_markdown.py",
    "tests/unit/test_report_markdown.py",
    "tests/unit/store/test_commit_races.py",
    "tests/unit/store/test_history_file.py::test_killed_at_any_time",
    "tests/unit/store/test_history_file.py::test_a_history_with_any_bytes",
    "tests/unit/store/test_history_file.py::test_two_jobs",
    "tests/unit/store/test_history_file.py::test_what_is_read_is",
    "tests/property/test_fuzz.py",
    "tests/property/test_regeneration.py",
    "tests/property/test_render.py::test_a_literal",
    "tests/property/test_render.py::test_black_would_change_nothing",
    "tests/property/test_render.py::test_texts_arrive",
    "tests/property/test_specs.py",
    "tests/unit/scaffold/test_lists.py::test_any_text_is_read_or_refused",
    "tests/unit/scaffold/test_lists.py::test_no_name_is_lost_in_markdown",
    "tests/unit/scaffold/test_names.py::test_every_name_can_be_used",
    "tests/unit/specs/test_insert.py::test_any_layout_keeps_every_byte",
    "tests/unit/specs/test_scalars.py::test_block_text_is_read_as_it_was",
    "tests/unit/specs/test_scalars.py::test_flow_text_is_read_as_it_was",
    "tests/unit/threeway/test_property.py",
)
"""The same of tests that are small in an ordinary run and large in a campaign."""


def sized(few: int, many: int) -> int:
    """How many examples a test that is listed in `SIZED` makes.

    Args:
        few: In an ordinary run.
        many: In a campaign.
    """
    return many if os.environ.get(SIZE_NAME) == CAMPAIGN else few


def is_campaign(node_id: str) -> bool:
    """Whether a test is a campaign, given where it stands and the size of this run."""
    large = os.environ.get(SIZE_NAME) == CAMPAIGN
    return node_id.startswith((*CAMPAIGNS, *SIZED) if large else CAMPAIGNS)
