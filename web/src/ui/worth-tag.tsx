/** What an automatic contour is worth, as a tag with its meaning under the pointer. */
import type { ReactNode } from "react";
import { type Worth, worthText, worthTitle } from "./worth.ts";

export function WorthTag({ worth }: { readonly worth: Worth | null }): ReactNode {
  if (worth === null) return null;
  return (
    <span
      className={worth.doubtful ? "tag tag-doubtful" : "tag"}
      title={worthTitle(worth)}
      data-testid="worth"
      data-doubtful={worth.doubtful}
    >
      {worthText(worth)}
    </span>
  );
}
