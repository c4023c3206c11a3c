// What the tests look at: a MiniStack with a published table, the listener, a browser. Everything is
// on 127.0.0.1, and ends with the test.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const { BINARIES, CHROMIUM, CONSOLE_TOOLS, PYTHON_OF_TESTS } = process.env;
const REPOSITORY = join(import.meta.dirname, "../..");
const LOCALSTACK = join(REPOSITORY, "localstack");
const READY_WITHIN_MS = 60_000;
const POLL_EVERY_MS = 50;

export const tools = createRequire(CONSOLE_TOOLS);
/** Names that would be markup, or run, if the page took them for it. */
export const HOSTILE = [
  "<img src=x onerror=window.hostile=1>",
  "\"'><script>window.hostile=1</script>&amp;",
];

const run = promisify(execFile);

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Waits for `found` to give something. */
async function waitFor(what, found) {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    const value = await found();
    if (value) return value;
    await sleep(POLL_EVERY_MS);
  }
  throw new Error(`${what} does not come`);
}

/** A process of ours, its output kept. */
function start(command, args, environment) {
  const child = spawn(command, args, { env: environment, stdio: ["ignore", "ignore", "pipe"], detached: true });
  let text = "";
  child.stderr.on("data", (part) => { text += part; });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, "SIGKILL");
      await once(child, "exit");
    }
  };
  return { child, stop, text: () => text };
}

/** The servers of a test. */
export class Stack {
  #ends = [];

  /** Starts them; `hostile` publishes countries by such names, too. */
  static async started({ hostile = true } = {}) {
    const stack = new Stack();
    try {
      stack.names = hostile ? HOSTILE : [];
      await stack.#publish(stack.names);
      stack.address = await stack.listen();
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  async stop() {
    for (const end of this.#ends.reverse()) await end();
    this.#ends = [];
  }

  async #publish(names) {
    const folder = await mkdtemp(join(tmpdir(), "voucher-console-"));
    this.folder = folder;
    this.#ends.push(() => rm(folder, { recursive: true, force: true }));
    const port = await freePort();
    this.environment = { ...process.env, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, LIVE: "" };
    const server = start(join(LOCALSTACK, "ministack"), [String(port), join(folder, "ministack")], this.environment);
    this.#ends.push(server.stop);
    await waitFor("MiniStack", () => fetch(`http://127.0.0.1:${port}/_ministack/health`).then((answer) => answer.ok, () => false));
    const etl = join(BINARIES, "voucher-etl");
    const sample = await this.sample(7);
    const history = await this.python("hostile.py", sample, names);
    this.history = history;
    await this.#table("empty");
    await this.#table("voucher-segments");
    await this.local([etl, "run", "--s3path", history]);
    const rules = await readFile(join(REPOSITORY, "crates/segments/rules.toml"), "utf8");
    for (const [table, own] of [
      ["fallback", `${rules}\n[fallback]\norder = ["recency_segment", "country"]\n`],
      ["strict", `min_support = 1000000\n${rules}`],
    ]) {
      const file = join(folder, `${table}.toml`);
      await writeFile(file, own);
      await this.#table(table);
      await this.local([etl, "run", "--s3path", history, "--country", "Peru", "--rules", file, "--table", table]);
    }
  }

  /** Makes a sample and returns its path. */
  async sample(seed, rows = 50_000) {
    const file = join(this.folder, `sample-${seed}.parquet`);
    await run(join(BINARIES, "voucher-etl"), ["sample", "--rows", String(rows), "--seed", String(seed), "--out", file]);
    return file;
  }

  /** Makes another history of one by a script beside this file, and returns its path. */
  async python(script, source, more = []) {
    const file = source.replace(/\.parquet$/, `-${script.replace(/\.py$/, "")}.parquet`);
    await run(PYTHON_OF_TESTS, ["-B", join(import.meta.dirname, script), source, file, ...more]);
    return file;
  }

  /** Runs the ETL in the environment of the local AWS. */
  etl(...line) {
    return this.local([join(BINARIES, "voucher-etl"), ...line]);
  }

  #table(name) {
    return this.local([PYTHON_OF_TESTS, "-B", join(LOCALSTACK, "seed.py"), "--table", name]);
  }

  /** Runs a command in the environment of the local AWS. */
  local(command) {
    return run(join(LOCALSTACK, "env"), command, { env: this.environment });
  }

  /** Starts a listener and returns its address. */
  async listen(table = "voucher-segments") {
    const command = [join(BINARIES, "voucher-api"), "--listen", "127.0.0.1:0"];
    const listener = start(join(LOCALSTACK, "env"), command, { ...this.environment, TABLE_NAME: table });
    this.#ends.push(listener.stop);
    return waitFor("the listener", () => /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(listener.text())?.[1]);
  }
}

/** Starts a browser. Chromium has no sandbox for root. */
export function browser() {
  const args = process.getuid() === 0 ? ["--no-sandbox"] : [];
  return tools("playwright-core").chromium.launch({ executablePath: CHROMIUM, args });
}
