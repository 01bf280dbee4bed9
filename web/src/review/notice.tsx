/** What an operation has to say, over the images for as long as it takes to read. */
import { type ReactNode, useEffect, useRef } from "react";
import { readingMs } from "./reading-time.ts";

export function Notice({ text, onEnd }: { readonly text: string; readonly onEnd: () => void }): ReactNode {
  const end = useRef(onEnd);
  end.current = onEnd;
  useEffect(() => {
    const timer = setTimeout(() => end.current(), readingMs(text));
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div className="review-busy" role="status" data-testid="notice">
      {text}
    </div>
  );
}
