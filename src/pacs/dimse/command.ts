/**
 * Command sets (DICOM PS3.7 6.3.1): group 0000 in implicit VR little endian, what a message asks for or answers. Only the
 * elements of C-ECHO, C-STORE, C-FIND, C-MOVE and C-CANCEL (PS3.7 9.3).
 */
import { joinBytes } from "#core/bytes.ts";
import { latin1 } from "#core/latin1.ts";
import { ProtocolFault } from "./byte-reader.ts";

export const commandFields = {
  store: 0x0001,
  storeAnswer: 0x8001,
  find: 0x0020,
  move: 0x0021,
  echo: 0x0030,
  echoAnswer: 0x8030,
  cancel: 0x0fff,
} as const;

/** Of answers (PS3.7 C, PS3.4 B.2.3, C.4.1.1.4, C.4.2.1.5). */
export const statuses = {
  success: 0x0000,
  processingFailure: 0x0110,
  sopClassNotSupported: 0x0122,
  notAuthorised: 0x0124,
  unrecognisedOperation: 0x0211,
  outOfResources: 0xa700,
  differsFromClass: 0xa900,
  unknownDestination: 0xa801,
  notUnderstood: 0xc000,
  cancelled: 0xfe00,
  pending: 0xff00,
  /** The same, and not every optional key was looked at. */
  pendingWithoutKeys: 0xff01,
} as const;

/** Element numbers within group 0000, and their form. */
const elements = {
  affectedSopClass: [0x0002, "uid"],
  field: [0x0100, "short"],
  messageId: [0x0110, "short"],
  answeredMessageId: [0x0120, "short"],
  moveDestination: [0x0600, "title"],
  priority: [0x0700, "short"],
  dataSetType: [0x0800, "short"],
  status: [0x0900, "short"],
  affectedSopInstance: [0x1000, "uid"],
  remaining: [0x1020, "short"],
  completed: [0x1021, "short"],
  failed: [0x1022, "short"],
  warned: [0x1023, "short"],
} as const;
type Name = keyof typeof elements;
type Form = (typeof elements)[Name][1];

/** What is absent is undefined. */
export type Command = {
  readonly [N in Name]?: (typeof elements)[N][1] extends "short" ? number : string;
};

/** Of requests (PS3.7 E.1). */
export const mediumPriority = 0;

/** Of `dataSetType`: no data set follows; anything else says that one does (PS3.7 E.1). */
export const noDataSet = 0x0101;
export const withDataSet = 0x0001;

const headerBytes = 8;

/** Throws `ProtocolFault` for what is no command set. */
export function readCommand(bytes: Uint8Array): Command {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: Record<string, string | number> = {};
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < headerBytes) throw new ProtocolFault("a command set ends within an element");
    const [group, element, length] = [
      view.getUint16(at, true),
      view.getUint16(at + 2, true),
      view.getUint32(at + 4, true),
    ];
    at += headerBytes;
    if (group !== 0 || length > bytes.length - at) throw new ProtocolFault("this is no command set");
    const known = Object.entries(elements).find(([, [number]]) => number === element);
    if (known !== undefined) {
      const [name, [, form]] = known;
      if (form === "short" && length !== 2) throw new ProtocolFault(`${name} of a command set is no number`);
      fields[name] =
        form === "short"
          ? view.getUint16(at, true)
          : latin1(bytes.subarray(at, at + length)).replace(/[\0 ]+$/, "");
    }
    at += length;
  }
  if (fields.field === undefined) throw new ProtocolFault("a command set says no command");
  return fields;
}

/** With its group length (0000,0000), which comes first. */
export function writeCommand(command: Command): Uint8Array {
  const parts = Object.entries(elements).flatMap(([name, [number, form]]) => {
    const value = command[name as Name];
    return value === undefined ? [] : [element(number, valueBytes(value, form))];
  });
  const body = joinBytes(parts);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, body.length, true);
  return joinBytes([element(0, length), body]);
}

function element(number: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(headerBytes + value.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(2, number, true);
  view.setUint32(4, value.length, true);
  bytes.set(value, headerBytes);
  return bytes;
}

function valueBytes(value: string | number, form: Form): Uint8Array {
  if (form === "short") return Uint8Array.of(Number(value) & 0xff, Number(value) >> 8);
  const text = String(value);
  const padding = form === "uid" ? "\0" : " ";
  return Uint8Array.from(text.length % 2 === 0 ? text : text + padding, (character) =>
    character.charCodeAt(0),
  );
}
