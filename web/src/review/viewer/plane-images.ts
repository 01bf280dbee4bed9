/**
 * Cornerstone images of one plane. Axial images are views of the CT in memory and are kept; resliced ones are made when
 * they are first shown, and the last few are kept until more of the CT arrives. Also answers Cornerstone's questions about
 * them (metadata providers are its only way to ask).
 */
import { Enums, metaData, type Types, utilities } from "@cornerstonejs/core";
import { voxelToPatient } from "#geometry/grid.ts";
import type { CtStore } from "../session/ct-store.ts";
import { type PlaneGeometry, voxelOf } from "./plane-geometry.ts";
import { resliceHu } from "./reslice.ts";

/** Resliced images are about 130 kB; this many are a person's back and forth. */
const keptReslices = 48;

export class PlaneImages {
  readonly #ct: CtStore;
  readonly #geometry: PlaneGeometry;
  readonly #images = new Map<number, Types.IImage>();
  readonly #prefix = `ct:${crypto.randomUUID()}:`;
  readonly #provide = (type: string, id: unknown): object | undefined =>
    typeof id === "string" && id.startsWith(this.#prefix) ? this.#describe(type, id) : undefined;

  constructor(ct: CtStore, geometry: PlaneGeometry) {
    this.#ct = ct;
    this.#geometry = geometry;
    metaData.addProvider(this.#provide, 1000);
  }

  dispose(): void {
    metaData.removeProvider(this.#provide);
    this.#images.clear();
  }

  /** Images made before these slices arrived are out of date; an axial image is only made of a slice that is there. */
  forget(): void {
    if (this.#geometry.plane !== "axial") this.#images.clear();
  }

  get(w: number): Types.IImage {
    const kept = this.#images.get(w);
    if (kept) return kept;
    if (this.#geometry.plane !== "axial" && this.#images.size >= keptReslices) {
      for (const oldest of this.#images.keys()) {
        this.#images.delete(oldest);
        break;
      }
    }
    const image = this.#make(w);
    this.#images.set(w, image);
    return image;
  }

  #make(w: number): Types.IImage {
    const { width, height, uMm, vMm, wMm } = this.#geometry;
    const hu = resliceHu(this.#ct.hu, this.#ct.grid, this.#geometry, w);
    const [lowest, highest] = range(hu);
    return {
      imageId: `${this.#prefix}${w}`,
      minPixelValue: lowest,
      maxPixelValue: highest,
      slope: 1,
      intercept: 0,
      windowCenter: 40,
      windowWidth: 400,
      voiLUTFunction: Enums.VOILUTFunctionType.LINEAR,
      rows: height,
      columns: width,
      height,
      width,
      color: false,
      rgba: false,
      numberOfComponents: 1,
      columnPixelSpacing: uMm,
      rowPixelSpacing: vMm,
      sliceThickness: wMm,
      invert: false,
      photometricInterpretation: "MONOCHROME2",
      sizeInBytes: hu.byteLength,
      dataType: "Int16Array",
      getPixelData: () => hu,
      getCanvas: () => document.createElement("canvas"),
      voxelManager: utilities.VoxelManager.createImageVoxelManager({
        width,
        height,
        scalarData: hu,
        numberOfComponents: 1,
      }),
    };
  }

  #describe(type: string, id: string): object | undefined {
    const { width, height, uMm, vMm, wMm, axes, vUp } = this.#geometry;
    const { grid } = this.#ct;
    switch (type) {
      case Enums.MetadataModules.IMAGE_PLANE: {
        const along = [...grid.axes[axes[0]]];
        const down = grid.axes[axes[1]].map((part) => (vUp ? -part : part));
        const first = voxelOf(this.#geometry, 0, vUp ? height - 1 : 0, Number(id.slice(this.#prefix.length)));
        return {
          rows: height,
          columns: width,
          rowCosines: along,
          columnCosines: down,
          imageOrientationPatient: [...along, ...down],
          imagePositionPatient: [...voxelToPatient(grid, first)],
          pixelSpacing: [vMm, uMm],
          rowPixelSpacing: vMm,
          columnPixelSpacing: uMm,
          sliceThickness: wMm,
        };
      }
      case Enums.MetadataModules.IMAGE_PIXEL:
        return {
          samplesPerPixel: 1,
          photometricInterpretation: "MONOCHROME2",
          rows: height,
          columns: width,
          bitsAllocated: 16,
          bitsStored: 16,
          highBit: 15,
          pixelRepresentation: 1,
        };
      case Enums.MetadataModules.GENERAL_SERIES:
        return { modality: "CT" };
      default:
        return undefined;
    }
  }
}

/** Cornerstone's grey table spans exactly these values: one beyond would be painted black. */
function range(hu: Int16Array): readonly [number, number] {
  let [lowest, highest] = [32767, -32768];
  for (let at = 0; at < hu.length; at++) {
    const value = hu[at];
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return [lowest, highest];
}
