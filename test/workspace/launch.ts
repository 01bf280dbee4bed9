/** The real program and a real browser for the workspace's tests: `delineate serve` as a process of its own, Chromium. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type Browser, chromium } from "playwright-core";
import { emptyWorkspace } from "../shared-inputs.ts";

export type Server = {
  readonly url: string;
  readonly process: ChildProcess;
  /** What it wrote to the terminal so far. */
  output(): string;
  /** Ctrl-C, and its exit code. */
  stop(): Promise<number | null>;
  /** kill -9. */
  kill(): Promise<void>;
};

/** Starts the server on `data`, made where it is not there, and resolves when it says its address. Rejects with what it wrote if it ends before. */
export async function startServer(
  data: string,
  options: readonly string[] = ["--no-sample"],
): Promise<Server> {
  emptyWorkspace(data);
  const main = new URL("../../src/cli/main.ts", import.meta.url).pathname;
  const args = ["--disable-warning=ExperimentalWarning", main, "serve", "--data", data, ...options];
  // A port that was given is kept: a page that is open finds a restarted server again.
  if (!options.includes("--port")) args.push("--port", "0");
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        text += `${line}\n`;
        const address = /http:\/\/[\w.:[\]-]+/.exec(line);
        if (address !== null) resolve(address[0]);
      });
    }
    child.once("exit", (code) => reject(new Error(`the server ended with code ${code}:\n${text}`)));
  });
  const ended = once(child, "exit");
  return {
    url,
    process: child,
    output: () => text,
    stop: async () => {
      child.kill("SIGINT");
      const [code] = await ended;
      return code;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** One for all pages of this process, with which it ends: to start one costs more than a page does. */
let browser: Promise<Browser> | undefined;

export type OpenPage = Awaited<ReturnType<typeof openPage>>;

/** A page of the workspace as in a browser of its own: it shares no cookie and no storage. A reviewer's name is already given. */
export async function openPage(url: string, size = { width: 1280, height: 720 }, reviewer = "Reviewer One") {
  browser ??= chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  const context = await (await browser).newContext({ viewport: size });
  await context.addInitScript((name) => localStorage.setItem("delineate.reviewer", name), reviewer);
  // As in vitest.config.ts.
  context.setDefaultTimeout(300_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error.stack ?? error)));
  await page.goto(url);
  return { page, context, faults, close: () => context.close() };
}
