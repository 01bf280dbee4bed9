/** A dialog with a form: Cancel, and the button that sends it, which Enter in a field presses as well. */
import { type ReactNode, useId } from "react";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";

type FormDialogProps = {
  readonly title: string;
  readonly onClose: () => void;
  readonly onSubmit: () => void;
  /** Of the button that sends it. */
  readonly submit: string;
  readonly disabled?: boolean;
  readonly testId: string;
  readonly children: ReactNode;
};

/** The sending button's test id is the dialog's with "-submit". */
export function FormDialog(props: FormDialogProps): ReactNode {
  const { title, onClose, onSubmit, submit, disabled = false, testId, children } = props;
  const id = useId();
  return (
    <Dialog
      title={title}
      width="narrow"
      onClose={onClose}
      testId={testId}
      actions={
        <>
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            form={id}
            variant="primary"
            disabled={disabled}
            data-testid={`${testId}-submit`}
          >
            {submit}
          </Button>
        </>
      }
    >
      <form
        id={id}
        className="form-dialog"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {children}
      </form>
    </Dialog>
  );
}
