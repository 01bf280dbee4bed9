/**
 * Chromium without a window and with a software GPU, on a page of our own that has onnxruntime-web: runs graphs on the
 * browser's WebGPU and says which operators ran where.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { DescentTask } from "./descend.ts";

const runtimeFolder = join(import.meta.dirname, "../../node_modules/onnxruntime-web/dist");

export type BrowserRun = {
  readonly losses: readonly number[];
  readonly gradientLength: number;
  /** Operators by execution provider, from the runtime's own log. */
  readonly placements: Readonly<Record<string, readonly string[]>>;
};

/** What the page does; its functions reach the browser as text. `name` is the graph's at `/name.onnx`, `/name.json`. */
const page = `<!doctype html><title>WebGPU</title><script type="module">
import * as ort from "/ort.webgpu.bundle.min.mjs";
import { descend } from "/descend.js";
ort.env.wasm.numThreads = 1;
ort.env.logLevel = "verbose";
window.adapter = async () => {
  const adapter = await navigator.gpu?.requestAdapter();
  return adapter == null ? undefined : [adapter.info.vendor, adapter.info.architecture].join(" ");
};
window.descendOn = async (name, cpuNodes) => {
  const model = new Uint8Array(await (await fetch("/" + name + ".onnx")).arrayBuffer());
  const task = await (await fetch("/" + name + ".json")).json();
  const session = await ort.InferenceSession.create(model, {
    executionProviders: [{ name: "webgpu", forceCpuNodeNames: cpuNodes }],
    logSeverityLevel: 0,
  });
  const result = await descend(task, {
    tensor: (data, shape) => new ort.Tensor("float32", data, shape),
    run: (feeds) => session.run(feeds),
  });
  await session.release();
  return result;
};
window.predictOn = async (name, shape) => {
  const [model, images] = await Promise.all(
    [".onnx", ".bin"].map(async (ending) => (await fetch("/" + name + ending)).arrayBuffer()),
  );
  const session = await ort.InferenceSession.create(new Uint8Array(model), { executionProviders: ["wasm"] });
  const { probability } = await session.run({ image: new ort.Tensor("float32", new Float32Array(images), shape) });
  await session.release();
  return [...probability.data];
};
window.ready = true;
</script>`;

export type GraphOnPage = {
  readonly model: Uint8Array;
  readonly task: DescentTask;
  readonly cpuNodes: readonly string[];
};

export type Browser = {
  /** Vendor and architecture of the GPU, undefined if the browser gives none. */
  adapter(): Promise<string | undefined>;
  descend(graph: GraphOnPage): Promise<BrowserRun>;
  /** Probabilities of images of a shape, by WebAssembly. */
  predict(model: Uint8Array, images: Float32Array, shape: readonly number[]): Promise<readonly number[]>;
  close(): Promise<void>;
};

export async function openBrowser(): Promise<Browser> {
  const files = new Map<string, string | Uint8Array>([
    ["/", page],
    ["/favicon.ico", ""],
    ["/descend.js", stripTypeScriptTypes(await readFile(join(import.meta.dirname, "descend.ts"), "utf8"))],
  ]);
  const server = createServer(async ({ url = "/" }, response) => {
    const content = files.get(url) ?? (await readFile(join(runtimeFolder, url)).catch(() => undefined));
    response.statusCode = content === undefined ? 404 : 200;
    response.setHeader("content-type", typeOf(url));
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
  });
  const tab = await browser.newPage();
  const lines: string[] = [];
  tab.on("console", (message) => lines.push(message.text()));
  await tab.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
  await tab.waitForFunction("window.ready");
  let graphs = 0;
  return {
    adapter: () => tab.evaluate("window.adapter()"),
    descend: async ({ model, task, cpuNodes }) => {
      const name = `graph-${graphs++}`;
      files.set(`/${name}.onnx`, model).set(`/${name}.json`, JSON.stringify(task));
      lines.length = 0;
      const call = `window.descendOn(${JSON.stringify(name)}, ${JSON.stringify(cpuNodes)})`;
      const result: Omit<BrowserRun, "placements"> = await tab.evaluate(call);
      return { ...result, placements: placementsIn(lines) };
    },
    predict: (model, images, shape) => {
      const name = `graph-${graphs++}`;
      files.set(`/${name}.onnx`, model).set(`/${name}.bin`, new Uint8Array(images.buffer));
      return tab.evaluate(`window.predictOn(${JSON.stringify(name)}, ${JSON.stringify(shape)})`);
    },
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}

function typeOf(url: string): string {
  if (url.endsWith(".wasm")) return "application/wasm";
  if (url.endsWith("js")) return "text/javascript";
  return url === "/" ? "text/html" : "application/octet-stream";
}

/** From lines such as "Node(s) placed on [WebGpuExecutionProvider]. Number of nodes: 2" and, after it, "MaxPool (maxpool_32)". */
function placementsIn(lines: readonly string[]): Record<string, string[]> {
  const operatorsOf = new Map<string, Set<string>>();
  let operators: Set<string> | undefined;
  for (const line of lines) {
    const provider = /placed on \[(\w+)\]/.exec(line)?.[1];
    if (provider !== undefined) {
      operators = operatorsOf.get(provider) ?? new Set();
      operatorsOf.set(provider, operators);
      continue;
    }
    const operator = /VerifyEachNodeIsAssignedToAnEp\S*\s+(\w+) \(/.exec(line)?.[1];
    if (operator !== undefined) operators?.add(operator);
  }
  return Object.fromEntries([...operatorsOf].map(([provider, names]) => [provider, [...names].sort()]));
}
