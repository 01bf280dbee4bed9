/** What every output says of itself. */
export const researchUse = "For research only. Not a medical device, not for clinical use.";
