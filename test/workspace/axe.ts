/**
 * What axe-core (WCAG 2 rules) finds on the page as it is now. Only what hinders a person: impact serious or critical. Each
 * rule that is broken is one readable text, with its elements, for a failing test's message.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type axe from "axe-core";
import type { Page } from "playwright-core";

const source = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

export async function seriousViolations(page: Page): Promise<string[]> {
  await settled(page);
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(await readFile(source, "utf8"));
  const { violations, passes } = await page.evaluate(async () => {
    // Of rules that hold it tells one element, not a selector for each of them.
    const results = await (globalThis as unknown as { axe: typeof axe }).axe.run({
      resultTypes: ["violations"],
    });
    return {
      passes: results.passes.length,
      violations: results.violations.map(({ id, impact, help, nodes }) => ({
        id,
        impact,
        help,
        // The first line of the summary says "fix any of the following".
        nodes: nodes.map(
          ({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary?.split("\n")[1]?.trim()}`,
        ),
      })),
    };
  });
  if (passes === 0) throw new Error("axe found nothing to check");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, impact, help, nodes }) => [`${id} (${impact}): ${help}`, ...nodes].join("\n  "));
}

/** Resolves when nothing fades in any more: half transparent text has a contrast of its own. */
function settled(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter((animation) => Number.isFinite(animation.effect?.getComputedTiming().endTime));
    await Promise.allSettled(ending.map((animation) => animation.finished));
  });
}
