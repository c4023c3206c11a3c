use super::*;
use proptest::prelude::*;

const MIB: u64 = 1 << 20;
/// In the middle of a large input.
const MIDDLE: Standing = Standing { before: 1 << 40, behind: 1 << 40 };

fn asked(groups: &[Chunks], standing: Standing) -> Vec<Vec<Piece>> {
    requests(groups, &Sizes::new(groups, standing, true, &Bounds::default()))
}

fn hull(pieces: &[Piece]) -> Range<u64> {
    pieces[0].bytes.start..pieces[pieces.len() - 1].bytes.end
}

fn ranges(groups: &[Chunks], standing: Standing) -> Vec<Range<u64>> {
    asked(groups, standing).iter().map(|pieces| hull(pieces)).collect()
}

/// Chunks of these lengths, one after the other.
fn adjacent<const COLUMNS: usize>(groups: &[[u64; COLUMNS]]) -> Vec<Chunks> {
    let mut end = 4;
    let mut chunk = |length: &u64| {
        end += length;
        Some(end - length..end)
    };
    groups.iter().map(|lengths| lengths.iter().map(&mut chunk).collect()).collect()
}

#[test]
fn a_small_row_group_is_one_request() {
    let chunks = vec![Some(4..1000), None, Some(2000..5000), Some(1000..1500)];
    let asked = asked(&[chunks], Standing::default());
    let pieces: Vec<_> = asked[0].iter().map(|piece| (piece.column, piece.bytes.clone())).collect();
    assert_eq!(pieces, [(0, 4..1000), (3, 1000..1500), (2, 2000..5000)]);
    assert_eq!(asked.len(), 1);
}

#[test]
fn a_wide_gap_is_not_read() {
    let chunks = vec![Some(0..100), Some(100 + MIB..200 + MIB), Some(201 + 2 * MIB..202 + 2 * MIB)];
    assert_eq!(ranges(&[chunks], MIDDLE), [0..200 + MIB, 201 + 2 * MIB..202 + 2 * MIB]);
}

#[test]
fn small_row_groups_share_requests() {
    let groups = adjacent(&[[200 << 10, 824 << 10]; 30]);
    assert_eq!(
        ranges(&groups, MIDDLE),
        [4..4 + 10 * MIB, 4 + 10 * MIB..4 + 20 * MIB, 4 + 20 * MIB..4 + 30 * MIB]
    );
}

#[test]
fn the_order_is_that_of_the_rows_where_a_row_group_is_large() {
    let groups = adjacent(&[[MIB, 20 * MIB, 100 * MIB]]);
    let asked = asked(&groups, MIDDLE);
    let columns: Vec<Vec<_>> =
        asked.iter().map(|pieces| pieces.iter().map(|piece| piece.column).collect()).collect();
    assert_eq!(columns[..3], [vec![0, 1], vec![2], vec![2]], "the first rows of all columns come first");
    assert_eq!(columns.iter().position(|columns| *columns == [1]), Some(7), "{columns:?}");
}

#[test]
fn ranges_are_short_at_both_ends_of_the_input() {
    let groups = adjacent(&[[20 * MIB, 2 * MIB]; 20]);
    let lengths: Vec<_> = ranges(&groups, Standing::default()).iter().map(length).collect();
    let quarter = lengths.len() / 4;
    assert!(
        lengths[..2].iter().chain(&lengths[lengths.len() - 4..]).all(|bytes| *bytes < 2 * MIB),
        "{lengths:?}"
    );
    assert!(
        lengths[quarter..3 * quarter].iter().all(|bytes| (8 * MIB..16 * MIB).contains(bytes)),
        "{lengths:?}"
    );
}

#[test]
fn a_row_group_that_stands_in_the_path_alone_needs_no_bytes() {
    for chunks in [vec![None, None], vec![Some(7..7), None]] {
        assert_eq!(asked(&[chunks], MIDDLE), [[Piece { group: 0, column: 0, bytes: 0..0 }]]);
    }
}

/// Row groups of up to five columns, some much larger than others, some far apart.
fn any_groups() -> impl Strategy<Value = Vec<Chunks>> {
    let length = prop_oneof![0..MIB, MIB..40 * MIB, 40 * MIB..300 * MIB];
    let gap = prop_oneof![Just(0), 0..3 * MIB];
    let groups = prop::collection::vec(prop::array::uniform5((length, gap)), 1..6);
    groups.prop_map(|groups| {
        let mut end = 4;
        let mut chunk = |(length, gap)| {
            let start = end + gap;
            end = start + length;
            Some(start..end)
        };
        groups.into_iter().map(|group| group.map(&mut chunk).into()).collect()
    })
}

/// Answers the requests one after the other and folds at once; returns the maximum bytes held.
fn most_held(groups: &[Chunks], requests: &[Vec<Piece>]) -> u64 {
    let (mut held, mut most, mut group) = (0, 0, 0);
    let mut read = vec![0; 5];
    let mut folded = 0;
    for piece in requests.iter().flatten() {
        if piece.group != group {
            (group, read, held, folded) = (piece.group, vec![0; 5], 0, 0);
        }
        read[piece.column] += length(&piece.bytes);
        held += length(&piece.bytes);
        let chunks = groups[group].iter().flatten().map(length);
        let shares = chunks.clone().zip(&read).filter(|(bytes, _)| *bytes > 0);
        let complete =
            shares.map(|(bytes, read)| share(*read, bytes, u64::from(u32::MAX))).min().unwrap_or(0);
        let complete_bytes = chunks.map(|bytes| share(complete, u64::from(u32::MAX), bytes)).sum::<u64>();
        held -= complete_bytes.saturating_sub(folded);
        folded = folded.max(complete_bytes);
        most = most.max(held);
    }
    most
}

proptest! {
    #[test]
    fn every_byte_is_asked_for_once_in_order_and_in_bounds(
        groups in any_groups(), before in 0..500 * MIB, behind in 0..500 * MIB, is_remote: bool,
    ) {
        let bounds = Bounds::default();
        let sizes = Sizes::new(&groups, Standing { before, behind }, is_remote, &bounds);
        let requests = requests(&groups, &sizes);
        let range_max = 2 * if is_remote { bounds.range_bytes } else { bounds.range_bytes.min(4 * bounds.range_bytes_min) };
        for pieces in &requests {
            prop_assert!(length(&hull(pieces)) <= range_max, "{pieces:?}");
        }
        let pieces: Vec<_> = requests.iter().flatten().collect();
        prop_assert!(pieces.is_sorted_by_key(|piece| piece.group));
        for (group, chunks) in groups.iter().enumerate() {
            for (column, chunk) in chunks.iter().enumerate() {
                let chunk = chunk.clone().expect("a chunk");
                let mut at = chunk.start;
                for piece in pieces.iter().filter(|piece| (piece.group, piece.column) == (group, column)) {
                    if !piece.bytes.is_empty() {
                        prop_assert_eq!(piece.bytes.start, at);
                        at = piece.bytes.end;
                    }
                }
                prop_assert_eq!(at, chunk.end);
            }
        }
        let held = most_held(&groups, &requests);
        prop_assert!(held <= bounds.fetched_bytes, "{held} bytes held");
    }
}
