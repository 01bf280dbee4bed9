// Builds the workspace's page (web/dist): a few seconds, so that it is simply done anew before it is served or tested.
import { runNode } from "./runtime.mjs";

export function buildWeb() {
  if (runNode(["node_modules/vite/bin/vite.js", "build", "web", "--logLevel", "warn"]) === 0) return;
  console.error("The workspace's page could not be built; the message is above.");
  process.exit(1);
}
