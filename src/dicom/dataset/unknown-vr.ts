/**
 * A sequence that a system without its VR in the dictionary carried as UN: the value is items in implicit VR little endian,
 * whatever the file's own encoding is (PS3.5 6.2.2). Some writers kept explicit VR inside; that is tried second.
 */
import dicomParser from "dicom-parser";

/** Of an item, in the order of the value; offsets count from the value's beginning. */
type Items = { readonly items: readonly dicomParser.Element[] };

/** Undefined if the value is not items from its first to its last byte. `vrOf` takes upper-case tags, for nested values. */
export function readUnknownItems(
  value: Uint8Array,
  vrOf: (tag: string) => string | undefined,
): Items | undefined {
  const startsItem = value[0] === 0xfe && value[1] === 0xff && value[2] === 0x00 && value[3] === 0xe0;
  if (!startsItem) return undefined;
  // Undefined, which the parser's types do not tell of, lets it look whether the value begins as an item.
  const vrCallback = (tag: string) => vrOf(tag.slice(1).toUpperCase()) as string;
  return (
    attempt(value, (stream, element) => dicomParser.readSequenceItemsImplicit(stream, element, vrCallback)) ??
    attempt(value, (stream, element) => dicomParser.readSequenceItemsExplicit(stream, element))
  );
}

type Read = (stream: dicomParser.ByteStream, element: dicomParser.Element) => void;

function attempt(value: Uint8Array, read: Read): Items | undefined {
  const stream = new dicomParser.ByteStream(dicomParser.littleEndianByteArrayParser, value, 0);
  const element: dicomParser.Element = { tag: "", length: value.length, dataOffset: 0 };
  try {
    read(stream, element);
  } catch {
    // The parser throws plain strings at what it cannot follow: then the value is something else.
    return undefined;
  }
  const items = element.items ?? [];
  return stream.position === value.length && items.every(isWhole) ? { items } : undefined;
}

/** Tags ascend in a data set; what was read with the wrong encoding gives others. */
function isWhole(item: dicomParser.Element): boolean {
  const tags = Object.keys(item.dataSet?.elements ?? {});
  return tags.every((tag, index) => index === 0 || tags[index - 1] < tag);
}
