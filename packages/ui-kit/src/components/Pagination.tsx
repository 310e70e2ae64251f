import { Button } from "./Button.tsx";
import styles from "./Pagination.module.css";

interface PaginationProps {
  /** Counted from 1. */
  page: number;
  /** Absent on the first page. */
  onPrevious?: (() => void) | undefined;
  /** Absent on the last page. */
  onNext?: (() => void) | undefined;
  busy?: boolean;
}

/** For lists paged by cursor: the number of pages is unknown. */
export function Pagination({ page, onPrevious, onNext, busy = false }: PaginationProps) {
  if (!onPrevious && !onNext) return null;
  return (
    <nav className={styles.pagination} aria-label="Pages">
      <Button tone="plain" disabled={!onPrevious} onClick={onPrevious}>
        Previous
      </Button>
      <span role="status">Page {page}</span>
      <Button tone="plain" disabled={!onNext} busy={busy} onClick={onNext}>
        Next
      </Button>
    </nav>
  );
}
