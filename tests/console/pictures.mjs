// Writes docs/pictures/console-*.png: states of the console at two widths, and one of them dark.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { NARROW, STATES, WIDE, browser, open } from "./page.mjs";
import { Stack } from "./stack.mjs";

const FOLDER = join(import.meta.dirname, "../../docs/pictures");
const PICTURES = [
  ...["voucher", "recency", "no-bucket", "faults", "unknown-country"].flatMap((state) => [[state, WIDE, "light"], [state, NARROW, "light"]]),
  ["recency", WIDE, "dark"],
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
} finally {
  await chromium.close();
  await stack.stop();
}
