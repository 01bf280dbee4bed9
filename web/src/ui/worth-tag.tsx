/** What an automatic contour is worth, as a tag with its meaning under the pointer. */
import type { ReactNode } from "react";
import { type Worth, worthNumber, worthText, worthTitle } from "./worth.ts";

type WorthTagProps = {
  readonly worth: Worth | null;
  /** Stands below a heading that says what it is. */
  readonly headed?: boolean;
};

export function WorthTag({ worth, headed = false }: WorthTagProps): ReactNode {
  if (worth === null) return null;
  return (
    <span
      className={worth.doubtful ? "tag tag-doubtful" : "tag"}
      title={worthTitle(worth)}
      data-testid="worth"
      data-doubtful={worth.doubtful}
    >
      {headed ? worthNumber(worth) : worthText(worth)}
    </span>
  );
}
