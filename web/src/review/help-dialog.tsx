/** Keys and mouse on one sheet. */
import type { ReactNode } from "react";
import { Dialog } from "../ui/dialog.tsx";
import { shortcuts } from "./shortcuts.ts";

const mouse = [
  ["Wheel", "Through the slices"],
  ["Ctrl + wheel", "Zoom at the pointer"],
  ["Left button", "The chosen tool"],
  ["Right drag", "Window: across for its width, up and down for its level"],
  ["Middle drag, or Shift + drag", "Pan"],
  ["Press on the slice bar", "Go to that slice"],
] as const;

export function HelpDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const groups = [...new Set(shortcuts.map(({ group }) => group))];
  return (
    <Dialog title="Keys and mouse" width="wide" onClose={onClose} testId="help-dialog">
      <div className="help">
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {shortcuts
                .filter((shortcut) => shortcut.group === group)
                .map(({ keys, description }) => (
                  <div key={`${keys} ${description}`}>
                    <dt>
                      <kbd>{keys}</kbd>
                    </dt>
                    <dd>{description}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
        {!groups.includes("Mouse") && (
          <section>
            <h3>Mouse</h3>
            <dl>
              {mouse.map(([action, description]) => (
                <div key={action}>
                  <dt>{action}</dt>
                  <dd>{description}</dd>
                </div>
              ))}
            </dl>
          </section>
        )}
      </div>
    </Dialog>
  );
}
