"""Which tests are long, and how large the others are.

``pytest`` leaves the campaigns out. ``pytest -m campaign`` runs nothing else, and there
the tests that are listed as sized are large.
"""

from __future__ import annotations

import os
import tomllib
from functools import cache
from pathlib import Path

__all__ = [
    "CAMPAIGN",
    "CAMPAIGNS",
    "SIZED",
    "SIZE_NAME",
    "is_campaign",
    "kept",
    "sized",
]

SIZE_NAME = "SUITELOOM_PROPERTY"
CAMPAIGN = "campaign"


_GATEWAYS = "tests/functional/test_gateways.py"

CAMPAIGNS: tuple[str, ...] = (
    "tests/functional/plugin/test_record.py::test_collect_only_with_workers",
    "tests/functional/plugin/test_record.py::test_collection_warning_of_two_workers_counts_once",
    "tests/functional/plugin/test_record.py::test_import_error_with_workers",
    "tests/functional/plugin/test_record.py::test_outcomes_are_the_same_with_workers_and_in_random_order",
    "tests/functional/plugin/test_summary.py::test_counts_the_same_with_workers",
    "tests/functional/plugin/test_tracebacks.py::test_workers_shorten_as_well",
    "tests/functional/plugin/test_workers.py::test_crash_before_any_report_still_has_its_id",
    "tests/functional/plugin/test_workers.py::test_crash_in_teardown_is_no_pass",
    "tests/functional/plugin/test_workers.py::test_only_the_controller_records",
    "tests/functional/plugin/test_workers.py::test_stopped_at_the_first_failure",
    "tests/functional/plugin/test_workers.py::test_the_rest_runs_after_a_crash",
    "tests/functional/test_action.py::test_a_checkout_without_its_base_is_told_so_and_fails",
    "tests/functional/test_action.py::test_a_request_of_the_repository_itself",
    "tests/functional/test_action.py::test_a_spec_that_is_not_valid_is_shown_at_its_line_and_fails",
    "tests/functional/test_bench.py::test_result_has_every_program_with_its_ratios",
    "tests/functional/test_bench.py::test_the_cost_of_the_plugin_is_told_as_ratios_of_pairs",
    "tests/functional/test_bench_shards.py::test_every_step_is_measured",
    "tests/functional/test_build_processes.py::test_results_records_and_findings_are_those_of_one_process[all]",
    "tests/functional/test_build_processes.py::test_settings_of_pytest_about_processes_win[used-already]",
    "tests/functional/test_chat_page.py::test_a_lost_connection_comes_back_and_sends_what_was_written",
    "tests/functional/test_chat_page.py::test_a_phone_has_the_list_behind_a_button",
    "tests/functional/test_chat_page.py::test_a_wrong_password_is_explained_and_signing_out_hides_everything",
    "tests/functional/test_chat_page.py::test_conversations_are_renamed_and_deleted",
    "tests/functional/test_claimed_report.py::test_every_field_that_a_run_tells_is_stale_where_the_run_is",
    "tests/functional/test_exports.py::test_several_environments_stay_apart",
    "tests/functional/test_hint_edits.py::test_every_hint_about_a_run_helps",
    "tests/functional/test_hint_edits.py::test_the_page_says_how_many",
    "tests/functional/test_history.py::test_each_environment_is_a_run_of_its_own",
    "tests/functional/test_inherited.py::test_the_six_suites_change_over_in_one_step_and_back_to_the_same_bytes",
    "tests/functional/test_init_shards.py::test_jobs_of_gitlab_share_the_tests_and_one_joins_them",
    "tests/functional/test_init_shards.py::test_the_page_is_the_report_that_was_kept",
    "tests/functional/test_init_shards.py::test_without_the_artifact_of_one_job_the_last_one_fails",
    "tests/functional/test_merge_ties.py::test_without_ids_and_ties_bodies_go_astray",
    "tests/functional/test_new.py::test_what_is_to_be_written_is_reported_until_it_is_written",
    "tests/functional/test_pre_commit.py::test_a_commit_that_lacks_its_suites_is_stopped_and_the_next_one_passes",
    "tests/functional/test_pre_commit.py::test_the_hooks_install_where_nothing_else_is",
    "tests/functional/test_progress.py::test_a_run_says_how_long_its_tests_took_last_time",
    "tests/functional/test_progress.py::test_without_colors_it_is_shown_without_colors",
    "tests/functional/test_renumber.py::test_the_real_suites_take_another_prefix",
    "tests/functional/test_report.py::test_every_total_is_what_status_junit_specs_and_suites_say",
    "tests/functional/test_report_forms.py::test_a_history_that_is_damaged_leaves_the_rest_and_is_said",
    "tests/functional/test_report_forms.py::test_a_remembered_run_of_another_commit_is_stale",
    "tests/functional/test_report_page.py::test_a_large_report_stays_small",
    "tests/functional/test_review.py::test_of_many_edits_each_is_shown_and_twenty_are_tried",
    "tests/functional/test_ruff_fixes.py::test_fixes_leave_what_the_specs_own_in_the_six_suites",
    "tests/functional/test_run.py::test_parallel_and_arguments_for_pytest",
    "tests/functional/test_run_coverage.py::test_coverage_in_text_names_the_environments",
    "tests/functional/test_select.py::test_check_names_what_is_wrong_with_what_is_selected",
    "tests/functional/test_shards.py::test_a_choice_of_tests_is_shared_as_well[a-domain-and-an-id]",
    "tests/functional/test_shards.py::test_a_choice_of_tests_is_shared_as_well[environments]",
    "tests/functional/test_shards.py::test_a_choice_of_tests_is_shared_as_well[expression]",
    "tests/functional/test_shards.py::test_a_choice_of_tests_is_shared_as_well[selection]",
    "tests/functional/test_shards.py::test_all_shards_joined_are_the_whole_run[two]",
    "tests/functional/test_stand_ins.py::test_a_suite_that_nothing_can_import_is_an_error",
    "tests/functional/test_stand_ins.py::test_a_suite_that_only_python_m_pytest_can_import_is_a_warning",
    "tests/functional/test_stand_ins.py::test_check_collects_whatever_is_called_pytest[pythonpath",
    "tests/functional/test_templates_company.py::test_switching_packs_keeps_every_written_body",
    "tests/functional/test_unified_runner.py::test_the_teams_lines_run_the_suites_from_any_folder",
    "tests/meta/test_planted_defects.py",
    "tests/meta/test_planted_faults.py::test_planted_fault_is_caught",
    "tests/meta/test_planted_faults.py::test_without_a_fault_every_test_passes",
    "tests/property/test_fuzz.py::test_encodings[specs/",
    "tests/unit/store/test_history_file.py::test_a_history_that_grows_too_large_lets_its_oldest_runs_go",
    f"{_GATEWAYS}::test_a_pytest_of_the_checkout_does_not_judge",
    f"{_GATEWAYS}::test_a_tree_that_is_not_clean_there_is_none_in_the_record",
    f"{_GATEWAYS}::test_a_worker_that_always_dies_ends_the_run",
    f"{_GATEWAYS}::test_a_worker_that_dies_fails_its_test_only",
    f"{_GATEWAYS}::test_code_that_no_commit_has_is_not_run_as_that_of_another",
    f"{_GATEWAYS}::test_coverage_comes_back_too",
    f"{_GATEWAYS}::test_nothing_is_copied_to_a_machine",
    f"{_GATEWAYS}::test_settings_of_pytest_about_processes",
    f"{_GATEWAYS}::test_what_follows_the_dashes_says_how_tests_are_spread",
    f"{_GATEWAYS}::test_what_ran_there_is_told_by_what_the_machines_are",
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


@cache
def kept() -> dict[str, tuple[str, ...]]:
    """The parameters with which tests run in an ordinary run, by their node ids.

    With all others these tests are campaigns.
    """
    files = tomllib.loads(Path(__file__).with_name("kept.toml").read_text("utf-8"))
    return {
        f"{file}::{test}": tuple(parameters)
        for file, tests in files.items()
        for test, parameters in tests.items()
    }


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
    if node_id.startswith((*CAMPAIGNS, *SIZED) if large else CAMPAIGNS):
        return True
    test, _, parameters = node_id.partition("[")
    return parameters.removesuffix("]") not in kept().get(test, [parameters[:-1]])
