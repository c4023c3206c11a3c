// @ts-check
// Turns the form into a request body, and into a command for a shell.

/** The fields of a request, in the order of the form. */
export const FIELDS = [
  "customer_id", "country_code", "total_orders", "segment_name", "first_order_ts", "last_order_ts", "as_of",
];
const NUMBERS = new Set(["customer_id", "total_orders"]);
// A JSON number. Anything else is sent as text; the API reports what is wrong.
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;

/**
 * Returns the body as JSON. Numbers keep their digits as typed. Empty fields are left out, so that
 * the API reports them as missing.
 * @param {Record<string, string>} typed
 */
export function bodyOf(typed) {
  const members = FIELDS.filter((field) => (typed[field] ?? "").trim() !== "").map((field) => {
    const text = typed[field].trim();
    const value = NUMBERS.has(field) && NUMBER.test(text) ? text : JSON.stringify(text);
    return `${JSON.stringify(field)}: ${value}`;
  });
  return `{${members.join(", ")}}`;
}

/**
 * Returns the request as a shell command.
 * @param {URL} url
 * @param {string} body
 */
export function curlOf(url, body) {
  return `curl -s -H 'content-type: application/json' ${quoted(url.href)} -d ${quoted(body)}`;
}

/** @param {string} word */
function quoted(word) {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * Returns the API's address: `?api=`, else the page's `<meta>`, else the page's own folder.
 * @param {Document} page
 */
export function apiBase(page) {
  const asked = new URLSearchParams(page.location.search).get("api");
  const own = /** @type {HTMLMetaElement | null} */ (page.querySelector('meta[name="voucher-api"]'));
  for (const place of [asked, own?.content, "."]) {
    const folder = place?.endsWith("/") ? place : `${place}/`;
    const base = place && URL.canParse(folder, page.baseURI) ? new URL(folder, page.baseURI) : null;
    if (base && /^https?:$/.test(base.protocol)) return base;
  }
  return new URL("./", page.baseURI);
}

/** The unit of a measure, singular and plural: `15 orders`. */
const MEASURES = new Map([
  ["total_orders", ["order", "orders"]],
  ["days_since_last_order", ["day since the last order", "days since the last order"]],
  ["days_since_first_order", ["day since the first order", "days since the first order"]],
]);

/**
 * @param {string | null} measure
 * @param {number} [value]
 */
export function unitOf(measure, value) {
  const names = MEASURES.get(measure ?? "") ?? [measure ?? "", measure ?? ""];
  return value === 1 ? names[0] : names[1];
}

/**
 * Returns an age in its largest whole unit.
 * @param {number} seconds
 */
export function ageOf(seconds) {
  for (const [size, name] of /** @type {[number, string][]} */ ([[86400, "day"], [3600, "hour"], [60, "minute"]])) {
    const count = Math.floor(seconds / size);
    if (count >= 1) return `${count} ${name}${count === 1 ? "" : "s"} old`;
  }
  return `${seconds} second${seconds === 1 ? "" : "s"} old`;
}

/** @param {number} value */
export const grouped = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 4 });
/** @param {number} share */
export const percent = (share) => `${(100 * share).toFixed(1)} %`;
