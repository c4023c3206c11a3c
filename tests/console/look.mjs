// What is wrong with a page as it stands, the console's or one of the ETL's: for whom it is not accessible, and what of it is cut.
import { tools } from "./stack.mjs";

/** Returns both; each list is empty where nothing is. */
export async function faultsOf(page) {
  // Run by the browser's own door: the page's policy would refuse it, as it should.
  await page.evaluate(tools("axe-core").source);
  const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
  const inaccessible = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
  if (!passes.some(({ id }) => id === "color-contrast")) inaccessible.push("contrast was not looked at");
  return { inaccessible, cut: await page.evaluate(cutParts) };
}

/** In the page: what is wider than its place, and texts of pictures that reach out of them. */
function cutParts() {
  const wide = [...document.querySelectorAll(".wide")].filter((part) => part.scrollWidth > part.clientWidth);
  const texts = [...document.querySelectorAll("svg text")].filter((text) => {
    const [box, own] = [text.getBoundingClientRect(), text.closest("svg").getBoundingClientRect()];
    return box.left < own.left - 1 || box.right > own.right + 1 || box.bottom > own.bottom + 1;
  });
  return [
    ...(document.documentElement.scrollWidth > innerWidth ? ["the page"] : []),
    ...wide.map((part) => part.ariaLabel),
    ...texts.map((text) => text.textContent),
  ];
}
