use super::*;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

/// Resolves local locations in a folder with these files; a name that ends in a blank is an empty file.
async fn resolved(
    root: &Path,
    files: &[&str],
    locations: &[&str],
    on_copies: OnCopies,
    country: Option<&str>,
) -> Result<Resolved> {
    for name in files {
        let path = root.join(name.trim_end());
        fs::create_dir_all(path.parent().expect("a parent"))?;
        // No two are alike.
        fs::write(&path, if name.ends_with(' ') { "" } else { name })?;
    }
    let locations: Vec<_> =
        locations.iter().map(|location| Location::Local { path: root.join(location) }).collect();
    let rules = Rules::default();
    let selection =
        country.map_or(Selection::ALL, |country| Selection::from_iter([country.parse().expect("a country")]));
    let wanted = Wanted { rules: &rules, selection: &selection, on_copies };
    resolve(&Store::new(None), &locations, wanted).await
}

fn names<'a>(root: &Path, urls: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    urls.map(|url| &url[root.to_str().expect("Unicode").len() + 1..]).collect()
}

fn read<'a>(root: &Path, resolved: &'a Resolved) -> Vec<&'a str> {
    names(root, resolved.objects.iter().map(|object| object.url.as_str()))
}

fn left_out<'a>(root: &Path, resolved: &'a Resolved) -> Vec<&'a str> {
    names(root, resolved.left_out.list.iter().map(|object| object.url.as_str()))
}

#[tokio::test]
async fn what_stands_beside_data_is_left_out_and_named() {
    let root = tempfile::tempdir().expect("a folder");
    let root = root.path();
    let files = ["h/_SUCCESS ", "h/p=1/x", "h/p=1/x.crc", "h/p=1_$folder$ ", "h/notes.txt", "h/manifest"];
    let found = resolved(root, &files, &["h"], OnCopies::Warn, None).await.expect("listed");
    assert_eq!(read(root, &found), ["h/p=1/x"]);
    assert_eq!(
        left_out(root, &found),
        ["h/_SUCCESS", "h/manifest", "h/notes.txt", "h/p=1/x.crc", "h/p=1_$folder$"]
    );
    assert_eq!(found.left_out.number, 5);
    // Two locations that mean the same count it once, and a file that is named is data.
    let found =
        resolved(root, &[], &["h", "h/p=1", "h/notes.txt"], OnCopies::Warn, None).await.expect("listed");
    assert_eq!(read(root, &found), ["h/notes.txt", "h/p=1/x"]);
    assert_eq!(found.left_out.number, 4);
    // An empty file that stands for nothing is data: its absence would be noticed.
    let found = resolved(root, &["h/y "], &["h"], OnCopies::Warn, None).await.expect("listed");
    assert_eq!(read(root, &found), ["h/p=1/x", "h/y"]);
}

#[tokio::test]
async fn where_nothing_else_is_that_is_said() {
    let root = tempfile::tempdir().expect("a folder");
    let root = root.path();
    for (location, parts) in [
        ("h", &["1 hidden", "2 notes", "_SUCCESS", "a.json", "b.TXT"][..]),
        ("h/*.json", &["1 note (", "a.json"]),
        ("h/*.parquet", &["there is no such file"]),
    ] {
        let files = ["h/_SUCCESS ", "h/a.json", "h/b.TXT"];
        let error = resolved(root, &files, &[location], OnCopies::Warn, None).await.expect_err(location);
        assert!(matches!(error.downcast_ref(), Some(ObjectError::Nothing { .. })), "{error:#}");
        for part in parts {
            assert!(error.to_string().contains(part), "{part:?} is not in {error:#}");
        }
    }
}

#[tokio::test]
async fn a_file_with_several_paths_is_read_once() {
    let root = tempfile::tempdir().expect("a folder");
    let root = root.path();
    for folder in ["h", "h/country_code=Peru", "h/country_code=Chile"] {
        fs::create_dir_all(root.join(folder)).expect("a folder");
    }
    fs::write(root.join("h/b"), "data").expect("written");
    symlink("b", root.join("h/a")).expect("a link");
    fs::hard_link(root.join("h/b"), root.join("h/c")).expect("a link");
    symlink(root.join("h"), root.join("g")).expect("a link");
    let found = resolved(root, &[], &["h"], OnCopies::Fail, None).await.expect("listed");
    assert_eq!((read(root, &found), left_out(root, &found)), (vec!["h/a"], vec!["h/b", "h/c"]));
    assert_eq!(found.left_out.kinds[&LeftOutKind::SameFile], 2);
    assert_eq!(found.copies.number, 0);
    let found = resolved(root, &[], &["h/c", "g/", "h/b"], OnCopies::Fail, None).await.expect("listed");
    assert_eq!((read(root, &found), found.left_out.number), (vec!["g/a"], 4));

    // Folders that agree about its rows change nothing; folders that disagree make it two things.
    fs::create_dir_all(root.join("h/year=2018")).expect("a folder");
    symlink("../b", root.join("h/year=2018/x")).expect("a link");
    let found = resolved(root, &[], &["h"], OnCopies::Warn, None).await.expect("listed");
    assert_eq!(read(root, &found), ["h/a"]);
    symlink("../b", root.join("h/country_code=Peru/x")).expect("a link");
    for (location, country) in [("h", None), ("h", Some("Peru")), ("h/[bc]*/*", None)] {
        let more = "h/country_code=Chile/x";
        let _ = fs::hard_link(root.join("h/b"), root.join(more));
        let error = resolved(root, &[], &[location], OnCopies::Warn, country).await.expect_err(location);
        let Some(ObjectError::OneFile { first, other }) = error.downcast_ref() else { panic!("{error:#}") };
        assert!(first != other && other.ends_with("/x"), "{error:#}");
    }
}

#[tokio::test]
async fn copies_are_looked_for_among_what_is_read() {
    let root = tempfile::tempdir().expect("a folder");
    let root = root.path();
    let files = ["h/country_code=Chile/x", "h/country_code=Peru/x", "h/country_code=Peru/y"];
    resolved(root, &files, &["h"], OnCopies::Warn, None).await.expect("listed");
    for file in files {
        fs::write(root.join(file), "the same").expect("written");
    }
    for (on_copies, country, expected) in [
        (OnCopies::Warn, None, (3, 2, 0)),
        (OnCopies::Fail, None, (3, 2, 0)),
        (OnCopies::ReadOnce, None, (2, 2, 1)),
        (OnCopies::Warn, Some("peru"), (2, 1, 0)),
        (OnCopies::ReadOnce, Some("peru"), (1, 1, 1)),
        (OnCopies::ReadOnce, Some("chile"), (1, 0, 0)),
    ] {
        let found = resolved(root, &[], &["h"], on_copies, country).await.expect("listed");
        let numbers = (found.objects.len(), found.copies.number, found.copies.not_read);
        assert_eq!(numbers, expected, "{on_copies:?} {country:?}");
    }
}

#[tokio::test]
async fn a_table_of_an_engine_is_refused() {
    for (log, format) in [
        ("_delta_log/00000000000000000000.json", "Delta Lake"),
        ("metadata/00000-0a.metadata.json", "Apache Iceberg"),
        (".hoodie/hoodie.properties", "Apache Hudi"),
    ] {
        let root = tempfile::tempdir().expect("a folder");
        let root = root.path();
        let log = format!("lake/t/{log}");
        let files = [log.as_str(), "lake/t/part-0.parquet", "lake/t/country_code=Peru/x", "lake/other/x"];
        for location in [
            "lake",
            "lake/t",
            "lake/t/",
            "lake/t/*.parquet",
            "lake/t/part-0.parquet",
            "lake/t/country_code=Peru",
            "lake/**/x",
        ] {
            let error = resolved(root, &files, &[location], OnCopies::Warn, None).await.expect_err(location);
            assert!(matches!(error.downcast_ref(), Some(ObjectError::Table { .. })), "{location}: {error:#}");
            for part in [format, "/lake/t/"] {
                assert!(error.to_string().contains(part), "{part:?} is not in {error:#}");
            }
        }
        for location in ["lake/other", "lake/other/*", "lake/[no]*/x"] {
            let found = resolved(root, &files, &[location], OnCopies::Warn, None).await;
            assert_eq!(read(root, &found.expect(location)), ["lake/other/x"], "{location}");
        }
    }
}
