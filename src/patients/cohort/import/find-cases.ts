/**
 * Which CT series and which structure sets of an archive belong together (dicom/rtstruct/ct-of-set.ts). Any layout of folders: files are told by their headers alone.
 */
import { dirname } from "node:path";
import { counted } from "#core/counted.ts";
import { type Finding, finding } from "#core/findings.ts";
import type { ObjectSummary } from "#dicom/dataset/summarise-object.ts";
import { type CtIdentity, type CtOfSet, ctOfSet } from "#dicom/rtstruct/ct-of-set.ts";
import type { CtSource, TargetSource } from "#patients/cohort/case-source.ts";
import { identityTexts, redacted } from "./redact.ts";

export type FoundCase = {
  /** The patient's ID as it stands in the files, only ever hashed; undefined where there is none. */
  readonly patientId: string | undefined;
  readonly ct: CtSource;
  /** In the order in which they are tried: RTSTRUCT before SEG, which often repeats it. */
  readonly targets: readonly TargetSource[];
  readonly findings: readonly Finding[];
  readonly identity: readonly string[];
  /** Where the CT lies, the patient's name taken out. */
  readonly place: string;
};

/** Something that was not taken. */
export type Refusal = {
  /** Where it lies, the patient's name taken out. */
  readonly where: string;
  readonly code: string;
  readonly message: string;
};

/** `path` is for the program, never for messages. */
export type FoundRefusal = Refusal & { readonly path: string };

export type FoundCases = { readonly cases: readonly FoundCase[]; readonly refused: readonly FoundRefusal[] };

type Series = CtIdentity & {
  readonly first: ObjectSummary;
  readonly files: readonly string[];
  readonly doubles: number;
};

/** Cases in the order of their CT's first path. A CT of a single file is taken for a volume only if a set refers to it. */
export function findCases(objects: readonly ObjectSummary[]): FoundCases {
  const series = groupCt(objects.filter(({ kind }) => kind === "ct"));
  const sets = objects.filter(({ kind }) => kind === "rtstruct" || kind === "seg");
  const refused: FoundRefusal[] = [];
  const paired = new Map<Series, ObjectSummary[]>();
  for (const set of sets) {
    const match = seriesOf(set, series);
    if (match.ct === undefined) refused.push(refusal(set, match.fault.code, match.fault.message));
    else paired.set(match.ct, [...(paired.get(match.ct) ?? []), set]);
  }
  const cases = series.flatMap((ct): FoundCase[] => {
    const pairedSets = paired.get(ct);
    if (pairedSets !== undefined) return [caseOf(ct, pairedSets)];
    const drawn = series.some(
      (other) => other.first.patientId === ct.first.patientId && paired.get(other) !== undefined,
    );
    const message = `No RTSTRUCT or SEG refers to this CT series of ${counted(ct.files.length, "file")}${drawn ? "; another series of the patient has one" : ""}.`;
    refused.push(refusal(ct.first, "no-structure-set", message));
    return [];
  });
  return { cases, refused };
}

/** One series a patient and series UID; an image that was exported twice counts once. */
function groupCt(objects: readonly ObjectSummary[]): Series[] {
  const groups = new Map<string, ObjectSummary[]>();
  for (const object of objects) {
    const key = `${object.patientId}\n${object.seriesInstanceUid}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [object]);
    else group.push(object);
  }
  return [...groups.values()]
    .map((members): Series => {
      const unique = new Map<string, ObjectSummary>();
      for (const member of [...members].sort((a, b) => (a.path < b.path ? -1 : 1))) {
        if (!unique.has(member.sopInstanceUid)) unique.set(member.sopInstanceUid, member);
      }
      const files = [...unique.values()];
      return {
        seriesInstanceUid: files[0].seriesInstanceUid,
        frameOfReferenceUid: files[0].framesOfReference.at(0),
        first: files[0],
        files: files.map(({ path }) => path),
        doubles: members.length - files.length,
      };
    })
    .sort((a, b) => (a.files[0] < b.files[0] ? -1 : 1));
}

/** Of the same patient first; a set whose ID differs from its CT's is refused when it is read, with that as the reason. */
function seriesOf(set: ObjectSummary, all: readonly Series[]): CtOfSet<Series> {
  const match = ctOfSet(
    set,
    all.filter(({ first }) => first.patientId === set.patientId),
  );
  return match.ct === undefined && match.fault.code === "no-ct" ? ctOfSet(set, all) : match;
}

function caseOf(ct: Series, sets: readonly ObjectSummary[]): FoundCase {
  const findings: Finding[] = [];
  if (ct.doubles > 0) {
    const message = `${ct.doubles} images of the CT series occur twice in the export; one of each was taken.`;
    findings.push(finding("warning", "image-twice", message));
  }
  const order = { rtstruct: 0, seg: 1, ct: 2, other: 3 } as const;
  const targets = [...sets]
    .sort((a, b) => order[a.kind] - order[b.kind] || (a.path < b.path ? -1 : 1))
    .map((set): TargetSource => ({ kind: set.kind === "rtstruct" ? "rtstruct" : "seg", file: set.path }));
  const identity = identityTexts(ct.first.patientId, ct.first.patientName);
  return {
    patientId: ct.first.patientId === "" ? undefined : ct.first.patientId,
    ct: { kind: "dicom", files: ct.files, seriesInstanceUid: ct.first.seriesInstanceUid },
    targets,
    findings,
    identity,
    place: redacted(dirname(ct.first.path), identity),
  };
}

function refusal(object: ObjectSummary, code: string, message: string): FoundRefusal {
  const identity = identityTexts(object.patientId, object.patientName);
  const place = object.kind === "ct" ? dirname(object.path) : object.path;
  return { where: redacted(place, identity), code, message, path: object.path };
}
