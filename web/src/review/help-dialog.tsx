/** Keys and mouse on one sheet: the tables that the viewer obeys (shortcuts.ts). */
import type { ReactNode } from "react";
import { Dialog } from "../ui/dialog.tsx";
import { keyCaps } from "./key-caps.ts";
import { mouseGestures, shortcutGroups, shortcuts } from "./shortcuts.ts";

export function HelpDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <Dialog title="Keys and mouse" width="wide" onClose={onClose} testId="help-dialog">
      <div className="help">
        {shortcutGroups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {shortcuts
                .filter((shortcut) => shortcut.group === group)
                .map(({ keys, description }) => (
                  <div key={description}>
                    <dt>
                      {keys.map((key) => (
                        <kbd key={key}>{keyCaps(key)}</kbd>
                      ))}
                    </dt>
                    <dd>{description}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>Mouse</h3>
          <dl>
            {mouseGestures.map(({ gesture, description }) => (
              <div key={gesture}>
                <dt>{gesture}</dt>
                <dd>{description}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Dialog>
  );
}
