/**
 * Bytes that came over the network, read front to back: what would read beyond their end is the peer's fault. Numbers are big
 * endian, as everything in the upper layer is (DICOM PS3.8 9.3.1).
 */
import { latin1 } from "#core/latin1.ts";

/** The peer broke the protocol: its association is aborted, and nothing else is touched. */
export class ProtocolFault extends Error {}

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get bytesLeft(): number {
    return this.#bytes.length - this.#at;
  }

  /** Throws `ProtocolFault` where there are fewer, as all of these do. */
  bytes(length: number): Uint8Array {
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  byte(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  short(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  long(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  skip(length: number): void {
    this.#advance(length);
  }

  /** Padding of both kinds left out. */
  text(length: number): string {
    return latin1(this.bytes(length)).replace(/[\0 ]+$|^ +/g, "");
  }

  /** The place that is read from here; the next is behind it. */
  #advance(length: number): number {
    if (length > this.bytesLeft)
      throw new ProtocolFault(`${length} bytes are announced where ${this.bytesLeft} are left`);
    this.#at += length;
    return this.#at - length;
  }
}
