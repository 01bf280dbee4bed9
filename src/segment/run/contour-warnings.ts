/** What a person is warned of with an automatic contour, whichever command made it. */
import { type Finding, finding } from "#core/findings.ts";
import { type Expectation, expectationSentence } from "#segment/expected-dsc.ts";

/** `where`: of which patient, where there are several. */
export function nothingFound(where?: string): Finding {
  return finding("warning", "nothing-found", "The model found no tumour: the ROI is empty.", where);
}

export function doubtful(expected: Expectation, where?: string): Finding {
  return finding("warning", "doubtful", expectationSentence(expected) ?? "Doubtful.", where);
}
