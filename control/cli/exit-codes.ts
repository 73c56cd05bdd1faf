// How `selvedge` ends. Scripts go by these, so a number never changes its meaning.

export const EXITS = {
  done: { code: 0, means: 'Done.' },
  fault: { code: 1, means: 'A fault of the command line itself. Please report it.' },
  usage: { code: 2, means: 'The command, an option or an argument is wrong.' },
  files: {
    code: 3,
    means: 'A file of yours is missing or wrong: the configuration, the event, the source.',
  },
  unreachable: { code: 4, means: 'The server could not be reached, or did not answer in time.' },
  permission: { code: 5, means: 'There is no token, or the token is wrong or may not do this.' },
  refused: {
    code: 6,
    means: 'The server refused the request, such as for a name that is taken or not there.',
  },
  deploy: { code: 7, means: 'The deployment failed. What served before goes on.' },
  function: { code: 8, means: 'The function was called and failed, or a test of it did.' },
  interrupted: { code: 130, means: 'Ctrl-C.' },
} as const satisfies Record<string, { code: number; means: string }>;

export type ExitName = keyof typeof EXITS;
