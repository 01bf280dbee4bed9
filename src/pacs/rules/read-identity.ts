/** Who we are to peers that speak DICOM over TLS, and whose certificates we believe. */
import { X509Certificate } from "node:crypto";
import { DelineateError } from "#core/errors.ts";
import type { TlsIdentity } from "#pacs/dimse/tls-identity.ts";
import { readCertificate } from "#platform/certificate.ts";
import { readWhole } from "#platform/missing.ts";
import type { Clinic } from "./clinic.ts";

/**
 * Undefined where the configuration has none, and so no connection over TLS. Throws `bad-configuration` for files that are not what they must be and
 * for a certificate that is not valid today.
 */
export async function readIdentity({ tls }: Pick<Clinic, "tls">): Promise<TlsIdentity | undefined> {
  if (tls === undefined) return undefined;
  const own = await readCertificate(tls, "bad-configuration");
  const ca = await readWhole(tls.authorities);
  certificateIn(ca, tls.authorities);
  const { validFromDate, validToDate } = certificateIn(own.cert, tls.certificate);
  const day = (date: Date): string => date.toISOString().slice(0, 10);
  const now = new Date();
  if (now < validFromDate || now > validToDate)
    throw new DelineateError(
      "bad-configuration",
      `${tls.certificate} is valid from ${day(validFromDate)} to ${day(validToDate)}, and not today: have it renewed, or set this machine's clock.`,
    );
  return { ...own, ca };
}

/** The first of the file. */
function certificateIn(bytes: Buffer, path: string): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch (cause) {
    throw new DelineateError("bad-configuration", `${path} holds no certificate in PEM.`, { cause });
  }
}
