use super::*;
use crate::partial::{Cell, PartialCounts, Slot};
use segments::reason::RejectReason;
use segments::rules::Rules;
use segments::value::{Amount, Country};
use storage::Location;

fn amount(text: &str) -> Amount {
    Amount::read(text).value().unwrap_or(Amount::ZERO)
}

/// Three events of Peru in two spellings, one of Chile, two without a country.
fn part() -> ObjectCounts {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.parquet");
    std::fs::write(&path, "anything").expect("written");
    let location: Location = path.to_str().expect("Unicode").parse().expect("a location");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let listed = runtime.block_on(storage::list(&storage::Store::new(None), &[location], &Rules::default()));
    let object = listed.expect("listed").objects.remove(0);
    let mut counts = PartialCounts { missing_country: 1, bad_country: 1, ..PartialCounts::default() };
    for (spelling, events, cells) in [
        ("Peru", 2, &[(0, Slot::Bucket(1), "2640"), (1, Slot::Bucket(4), "12.5")][..]),
        ("PERU", 1, &[(0, Slot::Unclassified, "0")]),
        ("Chile", 1, &[(0, Slot::Bucket(0), "1000000000000"), (1, Slot::Unclassified, "0.0001")]),
    ] {
        let country = Country::read(spelling).value().expect("a country");
        let counts = counts.country(&country, events);
        for (segment, slot, text) in cells {
            *counts
                .cells
                .entry(Cell { segment: *segment, slot: *slot, amount: amount(text) })
                .or_default() += 1;
        }
    }
    let peru = counts.countries.get_mut(&"peru".parse().expect("a country")).expect("there");
    peru.rejected.extend([
        ((0, RejectReason::BadVoucherAmount), 1),
        ((1, RejectReason::BadVoucherAmount), 1),
        ((1, RejectReason::MissingTimestamp), 1),
    ]);
    let read = Read { footer_rows: 6, ..Read::default() };
    ObjectCounts { object: Arc::new(object), read, counts }
}

struct Case {
    part: ObjectCounts,
    rules: Rules,
    identity: Identity,
}

impl Case {
    fn new() -> Self {
        let (part, rules) = (part(), Rules::default());
        Self { identity: Identity::of(&part.object, &rules), part, rules }
    }

    fn encode(&self, part: &ObjectCounts) -> Vec<u8> {
        encode(part, &self.identity, &self.rules).expect("encoded")
    }

    fn decode(&self, bytes: Vec<u8>) -> Result<ObjectCounts, String> {
        decode(bytes.into(), &self.identity, &self.part.object, &self.rules)
    }
}

#[test]
fn what_is_read_back_is_what_was_written() {
    let case = Case::new();
    assert_eq!(case.decode(case.encode(&case.part)), Ok(case.part.clone()));
    let empty = ObjectCounts { counts: PartialCounts::default(), read: Read::default(), ..case.part.clone() };
    assert_eq!(case.decode(case.encode(&empty)), Ok(empty));
    assert_eq!(case.encode(&case.part), case.encode(&case.part), "the same counts are the same bytes");
}

#[test]
fn whatever_is_changed_it_is_not_believed() {
    let case = Case::new();
    let whole = case.encode(&case.part);
    for at in 0..whole.len() {
        for change in [1, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= change;
            // A few bytes have no meaning, such as the writer's name; then the counts are the same.
            if let Ok(part) = case.decode(bytes) {
                assert_eq!(part, case.part, "byte {at} changed by {change:#x}");
            }
        }
        assert!(case.decode(whole[..at].to_vec()).is_err(), "cut at {at}");
    }
    assert!(case.decode([&whole[..], b"x"].concat()).is_err(), "longer");
}

#[test]
fn rows_that_do_not_add_up_are_not_believed() {
    let case = Case::new();
    let lossy = |change: fn(&mut ObjectCounts)| {
        let mut part = case.part.clone();
        change(&mut part);
        case.decode(case.encode(&part))
    };
    assert!(lossy(|_| {}).is_ok());
    assert!(lossy(|part| part.read.footer_rows += 1).is_err(), "rows were lost");
    assert!(lossy(|part| part.counts.missing_country += 1).is_err(), "rows were doubled");
    let peru = |part: &mut ObjectCounts| {
        part.counts.countries.remove(&"peru".parse().expect("a country")).expect("there")
    };
    assert!(lossy_country(&case, peru, |counts| counts.rejected.clear()), "of one segment");
    assert!(lossy_country(&case, peru, |counts| counts.spellings.clear()), "without spellings");
}

fn lossy_country(
    case: &Case,
    take: fn(&mut ObjectCounts) -> crate::partial::CountryCounts,
    change: fn(&mut crate::partial::CountryCounts),
) -> bool {
    let mut part = case.part.clone();
    let mut counts = take(&mut part);
    change(&mut counts);
    part.counts.countries.insert("peru".parse().expect("a country"), counts);
    case.decode(case.encode(&part)).is_err()
}

#[test]
fn an_entry_stands_for_one_object_version_and_rules() {
    let case = Case::new();
    let other_rules = Rules::from_toml(
        &segments::rules::RULES_DEFAULT.replace("14-37", "14-38").replace("below = 38", "below = 39"),
        "other.toml",
    );
    let object = |change: fn(&mut Object)| {
        let mut object = (*case.part.object).clone();
        change(&mut object);
        Identity::of(&object, &case.rules)
    };
    let others = [
        object(|object| object.url.push('x')),
        object(|object| object.version.push('x')),
        object(|object| object.bytes += 1),
        Identity::of(&case.part.object, &other_rules.expect("valid rules")),
        Identity { format: FORMAT + 1, ..case.identity.clone() },
    ];
    let bytes = case.encode(&case.part);
    for other in others {
        assert_ne!(other.file_name(), case.identity.file_name(), "{other:?}");
        let read = decode(bytes.clone().into(), &other, &case.part.object, &case.rules);
        assert!(read.is_err(), "{other:?}");
    }
}
