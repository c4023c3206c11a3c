use super::*;

const MANY: u64 = 1 << 20;

/// A node: its repetition, its name, and its type or its children.
fn node(repetition: u8, name: &[u8], physical: Option<u8>, children: u8) -> Vec<u8> {
    let physical = physical
        .map_or(vec![0x35, repetition * 2], |physical| vec![0x15, physical * 2, 0x25, repetition * 2]);
    let name = [&[0x18, u8::try_from(name.len()).expect("short")], name].concat();
    let children = if children > 0 { vec![0x15, children * 2] } else { Vec::new() };
    [physical, name, children, vec![0]].concat()
}

fn footer(nodes: &[Vec<u8>]) -> Vec<u8> {
    let length = u8::try_from(nodes.len()).expect("few");
    [&[0x15, 2, 0x19, length << 4 | 0x0c][..], &nodes.concat(), &[0x16, 0, 0x19, 0x0c, 0]].concat()
}

fn top(children: u8) -> Vec<u8> {
    node(0, b"schema", None, children)
}

#[test]
fn roots_are_found_with_their_leaves_and_levels() {
    let nodes = [
        top(4),
        node(1, b"a", Some(6), 0),
        node(1, b"list", None, 1),
        node(2, b"of", None, 2),
        node(1, b"x", Some(1), 0),
        node(0, b"y", Some(1), 0),
        node(0, b"empty", None, 0),
        node(0, b"b", Some(2), 0),
    ];
    let footer = footer(&nodes);
    let schema = Schema::read(&footer, MANY).expect("a footer");
    assert_eq!(schema.names(&footer), ["a", "list", "empty", "b"]);
    let roots: Vec<_> = schema
        .roots
        .iter()
        .map(|root| {
            (root.leaves.clone(), root.levels.definition, root.levels.repetition, root.element.is_flat())
        })
        .collect();
    assert_eq!(roots, [(0..1, 1, 0, true), (1..3, 2, 1, false), (3..3, 0, 0, false), (3..4, 0, 0, true)]);
    assert_eq!((schema.leaves, schema.row_groups), (4, Some(footer.len() - 2)));
    for length in 0..footer.len() {
        assert!(Schema::read(&footer[..length], MANY).is_err(), "{length} bytes");
    }
}

#[test]
fn a_schema_has_as_many_nodes_as_it_claims() {
    for (nodes, is_read) in [
        (vec![top(0)], true),
        (vec![top(1), node(0, b"a", Some(1), 0)], true),
        (vec![top(2), node(0, b"a", Some(1), 0)], false),
        (vec![top(0), node(0, b"a", Some(1), 0)], false),
        (vec![top(1), node(0, b"a", None, 2), node(0, b"b", Some(1), 0)], false),
        (vec![], false),
    ] {
        assert_eq!(Schema::read(&footer(&nodes), MANY).is_ok(), is_read, "{nodes:?}");
    }
}

#[test]
fn a_schema_of_too_many_columns_is_refused_before_it_is_kept() {
    let footer = footer(&[top(2), node(0, b"a", Some(1), 0), node(0, b"b", Some(1), 0)]);
    assert!(Schema::read(&footer, 2 * ROOT_BYTES).is_ok());
    let refused = Schema::read(&footer, 2 * ROOT_BYTES - 1).err();
    assert_eq!(refused, Some(Refused::Large(2 * ROOT_BYTES)));
    assert!(size_of::<Root>() as u64 <= ROOT_BYTES);
}

#[test]
fn bits_of_levels() {
    for (depth, expected) in [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (7, 3), (8, 4)] {
        assert_eq!(bits(depth), expected, "{depth}");
    }
}
