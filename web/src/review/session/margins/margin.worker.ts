/** Makes a margin: tenths of a second for a large tumour. */
import { answerWith } from "../ct/ask-worker.ts";
import { makeMargin } from "./margin-operation.ts";

answerWith(makeMargin);
