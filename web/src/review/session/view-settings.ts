/** How a person likes contours to be drawn: kept in the browser, for all patients. */
import { z } from "zod";

/** "voxels": along the voxels' edges, which is what is exported; "smooth": ../viewer/smooth-outline.ts. */
const outlineStyles = ["smooth", "voxels"] as const;
/** CSS pixels. */
export const outlineWidths = [1, 1.5, 2, 3] as const;

/** Of the contours, as long as nobody chose another. */
export const usualFill = 0.2;

const viewSettingsSchema = z.object({
  outline: z.enum(outlineStyles).catch("smooth"),
  outlineWidth: z.literal(outlineWidths).catch(2),
  fillOpacity: z.number().min(0).max(1).catch(usualFill),
});
export type ViewSettings = z.infer<typeof viewSettingsSchema>;

const key = "delineate.view";

/** What was kept; what is missing or makes no sense is as it is the first time. */
export function keptViewSettings(): ViewSettings {
  return viewSettingsSchema.parse(parsed(localStorage.getItem(key)));
}

export function keepViewSettings({ outline, outlineWidth, fillOpacity }: ViewSettings): void {
  localStorage.setItem(key, JSON.stringify({ outline, outlineWidth, fillOpacity }));
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "{}") ?? {};
  } catch {
    return {};
  }
}
