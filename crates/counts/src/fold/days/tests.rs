use super::*;
use proptest::prelude::*;

#[track_caller]
fn check(days: &mut Days, text: &str) {
    for column in [DayColumn::Event, DayColumn::Order] {
        let (_, nanos) = days.read_moment(column, Value::Text(text));
        let moment = Moment::read(text).value();
        let midnight = moment.map(|moment| i128::from(moment.day().epoch_days()) * DAY_NANOS);
        assert_eq!(nanos, moment.and_then(Moment::epoch_nanos).or(midnight), "{text:?}");
        let number = days.read(column, text.as_bytes());
        assert_eq!(number, column.number(Day::read(text)), "{text:?}");
        assert_eq!(column.day(number), Day::read(text), "{text:?}");
    }
}

#[test]
fn both_sides_of_what_is_usual() {
    let mut days = Days::new(&Cleaning::default());
    // Twice: by the grammar, then from memory.
    for _ in 0..2 {
        for text in [
            "2018-07-21 18:59:21.102762",
            "2018-07-21 00:00:00.000000",
            "2018-07-21 23:59:59.999999",
            "2018-07-21 24:00:00.000000",
            "2018-07-21 29:00:00.000000",
            "2018-07-21 19:60:00.000000",
            "2018-07-21 19:00:60.000000",
            "2018-07-21 19:00:00.00000:",
            "2018-07-21 19:00:00.00000/",
            "2018-07-21 19:00:00,000000",
            "2018-07-21T18:59:21.102762",
            "2018-07-21 18:59:21.102762Z",
            "2018-07-21 18:59:21.102762+00:00",
            "2018-07-21 23:59:21.102762-00:30",
            "2018-07-21 00:00:00.000000+00:01",
            "2018-07-21 18:59:21.1027621",
            "2018-07-21 18:59:21.10276",
            "2018-02-29 18:59:21.102762",
            "2018-07-21 18:59:21.10276é",
            "2018-07-21",
            "2018-07-21+02:00",
            "",
            "  ",
            "?",
            "9999-12-31T23:30-00:30",
            "0000-01-01T00:00+00:01",
            "2018-07-21 18:59:21.102762+00",
            "2018-07-21 18:59:21.102762 UTC",
            "2018-07-21 18:59:21.102762+01",
            "2018-07-21 18:59:21.102762 GMT",
            "2018-07-21 18:59:21.102762+00:00[UTC]",
            "2018-07-21 18:59:21.102762+00:",
            "NULL",
        ] {
            check(&mut days, text);
        }
    }
}

#[test]
fn a_usual_text_may_stand_for_none() {
    let missing = r#"["1900-01-01 00:00:00.000000"]"#;
    let missing = Some(serde_json::from_str(missing).expect("a list"));
    let mut days = Days::new(&Cleaning { missing_texts: missing, ..Cleaning::default() });
    for _ in 0..2 {
        for (text, is_missing) in [
            ("1900-01-01 00:00:00.000001", false),
            ("1900-01-01 00:00:00.000000", true),
            (" 1900-01-01 00:00:00.000000", true),
            ("1900-01-01 00:00:00.000000Z", false),
        ] {
            let number = days.read(DayColumn::Event, text.as_bytes());
            assert_eq!(number == DayColumn::Event.number(Field::Missing), is_missing, "{text}");
        }
    }
}

proptest! {
    #[test]
    fn they_are_those_of_the_grammar(
        texts in proptest::collection::vec(
            "(2018|0000|[0-9]{4})-[01][0-9]-[0-3][0-9][ T][0-2][0-9]:[0-6][0-9]:[0-6][0-9]\\.[0-9]{5,7}(|Z|\\+00:00|-00:30|\\+00| UTC| Z)",
            1..50),
        odd in "\\PC{0,40}",
    ) {
        let mut days = Days::new(&Cleaning::default());
        for text in texts.iter().chain(&texts) {
            check(&mut days, text);
            let mut changed = text.clone();
            changed.replace_range(11..12, "~");
            check(&mut days, &changed);
        }
        check(&mut days, &odd);
    }

    #[test]
    fn time_of_day_by_all_bytes_at_once(time in any::<[u8; 16]>(), near in "[ T][0-3][0-9:]:[/-:]{2}:[0-9]{2}\\.[0-9]{6}") {
        let slowly = |time: &[u8]| {
            let date_time = [b"2018-07-21", time].concat();
            time[0] == b' ' && std::str::from_utf8(&date_time).is_ok_and(|text| text.trim_end() == text && Day::read(text).value().is_some())
        };
        let near: [u8; 16] = near.as_bytes().try_into().expect("sixteen bytes");
        for time in [time, near] {
            let is_usual = time[9] == b'.' && time[10..].iter().all(u8::is_ascii_digit) && slowly(&time);
            prop_assert_eq!(is_time(&time), is_usual, "{:?}", time);
        }
    }
}
