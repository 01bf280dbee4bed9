/** What browsers have and the type packages do not know yet. */
declare module "*.css";

/** A file beside the page, by its address (Vite). */
declare module "*?url" {
  const address: string;
  // biome-ignore lint/style/noDefaultExport: what Vite makes of such an import.
  export default address;
}

declare namespace React {
  interface InputHTMLAttributes {
    /** Choose a folder instead of files (File and Directory Entries API). */
    webkitdirectory?: string;
  }
}
