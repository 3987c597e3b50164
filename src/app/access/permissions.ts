/** What a person is trusted with. Several may be held at once. */
export const ROLES = ['viewer', 'accountant', 'approver', 'mapping-editor', 'administrator', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/**
 * What a route, or a verb of another face, asks for. `books.read` is all figures; `audit.read` the whole log and its proof;
 * `books.operate` fetching, simulating, posting what is approved, replaying, reversing; `periods.close` months and accruals.
 * `own.manage` is a person's own password, sessions and tokens.
 */
export const PERMISSIONS = [
  'books.read',
  'audit.read',
  'books.operate',
  'entries.approve',
  'periods.close',
  'mapping.edit',
  'mapping.approve',
  'customers.operate',
  'connections.manage',
  'operation.manage',
  'users.manage',
  'own.manage',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/**
 * Segregation of duties: who maintains the account table does not approve what is booked by it, who runs the installation does
 * not book, and an auditor sees everything and changes nothing. That nobody approves what they had a hand in is a rule of each
 * record besides (`approveEntry`), for people who hold several roles.
 */
const GRANTS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ['books.read', 'own.manage'],
  accountant: ['books.read', 'books.operate', 'periods.close', 'customers.operate', 'own.manage'],
  approver: ['books.read', 'entries.approve', 'mapping.approve', 'own.manage'],
  'mapping-editor': ['books.read', 'mapping.edit', 'own.manage'],
  administrator: ['books.read', 'connections.manage', 'operation.manage', 'users.manage', 'own.manage'],
  auditor: ['books.read', 'audit.read', 'own.manage'],
};

/** Everything that these roles allow together. */
export function permissionsOf(roles: Iterable<Role>): ReadonlySet<Permission> {
  return new Set([...roles].flatMap((role) => GRANTS[role]));
}

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}

export function isPermission(text: string): text is Permission {
  return (PERMISSIONS as readonly string[]).includes(text);
}
