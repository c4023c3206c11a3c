//! Ids of traces, as their headers carry them. Callers write the headers, so only what has the form
//! of an id is logged.

/// Characters of AWS's header; its own have about 100.
const AMAZON_CHARS_MAX: usize = 256;
/// Its fields; callers may add others, which could be about a customer.
const AMAZON_FIELDS: [&str; 5] = ["Root", "Self", "Parent", "Sampled", "Lineage"];

/// Returns whether a text is what `x-amzn-trace-id` may hold: `NAME=VALUE` pairs of AWS's own names, with a root.
///
/// <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>
pub(super) fn is_amazon(text: &str) -> bool {
    let is_pair = |pair: &str| {
        let is_word = |word: &str| {
            !word.is_empty()
                && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-:_?|".contains(&byte))
        };
        pair.split_once('=').is_some_and(|(name, value)| AMAZON_FIELDS.contains(&name) && is_word(value))
    };
    let has_root = || text.split(';').any(|pair| pair.strip_prefix("Root=").is_some_and(is_root));
    text.len() <= AMAZON_CHARS_MAX && text.split(';').all(is_pair) && has_root()
}

/// `1-`, eight hexadecimal digits of the time, `-`, and 24 more.
fn is_root(text: &str) -> bool {
    text.strip_prefix("1-")
        .and_then(|rest| rest.split_once('-'))
        .is_some_and(|(time, id)| is_hex(time, 8) && is_hex(id, 24))
}

/// Returns whether a text is a `traceparent`: <https://www.w3.org/TR/trace-context/#traceparent-header>.
pub(super) fn is_w3c(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let [version, trace, parent, flags] = parts[..] else { return false };
    let is_lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    is_lower
        && is_hex(version, 2)
        && version != "ff"
        && is_hex(trace, 32)
        && is_hex(parent, 16)
        && is_hex(flags, 2)
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_amazon() {
        let root = "Root=1-5759e988-bd862e3fe1be46a994272793";
        let longest =
            format!("{root};Lineage={}", "a".repeat(AMAZON_CHARS_MAX - root.len() - ";Lineage=".len()));
        for (text, expected) in [
            (root, true),
            ("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1", true),
            ("Self=1-67891234-12456789abcdef012345678;Root=1-67891233-abcdef012345678912345678", true),
            ("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=?", true),
            ("Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=a87bd80c:0|68fd508a:5", true),
            (&longest, true),
            (&format!("{longest}a"), false),
            ("", false),
            ("Sampled=1", false),
            ("Root=1-5759e988-bd862e3fe1be46a99427279", false),
            ("Root=2-5759e988-bd862e3fe1be46a994272793", false),
            ("Root=1-5759e988-bd862e3fe1be46a994272793;", false),
            ("Root=1-5759e988-bd862e3fe1be46a994272793;name=Jos\u{e9}", false),
            ("Root=1-5759e988-bd862e3fe1be46a994272793;user=jose", false),
            ("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=b c", false),
        ] {
            assert_eq!(is_amazon(text), expected, "{text}");
        }
    }

    #[test]
    fn of_the_w3c() {
        for (text, expected) in [
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
            ("00-4BF92F3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false),
            ("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x", false),
            ("", false),
        ] {
            assert_eq!(is_w3c(text), expected, "{text}");
        }
    }
}
