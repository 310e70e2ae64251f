import { type ComponentProps, useId } from "react";
import { classes } from "../css.ts";
import styles from "./Field.module.css";

interface FieldProps extends Omit<ComponentProps<"input">, "id" | "className" | "name"> {
  name: string;
  label: string;
  hint?: string;
  error?: string | undefined;
}

/** One labelled input. Hint and error are tied to it, so that screen readers read them with the label. */
export function Field({ label, hint, error, ...input }: FieldProps) {
  const id = useId();
  const hintId = hint && `${id}-hint`;
  const errorId = error && `${id}-error`;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        id={id}
        className={styles.input}
        aria-describedby={classes(errorId, hintId) || undefined}
        aria-invalid={error ? true : undefined}
      />
      {error && (
        <p id={errorId} className={styles.error}>
          {error}
        </p>
      )}
      {hint && (
        <p id={hintId} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}
