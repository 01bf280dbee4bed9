import { expect, test } from "vitest";
import { collectFiles, type Entry, filesOfInput, toldApart } from "./collect-files.ts";

function fileEntry(name: string): Entry {
  return { isFile: true, isDirectory: false, name, file: (done) => done(new File(["x"], name)) };
}

/** As browsers do: a portion at a time, an empty one at the end. */
function folderEntry(name: string, children: readonly Entry[], portion = 100): Entry {
  return {
    isFile: false,
    isDirectory: true,
    name,
    createReader() {
      let at = 0;
      return {
        readEntries(done) {
          done(children.slice(at, at + portion));
          at += portion;
        },
      };
    },
  };
}

test("a folder that the browser lists in portions is read to its end, with its folders", async () => {
  const slices = Array.from({ length: 250 }, (_, k) => fileEntry(`${k}.dcm`));
  const files = await collectFiles([
    folderEntry("CT", [folderEntry("series", slices), fileEntry("plan.dcm")]),
  ]);
  expect(files).toHaveLength(251);
  expect(files[0].path).toBe("CT/series/0.dcm");
  expect(files.at(-1)?.path).toBe("CT/plan.dcm");
});

test("hidden files, thumbnails and the medium's directory are left aside", async () => {
  const names = [".DS_Store", "Thumbs.db", "DICOMDIR", "IM0001"];
  const files = await collectFiles([folderEntry("CT", names.map(fileEntry))]);
  expect(files.map(({ path }) => path)).toEqual(["CT/IM0001"]);
});

test("a file that cannot be read fails the whole, it is not left out in silence", async () => {
  const broken: Entry = {
    isFile: true,
    isDirectory: false,
    name: "broken",
    file: (_, failed) => failed(new Error("NotReadableError")),
  };
  await expect(collectFiles([fileEntry("fine"), broken])).rejects.toThrow("NotReadableError");
});

test("files of an input keep their path in the folder that was chosen", () => {
  const inFolder = new File(["x"], "1.dcm");
  Object.defineProperty(inFolder, "webkitRelativePath", { value: "CT/1.dcm" });
  const paths = filesOfInput([inFolder, new File(["x"], "all.zip")]).map(({ path }) => path);
  expect(paths).toEqual(["CT/1.dcm", "all.zip"]);
});

test("files of one path, as two folders that are dropped together have them, get each a path of its own", async () => {
  const folder = (): Entry => folderEntry("ct", [fileEntry("1.dcm")]);
  const files = await collectFiles([folder(), folder(), folderEntry("2", [folder()])]);
  const apart = toldApart(files);
  expect(new Set(apart.map(({ path }) => path)).size).toBe(3);
  expect(apart.map(({ file }) => file)).toEqual(files.map(({ file }) => file));
});
