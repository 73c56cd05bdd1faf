// What the command line gets from outside. main.ts makes it of the process; a test makes its own.

export interface Sink {
  write(text: string): void;
  /** Whether a person looks at it: then there are colours and progress. */
  readonly isTerminal: boolean;
}

export interface Source {
  readonly isTerminal: boolean;
  /** All of it, to its end. */
  readAll(): Promise<string>;
  /** One line that a person types; `hidden` shows nothing of it. */
  readLine(question: string, hidden: boolean): Promise<string>;
}

export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path. */
  readonly cwd: string;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly stdin: Source;
  /** Aborts at Ctrl-C. A command that hears it ends by itself, and says what it leaves behind. */
  readonly interrupted: AbortSignal;
}
