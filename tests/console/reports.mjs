// The pages that the ETL writes: made by the real program, opened as files.
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Writes the pages and returns their files by name; the run that is shown differs from what is live. */
export async function written(stack) {
  const file = (name) => join(stack.folder, `${name}.html`);
  // A history that was cut off, so that some amounts change.
  const next = await stack.python("hostile.py", await stack.sample(5, 1_000), stack.names);
  const many = await stack.python("many.py", await stack.sample(3));
  const [run, oneCountry, manyCountries, published, hostile, profile] =
    ["run", "one-country", "many-countries", "published", "hostile", "profile"].map(file);
  await stack.etl("run", "--dry-run", "--s3path", next, "--report", run);
  await stack.etl("run", "--dry-run", "--s3path", next, "--country", "Peru", "--report", oneCountry);
  await stack.etl("run", "--dry-run", "--s3path", many, "--report", manyCountries);
  await stack.etl("run", "--s3path", next, "--country", "Peru");
  await stack.etl("report", "--country", "Peru", "--html", published);
  await stack.etl("report", "--country", stack.names[0] ?? "Peru", "--html", hostile);
  await stack.etl("profile", "--s3path", stack.history, "--html", profile);
  return { run, oneCountry, manyCountries, published, hostile, profile };
}

/** Opens one; `requests` are what it asked for, `complaints` what the browser said against it. */
export async function open(chromium, file, { colorScheme = "light", viewport, media = "screen" }) {
  const context = await chromium.newContext({ colorScheme, viewport });
  const page = await context.newPage();
  const [requests, complaints] = [[], []];
  context.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.emulateMedia({ media, colorScheme });
  await page.goto(pathToFileURL(file).href);
  return { page, requests, complaints, close: () => context.close() };
}
