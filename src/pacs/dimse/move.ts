/**
 * C-MOVE at a peer by the study root model (DICOM PS3.4 C.4.2; PS3.7 9.1.4): it sends a study or a series by associations of its own
 * to whom it knows by an AE title. What arrives there, and whether, is the destination's to say; here is how far the peer says it is.
 */
import { DelineateError } from "#core/errors.ts";
import { ProtocolFault } from "./byte-reader.ts";
import { type Command, commandFields, mediumPriority, statuses } from "./command.ts";
import { identifierSyntax, readIdentifier, writeIdentifier } from "./identifier.ts";
import type { Messages } from "./messages.ts";
import { answerTo, type Peer, reasonOf, statusWords, withAssociation } from "./request-association.ts";

const studyRootMove = "1.2.840.10008.5.1.4.1.2.2.2";
const context = { id: 1, abstractSyntax: studyRootMove, transferSyntaxes: [identifierSyntax] };
const messageId = 1;

/** An archive may fetch a study from a tape before it says a word. */
const idleMs = 10 * 60_000;

/** Instances; what the peer does not say is 0. */
export type MoveCounts = {
  readonly remaining: number;
  readonly completed: number;
  readonly failed: number;
  /** Sent, and taken with a remark. */
  readonly warned: number;
};

type Move = {
  readonly callingAe: string;
  /** AE title of whom it is sent to. */
  readonly destination: string;
  readonly study: string;
  /** Of the study this one alone. */
  readonly series?: string | undefined;
};

type Following = {
  readonly onProgress: (counts: MoveCounts) => void;
  /** Asks the peer to stop (C-CANCEL); what was sent until then is sent. */
  readonly signal: AbortSignal;
};

/**
 * Resolves when all was sent. Throws `not-found` where the peer has nothing of it, `cancelled`, and `peer-failed`, also where a part
 * of it was not sent.
 */
export async function move(peer: Peer, what: Move, { onProgress, signal }: Following): Promise<MoveCounts> {
  const { callingAe, destination, study, series } = what;
  return withAssociation(peer, { callingAe, context, idleMs }, async (messages) => {
    await messages.send(
      context.id,
      {
        affectedSopClass: studyRootMove,
        field: commandFields.move,
        messageId,
        moveDestination: destination,
        priority: mediumPriority,
      },
      writeIdentifier({
        QueryRetrieveLevel: series === undefined ? "STUDY" : "SERIES",
        StudyInstanceUID: study,
        ...(series !== undefined && { SeriesInstanceUID: series }),
      }),
    );
    const cancel = (): void => {
      // Where it cannot be sent, no answer comes either.
      messages
        .send(context.id, { field: commandFields.cancel, answeredMessageId: messageId })
        .catch(() => undefined);
    };
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel);
    try {
      return await follow(messages, destination, onProgress);
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  });
}

async function follow(
  messages: Messages,
  destination: string,
  onProgress: Following["onProgress"],
): Promise<MoveCounts> {
  let counts = countsOf({});
  try {
    for (let last: Command | undefined; ; ) {
      const { command, status, data } = answerTo(commandFields.move, await messages.next());
      // UIDs of what failed, which say no more than their number.
      if (data !== undefined) await readIdentifier(data);
      // Numbers need not stand in the last answer (PS3.7 9.1.4.1).
      counts = countsOf({ ...last, ...command });
      last = command;
      if (status === statuses.pending) onProgress(counts);
      else if (status !== statuses.success || counts.failed > 0) throw failureOf(status, counts, destination);
      else return whole(counts, command);
    }
  } catch (error) {
    const sent = sentOf(counts);
    // Failures in part say so themselves.
    if (sent === 0 || counts.failed > 0 || error instanceof DelineateError) throw error;
    const rest = `, after ${sent} instances were sent to ${destination}: ${removal(destination)}`;
    throw new ProtocolFault(`${reasonOf(error)}${rest}`, { cause: error });
  }
}

/** Of an answer that says that all is done. Throws `not-found` where that was nothing, `ProtocolFault` where it says that some of it is left. */
function whole(counts: MoveCounts, { completed, remaining = 0 }: Command): MoveCounts {
  if (remaining > 0)
    throw new ProtocolFault(`it says that it is done, and that ${remaining} instances are left`);
  if (sentOf(counts) > 0 || completed === undefined) return counts;
  throw new DelineateError("not-found", "The peer has no such study or series: list what it has.");
}

function countsOf({ remaining = 0, completed = 0, failed = 0, warned = 0 }: Command): MoveCounts {
  return { remaining, completed, failed, warned };
}

function sentOf({ completed, warned }: MoveCounts): number {
  return completed + warned;
}

/** What came of a volume may look whole: at its ends slices are not missed. */
function removal(destination: string): string {
  return `remove the patient at ${destination} if they became one, since it lacks images, and fetch again`;
}

function failureOf(status: number, counts: MoveCounts, destination: string): Error {
  const { failed } = counts;
  const sent = sentOf(counts);
  if (status === statuses.cancelled) {
    const rest = sent === 0 ? "" : `: ${removal(destination)}`;
    return new DelineateError("cancelled", `Cancelled after ${sent} instances, which were sent${rest}.`);
  }
  if (status === statuses.unknownDestination)
    return new ProtocolFault(
      `it does not know ${destination}, to which it was to send: enter that AE title there, with its address and port`,
    );
  if (failed > 0)
    return new ProtocolFault(
      `${failed} of ${failed + sent} instances were not sent to ${destination}: remove the patient there if the others became one, see that it takes what this peer sends, and fetch again`,
    );
  return new ProtocolFault(statusWords(status));
}
