//! From a request to its answer: classify the customer by the published rules, read the bucket.

mod answer;

mod explanation;

pub use answer::{Answer, Reason};
pub use explanation::{Explanation, PassedOver, RunInputs};

use crate::Api;
use crate::observe::note;
use crate::problem::{Kind, Problem};
use crate::publication::{Current, Place, Publication};
use crate::request::{Asked, Draft};
use crate::table::ReadError;
use segments::mode::Mode;
use segments::rules::{Fallback, Measure, Rules};
use segments::value::{CountryKey, Day};
use serde_json::value::RawValue;
use std::sync::Arc;
use tokio::time::{Instant, timeout_at};

/// A spelling of a segment's name that the proof of concept's callers used, and the name.
const SEGMENT_ALIAS: (&str, &str) = ("frequency_segment", "frequent_segment");

/// Answers one request of a call that `arrived`, before that call's deadline.
///
/// # Errors
///
/// The problem that the client is told.
pub async fn answer(
    api: &Api,
    document: &RawValue,
    explain: bool,
    arrived: Instant,
) -> Result<Answer, Problem> {
    let draft = Draft::read(document, Api::now()).map_err(Problem::invalid)?;
    let answered = timeout_at(api.deadline(arrived), answer_draft(api, draft, explain, arrived)).await;
    answered.unwrap_or_else(|_| Err(ReadError::TooSlow(api.settings.deadline).into()))
}

async fn answer_draft(
    api: &Api,
    mut draft: Draft,
    explain: bool,
    arrived: Instant,
) -> Result<Answer, Problem> {
    let Some(country) = draft.country.clone() else {
        // Without a country there are no rules to judge the segment by: the draft has faults.
        return Err(draft.finish().map_or_else(Problem::invalid, |_| Problem::new(Kind::Internal)));
    };
    let current = match current(api, &country, &draft, arrived).await {
        Ok(Some(current)) => current,
        // What is wrong with the request is wrong whether or not the country can be served.
        Ok(None) => {
            let missing = Problem::with(Kind::CountryNotPublished, format!("{country} has no vouchers"));
            return Err(draft.finish().map_or_else(Problem::invalid, |_| missing));
        }
        Err(error) => {
            let unavailable = Problem::from(error);
            return Err(draft.finish().map_or_else(Problem::invalid, |_| unavailable));
        }
    };
    judge_segment(&mut draft, &current.publication.rules);
    let asked = draft.finish().map_err(Problem::invalid)?;
    match find(api, &asked, current, explain, false).await {
        Err(ReadError::Missing(_)) => {
            // The run may have been replaced and collected since its pointer was read, or the item
            // not have reached the copy that was asked: both are asked again, consistently.
            let Some(renewed) = api.pointers.renewed(&country).await? else {
                return Err(Problem::from(ReadError::Missing(format!("current of {country}"))));
            };
            Ok(find(api, &asked, renewed, explain, true).await?)
        }
        answer => Ok(answer?),
    }
}

/// Returns what is current for a country. Where the pointer is due to be read again, the bucket
/// that it most likely still leads to is read meanwhile, so that both cost one round trip.
async fn current(
    api: &Api,
    country: &CountryKey,
    draft: &Draft,
    arrived: Instant,
) -> Result<Option<Current>, ReadError> {
    let Some(known) = api.pointers.due(country, arrived) else {
        return api.pointers.current(country, arrived).await;
    };
    let place = draft.segment_name.as_deref().and_then(|name| {
        let name = canonical_name(name, &known.rules);
        known.place_of(name, |measure| draft.value_of(measure))
    });
    let ahead = async {
        if let Some(place) = place {
            // Whatever comes of it is found again when the answer is put together.
            let _ = known.mode(place, &api.table, false).await;
        }
    };
    futures::join!(api.pointers.current(country, arrived), ahead).0
}

fn judge_segment(draft: &mut Draft, rules: &Rules) {
    let Some(name) = &draft.segment_name else { return };
    if rules.segment(canonical_name(name, rules)).is_none() {
        let names: Vec<_> = rules.segments().iter().map(segments::rules::Segment::name).collect();
        draft.refuse_segment(format!("segment_name must be one of {}", names.join(", ")));
    }
}

fn canonical_name<'a>(name: &'a str, rules: &Rules) -> &'a str {
    let (alias, canonical) = SEGMENT_ALIAS;
    if name == alias && rules.segment(alias).is_none() { canonical } else { name }
}

/// Where an answer was found or looked for, and what was there.
#[derive(Clone, Copy)]
struct Found<'a> {
    /// The asked segment's name, or that of a fallback.
    split: &'a str,
    place: Option<Place>,
    mode: Option<Mode>,
}

async fn find(
    api: &Api,
    asked: &Asked,
    current: Current,
    explain: bool,
    consistent: bool,
) -> Result<Answer, ReadError> {
    Api::note_stale(&current);
    let Current { publication, .. } = current;
    let as_of = day_of(asked);
    let value_of = |measure| asked.customer.value_of(measure, as_of);
    let name = canonical_name(&asked.segment_name, &publication.rules);
    let own = look(api, &publication, name, value_of, consistent).await?;
    let mut matched = None;
    let mut passed_over = Vec::new();
    if own.no_amount().is_some() {
        let names = publication.rules.fallback().iter().map(Fallback::name);
        for other in names.filter(|other| *other != name) {
            let found = look(api, &publication, other, value_of, consistent).await?;
            if found.no_amount().is_none() {
                matched = Some(found);
                break;
            }
            passed_over.push(found);
        }
    }
    let explanation = if explain {
        if matched.is_some() {
            passed_over.insert(0, own);
        }
        let found = matched.as_ref().unwrap_or(&own);
        Some(explanation::of(api, &publication, found, &passed_over, asked, as_of).await?)
    } else {
        None
    };
    let answer = answer::of(asked, &publication, name, &own, matched.as_ref(), explanation);
    note(|facts| answer.note(facts));
    Ok(answer)
}

/// Reads the bucket of one segment, or of the whole country, that holds the customer.
async fn look<'a>(
    api: &Api,
    publication: &Arc<Publication>,
    split: &'a str,
    value_of: impl Fn(Measure) -> Option<u64>,
    consistent: bool,
) -> Result<Found<'a>, ReadError> {
    let place = publication.place_of(split, value_of);
    let mode = match place {
        None => None,
        Some(place) => {
            let mode = publication.mode(place, &api.table, consistent).await?;
            Some(mode.ok_or_else(|| ReadError::Missing(format!("of {split}")))?)
        }
    };
    Ok(Found { split, place, mode })
}

impl Found<'_> {
    /// Why there is no amount; `None` if there is one.
    fn no_amount(&self) -> Option<Reason> {
        match self.mode {
            None => Some(Reason::NoBucket),
            Some(mode) => mode.no_amount().map(Reason::from),
        }
    }

    fn label(&self, publication: &Publication) -> Option<String> {
        Some(publication.label(self.place?).to_owned())
    }
}

/// Returns the day that is answered for. An order placed a moment ago by a clock ahead of ours
/// may be of the next day already: then that day is the answer's.
fn day_of(asked: &Asked) -> Day {
    let customer = &asked.customer;
    asked.as_of.day().max(customer.last_order.day()).max(customer.first_order.day())
}
