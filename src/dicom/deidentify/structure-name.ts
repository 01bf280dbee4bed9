/**
 * Whether a structure's name says nothing but what the structure is. A name in the field's own words stays, since a target
 * cannot be found without; any other is replaced: "GTV Smith" names a patient.
 */

const words = new Set(
  `gtv gtvp gtvn gtvt ctv ctvp ctvn ptv ptvp ptvn itv igtv prv oar primary prim nodes node nodal nod ln lymph tumor tumour cancer
   lesion mass lung lungs lungl lungr lunglt lungrt heart esophagus oesophagus eso cord spinal spinalcord canal spinalcanal trachea bronchus bronchial carina
   aorta body external skin liver stomach kidney spleen rib ribs bone bones vertebra sternum chest wall chestwall brachial plexus brachialplexus
   left right lt rt l r c p n t m total minus plus and of in ex exp expiration insp avg average mip phase edited auto automatic manual
   roi structure mm cm gy high low margin boost`.split(/\s+/),
);

/**
 * At most two numbers of at most two digits each, with a word between them: a longer number, or several in a row whatever parts
 * them, may be a date or an identity.
 */
export function saysOnlyStructure(name: string): boolean {
  const parts = name.toLowerCase().match(/\p{L}+|\d+/gu) ?? [];
  const isNumber = (part: string | undefined): boolean => /^\d/.test(part ?? "");
  return (
    /^[\x20-\x7e]*$/.test(name) &&
    parts.length > 0 &&
    parts.filter(isNumber).length <= 2 &&
    parts.every((part, at) =>
      isNumber(part) ? part.length <= 2 && !isNumber(parts[at + 1]) : words.has(part),
    )
  );
}
