/** A file or folder of this machine dropped on the worklist, as the window system would: real entries, folders included. */
import type { Page } from "playwright-core";

export async function dropOnWorklist(page: Page, path: string): Promise<void> {
  // Once it shows how to add files, it takes them.
  await page.getByTestId("add-folder").waitFor({ state: "attached" });
  const devtools = await page.context().newCDPSession(page);
  const copy = 1;
  const data = { items: [], files: [path], dragOperationsMask: copy };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await devtools.send("Input.dispatchDragEvent", { type, x: 500, y: 400, data });
  }
  await devtools.detach();
}

/** Whether the page keeps the browser from what it does with a dropped file by itself: it opens it in the page's place. */
export async function keepsFileOff(page: Page): Promise<boolean> {
  return page.evaluate<boolean>(`(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["text"], "any.txt"));
    return ["dragover", "drop"].every(
      (type) => !window.dispatchEvent(new DragEvent(type, { dataTransfer, cancelable: true })),
    );
  })()`);
}
