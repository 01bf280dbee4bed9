/** The exact configuration beside the paper's, and what is needed to do it again. */
import { type Numbering, section, tableBlock } from "#experiment/report/blocks.ts";
import type { ExperimentResult } from "#experiment/report/experiment-result.ts";
import { type Html, html } from "#experiment/report/html.ts";
import { protocolRows } from "#experiment/report/zhang2020/protocol-table.ts";

export function configuration(result: ExperimentResult, numbering: Numbering): Html {
  const rows = protocolRows(result);
  const reduced = rows.filter(({ how }) => how === "reduced").map(({ what }) => what);
  return section(
    "Configuration",
    tableBlock(numbering, {
      title: "The paper's protocol and this experiment",
      caption: `${reduced.length === 0 ? "Nothing was reduced." : `Reduced against the paper: ${reduced.join(", ")}.`} All but the width holds for all networks alike.`,
      header: ["", "paper", "here", ""],
      rows: rows.map(({ what, paper, here, how }) => [what, paper, here, how]),
      kind: "words",
    }),
    html`<h3>As stored in the model files</h3>
<pre>${JSON.stringify({
      ...result.networks[0].configuration,
      network: result.networks.map(({ network }) => network),
      width: result.networks.map(({ configuration: { width } }) => width),
    })}</pre>
`,
  );
}

export function provenance(result: ExperimentResult, numbering: Numbering): Html {
  const { provenance: from, networks, split } = result;
  const digests = networks.flatMap(({ title, training }) =>
    training.map(({ fold, modelDigest }) => [`${title}, fold ${fold}, SHA-256`, modelDigest]),
  );
  return section(
    "Reproduction",
    html`<pre>${from.commands.join("\n")}</pre>
`,
    tableBlock(numbering, {
      title: "Versions, seeds and machine",
      caption: "The same commands with the same version on the same kind of machine give the same models.",
      header: ["", ""],
      rows: [
        ["program", `${from.program} ${from.version}`],
        ["runtime", `Node.js ${from.node}, ${from.runtime}`],
        ["machine", `${from.processor}, ${from.cores} cores, ${from.memoryGb} GB, ${from.platform}`],
        ["threads", String(from.threads)],
        ["seed of the split", String(split.seed)],
        [
          "seed of weights, order and augmentation",
          [...new Set(networks.map((network) => network.configuration.seed))].join(", "),
        ],
        ["begun, ended", `${from.startedAt}, ${from.finishedAt}`],
        ...digests,
      ],
      kind: "words",
    }),
  );
}
