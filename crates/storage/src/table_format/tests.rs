use super::TableFormat::{Delta, Hudi, Iceberg};
use super::*;

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
