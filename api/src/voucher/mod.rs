//! From a request to its answer: classify the customer by the published rules, read the bucket.

mod candidate;

mod answer;

mod explanation;

mod call;

pub use answer::{Answer, SegmentAnswer};
pub use call::Call;
pub use candidate::Reason;
pub use explanation::{Explanation, PassedOver, RunInputs};

use crate::Api;
use crate::fault::{Fault, FaultCode};
use crate::problem::{Kind, Problem};
use crate::publication::{Current, Publication};
use crate::request::{Asked, Draft, VoucherRequest};
use crate::table::ReadError;
use candidate::Candidate;
use segments::rules::{Fallback, Segment};
use segments::value::{CountryKey, Day};
use serde_json::value::RawValue;
use std::iter;
use tokio::time::Instant;

/// Finds the answer to one request of a call, before that call's deadline.
///
/// # Errors
///
/// The problem to send instead.
pub async fn find(api: &Api, document: &RawValue, explain: bool, call: &Call) -> Result<Answer, Problem> {
    let draft = Draft::read(document, Api::now()).map_err(Problem::invalid)?;
    api.in_time(call.arrived, find_for(api, draft, explain, call)).await
}

async fn find_for(api: &Api, mut draft: Draft, explain: bool, call: &Call) -> Result<Answer, Problem> {
    // The pointer first: it carries the rules, which name the segments.
    let current = match &draft.country {
        Some(country) => {
            let read = || read_current(api, country, &draft, call.arrived);
            call.current(country, read).await.map_err(Problem::from)
        }
        None => Ok(None),
    };
    if let (Ok(Some(current)), Some(asked)) = (&current, &draft.asked) {
        for fault in unknown_segments(&current.publication, asked) {
            draft.refuse(fault);
        }
    }
    // A faulty request gets its faults, even if the country cannot be served.
    let request = draft.finish().map_err(Problem::invalid)?;
    let country = &request.country;
    let not_published = || Problem::with(Kind::CountryNotPublished, format!("{country} has no vouchers"));
    let current = current?.ok_or_else(not_published)?;
    match answer_from(api, &request, &current, explain, false).await {
        Err(ReadError::Missing(_)) => {
            // Either the run was replaced and deleted after its pointer was read, or the replica
            // lags. Read both again, consistently.
            let renewed = api.pointers.renewed(country).await?;
            let renewed = renewed.ok_or_else(|| ReadError::Missing(format!("current of {country}")))?;
            // Its rules may be others.
            let faults = unknown_segments(&renewed.publication, &request.asked);
            if !faults.is_empty() {
                return Err(Problem::invalid(faults));
            }
            Ok(answer_from(api, &request, &renewed, explain, true).await?)
        }
        answer => Ok(answer?),
    }
}

/// Returns what is current for a country. If the pointer is due, the bucket of the publication in
/// memory is read at the same time: the pointer rarely moves, so both take one round trip.
async fn read_current(
    api: &Api,
    country: &CountryKey,
    draft: &Draft,
    arrived: Instant,
) -> Result<Option<Current>, ReadError> {
    let Some(known) = api.pointers.due(country, arrived) else {
        return api.pointers.current(country, arrived).await;
    };
    let read_ahead = async {
        for (_, name) in draft.asked.iter().flat_map(Asked::names) {
            // It only fills the cache: the answer reads the bucket again and meets any error itself.
            let _ = Candidate::read(api, &known, name, |measure| draft.value_of(measure), false).await;
        }
    };
    futures::join!(api.pointers.current(country, arrived), read_ahead).0
}

/// Returns the faults of the segments' names that the rules lack.
fn unknown_segments(publication: &Publication, asked: &Asked) -> Vec<Fault> {
    let is_unknown = |name: &str| publication.rules.segment(publication.segment_name(name)).is_none();
    let fault = |place: String| {
        let names: Vec<_> = publication.rules.segments().iter().map(Segment::name).collect();
        let message = format!("{} must be one of {}", &place[1..], names.join(", "));
        Fault::at(place, FaultCode::UnknownSegment, message)
    };
    asked.names().filter(|(_, name)| is_unknown(name)).map(|(place, _)| fault(place)).collect()
}

/// Returns the answer of one publication.
async fn answer_from(
    api: &Api,
    request: &VoucherRequest,
    current: &Current,
    explain: bool,
    consistent: bool,
) -> Result<Answer, ReadError> {
    Api::note_stale(current);
    api.pointers.read_ahead(&current.publication);
    let publication = &*current.publication;
    // Boxed where one is rarely asked, or all requests would carry their size.
    let of_segment = |name| answer_of_segment(api, request, publication, name, explain, consistent);
    let mut answer = match &request.asked {
        Asked::One(name) => of_segment(name).await?,
        Asked::Several(names) | Asked::Best(names) => {
            let best = Box::pin(best_of(api, request, publication, names, consistent)).await?;
            Box::pin(of_segment(best)).await?
        }
    };
    if let Asked::Several(names) = &request.asked {
        for name in names {
            answer.answers.push(Box::pin(of_segment(name)).await?.into());
        }
    }
    answer.note();
    Ok(answer)
}

/// Returns the first segment whose bucket of the customer has an amount, in the order of the rules'
/// fallback, then of the rules; of these alone, if there are any. Without an amount it is the first.
async fn best_of<'a>(
    api: &Api,
    request: &VoucherRequest,
    publication: &'a Publication,
    among: &[String],
    consistent: bool,
) -> Result<&'a str, ReadError> {
    let as_of = day_of(request);
    let is_meant =
        |name: &&str| among.is_empty() || among.iter().any(|among| publication.segment_name(among) == *name);
    let fallback = publication.rules.fallback().iter().map(Fallback::name);
    let all = publication.rules.segments().iter().map(Segment::name);
    let order = fallback.filter(|name| publication.rules.segment(name).is_some()).chain(all);
    let order: Vec<_> = order.filter(is_meant).collect();
    for name in &order {
        let value_of = |measure| request.customer.value_of(measure, as_of);
        let candidate = Candidate::read(api, publication, name, value_of, consistent).await?;
        if candidate.no_amount().is_none() {
            return Ok(name);
        }
    }
    Ok(order[0])
}

/// Returns the answer for one segment.
async fn answer_of_segment(
    api: &Api,
    request: &VoucherRequest,
    publication: &Publication,
    segment_name: &str,
    explain: bool,
    consistent: bool,
) -> Result<Answer, ReadError> {
    let as_of = day_of(request);
    let value_of = |measure| request.customer.value_of(measure, as_of);
    // The customer's own bucket, then the fallbacks, until one has an amount.
    let fallback = publication.rules.fallback().iter().map(Fallback::name);
    let mut candidates: Vec<Candidate<'_>> = Vec::new();
    for name in iter::once(segment_name).chain(fallback) {
        if candidates.first().is_some_and(|own| own.split == name) {
            continue;
        }
        let candidate = Candidate::read(api, publication, name, value_of, consistent).await?;
        candidates.push(candidate);
        if candidate.no_amount().is_none() {
            break;
        }
    }
    let own = candidates[0];
    let source = candidates.pop_if(|last| last.no_amount().is_none());
    let explanation = if explain {
        // Without an amount, the customer's own bucket is explained.
        let shown = source.unwrap_or_else(|| candidates.remove(0));
        Some(Explanation::new(api, publication, &shown, &candidates, request, as_of).await?)
    } else {
        None
    };
    let matched = source.filter(|source| source.split != own.split);
    Ok(Answer::new(request, publication, &own, matched.as_ref(), explanation))
}

/// Returns the day to classify the customer for: that of `as_of`, or of a later order, which a
/// client's clock ahead of ours may date on the next day.
fn day_of(request: &VoucherRequest) -> Day {
    let customer = &request.customer;
    request.as_of.day().max(customer.last_order.day()).max(customer.first_order.day())
}
