//! What the system does, through its public doors: one behaviour a file, all of them one program,
//! since each program would be linked with the whole stack again.

use std::fs;
use std::path::Path;

mod a_body_that_breaks_off_is_resumed;
mod a_bucket_of_low_support_has_no_amount;
mod a_busy_service_is_asked_again;
mod a_changed_object_is_never_mixed;
mod a_crash_before_the_swap_changes_nothing;
mod a_dry_run_writes_nothing;
mod a_failure_between_countries_is_mended_by_running_again;
mod a_fallback_is_named;
mod a_further_name_leads_to_its_country;
mod a_key_of_an_earlier_version_is_kept;
mod a_known_country_is_known_whole;
mod a_known_run_is_served_while_the_table_is_away;
mod a_listener_is_asked_whether_it_runs;
mod a_log_that_nobody_reads_stops_nothing;
mod a_lost_answer_is_no_second_publication;
mod a_million_objects_are_listed;
mod a_missing_item_is_never_an_answer;
mod a_moved_pointer_is_followed;
mod a_poison_item_is_named;
mod a_profile_is_safe_to_look_at;
mod a_profile_names_what_is_odd;
mod a_profile_says_what_duckdb_finds;
mod a_published_run_is_reproduced;
mod a_published_run_is_shown;
mod a_release_is_the_same_bytes_each_time;
mod a_restart_serves_what_was_kept;
mod a_rollback_and_a_collection_never_both_happen;
mod a_rollback_is_made_once_or_not_at_all;
mod a_rollback_that_cannot_be_is_refused;
mod a_run_beyond_a_limit_publishes_nothing;
mod a_run_from_s3_is_looked_up;
mod a_run_is_shown_as_a_page;
mod a_sample_is_uploaded;
mod a_second_run_changes_nothing_but_the_version;
mod a_state_reads_only_what_is_new;
mod a_table_of_an_engine_is_refused;
mod a_table_that_fails_is_a_503;
mod a_warm_instance_asks_for_nothing_twice;
mod an_earlier_run_is_gone_back_to;
mod an_interrupted_run_publishes_nothing;
mod an_older_run_is_refused;
mod an_unknown_country_is_read_once;
mod connections_do_not_live_for_ever;
mod countries_are_chosen_by_key;
mod duckdb_agrees;
mod each_service_may_be_elsewhere;
mod every_bucket_is_answered_through_every_door;
mod every_door_gives_the_same_answers;
mod every_event_is_answered_alike;
mod every_object_is_read_or_named;
mod every_problem_is_named;
mod every_published_item_is_verified;
mod every_request_is_one_log_line;
mod every_spelling_of_a_location_finds_the_same_history;
mod exported_files_say_what_the_report_says;
mod footers_are_read_ahead;
mod hive_folders_on_s3_are_pruned;
mod items_that_are_handed_back_are_sent_again;
mod metrics_are_counted;
mod no_body_breaks_the_api;
mod no_client_breaks_the_api;
mod no_event_breaks_the_function;
mod no_key_breaks_a_line;
mod old_runs_are_collected;
mod only_who_has_a_token_is_answered;
mod read_outs_can_be_kept;
mod rejects_are_kept;
mod several_segments_are_answered_at_once;
mod ten_thousand_countries_are_one_file;
mod the_largest_manifest_is_taken;
mod the_listener_starts_and_stops;
mod the_log_can_be_thinned_out;
mod the_plan_is_what_is_asked;
mod the_proof_of_concepts_call_still_works;
mod the_requester_pays;
mod the_run_report_keeps_to_its_schema;
mod the_runs_of_a_country_are_listed;
mod the_table_can_be_read_out;
mod the_table_holds_what_its_readers_expect;
mod the_text_report_shows_every_bucket;
mod the_whole_country_is_an_answer_where_the_rules_ask;
mod two_runs_are_compared;
mod two_runs_at_once_leave_one_whole_table;
mod what_a_server_cannot_do_is_named;
mod what_clients_send_is_understood;
mod what_writers_write_is_counted;
mod who_has_an_answer_does_not_wait;
mod wrong_aws_is_one_clear_line;
mod wrong_input_is_one_clear_line;

/// The names that this file gives as modules.
fn declared() -> Vec<&'static str> {
    let lines = include_str!("main.rs").lines();
    lines.filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')).collect()
}

#[test]
fn every_file_is_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/behaviours");
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path().file_stem().expect("a name").display().to_string())
        .filter(|name| name != "main")
        .collect();
    files.sort();
    assert_eq!(declared(), files, "a file that is no module is not run");
}
