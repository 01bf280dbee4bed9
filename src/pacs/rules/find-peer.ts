/** A PACS by its name in the configuration, or by its address. */
import { DelineateError } from "#core/errors.ts";
import { nearestName } from "#core/nearest-name.ts";
import type { WebPeer } from "#pacs/dicomweb/client.ts";
import type { Peer } from "#pacs/dimse/request-association.ts";
import type { TlsIdentity } from "#pacs/dimse/tls-identity.ts";
import type { Clinic } from "./clinic.ts";
import { readIdentity } from "./read-identity.ts";

/** One that speaks DICOM, with the configuration that names us and it; or one that speaks DICOMweb. */
type FoundPeer = { readonly dicom: Peer; readonly clinic: Clinic } | { readonly web: WebPeer };

/** Throws `usage` where the configuration has none of this name, and what `withSecret` and `readIdentity` throw. */
export async function findPeer(name: string, clinic: Clinic): Promise<FoundPeer> {
  const [dicom, web] = [clinic.peers[name], clinic.webPeers[name]];
  if (dicom !== undefined)
    return { dicom: withIdentity(dicom, dicom.tls ? await readIdentity(clinic) : undefined), clinic };
  if (web !== undefined) return { web: withSecret(name, web) };
  const names = [...Object.keys(clinic.peers), ...Object.keys(clinic.webPeers)];
  const meant = nearestName(name, names);
  throw new DelineateError(
    "usage",
    `There is no peer ${name} in the configuration; ${meant === undefined ? "there are none" : `perhaps ${meant} is meant`}.`,
  );
}

/** The peer, over TLS where the configuration says so. */
export function withIdentity(
  { aeTitle, host, port, tls }: Clinic["peers"][string],
  identity: TlsIdentity | undefined,
): Peer {
  return { aeTitle, host, port, identity: tls ? identity : undefined };
}

/** Throws `bad-configuration` for a variable that is not set. */
export function withSecret(name: string, { url, username, secretIn }: Clinic["webPeers"][string]): WebPeer {
  const secret = secretIn === undefined ? undefined : process.env[secretIn];
  if (secretIn !== undefined && secret === undefined)
    throw new DelineateError(
      "bad-configuration",
      `The peer ${name} has its secret in ${secretIn}, and that variable is not set.`,
    );
  return { url, username, secret };
}
