// @ts-check
// The explanation as SVG pictures, drawn for the available width so that text keeps its size.
import { grouped, percent, unitOf } from "./request.js";

const SVG = "http://www.w3.org/2000/svg";
const ROW = 34;

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {(string | Node)[]} content
 */
function shape(name, attributes, ...content) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...content);
  return made;
}

/**
 * @param {string} title text for screen readers
 * @param {number} width
 * @param {number} height
 */
function picture(title, width, height) {
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title });
  svg.append(shape("title", {}, title));
  return svg;
}

/**
 * Draws a bucket's events as bars: those that chose the amount, the runner-up, all others.
 * @param {{amount: number | null, support: number, total: number, next: number | null, nextSupport: number | null}} bucket
 * @param {number} width
 */
export function supportBars({ amount, support, total, next, nextSupport }, width) {
  const rest = total - support - (nextSupport ?? 0);
  const bars = [
    { name: amount === null ? "withheld" : grouped(amount), events: support, look: "bar" },
    ...(next === null ? [] : [{ name: grouped(next), events: nextSupport ?? 0, look: "second" }]),
    { name: "all others", events: rest, look: "rest" },
  ];
  const said = bars.map((bar) => `${bar.name}: ${grouped(bar.events)} events`).join("; ");
  const svg = picture(`Events by amount. ${said}`, width, 24 + bars.length * (ROW + 18));
  svg.append(shape("text", { x: 0, y: 16, class: "soft" }, `events by amount, of ${grouped(total)} in the bucket`));
  bars.forEach((bar, index) => {
    const y = 24 + index * (ROW + 18);
    const share = total === 0 ? 0 : bar.events / total;
    const text = shape("text", { x: 0, y: y + 14, class: index === 0 ? "strong" : "" }, bar.name);
    const events = shape("text", { x: width, y: y + 14, "text-anchor": "end" }, `${grouped(bar.events)} events · ${percent(share)}`);
    svg.append(text, events);
    svg.append(shape("rect", { x: 0.5, y: y + 20.5, width: width - 1, height: 19, rx: 3, class: "track" }));
    svg.append(shape("rect", { x: 0, y: y + 20, width: Math.max(1, width * share), height: 20, rx: 3, class: bar.look }));
  });
  return svg;
}

/** @typedef {{bucket: string, from: number | null, below: number | null, voucher_amount: number | null}} Bucket */

/**
 * Draws a segment's buckets as a scale, lowest first, and marks the customer's value.
 * @param {string | null} measure
 * @param {Bucket[]} buckets
 * @param {number | null} value
 * @param {number} width
 */
export function scale(measure, buckets, value, width) {
  const rows = rowsOf(buckets, value);
  const unit = unitOf(measure);
  const own = rows.find((row) => row.isHere);
  const at = value === null ? "no value" : `${grouped(value)} ${unitOf(measure, value)}`;
  const said = `The customer has ${at}: ${own?.bucket ? `bucket ${own.bucket.bucket}` : "in no bucket"}.`;
  const svg = picture(`Buckets by ${unit}. ${said}`, width, 26 + rows.length * ROW);
  svg.append(shape("text", { x: 0, y: 16, class: "soft" }, `buckets by ${unit}`));
  svg.append(shape("text", { x: width, y: 16, class: "soft", "text-anchor": "end" }, "amount"));
  rows.forEach(({ bucket, isHere }, index) => {
    const y = 26 + index * ROW;
    if (bucket) {
      svg.append(shape("rect", { x: 1, y: y + 1, width: width - 2, height: ROW - 4, rx: 3, class: isHere ? "here" : "track" }));
      const amount = bucket.voucher_amount === null ? "none" : grouped(bucket.voucher_amount);
      const look = isHere ? "strong" : "";
      svg.append(shape("text", { x: 24, y: y + 21, class: look }, bucket.bucket));
      svg.append(shape("text", { x: width - 10, y: y + 21, "text-anchor": "end", class: look }, amount));
    }
    if (isHere) {
      svg.append(shape("path", { d: `M8 ${y + 9} l9 7 l-9 7 z`, class: "mark" }));
      svg.append(shape("text", { x: bucket ? 100 : 24, y: y + 21, class: "soft" }, `this customer: ${value === null ? "no value" : grouped(value)}${bucket ? "" : ", in no bucket"}`));
    }
  });
  return svg;
}

/**
 * Returns a row for each bucket, and one without a bucket for a value in none.
 * @param {Bucket[]} buckets
 * @param {number | null} value
 */
function rowsOf(buckets, value) {
  /** @type {{bucket: Bucket | null, isHere: boolean}[]} */
  const rows = buckets.map((bucket) => ({
    bucket,
    isHere: value !== null && bucket.from !== null && bucket.from <= value && (bucket.below === null || value < bucket.below),
  }));
  if (value !== null && !rows.some((row) => row.isHere)) {
    const above = buckets.findIndex((bucket) => bucket.from !== null && value < bucket.from);
    rows.splice(above < 0 ? rows.length : above, 0, { bucket: null, isHere: true });
  }
  return rows;
}
