/** What a DICOM connection over TLS needs of ours (PS3.15 annex B.12, BCP 195): both sides show a certificate. */
export type TlsIdentity = {
  /** PEM. */
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Of the authorities that signed the others' certificates; of no others than these. */
  readonly ca: Buffer;
};
