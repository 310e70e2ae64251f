import type { ComponentProps, MouseEvent } from "react";
import { classes } from "../css.ts";
import styles from "./Button.module.css";

export type ButtonTone = "primary" | "plain" | "danger";

interface ButtonProps extends Omit<ComponentProps<"button">, "className"> {
  tone?: ButtonTone;
  /** Work is under way. */
  busy?: boolean;
}

/** A busy or disabled button ignores presses but keeps the focus, so that keyboard users stay where they are. */
export function Button({ tone = "primary", busy = false, disabled = false, onClick, ...rest }: ButtonProps) {
  const inactive = busy || disabled;
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (inactive) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <button
      type="button"
      {...rest}
      className={buttonClass(tone)}
      aria-disabled={inactive || undefined}
      aria-busy={busy || undefined}
      onClick={press}
    />
  );
}

/** For links that look like a button. */
export function buttonClass(tone: ButtonTone = "primary"): string {
  return classes(styles.button, styles[tone]);
}
