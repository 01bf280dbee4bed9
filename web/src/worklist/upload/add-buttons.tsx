/** The two ways to add by hand: a folder, or single files and a zip. */
import { type ReactNode, useRef } from "react";
import { Button } from "../../ui/button.tsx";
import { filesOfInput } from "./collect-files.ts";
import type { Upload } from "./use-upload.ts";

export function AddButtons({ upload }: { readonly upload: Upload }): ReactNode {
  const folder = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement): void => {
    const picked = filesOfInput(input.files ?? []);
    // So that choosing the same once more is a change.
    input.value = "";
    if (picked.length > 0) upload.add(Promise.resolve(picked));
  };
  return (
    <>
      <input
        ref={folder}
        type="file"
        hidden
        multiple
        webkitdirectory=""
        data-testid="add-folder"
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={files}
        type="file"
        hidden
        multiple
        data-testid="add-files"
        onChange={(event) => take(event.currentTarget)}
      />
      <Button icon="upload" onClick={() => files.current?.click()}>
        Add zip…
      </Button>
      <Button variant="primary" icon="folder" onClick={() => folder.current?.click()}>
        Add folder…
      </Button>
    </>
  );
}
