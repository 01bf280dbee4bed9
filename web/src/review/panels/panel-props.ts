/** What each panel of the right column is given. */
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState } from "../session/review-state.ts";

export type PanelProps = { readonly session: ReviewSession; readonly state: ReviewState };
