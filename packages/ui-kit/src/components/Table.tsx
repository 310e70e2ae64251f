import type { ReactNode } from "react";
import { Skeleton } from "./Skeleton.tsx";
import styles from "./Table.module.css";

export interface Column<Row> {
  header: string;
  cell: (row: Row) => ReactNode;
}

interface TableProps<Row> {
  /** Says what the rows are; read by screen readers, not shown. */
  caption: string;
  columns: readonly Column<Row>[];
  /** Undefined while they are being loaded. */
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  /** Shown when there are no rows. */
  empty: ReactNode;
}

/** The first column's cells are the rows' headers. */
export function Table<Row>({ caption, columns, rows, rowKey, empty }: TableProps<Row>) {
  if (rows?.length === 0) return <p className={styles.empty}>{empty}</p>;
  return (
    <div className={styles.frame} aria-busy={!rows}>
      <table className={styles.table}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ header }) => (
              <th key={header} scope="col">
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows?.map((row) => <TableRow key={rowKey(row)} row={row} columns={columns} />) ?? (
            <LoadingRow columns={columns.length} caption={caption} />
          )}
        </tbody>
      </table>
    </div>
  );
}

function TableRow<Row>({ row, columns }: { row: Row; columns: readonly Column<Row>[] }) {
  return (
    <tr>
      {columns.map(({ header, cell }, index) =>
        index === 0 ? (
          <th key={header} scope="row">
            {cell(row)}
          </th>
        ) : (
          <td key={header}>{cell(row)}</td>
        ),
      )}
    </tr>
  );
}

function LoadingRow({ columns, caption }: { columns: number; caption: string }) {
  return (
    <tr>
      <td colSpan={columns}>
        <Skeleton lines={6} label={`Loading: ${caption}`} />
      </td>
    </tr>
  );
}
