import { type OpenConnection, openConnection, type Workspace } from './composition.ts';

type Use = Parameters<typeof openConnection>[2];

/** Opens a connection for one piece of work, and closes it whatever happens. */
export async function withConnection<Result>(
  workspace: Workspace,
  name: string,
  use: Use,
  work: (connection: OpenConnection) => Promise<Result>,
): Promise<Result> {
  const connection = await openConnection(workspace, name, use);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}
