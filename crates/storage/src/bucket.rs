//! Splits the text after `s3://` into bucket and key. The bucket is a name, or the ARN of an access
//! point as the AWS CLI writes it, `s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/name/key`.
//!
//! The key is taken as it is, with empty parts and a leading `/`.

/// The prefix of an ARN.
pub(crate) const ARN: &str = "arn:";
/// The prefix of the URL of an object on S3.
pub(crate) const S3_SCHEME: &str = "s3://";

/// Fields of an ARN: `arn:partition:service:region:account:resource`.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
const ARN_FIELDS: usize = 6;
/// Digits of an account.
const ACCOUNT_DIGITS: usize = 12;
/// The suffix of the name of an access point without a region of its own.
const MULTI_REGION: &str = ".mrap";

/// Returns the bucket, which may be an ARN, and the key, which may be empty; `None` if there is no
/// bucket, or if text that begins like an ARN is not the ARN of an access point.
pub(super) fn bucket_and_key(text: &str) -> Option<(&str, &str)> {
    let bucket_bytes =
        if text.starts_with(ARN) { arn_bytes(text)? } else { text.find('/').unwrap_or(text.len()) };
    let (bucket, rest) = text.split_at(bucket_bytes);
    (!bucket.is_empty()).then(|| (bucket, rest.strip_prefix('/').unwrap_or(rest)))
}

/// Returns the canonical form of a bucket: an ARN may separate the parts of an access point by `:`
/// or by `/`.
pub(super) fn canonical(bucket: &str) -> String {
    let mut fields: Vec<_> = bucket.splitn(ARN_FIELDS, ':').map(ToOwned::to_owned).collect();
    if bucket.starts_with(ARN)
        && let Some(resource) = fields.get_mut(ARN_FIELDS - 1)
    {
        *resource = resource.replace(':', "/");
    }
    fields.join(":")
}

/// Returns whether a bucket is an access point without a region of its own.
pub(super) fn is_multi_region(bucket: &str) -> bool {
    bucket.starts_with(ARN) && bucket.ends_with(MULTI_REGION)
}

/// Returns the length of the ARN that `text` begins with.
fn arn_bytes(text: &str) -> Option<usize> {
    let fields: Vec<_> = text.splitn(ARN_FIELDS, ':').collect();
    let [_, partition, service, region, account, resource] = fields[..] else { return None };
    let is_valid = partition.split('-').next() == Some("aws")
        && region
            .bytes()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-')
        && account.len() == ACCOUNT_DIGITS
        && account.bytes().all(|digit| digit.is_ascii_digit());
    let names: &[&str] = match service {
        "s3" | "s3-object-lambda" => &["accesspoint"],
        "s3-outposts" => &["outpost", "accesspoint"],
        _ => return None,
    };
    let mut rest = resource;
    let mut name = "";
    for (index, kind) in names.iter().enumerate() {
        rest = rest.strip_prefix(kind)?.strip_prefix([':', '/'])?;
        let end = rest.find([':', '/']).unwrap_or(rest.len());
        (name, rest) = rest.split_at(end);
        // The next kind follows every name except the last.
        rest = if index + 1 < names.len() { rest.strip_prefix([':', '/'])? } else { rest };
    }
    let is_name = !name.is_empty()
        && name.bytes().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'.'));
    // A multi-region access point has no region; all others have one.
    let is_somewhere = region.is_empty() == (service == "s3" && name.ends_with(MULTI_REGION));
    let is_whole = rest.is_empty() || rest.starts_with('/');
    (is_valid && is_name && is_somewhere && is_whole).then(|| text.len() - rest.len())
}

/// Returns the prefix of the URLs of all objects in a bucket.
pub(crate) fn bucket_url(bucket: &str) -> String {
    url(bucket, "")
}

/// Returns the URL of an object.
pub(crate) fn url(bucket: &str, key: &str) -> String {
    format!("{S3_SCHEME}{bucket}/{key}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINT: &str = "arn:aws:s3:eu-west-1:123456789012:accesspoint/orders";

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str)>) {
        assert_eq!(bucket_and_key(text), expected, "{text:?}");
    }

    #[test]
    fn names_of_buckets() {
        check("b/k", Some(("b", "k")));
        check("b", Some(("b", "")));
        check("b/", Some(("b", "")));
        check("b//k", Some(("b", "/k")));
        check("b/a//k/", Some(("b", "a//k/")));
        check("/k", None);
        check("", None);
    }

    #[test]
    fn access_points() {
        for bucket in [
            POINT,
            "arn:aws-cn:s3:cn-north-1:123456789012:accesspoint/orders",
            "arn:aws-us-gov:s3:us-gov-west-1:123456789012:accesspoint/orders",
            "arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap",
            "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01ac5d28a6a232904/accesspoint/orders",
            "arn:aws:s3-object-lambda:us-east-1:123456789012:accesspoint/orders",
        ] {
            check(bucket, Some((bucket, "")));
            check(&format!("{bucket}/"), Some((bucket, "")));
            check(&format!("{bucket}/a/b.parquet"), Some((bucket, "a/b.parquet")));
            check(&format!("{bucket}//a:b"), Some((bucket, "/a:b")));
            assert_eq!(canonical(bucket), bucket);
            assert_eq!(is_multi_region(bucket), bucket.ends_with("mrap"));
        }
        let colons = "arn:aws:s3-outposts:us-west-2:123456789012:outpost:op-1:accesspoint:orders";
        check(&format!("{colons}/k"), Some((colons, "k")));
        let slashes = "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-1/accesspoint/orders";
        assert_eq!(canonical(colons), slashes);
        assert_eq!(canonical("b"), "b");
    }

    #[test]
    fn no_access_points() {
        for text in [
            "arn:aws:s3:::bucket/k",
            "arn:aws:s3:eu-west-1:123456789012:accesspoint/",
            "arn:aws:s3:eu-west-1:123456789012:accesspoint",
            "arn:aws:s3:eu-west-1:12345678901:accesspoint/orders/k",
            "arn:aws:s3:eu-west-1:12345678901x:accesspoint/orders/k",
            "arn:aws:s3::123456789012:accesspoint/orders/k",
            "arn:aws:s3:eu-west-1:123456789012:accesspoint/orders.mrap/k",
            "arn:aws:s3:EU:123456789012:accesspoint/orders/k",
            "arn:aws:s3:eu-west-1:123456789012:accesspoint:orders:k",
            "arn:aws:s3:eu-west-1:123456789012:bucket/orders/k",
            "arn:awsome:s3:eu-west-1:123456789012:accesspoint/orders/k",
            "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-1/bucket/orders",
            "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-1",
            "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
            "arn:",
        ] {
            check(text, None);
        }
    }
}
