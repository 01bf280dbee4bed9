/** What browsers have and the type packages do not know yet. */
declare module "*.css";

declare namespace React {
  interface InputHTMLAttributes {
    /** Choose a folder instead of files (File and Directory Entries API). */
    webkitdirectory?: string;
  }
}
