/**
 * Every verb in the order of the help, with what it does in one paragraph. A verb's options and work are in its own file,
 * which is loaded when the verb is named: the list of verbs needs none of them.
 */
import type { Command } from "commander";

export type Verb = {
  /** Name and arguments as the help shows them. */
  readonly usage: string;
  readonly description: string;
  /** Loads the verb's file, which gives the command its options, examples and action. */
  readonly load: (command: Command) => Promise<void>;
};

export const verbs: readonly Verb[] = [
  {
    usage: "start [options]",
    description:
      "Open the review workspace in the browser: see patients, correct the automatic contour, sign it.",
    load: async (command) => (await import("./workspace/serve.ts")).startVerb(command),
  },
  {
    usage: "serve [options]",
    description: "Run the review workspace without opening a browser.",
    load: async (command) => (await import("./workspace/serve.ts")).serveVerb(command),
  },
  {
    usage: "worker [options]",
    description:
      "Read and contour patients for a workspace that delineate serve runs with the same --database, on this machine or another one that shares the data folder.",
    load: async (command) => (await import("./workspace/worker.ts")).workerVerb(command),
  },
  {
    usage: "user",
    description: "Accounts of the review workspace: who may look, draw, sign, and keep accounts.",
    load: async (command) => (await import("./workspace/user.ts")).userVerb(command),
  },
  {
    usage: "audit",
    description: "The log of who did what in the review workspace: write it to a file, and check it.",
    load: async (command) => (await import("./workspace/audit.ts")).auditVerb(command),
  },
  {
    usage: "config",
    description:
      "Check the configuration of the service in a clinic's network, and what its rules would do with a folder.",
    load: async (command) => (await import("./workspace/config.ts")).configVerb(command),
  },
  {
    usage: "fetch [options] <PEER>",
    description: "List what a PACS has, or fetch a study, over DICOM or DICOMweb.",
    load: async (command) => (await import("./workspace/fetch.ts")).fetchVerb(command),
  },
  {
    usage: "backup [options] <OUT>",
    description:
      "Copy a workspace, records and files of one moment, into a new folder. With --database while it is in use; otherwise end the server first.",
    load: async (command) => (await import("./workspace/backup.ts")).backupVerb(command),
  },
  {
    usage: "restore [options] <BACKUP>",
    description:
      "Put a backup into an empty workspace; it may go from a folder to a database server, or back.",
    load: async (command) => (await import("./workspace/backup.ts")).restoreVerb(command),
  },
  {
    usage: "retention",
    description: "List the patients that the clinic's rules let go, and remove those of a list.",
    load: async (command) => (await import("./workspace/retention.ts")).retentionVerb(command),
  },
  {
    usage: "phantom [options]",
    description:
      "Make synthetic patients: thorax CTs in DICOM with an RTSTRUCT of the GTV. The same seed gives the same patients.",
    load: async (command) => (await import("./phantom.ts")).phantomVerb(command),
  },
  {
    usage: "import [options] <SRC_DIR>",
    description:
      "Make a cohort from an exported archive: DICOM in any folders (CT with RTSTRUCT or SEG), nnU-Net's or MSD's dataset.json. Pixels are not copied, patients get pseudonyms, and patients imported before are kept.",
    load: async (command) => (await import("./import.ts")).importVerb(command),
  },
  {
    usage: "cohort",
    description: "Describe a cohort, split it into training, validation and test, or contour its patients.",
    load: async (command) => (await import("./cohort/cohort.ts")).cohortVerb(command),
  },
  {
    usage: "plan [options]",
    description: "Print a plan: every setting of a training except its cohort, as JSON for --plan.",
    load: async (command) => (await import("./plan.ts")).planVerb(command),
  },
  {
    usage: "train [options] <COHORT_DIR>",
    description: "Train a network on a cohort, by the paper's plan or one from a file.",
    load: async (command) => (await import("./train.ts")).trainVerb(command),
  },
  {
    usage: "augment [options] <COHORT_OR_PATIENT>",
    description:
      "Show what training feeds the network: a slice, its grey levels, normalised, and augmented versions side by side.",
    load: async (command) => (await import("./augment.ts")).augmentVerb(command),
  },
  {
    usage: "segment [options] <CT>",
    description:
      "Contour the GTV on a planning CT: a folder of DICOM files, or a NIfTI or NRRD file. Automatic and unapproved: a physician must review it.",
    load: async (command) => (await import("./segment.ts")).segmentVerb(command),
  },
  {
    usage: "benchmark [options] [CT_DIR]",
    description:
      "Measure this machine: a slice through the paper's networks, and a patient from files to RTSTRUCT, stage by stage.",
    load: async (command) => (await import("./benchmark.ts")).benchmarkVerb(command),
  },
  {
    usage: "model",
    description: "Show, annotate or calibrate a model file; without a file, the shipped model.",
    load: async (command) => (await import("./model.ts")).modelVerb(command),
  },
  {
    usage: "check [options] <RTSTRUCT>",
    description:
      "Check a structure set before a planning system does: for each broken rule the tag, the value found, the value expected and the remedy.",
    load: async (command) => (await import("./check.ts")).checkVerb(command),
  },
  {
    usage: "evaluate [options]",
    description:
      "Compare predictions with references, per slice and per patient: overlap, distances between the surfaces, added path length, lesions found, and the tumour that would lie outside CTV and PTV. Both are files (RTSTRUCT, DICOM SEG, NIfTI, NRRD), or folders with one sub-folder or file per patient, paired by name.",
    load: async (command) => (await import("./evaluate.ts")).evaluateVerb(command),
  },
  {
    usage: "experiment [options] <COHORT_DIR>",
    description:
      "Run the paper's whole experiment: train the networks on one split with the same seeds, contour the test patients, compare, and write report.html, result.json and CSV. Run the same command again to continue where it stopped.",
    load: async (command) => (await import("./experiment.ts")).experimentVerb(command),
  },
  {
    usage: "compare [options] <A> <B>",
    description:
      "Compare two sets of predictions against the same references: mean ± SD of each metric, the difference A - B with its 95 % bootstrap interval, paired and unpaired t-test, Wilcoxon's test, Holm's correction, effect size, Bland-Altman of the volumes. Patients are paired by name, as in evaluate.",
    load: async (command) => (await import("./compare.ts")).compareVerb(command),
  },
  {
    usage: "observers [options] <FOLDERS...>",
    description:
      "Measure how well several observers agree: each pair, an observer's repeated contours, majority and STAPLE, volumes, and a model among them. One folder holds one sub-folder or file per patient, with an ROI for each observer (a group in --roi is the observer) or a file for each; or give one such folder for each observer.",
    load: async (command) => (await import("./observers.ts")).observersVerb(command),
  },
  {
    usage: "diff [options] <A> <B>",
    description:
      "Show what changed between two structure sets of one CT: added, removed, renamed, moved, per ROI volume and DSC.",
    load: async (command) => (await import("./diff.ts")).diffVerb(command),
  },
  {
    usage: "deidentify [options] <SRC_DIR>",
    description:
      "Write CTs, structure sets and segmentations anew without what tells whose they are; a key that stays with you leads back.",
    load: async (command) => (await import("./deidentify.ts")).deidentifyVerb(command),
  },
  {
    usage: "reidentify [options] <FILE>",
    description: "Give a structure set of a de-identified CT back to the patient, by the key.",
    load: async (command) => (await import("./deidentify.ts")).reidentifyVerb(command),
  },
  {
    usage: "convert [options] <IN> <OUT>",
    description:
      "Convert masks from one format to another, on the CT's grid: RTSTRUCT (.dcm), DICOM SEG (.seg.dcm), NIfTI (.nii, .nii.gz), NRRD (.nrrd). The format of IN is recognised by its content.",
    load: async (command) => (await import("./convert.ts")).convertVerb(command),
  },
  {
    usage: "inspect [options] <PATH>",
    description:
      "List what a folder holds: CT series with geometry, structure sets, segmentations and research images with volumes, damaged files. Names no patient.",
    load: async (command) => (await import("./inspect.ts")).inspectVerb(command),
  },
];

/** The verb as a command of `program`, without its options, which `load` gives it. */
export function addVerb(program: Command, { usage, description }: Verb): Command {
  return program.command(usage.replace(" [options]", "")).description(description);
}

/** "segment" of "segment [options] <CT>". */
export function nameOf({ usage }: Verb): string {
  return usage.split(" ")[0];
}
