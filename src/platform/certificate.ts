/** A program's certificate with its private key, for TLS. */
import { createSecureContext } from "node:tls";
import { DelineateError, type ErrorCode } from "#core/errors.ts";
import { readWhole } from "./missing.ts";

type OwnCertificate = { readonly cert: Buffer; readonly key: Buffer };

/** Of two files in PEM. Throws what reading a file throws, and `code` for a pair that is none. */
export async function readCertificate(
  { certificate, key }: { readonly certificate: string; readonly key: string },
  code: ErrorCode,
): Promise<OwnCertificate> {
  const own = { cert: await readWhole(certificate), key: await readWhole(key) };
  try {
    createSecureContext(own);
  } catch (cause) {
    throw new DelineateError(
      code,
      `${certificate} and ${key} are no certificate with its private key in PEM without a password.`,
      { cause },
    );
  }
  return own;
}
