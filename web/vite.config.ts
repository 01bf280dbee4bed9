/** How the workspace's page is built: `vite build web` writes web/dist, which the server serves. */
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig, type Plugin } from "vite";
import { bundleLicences } from "./bundle-licences.ts";

const licences = bundleLicences();

/** CharLS asks for Node.js's files where it runs there; in a browser nothing stands behind their names. */
const nothing = "\0nothing";
const withoutFiles: Plugin = {
  name: "without-files",
  enforce: "pre",
  resolveId: (id, importer) =>
    (id === "fs" || id === "path") && importer?.includes("codec-charls") ? nothing : undefined,
  load: (id) => (id === nothing ? "export default {};" : undefined),
};

export default defineConfig({
  root: import.meta.dirname,
  // Relative: the page works below any path of a reverse proxy.
  base: "./",
  // ONNX Runtime without its WebAssembly in the script: that is a file, which its threads load as well.
  resolve: { conditions: ["onnxruntime-web-use-extern-wasm", ...defaultClientConditions] },
  plugins: [react(), licences.inPage],
  worker: {
    format: "es",
    plugins: () => [withoutFiles, ...licences.inWorkers()],
    // dcmjs-codecs evaluates two sentences of its own as it starts: src/workspace/http/access/guard.ts allows it to its thread alone.
    rolldownOptions: { checks: { eval: false } },
  },
  build: { target: "es2023", outDir: "dist", emptyOutDir: true, chunkSizeWarningLimit: 5000 },
});
