// Writes docs/pictures/: states of the console, a report and a profile at two widths, some dark.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { NARROW, STATES, WIDE, browser, open } from "./page.mjs";
import { open as openFile, written } from "./reports.mjs";
import { Stack } from "./stack.mjs";

const FOLDER = join(import.meta.dirname, "../../docs/pictures");
const PICTURES = [
  ...["voucher", "recency", "no-bucket", "faults", "unknown-country"].flatMap((state) => [[state, WIDE, "light"], [state, NARROW, "light"]]),
  ["recency", WIDE, "dark"],
];
/** Of the ETL's pages: name, file, where the part begins that is shown (all of it has too many bytes), at which widths. */
const LIGHT = [[WIDE, "light", 760], [NARROW, "light", 1150]];
const PAGES = [
  ["report-run", "oneCountry", "section", [...LIGHT, [WIDE, "dark", 760]]],
  ["report-published", "published", "main", LIGHT],
  ["profile", "profile", "h2:has-text('Distributions')", LIGHT],
];

const stack = await Stack.started({ hostile: false });
const chromium = await browser();
try {
  await mkdir(FOLDER, { recursive: true });
  for (const [name, viewport, colorScheme] of PICTURES) {
    const [, reach, shown] = STATES.find(([state]) => state === name);
    const { page, close } = await open(chromium, stack.address, { colorScheme, viewport });
    await page.locator("#table table").first().waitFor();
    await reach(page);
    await page.locator(shown).first().waitFor();
    const dark = colorScheme === "dark" ? "-dark" : "";
    const file = join(FOLDER, `console-${name}-${viewport.width}${dark}.png`);
    // One of them whole; of the others what differs.
    await (name === "voucher" ? page.screenshot({ path: file, fullPage: true }) : page.locator("#ask").screenshot({ path: file }));
    console.log(file);
    await close();
  }
  const files = await written(stack);
  for (const [name, key, part, views] of PAGES) {
    for (const [viewport, colorScheme, height] of views) {
      const { page, close } = await openFile(chromium, files[key], { viewport, colorScheme });
      const dark = colorScheme === "dark" ? "-dark" : "";
      const file = join(FOLDER, `${name}-${viewport.width}${dark}.png`);
      const { y } = await page.locator(part).first().boundingBox();
      await page.screenshot({ path: file, fullPage: true, clip: { x: 0, y: Math.max(0, y - 16), width: viewport.width, height } });
      console.log(file);
      await close();
    }
  }
} finally {
  await chromium.close();
  await stack.stop();
}
