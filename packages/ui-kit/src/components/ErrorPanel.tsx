import { Button } from "./Button.tsx";
import styles from "./ErrorPanel.module.css";

interface ErrorPanelProps {
  title?: string;
  message: string;
  onRetry?: () => void;
}

/** Stands where content could not be loaded. */
export function ErrorPanel({ title = "This could not be loaded", message, onRetry }: ErrorPanelProps) {
  return (
    <div className={styles.panel} role="alert">
      <strong className={styles.title}>{title}</strong>
      <p className={styles.message}>{message}</p>
      {onRetry && (
        <Button tone="plain" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
