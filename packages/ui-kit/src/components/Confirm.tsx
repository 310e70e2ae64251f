import { type ReactNode, useId, useRef } from "react";
import { Button } from "./Button.tsx";
import styles from "./Confirm.module.css";

interface ConfirmProps {
  /** The button that opens the question. */
  trigger: string;
  title: string;
  children: ReactNode;
  /** The button that does it. */
  action: string;
  busy: boolean;
  onConfirm: () => void;
}

/** Asks before something that cannot be undone. The browser's dialog keeps the focus and closes on Escape. */
export function Confirm({ trigger, title, children, action, busy, onConfirm }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  return (
    <>
      <Button tone="plain" onClick={() => dialog.current?.showModal()}>
        {trigger}
      </Button>
      <dialog
        ref={dialog}
        className={styles.dialog}
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-text`}
      >
        <h2 id={`${id}-title`}>{title}</h2>
        <div id={`${id}-text`} className={styles.text}>
          {children}
        </div>
        <div className={styles.actions}>
          <Button tone="plain" onClick={() => dialog.current?.close()}>
            Cancel
          </Button>
          <Button tone="danger" busy={busy} onClick={onConfirm}>
            {action}
          </Button>
        </div>
      </dialog>
    </>
  );
}
