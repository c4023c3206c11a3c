//! The services that pass requests to a function as events, each in its own format.

use super::{Question, event, payload_1};
use crate::http::Answer;
use serde_json::Value;

/// A service before the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gateway {
    /// An HTTP API of API Gateway: payload format 2.0.
    HttpApi,
    /// An HTTP API with payload format 1.0, at a named stage.
    HttpApiOfPayload1,
    /// A REST API of API Gateway, at a named stage.
    RestApi,
    /// An application load balancer with defaults.
    LoadBalancer,
    /// An application load balancer with multi-value headers.
    LoadBalancerOfAllValues,
}

impl Gateway {
    /// All gateways.
    pub const ALL: [Self; 5] = [
        Self::HttpApi,
        Self::HttpApiOfPayload1,
        Self::RestApi,
        Self::LoadBalancer,
        Self::LoadBalancerOfAllValues,
    ];

    /// Returns the event of a request.
    pub fn event(self, question: &Question) -> Value {
        match self {
            Self::HttpApi => event::event(question),
            Self::HttpApiOfPayload1 => payload_1::of_http_api(question),
            Self::RestApi => payload_1::of_rest_api(question),
            Self::LoadBalancer => payload_1::balanced(question, false),
            Self::LoadBalancerOfAllValues => payload_1::balanced(question, true),
        }
    }

    /// Returns the client's answer for a function's result.
    #[track_caller]
    pub fn answer(self, returned: &Value) -> Answer {
        match self {
            Self::HttpApi => event::answer(returned),
            Self::HttpApiOfPayload1 | Self::RestApi => payload_1::answer(returned),
            Self::LoadBalancer => payload_1::balanced_answer(returned, false),
            Self::LoadBalancerOfAllValues => payload_1::balanced_answer(returned, true),
        }
    }
}
