/** The display window: presets, and its centre and width to type. */
import { type KeyboardEvent, type ReactNode, useEffect, useId, useState } from "react";
import { Choice } from "../../ui/fields.tsx";
import type { ReviewSession } from "../session/review-session.ts";
import { type ReviewState, windowPresets } from "../session/review-state.ts";
import { type Limits, numberWithin } from "./typed-number.ts";

type WindowFieldsProps = { readonly session: ReviewSession; readonly state: ReviewState };

type Preset = keyof typeof windowPresets;
const presetLabels: Record<Preset, string> = { lung: "Lung", mediastinum: "Mediastinum", bone: "Bone" };
const presets = Object.keys(windowPresets) as Preset[];

/** HU. Metal and bone of an extended scale are within. */
const centreLimits: Limits = { least: -2000, most: 20_000 };
const widthLimits: Limits = { least: 1, most: 40_000 };

export function WindowFields({ session, state }: WindowFieldsProps): ReactNode {
  const { lower, upper } = state.window;
  const [centre, width] = [(lower + upper) / 2, upper - lower];
  const show = (nextCentre: number, nextWidth: number): void =>
    session.view.setWindow({ lower: nextCentre - nextWidth / 2, upper: nextCentre + nextWidth / 2 });
  const preset = presets.find(
    (name) => windowPresets[name].lower === lower && windowPresets[name].upper === upper,
  );
  return (
    <div className="window-fields">
      <Choice
        label="Window"
        value={preset ?? null}
        testId="window-presets"
        options={presets.map((value) => ({ value, label: presetLabels[value] }))}
        onChange={(name) => session.view.setWindow(windowPresets[name])}
      />
      <TypedNumber
        {...{ short: "C", label: "Window centre in HU", value: centre, limits: centreLimits }}
        testId="window-centre"
        onNumber={(next) => show(next, width)}
      />
      <TypedNumber
        {...{ short: "W", label: "Window width in HU", value: width, limits: widthLimits }}
        testId="window-width"
        onNumber={(next) => show(centre, next)}
      />
    </div>
  );
}

type TypedNumberProps = {
  /** In sight; `label` says it in full. */
  readonly short: string;
  readonly label: string;
  readonly value: number;
  readonly limits: Limits;
  readonly testId: string;
  readonly onNumber: (value: number) => void;
};

/** Tells a number when it is whole: at Enter, or when the field is left. What is none is marked, and at the end goes back. */
function TypedNumber({ short, label, value, limits, testId, onNumber }: TypedNumberProps): ReactNode {
  const id = useId();
  const shown = String(Math.round(value));
  const [draft, setDraft] = useState<string | null>(null);
  // Changed from elsewhere: what is half typed was about another window.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the value is what changes
  useEffect(() => setDraft(null), [shown]);
  const typed = draft === null ? undefined : numberWithin(draft, limits);
  const wrong = draft !== null && typed === undefined;
  const tell = (): void => {
    if (typed !== undefined && String(typed) !== shown) onNumber(typed);
  };
  const onKeyDown = ({ key }: KeyboardEvent): void => {
    if (key === "Enter" && !wrong) {
      tell();
      setDraft(null);
    }
    if (key === "Escape") setDraft(null);
  };
  const hint = `${label}, from ${limits.least} to ${limits.most}`;
  return (
    <span className="window-field" title={hint}>
      <label htmlFor={id}>
        <span aria-hidden="true">{short}</span>
        <span className="aside-label">{hint}</span>
      </label>
      {/* No number field: a wheel over the image must not turn its value. */}
      <input
        id={id}
        type="text"
        inputMode="numeric"
        autoComplete="off"
        maxLength={7}
        value={draft ?? shown}
        aria-invalid={wrong}
        data-testid={testId}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => {
          tell();
          setDraft(null);
        }}
      />
    </span>
  );
}
