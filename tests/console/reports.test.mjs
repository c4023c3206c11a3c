// The pages of reports and of the profile, as somebody looks at them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { faultsOf } from "./look.mjs";
import { NARROW, WIDE, browser } from "./page.mjs";
import { open, written } from "./reports.mjs";
import { HOSTILE, Stack } from "./stack.mjs";

let stack;
let chromium;
let files;

before(async () => {
  stack = await Stack.started();
  files = await written(stack);
  chromium = await browser();
});

after(async () => {
  await chromium?.close();
  await stack?.stop();
});

/** A test with a page open; at its end it must have asked for nothing, and the browser said nothing against it. */
function shows(name, key, check, options = {}) {
  test(name, async () => {
    const { page, requests, complaints, close } = await open(chromium, files[key], { viewport: WIDE, ...options });
    try {
      await check(page);
      assert.deepEqual(requests, [pathToFileURL(files[key]).href], "it is one file");
      assert.deepEqual(complaints, []);
    } finally {
      await close();
    }
  });
}

const PAGES = ["run", "oneCountry", "manyCountries", "published", "hostile", "profile"];
const LARGE = ["run", "manyCountries"];

for (const key of PAGES) {
  for (const colorScheme of ["light", "dark"]) {
    for (const viewport of [WIDE, NARROW]) {
      // Of the large pages one of each, since looking at them takes long.
      if (LARGE.includes(key) && (colorScheme === "light") !== (viewport === WIDE)) continue;
      shows(`accessible and not cut: ${key}, ${colorScheme}, ${viewport.width} wide`, key, async (page) => {
        // What is folded is looked at, too.
        await page.locator("details").evaluateAll((all) => all.forEach((details) => { details.open = true; }));
        const { inaccessible, cut } = await faultsOf(page);
        assert.deepEqual(inaccessible, []);
        assert.deepEqual(cut, []);
      }, { colorScheme, viewport });
    }
  }
  shows(`letters of charts can be read on a narrow screen: ${key}`, key, async (page) => {
    const small = await page.locator("svg text").evaluateAll((texts) => texts
      .map((text) => [text, text.getScreenCTM()])
      .map(([text, { a, b }]) => [text.textContent.trim(), Math.hypot(a, b) * parseFloat(getComputedStyle(text).fontSize)])
      .filter(([, pixels]) => pixels < 8));
    assert.deepEqual(small, []);
  }, { viewport: NARROW });
  shows(`every chart says what it is, and what it shows is in a table as well: ${key}`, key, async (page) => {
    const charts = page.locator("svg[role=img]");
    const figures = page.locator("figure:has(svg)");
    assert.ok(await charts.count() > 0);
    assert.equal(await charts.count(), await figures.count());
    assert.equal(await figures.filter({ has: page.locator("table") }).count(), await figures.count());
    const silent = await charts.evaluateAll((all) => all.filter((chart) => chart.getAttribute("aria-labelledby").split(" ")
      .some((id) => !document.getElementById(id)?.textContent.trim())).length);
    assert.equal(silent, 0);
  });
  shows(`all of it is printed: ${key}`, key, async (page) => {
    const hidden = await page.locator("details").evaluateAll((all) => all
      .filter((details) => ![...details.children].slice(1).every((part) => part.checkVisibility())).length);
    assert.equal(hidden, 0);
    assert.equal(await page.locator("svg").first().isVisible(), true);
  }, { media: "print" });
}

shows("names that are markup stay text: of a run", "run", async (page) => {
  const headings = await page.getByRole("heading", { level: 2 }).allTextContents();
  for (const name of HOSTILE) assert.ok(headings.includes(name), `${name} is not among ${headings}`);
  await isText(page);
});

shows("names that are markup stay text: of what is published", "hostile", async (page) => {
  assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), `What is published for ${HOSTILE[0]}`);
  await isText(page);
});

shows("names that are markup stay text: of a profile", "profile", async (page) => {
  const names = await page.getByRole("rowheader").allTextContents();
  for (const name of HOSTILE) assert.ok(names.includes(name), `${name} is not among ${names}`);
  await isText(page);
});

async function isText(page) {
  assert.equal(await page.evaluate(() => window.hostile), undefined);
  assert.equal(await page.locator("img, script, iframe, object").count(), 0);
}

shows("a heat map has a frame a bucket, and is as the table says", "oneCountry", async (page) => {
  const map = page.locator("svg.natural");
  assert.equal(await map.locator(".framed").count(), 8);
  const framed = await map.locator("g:has(.framed) > title").allTextContents();
  await page.getByText("All buckets as a table").click();
  const rows = page.getByRole("group", { name: "Buckets of Peru", exact: true }).locator("tbody tr");
  for (const [index, said] of framed.entries()) {
    const [segment, bucket, amount, support, total] = await rows.nth(index).locator("td").allTextContents();
    assert.ok(said.trim().startsWith(`${segment} ${bucket}, ${amount}: ${support} of ${total} events`), said);
  }
});

shows("what changes against the run that is live, with its weight", "oneCountry", async (page) => {
  const section = page.locator("section");
  await section.getByRole("heading", { name: "What it would change against the run that is live" }).waitFor();
  assert.match(await section.textContent(), /\d+ unchanged\. The weight of a change is the events of the bucket/);
  const changes = section.getByRole("group", { name: "Changes of Peru" }).locator("tbody tr");
  const weights = (await changes.locator("td:last-child").allTextContents()).map((text) => Number(text.replaceAll(",", "")));
  assert.ok(weights[0] > 0, "this run changes amounts");
  assert.deepEqual(weights, weights.toSorted((one, other) => other - one), "the heaviest first");
});

shows("thirty countries are a table that leads to each, and two hundred amounts are the most used and the others", "manyCountries", async (page) => {
  const links = page.getByRole("region", { name: "Countries" }).getByRole("link");
  assert.equal(await links.count(), 30);
  await links.nth(17).click();
  const target = page.locator("h2:target");
  assert.equal(await target.textContent(), "Country 17");
  const first = page.locator("section").first();
  assert.match(await first.locator("figcaption").first().textContent(), /Of 200 amounts 12 have a column.*the other 188 are added up/);
  assert.match(await first.textContent(), /192 others/);
});

shows("of what is published it is said what is not known", "published", async (page) => {
  assert.match(await page.locator("main").textContent(), /Only mode and runner-up of a bucket are published/);
  await page.getByRole("heading", { name: "What changed against the run before" }).waitFor();
  const last = page.locator(".charts figure").first().locator("svg text");
  assert.ok((await last.allTextContents()).some((text) => text.trim() === "all others"));
});
