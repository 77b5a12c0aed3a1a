import type { ColumnType, JSONColumnType } from "kysely";

/** A time that the database fills in when it is left out. */
export type CreatedAt = ColumnType<Date, Date | undefined, Date>;
export type Json<T extends object> = JSONColumnType<T, string, string>;
export type JsonDefault<T extends object> = ColumnType<T, string | undefined, string>;
