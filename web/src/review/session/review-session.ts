/**
 * The open review as the page has it: what is looked at (`view`), the pen, what is computed for it, whose turn it is to
 * write, and the record of the work. Each changes the state through the store; no React and no drawing on the screen here.
 */

import type { CaseDetail } from "#contract/workspace/case.ts";
import type { Mask } from "#geometry/mask.ts";
import { formatPatientName } from "../../format.ts";
import { CtAnatomy } from "./ct/ct-anatomy.ts";
import type { CtStore } from "./ct/ct-store.ts";
import { Drawing } from "./drawing.ts";
import { ComputedEdits } from "./edits/computed-edits.ts";
import { firstState } from "./first-state.ts";
import type { MaskSources } from "./mask-sources.ts";
import { type OpenOptions, openReviewParts, type ReviewParts } from "./open-review.ts";
import { CombinedEdits } from "./other-structures/combined-edits.ts";
import { raiseProblem } from "./problems/raise-problem.ts";
import { Autosave } from "./record/autosave.ts";
import { SeenSlices } from "./record/seen-slices.ts";
import { WorkRecord } from "./record/work-record.ts";
import type { ReviewState } from "./review-state.ts";
import { ReviewStore } from "./review-store.ts";
import { ReviewView } from "./review-view.ts";
import { CatchUp } from "./writing/catch-up.ts";
import { LateStrokes } from "./writing/late-strokes.ts";
import { WritingTurn } from "./writing/writing-turn.ts";

export class ReviewSession {
  readonly ct: CtStore;
  readonly anatomy: CtAnatomy;
  readonly view: ReviewView;
  readonly pen: Drawing;
  readonly computed: ComputedEdits;
  readonly combining: CombinedEdits;
  readonly turn: WritingTurn;
  readonly record: WorkRecord;
  readonly late: LateStrokes;
  readonly #store: ReviewStore;
  readonly #sources: MaskSources;

  /** Opens the review of a case; the CT goes on loading. Throws `RequestError`. */
  static async open(detail: CaseDetail, options: OpenOptions): Promise<ReviewSession> {
    return new ReviewSession(await openReviewParts(detail, options));
  }

  private constructor(parts: ReviewParts) {
    const { review, ct, structures, removed, history, sources } = parts;
    const { page, attendance } = parts;
    const reviewId = review.id;
    const seen = new SeenSlices(review.seenSlices);
    const store = new ReviewStore(firstState(parts, seen.all));
    this.ct = ct;
    this.#store = store;
    this.#sources = sources;
    this.pen = new Drawing({
      ...{ structures, removed, history, ct, store },
      log: (...entries) => this.record.add(...entries),
    });
    this.view = new ReviewView(store, ct, () => this.pen.endStroke());
    this.anatomy = new CtAnatomy(ct);
    const { pen, anatomy } = this;
    this.computed = new ComputedEdits({ store, ct, anatomy, pen, sources });
    this.combining = new CombinedEdits(store, pen, sources);
    const autosave = new Autosave({
      reviewId,
      reviewer: page.reviewer,
      patient: formatPatientName(parts.detail.summary.patientName),
      known: { entries: review.logLength, edits: review.edits.length },
      onChange: (saving, stopped) =>
        store.change(stopped === null ? { saving } : { saving, stopped, editable: false }),
      onRefused: () => this.turn.refused(),
      onStop: () => this.pen.endStroke(),
    });
    const catchUp = new CatchUp({ reviewId, store, pen, sources, seen, autosave });
    this.turn = new WritingTurn({ reviewId, page, store, pen, autosave, catchUp }, attendance);
    this.record = new WorkRecord({ store, autosave, turn: this.turn, seen, pen });
    this.late = new LateStrokes({ store, pen, sources, record: this.record, turn: this.turn });
    sources.onLoaded = (sourceId) => {
      store.endProblem(sourceId);
      store.change({ comparisonRevision: store.state.comparisonRevision + 1 });
    };
    sources.onProblem = (sourceId, reason) => raiseProblem(store, sourceId, reason);
    ct.onProblem = (problem) => store.raiseProblem("slices", problem);
    ct.onSlices(() => {
      store.endProblem("slices");
      store.change({ loadedSlices: ct.loadedCount });
    });
  }

  subscribe = (listener: () => void): (() => void) => this.#store.subscribe(listener);

  getState = (): ReviewState => this.#store.state;

  /** `structure:ID` is live and changes in place; other sources are undefined until they are loaded. */
  maskOf(sourceId: string): Mask | undefined {
    const live = this.pen.structures.find(({ id }) => sourceId === `structure:${id}`);
    return live?.mask ?? this.#sources.mask(sourceId);
  }

  dispose(): void {
    this.record.close();
    this.computed.dispose();
    this.ct.dispose();
    this.#store.close();
  }
}
