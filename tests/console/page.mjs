// The console in a browser, as somebody uses it.
import { HOSTILE, browser } from "./stack.mjs";

export const WIDE = { width: 1280, height: 900 };
export const NARROW = { width: 390, height: 844 };

/** Opens the console in a page of its own; `complaints` are what the browser said against it. */
export async function open(chromium, address, { colorScheme = "light", viewport = WIDE, query = "" } = {}) {
  const context = await chromium.newContext({ colorScheme, viewport });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: address });
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.goto(`${address}/${query}`);
  await page.locator("#readiness").filter({ hasText: /Table|cannot|not/ }).waitFor();
  return { page, complaints, close: () => context.close() };
}

export const example = (page, name) => page.getByRole("button", { name, exact: true }).click();

/** Fills the form by its labels. */
export async function fill(page, values) {
  for (const [label, value] of Object.entries(values)) await page.locator('#customer').getByLabel(label, { exact: true }).fill(value);
}

/** The states of the page that are looked at: name, how to come there, what it shows then. */
export const STATES = [
  ["start", async () => {}, "#table table"],
  ["voucher", (page) => example(page, "15 orders"), "#answer svg"],
  ["recency", (page) => example(page, "Away for 92 days"), "#answer svg"],
  ["no-bucket", (page) => example(page, "In no bucket"), "#answer svg"],
  ["faults", (page) => example(page, "With mistakes"), "#problem:not([hidden])"],
  ["unknown-country", async (page) => {
    await fill(page, { Country: "Atlantis" });
    await page.getByRole("button", { name: "Find the voucher" }).click();
  }, "#problem:not([hidden])"],
  ["hostile", async (page) => {
    await fill(page, { Country: HOSTILE[0] });
    await page.getByRole("button", { name: "Find the voucher" }).click();
    await page.getByLabel("Published country").selectOption(HOSTILE[0]);
    await page.getByRole("button", { name: "Show the table" }).click();
    await page.locator("#table p").filter({ hasText: HOSTILE[0] }).waitFor();
  }, "#answer svg"],
];

export { browser };
