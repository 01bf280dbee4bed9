/**
 * The grey values of one plane's slices. Axial ones are views of the CT in memory; resliced ones are made when they are first
 * shown, and the last few are kept until more of the CT arrives.
 */
import type { CtStore } from "../../session/ct/ct-store.ts";
import type { PlaneGeometry } from "../plane-geometry.ts";
import { resliceHu } from "./reslice.ts";

/** Resliced images are about 130 kB; this many are a person's back and forth. */
const keptReslices = 48;

export class PlaneImages {
  readonly #ct: CtStore;
  readonly #geometry: PlaneGeometry;
  readonly #images = new Map<number, Int16Array>();

  constructor(ct: CtStore, geometry: PlaneGeometry) {
    this.#ct = ct;
    this.#geometry = geometry;
  }

  /** Images made before these slices arrived are out of date; an axial image is only made of a slice that is there. */
  forget(): void {
    if (this.#geometry.plane !== "axial") this.#images.clear();
  }

  /** HU of slice `w` in (u, v) order; the same array as long as it shows the same. */
  get(w: number): Int16Array {
    const cachedImage = this.#images.get(w);
    if (cachedImage) return cachedImage;
    if (this.#geometry.plane !== "axial" && this.#images.size >= keptReslices) {
      for (const oldest of this.#images.keys()) {
        this.#images.delete(oldest);
        break;
      }
    }
    const image = resliceHu(this.#ct.hu, this.#ct.grid, this.#geometry, w);
    this.#images.set(w, image);
    return image;
  }
}
