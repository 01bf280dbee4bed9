/** Runs an independent program on our files and gives what it said; a missing program is a failure that says the remedy. */
import { spawnSync } from "node:child_process";

export type Verdict = { readonly status: number | null; readonly output: string };

const packages: Readonly<Record<string, string | undefined>> = {
  dciodvfy: "dicom3tools",
  dcmdump: "dcmtk",
  dcmconv: "dcmtk",
  dcmcrle: "dcmtk",
  dcmcjpeg: "dcmtk",
  dcmcjpls: "dcmtk",
  plastimatch: "plastimatch",
  "/usr/bin/python3": "python3-pydicom python3-numpy python3-nibabel",
};

export function judge(program: string, args: readonly string[]): Verdict {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (error !== undefined) {
    throw new Error(
      `${program} cannot be run; install it: sudo apt-get install -y ${packages[program] ?? program}`,
    );
  }
  return { status, output: `${stdout}${stderr}` };
}

/** Lines in which dciodvfy calls something an error. */
export function dicomErrors(path: string): string[] {
  const { output } = judge("dciodvfy", [path]);
  return output.split("\n").filter((line) => /^Error/.test(line));
}
