// openapi-typescript and openapi-fetch: types alone, so a body is whatever is sent.
import createClient from "openapi-fetch";
import { addresses, customer, done, equal, faulty, frequent, huge, stranger, there } from "./check.js";
import type { components, paths } from "./generated/api.js";

type Entry = components["schemas"]["BatchEntry"];

const api = createClient<paths>({ baseUrl: addresses.api });
const stub = createClient<paths>({ baseUrl: addresses.stub });

/** Tells what a batch says of a customer. */
function told(entry: Entry): string {
  // By a member: a problem's status is any number to TypeScript, even 200.
  return `${entry.status} ${"type" in entry ? entry.type : (entry.reason ?? entry.voucher_amount)}`;
}

const found = await api.POST("/voucher", { params: { query: { explain: true } }, body: customer });
const answer = there(found.data, "an answer");
const amount: number = there(answer.voucher_amount, "an amount");
equal([answer.customer_id, answer.bucket], [123, "14-37"], "a customer in a bucket");
equal(there(answer.explain, "the explanation").as_of.length, "2018-05-03".length, "a day");
const none = there((await api.POST("/voucher", { body: frequent })).data, "an answer");
equal([none.voucher_amount, none.bucket, none.reason], [null, null, "no_bucket"], "a customer in no bucket");

const refused = await api.POST("/voucher", { body: faulty });
equal(refused.response.status, 400, "a faulty request");
const problem = there(refused.error, "a problem");
if (!("errors" in problem)) throw new Error("a problem has errors");
equal(
  problem.errors?.map(({ pointer, code }) => `${pointer} ${code}`).sort(),
  ["/country_code empty", "/first_order_ts later_than_last_order", "/total_orders negative"],
  "its faults",
);
for (const [body, headers, status] of [
  [stranger, {}, 404],
  [huge, {}, 413],
  [customer, { "content-type": "text/csv" }, 415],
] as const) {
  equal((await api.POST("/voucher", { body, headers })).response.status, status, "a refused request");
}

const batch = await api.POST("/vouchers", { body: [customer, faulty, stranger, frequent] });
equal(
  batch.data?.map(told),
  [
    `200 ${amount}`,
    "400 urn:voucher-api:problem:invalid-request",
    "404 urn:voucher-api:problem:country-not-published",
    "200 no_bucket",
  ],
  "a batch",
);
const long = await api.POST("/vouchers", { body: Array.from({ length: 101 }, () => customer) });
equal(long.response.status, 400, "a long batch");

const table = await api.GET("/segments/{country}", { params: { path: { country: "peru" } } });
const [segment] = there(table.data, "a table").segments;
equal(segment?.name, "frequent_segment", "the first segment");
const nowhere = await api.GET("/segments/{country}", { params: { path: { country: "Atlantis" } } });
equal(nowhere.response.status, 404, "a table of no country");

const first = await api.GET("/countries", { params: { query: { limit: 1 } } });
const after: string = there(first.data?.next, "the next page");
const second = await api.GET("/countries", { params: { query: { limit: 1, after } } });
equal(second.data?.countries.length, 1, "the second page");
const etag = there(first.response.headers.get("etag"), "its tag");
const known = { query: { limit: 1 }, header: { "If-None-Match": etag } };
equal((await api.GET("/countries", { params: known })).response.status, 304, "a known page");
equal((await api.GET("/countries", { params: { query: { limit: 0 } } })).response.status, 400, "a wrong limit");

equal((await api.GET("/healthz")).data?.status, "ok", "its health");
const ready = there((await api.GET("/readyz")).data, "its readiness");
equal(Number.isNaN(Date.parse(there(ready.countries[0], "a country").published_at)), false, "a time");
equal((await api.GET("/openapi.json")).response.status, 200, "its description");

// What a later version may say.
const later = there((await stub.POST("/voucher", { body: customer })).data, "an answer");
// With a closed list of reasons this comparison would not compile.
equal(later.reason === "a_later_reason", true, "a later reason");
const mixed = await stub.POST("/vouchers", { body: [customer, customer] });
equal(mixed.data?.map(told), ["200 a_later_reason", "451 urn:voucher-api:problem:a-later-one"], "a later batch");
const fault = mixed.data?.flatMap((entry) => ("errors" in entry ? (entry.errors ?? []) : []))[0];
equal(fault?.code === "a_later_code", true, "a later code");
const tableOfLater = await stub.GET("/segments/{country}", { params: { path: { country: "Peru" } } });
equal(tableOfLater.data?.segments[0]?.buckets[0]?.reason, "a_later_reason", "a later table");
const unsigned = await stub.POST("/voucher", { params: { query: { explain: true } }, body: customer });
equal([unsigned.response.status, unsigned.response.headers.get("www-authenticate")], [401, "Bearer"], "no token");
for (const [path, status, message] of [
  ["/countries", 429, "Too Many Requests"],
  ["/healthz", 403, "Forbidden"],
  ["/readyz", 503, "Service Unavailable"],
] as const) {
  const { error, response } = await stub.GET(path);
  equal(error && "message" in error && error.message, message, "API Gateway");
  equal(response.status, status, message);
}

done("openapi-fetch");
