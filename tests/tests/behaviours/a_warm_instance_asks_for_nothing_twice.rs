//! What it costs to answer, in calls to DynamoDB.

use serde_json::Value;
use stack::Stack;
use stack::api::{Door, Question};
use stack::customer::{by_days, by_orders};
use stack::proxy::{Action, Proxy};
use std::thread::{self, sleep};
use std::time::Duration;

fn published() -> (Stack, Proxy) {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0), ("Peru", 7, 12.5), ("Peru", 20, 75.0), ("Chile", 1, 50.0)]);
    let proxy = stack.proxy(|_| Action::Pass);
    (stack, proxy)
}

/// Returns how many calls, and how many of them `GetItem`, the answers to `requests` cost.
fn cost(proxy: &Proxy, door: &dyn Door, question: &Question) -> (usize, usize) {
    let count = || (proxy.seen(|_| true).len(), proxy.seen(|request| request.is("GetItem")).len());
    let before = count();
    let answer = door.ask(question);
    assert_eq!(answer.status, 200, "{}: {answer:?}", door.name());
    let after = count();
    (after.0 - before.0, after.1 - before.1)
}

/// Waits until all buckets of a country were read, which happens beside the first answer.
#[track_caller]
fn wait_until_whole(proxy: &Proxy, door: &dyn Door, country: &str) {
    // One bucket each time, so that it is not this which makes the country known.
    for orders in [2, 7, 20, 30] {
        if cost(proxy, door, &post(&by_orders(country, orders))).0 == 0 && orders > 4 {
            return;
        }
        sleep(Duration::from_millis(300));
    }
    panic!("{}: {country} is not known whole", door.name());
}

fn post(request: &Value) -> Question {
    Question::post("/voucher", request)
}

#[test]
fn one_read_a_miss_and_none_a_hit() {
    let (stack, proxy) = published();
    let api = stack.api_through(&proxy).with("POINTER_REFRESH_SECONDS", Some("3600"));
    for door in api.doors() {
        // The emulator starts the function, and with it the one read of its start, when it must.
        let first = cost(&proxy, door.as_ref(), &post(&by_orders("Peru", 1)));
        assert_eq!(first.1, 2, "{}: pointer and item", door.name());
        wait_until_whole(&proxy, door.as_ref(), "Peru");
        for (request, why) in [
            (by_orders("Peru", 1), "a hit"),
            (by_orders("peru ", 4), "the same bucket"),
            (by_orders("Peru", 38), "no bucket"),
            (by_orders("Peru", 7), "another bucket"),
            (by_days("Peru", 45), "another segment"),
            (by_days("Peru", 70), "a bucket without data"),
        ] {
            let cost = cost(&proxy, door.as_ref(), &post(&request));
            assert_eq!(cost, (0, 0), "{}: {why}", door.name());
        }
        let other = cost(&proxy, door.as_ref(), &post(&by_orders("Chile", 1)));
        assert_eq!(other.1, 2, "{}: another country", door.name());
        wait_until_whole(&proxy, door.as_ref(), "Chile");
        assert_eq!(cost(&proxy, door.as_ref(), &post(&by_orders("Chile", 1))), (0, 0), "{}", door.name());
    }
}

#[test]
fn one_read_of_the_pointer_where_every_request_looks() {
    let (stack, proxy) = published();
    let listener = stack.api_through(&proxy).always_fresh().listen();
    assert_eq!(cost(&proxy, &listener, &post(&by_orders("Peru", 1))).1, 2);
    sleep(Duration::from_secs(1));
    for _ in 0..3 {
        assert_eq!(cost(&proxy, &listener, &post(&by_orders("Peru", 1))), (1, 1));
    }
    let keys = proxy.seen(|request| request.is("GetItem")).into_iter().map(|request| request.json());
    for request in keys.filter(|request| request["Key"]["item"]["S"] == "current") {
        assert_eq!(request["ConsistentRead"], true, "{request}");
    }
}

#[test]
fn a_batch_reads_each_item_once() {
    let (stack, proxy) = published();
    for api in [
        stack.api_through(&proxy).with("POINTER_REFRESH_SECONDS", Some("3600")),
        stack.api_through(&proxy).always_fresh(),
    ] {
        let listener = api.listen();
        // Three buckets and none of Peru, one bucket of Chile: two pointers and four items.
        let orders = [1, 2, 7, 20, 38];
        let peru = (0..90).map(|index| by_orders("Peru", orders[index % orders.len()]));
        let batch: Vec<_> = peru.chain((0..10).map(|_| by_orders("Chile", 1))).collect();
        let batch = Question::post("/vouchers", &batch.into());
        let (all, items) = cost(&proxy, &listener, &batch);
        assert!((2..=6).contains(&items), "{items} of pointers and items");
        // And all buckets of each country, once.
        assert!(all - items <= 2, "{all} calls, {items} of them GetItem");
    }
}

#[test]
fn many_at_once_share_their_reads() {
    let (stack, proxy) = published();
    let listener = stack.api_through(&proxy).with("POINTER_REFRESH_SECONDS", Some("3600")).listen();
    thread::scope(|scope| {
        let ask = || listener.ask(&post(&by_orders("Peru", 1)));
        let asked: Vec<_> = (0..30).map(|_| scope.spawn(ask)).collect();
        for answer in asked {
            let answer = answer.join().expect("it is answered");
            assert_eq!(
                (answer.status.as_u16(), &answer.json()["voucher_amount"]),
                (200, &2640.into()),
                "{answer:?}"
            );
        }
    });
    assert_eq!(proxy.seen(|request| request.is("GetItem")).len(), 2);
}

#[test]
fn health_asks_nobody_and_a_wrong_request_neither() {
    let (stack, proxy) = published();
    let listener = stack.api_through(&proxy).always_fresh().listen();
    for path in ["/healthz", "/openapi.json"] {
        assert_eq!(cost(&proxy, &listener, &Question::get(path)).0, 0, "{path}");
    }
    let before = proxy.seen(|_| true).len();
    for body in ["{", "{}", "[]"] {
        let wrong = Question::post("/voucher", &Value::Null).json(body);
        assert_eq!(listener.ask(&wrong).status, 400);
    }
    assert_eq!(listener.ask(&Question::get("/nowhere")).status, 404);
    assert_eq!(proxy.seen(|_| true).len(), before);
}
