/**
 * The key of a de-identification: by it every patient has the same pseudonym, and every UID the same replacement, each time;
 * and by it what was made of the de-identified data is found to be whose it is. It stays where the patients are known.
 */
import { createHmac, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { DelineateError } from "#core/errors.ts";
import { type DataSet, text } from "#dicom/dataset/dataset.ts";
import { identityKeywords, type Pseudonym } from "#dicom/deidentify/deidentify.ts";
import type { Identity } from "#dicom/deidentify/reidentify.ts";
import { tags } from "#dicom/dictionary.ts";
import { unreadable } from "#platform/missing.ts";
import { writeFileAtomic } from "#platform/write-file.ts";

const elementSchema = z.strictObject({ vr: z.string().length(2), base64: z.string() });
const keySchema = z.strictObject({
  note: z.string(),
  secret: z.string().min(32),
  patients: z.record(
    z.string(),
    z.strictObject({ elements: z.record(z.string(), elementSchema), shiftDays: z.int() }),
  ),
  /** Replacement to original. */
  uids: z.record(z.string(), z.string()),
});
type KeyContent = z.infer<typeof keySchema>;

const note = "Tells whose de-identified data is. Keep it where the patients are known, apart from the data.";

/** Dates move back by one to ten years. */
const [fewestDays, mostDays] = [365, 3650];

export class Key {
  readonly #path: string;
  readonly #content: KeyContent;

  private constructor(path: string, content: KeyContent) {
    this.#path = path;
    this.#content = content;
  }

  /** Throws `file-unreadable` for what is no key. A new one where there is no file, unless it must be there. */
  static async open(path: string, mustExist: boolean): Promise<Key> {
    const stored = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT" && !mustExist) return undefined;
      throw unreadable(path, cause, `There is no key ${path}.`);
    });
    if (stored === undefined)
      return new Key(path, { note, secret: randomBytes(32).toString("hex"), patients: {}, uids: {} });
    try {
      return new Key(path, keySchema.parse(JSON.parse(stored)));
    } catch (cause) {
      throw new DelineateError("file-unreadable", `${path} is no key of delineate deidentify.`, { cause });
    }
  }

  /** For its owner alone. */
  async save(): Promise<void> {
    await writeFileAtomic(this.#path, `${JSON.stringify(this.#content, null, 1)}\n`, {
      force: true,
      mode: 0o600,
    });
  }

  /** Of the patient that the object is of, by Patient ID and issuer. Throws `invalid-value` where it names none. */
  pseudonymOf(dataSet: DataSet, where: string): Pseudonym {
    const id = text(dataSet, tags.PatientID);
    if (id === undefined)
      throw new DelineateError(
        "invalid-value",
        `${where} has no Patient ID: it cannot be told whose pseudonym it gets. Leave it out, or give it one.`,
      );
    const digest = this.#digest(`patient\n${text(dataSet, tags.IssuerOfPatientID) ?? ""}\n${id}`);
    const name = `P${digest.toString("hex").slice(0, 12).toUpperCase()}`;
    const shiftDays = -(fewestDays + (digest.readUInt32BE(12) % (mostDays - fewestDays)));
    this.#content.patients[name] ??= { elements: identityOf(dataSet), shiftDays };
    return { name, shiftDays, uidOf: (uid) => this.#uidOf(uid) };
  }

  /** Of the patient with this pseudonym. Throws `not-found`. */
  identityOf(pseudonym: string | undefined, where: string): Identity {
    const patient = this.#content.patients[pseudonym ?? ""];
    if (patient === undefined)
      throw new DelineateError("not-found", `${where} is of a patient that this key does not know.`);
    const elements = Object.entries(patient.elements).map(
      ([tag, { vr, base64 }]) => [tag, { vr, bytes: new Uint8Array(Buffer.from(base64, "base64")) }] as const,
    );
    return {
      elements: new Map(elements),
      shiftDays: patient.shiftDays,
      originalOf: (uid) => this.#content.uids[uid],
    };
  }

  #digest(subject: string): Buffer {
    return createHmac("sha256", this.#content.secret).update(subject).digest();
  }

  /** Under the root 2.25 (PS3.5 B.2), from a UUID of version 8 whose bits are the digest's (RFC 9562 5.8). */
  #uidOf(uid: string): string {
    const digits = this.#digest(`uid\n${uid}`).toString("hex").slice(0, 32);
    const uuid = `${digits.slice(0, 12)}8${digits.slice(13, 16)}8${digits.slice(17)}`;
    const replacement = `2.25.${BigInt(`0x${uuid}`)}`;
    this.#content.uids[replacement] = uid;
    return replacement;
  }
}

/** Of identityKeywords, byte for byte. */
function identityOf(dataSet: DataSet): KeyContent["patients"][string]["elements"] {
  const elements = identityKeywords.flatMap((keyword) => {
    const element = dataSet.get(tags[keyword]);
    return element === undefined
      ? []
      : [[tags[keyword], { vr: element.vr, base64: Buffer.from(element.bytes).toString("base64") }]];
  });
  return Object.fromEntries(elements);
}
