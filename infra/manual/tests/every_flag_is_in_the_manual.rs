//! What the command lines take is what man pages and completions say.

use clap::{Arg, Command};
use clap_complete::Shell;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn written() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    manual::write(folder.path()).expect("the manual can be written");
    folder
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("text")).collect()
}

fn text_of(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Undoes what roff needs, so that help can be looked for as it was written, whatever its lines.
fn plain(page: &str) -> String {
    let lines =
        page.lines().filter(|line| ![".PP", ".br", ".sp", ".nf", ".fi", ".TP", ".RS", ".RE"].contains(line));
    let mut text = lines.collect::<Vec<_>>().join("\n");
    for (roff, meant) in
        [("\\-", "-"), ("\\fB", ""), ("\\fI", ""), ("\\fR", ""), ("\\*(Aq", "'"), ("\\&", ""), ("\\\\", "\\")]
    {
        text = text.replace(roff, meant);
    }
    words(&text)
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn longs(command: &Command) -> impl Iterator<Item = String> {
    command.get_arguments().filter_map(Arg::get_long).map(|long| format!("--{long}"))
}

#[test]
fn every_command_has_a_page_and_nothing_else_has() {
    let folder = written();
    for (program, expected) in [
        (
            "voucher-etl",
            [" ", " run", " lookup", " reproduce", " runs", " diff", " rollback", " verify", " sample"]
                .as_slice(),
        ),
        ("voucher-api", &[" "]),
    ] {
        let pages = names_in(&folder.path().join(program).join("man/man1"));
        for words in expected {
            let page = format!("{program}{words}.1").replace(" .", ".").replace(' ', "-");
            assert!(pages.contains(&page), "{page} is not among {pages:?}");
        }
        let commands = manual::programs().into_iter().find(|command| command.get_name() == program);
        assert_eq!(pages.len(), 1 + commands.expect("a program").get_subcommands().count(), "{pages:?}");
    }
}

#[test]
fn a_page_says_every_flag_with_its_help() {
    let folder = written();
    for mut program in manual::programs() {
        program.build();
        let pages = folder.path().join(program.get_name()).join("man/man1");
        let name = program.get_name().to_owned();
        let check = |command: &Command, file: String| {
            let page = plain(&text_of(&pages.join(&file)));
            for long in longs(command) {
                assert!(page.contains(&long), "{file} lacks {long}");
            }
            let helps = command.get_arguments().filter_map(|arg| arg.get_long_help().or(arg.get_help()));
            // `--help` is worded after how much there is to say, and clap_mangen words it anew.
            for help in helps.map(|help| words(&help.to_string())).filter(|help| !help.starts_with("Print "))
            {
                assert!(page.contains(&help), "{file} lacks {help:?} in\n{page}");
            }
            let about =
                command.get_long_about().or(command.get_about()).expect("a command says what it does");
            let about = words(&about.to_string());
            assert!(page.contains(&about), "{file} lacks {about:?} in\n{page}");
            if let Some(after) = command.get_after_long_help().or(command.get_after_help()) {
                let after = words(&after.to_string());
                assert!(page.contains(&after), "{file} lacks {after:?} in\n{page}");
            }
        };
        check(&program, format!("{name}.1"));
        for command in program.get_subcommands().filter(|command| command.get_name() != "help") {
            check(command, format!("{name}-{}.1", command.get_name()));
        }
    }
}

#[test]
fn a_shell_completes_every_command_and_flag() {
    let folder = written();
    for program in manual::programs() {
        let name = program.get_name();
        for shell in manual::SHELLS {
            let file = match shell {
                Shell::Bash => format!("{name}.bash"),
                Shell::Zsh => format!("_{name}"),
                Shell::Fish => format!("{name}.fish"),
                _ => format!("_{name}.ps1"),
            };
            let script = text_of(&folder.path().join(name).join("completions").join(&file));
            for command in program.get_subcommands() {
                assert!(script.contains(command.get_name()), "{file} lacks {}", command.get_name());
                for long in longs(command) {
                    // Fish writes a long flag as `-l NAME`.
                    let flag = if shell == Shell::Fish { long.replacen("--", "-l ", 1) } else { long };
                    assert!(script.contains(&flag), "{file} lacks {flag}");
                }
            }
        }
    }
}
