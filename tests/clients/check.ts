// What the clients in TypeScript share.
import { isDeepStrictEqual } from "node:util";

const [api, stub] = process.argv.slice(2);
if (!api || !stub) throw new Error("usage: node CLIENT API STUB");

/** The addresses that are asked: the API's, and that of an API of a later version. */
export const addresses = { api: `${api}/v1`, stub: `${stub}/v1` };

/** A customer in a bucket. */
export const customer = {
  customer_id: 123,
  country_code: "Peru",
  last_order_ts: "2018-05-03 00:00:00",
  first_order_ts: "2017-05-03 00:00:00",
  total_orders: 15,
  segment_name: "frequent_segment",
};
/** With three faults. */
export const faulty = { ...customer, total_orders: -1, first_order_ts: "2018-05-04", country_code: "" };
/** In no bucket. */
export const frequent = { ...customer, customer_id: "C-7", total_orders: 1000 };
/** Of a country without vouchers. */
export const stranger = { ...customer, country_code: "Atlantis" };
/** Larger than a request may be. */
export const huge = { ...customer, customer_id: "x".repeat(20_000) };

let checked = 0;

/** Fails unless both are equal. */
export function equal(found: unknown, expected: unknown, what: string): void {
  if (!isDeepStrictEqual(found, expected)) {
    throw new Error(`${what}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
  }
  checked += 1;
}

/** Returns what must be there. */
export function there<Value>(value: Value | null | undefined, what: string): Value {
  if (value === null || value === undefined) throw new Error(`${what} is missing`);
  checked += 1;
  return value;
}

/** Says how much was found right. */
export function done(client: string): void {
  console.log(`${client}: ${checked} checks passed`);
}
