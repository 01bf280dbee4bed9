/** A file dropped on the page as a person drops it: drag and drop events with the file's bytes. */
import type { Page } from "playwright-core";

export async function dropFile(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  // Through an input that is not on the page: the way for large files into the browser.
  await page.evaluate(() => {
    const input = Object.assign(document.createElement("input"), {
      type: "file",
      id: "to-drop",
      hidden: true,
    });
    document.body.append(input);
  });
  await page.setInputFiles("#to-drop", { name, mimeType: "application/zip", buffer: Buffer.from(bytes) });
  await page.evaluate(() => {
    const input = document.querySelector<HTMLInputElement>("#to-drop");
    const file = input?.files?.[0];
    if (file === undefined) throw new Error("the file did not arrive");
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(file);
    for (const type of ["dragenter", "dragover", "drop"]) {
      document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }
    input?.remove();
  });
}
