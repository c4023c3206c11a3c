use super::*;
use crate::table_format::TableFormat::{Delta, Hudi, Iceberg};
use std::fs;

#[test]
fn folders_above_a_prefix() {
    for (prefix, expected) in [
        ("", &[] as &[&str]),
        ("x", &[""]),
        ("t/", &[""]),
        ("t/x", &["t/", ""]),
        ("t/p=1/", &["t/", ""]),
        ("t/p=1/x", &["t/p=1/", "t/", ""]),
        ("a//x", &["a//", "a/", ""]),
        ("/x", &["/", ""]),
        ("/", &[""]),
        (
            "1/2/3/4/5/6/7/8/9/x",
            &[
                "1/2/3/4/5/6/7/8/9/",
                "1/2/3/4/5/6/7/8/",
                "1/2/3/4/5/6/7/",
                "1/2/3/4/5/6/",
                "1/2/3/4/5/",
                "1/2/3/4/",
                "1/2/3/",
                "1/2/",
            ],
        ),
    ] {
        assert_eq!(folders_above(prefix).collect::<Vec<_>>(), expected, "{prefix:?}");
    }
}

#[test]
fn local_folders_above() {
    let root = tempfile::tempdir().expect("a folder");
    for (log, format) in [
        ("_delta_log/0.json", Some(Delta)),
        (".hoodie/hoodie.properties", Some(Hudi)),
        ("metadata/v1.metadata.json", Some(Iceberg)),
        ("metadata/notes.json", None),
        ("_delta_logs/0.json", None),
    ] {
        let table = root.path().join(log.replace('/', "-"));
        let data = table.join("data/country_code=Peru");
        for folder in [&data, table.join(log).parent().expect("a parent")] {
            fs::create_dir_all(folder).expect("a folder");
        }
        fs::write(table.join(log), "{}").expect("written");
        let file = data.join("part-0.parquet");
        fs::write(&file, "data").expect("written");
        let link = root.path().join(format!("{}.link", log.replace('/', "-")));
        std::os::unix::fs::symlink(&file, &link).expect("a link");
        for path in [&data, &file, &link] {
            let location: Location = path.display().to_string().parse().expect("a location");
            let refused = check_above(&location, path).err().map(|error| error.to_string());
            assert_eq!(refused.is_some(), format.is_some(), "{log} {refused:?}");
            if let (Some(refused), Some(format)) = (refused, format) {
                for part in [format.to_string(), format!("{}/", table.display())] {
                    assert!(refused.contains(&part), "{part:?} is not in {refused:?}");
                }
            }
        }
    }
}
