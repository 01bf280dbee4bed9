/** A client of a PACS over DICOMweb (PS3.18): STOW-RS, QIDO-RS and WADO-RS, with basic or bearer authentication. */
import { randomUUID } from "node:crypto";
import { DelineateError } from "#core/errors.ts";
import type { FoundSeries, SeriesQuery } from "#pacs/found-series.ts";
import { oneInstance, partsOf } from "./multipart.ts";

export type WebPeer = {
  /** Without a slash at its end; "/studies" follows it. */
  readonly url: string;
  /** With a user name the secret is its password (RFC 7617), without one a token (RFC 6750). */
  readonly username?: string | undefined;
  readonly secret?: string | undefined;
};

/**
 * The file goes as it is, byte for byte. Gives the peer's status: 0, or the Warning Reason of PS3.18 table 10.5.3-2, such as that elements
 * were left out; NaN for one in words. Throws `peer-failed`.
 */
export async function storeInstance(
  peer: WebPeer,
  bytes: Uint8Array,
  sopInstanceUid: string,
): Promise<number> {
  const { type, body } = oneInstance(bytes, randomUUID());
  const headers = { "content-type": type, accept: "application/dicom+json" };
  const response = await ask(peer, "/studies", { method: "POST", headers, body });
  const stored = itemsIn(await json(peer, response), "00081199");
  // 202 says that something of the request was not taken as it was; what counts is whether this is.
  const taken = stored.find((item) => firstValue(item, "00081155") === sopInstanceUid);
  if (taken === undefined)
    throw new DelineateError("peer-failed", `${peer.url}: the instance was not taken (${response.status}).`);
  return warningReason(firstValue(taken, "00081196"));
}

/** PS3.18 10.6. Throws `peer-failed`. */
export async function findSeries(peer: WebPeer, query: SeriesQuery): Promise<FoundSeries[]> {
  const fields = ["PatientID", "StudyDate", "SeriesDescription", "NumberOfSeriesRelatedInstances"];
  const asked = new URLSearchParams({ ...query });
  for (const field of fields) asked.append("includefield", field);
  const response = await ask(peer, `/series?${asked}`, { headers: { accept: "application/dicom+json" } });
  if (response.status === 204) return [];
  const items = await json(peer, response);
  if (!Array.isArray(items)) throw unexpected(peer);
  return items.map((item) => ({
    patientId: firstValue(item, "00100020"),
    studyInstanceUid: firstValue(item, "0020000D"),
    seriesInstanceUid: firstValue(item, "0020000E"),
    studyDate: firstValue(item, "00080020"),
    modality: firstValue(item, "00080060"),
    description: firstValue(item, "0008103E"),
    instances: Number(firstValue(item, "00201209")) || undefined,
  }));
}

/** The files of a study or one of its series, one after another, as the peer has them. Throws `peer-failed`, and `cancelled` at the signal. */
export async function* retrieve(
  peer: WebPeer,
  { study, series }: { readonly study: string; readonly series?: string | undefined },
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const path = `/studies/${study}${series === undefined ? "" : `/series/${series}`}`;
  // As it is stored: nothing is decoded and encoded again on the way.
  const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
  const response = await ask(peer, path, { headers: { accept }, ...(signal && { signal }) });
  // PS3.18 10.4.3: some could not be sent. A CT without them looks whole where they lie at its ends.
  if (response.status === 206) {
    await response.body?.cancel();
    throw new DelineateError(
      "peer-failed",
      `${peer.url} sends only a part of what was asked for (206), and nothing of it is kept. Try again, or look there for what it cannot send.`,
    );
  }
  if (response.body === null) throw unexpected(peer);
  try {
    yield* partsOf(response.headers.get("content-type") ?? "", response.body);
  } catch (cause) {
    if (signal?.aborted) throw interrupted(peer);
    if (cause instanceof DelineateError) throw cause;
    throw new DelineateError("peer-failed", `${peer.url}: the answer broke off. Try again.`, { cause });
  }
}

async function ask(peer: WebPeer, path: string, init: RequestInit): Promise<Response> {
  const headers = { ...init.headers, ...authorization(peer) };
  // A redirect may lead the secret elsewhere.
  const sent = { ...init, headers, redirect: "error" } as const;
  const response = await fetch(peer.url + path, sent).catch((cause: unknown) => {
    if (init.signal?.aborted) throw interrupted(peer);
    throw new DelineateError("peer-failed", `${peer.url} cannot be reached.`, { cause });
  });
  if (response.ok) return response;
  await response.body?.cancel();
  const why =
    response.status === 401 || response.status === 403 ? ": user name, password or token are not right" : "";
  throw new DelineateError("peer-failed", `${peer.url} answered ${response.status}${why}.`);
}

function authorization({ username, secret }: WebPeer): Readonly<Record<string, string>> {
  if (secret === undefined) return {};
  if (username === undefined) return { authorization: `Bearer ${secret}` };
  return { authorization: `Basic ${Buffer.from(`${username}:${secret}`).toString("base64")}` };
}

async function json(peer: WebPeer, response: Response): Promise<unknown> {
  return response.json().catch((cause: unknown) => {
    throw new DelineateError("peer-failed", `${peer.url} does not answer as DICOMweb does.`, { cause });
  });
}

/** PS3.18 annex F: {"0020000D": {"vr": "UI", "Value": ["1.2"]}}. */
type JsonDataSet = Readonly<Record<string, { readonly Value?: readonly unknown[] } | undefined>>;

function firstValue(item: unknown, tag: string): string {
  const value = (item as JsonDataSet | null)?.[tag]?.Value?.[0];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** Some peers give the number as text, and then as the standard prints it: B000. */
function warningReason(value: string): number {
  return /^[\dA-F]{4}$/i.test(value) ? Number.parseInt(value, 16) : Number(value);
}

function itemsIn(answer: unknown, sequence: string): readonly unknown[] {
  return (answer as JsonDataSet | null)?.[sequence]?.Value ?? [];
}

function interrupted({ url }: WebPeer): DelineateError {
  return new DelineateError("cancelled", `Fetching from ${url} was interrupted; nothing is left of it.`);
}

function unexpected({ url }: WebPeer): DelineateError {
  return new DelineateError("peer-failed", `${url} does not answer as DICOMweb does.`);
}
