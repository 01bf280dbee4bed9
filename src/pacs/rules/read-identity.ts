/** Who we are to peers that speak DICOM over TLS, and whose certificates we believe. */
import { X509Certificate } from "node:crypto";
import { DelineateError } from "#core/errors.ts";
import type { TlsIdentity } from "#pacs/dimse/tls-identity.ts";
import { readCertificate } from "#platform/certificate.ts";
import { readWhole } from "#platform/missing.ts";
import type { Clinic } from "./clinic.ts";

/**
 * Undefined where the configuration has none, and so no connection over TLS. Throws `bad-configuration` for files that are not what they must be and
 * for a certificate, ours or of all authorities, that is not valid today.
 */
export async function readIdentity({ tls }: Pick<Clinic, "tls">): Promise<TlsIdentity | undefined> {
  if (tls === undefined) return undefined;
  const own = await readCertificate(tls, "bad-configuration");
  const ca = await readWhole(tls.authorities);
  refuseOutdated(certificatesIn(own.cert, tls.certificate).slice(0, 1), tls.certificate);
  refuseOutdated(certificatesIn(ca, tls.authorities), tls.authorities);
  return { ...own, ca };
}

/** Throws where none of a file's is valid today: of authorities an old one may stand beside the new one. */
function refuseOutdated(certificates: readonly X509Certificate[], path: string): void {
  const now = new Date();
  if (certificates.some(({ validFromDate, validToDate }) => validFromDate <= now && now <= validToDate))
    return;
  const day = (date: Date): string => date.toISOString().slice(0, 10);
  const [{ validFromDate, validToDate }] = certificates;
  throw new DelineateError(
    "bad-configuration",
    `${path} is valid from ${day(validFromDate)} to ${day(validToDate)}, and not today: have it renewed, or set this machine's clock.`,
  );
}

/** All of the file's, at least one. Node.js passes over in silence what is not in PEM, and all that follows a damaged one. */
function certificatesIn(bytes: Buffer, path: string): X509Certificate[] {
  const texts = bytes
    .toString("latin1")
    .split(/^(?=-----BEGIN )/m)
    .filter((text) => /^-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----/.test(text));
  if (texts.length === 0)
    throw new DelineateError("bad-configuration", `${path} holds no certificate in PEM.`);
  return texts.map((text, at) => {
    try {
      return new X509Certificate(text);
    } catch (cause) {
      throw new DelineateError(
        "bad-configuration",
        `Certificate ${at + 1} of ${texts.length} in ${path} is damaged: put it there again in PEM.`,
        { cause },
      );
    }
  });
}
