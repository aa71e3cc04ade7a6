/** Columns of an export, one word each. */
import type { TableColumn } from './table-file.ts';

type Of<Row, Value> = (row: Row) => Value;
export const text = <Row>(name: string, of: Of<Row, string | null>): TableColumn<Row> => ({ name, kind: 'text', of });
export const number = <Row>(name: string, of: Of<Row, number | null>): TableColumn<Row> => ({
  name,
  kind: 'number',
  of,
});
export const time = <Row>(name: string, of: Of<Row, number | null>): TableColumn<Row> => ({ name, kind: 'time', of });
export const flag = <Row>(name: string, of: Of<Row, boolean>): TableColumn<Row> => ({ name, kind: 'flag', of });
