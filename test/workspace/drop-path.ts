/** A file or folder of this machine dropped on the page, as the window system would: real entries, folders included. */
import type { Page } from "playwright-core";

export async function dropPath(page: Page, path: string): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const copy = 1;
  const data = { items: [], files: [path], dragOperationsMask: copy };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await devtools.send("Input.dispatchDragEvent", { type, x: 500, y: 400, data });
  }
  await devtools.detach();
}
