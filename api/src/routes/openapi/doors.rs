//! What stands before the routes: API Gateway, or the listener's check of tokens. Both answer by
//! themselves.

use crate::problem::{MEDIA_TYPE, ProblemDocument};
use serde::Serialize;
use serde_json::json;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, Content, HeaderBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder,
    Responses, Type,
};
use utoipa::{Modify, PartialSchema, ToSchema};

/// Paths for which the listener wants no token.
const OPEN_PATHS: [&str; 2] = ["/healthz", "/openapi.json"];
/// The media type of what API Gateway says itself.
const GATEWAY_MEDIA_TYPE: &str = "application/json";

/// What API Gateway answers itself; no problem document.
#[derive(Debug, Serialize, ToSchema)]
struct GatewayMessage {
    /// What is wrong, for people.
    #[schema(example = "Too Many Requests")]
    message: String,
}

/// Why there is no answer at the moment: a problem of the service's, or a message of API Gateway's.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum ServiceUnavailable {
    /// Of the service.
    Problem(ProblemDocument),
    /// Of API Gateway.
    Gateway(GatewayMessage),
}

/// Adds the ways to authorise, and what the doors answer.
pub(super) struct Doors;

impl Modify for Doors {
    fn modify(&self, description: &mut OpenApi) {
        let components = description.components.get_or_insert_default();
        add_security(components);
        add_schema::<GatewayMessage>(components);
        add_schema::<ServiceUnavailable>(components);
        for (name, response) in [
            ("Unauthorized", unauthorized()),
            (
                "Forbidden",
                gateway("API Gateway: the request is not signed, or by nobody who may ask", "Forbidden"),
            ),
            (
                "TooManyRequests",
                gateway("API Gateway: there are too many requests; try again later", "Too Many Requests"),
            ),
            (
                "GatewayUnavailable",
                gateway("API Gateway: there was no answer in time; try again", "Service Unavailable"),
            ),
        ] {
            components.responses.insert(name.to_owned(), response.into());
        }
        for (path, item) in &mut description.paths.paths {
            let needs_token = !OPEN_PATHS.contains(&path.as_str());
            for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
                add_answers(&mut operation.responses, needs_token);
            }
        }
    }
}

fn add_answers(responses: &mut Responses, needs_token: bool) {
    let responses = &mut responses.responses;
    let mut more = vec![("403", "Forbidden"), ("429", "TooManyRequests")];
    if needs_token {
        more.push(("401", "Unauthorized"));
    }
    match responses.get_mut("503") {
        Some(RefOr::T(own)) => add_gateway(own),
        _ => more.push(("503", "GatewayUnavailable")),
    }
    for (status, name) in more {
        responses.insert(status.to_owned(), RefOr::Ref(Ref::from_response_name(name)));
    }
}

fn add_security(components: &mut Components) {
    let mut signed = ApiKeyValue::with_description(
        "Authorization",
        "AWS Signature Version 4 for the service execute-api, where API Gateway asks for it.",
    );
    signed.extensions = Some(Extensions::from_iter([("x-amazon-apigateway-authtype", "awsSigv4")]));
    components.add_security_scheme("sigv4", SecurityScheme::ApiKey(ApiKey::Header(signed)));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(format!(
        "A token, where the listener asks for one (API_BEARER_TOKEN). {} need none.",
        OPEN_PATHS.join(" and ")
    )));
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
}

fn add_schema<T: ToSchema + PartialSchema>(components: &mut Components) {
    components.schemas.insert(T::name().into_owned(), T::schema());
}

fn unauthorized() -> Response {
    let text = ObjectBuilder::new().schema_type(Type::String).examples(["Bearer"]);
    let asked = HeaderBuilder::new().schema(Some(text)).description(Some("What to authorise by"));
    let content = Content::builder().schema(Some(Ref::from_schema_name(ProblemDocument::name()))).build();
    ResponseBuilder::new()
        .description("The listener asks for a token, and the request has no valid one")
        .header("WWW-Authenticate", asked.build())
        .content(MEDIA_TYPE, content)
        .build()
}

fn gateway(description: &str, message: &str) -> Response {
    let content = Content::builder()
        .schema(Some(Ref::from_schema_name(GatewayMessage::name())))
        .example(Some(json!({ "message": message })));
    ResponseBuilder::new().description(description).content(GATEWAY_MEDIA_TYPE, content.build()).build()
}

/// Lets a 503 of the service be one of API Gateway, too. Both media types have the schema of both:
/// openapi-python-client reads every body by that of the first.
fn add_gateway(response: &mut Response) {
    let both = || Ref::from_schema_name(ServiceUnavailable::name());
    if let Some(RefOr::T(own)) = response.content.get_mut(MEDIA_TYPE) {
        own.schema = Some(both().into());
    }
    let content =
        Content::builder().schema(Some(both())).example(Some(json!({ "message": "Service Unavailable" })));
    response.content.insert(GATEWAY_MEDIA_TYPE.to_owned(), RefOr::T(content.build()));
    response.description.push_str("; or API Gateway had no answer in time");
}
