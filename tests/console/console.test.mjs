// The console, driven as somebody uses it, on real servers.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { faultsOf } from "./look.mjs";
import { NARROW, STATES, WIDE, browser, example, fill, open } from "./page.mjs";
import { HOSTILE, Stack, freePort } from "./stack.mjs";

const run = promisify(execFile);
const BYTES_MAX = 100_000;
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

let stack;
let chromium;

before(async () => {
  stack = await Stack.started();
  chromium = await browser();
});

after(async () => {
  await chromium?.close();
  await stack?.stop();
});

/** A test with the console open; at its end the browser must have said nothing against the page. */
function shows(name, check, { query, complaints: expected = [] } = {}) {
  test(name, async () => {
    const { page, complaints, close } = await open(chromium, stack.address, { query });
    try {
      await check(page);
      const unexpected = complaints.filter((text) => !expected.some((pattern) => pattern.test(text)));
      assert.deepEqual(unexpected, []);
    } finally {
      await close();
    }
  });
}

/** Chromium reports each answer that is no success. */
const ANSWERED = (status) => new RegExp(`the server responded with a status of ${status}`);

async function api(path, body) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${stack.address}/${path}`, body ? { method: "POST", headers, body: JSON.stringify(body) } : {});
  return answer.json();
}

const CUSTOMER = {
  customer_id: 123, country_code: "Peru", segment_name: "frequent_segment", total_orders: 15,
  first_order_ts: "2017-05-03 00:00:00", last_order_ts: "2018-05-03 00:00:00", as_of: "2018-08-03",
};
const amountOf = (answer) => answer.voucher_amount.toLocaleString("en-US", { maximumFractionDigits: 4 });

test("the files have a strict policy, their types, and few bytes", async () => {
  let bytes = 0;
  for (const [path, type] of [
    ["", "text/html"], ["console.css", "text/css"], ["ask.js", "text/javascript"],
    ["console.js", "text/javascript"], ["picture.js", "text/javascript"], ["request.js", "text/javascript"],
  ]) {
    const answer = await fetch(`${stack.address}/${path}`);
    assert.equal(answer.status, 200, path);
    assert.equal(answer.headers.get("content-type"), `${type}; charset=utf-8`, path);
    assert.equal(answer.headers.get("content-security-policy"), POLICY, path);
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff", path);
    bytes += (await answer.arrayBuffer()).byteLength;
  }
  assert.ok(bytes < BYTES_MAX, `${bytes} bytes`);
});

test("the reference has the same policy but for styles, and works under it", async () => {
  const answer = await fetch(`${stack.address}/docs/`);
  assert.equal(answer.status, 200);
  const policy = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");
  assert.equal(answer.headers.get("content-security-policy"), policy);
  assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
  const page = await chromium.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.goto(`${stack.address}/docs/`);
  await page.locator("#operations-operation-getHealth").getByRole("button").first().click();
  await page.getByRole("button", { name: "Try it out" }).click();
  await page.getByRole("button", { name: "Execute" }).click();
  await page.locator(".live-responses-table").getByText('"status": "ok"').waitFor();
  assert.deepEqual(complaints, []);
  await page.close();
});

shows("which runs are live and how old", async (page) => {
  const { countries, table } = await api("readyz");
  await page.locator("#readiness").filter({ hasText: `Table ${table}: ${countries.length} countries` }).waitFor();
  const rows = page.locator("#runs tbody tr");
  await rows.nth(countries.length - 1).waitFor();
  assert.equal(await rows.count(), countries.length);
  for (const [index, live] of countries.entries()) {
    const cells = await rows.nth(index).locator("td").allTextContents();
    assert.deepEqual(cells.slice(0, 2), [live.country, live.run_id]);
    assert.equal(cells[2].slice(0, 19), live.published_at.slice(0, 19).replace("T", " "));
    assert.match(cells[2], / UTC, \d+ (second|minute)s? old$/);
  }
});

for (const [name, changes, marked] of [
  ["15 orders", {}, "14-37"],
  ["Away for 92 days", { segment_name: "recency_segment" }, "90-120"],
]) {
  shows(`${name}: the voucher, its bucket, and both pictures`, async (page) => {
    const answer = await api("voucher?explain=true", { ...CUSTOMER, ...changes });
    assert.equal(answer.bucket, marked);
    await example(page, name);
    await page.locator("#answer svg").first().waitFor();
    assert.equal(await page.locator("#answer .amount").textContent(), amountOf(answer));
    const [scale, bars] = await page.locator("#answer svg[role=img]").all();
    assert.match(await scale.getAttribute("aria-label"), new RegExp(`bucket ${marked}\\.$`));
    assert.equal(await scale.locator(".here").count(), 1);
    const { support, total } = answer.explain;
    const said = await bars.getAttribute("aria-label");
    assert.ok(said.includes(`${amountOf(answer)}: ${support.toLocaleString("en-US")} events`), said);
    const [own, whole] = [await bars.locator(".bar").getAttribute("width"), await bars.locator(".track").first().getAttribute("width")];
    assert.ok(Math.abs(own / whole - support / total) < 0.01, `${own} of ${whole} is not ${support} of ${total}`);
    assert.ok((await page.locator("#answer dl").textContent()).includes(answer.explain.reproduce));
  });
}

shows("a customer in no bucket has no voucher, and a reason", async (page) => {
  await example(page, "In no bucket");
  await page.locator("#answer svg").waitFor();
  assert.equal(await page.locator("#answer .amount").textContent(), "No voucher");
  assert.match(await page.locator("#answer").textContent(), /in no bucket of this segment/);
  assert.match(await page.locator("#answer svg").getAttribute("aria-label"), /40 orders: in no bucket/);
});

shows("the command for a shell does what the page does, and is copied", async (page) => {
  await fill(page, { Customer: "O'Neil $(id) \"x\"" });
  await page.getByRole("button", { name: "Copy the command" }).click();
  await page.getByText("Copied.").waitFor();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(command, await page.locator("#curl").textContent());
  const { stdout } = await run("bash", ["-c", command]);
  const answer = JSON.parse(stdout);
  assert.equal(answer.customer_id, "O'Neil $(id) \"x\"");
  assert.equal(answer.voucher_amount, (await api("voucher", CUSTOMER)).voucher_amount);
});

shows("a number keeps its digits, an empty field is left out", async (page) => {
  await fill(page, { Customer: "9007199254740993", "As of (empty: now)": "" });
  const command = await page.locator("#curl").textContent();
  assert.ok(command.includes('"customer_id": 9007199254740993,'), command);
  assert.ok(!command.includes("as_of"), command);
});

shows("each fault stands at its field, and the first is where one is", async (page) => {
  await example(page, "With mistakes");
  await page.locator("#problem").waitFor();
  for (const name of ["total_orders", "segment_name"]) {
    const field = page.locator(`#${name}`);
    assert.equal(await field.getAttribute("aria-invalid"), "true", name);
    const described = await field.getAttribute("aria-describedby");
    assert.match(await page.locator(`#${described}`).textContent(), new RegExp(`^${name} must`));
  }
  assert.equal(await page.evaluate(() => document.activeElement.id), "total_orders");
  await example(page, "15 orders");
  await page.locator("#answer svg").first().waitFor();
  assert.equal(await page.locator("[aria-invalid], .fault").count(), 0);
  assert.equal(await page.locator("#problem").isVisible(), false);
}, { complaints: [ANSWERED(400)] });

shows("an unknown country is told, and is where one is", async (page) => {
  await fill(page, { Country: "Atlantis" });
  await page.locator("#country_code").press("Enter");
  await page.locator("#problem").waitFor();
  assert.match(await page.locator("#problem").textContent(), /Nothing is published.*atlantis has no vouchers/i);
  assert.equal(await page.evaluate(() => document.activeElement.id), "problem");
}, { complaints: [ANSWERED(404)] });

shows("the table of a country has every bucket", async (page) => {
  await page.getByLabel("Published country").selectOption("Peru");
  await page.getByRole("button", { name: "Show the table" }).click();
  const { segments, run_id } = await api("segments/Peru");
  await page.locator("#table p").filter({ hasText: run_id }).waitFor();
  await page.locator("#table p").filter({ hasText: "Peru" }).waitFor();
  for (const [index, segment] of segments.entries()) {
    const rows = await page.locator("#table table").nth(index).locator("tbody tr").all();
    assert.equal(rows.length, segment.buckets.length);
    for (const [place, bucket] of segment.buckets.entries()) {
      const cells = await rows[place].locator("td").allTextContents();
      const [support, total] = [bucket.support, bucket.total].map((count) => count.toLocaleString("en-US"));
      assert.deepEqual(cells.slice(0, 2), [bucket.bucket, amountOf(bucket)]);
      assert.ok(cells[2].startsWith(`${support} of ${total} events (`), cells[2]);
    }
  }
});

for (const name of HOSTILE) {
  shows(`a country called ${name} stays a name`, async (page) => {
    await page.getByLabel("Published country").selectOption(name);
    await page.getByRole("button", { name: "Show the table" }).click();
    await page.locator("#table p").filter({ hasText: name }).waitFor();
    await fill(page, { Country: name });
    await page.getByRole("button", { name: "Find the voucher" }).click();
    await page.locator("#answer svg").first().waitFor();
    assert.ok((await page.locator("#answer").textContent()).includes(`in the currency of ${name}`));
    assert.equal(await page.evaluate(() => window.hostile), undefined);
    assert.equal(await page.locator("img").count(), 0);
    assert.equal(await page.locator("script").count(), 1);
  });
}

shows("a mistaken country that is markup stays text", async (page) => {
  await fill(page, { Country: "<img src=x onerror=window.hostile=1>nowhere", Segment: "<b>bold</b>" });
  await page.getByRole("button", { name: "Find the voucher" }).click();
  await page.locator("#problem").waitFor();
  assert.equal(await page.evaluate(() => window.hostile), undefined);
  assert.equal(await page.locator("img, b").count(), 0);
}, { complaints: [ANSWERED("40[04]")] });

shows("all of it by the keyboard", async (page) => {
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  const reached = [];
  for (let step = 0; step < 24; step++) {
    await page.keyboard.press("Tab");
    reached.push(await page.evaluate(() => document.activeElement.id || document.activeElement.textContent));
  }
  for (const wanted of ["15 orders", "customer_id", "as_of", "Find the voucher", "curl", "copy", "country", "refresh"]) {
    assert.ok(reached.includes(wanted), `${wanted} is not among ${reached}`);
  }
  await page.locator("#as_of").press("Enter");
  await page.locator("#answer .amount").waitFor();
});

shows("another place for the API is taken from the address", async (page) => {
  assert.match(await page.locator("#curl").textContent(), /\/v1\/voucher\?explain=true/);
  const asked = page.waitForRequest(/\/v1\/voucher\?explain=true$/);
  await example(page, "15 orders");
  await asked;
  await page.locator("#answer svg").first().waitFor();
}, { query: "?api=v1" });

test("another host is refused by the policy, and the page says so", async () => {
  const { page, close } = await open(chromium, stack.address, { query: `?api=http://127.0.0.1:${await freePort()}` });
  await page.locator("#readiness").filter({ hasText: "The API cannot be reached" }).waitFor();
  await close();
});

test("a fallback is named, and the scale is that of the segment that gave the amount", async () => {
  const { page, complaints, close } = await open(chromium, await stack.listen("fallback"));
  await example(page, "In no bucket");
  await page.locator("#answer svg").nth(1).waitFor();
  const told = await page.locator("#answer").textContent();
  assert.match(told, /The amount is that of recency_segment 90-120/);
  assert.match(told, /Passed overfrequent_segment.*in no bucket of this segment/);
  assert.match(await page.locator("#answer svg").first().getAttribute("aria-label"), /bucket 90-120\.$/);
  // On the day of the last order the customer is in no bucket of that segment either.
  await fill(page, { "As of (empty: now)": "2018-05-03" });
  await page.locator("#as_of").press("Enter");
  await page.locator("#answer").filter({ hasText: "The amount is that of country" }).waitFor();
  assert.equal(await page.locator("#answer svg").count(), 1);
  assert.match(await page.locator("#answer svg").getAttribute("aria-label"), /^Events by amount/);
  assert.deepEqual(complaints, []);
  await close();
});

test("an amount of low support is withheld, with its counts", async () => {
  const { page, complaints, close } = await open(chromium, await stack.listen("strict"));
  await example(page, "15 orders");
  await page.locator("#answer svg").nth(1).waitFor();
  const told = await page.locator("#answer").textContent();
  assert.match(told, /No voucher.*Too few events/);
  assert.match(await page.locator("#answer svg").nth(1).getAttribute("aria-label"), /withheld: \d/);
  assert.match(await page.locator("#table").textContent(), /none \(low_support\)/);
  assert.deepEqual(complaints, []);
  await close();
});

test("an empty table is told", async () => {
  const { page, close } = await open(chromium, await stack.listen("empty"));
  await page.locator("#readiness").filter({ hasText: "nothing is published in the table yet" }).waitFor();
  await close();
});

for (const [state, reach, shown] of STATES) {
  for (const colorScheme of ["light", "dark"]) {
    for (const viewport of [WIDE, NARROW]) {
      test(`accessible and not cut: ${state}, ${colorScheme}, ${viewport.width} wide`, async () => {
        const { page, close } = await open(chromium, stack.address, { colorScheme, viewport });
        try {
          await reach(page);
          await page.locator(shown).first().waitFor();
          const { inaccessible, cut } = await faultsOf(page);
          assert.deepEqual(inaccessible, []);
          assert.deepEqual(cut, []);
        } finally {
          await close();
        }
      });
    }
  }
}
