/**
 * C-STORE at a peer (DICOM PS3.7 9.1.1). The file's data set goes out byte for byte in the transfer syntax that it has: nothing is
 * decoded, nothing is converted.
 */
import { createReadStream } from "node:fs";
import { ProtocolFault } from "./byte-reader.ts";
import { commandFields, mediumPriority } from "./command.ts";
import { answerTo, type Peer, statusWords, withAssociation } from "./request-association.ts";

type InstanceFile = {
  readonly path: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** Where the data set begins in the file, in bytes. */
  readonly dataSetAt: number;
};

/** The peer's status: success, or one of the warnings of PS3.4 B.2.3. Throws `peer-failed`, also for a status that is a failure. */
export async function store(peer: Peer, callingAe: string, instance: InstanceFile): Promise<number> {
  const { sopClassUid, sopInstanceUid, transferSyntaxUid } = instance;
  const context = { id: 1, abstractSyntax: sopClassUid, transferSyntaxes: [transferSyntaxUid] };
  return withAssociation(peer, { callingAe, context }, async (messages) => {
    await messages.send(
      context.id,
      {
        affectedSopClass: sopClassUid,
        field: commandFields.store,
        messageId: 1,
        priority: mediumPriority,
        affectedSopInstance: sopInstanceUid,
      },
      createReadStream(instance.path, { start: instance.dataSetAt }),
    );
    const { status } = answerTo(commandFields.store, await messages.next());
    // B000 to BFFF: success with a remark.
    if (status !== 0 && status >> 12 !== 0xb) throw new ProtocolFault(statusWords(status));
    return status;
  });
}
