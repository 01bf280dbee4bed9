/** When a slice counts as seen: the rule that the page follows, the log states and the server holds to. */

/**
 * Milliseconds that an axial slice stays on screen, its GTV whole in view, before it counts. A held arrow key passes thirty
 * slices in a second; a person who reads stays longer than this.
 */
export const seenDwellMs = 500;
