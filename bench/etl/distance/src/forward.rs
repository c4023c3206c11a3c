//! Forwards requests to the server behind.

use crate::answer::Answer;
use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Body;
use hyper::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use hyper::http::request::Parts;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// A plain HTTP client that keeps its connections.
pub(crate) type Client<B> = legacy::Client<HttpConnector, B>;

/// Returns a client without connections yet.
pub(crate) fn client<B>() -> Client<B>
where
    B: Body + Send,
    B::Data: Send,
{
    legacy::Client::builder(TokioExecutor::new()).build_http()
}

/// The server behind.
#[derive(Debug)]
pub(crate) struct Server {
    address: String,
    client: Client<Full<Bytes>>,
}

impl Server {
    /// Returns the server at an address such as `http://127.0.0.1:4566`.
    pub(crate) fn at(address: &str) -> Self {
        Self { address: address.trim_end_matches('/').to_owned(), client: client() }
    }

    /// Returns the server's whole answer to a request.
    pub(crate) async fn ask(&self, request: &Parts, body: Bytes) -> Result<Answer> {
        let path = request.uri.path_and_query().map_or("/", |path| path.as_str());
        let url = format!("{}{path}", self.address);
        let mut asked = hyper::Request::builder().method(&request.method).uri(&url).body(Full::new(body))?;
        *asked.headers_mut() = request.headers.clone();
        // These describe the connection to us.
        for name in [HOST, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
            asked.headers_mut().remove(name);
        }
        let (head, body) =
            self.client.request(asked).await.with_context(|| format!("ask {url}"))?.into_parts();
        let body = body.collect().await.with_context(|| format!("read the answer of {url}"))?.to_bytes();
        let mut headers = head.headers;
        for name in [CONNECTION, TRANSFER_ENCODING] {
            headers.remove(name);
        }
        Ok(Answer { status: head.status, headers, body })
    }
}
