/** Labelled inputs: slider, number, switch, text, choice of a few. All are the browser's own controls, styled. */
import { type ComponentProps, type ReactNode, useEffect, useId, useRef, useState } from "react";

type SliderProps = {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** What is shown at the right, such as "6 mm". */
  readonly shown: string;
  readonly onChange: (value: number) => void;
  readonly disabled?: boolean;
  readonly testId?: string;
};

export function Slider(props: SliderProps): ReactNode {
  const { label, value, min, max, step, shown, onChange, disabled, testId } = props;
  const id = useId();
  return (
    <div className="field-slider">
      <label htmlFor={id}>{label}</label>
      <output htmlFor={id}>{shown}</output>
      <input
        id={id}
        type="range"
        {...{ min, max, step, value, disabled }}
        style={{ "--part": `${(100 * (value - min)) / (max - min)}%` } as ComponentProps<"input">["style"]}
        aria-valuetext={shown}
        data-testid={testId}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
    </div>
  );
}

type NumberFieldProps = {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly unit?: string;
  readonly onChange: (value: number) => void;
  readonly disabled?: boolean;
  readonly testId?: string;
};

/**
 * Tells only numbers within the bounds; what is half typed stays in the field and goes back when it is left. Beyond the bounds
 * nothing is meant, neither what its first digits came to: of "35", where 30 is the most, not 3.
 */
export function NumberField(props: NumberFieldProps): ReactNode {
  const { label, value, min, max, step = 1, unit, onChange, disabled, testId } = props;
  const id = useId();
  const [text, setText] = useState(String(value));
  const before = useRef(value);
  useEffect(() => setText(String(value)), [value]);
  return (
    <div className="field-number">
      <label htmlFor={id}>{label}</label>
      <span className="field-with-unit">
        <input
          id={id}
          type="number"
          {...{ min, max, step, disabled }}
          value={text}
          data-testid={testId}
          onChange={(event) => {
            setText(event.target.value);
            const number = event.target.valueAsNumber;
            if (number >= min && number <= max) onChange(number);
          }}
          onFocus={() => {
            before.current = value;
          }}
          onBlur={({ target: { validity } }) => {
            if (validity.rangeOverflow || validity.rangeUnderflow || validity.badInput)
              onChange(before.current);
            setText(String(value));
          }}
        />
        {unit && <span className="faint">{unit}</span>}
      </span>
    </div>
  );
}

type ToggleProps = {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
  readonly testId?: string;
};

export function Toggle({ label, checked, onChange, disabled, testId }: ToggleProps): ReactNode {
  return (
    <label className="field-toggle">
      <span>{label}</span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        checked={checked}
        disabled={disabled}
        data-testid={testId}
        onChange={(event) => onChange(event.target.checked)}
      />
    </label>
  );
}

type ChoiceProps<Value extends string> = {
  readonly label: string;
  readonly value: Value | null;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
  readonly disabled?: boolean;
  readonly testId?: string;
};

/** One of a few, all in sight. */
export function Choice<Value extends string>(props: ChoiceProps<Value>): ReactNode {
  const { label, value, options, onChange, disabled, testId } = props;
  const name = useId();
  return (
    <fieldset className="choice" data-testid={testId} disabled={disabled}>
      <legend className="aside-label">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className="choice-option">
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

type SelectProps = {
  readonly label: string;
  /** Said but not shown. */
  readonly hideLabel?: boolean;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
  readonly disabled?: boolean;
  readonly testId?: string;
};

/** One of many. */
export function Select(props: SelectProps): ReactNode {
  const { label, hideLabel, value, options, onChange, disabled, testId } = props;
  const id = useId();
  return (
    <div className="field-select">
      <label htmlFor={id} className={hideLabel ? "aside-label" : undefined}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        disabled={disabled}
        data-testid={testId}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

type TextFieldProps = Omit<ComponentProps<"input">, "className" | "onChange" | "autoFocus"> & {
  readonly label: string;
  /** Has the focus when its dialog opens. */
  readonly first?: boolean;
  readonly hint?: string | undefined;
  /** What is wrong with the value; null when nothing is. */
  readonly problem?: string | null;
  readonly onChange: (value: string) => void;
};

export function TextField({ label, first, hint, problem, onChange, ...rest }: TextFieldProps): ReactNode {
  const id = useId();
  return (
    <div className="field-text">
      <label htmlFor={id}>{label}</label>
      <input
        autoComplete="off"
        {...rest}
        id={id}
        data-first={first}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem || hint ? `${id}-note` : undefined}
        onChange={(event) => onChange(event.target.value)}
      />
      {(problem || hint) && (
        <p id={`${id}-note`} className={problem ? "field-problem" : "field-hint"}>
          {problem || hint}
        </p>
      )}
    </div>
  );
}

type TextAreaProps = Omit<ComponentProps<"textarea">, "className" | "onChange"> & {
  readonly label: string;
  readonly onChange: (value: string) => void;
};

export function TextArea({ label, onChange, ...rest }: TextAreaProps): ReactNode {
  const id = useId();
  return (
    <div className="field-text">
      <label htmlFor={id}>{label}</label>
      <textarea rows={2} {...rest} id={id} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}
