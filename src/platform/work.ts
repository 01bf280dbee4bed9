/** What long work needs besides what it is about: where it says how far it is, and who may stop it. */
import type { Progress } from "#core/progress.ts";

export type Work = { readonly progress: Progress; readonly signal: AbortSignal };
