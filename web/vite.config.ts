/** How the workspace's page is built: `vite build web` writes web/dist, which the server serves. */
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";
import { bundleLicences } from "./bundle-licences.ts";

const licences = bundleLicences();

export default defineConfig({
  root: import.meta.dirname,
  // Relative: the page works below any path of a reverse proxy.
  base: "./",
  // ONNX Runtime without its WebAssembly in the script: that is a file, which its threads load as well.
  resolve: { conditions: ["onnxruntime-web-use-extern-wasm", ...defaultClientConditions] },
  plugins: [react(), licences.inPage],
  worker: {
    format: "es",
    plugins: licences.inWorkers,
    // dcmjs-codecs evaluates two sentences of its own as it starts: src/workspace/http/access/guard.ts allows it to its thread alone.
    rolldownOptions: { checks: { eval: false } },
  },
  build: { target: "es2023", outDir: "dist", emptyOutDir: true, chunkSizeWarningLimit: 5000 },
});
