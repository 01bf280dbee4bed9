/** Asks for the reviewer's name. */
import { type ReactNode, useState } from "react";
import { Button } from "./ui/button.tsx";
import { Dialog } from "./ui/dialog.tsx";
import { TextField } from "./ui/fields.tsx";
import type { Reviewer } from "./use-reviewer.ts";

const formId = "reviewer-form";

export function ReviewerDialog({ reviewer }: { readonly reviewer: Reviewer }): ReactNode {
  const [name, setName] = useState(reviewer.name ?? "");
  const first = reviewer.name === null;
  const close = first ? {} : { onClose: reviewer.cancel };
  return (
    <Dialog
      title={first ? "Who is reviewing?" : "Change reviewer"}
      width="narrow"
      testId="reviewer-dialog"
      {...close}
      actions={
        <>
          {!first && (
            <Button variant="quiet" onClick={reviewer.cancel}>
              Cancel
            </Button>
          )}
          <Button
            type="submit"
            form={formId}
            variant="primary"
            disabled={name.trim() === ""}
            data-testid="reviewer-save"
          >
            {first ? "Continue" : "Save"}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "") reviewer.rename(name.trim());
        }}
      >
        <TextField
          label="Your name"
          hint="Written into every version that you sign. Kept in this browser only."
          value={name}
          maxLength={64}
          first
          data-testid="reviewer-name"
          onChange={setName}
        />
      </form>
    </Dialog>
  );
}
