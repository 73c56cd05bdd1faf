// Lets kysely speak to `node:sqlite`. Kysely compiles the queries and lets one caller at a time have the
// connection; here is only the carrying to and fro. `node:sqlite` is synchronous, so a query has run when
// `executeQuery` returns, and nothing else of this process can run in between.

import { strict as assert } from 'node:assert';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { KeptFiles } from './kept-files.ts';
import { asStorageError } from './storage-error.ts';

/** Statements kept prepared. Ours are fewer; lists of varying length could otherwise grow it without end. */
const preparedStatementsMax = 200;

/** SQLite does run DDL in transactions, so all pending migrations commit together or not at all. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

export class NodeSqliteDialect implements Dialect {
  readonly #database: DatabaseSync;
  readonly #path: string;

  /** Takes ownership of `database`: kysely's `destroy()` closes it. `path` is named in errors. */
  constructor(database: DatabaseSync, path: string) {
    this.#database = database;
    this.#path = path;
  }

  createDriver(): Driver {
    return new NodeSqliteDriver(this.#database, this.#path);
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler();
  }

  createAdapter(): DialectAdapter {
    return new TransactionalSqliteAdapter();
  }

  // biome-ignore lint/suspicious/noExplicitAny: kysely's own signature; an introspector fits any schema.
  createIntrospector(db: Kysely<any>): DatabaseIntrospector {
    return new SqliteIntrospector(db);
  }
}

class NodeSqliteDriver implements Driver {
  readonly #database: DatabaseSync;
  readonly #connection: NodeSqliteConnection;

  constructor(database: DatabaseSync, path: string) {
    this.#database = database;
    this.#connection = new NodeSqliteConnection(database, path);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    // IMMEDIATE takes the write lock now. A deferred one may fail half-way, after work has been done.
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // On a full disk or an I/O error SQLite may have rolled back already, and a second one would hide the cause.
    if (this.#database.isTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    this.#database.close();
  }
}

interface Prepared {
  readonly statement: StatementSync;
  readonly returnsRows: boolean;
}

class NodeSqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #files: KeptFiles;
  /** By SQL text, the least recently used first. */
  readonly #prepared = new Map<string, Prepared>();

  constructor(database: DatabaseSync, path: string) {
    this.#database = database;
    this.#path = path;
    this.#files = new KeptFiles(path);
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    try {
      // What is there can still be read, and a transaction given up.
      const writes = query.query.kind !== 'SelectQueryNode' && query.sql !== 'rollback';
      if (writes) this.#files.check();
      const { statement, returnsRows } = this.#prepare(query.sql);
      const parameters = query.parameters as readonly SQLInputValue[];
      if (returnsRows) {
        const rows = statement.all(...parameters) as R[];
        if (writes) this.#files.note();
        return { rows, numAffectedRows: BigInt(rows.length) };
      }
      const { changes } = statement.run(...parameters);
      if (writes) this.#files.note();
      return { rows: [], numAffectedRows: BigInt(changes) };
    } catch (error) {
      throw asStorageError(error, this.#path);
    }
  }

  // biome-ignore lint/correctness/useYield: nothing here is large enough to stream; lists are paged.
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    assert.fail('the store does not stream queries: page through the list');
  }

  #prepare(sql: string): Prepared {
    let prepared = this.#prepared.get(sql);
    if (prepared === undefined) {
      const statement = this.#database.prepare(sql);
      prepared = { statement, returnsRows: statement.columns().length > 0 };
      const oldest =
        this.#prepared.size >= preparedStatementsMax ? this.#prepared.keys().next().value : undefined;
      if (oldest !== undefined) this.#prepared.delete(oldest);
    } else {
      this.#prepared.delete(sql);
    }
    this.#prepared.set(sql, prepared);
    return prepared;
  }
}
