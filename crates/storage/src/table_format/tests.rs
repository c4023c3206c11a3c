use super::TableFormat::{Delta, Hudi, Iceberg};
use super::*;
use std::fs;

#[test]
fn a_log_is_told_by_its_name() {
    for (name, expected) in [
        ("t/_delta_log/00000000000000000000.json", Some((Delta, "t/"))),
        ("_delta_log/00000000000000000000.json", Some((Delta, ""))),
        ("a//_delta_log/_last_checkpoint", Some((Delta, "a//"))),
        ("/_delta_log/", Some((Delta, "/"))),
        ("t/x_delta_log/_delta_log/x", Some((Delta, "t/x_delta_log/"))),
        ("t/x_delta_log/x", None),
        ("t/_delta_log", None),
        ("t/_delta_log.json", None),
        ("t/.hoodie/hoodie.properties", Some((Hudi, "t/"))),
        ("t/.hoodie", None),
        ("t/p=1/.hoodie_partition_metadata", Some((Hudi, "t/p=1/"))),
        ("t/metadata/v1.metadata.json", Some((Iceberg, "t/"))),
        ("t/metadata/00000-0a-1b.gz.metadata.json", Some((Iceberg, "t/"))),
        ("t/metadata/v3.metadata.json.gz", Some((Iceberg, "t/"))),
        ("metadata/v1.metadata.json", Some((Iceberg, ""))),
        ("t/metadata/snap-1.avro", None),
        ("t/metadata/x/v1.metadata.json", None),
        ("t/mymetadata/v1.metadata.json", None),
        ("t/data/v1.metadata.json", None),
        ("t/metadata/metadata.json", None),
        ("t/x.parquet", None),
        ("", None),
    ] {
        assert_eq!(TableFormat::of_name(name), expected, "{name}");
    }
}

#[test]
fn a_table_concerns_what_lies_in_it() {
    let holding = |listed: &[&str], name: &str| {
        let mut tables = Tables::default();
        for name in listed {
            tables.see(name);
        }
        tables.holding([name].into_iter()).map(|(format, root)| (format, root.to_owned()))
    };
    let listed = ["t/_delta_log/0.json", "u/v/.hoodie/x"];
    assert_eq!(holding(&listed, "t/x"), Some((Delta, "t/".to_owned())));
    assert_eq!(holding(&listed, "t/p=1/q=2/x"), Some((Delta, "t/".to_owned())));
    assert_eq!(holding(&listed, "u/v/x"), Some((Hudi, "u/v/".to_owned())));
    for name in ["t2/x", "t", "u/x", "u/vx", "x"] {
        assert_eq!(holding(&listed, name), None, "{name}");
    }
    assert_eq!(holding(&["metadata/v1.metadata.json"], "x"), Some((Iceberg, String::new())));
    assert_eq!(holding(&[], "t/x"), None);
}

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
