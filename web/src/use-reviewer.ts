/** The name of the person who works at this browser: asked once, kept, put under what they sign. It is no login. */
import { useState } from "react";

const key = "delineate.reviewer";

export type Reviewer = {
  /** Null until the person said it. */
  readonly name: string | null;
  /** The dialog that asks is open. */
  readonly asking: boolean;
  readonly ask: () => void;
  readonly cancel: () => void;
  readonly rename: (name: string) => void;
};

export function useReviewer(): Reviewer {
  const [name, setName] = useState(() => localStorage.getItem(key));
  const [asking, setAsking] = useState(false);
  return {
    name,
    asking,
    ask: () => setAsking(true),
    cancel: () => setAsking(false),
    rename: (next) => {
      localStorage.setItem(key, next);
      setName(next);
      setAsking(false);
    },
  };
}
