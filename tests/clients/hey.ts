// @hey-api/openapi-ts: functions, and schemas of zod that every body is held against.
import { addresses, customer, done, equal, faulty, frequent, huge, stranger, there } from "./check.js";
import { createClient } from "./generated/hey/client/index.js";
import {
  findVoucher,
  findVouchers,
  getDescription,
  getHealth,
  getReadiness,
  getSegments,
  listCountries,
} from "./generated/hey/sdk.gen.js";
import type { BatchEntry } from "./generated/hey/types.gen.js";
import { zGatewayMessage, zProblem, zServiceUnavailable } from "./generated/hey/zod.gen.js";

const api = createClient({ baseUrl: addresses.api, throwOnError: false });
const stub = createClient({ baseUrl: addresses.stub, throwOnError: false });

/** Tells what a batch says of a customer. */
function told(entry: BatchEntry): string {
  return `${entry.status} ${"type" in entry ? entry.type : (entry.reason ?? entry.voucher_amount)}`;
}

const found = await findVoucher({ client: api, body: customer, query: { explain: true } });
const answer = there(found.data, `an answer (${found.error})`);
equal([answer.customer_id, answer.bucket], [123, "14-37"], "a customer in a bucket");
equal(there(answer.explain, "the explanation").as_of.length, "2018-05-03".length, "a day");
const none = there((await findVoucher({ client: api, body: frequent })).data, "an answer");
equal([none.voucher_amount, none.bucket, none.reason], [null, null, "no_bucket"], "a customer in no bucket");

const refused = await findVoucher({ client: api, body: faulty });
equal(refused.response?.status, 400, "a faulty request");
equal(
  zProblem.parse(refused.error).errors?.map(({ pointer, code }) => `${pointer} ${code}`).sort(),
  ["/country_code empty", "/first_order_ts later_than_last_order", "/total_orders negative"],
  "its faults",
);
for (const [body, headers, status] of [
  [stranger, {}, 404],
  [huge, {}, 413],
  [customer, { "Content-Type": "text/csv" }, 415],
] as const) {
  const { error, response } = await findVoucher({ client: api, body, headers });
  equal([response?.status, zProblem.parse(error).status], [status, status], "a refused request");
}

const batch = await findVouchers({ client: api, body: [customer, faulty, stranger, frequent] });
equal(
  batch.data?.map(told),
  [
    `200 ${answer.voucher_amount}`,
    "400 urn:voucher-api:problem:invalid-request",
    "404 urn:voucher-api:problem:country-not-published",
    "200 no_bucket",
  ],
  "a batch",
);
const long = await findVouchers({ client: api, body: Array.from({ length: 101 }, () => customer) });
equal(zProblem.parse(long.error).status, 400, "a long batch");

const table = await getSegments({ client: api, path: { country: "peru" } });
equal(there(table.data, `a table (${table.error})`).segments[0]?.name, "frequent_segment", "the first segment");
const nowhere = await getSegments({ client: api, path: { country: "Atlantis" } });
equal(zProblem.parse(nowhere.error).status, 404, "a table of no country");

const first = await listCountries({ client: api, query: { limit: 1 } });
const after: string = there(first.data?.next, "the next page");
const second = await listCountries({ client: api, query: { limit: 1, after } });
equal(second.data?.countries.length, 1, "the second page");
const etag = there(first.response?.headers.get("etag"), "its tag");
const known = await listCountries({ client: api, query: { limit: 1 }, headers: { "If-None-Match": etag } });
equal(known.response?.status, 304, "a known page");
const none_at_all = await listCountries({ client: api, query: { limit: 0 } });
equal(zProblem.parse(none_at_all.error).errors?.[0]?.parameter, "limit", "a wrong limit");

equal((await getHealth({ client: api })).data?.status, "ok", "its health");
const ready = there((await getReadiness({ client: api })).data, "its readiness");
equal(Number.isNaN(Date.parse(there(ready.countries[0], "a country").published_at)), false, "a time");
equal((await getDescription({ client: api })).response?.status, 200, "its description");

// What a later version may say.
const later = await findVoucher({ client: stub, body: customer });
equal(there(later.data, `an answer (${later.error})`).reason, "a_later_reason", "a later reason");
const mixed = await findVouchers({ client: stub, body: [customer, customer] });
const entries = there(mixed.data, `a batch (${mixed.error})`);
equal(entries.map(told), ["200 a_later_reason", "451 urn:voucher-api:problem:a-later-one"], "a later batch");
const tableOfLater = await getSegments({ client: stub, path: { country: "Peru" } });
const bucket = there(tableOfLater.data, `a table (${tableOfLater.error})`).segments[0]?.buckets[0];
equal(bucket?.reason, "a_later_reason", "a later table");
const unsigned = await findVoucher({ client: stub, body: customer, query: { explain: true } });
equal(zProblem.parse(unsigned.error).status, 401, "no token");
const limited = await listCountries({ client: stub });
equal(zGatewayMessage.parse(limited.error).message, "Too Many Requests", "API Gateway");
const forbidden = await getHealth({ client: stub });
equal(zGatewayMessage.parse(forbidden.error).message, "Forbidden", "API Gateway");
const away = await getReadiness({ client: stub });
equal(zServiceUnavailable.parse(away.error), { message: "Service Unavailable" }, "API Gateway");

done("@hey-api/openapi-ts");
