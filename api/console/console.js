// @ts-check
// The page: calls the API and shows its responses, always as text, never as markup.
import { BASE, ask, toldBy } from "./ask.js";
import { scale, supportBars } from "./picture.js";
import { FIELDS, ageOf, bodyOf, curlOf, grouped, percent, unitOf } from "./request.js";

/** Pages of countries to load, of 100 each. */
const PAGES_MAX = 20;
const REASONS = new Map([
  ["no_bucket", "The customer is in no bucket of this segment."],
  ["no_data", "No event of the history chose an amount in this bucket."],
  ["low_support", "Too few events were counted in this bucket for the rules."],
]);
const EXAMPLE = {
  customer_id: "123", country_code: "Peru", segment_name: "frequent_segment", total_orders: "15",
  first_order_ts: "2017-05-03 00:00:00", last_order_ts: "2018-05-03 00:00:00", as_of: "2018-08-03",
};
/** @type {[string, Partial<typeof EXAMPLE>][]} */
const EXAMPLES = [
  ["15 orders", {}],
  ["Away for 92 days", { segment_name: "recency_segment" }],
  ["In no bucket", { total_orders: "40" }],
  ["With mistakes", { total_orders: "many", first_order_ts: "2019-01-01", segment_name: "segment" }],
];

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @returns {T}
 */
const at = (id) => /** @type {T} */ (document.getElementById(id));
const form = /** @type {HTMLFormElement} */ (at("customer"));
/** @param {string} name */
const field = (name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

/**
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {(string | Node)[]} content
 */
function element(name, attributes, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

// --- The request ------------------------------------------------------------------------------

const typed = () => Object.fromEntries(FIELDS.map((name) => [name, field(name).value]));
const showCurl = () => {
  at("curl").textContent = curlOf(new URL("voucher?explain=true", BASE), bodyOf(typed()));
  at("copied").textContent = "";
};

/** @param {Record<string, string | undefined>} values */
function fill(values) {
  for (const name of FIELDS) field(name).value = values[name] ?? "";
  showCurl();
}

async function copy() {
  try {
    await navigator.clipboard.writeText(at("curl").textContent ?? "");
    at("copied").textContent = "Copied.";
  } catch {
    getSelection()?.selectAllChildren(at("curl"));
    at("copied").textContent = "It is selected: copy it by the keyboard.";
  }
}

// --- Faults -----------------------------------------------------------------------------------

function clearFaults() {
  at("problem").hidden = true;
  for (const fault of form.querySelectorAll(".fault")) fault.remove();
  for (const name of FIELDS) {
    field(name).removeAttribute("aria-invalid");
    field(name).removeAttribute("aria-describedby");
  }
}

/** Shows each fault at its field and moves to the first, or to the problem itself. @param {any} told */
function showProblem(told) {
  const box = at("problem");
  box.replaceChildren(element("strong", {}, String(told.title ?? "Something went wrong")));
  if (told.detail) box.append(element("p", {}, String(told.detail)));
  const others = element("ul", {});
  for (const fault of told.errors ?? []) {
    const name = String(fault.pointer ?? "").replace(/^\//, "");
    if (!FIELDS.includes(name)) {
      others.append(element("li", {}, String(fault.message)));
      continue;
    }
    const input = field(name);
    const told = document.getElementById(`${name}-fault`);
    if (told) told.append(`; ${fault.message}`);
    else input.after(element("p", { class: "fault", id: `${name}-fault` }, String(fault.message)));
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", `${name}-fault`);
  }
  if (others.childElementCount > 0) box.append(others);
  if (told.request_id) box.append(element("p", {}, "Request ", element("code", {}, String(told.request_id))));
  box.hidden = false;
  const first = /** @type {HTMLElement | null} */ (form.querySelector('[aria-invalid="true"]'));
  (first ?? box).focus();
}

// --- The answer -------------------------------------------------------------------------------

let asked = 0;
/** @type {(() => void) | null} */
let redraw = null;

async function find() {
  const number = ++asked;
  clearFaults();
  try {
    const body = bodyOf(typed());
    const answer = await ask("voucher?explain=true", {
      method: "POST", headers: { "content-type": "application/json" }, body,
    });
    const table = await ask(`segments/${encodeURIComponent(answer.country_code)}`);
    if (number === asked) showAnswer(answer, table);
  } catch (error) {
    if (number !== asked) return;
    at("answer").replaceChildren();
    redraw = null;
    showProblem(toldBy(error));
  }
}

/** @param {any} answer @param {any} table */
function showAnswer(answer, table) {
  const why = answer.explain;
  const amount = answer.voucher_amount;
  const bucket = answer.bucket === null ? "no bucket" : `bucket ${answer.bucket}`;
  const pictures = element("div", {});
  at("answer").replaceChildren(
    element("h3", {}, `Voucher for customer ${answer.customer_id}`),
    element("p", { class: "amount" }, amount === null ? "No voucher" : grouped(amount)),
    element("p", { class: "unit" }, amount === null ? "" : `in the currency of ${answer.country_code}`),
    element("p", {}, `${answer.segment_name}, ${bucket}`),
  );
  if (answer.reason) at("answer").append(element("p", {}, REASONS.get(answer.reason) ?? String(answer.reason)));
  if (answer.matched && answer.matched !== "bucket") {
    at("answer").append(element("p", {}, `The amount is that of ${answer.matched} ${answer.matched_bucket ?? ""}`.trim()));
  }
  at("answer").append(pictures, facts(answer, why));
  // With a fallback the amount may be another segment's, or the whole country's, which has no scale.
  const giver = answer.matched && answer.matched !== "bucket" ? answer.matched : answer.segment_name;
  const segment = table.segments.find((/** @type {any} */ segment) => segment.name === giver);
  // Another run may have become current between the two calls.
  const hasScale = segment && segment.measure !== null && table.run_id === answer.run_id;
  redraw = () => {
    const width = Math.max(240, Math.floor(at("answer").clientWidth));
    pictures.replaceChildren();
    if (hasScale) pictures.append(scale(why.measure, segment.buckets, why.value, width));
    if (why.total) {
      pictures.append(supportBars({
        amount, support: why.support, total: why.total, next: why.runner_up_amount, nextSupport: why.runner_up_support,
      }, width));
    }
  };
  redraw();
}

/** @param {any} answer @param {any} why */
function facts(answer, why) {
  const value = why.value === null ? "none" : `${grouped(why.value)} ${unitOf(why.measure, why.value)}`;
  const rows = [
    ["Customer’s value", why.measure === null ? "the whole country" : `${value}, as of ${why.as_of}`],
    ["Chosen by", why.total === null ? "nobody" : `${grouped(why.support)} of ${grouped(why.total)} events (${percent(why.share)})`],
    ["Run", `${answer.run_id}, ${ageOf(why.age_seconds)}`],
    ["It read", `${grouped(why.inputs.number)} file${why.inputs.number === 1 ? "" : "s"}, ${grouped(why.inputs.bytes)} bytes`],
    ["Proof", element("code", {}, String(why.reproduce))],
  ];
  for (const place of why.passed_over ?? []) {
    rows.push(["Passed over", `${place.segment} ${place.bucket ?? ""}: ${REASONS.get(place.reason) ?? place.reason}`]);
  }
  const list = element("dl", {});
  for (const [name, said] of rows) list.append(element("dt", {}, name), element("dd", {}, said));
  return list;
}

// --- Tables -----------------------------------------------------------------------------------

/** @param {string} caption @param {[string, string][]} heads @param {(string | Node)[][]} rows */
function tableOf(caption, heads, rows) {
  const head = element("tr", {}, ...heads.map(([name, look]) => element("th", { scope: "col", class: look }, name)));
  const body = rows.map((row) => element("tr", {}, ...row.map((cell, index) => element("td", { class: heads[index][1] }, cell))));
  const table = element("table", {}, element("caption", {}, caption), element("thead", {}, head), element("tbody", {}, ...body));
  // Focusable, so that the keyboard can scroll it.
  return element("div", { class: "wide", tabindex: "0", role: "region", "aria-label": caption }, table);
}

/** @param {SubmitEvent} [event] */
async function showTable(event) {
  event?.preventDefault();
  const country = /** @type {HTMLSelectElement} */ (at("country")).value;
  if (country === "") return;
  try {
    const told = await ask(`segments/${encodeURIComponent(country)}`);
    /** @type {[string, string][]} */
    const heads = [["Bucket", "label"], ["Amount", "number"], ["Chosen by", ""], ["Runner-up", ""]];
    at("table").replaceChildren(
      element("p", {}, `${told.country}, run `, element("code", {}, told.run_id), `, version ${told.version}`),
      ...told.segments.map((/** @type {any} */ segment) => tableOf(
        `${segment.name}${segment.measure ? `, by ${unitOf(segment.measure)}` : ""}`, heads,
        segment.buckets.map((/** @type {any} */ bucket) => [
          bucket.bucket, bucket.voucher_amount === null ? `none (${bucket.reason})` : grouped(bucket.voucher_amount),
          `${grouped(bucket.support)} of ${grouped(bucket.total)} events (${percent(bucket.share)})`,
          bucket.runner_up_amount === null ? "none" : `${grouped(bucket.runner_up_amount)}, by ${grouped(bucket.runner_up_support)}`,
        ]))),
    );
    // The segments that a request can name.
    const named = told.segments.filter((/** @type {any} */ segment) => segment.measure !== null);
    at("segments").replaceChildren(...named.map((/** @type {any} */ segment) => element("option", { value: segment.name })));
  } catch (error) {
    const told = toldBy(error);
    at("table").replaceChildren(element("p", { class: "problem" }, `${told.title}: ${told.detail ?? ""}`));
  }
}

async function countries() {
  const names = [];
  let path = "countries?limit=100";
  for (let page = 0; page < PAGES_MAX; page++) {
    const told = await ask(path);
    names.push(...told.countries.map((/** @type {any} */ listed) => listed.country));
    if (told.next === null) break;
    path = `countries?limit=100&after=${encodeURIComponent(told.next)}`;
  }
  return names;
}

async function refresh() {
  try {
    const told = await ask("readyz");
    const count = told.countries.length;
    const oldest = Math.max(...told.countries.map((/** @type {any} */ run) => run.age_seconds));
    at("readiness").textContent = `Table ${told.table}: ${count} ${count === 1 ? "country" : "countries"}, the oldest live run is ${ageOf(oldest)}.`;
    at("runs").replaceChildren(tableOf("Live runs by country", [["Country", "name"], ["Run", ""], ["Published", ""]],
      told.countries.map((/** @type {any} */ run) => [
        run.country, element("code", {}, run.run_id), `${run.published_at.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC")}, ${ageOf(run.age_seconds)}`,
      ])));
    const names = await countries();
    at("countries").replaceChildren(...names.map((name) => element("option", { value: name })));
    const chosen = /** @type {HTMLSelectElement} */ (at("country")).value;
    at("country").replaceChildren(...names.map((name) => element("option", { value: name }, name)));
    if (names.includes(chosen)) /** @type {HTMLSelectElement} */ (at("country")).value = chosen;
    await showTable();
  } catch (error) {
    const told = toldBy(error);
    at("readiness").textContent = `${told.title}: ${told.detail ?? ""}`;
    at("runs").replaceChildren();
  }
}

for (const [name, changes] of EXAMPLES) {
  const button = element("button", { type: "button" }, name);
  button.addEventListener("click", () => {
    fill({ ...EXAMPLE, ...changes });
    void find();
  });
  at("examples").append(button);
}
form.addEventListener("input", showCurl);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void find();
});
at("copy").addEventListener("click", () => void copy());
at("choose").addEventListener("submit", showTable);
at("refresh").addEventListener("click", () => void refresh());
let width = 0;
new ResizeObserver(() => {
  if (width !== (width = at("answer").clientWidth)) redraw?.();
}).observe(at("answer"));
fill(EXAMPLE);
void refresh();
