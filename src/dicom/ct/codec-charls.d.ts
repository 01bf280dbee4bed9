/** What is used of the package, which states no types. */
declare module "@cornerstonejs/codec-charls/decodewasmjs" {
  /** Views of the WebAssembly's memory, which hold until the next call. */
  type JpegLsDecoder = {
    getEncodedBuffer(length: number): Uint8Array;
    getDecodedBuffer(): Uint8Array;
    /** Throws a number. */
    decode(): void;
    getFrameInfo(): { readonly width: number; readonly height: number; readonly bitsPerSample: number };
    delete(): void;
  };
  export type CharLs = { readonly JpegLSDecoder: new () => JpegLsDecoder };
  // biome-ignore lint/style/noDefaultExport: as the package has it.
  export default function start(options: { readonly locateFile?: () => string }): Promise<CharLs>;
}
