/** Buttons: with text, and with an icon alone, which then has a tooltip with its name and shortcut. */
import { type ComponentProps, type ReactNode, useRef } from "react";
import { Icon, type IconName } from "./icon.tsx";
import { type Side, Tooltip } from "./tooltip.tsx";

type ButtonProps = Omit<ComponentProps<"button">, "className"> & {
  /** `primary`: the one next step of a page or dialog. `danger`: what cannot be taken back. */
  readonly variant?: "primary" | "plain" | "quiet" | "danger";
  readonly icon?: IconName;
};

export function Button({ variant = "plain", icon, children, ...rest }: ButtonProps): ReactNode {
  return (
    <button type="button" {...rest} className={`button button-${variant}`}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

type IconButtonProps = Omit<ComponentProps<"button">, "className" | "aria-label" | "children"> & {
  readonly icon: IconName;
  readonly label: string;
  /** As the person presses it, such as "Ctrl+Z". */
  readonly shortcut?: string | undefined;
  /** For a button that stays down; omit for one that acts. */
  readonly pressed?: boolean;
  readonly side?: Side;
  readonly size?: "normal" | "small";
};

export function IconButton({
  icon,
  label,
  shortcut,
  pressed,
  side = "below",
  size = "normal",
  ...rest
}: IconButtonProps): ReactNode {
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        type="button"
        {...rest}
        ref={button}
        className={`icon-button icon-button-${size}`}
        aria-label={label}
        aria-pressed={pressed}
      >
        <Icon name={icon} size={size === "small" ? 14 : 17} />
      </button>
      <Tooltip anchor={button} side={side}>
        {label}
        {shortcut && <kbd>{shortcut}</kbd>}
      </Tooltip>
    </>
  );
}
