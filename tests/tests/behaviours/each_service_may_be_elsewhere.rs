//! `AWS_ENDPOINT_URL_DYNAMODB` and `AWS_ENDPOINT_URL_S3` go before `AWS_ENDPOINT_URL`, in both
//! programs and in what they say of a server that is not there.

use stack::Stack;
use stack::api::Question;
use stack::proxy::{Action, Proxy, Request};
use std::net::TcpListener;

/// Returns where nobody listens.
fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    format!("http://{}", listener.local_addr().expect("it has an address"))
}

fn is_of_dynamodb(request: &Request) -> bool {
    request.header("x-amz-target").is_some()
}

/// Checks that something came through the proxy, and nothing else than what is meant for it.
#[track_caller]
fn check_seen(proxy: &Proxy, is_meant: impl Fn(&Request) -> bool) {
    assert!(!proxy.seen(&is_meant).is_empty(), "nothing came");
    let others = proxy.seen(|request| !is_meant(request));
    assert!(others.is_empty(), "{others:#?}");
}

#[test]
fn each_program_asks_where_it_is_told() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(2_000, 29), "sample.parquet");
    let [dynamodb, s3] = [(); 2].map(|()| stack.proxy(|_| Action::Pass));
    let etl = stack
        .etl()
        .with("AWS_ENDPOINT_URL", Some(&nowhere()))
        .with("AWS_ENDPOINT_URL_DYNAMODB", Some(dynamodb.endpoint()))
        .with("AWS_ENDPOINT_URL_S3", Some(s3.endpoint()));
    etl.publish(&location);
    etl.lookup("Peru").exits(0);
    check_seen(&dynamodb, is_of_dynamodb);
    check_seen(&s3, |request| !is_of_dynamodb(request));

    let own = stack.proxy(|_| Action::Pass);
    let api = stack
        .api()
        .patient()
        .with("AWS_ENDPOINT_URL", Some(&nowhere()))
        .with("AWS_ENDPOINT_URL_DYNAMODB", Some(own.endpoint()));
    for door in api.doors() {
        let before = own.seen(is_of_dynamodb).len();
        let answer = door.ask(&Question::get("/readyz"));
        assert_eq!(answer.status, 200, "{}: {answer:?}", door.name());
        assert!(own.seen(is_of_dynamodb).len() > before, "{} asked elsewhere", door.name());
    }
}

#[test]
fn the_place_that_is_not_there_is_named() {
    let stack = Stack::new();
    let file = stack.sample(2_000, 29);
    let location = stack.bucket.upload(&file, "sample.parquet");
    let file = file.display().to_string();
    for (service, location) in [("AWS_ENDPOINT_URL_S3", &location), ("AWS_ENDPOINT_URL_DYNAMODB", &file)] {
        let place = nowhere();
        stack.etl().with(service, Some(&place)).run(&["--s3path", location]).fails(4, &[&place]);
    }
}
