/** Slices that carry GTV or doubt and were never on screen: where they are, and why they are signed all the same. */
import type { ReactNode } from "react";
import { seenDwellMs } from "#contract/workspace/seen.ts";
import { counted } from "#core/counted.ts";
import { formatSlices } from "../../format.ts";
import { Button } from "../../ui/button.tsx";
import { TextArea } from "../../ui/fields.tsx";
import { Icon } from "../../ui/icon.tsx";

type UnseenPartProps = {
  /** At least one, ascending, from 0 at the feet. */
  readonly slices: readonly number[];
  readonly reason: string;
  readonly onReason: (reason: string) => void;
  readonly onShow: () => void;
};

export function UnseenPart({ slices, reason, onReason, onShow }: UnseenPartProps): ReactNode {
  const subject = counted(slices.length, "slice with GTV or doubt was", "slices with GTV or doubt were");
  return (
    <div className="unseen" data-testid="unseen">
      <div className="unseen-head">
        <Icon name="failed" />
        <p>
          <strong>{subject} not seen</strong>
          <br />
          <span className="soft">
            Slices {formatSlices(slices)}. A slice counts after {seenDwellMs / 1000} s on screen with its GTV
            whole in view; in a small window, once the axial image is enlarged.
          </span>
        </p>
        <Button onClick={onShow} data-testid="show-unseen">
          Show them
        </Button>
      </div>
      <TextArea
        label="Reason for signing without having seen them"
        value={reason}
        maxLength={1000}
        data-testid="unseen-reason"
        onChange={onReason}
      />
    </div>
  );
}
