import type { ReactNode, RefObject, SubmitEventHandler } from "react";
import { Alert } from "../components/Alert.tsx";
import { Button } from "../components/Button.tsx";
import styles from "./Form.module.css";

interface FormProps {
  form: {
    ref: RefObject<HTMLFormElement | null>;
    onSubmit: SubmitEventHandler<HTMLFormElement>;
    noValidate: boolean;
  };
  message: string | undefined;
  busy: boolean;
  /** The text of the submit button. */
  action: string;
  children: ReactNode;
}

/** The fields, then what is wrong with the whole, then the button. Takes what `useForm` returns. */
export function Form({ form, message, busy, action, children }: FormProps) {
  return (
    <form {...form} className={styles.form}>
      {message && <Alert tone="error">{message}</Alert>}
      {children}
      <Button type="submit" busy={busy}>
        {action}
      </Button>
    </form>
  );
}
