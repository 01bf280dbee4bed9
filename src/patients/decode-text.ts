/**
 * Texts of a DICOM header for a person to read, names as "Family, Given". For showing only: what goes into new objects is
 * copied byte for byte. The bytes are decoded in dicom/dataset/character-sets.ts.
 */
import { type DataSet, text } from "#dicom/dataset/dataset.ts";

/** Empty where the element is absent. */
export function decodeText(header: DataSet, tag: string): string {
  return (text(header, tag) ?? "").trim();
}

/** A person's name: its first group of components that is not empty, family name first. */
export function decodeName(header: DataSet, tag: string): string {
  const groups = decodeText(header, tag).split("=");
  const group = groups.find((candidate) => candidate.replace(/[\^ ]/g, "") !== "") ?? "";
  const [family = "", given = "", middle = ""] = group.split("^").map((part) => part.trim());
  const rest = [given, middle].filter((part) => part !== "").join(" ");
  return [family, rest].filter((part) => part !== "").join(", ");
}
