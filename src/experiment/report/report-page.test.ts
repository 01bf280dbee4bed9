/** The page says what the result says, needs nothing from outside, and no name can break it. */
import { expect, test } from "vitest";
import { compareTables, type MetricComparison } from "#evaluate/compare-tables.ts";
import { comparisonsToCsv, metricTablesToCsv } from "#evaluate/metric-csv.ts";
import { overlapOnly, summariseTable } from "#evaluate/metric-table.ts";
import { strataByValue, stratifyTable } from "#evaluate/stratify-table.ts";
import { fixed, meanSd, medianRange, pValue } from "#statistics/printed-numbers.ts";
import { exampleResult } from "./example-result.ts";
import { comparedPart } from "./metric-groups.ts";
import { reportPage } from "./report-page.ts";

const picture = {
  network: "u-net",
  patient: "patient-1",
  slice: 30,
  role: "best",
  group: "rank",
  dsc: 0.8,
  size: "3.0 cc",
  source: "data:image/png;base64,AAAA",
} as const;

/** Says which text is missing, not the whole page. */
function expectAll(page: string, texts: readonly string[]): void {
  expect(texts.filter((text) => !page.includes(text.replaceAll("<", "&#60;")))).toEqual([]);
}

test("every figure of the comparison stands in the page", () => {
  const example = exampleResult();
  // Six patients have no interval of their own.
  const withInterval = (comparison: MetricComparison, at: number) => ({
    ...comparison,
    differenceInterval: comparison.difference.mean === null ? null : ([-at / 7, at / 3] as const),
  });
  const comparisons = example.comparisons.map((comparison) => ({
    ...comparison,
    patient: comparison.patient.map(withInterval),
    slice: comparison.slice.map(withInterval),
  }));
  const result = { ...example, comparisons };
  const page = reportPage(result, []);
  for (const { patient, slice } of result.comparisons) {
    for (const { column, a, b, difference, differenceInterval, ...tests } of [...patient, ...slice]) {
      if (column.unit === "cc") continue;
      const { digits } = column;
      const ofPatients = [
        ...[tests.wilcoxon?.holmP, tests.pairedT?.holmP, tests.welchT?.p, tests.normality?.p].map(pValue),
        fixed(tests.cohenDz, 2),
        fixed(tests.hedgesG, 2),
      ];
      expectAll(page, [
        meanSd(a, digits),
        meanSd(b, digits),
        fixed(difference.mean, digits),
        fixed(differenceInterval?.[0], digits),
        fixed(differenceInterval?.[1], digits),
        ...[tests.pairedT?.p, tests.unpairedT?.p, tests.wilcoxon?.p].map(pValue),
        ...(a.unit === "patient" ? ofPatients : []),
      ]);
    }
  }
});

test("Table 2 has the paper's row: both means, the difference, and the three P values in their columns", () => {
  const result = exampleResult();
  const page = reportPage(result, []);
  const [{ patient }] = result.comparisons;
  for (const name of ["dsc", "fpr"]) {
    const metric = patient.find(({ column }) => column.name === name);
    if (metric === undefined) throw new Error(`no ${name}`);
    const row = new RegExp(`<th scope="row">${metric.column.title}</th>(.*?)</tr>`).exec(page)?.[1] ?? "";
    const cells = [...row.matchAll(/<td>(.*?)<\/td>/g)].map((match) => match[1]);
    expect(cells.slice(0, 2)).toEqual([
      meanSd(metric.a, metric.column.digits),
      meanSd(metric.b, metric.column.digits),
    ]);
    // Six patients are too few for an interval.
    expect(cells[2]).toBe(fixed(metric.difference.mean, metric.column.digits));
    const expected = [metric.pairedT?.p, metric.unpairedT?.p, metric.wilcoxon?.p].map(pValue);
    expect(cells.slice(3).map((cell) => cell.replace("&#60;", "<"))).toEqual(expected);
  }
});

test("times, volumes, correlations, strata, losses and every patient stand in the page", () => {
  const result = exampleResult();
  const page = reportPage(result, []);
  const texts = result.networks.flatMap((network) => [
    meanSd(network.sliceMs, 1),
    meanSd(network.patientSeconds, 2),
    fixed(network.volumes?.bias, 1),
    fixed(network.volumes?.limits[0], 1),
    ...network.correlations.flatMap(({ pearson, spearman }) => [
      fixed(pearson?.coefficient, 2),
      fixed(spearman?.coefficient, 2),
    ]),
    ...network.strata.flatMap(({ strata }) => strata.map(({ summaries }) => meanSd(summaries.dsc, 3))),
    ...network.training.flatMap(({ finalLoss, finalValidationLoss }) => [
      fixed(finalLoss, 4),
      fixed(finalValidationLoss, 4),
    ]),
    ...network.patients.rows.map(({ values }) => fixed(values.dsc, 3)),
  ]);
  expectAll(page, [...texts, ...result.patients.map(({ patient }) => patient)]);
});

test("whom a given split leaves out is counted apart, and nobody is said to be tested who is not", () => {
  const example = exampleResult();
  const parts = { train: ["patient-1"], validation: [], test: ["patient-2"] };
  const tested = example.networks.map((network) => ({
    ...network,
    patients: { ...network.patients, rows: network.patients.rows.slice(0, 2) },
  }));
  const once = reportPage({ ...example, folds: [parts] }, []);
  expect(once).toContain("in no part of the split (n = 4)");
  const turned = { ...parts, train: parts.test, test: parts.train };
  const crossed = reportPage({ ...example, networks: tested, folds: [parts, turned] }, []);
  expect(crossed).toContain("all, in 2 folds (n = 2)");
  expect(crossed).toContain("in no part of the split (n = 4)");
  expect(crossed).toContain("2 of 6 patients each contoured by the model that had not seen it");
  expect(reportPage({ ...example, folds: [parts, turned] }, [])).toContain("each patient contoured");
});

test("of whom side or contact are not known is counted as that, not as a patient without", () => {
  const example = exampleResult();
  const patients = example.patients.map((patient, at) => ({
    ...patient,
    values:
      at > 0 ? patient.values : { ...patient.values, side: null, mediastinumContact: null, sphericity: null },
  }));
  const networks = example.networks.map((network) => ({
    ...network,
    strata: [stratifyTable(network.patients, strataByValue(patients, "side"))],
  }));
  const page = reportPage(
    { ...example, patients, networks, folds: [example.folds[0], example.folds[0]] },
    [],
  );
  const row = (name: string): string =>
    new RegExp(`<th scope="row">${name}</th><td>(.*?)</td>`).exec(page)?.[1] ?? "";
  expect(row("contact with mediastinum")).toBe("3 (50 %), 1 missing");
  expect(row("sphericity")).toBe("0.75 (0.65 to 0.85), 1 missing");
  expect(row(" *left")).toBe("2 (33 %)");
  expect(row(" *right")).toBe("3 (50 %)");
  expect(row(" *missing")).toBe("1 (17 %)");
  expect(page).toContain("side (of 1 it is missing: they are in no stratum)");
});

test("a missed tumour is among the patients with any outside the margins, in mm as in cc", () => {
  const example = exampleResult();
  const missed = { dsc: 0, tpr: 0, outsideCtvSquamousMm: null, outsideCtvSquamousCc: 3 };
  const near = { dsc: 0.9, tpr: 0.9, outsideCtvSquamousMm: 1.5, outsideCtvSquamousCc: 0.4 };
  const inside = { dsc: 1, tpr: 1, outsideCtvSquamousMm: 0, outsideCtvSquamousCc: 0 };
  const rows = [missed, near, inside].map((values, at) => ({ patient: `patient-${at + 1}`, values }));
  const networks = example.networks.map((network) => ({
    ...network,
    patients: { ...network.patients, rows },
  }));
  const page = reportPage({ ...example, networks }, []);
  const cells = (unit: string): string[] => {
    const row =
      new RegExp(`<th scope="row">outside CTV, squamous \\(${unit}\\)</th>(.*?)</tr>`).exec(page)?.[1] ?? "";
    return [...row.matchAll(/<td>(.*?)<\/td>/g)].map((match) => match[1]);
  };
  expect(cells("mm").slice(0, 3)).toEqual(["0.8 ± 1.1<small>n = 2</small>", "1.5", "2"]);
  expect(cells("cc")[2]).toBe("2");
});

test("the summary says who is ahead only where the test says so", () => {
  const result = exampleResult();
  const [comparison] = result.comparisons;
  const dsc = comparison.patient.find(({ column }) => column.name === "dsc");
  expect(dsc?.pairedT?.p).toBeLessThan(0.05);
  expect(reportPage(result, [])).toContain("The modified ResNet34 is ahead of the U-Net");
  const withP = (p: number) => ({
    ...result,
    comparisons: [
      {
        ...comparison,
        patient: comparison.patient.map((metric) => ({
          ...metric,
          pairedT: metric.pairedT === null ? null : { ...metric.pairedT, p },
        })),
      },
    ],
  });
  // Wilcoxon's P and the interval stand beside it and may say otherwise: whose verdict it is must be said.
  expect(reportPage(withP(0.4), [])).toContain(
    "by the paired t-test these patients do not tell the two apart",
  );
});

test("undefined values are counted, metrics of the same counts in one row", () => {
  // Each of the example's six patients has a slice without tumour, where TPR is undefined; there are no distances at all.
  const page = reportPage(exampleResult(), []);
  const perSlice = page.slice(page.indexOf('colspan="3">Per slice'));
  const row = /<th scope="row">([^<]*)<\/th><td>([^<]*)<\/td><td>([^<]*)<\/td>/.exec(perSlice);
  expect(row?.slice(1)).toEqual(["TPR", "6 of 12", "6 of 12"]);
  expect(perSlice).toMatch(/<th scope="row">[^<]*HD95[^<]*<\/th><td>12 of 12<\/td><td>12 of 12<\/td>/);
});

test("the page loads nothing: no address, no script, pictures inside", () => {
  const page = reportPage(exampleResult(), [picture]);
  expect(page).toContain(picture.source);
  expect(page).not.toMatch(/<script|<link|@import|javascript:/i);
  for (const [, address] of page.matchAll(/(?:src|href|srcset|data|action)\s*=\s*["']([^"']*)["']/gi)) {
    expect(address).toMatch(/^(data:|#)/);
  }
  for (const [, address] of page.matchAll(/url\(\s*["']?([^"')]*)/gi)) expect(address).toMatch(/^(data:|#)/);
});

test("with unknown spacing no figure in cc or mm stands in the page, and sizes are in voxels", () => {
  const withSpacing = exampleResult();
  expect(reportPage(withSpacing, [])).toMatch(/\d cc|\(mm\)/);
  const networks = withSpacing.networks.map((network) => ({
    ...network,
    patients: overlapOnly(network.patients),
    slices: overlapOnly(network.slices),
    volumes: null,
    correlations: [],
    strata: [],
  }));
  const [first, second] = networks;
  const page = reportPage(
    {
      ...withSpacing,
      spacing: "unknown",
      protocol: "own",
      networks,
      patients: withSpacing.patients.map((patient, at) => ({
        ...patient,
        values: { voxels: 1000 + at, side: "left" },
        pixelMm: null,
        sliceMm: null,
      })),
      comparisons: withSpacing.comparisons.map((comparison) => ({
        ...comparison,
        patient: compareTables(comparedPart(first.patients), comparedPart(second.patients), { seed: 1 }),
        slice: compareTables(comparedPart(first.slices), comparedPart(second.slices), { seed: 1 }),
      })),
      stress: [],
    },
    [],
  );
  // The protocol's table says the paper's slice distance, and that ours is not known.
  const said = page.replace("slice distance (mm)", "");
  expect(said.match(/\d cc|\(cc\)|\(mm\)|\d mm\b|HD95|PTV/)).toBeNull();
  expect(page).toContain("size (voxels)");
  for (const at of [0, 5]) expect(page).toContain(`<td>${1000 + at}</td>`);
});

test("beside the paper stand both units with their P values, per slice over those with tumour", () => {
  const result = exampleResult();
  const page = reportPage(result, []);
  const [{ patient, slice }] = result.comparisons;
  const table = page.slice(page.indexOf("Table 2 and ours"), page.indexOf("figures against each other"));
  const row = /<th scope="row">DSC<\/th>(.*?)<\/tr>/.exec(table)?.[1] ?? "";
  const cells = [...row.matchAll(/<td>(.*?)<\/td>/g)].map(([, cell]) => cell.replaceAll("&#60;", "<"));
  const expected = [patient, slice].flatMap((comparison) => {
    const dsc = comparison.find(({ column }) => column.name === "dsc");
    if (dsc === undefined) throw new Error("no DSC");
    const tests = `${pValue(dsc.pairedT?.p)}<small>${pValue(dsc.wilcoxon?.p)}</small>`;
    return [meanSd(dsc.a, 3), meanSd(dsc.b, 3), tests];
  });
  expect(cells).toEqual(["0.73 ± 0.07", "0.64 ± 0.09", ...expected]);
  // Each of six patients has one slice with tumour and one without, in which both networks draw.
  expect(slice[0].pairs).toBe(6);
  expect(table).toContain("6 by the modified ResNet34, 6 by the U-Net");
});

test("tables and figures are numbered through", () => {
  const page = reportPage(exampleResult(), [picture]);
  for (const kind of ["Table", "Figure"]) {
    const numbers = [...page.matchAll(new RegExp(`<b>${kind} (\\d+)\\.</b>`, "g"))].map((match) =>
      Number(match[1]),
    );
    expect(numbers.length).toBeGreaterThan(4);
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
  }
});

test("a name cannot break out of the text", () => {
  const page = reportPage(exampleResult('<img src="https://x" onerror="y">'), []);
  expect(page).not.toContain("<img src=");
  expect(page).toContain("&#60;img src=&#34;https://x&#34;");
});

test("the same result gives the same bytes", () => {
  expect(reportPage(exampleResult(), [picture])).toBe(reportPage(exampleResult(), [picture]));
});

test("the paper's page stands in the report under the paper's protocol alone", () => {
  const result = exampleResult();
  expect(reportPage(result, [])).toContain("The paper&#39;s figures against each other");
  expect(reportPage({ ...result, protocol: "own" }, [])).not.toContain("against each other");
});

test("numbers are printed as a manuscript prints them", () => {
  expect(fixed(-0.0001, 3)).toBe("0.000");
  expect(fixed(-1.25, 1)).toBe("−1.3");
  expect(fixed(null, 3)).toBe("–");
  expect(pValue(0.0004)).toBe("< 0.001");
  const summary = summariseTable(exampleResult().networks[0].patients).referenceCc;
  // 3, 6, 12, 24, 48, 96 cc: median 18.
  expect(medianRange(summary, 1)).toBe("18.0 (3.0 to 96.0)");
});

test("the CSV has a row for each network and case, and for each metric and unit compared", () => {
  const { networks, comparisons } = exampleResult();
  const csv = metricTablesToCsv(
    networks.map(({ patients }) => patients),
    networks.map(({ network }) => network),
  );
  const lines = csv.split("\r\n").filter((line) => line !== "");
  expect(lines).toHaveLength(1 + 2 * 6);
  expect(lines[1].split(",").slice(0, 3)).toEqual(["modified-resnet34", "patient", "patient-1"]);
  expect(lines[1]).toContain(String(networks[0].patients.rows[0].values.dsc));
  const rows = comparisonsToCsv(
    comparisons.map(({ a, b, patient, slice }) => ({ a, b, comparisons: [...patient, ...slice] })),
  )
    .split("\r\n")
    .filter((line) => line !== "");
  const widths = new Set(rows.map((row) => row.split(",").length));
  expect(widths.size).toBe(1);
  expect(rows).toHaveLength(1 + comparisons[0].patient.length + comparisons[0].slice.length);
});
