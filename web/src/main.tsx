/** Starts the page. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { refuseDrops } from "./worklist/upload/use-drop.ts";
import "./theme.css";
import "./ui/ui.css";
import "./ui/fields.css";
import "./app.css";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
refuseDrops();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
