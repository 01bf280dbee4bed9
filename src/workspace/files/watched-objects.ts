/** An object store of which is known how the last requests went, so that nobody waits for one that is away. */
import { isAway } from "./file-store.ts";
import type { S3Objects } from "./s3-objects.ts";

/** Holds the workspace's id; read to find out whether the store answers. */
export const idKey = "workspace-id";
/** Of no use but to be written. */
export const probeKey = "probe";

/** A store that answered a moment ago is not asked whether it is there. */
const trustMs = 10_000;

type WatchedObjects = S3Objects & {
  /** Throws `files-unavailable` while the store does not do what it did not do when it was asked last. */
  check(): Promise<void>;
};

export function watch(objects: S3Objects): WatchedObjects {
  let seenAt = Number.NEGATIVE_INFINITY;
  let takes = true;

  const noting =
    <Args extends unknown[], T>(request: (...args: Args) => Promise<T>, isPut = false) =>
    async (...args: Args): Promise<T> => {
      try {
        const answer = await request(...args);
        takes ||= isPut;
        if (takes) seenAt = performance.now();
        return answer;
      } catch (error) {
        if (isAway(error)) {
          seenAt = Number.NEGATIVE_INFINITY;
          takes &&= !isPut;
        }
        throw error;
      }
    };

  const [getText, putText] = [noting(objects.getText), noting(objects.putText, true)];
  return {
    getText,
    putText,
    putFile: noting(objects.putFile, true),
    getFile: noting(objects.getFile),
    remove: noting(objects.remove),
    list: noting(objects.list),
    refusesDamage: noting(objects.refusesDamage),
    check: async () => {
      if (performance.now() - seenAt < trustMs) return;
      // A store that is full, or may only be read, answers all the same.
      await (takes ? getText(idKey) : putText(probeKey, ""));
    },
  };
}
