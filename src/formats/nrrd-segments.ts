/**
 * Which name belongs to which voxels of a 3D Slicer segmentation (.seg.nrrd). Since Slicer 4.11 each segment says its layer
 * and its label value. Before, a file had one component a segment, in the order of the segments' numbers, 1 inside it. What is
 * neither is refused: a name on the wrong structure is worse than no file. Source: Slicer's developer guide, "Segmentations".
 */
import { DelineateError } from "#core/errors.ts";
import type { NrrdHeader } from "./nrrd-header.ts";
import type { VoxelValues } from "./voxel-type.ts";

type Segment = {
  readonly number: number;
  readonly name: string | undefined;
  readonly layer: string | undefined;
  readonly labelValue: string | undefined;
  readonly extent: string | undefined;
};

/** Names of label values. */
type LayerNames = ReadonlyMap<number, string>;

/**
 * The names of each of `layers` layers; empty for an NRRD file that is no segmentation. `valuesOf` gives a layer's values, and
 * `size` its voxels along i, j and k, the first fastest. Throws `bad-nrrd`.
 */
export function namesOfLayers(
  header: NrrdHeader,
  layers: readonly VoxelValues[],
  size: readonly number[],
): LayerNames[] {
  const segments = segmentsOf(header);
  const placed = segments.filter(({ layer, labelValue }) => layer !== undefined || labelValue !== undefined);
  if (segments.length > 0 && placed.length === 0) return namesByOrder(segments, layers, size);
  const names = layers.map(() => new Map<number, string>());
  const labels = layers.map(() => new Set<number>());
  for (const segment of segments) {
    const layer = placeOf(segment, "Layer", layers.length === 1 ? (segment.layer ?? "0") : segment.layer);
    const label = placeOf(segment, "LabelValue", segment.labelValue);
    const layerLabels = labels[layer];
    if (layerLabels === undefined)
      throw bad(`Segment${segment.number} lies in layer ${layer}, and the file has ${layers.length}.`);
    if (layerLabels.has(label)) throw bad(`Two segments have the label ${label} of layer ${layer}.`);
    layerLabels.add(label);
    if (segment.name !== undefined) names[layer].set(label, segment.name);
  }
  if (segments.length > 0) for (const [layer, values] of layers.entries()) checkLabels(values, labels[layer]);
  return names;
}

/** Voxels of a label that no segment has would be a structure without its name, and some segment would be without its voxels. */
function checkLabels(values: VoxelValues, labels: ReadonlySet<number>): void {
  const stray = values.find((value) => value !== 0 && !labels.has(value));
  if (stray !== undefined)
    throw bad(
      `It has voxels of the label ${stray}, and none of its segments has that label: save it again with 3D Slicer.`,
    );
}

/** Before Slicer 4.11: component N is Segment N. */
function namesByOrder(
  segments: readonly Segment[],
  layers: readonly VoxelValues[],
  size: readonly number[],
): LayerNames[] {
  if (segments.length !== layers.length || segments.some(({ number }, at) => number !== at)) {
    throw bad(
      `The header names ${segments.length} segments without saying their labels, and the file holds ${layers.length} components, so that it is unknown which is which: save it again with a newer 3D Slicer.`,
    );
  }
  return segments.map((segment, at) => {
    checkComponent(segment, layers[at], size);
    return segment.name === undefined ? new Map() : new Map([[1, segment.name]]);
  });
}

/** A component is 0 and 1, and 1 nowhere outside what the header says of its segment: else the order is another one. */
function checkComponent(segment: Segment, values: VoxelValues, size: readonly number[]): void {
  const extent = segment.extent?.trim().split(/\s+/).map(Number) ?? [];
  const limited = extent.length === 6 && extent.every(Number.isInteger);
  for (let at = 0; at < values.length; at++) {
    if (values[at] === 0) continue;
    if (values[at] !== 1)
      throw bad(
        `Expected 0 and 1 in the component of Segment${segment.number}, found ${values[at]}: save it as a binary labelmap.`,
      );
    if (!limited) continue;
    const voxel = [at % size[0], Math.floor(at / size[0]) % size[1], Math.floor(at / (size[0] * size[1]))];
    if (voxel.some((index, axis) => index < extent[2 * axis] || index > extent[2 * axis + 1]))
      throw bad(
        `Segment${segment.number} has voxels outside its Extent, so that it is unknown which component is which: save it again with a newer 3D Slicer.`,
      );
  }
}

function placeOf({ number }: Segment, key: string, text: string | undefined): number {
  if (text === undefined || !/^\d+$/.test(text))
    throw bad(`Segment${number} has no ${key}, and others have: save the file again with a newer 3D Slicer.`);
  return Number(text);
}

/** In the order of their numbers. */
function segmentsOf({ keys }: NrrdHeader): Segment[] {
  const numbers = new Set<number>();
  for (const key of keys.keys()) {
    const number = /^Segment(\d+)_/.exec(key)?.[1];
    if (number !== undefined) numbers.add(Number(number));
  }
  return [...numbers]
    .sort((a, b) => a - b)
    .map((number) => {
      const value = (key: string): string | undefined => keys.get(`Segment${number}_${key}`);
      return {
        number,
        name: value("Name") ?? value("ID"),
        layer: value("Layer"),
        labelValue: value("LabelValue"),
        extent: value("Extent"),
      };
    });
}

function bad(message: string): DelineateError {
  return new DelineateError("bad-nrrd", message);
}
