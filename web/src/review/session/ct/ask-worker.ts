/** Work beside the page's own thread, which paints and follows the pointer. */

type Reply<Answer> = { readonly answer: Answer } | { readonly problem: string };

/** What a worker's file does with each question. What goes wrong is told to who asked. */
export function answerWith<Question, Answer>(make: (question: Question) => Answer): void {
  addEventListener("message", ({ data }: MessageEvent<Question>) => {
    try {
      postMessage({ answer: make(data) } satisfies Reply<Answer>);
    } catch (cause) {
      postMessage({
        problem: cause instanceof Error ? cause.message : String(cause),
      } satisfies Reply<Answer>);
    }
  });
}

/** One question at a time to a worker. Throws what went wrong there, as an `Error`. */
export function ask<Question, Answer>(worker: Worker, question: Question): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  worker.onmessage = ({ data }: MessageEvent<Reply<Answer>>) => {
    if ("answer" in data) resolve(data.answer);
    else reject(new Error(data.problem));
  };
  worker.onerror = ({ message }) =>
    reject(new Error(message || "A part of the page could not be loaded. Reload the page."));
  worker.postMessage(question);
  return promise;
}
