/**
 * HTML as values: what is written between the tags is escaped unless it is HTML already, so that no name of a patient's
 * folder or of an ROI can break the page.
 */

export type Html = { readonly html: string };

type Part = Html | string | number | readonly Part[];

/** html`<p>${text}</p>`: strings and numbers are escaped, Html is taken as it is, lists are joined. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: strings.map((text, at) => text + (at < parts.length ? textOf(parts[at]) : "")).join("") };
}

/** For text that is HTML or SVG already. */
export function raw(text: string): Html {
  return { html: text };
}

export const nothing: Html = { html: "" };

function textOf(part: Part): string {
  if (typeof part === "number") return String(part);
  if (typeof part === "string") return escapeText(part);
  if ("html" in part) return part.html;
  return part.map(textOf).join("");
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
