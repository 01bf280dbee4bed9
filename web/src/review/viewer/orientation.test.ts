import { expect, test } from "vitest";
import { patientPoint, type Vector3 } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { directionLetters, edgeLetters, planeName } from "./orientation.ts";
import { planeGeometry } from "./plane-geometry.ts";

const degrees = (angle: number): number => (angle * Math.PI) / 180;
const gridWith = (i: Vector3, j: Vector3) => createGrid([4, 4, 4], [1, 1, 1], patientPoint(0, 0, 0), [i, j]);

test("A patient on the back is seen from the feet: left on the right, front at the top", () => {
  const grid = gridWith([1, 0, 0], [0, 1, 0]);
  expect(edgeLetters(grid, planeGeometry(grid, "axial"))).toEqual({
    left: "R",
    right: "L",
    top: "A",
    bottom: "P",
  });
  expect(edgeLetters(grid, planeGeometry(grid, "coronal"))).toEqual({
    left: "R",
    right: "L",
    top: "S",
    bottom: "I",
  });
  expect(edgeLetters(grid, planeGeometry(grid, "sagittal"))).toEqual({
    left: "A",
    right: "P",
    top: "S",
    bottom: "I",
  });
});

test("A prone patient has the letters of the image, not those of most images", () => {
  const grid = gridWith([-1, 0, 0], [0, -1, 0]);
  expect(edgeLetters(grid, planeGeometry(grid, "axial"))).toEqual({
    left: "L",
    right: "R",
    top: "P",
    bottom: "A",
  });
});

test("The head is at the top even where slices are counted from the head", () => {
  const grid = gridWith([-1, 0, 0], [0, 1, 0]);
  expect(edgeLetters(grid, planeGeometry(grid, "coronal")).top).toBe("S");
});

test("A gantry tilted by 20 degrees puts the smaller part second; one of 5 degrees gets no second letter", () => {
  const tilt = (angle: number): Vector3 => [0, Math.cos(degrees(angle)), Math.sin(degrees(angle))];
  expect(directionLetters(tilt(20))).toBe("PS");
  expect(directionLetters(tilt(5))).toBe("P");
  expect(directionLetters(tilt(70))).toBe("SP");
});

test("A direction along the diagonal of all axes has three letters", () => {
  const part = 1 / Math.sqrt(3);
  expect([...directionLetters([-part, -part, part])].sort().join("")).toBe("ARS");
});

test("A plane is named by what it is in the patient, not by its place in the grid", () => {
  const names = (i: Vector3, j: Vector3) => {
    const grid = gridWith(i, j);
    return (["axial", "coronal", "sagittal"] as const).map((plane) =>
      planeName(grid, planeGeometry(grid, plane)),
    );
  };
  expect(names([1, 0, 0], [0, 1, 0])).toEqual(["Axial", "Coronal", "Sagittal"]);
  expect(names([-1, 0, 0], [0, -1, 0])).toEqual(["Axial", "Coronal", "Sagittal"]);
  // Sagittal slices: columns to the back, rows to the feet.
  expect(names([0, 1, 0], [0, 0, -1])).toEqual(["Sagittal", "Axial", "Coronal"]);
  expect(names([1, 0, 0], [0, 0, -1])).toEqual(["Coronal", "Axial", "Sagittal"]);
  expect(names([1, 0, 0], [0, Math.cos(degrees(20)), Math.sin(degrees(20))])[0]).toBe("Axial");
});
